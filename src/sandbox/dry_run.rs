//! What a dry run showed.

use std::collections::BTreeSet;

use crate::{
    guest::{Ledger, Stop, Used},
    tree::{Step, Struck, Tree},
};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The fix ran to its end.
    Completed,
    /// The fix exited with a status that is not 0.
    Failed,
    /// A limit stopped it.
    Stopped(Stop),
    /// Something could not be carried out truly.
    Unproven,
}

impl Ended {
    /// Returns the word of reports.
    pub fn word(&self) -> &'static str {
        match self {
            Ended::Completed => "completed",
            Ended::Failed => "failed",
            Ended::Stopped(_) => "stopped",
            Ended::Unproven => "unproven",
        }
    }
}

/// What a dry run showed. The tree after it decides; exit status and output are only told.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// How it ended.
    pub ended: Ended,
    /// Exit status of the fix, when it ended by itself.
    pub status: Option<u32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The tree as it was left.
    pub after: Tree,
    /// What was noted on the way.
    pub ledger: Ledger,
    /// Paths that were read, listed, tested or looked up in vain.
    pub read_set: BTreeSet<Vec<u8>>,
    /// Paths that were written.
    pub write_set: BTreeSet<Vec<u8>>,
    /// Touched paths that the source could not give.
    pub unreadable: BTreeSet<Vec<u8>>,
    /// Paths below `.git` that it tried to change.
    pub git: BTreeSet<Vec<u8>>,
    /// Whether a quota of the workspace stopped a write.
    pub quota_was_met: bool,
    /// Every change, in order, where they were watched.
    pub steps: Vec<Step>,
    /// Whether there were more changes than are kept.
    pub steps_were_cut: bool,
    /// How many changes were made, scratch ones too.
    pub changes_made: u64,
    /// The first change that failed, where the run was made with a failure and met it.
    pub fault_met: Option<Struck>,
    /// What it used.
    pub used: Used,
}
