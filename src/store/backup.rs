//! A copy of a store, made while others work with it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{Error, Store, open::Kind};

impl Store {
    /// Writes a whole copy of one state of the store into a new file (`VACUUM INTO`, <https://www.sqlite.org/lang_vacuum.html>), for its owner alone.
    pub async fn backup(&self, to: &Path) -> Result<(), Error> {
        if self.kind == Kind::Postgres {
            return Err(Error::Refused(format!("the store {} is a server's: back it up with `pg_dump --format=custom`, see docs/store.md", self.place)));
        }
        let fail = |source| Error::Open { place: to.display().to_string(), source };
        let to = std::path::absolute(to).map_err(fail)?;
        if to.exists() {
            return Err(Error::Refused(format!("{} is there already, and a backup is written over nothing: name a new file", to.display())));
        }
        // Under another name until it is whole and on the disk; tempfile makes it for its owner alone.
        let folder = to.parent().unwrap_or(Path::new("/")).to_path_buf();
        let made = tempfile::Builder::new().prefix(".invitro-backup").tempfile_in(&folder).map_err(fail)?;
        let name = made.path().to_str().ok_or_else(|| fail(io::Error::other("the path is not UTF-8, which the database needs")))?.to_owned();
        sqlx::query("VACUUM INTO $1").bind(name).execute(&self.pool).await.map_err(|error| self.fail("make a copy", &error))?;
        finish(made, &to, &folder).map_err(fail)
    }
}

fn finish(made: tempfile::NamedTempFile, to: &PathBuf, folder: &Path) -> io::Result<()> {
    made.as_file().sync_all()?;
    made.persist_noclobber(to).map_err(|it| it.error)?;
    File::open(folder)?.sync_all()?;
    fs::metadata(to).map(drop)
}
