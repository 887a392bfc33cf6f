//! The immutable view: a layer of changed inodes over a source.

use std::sync::Arc;

use super::{
    attribute::{ACCESS, Attributes},
    node::{Body, Entry, Errno, FileType, Kept, Memory, Names, Node, Source, SourceNote, Stat},
    resolve::{Found, ROOT, Who, resolve},
};

/// Changed inodes over a source. A clone costs nothing.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) over: imbl::HashMap<u64, Node>,
    /// Paths whose name or inode was changed since the source.
    pub(crate) touched: imbl::OrdSet<Vec<u8>>,
}

impl Layer {
    pub(crate) fn node(&self, inode: u64) -> Result<Node, Errno> {
        match self.over.get(&inode) {
            Some(node) => Ok(node.clone()),
            None => self.source.node(inode),
        }
    }

    pub(crate) fn names(&self, inode: u64) -> Result<Names, Errno> {
        match self.node(inode)?.body {
            Body::Names(names) => Ok(names),
            Body::NamesBelow => self.source.names(inode),
            _ => Err(Errno::NotDirectory),
        }
    }

    pub(crate) fn bytes(&self, inode: u64) -> Result<Arc<Vec<u8>>, Errno> {
        match self.node(inode)?.body {
            Body::Bytes(bytes) => Ok(bytes),
            Body::Below { .. } => self.source.bytes(inode),
            Body::Names(_) | Body::NamesBelow => Err(Errno::IsDirectory),
            Body::Special => Err(Errno::Unreadable),
            Body::Fifo | Body::Link(_) => Err(Errno::Invalid),
        }
    }

    pub(crate) fn attributes(&self, inode: u64) -> Result<Arc<Attributes>, Errno> {
        match self.node(inode)?.kept {
            Kept::None => Ok(Arc::default()),
            Kept::Here(it) => Ok(it),
            Kept::Below => self.source.attributes(inode),
            Kept::Unknown => Err(Errno::Unreadable),
        }
    }

    /// Answers whether somebody has these permission bits (1 search, 2 write, 4 read) on an inode.
    pub(crate) fn allow(&self, inode: u64, who: Who, bits: u32) -> Result<(), Errno> {
        if who.uid == 0 {
            return Ok(());
        }
        let node = self.node(inode)?;
        let shift = if node.uid == who.uid {
            6
        } else if node.mode & 0o070 != 0
            && let Some(acl) = self.attributes(inode)?.acl(ACCESS)
        {
            // The kernel's acl_permission_check looks at the list only where the mask has a bit.
            return if acl.allows(who.uid, who.gid, node.gid, bits) { Ok(()) } else { Err(Errno::Access) };
        } else if node.gid == who.gid {
            3
        } else {
            0
        };
        if node.mode >> shift & bits == bits { Ok(()) } else { Err(Errno::Access) }
    }

    pub(crate) fn list(&self, inode: u64) -> Result<Vec<Entry>, Errno> {
        Ok(self.names(inode)?.iter().map(|(name, (inode, kind))| Entry { name: name.clone(), inode: *inode, kind: *kind }).collect())
    }
}

/// When a trial began to ask a tree.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

/// An immutable view of a target's files. A clone costs nothing.
#[derive(Clone)]
pub struct Tree {
    pub(crate) layer: Layer,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Tree({} touched)", self.layer.touched.len())
    }
}

impl Tree {
    pub(crate) fn over(source: Arc<dyn Source>) -> Tree {
        Tree { layer: Layer { source, over: imbl::HashMap::new(), touched: imbl::OrdSet::new() } }
    }

    /// Returns a tree with nothing but its root.
    pub fn empty() -> Tree {
        let root = Node { mode: 0o755, uid: 0, gid: 0, mtime: (0, 0), links: 2, kept: Kept::None, body: Body::Names(Names::new()) };
        Tree::over(Arc::new(Memory { nodes: [(1, root)].into(), notes: Vec::new() }))
    }

    pub(crate) fn find(&self, path: &[u8], follow: bool) -> Result<(Found, u64), Errno> {
        let found = resolve(&self.layer, ROOT, path, follow, &mut |_| ())?;
        let inode = found.inode.ok_or(Errno::NoEntry)?;
        Ok((found, inode))
    }

    /// Returns the metadata of a path; `follow` decides about a link at its end.
    pub fn stat(&self, path: &[u8], follow: bool) -> Result<Stat, Errno> {
        let (_, inode) = self.find(path, follow)?;
        Ok(self.layer.node(inode)?.stat(inode))
    }

    /// Reads at most `length` bytes from `offset`.
    pub fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, Errno> {
        let bytes = self.read_all(path)?;
        Ok(slice(&bytes, offset, length))
    }

    /// Reads a whole file.
    pub fn read_all(&self, path: &[u8]) -> Result<Arc<Vec<u8>>, Errno> {
        let (_, inode) = self.find(path, true)?;
        self.layer.bytes(inode)
    }

    /// Lists a directory, sorted by the bytes of the names.
    pub fn list(&self, path: &[u8]) -> Result<Vec<Entry>, Errno> {
        let (_, inode) = self.find(path, true)?;
        self.layer.list(inode)
    }

    /// Returns the target of a link.
    pub fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        let (_, inode) = self.find(path, false)?;
        match self.layer.node(inode)?.body {
            Body::Link(target) => Ok(target.to_vec()),
            _ => Err(Errno::Invalid),
        }
    }

    /// Returns extended attributes and flags; `follow` decides about a link at the end.
    pub fn attributes(&self, path: &[u8], follow: bool) -> Result<Arc<Attributes>, Errno> {
        let (_, inode) = self.find(path, follow)?;
        self.layer.attributes(inode)
    }

    /// Returns what was odd about the source, so far as it was looked into.
    pub fn notes(&self) -> Vec<SourceNote> {
        self.layer.source.notes()
    }

    /// Begins to note what is asked of the source. A tree serves many trials: each is to hear of its own paths alone.
    pub fn mark(&self) -> Mark {
        Mark(self.layer.source.mark())
    }

    /// Returns the paths of the source, of those that were asked about since a mark, that are no longer what was read first.
    pub fn moved(&self, since: Mark) -> Vec<Vec<u8>> {
        self.layer.source.moved(since.0)
    }

    /// Returns the kind at a path without following, when something is there.
    pub(crate) fn kind(&self, path: &[u8]) -> Option<FileType> {
        self.stat(path, false).ok().map(|it| it.kind)
    }
}

pub(crate) fn slice(bytes: &[u8], offset: u64, length: usize) -> Vec<u8> {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    bytes[from..from.saturating_add(length).min(bytes.len())].to_vec()
}

impl Tree {
    /// Returns the paths that were changed since the source.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.layer.touched.iter()
    }

    /// Answers whether two trees lie over one source.
    pub(crate) fn same_source(&self, other: &Tree) -> bool {
        Arc::ptr_eq(&self.layer.source, &other.layer.source)
    }
}
