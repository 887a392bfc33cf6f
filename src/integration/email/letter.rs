//! The letter: plain text and HTML, the diff beside them, and headers by which threads hold together.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Message,
    message::{
        Attachment, MultiPart, MultiPartKind, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::Email;
use crate::{
    digest::Digest,
    finding::Severity,
    integration::{
        Class, Idempotent, Job, Letter, Step, Unfit, Wire,
        steps::{Steps, files, mark},
        story::{compose, cut, fit, html, plain, summary},
    },
    outbox::Happening,
};

/// What people read is no longer; a diff beyond it is attached only.
const TEXT: usize = 100_000;

/// RFC 5322: a line has at most 998 characters; subjects that people read are shorter.
const SUBJECT: usize = 200;

pub(super) fn plan(email: &Email, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
    let mut steps = Steps::of(job);
    let message = letter(email, job).map_err(|reason| Unfit { class: Class::Rejected, reason: format!("no letter can be made: {reason}") })?;
    let to = email.settings.to.iter().map(|it| it.email.to_string()).collect();
    steps.add("mail", Idempotent::No, Wire::Mail(Letter { from: email.settings.from.email.to_string(), to, message }));
    Ok(steps.end())
}

/// The id of the first letter of a finding; all later ones answer to it.
fn root(email: &Email, job: &Job<'_>) -> String {
    format!("<invitro.{}@{}>", job.notice.fingerprint, email.settings.domain)
}

/// The id of this letter, the same at each try.
pub(super) fn id(email: &Email, job: &Job<'_>) -> String {
    if is_first(job) {
        return root(email, job);
    }
    let fingerprint = job.notice.fingerprint.get(..16).unwrap_or_default();
    format!("<invitro.{fingerprint}.{}@{}>", job.delivery.replace(|it: char| !it.is_ascii_alphanumeric() && it != '-', ""), email.settings.domain)
}

fn is_first(job: &Job<'_>) -> bool {
    job.known.is_none() && matches!(job.notice.happening, Happening::Opened | Happening::Digest)
}

fn letter(email: &Email, job: &Job<'_>) -> Result<Vec<u8>, String> {
    let seconds = u64::try_from(job.notice.at.as_second()).unwrap_or_default();
    let mut builder = Message::builder()
        .from(email.settings.from.clone())
        .subject(cut(&summary(job.notice, job.text), SUBJECT, |it| it.chars().count()))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(id(email, job)));
    for to in &email.settings.to {
        builder = builder.to(to.clone());
    }
    if !is_first(job) {
        builder = builder.in_reply_to(root(email, job)).references(root(email, job));
    }
    for (name, value) in headers(job) {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let fitted = fit(compose(job.notice, job.text), TEXT, "is attached as a file", |it| plain(it).len());
    let alternative = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(boundary(job, "alternative"));
    let alternative = alternative.singlepart(SinglePart::plain(plain(&fitted.blocks))).singlepart(SinglePart::html(page(&html(&fitted.blocks))));
    let mut mixed = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(boundary(job, "mixed")).multipart(alternative);
    for file in files(job).into_iter().filter(|it| it.step == "attach-diff") {
        let media = ContentType::parse(file.media).map_err(|error| error.to_string())?;
        mixed = mixed.singlepart(Attachment::new(file.name).body(file.bytes, media));
    }
    Ok(builder.multipart(mixed).map_err(|error| error.to_string())?.formatted())
}

fn headers(job: &Job<'_>) -> Vec<(&'static str, String)> {
    let priority = match job.notice.severity {
        Severity::Critical => "1",
        Severity::High => "2",
        Severity::Medium => "3",
        Severity::Low => "4",
        Severity::Info => "5",
    };
    // RFC 3834: so that nobody's holiday notice answers.
    let mut all = vec![("Auto-Submitted", "auto-generated".to_owned()), ("X-Priority", priority.to_owned())];
    let ascii = |it: &str| it.chars().filter(|it| it.is_ascii_graphic()).take(100).collect::<String>();
    all.push(("X-Invitro-Fingerprint", ascii(&job.notice.fingerprint)));
    all.push(("X-Invitro-Delivery", ascii(job.delivery)));
    all.push(("X-Invitro-Verdict", ascii(job.notice.verdict.as_deref().unwrap_or("none"))));
    if let Some(evidence) = &job.notice.evidence {
        all.push(("X-Invitro-Evidence", ascii(evidence)));
    }
    all
}

/// The same at each try, and nothing that a text could have in it by chance.
fn boundary(job: &Job<'_>, what: &str) -> String {
    let digest = Digest::of(format!("{what}:{}:{}", mark(job.delivery), job.notice.fingerprint).as_bytes());
    digest.hex().get(..40).unwrap_or_default().to_owned()
}

fn page(body: &str) -> String {
    format!("<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n{body}</body></html>\n")
}
