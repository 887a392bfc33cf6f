//! What became of a finding, in one word.

use super::verdict::{Reason, Verdict};
use crate::{diff::Change, proof::Proofs};

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is gone.
    Fixed,
    /// It stands, or nobody has a remediation.
    NotFixed,
    /// The target is no place for it, or it was not there.
    NotApplicable,
    /// The fix changes nothing.
    NoOp,
    /// It is gone in some places only.
    Partial,
    /// It is gone, and something else is broken.
    Regressed,
    /// Nobody can tell.
    Unproven,
    /// The line broke.
    Error,
}

impl Outcome {
    /// Every outcome, in the order of summaries.
    pub const ALL: [Outcome; 8] =
        [Outcome::Fixed, Outcome::Partial, Outcome::NoOp, Outcome::NotFixed, Outcome::NotApplicable, Outcome::Regressed, Outcome::Unproven, Outcome::Error];

    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Fixed => "fixed",
            Outcome::NotFixed => "not-fixed",
            Outcome::NotApplicable => "not-applicable",
            Outcome::NoOp => "no-op",
            Outcome::Partial => "partial",
            Outcome::Regressed => "regressed",
            Outcome::Unproven => "unproven",
            Outcome::Error => "error",
        }
    }
}

/// Says what became of a finding; `partly` where it is gone in some of its places only.
pub fn outcome(verdict: Verdict, reasons: &[Reason], changes: &[Change], proofs: &Proofs, partly: bool) -> Outcome {
    let refused_for_harm = reasons.iter().any(|it| it.lasting);
    match (verdict, proofs.fixed.holds) {
        (Verdict::Unproven, _) => Outcome::Unproven,
        (_, Some(true)) if refused_for_harm => Outcome::Regressed,
        (_, Some(true)) => Outcome::Fixed,
        _ if changes.is_empty() && reasons.iter().any(|it| it.code == "no-op") => Outcome::NoOp,
        (_, Some(false)) if partly => Outcome::Partial,
        (_, Some(false)) => Outcome::NotFixed,
        (_, None) => Outcome::Unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, outcome};
    use crate::{
        gate::{Reason, Verdict},
        proof::{Proof, Proofs},
    };

    fn check(verdict: Verdict, reasons: &[Reason], fixed: Option<bool>, partly: bool) -> Outcome {
        let held = || Proof::of(true, "");
        let fixed = Proof { holds: fixed, ..held() };
        outcome(verdict, reasons, &[], &Proofs { fixed, contained: held(), idempotent: held(), reversible: held(), deterministic: held() }, partly)
    }

    #[test]
    fn one_word_for_each() {
        let harm = [Reason::lasting("error-note", "x")];
        let nothing = [Reason::new(Verdict::NeedsApproval, "no-op", "x")];
        let refused = [Reason::new(Verdict::Refused, "proof-false", "x")];
        assert_eq!(check(Verdict::Proven, &[], Some(true), false), Outcome::Fixed);
        assert_eq!(check(Verdict::Refused, &harm, Some(true), false), Outcome::Regressed, "gone, and something else is broken");
        assert_eq!(check(Verdict::Refused, &refused, Some(true), false), Outcome::Fixed, "gone, though not to be applied");
        assert_eq!(check(Verdict::Refused, &refused, Some(false), true), Outcome::Partial);
        assert_eq!(check(Verdict::Refused, &harm, Some(false), false), Outcome::NotFixed);
        assert_eq!(check(Verdict::NeedsApproval, &nothing, None, false), Outcome::NoOp);
        assert_eq!(check(Verdict::NeedsApproval, &[], None, false), Outcome::Unproven, "nobody can tell");
        assert_eq!(check(Verdict::Unproven, &harm, Some(true), true), Outcome::Unproven, "what could not be simulated is not fixed");
    }
}
