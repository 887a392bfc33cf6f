//! Many reports and their sums.

use super::neutral::{bytes, line};
use crate::{
    engine::{Commutes, Fixed},
    finding::Skipped,
    gate::{Outcome, Verdict},
};

/// What became of the findings of some reports.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// One for each finding, in their order.
    pub fixed: &'a [Fixed],
    /// What the scanners' reports hold that is no finding.
    pub skipped: &'a [Skipped],
    /// Whether the fixes can be applied in any order; none where there is no batch.
    pub commutes: Option<&'a Commutes>,
}

impl<'a> List<'a> {
    /// Counts by result word, in a fixed order; the counts add up to the number of findings.
    pub fn results(&self) -> Vec<(&'static str, usize)> {
        let count = |outcome: Outcome| self.fixed.iter().filter(|it| outcome_of(it) == outcome).count();
        Outcome::ALL.into_iter().map(|it| (it.word(), count(it))).collect()
    }

    /// Counts by verdict; `none` where nothing could be tried.
    pub fn verdicts(&self) -> Vec<(&'static str, usize)> {
        let count = |verdict: Option<Verdict>| self.fixed.iter().filter(|it| verdict_of(it) == verdict).count();
        let words = [Verdict::Proven, Verdict::NeedsApproval, Verdict::Refused, Verdict::Unproven];
        words.into_iter().map(|it| (it.word(), count(Some(it)))).chain([("none", count(None))]).collect()
    }

    /// Returns the verdict of the whole list: refused before unproven (or in error, or without remediation) before needs-approval.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.fixed.iter().any(|it| verdict_of(it) == Some(verdict));
        let open = self.fixed.iter().any(|it| matches!(it, Fixed::Untried { outcome, .. } if *outcome != Outcome::NotApplicable));
        if any(Verdict::Refused) {
            Verdict::Refused
        } else if any(Verdict::Unproven) || open {
            Verdict::Unproven
        } else if any(Verdict::NeedsApproval) {
            Verdict::NeedsApproval
        } else {
            Verdict::Proven
        }
    }
}

/// Says whether a batch can be applied in any order, in a line of a stranger's words made harmless, and names the pairs.
pub(super) fn order(of: &Commutes) -> (&'static str, String) {
    let word = match of.holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    };
    let pairs: Vec<String> =
        of.pairs.iter().map(|it| format!("{} and {} ({})", it.first, it.second, it.paths.iter().map(|it| bytes(it)).collect::<Vec<_>>().join(", "))).collect();
    let named = if pairs.is_empty() { String::new() } else { format!(": {}", pairs.join("; ")) };
    (word, line(&format!("{}{named}", of.reason)))
}

/// What became of a finding.
pub(super) fn outcome_of(it: &Fixed) -> Outcome {
    match it {
        Fixed::Tried(evidence) => evidence.finding.as_ref().map_or(Outcome::Error, |it| it.1),
        Fixed::Untried { outcome, .. } => *outcome,
    }
}

pub(super) fn verdict_of(it: &Fixed) -> Option<Verdict> {
    match it {
        Fixed::Tried(evidence) => Some(evidence.verdict),
        Fixed::Untried { .. } => None,
    }
}
