//! Takes the beginning of the log off: the one way in which events go, and an event says so.

use serde_json::json;

use super::{Error, Record, Writing, event::NOTHING, verify::CUT};

/// What was taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Events that went.
    pub count: u64,
    /// Number of the last one that went.
    pub through: i64,
    /// Number of the event that says so.
    pub event: i64,
}

impl Writing {
    /// Takes off all events through a number. Before them goes an event of its own: who, why, how many, and the digest of the last one, which the first
    /// event that stays carries.
    pub async fn cut(&mut self, through: i64, at: i64, actor: &str, reason: &str) -> Result<Cut, Error> {
        let fail = |place: &str, error: &sqlx::Error| Error::of(place, "cut the log", error);
        let place = self.place.clone();
        let digest = sqlx::query_scalar::<_, String>("SELECT digest FROM events WHERE seq = $1").bind(through).fetch_optional(&mut *self.transaction).await;
        let Some(digest) = digest.map_err(|error| fail(&place, &error))?.filter(|it| it != NOTHING) else {
            return Err(Error::Refused(format!("the log has no event {through}: `invitro audit verify` prints where it begins and ends")));
        };
        let count = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM events WHERE seq <= $1").bind(through).fetch_one(&mut *self.transaction).await;
        let count = count.map_err(|error| fail(&place, &error))?;
        let body = json!({ "through": through, "digest": digest, "events": count, "reason": reason }).to_string();
        let event = self.append(&Record { at, actor, stream: "", kind: CUT, body: &body }).await?.seq;
        let note = sqlx::query("INSERT INTO cuts (through, digest, event) VALUES ($1, $2, $3)").bind(through).bind(&digest).bind(event);
        note.execute(&mut *self.transaction).await.map_err(|error| fail(&place, &error))?;
        let gone = sqlx::query("DELETE FROM events WHERE seq <= $1").bind(through).execute(&mut *self.transaction).await;
        let count = gone.map_err(|error| fail(&place, &error))?.rows_affected();
        Ok(Cut { count, through, event })
    }
}
