//! Numbers with a point, as the 80-bit `long double` of x86 that bash computes `printf`'s with: 64 bits of mantissa.

mod big;

use super::number::{Complaint, character};
use big::Big;

/// The least and the greatest exponent of a 64-bit whole mantissa (`LDBL_MIN_EXP` with denormals, `LDBL_MAX_EXP`).
const LEAST: i64 = -16445;
const GREATEST: i64 = 16384 - 64;

/// More digits than this cannot change how a number is rounded: the longest exact halfway point has fewer.
const MOST_DIGITS: usize = 12_000;

/// A number, `mantissa` times two to the power `exponent`.
#[derive(Clone, Debug)]
pub struct Float {
    negative: bool,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Nan,
    Infinite,
    Finite { mantissa: u64, exponent: i64 },
}

impl Default for Float {
    fn default() -> Float {
        Float { negative: false, kind: Kind::Finite { mantissa: 0, exponent: 0 } }
    }
}

/// Reads an argument as C's `strtold`; what cannot be read counts as far as it goes.
pub fn read(arg: &[u8]) -> (Float, Option<Complaint>) {
    if let Some(code) = character(arg) {
        return (Float { negative: code < 0, kind: Kind::Finite { mantissa: code.unsigned_abs(), exponent: 0 } }, None);
    }
    let blanks = arg.iter().take_while(|unit| b" \t\n\r\x0b\x0c".contains(unit)).count();
    let text = &arg[blanks..];
    let negative = text.first() == Some(&b'-');
    let text = if matches!(text.first(), Some(b'-' | b'+')) { &text[1..] } else { text };
    let starts = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    let (kind, rest, range) = if starts("infinity") {
        (Kind::Infinite, &text[8..], false)
    } else if starts("inf") {
        (Kind::Infinite, &text[3..], false)
    } else if starts("nan") {
        (Kind::Nan, after_nan(&text[3..]), false)
    } else if let Some((kind, rest, range)) = hexadecimal(text).or_else(|| decimal(text)) {
        (kind, rest, range)
    } else {
        return (Float::default(), (!arg.is_empty()).then(|| Complaint::invalid(arg)));
    };
    let complaint = if !rest.is_empty() { Some(Complaint::invalid(arg)) } else { range.then(|| Complaint::range(arg)) };
    (Float { negative, kind }, complaint)
}

/// Returns what is left behind `nan` and the tag in parentheses it may have.
fn after_nan(rest: &[u8]) -> &[u8] {
    let Some(inner) = rest.strip_prefix(b"(") else { return rest };
    let length = inner.iter().take_while(|unit| unit.is_ascii_alphanumeric() || **unit == b'_').count();
    if inner.get(length) == Some(&b')') { &inner[length + 1..] } else { rest }
}

/// Reads digits with a point: the digits that count, how many stand behind the point, and what is left.
fn digits(text: &[u8], base: u32) -> Option<(Vec<u8>, i64, &[u8])> {
    let (mut found, mut behind, mut point, mut any, mut at) = (Vec::new(), 0, false, false, 0);
    while let Some(&unit) = text.get(at) {
        if unit == b'.' && !point {
            point = true;
        } else if let Some(digit) = char::from(unit).to_digit(base) {
            any = true;
            if !(found.is_empty() && digit == 0) {
                found.push(digit as u8);
            }
            behind += i64::from(point);
        } else {
            break;
        }
        at += 1;
    }
    any.then(|| (found, behind, &text[at..]))
}

/// Reads an exponent behind its letter, if there is a whole one.
fn power(rest: &[u8], letter: u8) -> (i64, &[u8]) {
    let Some((first, tail)) = rest.split_first() else { return (0, rest) };
    if !first.eq_ignore_ascii_case(&letter) {
        return (0, rest);
    }
    let negative = tail.first() == Some(&b'-');
    let tail = if matches!(tail.first(), Some(b'-' | b'+')) { &tail[1..] } else { tail };
    let count = tail.iter().take_while(|unit| unit.is_ascii_digit()).count();
    if count == 0 {
        return (0, rest);
    }
    let value = tail[..count].iter().fold(0i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1 << 40));
    (if negative { -value } else { value }, &tail[count..])
}

fn hexadecimal(text: &[u8]) -> Option<(Kind, &[u8], bool)> {
    let rest = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X"))?;
    let (found, behind, rest) = digits(rest, 16)?;
    let (power, rest) = power(rest, b'p');
    let kept = found.len().min(40);
    let lost = found[kept..].iter().any(|&digit| digit != 0);
    let mut value = Big::from(0);
    found[..kept].iter().for_each(|&digit| value.multiply_add(16, u64::from(digit)));
    let exponent = power - 4 * behind + 4 * (found.len() - kept) as i64;
    let (kind, range) = rounded(&value, exponent, lost);
    Some((kind, rest, range))
}

