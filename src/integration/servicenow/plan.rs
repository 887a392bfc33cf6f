//! Which requests bring a notice to ServiceNow.

use serde_json::{Map, Value, json};

use super::{Mode, ServiceNow};
use crate::{
    integration::{
        Body, Idempotent, Job, Method, Part, Request, Step, Unfit,
        steps::{Steps, files, mark, of_ticket},
        story::{compose, cut, fit, plain, summary},
    },
    outbox::Happening,
};

/// The dictionary's default of `short_description`; the whole title stands in the description.
const SHORT: usize = 160;

/// The dictionary's default of `description` is 4,000; journal fields take more.
const LONG: usize = 3_900;
const NOTE: usize = 30_000;

const FIELDS: &str = "sys_id,number,state,correlation_id";

pub(super) fn plan(now: &ServiceNow, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
    let mut steps = Steps::of(job);
    match (now.settings.mode, job.known) {
        (_, None) if job.notice.happening == Happening::Verified => {}
        // Coalescing makes one of two: the same call opens and updates.
        (Mode::Import, _) => {
            let request = now.request(Method::Post, &["import", &now.settings.staging]).json(Value::Object(record(now, job)));
            steps.http("create", Idempotent::Natural, vec![request]);
        }
        (Mode::Table, None) => {
            let request = now.request(Method::Post, &["table", &now.settings.table]).query("sysparm_fields", FIELDS);
            let request = request.query("sysparm_input_display_value", "true").json(Value::Object(record(now, job)));
            steps.http("create", Idempotent::Probe, vec![request]);
            attach(now, job, &mut steps);
        }
        (Mode::Table, Some(_)) => {
            let mut body = transition(now, job);
            body.insert("work_notes".into(), json!(note(job)));
            let request = now.request(Method::Patch, &["table", &now.settings.table]).then(of_ticket(job, "id")).query("sysparm_fields", FIELDS);
            steps.http("comment", Idempotent::Probe, vec![request.query("sysparm_input_display_value", "true").json(Value::Object(body))]);
            if job.notice.happening == Happening::Updated {
                attach(now, job, &mut steps);
            }
        }
    }
    Ok(steps.end())
}

fn record(now: &ServiceNow, job: &Job<'_>) -> Map<String, Value> {
    let title = summary(job.notice, job.text);
    let fitted = fit(compose(job.notice, job.text), LONG, "is attached as a file", |it| plain(it).chars().count());
    let mut record = Map::new();
    record.insert("short_description".into(), json!(cut(&title, SHORT, |it| it.chars().count())));
    record.insert("description".into(), json!(plain(&fitted.blocks)));
    let grade = now.settings.urgency.word(job.notice.severity);
    record.insert("urgency".into(), json!(grade));
    record.insert("impact".into(), json!(grade));
    record.insert("correlation_id".into(), json!(job.notice.fingerprint));
    record.insert("correlation_display".into(), json!("invitro"));
    if now.settings.mode == Mode::Import {
        record.insert("work_notes".into(), json!(note(job)));
        record.extend(transition(now, job));
    }
    for (name, value) in &now.settings.fields {
        record.entry(name.clone()).or_insert_with(|| value.clone());
    }
    record
}

/// The note has the delivery's mark, by which it is found again.
fn note(job: &Job<'_>) -> String {
    let fitted = fit(compose(job.notice, job.text), NOTE, "is attached to the record or in the report", |it| plain(it).chars().count());
    // `[code]` would make HTML of what is between.
    let text = plain(&fitted.blocks).replace("[code]", "[ code]").replace("[/code]", "[ /code]");
    format!("{text}\ninvitro delivery {}", mark(job.delivery))
}

fn transition(now: &ServiceNow, job: &Job<'_>) -> Map<String, Value> {
    match job.notice.happening {
        Happening::Verified => {
            let mut closed = now.settings.closed.clone();
            closed.entry("close_notes").or_insert_with(|| json!(job.notice.headline()));
            closed
        }
        Happening::RolledBack | Happening::Regressed => now.settings.reopened.clone(),
        _ => Map::new(),
    }
}

fn attach(now: &ServiceNow, job: &Job<'_>, steps: &mut Steps<'_>) {
    for file in files(job) {
        let request = now.request(Method::Post, &["attachment", "file"]).query("table_name", now.settings.table.as_str());
        let request = request.query("table_sys_id", of_ticket(job, "id")).query("file_name", Part::from(file.name.clone()));
        steps.http(file.step, Idempotent::Probe, vec![Request { body: Body::Bytes(file.media, file.bytes), ..request }]);
    }
}
