//! Extended attributes and inode flags: what a fix may learn of them, and change.

use std::sync::Arc;

use super::{Act, Actor, Workspace};
use crate::tree::{
    acl::Acl,
    attribute::{ACCESS, Attributes, DEFAULT, Flags, SELINUX, check},
    node::{Errno, FileType, Kept, Node},
    resolve::Found,
};

impl Workspace {
    /// Returns extended attributes and flags of a path, so far as the actor sees them: those below `trusted.` are for root (xattr(7)).
    pub fn attributes(&mut self, actor: &Actor, path: &[u8], follow: bool) -> Result<Arc<Attributes>, Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let held = self.attributes_at(&found.path, inode)?;
        let hidden = |name: &[u8]| actor.uid != 0 && name.starts_with(b"trusted.");
        if !held.named.keys().any(|it| hidden(it)) {
            return Ok(held);
        }
        let mut seen = Attributes::clone(&held);
        seen.named.retain(|name, _| !hidden(name));
        Ok(Arc::new(seen))
    }

    /// Returns the value of an extended attribute (getxattr(2)); those of users are for who may read the file.
    pub fn get_attribute(&mut self, actor: &Actor, path: &[u8], name: &[u8], follow: bool) -> Result<Option<Vec<u8>>, Errno> {
        let seen = self.attributes(actor, path, follow)?;
        if name.starts_with(b"user.") && actor.uid != 0 {
            let (_, inode) = self.existing(actor, path, follow)?;
            self.layer.allow(inode, actor.who(), 4)?;
        }
        Ok(seen.named.get(name).cloned())
    }

    /// Sets an extended attribute (setxattr(2)). An access list brings its mode with it.
    pub fn set_attribute(&mut self, actor: &Actor, path: &[u8], name: &[u8], value: &[u8], follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        if is_list(name) {
            let acl = Acl::parse(value).ok_or(Errno::Invalid)?;
            // A list without entries takes the list away.
            return self.set_acl(actor, &found, inode, name, Some(acl).filter(|it| !it.is_empty()));
        }
        let node = self.layer.node(inode)?;
        check(name, Some(value), node.kind())?;
        let mut attributes = self.settable(actor, &found, inode, &node, name)?;
        self.pay((name.len() + value.len()) as u64)?;
        attributes.named.insert(name.to_vec(), value.to_vec());
        if name == SELINUX {
            self.unlabelled.remove(&inode);
        }
        self.keep(&found, inode, node, attributes)
    }

    /// Removes an extended attribute (removexattr(2)); ENODATA is told as no entry.
    pub fn remove_attribute(&mut self, actor: &Actor, path: &[u8], name: &[u8], follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        if is_list(name) {
            return self.set_acl(actor, &found, inode, name, None);
        }
        let node = self.layer.node(inode)?;
        check(name, None, node.kind())?;
        let mut attributes = self.settable(actor, &found, inode, &node, name)?;
        attributes.named.remove(name).ok_or(Errno::NoEntry)?;
        self.keep(&found, inode, node, attributes)
    }

    /// Sets an access list, or takes it away: then the mode stays (the kernel's vfs_set_acl and set_posix_acl).
    fn set_acl(&mut self, actor: &Actor, found: &Found, inode: u64, name: &[u8], acl: Option<Acl>) -> Result<(), Errno> {
        self.changeable(found)?;
        let mut node = self.layer.node(inode)?;
        let mut attributes = Attributes::clone(&*self.attributes_at(&found.path, inode)?);
        if attributes.flags.any() {
            return Err(Errno::NotPermitted);
        }
        match node.kind() {
            FileType::Symlink => return Err(Errno::Unsupported),
            FileType::Directory => {}
            _ if name == DEFAULT => return if acl.is_some() { Err(Errno::Access) } else { Ok(()) },
            _ => {}
        }
        self.owned(actor, &node)?;
        match acl {
            None => drop(attributes.named.remove(name)),
            Some(acl) if !acl.is_valid() => return Err(Errno::Invalid),
            Some(acl) if name == DEFAULT => {
                self.pay((name.len() + acl.written().len()) as u64)?;
                attributes.named.insert(name.to_vec(), acl.written());
            }
            Some(acl) => {
                self.pay((name.len() + acl.written().len()) as u64)?;
                // Set-gid is for who is of the group.
                let lost = if actor.uid != 0 && actor.gid != node.gid { 0o2000 } else { 0 };
                node.mode = attributes.set_acl(&acl, node.mode & !lost);
            }
        }
        self.keep(found, inode, node, attributes)
    }

    /// Counts bytes of attributes against the quota of content.
    fn pay(&mut self, bytes: u64) -> Result<(), Errno> {
        let will = self.bytes.saturating_add(bytes);
        if will > self.quotas.bytes {
            self.full = true;
            return Err(Errno::NoSpace);
        }
        self.bytes = will;
        Ok(())
    }

    /// Sets the flags that forbid changes (FS_IOC_SETFLAGS): for root, on files and directories.
    pub fn set_flags(&mut self, actor: &Actor, path: &[u8], flags: Flags, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let node = self.layer.node(inode)?;
        if !matches!(node.kind(), FileType::Regular | FileType::Directory) {
            return Err(Errno::Unsupported);
        }
        self.changeable(&found)?;
        let mut attributes = Attributes::clone(&*self.attributes_at(&found.path, inode)?);
        if attributes.flags == flags {
            return Ok(());
        }
        if actor.uid != 0 {
            return Err(Errno::NotPermitted);
        }
        attributes.flags = flags;
        self.keep(&found, inode, node, attributes)
    }

    /// Gives a path exactly these extended attributes and flags, each as setxattr(2) and its kin do.
    pub fn restore_attributes(&mut self, actor: &Actor, path: &[u8], wanted: &Attributes) -> Result<(), Errno> {
        let held = self.attributes(actor, path, false)?;
        if held.named != wanted.named {
            if held.flags.any() {
                self.set_flags(actor, path, Flags::default(), false)?;
            }
            for name in held.named.keys().filter(|it| !wanted.named.contains_key(*it)) {
                self.remove_attribute(actor, path, name, false)?;
            }
            for (name, value) in wanted.named.iter().filter(|(name, value)| held.named.get(*name) != Some(*value)) {
                self.set_attribute(actor, path, name, value, false)?;
            }
        }
        if self.attributes(actor, path, false)?.flags == wanted.flags {
            return Ok(());
        }
        self.set_flags(actor, path, wanted.flags, false)
    }

    /// Returns the paths of what was made below a folder with a label of SELinux, and got none: the machine's policy would give one.
    pub fn unlabelled(&self) -> Vec<Vec<u8>> {
        let tree = self.tree();
        let is = |path: &&Vec<u8>| tree.stat(path, false).is_ok_and(|it| self.unlabelled.contains(&it.inode));
        self.written.iter().filter(|it| !super::is_scratch(it)).filter(is).cloned().collect()
    }

    fn keep(&mut self, found: &Found, inode: u64, node: Node, attributes: Attributes) -> Result<(), Errno> {
        self.step(Act::Metadata, &found.path, Some(inode))?;
        self.put(inode, Node { kept: Kept::of(attributes), ..node });
        self.wrote_inode(found, inode);
        Ok(())
    }

    /// Checks that the actor may set or remove an attribute of this name (the kernel's xattr_permission, cap_inode_setxattr),
    /// and returns what is there.
    fn settable(&mut self, actor: &Actor, found: &Found, inode: u64, node: &Node, name: &[u8]) -> Result<Attributes, Errno> {
        self.changeable(found)?;
        let held = self.attributes_at(&found.path, inode)?;
        if held.flags.any() {
            return Err(Errno::NotPermitted);
        }
        if name.starts_with(b"user.") {
            // In a sticky directory the attributes are its owner's.
            if node.kind() == FileType::Directory && node.mode & 0o1000 != 0 {
                self.owned(actor, node)?;
            }
            self.layer.allow(inode, actor.who(), 2)?;
        } else if actor.uid != 0 {
            return Err(Errno::NotPermitted);
        }
        Ok(Attributes::clone(&held))
    }
}

fn is_list(name: &[u8]) -> bool {
    name == ACCESS || name == DEFAULT
}
