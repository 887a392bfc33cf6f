//! Changes of names: what is made, linked, removed and renamed, and who may.

use super::{Act, Actor, Workspace};
use crate::tree::{
    acl::Acl,
    attribute::{Attributes, DEFAULT, SELINUX},
    git,
    node::{Body, Errno, FileType, Kept, Names, Node},
    resolve::{Found, Last, resolve_name},
};

impl Workspace {
    /// Resolves a name that is to be made, and checks that it may be (the kernel's filename_create and may_create).
    fn vacant(&mut self, actor: &Actor, path: &[u8], directory: bool) -> Result<Found, Errno> {
        let found = self.find_name(actor, path)?;
        if found.last != Last::Name || found.inode.is_some() {
            return Err(Errno::Exists);
        }
        if found.slash && !directory {
            return Err(Errno::NoEntry);
        }
        self.may_make(actor, &found)?;
        Ok(found)
    }

    pub(super) fn may_make(&mut self, actor: &Actor, found: &Found) -> Result<(), Errno> {
        self.changeable(found)?;
        if found.path.iter().filter(|it| **it == b'/').count() > self.quotas.depth {
            self.full = true;
            return Err(Errno::NoSpace);
        }
        if self.attributes_at(&found.path, found.parent)?.flags.immutable {
            return Err(Errno::NotPermitted);
        }
        self.layer.allow(found.parent, actor.who(), 3)
    }

    /// Checks that the actor may take a name away, or put another inode there (the kernel's may_delete).
    fn may_remove(&mut self, actor: &Actor, found: &Found, inode: u64, directory: bool) -> Result<(), Errno> {
        self.changeable(found)?;
        let folder = self.attributes_at(&found.path, found.parent)?.flags;
        if folder.immutable {
            return Err(Errno::NotPermitted);
        }
        self.layer.allow(found.parent, actor.who(), 3)?;
        if folder.append_only || self.attributes_at(&found.path, inode)?.flags.any() {
            return Err(Errno::NotPermitted);
        }
        self.sticky(actor, found, inode)?;
        match (directory, self.layer.node(inode)?.kind() == FileType::Directory) {
            (true, false) => Err(Errno::NotDirectory),
            (false, true) => Err(Errno::IsDirectory),
            _ => Ok(()),
        }
    }

    fn sticky(&self, actor: &Actor, found: &Found, inode: u64) -> Result<(), Errno> {
        let parent = self.layer.node(found.parent)?;
        let mine = actor.uid == 0 || parent.uid == actor.uid || self.layer.node(inode)?.uid == actor.uid;
        if parent.mode & 0o1000 != 0 && !mine { Err(Errno::NotPermitted) } else { Ok(()) }
    }

    /// Changes the names of a directory.
    fn rename_in(&mut self, directory: u64, act: impl FnOnce(&mut Names)) -> Result<(), Errno> {
        let mut names = self.layer.names(directory)?;
        act(&mut names);
        let mut node = self.layer.node(directory)?;
        node.body = Body::Names(names);
        node.mtime = self.clock;
        self.put(directory, node);
        Ok(())
    }

    /// Makes an inode under a vacant name.
    pub(super) fn make(&mut self, actor: &Actor, found: &Found, mode: u32, body: Body) -> Result<u64, Errno> {
        if self.files >= self.quotas.files {
            self.full = true;
            return Err(Errno::NoSpace);
        }
        self.step(Act::Make, &found.path, None)?;
        self.files += 1;
        let parent = self.layer.node(found.parent)?;
        let inherits = parent.mode & 0o2000 != 0;
        let directory = matches!(body, Body::Names(_));
        let umask = if matches!(body, Body::Link(_)) { 0 } else { actor.umask };
        let foreign = inherits && !directory && actor.uid != 0 && actor.gid != parent.gid;
        let mode = match (inherits && directory, foreign && mode & 0o2010 == 0o2010) {
            (true, _) => mode | 0o2000,
            (_, true) => mode & !0o2000,
            _ => mode,
        };
        let around = self.attributes_at(&found.path, found.parent)?;
        let (mode, attributes) = match around.acl(DEFAULT).filter(|_| !matches!(body, Body::Link(_))) {
            None => (mode & !umask, Attributes::default()),
            Some(acl) => inherited(&acl, &around, mode, directory),
        };
        let gid = if inherits { parent.gid } else { actor.gid };
        let kept = Kept::of(attributes);
        let node = Node { mode, kept, uid: actor.uid, gid, mtime: self.clock, links: if directory { 2 } else { 1 }, body };
        let (inode, kind) = (self.fresh(), node.kind());
        if around.named.contains_key(SELINUX) {
            self.unlabelled.insert(inode);
        }
        self.put(inode, node);
        let name = found.name.clone();
        self.rename_in(found.parent, |names| {
            names.insert(name, (inode, kind));
        })?;
        self.wrote(&found.path);
        Ok(inode)
    }

