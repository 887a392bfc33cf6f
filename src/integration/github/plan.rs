//! Which requests bring a notice to GitHub.

use std::fmt::Write as _;

use serde_json::json;

use super::{GitHub, delivery_marker, marker};
use crate::{
    integration::{
        Class, Idempotent, Job, Method, Step, Unfit,
        steps::{Steps, label, of_ticket},
        story::{Block, compose, cut, fit, markdown, summary},
    },
    outbox::Happening,
};

/// GitHub takes 256 characters of a title, and 65,536 of a body.
const TITLE: usize = 256;
const BODY: usize = 60_000;

/// The steps of a diff that has no room: a comment each.
pub(super) const PARTS: [&str; 8] = ["diff-1", "diff-2", "diff-3", "diff-4", "diff-5", "diff-6", "diff-7", "diff-8"];

pub(super) fn plan(github: &GitHub, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
    let mut steps = Steps::of(job);
    match job.known {
        None if job.notice.happening == Happening::Verified => {}
        None => {
            let (body, is_moved) = body(job, &marker(&job.notice.fingerprint));
            let mut labels = github.settings.labels.clone();
            labels.push(label(&job.notice.fingerprint));
            let title = cut(&summary(job.notice, job.text), TITLE, |it| it.chars().count());
            let create = github.request(Method::Post, &["issues"]).json(json!({"title": title, "body": body, "labels": labels}));
            steps.http("create", Idempotent::Probe, vec![create]);
            diff(github, job, is_moved, &mut steps)?;
        }
        Some(_) => {
            let (body, is_moved) = body(job, &delivery_marker(job.delivery, 0));
            steps.http("comment", Idempotent::Probe, vec![on_issue(github, job, Method::Post, Some("comments")).json(json!({"body": body}))]);
            diff(github, job, is_moved, &mut steps)?;
            state(github, job, &mut steps);
        }
    }
    Ok(steps.end())
}

fn on_issue(github: &GitHub, job: &Job<'_>, method: Method, what: Option<&str>) -> crate::integration::Request {
    let request = github.request(method, &["issues"]).then(of_ticket(job, "id"));
    match what {
        Some(what) => request.then(what),
        None => request,
    }
}

fn state(github: &GitHub, job: &Job<'_>, steps: &mut Steps<'_>) {
    let (name, body) = match job.notice.happening {
        Happening::Verified => ("close", json!({"state": "closed", "state_reason": "completed"})),
        Happening::RolledBack | Happening::Regressed => ("reopen", json!({"state": "open", "state_reason": "reopened"})),
        _ => return,
    };
    if github.settings.close {
        steps.http(name, Idempotent::Natural, vec![on_issue(github, job, Method::Patch, None).json(body)]);
    }
}

/// The body with its mark at the end, and whether the diff had no room.
fn body(job: &Job<'_>, marker: &str) -> (String, bool) {
    let fitted = fit(compose(job.notice, job.text), BODY, "follows in comments", |it| markdown(it).chars().count());
    (format!("{}{marker}\n", markdown(&fitted.blocks)), fitted.moved)
}

/// A diff that has no room goes into comments, in parts of whole lines; what even they can't hold is refused rather than cut.
fn diff(github: &GitHub, job: &Job<'_>, is_moved: bool, steps: &mut Steps<'_>) -> Result<(), Unfit> {
    let Some(text) = job.notice.diff.as_deref().filter(|_| is_moved) else { return Ok(()) };
    let parts = parts(&crate::integration::story::prose(text));
    let shown = parts.len().min(PARTS.len());
    for (number, (name, part)) in PARTS.iter().zip(&parts).enumerate() {
        let mut head = format!("Diff, part {} of {}", number + 1, parts.len());
        if number + 1 == shown && parts.len() > shown {
            let _ = write!(
                head,
                "; parts {} to {} have no room here, the report has them (SHA-256 of the whole diff: {})",
                shown + 1,
                parts.len(),
                crate::digest::Digest::of(text.as_bytes()).hex()
            );
        }
        let body = format!("{}{}\n", markdown(&[Block::Paragraph(head), Block::Diff(part.clone())]), delivery_marker(job.delivery, number + 1));
        if body.chars().count() > 65_536 {
            return Err(Unfit { class: Class::TooLarge, reason: "a line of the diff is longer than a comment of GitHub".into() });
        }
        steps.http(name, Idempotent::Probe, vec![on_issue(github, job, Method::Post, Some("comments")).json(json!({"body": body}))]);
    }
    Ok(())
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut size = 0;
    for line in text.split_inclusive('\n') {
        let length = line.chars().count();
        if size + length > BODY {
            parts.push(String::new());
            size = 0;
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(line);
        }
        size += length;
    }
    parts.retain(|it| !it.is_empty());
    parts
}
