//! Decides a verdict.

use super::{
    approval, harm,
    policy::Policy,
    unknown,
    verdict::{Reason, Verdict},
};
use crate::{
    diff::Change,
    finding::Finding,
    guest::Doubt,
    proof::{Answer, Proofs},
    remediation::Remediation,
    sandbox::{DryRun, Ended},
    tree::{Mark, Tree},
    validate::{Level, Note},
};

/// Everything that is judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The finding, where there is one.
    pub finding: Option<&'a Finding>,
    /// What was done.
    pub remediation: &'a Remediation,
    /// The tree before.
    pub before: &'a Tree,
    /// When the trial began to ask it.
    pub since: Mark,
    /// The dry run.
    pub run: &'a DryRun,
    /// What changed.
    pub changes: &'a [Change],
    /// What validators say.
    pub notes: &'a [Note],
    /// What was shown.
    pub proofs: &'a Proofs,
    /// Answers of ours.
    pub answers: &'a [Answer],
    /// What looked wrong, in the run and under strain.
    pub doubts: &'a [Doubt],
}

/// Decides, and gives every reason against `proven`: the first one decides.
pub fn decide(policy: &Policy, of: &Judged<'_>) -> (Verdict, Vec<Reason>) {
    let mut reasons = harm::reasons(policy, of);
    reasons.extend(of.notes.iter().filter(|it| it.level == Level::Error).map(note));
    reasons.extend(unknown::reasons(policy, of));
    reasons.extend(shown_wrong(policy, of));
    reasons.extend(approval::reasons(policy, of));
    reasons.sort_by_key(Reason::rank);
    (reasons.first().map_or(Verdict::Proven, |it| it.verdict), reasons)
}

fn note(it: &Note) -> Reason {
    let place = it.path.as_ref().map(|path| format!("{}: ", String::from_utf8_lossy(path))).unwrap_or_default();
    Reason::lasting("error-note", format!("{place}{} ({})", it.message, it.code))
}

/// The fix failed, or a required proof is false; a required proof that is neither is for a person.
fn shown_wrong(policy: &Policy, of: &Judged<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if of.run.status.is_some_and(|it| it != 0) && of.run.ended == Ended::Failed {
        let status = of.run.status.unwrap_or_default();
        reasons.push(Reason::new(Verdict::Refused, "fix-failed", format!("the fix exits with {status}")));
    }
    for (name, proof) in of.proofs.all() {
        let required = policy.requires(name, of);
        match proof.holds {
            Some(false) if required => reasons.push(Reason::new(Verdict::Refused, "proof-false", format!("not {name}: {}", proof.reason))),
            None if required && !proof.untried => {
                reasons.push(Reason::new(Verdict::NeedsApproval, "proof-not-applicable", format!("{name} could not be shown: {}", proof.reason)));
            }
            _ => {}
        }
    }
    reasons
}
