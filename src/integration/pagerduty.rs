//! PagerDuty's Events API v2: an alert opens, is taken up when the fix is applied, and ends when that is verified. `dedup_key` is the
//! fingerprint, so that nothing can be doubled.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    answer::Answer,
    client::{Client, Connection},
    common::{Scale, connection},
    credential::Credential,
    health::{ill, of_answer, of_broken, well},
    keys::Keys,
    open::{OpenError, Opening},
    resolve::Source,
    secret::{Secret, SecretUrl},
    sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::{Steps, done},
    story::{Block, compose, cut, fit, summary},
    wire::{Method, Part, Request},
};
use crate::outbox::{Happening, Reference};

/// The API's limit of a summary.
const SUMMARY: usize = 1_024;

/// The API takes 512 KB; half of it leaves room for what JSON adds.
const DETAILS: usize = 256 * 1024;

/// The documentation asks for "a few minutes" after a 429 without a hint.
const PAUSE: Duration = Duration::from_secs(180);

/// The words that the API knows.
const WORDS: [&str; 4] = ["critical", "error", "warning", "info"];

/// What the operator says of a PagerDuty service.
#[derive(Clone, Debug)]
pub struct Settings {
    url: SecretUrl,
    routing_key: Source,
    scale: Scale,
    changes: bool,
    connection: Connection,
}

impl Settings {
    pub(super) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let region = keys.word("region", &["us", "eu"]).unwrap_or("us");
        let default = if region == "eu" { "https://events.eu.pagerduty.com" } else { "https://events.pagerduty.com" };
        let url = keys.url("url", connection.plaintext).unwrap_or_else(|| SecretUrl::new(url::Url::parse(default).expect("it is written here")));
        let scale = Scale::of(["critical", "error", "warning", "info", "info"]).read(keys);
        if crate::integration::common::SEVERITIES.iter().filter_map(|it| crate::finding::Severity::of(it)).any(|it| !WORDS.contains(&scale.word(it))) {
            keys.problem("severities", format!("must have words of PagerDuty: {}", WORDS.join(", ")));
        }
        Settings { url, routing_key: keys.need_secret("routing_key"), scale, changes: keys.flag_or("change_events", true), connection }
    }
}

/// A service in PagerDuty.
pub(super) struct PagerDuty {
    name: String,
    settings: Settings,
    key: Secret,
    client: Client,
}

impl PagerDuty {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<PagerDuty, OpenError> {
        let key = opening.secret("routing_key", &settings.routing_key)?;
        let client = opening.client(Client::new(&settings.connection, Credential::None, opening.vault))?;
        Ok(PagerDuty { name: opening.name.to_owned(), settings: settings.clone(), key, client })
    }

    fn event(&self, path: &[&str], mut body: Value) -> Request {
        body["routing_key"] = Value::Null;
        Request::new(Method::Post, &self.settings.url, path).json(body).hole("/routing_key", Part::Secret(self.key.clone()))
    }

    fn alert(&self, job: &Job<'_>, action: &str) -> Request {
        let mut body = json!({"event_action": action, "dedup_key": job.notice.fingerprint});
        if action == "trigger" {
            body["payload"] = json!({
                "summary": cut(&summary(job.notice, job.text), SUMMARY, |it| it.chars().count()),
                "source": cut(&job.notice.asset.name, 255, |it| it.chars().count()),
                "severity": self.settings.scale.word(job.notice.severity),
                "timestamp": job.notice.at.to_string(),
                "component": job.notice.finding.as_ref().map_or("", |it| it.rule.as_str()),
                "class": "security-finding",
                "custom_details": details(job),
            });
            body["client"] = json!("invitro");
            if let Some(link) = &job.notice.link {
                body["client_url"] = json!(link);
                body["links"] = json!([{"href": link, "text": "The change"}]);
            }
        }
        self.event(&["v2", "enqueue"], body)
    }

    fn change(&self, job: &Job<'_>) -> Request {
        let summary = cut(&job.notice.headline(), SUMMARY, |it| it.chars().count());
        let mut body =
            json!({"payload": {"summary": summary, "source": job.notice.asset.name, "timestamp": job.notice.at.to_string(), "custom_details": details(job)}});
        if let Some(link) = &job.notice.link {
            body["links"] = json!([{"href": link, "text": "The change"}]);
        }
        self.event(&["v2", "change", "enqueue"], body)
    }
}

