//! Content by its digest, in files of a private folder: 0700, each 0600, as it may be secret.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use sha2::Digest as _;

use super::error::Error;
use crate::digest::Digest;

/// A folder of content.
#[derive(Clone, Debug)]
pub(super) struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Opens the folder, and makes it where it is not there.
    pub(super) fn open(folder: &Path) -> Result<Blobs, Error> {
        private_folder(folder)?;
        Ok(Blobs { folder: folder.into() })
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(digest.hex())
    }

    /// Keeps bytes, and returns their digest.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<Digest, Error> {
        self.put_from(&mut &*bytes)
    }

    /// Keeps all that a reader gives, and returns its digest.
    pub(super) fn put_from(&self, from: &mut dyn Read) -> Result<Digest, Error> {
        let fail = || Error::own("keep content in", &self.folder);
        let mut file = tempfile::Builder::new()
            .prefix(".new")
            .make_in(&self.folder, |at| OpenOptions::new().write(true).create_new(true).mode(0o600).open(at))
            .map_err(fail())?;
        let (mut hasher, mut piece) = (sha2::Sha256::new(), vec![0; 128 << 10]);
        loop {
            match from.read(&mut piece).map_err(fail())? {
                0 => break,
                read => {
                    hasher.update(&piece[..read]);
                    file.write_all(&piece[..read]).map_err(fail())?;
                }
            }
        }
        let digest = Digest::finish(hasher);
        file.as_file().sync_all().map_err(fail())?;
        file.persist(self.path(&digest)).map_err(|it| fail()(it.error))?;
        Ok(digest)
    }

    /// Opens content to read it.
    pub(super) fn open_one(&self, digest: &Digest) -> Result<File, Error> {
        File::open(self.path(digest)).map_err(Error::own("read content", &self.path(digest)))
    }

    /// Reads content whole, and checks it.
    pub(super) fn get(&self, digest: &Digest) -> Result<Vec<u8>, Error> {
        let bytes = fs::read(self.path(digest)).map_err(Error::own("read content", &self.path(digest)))?;
        if Digest::of(&bytes) != *digest {
            return Err(Error::Place { place: self.path(digest), what: "its content is not what its name says; restore it from a backup".into() });
        }
        Ok(bytes)
    }

    /// Writes content into a file, and checks it on the way.
    pub(super) fn copy(&self, digest: &Digest, to: &mut dyn Write, size: u64) -> Result<io::Result<()>, Error> {
        let mut from = self.open_one(digest)?;
        let (mut hasher, mut piece, mut copied) = (sha2::Sha256::new(), vec![0; 128 << 10], 0);
        loop {
            let read = from.read(&mut piece).map_err(Error::own("read content", &self.path(digest)))?;
            if read == 0 {
                break;
            }
            copied += read as u64;
            hasher.update(&piece[..read]);
            if let Err(error) = to.write_all(&piece[..read]) {
                return Ok(Err(error));
            }
        }
        if Digest::finish(hasher) != *digest || copied != size {
            return Err(Error::Place { place: self.path(digest), what: "its content is not what its name says; restore it from a backup".into() });
        }
        Ok(Ok(()))
    }

    /// Takes content over from another folder, where it is not here yet.
    pub(super) fn take(&self, digest: &Digest, from: &Blobs) -> Result<(), Error> {
        if self.path(digest).exists() {
            return Ok(());
        }
        let taken = self.put_from(&mut from.open_one(digest)?)?;
        if taken == *digest { Ok(()) } else { from.get(digest).map(drop) }
    }

    /// Makes what was kept last.
    pub(super) fn sync(&self) -> Result<(), Error> {
        sync_folder(&self.folder)
    }
}

/// Makes a folder that only its owner sees; one that is there must be so already.
pub(super) fn private_folder(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is = fs::symlink_metadata(folder).map_err(Error::own("open", folder))?;
            let mine = is.uid() == rustix::process::geteuid().as_raw();
            if is.is_dir() && mine && is.mode() & 0o077 == 0 {
                return Ok(());
            }
            Err(Error::Place {
                place: folder.into(),
                what: "it must be a folder of this user that nobody else may enter (chmod 0700), as secrets lie in it".into(),
            })
        }
        answer => answer.map_err(Error::own("make folder", folder)),
    }
}

/// The folder that a path of ours lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names of a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|it| it.sync_all()).map_err(Error::own("sync", folder))
}

/// Writes a small file whole or not at all, for its owner alone, and makes it last.
pub(super) fn put_file(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder_of(path);
    let fail = || Error::own("write", path);
    let mut file =
        tempfile::Builder::new().prefix(".new").make_in(folder, |at| OpenOptions::new().write(true).create_new(true).mode(0o600).open(at)).map_err(fail())?;
    file.write_all(bytes).map_err(fail())?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(fail())?;
    file.as_file().sync_all().map_err(fail())?;
    file.persist(path).map_err(|it| fail()(it.error))?;
    sync_folder(folder)
}
