//! grep(1) as GNU grep 3.8 of Debian 12 carries it out, over bytes, in the locale C.UTF-8. Files are reached through [`World`].
//!
//! Sources: `info grep`; pcre2pattern(3) for `-P`; and the answers of GNU grep 3.8 itself, which the tests are compared with.
//! Colours, `-T` and what the pattern engines here take otherwise are [`Trouble::Unmodelled`].

mod exclude;
mod options;
mod pattern;
mod perl;
mod run;

pub use options::{Options, read};
pub use run::{EMPTY_WORD, run};

/// Why a call ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The call is wrong: the whole text of standard error and the status.
    Exit(Vec<u8>, i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

/// What a file is, as far as grep asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link; only where links are not followed.
    Link,
    /// Something else.
    Other,
}

/// A file's kind and its inode number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Which one it is.
    pub inode: u64,
}

/// Where standard output goes, as grep looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// Somewhere of no matter.
    #[default]
    Open,
    /// `/dev/null`: one match is enough.
    Discarded,
    /// A regular file, which is not searched.
    File(u64),
}

/// The files of a run. Errors are the words of strerror(3).
pub trait World {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// Says what a name is.
    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, String>;
    /// Reads a file, whole.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String>;
    /// Names in a directory, in its order.
    fn names(&mut self, name: &[u8]) -> Result<Vec<Vec<u8>>, String>;
}

/// What a run printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status.
    pub status: i32,
}

pub(crate) fn unmodelled<T>(why: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble::Unmodelled(why.into()))
}

pub(crate) fn fails<T>(message: &str) -> Result<T, Trouble> {
    Err(Trouble::Exit(format!("grep: {message}\n").into_bytes(), 2))
}
