//! wc(1).

use gnu_regex::{Letter, decode};

use crate::{
    Answer, Fault,
    call::{Call, unmodelled},
    letter::{Kind, kind},
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "clLmw",
    long: &[
        ("bytes", Nothing, 'c'),
        ("chars", Nothing, 'm'),
        ("lines", Nothing, 'l'),
        ("words", Nothing, 'w'),
        ("debug", Nothing, 'F'),
        ("files0-from", Value, 'F'),
        ("max-line-length", Nothing, 'L'),
    ],
    status: 1,
    ordered: false,
};

/// Lines, words, letters, bytes, longest line, in the order in which they are printed.
type Counts = [u64; 5];

/// Least width of a column where an input is no regular file.
const WIDE: usize = 7;

/// wc(1).
pub(crate) fn wc(call: &mut Call<'_>) -> Answer {
    let mut shown = [false; 5];
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, _)) = reader.next(call)? {
        match letter {
            'l' => shown[0] = true,
            'w' => shown[1] = true,
            'm' => shown[2] = true,
            'c' => shown[3] = true,
            'L' => shown[4] = true,
            _ => return unmodelled("names of files out of a file are not modelled"),
        }
    }
    if shown == [false; 5] {
        shown = [true, true, false, true, false];
    }
    let named = !reader.operands.is_empty();
    let operands = if named { reader.operands } else { vec![b"-".to_vec()] };
    let single = operands.len() == 1 && shown.iter().filter(|it| **it).count() == 1;
    let (mut sizes, mut wide) = (0u64, false);
    let mut rows = Vec::new();
    let mut total: Counts = [0; 5];
    let piped = call.world.stdin_size();
    for name in &operands {
        let read = call.input(name);
        let failed = matches!(read, Err(Fault::Open(_)));
        if !failed {
            match (name.as_slice(), &read) {
                (b"-", _) => match piped {
                    Some(size) => sizes += size,
                    None => wide = true,
                },
                (_, Ok(text)) if call.world.is_regular(name) => sizes += text.len() as u64,
                _ => wide = true,
            }
        }
        let text = match &read {
            Ok(text) => text.as_slice(),
            Err(fault) => {
                let message = [&call.file(name), b": ".as_slice(), fault.words().as_bytes()].concat();
                call.complain(message);
                b""
            }
        };
        if failed {
            continue;
        }
        let counts = count(text, &shown)?;
        for (sum, many) in total.iter_mut().zip(counts).take(4) {
            *sum += many;
        }
        total[4] = total[4].max(counts[4]);
        rows.push((counts, named.then(|| name.clone())));
    }
    if operands.len() > 1 {
        rows.push((total, Some(b"total".to_vec())));
    }
    let width = match () {
        _ if single => 1,
        _ if wide => sizes.to_string().len().max(WIDE),
        _ => sizes.to_string().len(),
    };
    for (counts, name) in rows {
        let numbers: Vec<String> = counts.iter().zip(shown).filter(|it| it.1).map(|it| format!("{:>width$}", it.0)).collect();
        call.out.extend_from_slice(numbers.join(" ").as_bytes());
        if let Some(name) = name {
            call.out.push(b' ');
            call.out.extend_from_slice(&if name.contains(&b'\n') { call.file(&name) } else { name });
        }
        call.out.push(b'\n');
    }
    Ok(())
}

fn count(text: &[u8], shown: &[bool; 5]) -> Answer<Counts> {
    let lines = text.iter().filter(|it| **it == b'\n').count() as u64;
    let (mut words, mut letters, mut longest) = (0u64, 0u64, 0u64);
    let (mut inside, mut column) = (false, 0u64);
    let mut at = 0;
    while let Some((letter, length)) = decode(text, at) {
        if let (Letter::Byte(0xed), Some(0xa0..=0xbf)) = (letter, text.get(at + 1)) {
            return unmodelled("halves of surrogates are not modelled");
        }
        at += length;
        let Letter::Char(letter) = letter else { continue };
        letters += 1;
        if !(shown[1] || shown[4]) {
            continue;
        }
        let kind = match letter {
            '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{2060}' => Kind::Unknown,
            other => kind(other),
        };
        match (letter, kind) {
            (_, Kind::Unknown) => return unmodelled("words and widths with such letters are not modelled"),
            ('\n' | '\r' | '\u{c}', _) => {
                longest = longest.max(column);
                column = 0;
                words += u64::from(std::mem::take(&mut inside));
            }
            ('\t', _) => {
                column += 8 - column % 8;
                words += u64::from(std::mem::take(&mut inside));
            }
            (' ', _) => {
                column += 1;
                words += u64::from(std::mem::take(&mut inside));
            }
            (_, Kind::Space) => words += u64::from(std::mem::take(&mut inside)),
            (_, Kind::Shown) => {
                column += 1;
                inside = true;
            }
            _ => {}
        }
    }
    words += u64::from(inside);
    Ok([lines, words, letters, text.len() as u64, longest.max(column)])
}
