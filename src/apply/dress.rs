//! Gives a file owner, mode and extended attributes, and takes away what it should not have.

use std::os::fd::{AsRawFd as _, OwnedFd};

use rustix::{
    fs::{AtFlags, CWD, Gid, IFlags, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags},
    io::Errno,
};

use super::{
    blobs::Blobs,
    error::Error,
    look::{Inode, Seen, is_of_machine, look_at, narrowed},
    pace::Pace,
    root::Place,
};
use crate::{
    diff::FileState,
    tree::{FileType, Flags},
};

/// What a file is to wear.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dress<'a> {
    pub(super) is: &'a FileState,
    /// When its content changed last, where that is known.
    pub(super) mtime: Option<(i64, i64)>,
    /// Which file is meant; none where it was just made by its name.
    pub(super) inode: Option<Inode>,
}

/// Gives what has this name owner, mode, attributes and, where given, the time of its content; flags are another question. Never is it
/// looser on the way than it was or will be.
pub(super) fn dress(path: &[u8], place: &Place, how: Dress<'_>, content: &Blobs, pace: &Pace) -> Result<(), Error> {
    let is = how.is;
    let fail = |what| Error::system::<std::io::Error>(what, path);
    let was = look_at(&place.folder, &place.name).map_err(fail("look at"))?.ok_or_else(|| fail("look at")(Errno::NOENT.into()))?;
    // Who owns the folder may put another file under a name at any time, one that he could not change himself. So what was just made must
    // be ours and have no other name; what was there must be what was looked at.
    let mine = was.state.uid == rustix::process::geteuid().as_raw() && (was.links == 1 || was.state.kind == FileType::Directory);
    if was.state.kind != is.kind || !how.inode.map_or(mine, |inode| inode == was.inode) {
        return Err(fail("open")(Errno::STALE.into()));
    }
    // Held by a descriptor of its own, so that all that follows is done to this one file, whatever its name comes to mean.
    let held = rustix::fs::openat(&place.folder, place.name.as_slice(), OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
    let held = held.map_err(|it| fail("open")(it.into()))?;
    let stat = rustix::fs::fstat(&held).map_err(|it| fail("look at")(it.into()))?;
    if (stat.st_dev, stat.st_ino) != was.inode {
        return Err(fail("open")(Errno::STALE.into()));
    }
    let name = format!("/proc/self/fd/{}", held.as_raw_fd());
    let has_mode = is.kind != FileType::Symlink;
    if (was.state.uid, was.state.gid) != (is.uid, is.gid) {
        let between = narrowed(&was.state, is);
        if has_mode && was.state.mode != is.mode && was.state.mode != between {
            chmod(&name, between).map_err(|it| fail("set the mode of")(it.into()))?;
        }
        pace.pass()?;
        own(&held, is.uid, is.gid).map_err(|it| fail("set the owner of")(it.into()))?;
        pace.pass()?;
    }
    attributes(path, &name, &was, is, content)?;
    pace.pass()?;
    if has_mode {
        // An access list brings a mode with it, and a change of owner takes bits away: so what is there now decides.
        let now = rustix::fs::fstat(&held).map_err(|it| fail("look at")(it.into()))?.st_mode & 0o7777;
        if now != is.mode {
            chmod(&name, is.mode).map_err(|it| fail("set the mode of")(it.into()))?;
        }
    }
    if let Some((seconds, nanos)) = how.mtime {
        let time = Timespec { tv_sec: seconds, tv_nsec: nanos };
        let times = Timestamps { last_access: Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_OMIT }, last_modification: time };
        rustix::fs::utimensat(CWD, &name, &times, AtFlags::empty()).map_err(|it| fail("set the time of")(it.into()))?;
    }
    Ok(())
}

fn chmod(name: &str, mode: u32) -> Result<(), Errno> {
    rustix::fs::chmod(name, Mode::from_raw_mode(mode))
}

fn own(held: &OwnedFd, uid: u32, gid: u32) -> Result<(), Errno> {
    rustix::fs::chownat(held, "", Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)), AtFlags::EMPTY_PATH)
}

fn attributes(path: &[u8], name: &str, was: &Seen, is: &FileState, content: &Blobs) -> Result<(), Error> {
    let Some(wanted) = &is.xattrs else { return Ok(()) };
    let fail = |what| Error::system::<Errno>(what, path);
    // A change of owner takes file capabilities away (capabilities(7)): what was seen before it may be gone.
    for had in was.attributes.named.keys().filter(|it| !wanted.contains_key(*it) && !is_of_machine(it)) {
        match rustix::fs::removexattr(name, had.as_slice()) {
            Ok(()) | Err(Errno::NODATA) => {}
            Err(error) => return Err(fail("take an attribute from")(error)),
        }
    }
    let has_new_owner = (was.state.uid, was.state.gid) != (is.uid, is.gid);
    for (key, digest) in wanted.iter().filter(|it| *it.0 != b"security.evm") {
        if has_new_owner || was.state.xattrs.as_ref().and_then(|it| it.get(key)) != Some(digest) {
            rustix::fs::setxattr(name, key.as_slice(), &content.get(digest)?, XattrFlags::empty()).map_err(fail("set an attribute of"))?;
        }
    }
    Ok(())
}

/// Sets exactly these flags of those that forbid changes (FS_IOC_SETFLAGS).
pub(super) fn set_flags(place: &Place, flags: Flags, inode: Inode) -> Result<(), Errno> {
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(&place.folder, place.name.as_slice(), how, Mode::empty())?;
    let stat = rustix::fs::fstat(&file)?;
    if (stat.st_dev, stat.st_ino) != inode {
        return Err(Errno::STALE);
    }
    let held = rustix::fs::ioctl_getflags(&file)?;
    let mut wanted = held - IFlags::IMMUTABLE - IFlags::APPEND;
    wanted.set(IFlags::IMMUTABLE, flags.immutable);
    wanted.set(IFlags::APPEND, flags.append_only);
    if wanted == held { Ok(()) } else { rustix::fs::ioctl_setflags(&file, wanted) }
}
