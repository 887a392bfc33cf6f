//! Retention: how old history goes without taking a change along.

use jiff::Timestamp;

use super::{Cut, Error, Writing};
use crate::change::{Actor, Entry, Event, Role};

impl Writing {
    /// Takes off what happened before a moment. A settled change keeps what it came to as one event; one that is still open keeps its history, and the cut
    /// is refused.
    pub async fn retire(&mut self, before: Timestamp, actor: &Actor, now: Timestamp, reason: &str) -> Result<Cut, Error> {
        if !actor.is(Role::Admin) {
            return Err(Error::Refused(format!("{} may not cut the log: that needs the role admin", actor.name)));
        }
        if reason.trim().is_empty() {
            return Err(Error::Refused("to cut the log needs a reason: give it with `--reason`".into()));
        }
        let first = sqlx::query_scalar::<_, i64>("SELECT COALESCE(MIN(seq), 0) FROM events WHERE at >= $1").bind(before.as_microsecond());
        let first = first.fetch_one(&mut *self.transaction).await.map_err(|error| self.fail("read", &error))?;
        let through = if first == 0 { self.head().await?.0 } else { first - 1 };
        // A change begins with one of these two; other streams (deliveries, say) keep where they stand in tables of their own.
        let text = "SELECT DISTINCT stream FROM events WHERE seq <= $1 AND kind IN ('proposed', 'carried') ORDER BY stream";
        let streams = sqlx::query_scalar::<_, String>(text).bind(through);
        let streams = streams.fetch_all(&mut *self.transaction).await.map_err(|error| self.fail("read", &error))?;
        if streams.is_empty() && through == 0 {
            return Err(Error::Refused(format!("nothing in the log is older than {before}")));
        }
        for id in streams {
            let change = self.history(&id).await?.change;
            if !change.state.is_settled() {
                let told = format!(
                    "the change {id} is {}, and a cut there would take a part of its history: finish or cancel it first, or cut before it",
                    change.state.word()
                );
                return Err(Error::Refused(told));
            }
            let event = Event::Carried { change: Box::new(change) };
            self.tell(&id, &Entry { at: now, actor: actor.name.clone(), event }).await?;
        }
        self.cut(through, now.as_microsecond(), &actor.name, reason).await
    }
}
