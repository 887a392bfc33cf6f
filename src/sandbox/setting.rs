//! Everything that a dry run hangs on besides tree and remediation.

use super::modules::Modules;
use crate::{
    guest::{Context, Limits},
    tree::Fault,
};

/// One answer of ours, told otherwise: a replay shows whether it mattered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// The commands of these numbers, counted from 1, end the other way: success becomes failure and failure success, and what
    /// they printed is gone.
    Flip(Vec<u32>),
    /// The commands of these numbers end as they did, and print a line more that nobody could foresee.
    Speak(Vec<u32>),
    /// A program that the target lacks is there.
    Present(String),
    /// A program that is modelled is not there.
    Absent(String),
    /// What the machine has mounted is told otherwise.
    Unmounted,
    /// The script lies elsewhere and has another name.
    Renamed,
}

/// What a machine's administrator may have set otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// File creation mask.
    pub umask: u32,
    /// `LANG`.
    pub locale: String,
}

impl Default for Surroundings {
    /// What a root shell of Debian has.
    fn default() -> Self {
        Surroundings { umask: 0o022, locale: "C.UTF-8".into() }
    }
}

/// Everything that a dry run hangs on besides tree and remediation: equal settings give equal dry runs.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The modules that may take part.
    pub modules: &'a Modules,
    /// What the run may use.
    pub limits: Limits,
    /// Clock, seed and process id.
    pub context: Context,
    /// Whether directories are listed backwards.
    pub reversed: bool,
    /// An answer that is told otherwise.
    pub alteration: Option<Alteration>,
    /// Mask and locale.
    pub surroundings: Surroundings,
    /// Whether every change is kept with the tree before it.
    pub watched: bool,
    /// A change that fails.
    pub fault: Option<Fault>,
}

impl<'a> Setting<'a> {
    /// Makes the setting of a first run.
    pub fn new(modules: &'a Modules, limits: Limits, context: Context) -> Setting<'a> {
        Setting { modules, limits, context, reversed: false, alteration: None, surroundings: Surroundings::default(), watched: false, fault: None }
    }

    /// Returns the setting a day later, with another seed and process id.
    pub fn later(&self) -> Setting<'a> {
        let context =
            Context { clock: self.context.clock + 90_061_000_000_000, seed: self.context.seed ^ 0x5eed_0000_0001, process: self.context.process + 1237 };
        Setting { context, ..self.clone() }
    }

    /// Returns the setting with one answer altered.
    pub fn altered(&self, alteration: Alteration) -> Setting<'a> {
        Setting { alteration: Some(alteration), ..self.clone() }
    }
}
