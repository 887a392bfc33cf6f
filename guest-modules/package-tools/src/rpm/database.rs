//! The database of rpm: where it stands, and the packages in it.

use super::{
    berkeley::Hash,
    header::{Header, tag},
    sqlite::{Database, Value},
};
use crate::world::{Kind, World};

/// Folders of the database: of Fedora, SUSE and RHEL 10, and of those before (rpm's macro `_dbpath`).
const FOLDERS: [&str; 2] = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];

/// What stands where the database would be.
pub(crate) enum Found {
    /// The file of a database that is read here, and whether it is one of Berkeley DB.
    Readable(String, bool),
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
            return Found::Readable(path, false);
        }
    }
    for folder in FOLDERS {
        if is_file(&format!("{folder}/Packages.db")) {
            return Found::Foreign("a package database of the kind ndb (SLE)");
        }
        let path = format!("{folder}/Packages");
        if is_file(&path) {
            return Found::Readable(path, true);
        }
    }
    Found::Nothing
}

/// An open database of packages.
pub(crate) enum Packages<'a> {
    /// SQLite: RHEL 9, Fedora.
    Sqlite { database: Database<'a>, headers: u64 },
    /// Berkeley DB: RHEL 8 and before. Its indexes are files of their own, which hold nothing that the headers don't.
    Berkeley(Hash<'a>),
}

fn header(row: &[Value]) -> Result<Header, String> {
    row.iter().filter_map(Value::bytes).next().and_then(Header::read).ok_or_else(|| "a damaged header in the database".to_owned())
}

impl<'a> Packages<'a> {
    /// Opens it.
    pub(crate) fn open(world: &'a dyn World, path: &str, berkeley: bool) -> Result<Packages<'a>, String> {
        if berkeley {
            return Hash::open(world, path).map(Packages::Berkeley);
        }
        let database = Database::open(world, path)?;
        let headers = database.table("Packages")?;
        Ok(Packages::Sqlite { database, headers })
    }

    /// Shows each package in rpm's order.
    pub(crate) fn each(&self, show: &mut dyn FnMut(&Header) -> Result<(), String>) -> Result<(), String> {
        match self {
            Packages::Sqlite { database, headers } => database.each(*headers, &mut |_, row| {
                show(&header(&row()?)?)?;
                Ok(true)
            }),
            Packages::Berkeley(hash) => numbered(hash, &mut |_, header| show(header)),
        }
    }

    /// Packages that an index (`Name`, `Basenames`, `Providename`) has under a key, with the place in the header's list.
    pub(crate) fn by(&self, index: &str, key: &str) -> Result<Vec<(Header, usize)>, String> {
        match self {
            Packages::Sqlite { database, headers } => indexed(database, *headers, index, key),
            Packages::Berkeley(hash) => {
                let mut found = Vec::new();
                numbered(hash, &mut |number, header| {
                    let places: Vec<usize> = match index {
                        "Name" => (header.name() == key).then_some(0).into_iter().collect(),
                        "Basenames" => places(header.texts(tag::BASENAMES), key),
                        _ => places(header.texts(tag::PROVIDENAME), key),
                    };
                    found.extend(places.into_iter().map(|it| (number, it, header.clone())));
                    Ok(())
                })?;
                found.sort_by_key(|it| (it.0, it.1));
                Ok(found.into_iter().map(|(_, place, header)| (header, place)).collect())
            }
        }
    }
}

fn places(texts: &[String], key: &str) -> Vec<usize> {
    (0..texts.len()).filter(|it| texts[*it] == key).collect()
}

/// Headers with their numbers; the number 0 is none, but how far they go.
fn numbered(hash: &Hash<'_>, show: &mut dyn FnMut(u32, &Header) -> Result<(), String>) -> Result<(), String> {
    hash.each(&mut |key, value| {
        let Ok(key) = <[u8; 4]>::try_from(key) else { return Err("a damaged database (a key)".to_owned()) };
        let number = u32::from_le_bytes(key);
        if number != 0 {
            show(number, &Header::read(value).ok_or("a damaged header in the database")?)?;
        }
        Ok(true)
    })
}

fn indexed(database: &Database<'_>, headers: u64, index: &str, key: &str) -> Result<Vec<(Header, usize)>, String> {
    let table = database.table(index)?;
    let mut hits = Vec::new();
    database.each(table, &mut |_, row| {
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
            let row = database.row(headers, number)?.ok_or("an index that leads nowhere in the database")?;
            Ok((header(&row)?, place))
        })
        .collect()
}
