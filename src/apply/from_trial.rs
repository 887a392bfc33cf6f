//! Makes a plan from a trial as the engine gives it.

use std::path::Path;

use super::{
    error::Error,
    plan::{Owed, Plan},
    prepare::{Case, prepare},
};
use crate::{engine::Tried, guest::Treatment, report, tree::Tree};

/// Makes the plan of a trial in a folder of its own; `before` is the tree that was tried. An effect that was refused is owed to nobody.
pub fn prepare_trial(before: &Tree, tried: &Tried, folder: &Path) -> Result<Plan, Error> {
    let evidence = &tried.evidence;
    let changes: Vec<_> = evidence.changes.iter().map(|it| (it.change.clone(), it.origin.clone())).collect();
    let effects = evidence.effects.iter().filter(|it| it.treatment != Treatment::Refused);
    let effects: Vec<Owed> = effects.map(|it| Owed { argv: it.argv.clone(), kind: it.kind.clone(), name: it.name.clone() }).collect();
    let case = Case {
        remediation: &evidence.remediation.id,
        evidence: report::digest(evidence),
        before,
        after: &tried.after,
        changes: &changes,
        touched: &tried.touched,
        effects: &effects,
    };
    prepare(&case, folder)
}
