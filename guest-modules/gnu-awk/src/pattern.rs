//! Patterns: awk's writing of them, by dialect, becomes that of the crate gnu-regex.
//!
//! mawk matches bytes, gawk letters. For mawk each byte beyond ASCII is made a letter of its own, in pattern and text alike.

use std::{collections::HashMap, rc::Rc};

use gnu_regex::{Flavour, Options, Regex, decode};

use crate::{Dialect, Trouble};

/// Letters that stand for bytes beyond ASCII: private ones, which no class has.
const RAW: u32 = 0xE000;
/// Most patterns that are kept.
const MOST: usize = 500;

/// A pattern that is ready.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// A text without operators: it is looked for as it is.
    plain: Option<Vec<u8>>,
    dialect: Dialect,
}

#[derive(Default)]
pub(crate) struct Patterns {
    known: HashMap<(Vec<u8>, bool), Rc<Pattern>>,
}

fn slow() -> Trouble {
    Trouble::Unmodelled("a pattern takes more steps than are carried out".to_owned())
}

impl Patterns {
    pub(crate) fn get(&mut self, text: &[u8], dialect: Dialect, fold: bool) -> Result<Rc<Pattern>, Trouble> {
        if let Some(found) = self.known.get(&(text.to_vec(), fold)) {
            return Ok(found.clone());
        }
        let made = Rc::new(Pattern::new(text, dialect, fold)?);
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert((text.to_vec(), fold), made.clone());
        Ok(made)
    }
}

/// Where the whole and each group matched.
pub(crate) type Found = Vec<Option<(usize, usize)>>;

impl Pattern {
    pub(crate) fn new(text: &[u8], dialect: Dialect, fold: bool) -> Result<Pattern, Trouble> {
        let translated = Translator { text, at: 0, dialect, out: Vec::new(), plain: Some(Vec::new()), begins: true, depth: 0 }.run()?;
        let options = Options { flavour: Flavour::Extended, fold, multiline: false, escapes: false, strict: false, reader: gnu_regex::Reader::Search };
        let regex = Regex::new(&translated.0, options).map_err(|error| if error.0 == "Invalid range end" && dialect == Dialect::Mawk {
            Trouble::Unmodelled("such a range in a set of mawk is not modelled".to_owned())
        } else if error.is_beyond() { Trouble::Unmodelled(error.0.to_owned()) } else { bad(dialect, text, error.0) })?;
        Ok(Pattern { regex, plain: translated.1.filter(|it| !fold && !it.is_empty()), dialect })
    }


    pub(crate) fn is_match(&self, text: &[u8]) -> Result<bool, Trouble> {
        if let Some(plain) = &self.plain {
            return Ok(position(text, plain, 0).is_some());
        }
        if self.dialect == Dialect::Mawk && !text.is_ascii() {
            return self.regex.is_match(&widened(text).0).map_err(|_| slow());
        }
        self.regex.is_match(text).map_err(|_| slow())
    }

    /// The leftmost longest match from a place on.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Result<Option<(usize, usize)>, Trouble> {
        if let Some(plain) = &self.plain {
            return Ok(position(text, plain, from).map(|it| (it, it + plain.len())));
        }
        Ok(self.captures(text, from)?.and_then(|it| it[0]))
    }

    pub(crate) fn captures(&self, text: &[u8], from: usize) -> Result<Option<Found>, Trouble> {
        if self.dialect == Dialect::Gawk || text.is_ascii() {
            return self.regex.find_at(text, from).map_err(|_| slow());
        }
        let (wide, places) = widened(text);
        let begin = places.get(from).copied().unwrap_or(wide.len());
        let found = self.regex.find_at(&wide, begin).map_err(|_| slow())?;
        let back = |at: usize| places.partition_point(|it| *it < at);
        Ok(found.map(|it| it.into_iter().map(|it| it.map(|(from, to)| (back(from), back(to)))).collect()))
    }
}

fn position(text: &[u8], plain: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    if let [byte] = plain {
        return rest.iter().position(|it| it == byte).map(|it| it + from);
    }
    rest.windows(plain.len()).position(|it| it == plain).map(|it| it + from)
}

/// A text in which each byte beyond ASCII is a letter, and where each byte has come to.
fn widened(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut out, mut places) = (Vec::with_capacity(text.len() * 2), Vec::with_capacity(text.len() + 1));
    for byte in text {
        places.push(out.len());
        wide(*byte, &mut out);
    }
    places.push(out.len());
    (out, places)
}

