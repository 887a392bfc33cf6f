//! What is at a path of a living target now, in the words of a diff.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    os::fd::OwnedFd,
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, Stat},
    io::Errno,
};
use sha2::Digest as _;

use super::root::{Place, Root};
use crate::{
    diff::FileState,
    digest::Digest,
    tree::{ACCESS, Attributes, FileType, attributes_of_name, attributes_of_open},
};

/// How often a file that changes while it is read is read again.
const MOST_TRIES: usize = 5;
/// Bytes that are read at once.
const PIECE: usize = 128 << 10;

/// Device and inode.
pub(super) type Inode = (u64, u64);

/// What is at a path.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Its state; hard-link groups are another question.
    pub(super) state: FileState,
    /// Which file it is.
    pub(super) inode: Inode,
    /// Names of it.
    pub(super) links: u64,
    /// When its content changed last: seconds and nanoseconds.
    pub(super) mtime: (i64, i64),
    /// Values of its attributes.
    pub(super) attributes: std::sync::Arc<Attributes>,
}

/// Looks at a path; none where nothing is there. What a link on the way leads to has another path.
pub(super) fn look(root: &Root, path: &[u8]) -> io::Result<Option<Seen>> {
    match root.place(path) {
        Ok(place) => look_at(&place.folder, &place.name),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Looks at a name in an open folder.
pub(super) fn look_at(folder: &OwnedFd, name: &[u8]) -> io::Result<Option<Seen>> {
    let mut tries = 0;
    loop {
        match once(folder, name) {
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::STALE) if tries < MOST_TRIES => tries += 1,
            Err(Errno::STALE) => return Err(io::Error::new(io::ErrorKind::ResourceBusy, "it changes while it is read")),
            answer => return Ok(answer.map(Some)?),
        }
    }
}

fn once(folder: &OwnedFd, name: &[u8]) -> Result<Seen, Errno> {
    let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let kind = kind(&stat);
    let same = |it: &Stat| pin(it) == pin(&stat);
    let (mut sha256, mut target) = (None, None);
    let attributes = match kind {
        FileType::Regular => {
            let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let mut file = File::from(rustix::fs::openat(folder, name, how, Mode::empty())?);
            sha256 = Some(content(&mut file).map_err(|it| it.raw_os_error().map_or(Errno::IO, Errno::from_raw_os_error))?);
            attributes_of_open(&file, &same)?
        }
        FileType::Symlink => {
            target = Some(rustix::fs::readlinkat(folder, name, Vec::new())?.into_bytes());
            attributes_of_name(folder, name, kind, &same)?
        }
        _ => attributes_of_name(folder, name, kind, &same)?,
    };
    let size = match kind {
        FileType::Regular | FileType::Symlink => stat.st_size as u64,
        _ => 0,
    };
    let xattrs = attributes.named.iter().map(|(name, value)| (name.clone(), Digest::of(value))).collect();
    // The kernel gives no meaning to the mode of a link.
    let mode = if kind == FileType::Symlink { 0o777 } else { stat.st_mode & 0o7777 };
    let state = FileState { kind, mode, uid: stat.st_uid, gid: stat.st_gid, size, sha256, target, linked: None, xattrs: Some(xattrs), flags: attributes.flags };
    let attributes = std::sync::Arc::new(attributes);
    Ok(Seen { state, inode: (stat.st_dev, stat.st_ino), links: stat.st_nlink as u64, mtime: (stat.st_mtime, stat.st_mtime_nsec as i64), attributes })
}

fn kind(stat: &Stat) -> FileType {
    match rustix::fs::FileType::from_raw_mode(stat.st_mode) {
        rustix::fs::FileType::RegularFile => FileType::Regular,
        rustix::fs::FileType::Directory => FileType::Directory,
        rustix::fs::FileType::Symlink => FileType::Symlink,
        rustix::fs::FileType::Fifo => FileType::Fifo,
        _ => FileType::Special,
    }
}

fn pin(stat: &Stat) -> (u64, u64, i64, i64, i64, i64, i64) {
    (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec as i64, stat.st_ctime, stat.st_ctime_nsec as i64)
}

fn content(file: &mut impl Read) -> io::Result<Digest> {
    let (mut hasher, mut piece) = (sha2::Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Digest::finish(hasher)),
            read => hasher.update(&piece[..read]),
        }
    }
}

