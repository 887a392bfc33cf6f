//! The root of a living target, and walks below it that follow no link.

use std::{
    os::fd::{AsFd as _, OwnedFd},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, ResolveFlags},
    io::Errno,
};

use super::error::Error;

/// How folders are opened: to read, as they are listed and synced too.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The root of a target. Everything is done below this descriptor, whatever its name comes to mean.
#[derive(Debug)]
pub(super) struct Root {
    fd: OwnedFd,
    pub(super) path: PathBuf,
}

/// A name in an open folder.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: OwnedFd,
    pub(super) name: Vec<u8>,
}

impl Root {
    pub(super) fn open(path: &Path) -> Result<Root, Error> {
        let fd = rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(Error::own("open target", path))?;
        let path = path.canonicalize().map_err(Error::own("open target", path))?;
        Ok(Root { fd, path })
    }

    /// Answers whether it is the root of this machine.
    pub(super) fn is_of_machine(&self) -> bool {
        self.path == Path::new("/")
    }

    /// Takes the lock of the target (flock(2) on its root), which ends with this descriptor: two never write on one target at once.
    pub(super) fn lock(&self) -> Result<(), Error> {
        match rustix::fs::flock(&self.fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(()),
            Err(Errno::WOULDBLOCK) => {
                Err(Error::Place { place: self.path.clone(), what: "another apply or rollback is at work there; wait for its end".into() })
            }
            Err(error) => Err(Error::own("lock", &self.path)(error)),
        }
    }

    /// Opens the folder of a path. The root itself is the name `.` in itself.
    pub(super) fn place(&self, path: &[u8]) -> Result<Place, Errno> {
        let parts = parts(path)?;
        match parts.split_last() {
            None => Ok(Place { folder: self.fd.try_clone().map_err(|_| Errno::MFILE)?, name: b".".to_vec() }),
            Some((name, folder)) => Ok(Place { folder: self.folder(folder)?, name: name.to_vec() }),
        }
    }

    /// Opens a folder by its parts, none of them through a link: ELOOP where there is one.
    fn folder(&self, parts: &[&[u8]]) -> Result<OwnedFd, Errno> {
        if parts.is_empty() {
            return self.fd.try_clone().map_err(|_| Errno::MFILE);
        }
        let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        // With O_NOFOLLOW it would say ENOTDIR of a link at the end.
        match rustix::fs::openat2(&self.fd, parts.join(&b'/').as_slice(), FOLDER - OFlags::NOFOLLOW, Mode::empty(), how) {
            // Before Linux 5.6, or behind a filter of system calls that does not know it.
            Err(Errno::NOSYS | Errno::PERM) => walk(&self.fd, parts),
            // A rename somewhere on the machine may end the look-up (openat2(2)).
            Err(Errno::AGAIN) => walk(&self.fd, parts),
            answer => answer,
        }
    }
}

impl Drop for Root {
    /// Gives the lock back in words: a child that another thread is about to start has this descriptor too, until it runs its program.
    fn drop(&mut self) {
        let _ = rustix::fs::flock(&self.fd, FlockOperation::Unlock);
    }
}

/// The walk of systems without openat2(2): step by step, as none may be a link.
fn walk(root: &OwnedFd, parts: &[&[u8]]) -> Result<OwnedFd, Errno> {
    let mut at = root.as_fd().try_clone_to_owned().map_err(|_| Errno::MFILE)?;
    for part in parts {
        at = match rustix::fs::openat(&at, *part, FOLDER, Mode::empty()) {
            // For O_DIRECTORY the kernel says ENOTDIR of a link too.
            Err(Errno::NOTDIR) => {
                let stat = rustix::fs::statat(&at, *part, AtFlags::SYMLINK_NOFOLLOW)?;
                return Err(if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink { Errno::LOOP } else { Errno::NOTDIR });
            }
            answer => answer?,
        };
    }
    Ok(at)
}

/// The parts of an absolute path; what a path of a plan can't be is invalid.
fn parts(path: &[u8]) -> Result<Vec<&[u8]>, Errno> {
    let Some(rest) = path.strip_prefix(b"/") else { return Err(Errno::INVAL) };
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<&[u8]> = rest.split(|it| *it == b'/').collect();
    let is_odd = |it: &&[u8]| it.is_empty() || *it == b"." || *it == b".." || it.contains(&0);
    if parts.iter().any(is_odd) { Err(Errno::INVAL) } else { Ok(parts) }
}

/// Answers whether a path is absolute and has no part that leads elsewhere.
pub(super) fn is_clean(path: &[u8]) -> bool {
    parts(path).is_ok()
}

/// The folder that a path lies in.
pub(super) fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|it| *it == b'/') {
        None | Some(0) => b"/",
        Some(at) => &path[..at],
    }
}

/// The last name of a path.
pub(super) fn name(path: &[u8]) -> &[u8] {
    path.iter().rposition(|it| *it == b'/').map_or(path, |at| &path[at + 1..])
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;

    use rustix::io::Errno;

    use super::{Root, parts, walk};

    #[test]
    fn no_link_and_no_odd_path_is_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("root/a/b")).expect("folders");
        std::os::unix::fs::symlink("..", folder.path().join("root/up")).expect("a link");
        std::os::unix::fs::symlink("a", folder.path().join("root/in")).expect("a link");
        std::fs::write(folder.path().join("root/file"), "").expect("a file");
        let root = Root::open(&folder.path().join("root")).expect("a root");
        let both = |path: &[u8]| {
            let parts = parts(path)?;
            let stepped: Result<OwnedFd, Errno> = walk(&root.fd, &parts);
            let direct = root.folder(&parts);
            assert_eq!(stepped.as_ref().err(), direct.as_ref().err(), "both walks");
            direct.map(drop)
        };
        assert_eq!(both(b"/a/b"), Ok(()));
        for link in [b"/up".as_slice(), b"/in", b"/in/b", b"/up/root"] {
            assert_eq!(both(link), Err(Errno::LOOP), "{}", String::from_utf8_lossy(link));
        }
        assert_eq!(both(b"/none"), Err(Errno::NOENT));
        assert_eq!(both(b"/file/x"), Err(Errno::NOTDIR));
        for odd in [b"a".as_slice(), b"/a/../..", b"/./a", b"//a", b"/a/", b"/a\0"] {
            assert_eq!(both(odd), Err(Errno::INVAL), "{}", String::from_utf8_lossy(odd));
        }
    }
}
