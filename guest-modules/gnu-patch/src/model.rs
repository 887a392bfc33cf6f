//! What a patch says, once read: files, hunks, lines. Lines are places in the patch's text, so that a large patch costs its size once.

/// The side of a patch that a name, a time or a mode belongs to.
pub const OLD: usize = 0;
/// See [`OLD`].
pub const NEW: usize = 1;
/// The third name that a patch may give: that of an `Index:` line.
pub const INDEX: usize = 2;

/// A line of text inside a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte, in the patch.
    pub start: usize,
    /// The byte after the last one, the newline left out.
    pub end: usize,
    /// Whether the line ends with a newline.
    pub newline: bool,
}

impl Span {
    /// The bytes without the newline.
    pub fn of<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It stays.
    Context,
    /// It goes.
    Remove,
    /// It comes.
    Add,
    /// It is replaced (context diffs only).
    Change,
}

impl Mark {
    /// The sign of a mark in a diff.
    pub fn sign(self) -> u8 {
        match self {
            Mark::Context => b' ',
            Mark::Remove => b'-',
            Mark::Add => b'+',
            Mark::Change => b'!',
        }
    }
}

/// A line of a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happens to it.
    pub mark: Mark,
    /// Its text.
    pub text: Span,
}

/// A hunk: lines that must be there, and lines that shall be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunk {
    /// First line of the old file; the one after the place, where nothing is old.
    pub first: i64,
    /// The lines of the old file.
    pub old: Vec<Line>,
    /// First line of the new file, as `first`.
    pub new_first: i64,
    /// The lines of the new file.
    pub new: Vec<Line>,
    /// Lines of context before the first change.
    pub prefix: i64,
    /// Lines of context after the last change.
    pub suffix: i64,
    /// What stands behind the hunk's header, with the blank before it.
    pub function: Option<Span>,
    /// Line of the patch where the hunk's own lines begin.
    pub line: i64,
    /// What was said while the hunk was read.
    pub said: Vec<String>,
}

impl Hunk {
    /// Turns the hunk round, as `-R` does.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.first, &mut self.new_first);
        std::mem::swap(&mut self.old, &mut self.new);
        for line in &mut self.old {
            if line.mark == Mark::Add {
                line.mark = Mark::Remove;
            }
        }
        for line in &mut self.new {
            if line.mark == Mark::Remove {
                line.mark = Mark::Add;
            }
        }
    }

    /// Most lines of context on either side.
    pub fn context(&self) -> i64 {
        self.prefix.max(self.suffix)
    }

    /// What the new file has more lines than the old one.
    pub fn growth(&self) -> i64 {
        self.new.len() as i64 - self.old.len() as i64
    }
}

/// The form of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `diff -u`.
    Unified,
    /// `diff -c` with context given twice.
    Context,
    /// `diff -c` as it is made today.
    NewContext,
    /// `diff` without options.
    Normal,
    /// `diff -e`: a script of ed(1).
    Ed,
    /// `GIT binary patch`.
    GitBinary,
}

/// A time that a header gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// None, or one that can't be read.
    Unknown,
    /// The epoch in some time zone, which says that there is no file.
    Epoch,
    /// Another time.
    Other,
}

/// What a patch says about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// Its form.
    pub kind: Kind,
    /// Names: of the old file, the new one, and the `Index:` line; stripped as `-p` says.
    pub names: [Option<Vec<u8>>; 3],
    /// What stands behind the names of old and new file, which rejects repeat.
    pub times: [Option<Vec<u8>>; 2],
    /// Times of old and new file.
    pub stamps: [Stamp; 2],
    /// How sure it is that old or new file does not exist: 0 not, 1 perhaps (it is empty), 2 surely.
    pub nonexistent: [u8; 2],
    /// Modes of old and new file with their type; 0 where none is given.
    pub modes: [u32; 2],
    /// Whether it has a `diff --git` header.
    pub git: bool,
    /// Whether `rename from` and `rename to` stand there.
    pub rename: [bool; 2],
    /// Whether `copy from` and `copy to` stand there.
    pub copy: [bool; 2],
    /// The word of a `Prereq:` line.
    pub prerequisite: Option<Vec<u8>>,
    /// Columns that the patch is indented by.
    pub indent: usize,
    /// Whether carriage returns at the ends of lines are taken off.
    pub strips_returns: bool,
    /// Where the text before the patch begins.
    pub base: usize,
    /// Where the hunks begin.
    pub start: usize,
    /// The line of it.
    pub line: i64,
    /// The hunks.
    pub hunks: Vec<Hunk>,
    /// What was said while the header was read.
    pub said: Vec<String>,
    /// What is wrong behind the last hunk, which ends the run there.
    pub fatal: Option<Fatal>,
}

/// An error that ends the run, and what was said before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fatal {
    /// The message.
    pub message: Vec<u8>,
    /// What was said on the way.
    pub said: Vec<String>,
}

impl FilePatch {
    /// The file type that both modes agree on (0100000 where none is given); none where they don't.
    pub fn file_type(&self) -> Option<u32> {
        const TYPE: u32 = 0o170_000;
        match (self.modes[OLD] & TYPE, self.modes[NEW] & TYPE) {
            (0, 0) => Some(0o100_000),
            (0, one) | (one, 0) => Some(one),
            (one, other) => (one == other).then_some(one),
        }
    }

    /// Answers whether the new file is the old one under another name.
    pub fn is_rename(&self) -> bool {
        self.rename[OLD] && self.rename[NEW]
    }

    /// Answers whether the new file is a copy of the old one.
    pub fn is_copy(&self) -> bool {
        self.copy[OLD] && self.copy[NEW]
    }
}
