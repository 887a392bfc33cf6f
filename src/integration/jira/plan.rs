//! Which requests bring a notice to Jira.

use serde_json::{Map, Value, json};

use super::{Edition, Jira};
use crate::{
    integration::{
        Body, Idempotent, Job, Method, Part, Request, Step, Unfit,
        steps::{Steps, files, label, mark, of_ticket},
        story::{Block, adf, compose, cut, fit, line, summary, wiki},
    },
    outbox::Happening,
};

/// Jira's limit of a summary, in characters.
const SUMMARY: usize = 255;

/// Jira's limit of a text field is 32,767 characters; the document's own marks count too.
const TEXT: usize = 30_000;

pub(super) fn plan(jira: &Jira, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
    let mut steps = Steps::of(job);
    let is_over = matches!(job.notice.happening, Happening::Verified);
    match (job.known, is_over) {
        // What was never told as open need not be told as closed.
        (None, true) => {}
        (None, false) => open(jira, job, &mut steps),
        (Some(_), _) => tell(jira, job, &mut steps),
    }
    Ok(steps.end())
}

fn open(jira: &Jira, job: &Job<'_>, steps: &mut Steps<'_>) {
    let settings = &jira.settings;
    let mut fields = Map::new();
    let mark = label(&job.notice.fingerprint);
    let mut labels: Vec<Value> = settings.labels.iter().map(|it| json!(it)).collect();
    match &settings.marker_field {
        Some(field) => drop(fields.insert(field.clone(), json!(job.notice.fingerprint))),
        None => labels.push(json!(mark)),
    }
    fields.insert("project".into(), json!({"key": settings.project}));
    fields.insert("issuetype".into(), json!({"name": settings.issue_type}));
    fields.insert("summary".into(), json!(cut(&summary(job.notice, job.text), SUMMARY, |it| it.chars().count())));
    fields.insert("description".into(), description(jira, compose(job.notice, job.text)));
    if !labels.is_empty() {
        fields.insert("labels".into(), Value::Array(labels));
    }
    if let Some(scale) = &settings.priorities {
        fields.insert("priority".into(), json!({"name": scale.word(job.notice.severity)}));
    }
    // The operator's own fields are never put in place of ours.
    for (name, value) in &settings.fields {
        fields.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let mut body = json!({"fields": fields});
    if settings.edition == Edition::Cloud {
        let property = json!({"fingerprint": job.notice.fingerprint, "change": job.notice.change, "evidence": job.notice.evidence, "delivery": job.delivery});
        body["properties"] = json!([{"key": "invitro", "value": property}]);
    }
    steps.http("create", Idempotent::Probe, vec![jira.request(Method::Post, &["issue"]).json(body)]);
    attach(jira, job, steps);
    link(jira, job, steps);
}

fn tell(jira: &Jira, job: &Job<'_>, steps: &mut Steps<'_>) {
    let mut blocks = compose(job.notice, job.text);
    // By this line the comment is found again when nobody knows whether it was made.
    blocks.push(Block::Paragraph(format!("invitro delivery {}", mark(job.delivery))));
    let body = json!({"body": description(jira, blocks)});
    steps.http("comment", Idempotent::Probe, vec![on_issue(jira, job, Method::Post, "comment").json(body)]);
    if job.notice.happening == Happening::Updated {
        attach(jira, job, steps);
    }
    let moves = match job.notice.happening {
        Happening::Verified => Some("close"),
        Happening::RolledBack | Happening::Regressed => Some("reopen"),
        _ => None,
    };
    if let Some(name) = moves.filter(|_| jira.settings.transitions) {
        let offered = on_issue(jira, job, Method::Get, "transitions");
        let go = on_issue(jira, job, Method::Post, "transitions").json(json!({"transition": {"id": null}})).hole("/transition/id", Part::Earlier("transition"));
        steps.http(name, Idempotent::Natural, vec![offered, go]);
    }
}

fn on_issue(jira: &Jira, job: &Job<'_>, method: Method, what: &str) -> Request {
    jira.request(method, &["issue"]).then(of_ticket(job, "key")).then(what)
}

fn attach(jira: &Jira, job: &Job<'_>, steps: &mut Steps<'_>) {
    for file in files(job) {
        // Without this header Jira takes the upload for a forged one (XSRF).
        let request = on_issue(jira, job, Method::Post, "attachments").header("x-atlassian-token", "no-check");
        let body: Body = file.body("file");
        steps.http(file.step, Idempotent::Probe, vec![Request { body, ..request }]);
    }
}

/// The page of the change; the same global id again changes the link that is there.
fn link(jira: &Jira, job: &Job<'_>, steps: &mut Steps<'_>) {
    let Some(url) = &job.notice.link else { return };
    let title = format!("invitro change {}", job.notice.change.as_deref().unwrap_or_default());
    let body =
        json!({"globalId": format!("invitro:{}", job.notice.fingerprint), "object": {"url": url, "title": cut(&line(&title), 255, |it| it.chars().count())}});
    steps.http("link", Idempotent::Natural, vec![on_issue(jira, job, Method::Post, "remotelink").json(body)]);
}

fn description(jira: &Jira, blocks: Vec<Block>) -> Value {
    let is_cloud = jira.settings.edition == Edition::Cloud;
    let size = |blocks: &[Block]| if is_cloud { adf(blocks).to_string().chars().count() } else { wiki(blocks).chars().count() };
    let fitted = fit(blocks, TEXT, "is attached as a file", size);
    if is_cloud { adf(&fitted.blocks) } else { Value::String(wiki(&fitted.blocks)) }
}
