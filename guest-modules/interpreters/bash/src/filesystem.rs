//! bashkit's file system over the workspace.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bashkit::{DirEntry, FileSystem, FileSystemExt, FileType, Metadata, Result, async_trait};
use invitro_sdk::interpreter::invitro::remediation::{
    ledger,
    types::{Error, FileType as Kind, Stat},
};

use crate::{
    kernel::Kernel,
    programs::{stand_in, stands_for},
};

/// The workspace as bashkit sees it, with the programs and devices that a target has though no file says so.
pub(crate) struct Files(pub(crate) Arc<Kernel>);

/// What bashkit takes for a program that is one of its builtins.
fn stub(name: &str) -> Vec<u8> {
    format!("#!/bin/sh\n# bashkit builtin: {name}\nexec {name} \"$@\"\n").into_bytes()
}

/// Devices that read as nothing and swallow all.
fn is_null(path: &str) -> bool {
    path == "/dev/null"
}

/// Metadata of what is there though no file says so.
fn beyond(kernel: &Kernel, path: &str) -> Option<Metadata> {
    let it = stand_in(kernel, path)?;
    let time = bashkit::time::UNIX_EPOCH;
    Some(Metadata { file_type: FileType::File, size: 0, mode: it.mode, modified: time, created: time })
}

/// Metadata of what is at a path, what is there though no file says so included.
pub(crate) fn look(kernel: &Kernel, path: &str, follow: bool) -> Result<Metadata> {
    match kernel.stat(path, follow) {
        Ok(stat) => Ok(metadata(&stat)),
        Err(error) => beyond(kernel, path).map_or_else(|| done(Err(error)), Ok),
    }
}

/// Says an error in words that bashkit's builtins print as GNU tools do.
pub(crate) fn failure(error: Error) -> io::Error {
    let (kind, text) = match error {
        Error::NoEntry => (io::ErrorKind::NotFound, "No such file or directory".to_owned()),
        Error::NotDirectory => (io::ErrorKind::NotADirectory, "Not a directory".to_owned()),
        Error::IsDirectory => (io::ErrorKind::IsADirectory, "Is a directory".to_owned()),
        Error::TooManyLinks => (io::ErrorKind::Other, "Too many levels of symbolic links".to_owned()),
        Error::Exists => (io::ErrorKind::AlreadyExists, "File exists".to_owned()),
        Error::NotEmpty => (io::ErrorKind::DirectoryNotEmpty, "Directory not empty".to_owned()),
        Error::NoSpace => (io::ErrorKind::StorageFull, "No space left on device".to_owned()),
        Error::Access => (io::ErrorKind::PermissionDenied, "Permission denied".to_owned()),
        Error::NotPermitted => (io::ErrorKind::PermissionDenied, "Operation not permitted".to_owned()),
        Error::Invalid => (io::ErrorKind::InvalidInput, "Invalid argument".to_owned()),
        Error::NameTooLong => (io::ErrorKind::InvalidFilename, "File name too long".to_owned()),
        Error::Unsupported => (io::ErrorKind::Unsupported, "Operation not supported".to_owned()),
        Error::Unreadable => (io::ErrorKind::Other, "Input/output error".to_owned()),
        Error::Other(text) if text == "device or resource busy" => (io::ErrorKind::ResourceBusy, "Device or resource busy".to_owned()),
        Error::Other(text) => (io::ErrorKind::Other, text),
    };
    io::Error::new(kind, text)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| {
        ledger::unmodelled(&[], None, "a path that is not UTF-8: this interpreter holds text only");
        io::Error::new(io::ErrorKind::InvalidFilename, "a path that is not UTF-8").into()
    })
}

fn metadata(stat: &Stat) -> Metadata {
    let kind = match stat.type_ {
        Kind::Regular | Kind::Special => FileType::File,
        Kind::Directory => FileType::Directory,
        Kind::Symlink => FileType::Symlink,
        Kind::Fifo => FileType::Fifo,
    };
    let modified = bashkit::time::UNIX_EPOCH + Duration::new(stat.mtime_seconds.max(0) as u64, stat.mtime_nanos);
    Metadata { file_type: kind, size: stat.size, mode: stat.mode, modified, created: modified }
}

fn done<T>(answer: std::result::Result<T, Error>) -> Result<T> {
    answer.map_err(|error| failure(error).into())
}

impl FileSystemExt for Files {}

