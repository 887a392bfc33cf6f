//! Letters and sets of letters.

/// One letter of a text: a Unicode letter, or a byte that is no part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// A Unicode scalar value.
    Char(char),
    /// A byte that is not UTF-8.
    Byte(u8),
}

/// Returns the letter at a place and its length in bytes.
pub fn decode(text: &[u8], at: usize) -> Option<(Letter, usize)> {
    let first = *text.get(at)?;
    let length = match first {
        0..=0x7f => return Some((Letter::Char(first as char), 1)),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((Letter::Byte(first), 1)),
    };
    let letter = text.get(at..at + length).and_then(|it| std::str::from_utf8(it).ok()).and_then(|it| it.chars().next());
    Some(letter.map_or((Letter::Byte(first), 1), |it| (Letter::Char(it), length)))
}

/// Returns the letter that ends at a place.
pub(crate) fn decode_before(text: &[u8], at: usize) -> Option<Letter> {
    (1..=4.min(at)).rev().find_map(|length| {
        let (letter, taken) = decode(text, at - length)?;
        (taken == length).then_some(letter)
    })
}

/// Answers whether a letter is part of a word: letters, digits and `_`.
pub fn is_word(letter: Letter) -> bool {
    matches!(letter, Letter::Char(it) if it.is_alphanumeric() || it == '_')
}

/// A named class of POSIX (XBD 7.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Alpha,
    Digit,
    Alnum,
    Upper,
    Lower,
    Space,
    Blank,
    Punct,
    Print,
    Graph,
    Cntrl,
    Xdigit,
    Word,
}

impl Named {
    pub(crate) fn of(name: &[u8]) -> Option<Named> {
        Some(match name {
            b"alpha" => Named::Alpha,
            b"digit" => Named::Digit,
            b"alnum" => Named::Alnum,
            b"upper" => Named::Upper,
            b"lower" => Named::Lower,
            b"space" => Named::Space,
            b"blank" => Named::Blank,
            b"punct" => Named::Punct,
            b"print" => Named::Print,
            b"graph" => Named::Graph,
            b"cntrl" => Named::Cntrl,
            b"xdigit" => Named::Xdigit,
            _ => return None,
        })
    }

    fn holds(self, it: char) -> bool {
        match self {
            Named::Alpha => it.is_alphabetic() || !it.is_ascii() && it.is_numeric(),
            Named::Digit => it.is_ascii_digit(),
            Named::Alnum => it.is_alphanumeric(),
            Named::Upper => it.is_uppercase(),
            Named::Lower => it.is_lowercase(),
            // The no-break spaces are none for the C library.
            Named::Space => it.is_whitespace() && !matches!(it, '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}'),
            Named::Blank => {
                it == '\t'
                    || it == ' '
                    || !it.is_ascii() && it.is_whitespace() && !matches!(it, '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}' | '\u{2028}' | '\u{2029}')
            }
            Named::Punct => it.is_ascii_punctuation() || !it.is_ascii() && !it.is_alphanumeric() && !it.is_whitespace() && !it.is_control(),
            Named::Print => !it.is_control(),
            Named::Graph => !it.is_control() && !it.is_whitespace(),
            Named::Cntrl => it.is_control(),
            Named::Xdigit => it.is_ascii_hexdigit(),
            Named::Word => it.is_alphanumeric() || it == '_',
        }
    }
}

/// Something a set has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Letter(Letter),
    Range(char, char),
    Named(Named),
}

/// `[…]`, `.` and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) negated: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) fold: bool,
}

impl Set {
    pub(crate) fn letter(letter: Letter, fold: bool) -> Set {
        Set { negated: false, items: vec![Item::Letter(letter)], fold }
    }

    /// Every letter; a byte that is no letter is none.
    pub(crate) fn any() -> Set {
        Set { negated: true, items: Vec::new(), fold: false }
    }

    pub(crate) fn holds(&self, letter: Letter) -> bool {
        match letter {
            Letter::Byte(_) => !self.negated && self.items.contains(&Item::Letter(letter)),
            Letter::Char(it) => {
                let has = |it: char| self.items.iter().any(|item| item_holds(item, it));
                let found = has(it) || self.fold && folded(it).into_iter().any(has);
                found != self.negated
            }
        }
    }
}

fn item_holds(item: &Item, it: char) -> bool {
    match item {
        Item::Letter(letter) => *letter == Letter::Char(it),
        Item::Range(from, to) => (*from..=*to).contains(&it),
        Item::Named(name) => name.holds(it),
    }
}

/// The letters that differ from this one in case alone, where that is one letter for one.
fn folded(it: char) -> Vec<char> {
    let single = |mut letters: Box<dyn Iterator<Item = char>>| match (letters.next(), letters.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    [single(Box::new(it.to_lowercase())), single(Box::new(it.to_uppercase()))].into_iter().flatten().filter(|other| *other != it).collect()
}

/// Answers whether two letters are the same, case aside.
pub(crate) fn same(one: Letter, other: Letter, fold: bool) -> bool {
    one == other || fold && matches!((one, other), (Letter::Char(one), Letter::Char(other)) if folded(one).contains(&other))
}
