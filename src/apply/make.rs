//! Makes a file, folder, link or pipe, whole and dressed, under a name that nobody looks for.

use std::{fs::File, io::Write as _};

use rustix::{
    fs::{AtFlags, FileType as Kind, Mode, OFlags},
    io::Errno,
};

use super::{
    blobs::Blobs,
    dress::{Dress, dress},
    error::Error,
    look::{Inode, inode_at},
    pace::Pace,
    root::Place,
};
use crate::{diff::FileState, tree::FileType};

/// Makes what `is` says at a name where nothing is, for `path`. It is on the disk when this returns, but for its name.
pub(super) fn make(path: &[u8], place: &Place, is: &FileState, content: &Blobs, mtime: Option<(i64, i64)>, pace: &Pace) -> Result<Inode, Error> {
    let fail = || Error::system::<std::io::Error>("make", path);
    let private = Mode::from_raw_mode(0o600);
    let fresh = Dress { is, mtime, inode: None };
    let (folder, name) = (&place.folder, place.name.as_slice());
    match is.kind {
        FileType::Regular => {
            let how = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut file = File::from(rustix::fs::openat(folder, name, how, private).map_err(|it| fail()(it.into()))?);
            pace.pass()?;
            if let Some(digest) = &is.sha256 {
                content.copy(digest, &mut file, is.size)?.map_err(fail())?;
            }
            file.flush().map_err(fail())?;
            pace.pass()?;
            let stat = rustix::fs::fstat(&file).map_err(|it| fail()(it.into()))?;
            dress(path, place, Dress { inode: Some((stat.st_dev, stat.st_ino)), ..fresh }, content, pace)?;
            file.sync_all().map_err(fail())?;
        }
        FileType::Directory => {
            rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o700)).map_err(|it| fail()(it.into()))?;
            pace.pass()?;
            dress(path, place, fresh, content, pace)?;
            sync_name(place).map_err(|it| fail()(it.into()))?;
        }
        FileType::Symlink => {
            rustix::fs::symlinkat(is.target.as_deref().unwrap_or_default(), folder, name).map_err(|it| fail()(it.into()))?;
            dress(path, place, fresh, content, pace)?;
        }
        FileType::Fifo => {
            rustix::fs::mknodat(folder, name, Kind::Fifo, private, 0).map_err(|it| fail()(it.into()))?;
            dress(path, place, fresh, content, pace)?;
        }
        FileType::Special => return Err(fail()(Errno::NOTSUP.into())),
    }
    inode_at(place).map_err(|it| fail()(it.into()))?.ok_or_else(|| fail()(Errno::NOENT.into()))
}

/// Makes a file's or folder's own data last; others have none that could be opened.
pub(super) fn sync_name(place: &Place) -> Result<(), Errno> {
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let stat = rustix::fs::statat(&place.folder, place.name.as_slice(), AtFlags::SYMLINK_NOFOLLOW)?;
    if !matches!(Kind::from_raw_mode(stat.st_mode), Kind::RegularFile | Kind::Directory) {
        return Ok(());
    }
    match rustix::fs::openat(&place.folder, place.name.as_slice(), how, Mode::empty()) {
        Ok(file) => rustix::fs::fsync(&file),
        // The mode that was just set may keep its own maker out.
        Err(Errno::ACCESS) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes a name of ours, whatever it is; a folder must be empty.
pub(super) fn discard(place: &Place) -> Result<(), Errno> {
    match rustix::fs::unlinkat(&place.folder, place.name.as_slice(), AtFlags::empty()) {
        Err(Errno::ISDIR | Errno::PERM) => rustix::fs::unlinkat(&place.folder, place.name.as_slice(), AtFlags::REMOVEDIR),
        Err(Errno::NOENT) => Ok(()),
        answer => answer,
    }
}
