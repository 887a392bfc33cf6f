//! IBM QRadar: events as LEEF 2.0 in RFC 5424 syslog over TLS, and reference sets by REST.
//!
//! Syslog has no acknowledgement: an event is handed over, and more is not known. What was written last is written again after a
//! connection was lost.

mod leef;
mod reference;
mod settings;
mod syslog;

pub(super) use settings::Settings;

use std::time::Duration;

use super::{
    client::{Client, ClientError},
    credential::Credential,
    open::{OpenError, Opening},
    sink::{Abilities, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::Steps,
    wire::Wire,
};
use syslog::Line;

/// A QRadar.
pub(super) struct QRadar {
    name: String,
    settings: Settings,
    line: Line,
    console: Option<Client>,
}

impl QRadar {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<QRadar, OpenError> {
        let line = opening.client(Line::new(settings).map_err(ClientError::Tls))?;
        let console = match &settings.console {
            Some(it) => {
                // Not `Authorization`: QRadar has a header of its own.
                let credential = Credential::Header("SEC", "", opening.secret("token", &it.token)?);
                Some(opening.client(Client::new(&it.connection, credential, opening.vault))?)
            }
            None => None,
        };
        Ok(QRadar { name: opening.name.to_owned(), settings: settings.clone(), line, console })
    }
}

impl Sink for QRadar {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "qradar"
    }

    fn abilities(&self) -> Abilities {
        let (requests, within) = (100, Duration::from_secs(1));
        Abilities { role: Role::Siem, probe: false, update: false, close: false, attach: false, acknowledges: false, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        steps.add("event", Idempotent::No, Wire::Syslog(vec![leef::message(&self.settings, job)]));
        reference::plan(self, job, &mut steps);
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("syslog can't be asked; repeats have the same fingerprint and delivery".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match &step.wire {
                Wire::Syslog(frames) => self.line.send(step, frames).await,
                Wire::Http(_) | Wire::Mail(_) => reference::send(self, step, earlier).await,
            }
        })
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let mut all = vec![self.line.check().await];
            all.extend(reference::check(self).await);
            all
        })
    }
}
