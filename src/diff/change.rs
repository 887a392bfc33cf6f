//! One path that differs.

use crate::{digest::Digest, tree::FileType};

/// What equality of trees looks at, at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// What it is.
    pub kind: FileType,
    /// The 12 permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Digest of a file's bytes.
    pub sha256: Option<Digest>,
    /// Target of a link.
    pub target: Option<Vec<u8>>,
    /// The first of the other names of a file that has several: a hard-link group is part of equality.
    pub linked: Option<Vec<u8>>,
}

/// How one path differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path, without links on its way.
    pub path: Vec<u8>,
    /// What it was; none for a creation.
    pub before: Option<FileState>,
    /// What it is; none for a removal.
    pub after: Option<FileState>,
}
