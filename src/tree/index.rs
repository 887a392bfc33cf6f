//! What an archive or an image holds, without its bytes: a compact table of inodes, as there may be millions.

use std::collections::BTreeMap;

use super::{
    header::Map,
    node::{FileType, Kept},
    store::Chunk,
};

/// An inode; `links` is counted when all is there.
#[derive(Debug)]
pub(super) struct Inode {
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) links: u32,
    pub(super) mtime: (i64, u32),
    pub(super) kept: Kept,
    pub(super) body: Inner,
}

/// What is in it.
#[derive(Debug)]
pub(super) enum Inner {
    Folder(Children),
    File(Chunk),
    Sparse(Box<Holes>),
    Link(Box<[u8]>),
    Fifo,
    Special,
}

/// Names of a folder.
pub(super) type Children = BTreeMap<Box<[u8]>, Named>;

/// A name: its inode, the layer that gave it last, and whether an entry of that layer names it or only lies below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) inode: u32,
    pub(super) layer: u16,
    pub(super) said: bool,
}

/// A sparse file: its size, and where in it what is stored goes, piece by piece.
#[derive(Debug)]
pub(super) struct Holes {
    pub(super) size: u64,
    pub(super) stored: Chunk,
    pub(super) map: Map,
}

/// The table. Number 1 is the root.
#[derive(Debug)]
pub(super) struct Index {
    inodes: Vec<Inode>,
}

impl Index {
    pub(super) fn new() -> Index {
        Index { inodes: vec![Inode::folder()] }
    }

    pub(super) fn len(&self) -> usize {
        self.inodes.len()
    }

    pub(super) fn get(&self, inode: u32) -> Option<&Inode> {
        self.inodes.get((inode as usize).checked_sub(1)?)
    }

    pub(super) fn get_mut(&mut self, inode: u32) -> Option<&mut Inode> {
        self.inodes.get_mut((inode as usize).checked_sub(1)?)
    }

    /// Adds an inode and returns its number.
    pub(super) fn add(&mut self, inode: Inode) -> u32 {
        self.inodes.push(inode);
        self.inodes.len() as u32
    }

    pub(super) fn kind(&self, inode: u32) -> FileType {
        self.get(inode).map_or(FileType::Special, Inode::kind)
    }

    pub(super) fn children(&self, folder: u32) -> Option<&Children> {
        match &self.get(folder)?.body {
            Inner::Folder(children) => Some(children),
            _ => None,
        }
    }

    pub(super) fn children_mut(&mut self, folder: u32) -> Option<&mut Children> {
        match &mut self.get_mut(folder)?.body {
            Inner::Folder(children) => Some(children),
            _ => None,
        }
    }

    /// Counts the names of each inode that can be reached.
    pub(super) fn count(&mut self) {
        let mut links = vec![0_u32; self.inodes.len() + 1];
        let mut folders = vec![1];
        while let Some(folder) = folders.pop() {
            for named in self.children(folder).into_iter().flatten().map(|it| it.1.inode) {
                links[named as usize] += 1;
                folders.extend((self.kind(named) == FileType::Directory).then_some(named));
            }
        }
        for (inode, links) in self.inodes.iter_mut().zip(&links[1..]) {
            inode.links = if inode.kind() == FileType::Directory { 2 } else { *links };
        }
    }
}

impl Inode {
    /// A folder that no entry named: whoever unpacks as root makes it like this.
    pub(super) fn folder() -> Inode {
        Inode { mode: 0o755, uid: 0, gid: 0, links: 2, mtime: (0, 0), kept: Kept::None, body: Inner::Folder(Children::new()) }
    }

    pub(super) fn kind(&self) -> FileType {
        match self.body {
            Inner::Folder(_) => FileType::Directory,
            Inner::File(_) | Inner::Sparse(_) => FileType::Regular,
            Inner::Link(_) => FileType::Symlink,
            Inner::Fifo => FileType::Fifo,
            Inner::Special => FileType::Special,
        }
    }
}
