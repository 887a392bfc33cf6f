//! Elasticsearch, and Elastic Cloud: `_bulk` with `create` into a data stream, in the Elastic Common Schema.
//!
//! The document's id is the delivery's: a second try is answered 409 for that item, which is success. After a rollover of the
//! stream the same id could be taken once more.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    answer::Answer,
    client::{Client, Connection},
    common::connection,
    credential::Credential,
    event::event,
    health::{ill, of_answer, of_broken, well},
    keys::Keys,
    open::{OpenError, Opening},
    resolve::Source,
    secret::SecretUrl,
    sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::{Steps, done},
    wire::{Body, Method, Request},
};
use crate::{
    finding::Severity,
    outbox::{Happening, Reference},
};

/// The media type of lines of JSON.
const NDJSON: &str = "application/x-ndjson";

/// What the operator says of an Elasticsearch.
#[derive(Clone, Debug)]
pub struct Settings {
    url: SecretUrl,
    stream: String,
    key: Source,
    connection: Connection,
}

impl Settings {
    pub(super) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let stream = keys.text("data_stream").unwrap_or_else(|| "logs-invitro-default".to_owned());
        // Names of indices: lower case, none of these, none of them first (Elasticsearch: create index API).
        if stream.chars().any(|it| it.is_uppercase() || "\\/*?\"<>|,#: ".contains(it)) || stream.starts_with(['-', '_', '+', '.']) {
            keys.problem("data_stream", "must be the name of a data stream: lower case, such as `logs-invitro-default`");
        }
        Settings { url: keys.need_url("url", "https://es.example:9200", connection.plaintext), stream, key: keys.need_secret("api_key"), connection }
    }
}

/// A data stream.
pub(super) struct Elastic {
    name: String,
    settings: Settings,
    client: Client,
}

impl Elastic {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Elastic, OpenError> {
        let credential = Credential::Header("authorization", "ApiKey ", opening.secret("api_key", &settings.key)?);
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(Elastic { name: opening.name.to_owned(), settings: settings.clone(), client })
    }

    fn request(&self, method: Method, path: &[&str]) -> Request {
        Request { credential: Some("ApiKey"), ..Request::new(method, &self.settings.url, path) }
    }

    fn outcome(&self, step: &Step, answer: &Answer) -> Outcome {
        if !answer.is_success() {
            return answer.failure(&words(answer));
        }
        let Some(json) = answer.json() else {
            return if answer.whole {
                Outcome::Terminal { class: Class::Answer, reason: format!("Elasticsearch answered with {}", answer.excerpt()) }
            } else {
                lost()
            };
        };
        // There is one item; what it says counts, not the status of the whole.
        let Some(item) = json.pointer("/items/0/create") else { return lost() };
        let status = item.get("status").and_then(Value::as_u64).unwrap_or_default();
        let said: String = item.get("error").map(ToString::to_string).unwrap_or_default().chars().take(400).collect();
        let reason = format!("Elasticsearch said {status} of the document: {said}");
        match status {
            200..=299 | 409 => {
                let reference = Reference { target: self.name.clone(), id: step.delivery.clone(), key: step.delivery.clone(), ..Reference::default() };
                done(step, answer, Some(reference))
            }
            429 => Outcome::Retry { after: answer.asked(), class: Class::Limited, reason },
            500.. => Outcome::Retry { after: answer.asked(), class: Class::Server, reason },
            403 => Outcome::Terminal { class: Class::Rights, reason },
            404 => Outcome::Terminal { class: Class::NotFound, reason },
            _ => Outcome::Terminal { class: Class::Rejected, reason },
        }
    }
}

fn lost() -> Outcome {
    Outcome::Unknown { reason: "Elasticsearch's answer broke off".into() }
}

fn words(answer: &Answer) -> String {
    let json = answer.json().unwrap_or_default();
    let reason = json.pointer("/error/reason").or_else(|| json.get("error")).and_then(Value::as_str).map(str::to_owned);
    reason.unwrap_or_else(|| answer.excerpt())
}

