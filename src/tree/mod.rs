//! What a target's files are, and the overlay on which a fix may write.
//!
//! A [`Tree`] is immutable; a [`Workspace`] is a mutable overlay over one. Both are persistent maps over a source that is read
//! when it is asked, so a snapshot costs nothing and a run costs what it touches. Paths are bytes, absolute, resolved as the
//! Linux kernel resolves them, and never leave the root.
//!
//! To add a source: a file beside `directory.rs` that implements `Source`, and a line in `open.rs`.

mod acl;
mod archive;
mod bounds;
mod choose;
mod archive_attributes;
mod attribute;
mod directory;
mod directory_attributes;
mod error;
mod git;
mod header;
mod image;
mod index;
mod lay;
mod member;
mod node;
mod open;
mod packing;
mod pax;
mod resolve;
mod store;
mod view;
mod workspace;

pub(crate) use attribute::ACCESS;
pub use attribute::{Attributes, Flags};
pub use bounds::Bounds;
pub(crate) use directory_attributes::{of_name as attributes_of_name, of_open as attributes_of_open};
pub use error::Error;
pub(crate) use git::has_git;
pub use node::{Entry, Errno, FileType, SourceNote, Stat};
pub use open::Choice;
pub use view::{Mark, Tree};
pub(crate) use workspace::is_scratch;
pub use workspace::{Act, Actor, Failure, Fault, Quotas, Step, Struck, Workspace};
