//! patch(1) as GNU patch 2.7.6 carries it out, over bytes.
//!
//! [`parse`] reads a text into [`FilePatch`]es; [`run`] does what a call of patch(1) does, on files reached through [`Files`], so that
//! the host's rules of modes, owners and links hold. What can't be carried out truly is a [`Trouble::Unsupported`], never left out.
//!
//! Sources: the manual of GNU diffutils, "Merging with patch"; POSIX.1-2017, XCU patch; and the answers of patch 2.7.6 itself, which
//! the tests are compared with.

mod apply;
mod backup;
mod content;
mod context;
mod date;
mod drive;
mod fit;
mod header;
mod hunk;
mod locate;
mod model;
mod name;
mod normal;
mod number;
mod options;
mod output;
mod reader;
mod reject;
mod select;
mod talk;
mod unified;

pub use drive::run;
pub use fit::{Fitted, Misfit, Place, fit};
pub use model::{Fatal, FilePatch, Hunk, INDEX, Kind, Line, Mark, NEW, OLD, Span, Stamp};
pub use options::{Options, ReadOnly, RejectForm, read};
pub use talk::Voice;

/// Why a call can't be carried out here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The words of the call are wrong: the message and the status.
    Usage(String, i32),
    /// It can't be carried out truly, and why.
    Unsupported(String),
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A file with bytes.
    Regular,
    /// A symbolic link.
    Link,
    /// A directory.
    Directory,
    /// Something else.
    Other,
}

/// What is known of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Type,
    /// The 12 permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// A number that two names of one file share.
    pub inode: u64,
}

/// Why a file could not be reached or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// ENOENT.
    NoEntry,
    /// Another error, in the words of strerror(3).
    Other(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(match self {
            Failure::NoEntry => "No such file or directory",
            Failure::Other(words) => words,
        })
    }
}

/// The attributes of a file that takes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Permission bits; those of the umask are taken off where `masked`.
    pub mode: u32,
    /// Whether the umask counts.
    pub masked: bool,
    /// Owner and group, where they are not those of the actor.
    pub owner: Option<(u32, u32)>,
}

/// The files of a run. A name that does not begin with `/` is relative to the current folder.
pub trait Files {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// A variable of the environment.
    fn variable(&mut self, name: &str) -> Option<Vec<u8>>;
    /// Makes another folder the current one.
    fn change_directory(&mut self, name: &[u8]) -> Result<(), Failure>;
    /// Answers whether the current folder is the root of all.
    fn is_at_root(&mut self) -> bool;
    /// Answers whether the folder that a relative name lies in is, links followed, outside of the current folder.
    fn leads_outside(&mut self, name: &[u8]) -> bool;
    /// Answers whether the actor may write a file.
    fn may_write(&mut self, name: &[u8]) -> bool;
    /// Says what a name is; a link in the last part is followed with `follow`.
    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, Failure>;
    /// Reads a file, whole, links followed.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure>;
    /// The names in a folder.
    fn names(&mut self, folder: &[u8]) -> Result<Vec<Vec<u8>>, Failure>;
    /// Reads the target of a link.
    fn read_link(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure>;
    /// Makes a new file that takes the name, as a rename(2) onto it does; gives its inode.
    fn put(&mut self, name: &[u8], content: &[u8], attributes: Attributes) -> Result<u64, Failure>;
    /// Makes a link that takes the name; gives its inode.
    fn put_link(&mut self, name: &[u8], target: &[u8]) -> Result<u64, Failure>;
    /// Empties a file, or makes it with mode 0666 less the umask, and writes it, links followed.
    fn overwrite(&mut self, name: &[u8], content: &[u8]) -> Result<(), Failure>;
    /// rename(2).
    fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Failure>;
    /// unlink(2).
    fn remove(&mut self, name: &[u8]) -> Result<(), Failure>;
    /// mkdir(2) with mode 0777 less the umask.
    fn make_directory(&mut self, name: &[u8]) -> Result<(), Failure>;
    /// rmdir(2).
    fn remove_directory(&mut self, name: &[u8]) -> Result<(), Failure>;
}

/// What a run printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status: 0 all went well, 1 some hunks could not be applied, 2 worse trouble.
    pub status: i32,
}