    /// Makes a directory.
    pub fn make_directory(&mut self, actor: &Actor, path: &[u8], mode: u32) -> Result<(), Errno> {
        let found = self.vacant(actor, path, true)?;
        self.make(actor, &found, mode & 0o1777, Body::Names(Names::new())).map(drop)
    }

    /// Makes a named pipe.
    pub fn make_fifo(&mut self, actor: &Actor, path: &[u8], mode: u32) -> Result<(), Errno> {
        let found = self.vacant(actor, path, false)?;
        self.make(actor, &found, mode & 0o7777, Body::Fifo).map(drop)
    }

    /// Makes a symbolic link.
    pub fn make_link(&mut self, actor: &Actor, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        if target.is_empty() {
            return Err(Errno::NoEntry);
        }
        if target.len() > 4095 {
            return Err(Errno::NameTooLong);
        }
        let found = self.vacant(actor, path, false)?;
        self.make(actor, &found, 0o777, Body::Link(target.into())).map(drop)
    }

    /// Gives an inode a second name.
    pub fn make_hard_link(&mut self, actor: &Actor, existing: &[u8], path: &[u8]) -> Result<(), Errno> {
        let (from, inode) = self.existing(actor, existing, false)?;
        let found = self.find_name(actor, path)?;
        if found.last != Last::Name || found.inode.is_some() {
            return Err(Errno::Exists);
        }
        if found.slash {
            return Err(Errno::NoEntry);
        }
        let mut node = self.layer.node(inode)?;
        // A second name would be a way to write below `.git` from outside.
        self.changeable(&from)?;
        self.may_link(actor, &node, inode)?;
        self.on_one_system(&found.path, inode, found.parent);
        self.may_make(actor, &found)?;
        if self.attributes_at(&from.path, inode)?.flags.any() || node.kind() == FileType::Directory {
            return Err(Errno::NotPermitted);
        }
        self.step(Act::Make, &found.path, Some(inode))?;
        node.links += 1;
        let kind = node.kind();
        self.put(inode, node);
        let name = found.name.clone();
        self.rename_in(found.parent, |names| {
            names.insert(name, (inode, kind));
        })?;
        self.wrote(&found.path);
        self.layer.touched.insert(from.path);
        Ok(())
    }

    /// A link from one file system to another, and a directory on which one is mounted that goes away, are errors on the machine and none
    /// here; nobody can say what the fix would do then.
    fn on_one_system(&mut self, path: &[u8], inode: u64, folder: u64) {
        if let (Some(one), Some(other)) = (self.layer.source.device(inode), self.layer.source.device(folder))
            && one != other
        {
            self.unreadable.insert(path.to_vec());
        }
    }

    /// Who owns no file may only link to what he may read and write, and to no set-id program (proc_sys_fs(5), protected_hardlinks,
    /// which Debian, Fedora and their kin switch on).
    fn may_link(&self, actor: &Actor, node: &Node, inode: u64) -> Result<(), Errno> {
        let guarded = node.mode & 0o4000 != 0 || node.mode & 0o2010 == 0o2010;
        let safe = node.kind() == FileType::Regular && !guarded && self.layer.allow(inode, actor.who(), 6).is_ok();
        if safe { Ok(()) } else { self.owned(actor, node) }
    }

    /// Removes a name of a file.
    pub fn remove_file(&mut self, actor: &Actor, path: &[u8]) -> Result<(), Errno> {
        let found = self.find_name(actor, path)?;
        if found.last != Last::Name {
            return Err(Errno::IsDirectory);
        }
        let inode = found.inode.ok_or(Errno::NoEntry)?;
        if found.slash {
            let directory = self.layer.node(inode)?.kind() == FileType::Directory;
            return Err(if directory { Errno::IsDirectory } else { Errno::NotDirectory });
        }
        self.may_remove(actor, &found, inode, false)?;
        self.step(Act::Remove, &found.path, Some(inode))?;
        self.drop_name(&found, inode)
    }

    /// Takes a name away, with the inode's last name its bytes.
    fn drop_name(&mut self, found: &Found, inode: u64) -> Result<(), Errno> {
        self.touch_special(&found.path, inode);
        let name = found.name.clone();
        self.rename_in(found.parent, |names| {
            names.remove(&name);
        })?;
        let mut node = self.layer.node(inode)?;
        node.links = node.links.saturating_sub(1);
        if let (Body::Bytes(bytes), 0) = (&node.body, node.links) {
            self.bytes = self.bytes.saturating_sub(bytes.len() as u64);
        }
        if node.links > 0 {
            self.put(inode, node);
        }
        self.wrote(&found.path);
        Ok(())
    }

