//! What goes wrong with a store, told by what the caller could do about it.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else writes, longer than is waited for.
    #[error("the store {place} is locked by another process; try again when that has ended")]
    Locked {
        /// The store.
        place: String,
    },
    /// The disk is full.
    #[error("the store {place} can't grow: the disk or the quota is full; nothing of this step was written, make room and try again")]
    Full {
        /// The store.
        place: String,
    },
    /// The database is damaged.
    #[error("the store {place} is damaged ({detail}); restore it from a backup, see docs/store.md")]
    Corrupt {
        /// The store.
        place: String,
        /// What the database says.
        detail: String,
    },
    /// The file is no store.
    #[error("{place} is no store of invitro ({detail}); name another file with `--store`")]
    NotAStore {
        /// The file.
        place: String,
        /// What it is instead.
        detail: String,
    },
    /// Nothing can be written there.
    #[error("the store {place} can't be written to; look at the rights of the file and of its folder, where files are made beside it")]
    ReadOnly {
        /// The store.
        place: String,
    },
    /// The file can't be made or opened.
    #[error("the store {place} can't be opened")]
    Open {
        /// The store.
        place: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server does not answer, or not to us.
    #[error("the store {place} can't be reached ({detail})")]
    Unreachable {
        /// The store.
        place: String,
        /// What was said, without the URL.
        detail: String,
    },
    /// The store was made by a later release.
    #[error("the store {place} has version {found}, and this release knows {known}: use the later release")]
    Newer {
        /// The store.
        place: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A migration that was carried out is not the one that this release has.
    #[error("migration {version} of the store {place} is not the one of this release: the store was made by a build that was never released")]
    Foreign {
        /// The store.
        place: String,
        /// The migration.
        version: i64,
    },
    /// An event is not what it was.
    #[error("event {seq} of the store {place} was changed after it was written; run `invitro audit verify`")]
    Tampered {
        /// The store.
        place: String,
        /// The event.
        seq: i64,
    },
    /// Evidence that is not there.
    #[error("the evidence {shown} is missing in the store {place}; restore it from a backup, or try the fix anew with `--record --change`")]
    Missing {
        /// Its digest.
        shown: String,
        /// The store.
        place: String,
    },
    /// Evidence that is not what it was.
    #[error("the evidence {shown} was changed after it was kept in the store {place}; restore it from a backup, or try the fix anew with `--record --change`")]
    Altered {
        /// Its digest.
        shown: String,
        /// The store.
        place: String,
    },
    /// No change has that id.
    #[error("there is no change `{given}`; `invitro changes` lists them")]
    NoChange {
        /// What was asked for.
        given: String,
    },
    /// Several changes have ids that begin or end so.
    #[error("`{given}` may be each of several changes ({found}): give more of the id")]
    Ambiguous {
        /// What was asked for.
        given: String,
        /// Some of them.
        found: String,
    },
    /// What was asked of a change is refused.
    #[error(transparent)]
    Change(#[from] crate::change::Refusal),
    /// The events of a change make no sense.
    #[error("{0}; run `invitro audit verify`")]
    Broken(#[from] crate::change::Broken),
    /// What was asked for can't be done.
    #[error("{0}")]
    Refused(String),
    /// Anything else that the database says.
    #[error("the store {place} failed to {doing} ({detail})")]
    Database {
        /// The store.
        place: String,
        /// What it was asked to do, after "failed to".
        doing: &'static str,
        /// What it says.
        detail: String,
    },
}

impl Error {
    /// Tells an error of the database apart. Codes: <https://www.sqlite.org/rescode.html> and PostgreSQL's manual, appendix A.
    pub(super) fn of(place: &str, doing: &'static str, error: &sqlx::Error) -> Error {
        let (place, detail) = (place.to_owned(), told(error));
        let code = error.as_database_error().and_then(|it| it.code()).unwrap_or_default().into_owned();
        // SQLite's extended codes have the plain one in their lowest byte; SQLSTATE has five characters.
        let plain = if code.len() == 5 { None } else { code.parse::<i64>().ok().map(|it| it & 0xff) };
        match (plain, code.as_str()) {
            (Some(5 | 6), _) | (_, "55P03" | "40P01") => Error::Locked { place },
            (Some(13), _) | (_, "53100") => Error::Full { place },
            (Some(11), _) | (_, "XX001" | "XX002") => Error::Corrupt { place, detail },
            (Some(26), _) => Error::NotAStore { place, detail },
            (Some(8), _) | (_, "25006") => Error::ReadOnly { place },
            (_, code) if code.len() == 5 && ["08", "28", "3D", "57"].contains(&&code[..2]) => Error::Unreachable { place, detail },
            (None, _) if matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Configuration(_)) => Error::Unreachable { place, detail },
            (None, _) if matches!(error, sqlx::Error::PoolTimedOut) => Error::Locked { place },
            (Some(14), _) => Error::Open { place, source: std::io::Error::other(detail) },
            _ => Error::Database { place, doing, detail },
        }
    }
}

/// Returns what the database says, on one line. It names tables and constraints, never values of arguments.
fn told(error: &sqlx::Error) -> String {
    let text = error.as_database_error().map_or_else(|| error.to_string(), |it| it.message().to_owned());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
