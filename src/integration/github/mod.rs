//! GitHub Issues, on github.com and GitHub Enterprise Server: one issue a finding, found again by a label and a hidden mark in its body.

mod check;
mod plan;
mod probe;
mod said;
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

/// A repository.
pub(super) struct GitHub {
    name: String,
    settings: Settings,
    client: Client,
}

impl GitHub {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<GitHub, OpenError> {
        let credential = Credential::Header("authorization", "Bearer ", opening.secret("token", &settings.token)?);
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(GitHub { name: opening.name.to_owned(), settings: settings.clone(), client })
    }

    /// Begins a request below the repository.
    fn request(&self, method: Method, path: &[&str]) -> Request {
        let all = ["repos", &self.settings.owner, &self.settings.repository].into_iter().chain(path.iter().copied()).collect::<Vec<_>>();
        let request = Request { credential: Some("Bearer"), ..Request::new(method, &self.settings.url, &all) };
        request.header("accept", "application/vnd.github+json").header("x-github-api-version", "2022-11-28")
    }
}

/// The hidden mark of an issue. Nobody's words can pass for it: in them `<` is written as an entity.
fn marker(fingerprint: &str) -> String {
    format!("<!-- invitro-fp: {fingerprint} -->")
}

/// The hidden mark of one delivery's comment.
fn delivery_marker(delivery: &str, part: usize) -> String {
    format!("<!-- invitro-delivery: {delivery} {part} -->")
}

impl Sink for GitHub {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "github"
    }

    fn abilities(&self) -> Abilities {
        // Secondary limits: at most 80 requests a minute that make content.
        let (requests, within) = (60, Duration::from_secs(60));
        Abilities { role: Role::Ticket, probe: true, update: true, close: true, attach: false, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        plan::plan(self, job)
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(probe::probe(self, question))
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match self.client.ask_step(step, earlier).await {
                Ok(answer) => said::outcome(self, step, &answer, earlier),
                Err(outcome) => outcome,
            }
        })
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(check::check(self))
    }
}