/// The event in the Elastic Common Schema; what has no field there is under `invitro`.
fn document(job: &Job<'_>) -> Value {
    let notice = job.notice;
    let own = event(notice, job.text, job.delivery);
    let of = |name: &str| own.get(name).cloned().unwrap_or(Value::Null);
    let is_change = matches!(notice.happening, Happening::Applied | Happening::Verified | Happening::RolledBack);
    let outcome = match notice.happening {
        Happening::Verified => "success",
        Happening::RolledBack | Happening::Regressed => "failure",
        _ => "unknown",
    };
    let mut document = json!({
        "@timestamp": notice.at.to_string(),
        "ecs": {"version": "8.11.0"},
        "message": of("headline"),
        "event": {
            "kind": if is_change { "event" } else { "alert" },
            "category": if is_change { json!(["configuration"]) } else { json!(["vulnerability"]) },
            "type": if is_change { json!(["change"]) } else { json!(["info"]) },
            "action": notice.happening.word(),
            "outcome": outcome,
            "id": job.delivery,
            "severity": number(notice.severity),
            "dataset": "invitro.notice",
            "module": "invitro",
            "provider": "invitro",
        },
        "host": {"name": of("asset")},
        "related": {"hosts": [of("asset")]},
        "tags": notice.asset.tags,
        "observer": {"vendor": "invitro", "product": "invitro", "version": env!("CARGO_PKG_VERSION")},
        "invitro": own,
    });
    if let Some(finding) = &notice.finding {
        document["rule"] = json!({"id": of("finding_id"), "name": of("rule")});
        document["vulnerability"] = json!({"severity": severity_word(notice.severity), "description": of("title"), "report_id": of("evidence")});
        if !finding.cves.is_empty() {
            document["vulnerability"]["id"] = of("cve");
            document["vulnerability"]["enumeration"] = json!("CVE");
        }
    }
    if let Some(link) = &notice.link {
        document["event"]["reference"] = json!(link);
    }
    without_nulls(document)
}

/// `event.severity` is a number of the source's own; these are the bounds of CVSS times ten.
fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 90,
        Severity::High => 70,
        Severity::Medium => 40,
        Severity::Low => 10,
        Severity::Info => 0,
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "None",
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(all) => Value::Object(all.into_iter().filter(|(_, it)| !it.is_null()).map(|(name, it)| (name, without_nulls(it))).collect::<Map<_, _>>()),
        Value::Array(all) => Value::Array(all.into_iter().filter(|it| !it.is_null()).map(without_nulls).collect()),
        other => other,
    }
}

impl Sink for Elastic {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "elastic"
    }

    fn abilities(&self) -> Abilities {
        let (requests, within) = (50, Duration::from_secs(1));
        Abilities { role: Role::Siem, probe: false, update: false, close: false, attach: false, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        let request = self.request(Method::Post, &[&self.settings.stream, "_bulk"]).query("filter_path", "errors,items.*.status,items.*.error");
        // Data streams take `create` alone; the id makes a repetition harmless.
        let lines = vec![json!({"create": {"_id": job.delivery}}), document(job)];
        steps.http("event", Idempotent::Natural, vec![Request { body: Body::Lines(NDJSON, lines), gzip: true, ..request }]);
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("needs not be asked: the id of the document tells repeats apart".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match self.client.ask_step(step, earlier).await {
                Ok(answer) => self.outcome(step, &answer),
                Err(outcome) => outcome,
            }
        })
    }

    /// Asks who the key is and what it may do; both only read.
    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let rights = "give the API key the index privileges `create_doc` and `auto_configure` on the data stream";
            let body = json!({"index": [{"names": [self.settings.stream], "privileges": ["create_doc", "auto_configure"]}]});
            match self.client.ask(&self.request(Method::Post, &["_security", "user", "_has_privileges"]).json(body), &[]).await {
                Ok(answer) => match (of_answer("rights", &answer, &words(&answer), rights), answer.json()) {
                    (Some(health), _) => vec![health],
                    (None, Some(json)) if json.get("has_all_requested").and_then(Value::as_bool) == Some(true) => {
                        vec![well("target-rights", "rights", format!("may write to {}", self.settings.stream))]
                    }
                    (None, _) => vec![ill("target-rights", "rights", format!("may not write to {}", self.settings.stream), rights)],
                },
                Err(broken) => vec![of_broken("server", &broken)],
            }
        })
    }
}
