//! base64(1), and base32(1) without decoding.

use crate::{
    Answer, Fault,
    call::{Call, unmodelled},
    number::{Bad, unsigned},
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "diw:",
    long: &[("decode", Nothing, 'd'), ("wrap", Value, 'w'), ("ignore-garbage", Nothing, 'i')],
    status: 1,
    ordered: false,
};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LETTERS_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// base64(1).
pub(crate) fn base64(call: &mut Call<'_>) -> Answer {
    run(call, 6)
}

/// base32(1).
pub(crate) fn base32(call: &mut Call<'_>) -> Answer {
    run(call, 5)
}

fn run(call: &mut Call<'_>, bits: u32) -> Answer {
    let (mut decode, mut ignore, mut wrap) = (false, false, 76);
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'd' => decode = true,
            'i' => ignore = true,
            _ => {
                let value = value.unwrap_or_default();
                let negative_zero = value.len() > 1 && value[0] == b'-' && value[1..].iter().all(|it| *it == b'0');
                wrap = match unsigned(if negative_zero { b"0" } else { &value }, "") {
                    Ok(value) => value,
                    Err(Bad::TooLarge) => 0,
                    Err(_) => return call.fail([b"invalid wrap size: ".as_slice(), &call.quoted(&value)].concat(), 1),
                };
            }
        }
    }
    if let Some(more) = reader.operands.get(1) {
        return call.extra(more, 1);
    }
    let name = reader.operands.first().cloned().unwrap_or_else(|| b"-".to_vec());
    let text = match call.input(&name) {
        Ok(text) => text,
        Err(Fault::Open(words)) => return call.fail([&call.file(&name), b": ".as_slice(), words.as_bytes()].concat(), 1),
        Err(Fault::Read(words)) => return call.fail(format!("read error: {words}"), 1),
    };
    if !decode {
        let coded = if bits == 6 { encoded(&text, LETTERS, 6) } else { encoded(&text, LETTERS_32, 5) };
        wrapped(&coded, wrap, &mut call.out);
        return Ok(());
    }
    if bits == 5 {
        return unmodelled("decoding of base32 is not modelled");
    }
    let inner: Vec<u8> = text.into_iter().filter(|it| *it != b'\n' && (!ignore || *it == b'=' || LETTERS.contains(it))).collect();
    for four in inner.chunks(4) {
        if !decoded(four, &mut call.out) {
            return call.fail("invalid input", 1);
        }
    }
    Ok(())
}

fn encoded(text: &[u8], letters: &[u8], bits: u32) -> Vec<u8> {
    let group = if bits == 6 { (3, 4) } else { (5, 8) };
    let mut all = Vec::new();
    for chunk in text.chunks(group.0) {
        let mut value: u64 = chunk.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        value <<= 8 * (group.0 - chunk.len());
        let used = (chunk.len() * 8).div_ceil(bits as usize);
        for place in 0..group.1 {
            let index = (value >> (bits as usize * (group.1 - 1 - place))) as usize & (letters.len() - 1);
            all.push(if place < used { letters[index] } else { b'=' });
        }
    }
    all
}

fn wrapped(coded: &[u8], wrap: u64, out: &mut Vec<u8>) {
    if wrap == 0 {
        out.extend_from_slice(coded);
        return;
    }
    for line in coded.chunks(usize::try_from(wrap).unwrap_or(usize::MAX)) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
}

/// Decodes four letters. What could be decoded of a wrong group stays, as the real one writes it too.
fn decoded(four: &[u8], out: &mut Vec<u8>) -> bool {
    let value = |at: usize| four.get(at).and_then(|it| LETTERS.iter().position(|other| other == it)).map(|it| it as u8);
    let (Some(one), Some(two)) = (value(0), value(1)) else { return false };
    out.push(one << 2 | two >> 4);
    if four.get(2) == Some(&b'=') {
        return four.get(3) == Some(&b'=');
    }
    let Some(three) = value(2) else { return false };
    out.push(two << 4 | three >> 2);
    if four.get(3) == Some(&b'=') {
        return true;
    }
    let Some(last) = value(3) else { return false };
    out.push(three << 6 | last);
    true
}
