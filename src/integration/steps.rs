//! Makes the steps of a delivery, and the receipts of those that were sent.

use super::{
    answer::Answer,
    sink::{Idempotent, Job, Outcome, Receipt, Step},
    wire::{Body, Part, Request, Wire},
};
use crate::outbox::Reference;

/// The steps of a delivery, as they are added.
pub(super) struct Steps<'a> {
    job: &'a Job<'a>,
    list: Vec<Step>,
}

impl<'a> Steps<'a> {
    /// Begins.
    pub(super) fn of(job: &'a Job<'a>) -> Steps<'a> {
        Steps { job, list: Vec::new() }
    }

    /// Adds a step of HTTP requests.
    pub(super) fn http(&mut self, name: &'static str, idempotent: Idempotent, requests: Vec<Request>) {
        self.add(name, idempotent, Wire::Http(requests));
    }

    /// Adds a step.
    pub(super) fn add(&mut self, name: &'static str, idempotent: Idempotent, wire: Wire) {
        self.list.push(Step { name, idempotent, delivery: self.job.delivery.to_owned(), fingerprint: self.job.notice.fingerprint.clone(), wire });
    }

    /// Ends.
    pub(super) fn end(self) -> Vec<Step> {
        self.list
    }
}

/// A value of the ticket: of the one that is known, else of the one that an earlier step will make.
pub(super) fn of_ticket(job: &Job<'_>, name: &'static str) -> Part {
    match job.known.and_then(|it| it.get(name)) {
        Some(value) => Part::Text(value.to_owned()),
        None => Part::Earlier(name),
    }
}

/// The mark by which a ticket is found again: a word that every target takes as a label.
pub(super) fn label(fingerprint: &str) -> String {
    format!("rem-{}", fingerprint.get(..16).unwrap_or(fingerprint))
}

/// The mark of one delivery within a comment or the name of a file: the random end of its UUID.
pub(super) fn mark(delivery: &str) -> &str {
    delivery.get(delivery.len().saturating_sub(12)..).unwrap_or(delivery)
}

/// A file that goes with a message.
pub(super) struct File {
    pub(super) step: &'static str,
    pub(super) name: String,
    pub(super) media: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// The files of a delivery: the diff as it is, and all that is told as JSON.
pub(super) fn files(job: &Job<'_>) -> Vec<File> {
    let stem = format!("invitro-{}-{}", job.notice.fingerprint.get(..12).unwrap_or_default(), mark(job.delivery));
    let mut files = Vec::new();
    if let Some(diff) = job.notice.diff.as_deref().filter(|it| !it.trim().is_empty()) {
        files.push(File { step: "attach-diff", name: format!("{stem}.diff"), media: "text/plain; charset=utf-8", bytes: diff.as_bytes().to_vec() });
    }
    // The diff lies beside it.
    let report = crate::outbox::Notice { diff: None, ..job.notice.clone() };
    if let Ok(bytes) = serde_json::to_vec_pretty(&report) {
        files.push(File { step: "attach-report", name: format!("{stem}.json"), media: "application/json", bytes });
    }
    files
}

impl File {
    /// Returns the body of a form with this file.
    pub(super) fn body(&self, field: &'static str) -> Body {
        Body::File { field, name: self.name.clone(), media: self.media, bytes: self.bytes.clone() }
    }
}

/// The name of the file that a step sends.
pub(super) fn file_of(step: &str, fingerprint: &str, delivery: &str) -> Option<String> {
    let ending = match step {
        "attach-diff" => "diff",
        "attach-report" => "json",
        _ => return None,
    };
    Some(format!("invitro-{}-{}.{ending}", fingerprint.get(..12).unwrap_or_default(), mark(delivery)))
}

/// The receipt of a step.
pub(super) fn receipt(step: &Step, reference: Option<Reference>) -> Receipt {
    Receipt {
        step: step.name.to_owned(),
        reference,
        digest: step.wire.digest(),
        at_least_once: step.idempotent == Idempotent::No,
        remarks: Vec::new(),
        slow: None,
    }
}

/// A step that was done, with the pause that the answer asks for.
pub(super) fn done(step: &Step, answer: &Answer, reference: Option<Reference>) -> Outcome {
    Outcome::Done(Receipt { slow: answer.pause(), ..receipt(step, reference) })
}

/// The requests of a step; empty where it has another form.
pub(super) fn requests(step: &Step) -> &[Request] {
    match &step.wire {
        Wire::Http(requests) => requests,
        Wire::Mail(_) | Wire::Syslog(_) => &[],
    }
}

/// A UUID out of a fingerprint (version 5, RFC 9562), for targets where we choose the id.
pub(super) fn uuid_of(fingerprint: &str, what: &str) -> uuid::Uuid {
    // Namespace: the URL namespace of RFC 9562 with our own name in it.
    let space = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, b"urn:invitro:fingerprint");
    uuid::Uuid::new_v5(&space, format!("{what}:{fingerprint}").as_bytes())
}
