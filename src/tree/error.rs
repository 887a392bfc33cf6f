//! Why a target could not be opened.

use std::path::PathBuf;

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
    /// It is a file of no kind that we know.
    #[error("open target {path}: a file that is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive", path = path.display())]
    NotATarget {
        /// The target.
        path: PathBuf,
    },
    /// The image is broken, or it is not said which of its parts is meant.
    #[error("read image {path}: {reason}", path = path.display())]
    Image {
        /// The target.
        path: PathBuf,
        /// What is wrong, with the way out.
        reason: String,
    },
    /// The archive is broken.
    #[error("read archive {path}: {reason}; make it again or check that it was copied whole", path = path.display())]
    Archive {
        /// The target.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}
