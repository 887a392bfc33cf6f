//! Whether the fixes of a batch can be applied in any order: the batch runs in planned and in reversed order, and where the trees
//! differ the pairs that are to blame are searched.

use std::collections::BTreeSet;

use super::{fix::Fixed, trial::Bench};
use crate::{
    diff,
    digest::Digest,
    gate::Verdict,
    remediation::Remediation,
    sandbox::Setting,
    strain::{Batch, Pair},
    tree::Tree,
};

/// Most fixes of a batch that is tried.
const MOST_FIXES: usize = 256;

/// Paths that are named of a pair.
const NAMED: usize = 3;

/// Whether a batch can be applied in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commutes {
    /// True, false, or neither: not tried, or not carried out truly.
    pub holds: Option<bool>,
    /// Why.
    pub reason: String,
    /// Who is to blame.
    pub pairs: Vec<Pair>,
}

impl Commutes {
    fn untried(reason: impl Into<String>) -> Commutes {
        Commutes { holds: None, reason: reason.into(), pairs: Vec::new() }
    }
}

/// What may be applied of a list, each once. It holds no more than what is tried together.
#[derive(Debug, Default)]
pub struct Members {
    kept: Vec<Remediation>,
    seen: BTreeSet<Digest>,
}

impl Members {
    /// Takes a remediation that came out proven or for approval.
    pub fn add(&mut self, it: &Fixed) {
        let Fixed::Tried(evidence) = it else { return };
        if !matches!(evidence.verdict, Verdict::Proven | Verdict::NeedsApproval) {
            return;
        }
        let artifacts: String = evidence.remediation.artifacts.iter().map(|it| format!("{} ", it.digest())).collect();
        if self.seen.insert(Digest::of(artifacts.as_bytes())) && self.kept.len() < MOST_FIXES {
            self.kept.push(evidence.remediation.clone());
        }
    }
}

/// Tries whether the fixes that may be applied can be applied in any order.
pub fn commutes(bench: &Bench<'_>, target: &Tree, of: &Members) -> Commutes {
    let count = of.seen.len();
    if count < 2 {
        return Commutes::untried(format!("{count} of the fixes may be applied: there is no order to speak of"));
    }
    if count > MOST_FIXES {
        return Commutes::untried(format!("not tried: {count} fixes may be applied, and at most {MOST_FIXES} are tried together"));
    }
    let members: Vec<&Remediation> = of.kept.iter().collect();
    let setting = Setting::new(bench.modules, bench.policy.limits, bench.context);
    let mut batch = Batch::new(setting, target);
    let backwards: Vec<&Remediation> = members.iter().rev().copied().collect();
    let (planned, reversed) = (batch.run(&members), batch.run(&backwards));
    for (order, ran) in [("planned", &planned), ("reversed", &reversed)] {
        if let Err((reason, false)) = ran {
            return Commutes::untried(format!("the {order} order could not be tried truly: {reason}"));
        }
    }
    let differs = match (&planned, &reversed) {
        (Ok(planned), Ok(reversed)) => {
            let changes = diff::between(planned, reversed);
            if changes.is_empty() {
                let reason = format!("{} fixes give the same tree in planned and in reversed order", members.len());
                return Commutes { holds: Some(true), reason, pairs: Vec::new() };
            }
            let paths: Vec<_> = changes.iter().take(NAMED).map(|it| String::from_utf8_lossy(&it.path).into_owned()).collect();
            format!("planned and reversed order differ in {}", paths.join(", "))
        }
        (Err((reason, _)), _) => format!("the planned order fails: {reason}"),
        (_, Err((reason, _))) => format!("the reversed order fails: {reason}"),
    };
    let found = batch.pairs(&members);
    Commutes { holds: Some(false), reason: format!("{differs}{}", found.note()), pairs: found.pairs }
}
