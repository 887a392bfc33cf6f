//! What a change is about, as it was recorded first.

use serde::{Deserialize, Serialize};

use super::word;
use crate::finding::Severity;

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// In a few words.
    pub title: String,
    /// The machine, image or folder that it is for: a name of the inventory, or the target's path.
    pub asset: String,
    /// Tags of that asset.
    pub tags: Vec<String>,
    /// The target's path, absolute.
    pub target: String,
    /// How bad it is not to do it; that of the finding, or medium where there is none.
    #[serde(with = "word::severity")]
    pub severity: Severity,
    /// The finding's id, where there is one.
    pub finding: Option<String>,
    /// The finding's rule, where there is one.
    pub rule: Option<String>,
    /// Id of the remediation.
    pub remediation: String,
    /// SHA-256 over finding, asset, remediation and target, each with its length before it: equal for the same thing found again.
    pub fingerprint: String,
}
