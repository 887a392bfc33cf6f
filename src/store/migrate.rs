//! Brings a store to the version of this release: each migration once, in order, all of them or none.

use sqlx::Row as _;

use super::{Error, Store, open::Kind, transaction::Writing};
use crate::digest::Digest;

/// Each migration: its number, and its text. One that was released is never edited; a change is a new one.
const MIGRATIONS: [(i64, &str); 2] = [(1, include_str!("migrations/0001-events.sql")), (2, include_str!("migrations/0002-changes.sql"))];

/// Names our files among SQLite's (<https://www.sqlite.org/pragma.html#pragma_application_id>): "ivtr".
const APPLICATION: i64 = 0x6976_7472;

/// Carries out what is missing.
pub(super) async fn migrate(store: &Store) -> Result<(), Error> {
    let known = MIGRATIONS.last().map_or(0, |it| it.0);
    // Most opens find all done, and must not wait for a writer.
    let mut reading = store.reading().await?;
    let done = version(store, &mut reading).await;
    drop(reading);
    if done? == known {
        return Ok(());
    }
    let mut writing = store.begin().await?;
    let done = version(store, &mut writing.transaction).await?;
    let mark = match store.kind {
        Kind::Sqlite => format!("PRAGMA application_id = {APPLICATION};"),
        Kind::Postgres => String::new(),
    };
    let table = "CREATE TABLE IF NOT EXISTS invitro_migrations (version BIGINT NOT NULL PRIMARY KEY, digest TEXT NOT NULL);";
    run(store, &mut writing, format!("{mark} {table}")).await?;
    for (version, text) in MIGRATIONS.iter().filter(|it| it.0 > done) {
        run(store, &mut writing, rendered(text, store.kind)).await?;
        let note = sqlx::query("INSERT INTO invitro_migrations (version, digest) VALUES ($1, $2)").bind(version).bind(Digest::of(text.as_bytes()).hex());
        note.execute(&mut *writing.transaction).await.map_err(|error| store.fail("migrate", &error))?;
    }
    writing.commit().await
}

async fn run(store: &Store, writing: &mut Writing, text: String) -> Result<(), Error> {
    let answer = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut *writing.transaction).await;
    answer.map(drop).map_err(|error| store.fail("migrate", &error))
}

/// Returns the version of the store, 0 where it is new. What is not ours is refused.
async fn version(store: &Store, connection: &mut sqlx::AnyConnection) -> Result<i64, Error> {
    let fail = |error: sqlx::Error| store.fail("read", &error);
    let number = async |connection: &mut sqlx::AnyConnection, text: &'static str| sqlx::query_scalar::<_, i64>(text).fetch_one(connection).await.map_err(fail);
    let is_there = match store.kind {
        Kind::Sqlite => {
            let (mark, tables) = (number(connection, "PRAGMA application_id").await?, number(connection, "SELECT COUNT(*) FROM sqlite_master").await?);
            if mark != APPLICATION && (mark, tables) != (0, 0) {
                return Err(Error::NotAStore { place: store.place.to_string(), detail: "it is a database of another program".into() });
            }
            i64::from(tables > 0)
        }
        Kind::Postgres => number(connection, "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('invitro_migrations')").await?,
    };
    if is_there == 0 {
        return Ok(0);
    }
    let rows = sqlx::query("SELECT version, digest FROM invitro_migrations ORDER BY version").fetch_all(connection).await.map_err(fail)?;
    let mut last = 0;
    for row in rows {
        let (found, digest) = (row.try_get::<i64, _>(0).map_err(fail)?, row.try_get::<String, _>(1).map_err(fail)?);
        match MIGRATIONS.iter().find(|it| it.0 == found) {
            None => {
                let known = MIGRATIONS.last().map_or(0, |it| it.0);
                return Err(Error::Newer { place: store.place.to_string(), found, known });
            }
            Some((_, text)) if Digest::of(text.as_bytes()).hex() != digest => return Err(Error::Foreign { place: store.place.to_string(), version: found }),
            Some(_) => last = found,
        }
    }
    Ok(last)
}

/// Returns a migration as one database takes it: `{blob}` is its type of bytes, and lines between `--@sqlite`, `--@postgres` and `--@end` are for one only.
fn rendered(text: &str, kind: Kind) -> String {
    let (name, blob) = match kind {
        Kind::Sqlite => ("sqlite", "BLOB"),
        Kind::Postgres => ("postgres", "BYTEA"),
    };
    let mut of = "end";
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_prefix("--@") {
            Some(begins) => of = begins,
            None if of == "end" || of == name => out.extend([&line.replace("{blob}", blob), "\n"]),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Kind, MIGRATIONS, rendered};

    #[test]
    fn a_migration_is_written_for_one_database() {
        let text = "CREATE TABLE a (b {blob});\n--@sqlite\nx;\n--@postgres\ny;\n--@end\nz;\n";
        assert_eq!(rendered(text, Kind::Sqlite), "CREATE TABLE a (b BLOB);\nx;\nz;\n");
        assert_eq!(rendered(text, Kind::Postgres), "CREATE TABLE a (b BYTEA);\ny;\nz;\n");
    }

    #[test]
    fn migrations_are_numbered_from_one() {
        assert!(MIGRATIONS.iter().zip(1..).all(|(it, number)| it.0 == number));
    }
}
