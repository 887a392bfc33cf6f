//! What changed between two trees: content, mode, owner, links, extended attributes, inode flags, creation, removal. Times and inode
//! numbers are no part of it, nor are the scratch directories.

mod apply;
mod between;
mod change;
mod merge;
mod mutant;
mod near;
mod secret;
mod text;

pub use apply::apply;
pub(crate) use between::state_of;
pub use between::{between, digest_of_paths};
pub use change::{Change, FileState};
pub use merge::{Clash, Unmerged, merge};
pub(crate) use mutant::mutants;
pub(crate) use near::Steps;
pub use secret::{is_secret, secrets};
pub(crate) use text::unified_within;
pub use text::{first_added, unified};
