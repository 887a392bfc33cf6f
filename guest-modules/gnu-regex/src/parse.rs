//! Patterns as text: basic and extended (POSIX.1-2017, XBD 9.3 and 9.4), with GNU's additions (regex(7), `info regex`).

use crate::class::{Item, Letter, Named, Set, decode};

/// Which rules of writing hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Basic: `\(`, `\{`, `\|`, `\+`, `\?` are operators.
    Basic,
    /// Extended: `(`, `{`, `|`, `+`, `?` are operators.
    Extended,
}

/// Who reads a pattern: what POSIX leaves open, each has settled in its own way (the syntax bits of regex.h, `info gnulib "Predefined Syntaxes"`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// regcomp(3), and bash by way of it: an operator with nothing before it is an error, a parenthesis that closes nothing a letter.
    Library,
    /// sed(1): both are errors.
    Sed,
    /// expr(1): as sed, but a repetition may be repeated in a basic pattern.
    Expr,
    /// grep(1) and awk(1): an operator with nothing before it, a brace that begins no interval, and a parenthesis that closes nothing
    /// are letters or nothing.
    Search,
}

impl Reader {
    /// A repetition of a repetition, or an interval of nothing, is an error in a basic pattern (RE_CONTEXT_INVALID_DUP).
    fn refuses_repeated(self) -> bool {
        matches!(self, Self::Library | Self::Sed)
    }
}

/// How a pattern is read and matched.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The rules of writing.
    pub flavour: Flavour,
    /// Case makes no difference.
    pub fold: bool,
    /// `^` and `$` match at each line of the text.
    pub multiline: bool,
    /// `\n`, `\t`, `\x41` and the like stand for letters, as in sed(1).
    pub escapes: bool,
    /// Only what POSIX has: in a basic pattern `\|`, `\+` and `\?` are letters.
    pub strict: bool,
    /// Whose pattern it is.
    pub reader: Reader,
}

/// Why a pattern can't be read, in the words of regcomp(3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub &'static str);

/// A pattern that GNU's might take and this crate does not: its groups are nested too deep, or it has too many steps.
const BEYOND: &str = "a regular expression that is too big here";

impl Error {
    /// What GNU's tools say of `[:space:]` without the brackets around it, whether that was meant or not.
    pub const MISNAMED: Error = Error("character class syntax is [[:space:]], not [:space:]");

    /// The error of a pattern that meets a limit of this crate.
    pub(crate) const BEYOND: Error = Error(BEYOND);

    /// Answers whether a limit of this crate was met, so that nobody knows what GNU's would say.
    #[must_use]
    pub fn is_beyond(&self) -> bool {
        self.0 == BEYOND
    }
}

/// Most times that an interval may ask for (RE_DUP_MAX of the GNU C library).
const MOST_TIMES: u32 = 32767;
/// Deepest nesting of groups.
const DEEPEST: usize = 250;

/// Whether a bracket expression looks like the name of a class that lost its own brackets: letters alone, the first and the last of them colons.
fn is_misnamed(items: &[Item]) -> bool {
    let is_colon = |it: &Item| matches!(it, Item::Letter(Letter::Char(':')));
    let plain = items.iter().all(|it| matches!(it, Item::Letter(_)));
    plain && items.len() > 1 && items.first().is_some_and(is_colon) && items.last().is_some_and(is_colon) && !items.iter().all(is_colon)
}

