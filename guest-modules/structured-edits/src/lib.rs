//! Edits of structured files that keep all that they do not name: comments, order, quotes, indentation.
//!
//! A document `invitro.edits/v1` lists edits, each with what must be there before. An edit whose result is there already does nothing, so a document is
//! idempotent by construction; one that finds neither what it expects nor its result is refused, and with it the whole document. After each edit the
//! file is read anew, and must say what was wanted.

mod bytes;
mod document;
mod edit;
mod format;
mod key;

pub use document::MOST_EDITS;
pub use edit::apply;
pub use format::Format;
pub use key::Key;

/// Files as edits look at them, by absolute path.
pub trait Tree {
    /// Reads a file whole; none where it is not there, and why where it is something else.
    fn read(&mut self, path: &[u8]) -> Result<Option<Vec<u8>>, String>;
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Files to write, each once.
    pub writes: Vec<(Vec<u8>, Vec<u8>)>,
    /// What was done, a line for each edit.
    pub told: Vec<String>,
}
