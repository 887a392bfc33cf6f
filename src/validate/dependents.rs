//! Asks the analyzers what hangs on what a fix touched: knowledge for people, which no verdict rests on.

use super::note::{Level, Note};
use crate::{
    diff::Change,
    guest::{self, Limits, Module, wit},
    remediation::Remediation,
    tree::Tree,
};

/// Something that hangs on a touched path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// The path.
    pub path: Vec<u8>,
    /// What hangs on it: `package`, `service`, `include`, or an analyzer's own word.
    pub kind: String,
    /// Which one.
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

/// Asks every analyzer about the paths that changed. The dependents come sorted, each once; an analyzer that fails is told as a note, so
/// that its silence is not taken for "nothing".
pub fn dependents(analyzers: &[Module], limits: Limits, remediation: &Remediation, changes: &[Change], before: &Tree) -> (Vec<Dependent>, Vec<Note>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    if changes.is_empty() {
        return (found, notes);
    }
    let asked = touching(remediation, changes);
    for analyzer in analyzers {
        let name = &analyzer.name;
        let mut failed = |message: String| {
            notes.push(Note { code: "analyzer-failed".into(), level: Level::Warning, path: None, line: None, message, validator: name.to_string() });
        };
        match guest::analyze(analyzer, limits.small(), &asked, before).answer {
            Ok(Ok(all)) => found.extend(all.into_iter().map(dependent)),
            Ok(Err(error)) => failed(format!("{name} could not say what hangs on the change: {error:?}")),
            Err(stop) => failed(format!("{name} was stopped: {stop}")),
        }
    }
    found.sort();
    found.dedup();
    (found, notes)
}

fn dependent(it: wit::Dependent) -> Dependent {
    let kind = match it.kind {
        wit::DependentKind::Package => "package".to_owned(),
        wit::DependentKind::Service => "service".to_owned(),
        wit::DependentKind::Include => "include".to_owned(),
        wit::DependentKind::Other(word) => word,
    };
    Dependent { path: it.path, kind, name: it.name, reason: it.reason }
}

/// The remediation with the paths that it changed in truth as its write-set; what it wants to do is no business of an analyzer.
fn touching(of: &Remediation, changes: &[Change]) -> wit::types::Remediation {
    wit::types::Remediation {
        id: of.id.clone(),
        title: of.title.clone(),
        artifacts: Vec::new(),
        // A name that is not UTF-8 has no place in a write-set; nothing of the system is named so.
        write_set: changes.iter().filter_map(|it| String::from_utf8(it.path.clone()).ok()).collect(),
        expected_effects: Vec::new(),
        risk: wit::types::Risk::Low,
        explanation: of.explanation.clone(),
        restart_needed: of.restart_needed,
    }
}
