//! Many reports and their sums.

use super::neutral::{bytes, line};
use crate::{
    engine::{Commutes, Fixed},
    finding::Skipped,
    gate::{Outcome, Verdict},
};

/// Counts of what became of findings.
#[derive(Clone, Debug, Default)]
pub struct Sums(Vec<(Outcome, Option<Verdict>, usize)>);

impl Sums {
    /// Counts one finding.
    pub fn add(&mut self, it: &Fixed) {
        let (outcome, verdict) = (outcome_of(it), verdict_of(it));
        match self.0.iter_mut().find(|it| (it.0, it.1) == (outcome, verdict)) {
            Some(known) => known.2 += 1,
            None => self.0.push((outcome, verdict, 1)),
        }
    }

    /// Returns the number of findings.
    pub fn findings(&self) -> usize {
        self.count(|_, _| true)
    }

    fn count(&self, is: impl Fn(Outcome, Option<Verdict>) -> bool) -> usize {
        self.0.iter().filter(|it| is(it.0, it.1)).map(|it| it.2).sum()
    }

    /// Counts by result word, in a fixed order; the counts add up to the number of findings.
    pub fn results(&self) -> Vec<(&'static str, usize)> {
        Outcome::ALL.into_iter().map(|word| (word.word(), self.count(|it, _| it == word))).collect()
    }

    /// Counts by verdict; `none` where nothing could be tried.
    pub fn verdicts(&self) -> Vec<(&'static str, usize)> {
        let count = |verdict: Option<Verdict>| self.count(|_, it| it == verdict);
        let words = [Verdict::Proven, Verdict::NeedsApproval, Verdict::Refused, Verdict::Unproven];
        words.into_iter().map(|it| (it.word(), count(Some(it)))).chain([("none", count(None))]).collect()
    }

    /// Returns the verdict of the whole list: refused before unproven (or in error, or without remediation) before needs-approval.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.count(|_, it| it == Some(verdict)) > 0;
        let open = self.count(|outcome, verdict| verdict.is_none() && outcome != Outcome::NotApplicable) > 0;
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

/// What is known of a list when its last finding is done.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// The counts.
    pub sums: &'a Sums,
    /// What the scanners' reports hold that is no finding.
    pub skipped: &'a [Skipped],
    /// Whether the fixes can be applied in any order; none where there is no batch.
    pub commutes: Option<&'a Commutes>,
}

/// Pairs that are named where people read; all of them stand in the JSON.
const MOST_PAIRS: usize = 5;

/// Says whether a batch can be applied in any order, in a line of a stranger's words made harmless, and names the pairs.
pub(super) fn order(of: &Commutes) -> (&'static str, String) {
    let word = match of.holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    };
    let mut pairs: Vec<String> = of
        .pairs
        .iter()
        .take(MOST_PAIRS)
        .map(|it| format!("{} and {} ({})", it.first, it.second, it.paths.iter().map(|it| bytes(it)).collect::<Vec<_>>().join(", ")))
        .collect();
    if of.pairs.len() > MOST_PAIRS {
        pairs.push(format!("and {} more pairs", of.pairs.len() - MOST_PAIRS));
    }
    let named = if pairs.is_empty() { String::new() } else { format!(": {}", pairs.join("; ")) };
    (word, line(&format!("{}{named}", of.reason)))
}

/// What is done about a finding, or else what it is.
pub(super) fn title(of: &Fixed) -> &str {
    match of {
        Fixed::Tried(evidence) => &evidence.remediation.title,
        Fixed::Untried { finding, .. } => &finding.title,
    }
}

/// A rule's name without the catalogue that it comes from.
pub(super) fn short(rule: &str) -> &str {
    ["content_rule_", "stig_rule_", "benchmarks_rule_"].iter().find_map(|it| rule.split_once(it)).map_or(rule, |it| it.1)
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