/// All that is told, by name.
fn details(job: &Job<'_>) -> Value {
    let fitted = fit(compose(job.notice, job.text), DETAILS, "has no room here, see the report", |it| json!(map(it)).to_string().len());
    json!(map(&fitted.blocks))
}

fn map(blocks: &[Block]) -> Map<String, Value> {
    let mut map = Map::new();
    let mut words = Vec::new();
    for block in blocks {
        match block {
            Block::Headline(text) => drop(map.insert("headline".into(), json!(text))),
            Block::Paragraph(text) => words.push(text.clone()),
            Block::Facts(facts) => map.extend(facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value)))),
            Block::List(title, items, more) => {
                let more = (*more > 0).then(|| format!("and {more} more"));
                map.insert((*title).to_owned(), json!(items.iter().cloned().chain(more).collect::<Vec<_>>()));
            }
            Block::Diff(text) => drop(map.insert("Diff".into(), json!(text))),
            Block::Link(title, url) => drop(map.insert((*title).to_owned(), json!(url))),
        }
    }
    map.insert("text".into(), json!(words.join("\n\n")));
    map
}

fn outcome(name: &str, step: &Step, answer: &Answer) -> Outcome {
    let json = answer.json();
    let word = |name: &str| json.as_ref().and_then(|it| it.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned();
    let errors: Vec<String> =
        json.as_ref().and_then(|it| it.get("errors")).and_then(Value::as_array).into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let said = if json.is_some() { format!("{} {}", word("message"), errors.join("; ")).trim().to_owned() } else { answer.excerpt() };
    match answer.status {
        202 => {
            let reference = Reference { target: name.to_owned(), id: step.fingerprint.clone(), key: word("dedup_key"), ..Reference::default() };
            done(step, answer, Some(reference).filter(|_| step.name != "change"))
        }
        429 => Outcome::Retry { after: Some(answer.asked().unwrap_or(PAUSE)), class: Class::Limited, reason: format!("PagerDuty answered 429: {said}") },
        400 if said.to_lowercase().contains("routing key") => Outcome::Terminal { class: Class::Credentials, reason: format!("PagerDuty said: {said}") },
        _ => answer.failure(&said),
    }
}

impl Sink for PagerDuty {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "pagerduty"
    }

    fn abilities(&self) -> Abilities {
        // The documentation: 120 events a minute for each key.
        let (requests, within) = (120, Duration::from_secs(60));
        Abilities { role: Role::People, probe: false, update: true, close: true, attach: false, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        let (action, is_change) = match job.notice.happening {
            Happening::Opened | Happening::Updated | Happening::Regressed | Happening::Digest => (Some("trigger"), false),
            Happening::Applied => (Some("acknowledge"), true),
            Happening::Verified => (Some("resolve"), false),
            Happening::RolledBack => (Some("trigger"), true),
        };
        if let Some(action) = action {
            steps.http(action, Idempotent::Natural, vec![self.alert(job, action)]);
        }
        if is_change && self.settings.changes {
            steps.http("change", Idempotent::No, vec![self.change(job)]);
        }
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("the Events API can't be asked; it needs not be: `dedup_key` tells repeats apart".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match self.client.ask_step(step, earlier).await {
                Ok(answer) => outcome(&self.name, step, &answer),
                Err(outcome) => outcome,
            }
        })
    }

    /// A resolve of an alert that never was is taken and changes nothing.
    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let body = json!({"event_action": "resolve", "dedup_key": "invitro-doctor"});
            match self.client.ask(&self.event(&["v2", "enqueue"], body), &[]).await {
                Ok(answer) if answer.status == 202 => vec![well("target-credentials", "routing key", "an event was taken (a resolve of nothing)")],
                Ok(answer) if answer.status == 400 => {
                    vec![ill("target-credentials", "routing key", answer.excerpt(), "copy the integration key of an Events API v2 integration of the service")]
                }
                Ok(answer) => of_answer("service", &answer, &answer.excerpt(), "give the service an Events API v2 integration").into_iter().collect(),
                Err(broken) => vec![of_broken("service", &broken)],
            }
        })
    }
}
