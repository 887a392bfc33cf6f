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
    /// The file is a device, or a folder in a folder.
    #[error("the fix {} is no regular file: name scripts, patches, edits or a folder of them", path.display())]
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
    #[error(
        "the fix {} is of no known kind: name it *.sh, *.py, *.ps1, *.patch, *.diff, *.edits.json or *.packages.json, let it begin with `#!/bin/bash`, or say `--kind`",
        path.display()
    )]
    UnknownKind {
        /// The file.
        path: PathBuf,
    },
    /// Standard input is named twice.
    #[error("`-` is given twice: standard input can be read once")]
    TwiceInput,
    /// A folder has no files.
    #[error("the folder {} has no files: there is nothing to try", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// There are more files than one fix may have.
    #[error("the fix has more than {limit} files: try a part of it")]
    TooMany {
        /// Files allowed.
        limit: usize,
    },
}
