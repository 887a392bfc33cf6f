//! Incidents: put in place under an id that comes out of the fingerprint.

use serde_json::{Value, json};

use super::{Sentinel, only, words};
use crate::{
    integration::{
        Body, Class, Health, Idempotent, Job, Method, Outcome, Probe, Question, Request, Step,
        answer::Answer,
        health::{of_answer, of_broken, well},
        steps::{Steps, done, uuid_of},
        story::{compose, cut, fit, plain, summary},
    },
    outbox::{Happening, Reference},
};

const VERSION: &str = "2024-09-01";

/// A description takes 5,000 characters, a comment 30,000.
const DESCRIPTION: usize = 4_900;
const COMMENT: usize = 29_000;

/// How often an incident is read anew that somebody else changed meanwhile.
const TRIES: usize = 3;

pub(super) fn plan(sentinel: &Sentinel, job: &Job<'_>, steps: &mut Steps<'_>) {
    let Some(settings) = &sentinel.settings.incidents else { return };
    let id = uuid_of(&job.notice.fingerprint, "incident").to_string();
    let (status, reason) = match job.notice.happening {
        Happening::Verified => ("Closed", Some("TruePositive")),
        Happening::Applied => ("Active", None),
        _ => ("New", None),
    };
    let text = fit(compose(job.notice, job.text), DESCRIPTION, "has no room here, see the report", |it| plain(it).chars().count());
    let mut properties = json!({
        "title": cut(&summary(job.notice, job.text), 150, |it| it.chars().count()),
        "description": plain(&text.blocks),
        "severity": settings.scale.word(job.notice.severity),
        "status": status,
        "labels": [{"labelName": "invitro"}, {"labelName": format!("rem-{}", job.notice.fingerprint.get(..16).unwrap_or_default())}],
    });
    if let Some(reason) = reason {
        properties["classification"] = json!(reason);
        properties["classificationReason"] = json!("SuspiciousActivity");
        properties["classificationComment"] = json!(job.notice.headline());
    }
    let put = request(sentinel, Method::Put, &[&id]).json(json!({"properties": properties}));
    steps.http("incident", Idempotent::Natural, vec![put]);
    if job.known.is_some() {
        let comment = uuid_of(job.delivery, "comment").to_string();
        let text = fit(compose(job.notice, job.text), COMMENT, "has no room here, see the report", |it| plain(it).chars().count());
        let put = request(sentinel, Method::Put, &[&id, "comments", &comment]).json(json!({"properties": {"message": plain(&text.blocks)}}));
        steps.http("comment", Idempotent::Natural, vec![put]);
    }
}

fn request(sentinel: &Sentinel, method: Method, path: &[&str]) -> Request {
    let Some(it) = &sentinel.settings.incidents else { return Sentinel::bearer(method, &sentinel.settings.url, path) };
    let base = [
        "subscriptions",
        &it.subscription,
        "resourceGroups",
        &it.group,
        "providers",
        "Microsoft.OperationalInsights",
        "workspaces",
        &it.workspace,
        "providers",
        "Microsoft.SecurityInsights",
        "incidents",
    ];
    let path: Vec<&str> = base.into_iter().chain(path.iter().copied()).collect();
    Sentinel::bearer(method, &it.url, &path).query("api-version", VERSION)
}

/// An incident that is there wants its `etag` named; it is read first, and read again where somebody was faster.
pub(super) async fn send(sentinel: &Sentinel, step: &Step) -> Outcome {
    let (Some(client), Some(put)) = (&sentinel.incidents, only(step)) else {
        return Outcome::Terminal { class: Class::Setting, reason: format!("Sentinel has no step `{}` without `incidents`", step.name) };
    };
    let id = uuid_of(&step.fingerprint, "incident").to_string();
    for _ in 0..TRIES {
        let mut put = put.clone();
        if step.name == "incident" {
            match client.ask(&request(sentinel, Method::Get, &[&id]), &[]).await {
                Ok(answer) if answer.status == 404 => {}
                Ok(answer) if answer.is_success() => match (answer.json().and_then(|it| it.get("etag").cloned()), &mut put.body) {
                    (Some(etag), Body::Json(_, body)) => body["etag"] = etag,
                    _ => return Outcome::Retry { after: None, class: Class::Answer, reason: "the incident was answered without an etag".into() },
                },
                Ok(answer) => return answer.failure(&words(&answer)),
                Err(broken) => return Outcome::Retry { after: None, class: Class::Network, reason: broken.reason().to_owned() },
            }
        }
        match client.ask(&put, &[]).await {
            Ok(answer) if answer.is_success() => return done(step, &answer, Some(reference(sentinel, &id, &answer))),
            Ok(answer) if matches!(answer.status, 409 | 412) => {}
            Ok(answer) => return answer.failure(&words(&answer)),
            Err(broken) => return broken.outcome(),
        }
    }
    Outcome::Retry { after: None, class: Class::Conflict, reason: "somebody else keeps changing the incident".into() }
}

fn reference(sentinel: &Sentinel, id: &str, answer: &Answer) -> Reference {
    let json = answer.json().unwrap_or_default();
    let number = json.pointer("/properties/incidentNumber").and_then(Value::as_u64).map_or_else(|| id.to_owned(), |it| it.to_string());
    let page = json.pointer("/properties/incidentUrl").and_then(Value::as_str).filter(|it| it.starts_with("https://")).map(str::to_owned);
    Reference { target: sentinel.name.clone(), id: id.to_owned(), key: number, url: page, ..Reference::default() }
}

pub(super) async fn probe(sentinel: &Sentinel, question: Question<'_>) -> Probe {
    let Some(client) = &sentinel.incidents else { return Probe::CannotTell("a log can't be asked".into()) };
    let id = uuid_of(question.fingerprint, "incident").to_string();
    match client.ask(&request(sentinel, Method::Get, &[&id]), &[]).await {
        Ok(answer) if answer.is_success() => Probe::Found(reference(sentinel, &id, &answer)),
        Ok(answer) if answer.status == 404 => Probe::Absent,
        Ok(answer) => Probe::CannotTell(format!("Sentinel answered {}: {}", answer.status, words(&answer))),
        Err(broken) => Probe::CannotTell(broken.reason().to_owned()),
    }
}

pub(super) async fn check(sentinel: &Sentinel) -> Option<Health> {
    let client = sentinel.incidents.as_ref()?;
    let rights = "give the app the role Microsoft Sentinel Responder on the workspace";
    Some(match client.ask(&request(sentinel, Method::Get, &[]).query("$top", "1"), &[]).await {
        Ok(answer) => of_answer("incidents", &answer, &words(&answer), rights).unwrap_or_else(|| well("target-rights", "incidents", "can be read")),
        Err(broken) => of_broken("incidents", &broken),
    })
}
