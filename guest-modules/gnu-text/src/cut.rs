//! cut(1): bytes and fields; characters are bytes in GNU's.

use crate::{
    Answer,
    call::{Call, bare, lines, unmodelled},
    options::{Known, Nothing, Reader, Value},
    ranges::{self, Range},
};

const KNOWN: Known = Known {
    short: "b:c:d:f:nsz",
    long: &[
        ("bytes", Value, 'b'),
        ("characters", Value, 'c'),
        ("fields", Value, 'f'),
        ("delimiter", Value, 'd'),
        ("only-delimited", Nothing, 's'),
        ("output-delimiter", Value, 'O'),
        ("complement", Nothing, 'C'),
        ("zero-terminated", Nothing, 'z'),
    ],
    status: 1,
    ordered: false,
};

/// cut(1).
pub(crate) fn cut(call: &mut Call<'_>) -> Answer {
    let mut reader = Reader::new(KNOWN, call.args);
    let (mut list, mut delimiter, mut output) = (None, None, None);
    let (mut only, mut complement, mut end) = (false, false, b'\n');
    while let Some((letter, value)) = reader.next(call)? {
        let value = value.unwrap_or_default();
        match letter {
            'b' | 'c' | 'f' => {
                if list.is_some() {
                    return call.misused("only one list may be specified", 1);
                }
                list = Some((letter == 'f', value));
            }
            'd' => {
                if value.len() > 1 {
                    return call.misused("the delimiter must be a single character", 1);
                }
                delimiter = Some(value.first().copied().unwrap_or(0));
            }
            's' => only = true,
            'O' => output = Some(if value.is_empty() { vec![0] } else { value }),
            'C' => complement = true,
            'z' => end = 0,
            _ => {}
        }
    }
    let Some((fields, list)) = list else {
        return call.misused("you must specify a list of bytes, characters, or fields", 1);
    };
    if !fields {
        if delimiter.is_some() {
            return call.misused("an input delimiter may be specified only when operating on fields", 1);
        }
        if only {
            return call.misused("suppressing non-delimited lines makes sense\n\tonly when operating on fields", 1);
        }
    }
    let ranges = ranges::read(call, &list, fields, complement)?;
    let delimiter = delimiter.unwrap_or(b'\t');
    if fields && delimiter == end {
        return unmodelled("fields that end as lines do are not modelled");
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    for name in operands {
        let Some(text) = call.input_or_complain(&name) else { continue };
        for line in lines(&text, end) {
            if fields {
                let output = output.clone().unwrap_or_else(|| vec![delimiter]);
                cut_fields(bare(line, end), delimiter, &output, only, &ranges, end, &mut call.out);
            } else {
                cut_bytes(bare(line, end), output.as_deref(), &ranges, &mut call.out);
                call.out.push(end);
            }
        }
    }
    Ok(())
}

fn cut_bytes(line: &[u8], output: Option<&[u8]>, ranges: &[Range], out: &mut Vec<u8>) {
    let mut first = true;
    for (from, to) in ranges {
        let from = (*from - 1).min(line.len() as u64) as usize;
        let to = (*to).min(line.len() as u64) as usize;
        if from >= to {
            continue;
        }
        if let Some(output) = output.filter(|_| !first) {
            out.extend_from_slice(output);
        }
        first = false;
        out.extend_from_slice(&line[from..to]);
    }
}

fn cut_fields(line: &[u8], delimiter: u8, output: &[u8], only: bool, ranges: &[Range], end: u8, out: &mut Vec<u8>) {
    if !line.contains(&delimiter) {
        if !only {
            out.extend_from_slice(line);
            out.push(end);
        }
        return;
    }
    let mut first = true;
    for (place, field) in (1u64..).zip(line.split(|it| *it == delimiter)) {
        if !ranges.iter().any(|(from, to)| (*from..=*to).contains(&place)) {
            continue;
        }
        if !first {
            out.extend_from_slice(output);
        }
        first = false;
        out.extend_from_slice(field);
    }
    out.push(end);
}
