//! Keys of sort(1): where they stand in a line, and how two of them compare.

use std::cmp::Ordering;

use super::{options::Plan, value};
use crate::{
    Answer,
    call::{Call, unmodelled},
    version,
};

/// How a key is ordered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) skip_start: bool,
    pub(super) skip_end: bool,
    dictionary: bool,
    printing: bool,
    fold: bool,
    general: bool,
    human: bool,
    month: bool,
    numeric: bool,
    version: bool,
    pub(super) random: bool,
    pub(super) reverse: bool,
}

impl Flags {
    /// Sets what a letter means; `b` is set by who knows at which end.
    pub(super) fn set(&mut self, letter: u8) {
        match letter {
            b'd' => self.dictionary = true,
            b'f' => self.fold = true,
            b'g' => self.general = true,
            b'h' => self.human = true,
            b'i' => self.printing |= !self.dictionary,
            b'M' => self.month = true,
            b'n' => self.numeric = true,
            b'r' => self.reverse = true,
            b'R' => self.random = true,
            b'V' => self.version = true,
            _ => {}
        }
    }

    /// No ordering option but perhaps the reversal.
    pub(super) fn is_plain(&self) -> bool {
        !(self.skip_start
            || self.skip_end
            || self.dictionary
            || self.printing
            || self.fold
            || self.general
            || self.human
            || self.month
            || self.numeric
            || self.version
            || self.random)
    }

    /// The letters of options that can't go together.
    pub(super) fn clash(&self) -> Option<String> {
        let ignoring = self.dictionary || self.printing;
        let orders = [self.numeric, self.general, self.human, self.month, self.version || self.random || ignoring];
        if orders.iter().filter(|it| **it).count() <= 1 {
            return None;
        }
        let letters = [
            (self.dictionary, 'd'),
            (self.fold, 'f'),
            (self.general, 'g'),
            (self.human, 'h'),
            (self.printing && !self.dictionary, 'i'),
            (self.month, 'M'),
            (self.numeric, 'n'),
            (self.random, 'R'),
            (self.version, 'V'),
        ];
        Some(letters.iter().filter(|it| it.0).map(|it| it.1).collect())
    }
}

/// A key: fields to skip and bytes behind them, at its start and its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    start: Option<u64>,
    start_bytes: u64,
    end: Option<u64>,
    end_bytes: u64,
    pub(super) flags: Flags,
}

impl Key {
    /// A key of the whole line.
    pub(super) fn whole(flags: Flags) -> Key {
        Key { flags, ..Key::WHOLE }
    }

    const WHOLE: Key = Key {
        start: None,
        start_bytes: 0,
        end: None,
        end_bytes: 0,
        flags: Flags {
            skip_start: false,
            skip_end: false,
            dictionary: false,
            printing: false,
            fold: false,
            general: false,
            human: false,
            month: false,
            numeric: false,
            version: false,
            random: false,
            reverse: false,
        },
    };
}

fn bad<T>(call: &mut Call<'_>, why: &str, text: &[u8]) -> Answer<T> {
    let message = [why.as_bytes(), b": invalid field specification ", &call.quoted(text)].concat();
    call.fail(message, 2)
}

