//! Why a target could not be opened.

use std::path::{Path, PathBuf};

use super::bounds::Trouble;

/// Why a target is no tree.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there or may not be read.
    #[error("open target {path}", path = path.display())]
    Open {
        /// The target.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is nothing that we know.
    #[error("open target {path}: {what}", path = path.display())]
    NotATarget {
        /// The target.
        path: PathBuf,
        /// What it is, with the way out.
        what: &'static str,
    },
    /// It has no name that could be opened.
    #[error("open target `{name}`: {what}")]
    NoName {
        /// What was given.
        name: String,
        /// What is wrong with it, with the way out.
        what: &'static str,
    },
    /// The image is broken, or it is not said which of its parts is meant.
    #[error("read image {path}: {reason}", path = path.display())]
    Image {
        /// The target.
        path: PathBuf,
        /// What is wrong, with the way out.
        reason: String,
    },
    /// The archive is broken, or those who unpack archives would make different trees of it.
    #[error("read archive {path}: {reason}; make it again, check that it was copied whole, or unpack it and give the directory", path = path.display())]
    Archive {
        /// The target.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It holds more than is taken.
    #[error("read {path}: it passes the limit `{limit}` of {most}; if it is to be trusted, unpack it and give the directory", path = path.display())]
    TooLarge {
        /// The target.
        path: PathBuf,
        /// Which limit.
        limit: &'static str,
        /// How much is taken.
        most: u64,
    },
    /// A choice was made where there is none.
    #[error("open target {path}: `{flag}` is for images, and this is {is}; leave it out", path = path.display())]
    NoImage {
        /// The target.
        path: PathBuf,
        /// What was chosen.
        flag: &'static str,
        /// What it is.
        is: &'static str,
    },
}

impl Trouble {
    /// Says what is wrong with an archive.
    pub(super) fn told(self, path: &Path) -> Error {
        match self {
            Trouble::Broken(reason) => Error::Archive { path: path.into(), reason },
            Trouble::Over(limit, most) => Error::TooLarge { path: path.into(), limit, most },
        }
    }

    /// Says what is wrong with an image.
    pub(super) fn told_of_image(self, path: &Path) -> Error {
        match self {
            Trouble::Broken(reason) => Error::Image { path: path.into(), reason },
            Trouble::Over(limit, most) => Error::TooLarge { path: path.into(), limit, most },
        }
    }
}
