//! Patterns of `-P`: what pcre2pattern(3) says, without its rarer forms, which are unmodelled. As in GNU grep 3.8, `\w`, `\d`, `\s`
//! and `\b` know ASCII alone, and letters are Unicode's.

mod matcher;
mod parse;

use crate::{Trouble, pattern::odd_case, unmodelled};

/// A place to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Start,
    End,
    LineStart,
    LineEnd,
    Word,
    NotWord,
}

/// Letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
    /// Classes that are negated within.
    without: Vec<Vec<(char, char)>>,
    fold: bool,
}

impl Set {
    fn holds(&self, letter: char) -> bool {
        let inside = |ranges: &[(char, char)], it: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&it));
        let has = |it: char| inside(&self.ranges, it) || self.without.iter().any(|ranges| !inside(ranges, it));
        let found = has(letter) || self.fold && other_case(letter).is_some_and(has);
        found != self.negated
    }
}

/// The same letter in its other case.
fn other_case(letter: char) -> Option<char> {
    let single = |mut it: Box<dyn Iterator<Item = char>>| it.next().filter(|_| it.next().is_none());
    let (lower, upper) = (single(Box::new(letter.to_lowercase()))?, single(Box::new(letter.to_uppercase()))?);
    [lower, upper].into_iter().find(|it| *it != letter)
}

#[derive(Clone, Debug)]
enum Node {
    Empty,
    Set(Set),
    Edge(Edge),
    Group(usize, Box<Node>),
    Atomic(Box<Node>),
    /// What stands ahead, or behind in as many letters as each branch has.
    Look { behind: bool, negated: bool, node: Box<Node> },
    Reference(usize, bool),
    Keep,
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat { node: Box<Node>, least: u32, most: Option<u32>, lazy: bool },
}

/// A compiled pattern.
pub(crate) struct Perl {
    program: matcher::Program,
    fold: bool,
    /// It has `\W` and the like, of which PCRE2 10.42 as grep calls it does not always find a letter beyond ASCII at the end of a line.
    inverse: bool,
}

impl Perl {
    pub(crate) fn new(text: &[u8], fold: bool, words: bool, whole: bool) -> Result<Perl, Trouble> {
        let Ok(text) = std::str::from_utf8(text) else { return unmodelled("a pattern of -P that is not UTF-8") };
        let (node, groups, inverse) = parse::parse(text, fold)?;
        let word = || Set { ranges: parse::WORD.to_vec(), ..Set::default() };
        let node = if whole {
            Node::Concat(vec![Node::Edge(Edge::Start), node, Node::Edge(Edge::End)])
        } else if words {
            let look = |behind| Node::Look { behind, negated: true, node: Box::new(Node::Set(word())) };
            Node::Concat(vec![look(true), node, look(false)])
        } else {
            node
        };
        Ok(Perl { program: matcher::compile(&node, groups)?, fold, inverse })
    }

    /// The next match that begins at or behind a place.
    pub(crate) fn find(&self, line: &[u8], from: usize) -> Result<Option<(usize, usize)>, Trouble> {
        let Ok(text) = std::str::from_utf8(line) else { return unmodelled("a line that is not UTF-8 before -P") };
        if self.fold && odd_case(line) {
            return unmodelled("letters with more than two cases are not modelled");
        }
        if self.inverse && !text.is_ascii() {
            return unmodelled("`\\W`, `\\S` or `\\D` of -P before letters beyond ASCII is not modelled");
        }
        if !text.is_char_boundary(from) {
            return unmodelled("a search that goes on within a letter");
        }
        self.program.find(text, from)
    }
}
