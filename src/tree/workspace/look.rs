//! What a fix may learn of a path.

use super::{Actor, Workspace};
use crate::tree::{
    node::{Body, Entry, Errno, Stat},
    view::slice,
};

impl Workspace {
    /// Returns metadata; `follow` decides about a link at the end.
    pub fn stat(&mut self, actor: &Actor, path: &[u8], follow: bool) -> Result<Stat, Errno> {
        let (_, inode) = self.existing(actor, path, follow)?;
        Ok(self.layer.node(inode)?.stat(inode))
    }

    /// Reads at most `length` bytes from `offset`.
    pub fn read(&mut self, actor: &Actor, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, Errno> {
        let (found, inode) = self.existing(actor, path, true)?;
        self.layer.allow(inode, actor.who(), 4)?;
        let bytes = self.layer.bytes(inode);
        Ok(slice(&self.note(&found.path, bytes)?, offset, length))
    }

    /// Lists a directory.
    pub fn list(&mut self, actor: &Actor, path: &[u8]) -> Result<Vec<Entry>, Errno> {
        let (found, inode) = self.existing(actor, path, true)?;
        let entries = self.layer.list(inode);
        let mut entries = self.note(&found.path, entries)?;
        self.layer.allow(inode, actor.who(), 4)?;
        if self.reversed {
            entries.reverse();
        }
        Ok(entries)
    }

    /// Returns the target of a link.
    pub fn read_link(&mut self, actor: &Actor, path: &[u8]) -> Result<Vec<u8>, Errno> {
        let (_, inode) = self.existing(actor, path, false)?;
        match self.layer.node(inode)?.body {
            Body::Link(target) => Ok(target.to_vec()),
            _ => Err(Errno::Invalid),
        }
    }

    /// Returns the path without links; the last name may be missing.
    pub fn real_path(&mut self, actor: &Actor, path: &[u8]) -> Result<Vec<u8>, Errno> {
        Ok(self.find(actor, path, true)?.path)
    }
}
