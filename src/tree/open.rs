//! Opens a target, whatever it is.

use std::{path::Path, sync::Arc};

use super::{archive, directory::Directory, error::Error, view::Tree};

impl Tree {
    /// Opens a directory or an archive.
    pub fn open(path: &Path) -> Result<Tree, Error> {
        let meta = std::fs::metadata(path).map_err(|source| Error::Open { path: path.into(), source })?;
        if meta.is_dir() {
            return Ok(Tree::over(Arc::new(Directory::open(path)?)));
        }
        Ok(Tree::over(Arc::new(archive::open(path)?)))
    }
}
