//! uniq(1).

use crate::{
    Answer, Fault,
    call::{Call, bare, lines, unmodelled},
    number::{Bad, unsigned},
    options::{Known, Nothing, Perhaps, Reader, Value},
};

const KNOWN: Known = Known {
    short: "0123456789Dcdf:is:uw:z",
    long: &[
        ("count", Nothing, 'c'),
        ("repeated", Nothing, 'd'),
        ("all-repeated", Perhaps, 'D'),
        ("group", Perhaps, 'G'),
        ("ignore-case", Nothing, 'i'),
        ("unique", Nothing, 'u'),
        ("skip-fields", Value, 'f'),
        ("skip-chars", Value, 's'),
        ("check-chars", Value, 'w'),
        ("zero-terminated", Nothing, 'z'),
    ],
    status: 1,
    ordered: false,
};

struct Wanted {
    count: bool,
    unique: bool,
    first: bool,
    later: bool,
    delimit: &'static str,
    group: Option<&'static str>,
    fold: bool,
    fields: u64,
    bytes: u64,
    most: u64,
    end: u8,
}

/// uniq(1).
pub(crate) fn uniq(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted {
        count: false,
        unique: true,
        first: true,
        later: false,
        delimit: "none",
        group: None,
        fold: false,
        fields: 0,
        bytes: 0,
        most: u64::MAX,
        end: b'\n',
    };
    let (mut used, mut fresh) = (false, false);
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'c' => {
                wanted.count = true;
                used = true;
            }
            'd' => {
                wanted.unique = false;
                used = true;
            }
            'D' => {
                wanted.unique = false;
                wanted.later = true;
                if let Some(value) = value {
                    wanted.delimit = choice(call, &value, "--all-repeated", &["none", "prepend", "separate"])?;
                } else {
                    wanted.delimit = "none";
                }
                used = true;
            }
            'G' => {
                wanted.group = Some(match value {
                    Some(value) => choice(call, &value, "--group", &["prepend", "append", "separate", "both"])?,
                    None => "separate",
                });
            }
            'i' => wanted.fold = true,
            'u' => {
                wanted.first = false;
                used = true;
            }
            'f' => {
                wanted.fields = size(call, &value.unwrap_or_default(), "invalid number of fields to skip")?;
                fresh = true;
            }
            's' => wanted.bytes = size(call, &value.unwrap_or_default(), "invalid number of bytes to skip")?,
            'w' => wanted.most = size(call, &value.unwrap_or_default(), "invalid number of bytes to compare")?,
            'z' => wanted.end = 0,
            digit => {
                if std::mem::take(&mut fresh) {
                    wanted.fields = 0;
                }
                wanted.fields = wanted.fields.saturating_mul(10).saturating_add(u64::from(digit as u8 - b'0'));
            }
        }
    }
    let operands = reader.operands;
    if operands.iter().any(|it| it.len() > 1 && it[0] == b'+') {
        return unmodelled("an operand that begins with + is not modelled");
    }
    if let Some(word) = operands.get(2) {
        return call.extra(word, 1);
    }
    if wanted.group.is_some() && used {
        return call.misused("--group is mutually exclusive with -c/-d/-D/-u", 1);
    }
    if wanted.count && wanted.later {
        return call.misused("printing all duplicated lines and repeat counts is meaningless", 1);
    }
    let name = operands.first().map_or(b"-".as_slice(), |it| it.as_slice()).to_vec();
    let target = operands.get(1).filter(|it| it.as_slice() != b"-");
    let named = name != b"-";
    if named && let Err(Fault::Open(words)) = call.input(&name) {
        let message = [&call.file(&name), b": ".as_slice(), words.as_bytes()].concat();
        return call.fail(message, 1);
    }
    // The output is emptied before the input is read, which may be the same file.
    if let Some(Err(words)) = target.map(|it| call.world.write(it, b"")) {
        let message = [&call.file(target.map_or(b"".as_slice(), |it| it)), b": ".as_slice(), words.as_bytes()].concat();
        return call.fail(message, 1);
    }
    let read = call.input(&name);
    let text = read.clone().unwrap_or_default();
    let mut out = Vec::new();
    if wanted.unique && wanted.first && !wanted.count { plain(&text, &wanted, &mut out) } else { picked(&text, &wanted, &mut out) }
    match target {
        Some(target) => {
            if let Err(words) = call.world.write(target, &out) {
                let message = [&call.file(target), b": ".as_slice(), words.as_bytes()].concat();
                return call.fail(message, 1);
            }
        }
        None => call.out = out,
    }
    if read.is_err() {
        let message = [b"error reading ".as_slice(), &call.always(&name)].concat();
        return call.fail(message, 1);
    }
    Ok(())
}

