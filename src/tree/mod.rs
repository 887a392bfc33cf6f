//! What a target's files are, and the overlay on which a fix may write.
//!
//! A [`Tree`] is immutable; a [`Workspace`] is a mutable overlay over one. Both are persistent maps over a source that is read
//! when it is asked, so a snapshot costs nothing and a run costs what it touches. Paths are bytes, absolute, resolved as the
//! Linux kernel resolves them, and never leave the root.
//!
//! To add a source: a file beside `directory.rs` that implements `Source`, and a line in `open.rs`.

mod acl;
mod archive;
mod archive_attributes;
mod attribute;
mod directory;
mod directory_attributes;
mod error;
mod image;
mod node;
mod open;
mod resolve;
mod view;
mod workspace;

pub use attribute::{Attributes, Flags};
pub use error::Error;
pub use node::{Entry, Errno, FileType, SourceNote, Stat};
pub use view::Tree;
pub(crate) use workspace::is_scratch;
pub use workspace::{Actor, Quotas, Workspace};
