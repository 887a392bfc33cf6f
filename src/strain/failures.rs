//! Changes that fail: a full disk, a denial, a broken disk, at each change in turn. A fix that goes on and says success leaves a machine in a
//! state that nobody tried.

use super::{
    kills::FUEL,
    strain::{Strain, StrainCase, Strained},
    torn::{named, torn},
};
use crate::{
    diff,
    sandbox::{Ended, Setting, rehearse},
    tree::{Failure, Fault, Struck},
    validate::SELF_TEST,
};

/// Most changes that are made to fail.
const MOST_CHANGES: u64 = 4096;

/// Makes each change fail in each way in which it can.
pub(super) fn failures(of: &Strained<'_>) -> Strain {
    let (mut cases, mut tried) = (Vec::new(), 0);
    let mut fuel = of.case.setting.limits.fuel.saturating_mul(FUEL);
    'changes: for step in 1..=of.case.first.changes_made.min(MOST_CHANGES) {
        let mut here: Vec<(StrainCase, Vec<&'static str>)> = Vec::new();
        for failure in Failure::ALL {
            if fuel == 0 {
                let reason = "the fuel for all of them is used up".to_owned();
                cases.push(StrainCase { name: format!("failures from change {step} on"), code: None, reason });
                break 'changes;
            }
            let setting = Setting { fault: Some(Fault { step, failure }), ..of.case.setting.clone() };
            let run = rehearse(&setting, of.case.before, of.case.remediation);
            fuel = fuel.saturating_sub(run.used.fuel);
            let Some(Struck { act, path, .. }) = run.fault_met.as_ref().filter(|it| it.path != SELF_TEST && it.number == step) else { continue };
            tried += 1;
            let name = format!(" at change {step} ({} of {})", act.word(), String::from_utf8_lossy(path));
            let Some((code, reason)) = seen(of, &run) else { continue };
            // Failures with one end are one case.
            match here.iter_mut().find(|it| it.0.code == code && it.0.reason == reason && it.0.name == name) {
                Some((_, words)) => words.push(failure.word()),
                None => here.push((StrainCase { name, code, reason }, vec![failure.word()])),
            }
        }
        cases.extend(here.into_iter().map(|(case, words)| StrainCase { name: format!("{}{}", words.join(", "), case.name), ..case }));
    }
    if of.case.first.changes_made > MOST_CHANGES {
        cases.push(StrainCase { name: format!("failures behind change {MOST_CHANGES}"), code: None, reason: "more are not tried".into() });
    }
    Strain::of("failures", tried, "failures of a change", cases)
}

/// What came of a failure, where it is not this: the fix says that it failed, and each path holds what it held or what it shall hold.
fn seen(of: &Strained<'_>, run: &crate::sandbox::DryRun) -> Option<(Option<&'static str>, String)> {
    let case = of.case;
    let met = |known: &crate::guest::Unmodelled| case.first.ledger.unmodelled.iter().any(|it| it.argv == known.argv);
    if let Ended::Stopped(stop) = &run.ended {
        return Some((None, format!("the run was stopped: {stop}")));
    }
    if let Some(unknown) = run.ledger.unmodelled.iter().find(|it| !met(it)) {
        return Some((None, format!("the run meets what can't be simulated: {}", unknown.reason)));
    }
    let differs: Vec<_> = diff::between(&case.first.after, &run.after).into_iter().map(|it| it.path).collect();
    if run.status == Some(0) && !differs.is_empty() {
        return Some((Some("failure-unnoticed"), format!("the fix exits with 0, and not as it would be: {}", named(&differs))));
    }
    let paths = torn(case.changes, case.before, &run.after, &case.first.after);
    let status = run.status.unwrap_or_default();
    (!paths.is_empty()).then(|| (Some("failure-tears"), format!("the fix exits with {status}, and neither what was held nor what shall be: {}", named(&paths))))
}
