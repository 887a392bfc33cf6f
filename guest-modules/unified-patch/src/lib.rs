//! Unified patches, plain ones and git's, applied to a tree as one change: all of it or nothing.
//!
//! [`apply`] reads a text, finds the folders to strip, fits every hunk and answers with the steps that carry the change out; it writes nothing
//! itself. Where it is given twice, it knows its own work: see [`Done::Already`].
//!
//! Sources: the manual of GNU diffutils ("Detailed Description of Unified Format", "Merging with patch"), gitformat-patch, git-apply(1) and
//! git-diff(1) ("Generating patch text with -p", "binary"); and the answers of GNU patch 2.7.6 and git 2.47.3, which the laboratory compares.

mod apply;
mod base85;
mod binary;
mod decide;
mod git;
mod header;
mod hunk;
mod misfit;
mod model;
mod name;
mod parse;
mod resolve;
mod strip;

pub use decide::apply;

/// Whose rules hold for where a hunk may be put, and how strictly names and headers are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// GNU patch: at another line too, with up to two lines of context left out.
    #[default]
    Patch,
    /// git-apply(1): at another line too, and with all context.
    Git,
}

/// How a patch is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whose rules hold.
    pub dialect: Dialect,
    /// Leading folders that are taken off names; found out, where none is given.
    pub strip: Option<usize>,
    /// Takes the patch back where it is applied, exactly and wholly; there is no other way to read it then.
    pub reverse: bool,
}

/// What a name is in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing.
    Absent,
    /// A file with bytes, and its 12 mode bits.
    File(Vec<u8>, u32),
    /// A symbolic link and its target.
    Link(Vec<u8>),
    /// A directory.
    Directory,
    /// Something else, or what can't be read, in words.
    Other(String),
}

/// What lies on the way to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Directories only, as far as there are any.
    Clear,
    /// Something that is no directory.
    Blocked(Vec<u8>),
    /// A link; whether it stays in the tree wherever the tree lies.
    Link(Vec<u8>, bool),
}

/// A tree as a patch looks at it. Paths have no leading `/`.
pub trait Tree {
    /// What a name is; a link is not followed.
    fn look(&mut self, path: &[u8]) -> Look;
    /// What lies on the way to it.
    fn way(&mut self, path: &[u8]) -> Way;
    /// Why a name that is there can't be changed (flags that forbid it); none where it can.
    fn fixed(&mut self, path: &[u8]) -> Option<String>;
}

/// One step of a change. Steps are carried out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Removes a name, and the directories above it that are empty then.
    Remove(Vec<u8>),
    /// Writes a file that is there, which keeps its owner and, unless a mode is given, its mode.
    Write {
        /// The path.
        path: Vec<u8>,
        /// Its new bytes; none where they stay.
        bytes: Option<Vec<u8>>,
        /// Its new permission bits; none where they stay.
        mode: Option<u32>,
    },
    /// Makes a file, and the directories above it.
    Create {
        /// The path.
        path: Vec<u8>,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Its permission bits.
        mode: u32,
    },
    /// Makes a link, in place of one that is there.
    Link {
        /// The path.
        path: Vec<u8>,
        /// Its target.
        target: Vec<u8>,
    },
}

/// A hunk that was not where the patch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The file.
    pub path: Vec<u8>,
    /// Number of the hunk in the file, from 1.
    pub hunk: usize,
    /// Line of the patch where it begins.
    pub line: usize,
    /// Line of the file that it was put at.
    pub at: i64,
    /// How far that is off.
    pub offset: i64,
    /// Lines of context left out.
    pub fuzz: i64,
    /// Whether the hunk takes lines away, which were found.
    pub takes: bool,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// The steps to carry out, the paths that the patch is about, and the hunks that were moved.
    Apply {
        /// In order.
        steps: Vec<Step>,
        /// Sorted, each once.
        paths: Vec<Vec<u8>>,
        /// In the order of the patch.
        moved: Vec<Moved>,
    },
    /// All of it is there: it fits nowhere exactly, and taken back it does. Nothing is to be done.
    Already {
        /// Sorted, each once.
        paths: Vec<Vec<u8>>,
    },
}

/// The rule by which a patch is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The text is no patch, or damaged.
    Malformed,
    /// Lines follow a hunk that its header does not tell of.
    Leftover,
    /// A path leaves the tree, or is none.
    Path,
    /// A path is git's own.
    Git,
    /// A path goes through a link.
    Link,
    /// Hunks overlap or are out of order.
    Overlap,
    /// A hunk fits nowhere.
    Hunk,
    /// A file that would be made is there.
    Exists,
    /// A file is not there.
    Missing,
    /// A file is of another type than the patch says, or can't be changed.
    Type,
    /// A line would stand behind one that has no newline.
    Glued,
    /// A file that would be removed has more in it.
    Remains,
    /// A binary patch that is not carried whole, or does not fit.
    Binary,
    /// More than one reading is possible.
    Ambiguous,
    /// A form of patch that is not taken.
    Unsupported,
}

impl Rule {
    /// Answers whether the rule guards the tree: no other reading of the patch is looked for.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Rule::Malformed | Rule::Leftover | Rule::Path | Rule::Git | Rule::Link | Rule::Overlap | Rule::Ambiguous | Rule::Unsupported)
    }
}

/// Why a patch is refused: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// The line of the patch, from 1, where one is to blame.
    pub line: Option<usize>,
    /// The file, the place, and what would have been right.
    pub text: String,
}

impl Refusal {
    pub(crate) fn new(rule: Rule, line: impl Into<Option<usize>>, text: impl Into<String>) -> Refusal {
        Refusal { rule, line: line.into(), text: text.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(to, "line {line} of the patch: {}", self.text),
            None => to.write_str(&self.text),
        }
    }
}

/// A path as messages show it.
pub(crate) fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