fn decimal(text: &[u8]) -> Option<(Kind, &[u8], bool)> {
    let (mut found, behind, rest) = digits(text, 10)?;
    let (power, rest) = power(rest, b'e');
    let mut exponent = power - behind;
    let scale = exponent + found.len() as i64;
    if found.is_empty() || scale < -5100 {
        return Some((Kind::Finite { mantissa: 0, exponent: 0 }, rest, !found.is_empty()));
    }
    if scale > 5100 {
        return Some((Kind::Infinite, rest, true));
    }
    if found.len() > MOST_DIGITS {
        exponent += (found.len() - MOST_DIGITS) as i64;
        let lost = found[MOST_DIGITS..].iter().any(|&digit| digit != 0);
        found.truncate(MOST_DIGITS);
        found[MOST_DIGITS - 1] |= u8::from(lost);
    }
    let mut value = Big::from(0);
    found.iter().for_each(|&digit| value.multiply_add(10, u64::from(digit)));
    if exponent >= 0 {
        value.multiply_power(10, exponent as u64);
        let (kind, range) = rounded(&value, 0, false);
        return Some((kind, rest, range));
    }
    let mut divisor = Big::from(1);
    divisor.multiply_power(10, exponent.unsigned_abs());
    // Enough bits that the quotient has more than the mantissa, and a remainder tells on which side of a half it is.
    let shift = (70 + divisor.bits() as i64 - value.bits() as i64).max(0);
    value.shift_left(shift as usize);
    let (quotient, lost) = value.divided(&divisor);
    let (kind, range) = rounded(&quotient, -shift, lost);
    Some((kind, rest, range))
}

/// Rounds to the nearest mantissa, of two as near to the even one; also tells whether the number is out of range.
fn rounded(value: &Big, exponent: i64, lost: bool) -> (Kind, bool) {
    let bits = value.bits() as i64;
    if bits == 0 {
        return (Kind::Finite { mantissa: 0, exponent: 0 }, lost);
    }
    let drop = (bits - 64).max(LEAST - exponent).max(0);
    let tiny = exponent + bits < LEAST + 64;
    let (mut mantissa, half, below) = value.top(drop as usize);
    let inexact = half || below || lost;
    let mut exponent = exponent + drop;
    if half && (below || lost || mantissa & 1 == 1) {
        (mantissa, exponent) = match mantissa.checked_add(1) {
            Some(next) => (next, exponent),
            None => (1 << 63, exponent + 1),
        };
    }
    let room = i64::from(mantissa.leading_zeros());
    if mantissa != 0 && exponent - room > GREATEST {
        return (Kind::Infinite, true);
    }
    (Kind::Finite { mantissa, exponent }, tiny && inexact)
}

impl Float {
    /// Returns whether the sign is minus, which nought and what is no number have too.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns whether it has digits.
    pub fn is_finite(&self) -> bool {
        matches!(self.kind, Kind::Finite { .. })
    }

    /// Writes the magnitude as C does for one of `a`, `e`, `f`, `g`.
    pub fn shown(&self, sign: u8, precision: Option<usize>, alternate: bool) -> String {
        let (mantissa, exponent) = match self.kind {
            Kind::Nan => return "nan".to_string(),
            Kind::Infinite => return "inf".to_string(),
            Kind::Finite { mantissa, exponent } => (mantissa, exponent),
        };
        if sign == b'a' {
            return hex_shown(mantissa, exponent, precision, alternate);
        }
        let decimal = Decimal::exact(mantissa, exponent);
        let precision = precision.unwrap_or(6);
        match sign {
            b'f' => decimal.fixed(precision, alternate),
            b'e' => decimal.scientific(precision, alternate),
            _ => decimal.general(precision.max(1), alternate),
        }
    }
}

