//! Reads extended attributes and flags of a file of this machine, from the file that was opened or pinned and through no link.

use std::{
    collections::BTreeMap,
    os::fd::{AsFd, AsRawFd as _, OwnedFd},
};

use rustix::{
    fs::{IFlags, Mode, OFlags, Stat},
    io::{Errno, Result},
};

use super::{
    attribute::{Attributes, Flags},
    node::FileType,
};

/// Most bytes of a list of names and of a value (XATTR_LIST_MAX and XATTR_SIZE_MAX, limits.h of Linux).
const MOST_BYTES: usize = 65536;
/// Bytes that nearly every list and value fit into.
const MOST_OFTEN: usize = 1024;

/// Reads from an open file or directory. `same` says whether a file is the one that was listed: before and after, or what was read
/// belongs to no state of the target.
pub(crate) fn of_open(file: &impl AsFd, same: &dyn Fn(&Stat) -> bool) -> Result<Attributes> {
    let is_same = || if same(&rustix::fs::fstat(file)?) { Ok(()) } else { Err(Errno::STALE) };
    is_same()?;
    let names = whole(|buffer| rustix::fs::flistxattr(file, buffer))?;
    let named = values(&names, |name, buffer| rustix::fs::fgetxattr(file, name, buffer))?;
    let flags = flags(file)?;
    is_same()?;
    Ok(Attributes { named, flags })
}

/// Reads what has a name in an open folder. Files and directories are opened; what must not be opened, as a link or a pipe, is pinned
/// without and read by the descriptor's name; it has no flags.
pub(crate) fn of_name(folder: &OwnedFd, name: &[u8], kind: FileType, same: &dyn Fn(&Stat) -> bool) -> Result<Attributes> {
    if matches!(kind, FileType::Regular | FileType::Directory) {
        let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        return of_open(&rustix::fs::openat(folder, name, how, Mode::empty())?, same);
    }
    let pinned = rustix::fs::openat(folder, name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    if !same(&rustix::fs::fstat(&pinned)?) {
        return Err(Errno::STALE);
    }
    let path = format!("/proc/self/fd/{}", pinned.as_raw_fd());
    let names = whole(|buffer| rustix::fs::listxattr(path.as_str(), buffer))?;
    let named = values(&names, |name, buffer| rustix::fs::getxattr(path.as_str(), name, buffer))?;
    if !same(&rustix::fs::fstat(&pinned)?) {
        return Err(Errno::STALE);
    }
    Ok(Attributes { named, flags: Flags::default() })
}

/// Reads a list of names or a value whole: few are long. A file system without attributes has none.
fn whole(read: impl Fn(&mut [u8]) -> Result<usize>) -> Result<Vec<u8>> {
    let mut buffer = vec![0; MOST_OFTEN];
    let length = match read(&mut buffer) {
        Err(Errno::NOTSUP) => 0,
        Err(Errno::RANGE) => {
            buffer = vec![0; MOST_BYTES];
            read(&mut buffer)?
        }
        length => length?,
    };
    buffer.truncate(length);
    Ok(buffer)
}

fn values(names: &[u8], read: impl Fn(&[u8], &mut [u8]) -> Result<usize>) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let names = names.split(|it| *it == 0).filter(|it| !it.is_empty());
    names.map(|name| Ok((name.to_vec(), whole(|buffer| read(name, buffer))?))).collect()
}

/// FS_IOC_GETFLAGS. A file system that does not know it has no such flags.
fn flags(file: &impl AsFd) -> Result<Flags> {
    match rustix::fs::ioctl_getflags(file) {
        Ok(flags) => Ok(Flags { immutable: flags.contains(IFlags::IMMUTABLE), append_only: flags.contains(IFlags::APPEND) }),
        Err(Errno::NOTTY | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL) => Ok(Flags::default()),
        Err(error) => Err(error),
    }
}