const NO_OPERAND: Error = Error("Invalid preceding regular expression");

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Empty,
    Set(Set),
    Assert(Assert),
    Group(usize, Box<Node>),
    Reference(usize),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat { node: Box<Node>, least: u32, most: Option<u32> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assert {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    WordEdge,
    NotWordEdge,
    WordStart,
    WordEnd,
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    options: Options,
    groups: usize,
    closed: Vec<usize>,
    depth: usize,
}

pub(crate) fn parse(pattern: &[u8], options: Options) -> Result<(Node, usize), Error> {
    let mut parser = Parser { text: pattern, at: 0, options, groups: 0, closed: Vec::new(), depth: 0 };
    let node = parser.either()?;
    if parser.at < pattern.len() {
        return Err(Error("Unmatched ) or \\)"));
    }
    Ok((node, parser.groups))
}

impl Parser<'_> {
    fn extended(&self) -> bool {
        self.options.flavour == Flavour::Extended
    }

    fn sees(&self, word: &[u8]) -> bool {
        self.text[self.at..].starts_with(word)
    }

    /// The operator that stands here, in whichever way it is written.
    fn sees_operator(&self, operator: u8) -> bool {
        if self.extended() {
            return self.sees(&[operator]);
        }
        !(self.options.strict && matches!(operator, b'|' | b'+' | b'?')) && self.sees(&[b'\\', operator])
    }

    fn operator_length(&self) -> usize {
        if self.extended() { 1 } else { 2 }
    }

    fn either(&mut self) -> Result<Node, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::BEYOND);
        }
        let before = self.closed.clone();
        let mut branches = vec![self.branch()?];
        let mut closed = self.closed.clone();
        while self.sees_operator(b'|') {
            self.at += self.operator_length();
            // A branch knows no group of the branches beside it.
            self.closed.clone_from(&before);
            branches.push(self.branch()?);
            closed.extend(self.closed.iter().skip(before.len()));
        }
        self.closed = closed;
        self.depth -= 1;
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Either(branches) })
    }

    fn ends_branch(&self) -> bool {
        let is_letter = self.extended() && matches!(self.options.reader, Reader::Search | Reader::Library);
        self.at >= self.text.len() || self.sees_operator(b'|') || self.sees_operator(b')') && (self.depth > 1 || !is_letter)
    }

    fn branch(&mut self) -> Result<Node, Error> {
        let mut nodes: Vec<Node> = Vec::new();
        // Where an operator that stands there has no operand.
        let (first, mut begin) = (self.at, self.at);
        while !self.ends_branch() {
            let node = self.atom(begin, first)?;
            // An anchor is not repeated, whichever it is: what follows stands as at the beginning.
            if matches!(node, Node::Assert(_)) && (!self.extended() || self.options.reader != Reader::Search) {
                nodes.push(node);
                begin = self.at;
                continue;
            }
            nodes.push(self.repeated(node)?);
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.remove(0),
            _ => Node::Concat(nodes),
        })
    }

    /// Whether an anchor or star here stands where an expression begins.
    fn at_begin(&self, begin: usize) -> bool {
        self.at == begin
    }

    fn atom(&mut self, begin: usize, first: usize) -> Result<Node, Error> {
        if let Some(node) = self.operator_without_operand(begin)? {
            return Ok(node);
        }
        let byte = self.text[self.at];
        match byte {
            b'.' => {
                self.at += 1;
                Ok(Node::Set(Set::any()))
            }
            b'[' => self.bracket(),
            b'^' if self.extended() || self.at_begin(first) => {
                self.at += 1;
                Ok(Node::Assert(Assert::LineStart))
            }
            b'$' if self.extended() || self.ends_expression() => {
                self.at += 1;
                Ok(Node::Assert(Assert::LineEnd))
            }
            b'\\' => self.escape(),
            b'(' if self.extended() => self.group(1),
            _ => {
                let (letter, length) = decode(self.text, self.at).unwrap_or((Letter::Byte(byte), 1));
                self.at += length;
                Ok(self.plain(letter))
            }
        }
    }

    fn operator_without_operand(&mut self, begin: usize) -> Result<Option<Node>, Error> {
        if !self.at_begin(begin) {
            return Ok(None);
        }
        let byte = self.text[self.at];
        if !self.extended() {
            if byte == b'*' {
                self.at += 1;
                return Ok(Some(self.plain(Letter::Char('*'))));
            }
            if self.sees(b"\\{") && self.options.reader.refuses_repeated() {
                return Err(NO_OPERAND);
            }
            for operator in [b'+', b'?', b'{'] {
                if self.sees(&[b'\\', operator]) {
                    self.at += 2;
                    return Ok(Some(self.plain(Letter::Char(operator as char))));
                }
            }
            return Ok(None);
        }
        if !matches!(byte, b'*' | b'+' | b'?' | b'{') {
            return Ok(None);
        }
        if self.options.reader != Reader::Search {
            return Err(NO_OPERAND);
        }
        // grep -E takes a leading operator as one about nothing, a brace as a letter.
        self.at += 1;
        Ok(Some(if byte == b'{' { self.plain(Letter::Char('{')) } else { Node::Empty }))
    }

    /// Whether `$` at this place ends a basic expression.
    fn ends_expression(&self) -> bool {
        let rest = &self.text[self.at + 1..];
        rest.is_empty() || rest.starts_with(b"\\)") || rest.starts_with(b"\\|")
    }

    fn plain(&self, letter: Letter) -> Node {
        Node::Set(Set::letter(letter, self.options.fold))
    }

    fn group(&mut self, length: usize) -> Result<Node, Error> {
        self.at += length;
        self.groups += 1;
        let number = self.groups;
        let node = self.either()?;
        if !self.sees_operator(b')') {
            return Err(Error("Unmatched ( or \\("));
        }
        self.at += self.operator_length();
        self.closed.push(number);
        Ok(Node::Group(number, Box::new(node)))
    }

    fn escape(&mut self) -> Result<Node, Error> {
        let Some(&byte) = self.text.get(self.at + 1) else { return Err(Error("Trailing backslash")) };
        if byte == b'(' && !self.extended() {
            return self.group(2);
        }
        let named = |named, negated| Ok(Node::Set(Set { negated, items: vec![Item::Named(named)], fold: false }));
        let node = match byte {
            b'w' => named(Named::Word, false),
            b'W' => named(Named::Word, true),
            b's' => named(Named::Space, false),
            b'S' => named(Named::Space, true),
            b'b' => Ok(Node::Assert(Assert::WordEdge)),
            b'B' => Ok(Node::Assert(Assert::NotWordEdge)),
            b'<' => Ok(Node::Assert(Assert::WordStart)),
            b'>' => Ok(Node::Assert(Assert::WordEnd)),
            b'`' => Ok(Node::Assert(Assert::TextStart)),
            b'\'' => Ok(Node::Assert(Assert::TextEnd)),
            b'1'..=b'9' => {
                let number = usize::from(byte - b'0');
                if self.closed.contains(&number) { Ok(Node::Reference(number)) } else { Err(Error("Invalid back reference")) }
            }
            _ => {
                if self.options.escapes
                    && let Some((letter, length)) = escaped(&self.text[self.at..])
                {
                    self.at += length;
                    return Ok(self.plain(letter));
                }
                let (letter, length) = decode(self.text, self.at + 1).unwrap_or((Letter::Byte(byte), 1));
                self.at += 1 + length;
                return Ok(self.plain(letter));
            }
        };
        self.at += 2;
        node
    }

    fn repeated(&mut self, mut node: Node) -> Result<Node, Error> {
        loop {
            let (least, most) = if self.sees(b"*") {
                self.at += 1;
                (0, None)
            } else if self.sees_operator(b'+') {
                self.at += self.operator_length();
                (1, None)
            } else if self.sees_operator(b'?') {
                self.at += self.operator_length();
                (0, Some(1))
            } else if self.sees_operator(b'{') {
                match self.interval()? {
                    Some(bounds) => bounds,
                    None => return Ok(node),
                }
            } else {
                return Ok(node);
            };
            node = Node::Repeat { node: Box::new(node), least, most };
            if !self.extended() && self.options.reader.refuses_repeated() && (self.sees(b"*") || self.sees(b"\\{")) {
                return Err(NO_OPERAND);
            }
        }
    }

    /// Reads `{m,n}`. None where a lenient reader takes the brace as a letter: it is left where it stands.
    fn interval(&mut self) -> Result<Option<(u32, Option<u32>)>, Error> {
        let start = self.at + self.operator_length();
        let close: &[u8] = if self.extended() { b"}" } else { b"\\}" };
        let Some(length) = self.text[start..].windows(close.len()).position(|it| it == close) else {
            // A number is read up to a comma: what is none is wrong before the end is (regcomp.c of gnulib, parse_dup_op).
            let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
            let mut parts = self.text[start..].split(|it| *it == b',');
            let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
            let bad = second.is_some() && (!is_number(first) || third.is_some());
            return self.no_interval(if bad { "Invalid content of \\{\\}" } else { "Unmatched \\{" });
        };
        let body = &self.text[start..start + length];
        let number = |text: &[u8]| std::str::from_utf8(text).ok().filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit())).and_then(|it| it.parse::<u32>().ok());
        let bounds = match body.iter().position(|it| *it == b',') {
            None => number(body).map(|it| (it, Some(it))),
            Some(comma) => {
                let (low, high) = (&body[..comma], &body[comma + 1..]);
                let low = if low.is_empty() { Some(0) } else { number(low) };
                match (low, high) {
                    (Some(low), b"") => Some((low, None)),
                    (Some(low), high) => number(high).map(|high| (low, Some(high))),
                    (None, _) => None,
                }
            }
        };
        let Some((least, most)) = bounds else { return self.no_interval("Invalid content of \\{\\}") };
        if most.is_some_and(|it| it < least) {
            return Err(Error("Invalid content of \\{\\}"));
        }
        if least > MOST_TIMES || most.is_some_and(|it| it > MOST_TIMES) {
            return Err(Error("Regular expression too big"));
        }
        self.at = start + length + close.len();
        Ok(Some((least, most)))
    }

    fn no_interval(&mut self, reason: &'static str) -> Result<Option<(u32, Option<u32>)>, Error> {
        if self.extended() && self.options.reader == Reader::Search { Ok(None) } else { Err(Error(reason)) }
    }

    fn bracket(&mut self) -> Result<Node, Error> {
        const OPEN: Error = Error("Unmatched [, [^, [:, [., or [=");
        if matches!(&self.text[self.at..], b"[" | b"[^") {
            return Err(Error("Invalid regular expression"));
        }
        let mut at = self.at + 1;
        let negated = self.text.get(at) == Some(&b'^');
        at += usize::from(negated);
        let (first, mut items) = (at, Vec::new());
        loop {
            let Some(&byte) = self.text.get(at) else { return Err(OPEN) };
            if byte == b']' && at > first {
                self.at = at + 1;
                if self.options.reader == Reader::Sed && is_misnamed(&items) {
                    return Err(Error::MISNAMED);
                }
                return Ok(Node::Set(Set { negated, items, fold: self.options.fold }));
            }
            if byte == b'['
                && let Some(&mark) = self.text.get(at + 1)
                && mark == b':'
            {
                let end = self.text[at + 2..].windows(2).position(|it| it == b":]").ok_or(OPEN)?;
                let name = Named::of(&self.text[at + 2..at + 2 + end]).ok_or(Error("Invalid character class name"))?;
                // Without case there is no upper and no lower.
                let name = if self.options.fold && matches!(name, Named::Upper | Named::Lower) { Named::Alpha } else { name };
                items.push(Item::Named(name));
                at += end + 4;
                continue;
            }
            // A hyphen stands for itself only at the start, at the end and as the end of a range (regcomp.c of glibc, parse_bracket_element).
            if byte == b'-' && at > first && self.text.get(at + 1).is_some_and(|it| *it != b']') {
                return Err(Error("Invalid range end"));
            }
            let (from, next) = self.bracket_letter(at)?;
            if self.text.get(next) == Some(&b'-') && self.text.get(next + 1).is_some_and(|it| *it != b']') {
                let (to, after) = self.bracket_letter(next + 1)?;
                match (from, to) {
                    (Letter::Char(from), Letter::Char(to)) if from <= to => items.push(Item::Range(from, to)),
                    (Letter::Byte(from), Letter::Byte(to)) if from <= to => items.extend((from..=to).map(|it| Item::Letter(Letter::Byte(it)))),
                    _ => return Err(Error("Invalid range end")),
                }
                at = after;
            } else {
                items.push(Item::Letter(from));
                at = next;
            }
        }
    }

    /// A letter inside brackets, `[.x.]` and `[=x=]` included, and the place behind it.
    fn bracket_letter(&self, at: usize) -> Result<(Letter, usize), Error> {
        for (open, close) in [(b"[.", b".]"), (b"[=", b"=]")] {
            if self.text[at..].starts_with(open) {
                let end = self.text[at + 2..].windows(2).position(|it| it == close).ok_or(Error("Unmatched [, [^, [:, [., or [="))?;
                let (letter, length) = decode(self.text, at + 2).ok_or(Error("Invalid collation character"))?;
                if length != end {
                    return Err(Error("Invalid collation character"));
                }
                return Ok((letter, at + 4 + end));
            }
        }
        if self.options.escapes
            && self.text[at] == b'\\'
            && let Some((letter, length)) = escaped(&self.text[at..])
        {
            return Ok((letter, at + length));
        }
        let (letter, length) = decode(self.text, at).ok_or(Error("Unmatched [, [^, [:, [., or [="))?;
        Ok((letter, at + length))
    }
}

