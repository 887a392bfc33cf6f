//! expr(1).

use std::cmp::Ordering;

use gnu_regex::{Flavour, Letter, Options, Regex, decode};

use crate::{
    Answer,
    call::{Call, unmodelled},
};

/// Deepest nesting of parentheses.
const DEEPEST: usize = 200;

/// expr(1).
pub(crate) fn expr(call: &mut Call<'_>) -> Answer {
    let mut words = call.args.to_vec();
    if words.len() == 1 && words[0].len() > 2 && (b"--help".starts_with(&words[0]) || b"--version".starts_with(&words[0])) {
        return unmodelled("a tool's help or version is not modelled");
    }
    if words.first().is_some_and(|it| it == b"--") {
        words.remove(0);
    }
    if words.is_empty() {
        return call.misused("missing operand", 2);
    }
    let mut reader = Reader { call, words, at: 0, depth: 0 };
    let value = reader.either(true)?;
    if let Some(word) = reader.words.get(reader.at) {
        let message = [b"syntax error: unexpected argument ".as_slice(), &reader.call.quoted(word)].concat();
        return call.fail(message, 2);
    }
    call.out.extend_from_slice(&value);
    call.out.push(b'\n');
    call.status = i32::from(is_null(&value));
    Ok(())
}

type Value = Vec<u8>;

/// Nothing, or zero.
fn is_null(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    value.is_empty() || !digits.is_empty() && digits.iter().all(|it| *it == b'0')
}

