//! What a module is asked about.

use crate::{finding::Finding, tree::Tree};

/// What a module is asked about. Each role takes of it what it needs, and says what is missing.
#[derive(Clone, Debug)]
pub struct Case {
    /// The tree, before the fix where there is one.
    pub before: Tree,
    /// The tree after a fix: for validators and planners.
    pub after: Option<Tree>,
    /// The finding: for generators and validators.
    pub finding: Option<Finding>,
    /// The script: for interpreters.
    pub script: Option<Vec<u8>>,
    /// The words of a command: for command models.
    pub command: Vec<Vec<u8>>,
    /// Paths that a remediation may change: for analyzers.
    pub write_set: Vec<String>,
}

impl Case {
    /// Makes a case of a tree alone.
    pub fn on(before: Tree) -> Case {
        Case { before, after: None, finding: None, script: None, command: Vec::new(), write_set: Vec::new() }
    }
}
