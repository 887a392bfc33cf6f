//! Why something that was asked of a change is not done.

use jiff::Timestamp;

use super::Role;

/// Why something is not done, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The role is missing.
    #[error("{actor} may not {act} the change {id}: that needs the role {needs}; an admin gives it in [changes.actors.{actor}]")]
    Role {
        /// The change.
        id: String,
        /// Who.
        actor: String,
        /// What.
        act: &'static str,
        /// The role.
        needs: Role,
    },
    /// A change of that state can't be treated so.
    #[error("the change {id} is {state}, and nobody can {act} it then: {way}")]
    State {
        /// The change.
        id: String,
        /// Where it stands.
        state: &'static str,
        /// What.
        act: &'static str,
        /// What can be done.
        way: &'static str,
    },
    /// Words are missing.
    #[error("to {act} the change {id} needs a reason: give it with `--reason`")]
    Reason {
        /// The change.
        id: String,
        /// What.
        act: &'static str,
    },
    /// It was asked for other evidence than holds.
    #[error("the change {id} rests on evidence {holds} now, not on {given}: look at it with `invitro show {id}`")]
    Evidence {
        /// The change.
        id: String,
        /// That which was named.
        given: String,
        /// That which holds.
        holds: String,
    },
    /// Nobody approves what is their own.
    #[error("{actor} had a hand in the change {id}, and nobody approves what is their own; somebody else must, or an admin sets `self-approval` in [changes]")]
    Own {
        /// The change.
        id: String,
        /// Who.
        actor: String,
    },
    /// They did already.
    #[error("{actor} has approved the change {id} already; {missing} more must")]
    Twice {
        /// The change.
        id: String,
        /// Who.
        actor: String,
        /// How many are missing.
        missing: usize,
    },
    /// It is somebody else's.
    #[error("the change {id} is {author}'s: only {author} or an admin cancels it; an approver may reject it")]
    Foreign {
        /// The change.
        id: String,
        /// Whose it is.
        author: String,
    },
    /// Too few approvals hold.
    #[error("the change {id} needs {need} approvals, and {have} hold{lapsed}: approve it again with `invitro approve {id}`")]
    Quorum {
        /// The change.
        id: String,
        /// How many it needs.
        need: usize,
        /// How many hold.
        have: usize,
        /// Whose ran out, in words.
        lapsed: String,
    },
    /// One person alone would do it all.
    #[error("{actor} alone has made and approved the change {id}: another operator must apply it, or an admin unsets `four-eyes` in [changes]")]
    FourEyes {
        /// The change.
        id: String,
        /// Who.
        actor: String,
    },
    /// A window forbids it.
    #[error(
        "the freeze `{window}` holds until {until}: apply the change {id} then, or an admin declares an emergency with `invitro approve {id} --emergency --reason WHY`"
    )]
    Frozen {
        /// The change.
        id: String,
        /// The window.
        window: String,
        /// When it ends.
        until: Timestamp,
    },
    /// No window allows it.
    #[error(
        "no maintenance window is open: apply the change {id} from {from} on (`{window}`), or an admin declares an emergency with `invitro approve {id} --emergency --reason WHY`"
    )]
    Closed {
        /// The change.
        id: String,
        /// The next window.
        window: String,
        /// When it opens.
        from: String,
    },
    /// Effects are pending.
    #[error("the change {id} is applied and its effects are pending: run what was printed, then `invitro apply {id} --effects-done`")]
    Effects {
        /// The change.
        id: String,
    },
    /// A token that is nobody's.
    #[error("the token in INVITRO_TOKEN is nobody's in [changes.actors]")]
    Token,
    /// Somebody who must show a token.
    #[error("{actor} acts with a token only: set INVITRO_TOKEN")]
    Tokenless {
        /// Who.
        actor: String,
    },
}
