//! The proofs on variants of the target: what holds for one machine's file holds for the next one's, or the fix says that it does not.

use super::{
    kills::FUEL,
    mutate::{Variant, behind_link, varied},
    strain::{Strain, StrainCase, Strained},
    torn::named,
};
use crate::{
    diff::{self, Change},
    proof::{Case, prove},
    sandbox::{DryRun, Ended, rehearse},
    tree::{FileType, Tree},
    validate::{self, Changed, Level},
};

/// Most files that are varied.
const MOST_FILES: usize = 8;

/// Tries the fix on each variant of each file that it changes.
pub(super) fn variants(of: &Strained<'_>) -> Strain {
    let case = of.case;
    let (mut cases, mut tried, mut fuel) = (Vec::new(), 0, case.setting.limits.fuel.saturating_mul(FUEL));
    let is_file = |it: &&Change| it.before.as_ref().is_some_and(|it| it.kind == FileType::Regular) && !case.first.ledger.model_writes.contains_key(&it.path);
    let files: Vec<&Change> = case.changes.iter().filter(is_file).collect();
    for (change, variant) in files.iter().take(MOST_FILES).flat_map(|change| Variant::ALL.map(|it| (*change, it))) {
        let mut say = |code, reason| cases.push(StrainCase { name: variant.of(&change.path), code, reason });
        let before = match varied(variant, change, case.before, &case.first.after) {
            Ok(Some(before)) => before,
            Ok(None) => continue,
            Err(error) => {
                say(None, format!("the variant can't be made: {error}"));
                continue;
            }
        };
        if fuel == 0 {
            say(None, "the fuel for all variants is used up".into());
            break;
        }
        tried += 1;
        let run = rehearse(case.setting, &before, case.remediation);
        fuel = fuel.saturating_sub(run.used.fuel.saturating_mul(4));
        match judged(of, variant, change, &before, &run) {
            Ok(wrong) => wrong.into_iter().for_each(|reason| say(Some("variant-fails"), reason)),
            Err(reason) => say(None, reason),
        }
    }
    if files.len() > MOST_FILES {
        let name = format!("{} of {} files", files.len() - MOST_FILES, files.len());
        cases.push(StrainCase { name, code: None, reason: format!("variants of more than {MOST_FILES} files are not tried") });
    }
    Strain::of("variants", tried, "variants of the target", cases)
}

/// What is wrong with a run on a variant; an error where nobody knows.
fn judged(of: &Strained<'_>, variant: Variant, change: &Change, before: &Tree, run: &DryRun) -> Result<Vec<String>, String> {
    let unknown = run.ledger.unmodelled.iter().find(|it| !of.case.first.ledger.unmodelled.iter().any(|had| had.argv == it.argv));
    if let Some(unknown) = unknown {
        return Err(format!("the run meets what can't be simulated: {}", unknown.reason));
    }
    let changes = diff::between(before, &run.after);
    match &run.ended {
        Ended::Stopped(stop) => return Err(format!("the run was stopped: {stop}")),
        // Who says that he can't, and leaves all as it is, has done right.
        Ended::Failed if changes.is_empty() => return Ok(Vec::new()),
        Ended::Failed => {
            let paths: Vec<_> = changes.into_iter().map(|it| it.path).collect();
            return Ok(vec![format!("the fix exits with {} and has changed {}", run.status.unwrap_or_default(), named(&paths))]);
        }
        Ended::Completed | Ended::Unproven => {}
    }
    let case = Case { before, first: run, changes: &changes, ..*of.case };
    let mut wrong = disproved(of, variant, &case)?;
    wrong.extend(noted(of, before, run, &changes));
    wrong.extend(left_otherwise(variant, change, run));
    Ok(wrong)
}

/// The proofs that held in the first place and are false here.
fn disproved(of: &Strained<'_>, variant: Variant, case: &Case<'_>) -> Result<Vec<String>, String> {
    let (proofs, _) = prove(case);
    let mut wrong = Vec::new();
    for ((name, proof), (_, first)) in proofs.all().into_iter().zip(of.proofs.all()) {
        // What lies behind the link has a name that nobody allowed.
        if name == "contained" && variant == Variant::Linked {
            continue;
        }
        match (first.holds, proof.holds) {
            (Some(true), Some(false)) => wrong.push(format!("not {name}: {}", proof.reason)),
            (Some(true), None) if proof.untried => return Err(format!("{name} could not be tried: {}", proof.reason)),
            _ => {}
        }
    }
    Ok(wrong)
}

/// Errors of validators that the first run had none of.
fn noted(of: &Strained<'_>, before: &Tree, run: &DryRun, changes: &[Change]) -> Option<String> {
    let case = of.case;
    let seen = Changed { finding: case.finding, remediation: case.remediation, before, after: &run.after, changes, effects: &run.ledger.effects };
    let modules = case.setting.modules;
    let notes = validate::review(&modules.validators, case.setting.limits, seen, std::iter::empty());
    notes.into_iter().find(|it| it.level == Level::Error).map(|it| format!("{} ({})", it.message, it.code))
}

/// What is peculiar to a variant and shall stay as it is: a link a link, a mode a mode.
fn left_otherwise(variant: Variant, change: &Change, run: &DryRun) -> Option<String> {
    let state = run.after.stat(&change.path, false).ok()?;
    let keeps_mode = change.before.as_ref().zip(change.after.as_ref()).is_some_and(|(was, is)| was.mode == is.mode);
    match variant {
        Variant::Linked if state.kind != FileType::Symlink => {
            Some(format!("the link is replaced by a file, and {} stays as it was", String::from_utf8_lossy(&behind_link(&change.path))))
        }
        Variant::ReadOnly if keeps_mode && state.mode & 0o222 != 0 => Some(format!("its mode becomes {:04o}", state.mode)),
        _ => None,
    }
}
