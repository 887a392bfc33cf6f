//! Numbers in options (gnulib's xstrtol, xdectoint).

use crate::{Answer, call::Call};

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    Invalid,
    TooLarge,
    Suffix,
}

/// Reads an unsigned number with one of the suffixes that are allowed. A `0` among them allows `B` and `iB` behind a suffix.
pub(crate) fn unsigned(text: &[u8], suffixes: &str) -> Result<u64, Bad> {
    let text = trimmed(text);
    if text.first() == Some(&b'-') {
        return Err(Bad::Invalid);
    }
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let many = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(many);
    let allowed = |it: u8| it != b'0' && suffixes.bytes().any(|other| other == it);
    if digits.is_empty() && !rest.first().is_some_and(|it| allowed(*it)) {
        return Err(Bad::Invalid);
    }
    let mut large = false;
    let mut value: u64 = if digits.is_empty() { 1 } else { 0 };
    for digit in digits {
        match value.checked_mul(10).and_then(|it| it.checked_add(u64::from(digit - b'0'))) {
            Some(next) => value = next,
            None => {
                large = true;
                value = u64::MAX;
            }
        }
    }
    let Some(suffix) = rest.first() else {
        return if large { Err(Bad::TooLarge) } else { Ok(value) };
    };
    if !allowed(*suffix) {
        return Err(Bad::Suffix);
    }
    let (mut base, mut taken) = (1024u64, 1);
    if suffixes.contains('0') && b"EGgkKMmPQRTtYZ".contains(suffix) {
        match &rest[1..] {
            [b'i', b'B', ..] => taken = 3,
            [b'B' | b'D', ..] => {
                base = 1000;
                taken = 2;
            }
            _ => {}
        }
    }
    let power = match suffix {
        b'b' => 0,
        b'B' => 0,
        b'c' => 0,
        b'k' | b'K' => 1,
        b'm' | b'M' => 2,
        b'g' | b'G' => 3,
        b't' | b'T' => 4,
        b'P' => 5,
        b'E' => 6,
        b'Z' => 7,
        b'Y' => 8,
        _ => 0,
    };
    let single = match suffix {
        b'b' => 512,
        b'B' => 1024,
        b'w' => 2,
        _ => 1,
    };
    let scaled = (0..power).try_fold(value, |it, _| it.checked_mul(base)).and_then(|it| it.checked_mul(single));
    if rest.len() > taken {
        return Err(Bad::Suffix);
    }
    match scaled {
        Some(value) if !large => Ok(value),
        _ => Err(Bad::TooLarge),
    }
}

fn trimmed(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|it| matches!(it, b' ' | 9..=13)).count();
    &text[blank..]
}

/// Reads an unsigned number of an option between bounds, or ends the call (`xdectoumax`).
pub(crate) fn bounded(call: &mut Call<'_>, text: &[u8], least: u64, most: u64, suffixes: &str, what: &str) -> Answer<u64> {
    let problem = match unsigned(text, suffixes) {
        Ok(value) if (least..=most).contains(&value) => return Ok(value),
        Ok(value) if value > most && most > i32::MAX as u64 / 2 => ": Value too large for defined data type",
        Ok(_) => ": Numerical result out of range",
        Err(Bad::TooLarge) => ": Value too large for defined data type",
        Err(_) => "",
    };
    let message = [what.as_bytes(), b": ", &call.quoted(text), problem.as_bytes()].concat();
    call.fail(message, 1)
}

/// Reads a number of an option that may be below zero, or ends the call (`xdectoimax`).
pub(crate) fn bounded_signed(call: &mut Call<'_>, text: &[u8], least: i64, most: i64, what: &str) -> Answer<i64> {
    const LARGE: &str = ": Value too large for defined data type";
    let body = trimmed(text);
    let (negative, digits) = match body.first() {
        Some(b'-') => (true, &body[1..]),
        Some(b'+') => (false, &body[1..]),
        _ => (false, body),
    };
    let problem = if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        ""
    } else {
        let value = digits.iter().try_fold(0_i64, |all, it| {
            let digit = i64::from(it - b'0');
            all.checked_mul(10).and_then(|all| if negative { all.checked_sub(digit) } else { all.checked_add(digit) })
        });
        match value {
            Some(value) if (least..=most).contains(&value) => return Ok(value),
            Some(value) if value > i64::from(i32::MAX / 2) || value < i64::from(i32::MIN / 2) => LARGE,
            Some(_) => ": Numerical result out of range",
            None => LARGE,
        }
    };
    let message = [what.as_bytes(), b": ", &call.quoted(text), problem.as_bytes()].concat();
    call.fail(message, 1)
}
