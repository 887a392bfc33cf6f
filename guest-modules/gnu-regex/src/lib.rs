//! POSIX basic and extended regular expressions as GNU's tools take them, over bytes that may or may not be UTF-8.
//!
//! A match is the leftmost and of those the longest (POSIX.1-2017, XBD 9.1). Letters are Unicode's as in the locale C.UTF-8; a
//! byte that is no part of a letter matches itself and nothing else. Without back-references the time is linear in text times
//! pattern; with them the steps are bounded, and running out of them is an error rather than an answer.

mod class;
mod matcher;
mod parse;
mod program;

pub use class::{Letter, decode, is_word};
pub use parse::{Error, Flavour, Options, Reader, escaped};

use program::Program;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Regex {
    program: Program,
}

/// Where the whole and each group matched: byte offsets, the end excluded.
pub type Captures = Vec<Option<(usize, usize)>>;

/// The pattern needs more steps than are allowed: no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex;

impl Regex {
    /// Compiles a pattern.
    pub fn new(pattern: &[u8], options: Options) -> Result<Regex, Error> {
        let (node, groups) = parse::parse(pattern, options)?;
        Ok(Regex { program: program::compile(&node, groups, options)? })
    }

    /// Returns how many groups the pattern has.
    pub fn groups(&self) -> usize {
        self.program.groups
    }

    /// Answers whether `^` stands behind something or `$` before something, and lines are no matter of the pattern's own.
    pub fn has_inner_anchor(&self) -> bool {
        self.program.inner_anchor && !self.program.multiline
    }

    /// Finds the leftmost-longest match that begins at or behind `from`. What stands before `from` is seen by anchors.
    pub fn find_at(&self, text: &[u8], from: usize) -> Result<Option<Captures>, TooComplex> {
        matcher::find(&self.program, text, from)
    }

    /// Answers whether the pattern matches anywhere.
    pub fn is_match(&self, text: &[u8]) -> Result<bool, TooComplex> {
        matcher::is_match(&self.program, text)
    }
}
