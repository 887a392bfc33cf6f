//! The mutable overlay: what it holds, what it remembers of a run, and how a path is found in it. What a call changes stands in the file
//! of its kind, each with the kernel's checks in the kernel's order.

mod attribute;
mod content;
mod look;
mod metadata;
mod name;
mod step;

use std::{collections::BTreeSet, sync::Arc};

use step::Steps;
pub use step::{Act, Failure, Fault, Step, Struck};

use super::{
    attribute::Attributes,
    git,
    node::{Body, Errno, FileType, Kept, Names, Node},
    resolve::{Found, Who, resolve, resolve_name},
    view::{Layer, Tree},
};

/// Folders whose content the running kernel makes (proc(5), sysfs(5), udev(7)): a tree has none of it, a machine has.
const OF_KERNEL: [&[u8]; 3] = [b"/proc", b"/sys", b"/dev"];
/// Names in /dev that every machine has: whoever uses them says himself what he makes of them.
const ALWAYS_IN_DEV: [&[u8]; 16] = [
    b"/dev",
    b"/dev/null",
    b"/dev/zero",
    b"/dev/full",
    b"/dev/random",
    b"/dev/urandom",
    b"/dev/tty",
    b"/dev/console",
    b"/dev/stdin",
    b"/dev/stdout",
    b"/dev/stderr",
    b"/dev/fd",
    b"/dev/ptmx",
    b"/dev/pts",
    b"/dev/tcp",
    b"/dev/udp",
];

/// Answers whether a path that a tree lacks may well be on a machine, as the kernel shows it.
fn is_of_kernel(path: &[u8]) -> bool {
    let below = |root: &[u8]| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
    let always = |it: &[u8]| path == it || it != b"/dev" && path.strip_prefix(it).is_some_and(|rest| rest.starts_with(b"/"));
    OF_KERNEL.iter().any(|it| below(it)) && !ALWAYS_IN_DEV.iter().any(|it| always(it))
}

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
    kernel: BTreeSet<Vec<u8>>,
    full: bool,
    /// What the run began with.
    start: Layer,
    /// Inodes made where others bear a label of SELinux, whose own the policy of the machine would decide.
    unlabelled: BTreeSet<u64>,
    steps: Steps,
}

impl Workspace {
    /// Starts a workspace on a tree, with empty scratch directories.
    pub fn over(tree: &Tree, quotas: Quotas) -> Workspace {
        let mut workspace = Workspace {
            layer: tree.layer.clone(),
            start: tree.layer.clone(),
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
            kernel: BTreeSet::new(),
            full: false,
            unlabelled: BTreeSet::new(),
            steps: Steps::default(),
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
        let node = Node { mode, uid: 0, gid: 0, mtime: self.clock, links: 2, kept: Kept::None, body: Body::Names(Names::new()) };
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

    /// Puts an executable of a foreign kind below a scratch directory, with the folders it needs. A name that no file can have (a NUL,
    /// too long) plants nothing: no machine has such a program.
    pub fn plant(&mut self, path: &[u8]) {
        let root = Actor { uid: 0, gid: 0, umask: 0o022 };
        for (at, _) in path.iter().enumerate().skip(1).filter(|it| *it.1 == b'/') {
            let _ = self.make_directory(&root, &path[..at], 0o755);
        }
        let _ = self.create(&root, path, 0o755, true).and_then(|()| self.write(&root, path, 0, b"\x7fELF"));
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

    /// Returns the paths that were looked for in vain, though a running machine may have them: what the kernel shows in /proc, /sys and /dev.
    pub fn asked_of_kernel(&self) -> &BTreeSet<Vec<u8>> {
        &self.kernel
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

    /// Reads a whole file as it was before the run; none where it can't be read. It counts as read.
    pub fn read_at_start(&mut self, path: &[u8]) -> Option<Vec<u8>> {
        self.saw(path.to_vec());
        let read = Tree { layer: self.start.clone() }.read_all(path);
        self.note(path, read).ok().map(|it| it.to_vec())
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
        match &found {
            Ok(found) if found.inode.is_none() => self.missed(&found.path),
            // Where it ended was met last.
            Err(Errno::NoEntry) => {
                let last = met.last().cloned();
                self.missed(&last.unwrap_or_default());
            }
            Err(Errno::Unreadable) => {
                self.unreadable.insert(path.to_vec());
            }
            _ => {}
        }
        for path in met {
            self.saw(path);
        }
        if let Ok(found) = &found {
            self.saw(found.path.clone());
        }
        found
    }

    fn missed(&mut self, path: &[u8]) {
        if is_of_kernel(path) {
            self.kernel.insert(path.to_vec());
        }
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

    /// Returns extended attributes and flags of what is touched: what the source can't say makes the run unproven.
    fn attributes_at(&mut self, path: &[u8], inode: u64) -> Result<Arc<Attributes>, Errno> {
        let held = self.layer.attributes(inode);
        self.note(path, held)
    }

    fn wrote(&mut self, path: &[u8]) {
        self.layer.touched.insert(path.to_vec());
        self.written.insert(path.to_vec());
    }

    fn put(&mut self, inode: u64, node: Node) {
        self.layer.over.insert(inode, node);
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

    fn owned(&self, actor: &Actor, node: &Node) -> Result<(), Errno> {
        if actor.uid == 0 || actor.uid == node.uid { Ok(()) } else { Err(Errno::NotPermitted) }
    }

    /// Nobody writes below `.git`; who tries is remembered, as a real run would have gone on otherwise.
    fn changeable(&mut self, found: &Found) -> Result<(), Errno> {
        if !git::is_inside(&self.layer, &found.path) {
            return Ok(());
        }
        self.refused.insert(found.path.clone());
        Err(Errno::NotPermitted)
    }
}
