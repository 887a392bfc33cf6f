//! Why a fix can't be taken.

use std::path::PathBuf;

/// A fix that can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be read.
    #[error("the fix {} can't be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is a directory or a device.
    #[error("the fix {} is no regular file: name one script", path.display())]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// The file has nothing in it.
    #[error("the fix {} is empty: there is nothing to try", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is longer than an artifact may be.
    #[error("the fix {} has {size} bytes; an artifact has at most {limit}", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Bytes of it.
        size: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Nothing tells what the file is.
    #[error("the fix {} is of no known kind: name it *.sh, *.py, *.ps1, *.patch or *.diff, or let it begin with `#!/bin/bash`", path.display())]
    UnknownKind {
        /// The file.
        path: PathBuf,
    },
}