    /// Removes an empty directory.
    pub fn remove_directory(&mut self, actor: &Actor, path: &[u8]) -> Result<(), Errno> {
        let found = self.find_name(actor, path)?;
        match found.last {
            Last::Name => {}
            Last::Dot => return Err(Errno::Invalid),
            Last::DotDot => return Err(Errno::NotEmpty),
            Last::Root => return Err(Errno::Busy),
        }
        let inode = found.inode.ok_or(Errno::NoEntry)?;
        self.may_remove(actor, &found, inode, true)?;
        self.on_one_system(&found.path, inode, found.parent);
        let names = self.layer.names(inode);
        if !self.note(&found.path, names)?.is_empty() {
            return Err(Errno::NotEmpty);
        }
        self.step(Act::Remove, &found.path, None)?;
        let name = found.name.clone();
        self.rename_in(found.parent, |names| {
            names.remove(&name);
        })?;
        self.wrote(&found.path);
        Ok(())
    }

    /// Renames (rename(2)), with the checks in the kernel's order.
    pub fn rename(&mut self, actor: &Actor, source: &[u8], destination: &[u8]) -> Result<(), Errno> {
        let mut name = |path| self.found(path, |layer, met| resolve_name(layer, actor.who(), path, met));
        let (from, to) = (name(source)?, name(destination)?);
        if from.last != Last::Name || to.last != Last::Name {
            return Err(Errno::Busy);
        }
        let inode = from.inode.ok_or(if from.name.len() > 255 { Errno::NameTooLong } else { Errno::NoEntry })?;
        if to.name.len() > 255 {
            return Err(Errno::NameTooLong);
        }
        let kind = self.layer.node(inode)?.kind();
        let directory = kind == FileType::Directory;
        if !directory && (from.slash || to.slash) {
            return Err(Errno::NotDirectory);
        }
        if is_below(&to.path, &from.path) {
            return Err(Errno::Invalid);
        }
        if is_below(&from.path, &to.path) {
            return Err(Errno::NotEmpty);
        }
        if to.inode == Some(inode) {
            return Ok(());
        }
        self.touch_special(&from.path, inode);
        self.may_remove(actor, &from, inode, directory)?;
        match to.inode {
            None => self.may_make(actor, &to)?,
            Some(there) => self.may_remove(actor, &to, there, directory)?,
        }
        if directory {
            self.on_one_system(&from.path, inode, from.parent);
            self.may_move(actor, &from, &to, inode)?;
        }
        if let (Some(there), true) = (to.inode, directory)
            && !self.layer.names(there)?.is_empty()
        {
            return Err(Errno::NotEmpty);
        }
        self.step(Act::Rename, &to.path, Some(inode))?;
        if let (Some(there), false) = (to.inode, directory) {
            self.drop_name(&to, there)?;
        }
        let (old, new) = (from.name.clone(), to.name.clone());
        self.rename_in(from.parent, |names| {
            names.remove(&old);
        })?;
        self.rename_in(to.parent, |names| {
            names.insert(new, (inode, kind));
        })?;
        self.wrote(&from.path);
        self.wrote(&to.path);
        Ok(())
    }

    /// A directory that gets another parent must be writable, as its `..` changes; and no `.git` moves with it.
    fn may_move(&mut self, actor: &Actor, from: &Found, to: &Found, inode: u64) -> Result<(), Errno> {
        if from.parent != to.parent {
            // The flags of the directory were looked at with its name.
            self.layer.allow(inode, actor.who(), 2)?;
        }
        let mut folders = vec![inode];
        while let Some(folder) = folders.pop() {
            let names = self.layer.names(folder);
            let names = self.note(&from.path, names)?;
            if names.keys().any(|it| git::is_git(it)) || git::is_git_folder(&self.layer, folder) {
                self.refused.insert(from.path.clone());
                return Err(Errno::NotPermitted);
            }
            folders.extend(names.values().filter(|it| it.1 == FileType::Directory).map(|it| it.0));
        }
        Ok(())
    }
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
}

/// Mode and attributes of what is made below a default access list, which stands in place of the umask (the kernel's posix_acl_create).
fn inherited(acl: &Acl, around: &Attributes, mode: u32, directory: bool) -> (u32, Attributes) {
    let mut attributes = Attributes::default();
    let mode = attributes.set_acl(&acl.inherited(mode), mode);
    if let (true, Some(default)) = (directory, around.named.get(DEFAULT)) {
        attributes.named.insert(DEFAULT.to_vec(), default.clone());
    }
    (mode, attributes)
}
