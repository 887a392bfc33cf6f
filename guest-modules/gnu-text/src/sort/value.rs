//! What keys of sort(1) are worth: numbers, sizes, months.

use std::cmp::Ordering;

fn behind_blanks(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|it| matches!(it, b' ' | b'\t' | b'\n')).count();
    &text[blank..]
}

/// A number as a sign, digits before the point without zeros in front, and digits behind it without zeros at the end.
fn decimal(text: &[u8]) -> (bool, &[u8], &[u8]) {
    let text = behind_blanks(text);
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let many = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(many);
    let whole = &whole[whole.iter().take_while(|it| **it == b'0').count()..];
    let part = rest.strip_prefix(b".").unwrap_or_default();
    let part = &part[..part.iter().take_while(|it| it.is_ascii_digit()).count()];
    let part = &part[..part.iter().rposition(|it| *it != b'0').map_or(0, |it| it + 1)];
    (negative && !(whole.is_empty() && part.is_empty()), whole, part)
}

/// `-n`.
pub(super) fn numeric(one: &[u8], other: &[u8]) -> Ordering {
    let (one, other) = (decimal(one), decimal(other));
    let size = |it: &(bool, &[u8], &[u8]), that: &(bool, &[u8], &[u8])| it.1.len().cmp(&that.1.len()).then(it.1.cmp(that.1)).then(it.2.cmp(that.2));
    match (one.0, other.0) {
        (false, false) => size(&one, &other),
        (true, true) => size(&other, &one),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// `-h`: the unit first, then the number.
pub(super) fn human(one: &[u8], other: &[u8]) -> Ordering {
    unit(one).cmp(&unit(other)).then_with(|| numeric(one, other))
}

fn unit(text: &[u8]) -> i32 {
    let text = behind_blanks(text);
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut at = text.iter().take_while(|it| it.is_ascii_digit()).count();
    if text.get(at) == Some(&b'.') {
        at += 1;
        at += text[at..].iter().take_while(|it| it.is_ascii_digit()).count();
    }
    if !text[..at].iter().any(|it| (b'1'..=b'9').contains(it)) {
        return 0;
    }
    let order = match text.get(at) {
        Some(b'k' | b'K') => 1,
        Some(it) => b"MGTPEZY".iter().position(|other| other == it).map_or(0, |it| it as i32 + 2),
        None => 0,
    };
    if negative { -order } else { order }
}

/// `-M`.
pub(super) fn month(text: &[u8]) -> u8 {
    const NAMES: [&[u8]; 12] = [b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV", b"DEC"];
    let text = behind_blanks(text).to_ascii_uppercase();
    (1..).zip(NAMES).find(|it| text.starts_with(it.1)).map_or(0, |it| it.0)
}

/// The value of a key for `-g`, exact: what is no number comes first. Nothing where a long double might not be exact.
pub(super) fn general(text: &[u8]) -> Option<(bool, i128)> {
    /// Digits that a long double holds behind the point, as this does.
    const PLACES: usize = 18;
    let blank = text.iter().take_while(|it| matches!(it, b' ' | 9..=13)).count();
    let text = &text[blank..];
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let lower: Vec<u8> = text.iter().take(3).map(u8::to_ascii_lowercase).collect();
    if lower == b"inf" || lower == b"nan" || lower.starts_with(b"0x") {
        return None;
    }
    let many = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(many);
    let part = rest.strip_prefix(b".").unwrap_or_default();
    let behind = part.iter().take_while(|it| it.is_ascii_digit()).count();
    let part = &part[..behind];
    if whole.is_empty() && part.is_empty() {
        return Some((false, 0));
    }
    let after = if rest.starts_with(b".") { &rest[1 + behind..] } else { rest };
    let exponent = match after {
        [b'e' | b'E', b'+' | b'-', digit, ..] | [b'e' | b'E', digit, ..] => digit.is_ascii_digit(),
        _ => false,
    };
    if exponent || whole.len() + part.len() > PLACES {
        return None;
    }
    let digits: i128 = whole.iter().chain(part).fold(0, |value, digit| value * 10 + i128::from(digit - b'0'));
    let scaled = digits * 10i128.pow((PLACES - part.len()) as u32);
    Some((true, if negative { -scaled } else { scaled }))
}
