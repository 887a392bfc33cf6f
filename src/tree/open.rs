//! Opens a target, whatever it is.

use std::{fs::File, path::Path, sync::Arc};

use rustix::fs::{FileType as Kind, Mode, OFlags};

use super::{
    archive,
    bounds::Bounds,
    choose::Wanted,
    directory::Directory,
    error::Error,
    image::{self, Place},
    view::Tree,
};

/// Which part of a target is meant, and how much of an archive is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Of several images in one target, the name of one.
    pub image: Option<String>,
    /// Of an image for several platforms, one: `linux/arm64`, `linux/arm/v7`. Without it, that of this machine.
    pub platform: Option<String>,
    /// How much of an archive is taken.
    pub bounds: Bounds,
}

impl Tree {
    /// Opens a directory, an archive or an image; of an image for several platforms, that of this machine.
    pub fn open(path: &Path) -> Result<Tree, Error> {
        Tree::open_as(path, &Choice::default())
    }

    /// Opens a target; of an image the part that is chosen.
    pub fn open_as(path: &Path, choice: &Choice) -> Result<Tree, Error> {
        let file = file(path)?;
        let fail = |source: std::io::Error| Error::Open { path: path.into(), source };
        let is_folder = file.metadata().map_err(fail)?.is_dir();
        let wanted = Wanted { image: choice.image.as_deref(), platform: choice.platform.as_deref() };
        let place = if is_folder {
            Place::Folder(path.into())
        } else {
            let archive = Arc::new(archive::open(path, file, choice.bounds)?);
            // Before it is known what it holds, it is looked at as any tree is.
            Place::Archive(archive.clone(), Tree::over(archive))
        };
        match image::open(place, &wanted, choice.bounds).map_err(|it| it.told_of_image(path))? {
            Ok(image) => Ok(Tree::over(Arc::new(image))),
            Err(place) => {
                let flag = if choice.image.is_some() { Some("--image") } else { choice.platform.as_ref().map(|_| "--platform") };
                match (flag, place) {
                    (Some(flag), _) => {
                        let is = if is_folder { "a directory" } else { "an ordinary archive" };
                        Err(Error::NoImage { path: path.into(), flag, is })
                    }
                    (None, Place::Folder(_)) => Ok(Tree::over(Arc::new(Directory::open(path)?))),
                    (None, Place::Archive(_, tree)) => Ok(tree),
                }
            }
        }
    }
}

/// Opens a file or directory. Nothing else is opened for reading, as a pipe or device would keep us waiting.
fn file(path: &Path) -> Result<File, Error> {
    let named = |what| Error::NoName { name: path.display().to_string(), what };
    match path.as_os_str().as_encoded_bytes() {
        b"" => return Err(named("an empty name; give a directory, or a tar, tar.gz or tar.zst archive")),
        b"-" => {
            return Err(named(
                "a target is read more than once, so it can't come by a pipe; write it into a file and give that (or ./- for a file of that name)",
            ));
        }
        _ => {}
    }
    let fail = |source: rustix::io::Errno| Error::Open { path: path.into(), source: source.into() };
    let stat = rustix::fs::stat(path).map_err(fail)?;
    let is_told = |mode| match Kind::from_raw_mode(mode) {
        Kind::RegularFile | Kind::Directory => None,
        Kind::Fifo => Some("it is a pipe, and a target is read more than once: write it into a file"),
        Kind::Socket => Some("it is a socket; give a directory, or a tar, tar.gz or tar.zst archive"),
        Kind::BlockDevice => Some("it is a disk: mount it read-only and give the directory"),
        _ => Some("it is a device; give a directory, or a tar, tar.gz or tar.zst archive"),
    };
    let not = |what| Error::NotATarget { path: path.into(), what };
    is_told(stat.st_mode).map_or(Ok(()), |it| Err(not(it)))?;
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY, Mode::empty()).map_err(fail)?;
    // It may have become something else in between.
    let stat = rustix::fs::fstat(&file).map_err(fail)?;
    is_told(stat.st_mode).map_or(Ok(()), |it| Err(not(it)))?;
    Ok(file.into())
}
