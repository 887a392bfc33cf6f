//! The words of sort(1).

use super::key::{self, Flags, Key};
use crate::{
    Answer,
    call::{Call, unmodelled},
    options::{Known, Nothing, Perhaps, Reader, Value},
};

const KNOWN: Known = Known {
    short: "bcCdfghik:mMno:rRsS:t:T:uVy:z",
    long: &[
        ("ignore-leading-blanks", Nothing, 'b'),
        ("check", Perhaps, '\u{2}'),
        ("compress-program", Value, '\u{3}'),
        ("debug", Nothing, '\u{3}'),
        ("dictionary-order", Nothing, 'd'),
        ("ignore-case", Nothing, 'f'),
        ("files0-from", Value, '\u{3}'),
        ("general-numeric-sort", Nothing, 'g'),
        ("ignore-nonprinting", Nothing, 'i'),
        ("key", Value, 'k'),
        ("merge", Nothing, 'm'),
        ("month-sort", Nothing, 'M'),
        ("numeric-sort", Nothing, 'n'),
        ("human-numeric-sort", Nothing, 'h'),
        ("version-sort", Nothing, 'V'),
        ("random-sort", Nothing, 'R'),
        ("random-source", Value, '\u{3}'),
        ("sort", Value, '\u{4}'),
        ("output", Value, 'o'),
        ("reverse", Nothing, 'r'),
        ("stable", Nothing, 's'),
        ("batch-size", Value, '\u{3}'),
        ("buffer-size", Value, 'S'),
        ("field-separator", Value, 't'),
        ("temporary-directory", Value, 'T'),
        ("unique", Nothing, 'u'),
        ("zero-terminated", Nothing, 'z'),
        ("parallel", Value, '\u{3}'),
    ],
    status: 2,
    ordered: false,
};

/// All that a call asks for.
pub(super) struct Plan {
    pub(super) keys: Vec<Key>,
    pub(super) tab: Option<u8>,
    pub(super) reverse: bool,
    pub(super) stable: bool,
    pub(super) unique: bool,
    pub(super) merge: bool,
    pub(super) check: Option<char>,
    pub(super) output: Option<Vec<u8>>,
    pub(super) end: u8,
    pub(super) files: Vec<Vec<u8>>,
}

/// Reads the words of a call.
pub(super) fn read(call: &mut Call<'_>) -> Answer<Plan> {
    let mut plan = Plan {
        keys: Vec::new(),
        tab: None,
        reverse: false,
        stable: false,
        unique: false,
        merge: false,
        check: None,
        output: None,
        end: b'\n',
        files: Vec::new(),
    };
    let mut common = Flags::default();
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        let given = value.is_some();
        let value = value.unwrap_or_default();
        let letter = match letter {
            '\u{2}' if !given => 'c',
            '\u{2}' => match value.as_slice() {
                b"quiet" | b"silent" => 'C',
                b"diagnose-first" => 'c',
                _ => return unmodelled("this way to check is not modelled"),
            },
            '\u{4}' => match value.as_slice() {
                b"general-numeric" => 'g',
                b"human-numeric" => 'h',
                b"month" => 'M',
                b"numeric" => 'n',
                b"version" => 'V',
                _ => return unmodelled("this order is not modelled"),
            },
            other => other,
        };
        match letter {
            'b' => (common.skip_start, common.skip_end) = (true, true),
            'd' | 'f' | 'g' | 'h' | 'i' | 'M' | 'n' | 'r' | 'R' | 'V' => common.set(letter as u8),
            'c' | 'C' => {
                if plan.check.is_some_and(|it| it != letter) {
                    return call.fail("options '-cC' are incompatible", 2);
                }
                plan.check = Some(letter);
            }
            'k' => plan.keys.push(key::read(call, &value)?),
            'm' => plan.merge = true,
            'o' => {
                if plan.output.as_ref().is_some_and(|it| *it != value) {
                    return call.fail("multiple output files specified", 2);
                }
                plan.output = Some(value);
            }
            's' => plan.stable = true,
            't' => {
                let tab = match value.as_slice() {
                    [] => return call.fail("empty tab", 2),
                    [one] => *one,
                    b"\\0" => 0,
                    _ => return call.fail([b"multi-character tab ".as_slice(), &call.quoted(&value)].concat(), 2),
                };
                if plan.tab.is_some_and(|it| it != tab) {
                    return call.fail("incompatible tabs", 2);
                }
                plan.tab = Some(tab);
            }
            'T' => {}
            'u' => plan.unique = true,
            'z' => plan.end = 0,
            'S' if !value.is_empty() && value.iter().take(value.len() - 1).all(u8::is_ascii_digit) && b"0123456789bkKmMgG%".contains(&value[value.len() - 1]) && value[0].is_ascii_digit() => {}
            _ => return unmodelled("an option of sort is not modelled"),
        }
    }
    let inherits = |it: &Flags| it.is_plain() && !it.reverse;
    for key in plan.keys.iter_mut().filter(|it| inherits(&it.flags)) {
        key.flags = common;
    }
    if plan.keys.is_empty() && !common.is_plain() {
        plan.keys.push(Key::whole(common));
    }
    for key in &plan.keys {
        if let Some(letters) = key.flags.clash() {
            return call.fail(format!("options '-{letters}' are incompatible"), 2);
        }
        if key.flags.random {
            return unmodelled("a random order is not modelled");
        }
    }
    if common.random {
        return unmodelled("a random order is not modelled");
    }
    plan.reverse = common.reverse;
    plan.files = reader.operands;
    if plan.files.iter().any(|it| it.len() > 1 && it[0] == b'+') {
        return unmodelled("an operand that begins with + is not modelled");
    }
    if plan.files.is_empty() {
        plan.files.push(b"-".to_vec());
    }
    if let Some(letter) = plan.check {
        if let Some(second) = plan.files.get(1) {
            let message = [b"extra operand ".as_slice(), &call.always(second), format!(" not allowed with -{letter}").as_bytes()].concat();
            return call.fail(message, 2);
        }
        if plan.output.is_some() {
            return call.fail(format!("options '-{letter}o' are incompatible"), 2);
        }
    }
    Ok(plan)
}
