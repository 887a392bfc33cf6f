//! Tries the five claims.

use super::{
    claim::{Proof, Proofs},
    contained::contained,
    fixed::fixed,
    repeat::{deterministic, idempotent},
    reversible::{Undo, reversible},
};
use crate::{
    diff::Change,
    finding::Finding,
    remediation::{Remediation, Scope},
    sandbox::{DryRun, Ended, Setting},
    tree::Tree,
};

/// Everything that the proofs are about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// How the first run was made.
    pub setting: &'a Setting<'a>,
    /// The finding, where there is one.
    pub finding: Option<&'a Finding>,
    /// What was done.
    pub remediation: &'a Remediation,
    /// Paths that the policy allows for the rule; none where it says nothing.
    pub scope: Option<&'a Scope>,
    /// The tree before.
    pub before: &'a Tree,
    /// The first run.
    pub first: &'a DryRun,
    /// What it changed.
    pub changes: &'a [Change],
    /// Runs that the fix may take until nothing changes any more: 1 to 3.
    pub most_runs: u32,
}

/// Tries the five claims, and says how the change can be undone.
pub fn prove(of: &Case<'_>) -> (Proofs, Option<Undo>) {
    if let Ended::Stopped(stop) = &of.first.ended {
        let stopped = || Proof::untried(format!("the run was stopped: {stop}"));
        return (Proofs { fixed: stopped(), contained: stopped(), idempotent: stopped(), reversible: stopped(), deterministic: stopped() }, None);
    }
    let (reversible, undo) = reversible(of);
    let proofs = Proofs { fixed: fixed(of), contained: contained(of), idempotent: idempotent(of), reversible, deterministic: deterministic(of) };
    (proofs, undo)
}
