//! Lists of ranges, as cut(1) takes them (set-fields.c).

use crate::{Answer, call::Call};

/// From a place to another, both counted from 1 and included.
pub(crate) type Range = (u64, u64);

/// Reads a list; `fields` tells how its messages are worded.
pub(crate) fn read(call: &mut Call<'_>, list: &[u8], fields: bool, complement: bool) -> Answer<Vec<Range>> {
    let words = |bytes: &'static str, field: &'static str| if fields { field } else { bytes };
    let zero = words("byte/character positions are numbered from 1", "fields are numbered from 1");
    let mut ranges = Vec::new();
    let (mut left, mut right, mut dash) = (false, false, false);
    let (mut value, mut initial) = (0u64, 1u64);
    let (mut start, mut in_digits) = (0, false);
    let mut at = 0;
    loop {
        match list.get(at).copied() {
            Some(b'-') => {
                in_digits = false;
                if dash {
                    return call.misused(words("invalid byte or character range", "invalid field range"), 1);
                }
                dash = true;
                if left && value == 0 {
                    return call.misused(zero, 1);
                }
                initial = if left { value } else { 1 };
                value = 0;
            }
            end @ (None | Some(b',' | b' ' | b'\t')) => {
                in_digits = false;
                if dash {
                    dash = false;
                    if !left && !right {
                        return call.misused("invalid range with no endpoint: -", 1);
                    }
                    if !right {
                        ranges.push((initial, u64::MAX));
                    } else {
                        if value < initial {
                            return call.misused("invalid decreasing range", 1);
                        }
                        ranges.push((initial, value));
                    }
                } else {
                    if value == 0 {
                        return call.misused(zero, 1);
                    }
                    ranges.push((value, value));
                }
                value = 0;
                if end.is_none() {
                    break;
                }
                (left, right) = (false, false);
            }
            Some(digit @ b'0'..=b'9') => {
                if !in_digits {
                    start = at;
                }
                in_digits = true;
                if dash { right = true } else { left = true }
                match value.checked_mul(10).and_then(|it| it.checked_add(u64::from(digit - b'0'))).filter(|it| *it < u64::MAX) {
                    Some(next) => value = next,
                    None => {
                        let digits: Vec<u8> = list[start..].iter().copied().take_while(u8::is_ascii_digit).collect();
                        let message = [words("byte/character offset ", "field number ").as_bytes(), &call.quoted(&digits), b" is too large"].concat();
                        return call.misused(message, 1);
                    }
                }
            }
            Some(_) => {
                let message = [words("invalid byte/character position ", "invalid field value ").as_bytes(), &call.quoted(&list[at..])].concat();
                return call.misused(message, 1);
            }
        }
        at += 1;
    }
    ranges.sort_by_key(|it| it.0);
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
            _ => merged.push(range),
        }
    }
    if complement {
        let mut others = Vec::new();
        let mut next = 1u64;
        for (from, to) in merged {
            if from > next {
                others.push((next, from - 1));
            }
            next = to.saturating_add(1);
        }
        if next < u64::MAX {
            others.push((next, u64::MAX));
        }
        merged = others;
    }
    Ok(merged)
}
