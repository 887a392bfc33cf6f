//! Questions about a plan and a journal. Nothing is changed by any of them.

use std::path::Path;

use super::{
    error::{Drift, Error},
    journal::Journal,
    plan::Plan,
    precondition,
    root::Root,
    work::differences,
};

/// Answers whether a target is as it was tried: [`Error::Drift`] says where it is not.
pub fn check(plan: &Plan, root: &Path) -> Result<(), Error> {
    precondition::check(plan, &Root::open(root)?)
}

/// Answers whether a journal was begun. Where it was not, nothing of its target was changed.
pub fn has_begun(journal: &Path) -> Result<bool, Error> {
    match Journal::peek(journal) {
        Ok(past) => Ok(past.plan.is_some()),
        Err(Error::Own { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns where a target is otherwise than a plan and the tools that it owes leave it.
pub fn differing(plan: &Plan, root: &Path) -> Result<Vec<Drift>, Error> {
    let wanted: Vec<_> = plan.changes.iter().chain(&plan.guesses).map(|it| (it.path.clone(), it.after.clone())).collect();
    differences(&Root::open(root)?, &wanted)
}
