//! Doubts: what looks wrong in a run and is no proof of a fault. Each has a code, the script's line where it is known, and a reason; the
//! policy says which of them block. Interpreters raise some themselves, as they know variables and globs; these are the host's.
//!
//! To add a doubt: a function in a file of its kind, its line in `doubts`, its code in the policy's list and its page in
//! `report/codes.toml`.

mod clear;
mod output;
mod rewritten;

use crate::{
    diff::Change,
    guest::Doubt,
    proof::{GONE_BEFORE, Proofs},
    sandbox::DryRun,
    tree::Tree,
};

/// What is doubted.
#[derive(Clone, Copy, Debug)]
pub struct Doubted<'a> {
    /// The tree before.
    pub before: &'a Tree,
    /// The first run.
    pub run: &'a DryRun,
    /// What it changed.
    pub changes: &'a [Change],
    /// What was shown.
    pub proofs: &'a Proofs,
}

/// Returns all doubts about a run: the interpreters' and the host's.
pub fn doubts(of: &Doubted<'_>) -> Vec<Doubt> {
    let mut doubts = of.run.ledger.doubts.clone();
    doubts.extend(output::looks_like_an_error(of.run));
    doubts.extend(rewritten::rewritten(of));
    doubts.extend(compliant_before(of));
    doubts.extend(clear::in_clear(of));
    doubts
}

/// The finding was gone before the fix ran, and the fix changes something all the same.
fn compliant_before(of: &Doubted<'_>) -> Option<Doubt> {
    let changed = of.changes.first()?;
    let path = String::from_utf8_lossy(&changed.path);
    (of.proofs.fixed.reason == GONE_BEFORE).then(|| Doubt {
        code: "compliant-before".into(),
        line: None,
        message: format!("the target is compliant before the fix, which changes {path} all the same"),
    })
}
