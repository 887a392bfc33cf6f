//! What the host saw and was told during a run: kept, and cleared by nothing.

use super::{limits::Used, messages::Messages};

/// A command or construct that could not be carried out truly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmodelled {
    /// The words of the command, as bytes.
    pub argv: Vec<Vec<u8>>,
    /// Line of the script.
    pub line: Option<u32>,
    /// Why not.
    pub reason: String,
}

/// How faithfully an effect was treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
    /// Carried out in files or running state.
    Modelled,
    /// Written down only.
    Recorded,
    /// Not allowed.
    Refused,
}

impl Treatment {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Treatment::Modelled => "modelled",
            Treatment::Recorded => "recorded",
            Treatment::Refused => "refused",
        }
    }
}

/// Something outside files that a command did or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The words of the command.
    pub argv: Vec<Vec<u8>>,
    /// What kind, in kebab-case: `service-restart`.
    pub kind: String,
    /// The unit, package or setting.
    pub name: String,
    /// How faithfully.
    pub treatment: Treatment,
    /// Line of the script.
    pub line: Option<u32>,
}

impl Effect {
    /// What it does, for people: `service-restart of sshd`. An effect on the machine as a whole has no name.
    pub fn what(&self) -> String {
        if self.name.is_empty() { self.kind.clone() } else { format!("{} of {}", self.kind, self.name) }
    }
}

/// An answer that came from us rather than from the target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumption {
    /// Kind of the answer: `clock`, `random`, `tool-missing`, `running-state`.
    pub about: String,
    /// What was asked.
    pub name: String,
    /// Line of the script.
    pub line: Option<u32>,
}

/// Something that looks wrong without being a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// What is wrong, in kebab-case.
    pub code: String,
    /// Line of the script.
    pub line: Option<u32>,
    /// In words.
    pub message: String,
}

/// A command whose answer came from us: it was only written down, or rests on an assumption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consulted {
    /// Which command of the run it was, counted from 1.
    pub spawn: u32,
    /// The words of the command.
    pub argv: Vec<Vec<u8>>,
    /// Line of the script.
    pub line: Option<u32>,
}

/// One command that the interpreter did not carry out itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The words of the command.
    pub argv: Vec<Vec<u8>>,
    /// Line of the script.
    pub line: Option<u32>,
    /// How faithfully; none where nobody models it.
    pub treatment: Option<Treatment>,
}

impl Call {
    /// Returns the word of reports.
    pub fn word(&self) -> &'static str {
        self.treatment.map_or("unmodelled", Treatment::word)
    }
}

/// Everything that was noted during one run, over all its guests.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// What could not be carried out truly.
    pub unmodelled: Vec<Unmodelled>,
    /// What had an effect outside files.
    pub effects: Vec<Effect>,
    /// Answers of ours.
    pub assumptions: Vec<Assumption>,
    /// Every command that was not the interpreter's own, in order.
    pub calls: Vec<Call>,
    /// Commands whose answer came from us.
    pub consulted: Vec<Consulted>,
    /// What looked wrong.
    pub doubts: Vec<Doubt>,
    /// Messages of modules, `module: text`.
    pub log: Messages,
    /// Paths that a model wrote on a tool's behalf, with the command's name.
    pub model_writes: std::collections::BTreeMap<Vec<u8>, String>,
    /// What all guests used together.
    pub used: Used,
    /// Entries that did not fit.
    pub dropped: usize,
}

/// Entries that one list of a ledger holds; more are counted, and the run is stopped as untrue.
const MOST_ENTRIES: usize = 10_000;

impl Ledger {
    /// Adds an unmodelled command; what is said twice in a row is one thing.
    pub fn unmodelled(&mut self, entry: Unmodelled) {
        if self.unmodelled.last() == Some(&entry) {
            return;
        }
        push(&mut self.unmodelled, entry, &mut self.dropped);
    }

    /// Adds an effect.
    pub fn effect(&mut self, entry: Effect) {
        push(&mut self.effects, entry, &mut self.dropped);
    }

    /// Adds an assumption, once.
    pub fn assume(&mut self, entry: Assumption) {
        if !self.assumptions.contains(&entry) {
            push(&mut self.assumptions, entry, &mut self.dropped);
        }
    }

    /// Adds a command.
    pub fn call(&mut self, entry: Call) {
        push(&mut self.calls, entry, &mut self.dropped);
    }

    /// Adds a command whose answer came from us.
    pub fn consult(&mut self, entry: Consulted) {
        push(&mut self.consulted, entry, &mut self.dropped);
    }

    /// Adds a doubt, once.
    pub fn doubt(&mut self, entry: Doubt) {
        if !self.doubts.contains(&entry) {
            push(&mut self.doubts, entry, &mut self.dropped);
        }
    }

    /// Returns how long each list is that has lines.
    pub(crate) fn mark(&self) -> [usize; 6] {
        [self.unmodelled.len(), self.effects.len(), self.assumptions.len(), self.calls.len(), self.consulted.len(), self.doubts.len()]
    }

    /// Puts the line of the outer script at all that came since: what a nested one counts are lines of its own.
    pub(crate) fn place_since(&mut self, [unmodelled, effects, assumptions, calls, consulted, doubts]: [usize; 6], line: Option<u32>) {
        self.unmodelled.iter_mut().skip(unmodelled).for_each(|it| it.line = line);
        self.effects.iter_mut().skip(effects).for_each(|it| it.line = line);
        self.assumptions.iter_mut().skip(assumptions).for_each(|it| it.line = line);
        self.calls.iter_mut().skip(calls).for_each(|it| it.line = line);
        self.consulted.iter_mut().skip(consulted).for_each(|it| it.line = line);
        self.doubts.iter_mut().skip(doubts).for_each(|it| it.line = line);
    }

    /// Returns how many entries all lists have.
    pub(crate) fn entries(&self) -> usize {
        self.unmodelled.len() + self.effects.len() + self.assumptions.len() + self.consulted.len() + self.doubts.len()
    }
}

fn push<T>(list: &mut Vec<T>, entry: T, dropped: &mut usize) {
    if list.len() < MOST_ENTRIES {
        list.push(entry);
    } else {
        *dropped += 1;
    }
}
