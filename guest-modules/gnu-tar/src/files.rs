//! What a run asks of the world: a tree of files as the kernel answers for it, accounts and the clock.

use std::fmt;

/// Why the kernel refused; the names are `errno` values (errno(3)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the errno of its name")]
pub enum Errno {
    NoEntry,
    NotDirectory,
    IsDirectory,
    TooManyLinks,
    Exists,
    NotEmpty,
    NoSpace,
    Access,
    NotPermitted,
    Invalid,
    NameTooLong,
    Unsupported,
    Unreadable,
    Other(String),
}

impl fmt::Display for Errno {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Errno::NoEntry => "No such file or directory",
            Errno::NotDirectory => "Not a directory",
            Errno::IsDirectory => "Is a directory",
            Errno::TooManyLinks => "Too many levels of symbolic links",
            Errno::Exists => "File exists",
            Errno::NotEmpty => "Directory not empty",
            Errno::NoSpace => "No space left on device",
            Errno::Access => "Permission denied",
            Errno::NotPermitted => "Operation not permitted",
            Errno::Invalid => "Invalid argument",
            Errno::NameTooLong => "File name too long",
            Errno::Unsupported => "Operation not supported",
            Errno::Unreadable => "Input/output error",
            Errno::Other(text) => text,
        })
    }
}

/// What an inode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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

/// The metadata of an inode (stat(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// The twelve permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Names of the inode.
    pub links: u32,
    /// Number of the inode.
    pub inode: u64,
    /// Seconds and nanoseconds of the last change of content.
    pub mtime: (i64, u32),
}

/// The files of a run, by absolute paths in which `..` and links are resolved as the kernel does.
#[expect(missing_docs, reason = "each is the system call of its name")]
pub trait Files {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    fn stat(&mut self, path: &[u8], follow: bool) -> Result<Stat, Errno>;
    /// A file, whole.
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno>;
    /// Names in a directory, in the order of readdir(3).
    fn list(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, Errno>;
    fn read_link(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno>;
    /// open(2) with `O_CREAT`, and `O_EXCL` if `exclusive`, else `O_TRUNC`.
    fn create(&mut self, path: &[u8], mode: u32, exclusive: bool) -> Result<(), Errno>;
    fn write(&mut self, path: &[u8], offset: u64, bytes: &[u8]) -> Result<(), Errno>;
    fn truncate(&mut self, path: &[u8], length: u64) -> Result<(), Errno>;
    fn make_directory(&mut self, path: &[u8], mode: u32) -> Result<(), Errno>;
    fn make_fifo(&mut self, path: &[u8], mode: u32) -> Result<(), Errno>;
    fn make_link(&mut self, target: &[u8], path: &[u8]) -> Result<(), Errno>;
    fn make_hard_link(&mut self, existing: &[u8], path: &[u8]) -> Result<(), Errno>;
    fn remove_file(&mut self, path: &[u8]) -> Result<(), Errno>;
    fn remove_directory(&mut self, path: &[u8]) -> Result<(), Errno>;
    fn set_mode(&mut self, path: &[u8], mode: u32) -> Result<(), Errno>;
    /// lchown(2).
    fn set_owner(&mut self, path: &[u8], uid: u32, gid: u32) -> Result<(), Errno>;
    /// utimensat(2) of the modification time, of a link itself.
    fn set_times(&mut self, path: &[u8], mtime: (i64, u32)) -> Result<(), Errno>;
    /// Sets the mask and gives the former one.
    fn set_umask(&mut self, mask: u32) -> u32;
    fn user_number(&mut self, name: &[u8]) -> Option<u32>;
    fn group_number(&mut self, name: &[u8]) -> Option<u32>;
    fn user_name(&mut self, number: u32) -> Option<Vec<u8>>;
    fn group_name(&mut self, number: u32) -> Option<Vec<u8>>;
    /// Seconds and nanoseconds since the epoch.
    fn now(&mut self) -> (i64, u32);
}

/// Makes a path absolute, as a directory that is worked in has it.
pub(crate) fn at(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if name.starts_with(b"/") {
        return name.to_vec();
    }
    let mut path = folder.to_vec();
    if path.last() != Some(&b'/') {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}
