//! A case that can't be used.

use std::path::PathBuf;

use crate::{finding, tree};

/// Why a case can't be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder has no tree.
    #[error("the case {} has no folder `before`: put the files there that the module is to see", folder.display())]
    NoTree {
        /// The case.
        folder: PathBuf,
    },
    /// The role needs what the case lacks.
    #[error("a case for a module of role {role} needs {what}")]
    Lacks {
        /// The role.
        role: &'static str,
        /// The file of a case folder, and what it holds.
        what: &'static str,
    },
    /// A file can't be read.
    #[error("{} can't be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{} must hold {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What would be right.
        what: &'static str,
    },
    /// The finding can't be read.
    #[error(transparent)]
    Finding(#[from] finding::Error),
    /// A tree can't be opened.
    #[error(transparent)]
    Tree(#[from] tree::Error),
}
