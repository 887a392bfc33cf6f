//! What of a fix is known here, before it runs: each command that a script names is made alone, on a workspace of its own, where its words are
//! the same in each run; of the others only the name is known.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::trial::Bench;
use crate::{
    guest::Treatment,
    remediation::{Artifact, Language, Remediation},
    sandbox::{DryRun, Ended, Setting, list_commands, rehearse},
    tree::Tree,
};

/// Lists imports and literal commands of a Python script, as records; see the shell's `coverage.rs`.
const COMMANDS_OF_PYTHON: &str = include_str!("coverage.py");

/// How a command of a fix would be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Nobody here knows it: it makes the fix unproven.
    Unknown,
    /// It is not allowed.
    Refused,
    /// It is written down only.
    Recorded,
    /// Its words are known in the run only; the command itself is known.
    Open,
    /// It is carried out.
    Modelled,
}

impl Cover {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Cover::Unknown => "unknown",
            Cover::Refused => "refused",
            Cover::Recorded => "recorded",
            Cover::Open => "open",
            Cover::Modelled => "modelled",
        }
    }
}

/// One command of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Which artifact, counted from 1.
    pub artifact: usize,
    /// The line, where it has one.
    pub line: Option<u32>,
    /// The command as it stands there.
    pub command: String,
    /// How it would be treated.
    pub cover: Cover,
    /// Why, where there is something to say.
    pub reason: String,
}

/// Lists what of a fix is known, on a target or on an empty tree.
pub fn coverage(bench: &Bench<'_>, tree: &Tree, remediation: &Remediation) -> Vec<Covered> {
    let setting = Setting::new(bench.modules, bench.policy.limits, bench.context);
    let of = Of { setting, tree, bench };
    let list = remediation.artifacts.iter().enumerate().flat_map(|(number, it)| of.artifact(number + 1, it));
    list.collect()
}

struct Of<'a> {
    setting: Setting<'a>,
    tree: &'a Tree,
    bench: &'a Bench<'a>,
}

/// What a listing says of one command.
struct Met {
    line: Option<u32>,
    kind: String,
    words: Vec<String>,
}

impl Of<'_> {
    fn run(&self, language: Language, text: Vec<u8>) -> DryRun {
        let artifact = Artifact::Script { language, name: "coverage".into(), text };
        rehearse(&self.setting, self.tree, &Remediation::of(artifact, "coverage", None))
    }

    fn artifact(&self, number: usize, of: &Artifact) -> Vec<Covered> {
        let covered = |line, command: String, (cover, reason): (Cover, String)| Covered { artifact: number, line, command, cover, reason };
        let listing = match of {
            Artifact::Script { language: Language::Bash, text, .. } => list_commands(&self.setting, self.tree, text),
            Artifact::Script { language: Language::Python, text, .. } => {
                let program = COMMANDS_OF_PYTHON.replace("TEXT_OF_THE_FIX", &STANDARD.encode(text));
                self.run(Language::Python, program.into_bytes())
            }
            Artifact::Script { language: Language::Powershell, .. } => {
                return vec![covered(None, "the script".into(), (Cover::Unknown, "PowerShell is listed by `invitro try`, and not run".into()))];
            }
            Artifact::Script { language, .. } => {
                return vec![covered(None, "the script".into(), (Cover::Unknown, format!("no interpreter for {}", language.word())))];
            }
            other => return vec![covered(None, format!("the {}", other.kind()), (Cover::Modelled, "carried out as a whole, or refused".into()))],
        };
        if listing.status != Some(0) {
            let said = String::from_utf8_lossy(&listing.stderr).lines().last().unwrap_or_default().to_owned();
            return vec![covered(None, "the script".into(), (Cover::Unknown, format!("its commands can't be listed: {said}")))];
        }
        let mut list: Vec<Covered> = Vec::new();
        for met in records(&String::from_utf8_lossy(&listing.stdout)) {
            let command = met.words.join(" ");
            if list.iter().any(|it| it.line == met.line && it.command == command) {
                continue;
            }
            let known = list.iter().find(|it| it.command == command).map(|it| (it.cover, it.reason.clone()));
            list.push(covered(met.line, command, known.unwrap_or_else(|| self.cover(&met))));
        }
        list
    }

    fn cover(&self, met: &Met) -> (Cover, String) {
        let name = met.words.first().map_or("", String::as_str);
        match met.kind.as_str() {
            "syntax" | "construct" => (Cover::Unknown, String::new()),
            "function" | "function?" => (Cover::Modelled, "a function of the script".into()),
            "import" => self.seen(&self.run(Language::Python, format!("import {name}\n").into_bytes())),
            "shell?" | "tool?" => (Cover::Open, "its words are known in the run only".into()),
            "program?" if name.contains(['$', '`', '*']) => (Cover::Open, "which command it is, is known in the run only".into()),
            "program?" => {
                let base = name.rsplit('/').next().unwrap_or_default();
                let shown = self.bench.modules.models.contains_key(base) || base.starts_with("python3");
                if shown { (Cover::Open, "its words are known in the run only".into()) } else { (Cover::Unknown, "no command model".into()) }
            }
            _ => {
                let quoted: Vec<String> = met.words.iter().map(|it| format!("'{}'", it.replace('\'', "'\\''"))).collect();
                self.seen(&self.run(Language::Bash, format!("{}\n", quoted.join(" ")).into_bytes()))
            }
        }
    }

    /// What a run of one command shows.
    fn seen(&self, run: &DryRun) -> (Cover, String) {
        if let Ended::Stopped(stop) = &run.ended {
            return (Cover::Unknown, format!("the run was stopped: {stop}"));
        }
        if let Some(it) = run.ledger.unmodelled.first() {
            return (Cover::Unknown, it.reason.clone());
        }
        if let Some(it) = run.ledger.doubts.iter().find(|it| self.bench.policy.blocks(&it.code)) {
            return (Cover::Unknown, it.message.clone());
        }
        let effect = |treatment| run.ledger.effects.iter().find(|it| it.treatment == treatment).map(|it| it.what());
        if let Some(what) = effect(Treatment::Refused) {
            return (Cover::Refused, what);
        }
        effect(Treatment::Recorded).map_or((Cover::Modelled, String::new()), |what| (Cover::Recorded, what))
    }
}

/// Reads a listing: records that U+001E ends, of fields that U+001F ends.
fn records(text: &str) -> impl Iterator<Item = Met> {
    text.split('\u{1e}').filter_map(|record| {
        let mut fields = record.split('\u{1f}').map(str::to_owned);
        let (line, kind) = (fields.next()?.parse().ok(), fields.next()?);
        let mut words: Vec<String> = fields.collect();
        // Behind the last field stands its end.
        words.pop();
        Some(Met { line, kind, words })
    })
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn reads_the_records_of_a_listing() {
        let read: Vec<_> =
            records("3\u{1f}tool\u{1f}sed\u{1f}-i\u{1f}\u{1e}4\u{1f}shell?\u{1f}echo\u{1f}\u{1f}\u{1e}").map(|it| (it.line, it.kind, it.words)).collect();
        let words = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(read, [(Some(3), "tool".to_owned(), words(&["sed", "-i"])), (Some(4), "shell?".to_owned(), words(&["echo", ""]))]);
    }
}
