//! Changes in the store: each is what its events make of it. The table beside them is for listings, and decides nothing.

use jiff::Timestamp;
use sqlx::Row as _;

use super::{Error, Event as Stored, Record, Store, Writing};
use crate::change::{self, Act, Actor, Change, Entry, Event, Proposal, Rules};

/// A change and what happened to it.
#[derive(Clone, Debug)]
pub struct History {
    /// The change.
    pub change: Change,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

/// What an act made of a change.
#[derive(Clone, Debug)]
pub struct Acted {
    /// The change as it was.
    pub before: Change,
    /// The change as it is.
    pub after: Change,
    /// What happened; nothing, where what was asked for was so already.
    pub events: Vec<Event>,
}

impl Writing {
    /// Records a new change.
    pub async fn propose(&mut self, id: &str, actor: &Actor, proposal: &Proposal, now: Timestamp) -> Result<Change, Error> {
        let event = change::propose(id, actor, proposal)?;
        let entries = [Entry { at: now, actor: actor.name.clone(), event }];
        let change = Change::fold(id, &entries)?;
        self.tell(id, &entries[0]).await?;
        self.project(&change).await?;
        Ok(change)
    }

    /// Returns a change and what happened to it, within this transaction.
    pub async fn history(&mut self, id: &str) -> Result<History, Error> {
        let events = self.events_of(id).await?;
        history(id, &events, &self.place)
    }

    /// Does what somebody asks of a change, or refuses it.
    pub async fn act(&mut self, id: &str, actor: &Actor, act: &Act, now: Timestamp, rules: &Rules) -> Result<Acted, Error> {
        let before = self.history(id).await?.change;
        let events = change::decide(&before, actor, act, now, rules)?;
        let mut after = before.clone();
        for event in &events {
            let entry = Entry { at: now, actor: actor.name.clone(), event: event.clone() };
            after.take(&entry)?;
            self.tell(id, &entry).await?;
        }
        self.project(&after).await?;
        Ok(Acted { before, after, events })
    }

    /// Appends an event of a change to the log.
    pub(super) async fn tell(&mut self, id: &str, entry: &Entry) -> Result<(), Error> {
        let (kind, body) = entry.event.stored();
        self.append(&Record { at: entry.at.as_microsecond(), actor: &entry.actor, stream: id, kind: &kind, body: &body }).await.map(drop)
    }

    /// Writes what listings ask for.
    async fn project(&mut self, change: &Change) -> Result<(), Error> {
        let text = "INSERT INTO changes (id, state, standing, verdict, severity, asset, target, title, author, fingerprint, evidence, created, updated, remediation) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                    ON CONFLICT (id) DO UPDATE SET state = $2, standing = $3, verdict = $4, severity = $5, evidence = $11, updated = $13";
        let it = &change.proposal;
        let query = sqlx::query(text)
            .bind(&change.id)
            .bind(change.state.word())
            .bind(change.standing())
            .bind(change.judged.as_ref().map_or("", |it| it.verdict.word()))
            .bind(it.severity as i64)
            .bind(&it.asset)
            .bind(&it.target)
            .bind(&it.title)
            .bind(&change.author)
            .bind(&it.fingerprint)
            .bind(change.evidence().unwrap_or_default())
            .bind(change.created.as_microsecond())
            .bind(change.updated.as_microsecond())
            .bind(&it.remediation);
        query.execute(&mut *self.transaction).await.map(drop).map_err(|error| self.fail("note a change", &error))
    }
}

impl Store {
    /// Returns a change and what happened to it.
    pub async fn history(&self, id: &str) -> Result<History, Error> {
        history(id, &self.events_of(id).await?, &self.place)
    }

    /// Finds the one change whose id begins or ends so.
    pub async fn find(&self, given: &str) -> Result<String, Error> {
        let fits = |it: char| it.is_ascii_hexdigit() || it == '-';
        let given = given.to_ascii_lowercase();
        if given.is_empty() || !given.chars().all(fits) {
            return Err(Error::NoChange { given });
        }
        let text = "SELECT id FROM changes WHERE id LIKE $1 OR id LIKE $2 ORDER BY id LIMIT 5";
        let rows = sqlx::query_scalar::<_, String>(text).bind(format!("{given}%")).bind(format!("%{given}")).fetch_all(&self.pool).await;
        let mut found = rows.map_err(|error| self.fail("read", &error))?;
        match found.len() {
            0 => Err(Error::NoChange { given }),
            1 => Ok(found.remove(0)),
            _ => Err(Error::Ambiguous { given, found: found.join(", ") }),
        }
    }

    /// Returns ids of changes that are in a state, the oldest first.
    pub async fn in_state(&self, state: change::State) -> Result<Vec<String>, Error> {
        self.ids("SELECT id FROM changes WHERE state = $1 ORDER BY created, id", state.word()).await
    }

    /// Returns ids of changes with one remediation, the oldest first.
    pub async fn with_remediation(&self, remediation: &str) -> Result<Vec<String>, Error> {
        self.ids("SELECT id FROM changes WHERE remediation = $1 ORDER BY created, id", remediation).await
    }

    async fn ids(&self, text: &'static str, argument: &str) -> Result<Vec<String>, Error> {
        let rows = sqlx::query(text).bind(argument).fetch_all(&self.pool).await;
        rows.and_then(|rows| rows.iter().map(|it| it.try_get(0)).collect()).map_err(|error| self.fail("read", &error))
    }
}

fn history(id: &str, events: &[Stored], place: &str) -> Result<History, Error> {
    if events.is_empty() {
        return Err(Error::NoChange { given: id.to_owned() });
    }
    let entries = events.iter().map(|it| entry(it, place)).collect::<Result<Vec<Entry>, Error>>()?;
    Ok(History { change: Change::fold(id, &entries)?, entries })
}

/// Reads an event of a change.
pub(super) fn entry(of: &Stored, place: &str) -> Result<Entry, Error> {
    let unknown = |detail: String| Error::Database { place: place.to_owned(), doing: "understand an event of a later release", detail };
    let event = Event::read(&of.kind, &of.body).map_err(|error| unknown(format!("event {}, `{}`: {error}", of.seq, of.kind)))?;
    let at = Timestamp::from_microsecond(of.at).map_err(|error| unknown(format!("event {}: {error}", of.seq)))?;
    Ok(Entry { at, actor: of.actor.clone(), event })
}