/// The letter that `\n`, `\t`, `\cX`, `\dNNN`, `\oNNN` or `\xHH` stands for (sed(1), "Escapes"), and the length of the escape.
pub fn escaped(text: &[u8]) -> Option<(Letter, usize)> {
    let letter = |byte: u8| if byte.is_ascii() { Letter::Char(byte as char) } else { Letter::Byte(byte) };
    let number = |radix: u32, most: usize| {
        let digits = text[2..].iter().take(most).take_while(|it| (**it as char).is_digit(radix)).count();
        let value = std::str::from_utf8(&text[2..2 + digits]).ok().and_then(|it| u32::from_str_radix(it, radix).ok())?;
        Some((letter((value & 0xff) as u8), 2 + digits))
    };
    match text.get(1)? {
        b'a' => Some((letter(7), 2)),
        b'f' => Some((letter(12), 2)),
        b'n' => Some((letter(10), 2)),
        b'r' => Some((letter(13), 2)),
        b't' => Some((letter(9), 2)),
        b'v' => Some((letter(11), 2)),
        b'c' => text.get(2).map(|it| (letter(it.to_ascii_uppercase() ^ 0x40), 3)),
        b'd' => number(10, 3),
        b'o' => number(8, 3),
        b'x' => number(16, 2),
        _ => None,
    }
}
