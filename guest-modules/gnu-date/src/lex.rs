//! The text of a date, word by word.

use crate::words::{self, LocalNames};

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// A number as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: i64,
    pub(crate) digits: usize,
    pub(crate) negative: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A number with a sign.
    Signed(Number),
    /// A number without.
    Plain(Number),
    /// A number with a fraction, with a sign or without: seconds, rounded down, and nanoseconds.
    SignedFraction(i64, u32),
    PlainFraction(i64, u32),
    /// Whether it is PM.
    Afternoon(bool),
    Month(i64),
    Day(i64),
    Unit(Unit, i64),
    Ordinal(i64),
    DayShift(i64),
    Ago(i64),
    Dst,
    /// Seconds east.
    Zone(i64),
    /// Seconds east in winter.
    SummerZone(i64),
    LocalZone(Option<bool>),
    Sign(char),
    End,
    /// What is no word of a date.
    Bad,
}

/// Longest word that is held.
const LONGEST: usize = 19;

/// All words of a text; the last is [`Token::End`] or [`Token::Bad`].
pub(crate) fn tokens(text: &[u8], local: &LocalNames) -> Vec<Token> {
    let mut rest = text;
    let mut all = Vec::new();
    loop {
        let token = next(&mut rest, local);
        all.push(token);
        if matches!(token, Token::End | Token::Bad) {
            return all;
        }
    }
}

pub(crate) fn skip_space(rest: &mut &[u8]) {
    let end = rest.iter().take_while(|it| b" \t\n\x0b\x0c\r".contains(it)).count();
    *rest = &rest[end..];
}

fn next(rest: &mut &[u8], local: &LocalNames) -> Token {
    loop {
        skip_space(rest);
        let Some(first) = rest.first().copied() else { return Token::End };
        match first {
            b'0'..=b'9' => return number(rest, None),
            b'+' | b'-' => {
                *rest = &rest[1..];
                skip_space(rest);
                // A sign before anything but a number is passed over.
                if rest.first().is_some_and(u8::is_ascii_digit) {
                    return number(rest, Some(first == b'-'));
                }
            }
            b'(' => {
                if !comment(rest) {
                    return Token::End;
                }
            }
            _ if first.is_ascii_alphabetic() => return word(rest, local),
            // NUL ends the text in C.
            0 => return Token::End,
            _ => {
                *rest = &rest[1..];
                return Token::Sign(char::from(first));
            }
        }
    }
}

/// Passes over a comment in parentheses; `false` where it does not end.
fn comment(rest: &mut &[u8]) -> bool {
    let mut depth = 0_usize;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            0 => return false,
            _ => {}
        }
        if depth == 0 {
            *rest = &rest[at + 1..];
            return true;
        }
    }
    false
}

fn word(rest: &mut &[u8], local: &LocalNames) -> Token {
    let length = rest.iter().take_while(|it| it.is_ascii_alphabetic() || **it == b'.').count();
    let word = String::from_utf8_lossy(&rest[..length.min(LONGEST)]).to_ascii_uppercase();
    *rest = &rest[length..];
    words::look_up(&word, local).unwrap_or(Token::Bad)
}

fn number(rest: &mut &[u8], sign: Option<bool>) -> Token {
    let negative = sign == Some(true);
    let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    let mut value = 0_i64;
    for digit in &rest[..digits] {
        let digit = i64::from(digit - b'0');
        let more = value.checked_mul(10).and_then(|it| if negative { it.checked_sub(digit) } else { it.checked_add(digit) });
        let Some(more) = more else { return Token::Bad };
        value = more;
    }
    *rest = &rest[digits..];
    let fraction = matches!(rest.first(), Some(b'.' | b',')) && rest.get(1).is_some_and(u8::is_ascii_digit);
    if !fraction {
        let number = Number { value, digits, negative };
        return if sign.is_some() { Token::Signed(number) } else { Token::Plain(number) };
    }
    let after = &rest[1..];
    let digits = after.iter().take_while(|it| it.is_ascii_digit()).count();
    let mut nanos = (0..9).fold(0_u32, |all, at| all * 10 + after[..digits].get(at).map_or(0, |it| u32::from(it - b'0')));
    *rest = &after[digits..];
    // Rounded down, below zero too.
    if negative && after[..digits].iter().skip(9).any(|it| *it != b'0') {
        nanos += 1;
    }
    if negative && nanos > 0 {
        let Some(less) = value.checked_sub(1) else { return Token::Bad };
        value = less;
        nanos = 1_000_000_000 - nanos;
    }
    if sign.is_some() { Token::SignedFraction(value, nanos) } else { Token::PlainFraction(value, nanos) }
}