/// Which file has a name, without a look into it.
pub(super) fn inode_at(place: &Place) -> Result<Option<Inode>, Errno> {
    match rustix::fs::statat(&place.folder, place.name.as_slice(), AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some((stat.st_dev, stat.st_ino))),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lists the names of a folder, sorted.
pub(super) fn names(root: &Root, path: &[u8]) -> io::Result<BTreeSet<Vec<u8>>> {
    let place = root.place(path)?;
    let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = rustix::fs::openat(&place.folder, place.name.as_slice(), how, Mode::empty())?;
    let mut names = BTreeSet::new();
    for entry in rustix::fs::Dir::read_from(&folder)? {
        let name = entry?.file_name().to_bytes().to_vec();
        if name != b"." && name != b".." {
            names.insert(name);
        }
    }
    Ok(names)
}

/// What the machine alone decides: the kernel keeps the one (evm(7)), and gives the other to what is new by its policy.
const OF_MACHINE: [&[u8]; 2] = [b"security.evm", b"security.selinux"];

/// Answers whether what is there is what was expected. Hard links are another question; flags are looked at where it is said.
pub(super) fn agrees(expected: &FileState, found: &FileState, flags: bool) -> bool {
    let plain = |it: &FileState| FileState { linked: None, xattrs: None, flags: if flags { it.flags } else { Default::default() }, ..it.clone() };
    plain(expected) == plain(found) && same_attributes(expected, found)
}

/// Answers whether attributes are as expected: those that the machine decides count only where they were expected.
fn same_attributes(expected: &FileState, found: &FileState) -> bool {
    let (Some(wanted), Some(held)) = (&expected.xattrs, &found.xattrs) else { return expected.xattrs == found.xattrs };
    let counts = |name: &Vec<u8>| wanted.contains_key(name) || !OF_MACHINE.contains(&name.as_slice());
    wanted.iter().filter(|(name, _)| *name != OF_MACHINE[0]).all(|(name, value)| held.get(name) == Some(value))
        && held.keys().all(|name| !counts(name) || wanted.contains_key(name))
}

/// Answers whether an attribute is the machine's, so that nobody takes it away.
pub(super) fn is_of_machine(name: &[u8]) -> bool {
    OF_MACHINE.contains(&name)
}

/// Answers whether something stands between two states of one file, as a process that was killed while it set owner, mode and attributes
/// one after the other leaves it. Content is never between.
pub(super) fn is_between(was: &FileState, is: &FileState, found: &FileState) -> bool {
    let either = |get: fn(&FileState) -> u32| [get(was), get(is)].contains(&get(found));
    // Bit by bit, as an access list brings some of them and a mode the others: none that neither had, and none gone that both had.
    let mode = found.mode & !(was.mode | is.mode) == 0 && narrowed(was, is) & !found.mode == 0;
    let one = |it: &FileState| found.kind == it.kind && found.sha256 == it.sha256 && found.target == it.target;
    let empty = std::collections::BTreeMap::new();
    let of = |it: &FileState| it.xattrs.clone().unwrap_or_else(|| empty.clone());
    let (before, after, held) = (of(was), of(is), of(found));
    let known = |name: &Vec<u8>| [before.get(name), after.get(name)].contains(&held.get(name)) || is_of_machine(name) || name == ACCESS;
    let attributes = before.keys().chain(after.keys()).chain(held.keys()).all(known);
    one(was) && one(is) && mode && either(|it| it.uid) && either(|it| it.gid) && attributes
}

/// The mode in between, when owner and mode change: never looser than either.
pub(super) fn narrowed(was: &FileState, is: &FileState) -> u32 {
    was.mode & is.mode & 0o777
}
