//! A tar archive as a source, plain or packed, and images made of such: an index in memory, the content where it lies.

use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io::BufReader,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    bounds::{Bounds, Trouble},
    error::Error,
    header::{BLOCK, Header},
    index::{Index, Inner},
    lay::{Maker, Origin},
    member::{Plain, Rules},
    node::{Body, Errno, Names, Node, Source, SourceNote},
    packing::{self, Packing, Unpacked},
    store::{Chunk, Store},
};

/// Most bytes of one file that are read: it is held in memory while it is looked at.
pub(super) const MOST_WHOLE: u64 = 1 << 30;
/// Bytes of files that are kept for the next reading, beside the last one.
const KEPT: u64 = 256 << 20;

/// An archive, or an image.
pub(crate) struct Archive {
    pub(super) index: Index,
    pub(super) store: Store,
    notes: Mutex<Vec<SourceNote>>,
    listed: Mutex<HashMap<u32, Names>>,
    kept: Mutex<Kept>,
}

/// Files that were read lately.
#[derive(Default)]
struct Kept {
    bytes: HashMap<u32, Arc<Vec<u8>>>,
    order: VecDeque<u32>,
    held: u64,
}

/// Indexes an archive.
pub(super) fn open(path: &Path, file: File, bounds: Bounds) -> Result<Archive, Error> {
    let fail = |trouble: Trouble| trouble.told(path);
    let head = head(&file).map_err(|source| Error::Open { path: path.into(), source })?;
    let packing = packing::of(&head);
    if packing == Packing::None && !is_tar(&head) {
        return Err(Error::NotATarget {
            path: path.into(),
            what: packing::other(&head).unwrap_or("it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive"),
        });
    }
    let mut store = Store::new(bounds);
    let read = |it: std::io::Error| fail(it.into());
    let whole = store.hold(file.try_clone().map_err(read)?, path).map_err(read)?;
    let mut maker = Maker::new(store, bounds, Rules::Plain);
    match packing {
        Packing::None => maker.lay(Plain::new(file).map_err(read)?, Origin::Direct(whole)).map(drop),
        packed => maker.lay(Unpacked::new(BufReader::with_capacity(64 << 10, file), packed, bounds), Origin::Packed).map(drop),
    }
    .map_err(fail)?;
    if maker.entries() == 0 {
        return Err(fail(Trouble::Broken("it holds nothing".into())));
    }
    if maker.store.moved() {
        return Err(fail(Trouble::Broken("it changed while it was read".into())));
    }
    Ok(Archive::of(maker))
}

/// The first block, or as much of it as there is.
fn head(file: &File) -> std::io::Result<Vec<u8>> {
    let mut head = vec![0; BLOCK];
    let mut read = 0;
    while read < BLOCK {
        match std::os::unix::fs::FileExt::read_at(file, &mut head[read..], read as u64)? {
            0 => break,
            more => read += more,
        }
    }
    head.truncate(read);
    Ok(head)
}

/// Answers whether a tar begins with this: its sum is right, its sign stands there, or it begins with its end.
fn is_tar(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|it| Header(it).sums() || Header(it).is_zero() || it[257..262] == *b"ustar")
}

impl Archive {
    pub(super) fn of(mut maker: Maker) -> Archive {
        maker.index.count();
        let Maker { index, store, notes, .. } = maker;
        Archive { index, store, notes: Mutex::new(notes), listed: Mutex::default(), kept: Mutex::default() }
    }

    fn read(&self, inode: u32) -> std::io::Result<Vec<u8>> {
        let too_large = || std::io::Error::other(format!("it has more than {MOST_WHOLE} bytes"));
        let buffer = |size: u64| if size > MOST_WHOLE { Err(too_large()) } else { Ok(vec![0; size as usize]) };
        match self.index.get(inode).map(|it| &it.body) {
            Some(Inner::File(chunk)) => {
                let mut bytes = buffer(chunk.size)?;
                self.store.read(*chunk, &mut bytes)?;
                Ok(bytes)
            }
            Some(Inner::Sparse(file)) => {
                let (mut bytes, mut offset) = (buffer(file.size)?, file.stored.offset);
                for (at, size) in &file.map {
                    let piece = Chunk { offset, size: *size, ..file.stored };
                    let place = bytes.get_mut(*at as usize..(at + size) as usize).ok_or(std::io::ErrorKind::InvalidData)?;
                    self.store.read(piece, place)?;
                    offset += size;
                }
                Ok(bytes)
            }
            _ => Err(std::io::ErrorKind::InvalidInput.into()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn number(inode: u64) -> u32 {
    u32::try_from(inode).unwrap_or(0)
}

impl Source for Archive {
    fn node(&self, inode: u64) -> Result<Node, Errno> {
        let known = self.index.get(number(inode)).ok_or(Errno::NoEntry)?;
        let body = match &known.body {
            Inner::Folder(_) => Body::NamesBelow,
            Inner::File(chunk) => Body::Below { size: chunk.size },
            Inner::Sparse(file) => Body::Below { size: file.size },
            Inner::Link(target) => Body::Link(target.as_ref().into()),
            Inner::Fifo => Body::Fifo,
            Inner::Special => Body::Special,
        };
        Ok(Node { mode: known.mode, uid: known.uid, gid: known.gid, mtime: known.mtime, links: known.links, kept: known.kept.clone(), body })
    }

    fn names(&self, inode: u64) -> Result<Names, Errno> {
        let folder = number(inode);
        let children = self.index.children(folder).ok_or(Errno::NotDirectory)?;
        let list = || children.iter().map(|(name, it)| (name.to_vec(), (u64::from(it.inode), self.index.kind(it.inode)))).collect();
        Ok(lock(&self.listed).entry(folder).or_insert_with(list).clone())
    }

    fn bytes(&self, inode: u64) -> Result<Arc<Vec<u8>>, Errno> {
        let inode = number(inode);
        if let Some(bytes) = lock(&self.kept).bytes.get(&inode) {
            return Ok(bytes.clone());
        }
        let bytes = self.read(inode).map(Arc::new).map_err(|error| {
            let message = format!("file {inode} of the archive could not be read: {error}");
            lock(&self.notes).push(SourceNote { path: b"/".to_vec(), message });
            Errno::Unreadable
        })?;
        lock(&self.kept).keep(inode, &bytes);
        Ok(bytes)
    }

    fn notes(&self) -> Vec<SourceNote> {
        let mut notes = lock(&self.notes).clone();
        notes.sort();
        notes.dedup();
        notes
    }

    fn moved(&self, _since: u64) -> Vec<Vec<u8>> {
        if self.store.moved() { vec![b"/".to_vec()] } else { Vec::new() }
    }
}

impl Kept {
    fn keep(&mut self, inode: u32, bytes: &Arc<Vec<u8>>) {
        if self.bytes.insert(inode, bytes.clone()).is_some() {
            return;
        }
        self.order.push_back(inode);
        self.held += bytes.len() as u64;
        while self.held > KEPT && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front().and_then(|it| self.bytes.remove(&it)) else { break };
            self.held -= oldest.len() as u64;
        }
    }
}
