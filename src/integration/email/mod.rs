//! E-mail by SMTP: STARTTLS or TLS from the first byte, one letter a delivery, threads by finding.
//!
//! `Message-ID` is the delivery's own and never random: a letter that is sent twice is one letter to most mailboxes.

mod letter;
mod settings;
mod smtp;

pub(super) use settings::Settings;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
    time::Duration,
};

use super::{
    open::{OpenError, Opening},
    secret::Secret,
    sink::{Abilities, Class, Health, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    wire::Wire,
};

/// A list of recipients behind a mail server.
pub(super) struct Email {
    name: String,
    settings: Settings,
    password: Option<Secret>,
    /// Recipients that have a letter already, of deliveries that others are still waiting for. After a crash they get it again.
    reached: Mutex<HashMap<String, BTreeSet<String>>>,
}

impl Email {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Email, OpenError> {
        let password = settings.login.as_ref().map(|it| opening.secret("password", &it.password)).transpose()?;
        // A certificate that can't be used is told now, not with the first letter.
        opening.client(settings.connection.tls.config().map_err(Into::into))?;
        Ok(Email { name: opening.name.to_owned(), settings: settings.clone(), password, reached: Mutex::default() })
    }

    fn reached(&self, delivery: &str) -> BTreeSet<String> {
        self.reached.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(delivery).cloned().unwrap_or_default()
    }

    fn keep(&self, delivery: &str, reached: Option<BTreeSet<String>>) {
        let mut all = self.reached.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match reached {
            Some(it) => drop(all.insert(delivery.to_owned(), it)),
            None => drop(all.remove(delivery)),
        }
    }
}

impl Sink for Email {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "email"
    }

    fn abilities(&self) -> Abilities {
        // Providers' limits for one sender begin at 30 a minute (Exchange Online).
        let (requests, within) = (30, Duration::from_secs(60));
        Abilities { role: Role::People, probe: false, update: true, close: false, attach: true, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        letter::plan(self, job)
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("a mail server can't be asked what it sent".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, _earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match &step.wire {
                Wire::Mail(letter) => smtp::send(self, step, letter).await,
                Wire::Http(_) | Wire::Syslog(_) => Outcome::Terminal { class: Class::Setting, reason: format!("mail has no step `{}`", step.name) },
            }
        })
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(smtp::check(self))
    }
}
