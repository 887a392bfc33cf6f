//! A courier in a few lines: step by step, and a question before anything is sent that may have been sent already.

use std::time::Duration;

use invitro::{
    integration::{Idempotent, Job, Outcome, Probe, Question, Receipt, Sink, Step},
    outbox::{Notice, Reference},
};

use super::{
    PATIENCE,
    sample::{DELIVERY, job, text},
};

/// How a delivery ended.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    pub(super) receipts: Vec<Receipt>,
    /// `step: outcome` of everything that did not go well at once.
    pub(super) trouble: Vec<String>,
    /// How long the target asked to be left alone, each time.
    pub(super) waits: Vec<Duration>,
    pub(super) failed: bool,
}

impl Delivered {
    /// The ticket or message.
    pub(super) fn reference(&self) -> Reference {
        self.receipts.iter().rev().find_map(|it| it.reference.clone()).expect("a reference")
    }
}

/// Plans and sends a notice.
pub(super) async fn deliver(sink: &dyn Sink, notice: &Notice, known: Option<&Reference>) -> Delivered {
    let text = text();
    let job = job(notice, &text, known);
    let steps = sink.plan(&job).unwrap_or_else(|it| panic!("{it}"));
    tokio::time::timeout(PATIENCE, send(sink, &steps, &job)).await.expect("a delivery ends")
}

async fn send(sink: &dyn Sink, steps: &[Step], job: &Job<'_>) -> Delivered {
    let mut all = Delivered::default();
    for step in steps {
        let mut is_in_doubt = false;
        for attempt in 0.. {
            if attempt > 12 {
                all.failed = true;
                return all;
            }
            // Waits of minutes are no affair of a test: what was asked for is noted.
            match one(sink, step, job, &all.receipts, is_in_doubt).await {
                Outcome::Done(it) | Outcome::HandedOver(it) => {
                    all.waits.extend(it.slow);
                    all.receipts.push(it);
                    break;
                }
                Outcome::Retry { after, class, reason } => {
                    all.waits.extend(after);
                    all.trouble.push(format!("{}: retry, {}: {reason}", step.name, class.word()));
                }
                Outcome::Unknown { reason } => {
                    is_in_doubt = true;
                    all.trouble.push(format!("{}: unknown: {reason}", step.name));
                }
                Outcome::Terminal { class, reason } => {
                    all.trouble.push(format!("{}: terminal, {}: {reason}", step.name, class.word()));
                    all.failed = true;
                    return all;
                }
            }
        }
    }
    all
}

async fn one(sink: &dyn Sink, step: &Step, job: &Job<'_>, receipts: &[Receipt], is_in_doubt: bool) -> Outcome {
    let must_ask = step.idempotent == Idempotent::Probe && (is_in_doubt || step.name == "create" && sink.abilities().probe);
    if must_ask {
        let made = receipts.iter().rev().find_map(|it| it.reference.clone());
        let question =
            Question { fingerprint: &job.notice.fingerprint, delivery: DELIVERY, step: step.name, known: job.known.or(made.as_ref()), doubt: is_in_doubt };
        match sink.probe(question).await {
            Probe::Found(it) => return Outcome::Done(Receipt { step: step.name.into(), reference: Some(it), ..Receipt::default() }),
            Probe::Absent => {}
            // Still in doubt, whatever the reason.
            Probe::CannotTell(reason) => {
                return if is_in_doubt {
                    Outcome::Unknown { reason }
                } else {
                    Outcome::Retry { after: None, class: invitro::integration::Class::Network, reason }
                };
            }
        }
    }
    sink.send(step, receipts).await
}