impl Files {
    fn remove_all(&self, path: &str) -> std::result::Result<(), Error> {
        if self.0.stat(path, false)?.type_ != Kind::Directory {
            return self.0.workspace().remove_file(path.as_bytes());
        }
        for name in self.0.names(path)? {
            let name = String::from_utf8(name).map_err(|_| Error::Other("a name that is not UTF-8".to_owned()))?;
            self.remove_all(&format!("{}/{name}", path.trim_end_matches('/')))?;
        }
        self.0.workspace().remove_directory(path.as_bytes())
    }
}

#[async_trait]
impl FileSystem for Files {
    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        let path = text(path)?;
        match self.0.read(path) {
            Err(Error::NoEntry | Error::NotDirectory) if is_null(path) => Ok(Vec::new()),
            Err(Error::NoEntry | Error::NotDirectory) => match stands_for(&self.0, path) {
                Some(name) => Ok(stub(name)),
                None => done(Err(Error::NoEntry)),
            },
            answer => done(answer),
        }
    }

    async fn write_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        let path = text(path)?;
        if is_null(path) {
            return Ok(());
        }
        done(self.0.overwrite(path, 0o666, content))
    }

    async fn append_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        let path = text(path)?;
        if is_null(path) {
            return Ok(());
        }
        match self.0.stat(path, true) {
            Ok(stat) => done(self.0.append(path, stat.size, content)),
            Err(Error::NoEntry) => done(self.0.overwrite(path, 0o666, content)),
            Err(error) => done(Err(error)),
        }
    }

    async fn mkdir(&self, path: &Path, recursive: bool) -> Result<()> {
        let path = text(path)?;
        if recursive {
            for (at, _) in path.match_indices('/').skip(1) {
                match self.0.workspace().make_directory(path[..at].as_bytes(), 0o777) {
                    Ok(()) | Err(Error::Exists) => {}
                    Err(error) => return done(Err(error)),
                }
            }
        }
        match self.0.workspace().make_directory(path.as_bytes(), 0o777) {
            Err(Error::Exists) if recursive && self.0.stat(path, true).is_ok_and(|it| it.type_ == Kind::Directory) => Ok(()),
            answer => done(answer),
        }
    }

    async fn remove(&self, path: &Path, recursive: bool) -> Result<()> {
        let path = text(path)?;
        if recursive {
            return done(self.remove_all(path));
        }
        match self.0.workspace().remove_file(path.as_bytes()) {
            Err(Error::IsDirectory) => done(self.0.workspace().remove_directory(path.as_bytes())),
            answer => done(answer),
        }
    }

    /// bashkit's own layer above follows links by reading them, and wants to see the link itself here.
    async fn stat(&self, path: &Path) -> Result<Metadata> {
        look(&self.0, text(path)?, false)
    }

    async fn lstat(&self, path: &Path) -> Result<Metadata> {
        look(&self.0, text(path)?, false)
    }

    async fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let path = text(path)?;
        let mut entries = Vec::new();
        for name in done(self.0.names(path))? {
            let Ok(name) = String::from_utf8(name) else {
                ledger::unmodelled(&[], None, "a name that is not UTF-8: this interpreter holds text only");
                continue;
            };
            let stat = done(self.0.stat(&format!("{}/{name}", path.trim_end_matches('/')), false))?;
            entries.push(DirEntry { name, metadata: metadata(&stat) });
        }
        Ok(entries)
    }

    async fn exists(&self, path: &Path) -> Result<bool> {
        Ok(look(&self.0, text(path)?, true).is_ok())
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        done(self.0.workspace().rename(text(from)?.as_bytes(), text(to)?.as_bytes()))
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        let (from, to) = (text(from)?, text(to)?);
        let mode = done(self.0.stat(from, true))?.mode & 0o777;
        let bytes = done(self.0.read(from))?;
        done(self.0.overwrite(to, mode, &bytes))
    }

    async fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        done(self.0.workspace().make_link(text(target)?.as_bytes(), text(link)?.as_bytes()))
    }

    async fn read_link(&self, path: &Path) -> Result<PathBuf> {
        let target = done(self.0.workspace().read_link(text(path)?.as_bytes()))?;
        let target = String::from_utf8(target).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a link target that is not UTF-8"))?;
        Ok(PathBuf::from(target))
    }

    async fn chmod(&self, path: &Path, mode: u32) -> Result<()> {
        done(self.0.workspace().set_mode(text(path)?.as_bytes(), mode & 0o7777, true))
    }
}
