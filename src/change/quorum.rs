//! Whether enough people have said yes.

use jiff::Timestamp;

use super::{Change, Rules};
use crate::gate::Verdict;

/// How many people must say yes, and who has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many must.
    pub need: usize,
    /// Whose yes counts.
    pub have: Vec<String>,
    /// Whose yes has run out, or counts no more since they lost the role.
    pub lapsed: Vec<String>,
}

impl Standing {
    /// Answers whether enough have.
    pub fn is_enough(&self) -> bool {
        self.have.len() >= self.need
    }
}

/// Returns how many people must say yes to a change, and who has.
pub fn standing(change: &Change, rules: &Rules, now: Timestamp) -> Standing {
    let severity = change.proposal.severity;
    let verdict = change.judged.as_ref().map(|it| it.verdict);
    let usual = rules.quorum.get(&severity).copied().unwrap_or(1).max(1);
    let need = match verdict {
        Some(Verdict::Proven) if rules.unattended.contains(&severity) => 0,
        Some(Verdict::Unproven) => usual.max(rules.quorum_of_unproven),
        _ => usual,
    };
    // In an emergency one is enough, and nobody is not.
    let need = if change.emergency.is_some() { need.min(1) } else { need };
    let holds = |it: &&super::Approval| {
        let is_fresh = it.at.checked_add(rules.approvals_last).is_ok_and(|until| now < until);
        is_fresh && Some(it.evidence.as_str()) == change.evidence() && rules.may_approve(&it.actor)
    };
    let (have, lapsed): (Vec<_>, Vec<_>) = change.approvals.iter().partition(|it| holds(it));
    let names = |of: Vec<&super::Approval>| of.into_iter().map(|it| it.actor.clone()).collect();
    Standing { need, have: names(have), lapsed: names(lapsed) }
}
