//! The database of rpm: where it stands, and the packages in it.

use super::{
    header::Header,
    sqlite::{Database, Value},
};
use crate::world::{Kind, World};

/// Folders of the database: of Fedora, SUSE and RHEL 10, and of those before (rpm's macro `_dbpath`).
const FOLDERS: [&str; 2] = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];

/// What stands where the database would be.
pub(crate) enum Found {
    /// The file of an SQLite database.
    Sqlite(String),
    /// A database of another kind.
    Foreign(&'static str),
    /// None.
    Nothing,
}

/// Looks for the database.
pub(crate) fn find(world: &dyn World) -> Found {
    let is_file = |path: &str| world.stat(path, true).is_some_and(|it| it.kind == Kind::Regular);
    for folder in FOLDERS {
        let path = format!("{folder}/rpmdb.sqlite");
        if is_file(&path) {
            return Found::Sqlite(path);
        }
    }
    for folder in FOLDERS {
        if is_file(&format!("{folder}/Packages.db")) {
            return Found::Foreign("a package database of the kind ndb (SLE)");
        }
        if is_file(&format!("{folder}/Packages")) {
            return Found::Foreign("a package database of Berkeley DB (RHEL 8 and before)");
        }
    }
    Found::Nothing
}

/// An open database of packages.
pub(crate) struct Packages<'a> {
    database: Database<'a>,
    headers: u64,
}

fn header(row: &[Value]) -> Result<Header, String> {
    row.iter().filter_map(Value::bytes).next().and_then(Header::read).ok_or_else(|| "a damaged header in the database".to_owned())
}

impl<'a> Packages<'a> {
    /// Opens it.
    pub(crate) fn open(world: &'a dyn World, path: &str) -> Result<Packages<'a>, String> {
        let database = Database::open(world, path)?;
        let headers = database.table("Packages")?;
        Ok(Packages { database, headers })
    }

    /// Shows each package in rpm's order, that of installation.
    pub(crate) fn each(&self, show: &mut dyn FnMut(&Header) -> Result<(), String>) -> Result<(), String> {
        self.database.each(self.headers, &mut |_, row| {
            show(&header(&row()?)?)?;
            Ok(true)
        })
    }

    /// Packages that an index (`Name`, `Basenames`, `Providename`) has under a key, with the place in the header's list.
    pub(crate) fn by(&self, index: &str, key: &str) -> Result<Vec<(Header, usize)>, String> {
        let table = self.database.table(index)?;
        let mut hits = Vec::new();
        self.database.each(table, &mut |_, row| {
            let row = row()?;
            if let [Value::Bytes(it), number, place, ..] = &row[..]
                && it == key.as_bytes()
            {
                let place = place.integer().and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX);
                hits.push((number.integer().unwrap_or(-1), place));
            }
            Ok(true)
        })?;
        hits.sort_unstable();
        hits.into_iter()
            .map(|(number, place)| {
                let row = self.database.row(self.headers, number)?.ok_or("an index that leads nowhere in the database")?;
                Ok((header(&row)?, place))
            })
            .collect()
    }
}
