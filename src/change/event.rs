//! What happened to a change, as it is recorded. Fields and variants are only ever added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, Judged, Proposal, Step};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    /// The change was recorded.
    Proposed {
        /// What it is about.
        proposal: Box<Proposal>,
    },
    /// There is a verdict on evidence.
    Judged(Judged),
    /// Approvals that there were count no more, as they were given on other evidence.
    ApprovalsVoided {
        /// Whose.
        of: Vec<String>,
    },
    /// People were asked.
    Submitted {},
    /// Somebody answers for what could not be simulated.
    Overridden {
        /// Why.
        reason: String,
        /// On which evidence.
        evidence: String,
    },
    /// Windows do not hold for this change, and one person is enough.
    EmergencyDeclared {
        /// Why.
        reason: String,
        /// On which evidence.
        evidence: String,
    },
    /// A person said yes.
    ApprovalGiven {
        /// To which evidence.
        evidence: String,
        /// Why, if they say so.
        reason: Option<String>,
    },
    /// It may be applied.
    Approved {
        /// Those who said yes; nobody where the rules ask for nobody.
        by: Vec<String>,
        /// The evidence.
        evidence: String,
        /// Digest of the rules that were in force.
        rules: String,
    },
    /// What was granted holds no more.
    Lapsed {
        /// Whose approvals have run out.
        of: Vec<String>,
    },
    /// A person said no.
    Rejected {
        /// Why.
        reason: String,
    },
    /// Somebody says something.
    Commented {
        /// What.
        text: String,
    },
    /// It was given up.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Writing begins: this is committed before the first byte is written.
    Applying {
        /// What is applied.
        evidence: String,
        /// Digest of the rules that were in force.
        rules: String,
        /// The folder that is written to.
        root: String,
        /// Whether effects are to be run, rather than printed.
        run_effects: bool,
    },
    /// All is written.
    Applied {
        /// Whether effects were printed rather than run.
        effects_pending: bool,
    },
    /// Effects that were pending were carried out.
    EffectsRun {},
    /// What is there is what was tried.
    Verified {
        /// What was looked at, in words.
        by: String,
    },
    /// It did not work.
    Failed {
        /// Why.
        reason: String,
    },
    /// Taking back begins: this is committed before the first byte is written.
    RollingBack {
        /// Why.
        reason: String,
    },
    /// It is not taken back: nothing was written, and it stands as before.
    RollbackRefused {
        /// Why.
        reason: String,
    },
    /// All is taken back.
    RolledBack {},
    /// What was before is cut off the log; this is what it came to.
    Carried {
        /// The change as it was.
        change: Box<Change>,
    },
}

impl Event {
    /// Returns the step by which an event moves a change; none where it stays.
    pub fn step(&self) -> Option<Step> {
        Some(match self {
            Event::Judged(it) => Step::Judge(it.verdict),
            Event::Submitted {} => Step::Submit,
            Event::Overridden { .. } => Step::Override,
            Event::Approved { .. } => Step::Grant,
            Event::Lapsed { .. } => Step::Lapse,
            Event::Rejected { .. } => Step::Reject,
            Event::Cancelled { .. } => Step::Cancel,
            Event::Applying { .. } => Step::Begin,
            Event::Applied { .. } => Step::Apply,
            Event::Verified { .. } => Step::Verify,
            Event::Failed { .. } => Step::Fail,
            Event::RollingBack { .. } => Step::Retreat,
            Event::RolledBack {} => Step::Undo,
            Event::Proposed { .. }
            | Event::ApprovalsVoided { .. }
            | Event::EmergencyDeclared { .. }
            | Event::ApprovalGiven { .. }
            | Event::Commented { .. }
            | Event::EffectsRun {}
            | Event::RollbackRefused { .. }
            | Event::Carried { .. } => return None,
        })
    }

    /// Returns the kind and the body, as they are stored.
    pub fn stored(&self) -> (String, String) {
        let mut value = serde_json::to_value(self).expect("an event is plain data");
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        (kind, value["body"].take().to_string())
    }

    /// Reads what was stored.
    pub fn read(kind: &str, body: &str) -> Result<Event, serde_json::Error> {
        let body: serde_json::Value = serde_json::from_str(body)?;
        serde_json::from_value(serde_json::json!({ "kind": kind, "body": body }))
    }

    /// Returns what happened in words, after the name of who did it.
    pub fn told(&self) -> String {
        let names = |names: &[String]| names.join(", ");
        match self {
            Event::Proposed { proposal } => format!("proposed it for {}", proposal.asset),
            Event::Judged(it) => format!("gave evidence {}: {}", short(&it.evidence), it.verdict.word()),
            Event::ApprovalsVoided { of } => format!("voided approvals by new evidence: {}", names(of)),
            Event::Submitted {} => "asked for approval".to_owned(),
            Event::Overridden { reason, .. } => format!("OVERRODE that it is unproven: {reason}"),
            Event::EmergencyDeclared { reason, .. } => format!("DECLARED AN EMERGENCY: {reason}"),
            Event::ApprovalGiven { evidence, reason } => match reason {
                Some(reason) => format!("approved evidence {}: {reason}", short(evidence)),
                None => format!("approved evidence {}", short(evidence)),
            },
            Event::Approved { by, .. } if by.is_empty() => "it may be applied: the rules ask for nobody".to_owned(),
            Event::Approved { by, .. } => format!("it may be applied: approved by {}", names(by)),
            Event::Lapsed { of } => format!("approvals ran out: {}", names(of)),
            Event::Rejected { reason } => format!("rejected it: {reason}"),
            Event::Commented { text } => format!("said: {text}"),
            Event::Cancelled { reason } => format!("cancelled it: {reason}"),
            Event::Applying { evidence, root, run_effects, .. } => {
                format!("began to apply evidence {} to {root}, effects {}", short(evidence), if *run_effects { "run" } else { "printed" })
            }
            Event::Applied { effects_pending: true } => "applied it, effects pending".to_owned(),
            Event::Applied { effects_pending: false } => "applied it".to_owned(),
            Event::EffectsRun {} => "carried out the effects".to_owned(),
            Event::Verified { by } => format!("verified it: {by}"),
            Event::Failed { reason } => format!("failed: {reason}"),
            Event::RollingBack { reason } => format!("began to roll it back: {reason}"),
            Event::RollbackRefused { reason } => format!("did not roll it back: {reason}"),
            Event::RolledBack {} => "rolled it back".to_owned(),
            Event::Carried { change } => format!("cut off what was before; it was {}", change.state.word()),
        }
    }
}

/// The first digits of a digest, enough to tell it from others in a history.
fn short(digest: &str) -> &str {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    hex.get(..12).unwrap_or(hex)
}

/// What happened, when, and who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub event: Event,
}