fn is_integer(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// A number; nothing where it is none or more than is held here.
fn number(value: &[u8]) -> Option<i128> {
    std::str::from_utf8(value).ok().filter(|_| is_integer(value)).and_then(|it| it.parse().ok())
}

fn letters(text: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((_, length)) = decode(text, at) {
        all.push(&text[at..at + length]);
        at += length;
    }
    all
}

struct Reader<'a, 'b> {
    call: &'a mut Call<'b>,
    words: Vec<Vec<u8>>,
    at: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|it| it == word.as_bytes());
        self.at += usize::from(is);
        is
    }

    fn one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().copied().find(|it| self.next_is(it))
    }

    fn require_more(&mut self) -> Answer {
        if self.at < self.words.len() {
            return Ok(());
        }
        let last = self.words[self.at - 1].clone();
        let message = [b"syntax error: missing argument after ".as_slice(), &self.call.quoted(&last)].concat();
        self.call.fail(message, 2)
    }

    fn either(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.both(counts)?;
        while self.next_is("|") {
            let right = self.both(counts && is_null(&left))?;
            if is_null(&left) {
                left = if is_null(&right) { b"0".to_vec() } else { right };
            }
        }
        Ok(left)
    }

    fn both(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.compared(counts)?;
        while self.next_is("&") {
            let right = self.compared(counts && !is_null(&left))?;
            if is_null(&left) || is_null(&right) {
                left = b"0".to_vec();
            }
        }
        Ok(left)
    }

    fn compared(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.sum(counts)?;
        while let Some(sign) = self.one_of(&["<=", "<", "==", "=", "!=", ">=", ">"]) {
            let right = self.sum(counts)?;
            if !counts {
                continue;
            }
            let order = if is_integer(&left) && is_integer(&right) {
                match (number(&left), number(&right)) {
                    (Some(left), Some(right)) => left.cmp(&right),
                    _ => return unmodelled("so large a number is not modelled"),
                }
            } else {
                left.cmp(&right)
            };
            let holds = match sign {
                "<" => order == Ordering::Less,
                "<=" => order != Ordering::Greater,
                "=" | "==" => order == Ordering::Equal,
                "!=" => order != Ordering::Equal,
                ">=" => order != Ordering::Less,
                _ => order == Ordering::Greater,
            };
            left = if holds { b"1".to_vec() } else { b"0".to_vec() };
        }
        Ok(left)
    }

    fn operands(&mut self, left: &[u8], right: &[u8]) -> Answer<(i128, i128)> {
        if !is_integer(left) || !is_integer(right) {
            return self.call.fail("non-integer argument", 2);
        }
        match (number(left), number(right)) {
            (Some(left), Some(right)) => Ok((left, right)),
            _ => unmodelled("so large a number is not modelled"),
        }
    }

    fn sum(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.product(counts)?;
        while let Some(sign) = self.one_of(&["+", "-"]) {
            let right = self.product(counts)?;
            if !counts {
                continue;
            }
            let (one, other) = self.operands(&left, &right)?;
            let value = if sign == "+" { one.checked_add(other) } else { one.checked_sub(other) };
            left = shown(value)?;
        }
        Ok(left)
    }

    fn product(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.matching(counts)?;
        while let Some(sign) = self.one_of(&["*", "/", "%"]) {
            let right = self.matching(counts)?;
            if !counts {
                continue;
            }
            let (one, other) = self.operands(&left, &right)?;
            if sign != "*" && other == 0 {
                return self.call.fail("division by zero", 2);
            }
            left = shown(match sign {
                "*" => one.checked_mul(other),
                "/" => one.checked_div(other),
                _ => one.checked_rem(other),
            })?;
        }
        Ok(left)
    }

    fn matching(&mut self, counts: bool) -> Answer<Value> {
        let mut left = self.function(counts)?;
        while self.next_is(":") {
            let right = self.function(counts)?;
            if counts {
                left = self.matched(&left, &right)?;
            }
        }
        Ok(left)
    }

    fn function(&mut self, counts: bool) -> Answer<Value> {
        if self.at >= self.words.len() {
            self.require_more()?;
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return unmodelled("so deep an expression is not modelled");
        }
        let value = match self.one_of(&["+", "length", "match", "index", "substr"]) {
            Some("+") => {
                self.require_more()?;
                self.at += 1;
                self.words[self.at - 1].clone()
            }
            Some("length") => {
                let text = self.function(counts)?;
                letters(&text).len().to_string().into_bytes()
            }
            Some("match") => {
                let text = self.function(counts)?;
                let pattern = self.function(counts)?;
                if counts { self.matched(&text, &pattern)? } else { text }
            }
            Some("index") => {
                let text = self.function(counts)?;
                let set = self.function(counts)?;
                let set = letters(&set);
                let place = letters(&text).iter().position(|it| set.contains(it)).map_or(0, |it| it + 1);
                place.to_string().into_bytes()
            }
            Some(_) => {
                let text = self.function(counts)?;
                let from = self.function(counts)?;
                let many = self.function(counts)?;
                if !is_integer(&from) || !is_integer(&many) {
                    Vec::new()
                } else {
                    match (number(&from), number(&many)) {
                        (Some(from), Some(many)) if from > 0 && many > 0 => {
                            let skipped = usize::try_from(from - 1).unwrap_or(usize::MAX);
                            letters(&text).into_iter().skip(skipped).take(usize::try_from(many).unwrap_or(usize::MAX)).flatten().copied().collect()
                        }
                        (Some(_), Some(_)) => Vec::new(),
                        _ => return unmodelled("so large a number is not modelled"),
                    }
                }
            }
            None => self.atom(counts)?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn atom(&mut self, counts: bool) -> Answer<Value> {
        self.require_more()?;
        if self.next_is("(") {
            let value = self.either(counts)?;
            if self.next_is(")") {
                return Ok(value);
            }
            let message = match self.words.get(self.at) {
                None => [b"syntax error: expecting ')' after ".as_slice(), &self.call.quoted(&self.words[self.at - 1])].concat(),
                Some(word) => [b"syntax error: expecting ')' instead of ".as_slice(), &self.call.quoted(word)].concat(),
            };
            return self.call.fail(message, 2);
        }
        if self.next_is(")") {
            return self.call.fail("syntax error: unexpected ')'", 2);
        }
        self.at += 1;
        Ok(self.words[self.at - 1].clone())
    }

    /// `:`: the first group, or how many letters matched, at the start of a text.
    fn matched(&mut self, text: &[u8], pattern: &[u8]) -> Answer<Value> {
        let options = Options { flavour: Flavour::Basic, fold: false, multiline: false, escapes: false, strict: false, reader: gnu_regex::Reader::Expr };
        let regex = match Regex::new(pattern, options) {
            Ok(regex) => regex,
            Err(error) if error.is_beyond() => return unmodelled(error.0),
            Err(error) => return self.call.fail(error.0, 2),
        };
        if letters(text).iter().chain(&letters(pattern)).any(|it| matches!(decode(it, 0), Some((Letter::Byte(_), _)))) {
            return unmodelled("patterns and bytes that are no UTF-8 are not modelled");
        }
        let Ok(found) = regex.find_at(text, 0) else {
            return unmodelled("the pattern needs too many steps");
        };
        let found = found.filter(|it| it.first().is_some_and(|it| it.is_some_and(|it| it.0 == 0)));
        Ok(match found {
            Some(groups) if regex.groups() > 0 => groups.get(1).copied().flatten().map_or(Vec::new(), |it| text[it.0..it.1].to_vec()),
            Some(groups) => letters(&text[..groups[0].map_or(0, |it| it.1)]).len().to_string().into_bytes(),
            None if regex.groups() > 0 => Vec::new(),
            None => b"0".to_vec(),
        })
    }
}

fn shown(value: Option<i128>) -> Answer<Value> {
    match value {
        Some(value) => Ok(value.to_string().into_bytes()),
        None => unmodelled("so large a number is not modelled"),
    }
}
