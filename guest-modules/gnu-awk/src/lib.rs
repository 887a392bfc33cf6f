//! awk(1) as mawk 1.3.4-20200120 and GNU awk 5.2.1 carry it out, over bytes. The two differ in many places; each is a [`Dialect`].
//! Files, commands and the clock are reached through [`World`], so that the host's rules hold.
//!
//! Sources: POSIX.1-2017, XCU awk; mawk(1); `info gawk`; and the answers of both programs, which the tests are compared with.

mod array;
mod builtin;
mod evaluate;
mod fields;
mod format;
mod lex;
mod names;
mod number;
mod operators;
mod options;
mod order;
mod parse;
mod pattern;
mod record;
mod rehearse;
mod run;
mod special;
mod statement;
mod stream;
mod substitute;
mod tree;
mod value;

pub use options::{Options, read};
pub use rehearse::{Common, rehearse};
pub use run::run;

/// Whose awk it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// mawk 1.3.4-20200120, which takes text as bytes.
    Mawk,
    /// GNU awk 5.2, in a UTF-8 locale.
    Gawk,
}

/// Why a run ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// awk says this and ends with this status.
    Exit(String, i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

/// What a file is, as far as awk asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// Something else.
    Other,
}

/// A command that awk runs by `sh -c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// The words for the shell.
    pub text: &'a [u8],
    /// What it reads, where awk writes to it; else it has awk's own input.
    pub input: Option<&'a [u8]>,
    /// awk reads what it writes.
    pub captured: bool,
}

/// The surroundings of a run. Errors are the words of strerror(3).
pub trait World {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// Says what a name is, links followed.
    fn kind(&mut self, name: &[u8]) -> Result<Kind, String>;
    /// Reads a file, whole.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String>;
    /// Makes a file empty, for `>`; or makes sure that it is there, for `>>`.
    fn open(&mut self, name: &[u8], truncate: bool) -> Result<(), String>;
    /// Adds to a file that was opened.
    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String>;
    /// Writes to standard output. False where nobody reads on.
    fn out(&mut self, bytes: &[u8]) -> bool;
    /// Writes to standard error.
    fn err(&mut self, bytes: &[u8]);
    /// Writes a message of awk's own to standard error.
    fn complain(&mut self, bytes: &[u8]);
    /// Runs a command: its status as of waitpid(2) or what it wrote, or why that can't be done here.
    fn command(&mut self, command: Command<'_>) -> Result<(Vec<u8>, i32), String>;
    /// The environment.
    fn environment(&mut self) -> Vec<(Vec<u8>, Vec<u8>)>;
    /// Seconds since 1970 of the clock, and notes that the run hangs on it.
    fn now(&mut self) -> i64;
    /// strftime(3) of a moment, in UTC or the zone of the run.
    fn written(&mut self, format: &[u8], moment: i64, utc: bool) -> Result<Vec<u8>, String>;
    /// mktime(3) of year, month, day, hour, minute, second in the zone of the run.
    fn moment(&mut self, parts: [i64; 6], utc: bool) -> Result<i64, String>;
    /// Whether standard output and standard error are one file, so that the order of writes shows.
    fn is_mixed(&mut self) -> bool;
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Exit status.
    pub status: i32,
    /// Standard input was read, but not to its end.
    pub part_of_input: bool,
}
