//! Whether the fixes of a batch can be applied in any order: the batch runs in planned and in reversed order, and where the trees
//! differ the pairs that are to blame are searched.

use std::collections::BTreeSet;

use super::{fix::Fixed, trial::Bench};
use crate::{
    diff,
    digest::Digest,
    gate::Verdict,
    remediation::Remediation,
    sandbox::{DryRun, Ended, Setting, rehearse},
    tree::Tree,
};

/// Most fixes of a batch that is tried.
const MOST_FIXES: usize = 256;

/// Most pairs that are tried.
const MOST_PAIRS: usize = 256;

/// Fuel for all of it, as a multiple of what one run may use.
const FUEL: u64 = 16;

/// Paths that are named of a pair.
const NAMED: usize = 3;

/// Two fixes whose order matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// One, by its id.
    pub first: String,
    /// The other.
    pub second: String,
    /// Where the trees differ, the first few.
    pub paths: Vec<Vec<u8>>,
}

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

/// How a batch ended: with a tree, or early with a reason and whether that is a failure of the fix.
type Ran = Result<Tree, (String, bool)>;

struct Batch<'a> {
    setting: Setting<'a>,
    target: &'a Tree,
    fuel: u64,
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
    let mut batch = Batch { setting, target, fuel: bench.policy.limits.fuel.saturating_mul(FUEL) };
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
    let (pairs, note) = batch.pairs(&members);
    Commutes { holds: Some(false), reason: format!("{differs}{note}"), pairs }
}

impl Batch<'_> {
    /// Runs fixes one after the other.
    fn run(&mut self, members: &[&Remediation]) -> Ran {
        let mut tree = self.target.clone();
        for it in members {
            let run = self.one(&tree, it)?;
            if run.ended == Ended::Failed {
                return Err((format!("{} exits with {}", it.id, run.status.unwrap_or_default()), true));
            }
            tree = run.after;
        }
        Ok(tree)
    }

    fn one(&mut self, tree: &Tree, remediation: &Remediation) -> Result<DryRun, (String, bool)> {
        if self.fuel == 0 {
            return Err((format!("the fuel for the batch is used up before {}", remediation.id), false));
        }
        let run = rehearse(&self.setting, tree, remediation);
        self.fuel = self.fuel.saturating_sub(run.used.fuel);
        match run.ended {
            Ended::Stopped(stop) => Err((format!("{} was stopped: {stop}", remediation.id), false)),
            Ended::Unproven => Err((format!("{} meets something that can't be simulated after the others", remediation.id), false)),
            _ => Ok(run),
        }
    }

    /// The pairs whose order matters, and what was left out of the search. Only those are tried of which one writes what the other
    /// reads or writes.
    fn pairs(&mut self, members: &[&Remediation]) -> (Vec<Pair>, String) {
        let target = self.target.clone();
        let mut touched = Vec::new();
        for it in members {
            match self.one(&target, it) {
                Ok(run) => touched.push((run.read_set, run.write_set)),
                Err((reason, _)) => return (Vec::new(), format!("; the pairs to blame were not searched: {reason}")),
            }
        }
        let (mut found, mut tried, mut untried) = (Vec::new(), 0, 0);
        for (first, one) in members.iter().enumerate() {
            for (second, other) in members.iter().enumerate().skip(first + 1) {
                let meets = |a: usize, b: usize| touched[a].1.iter().any(|it| touched[b].0.contains(it) || touched[b].1.contains(it));
                if !meets(first, second) && !meets(second, first) {
                    continue;
                }
                if tried == MOST_PAIRS || self.fuel == 0 {
                    untried += 1;
                    continue;
                }
                tried += 1;
                let pair = |paths| Pair { first: one.id.clone(), second: other.id.clone(), paths };
                match (self.run(&[one, other]), self.run(&[other, one])) {
                    (Ok(planned), Ok(reversed)) => {
                        let changes = diff::between(&planned, &reversed);
                        if !changes.is_empty() {
                            found.push(pair(changes.into_iter().take(NAMED).map(|it| it.path).collect()));
                        }
                    }
                    (Err((_, true)), _) | (_, Err((_, true))) => found.push(pair(Vec::new())),
                    _ => untried += 1,
                }
            }
        }
        let note = match (found.is_empty(), untried) {
            (true, 0) => "; no two of them alone are to blame".to_owned(),
            (_, 0) => String::new(),
            (_, count) => format!("; {count} pairs were not tried"),
        };
        (found, note)
    }
}
