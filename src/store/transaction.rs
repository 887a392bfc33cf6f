//! A transaction that writes: all of it is in the store when it is committed, and nothing of it else.

use std::sync::Arc;

use sqlx::{Any, Row as _, Transaction};

use super::{Error, Event, Record};

/// A transaction that writes. One that is dropped without `commit` leaves nothing behind.
#[derive(Debug)]
pub struct Writing {
    pub(super) transaction: Transaction<'static, Any>,
    pub(super) place: Arc<str>,
    /// Where the log ends, once it was asked for: nobody else moves it until this ends.
    head: Option<(i64, String)>,
}

impl Writing {
    pub(super) fn new(transaction: Transaction<'static, Any>, place: Arc<str>) -> Writing {
        Writing { transaction, place, head: None }
    }

    /// Appends an event to the log.
    pub async fn append(&mut self, record: &Record<'_>) -> Result<Event, Error> {
        let (seq, digest) = self.head().await?;
        let event = Event::after(&digest, seq + 1, record);
        let insert = sqlx::query("INSERT INTO events (seq, at, actor, stream, kind, body, previous, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(event.seq)
            .bind(event.at)
            .bind(&event.actor)
            .bind(&event.stream)
            .bind(&event.kind)
            .bind(&event.body)
            .bind(&event.previous)
            .bind(&event.digest);
        insert.execute(&mut *self.transaction).await.map_err(|error| self.fail("append an event", &error))?;
        let moved = sqlx::query("UPDATE head SET seq = $1, digest = $2 WHERE one = 1 AND seq = $3").bind(event.seq).bind(&event.digest).bind(seq);
        let moved = moved.execute(&mut *self.transaction).await.map_err(|error| self.fail("append an event", &error))?;
        if moved.rows_affected() != 1 {
            return Err(Error::Corrupt { place: self.place.to_string(), detail: "the end of the log is not where it was".into() });
        }
        self.head = Some((event.seq, event.digest.clone()));
        Ok(event)
    }

    /// Returns where the log ends.
    pub(super) async fn head(&mut self) -> Result<(i64, String), Error> {
        if let Some(head) = &self.head {
            return Ok(head.clone());
        }
        let row = sqlx::query("SELECT seq, digest FROM head WHERE one = 1").fetch_one(&mut *self.transaction).await;
        let head = row.and_then(|it| Ok((it.try_get::<i64, _>(0)?, it.try_get::<String, _>(1)?))).map_err(|error| self.fail("read", &error))?;
        self.head = Some(head.clone());
        Ok(head)
    }

    /// Puts all into the store. When this returns, it is on the disk.
    pub async fn commit(self) -> Result<(), Error> {
        let place = self.place;
        self.transaction.commit().await.map_err(|error| Error::of(&place, "commit", &error))
    }

    /// Tells an error of the database apart.
    pub(super) fn fail(&self, doing: &'static str, error: &sqlx::Error) -> Error {
        Error::of(&self.place, doing, error)
    }
}
