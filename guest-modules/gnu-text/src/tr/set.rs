//! Sets of tr(1): letters, escapes, ranges, classes, equivalences, repeats.

use crate::{Answer, call::Call};

/// Whether an element is a class of letters of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    None,
    Upper,
    Lower,
}

enum Item {
    Byte(u8),
    Range(u8, u8),
    Class(&'static str),
    Equivalence(u8),
    /// A byte so many times; nothing means as often as is needed.
    Repeat(u8, Option<usize>),
}

/// One of the two strings.
pub(super) struct List(Vec<Item>);

const CLASSES: &[&str] = &["alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"];

fn belongs(class: &str, byte: u8) -> bool {
    match class {
        "alnum" => byte.is_ascii_alphanumeric(),
        "alpha" => byte.is_ascii_alphabetic(),
        "blank" => matches!(byte, b' ' | b'\t'),
        "cntrl" => byte.is_ascii_control(),
        "digit" => byte.is_ascii_digit(),
        "graph" => byte.is_ascii_graphic(),
        "lower" => byte.is_ascii_lowercase(),
        "print" => (32..127).contains(&byte),
        "punct" => byte.is_ascii_punctuation(),
        "space" => matches!(byte, b' ' | 9..=13),
        "upper" => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_hexdigit(),
    }
}

/// A byte as messages show it (`make_printable_char`).
fn printable(byte: u8, text: &mut Vec<u8>) {
    match byte {
        b'\\' => text.extend_from_slice(b"\\\\"),
        7 => text.extend_from_slice(b"\\a"),
        8 => text.extend_from_slice(b"\\b"),
        12 => text.extend_from_slice(b"\\f"),
        10 => text.extend_from_slice(b"\\n"),
        13 => text.extend_from_slice(b"\\r"),
        9 => text.extend_from_slice(b"\\t"),
        11 => text.extend_from_slice(b"\\v"),
        32..=126 => text.push(byte),
        _ => text.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    }
}

/// A byte of a range in a message: a backslash is none of an escape there (tr.c, make_printable_char).
fn plain(byte: u8) -> Vec<u8> {
    if matches!(byte, 32..=126) { vec![byte] } else { format!("\\{byte:03o}").into_bytes() }
}

fn shown(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in bytes {
        printable(*byte, &mut text);
    }
    text
}

/// Takes escapes away; each byte, and whether it was escaped.
fn unescaped(call: &mut Call<'_>, text: &[u8]) -> Vec<(u8, bool)> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' {
            all.push((text[at], false));
            at += 1;
            continue;
        }
        at += 1;
        let Some(letter) = text.get(at).copied() else {
            call.say("warning: an unescaped backslash at end of string is not portable");
            all.push((b'\\', false));
            break;
        };
        let byte = match letter {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'0'..=b'7' => {
                let mut value = u32::from(letter - b'0');
                for more in 1..3 {
                    let Some(digit) = text.get(at + 1).copied().filter(|it| (b'0'..=b'7').contains(it)) else { break };
                    let next = value * 8 + u32::from(digit - b'0');
                    if next > 255 {
                        let [one, two] = [text[at - 1], text[at]];
                        let message = format!(
                            "warning: the ambiguous octal escape \\{0}{1}{2} is being\n\tinterpreted as the 2-byte sequence \\0{0}{1}, {2}",
                            one as char, two as char, digit as char
                        );
                        let _ = more;
                        call.say(message);
                        break;
                    }
                    value = next;
                    at += 1;
                }
                value as u8
            }
            other => other,
        };
        all.push((byte, true));
        at += 1;
    }
    all
}

impl List {
    /// Reads a string.
    pub(super) fn read(call: &mut Call<'_>, text: &[u8]) -> Answer<List> {
        let text = unescaped(call, text);
        let is = |at: usize, byte: u8| text.get(at).is_some_and(|it| *it == (byte, false));
        let mut items = Vec::new();
        let mut at = 0;
        while at + 2 < text.len() {
            if is(at, b'[') {
                if is(at + 1, b':') || is(at + 1, b'=') {
                    let kind = text[at + 1].0;
                    let close = (at + 2..text.len().saturating_sub(1)).find(|it| is(*it, kind) && is(*it + 1, b']'));
                    if let Some(close) = close {
                        let inner: Vec<u8> = text[at + 2..close].iter().map(|it| it.0).collect();
                        if inner.is_empty() {
                            let what = if kind == b':' { "missing character class name '[::]'" } else { "missing equivalence class character '[==]'" };
                            return call.fail(what, 1);
                        }
                        let class = CLASSES.iter().find(|it| it.as_bytes() == inner);
                        let item = match (kind, class, inner.as_slice()) {
                            (b':', Some(class), _) => Some(Item::Class(class)),
                            (b'=', _, [one]) => Some(Item::Equivalence(*one)),
                            _ => None,
                        };
                        if let Some(item) = item {
                            items.push(item);
                            at = close + 2;
                            continue;
                        }
                        if !star_digits(&text, at + 2) {
                            let message = if kind == b':' {
                                [b"invalid character class ".as_slice(), &call.quoted(&shown(&inner))].concat()
                            } else {
                                [&shown(&inner), b": equivalence class operand must be a single character".as_slice()].concat()
                            };
                            return call.fail(message, 1);
                        }
                    }
                }
                if let Some((item, next)) = repeat(call, &text, at + 1)? {
                    items.push(item);
                    at = next;
                    continue;
                }
            }
            if is(at + 1, b'-') {
                let (from, to) = (text[at].0, text[at + 2].0);
                if from > to {
                    let message = [b"range-endpoints of '".as_slice(), &plain(from), b"-", &plain(to), b"' are in reverse collating sequence order"];
                    return call.fail(message.concat(), 1);
                }
                items.push(Item::Range(from, to));
                at += 3;
            } else {
                items.push(Item::Byte(text[at].0));
                at += 1;
            }
        }
        items.extend(text[at.min(text.len())..].iter().map(|it| Item::Byte(it.0)));
        Ok(List(items))
    }

