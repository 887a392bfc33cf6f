//! Where a change stands.

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Recorded, without a verdict yet.
    Proposed,
    /// All that is required was shown.
    Proven,
    /// A person must decide, and was not asked yet.
    NeedsApproval,
    /// It must not be applied.
    Refused,
    /// Something could not be simulated.
    Unproven,
    /// A person was asked.
    AwaitingApproval,
    /// It may be applied.
    Approved,
    /// A person said no.
    Rejected,
    /// Its author gave it up.
    Cancelled,
    /// It is being written; after a crash that is still so, and the journal tells how far it came.
    Applying,
    /// It is written. Its effects may be pending.
    Applied,
    /// It is written, its effects were carried out, and what is there is what was tried.
    Verified,
    /// It could not be applied, or is not what was tried.
    Failed,
    /// It is being taken back.
    RollingBack,
    /// It was taken back.
    RolledBack,
}

impl State {
    /// Every state, in the order of a change's life.
    pub const ALL: [State; 15] = [
        State::Proposed,
        State::Proven,
        State::NeedsApproval,
        State::Refused,
        State::Unproven,
        State::AwaitingApproval,
        State::Approved,
        State::Rejected,
        State::Cancelled,
        State::Applying,
        State::Applied,
        State::Verified,
        State::Failed,
        State::RollingBack,
        State::RolledBack,
    ];

    /// Returns the word of listings and records.
    pub fn word(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Proven => "proven",
            State::NeedsApproval => "needs-approval",
            State::Refused => "refused",
            State::Unproven => "unproven",
            State::AwaitingApproval => "awaiting-approval",
            State::Approved => "approved",
            State::Rejected => "rejected",
            State::Cancelled => "cancelled",
            State::Applying => "applying",
            State::Applied => "applied",
            State::Verified => "verified",
            State::Failed => "failed",
            State::RollingBack => "rolling-back",
            State::RolledBack => "rolled-back",
        }
    }

    /// Finds a state by its word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Answers whether nothing is left to be done: the history of such a change may be cut off.
    pub fn is_settled(self) -> bool {
        matches!(self, State::Refused | State::Rejected | State::Cancelled | State::Verified | State::RolledBack)
    }
}
