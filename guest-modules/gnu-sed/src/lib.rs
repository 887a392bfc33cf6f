//! sed(1) as GNU sed 4.9 carries it out, over bytes: scripts, addresses, all commands but `e`, missing final newlines, editing
//! in place. Files are reached through [`World`], so that the host's rules of modes, owners and links hold.
//!
//! Sources: `info sed`; POSIX.1-2017, XCU sed; and the answers of GNU sed 4.9 itself, which the tests are compared with.

mod command;
mod execute;
mod input;
mod options;
mod output;
mod parse;
mod replace;

pub use execute::run;
pub use options::{Options, read};

/// Why a call ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The script or an option is wrong, or a file can't be edited: the message and the status.
    Exit(String, i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

/// What a file is, as far as sed asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// Something else.
    Other,
}

/// The files of a run. Errors are the words of strerror(3).
pub trait World {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// Says what a name is, links followed.
    fn kind(&mut self, name: &[u8]) -> Result<Kind, String>;
    /// Reads a file, whole.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String>;
    /// Makes a file empty, for `w`.
    fn create(&mut self, name: &[u8]) -> Result<(), String>;
    /// Adds to a file that was made.
    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String>;
    /// Puts new content in the place of a file, as an edit in place does: a new file with the mode and owner of the old one takes
    /// its name, and the old one's under `backup`, if given. With `follow` a link's target is replaced instead of the link.
    fn replace(&mut self, name: &[u8], content: &[u8], backup: Option<&[u8]>, follow: bool) -> Result<(), String>;
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
