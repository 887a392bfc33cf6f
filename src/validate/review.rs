//! Asks every validator about a change.

use super::note::{Level, Note};
use crate::{
    diff::Change,
    finding::Finding,
    guest::{self, Effect, Limits, Module, Review, wit},
    remediation::Remediation,
    tree::{Tree, is_scratch},
};

/// What a review looks at.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// The finding, where there is one.
    pub finding: Option<&'a Finding>,
    /// What was done.
    pub remediation: &'a Remediation,
    /// The tree before.
    pub before: &'a Tree,
    /// The tree after.
    pub after: &'a Tree,
    /// What changed.
    pub changes: &'a [Change],
    /// What happened outside files.
    pub effects: &'a [Effect],
}

/// Asks every validator about a change. The notes come sorted, each once; a validator that fails is itself an error-free
/// silence that nobody may trust, so its failure is an error-level note.
pub fn review(validators: &[Module], limits: Limits, of: Changed<'_>, written: impl Iterator<Item = Vec<u8>>) -> Vec<Note> {
    let changes: Vec<_> = of.changes.iter().map(wit::to_change).collect();
    let effects: Vec<_> = of.effects.iter().map(wit::to_effect).collect();
    let finding = of.finding.map(wit::to_finding);
    let asked = Review { finding: finding.as_ref(), remediation: None, before: of.before, after: of.after, changes: &changes, effects: &effects };
    let mut notes: Vec<Note> = validators.iter().flat_map(|it| ask(it, limits, &asked)).collect();
    notes.extend(written.filter(|it| is_scratch(it) && it != SELF_TEST).map(scratch));
    notes.sort();
    notes.dedup();
    notes
}

fn ask(validator: &Module, limits: Limits, of: &Review<'_>) -> Vec<Note> {
    let name = validator.name.to_string();
    let failed =
        |message: String| vec![Note { code: "validator-failed".into(), level: Level::Error, path: None, line: None, message, validator: name.clone() }];
    match guest::review(validator, limits.small(), of).answer {
        Ok(Ok(notes)) => notes.into_iter().map(|it| note(&name, it)).collect(),
        Ok(Err(error)) => failed(format!("{name} could not judge the change: {error:?}")),
        Err(stop) => failed(format!("{name} was stopped: {stop}")),
    }
}

fn note(validator: &str, it: wit::types::Note) -> Note {
    let level = match it.level {
        wit::types::NoteLevel::Info => Level::Info,
        wit::types::NoteLevel::Warning => Level::Warning,
        wit::types::NoteLevel::Error => Level::Error,
    };
    Note { code: it.code, level, path: it.path, line: it.line, message: it.message, validator: validator.to_owned() }
}

/// What an interpreter tries itself on before it runs a script; it is gone again when the script begins.
pub const SELF_TEST: &[u8] = b"/run/.invitro-self-test";

fn scratch(path: Vec<u8>) -> Note {
    let message = "the fix writes to a scratch directory; it starts empty on each run and is outside the diff".to_owned();
    Note { code: "scratch-write".into(), level: Level::Info, path: Some(path), line: None, message, validator: "host".into() }
}
