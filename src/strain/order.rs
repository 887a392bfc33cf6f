//! Several fixes in another order: all pairs that touch the same paths are run both ways.

use super::strain::{Strain, StrainCase, Strained};
use crate::{
    diff,
    remediation::{Artifact, Remediation},
    sandbox::{DryRun, Ended, Setting, rehearse},
    tree::Tree,
};

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

/// What a search for pairs found.
#[derive(Debug, Default)]
pub struct Paired {
    /// Pairs whose order matters.
    pub pairs: Vec<Pair>,
    /// Pairs that were run both ways.
    pub tried: usize,
    /// Pairs that were not, or not truly.
    pub untried: usize,
    /// Why nothing was searched, where it was not.
    pub unsearched: Option<String>,
}

impl Paired {
    /// Says what the pairs do not.
    pub fn note(&self) -> String {
        match (&self.unsearched, self.pairs.is_empty(), self.untried) {
            (Some(reason), ..) => format!("; the pairs to blame were not searched: {reason}"),
            (None, true, 0) => "; no two of them alone are to blame".to_owned(),
            (None, _, 0) => String::new(),
            (None, _, count) => format!("; {count} pairs were not tried"),
        }
    }
}

/// How a batch ended: with a tree, or early with a reason and whether that is a failure of the fix.
pub(super) type Ran = Result<Tree, (String, bool)>;

/// Fixes on one target, with fuel for all of their runs together.
#[derive(Debug)]
pub struct Batch<'a> {
    setting: Setting<'a>,
    target: &'a Tree,
    fuel: u64,
}

impl<'a> Batch<'a> {
    /// Begins a batch on a target.
    pub fn new(setting: Setting<'a>, target: &'a Tree) -> Batch<'a> {
        let fuel = setting.limits.fuel.saturating_mul(FUEL);
        Batch { setting, target, fuel }
    }
}

impl Batch<'_> {
    /// Runs fixes one after the other.
    pub fn run(&mut self, members: &[&Remediation]) -> Ran {
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
    pub fn pairs(&mut self, members: &[&Remediation]) -> Paired {
        let mut paired = Paired::default();
        let target = self.target.clone();
        let mut touched = Vec::new();
        for it in members {
            match self.one(&target, it) {
                Ok(run) => touched.push((run.read_set, run.write_set)),
                Err((reason, _)) => return Paired { unsearched: Some(reason), ..paired },
            }
        }
        for (first, one) in members.iter().enumerate() {
            for (second, other) in members.iter().enumerate().skip(first + 1) {
                let meets = |a: usize, b: usize| touched[a].1.iter().any(|it| touched[b].0.contains(it) || touched[b].1.contains(it));
                if !meets(first, second) && !meets(second, first) {
                    continue;
                }
                if paired.tried == MOST_PAIRS || self.fuel == 0 {
                    paired.untried += 1;
                    continue;
                }
                paired.tried += 1;
                self.pair(one, other, &mut paired);
            }
        }
        paired
    }

    fn pair(&mut self, one: &Remediation, other: &Remediation, paired: &mut Paired) {
        let pair = |paths| Pair { first: one.id.clone(), second: other.id.clone(), paths };
        match (self.run(&[one, other]), self.run(&[other, one])) {
            (Ok(planned), Ok(reversed)) => {
                let changes = diff::between(&planned, &reversed);
                if !changes.is_empty() {
                    paired.pairs.push(pair(changes.into_iter().take(NAMED).map(|it| it.path).collect()));
                }
            }
            (Err((_, true)), _) | (_, Err((_, true))) => paired.pairs.push(pair(Vec::new())),
            _ => paired.untried += 1,
        }
    }
}

/// Runs the artifacts of a remediation as fixes of their own, all pairs that meet in both orders.
pub(super) fn order(of: &Strained<'_>) -> Strain {
    let case = of.case;
    let title = |number: usize, it: &Artifact| match it {
        Artifact::Script { name, .. } => name.clone(),
        other => format!("{} {}", other.kind(), number + 1),
    };
    let alone = |(number, it): (usize, &Artifact)| Remediation::of(it.clone(), &title(number, it), None);
    let members: Vec<Remediation> = case.remediation.artifacts.iter().enumerate().map(alone).collect();
    let mut batch = Batch::new(case.setting.clone(), case.before);
    let found = batch.pairs(&members.iter().collect::<Vec<_>>());
    let shown = |it: &Pair| {
        let title = |id: &str| members.iter().find(|it| it.id == id).map_or(id.to_owned(), |it| it.title.clone());
        let reason = if it.paths.is_empty() { "one of the orders fails".to_owned() } else { format!("the orders differ in {}", super::torn::named(&it.paths)) };
        StrainCase { name: format!("{} and {}", title(&it.first), title(&it.second)), code: Some("order-matters"), reason }
    };
    let mut cases: Vec<StrainCase> = found.pairs.iter().map(shown).collect();
    let untried = |name: String, reason: String| StrainCase { name, code: None, reason };
    cases.extend(found.unsearched.map(|reason| untried("all pairs".into(), reason)));
    if found.untried > 0 {
        cases.push(untried(format!("{} pairs", found.untried), "they could not be run both ways truly".into()));
    }
    Strain::of("order", found.tried, "pairs that touch the same paths, each in both orders", cases)
}
