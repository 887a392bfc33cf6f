//! Changes of mode, owner and times.

use std::sync::Arc;

use super::{Act, Actor, Workspace};
use crate::tree::{
    attribute::{ACCESS, Attributes, CAPABILITY},
    node::{Errno, FileType, Kept, Node},
    resolve::Found,
};

impl Workspace {
    /// Returns the attributes of what no flag protects from changes of metadata (the kernel's may_setattr).
    fn unfrozen(&mut self, found: &Found, inode: u64) -> Result<Arc<Attributes>, Errno> {
        let attributes = self.attributes_at(&found.path, inode)?;
        if attributes.flags.any() { Err(Errno::NotPermitted) } else { Ok(attributes) }
    }

    /// Sets the 12 permission bits. A link itself has none (fchmodat(2): not supported).
    pub fn set_mode(&mut self, actor: &Actor, path: &[u8], mode: u32, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        if node.kind() == FileType::Symlink {
            return Err(Errno::Unsupported);
        }
        self.changeable(&found)?;
        let attributes = self.unfrozen(&found, inode)?;
        self.owned(actor, &node)?;
        // Set-gid is for who is of the group (chmod(2)).
        let foreign = actor.uid != 0 && actor.gid != node.gid;
        node.mode = if foreign { mode & 0o5777 } else { mode & 0o7777 };
        if let Some(acl) = attributes.acl(ACCESS) {
            // The group's bits are the mask's (acl(5), the kernel's posix_acl_chmod).
            let mut changed = Attributes::clone(&attributes);
            changed.set_acl(&acl.with_mode(node.mode), node.mode);
            node.kept = Kept::of(changed);
        }
        self.step(Act::Metadata, &found.path, Some(inode))?;
        self.put(inode, node);
        self.wrote_inode(&found, inode);
        Ok(())
    }

    /// Sets owner and group; set-id bits of what is no directory are cleared (chown(2)), set-gid only with group search.
    pub fn set_owner(&mut self, actor: &Actor, path: &[u8], uid: Option<u32>, gid: Option<u32>, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        self.changeable(&found)?;
        let mode = if node.kind() == FileType::Directory { node.mode } else { without_set_id(actor, &node) };
        let mine = actor.uid == node.uid && uid.is_none_or(|it| it == node.uid) && gid.is_none_or(|it| it == actor.gid || it == node.gid);
        let attributes = if uid.is_some() || gid.is_some() { self.unfrozen(&found, inode)? } else { self.attributes_at(&found.path, inode)? };
        let nothing = uid.is_none() && gid.is_none() && mode == node.mode;
        if actor.uid != 0 && !mine && !nothing {
            return Err(Errno::NotPermitted);
        }
        node.uid = uid.unwrap_or(node.uid);
        node.gid = gid.unwrap_or(node.gid);
        if node.kind() != FileType::Symlink {
            node.mode = mode;
        }
        if node.kind() != FileType::Directory {
            node.kept = without_capability(node.kept, &attributes);
        }
        self.step(Act::Metadata, &found.path, Some(inode))?;
        self.put(inode, node);
        self.wrote_inode(&found, inode);
        Ok(())
    }

    /// Sets the modification time.
    pub fn set_times(&mut self, actor: &Actor, path: &[u8], seconds: i64, nanos: u32, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        self.changeable(&found)?;
        self.unfrozen(&found, inode)?;
        self.owned(actor, &node)?;
        if nanos > 999_999_999 {
            return Err(Errno::Invalid);
        }
        node.mtime = (seconds, nanos);
        self.put(inode, node);
        Ok(())
    }
}

/// The mode without the bits that a change of owner or content takes away (the kernel's setattr_should_drop_suidgid).
pub(super) fn without_set_id(actor: &Actor, node: &Node) -> u32 {
    let mode = node.mode & !0o4000;
    let foreign = actor.uid != 0 && actor.gid != node.gid;
    if mode & 0o010 != 0 || foreign { mode & !0o2000 } else { mode }
}

/// The attributes without the file capabilities, which a change of owner or content takes away even from root (the kernel's
/// file_remove_privs and ATTR_KILL_PRIV).
pub(super) fn without_capability(kept: Kept, held: &Attributes) -> Kept {
    if !held.named.contains_key(CAPABILITY) {
        return kept;
    }
    let mut left = held.clone();
    left.named.remove(CAPABILITY);
    Kept::of(left)
}
