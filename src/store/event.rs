//! One event of the log, and the bytes that its digest is made of.
//!
//! The digest is SHA-256 over eight netstrings (`<length in bytes>:<bytes>,`, <https://cr.yp.to/proto/netstrings.txt>) in this order:
//! `invitro.event/v1`, the digest of the event before (64 zeros before the first), `seq`, `at`, `actor`, `stream`, `kind`, `body`; numbers in decimal,
//! text in UTF-8 exactly as it stands in the table. A reader in any language can do it over again from an export.

use crate::digest::Digest;

/// What is told to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub actor: &'a str,
    /// What it belongs to: the id of a change, or nothing where it is the store's own.
    pub stream: &'a str,
    /// What happened, in kebab-case.
    pub kind: &'a str,
    /// The rest, as JSON.
    pub body: &'a str,
}

/// One event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Event {
    /// Its number, from 1 without a gap.
    pub seq: i64,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What it belongs to.
    pub stream: String,
    /// What happened.
    pub kind: String,
    /// The rest, as JSON.
    pub body: String,
    /// Digest of the event before, 64 hex digits.
    pub previous: String,
    /// Its own digest, 64 hex digits.
    pub digest: String,
}

/// What stands for the digest of the event before the first.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Event {
    /// Makes the event that follows another one.
    pub(super) fn after(previous: &str, seq: i64, record: &Record<'_>) -> Event {
        let mut event = Event {
            seq,
            at: record.at,
            actor: record.actor.into(),
            stream: record.stream.into(),
            kind: record.kind.into(),
            body: record.body.into(),
            previous: previous.into(),
            digest: String::new(),
        };
        event.digest = event.computed();
        event
    }

    /// Returns the digest that the event must have.
    pub fn computed(&self) -> String {
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        let fields = ["invitro.event/v1", &self.previous, &seq, &at, &self.actor, &self.stream, &self.kind, &self.body];
        let bytes: Vec<u8> = fields.iter().flat_map(|it| [it.len().to_string().as_bytes(), b":", it.as_bytes(), b","].concat()).collect();
        Digest::of(&bytes).hex()
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, NOTHING, Record};

    #[test]
    fn the_digest_is_that_of_the_documented_bytes() {
        let event = Event::after(NOTHING, 1, &Record { at: 7, actor: "ada", stream: "", kind: "note", body: "{}" });
        // printf '16:invitro.event/v1,64:000…0,1:1,1:7,3:ada,0:,4:note,2:{},' | sha256sum
        assert_eq!(event.digest, "04f9b6bcded23cb9d535d6e8ced2897769e0ffb9991167f58b76a9cc2089f53d");
    }
}
