//! A kill between any two changes: what is torn, whether a new run finishes what was begun, and whether the rollback brings it back.

use super::{
    strain::{Strain, StrainCase, Strained},
    torn::{named, torn},
};
use crate::{
    diff,
    proof::{Case, reversible},
    sandbox::{DryRun, Ended, Setting, rehearse},
    tree::{Step, Tree},
};

/// Fuel for all runs of one strain, as a multiple of what one run may use.
pub(super) const FUEL: u64 = 16;

/// Tries a kill before each change but the first, which would leave all as it was.
pub(super) fn kills(of: &Strained<'_>) -> Strain {
    let (setting, case) = (of.case.setting, of.case);
    let run = rehearse(&Setting { watched: true, ..setting.clone() }, case.before, case.remediation);
    let mut cases = Vec::new();
    let mut tries = Tries { of, fuel: setting.limits.fuel.saturating_mul(FUEL), left_behind: 0 };
    let points: Vec<&Step> = run.steps.iter().skip(1).collect();
    for (number, step) in points.iter().enumerate() {
        if tries.fuel == 0 {
            cases.push(untried(format!("{} of {} kills", points.len() - number, points.len()), "the fuel for all of them is used up".into()));
            break;
        }
        cases.extend(tries.kill(step));
    }
    if run.steps_were_cut {
        cases.push(untried("the kills behind the last one".into(), format!("there are more than {} changes, or they are too large", points.len())));
    }
    let behind = tries.left_behind;
    let mut strain = Strain::of("kills", points.len(), "kills between two changes", cases);
    if behind > 0 {
        strain.reason = format!("{}; {behind} leave a tool's own new file behind", strain.reason);
    }
    strain
}

fn untried(name: String, reason: String) -> StrainCase {
    StrainCase { name, code: None, reason }
}

struct Tries<'a> {
    of: &'a Strained<'a>,
    fuel: u64,
    /// Kills after which something lies about that was neither there nor shall be: the new file of a tool that renames it at last.
    left_behind: usize,
}

impl Tries<'_> {
    fn kill(&mut self, step: &Step) -> Vec<StrainCase> {
        let case = self.of.case;
        let name = format!("a kill before change {} ({} of {})", step.number, step.act.word(), String::from_utf8_lossy(&step.path));
        let mut cases = Vec::new();
        let mut say = |code, reason| cases.push(StrainCase { name: name.clone(), code, reason });
        let paths = torn(case.changes, case.before, &step.before, &case.first.after);
        if !paths.is_empty() {
            say(Some("kill-tears"), format!("neither what was held nor what shall be: {}", named(&paths)));
        }
        match self.finished(&step.before) {
            Ok(None) => {}
            Ok(Some(reason)) => say(Some("kill-not-resumed"), reason),
            Err(reason) => say(None, reason),
        }
        // What can't be brought back after the whole fix is told there.
        if self.of.proofs.reversible.holds == Some(true) {
            match self.undone(&step.before) {
                Ok(None) => {}
                Ok(Some(reason)) => say(Some("kill-not-reversible"), reason),
                Err(reason) => say(None, reason),
            }
        }
        cases
    }

    /// Whether a new run makes of what was begun what the first run made; if not, why. An error: nobody knows.
    fn finished(&mut self, tree: &Tree) -> Result<Option<String>, String> {
        let case = self.of.case;
        let run = rehearse(&case.setting.later(), tree, case.remediation);
        // The rollback costs about as much.
        self.fuel = self.fuel.saturating_sub(run.used.fuel.saturating_mul(2));
        match &run.ended {
            Ended::Stopped(stop) => return Err(format!("a new run was stopped: {stop}")),
            Ended::Unproven if case.first.ended != Ended::Unproven => return Err("a new run meets what can't be simulated".into()),
            _ => {}
        }
        if run.status != case.first.status {
            return Ok(Some(format!("a new run exits with {}", run.status.unwrap_or_default())));
        }
        let mut paths: Vec<_> = diff::between(&case.first.after, &run.after).into_iter().map(|it| it.path).collect();
        let all = paths.len();
        let is_known = |path: &[u8]| [case.before, &case.first.after].into_iter().any(|it| it.stat(path, false).is_ok());
        paths.retain(|it| is_known(it));
        self.left_behind += usize::from(paths.len() < all);
        Ok((!paths.is_empty()).then(|| format!("a new run does not finish what was begun: not as it would be: {}", named(&paths))))
    }

    /// Whether the rollback of what was begun brings the target back; if not, why. An error: nobody knows.
    fn undone(&mut self, tree: &Tree) -> Result<Option<String>, String> {
        let case = self.of.case;
        let changes = diff::between(case.before, tree);
        let partial = DryRun { after: tree.clone(), ..case.first.clone() };
        let (proof, _) = reversible(&Case { first: &partial, changes: &changes, ..*case });
        match proof.holds {
            Some(true) => Ok(None),
            Some(false) => Ok(Some(format!("the rollback of what was begun: {}", proof.reason))),
            None => Err(format!("the rollback of what was begun: {}", proof.reason)),
        }
    }
}
