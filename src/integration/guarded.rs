//! A sink behind a guard: no configured secret leaves in a message, and none stands in what a target is reported to have said.

use super::{
    sink::{Abilities, Class, Health, Job, Outcome, Pending, Probe, Question, Receipt, Sink, Step, Unfit},
    vault::Vault,
};

/// A sink behind the guard.
pub(super) struct Guarded {
    inner: Box<dyn Sink>,
    vault: Vault,
}

impl Guarded {
    /// Puts a sink behind the guard.
    pub(super) fn new(inner: Box<dyn Sink>, vault: &Vault) -> Guarded {
        Guarded { inner, vault: vault.clone() }
    }

    fn outcome(&self, outcome: Outcome) -> Outcome {
        let clean = |text: String| self.vault.scrub(&text);
        match outcome {
            Outcome::Retry { after, class, reason } => Outcome::Retry { after, class, reason: clean(reason) },
            Outcome::Terminal { class, reason } => Outcome::Terminal { class, reason: clean(reason) },
            Outcome::Unknown { reason } => Outcome::Unknown { reason: clean(reason) },
            Outcome::Done(it) => Outcome::Done(self.receipt(it)),
            Outcome::HandedOver(it) => Outcome::HandedOver(self.receipt(it)),
        }
    }

    fn receipt(&self, mut receipt: Receipt) -> Receipt {
        receipt.remarks.iter_mut().for_each(|it| *it = self.vault.scrub(it));
        receipt
    }
}

impl Sink for Guarded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let steps = self.inner.plan(job)?;
        // What is masked is a secret in its own place; one that shows here stands where it has no business.
        let leak = steps.iter().find(|it| self.vault.is_in(&it.wire.masked()));
        match leak {
            None => Ok(steps),
            Some(step) => {
                let reason = format!(
                    "step `{}` would carry a secret of this configuration to `{}`: nothing was sent; take the secret out of the text, the diff or the template",
                    step.name,
                    self.name()
                );
                Err(Unfit { class: Class::Secret, reason })
            }
        }
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async move {
            match self.inner.probe(question).await {
                Probe::CannotTell(reason) => Probe::CannotTell(self.vault.scrub(&reason)),
                it => it,
            }
        })
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move { self.outcome(self.inner.send(step, earlier).await) })
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let mut all = self.inner.check().await;
            for it in &mut all {
                it.found = match &it.found {
                    Ok(text) => Ok(self.vault.scrub(text)),
                    Err(text) => Err(self.vault.scrub(text)),
                };
            }
            all
        })
    }

    fn validate_online<'a>(&'a self, step: &'a Step) -> Pending<'a, Option<Outcome>> {
        Box::pin(async move { self.inner.validate_online(step).await.map(|it| self.outcome(it)) })
    }
}
