//! Holds room on the target's disks for what would have to be put back, until everything is done: a disk that is full at the end is no
//! excuse for leaving a half of it.

use std::{collections::BTreeMap, os::fd::OwnedFd};

use rustix::{
    fs::{FallocateFlags, Mode, OFlags},
    io::Errno,
};

use super::{error::Error, plan::Plan, root::Root};

/// Takes room as large as all old content that will go, in files without a name, which are gone with this value and with this process.
/// A file system that has no such files gives none.
pub(super) fn take(root: &Root, plan: &Plan) -> Result<Vec<OwnedFd>, Error> {
    let mut by_device: BTreeMap<u64, (OwnedFd, &[u8], u64)> = BTreeMap::new();
    for it in &plan.changes {
        let goes = |was: &&crate::diff::FileState| it.after.as_ref().is_none_or(|is| is.sha256 != was.sha256);
        let Some(was) = it.before.as_ref().filter(goes).filter(|it| it.sha256.is_some()) else { continue };
        let Ok(place) = root.place(&it.path) else { continue };
        let device = rustix::fs::fstat(&place.folder).map_err(Error::system("look at the folder of", &it.path))?.st_dev;
        by_device.entry(device).or_insert((place.folder, &it.path, 0)).2 += was.size;
    }
    let mut held = Vec::new();
    for (folder, path, size) in by_device.into_values().filter(|it| it.2 > 0) {
        let how = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let Ok(file) = rustix::fs::openat(&folder, ".", how, Mode::from_raw_mode(0o600)) else { continue };
        match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, size) {
            Ok(()) => held.push(file),
            Err(error @ (Errno::NOSPC | Errno::DQUOT)) => return Err(Error::system("take room for the way back of", path)(error)),
            Err(_) => {}
        }
    }
    Ok(held)
}
