//! Numbers in arguments: C's notation, or a quote and a character.

use super::bytes;

/// A message about an argument, and whether it makes the call fail.
pub struct Complaint {
    pub text: String,
    pub fails: bool,
}

impl Complaint {
    /// Says that a text is no number.
    pub fn invalid(arg: &[u8]) -> Complaint {
        let kind = match arg {
            [b'0', digit, ..] if digit.is_ascii_digit() => "invalid octal number",
            [b'0', b'x', ..] => "invalid hex number",
            _ => "invalid number",
        };
        Complaint { text: format!("{}: {kind}", bytes::text(arg)), fails: true }
    }

    /// Says that a number is too large, or too small, for its type.
    pub fn range(arg: &[u8]) -> Complaint {
        Complaint { text: format!("warning: {}: Numerical result out of range", bytes::text(arg)), fails: false }
    }
}

/// Reads a signed number; what cannot be read counts as far as it goes.
pub fn signed(arg: &[u8]) -> (i64, Option<Complaint>) {
    if let Some(code) = character(arg) {
        return (code, None);
    }
    let (negative, magnitude, rest) = scan(arg);
    let value = match magnitude {
        Some(magnitude) if negative && magnitude <= 1 << 63 => Some((magnitude as i64).wrapping_neg()),
        Some(magnitude) if !negative => i64::try_from(magnitude).ok(),
        _ => None,
    };
    (value.unwrap_or(if negative { i64::MIN } else { i64::MAX }), complaint(arg, rest, value.is_none()))
}

/// Reads an unsigned number, of which a negative one wraps.
pub fn unsigned(arg: &[u8]) -> (u64, Option<Complaint>) {
    if let Some(code) = character(arg) {
        return (code as u64, None);
    }
    let (negative, magnitude, rest) = scan(arg);
    let value = magnitude.map(|magnitude| if negative { magnitude.wrapping_neg() } else { magnitude });
    (value.unwrap_or(u64::MAX), complaint(arg, rest, value.is_none()))
}

fn complaint(arg: &[u8], rest: &[u8], too_large: bool) -> Option<Complaint> {
    if !rest.is_empty() {
        return Some(Complaint::invalid(arg));
    }
    too_large.then(|| Complaint::range(arg))
}

/// Returns the code of the character behind a quote.
pub fn character(arg: &[u8]) -> Option<i64> {
    let (&(b'\'' | b'"'), rest) = arg.split_first()? else { return None };
    let Some(&first) = rest.first() else { return Some(0) };
    let letter = rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    Some(letter.map_or(i64::from(first), |letter| i64::from(letter as u32)))
}

/// Reads as C's `strtoumax` with base 0: the sign, the magnitude unless it is too large, and what is left.
fn scan(arg: &[u8]) -> (bool, Option<u64>, &[u8]) {
    let text = &arg[arg.iter().take_while(|unit| b" \t\n\r\x0b\x0c".contains(unit)).count()..];
    let negative = text.first() == Some(&b'-');
    let text = if matches!(text.first(), Some(b'-' | b'+')) { &text[1..] } else { text };
    let (base, digits) = match text {
        [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => (16, &text[2..]),
        [b'0', ..] => (8, text),
        _ => (10, text),
    };
    let mut magnitude = Some(0u64);
    let mut count = 0;
    while let Some(digit) = digits.get(count).and_then(|&unit| char::from(unit).to_digit(base)) {
        magnitude = magnitude.and_then(|value| value.checked_mul(u64::from(base))?.checked_add(u64::from(digit)));
        count += 1;
    }
    // Without a digit nothing is read, not the blanks or the sign either.
    if count == 0 { (false, Some(0), arg) } else { (negative, magnitude, &digits[count..]) }
}
