//! fold(1): letters are bytes in GNU's.

use crate::{
    Answer,
    call::Call,
    number::bounded,
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "bsw:0::1::2::3::4::5::6::7::8::9::",
    long: &[("bytes", Nothing, 'b'), ("spaces", Nothing, 's'), ("width", Value, 'w')],
    status: 1,
    ordered: false,
};

struct Wanted {
    bytes: bool,
    spaces: bool,
    width: u64,
}

/// fold(1).
pub(crate) fn fold(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted { bytes: false, spaces: false, width: 80 };
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        let text = match letter {
            'b' => {
                wanted.bytes = true;
                continue;
            }
            's' => {
                wanted.spaces = true;
                continue;
            }
            'w' => value.unwrap_or_default(),
            digit => [&[digit as u8][..], &value.unwrap_or_default()].concat(),
        };
        wanted.width = bounded(call, &text, 1, u64::MAX - 9, "", "invalid number of columns")?;
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    for name in operands {
        if let Some(text) = call.input_or_complain(&name) {
            break_lines(&text, &wanted, &mut call.out);
        }
    }
    Ok(())
}

fn advance(column: u64, byte: u8, wanted: &Wanted) -> u64 {
    match byte {
        _ if wanted.bytes => column + 1,
        8 => column.saturating_sub(1),
        b'\r' => 0,
        b'\t' => column + 8 - column % 8,
        _ => column + 1,
    }
}

fn break_lines(text: &[u8], wanted: &Wanted, out: &mut Vec<u8>) {
    let mut line: Vec<u8> = Vec::new();
    let mut column = 0;
    for byte in text.iter().copied() {
        if byte == b'\n' {
            line.push(byte);
            out.append(&mut line);
            column = 0;
            continue;
        }
        loop {
            column = advance(column, byte, wanted);
            if column <= wanted.width {
                line.push(byte);
                break;
            }
            let blank = if wanted.spaces { line.iter().rposition(|it| matches!(it, b' ' | b'\t')) } else { None };
            if let Some(blank) = blank {
                let rest = line.split_off(blank + 1);
                out.append(&mut line);
                out.push(b'\n');
                line = rest;
                column = line.iter().fold(0, |column, it| advance(column, *it, wanted));
                continue;
            }
            if line.is_empty() {
                line.push(byte);
                break;
            }
            out.append(&mut line);
            out.push(b'\n');
            column = 0;
        }
    }
    out.append(&mut line);
}