fn size(call: &mut Call<'_>, text: &[u8], what: &str) -> Answer<u64> {
    match unsigned(text, "") {
        Ok(value) => Ok(value),
        Err(Bad::TooLarge) => Ok(u64::MAX),
        Err(_) => call.fail([text, b": ", what.as_bytes()].concat(), 1),
    }
}

/// One of several words, which may be shortened.
pub(crate) fn choice(call: &mut Call<'_>, value: &[u8], option: &str, words: &[&'static str]) -> Answer<&'static str> {
    if let Some(word) = words.iter().find(|it| it.as_bytes() == value) {
        return Ok(word);
    }
    let like: Vec<_> = words.iter().filter(|it| it.as_bytes().starts_with(value)).collect();
    match like.as_slice() {
        [one] => Ok(one),
        found => {
            let kind = if found.is_empty() { "invalid" } else { "ambiguous" };
            let message = [kind.as_bytes(), b" argument ", &call.quoted(value), b" for ", &call.quoted(option.as_bytes())].concat();
            call.say(message);
            call.err.extend_from_slice(b"Valid arguments are:\n");
            for word in words {
                call.err.extend_from_slice(format!("  - ‘{word}’\n").as_bytes());
            }
            call.usage(1)
        }
    }
}

/// The part of a line that is compared.
fn key<'a>(line: &'a [u8], wanted: &Wanted) -> &'a [u8] {
    let separates = |it: u8| matches!(it, b' ' | b'\t' | b'\n');
    let mut at = 0;
    let mut left = wanted.fields;
    while left > 0 && at < line.len() {
        while at < line.len() && separates(line[at]) {
            at += 1;
        }
        while at < line.len() && !separates(line[at]) {
            at += 1;
        }
        left -= 1;
    }
    at += wanted.bytes.min((line.len() - at) as u64) as usize;
    let rest = &line[at..];
    &rest[..wanted.most.min(rest.len() as u64) as usize]
}

fn same(one: &[u8], other: &[u8], wanted: &Wanted) -> bool {
    let (one, other) = (key(one, wanted), key(other, wanted));
    if wanted.fold { one.eq_ignore_ascii_case(other) } else { one == other }
}

fn plain(text: &[u8], wanted: &Wanted, out: &mut Vec<u8>) {
    let mut last: Option<&[u8]> = None;
    let mut printed = false;
    for line in lines(text, wanted.end).map(|it| bare(it, wanted.end)) {
        let new = last.is_none_or(|it| !same(it, line, wanted));
        match wanted.group {
            Some("prepend" | "both") if new => out.push(wanted.end),
            Some("append" | "separate") if new && printed => out.push(wanted.end),
            _ => {}
        }
        if new || wanted.group.is_some() {
            out.extend_from_slice(line);
            out.push(wanted.end);
            last = Some(line);
            printed = true;
        }
    }
    if matches!(wanted.group, Some("both" | "append")) && printed {
        out.push(wanted.end);
    }
}

fn picked(text: &[u8], wanted: &Wanted, out: &mut Vec<u8>) {
    let print = |line: &[u8], again: bool, many: u64, out: &mut Vec<u8>| {
        let shown = if many == 0 {
            wanted.unique
        } else if !again {
            wanted.first
        } else {
            wanted.later
        };
        if !shown {
            return;
        }
        if wanted.count {
            out.extend_from_slice(format!("{:>7} ", many + 1).as_bytes());
        }
        out.extend_from_slice(line);
        out.push(wanted.end);
    };
    let mut all = lines(text, wanted.end).map(|it| bare(it, wanted.end));
    let Some(mut last) = all.next() else { return };
    let (mut many, mut first) = (0, true);
    for line in all {
        let again = same(line, last, wanted);
        many += u64::from(again);
        if wanted.delimit != "none" {
            if !again {
                if many > 0 {
                    first = false;
                }
            } else if many == 1 && (wanted.delimit == "prepend" || wanted.delimit == "separate" && !first) {
                out.push(wanted.end);
            }
        }
        if !again || wanted.later {
            print(last, again, many, out);
            last = line;
            if !again {
                many = 0;
            }
        }
    }
    print(last, false, many, out);
}
