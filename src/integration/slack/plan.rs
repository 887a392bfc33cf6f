//! Which requests bring a notice to Slack.

use serde_json::{Value, json};

use super::{
    Open, Slack,
    blocks::{ALL, blocks, escape, size},
};
use crate::{
    integration::{
        Body, Idempotent, Job, Method, Part, Request, Step,
        secret::SecretUrl,
        steps::{Steps, files, of_ticket},
        story::{compose, cut, fit, summary},
    },
    outbox::Happening,
};

/// The text beside the blocks, for notifications; Slack takes 40,000 characters.
const FALLBACK: usize = 3_000;

const JSON: &str = "application/json; charset=utf-8";

pub(super) fn plan(slack: &Slack, job: &Job<'_>) -> Vec<Step> {
    let mut steps = Steps::of(job);
    match &slack.way {
        Open::Webhook(url) => {
            let (body, _) = message(job, "has no room here, see the report");
            steps.http("post", Idempotent::No, vec![Request { body: Body::Json(JSON, body), ..Request::new(Method::Post, url, &[]) }]);
        }
        Open::Bot { url, channel } => bot(url, channel, job, &mut steps),
    }
    steps.end()
}

fn bot(url: &SecretUrl, channel: &str, job: &Job<'_>, steps: &mut Steps<'_>) {
    let (mut body, is_moved) = message(job, "is attached as a file");
    body["metadata"] = json!({"event_type": "invitro_notice", "event_payload": {"fingerprint": job.notice.fingerprint, "delivery": job.delivery}});
    let post = |body: Value, method: &str| Request { body: Body::Json(JSON, body), ..Slack::call(Method::Post, url, method) };
    match job.known {
        None => {
            body["channel"] = json!(channel);
            steps.http("create", Idempotent::Probe, vec![post(body, "chat.postMessage")]);
        }
        Some(known) => {
            // The channel may have been changed in the settings: the thread stays where it is.
            let channel = known.get("channel").unwrap_or(channel);
            if matches!(job.notice.happening, Happening::Applied | Happening::Verified | Happening::RolledBack | Happening::Regressed) {
                let mut changed = body.clone();
                changed["channel"] = json!(channel);
                changed["ts"] = json!(known.id);
                steps.http("update", Idempotent::Natural, vec![post(changed, "chat.update")]);
            }
            body["channel"] = json!(channel);
            body["thread_ts"] = json!(known.id);
            steps.http("comment", Idempotent::Probe, vec![post(body, "chat.postMessage")]);
        }
    }
    if is_moved {
        upload(url, channel, job, steps);
    }
}

/// A file comes in three requests: where to, the bytes, and where it belongs.
fn upload(url: &SecretUrl, channel: &str, job: &Job<'_>, steps: &mut Steps<'_>) {
    let Some(file) = files(job).into_iter().find(|it| it.step == "attach-diff") else { return };
    let form = vec![("filename", Part::from(file.name.clone())), ("length", Part::from(file.bytes.len().to_string()))];
    let place = Request { body: Body::Form(form), ..Slack::call(Method::Post, url, "files.getUploadURLExternal") };
    let bytes = Request { body: Body::Bytes("application/octet-stream", file.bytes), credential: None, ..Slack::call(Method::Post, url, "upload") };
    let channel = job.known.and_then(|it| it.get("channel")).unwrap_or(channel);
    let belongs = json!({"files": [{"id": null, "title": file.name}], "channel_id": channel, "thread_ts": null});
    let end = Slack::call(Method::Post, url, "files.completeUploadExternal").json(belongs);
    let end = end.hole("/files/0/id", Part::Earlier("file")).hole("/thread_ts", of_ticket(job, "id"));
    // A second file with the same name is a nuisance, not a second message.
    steps.http("attach-diff", Idempotent::No, vec![place, bytes, end]);
}

/// The message, and whether the diff had no room in it.
fn message(job: &Job<'_>, diff_is: &str) -> (Value, bool) {
    let text = escape(&cut(&summary(job.notice, job.text), FALLBACK, |it| it.chars().count()));
    let fitted = fit(compose(job.notice, job.text), ALL, diff_is, size);
    (json!({"text": text, "blocks": blocks(&fitted.blocks), "unfurl_links": false, "unfurl_media": false}), fitted.moved)
}
