//! comm(1).

use crate::{
    Answer,
    call::{Call, bare, lines, unmodelled},
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "123z",
    long: &[
        ("check-order", Nothing, 'C'),
        ("nocheck-order", Nothing, 'N'),
        ("output-delimiter", Value, 'O'),
        ("total", Nothing, 't'),
        ("zero-terminated", Nothing, 'z'),
    ],
    status: 1,
    ordered: false,
};

/// comm(1).
pub(crate) fn comm(call: &mut Call<'_>) -> Answer {
    let mut shown = [true; 3];
    let (mut total, mut end) = (false, b'\n');
    let mut check: Option<bool> = None;
    let mut output: Option<Vec<u8>> = None;
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'C' => check = Some(true),
            'N' => check = Some(false),
            'O' => {
                let value = value.unwrap_or_default();
                let value = if value.is_empty() { vec![0] } else { value };
                if output.as_ref().is_some_and(|it| *it != value) {
                    return call.fail("multiple output delimiters specified", 1);
                }
                output = Some(value);
            }
            't' => total = true,
            'z' => end = 0,
            digit => shown[usize::from(digit as u8 - b'1')] = false,
        }
    }
    let operands = reader.operands;
    match operands.as_slice() {
        [] => return call.misused("missing operand", 1),
        [one] => return call.misused([b"missing operand after ".as_slice(), &call.quoted(one)].concat(), 1),
        [_, _, more, ..] => return call.extra(more, 1),
        _ => {}
    }
    if operands.iter().all(|it| it == b"-") {
        return unmodelled("standard input twice is not modelled");
    }
    let separator = output.unwrap_or_else(|| vec![b'\t']);
    let mut texts = Vec::new();
    for name in &operands {
        texts.push(call.input_or_fail(name, 1)?);
    }
    let all: Vec<Vec<&[u8]>> = texts.iter().map(|it| lines(it, end).map(|it| bare(it, end)).collect()).collect();
    let mut at = [0usize; 2];
    let mut totals = [0u64; 3];
    let (mut unpaired, mut warned) = (false, [false; 2]);
    while at[0] < all[0].len() || at[1] < all[1].len() {
        let order = match (all[0].get(at[0]), all[1].get(at[1])) {
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => std::cmp::Ordering::Less,
            _ => std::cmp::Ordering::Greater,
        };
        let class = match order {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => 2,
        };
        unpaired |= class < 2;
        totals[class] += 1;
        let line = if class == 0 { all[0][at[0]] } else { all[1][at[1]] };
        if shown[class] {
            for _ in shown.iter().take(class).filter(|it| **it) {
                call.out.extend_from_slice(&separator);
            }
            call.out.extend_from_slice(line);
            call.out.push(end);
        }
        for which in 0..2 {
            if class != 2 && class != which {
                continue;
            }
            at[which] += 1;
            let lines = &all[which];
            let now = at[which];
            // At the end of a file its last two lines are looked at again, as a line without a partner may be known only now.
            let pair = if now < lines.len() { Some((now - 1, now)) } else { now.checked_sub(2).map(|it| (it, now - 1)) };
            let Some((one, other)) = pair else { continue };
            if check == Some(false) || check.is_none() && !unpaired || warned[which] || lines[one] <= lines[other] {
                continue;
            }
            let message = format!("file {} is not in sorted order", which + 1);
            if check == Some(true) {
                return call.fail(message, 1);
            }
            call.say(message);
            warned[which] = true;
        }
    }
    if total {
        for many in totals {
            call.out.extend_from_slice(many.to_string().as_bytes());
            call.out.extend_from_slice(&separator);
        }
        call.out.extend_from_slice(b"total");
        call.out.push(end);
    }
    if warned != [false; 2] {
        return call.fail("input is not in sorted order", 1);
    }
    Ok(())
}
