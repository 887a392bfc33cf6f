//! Opens a target, whatever it is.

use std::{path::Path, sync::Arc};

use super::{archive, directory::Directory, error::Error, image, view::Tree};

impl Tree {
    /// Opens a directory, an archive or an image; of an image for several platforms, that of this machine.
    pub fn open(path: &Path) -> Result<Tree, Error> {
        Tree::open_for(path, None)
    }

    /// Opens a target; of an image for several platforms the one that is named, as in `linux/arm64`.
    pub fn open_for(path: &Path, platform: Option<&str>) -> Result<Tree, Error> {
        let meta = std::fs::metadata(path).map_err(|source| Error::Open { path: path.into(), source })?;
        if let Some(memory) = image::open(path, meta.is_dir(), platform)? {
            return Ok(Tree::over(Arc::new(memory)));
        }
        if meta.is_dir() {
            return Ok(Tree::over(Arc::new(Directory::open(path)?)));
        }
        Ok(Tree::over(Arc::new(archive::open(path)?)))
    }
}
