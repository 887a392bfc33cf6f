//! Open files as the kernel keeps them: a descriptor names an open file, which has one offset however many names it has.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use crate::world::{Errno, Kind, World};

/// Most bytes that a pipe holds: writers run before readers here, so this is more than a kernel's 64 KiB. A writer that goes on
/// is ended as by SIGPIPE, and a reader that comes to the cut is told.
const PIPE: usize = 64 << 20;

/// Bytes from which on many small writes are taken for a writer without end.
const TRICKLE: usize = 1 << 20;

/// How many writes are many.
const MANY: usize = 4096;

/// An open file.
#[derive(Debug)]
pub enum Open {
    File {
        path: String,
        inode: u64,
        offset: u64,
        append: bool,
        reads: bool,
        writes: bool,
        kept: Option<Kept>,
    },
    /// A pipe, a here-document, or what a command substitution takes up.
    Pipe {
        bytes: Vec<u8>,
        at: usize,
        cut: bool,
        /// How often was written.
        writes: usize,
    },
    /// What is written is taken up by whoever runs the shell; nobody reads it here.
    Sink(Vec<u8>),
    Null,
}

/// Content of a file as it was read last: what goes on to be read when another file took its place.
#[derive(Debug)]
pub struct Kept {
    bytes: Vec<u8>,
    changed: (i64, u32),
}

/// One open file with all its names.
pub type Shared = Rc<RefCell<Open>>;

/// The descriptors of a process.
#[derive(Debug, Clone, Default)]
pub struct Table(BTreeMap<u32, Shared>);

/// What came of writing.
#[derive(Debug, PartialEq, Eq)]
pub enum Written {
    All,
    /// Nobody will read it (SIGPIPE).
    Broken,
    Failed(Errno),
    /// The file is not at its path any more.
    Lost,
}

impl Open {
    pub fn pipe(bytes: Vec<u8>) -> Shared {
        Rc::new(RefCell::new(Open::Pipe { bytes, at: 0, cut: false, writes: 0 }))
    }

    pub fn sink() -> Shared {
        Rc::new(RefCell::new(Open::Sink(Vec::new())))
    }

    pub fn null() -> Shared {
        Rc::new(RefCell::new(Open::Null))
    }

    /// What can still be read. The offset stays.
    pub fn rest(&mut self, world: &dyn World) -> Result<&[u8], Errno> {
        match self {
            Open::Null => Ok(&[]),
            Open::Pipe { bytes, at, .. } => Ok(&bytes[*at..]),
            Open::Sink(_) | Open::File { reads: false, .. } => Err(Errno::BadDescriptor),
            Open::File { path, inode, offset, kept, .. } => {
                let now = world.stat(path, true).ok().filter(|it| it.inode == *inode);
                if now.is_some_and(|it| it.kind == Kind::Directory) {
                    return Err(Errno::IsDirectory);
                }
                let stale = match (&now, &*kept) {
                    (Some(stat), Some(kept)) => kept.changed != stat.changed || kept.bytes.len() as u64 != stat.size,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                if let Some(stat) = now.filter(|_| stale) {
                    *kept = Some(Kept { bytes: world.read(path)?, changed: stat.changed });
                }
                let bytes = kept.as_ref().map_or(&[][..], |it| &it.bytes);
                Ok(&bytes[(*offset as usize).min(bytes.len())..])
            }
        }
    }

    /// Goes on by so many bytes.
    pub fn skip(&mut self, many: usize) {
        match self {
            Open::Null | Open::Sink(_) => {}
            Open::Pipe { bytes, at, .. } => *at = (*at + many).min(bytes.len()),
            Open::File { offset, .. } => *offset += many as u64,
        }
    }

    /// Whether something waits in a pipe of which nothing was read.
    pub fn is_untouched(&self) -> bool {
        matches!(self, Open::Pipe { bytes, at: 0, .. } if !bytes.is_empty())
    }

    /// Whether the end that a reader saw was made by us.
    pub fn was_cut(&self) -> bool {
        matches!(self, Open::Pipe { cut: true, at, bytes, .. } if *at == bytes.len())
    }

    pub fn write(&mut self, world: &dyn World, more: &[u8]) -> Written {
        match self {
            Open::Null => Written::All,
            Open::Sink(bytes) => {
                bytes.extend_from_slice(more);
                Written::All
            }
            Open::Pipe { bytes, cut, writes, .. } => {
                *writes += 1;
                if *cut || bytes.len() + more.len() > PIPE || bytes.len() > TRICKLE && *writes > MANY {
                    *cut = true;
                    return Written::Broken;
                }
                bytes.extend_from_slice(more);
                Written::All
            }
            Open::File { writes: false, .. } => Written::Failed(Errno::BadDescriptor),
            Open::File { path, inode, offset, append, .. } => {
                let Some(stat) = world.stat(path, true).ok().filter(|it| it.inode == *inode) else { return Written::Lost };
                let place = if *append { stat.size } else { *offset };
                match world.write(path, place, more) {
                    Ok(()) => {
                        *offset = place + more.len() as u64;
                        Written::All
                    }
                    Err(error) => Written::Failed(error),
                }
            }
        }
    }

    /// Takes all that is held.
    pub fn take(&mut self) -> Vec<u8> {
        match self {
            Open::Pipe { bytes, at, .. } => {
                let out = bytes.split_off(*at);
                bytes.clear();
                *at = 0;
                out
            }
            Open::Sink(bytes) => std::mem::take(bytes),
            _ => Vec::new(),
        }
    }
}

impl Table {
    pub fn get(&self, number: u32) -> Option<&Shared> {
        self.0.get(&number)
    }

    pub fn set(&mut self, number: u32, open: Shared) {
        self.0.insert(number, open);
    }

    pub fn close(&mut self, number: u32) {
        self.0.remove(&number);
    }

    /// The lowest free number from 10 on, as bash gives for `{name}>`.
    pub fn free(&self) -> u32 {
        (10..).find(|it| !self.0.contains_key(it)).unwrap_or(10)
    }

    pub fn numbers(&self) -> Vec<u32> {
        self.0.keys().copied().collect()
    }
}
