//! basename(1) and dirname(1).

use crate::{
    Answer,
    call::Call,
    options::{Known, Nothing, Reader, Value},
};

const BASENAME: Known = Known {
    short: "as:z",
    long: &[("multiple", Nothing, 'a'), ("suffix", Value, 's'), ("zero", Nothing, 'z')],
    status: 1,
    ordered: true,
};

const DIRNAME: Known = Known { short: "z", long: &[("zero", Nothing, 'z')], status: 1, ordered: true };

/// basename(1).
pub(crate) fn basename(call: &mut Call<'_>) -> Answer {
    let (mut several, mut suffix, mut end) = (false, None, b'\n');
    let mut reader = Reader::new(BASENAME, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'a' => several = true,
            's' => {
                suffix = value;
                several = true;
            }
            _ => end = 0,
        }
    }
    let mut operands = reader.operands;
    if operands.is_empty() {
        return call.misused("missing operand", 1);
    }
    if !several {
        if let Some(word) = operands.get(2) {
            let word = word.clone();
            return call.extra(&word, 1);
        }
        if operands.len() == 2 {
            suffix = operands.pop();
        }
    }
    for name in operands {
        let mut last = base(&name).to_vec();
        if let Some(suffix) = suffix.as_deref().filter(|it| !it.is_empty() && !last.starts_with(b"/"))
            && last.len() > suffix.len()
            && last.ends_with(suffix)
        {
            last.truncate(last.len() - suffix.len());
        }
        call.out.extend_from_slice(&last);
        call.out.push(end);
    }
    Ok(())
}

fn stripped(name: &[u8]) -> &[u8] {
    let slashes = name.iter().rev().take_while(|it| **it == b'/').count();
    &name[..name.len() - slashes]
}

fn base(name: &[u8]) -> &[u8] {
    let inner = stripped(name);
    if inner.is_empty() {
        return if name.is_empty() { name } else { b"/" };
    }
    inner.rsplit(|it| *it == b'/').next().unwrap_or(inner)
}

/// dirname(1).
pub(crate) fn dirname(call: &mut Call<'_>) -> Answer {
    let mut end = b'\n';
    let mut reader = Reader::new(DIRNAME, call.args);
    while reader.next(call)?.is_some() {
        end = 0;
    }
    if reader.operands.is_empty() {
        return call.misused("missing operand", 1);
    }
    for name in reader.operands {
        let inner = stripped(&name);
        let folder = match inner.iter().rposition(|it| *it == b'/') {
            _ if inner.is_empty() && !name.is_empty() => b"/".as_slice(),
            None => b".",
            Some(at) => match stripped(&inner[..at]) {
                b"" => b"/",
                folder => folder,
            },
        };
        call.out.extend_from_slice(folder);
        call.out.push(end);
    }
    Ok(())
}