/// All digits of a number; the point stands behind the first `point` of them.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn exact(mantissa: u64, exponent: i64) -> Decimal {
        let mut value = Big::from(mantissa);
        let mut behind = 0;
        if exponent >= 0 {
            value.shift_left(exponent as usize);
        } else {
            value.multiply_power(5, exponent.unsigned_abs());
            behind = exponent.unsigned_abs() as i64;
        }
        let digits = value.decimal();
        let point = digits.len() as i64 - behind;
        Decimal { point: if digits.is_empty() { 1 } else { point }, digits }
    }

    /// Returns the number with so many digits kept, rounded half to even.
    fn kept(&self, count: i64) -> Decimal {
        if count >= self.digits.len() as i64 {
            return Decimal { digits: self.digits.clone(), point: self.point };
        }
        if count < 0 {
            return Decimal { digits: Vec::new(), point: self.point };
        }
        let count = count as usize;
        let mut digits = self.digits[..count].to_vec();
        let rest = &self.digits[count..];
        let more = rest[1..].iter().any(|&digit| digit != 0);
        let odd = digits.last().is_some_and(|digit| digit % 2 == 1);
        let mut point = self.point;
        if rest[0] > 5 || (rest[0] == 5 && (more || odd)) {
            let mut at = count;
            loop {
                if at == 0 {
                    digits.insert(0, 1);
                    point += 1;
                    break;
                }
                at -= 1;
                digits[at] = (digits[at] + 1) % 10;
                if digits[at] != 0 {
                    break;
                }
            }
        }
        Decimal { digits, point }
    }

    fn digit(&self, at: i64) -> char {
        let digit = usize::try_from(at).ok().and_then(|at| self.digits.get(at)).copied().unwrap_or(0);
        char::from(b'0' + digit)
    }

    fn fixed(&self, precision: usize, alternate: bool) -> String {
        let number = self.kept(self.point + precision as i64);
        let mut out: String = if number.point <= 0 { "0".to_string() } else { (0..number.point).map(|at| number.digit(at)).collect() };
        if precision > 0 || alternate {
            out.push('.');
        }
        out.extend((0..precision as i64).map(|at| number.digit(number.point + at)));
        out
    }

    fn scientific(&self, precision: usize, alternate: bool) -> String {
        let number = self.kept(precision as i64 + 1);
        let mut out = String::from(number.digit(0));
        if precision > 0 || alternate {
            out.push('.');
        }
        out.extend((1..=precision as i64).map(|at| number.digit(at)));
        let power = if self.digits.is_empty() { 0 } else { number.point - 1 };
        out.push_str(&format!("e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()));
        out
    }

    fn general(&self, precision: usize, alternate: bool) -> String {
        let power = if self.digits.is_empty() { 0 } else { self.kept(precision as i64).point - 1 };
        let fixed = power >= -4 && power < precision as i64;
        let out = if fixed { self.fixed((precision as i64 - 1 - power) as usize, alternate) } else { self.scientific(precision - 1, alternate) };
        if alternate {
            return out;
        }
        let (number, power) = out.split_at(out.find('e').unwrap_or(out.len()));
        let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
        format!("{number}{power}")
    }
}

/// Writes as glibc does for this type: the first digit holds the mantissa's four uppermost bits.
fn hex_shown(mantissa: u64, exponent: i64, precision: Option<usize>, alternate: bool) -> String {
    let shift = mantissa.leading_zeros().min(63);
    let (mut wide, mut power) = if mantissa == 0 { (0u128, 0) } else { (u128::from(mantissa << shift), exponent - i64::from(shift) + 60) };
    // Below the normal numbers the mantissa keeps its place.
    if mantissa != 0 && power < LEAST + 60 {
        (wide, power) = (u128::from(mantissa) << (exponent - LEAST), LEAST + 60);
    }
    let mut places = 15;
    if let Some(precision) = precision.filter(|&precision| precision < 15) {
        let dropped = 4 * (15 - precision) as u32;
        let (rest, half) = (wide & ((1 << dropped) - 1), 1u128 << (dropped - 1));
        wide >>= dropped;
        if rest > half || (rest == half && wide & 1 == 1) {
            wide += 1;
        }
        places = precision;
        if wide >> (4 * places) > 15 {
            wide >>= 4;
            power += 4;
        }
    }
    let lead = wide >> (4 * places);
    let rest = wide & ((1u128 << (4 * places)) - 1);
    let mut digits = if places == 0 { String::new() } else { format!("{rest:0places$x}") };
    match precision {
        None => digits.truncate(digits.trim_end_matches('0').len()),
        Some(precision) => digits.extend(std::iter::repeat_n('0', precision.saturating_sub(places))),
    }
    let point = if digits.is_empty() && !alternate { "" } else { "." };
    format!("0x{lead:x}{point}{digits}p{power:+}")
}

/// Reads and writes a number.
#[cfg(test)]
fn shown(arg: &str, sign: u8, precision: usize) -> String {
    read(arg.as_bytes()).0.shown(sign, Some(precision), false)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn digits_are_exact() {
        assert_eq!(shown("0.1", b'f', 30), "0.100000000000000000001355252716");
        assert_eq!(shown("12345678901234567890", b'f', 0), "12345678901234567890");
        assert_eq!(shown("2.5", b'f', 0), "2");
        assert_eq!(shown("9.9999999", b'e', 3), "1.000e+01");
        assert_eq!(shown("1e4932", b'g', 3), "1e+4932");
    }
}
