//! A change: what its events make of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, Event, Judged, Proposal, State, next, word};

/// Somebody's yes to some evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// To which evidence.
    pub evidence: String,
}

/// What somebody answers for, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Its id, a UUID of version 7: ids sort by time.
    pub id: String,
    /// What it is about.
    pub proposal: Proposal,
    /// Who proposed it.
    pub author: String,
    /// Everyone who gave evidence for it: none of them counts among its approvers.
    pub hands: Vec<String>,
    /// Where it stands.
    #[serde(with = "word::state")]
    pub state: State,
    /// The verdict on the evidence that holds, and its digest.
    pub judged: Option<Judged>,
    /// Approvals of the evidence that holds.
    pub approvals: Vec<Approval>,
    /// Who answers for what could not be simulated.
    pub overridden: Option<Said>,
    /// Who declared an emergency.
    pub emergency: Option<Said>,
    /// Where it is written, or was.
    pub course: Option<Course>,
    /// While it is taken back: where it stood.
    pub was: Option<Was>,
    /// Whether effects were printed, and nobody has said that they were carried out.
    pub effects_pending: bool,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// When it was proposed.
    pub created: Timestamp,
    /// When something happened last.
    pub updated: Timestamp,
}

/// Where a change stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    /// The state.
    #[serde(with = "word::state")]
    pub state: State,
}

/// Where a change is written, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Course {
    /// Who applies it, or did.
    pub operator: String,
    /// The folder that is written to.
    pub root: String,
    /// Whether effects are run, rather than printed.
    pub run_effects: bool,
}

/// Events that no change can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Nothing says what the change is about.
    #[error("the change {id} does not begin with a proposal")]
    Headless {
        /// The change.
        id: String,
    },
    /// An event can't happen in that state.
    #[error("the change {id} was {state} when `{kind}` happened to it, which can't be")]
    Illegal {
        /// The change.
        id: String,
        /// Where it stood.
        state: &'static str,
        /// What happened.
        kind: String,
    },
}

impl Change {
    /// Returns what events make of a change.
    pub fn fold(id: &str, entries: &[Entry]) -> Result<Change, Broken> {
        let headless = || Broken::Headless { id: id.to_owned() };
        // What a cut carried over stands for all that was before it, a part of which may be there still.
        let begins = entries.iter().rposition(|it| matches!(it.event, Event::Carried { .. })).unwrap_or(0);
        let entries = entries.get(begins..).unwrap_or_default();
        let (first, rest) = entries.split_first().ok_or_else(headless)?;
        let mut change = match &first.event {
            Event::Proposed { proposal } => Change::new(id, proposal, first),
            Event::Carried { change } if change.id == id => (**change).clone(),
            _ => return Err(headless()),
        };
        rest.iter().try_for_each(|it| change.take(it))?;
        Ok(change)
    }

    fn new(id: &str, proposal: &Proposal, first: &Entry) -> Change {
        Change {
            id: id.to_owned(),
            proposal: proposal.clone(),
            author: first.actor.clone(),
            hands: vec![first.actor.clone()],
            state: State::Proposed,
            judged: None,
            approvals: Vec::new(),
            overridden: None,
            emergency: None,
            course: None,
            was: None,
            effects_pending: false,
            failure: None,
            created: first.at,
            updated: first.at,
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Broken> {
        let illegal = |state: State| Broken::Illegal { id: self.id.clone(), state: state.word(), kind: entry.event.stored().0 };
        if self.effects_pending && matches!(entry.event, Event::Verified { .. }) {
            return Err(illegal(self.state));
        }
        let was = Was { state: self.state };
        if let Some(step) = entry.event.step() {
            self.state = next(self.state, step).ok_or_else(|| illegal(self.state))?;
        }
        let said = |reason: &str| Some(Said { actor: entry.actor.clone(), at: entry.at, reason: reason.to_owned() });
        match &entry.event {
            Event::Proposed { .. } | Event::Carried { .. } => return Err(illegal(self.state)),
            Event::Judged(judged) => {
                // What was approved, overridden or urgent was so on other evidence.
                (self.approvals, self.overridden, self.emergency) = (Vec::new(), None, None);
                self.judged = Some(judged.clone());
                if !self.hands.contains(&entry.actor) {
                    self.hands.push(entry.actor.clone());
                }
            }
            Event::Overridden { reason, .. } => self.overridden = said(reason),
            Event::EmergencyDeclared { reason, .. } => self.emergency = said(reason),
            Event::ApprovalGiven { evidence, .. } => {
                self.approvals.retain(|it| it.actor != entry.actor);
                self.approvals.push(Approval { actor: entry.actor.clone(), at: entry.at, evidence: evidence.clone() });
            }
            Event::Lapsed { of } => self.approvals.retain(|it| !of.contains(&it.actor)),
            Event::Applying { root, run_effects, .. } => {
                self.course = Some(Course { operator: entry.actor.clone(), root: root.clone(), run_effects: *run_effects });
            }
            Event::RollingBack { .. } => self.was = Some(was),
            Event::RollbackRefused { .. } if self.state == State::RollingBack => self.state = self.was.map_or(State::Failed, |it| it.state),
            Event::RollbackRefused { .. } => return Err(illegal(self.state)),
            Event::Applied { effects_pending } => self.effects_pending = *effects_pending,
            Event::EffectsRun {} | Event::RolledBack {} => self.effects_pending = false,
            Event::Failed { reason } => self.failure = Some(reason.clone()),
            Event::ApprovalsVoided { .. }
            | Event::Submitted {}
            | Event::Approved { .. }
            | Event::Rejected { .. }
            | Event::Commented { .. }
            | Event::Cancelled { .. }
            | Event::Verified { .. } => {}
        }
        self.updated = entry.at;
        Ok(())
    }

    /// Returns the digest of the evidence that holds.
    pub fn evidence(&self) -> Option<&str> {
        self.judged.as_ref().map(|it| it.evidence.as_str())
    }

    /// Returns where the change stands, in words of listings: what is loud stands there too.
    pub fn standing(&self) -> String {
        let mut out = self.state.word().to_owned();
        if self.effects_pending && self.state == State::Applied {
            out += ", effects pending";
        }
        if self.overridden.is_some() {
            out += ", OVERRIDDEN";
        }
        if self.emergency.is_some() {
            out += ", EMERGENCY";
        }
        out
    }
}
