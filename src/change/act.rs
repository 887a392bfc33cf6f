//! What somebody may ask of a change.

use super::{Judged, Role};

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// To take new evidence and its verdict.
    Judge(Judged),
    /// To ask people for approval.
    Submit,
    /// To answer for what could not be simulated.
    Override {
        /// Why.
        reason: String,
    },
    /// To let it through windows, with one approval.
    Emergency {
        /// Why.
        reason: String,
    },
    /// To say yes.
    Approve {
        /// To this evidence and no other; without it, to that which holds.
        evidence: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// To say no.
    Reject {
        /// Why.
        reason: String,
    },
    /// To say something.
    Comment {
        /// What.
        text: String,
    },
    /// To give it up.
    Cancel {
        /// Why.
        reason: String,
    },
    /// To begin to apply it.
    Begin {
        /// The evidence that is applied.
        evidence: String,
        /// The folder that is written to.
        root: String,
        /// Whether effects are run rather than printed.
        run_effects: bool,
    },
    /// To note that all is written.
    Applied {
        /// Whether effects were printed rather than run.
        effects_pending: bool,
    },
    /// To note that printed effects were carried out.
    EffectsRun,
    /// To note that what is there is what was tried.
    Verify {
        /// What was looked at.
        by: String,
    },
    /// To note that it did not work.
    Fail {
        /// Why.
        reason: String,
    },
    /// To begin to roll it back.
    Retreat {
        /// Why.
        reason: String,
    },
    /// To note that it is not rolled back, and nothing was written.
    Stand {
        /// Why.
        reason: String,
    },
    /// To note that all is taken back.
    Undo,
}

impl Act {
    /// Returns the word of messages, after "to".
    pub fn word(&self) -> &'static str {
        match self {
            Act::Judge(_) => "give evidence for",
            Act::Submit => "ask for approval of",
            Act::Override { .. } => "override",
            Act::Emergency { .. } => "declare an emergency for",
            Act::Approve { .. } => "approve",
            Act::Reject { .. } => "reject",
            Act::Comment { .. } => "comment on",
            Act::Cancel { .. } => "cancel",
            Act::Begin { .. } => "apply",
            Act::Applied { .. } | Act::Fail { .. } => "finish",
            Act::EffectsRun => "carry out the effects of",
            Act::Verify { .. } => "verify",
            Act::Retreat { .. } | Act::Stand { .. } | Act::Undo => "roll back",
        }
    }

    /// Returns the role that it needs.
    pub fn needs(&self) -> Role {
        match self {
            Act::Judge(_) | Act::Submit | Act::Cancel { .. } => Role::Author,
            Act::Approve { .. } | Act::Reject { .. } => Role::Approver,
            Act::Override { .. } | Act::Emergency { .. } => Role::Admin,
            Act::Comment { .. } => Role::Viewer,
            Act::Begin { .. }
            | Act::Applied { .. }
            | Act::EffectsRun
            | Act::Verify { .. }
            | Act::Fail { .. }
            | Act::Retreat { .. }
            | Act::Stand { .. }
            | Act::Undo => Role::Operator,
        }
    }

    /// Returns the words that somebody must give.
    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Act::Override { reason }
            | Act::Emergency { reason }
            | Act::Reject { reason }
            | Act::Cancel { reason }
            | Act::Fail { reason }
            | Act::Retreat { reason }
            | Act::Stand { reason } => Some(reason),
            Act::Comment { text } => Some(text),
            _ => None,
        }
    }
}
