//! What a file is: type, bytes, mode, owner, link; and what an operation on it may answer.

use std::{collections::BTreeMap, sync::Arc};

use super::attribute::Attributes;

/// POSIX errors of tree and workspace (errno(3)).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Errno {
    /// ENOENT.
    #[error("no such file or directory")]
    NoEntry,
    /// ENOTDIR.
    #[error("not a directory")]
    NotDirectory,
    /// EISDIR.
    #[error("is a directory")]
    IsDirectory,
    /// ELOOP.
    #[error("too many levels of symbolic links")]
    TooManyLinks,
    /// EEXIST.
    #[error("file exists")]
    Exists,
    /// ENOTEMPTY.
    #[error("directory not empty")]
    NotEmpty,
    /// ENOSPC: a quota of the workspace.
    #[error("no space left: a quota of the workspace is used up")]
    NoSpace,
    /// EACCES.
    #[error("permission denied")]
    Access,
    /// EPERM.
    #[error("operation not permitted")]
    NotPermitted,
    /// EBUSY: the root itself.
    #[error("device or resource busy")]
    Busy,
    /// EINVAL.
    #[error("invalid argument")]
    Invalid,
    /// ENAMETOOLONG.
    #[error("file name too long")]
    NameTooLong,
    /// ENOTSUP.
    #[error("operation not supported")]
    Unsupported,
    /// The source of the target could not give it.
    #[error("the target's source could not be read")]
    Unreadable,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// What an inode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileType {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A named pipe.
    Fifo,
    /// A socket, a device, or what could not be read.
    Special,
}

impl FileType {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            FileType::Regular => "file",
            FileType::Directory => "dir",
            FileType::Symlink => "symlink",
            FileType::Fifo => "fifo",
            FileType::Special => "special",
        }
    }
}

/// Metadata of one inode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: FileType,
    /// The 12 permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes; of a link, the length of its target.
    pub size: u64,
    /// Names of this inode.
    pub links: u32,
    /// Number of the inode.
    pub inode: u64,
    /// Last change of content: seconds and nanoseconds since the epoch.
    pub mtime: (i64, u32),
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, any bytes but `/` and NUL.
    pub name: Vec<u8>,
    /// Number of its inode.
    pub inode: u64,
    /// What it is.
    pub kind: FileType,
}

/// Names of a directory with their inodes.
pub(crate) type Names = imbl::OrdMap<Vec<u8>, (u64, FileType)>;

/// An inode as the overlay holds it; a clone costs nothing.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) mtime: (i64, u32),
    pub(crate) links: u32,
    pub(crate) kept: Kept,
    pub(crate) body: Body,
}

/// Where the extended attributes and flags of an inode are.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// It has none.
    None,
    /// The source still has them.
    Below,
    /// The source can't say them.
    Unknown,
    /// Held here.
    Here(Arc<Attributes>),
}

impl Kept {
    pub(crate) fn of(attributes: Attributes) -> Kept {
        if attributes == Attributes::default() { Kept::None } else { Kept::Here(Arc::new(attributes)) }
    }
}

/// What is in an inode.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Bytes that the source still has.
    Below {
        size: u64,
    },
    /// Bytes held here.
    Bytes(Arc<Vec<u8>>),
    /// A directory whose names the source still has.
    NamesBelow,
    /// Names held here.
    Names(Names),
    Link(Arc<[u8]>),
    Fifo,
    Special,
}

impl Node {
    pub(crate) fn kind(&self) -> FileType {
        match self.body {
            Body::Below { .. } | Body::Bytes(_) => FileType::Regular,
            Body::NamesBelow | Body::Names(_) => FileType::Directory,
            Body::Link(_) => FileType::Symlink,
            Body::Fifo => FileType::Fifo,
            Body::Special => FileType::Special,
        }
    }

    pub(crate) fn stat(&self, inode: u64) -> Stat {
        let size = match &self.body {
            Body::Below { size } => *size,
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::Link(target) => target.len() as u64,
            _ => 0,
        };
        Stat { kind: self.kind(), mode: self.mode, uid: self.uid, gid: self.gid, size, links: self.links, inode, mtime: self.mtime }
    }
}

/// Something of a source that is not as the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceNote {
    /// Where.
    pub path: Vec<u8>,
    /// What about it.
    pub message: String,
}

/// Where the lower layer of a tree comes from. Inode 1 is the root.
pub(crate) trait Source: Send + Sync {
    /// Returns an inode that a listing named.
    fn node(&self, inode: u64) -> Result<Node, Errno>;
    /// Lists a directory.
    fn names(&self, inode: u64) -> Result<Names, Errno>;
    /// Reads a whole file.
    fn bytes(&self, inode: u64) -> Result<Arc<Vec<u8>>, Errno>;
    /// Reads extended attributes and flags, where a node says that the source has them.
    fn attributes(&self, _inode: u64) -> Result<Arc<Attributes>, Errno> {
        Ok(Arc::default())
    }
    /// Returns what is odd about it, so far as it was looked into.
    fn notes(&self) -> Vec<SourceNote> {
        Vec::new()
    }
    /// Begins to note what is asked for, and returns what [`Source::moved`] is to be given.
    fn mark(&self) -> u64 {
        0
    }
    /// Returns the paths, of those that were asked about since a mark, that are no longer what was read first.
    fn moved(&self, _since: u64) -> Vec<Vec<u8>> {
        Vec::new()
    }
    /// Returns true when a file has more names in the source than were seen.
    fn has_unseen_names(&self, _inode: u64) -> bool {
        false
    }
    /// Returns the file system that an inode lies on, where there may be several.
    fn device(&self, _inode: u64) -> Option<u64> {
        None
    }
}

/// A source in memory: for archives, tests and trees made by hand.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) nodes: BTreeMap<u64, Node>,
    pub(crate) notes: Vec<SourceNote>,
}

impl Source for Memory {
    fn node(&self, inode: u64) -> Result<Node, Errno> {
        self.nodes.get(&inode).cloned().ok_or(Errno::NoEntry)
    }

    fn names(&self, inode: u64) -> Result<Names, Errno> {
        match self.nodes.get(&inode).map(|it| &it.body) {
            Some(Body::Names(names)) => Ok(names.clone()),
            _ => Err(Errno::NotDirectory),
        }
    }

    fn bytes(&self, inode: u64) -> Result<Arc<Vec<u8>>, Errno> {
        match self.nodes.get(&inode).map(|it| &it.body) {
            Some(Body::Bytes(bytes)) => Ok(bytes.clone()),
            _ => Err(Errno::Invalid),
        }
    }

    fn notes(&self) -> Vec<SourceNote> {
        self.notes.clone()
    }
}