/// A text that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The patches, in order; the last one may end with an error.
    pub patches: Vec<FilePatch>,
    /// What was said while more was looked for behind them.
    pub said: Vec<String>,
    /// Where the search behind the last one began.
    pub end: usize,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The form that the first patch has; any, where none is named.
    pub kind: Option<Kind>,
    /// Leading folders that are taken off names; all, where no number is given.
    pub strip: Option<usize>,
    /// Whether a patch may do without a header, as the file is known.
    pub headless: bool,
    /// Whether carriage returns at the ends of lines stay.
    pub binary: bool,
}

/// Reads a text, as GNU patch does.
pub fn parse(text: &[u8], reading: Reading) -> Result<Parsed, Trouble> {
    let mut reader = reader::Reader { text, at: 0, line: 0, cut: false };
    let mut parsed = Parsed::default();
    loop {
        parsed.end = reader.at;
        if reader.at > 0 && reader.at >= text.len() {
            return Ok(parsed);
        }
        // The form that the call names holds for the first patch only.
        let kind = reading.kind.filter(|_| parsed.patches.is_empty());
        let search = header::Search { kind, needs_header: !reading.headless, strip: reading.strip };
        match header::next(&mut reader, search) {
            header::Found::Nothing(said) => {
                parsed.said = said;
                return Ok(parsed);
            }
            header::Found::Odd(reason) => return Err(Trouble::Unsupported(reason)),
            header::Found::Patch(mut patch) => {
                returns(&patch)?;
                patch.strips_returns &= !reading.binary;
                if patch.kind == Kind::Ed {
                    return Err(Trouble::Unsupported("a script of ed(1) as a patch is not carried out".to_owned()));
                }
                let nesting = 0;
                hunk::all(&mut reader, &mut patch, nesting);
                if let Some(fatal) = patch.fatal.as_ref().filter(|it| it.message.windows(7).any(|it| it == b"mangled")) {
                    return Err(Trouble::Unsupported(format!("{}: what GNU patch makes of that is not known", String::from_utf8_lossy(&fatal.message))));
                }
                emptied(&mut patch);
                if patch.hunks.is_empty() && patch.fatal.is_none() && reader.at <= parsed.end {
                    return Err(Trouble::Unsupported(format!("a patch without hunks at line {}, which would be found again and again", patch.line)));
                }
                let ended = patch.fatal.is_some();
                parsed.patches.push(*patch);
                if ended {
                    return Ok(parsed);
                }
            }
        }
    }
}

/// Refuses what carriage returns in a header make of a patch in ways that are not known.
fn returns(patch: &FilePatch) -> Result<(), Trouble> {
    if patch.kind == Kind::Context && patch.strips_returns {
        return Err(Trouble::Unsupported("a context diff whose lines end with carriage returns is not carried out".to_owned()));
    }
    if patch.names[INDEX].as_ref().is_some_and(|it| it.ends_with(b"\r")) {
        return Err(Trouble::Unsupported("an `Index:` line that ends with a carriage return is not read".to_owned()));
    }
    Ok(())
}

/// A context diff says by its first hunk that a file comes to nothing.
fn emptied(patch: &mut FilePatch) {
    if matches!(patch.kind, Kind::Context | Kind::NewContext)
        && let Some(first) = patch.hunks.first()
    {
        // It is read twice for that, and what is said of it is said twice.
        patch.said.extend_from_slice(&first.said);
        if !first.new.is_empty() || first.new_first != 1 {
            return;
        }
        patch.nonexistent[NEW] = 1 + u8::from(patch.stamps[NEW] == Stamp::Epoch);
    }
}
