//! Slack: a bot that posts, replies in the thread and changes what it posted; or an incoming webhook that can only post.

mod blocks;
mod check;
mod plan;
mod probe;
mod send;
mod settings;

pub(super) use settings::Settings;

use std::time::Duration;

use super::{
    client::Client,
    credential::Credential,
    keys::checked_url,
    open::{OpenError, Opening},
    secret::SecretUrl,
    sink::{Abilities, Health, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    wire::{Method, Request},
};
use settings::Way;

/// A channel in Slack.
pub(super) struct Slack {
    name: String,
    client: Client,
    way: Open,
}

/// How messages get there.
enum Open {
    Webhook(SecretUrl),
    Bot { url: SecretUrl, channel: String },
}

impl Slack {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Slack, OpenError> {
        let (way, credential) = match &settings.way {
            Way::Webhook(source) => {
                let secret = opening.secret("webhook", source)?;
                let url = checked_url(secret.expose(), settings.connection.plaintext);
                let url = url.map_err(|what| OpenError::Form { target: opening.name.to_owned(), key: "webhook", what })?;
                (Open::Webhook(url), Credential::None)
            }
            Way::Bot { url, channel, token } => {
                let token = opening.secret("token", token)?;
                (Open::Bot { url: url.clone(), channel: channel.clone() }, Credential::Header("authorization", "Bearer ", token))
            }
        };
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(Slack { name: opening.name.to_owned(), client, way })
    }

    /// Begins a request to a method of the Web API.
    fn call(method: Method, url: &SecretUrl, name: &str) -> Request {
        Request { credential: Some("Bearer"), ..Request::new(method, url, &[name]) }
    }
}

impl Sink for Slack {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "slack"
    }

    fn abilities(&self) -> Abilities {
        let is_bot = matches!(self.way, Open::Bot { .. });
        // Slack: about one message a second in a channel.
        let (requests, within) = (1, Duration::from_secs(1));
        Abilities { role: Role::People, probe: is_bot, update: is_bot, close: false, attach: is_bot, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        Ok(plan::plan(self, job))
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
