//! Microsoft Sentinel: the Logs Ingestion API, and incidents where a workspace is named. An incident's id is ours to choose: it comes
//! out of the fingerprint, so that a second try is the same incident. The old HTTP Data Collector API is retired.

mod incident;
mod settings;

pub(super) use settings::Settings;

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    answer::Answer,
    client::Client,
    credential::Credential,
    event::event,
    health::{of_answer, of_broken, well},
    open::{OpenError, Opening},
    secret::SecretUrl,
    sink::{Abilities, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::{Steps, done, requests},
    wire::{Body, Method, Part, Request},
};

/// A stream of a data collection rule, and perhaps a workspace for incidents.
pub(super) struct Sentinel {
    name: String,
    settings: Settings,
    logs: Client,
    /// Incidents are another audience: the token is another too.
    incidents: Option<Client>,
}

impl Sentinel {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Sentinel, OpenError> {
        let secret = opening.secret("client_secret", &settings.secret)?;
        let client = |scope: &str| {
            let bare = opening.client(Client::new(&settings.connection, Credential::None, opening.vault))?;
            let form = vec![
                ("grant_type", Part::from("client_credentials")),
                ("client_id", Part::from(settings.client.clone())),
                ("client_secret", Part::Secret(secret.clone())),
                ("scope", Part::from(scope)),
            ];
            let token = Request { body: Body::Form(form), ..Request::new(Method::Post, &settings.login, &[&settings.tenant, "oauth2", "v2.0", "token"]) };
            opening.client(Client::new(&settings.connection, Credential::fetched(bare, token), opening.vault))
        };
        let logs = client(&settings.cloud.logs_scope())?;
        let incidents = settings.incidents.as_ref().map(|_| client(&settings.cloud.manage_scope())).transpose()?;
        Ok(Sentinel { name: opening.name.to_owned(), settings: settings.clone(), logs, incidents })
    }

    fn bearer(method: Method, url: &SecretUrl, path: &[&str]) -> Request {
        Request { credential: Some("Bearer"), ..Request::new(method, url, path) }
    }

    fn stream(&self) -> Request {
        let path = ["dataCollectionRules", &self.settings.rule, "streams", &self.settings.stream];
        Sentinel::bearer(Method::Post, &self.settings.url, &path).query("api-version", "2023-01-01")
    }

    fn row(job: &Job<'_>) -> Value {
        let mut row = event(job.notice, job.text, job.delivery);
        row.insert("TimeGenerated".into(), json!(job.notice.at.to_string()));
        Value::Object(row)
    }
}

/// Returns the words of `{"error": {"code", "message"}}`.
fn words(answer: &Answer) -> String {
    let json = answer.json().unwrap_or_default();
    let word = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let said = format!("{} {}", word("/error/code"), word("/error/message"));
    if said.trim().is_empty() {
        answer.header("x-ms-error-code").map_or_else(|| answer.excerpt(), str::to_owned)
    } else {
        said.trim().chars().take(400).collect()
    }
}

impl Sink for Sentinel {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "sentinel"
    }

    fn abilities(&self) -> Abilities {
        // 12,000 requests a minute for a rule.
        let (requests, within) = (100, Duration::from_secs(1));
        let has = self.incidents.is_some();
        Abilities { role: Role::Siem, probe: has, update: has, close: has, attach: false, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        let rows = json!([Sentinel::row(job)]);
        // The id of the request is the delivery's, the same at each try.
        let request = self.stream().header("x-ms-client-request-id", job.delivery).json(rows);
        steps.http("event", Idempotent::No, vec![Request { gzip: true, ..request }]);
        incident::plan(self, job, &mut steps);
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(incident::probe(self, question))
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            if step.name != "event" {
                return incident::send(self, step).await;
            }
            match self.logs.ask_step(step, earlier).await {
                Ok(answer) if answer.is_success() => done(step, &answer, None),
                // Too large is answered 404 too.
                Ok(answer) if answer.status == 404 => answer.failure(&format!("{}; look at `url`, `rule` and `stream`", words(&answer))),
                Ok(answer) => answer.failure(&words(&answer)),
                Err(outcome) => outcome,
            }
        })
    }

    /// An empty list is taken and adds nothing.
    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let rights = "give the app the role Monitoring Metrics Publisher on the data collection rule; it takes up to half an hour to hold";
            if let Err(broken) = self.logs.try_credential().await {
                return vec![of_broken("credential", &broken)];
            }
            let mut all = vec![well("target-credentials", "credential", "a token was given")];
            match self.logs.ask(&self.stream().json(json!([])), &[]).await {
                Ok(answer) => {
                    all.push(of_answer("rule", &answer, &words(&answer), rights).unwrap_or_else(|| well("target-rights", "rule", "an empty list was taken")))
                }
                Err(broken) => all.push(of_broken("rule", &broken)),
            }
            all.extend(incident::check(self).await);
            all
        })
    }
}

/// The only request of a step.
fn only(step: &Step) -> Option<&Request> {
    requests(step).first()
}
