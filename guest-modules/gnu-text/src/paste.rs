//! paste(1).

use crate::{
    Answer,
    call::{Call, bare, lines, unmodelled},
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "d:sz",
    long: &[("serial", Nothing, 's'), ("delimiters", Value, 'd'), ("zero-terminated", Nothing, 'z')],
    status: 1,
    ordered: false,
};

/// paste(1).
pub(crate) fn paste(call: &mut Call<'_>) -> Answer {
    let (mut serial, mut end) = (false, b'\n');
    let mut list = b"\t".to_vec();
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            's' => serial = true,
            'z' => end = 0,
            _ => {
                let value = value.unwrap_or_default();
                list = if value.is_empty() { b"\\0".to_vec() } else { value };
            }
        }
    }
    let delimiters = delimiters(call, &list)?;
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    if serial { one_by_one(call, &operands, &delimiters, end) } else { beside(call, &operands, &delimiters, end) }
}

/// The list as bytes, or nothing for `\0`.
fn delimiters(call: &mut Call<'_>, list: &[u8]) -> Answer<Vec<Option<u8>>> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < list.len() {
        if list[at] != b'\\' {
            all.push(Some(list[at]));
            at += 1;
            continue;
        }
        match list.get(at + 1) {
            None => {
                if call.world.is_ascii() && !list.is_ascii() {
                    return unmodelled("what is not ASCII in a locale that has nothing else is not modelled");
                }
                let message = [b"delimiter list ends with an unescaped backslash: ".as_slice(), &colon(list)].concat();
                return call.fail(message, 1);
            }
            Some(letter) => all.push(match letter {
                b'0' => None,
                b'b' => Some(8),
                b'f' => Some(12),
                b'n' => Some(b'\n'),
                b'r' => Some(b'\r'),
                b't' => Some(b'\t'),
                b'v' => Some(11),
                other => Some(*other),
            }),
        }
        at += 2;
    }
    Ok(all)
}

/// A word in the style of C without quotes, as this one message has it.
fn colon(word: &[u8]) -> Vec<u8> {
    let text = crate::quote::quoted_in(word, false);
    let inner = &text["‘".len()..text.len() - "’".len()];
    let mut plain = Vec::new();
    let mut at = 0;
    while at < inner.len() {
        // The word itself is what was written.
        plain.push(inner[at]);
        at += if inner[at] == b'\\' && inner.get(at + 1) == Some(&b'\\') { 2 } else { 1 };
    }
    plain
}

fn one_by_one(call: &mut Call<'_>, operands: &[Vec<u8>], delimiters: &[Option<u8>], end: u8) -> Answer {
    for name in operands {
        let text = match call.input(name) {
            Ok(text) => text,
            Err(fault) => {
                let message = [&call.file(name), b": ".as_slice(), fault.words().as_bytes()].concat();
                call.complain(message);
                if matches!(fault, crate::Fault::Open(_)) {
                    continue;
                }
                Vec::new()
            }
        };
        for (place, line) in lines(&text, end).enumerate() {
            if place > 0 {
                call.out.extend(delimiters[(place - 1) % delimiters.len()]);
            }
            call.out.extend_from_slice(bare(line, end));
        }
        call.out.push(end);
    }
    Ok(())
}

fn beside(call: &mut Call<'_>, operands: &[Vec<u8>], delimiters: &[Option<u8>], end: u8) -> Answer {
    let mut texts: Vec<Vec<u8>> = Vec::new();
    let mut of = Vec::new();
    let mut stdin = None;
    let mut unread = Vec::new();
    for name in operands {
        if name == b"-" {
            if stdin.is_none() {
                stdin = Some(texts.len());
                texts.push(call.world.stdin());
            }
            of.push(stdin.unwrap_or_default());
            continue;
        }
        match call.world.read(name) {
            Ok(text) => texts.push(text),
            Err(crate::Fault::Open(words)) => {
                let message = [&call.file(name), b": ".as_slice(), words.as_bytes()].concat();
                return call.fail(message, 1);
            }
            Err(crate::Fault::Read(words)) => {
                unread.push([&call.file(name), b": ".as_slice(), words.as_bytes()].concat());
                texts.push(Vec::new());
            }
        }
        of.push(texts.len() - 1);
    }
    // All are opened before the first is read.
    for message in unread {
        call.complain(message);
    }
    let mut sources: Vec<_> = texts.iter().map(|it| lines(it, end)).collect();
    loop {
        let row: Vec<Option<&[u8]>> = of.iter().map(|it| sources[*it].next()).collect();
        if row.iter().all(Option::is_none) {
            return Ok(());
        }
        for (place, line) in row.iter().enumerate() {
            if place > 0 {
                call.out.extend(delimiters[(place - 1) % delimiters.len()]);
            }
            if let Some(line) = line {
                call.out.extend_from_slice(bare(line, end));
            }
        }
        call.out.push(end);
    }
}
