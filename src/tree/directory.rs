//! A directory of this machine as a source: nothing is read before it is needed, no link is followed, and what was read is
//! pinned so that a target that moves during a run is noticed.

use std::{
    collections::{BTreeMap, HashMap},
    os::fd::{AsFd as _, OwnedFd},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rustix::fs::{AtFlags, Mode, OFlags, Stat as OsStat};

use super::{
    archive::MOST_WHOLE,
    attribute::Attributes,
    directory_attributes,
    error::Error,
    node::{Body, Errno, FileType, Kept, Names, Node, Source, SourceNote},
};

/// What must stay as it was: device, inode, size, mtime, ctime.
pub(super) type Pin = (u64, u64, i64, i64, i64, i64, i64);

/// A name in a folder, and what it is to be.
type Watched<'a> = (&'a Vec<u8>, &'a Pin);

struct Known {
    parts: Vec<Vec<u8>>,
    node: Node,
    pin: Pin,
    real_links: u64,
    seen: u64,
}

#[derive(Default)]
struct Seen {
    known: BTreeMap<u64, Known>,
    by_file: HashMap<(u64, u64), u64>,
    names: HashMap<u64, Names>,
    bytes: HashMap<u64, Arc<Vec<u8>>>,
    attributes: HashMap<u64, Arc<Attributes>>,
    /// Inodes that somebody asked about, and after which mark last.
    asked: HashMap<u64, u64>,
    /// Marks that were given.
    marks: u64,
    notes: Vec<SourceNote>,
}

impl Seen {
    fn ask(&mut self, inode: u64) {
        self.asked.insert(inode, self.marks);
    }
}

/// A directory source.
pub(crate) struct Directory {
    root: OwnedFd,
    seen: Mutex<Seen>,
    /// Held while a folder is listed: two who list it at once must see the same inodes, and count each name once.
    listing: Mutex<()>,
}

impl Directory {
    pub(crate) fn open(path: &Path) -> Result<Directory, Error> {
        let fail = |source: rustix::io::Errno| Error::Open { path: PathBuf::from(path), source: source.into() };
        let root = rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(fail)?;
        let stat = rustix::fs::fstat(&root).map_err(fail)?;
        // A root that can't be listed is told now, not as an empty tree.
        rustix::fs::Dir::read_from(&root).map_err(fail)?;
        let mut seen = Seen::default();
        seen.known.insert(1, Known { parts: Vec::new(), node: node(&stat, None), pin: pin(&stat), real_links: 1, seen: 1 });
        Ok(Directory { root, seen: Mutex::new(seen), listing: Mutex::new(()) })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the folder of a path by its parts, none of them through a link.
    fn folder(&self, parts: &[Vec<u8>]) -> rustix::io::Result<OwnedFd> {
        let mut at = self.root.as_fd().try_clone_to_owned().map_err(|_| rustix::io::Errno::MFILE)?;
        for part in parts {
            at = rustix::fs::openat(&at, part.as_slice(), OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        }
        Ok(at)
    }

    fn parts(&self, inode: u64) -> Result<Vec<Vec<u8>>, Errno> {
        self.seen().known.get(&inode).map(|it| it.parts.clone()).ok_or(Errno::NoEntry)
    }

    fn list(&self, parts: &[Vec<u8>]) -> rustix::io::Result<Names> {
        let folder = self.folder(parts)?;
        let mut names = Names::new();
        for entry in rustix::fs::Dir::read_from(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes().to_vec();
            if name == b"." || name == b".." {
                continue;
            }
            let stat = rustix::fs::statat(&folder, name.as_slice(), AtFlags::SYMLINK_NOFOLLOW)?;
            let target = match FileType::of(stat.st_mode) {
                FileType::Symlink => Some(rustix::fs::readlinkat(&folder, name.as_slice(), Vec::new())?.into_bytes()),
                _ => None,
            };
            let inode = self.remember(parts, &name, &stat, target);
            let kind = FileType::of(stat.st_mode);
            names.insert(name, (inode, kind));
        }
        Ok(names)
    }

    fn remember(&self, parts: &[Vec<u8>], name: &[u8], stat: &OsStat, target: Option<Vec<u8>>) -> u64 {
        let mut seen = self.seen();
        let file = (stat.st_dev, stat.st_ino);
        let path: Vec<Vec<u8>> = parts.iter().cloned().chain([name.to_vec()]).collect();
        if FileType::of(stat.st_mode) != FileType::Directory
            && stat.st_nlink > 1
            && let Some(inode) = seen.by_file.get(&file).copied()
        {
            if let Some(known) = seen.known.get_mut(&inode) {
                known.seen += 1;
            }
            return inode;
        }
        let inode = seen.known.len() as u64 + 1;
        if FileType::of(stat.st_mode) == FileType::Special {
            let joined = absolute(&path);
            seen.notes.push(SourceNote { path: joined, message: "a socket or device: its content is no part of the tree".into() });
        }
        seen.by_file.insert(file, inode);
        seen.known.insert(inode, Known { parts: path, node: node(stat, target), pin: pin(stat), real_links: stat.st_nlink, seen: 1 });
        inode
    }

    fn unreadable(&self, parts: &[Vec<u8>], error: rustix::io::Errno) -> Errno {
        self.seen().notes.push(SourceNote { path: absolute(parts), message: format!("could not be read: {error}") });
        Errno::Unreadable
    }
}

fn absolute(parts: &[Vec<u8>]) -> Vec<u8> {
    if parts.is_empty() { b"/".to_vec() } else { parts.iter().flat_map(|it| [b"/".as_slice(), it].concat()).collect() }
}

impl FileType {
    fn of(mode: u32) -> FileType {
        match rustix::fs::FileType::from_raw_mode(mode) {
            rustix::fs::FileType::RegularFile => FileType::Regular,
            rustix::fs::FileType::Directory => FileType::Directory,
            rustix::fs::FileType::Symlink => FileType::Symlink,
            rustix::fs::FileType::Fifo => FileType::Fifo,
            _ => FileType::Special,
        }
    }
}

fn node(stat: &OsStat, target: Option<Vec<u8>>) -> Node {
    let body = match FileType::of(stat.st_mode) {
        FileType::Regular => Body::Below { size: stat.st_size as u64 },
        FileType::Directory => Body::NamesBelow,
        FileType::Symlink => Body::Link(target.unwrap_or_default().into()),
        FileType::Fifo => Body::Fifo,
        FileType::Special => Body::Special,
    };
    Node {
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        mtime: (stat.st_mtime, stat.st_mtime_nsec as u32),
        links: if matches!(body, Body::NamesBelow) { 2 } else { stat.st_nlink as u32 },
        kept: Kept::Below,
        body,
    }
}

pub(super) fn pin(stat: &OsStat) -> Pin {
    (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec as i64, stat.st_ctime, stat.st_ctime_nsec as i64)
}

impl Source for Directory {
    fn node(&self, inode: u64) -> Result<Node, Errno> {
        let mut seen = self.seen();
        let node = seen.known.get(&inode).map(|it| it.node.clone()).ok_or(Errno::NoEntry)?;
        seen.ask(inode);
        Ok(node)
    }

    fn names(&self, inode: u64) -> Result<Names, Errno> {
        let known = || {
            let mut seen = self.seen();
            seen.ask(inode);
            seen.names.get(&inode).cloned()
        };
        if let Some(names) = known() {
            return Ok(names);
        }
        let _alone = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = known() {
            return Ok(names);
        }
        let parts = self.parts(inode)?;
        let names = self.list(&parts).map_err(|error| self.unreadable(&parts, error))?;
        self.seen().names.insert(inode, names.clone());
        Ok(names)
    }

    fn bytes(&self, inode: u64) -> Result<Arc<Vec<u8>>, Errno> {
        let known = |seen: &mut Seen| {
            seen.ask(inode);
            seen.bytes.get(&inode).cloned()
        };
        if let Some(bytes) = known(&mut self.seen()) {
            return Ok(bytes);
        }
        let parts = self.parts(inode)?;
        let wanted = self.seen().known.get(&inode).map(|it| it.pin).ok_or(Errno::NoEntry)?;
        let (name, folder) = parts.split_last().ok_or(Errno::IsDirectory)?;
        let read = || -> std::io::Result<Vec<u8>> {
            let folder = self.folder(folder)?;
            let file = rustix::fs::openat(&folder, name.as_slice(), OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
            // What is read must be the file that was listed, before and after: else the bytes belong to no state of the target.
            let same = |file: &std::fs::File| -> std::io::Result<()> {
                let is = pin(&rustix::fs::fstat(file)?);
                if is == wanted { Ok(()) } else { Err(rustix::io::Errno::STALE.into()) }
            };
            let mut file = std::fs::File::from(file);
            same(&file)?;
            let mut bytes = Vec::new();
            // A file of the kernel may say that it is empty and never end.
            let mut most = std::io::Read::take(&mut file, MOST_WHOLE + 1);
            if wanted.2 > MOST_WHOLE as i64 || std::io::Read::read_to_end(&mut most, &mut bytes)? as u64 > MOST_WHOLE {
                return Err(rustix::io::Errno::FBIG.into());
            }
            same(&file)?;
            Ok(bytes)
        };
        let bytes = Arc::new(
            read().map_err(|error| self.unreadable(&parts, error.raw_os_error().map_or(rustix::io::Errno::IO, rustix::io::Errno::from_raw_os_error)))?,
        );
        self.seen().bytes.insert(inode, bytes.clone());
        Ok(bytes)
    }

    fn attributes(&self, inode: u64) -> Result<Arc<Attributes>, Errno> {
        let known = |seen: &mut Seen| {
            seen.ask(inode);
            seen.attributes.get(&inode).cloned()
        };
        if let Some(attributes) = known(&mut self.seen()) {
            return Ok(attributes);
        }
        let parts = self.parts(inode)?;
        let (wanted, kind) = self.seen().known.get(&inode).map(|it| (it.pin, it.node.kind())).ok_or(Errno::NoEntry)?;
        let same = |stat: &OsStat| pin(stat) == wanted;
        let read = || match parts.split_last() {
            None => directory_attributes::of_open(&self.root, &same),
            Some((name, folder)) => directory_attributes::of_name(&self.folder(folder)?, name, kind, &same),
        };
        let attributes = Arc::new(read().map_err(|error| self.unreadable(&parts, error))?);
        self.seen().attributes.insert(inode, attributes.clone());
        Ok(attributes)
    }

    fn notes(&self) -> Vec<SourceNote> {
        let mut notes = self.seen().notes.clone();
        notes.sort();
        notes.dedup();
        notes
    }

    fn mark(&self) -> u64 {
        let mut seen = self.seen();
        seen.marks += 1;
        seen.marks
    }

    fn moved(&self, since: u64) -> Vec<Vec<u8>> {
        // What was listed, read or asked about must still be there; names that were only seen in a listing need not. A look-up in
        // vain rests on the listing of its folder, whose times change with its names. Gathered first: others go on meanwhile.
        let watched: Vec<(Vec<Vec<u8>>, Pin)> = {
            let seen = self.seen();
            let is_watched = |inode: &u64| seen.asked.get(inode).is_some_and(|it| *it >= since);
            seen.known.iter().filter(|it| is_watched(it.0)).map(|(_, it)| (it.parts.clone(), it.pin)).collect()
        };
        // Folder by folder: there are many names, and few folders.
        let mut folders: BTreeMap<&[Vec<u8>], Vec<Watched<'_>>> = BTreeMap::new();
        let mut moved = Vec::new();
        for (parts, was) in &watched {
            match parts.split_last() {
                None if rustix::fs::fstat(&self.root).map_or(true, |stat| pin(&stat) != *was) => moved.push(absolute(parts)),
                None => {}
                Some((name, folder)) => folders.entry(folder).or_default().push((name, was)),
            }
        }
        for (folder, all) in folders {
            let open = self.folder(folder);
            let is_there = |name: &[u8], was: &Pin| {
                let stat = open.as_ref().ok().map(|it| rustix::fs::statat(it, name, AtFlags::SYMLINK_NOFOLLOW));
                stat.is_some_and(|it| it.is_ok_and(|stat| pin(&stat) == *was))
            };
            let gone = all.into_iter().filter(|(name, was)| !is_there(name, was));
            moved.extend(gone.map(|(name, _)| absolute(&[folder, std::slice::from_ref(name)].concat())));
        }
        moved
    }

    fn has_unseen_names(&self, inode: u64) -> bool {
        self.seen().known.get(&inode).is_some_and(|it| it.seen < it.real_links && it.node.kind() != FileType::Directory)
    }

    fn device(&self, inode: u64) -> Option<u64> {
        self.seen().known.get(&inode).map(|it| it.pin.0)
    }
}
