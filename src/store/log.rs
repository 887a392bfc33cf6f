//! Reads the log, piece by piece: it may be larger than memory.

use std::io::{self, Write};

use sqlx::{Row as _, any::AnyRow};

use super::{Error, Event, Store};

/// Events that are held at once.
pub(super) const PAGE: i64 = 1000;

const COLUMNS: &str = "seq, at, actor, stream, kind, body, previous, digest";

/// Where a log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 where there is none.
    pub seq: i64,
    /// Its digest.
    pub digest: String,
}

impl Store {
    /// Returns where the log ends.
    pub async fn head(&self) -> Result<Head, Error> {
        let row = sqlx::query("SELECT seq, digest FROM head WHERE one = 1").fetch_one(&self.pool).await;
        row.and_then(|it| Ok(Head { seq: it.try_get(0)?, digest: it.try_get(1)? })).map_err(|error| self.fail("read", &error))
    }

    /// Returns the events of one stream in order. One that was changed after it was written is an error.
    pub async fn events_of(&self, stream: &str) -> Result<Vec<Event>, Error> {
        let mut reading = self.reading().await?;
        events_of(&mut reading, stream).await.map_err(|error| self.fail("read", &error))?.into_iter().map(|it| sound(it, &self.place)).collect()
    }

    /// Writes every event as a line of JSON, of one state of the store. Returns how many there were.
    pub async fn export(&self, to: &mut dyn Write) -> Result<Result<u64, io::Error>, Error> {
        let mut reading = self.reading().await?;
        let (mut count, mut after) = (0, 0);
        loop {
            let page = page(&mut reading, after).await.map_err(|error| self.fail("read", &error))?;
            let Some(last) = page.last() else { return Ok(to.flush().map(|()| count)) };
            after = last.seq;
            for event in &page {
                let line = serde_json::to_string(event).expect("an event is plain data");
                if let Err(error) = writeln!(to, "{line}") {
                    return Ok(Err(error));
                }
                count += 1;
            }
        }
    }
}

impl super::Writing {
    /// Returns the events of one stream in order, within this transaction.
    pub async fn events_of(&mut self, stream: &str) -> Result<Vec<Event>, Error> {
        let events = events_of(&mut self.transaction, stream).await.map_err(|error| self.fail("read", &error))?;
        events.into_iter().map(|it| sound(it, &self.place)).collect()
    }
}

fn sound(event: Event, place: &str) -> Result<Event, Error> {
    if event.digest == event.computed() { Ok(event) } else { Err(Error::Tampered { place: place.to_owned(), seq: event.seq }) }
}

async fn events_of(connection: &mut sqlx::AnyConnection, stream: &str) -> Result<Vec<Event>, sqlx::Error> {
    let text = format!("SELECT {COLUMNS} FROM events WHERE stream = $1 ORDER BY seq");
    sqlx::query(sqlx::AssertSqlSafe(text)).bind(stream).fetch_all(connection).await?.iter().map(event).collect()
}

/// Returns the next events after a number, at most a page.
pub(super) async fn page(connection: &mut sqlx::AnyConnection, after: i64) -> Result<Vec<Event>, sqlx::Error> {
    let text = format!("SELECT {COLUMNS} FROM events WHERE seq > $1 ORDER BY seq LIMIT {PAGE}");
    sqlx::query(sqlx::AssertSqlSafe(text)).bind(after).fetch_all(connection).await?.iter().map(event).collect()
}

fn event(row: &AnyRow) -> Result<Event, sqlx::Error> {
    Ok(Event {
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        actor: row.try_get(2)?,
        stream: row.try_get(3)?,
        kind: row.try_get(4)?,
        body: row.try_get(5)?,
        previous: row.try_get(6)?,
        digest: row.try_get(7)?,
    })
}
