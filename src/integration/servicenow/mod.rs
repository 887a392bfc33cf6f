//! ServiceNow: the Table API, or an Import Set whose transform map coalesces. `correlation_id` is the fingerprint.

mod check;
mod plan;
mod said;
mod settings;

pub(super) use settings::Settings;

use std::time::Duration;

use super::{
    client::Client,
    credential::Credential,
    open::{OpenError, Opening},
    sink::{Abilities, Health, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    wire::{Body, Method, Part, Request},
};
use settings::{Login, Mode};

/// An instance of ServiceNow.
pub(super) struct ServiceNow {
    name: String,
    settings: Settings,
    client: Client,
}

impl ServiceNow {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<ServiceNow, OpenError> {
        let credential = match &settings.login {
            Login::Basic { user, password } => Credential::Basic(user.clone(), opening.secret("password", password)?),
            Login::OAuth { client, secret } => {
                let secret = opening.secret("client_secret", secret)?;
                let bare = opening.client(Client::new(&settings.connection, Credential::None, opening.vault))?;
                let form =
                    vec![("grant_type", Part::from("client_credentials")), ("client_id", Part::from(client.clone())), ("client_secret", Part::Secret(secret))];
                let token = Request { body: Body::Form(form), ..Request::new(Method::Post, &settings.url, &["oauth_token.do"]) };
                Credential::fetched(bare, token)
            }
        };
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(ServiceNow { name: opening.name.to_owned(), settings: settings.clone(), client })
    }

    /// Begins a request below the interface.
    fn request(&self, method: Method, path: &[&str]) -> Request {
        let path = ["api", "now"].into_iter().chain(path.iter().copied()).collect::<Vec<_>>();
        let scheme = if matches!(self.settings.login, Login::Basic { .. }) { "Basic" } else { "Bearer" };
        Request { credential: Some(scheme), ..Request::new(method, &self.settings.url, &path) }.header("accept", "application/json")
    }
}

impl Sink for ServiceNow {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "servicenow"
    }

    fn abilities(&self) -> Abilities {
        // Limits are the instance's own rules, by the hour.
        let (requests, within) = (5, Duration::from_secs(1));
        let is_table = self.settings.mode == Mode::Table;
        Abilities { role: Role::Ticket, probe: true, update: true, close: true, attach: is_table, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        plan::plan(self, job)
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(said::probe(self, question))
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
