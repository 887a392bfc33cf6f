//! The mutable overlay, with the rules of the Linux kernel for names, modes, owners and links, and quotas. One file, as each call is a few
//! of the same checks in the order in which the kernel makes them.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    git,
    node::{Body, Entry, Errno, FileType, Names, Node, Stat},
    resolve::{Found, Last, Who, resolve, resolve_name, resolve_open},
    view::{Layer, Tree, slice},
};

/// What a process is to the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// File creation mask.
    pub umask: u32,
}

impl Actor {
    fn who(&self) -> Who {
        Who { uid: self.uid, gid: self.gid }
    }
}

/// How much a workspace may hold beyond its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Bytes of content written.
    pub bytes: u64,
    /// Files made.
    pub files: u64,
    /// Directories on one path.
    pub depth: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Quotas { bytes: 256 << 20, files: 100_000, depth: 512 }
    }
}

/// Directories of the target that start empty and are outside diff and digests.
pub(crate) const SCRATCH: [&[u8]; 3] = [b"/tmp", b"/run", b"/dev"];

/// Answers whether a path is scratch.
pub(crate) fn is_scratch(path: &[u8]) -> bool {
    SCRATCH.iter().any(|root| path.strip_prefix(*root).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/")))
}

/// A mutable overlay on a tree, the only place where a fix can write.
pub struct Workspace {
    layer: Layer,
    quotas: Quotas,
    bytes: u64,
    files: u64,
    next: u64,
    clock: (i64, u32),
    reversed: bool,
    running: imbl::OrdMap<(String, String), Vec<u8>>,
    read: BTreeSet<Vec<u8>>,
    written: BTreeSet<Vec<u8>>,
    unreadable: BTreeSet<Vec<u8>>,
    refused: BTreeSet<Vec<u8>>,
    full: bool,
}

impl Workspace {
    /// Starts a workspace on a tree, with empty scratch directories.
    pub fn over(tree: &Tree, quotas: Quotas) -> Workspace {
        let mut workspace = Workspace {
            layer: tree.layer.clone(),
            quotas,
            bytes: 0,
            files: 0,
            next: 1 << 40,
            clock: (0, 0),
            reversed: false,
            running: imbl::OrdMap::new(),
            read: BTreeSet::new(),
            written: BTreeSet::new(),
            unreadable: BTreeSet::new(),
            refused: BTreeSet::new(),
            full: false,
        };
        workspace.next += workspace.layer.over.len() as u64 * 2 + workspace.layer.touched.len() as u64;
        while workspace.layer.over.contains_key(&workspace.next) {
            workspace.next += 1 << 20;
        }
        for (path, mode) in [(b"/tmp".as_slice(), 0o1777), (b"/run", 0o755), (b"/dev", 0o755)] {
            workspace.empty_scratch(&path[1..], mode);
        }
        workspace
    }

    fn empty_scratch(&mut self, name: &[u8], mode: u32) {
        let Ok(mut names) = self.layer.names(1) else { return };
        let inode = self.fresh();
        let node = Node { mode, uid: 0, gid: 0, mtime: self.clock, links: 2, body: Body::Names(Names::new()) };
        self.layer.over.insert(inode, node);
        names.insert(name.to_vec(), (inode, FileType::Directory));
        if let Ok(mut root) = self.layer.node(1) {
            root.body = Body::Names(names);
            self.layer.over.insert(1, root);
        }
    }

    fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Returns the tree as it stands. Costs nothing.
    pub fn tree(&self) -> Tree {
        Tree { layer: self.layer.clone() }
    }

    /// Puts an executable of a foreign kind below a scratch directory, with the folders it needs.
    pub fn plant(&mut self, path: &[u8]) {
        let root = Actor { uid: 0, gid: 0, umask: 0o022 };
        for (at, _) in path.iter().enumerate().skip(1).filter(|it| *it.1 == b'/') {
            let _ = self.make_directory(&root, &path[..at], 0o755);
        }
        let made = self.create(&root, path, 0o755, true).and_then(|()| self.write(&root, path, 0, b"\x7fELF"));
        debug_assert!(made.is_ok(), "scratch starts empty");
    }

    /// Sets the virtual clock that changes of content are stamped with.
    pub fn set_now(&mut self, seconds: i64, nanos: u32) {
        self.clock = (seconds, nanos);
    }

    /// Lists directories in reversed order from now on: a fix whose result hangs on the order is not deterministic.
    pub fn reverse_listing(&mut self, reversed: bool) {
        self.reversed = reversed;
    }

    /// Returns every path that was read, listed, tested or looked up in vain, sorted.
    pub fn read_set(&self) -> &BTreeSet<Vec<u8>> {
        &self.read
    }

    /// Returns the bytes of content that were written and the files that were made, which the quotas bound.
    pub fn used(&self) -> (u64, u64) {
        (self.bytes, self.files)
    }

    /// Returns every path that was written, sorted.
    pub fn write_set(&self) -> &BTreeSet<Vec<u8>> {
        &self.written
    }

    /// Returns the touched paths that the source could not give, or of which it has names that nobody saw.
    pub fn touched_unreadable(&self) -> &BTreeSet<Vec<u8>> {
        &self.unreadable
    }

    /// Returns the paths below `.git` (or with one below them) that somebody tried to change.
    pub fn refused(&self) -> &BTreeSet<Vec<u8>> {
        &self.refused
    }

    /// Returns true when a quota stopped a write.
    pub fn quota_was_met(&self) -> bool {
        self.full
    }

    /// Returns a value of the running state.
    pub fn get_state(&self, namespace: &str, key: &str) -> Option<Vec<u8>> {
        self.running.get(&(namespace.to_owned(), key.to_owned())).cloned()
    }

    /// Sets or removes a value of the running state.
    pub fn set_state(&mut self, namespace: &str, key: &str, value: Option<Vec<u8>>) {
        let at = (namespace.to_owned(), key.to_owned());
        match value {
            Some(value) => self.running.insert(at, value),
            None => self.running.remove(&at),
        };
    }

    fn find(&mut self, actor: &Actor, path: &[u8], follow: bool) -> Result<Found, Errno> {
        self.found(path, |layer, met| resolve(layer, actor.who(), path, follow, met))
    }

    /// Finds a name that is to be made, removed or renamed: nothing at its end is followed.
    fn find_name(&mut self, actor: &Actor, path: &[u8]) -> Result<Found, Errno> {
        let found = self.found(path, |layer, met| resolve_name(layer, actor.who(), path, met))?;
        if found.name.len() > 255 { Err(Errno::NameTooLong) } else { Ok(found) }
    }

    fn found(&mut self, path: &[u8], resolve: impl FnOnce(&Layer, &mut dyn FnMut(Vec<u8>)) -> Result<Found, Errno>) -> Result<Found, Errno> {
        let mut met = Vec::new();
        let found = resolve(&self.layer, &mut |path| met.push(path));
        for path in met {
            self.saw(path);
        }
        match &found {
            Ok(found) => self.saw(found.path.clone()),
            Err(Errno::Unreadable) => {
                self.unreadable.insert(path.to_vec());
            }
            Err(_) => {}
        }
        found
    }

    fn saw(&mut self, path: Vec<u8>) {
        if !is_scratch(&path) {
            self.read.insert(path);
        }
    }

    fn existing(&mut self, actor: &Actor, path: &[u8], follow: bool) -> Result<(Found, u64), Errno> {
        let found = self.find(actor, path, follow)?;
        let inode = found.inode.ok_or(Errno::NoEntry)?;
        Ok((found, inode))
    }

    fn note<T>(&mut self, path: &[u8], answer: Result<T, Errno>) -> Result<T, Errno> {
        if matches!(answer, Err(Errno::Unreadable)) {
            self.unreadable.insert(path.to_vec());
        }
        answer
    }

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

    fn may_make(&mut self, actor: &Actor, found: &Found) -> Result<(), Errno> {
        self.changeable(found)?;
        if found.path.iter().filter(|it| **it == b'/').count() > self.quotas.depth {
            self.full = true;
            return Err(Errno::NoSpace);
        }
        self.layer.allow(found.parent, actor.who(), 3)
    }

    /// Checks that the actor may take a name away, or put another inode there (the kernel's may_delete).
    fn may_remove(&mut self, actor: &Actor, found: &Found, inode: u64, directory: bool) -> Result<(), Errno> {
        self.changeable(found)?;
        self.layer.allow(found.parent, actor.who(), 3)?;
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

    fn wrote(&mut self, path: &[u8]) {
        self.layer.touched.insert(path.to_vec());
        self.written.insert(path.to_vec());
    }

    fn put(&mut self, inode: u64, node: Node) {
        self.layer.over.insert(inode, node);
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
    fn make(&mut self, actor: &Actor, found: &Found, mode: u32, body: Body) -> Result<u64, Errno> {
        if self.files >= self.quotas.files {
            self.full = true;
            return Err(Errno::NoSpace);
        }
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
        let gid = if inherits { parent.gid } else { actor.gid };
        let node = Node { mode: mode & !umask, uid: actor.uid, gid, mtime: self.clock, links: if directory { 2 } else { 1 }, body };
        let (inode, kind) = (self.fresh(), node.kind());
        self.put(inode, node);
        let name = found.name.clone();
        self.rename_in(found.parent, |names| {
            names.insert(name, (inode, kind));
        })?;
        self.wrote(&found.path);
        Ok(inode)
    }

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
        if bytes.is_empty() {
            return self.writable(actor, &found, inode);
        }
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::NoSpace)?;
        self.with_bytes(actor, &found, inode, end, |held| {
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
        self.with_bytes(actor, found, inode, length, |held| held.resize(length as usize, 0))
    }

    /// Changes content; what it will hold is paid for before it is allocated.
    fn with_bytes(&mut self, actor: &Actor, found: &Found, inode: u64, reach: u64, act: impl FnOnce(&mut Vec<u8>)) -> Result<(), Errno> {
        self.writable(actor, found, inode)?;
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
        // The map must not keep a second owner of the bytes, or every write would copy them all.
        self.layer.over.remove(&inode);
        node.body = Body::Fifo;
        let mut held = held;
        act(Arc::make_mut(&mut held));
        self.bytes = self.bytes.saturating_sub(had) + held.len() as u64;
        node.body = Body::Bytes(held);
        node.mtime = self.clock;
        if actor.uid != 0 {
            node.mode = without_set_id(actor, &node);
        }
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
        self.layer.allow(inode, actor.who(), 2)?;
        match kind {
            FileType::Regular => Ok(()),
            FileType::Special => self.note(&found.path, Err(Errno::Unreadable)),
            _ => Err(Errno::Unsupported),
        }
    }

    fn wrote_inode(&mut self, found: &Found, inode: u64) {
        self.wrote(&found.path);
        self.touch_special(&found.path, inode);
        if self.layer.source.has_unseen_names(inode) {
            self.unreadable.insert(found.path.clone());
        }
    }

    /// What a socket or device is can't be held, so nobody can say that it was changed truly or could be brought back.
    fn touch_special(&mut self, path: &[u8], inode: u64) {
        if self.layer.node(inode).is_ok_and(|it| it.kind() == FileType::Special) {
            self.unreadable.insert(path.to_vec());
        }
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
        if node.kind() == FileType::Directory {
            return Err(Errno::NotPermitted);
        }
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
        if let Some(there) = to.inode {
            if !directory {
                self.drop_name(&to, there)?;
            } else if !self.layer.names(there)?.is_empty() {
                return Err(Errno::NotEmpty);
            }
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

    fn owned(&self, actor: &Actor, node: &Node) -> Result<(), Errno> {
        if actor.uid == 0 || actor.uid == node.uid { Ok(()) } else { Err(Errno::NotPermitted) }
    }

    /// Sets the 12 permission bits. A link itself has none (fchmodat(2): not supported).
    pub fn set_mode(&mut self, actor: &Actor, path: &[u8], mode: u32, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        if node.kind() == FileType::Symlink {
            return Err(Errno::Unsupported);
        }
        self.changeable(&found)?;
        self.owned(actor, &node)?;
        // Set-gid is for who is of the group (chmod(2)).
        let foreign = actor.uid != 0 && actor.gid != node.gid;
        node.mode = if foreign { mode & 0o5777 } else { mode & 0o7777 };
        self.put(inode, node);
        self.wrote_inode(&found, inode);
        Ok(())
    }

    /// Nobody writes below `.git`; who tries is remembered, as a real run would have gone on otherwise.
    fn changeable(&mut self, found: &Found) -> Result<(), Errno> {
        if !git::is_inside(&self.layer, &found.path) {
            return Ok(());
        }
        self.refused.insert(found.path.clone());
        Err(Errno::NotPermitted)
    }

    /// Sets owner and group; set-id bits of what is no directory are cleared (chown(2)), set-gid only with group search.
    pub fn set_owner(&mut self, actor: &Actor, path: &[u8], uid: Option<u32>, gid: Option<u32>, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        self.changeable(&found)?;
        let mode = if node.kind() == FileType::Directory { node.mode } else { without_set_id(actor, &node) };
        let mine = actor.uid == node.uid && uid.is_none_or(|it| it == node.uid) && gid.is_none_or(|it| it == actor.gid || it == node.gid);
        let nothing = uid.is_none() && gid.is_none() && mode == node.mode;
        if actor.uid != 0 && !mine && !nothing {
            return Err(Errno::NotPermitted);
        }
        node.uid = uid.unwrap_or(node.uid);
        node.gid = gid.unwrap_or(node.gid);
        if node.kind() != FileType::Symlink {
            node.mode = mode;
        }
        self.put(inode, node);
        self.wrote_inode(&found, inode);
        Ok(())
    }

    /// Sets the modification time.
    pub fn set_times(&mut self, actor: &Actor, path: &[u8], seconds: i64, nanos: u32, follow: bool) -> Result<(), Errno> {
        let (found, inode) = self.existing(actor, path, follow)?;
        let mut node = self.layer.node(inode)?;
        self.changeable(&found)?;
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
fn without_set_id(actor: &Actor, node: &Node) -> u32 {
    let mode = node.mode & !0o4000;
    let foreign = actor.uid != 0 && actor.gid != node.gid;
    if mode & 0o010 != 0 || foreign { mode & !0o2000 } else { mode }
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
}
