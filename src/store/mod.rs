//! The store: what must outlive the process. The only room that names a database.
//!
//! SQLite in a file, or PostgreSQL by URL, through one schema and one set of statements (`sqlx::Any`, `$1` for arguments, text, whole numbers and
//! bytes). Its heart is a log of events that is appended to and never edited, each of them carrying the digest of the one before. Tables beside it are
//! what is asked for often, written in the same transaction as the events that say so. Times are microseconds since 1970; ids are UUIDs (version 7) as text.
//!
//! To add a table: a file in `migrations` with the next number, its line in `migrate.rs`, and a file here with `impl Writing` for what is written and
//! `impl Store` for what is read.

mod backup;
mod changes;
mod cut;
mod error;
mod event;
mod evidence;
mod listing;
mod location;
mod log;
mod migrate;
mod open;
#[cfg(test)]
#[path = "../../tests/postgres/mod.rs"]
mod postgres;
mod retention;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_changes;
#[cfg(test)]
mod tests_of_files;
mod transaction;
mod verify;

pub use changes::{Acted, History};
pub use cut::Cut;
pub use error::Error;
pub use event::{Event, Record};
pub use evidence::Kept;
pub use listing::{Filter, Line, Order};
pub use location::Location;
pub use log::Head;
pub use open::Store;
pub use transaction::Writing;
pub use verify::{Anchor, Fault, Verified};
