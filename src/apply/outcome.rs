//! What came of an application or a rollback.

use super::{effect::Ran, error::Drift, plan::Owed};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Files are as tried, and all effects ran.
    Applied,
    /// Files are as tried; effects have still to be run, or nobody knows how one ended.
    EffectsPending,
    /// Everything is as it was before.
    RolledBack,
}

impl Standing {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Applied => "applied",
            Standing::EffectsPending => "applied, effects pending",
            Standing::RolledBack => "rolled-back",
        }
    }
}

/// An effect, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effected {
    /// The effect.
    pub owed: Owed,
    /// What came of it; none where it was not run, or nobody knows.
    pub ran: Option<Ran>,
    /// Whether the process ended while it ran: nobody knows how far it came, and it is not run again.
    pub unknown: bool,
}

/// A file that a model wrote on a tool's behalf, compared with what the tool left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Where.
    pub path: Vec<u8>,
    /// Whose model: `model:<command>`.
    pub origin: String,
    /// How they differ; none where the model was right.
    pub drift: Option<Drift>,
}

/// What came of an application or a rollback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// A word of its own, which its journal bears too.
    pub id: String,
    /// Where it stands.
    pub standing: Standing,
    /// The paths that it was about.
    pub paths: Vec<Vec<u8>>,
    /// What others changed in the meantime, and was left as it is.
    pub left: Vec<Drift>,
    /// Effects in order.
    pub effects: Vec<Effected>,
    /// What models had written, where all effects ran.
    pub guesses: Vec<Compared>,
}

impl Applied {
    pub(super) fn nothing() -> Applied {
        let (id, paths, left, effects, guesses) = Default::default();
        Applied { id, standing: Standing::RolledBack, paths, left, effects, guesses }
    }

    /// Answers whether everything is as it was tried: files, effects, and what tools wrote.
    pub fn is_verified(&self) -> bool {
        self.standing == Standing::Applied && self.left.is_empty() && self.guesses.iter().all(|it| it.drift.is_none())
    }
}
