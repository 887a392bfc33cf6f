//! A verdict, and all that it was given on.

use serde::{Deserialize, Serialize};

use super::word;
use crate::gate::Verdict;

/// A verdict, and all that it was given on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The verdict.
    #[serde(with = "word::verdict")]
    pub verdict: Verdict,
    /// Digest of the evidence, `sha256:…`: what approvals are bound to.
    pub evidence: String,
    /// Digest of the evidence in the forms in which it is shown to people, so that they are not shown something else.
    pub shown: String,
    /// Digest of the plan by which it is applied; none where nothing can be applied.
    pub plan: Option<String>,
}