fn wide(byte: u8, out: &mut Vec<u8>) {
    match char::from_u32(RAW + u32::from(byte)).filter(|_| byte >= 0x80) {
        Some(letter) => out.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
        None => out.push(byte),
    }
}

fn bad(dialect: Dialect, text: &[u8], why: &str) -> Trouble {
    let text = String::from_utf8_lossy(text);
    match dialect {
        Dialect::Mawk => Trouble::Exit(format!("regular expression compile failed ({why})\n{text}"), 2),
        Dialect::Gawk => Trouble::Exit(format!("fatal: invalid regexp: {why}: /{text}/"), 2),
    }
}

struct Translator<'a> {
    text: &'a [u8],
    at: usize,
    dialect: Dialect,
    out: Vec<u8>,
    plain: Option<Vec<u8>>,
    /// Whether an expression begins here.
    begins: bool,
    depth: usize,
}

/// One letter of a pattern.
#[derive(Clone, Copy)]
struct Letter<'a>(&'a [u8]);

impl<'a> Translator<'a> {
    fn run(mut self) -> Result<(Vec<u8>, Option<Vec<u8>>), Trouble> {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.escape()?,
                b'[' => self.bracket()?,
                b'(' => {
                    self.operator(b"(");
                    self.depth += 1;
                    self.begins = true;
                    if self.dialect == Dialect::Mawk && self.text.get(self.at) == Some(&b')') {
                        return Err(self.operandless());
                    }
                }
                b')' => {
                    if self.depth == 0 {
                        if self.dialect == Dialect::Gawk {
                            self.letter(b")");
                            self.at += 1;
                            continue;
                        }
                        self.letter(b")");
                        self.at += 1;
                        continue;
                    }
                    self.missing()?;
                    self.depth -= 1;
                    self.operator(b")");
                }
                b'|' => {
                    self.missing()?;
                    self.operator(b"|");
                    self.begins = true;
                }
                b'*' | b'+' | b'?' => self.repetition(byte)?,
                b'{' => self.brace(),
                b'^' => {
                    if self.dialect == Dialect::Mawk && !self.begins {
                        // Within an expression it is a letter for mawk.
                        return Err(Trouble::Unmodelled("`^` within a pattern is not modelled for mawk".to_owned()));
                    }
                    self.operator(b"^");
                    self.begins = true;
                    if self.dialect == Dialect::Mawk && matches!(self.text.get(self.at), Some(b'*' | b'+')) {
                        return Err(bad(self.dialect, self.text, "syntax error ^* or ^+"));
                    }
                    if self.dialect == Dialect::Mawk && self.text.get(self.at) == Some(&b'?') {
                        return Err(Trouble::Unmodelled("`^?` is not modelled for mawk".to_owned()));
                    }
                }
                b'$' => {
                    let ends = self.at + 1 == self.text.len() || matches!(self.text[self.at + 1], b')' | b'|');
                    if self.dialect == Dialect::Mawk && !ends {
                        return Err(Trouble::Unmodelled("`$` within a pattern is not modelled for mawk".to_owned()));
                    }
                    self.operator(b"$");
                }
                b'.' => self.operator(b"."),
                _ => self.plain_letter(),
            }
        }
        if self.begins && self.dialect == Dialect::Mawk && self.out.last() == Some(&b'|') {
            return Err(self.operandless());
        }
        if self.depth > 0 {
            return Err(bad(self.dialect, self.text, "Unmatched ( or \\("));
        }
        Ok((self.out, self.plain))
    }

    /// mawk wants an operand before `|` and `)`.
    fn missing(&self) -> Result<(), Trouble> {
        let empty = self.begins && !self.out.ends_with(b"^");
        if self.dialect == Dialect::Mawk && empty { Err(self.operandless()) } else { Ok(()) }
    }

    /// mawk ends where an operand is missing, but not in a group behind something: `x(+a)` and `x(|a)` it takes, in a way of its own.
    fn operandless(&self) -> Trouble {
        if self.text.iter().skip(1).any(|it| *it == b'(') {
            return Trouble::Unmodelled("a group that lacks an operand is not modelled for mawk".to_owned());
        }
        bad(self.dialect, self.text, "missing operand")
    }

    fn operator(&mut self, text: &[u8]) {
        self.plain = None;
        self.out.extend_from_slice(text);
        self.at += 1;
        self.begins = false;
    }

    /// Adds a letter of its own, with the place left where it is.
    fn letter(&mut self, letter: &[u8]) {
        if let Some(plain) = &mut self.plain {
            plain.extend_from_slice(letter);
        }
        for byte in letter {
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'<' | b'>' | b'`' | b'\'' | b'\n' | b'_' | b' ' | b'/' | b'-' | b',' | b'"' | b'&' | b'%' | b'#' | b'@' | b'!' | b'~' | b';' | b':' | b'=') && !byte.is_ascii_control() {
                self.out.push(b'\\');
            }
            if self.dialect == Dialect::Mawk { wide(*byte, &mut self.out) } else { self.out.push(*byte) }
        }
        self.begins = false;
    }

    fn plain_letter(&mut self) {
        let length = self.letter_at(self.at).0.len();
        let letter = &self.text[self.at..self.at + length];
        self.letter(letter);
        self.at += length;
    }

    fn letter_at(&self, at: usize) -> Letter<'a> {
        let length = if self.dialect == Dialect::Mawk { 1 } else { decode(self.text, at).map_or(1, |it| it.1) };
        Letter(&self.text[at..at + length])
    }

    fn repetition(&mut self, byte: u8) -> Result<(), Trouble> {
        if !self.begins {
            self.operator(&[byte]);
            // What repeats a repetition is one for both.
            return Ok(());
        }
        if self.dialect == Dialect::Mawk {
            return Err(self.operandless());
        }
        if self.out.ends_with(b"^") {
            // gawk takes it as a letter behind an anchor.
            self.letter(&[byte]);
            self.at += 1;
            return Ok(());
        }
        self.letter(&[byte]);
        self.at += 1;
        Ok(())
    }

    fn brace(&mut self) {
        let rest = &self.text[self.at + 1..];
        let end = rest.iter().position(|it| *it == b'}');
        let interval = end.filter(|end| {
            let body = &rest[..*end];
            let mut parts = body.splitn(2, |it| *it == b',');
            let digits = |it: &[u8]| it.iter().all(u8::is_ascii_digit);
            let first = parts.next().unwrap_or_default();
            let second = parts.next();
            digits(first) && second.is_none_or(digits) && !(first.is_empty() && second.is_none_or(<[u8]>::is_empty))
        });
        match interval {
            Some(end) if self.dialect == Dialect::Gawk && !self.begins => {
                self.plain = None;
                self.out.push(b'{');
                self.out.extend_from_slice(&rest[..=end]);
                self.at += end + 2;
            }
            _ => {
                self.letter(b"{");
                self.at += 1;
            }
        }
    }

    /// A letter that an escape stands for, and how long the escape is; none where the next letter stands for itself.
    fn escaped(&self, at: usize) -> Option<(Vec<u8>, usize)> {
        let byte = *self.text.get(at + 1)?;
        let simple = match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'0'..=b'7' => {
                let digits = self.text[at + 1..].iter().take(3).take_while(|it| matches!(it, b'0'..=b'7')).count();
                let value = self.text[at + 1..at + 1 + digits].iter().fold(0_u32, |all, it| all * 8 + u32::from(it - b'0'));
                return Some((vec![value as u8], 1 + digits));
            }
            b'x' => {
                let digits = self.text[at + 2..].iter().take(2).take_while(|it| it.is_ascii_hexdigit()).count();
                if digits == 0 {
                    return None;
                }
                let value = self.text[at + 2..at + 2 + digits].iter().fold(0, |all, it| all * 16 + (*it as char).to_digit(16).unwrap_or(0));
                return Some((vec![value as u8], 2 + digits));
            }
            _ => return None,
        };
        Some((vec![simple], 2))
    }

    fn escape(&mut self) -> Result<(), Trouble> {
        let Some(&byte) = self.text.get(self.at + 1) else {
            if self.dialect == Dialect::Gawk {
                return Err(bad(self.dialect, self.text, "Trailing backslash"));
            }
            self.letter(b"\\");
            self.at += 1;
            return Ok(());
        };
        if self.dialect == Dialect::Gawk {
            let operator: &[u8] = match byte {
                b'y' => b"\\b",
                b'B' => b"\\B",
                b'<' => b"\\<",
                b'>' => b"\\>",
                b'w' => b"\\w",
                b'W' => b"\\W",
                b's' => b"\\s",
                b'S' => b"\\S",
                b'`' => b"\\`",
                b'\'' => b"\\'",
                _ => b"",
            };
            if !operator.is_empty() {
                self.operator(operator);
                self.at += 1;
                return Ok(());
            }
        }
        if let Some((letter, length)) = self.escaped(self.at) {
            self.letter(&letter);
            self.at += length;
            return Ok(());
        }
        let length = self.letter_at(self.at + 1).0.len();
        let letter = self.text[self.at + 1..self.at + 1 + length].to_vec();
        self.letter(&letter);
        self.at += 1 + length;
        Ok(())
    }

    /// `[…]`: each item is written so that it can be nothing else.
    fn bracket(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        self.plain = None;
        let mut at = self.at + 1;
        let mut items: Vec<u8> = Vec::new();
        let negated = self.text.get(at) == Some(&b'^');
        at += usize::from(negated);
        let first = at;
        loop {
            let Some(&byte) = self.text.get(at) else {
                let why = "Unmatched [, [^, [:, [., or [=";
                return Err(bad(self.dialect, &self.text[start..], why));
            };
            if byte == b']' && at > first {
                at += 1;
                break;
            }
            if byte == b'[' && matches!(self.text.get(at + 1), Some(b'.' | b'=')) {
                return Err(Trouble::Unmodelled("a collating symbol in a pattern of awk is not modelled".to_owned()));
            }
            if byte == b'[' && self.text.get(at + 1) == Some(&b':') {
                let end = self.text[at + 2..].windows(2).position(|it| it == b":]");
                let name = end.map(|end| &self.text[at + 2..at + 2 + end]);
                match name.and_then(|it| class(it, self.dialect)) {
                    Some(text) => {
                        items.extend_from_slice(&text);
                        at += name.map_or(0, <[u8]>::len) + 4;
                        continue;
                    }
                    None => return Err(Trouble::Unmodelled("an unknown class in a pattern of awk is not modelled".to_owned())),
                }
            }
            let (from, next) = self.item(at);
            at = next;
            if self.text.get(at) == Some(&b'-') && self.text.get(at + 1).is_some_and(|it| *it != b']') {
                if self.text[at + 1] == b'[' && matches!(self.text.get(at + 2), Some(b'.' | b'=' | b':')) {
                    return Err(Trouble::Unmodelled("a range with a class in a pattern of awk is not modelled".to_owned()));
                }
                let (to, after) = self.item(at + 1);
                at = after;
                if from > to {
                    return Err(match self.dialect {
                        Dialect::Gawk => bad(self.dialect, self.text, "Invalid range end"),
                        Dialect::Mawk => Trouble::Unmodelled("a range that goes backwards is not modelled for mawk".to_owned()),
                    });
                }
                self.item_text(&from, &mut items);
                items.push(b'-');
                self.item_text(&to, &mut items);
            } else {
                self.item_text(&from, &mut items);
            }
        }
        self.out.push(b'[');
        if negated {
            self.out.push(b'^');
        }
        self.out.extend(items);
        self.out.push(b']');
        self.at = at;
        self.begins = false;
        Ok(())
    }

    /// A letter within brackets and the place behind it.
    fn item(&self, at: usize) -> (Vec<u8>, usize) {
        if self.text[at] == b'\\' && at + 1 < self.text.len() {
            if let Some((letter, length)) = self.escaped(at) {
                return (letter, at + length);
            }
            let letter = self.letter_at(at + 1).0;
            // mawk keeps the backslash before what needs none.
            return (letter.to_vec(), at + 1 + letter.len());
        }
        let letter = self.letter_at(at).0;
        (letter.to_vec(), at + letter.len())
    }

    fn item_text(&self, letter: &[u8], items: &mut Vec<u8>) {
        items.extend(b"[.");
        for byte in letter {
            if self.dialect == Dialect::Mawk { wide(*byte, items) } else { items.push(*byte) }
        }
        items.extend(b".]");
    }
}

/// The text of a class. For mawk it is what the C library has for bytes of ASCII.
fn class(name: &[u8], dialect: Dialect) -> Option<Vec<u8>> {
    const NAMES: [&[u8]; 12] =
        [b"alpha", b"digit", b"alnum", b"upper", b"lower", b"space", b"blank", b"punct", b"print", b"graph", b"cntrl", b"xdigit"];
    if !NAMES.contains(&name) {
        return None;
    }
    if dialect == Dialect::Gawk || !matches!(name, b"punct" | b"print" | b"graph") {
        return Some([b"[:", name, b":]"].concat());
    }
    let holds: fn(&u8) -> bool = match name {
        b"punct" => u8::is_ascii_punctuation,
        b"graph" => u8::is_ascii_graphic,
        _ => |it| it.is_ascii_graphic() || *it == b' ',
    };
    let mut out = Vec::new();
    for byte in (0..128_u8).filter(holds) {
        out.extend([b'[', b'.', byte, b'.', b']']);
    }
    Some(out)
}