    /// Its bytes, each with the case of its class and whether an element begins there.
    pub(super) fn bytes(&self, fill: usize) -> Vec<(u8, Case, bool)> {
        let mut all = Vec::new();
        for item in &self.0 {
            let (case, bytes): (Case, Vec<u8>) = match item {
                Item::Byte(it) | Item::Equivalence(it) => (Case::None, vec![*it]),
                Item::Range(from, to) => (Case::None, (*from..=*to).collect()),
                Item::Class(class) => {
                    let case = match *class {
                        "upper" => Case::Upper,
                        "lower" => Case::Lower,
                        _ => Case::None,
                    };
                    (case, (0..=255).filter(|it| belongs(class, *it)).collect())
                }
                Item::Repeat(byte, many) => (Case::None, vec![*byte; many.unwrap_or(fill)]),
            };
            all.extend(bytes.into_iter().enumerate().map(|(place, byte)| (byte, case, place == 0)));
        }
        all
    }

    /// The bytes that it stands for as a set, in order: for a complement all others.
    pub(super) fn domain(&self, complement: bool) -> Vec<u8> {
        let all = self.bytes(0);
        if !complement {
            return all.iter().map(|it| it.0).collect();
        }
        let mut inside = [false; 256];
        for (byte, ..) in all {
            inside[usize::from(byte)] = true;
        }
        (0..=255).filter(|it| !inside[usize::from(*it)]).collect()
    }

    /// Makes it longer by one byte, repeated.
    pub(super) fn extend(&mut self, byte: u8, many: usize) {
        self.0.push(Item::Repeat(byte, Some(many)));
    }

    /// How many repeats have no number.
    pub(super) fn endless(&self) -> usize {
        self.0.iter().filter(|it| matches!(it, Item::Repeat(_, None))).count()
    }

    pub(super) fn has_equivalence(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Item::Equivalence(_)))
    }

    pub(super) fn has_class(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Item::Class(_)))
    }

    /// A class that is neither `upper` nor `lower`.
    pub(super) fn has_other_class(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Item::Class(class) if !matches!(*class, "upper" | "lower")))
    }

    pub(super) fn ends_with_class(&self) -> bool {
        matches!(self.0.last(), Some(Item::Class(_)))
    }
}

/// `*`, digits and `]`.
fn star_digits(text: &[(u8, bool)], at: usize) -> bool {
    if text.get(at) != Some(&(b'*', false)) {
        return false;
    }
    let rest = &text[at + 1..];
    let digits = rest.iter().take_while(|it| it.0.is_ascii_digit()).count();
    rest.get(digits) == Some(&(b']', false))
}

/// `x*3]` behind a bracket, and where it ends.
fn repeat(call: &mut Call<'_>, text: &[(u8, bool)], at: usize) -> Answer<Option<(Item, usize)>> {
    if at + 2 >= text.len() || text[at + 1] != (b'*', false) {
        return Ok(None);
    }
    let mut end = at + 2;
    while end < text.len() && !text[end].1 {
        if text[end].0 == b']' {
            let digits: Vec<u8> = text[at + 2..end].iter().map(|it| it.0).collect();
            let radix = if digits.first() == Some(&b'0') { 8 } else { 10 };
            let many = if digits.is_empty() {
                Some(0)
            } else {
                std::str::from_utf8(&digits).ok().filter(|it| !it.starts_with(['+', '-'])).and_then(|it| usize::from_str_radix(it, radix).ok()).filter(|it| *it < 1 << 30)
            };
            let Some(many) = many else {
                let message = [b"invalid repeat count ".as_slice(), &call.quoted(&shown(&digits)), b" in [c*n] construct"].concat();
                return call.fail(message, 1);
            };
            return Ok(Some((Item::Repeat(text[at].0, Some(many).filter(|it| *it > 0)), end + 1)));
        }
        end += 1;
    }
    Ok(None)
}
