//! Patterns of `-P` as text.

use super::{Edge, Node, Set};
use crate::{Trouble, unmodelled};

pub(super) const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const DIGIT: [(char, char); 1] = [('0', '9')];
const SPACE: [(char, char); 2] = [('\t', '\r'), (' ', ' ')];
const BLANK: [(char, char); 8] = [
    ('\t', '\t'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{202f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];
/// Deepest nesting of groups (PCRE2's own limit).
const DEEPEST: usize = 250;
/// Most times that an interval may ask for here.
const MOST_TIMES: u32 = 1000;

#[derive(Clone, Copy)]
struct Flags {
    fold: bool,
    dot_all: bool,
    lines: bool,
    extended: bool,
}

struct Parser {
    text: Vec<char>,
    at: usize,
    flags: Flags,
    groups: usize,
    closed: Vec<usize>,
    names: Vec<(String, usize)>,
    depth: usize,
    looks: usize,
    /// It has `\W`, `\S`, `\D` or `\H`.
    inverse: bool,
}

pub(super) fn parse(text: &str, fold: bool) -> Result<(Node, usize, bool), Trouble> {
    let flags = Flags { fold, dot_all: false, lines: false, extended: false };
    let mut parser = Parser { text: text.chars().collect(), at: 0, flags, groups: 0, closed: Vec::new(), names: Vec::new(), depth: 0, looks: 0, inverse: false };
    let node = parser.either()?;
    if parser.at < parser.text.len() {
        return unmodelled("a pattern of -P that is wrong");
    }
    Ok((node, parser.groups, parser.inverse))
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = word.chars().enumerate().all(|(at, it)| self.text.get(self.at + at) == Some(&it));
        if found {
            self.at += word.chars().count();
        }
        found
    }

    fn either(&mut self) -> Result<Node, Trouble> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return unmodelled("a pattern of -P that is nested too deep");
        }
        let flags = self.flags;
        let mut branches = vec![self.branch()?];
        while self.takes("|") {
            branches.push(self.branch()?);
        }
        self.flags = flags;
        self.depth -= 1;
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Either(branches) })
    }

    fn branch(&mut self) -> Result<Node, Trouble> {
        let mut nodes = Vec::new();
        while let Some(letter) = self.peek() {
            if letter == '|' || letter == ')' {
                break;
            }
            if self.flags.extended {
                if letter.is_ascii_whitespace() || letter == '\u{b}' {
                    self.at += 1;
                    continue;
                }
                if letter == '#' {
                    return unmodelled("a comment in a pattern of -P");
                }
            }
            let Some(node) = self.atom()? else { continue };
            nodes.push(self.repeated(node)?);
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.remove(0),
            _ => Node::Concat(nodes),
        })
    }

    fn letter(&self, letter: char) -> Node {
        Node::Set(Set { ranges: vec![(letter, letter)], fold: self.flags.fold, ..Set::default() })
    }

    fn atom(&mut self) -> Result<Option<Node>, Trouble> {
        let Some(letter) = self.peek() else { return Ok(None) };
        self.at += 1;
        Ok(Some(match letter {
            '.' => Node::Set(Set { negated: true, ranges: if self.flags.dot_all { vec![] } else { vec![('\n', '\n')] }, ..Set::default() }),
            '^' => Node::Edge(if self.flags.lines { Edge::LineStart } else { Edge::Start }),
            '$' => Node::Edge(if self.flags.lines { Edge::LineEnd } else { Edge::End }),
            '(' => return self.group(),
            '[' => self.bracket()?,
            '\\' => return self.escape(),
            '*' | '+' | '?' => return unmodelled("a repetition of nothing in a pattern of -P"),
            '{' if self.interval().is_some() => return unmodelled("a repetition of nothing in a pattern of -P"),
            _ => self.letter(letter),
        }))
    }

    fn group(&mut self) -> Result<Option<Node>, Trouble> {
        if self.peek() == Some('*') {
            return unmodelled("a verb in a pattern of -P");
        }
        let close = |it: &mut Self, node: Node| if it.takes(")") { Ok(node) } else { unmodelled("a parenthesis that is left open in a pattern of -P") };
        if !self.takes("?") {
            self.groups += 1;
            let number = self.groups;
            let node = self.either()?;
            self.closed.push(number);
            return close(self, Node::Group(number, Box::new(node))).map(Some);
        }
        for (mark, behind, negated) in [("=", false, false), ("!", false, true), ("<=", true, false), ("<!", true, true)] {
            if self.takes(mark) {
                self.looks += 1;
                let node = Box::new(self.either()?);
                self.looks -= 1;
                return close(self, Node::Look { behind, negated, node }).map(Some);
            }
        }
        if self.takes(">") {
            let node = Box::new(self.either()?);
            return close(self, Node::Atomic(node)).map(Some);
        }
        for (open, end) in [("P<", '>'), ("<", '>'), ("'", '\'')] {
            if self.takes(open) {
                let name = self.name(end)?;
                self.groups += 1;
                let number = self.groups;
                if self.names.iter().any(|it| it.0 == name) {
                    return unmodelled("two groups of one name in a pattern of -P");
                }
                self.names.push((name, number));
                let node = self.either()?;
                self.closed.push(number);
                return close(self, Node::Group(number, Box::new(node))).map(Some);
            }
        }
        if self.takes("P=") {
            let name = self.name(')')?;
            return self.named(&name).map(Some);
        }
        if self.takes(":") {
            let node = self.either()?;
            // It stays one thing for what repeats it.
            return close(self, node).map(Some);
        }
        let (before, mut on) = (self.flags, true);
        loop {
            let letter = self.peek();
            self.at += 1;
            match letter {
                Some('-') if on => on = false,
                Some('i') => self.flags.fold = on,
                Some('s') => self.flags.dot_all = on,
                Some('m') => self.flags.lines = on,
                Some('x') if self.text.get(self.at) != Some(&'x') => self.flags.extended = on,
                // The setting holds to the end of the group that it stands in.
                Some(')') if self.text.get(self.at.wrapping_sub(2)) != Some(&'?') => return Ok(None),
                Some(':') => {
                    let inner = self.either()?;
                    self.flags = before;
                    return close(self, inner).map(Some);
                }
                _ => return unmodelled("a group of a kind that is not modelled in a pattern of -P"),
            }
        }
    }

    fn name(&mut self, end: char) -> Result<String, Trouble> {
        let start = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_alphanumeric() || it == '_') {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        if name.is_empty() || name.starts_with(|it: char| it.is_ascii_digit()) || self.peek() != Some(end) {
            return unmodelled("a name of a group that is wrong in a pattern of -P");
        }
        self.at += 1;
        Ok(name)
    }

    fn named(&self, name: &str) -> Result<Node, Trouble> {
        match self.names.iter().find(|it| it.0 == name) {
            Some((_, number)) if self.closed.contains(number) => Ok(Node::Reference(*number, self.flags.fold)),
            _ => unmodelled("a reference to a group that is not closed in a pattern of -P"),
        }
    }

    /// The letters of `\d`, `\W` and the like.
    fn class(letter: char) -> Option<(&'static [(char, char)], bool)> {
        Some(match letter {
            'd' => (&DIGIT, false),
            'D' => (&DIGIT, true),
            'w' => (&WORD, false),
            'W' => (&WORD, true),
            's' => (&SPACE, false),
            'S' => (&SPACE, true),
            _ => return None,
        })
    }

    /// A letter that an escape stands for; the backslash and the letter behind it are read.
    fn escaped(&mut self, letter: char) -> Result<char, Trouble> {
        Ok(match letter {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'e' => '\u{1b}',
            'a' => '\u{7}',
            'x' => {
                let wide = self.takes("{");
                let start = self.at;
                while self.peek().is_some_and(|it| it.is_ascii_hexdigit()) && (wide || self.at < start + 2) {
                    self.at += 1;
                }
                let digits: String = self.text[start..self.at].iter().collect();
                if wide && !self.takes("}") || digits.is_empty() {
                    return unmodelled("a number of a letter that is wrong in a pattern of -P");
                }
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(letter) => letter,
                    None => return unmodelled("a number of a letter that is none in a pattern of -P"),
                }
            }
            it if it.is_ascii_alphanumeric() => return unmodelled(format!("`\\{it}` in a pattern of -P")),
            it => it,
        })
    }

    fn escape(&mut self) -> Result<Option<Node>, Trouble> {
        let Some(letter) = self.peek() else { return unmodelled("a backslash at the end of a pattern of -P") };
        self.at += 1;
        self.inverse |= matches!(letter, 'W' | 'S' | 'D' | 'H');
        if let Some((ranges, negated)) = Self::class(letter) {
            return Ok(Some(Node::Set(Set { negated, ranges: ranges.to_vec(), ..Set::default() })));
        }
        Ok(Some(match letter {
            'h' | 'H' => Node::Set(Set { negated: letter == 'H', ranges: BLANK.to_vec(), ..Set::default() }),
            'N' if self.peek() != Some('{') => Node::Set(Set { negated: true, ranges: vec![('\n', '\n')], ..Set::default() }),
            'b' => Node::Edge(Edge::Word),
            'B' => Node::Edge(Edge::NotWord),
            'A' => Node::Edge(Edge::Start),
            'z' => Node::Edge(Edge::End),
            'K' if self.looks == 0 => Node::Keep,
            'Q' => {
                let mut nodes = Vec::new();
                while !self.takes("\\E") {
                    let Some(letter) = self.peek() else { break };
                    self.at += 1;
                    nodes.push(self.letter(letter));
                }
                // What repeats is about the last letter alone.
                let Some(last) = nodes.pop() else { return unmodelled("an empty quotation in a pattern of -P") };
                let last = self.repeated(last)?;
                nodes.push(last);
                Node::Concat(nodes)
            }
            'E' => return Ok(None),
            '1'..='9' => {
                let number = letter as usize - '0' as usize;
                if self.peek().is_some_and(|it| it.is_ascii_digit()) || !self.closed.contains(&number) {
                    return unmodelled("a reference to a group that is not closed in a pattern of -P");
                }
                Node::Reference(number, self.flags.fold)
            }
            'k' => {
                let end = if self.takes("<") {
                    '>'
                } else if self.takes("{") {
                    '}'
                } else if self.takes("'") {
                    '\''
                } else {
                    return unmodelled("`\\k` in a pattern of -P");
                };
                let name = self.name(end)?;
                return self.named(&name).map(Some);
            }
            other => {
                let letter = self.escaped(other)?;
                self.letter(letter)
            }
        }))
    }

    /// `{2}`, `{2,}` and `{2,3}` at the place that was just gone beyond; the length with the closing brace.
    fn interval(&self) -> Option<(u32, Option<u32>, usize)> {
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|it| *it == '}')?;
        let body: String = rest[..end].iter().collect();
        let number = |it: &str| if !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()) { it.parse::<u32>().ok() } else { None };
        let (least, most) = match body.split_once(',') {
            None => (number(&body)?, Some(number(&body)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        Some((least, most, end + 1))
    }

    fn repeated(&mut self, node: Node) -> Result<Node, Trouble> {
        if self.flags.extended && self.peek().is_some_and(|it| it.is_ascii_whitespace()) {
            // Whether what repeats may stand apart is another matter with each version.
            let next = self.text[self.at..].iter().find(|it| !it.is_ascii_whitespace());
            if next.is_some_and(|it| "*+?{".contains(*it)) {
                return unmodelled("a repetition that stands apart in a pattern of -P");
            }
        }
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                match self.interval() {
                    Some((least, most, length)) => {
                        self.at += length - 1;
                        (least, most)
                    }
                    None => {
                        self.at -= 1;
                        return Ok(node);
                    }
                }
            }
            _ => return Ok(node),
        };
        self.at += 1;
        if matches!(node, Node::Edge(_) | Node::Look { .. } | Node::Keep) || most == Some(0) || least > MOST_TIMES || most.is_some_and(|it| it > MOST_TIMES || it < least) {
            return unmodelled("a repetition of that kind in a pattern of -P");
        }
        let lazy = self.takes("?");
        let possessive = !lazy && self.takes("+");
        let node = Node::Repeat { node: Box::new(node), least, most, lazy };
        let node = if possessive { Node::Atomic(Box::new(node)) } else { node };
        if self.peek().is_some_and(|it| "*+?".contains(it)) {
            return unmodelled("a repetition of a repetition in a pattern of -P");
        }
        if self.peek() == Some('{') {
            self.at += 1;
            let again = self.interval().is_some();
            self.at -= 1;
            if again {
                return unmodelled("a repetition of a repetition in a pattern of -P");
            }
        }
        Ok(node)
    }

    fn bracket(&mut self) -> Result<Node, Trouble> {
        let mut set = Set { negated: self.takes("^"), fold: self.flags.fold, ..Set::default() };
        let first = self.at;
        loop {
            let Some(letter) = self.peek() else { return unmodelled("a bracket that is left open in a pattern of -P") };
            self.at += 1;
            if letter == ']' && self.at > first + 1 {
                return Ok(Node::Set(set));
            }
            if letter == '[' && matches!(self.peek(), Some(':' | '.' | '=')) {
                self.posix(&mut set)?;
                continue;
            }
            let from = if letter == '\\' {
                let Some(next) = self.peek() else { return unmodelled("a bracket that is left open in a pattern of -P") };
                self.at += 1;
                self.inverse |= matches!(next, 'W' | 'S' | 'D');
                if let Some((ranges, negated)) = Self::class(next) {
                    if negated { set.without.push(ranges.to_vec()) } else { set.ranges.extend_from_slice(ranges) }
                    if self.peek() == Some('-') && self.text.get(self.at + 1) != Some(&']') {
                        return unmodelled("a range that begins with a class in a pattern of -P");
                    }
                    continue;
                }
                if next == 'h' {
                    set.ranges.extend_from_slice(&BLANK);
                    continue;
                }
                if next == 'b' { '\u{8}' } else { self.escaped(next)? }
            } else {
                letter
            };
            if self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|it| *it != ']') {
                self.at += 1;
                let Some(next) = self.peek() else { return unmodelled("a bracket that is left open in a pattern of -P") };
                self.at += 1;
                let to = match (next, self.peek()) {
                    ('\\', Some(letter)) => {
                        self.at += 1;
                        if Self::class(letter).is_some() || letter == 'b' || letter == 'h' {
                            return unmodelled("a range that ends with a class in a pattern of -P");
                        }
                        self.escaped(letter)?
                    }
                    ('[', Some(':' | '.' | '=')) => return unmodelled("a range that ends with a class in a pattern of -P"),
                    _ => next,
                };
                if from > to {
                    return unmodelled("a range that is turned round in a pattern of -P");
                }
                set.ranges.push((from, to));
            } else {
                set.ranges.push((from, from));
            }
        }
    }

    fn posix(&mut self, set: &mut Set) -> Result<(), Trouble> {
        self.at += 1;
        let negated = self.takes("^");
        let start = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_lowercase()) {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        if !self.takes(":]") {
            return unmodelled("a class that is not closed in a pattern of -P");
        }
        let ranges: &[(char, char)] = match name.as_str() {
            // With -i the classes of case are told apart by nobody alike.
            "upper" if !self.flags.fold => &[('A', 'Z')],
            "lower" if !self.flags.fold => &[('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "digit" => &DIGIT,
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "space" => &SPACE,
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "print" => &[(' ', '~')],
            "graph" => &[('!', '~')],
            "cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            "word" => &WORD,
            _ => return unmodelled("a class of letters of that name in a pattern of -P"),
        };
        if negated { set.without.push(ranges.to_vec()) } else { set.ranges.extend_from_slice(ranges) }
        Ok(())
    }
}
