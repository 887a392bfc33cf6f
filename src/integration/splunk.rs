//! Splunk's HTTP Event Collector: Enterprise with acknowledgement by the indexers, Cloud without.
//!
//! Nothing on the other side tells repeats apart: `fingerprint` and `delivery_id` are indexed fields (`| dedup delivery_id`).

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    answer::Answer,
    client::{Client, Connection},
    common::connection,
    credential::Credential,
    event::event,
    health::{ill, of_broken, well},
    keys::Keys,
    open::{OpenError, Opening},
    resolve::Source,
    secret::SecretUrl,
    sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::{Steps, done},
    wire::{Method, Request},
};

/// What the operator says of an HTTP Event Collector.
#[derive(Clone, Debug)]
pub struct Settings {
    url: SecretUrl,
    token: Source,
    index: Option<String>,
    source_type: String,
    require_ack: bool,
    ack_wait: Duration,
    connection: Connection,
}

impl Settings {
    pub(super) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        Settings {
            url: keys.need_url("url", "https://splunk.example:8088", connection.plaintext),
            token: keys.need_secret("token"),
            index: keys.text("index"),
            source_type: keys.text("sourcetype").unwrap_or_else(|| "invitro:notice".to_owned()),
            require_ack: keys.flag("require_ack"),
            ack_wait: Duration::from_secs(keys.number("ack_wait_s", 1, 600).unwrap_or(30)),
            connection,
        }
    }
}

/// An HTTP Event Collector.
pub(super) struct Splunk {
    name: String,
    settings: Settings,
    /// One a process: an acknowledgement is asked for on the channel that the event came by.
    channel: String,
    client: Client,
}

impl Splunk {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Splunk, OpenError> {
        let credential = Credential::Header("authorization", "Splunk ", opening.secret("token", &settings.token)?);
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(Splunk { name: opening.name.to_owned(), settings: settings.clone(), channel: uuid::Uuid::new_v4().to_string(), client })
    }

    fn request(&self, method: Method, path: &[&str]) -> Request {
        let path = ["services", "collector"].into_iter().chain(path.iter().copied()).collect::<Vec<_>>();
        Request { credential: Some("Splunk"), ..Request::new(method, &self.settings.url, &path) }
    }

