//! tac(1).

use crate::{
    Answer, Fault,
    call::{Call, unmodelled},
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "brs:",
    long: &[("before", Nothing, 'b'), ("regex", Nothing, 'r'), ("separator", Value, 's')],
    status: 1,
    ordered: false,
};

/// tac(1).
pub(crate) fn tac(call: &mut Call<'_>) -> Answer {
    let mut before = false;
    let mut separator = b"\n".to_vec();
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'b' => before = true,
            'r' => return unmodelled("separators that are patterns are not modelled"),
            _ => separator = value.unwrap_or_default(),
        }
    }
    if separator.is_empty() {
        separator = vec![0];
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    for name in operands {
        match call.input(&name) {
            Ok(text) => reverse(&text, &separator, before, &mut call.out),
            Err(Fault::Open(words)) => {
                let message = [b"failed to open ".as_slice(), &call.always(&name), b" for reading: ", words.as_bytes()].concat();
                call.complain(message);
            }
            // A directory: what lseek(2) says of it.
            Err(Fault::Read(words)) => {
                let words = if words == "Is a directory" { "Invalid argument" } else { words.as_str() };
                let message = [&call.file(&name), b": read error: ".as_slice(), words.as_bytes()].concat();
                call.complain(message);
            }
        }
    }
    Ok(())
}

fn reverse(text: &[u8], separator: &[u8], before: bool, out: &mut Vec<u8>) {
    let (mut end, mut limit, mut first) = (text.len(), text.len(), true);
    while let Some(start) = found(&text[..limit], separator) {
        if before {
            out.extend_from_slice(&text[start..end]);
            end = start;
        } else {
            let behind = start + separator.len();
            if !first || behind != end {
                out.extend_from_slice(&text[behind..end]);
            }
            end = behind;
            first = false;
        }
        limit = start;
    }
    out.extend_from_slice(&text[..end]);
}

/// Where a separator stands last.
fn found(text: &[u8], separator: &[u8]) -> Option<usize> {
    text.windows(separator.len()).rposition(|it| it == separator)
}
