//! Goes through the whole log and says where it is not what was written.
//!
//! What this finds: an event that was changed, removed, put in or moved, a tail that was taken off, a beginning that was taken off without a cut. What
//! it can't find: a log that somebody with all rights wrote anew from some point to its end, together with the head. For that, keep the line that
//! `invitro audit verify` prints where that somebody has no rights, and give it back as an anchor.

use std::fmt;

use sqlx::Row as _;

use super::{Error, Event, Head, Store, event::NOTHING, log};

/// An event that somebody noted down elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its number.
    pub seq: i64,
    /// Its digest.
    pub digest: String,
}

impl Anchor {
    /// Reads `SEQ:DIGEST`.
    pub fn parse(text: &str) -> Option<Anchor> {
        let (seq, digest) = text.split_once(':')?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
        Some(Anchor { seq: seq.parse().ok().filter(|it| *it > 0)?, digest: digest.to_owned() }).filter(|_| is_digest)
    }
}

/// One place where the log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The event's text is not that of its digest.
    Changed(i64),
    /// The event does not carry the digest of the one that stands before it.
    Unlinked(i64),
    /// Events are missing, from the first to the last.
    Missing(i64, i64),
    /// The log ends elsewhere than was noted.
    Tail {
        /// Where it ends.
        found: i64,
        /// Where it was noted to end.
        noted: i64,
    },
    /// A cut is noted, and the log has no event that says so.
    Uncut(i64),
    /// The event is not the one that was noted elsewhere.
    Anchored(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Changed(seq) => write!(out, "event {seq}: its text is not the one that its digest was made of"),
            Fault::Unlinked(seq) => write!(out, "event {seq}: it does not carry the digest of the event before it, so one of the two was put there"),
            Fault::Missing(first, last) if first == last => write!(out, "event {first}: it is missing"),
            Fault::Missing(first, last) => write!(out, "events {first} to {last}: they are missing"),
            Fault::Tail { found, noted } => write!(out, "the log ends with event {found}, and it was noted to end with event {noted} and that one's digest"),
            Fault::Uncut(through) => write!(out, "a cut through event {through} is noted, and no event says so"),
            Fault::Anchored(seq) => write!(out, "event {seq}: it is not the one that was noted elsewhere"),
        }
    }
}

/// What going through the log showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Events that there are.
    pub count: u64,
    /// Number of the last event that an audited cut took off; 0 where there was none.
    pub cut: i64,
    /// Where the log ends; worth noting down elsewhere.
    pub head: Head,
    /// Every place where the log is not what was written.
    pub faults: Vec<Fault>,
}

/// The kind of the event that says that the log was cut.
pub(super) const CUT: &str = "log-cut";

/// Most faults that are told: a log that was written over has one for each event.
const MOST_FAULTS: usize = 100;

impl Store {
    /// Goes through the whole log, of one state of the store.
    pub async fn verify(&self, anchors: &[Anchor]) -> Result<Verified, Error> {
        let fail = |error: sqlx::Error| self.fail("read", &error);
        let mut reading = self.reading().await?;
        let head = sqlx::query("SELECT seq, digest FROM head WHERE one = 1").fetch_one(&mut *reading).await.map_err(fail)?;
        let head = Head { seq: head.try_get(0).map_err(fail)?, digest: head.try_get(1).map_err(fail)? };
        let cut = sqlx::query("SELECT through, digest, event FROM cuts ORDER BY through DESC LIMIT 1").fetch_optional(&mut *reading).await.map_err(fail)?;
        let (cut, said) = match &cut {
            None => (Head { seq: 0, digest: NOTHING.to_owned() }, None),
            Some(row) => (Head { seq: row.try_get(0).map_err(fail)?, digest: row.try_get(1).map_err(fail)? }, Some(row.try_get::<i64, _>(2).map_err(fail)?)),
        };
        let mut walk = Walk { last: cut.clone(), count: 0, faults: Vec::new(), said, is_said: false, cut: &cut, anchors };
        loop {
            let page = log::page(&mut reading, walk.last.seq).await.map_err(fail)?;
            if page.is_empty() {
                break;
            }
            page.iter().for_each(|it| walk.meet(it));
        }
        let before = sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE seq <= $1").bind(cut.seq).fetch_one(&mut *reading).await.map_err(fail)?;
        Ok(walk.end(head, before))
    }
}

struct Walk<'a> {
    last: Head,
    count: u64,
    faults: Vec<Fault>,
    /// The event that says that the log was cut.
    said: Option<i64>,
    is_said: bool,
    cut: &'a Head,
    anchors: &'a [Anchor],
}

impl Walk<'_> {
    fn meet(&mut self, event: &Event) {
        self.count += 1;
        let is_next = event.seq == self.last.seq + 1;
        if !is_next {
            self.fault(Fault::Missing(self.last.seq + 1, event.seq - 1));
        }
        if event.digest != event.computed() {
            self.fault(Fault::Changed(event.seq));
        } else if is_next && event.previous != self.last.digest {
            self.fault(Fault::Unlinked(event.seq));
        }
        if self.anchors.iter().any(|it| it.seq == event.seq && it.digest != event.digest) {
            self.fault(Fault::Anchored(event.seq));
        }
        if self.said == Some(event.seq) && event.kind == CUT {
            let body: serde_json::Value = serde_json::from_str(&event.body).unwrap_or_default();
            self.is_said = body["through"] == self.cut.seq && body["digest"] == *self.cut.digest;
        }
        self.last = Head { seq: event.seq, digest: event.digest.clone() };
    }

    fn end(mut self, head: Head, before: i64) -> Verified {
        if self.last != head {
            self.fault(Fault::Tail { found: self.last.seq, noted: head.seq });
        }
        if self.said.is_some() && !self.is_said || before > 0 {
            self.fault(Fault::Uncut(self.cut.seq));
        }
        let (first, last) = (self.cut.seq, self.last.seq);
        for it in self.anchors {
            // What a cut took off can't be looked at, save its very end.
            if it.seq > last || it.seq == first && it.digest != self.cut.digest {
                self.fault(Fault::Anchored(it.seq));
            }
        }
        Verified { count: self.count, cut: first, head, faults: self.faults }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}