    /// Waits until the indexers have the event. Without that word it may be lost: it is sent again then.
    async fn acknowledged(&self, number: u64) -> Result<(), String> {
        let ask = self.request(Method::Post, &["ack"]).header("x-splunk-request-channel", self.channel.clone()).json(json!({"acks": [number]}));
        let end = tokio::time::Instant::now() + self.settings.ack_wait;
        let mut pause = Duration::from_millis(100);
        loop {
            // An answer that makes no sense is no acknowledgement.
            let is_there = match self.client.ask(&ask, &[]).await {
                Ok(answer) if answer.is_success() => {
                    answer.json().is_some_and(|it| it.pointer(&format!("/acks/{number}")).and_then(Value::as_bool) == Some(true))
                }
                Ok(answer) if answer.status < 500 && answer.status != 429 => {
                    return Err(format!("the question for the acknowledgement was answered {}: {}", answer.status, words(&answer)));
                }
                Ok(_) | Err(_) => false,
            };
            if is_there {
                return Ok(());
            }
            if tokio::time::Instant::now() + pause > end {
                return Err(format!("the indexers did not acknowledge within {} s", self.settings.ack_wait.as_secs()));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    async fn outcome(&self, step: &Step, answer: &Answer) -> Outcome {
        if !answer.is_success() {
            return failure(answer);
        }
        let Some(json) = answer.json() else {
            return if answer.whole {
                Outcome::Terminal { class: Class::Answer, reason: format!("Splunk answered with {}", answer.excerpt()) }
            } else {
                Outcome::Unknown { reason: "Splunk's answer broke off".into() }
            };
        };
        if json.get("code").and_then(Value::as_u64) != Some(0) {
            return failure(answer);
        }
        match (json.get("ackId").and_then(Value::as_u64), self.settings.require_ack) {
            (Some(number), _) => match self.acknowledged(number).await {
                Ok(()) => done(step, answer, None),
                Err(reason) => Outcome::Unknown { reason },
            },
            (None, true) => Outcome::Terminal {
                class: Class::Setting,
                reason: "`require_ack` is set, but this token gives no acknowledgement: switch indexer acknowledgement on for it, or take `require_ack` away (Splunk Cloud has none)".into(),
            },
            (None, false) => done(step, answer, None),
        }
    }
}

fn words(answer: &Answer) -> String {
    answer.json().and_then(|it| it.get("text").and_then(Value::as_str).map(str::to_owned)).unwrap_or_else(|| answer.excerpt())
}

/// The codes of the collector ("Troubleshoot HTTP Event Collector").
fn failure(answer: &Answer) -> Outcome {
    let said = words(answer);
    let code = answer.json().and_then(|it| it.get("code").and_then(Value::as_u64));
    let reason = format!("Splunk answered {} (code {}): {said}", answer.status, code.map_or_else(|| "none".to_owned(), |it| it.to_string()));
    let terminal = |class| Outcome::Terminal { class, reason: reason.clone() };
    match code {
        Some(9) => Outcome::Retry { after: answer.asked(), class: Class::Server, reason },
        // Queues that are full; 8 is a fault within.
        Some(8 | 18 | 19 | 20 | 23 | 26 | 27) => Outcome::Retry { after: answer.asked(), class: Class::Server, reason },
        Some(1..=4) => terminal(Class::Credentials),
        Some(7) => terminal(Class::NotFound),
        Some(10 | 11 | 14) => terminal(Class::Setting),
        Some(5 | 6 | 12 | 13 | 15 | 16) => terminal(Class::Rejected),
        _ => answer.failure(&said),
    }
}

impl Sink for Splunk {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "splunk"
    }

    fn abilities(&self) -> Abilities {
        let (requests, within) = (50, Duration::from_secs(1));
        Abilities { role: Role::Siem, probe: false, update: false, close: false, attach: false, acknowledges: true, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        let notice = job.notice;
        // Seconds with a fraction, as the collector takes them.
        let time = notice.at.as_millisecond() as f64 / 1000.0;
        let fields = json!({"fingerprint": notice.fingerprint, "delivery_id": job.delivery, "severity": notice.severity.word(), "verdict": notice.verdict.as_deref().unwrap_or("none")});
        let mut body = json!({"time": time, "host": notice.asset.name, "source": "invitro", "sourcetype": self.settings.source_type, "event": event(notice, job.text, job.delivery), "fields": fields});
        if let Some(index) = &self.settings.index {
            body["index"] = json!(index);
        }
        let request = Request { gzip: true, ..self.request(Method::Post, &["event"]).json(body) };
        // The channel is that of the process, and no part of what is told.
        steps.http("event", Idempotent::No, vec![request]);
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("the collector can't be asked; repeats have the same delivery_id".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, _earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            let [request] = super::steps::requests(step) else {
                return Outcome::Terminal { class: Class::Setting, reason: format!("Splunk has no step `{}`", step.name) };
            };
            let request = request.clone().header("x-splunk-request-channel", self.channel.clone());
            match self.client.ask(&request, &[]).await {
                Ok(answer) => self.outcome(step, &answer).await,
                Err(broken) => broken.outcome(),
            }
        })
    }

    /// The collector's health, and the token by an event without data, which is refused for that reason only when the token is good.
    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let mend = "switch the collector on (Settings, Data inputs, HTTP Event Collector), copy the token's value, and allow it the index";
            let empty = Request { body: super::wire::Body::Bytes("application/json", b"".to_vec()), ..self.request(Method::Post, &["event"]) };
            let empty = empty.header("x-splunk-request-channel", self.channel.clone());
            match self.client.ask(&empty, &[]).await {
                Err(broken) => vec![of_broken("collector", &broken)],
                Ok(answer) => match answer.json().and_then(|it| it.get("code").and_then(Value::as_u64)) {
                    // 5: no data.
                    Some(5) => vec![well("target-credentials", "token", "the collector knows the token")],
                    Some(1..=4) => vec![ill("target-credentials", "token", words(&answer), mend)],
                    Some(9) => vec![ill("target-busy", "collector", words(&answer), "its queues are full: look at the indexers")],
                    _ => vec![ill("target-answer", "collector", format!("answered {}: {}", answer.status, words(&answer)), mend)],
                },
            }
        })
    }
}
