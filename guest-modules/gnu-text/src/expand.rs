//! expand(1) and unexpand(1).

use crate::{
    Answer,
    call::{Call, unmodelled},
    options::{Known, Nothing, Reader, Value},
};

const EXPAND: Known = Known {
    short: "it:0::1::2::3::4::5::6::7::8::9::",
    long: &[("tabs", Value, 't'), ("initial", Nothing, 'i')],
    status: 1,
    ordered: false,
};

const UNEXPAND: Known = Known {
    short: ",0123456789at:",
    long: &[("tabs", Value, 't'), ("all", Nothing, 'a'), ("first-only", Nothing, 'F')],
    status: 1,
    ordered: false,
};

/// Where tabs stop.
enum Stops {
    Each(u64),
    At(Vec<u64>),
}

impl Stops {
    /// The next stop behind a column.
    fn next(&self, column: u64) -> Option<u64> {
        match self {
            Stops::Each(size) => Some(column + size - column % size),
            Stops::At(stops) => stops.iter().copied().find(|it| *it > column),
        }
    }
}

fn stops(call: &mut Call<'_>, list: &[u64]) -> Answer<Stops> {
    let mut last = 0;
    for stop in list.iter().copied() {
        if stop == 0 {
            return call.fail("tab size cannot be 0", 1);
        }
        if stop <= last {
            return call.fail("tab sizes must be ascending", 1);
        }
        last = stop;
    }
    Ok(match list {
        [] => Stops::Each(8),
        [one] => Stops::Each(*one),
        _ => Stops::At(list.to_vec()),
    })
}

fn read(call: &mut Call<'_>, text: &[u8], list: &mut Vec<u64>) -> Answer {
    if text.iter().any(|it| matches!(it, b'/' | b'+')) {
        return unmodelled("tab stops with / or + are not modelled");
    }
    let mut value: Option<u64> = None;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b',' | b' ' | b'\t' => list.extend(value.take()),
            b'0'..=b'9' => {
                let Some(next) = value.unwrap_or(0).checked_mul(10).and_then(|it| it.checked_add(u64::from(byte - b'0'))).filter(|it| *it < 1 << 40)
                else {
                    return unmodelled("so large a tab stop is not modelled");
                };
                value = Some(next);
            }
            _ => {
                let message = [b"tab size contains invalid character(s): ".as_slice(), &call.quoted(&text[at..])].concat();
                return call.fail(message, 1);
            }
        }
    }
    list.extend(value);
    Ok(())
}

/// Reads all files one behind the other.
fn inputs(call: &mut Call<'_>, operands: Vec<Vec<u8>>) -> Vec<u8> {
    let operands = if operands.is_empty() { vec![b"-".to_vec()] } else { operands };
    let mut all = Vec::new();
    for name in operands {
        all.extend(call.input_or_complain(&name).unwrap_or_default());
    }
    all
}

/// expand(1).
pub(crate) fn expand(call: &mut Call<'_>) -> Answer {
    let mut entire = true;
    let mut list = Vec::new();
    let mut reader = Reader::new(EXPAND, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'i' => entire = false,
            't' => read(call, &value.unwrap_or_default(), &mut list)?,
            digit => {
                let text = [&[digit as u8][..], &value.unwrap_or_default()].concat();
                read(call, &text, &mut list)?;
            }
        }
    }
    let stops = stops(call, &list)?;
    let text = inputs(call, reader.operands);
    let (mut column, mut convert) = (0u64, true);
    for byte in text {
        let mut shown = byte;
        if convert {
            match byte {
                b'\t' => {
                    let next = stops.next(column).unwrap_or(column + 1);
                    for _ in column + 1..next {
                        call.out.push(b' ');
                    }
                    column = next;
                    shown = b' ';
                }
                8 => column = column.saturating_sub(1),
                _ => column += 1,
            }
            convert = entire || matches!(shown, b' ' | b'\t');
        }
        call.out.push(shown);
        if byte == b'\n' {
            column = 0;
            convert = true;
        }
    }
    Ok(())
}

/// unexpand(1).
pub(crate) fn unexpand(call: &mut Call<'_>) -> Answer {
    let (mut entire, mut first_only) = (false, false);
    let mut list = Vec::new();
    let mut digits = Vec::new();
    let mut reader = Reader::new(UNEXPAND, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'a' => entire = true,
            'F' => first_only = true,
            't' => {
                entire = true;
                read(call, &value.unwrap_or_default(), &mut list)?;
            }
            other => digits.push(other as u8),
        }
    }
    if !digits.is_empty() {
        read(call, &digits, &mut list)?;
    }
    if first_only {
        entire = false;
    }
    let stops = stops(call, &list)?;
    let text = inputs(call, reader.operands);
    for line in crate::call::lines(&text, b'\n') {
        shorten(line, &stops, entire, &mut call.out);
    }
    Ok(())
}

fn shorten(line: &[u8], stops: &Stops, entire: bool, out: &mut Vec<u8>) {
    let (mut convert, mut column, mut before, mut last_blank) = (true, 0u64, false, true);
    let mut pending: Vec<u8> = Vec::new();
    for byte in line.iter().copied() {
        let mut shown = byte;
        if convert {
            let blank = matches!(byte, b' ' | b'\t');
            if blank {
                match stops.next(column) {
                    None => convert = false,
                    Some(next) => {
                        if byte == b'\t' {
                            column = next;
                            if let Some(first) = pending.first_mut() {
                                *first = b'\t';
                            }
                        } else {
                            column += 1;
                            if !(last_blank && column == next) {
                                if column == next {
                                    before = true;
                                }
                                pending.push(byte);
                                last_blank = true;
                                continue;
                            }
                            shown = b'\t';
                            match pending.first_mut() {
                                Some(first) => *first = b'\t',
                                None if before => pending.push(b'\t'),
                                None => {}
                            }
                        }
                        pending.truncate(usize::from(before));
                    }
                }
            } else if byte == 8 {
                column = column.saturating_sub(1);
            } else {
                column += 1;
            }
            if !pending.is_empty() {
                if pending.len() > 1 && before {
                    pending[0] = b'\t';
                }
                out.append(&mut pending);
                before = false;
            }
            last_blank = blank;
            convert = convert && (entire || blank);
        }
        out.push(shown);
    }
    if pending.len() > 1 && before {
        pending[0] = b'\t';
    }
    out.append(&mut pending);
}
