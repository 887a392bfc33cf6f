//! One path that differs.

use std::collections::BTreeMap;

use crate::{
    digest::Digest,
    tree::{FileType, Flags},
};

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
    /// Digests of its extended attributes by name: what they hold may be secret. None where the source could not say them.
    pub xattrs: Option<BTreeMap<Vec<u8>, Digest>>,
    /// The flags that forbid changes.
    pub flags: Flags,
}

impl FileState {
    /// Returns the digest of an extended attribute.
    pub fn xattr(&self, name: &str) -> Option<&Digest> {
        self.xattrs.as_ref()?.get(name.as_bytes())
    }

    /// Answers whether extended attributes and flags are as in another state, so far as both are known.
    pub fn has_attributes_of(&self, other: &FileState) -> bool {
        self.xattrs.is_some() && self.xattrs == other.xattrs && self.flags == other.flags
    }
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
