//! Numbers as text, and text as numbers.

use crate::Dialect;

/// The length of a decimal number at the beginning, without blanks; 0 where there is none.
fn decimal_length(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|it| it.is_ascii_digit()).count();
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    if text.get(at) == Some(&b'.') {
        let part = digits(at + 1);
        if whole + part == 0 {
            return 0;
        }
        at += 1 + part;
    } else if whole == 0 {
        return 0;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let power = digits(at + 1 + sign);
        if power > 0 {
            at += 1 + sign + power;
        }
    }
    at
}

/// Reads a decimal number, and says how long it is.
pub(crate) fn decimal(text: &[u8]) -> (f64, usize) {
    let length = decimal_length(text);
    let value = std::str::from_utf8(&text[..length]).ok().and_then(|it| it.parse().ok()).unwrap_or(0.0);
    (value, length)
}

/// A number of gawk's source that begins with 0: octal or hexadecimal.
pub(crate) fn source(text: &[u8]) -> Option<(f64, usize)> {
    if text.first() != Some(&b'0') {
        return None;
    }
    if matches!(text.get(1), Some(b'x' | b'X')) {
        let digits = text[2..].iter().take_while(|it| it.is_ascii_hexdigit()).count();
        if digits == 0 {
            return None;
        }
        return Some((radix(&text[2..2 + digits], 16.0), 2 + digits));
    }
    let length = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let octal = text[..length].iter().all(|it| *it < b'8') && length > 1;
    (octal && !matches!(text.get(length), Some(b'.' | b'e' | b'E'))).then(|| (radix(&text[1..length], 8.0), length))
}

fn radix(digits: &[u8], base: f64) -> f64 {
    digits.iter().fold(0.0, |all, it| all * base + f64::from((*it as char).to_digit(16).unwrap_or(0)))
}

/// Reads a number as gawk's strtonum(): decimal, octal or hexadecimal.
pub(crate) fn any_radix(text: &[u8]) -> f64 {
    let begin = text.iter().position(|it| !is_blank(*it)).unwrap_or(text.len());
    let text = &text[begin..];
    let (sign, rest) = match text.first() {
        Some(b'-') => (-1.0, &text[1..]),
        Some(b'+') => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    match source(rest) {
        Some((value, _)) => sign * value,
        None => to_number(text, Dialect::Gawk),
    }
}

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 11 | 12 | b'\r')
}

/// A hexadecimal number, `inf` and `nan` as strtod(3) takes them, which mawk does.
fn special(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let factor = if text.first() == Some(&b'-') { -1.0 } else { 1.0 };
    let rest: Vec<u8> = text[sign..].iter().take(8).map(u8::to_ascii_lowercase).collect();
    if rest.starts_with(b"inf") {
        return Some((factor * f64::INFINITY, sign + if rest == b"infinity" { 8 } else { 3 }));
    }
    if rest.starts_with(b"nan") {
        return Some((if factor < 0.0 { -f64::NAN.abs() } else { f64::NAN.abs() }, sign + 3));
    }
    if rest.starts_with(b"0x") {
        return hexadecimal(&text[sign..]).map(|(value, length)| (factor * value, sign + length));
    }
    None
}

fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let whole = text[2..].iter().take_while(|it| it.is_ascii_hexdigit()).count();
    let mut value = radix(&text[2..2 + whole], 16.0);
    let mut at = 2 + whole;
    let mut part = 0;
    if text.get(at) == Some(&b'.') {
        part = text[at + 1..].iter().take_while(|it| it.is_ascii_hexdigit()).count();
        value += radix(&text[at + 1..at + 1 + part], 16.0) / 16_f64.powi(part as i32);
        if whole + part > 0 {
            at += 1 + part;
        }
    }
    if whole + part == 0 {
        // Only the zero is a number.
        return Some((0.0, 1));
    }
    if matches!(text.get(at), Some(b'p' | b'P')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let digits = text[at + 1 + sign..].iter().take_while(|it| it.is_ascii_digit()).count();
        if digits > 0 {
            let power: i32 = std::str::from_utf8(&text[at + 1 + sign..at + 1 + sign + digits]).ok().and_then(|it| it.parse().ok()).unwrap_or(9999);
            value *= 2_f64.powi(if text[at + 1] == b'-' { -power } else { power });
            at += 1 + sign + digits;
        }
    }
    Some((value, at))
}

/// gawk takes `+inf`, `-nan` and the like, with their sign, as numbers (`info gawk`, "POSIX Floating Point Problems").
fn signed_special(text: &[u8]) -> Option<f64> {
    let end = text.iter().rposition(|it| !is_blank(*it)).map_or(0, |it| it + 1);
    let negative = match text.first()? {
        b'-' => true,
        b'+' => false,
        _ => return None,
    };
    match &text[1..end.max(1)].to_ascii_lowercase()[..] {
        b"inf" => Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
        b"nan" => Some(if negative { -f64::NAN.abs() } else { f64::NAN.abs() }),
        _ => None,
    }
}

fn begin(text: &[u8]) -> &[u8] {
    let at = text.iter().position(|it| !is_blank(*it)).unwrap_or(text.len());
    &text[at..]
}

/// The number that a text begins with.
pub(crate) fn to_number(text: &[u8], dialect: Dialect) -> f64 {
    let text = begin(text);
    let found = match dialect {
        Dialect::Mawk => special(text).map(|it| it.0),
        Dialect::Gawk => signed_special(text),
    };
    found.unwrap_or_else(|| decimal(text).0)
}

/// The number that a text of the input is as a whole, blanks around it aside.
pub(crate) fn whole(text: &[u8], dialect: Dialect) -> Option<f64> {
    // mawk's own blanks are fewer than those of strtod(3).
    let is_blank = |it: u8| if dialect == Dialect::Mawk { matches!(it, b' ' | b'\t' | b'\n') } else { is_blank(it) };
    let start = text.iter().position(|it| !is_blank(*it)).unwrap_or(text.len());
    let end = text.iter().rposition(|it| !is_blank(*it)).map_or(start, |it| it + 1);
    let text = &text[start..end];
    let (first, last) = (*text.first()?, *text.last()?);
    if dialect == Dialect::Gawk {
        if let Some(value) = signed_special(text) {
            return Some(value);
        }
    } else {
        if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) || !(last.is_ascii_digit() || last == b'.') {
            return None;
        }
        if let Some((value, length)) = special(text) {
            return (length == text.len()).then_some(value);
        }
    }
    let (value, length) = decimal(text);
    (length == text.len() && length > 0).then_some(value)
}

/// The largest integer of mawk (`Max_Int`).
const MOST: f64 = 2_147_483_647.0;

/// An integral number as text; None where the format decides.
pub(crate) fn integral(value: f64, dialect: Dialect) -> Option<String> {
    match dialect {
        Dialect::Mawk => (value.trunc() == value && value.abs() <= MOST).then(|| format!("{}", value as i64)),
        Dialect::Gawk if value.is_nan() => Some(if value.is_sign_negative() { "-nan" } else { "+nan" }.to_owned()),
        Dialect::Gawk if value.is_infinite() => Some(if value < 0.0 { "-inf" } else { "+inf" }.to_owned()),
        Dialect::Gawk => (value.trunc() == value).then(|| if value == 0.0 { "0".to_owned() } else { format!("{value:.0}") }),
    }
}
