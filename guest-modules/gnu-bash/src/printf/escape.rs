//! Backslash escapes in their three dialects: `printf`'s, `echo -e`'s and `$'…'`'s.

use super::bytes;

/// What one escape of `printf` comes to; with a length of nought the backslash stands for itself.
pub struct Escape {
    pub bytes: Vec<u8>,
    pub length: usize,
    pub stop: bool,
    pub complaint: Option<String>,
}

impl Escape {
    fn new(bytes: Vec<u8>, length: usize) -> Escape {
        Escape { bytes, length, stop: false, complaint: None }
    }
}

/// Reads what follows a backslash in a format, or in an argument of `%b`.
pub fn one(rest: &[u8], argument: bool) -> Escape {
    let plain = || Escape::new(vec![b'\\'], 0);
    let Some(&sign) = rest.first() else { return plain() };
    if let Some(byte) = control(sign) {
        return Escape::new(vec![byte], 1);
    }
    match sign {
        b'0'..=b'7' => {
            let most = if argument && sign == b'0' { 4 } else { 3 };
            let (value, digits) = digits(rest, 8, most);
            Escape::new(vec![value as u8], digits)
        }
        b'x' | b'u' | b'U' => {
            let (most, name) = match sign {
                b'x' => (2, "hex"),
                b'u' => (4, "unicode"),
                _ => (8, "unicode"),
            };
            let (value, digits) = digits(&rest[1..], 16, most);
            if digits == 0 {
                return Escape { complaint: Some(format!("missing {name} digit for \\{}", char::from(sign))), ..plain() };
            }
            Escape::new(if sign == b'x' { vec![value as u8] } else { bytes::encoded(value) }, 1 + digits)
        }
        b'\\' => Escape::new(vec![b'\\'], 1),
        b'\'' | b'"' | b'?' if !argument => Escape::new(vec![sign], 1),
        b'c' if argument => Escape { stop: true, ..Escape::new(Vec::new(), 1) },
        _ => plain(),
    }
}

/// Expands an argument of `%b`; also tells whether `\c` ended the output, and what bash complains of.
pub fn argument(text: &[u8]) -> (Vec<u8>, bool, Vec<String>) {
    let (mut out, mut complaints, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(&unit) = text.get(at) {
        at += 1;
        if unit != b'\\' {
            out.push(unit);
            continue;
        }
        let taken = one(&text[at..], true);
        complaints.extend(taken.complaint);
        if taken.stop {
            return (out, true, complaints);
        }
        out.extend(taken.bytes);
        at += taken.length;
    }
    (out, false, complaints)
}

fn control(sign: u8) -> Option<u8> {
    Some(match sign {
        b'a' => 7,
        b'b' => 8,
        b'e' | b'E' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

/// Reads up to so many digits; returns the value, which wraps, and how many there were.
fn digits(text: &[u8], base: u32, most: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut count = 0;
    while let Some(digit) = text.get(count).filter(|_| count < most).and_then(|&unit| char::from(unit).to_digit(base)) {
        value = value.wrapping_mul(base).wrapping_add(digit);
        count += 1;
    }
    (value, count)
}

/// Expands `echo -e`'s escapes and tells whether `\c` ended the output.
pub fn echo_escapes(text: &str) -> (String, bool) {
    let (out, stop) = expanded(&bytes::of(text), true);
    (bytes::text(&out), stop)
}

/// Expands the body of `$'…'`; a NUL ends it.
pub fn ansi(text: &str) -> String {
    let (mut out, _) = expanded(&bytes::of(text), false);
    if let Some(end) = out.iter().position(|&byte| byte == 0) {
        out.truncate(end);
    }
    bytes::text(&out)
}

fn expanded(text: &[u8], echo: bool) -> (Vec<u8>, bool) {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(&unit) = text.get(at) {
        at += 1;
        if unit != b'\\' {
            out.push(unit);
            continue;
        }
        let Some(&sign) = text.get(at) else {
            out.push(b'\\');
            break;
        };
        if echo && sign == b'c' {
            return (out, true);
        }
        let (bytes, length) = shared(&text[at..], sign, echo);
        out.extend(bytes);
        at += length;
    }
    (out, false)
}

fn shared(rest: &[u8], sign: u8, echo: bool) -> (Vec<u8>, usize) {
    if let Some(byte) = control(sign) {
        return (vec![byte], 1);
    }
    match sign {
        b'0' if echo => {
            let (value, digits) = digits(rest, 8, 4);
            (vec![value as u8], digits)
        }
        b'0'..=b'7' if !echo => {
            let (value, digits) = digits(rest, 8, 3);
            (vec![value as u8], digits)
        }
        b'x' if !echo && rest.get(1) == Some(&b'{') => {
            let (value, digits) = digits(&rest[2..], 16, usize::MAX);
            (vec![value as u8], 2 + digits + usize::from(rest.get(2 + digits) == Some(&b'}')))
        }
        b'x' | b'u' | b'U' => {
            let most = if sign == b'x' { 2 } else { 4 };
            let most = if sign == b'U' { 8 } else { most };
            let (value, digits) = digits(&rest[1..], 16, most);
            match (digits, sign) {
                (0, _) => (vec![b'\\', sign], 1),
                (_, b'x') => (vec![value as u8], 1 + digits),
                _ => (bytes::encoded(value), 1 + digits),
            }
        }
        b'\\' => (vec![b'\\'], 1),
        b'\'' | b'"' | b'?' if !echo => (vec![sign], 1),
        b'c' if !echo && rest.len() > 1 => {
            let held = rest[1];
            let length = if held == b'\\' && rest.get(2) == Some(&b'\\') { 3 } else { 2 };
            (vec![if held == b'?' { 0x7F } else { held.to_ascii_uppercase() & 0x1F }], length)
        }
        _ => (vec![b'\\', sign], 1),
    }
}
