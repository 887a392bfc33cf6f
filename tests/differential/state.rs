//! What is at a path, read without any code of the sandbox.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};

/// Type, mode, owner, content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) kind: &'static str,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Digest of a file's bytes.
    pub(crate) sha256: Option<[u8; 32]>,
    /// Where a link leads.
    pub(crate) target: Option<Vec<u8>>,
}

impl State {
    /// Reads a path; none where nothing is.
    pub(crate) fn read(path: &Path) -> Option<State> {
        let meta = fs::symlink_metadata(path).ok()?;
        let of = meta.file_type();
        let kind = match () {
            () if of.is_file() => "file",
            () if of.is_dir() => "dir",
            () if of.is_symlink() => "link",
            () if of.is_fifo() => "fifo",
            () => "special",
        };
        let sha256 = of.is_file().then(|| Sha256::digest(fs::read(path).unwrap_or_default()).into());
        let target = of.is_symlink().then(|| fs::read_link(path).map(|it| it.into_os_string().into_encoded_bytes()).unwrap_or_default());
        // Linux gives every link all bits: they say nothing.
        let mode = if of.is_symlink() { 0 } else { meta.mode() & 0o7777 };
        Some(State { kind, mode, uid: meta.uid(), gid: meta.gid(), sha256, target })
    }

    /// Answers whether type and content are the same.
    pub(crate) fn has_content_of(&self, other: &State) -> bool {
        self.kind == other.kind && self.sha256 == other.sha256 && self.target == other.target
    }

    /// Says it in a line.
    pub(crate) fn said(of: Option<&State>) -> String {
        let Some(it) = of else { return "absent".to_owned() };
        let content = match (&it.sha256, &it.target) {
            (Some(digest), _) => format!(" {:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]),
            (_, Some(target)) => format!(" -> {}", String::from_utf8_lossy(target)),
            _ => String::new(),
        };
        format!("{} {:04o} {}:{}{content}", it.kind, it.mode, it.uid, it.gid)
    }
}
