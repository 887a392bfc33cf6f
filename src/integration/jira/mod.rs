//! Jira Cloud (REST v3) and Data Center (REST v2): one issue a finding, comments for what happens later, transitions at the end.
//!
//! The mark is a label, which JQL finds with a plain word; entity properties are searchable only where an app declares them.

mod check;
mod plan;
mod probe;
mod said;
mod send;
mod settings;

pub(super) use settings::Settings;

use std::time::Duration;

use super::{
    client::Client,
    credential::Credential,
    open::{OpenError, Opening},
    sink::{Abilities, Health, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    wire::{Method, Request},
};
use settings::Edition;

/// A project in Jira.
pub(super) struct Jira {
    name: String,
    settings: Settings,
    client: Client,
}

impl Jira {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Jira, OpenError> {
        let token = opening.secret("token", &settings.token)?;
        let credential = match &settings.user {
            Some(user) => Credential::Basic(user.clone(), token),
            None => Credential::Header("authorization", "Bearer ", token),
        };
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(Jira { name: opening.name.to_owned(), settings: settings.clone(), client })
    }

    /// Begins a request below the edition's interface.
    fn request(&self, method: Method, path: &[&str]) -> Request {
        let version = if self.settings.edition == Edition::Cloud { "3" } else { "2" };
        let scheme = if self.settings.user.is_some() { "Basic" } else { "Bearer" };
        let base = ["rest", "api", version].into_iter().chain(path.iter().copied()).collect::<Vec<_>>();
        Request { credential: Some(scheme), ..Request::new(method, &self.settings.url, &base) }.header("accept", "application/json")
    }
}

impl Sink for Jira {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "jira"
    }

    fn abilities(&self) -> Abilities {
        // Atlassian names no number for tokens; writes to one issue are limited apart. Ten a second stay below all reports of 429.
        let (requests, within) = (10, Duration::from_secs(1));
        Abilities { role: Role::Ticket, probe: true, update: true, close: true, attach: true, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        plan::plan(self, job)
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(probe::probe(self, question))
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(send::send(self, step, earlier))
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(check::check(self))
    }
}
