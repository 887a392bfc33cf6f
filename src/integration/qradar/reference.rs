//! Reference sets: what is put in twice is in once.

use serde_json::{Value, json};

use super::QRadar;
use crate::{
    integration::{
        Health, Idempotent, Job, Method, Outcome, Receipt, Request, Step,
        answer::Answer,
        health::{of_answer, of_broken, well},
        steps::{Steps, done},
        story::line,
    },
    outbox::Happening,
};

/// The interface's version of QRadar 7.5.
const VERSION: &str = "19.0";

fn request(qradar: &QRadar, method: Method, path: &[&str]) -> Option<Request> {
    let console = qradar.settings.console.as_ref()?;
    let path: Vec<&str> = std::iter::once("api").chain(path.iter().copied()).collect();
    let request = Request { credential: Some("SEC"), ..Request::new(method, &console.url, &path) };
    Some(request.header("version", VERSION).header("accept", "application/json"))
}

pub(super) fn plan(qradar: &QRadar, job: &Job<'_>, steps: &mut Steps<'_>) {
    let Some(console) = &qradar.settings.console else { return };
    let mut load = |name: &'static str, set: &str, values: Vec<String>| {
        if let Some(request) = request(qradar, Method::Post, &["reference_data", "sets", "bulk_load", set]).filter(|_| !values.is_empty()) {
            steps.http(name, Idempotent::Natural, vec![request.json(json!(values))]);
        }
    };
    if let (Some(set), Happening::Verified) = (&console.assets, job.notice.happening) {
        load("assets", set, vec![line(&job.notice.asset.name)]);
    }
    if let (Some(set), Happening::Opened) = (&console.cves, job.notice.happening) {
        load("cves", set, job.notice.finding.iter().flat_map(|it| &it.cves).map(|it| line(it)).collect());
    }
}

fn words(answer: &Answer) -> String {
    let json = answer.json().unwrap_or_default();
    let said = json.get("message").or_else(|| json.get("description")).and_then(Value::as_str).map(str::to_owned);
    said.unwrap_or_else(|| answer.excerpt())
}

pub(super) async fn send(qradar: &QRadar, step: &Step, earlier: &[Receipt]) -> Outcome {
    let Some(client) = &qradar.console else {
        return Outcome::Terminal { class: crate::integration::Class::Setting, reason: "QRadar's `console` is not set".into() };
    };
    match client.ask_step(step, earlier).await {
        Ok(answer) if answer.is_success() => done(step, &answer, None),
        Ok(answer) => answer.failure(&words(&answer)),
        Err(outcome) => outcome,
    }
}

pub(super) async fn check(qradar: &QRadar) -> Vec<Health> {
    let rights = "make an authorized service token with a role that may manage reference data, and deploy it";
    let (Some(client), Some(console)) = (&qradar.console, &qradar.settings.console) else { return Vec::new() };
    let mut all = Vec::new();
    for set in console.assets.iter().chain(&console.cves) {
        let Some(request) = request(qradar, Method::Get, &["reference_data", "sets", set]) else { continue };
        all.push(match client.ask(&request.header("range", "items=0-0"), &[]).await {
            Ok(answer) => of_answer("reference set", &answer, &words(&answer), rights)
                .unwrap_or_else(|| well("target-rights", "reference set", format!("{set} is there"))),
            Err(broken) => of_broken("reference set", &broken),
        });
    }
    all
}
