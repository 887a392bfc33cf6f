//! Changes of content: create, write, truncate, with the quota of bytes.

use std::sync::Arc;

use super::{
    Act, Actor, Workspace,
    metadata::{without_capability, without_set_id},
};
use crate::tree::{
    node::{Body, Errno, FileType},
    resolve::{Found, Last, resolve_name, resolve_open},
};

impl Workspace {
    /// Creates an empty file, or empties the one that is there, keeping its mode and owner (open(2), O_CREAT | O_TRUNC).
    pub fn create(&mut self, actor: &Actor, path: &[u8], mode: u32, exclusive: bool) -> Result<(), Errno> {
        let who = actor.who();
        let found = self.found(path, |layer, met| if exclusive { resolve_name(layer, who, path, met) } else { resolve_open(layer, who, path, met) })?;
        if found.slash && found.last == Last::Name {
            return Err(Errno::IsDirectory);
        }
        if found.name.len() > 255 {
            return Err(Errno::NameTooLong);
        }
        let Some(inode) = found.inode else {
            self.may_make(actor, &found)?;
            return self.make(actor, &found, mode & 0o7777, Body::Bytes(Arc::default())).map(drop);
        };
        if exclusive {
            return Err(Errno::Exists);
        }
        self.set_length(actor, &found, inode, 0)
    }

    /// Writes at `offset` of an existing file.
    pub fn write(&mut self, actor: &Actor, path: &[u8], offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, true)?;
        self.writable(actor, &found, inode)?;
        // What is at the end is taken for a write of somebody who opened the file to append, as the tools do.
        let grows = self.layer.node(inode)?.stat(inode).size == offset;
        if !grows && self.attributes_at(&found.path, inode)?.flags.append_only {
            return Err(Errno::NotPermitted);
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::NoSpace)?;
        self.with_bytes(actor, &found, inode, (Act::Write, end), |held| {
            let from = offset as usize;
            if held.len() < from + bytes.len() {
                held.resize(from + bytes.len(), 0);
            }
            held[from..from + bytes.len()].copy_from_slice(bytes);
        })
    }

    /// Sets the length of an existing file.
    pub fn truncate(&mut self, actor: &Actor, path: &[u8], length: u64) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, true)?;
        self.set_length(actor, &found, inode, length)
    }

    fn set_length(&mut self, actor: &Actor, found: &Found, inode: u64, length: u64) -> Result<(), Errno> {
        self.writable(actor, found, inode)?;
        if self.attributes_at(&found.path, inode)?.flags.append_only {
            return Err(Errno::NotPermitted);
        }
        self.with_bytes(actor, found, inode, (Act::Truncate, length), |held| held.resize(length as usize, 0))
    }

    /// Changes content of what is writable; what it will hold is paid for before it is allocated.
    fn with_bytes(&mut self, actor: &Actor, found: &Found, inode: u64, (act, reach): (Act, u64), change: impl FnOnce(&mut Vec<u8>)) -> Result<(), Errno> {
        let attributes = self.attributes_at(&found.path, inode)?;
        let held = if reach == 0 { Ok(Arc::default()) } else { self.layer.bytes(inode) };
        let held = self.note(&found.path, held)?;
        let mut node = self.layer.node(inode)?;
        let had = match &node.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            _ => 0,
        };
        let will = self.bytes.saturating_sub(had).saturating_add(reach.max(held.len() as u64));
        if will > self.quotas.bytes {
            self.full = true;
            return Err(Errno::NoSpace);
        }
        self.step(act, &found.path, Some(inode))?;
        // The map must not keep a second owner of the bytes, or every write would copy them all.
        self.layer.over.remove(&inode);
        node.body = Body::Fifo;
        let mut held = held;
        change(Arc::make_mut(&mut held));
        self.bytes = self.bytes.saturating_sub(had) + held.len() as u64;
        node.body = Body::Bytes(held);
        node.mtime = self.clock;
        if actor.uid != 0 {
            node.mode = without_set_id(actor, &node);
        }
        node.kept = without_capability(node.kept, &attributes);
        self.put(inode, node);
        self.wrote_inode(found, inode);
        Ok(())
    }

    /// Checks that the actor may open a file for writing.
    fn writable(&mut self, actor: &Actor, found: &Found, inode: u64) -> Result<(), Errno> {
        let kind = self.layer.node(inode)?.kind();
        if kind == FileType::Directory {
            return Err(Errno::IsDirectory);
        }
        self.changeable(found)?;
        if kind == FileType::Regular && self.attributes_at(&found.path, inode)?.flags.immutable {
            return Err(Errno::NotPermitted);
        }
        self.layer.allow(inode, actor.who(), 2)?;
        match kind {
            FileType::Regular => Ok(()),
            FileType::Special => self.note(&found.path, Err(Errno::Unreadable)),
            _ => Err(Errno::Unsupported),
        }
    }
}
