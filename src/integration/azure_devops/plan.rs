//! Which requests bring a notice to Azure DevOps.

use serde_json::{Value, json};

use super::AzureDevOps;
use crate::{
    integration::{
        Body, Idempotent, Job, Method, Part, Request, Step,
        steps::{Steps, files, label, mark, of_ticket},
        story::{Block, compose, cut, fit, html, summary},
    },
    outbox::Happening,
};

/// The limit of a title.
const TITLE: usize = 255;

/// A field of text takes a megabyte; what people read is shorter.
const TEXT: usize = 200_000;

const PATCH: &str = "application/json-patch+json";
const VERSION: &str = "7.1";

pub(super) fn plan(azure: &AzureDevOps, job: &Job<'_>) -> Vec<Step> {
    let mut steps = Steps::of(job);
    match job.known {
        None if job.notice.happening == Happening::Verified => {}
        None => {
            let request = azure.request(Method::Post, &["workitems"]).then(format!("${}", azure.settings.kind)).query("api-version", VERSION);
            steps.http("create", Idempotent::Probe, vec![Request { body: Body::Json(PATCH, create(azure, job)), ..request }]);
            attach(azure, job, &mut steps);
        }
        Some(_) => {
            let mut blocks = compose(job.notice, job.text);
            blocks.push(Block::Paragraph(format!("invitro delivery {}", mark(job.delivery))));
            let mut patch = vec![add("System.History", &json!(text(blocks)))];
            match job.notice.happening {
                Happening::Verified => patch.push(add("System.State", &json!(azure.settings.done))),
                Happening::RolledBack | Happening::Regressed => patch.push(add("System.State", &json!(azure.settings.reopened))),
                _ => {}
            }
            steps.http("comment", Idempotent::Probe, vec![change(azure, job, Value::Array(patch))]);
            if job.notice.happening == Happening::Updated {
                attach(azure, job, &mut steps);
            }
        }
    }
    steps.end()
}

fn add(field: &str, value: &Value) -> Value {
    json!({"op": "add", "path": format!("/fields/{field}"), "value": value})
}

fn change(azure: &AzureDevOps, job: &Job<'_>, patch: Value) -> Request {
    let request = azure.request(Method::Patch, &["workitems"]).then(of_ticket(job, "id")).query("api-version", VERSION);
    Request { body: Body::Json(PATCH, patch), ..request }
}

fn create(azure: &AzureDevOps, job: &Job<'_>) -> Value {
    let settings = &azure.settings;
    let mut tags = settings.tags.clone();
    tags.push(label(&job.notice.fingerprint));
    let priority: u8 = settings.priority.word(job.notice.severity).parse().unwrap_or(3);
    let mut patch = vec![
        add("System.Title", &json!(cut(&summary(job.notice, job.text), TITLE, |it| it.chars().count()))),
        add("System.Description", &json!(text(compose(job.notice, job.text)))),
        add("System.Tags", &json!(tags.join("; "))),
        add("Microsoft.VSTS.Common.Priority", &json!(priority)),
    ];
    let is_ours = |field: &str| ["System.Title", "System.Description", "System.Tags", "Microsoft.VSTS.Common.Priority"].contains(&field);
    patch.extend(settings.fields.iter().filter(|(name, _)| !is_ours(name)).map(|(name, value)| add(name, value)));
    if let Some(link) = &job.notice.link {
        patch.push(json!({"op": "add", "path": "/relations/-", "value": {"rel": "Hyperlink", "url": link, "attributes": {"comment": "invitro change"}}}));
    }
    Value::Array(patch)
}

fn text(blocks: Vec<Block>) -> String {
    html(&fit(blocks, TEXT, "is attached as a file", |it| html(it).chars().count()).blocks)
}

/// A file is uploaded, and then named by the work item.
fn attach(azure: &AzureDevOps, job: &Job<'_>, steps: &mut Steps<'_>) {
    for file in files(job) {
        let upload = azure.request(Method::Post, &["attachments"]).query("fileName", file.name.as_str()).query("api-version", VERSION);
        let upload = Request { body: Body::Bytes("application/octet-stream", file.bytes.clone()), ..upload };
        let relation = json!([{"op": "add", "path": "/relations/-", "value": {"rel": "AttachedFile", "url": null, "attributes": {"comment": "invitro"}}}]);
        let name = change(azure, job, relation).hole("/0/value/url", Part::Earlier("attachment"));
        steps.http(file.step, Idempotent::Probe, vec![upload, name]);
    }
}