fn count(call: &mut Call<'_>, text: &[u8], at: &mut usize, why: &str) -> Answer<u64> {
    let rest = &text[*at..];
    let many = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    if many == 0 {
        if rest.first().is_some_and(|it| it.is_ascii_whitespace() || *it == b'+' || *it == 11) {
            return unmodelled("so written a field number is not modelled");
        }
        let message = [why.as_bytes(), b": invalid count at start of ", &call.quoted(rest)].concat();
        return call.fail(message, 2);
    }
    *at += many;
    Ok(rest[..many].iter().fold(0u64, |value, digit| value.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}

fn letters(text: &[u8], at: &mut usize, flags: &mut Flags, end: bool) {
    while let Some(letter) = text.get(*at).copied() {
        match letter {
            b'b' if end => flags.skip_end = true,
            b'b' => flags.skip_start = true,
            b'd' | b'f' | b'g' | b'h' | b'i' | b'M' | b'n' | b'r' | b'R' | b'V' => flags.set(letter),
            _ => return,
        }
        *at += 1;
    }
}

/// Reads the value of `-k`.
pub(super) fn read(call: &mut Call<'_>, text: &[u8]) -> Answer<Key> {
    let mut key = Key::WHOLE;
    let mut at = 0;
    let field = count(call, text, &mut at, "invalid number at field start")?;
    if field == 0 {
        return bad(call, "field number is zero", text);
    }
    key.start = Some(field - 1);
    if text.get(at) == Some(&b'.') {
        at += 1;
        let bytes = count(call, text, &mut at, "invalid number after '.'")?;
        if bytes == 0 {
            return bad(call, "character offset is zero", text);
        }
        key.start_bytes = bytes - 1;
    }
    if key.start == Some(0) && key.start_bytes == 0 {
        key.start = None;
    }
    letters(text, &mut at, &mut key.flags, false);
    if text.get(at) == Some(&b',') {
        at += 1;
        let field = count(call, text, &mut at, "invalid number after ','")?;
        if field == 0 {
            return bad(call, "field number is zero", text);
        }
        key.end = Some(field - 1);
        if text.get(at) == Some(&b'.') {
            at += 1;
            key.end_bytes = count(call, text, &mut at, "invalid number after '.'")?;
        }
        letters(text, &mut at, &mut key.flags, true);
    }
    if at < text.len() {
        return bad(call, "stray character in field spec", text);
    }
    Ok(key)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

impl Plan {
    /// The part of a line that a key stands for.
    fn part<'a>(&self, key: &Key, line: &'a [u8]) -> &'a [u8] {
        let start = self.start(key, line);
        let end = self.end(key, line).max(start);
        &line[start..end]
    }

    fn past_field(&self, line: &[u8], mut at: usize, past_tab: bool) -> usize {
        if let Some(tab) = self.tab {
            while at < line.len() && line[at] != tab {
                at += 1;
            }
            return if at < line.len() && past_tab { at + 1 } else { at };
        }
        while at < line.len() && is_blank(line[at]) {
            at += 1;
        }
        while at < line.len() && !is_blank(line[at]) {
            at += 1;
        }
        at
    }

    fn start(&self, key: &Key, line: &[u8]) -> usize {
        let Some(mut left) = key.start else {
            // A key at the line's very start.
            let skipped = if key.flags.skip_start { line.iter().take_while(|it| is_blank(**it)).count() } else { 0 };
            return skipped;
        };
        let mut at = 0;
        while at < line.len() && left > 0 {
            at = self.past_field(line, at, true);
            left -= 1;
        }
        if key.flags.skip_start {
            while at < line.len() && is_blank(line[at]) {
                at += 1;
            }
        }
        at.saturating_add(usize::try_from(key.start_bytes).unwrap_or(usize::MAX)).min(line.len())
    }

    fn end(&self, key: &Key, line: &[u8]) -> usize {
        let Some(field) = key.end else { return line.len() };
        let mut left = if key.end_bytes == 0 { field + 1 } else { field };
        let mut at = 0;
        while at < line.len() && left > 0 {
            left -= 1;
            at = self.past_field(line, at, left > 0 || key.end_bytes > 0);
        }
        if key.end_bytes > 0 {
            if key.flags.skip_end {
                while at < line.len() && is_blank(line[at]) {
                    at += 1;
                }
            }
            at = at.saturating_add(usize::try_from(key.end_bytes).unwrap_or(usize::MAX)).min(line.len());
        }
        at
    }

    /// Refuses a line whose order is not modelled.
    pub(super) fn admit(&self, line: &[u8]) -> Answer {
        for key in self.keys.iter().filter(|it| it.flags.general) {
            if value::general(&filtered(self.part(key, line), &key.flags)).is_none() {
                return unmodelled("such a number is not modelled for -g");
            }
        }
        Ok(())
    }

    /// Compares two lines.
    pub(super) fn compare(&self, one: &[u8], other: &[u8]) -> Ordering {
        for key in &self.keys {
            let order = self.compare_key(key, one, other);
            if order != Ordering::Equal {
                return if key.flags.reverse { order.reverse() } else { order };
            }
        }
        if !self.keys.is_empty() && (self.stable || self.unique) {
            return Ordering::Equal;
        }
        let order = one.cmp(other);
        if self.reverse { order.reverse() } else { order }
    }

    fn compare_key(&self, key: &Key, one: &[u8], other: &[u8]) -> Ordering {
        let (one, other) = (self.part(key, one), self.part(key, other));
        let flags = &key.flags;
        let (one, other) = if flags.dictionary || flags.printing || flags.fold {
            (std::borrow::Cow::Owned(filtered(one, flags)), std::borrow::Cow::Owned(filtered(other, flags)))
        } else {
            (std::borrow::Cow::Borrowed(one), std::borrow::Cow::Borrowed(other))
        };
        if flags.numeric {
            value::numeric(&one, &other)
        } else if flags.general {
            value::general(&one).cmp(&value::general(&other))
        } else if flags.human {
            value::human(&one, &other)
        } else if flags.month {
            value::month(&one).cmp(&value::month(&other))
        } else if flags.version {
            version::compare(&one, &other)
        } else {
            one.cmp(&other)
        }
    }
}

/// What is left of a key when bytes are ignored and letters are made large.
fn filtered(text: &[u8], flags: &Flags) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(|it| !flags.dictionary || it.is_ascii_alphanumeric() || is_blank(*it))
        .filter(|it| !flags.printing || flags.dictionary || (32..127).contains(it))
        .map(|it| if flags.fold { it.to_ascii_uppercase() } else { it })
        .collect()
}
