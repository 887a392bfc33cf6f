//! Opens a store: makes the file where there is none, looks whether it is ours, and brings it to the version of this release.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, any::AnyConnectOptions, any::AnyPoolOptions};

use super::{Error, Location, migrate, transaction::Writing};

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections of one process: one writes, the others read.
const CONNECTIONS: u32 = 8;

/// Which database it is, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// An open store. A clone is the same store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) pool: AnyPool,
    pub(super) place: Arc<str>,
    pub(super) kind: Kind,
}

impl Store {
    /// Opens the store at a place, and makes it where there is none.
    pub async fn open(location: &Location) -> Result<Store, Error> {
        Store::open_patiently(location, PATIENCE).await
    }

    /// The same; another writer is waited for so long.
    pub async fn open_patiently(location: &Location, patience: Duration) -> Result<Store, Error> {
        sqlx::any::install_default_drivers();
        let place: Arc<str> = location.to_string().into();
        let (kind, url) = match location {
            Location::File(path) => (Kind::Sqlite, file(path, &place)?),
            Location::Server(url) => (Kind::Postgres, url.clone()),
        };
        let fail = |error: &sqlx::Error| Error::of(&place, "open", error);
        let options: AnyConnectOptions = url.expose_secret().parse().map_err(|error| fail(&error))?;
        // One connection by itself first, as a pool tries again and again where a server refuses, and says in the end only that it took too long.
        let first = tokio::time::timeout(patience, AnyConnection::connect_with(&options)).await;
        let mut first =
            first.map_err(|_| Error::Unreachable { place: place.to_string(), detail: "no answer in time".into() })?.map_err(|error| fail(&error))?;
        if kind == Kind::Sqlite {
            begin_wal(&mut first, patience).await.map_err(|error| fail(&error))?;
        }
        first.close().await.map_err(|error| fail(&error))?;
        let set = settings(kind, patience);
        let pool = AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(patience.saturating_mul(2)).after_connect(move |connection, _| {
            let set = set.clone();
            Box::pin(async move { sqlx::raw_sql(sqlx::AssertSqlSafe(set)).execute(connection).await.map(drop) })
        });
        let store = Store { pool: pool.connect_with(options).await.map_err(|error| fail(&error))?, place, kind };
        migrate::migrate(&store).await?;
        Ok(store)
    }

    /// Begins a transaction that writes. There is one at a time, over all processes: what is read in it stays true until it ends.
    pub async fn begin(&self) -> Result<Writing, Error> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        };
        let mut transaction = self.pool.begin_with(begin).await.map_err(|error| self.fail("begin", &error))?;
        if self.kind == Kind::Postgres {
            // The number is the beginning of SHA-256 of "invitro", so that other programs in the same database have another one.
            let lock = sqlx::query("SELECT pg_advisory_xact_lock(7668612839402813)");
            lock.execute(&mut *transaction).await.map_err(|error| self.fail("begin", &error))?;
        }
        Ok(Writing::new(transaction, Arc::clone(&self.place)))
    }

    /// Begins a transaction that reads one state of the store, whatever others write meanwhile.
    pub(super) async fn reading(&self) -> Result<sqlx::Transaction<'static, Any>, Error> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.pool.begin_with(begin).await.map_err(|error| self.fail("read", &error))
    }

    /// Returns the place as it is told to people.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Ends all connections; SQLite puts its log into the file then.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// Tells an error of the database apart.
    pub(super) fn fail(&self, doing: &'static str, error: &sqlx::Error) -> Error {
        Error::of(&self.place, doing, error)
    }
}

/// What each connection is told. The patience is a number of ours.
fn settings(kind: Kind, patience: Duration) -> String {
    let patience = patience.as_millis();
    match kind {
        // FULL: a commit is on the disk when it returns (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
        Kind::Sqlite => format!("PRAGMA busy_timeout = {patience}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"),
        Kind::Postgres => format!("SET lock_timeout = {patience}; SET synchronous_commit = on; SET client_min_messages = warning;"),
    }
}

/// Turns write-ahead logging on. A file that another process does the same to is locked for a moment, and SQLite does not wait for that by itself.
async fn begin_wal(connection: &mut AnyConnection, patience: Duration) -> Result<(), sqlx::Error> {
    let until = tokio::time::Instant::now() + patience;
    loop {
        match sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut *connection).await {
            Err(error) if tokio::time::Instant::now() < until && is_busy(&error) => tokio::time::sleep(Duration::from_millis(20)).await,
            answer => return answer.map(drop),
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|it| it.code()).and_then(|it| it.parse::<i64>().ok());
    code.is_some_and(|it| it & 0xff == 5)
}

/// Makes the file where there is none, for its owner alone (SQLite gives the files beside it the same rights), and returns its URL.
fn file(path: &Path, place: &str) -> Result<SecretString, Error> {
    let fail = |source| Error::Open { place: place.to_owned(), source };
    let path = std::path::absolute(path).map_err(fail)?;
    if let Some(folder) = path.parent().filter(|it| !it.exists()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fail)?;
    }
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close_to_others(&path).map_err(fail)?,
        Err(error) => return Err(fail(error)),
    }
    let url = url::Url::from_file_path(&path).map_err(|()| fail(io::Error::other("the path has no form that a URL can hold")))?;
    if path.to_str().is_none() {
        return Err(fail(io::Error::other("the path is not UTF-8, which the database's URL must be")));
    }
    Ok(format!("sqlite{}?mode=rw", url.as_str().trim_start_matches("file")).into())
}

/// A file that others may read (a copy of a backup, say) is closed to them.
fn close_to_others(path: &Path) -> io::Result<()> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if about.permissions().mode() & 0o077 == 0 { Ok(()) } else { fs::set_permissions(path, fs::Permissions::from_mode(about.permissions().mode() & 0o600)) }
}
