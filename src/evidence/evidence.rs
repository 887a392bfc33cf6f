//! Everything that one trial showed.

use std::collections::BTreeSet;

use super::described::Described;
use crate::{
    digest::Digest,
    finding::Finding,
    gate::{Outcome, Reason, Verdict},
    guest::{Call, Doubt, Effect, Limits, Unmodelled, Used},
    proof::{Answer, Proofs, Undo},
    remediation::Remediation,
    strain::Strain,
    tree::Tree,
    validate::{Dependent, Note},
};

/// A module that took part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: &'static str,
    /// Digest of its component.
    pub digest: Digest,
}

/// What was tried, as trees: what an application is planned from.
#[derive(Clone, Debug)]
pub struct Laid {
    /// The target as it was.
    pub before: Tree,
    /// As the fix left it.
    pub after: Tree,
    /// Every path that was read, listed, looked for in vain or written.
    pub touched: BTreeSet<Vec<u8>>,
}

/// Everything that one trial showed.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The finding, where there is one, and what became of it.
    pub finding: Option<(Finding, Outcome)>,
    /// What was tried.
    pub remediation: Remediation,
    /// How the dry run ended, in one word.
    pub ended: &'static str,
    /// Why it was stopped, where it was.
    pub stop: Option<String>,
    /// Exit status of the fix.
    pub status: Option<u32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// What could not be carried out truly.
    pub unmodelled: Vec<Unmodelled>,
    /// What was used.
    pub used: Used,
    /// What might have been used.
    pub limits: Limits,
    /// What changed.
    pub changes: Vec<Described>,
    /// Every command that was not the interpreter's own, in order.
    pub calls: Vec<Call>,
    /// What happened outside files.
    pub effects: Vec<Effect>,
    /// What was shown.
    pub proofs: Proofs,
    /// Answers of ours.
    pub answers: Vec<Answer>,
    /// What looked wrong.
    pub doubts: Vec<Doubt>,
    /// Codes of the doubts that block.
    pub blocking: BTreeSet<String>,
    /// What strains showed, where some were wanted.
    pub strains: Vec<Strain>,
    /// What validators say.
    pub notes: Vec<Note>,
    /// What hangs on what changed.
    pub dependents: Vec<Dependent>,
    /// How the change can be undone.
    pub undo: Option<Undo>,
    /// The verdict.
    pub verdict: Verdict,
    /// Every reason against `proven`; the first decides.
    pub reasons: Vec<Reason>,
    /// Modules that took part.
    pub parts: Vec<Part>,
    /// Digest of every path that was read or written, as it was before.
    pub target: Digest,
    /// Digest of the policy.
    pub policy: Digest,
    /// The trees themselves; no report shows them.
    pub laid: Option<Laid>,
}
