//! One script of a corpus, and where it runs.

use std::{collections::BTreeMap, path::PathBuf};

use invitro::remediation::Language;

pub(crate) use crate::marks::Mark;

/// What a corpus asks to be laid over the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Layers {
    /// Folders, the uppermost first.
    pub(crate) folders: Vec<PathBuf>,
    /// What no folder of a repository can hold.
    pub(crate) marks: BTreeMap<String, Mark>,
}

/// One script.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// A short name: unique within its corpus.
    pub(crate) name: String,
    /// Which corpus.
    pub(crate) corpus: &'static str,
    /// The text.
    pub(crate) text: Vec<u8>,
    /// What runs it.
    pub(crate) language: Language,
    /// Where it runs: equal layers are one machine.
    pub(crate) layers: std::sync::Arc<Layers>,
    /// It is known to be bad: it must never be proven, whatever real bash leaves.
    pub(crate) bad: bool,
    /// Paths that it declares, where it declares any.
    pub(crate) scope: Option<invitro::remediation::Scope>,
    /// Paths that are not compared.
    pub(crate) ignore: Vec<String>,
}

impl Script {
    /// Returns the program that runs it, and the name that it has.
    pub(crate) fn program(&self) -> (&'static str, &'static str) {
        if self.language == Language::Python { ("python3", "fix.py") } else { ("bash", "fix.sh") }
    }
}

/// Reads the fix of a case, in either language.
pub(crate) fn fix(case: &std::path::Path) -> Option<(Vec<u8>, Language)> {
    let read = |name: &str| std::fs::read(case.join(name)).ok();
    read("fix.sh").map(|it| (it, Language::Bash)).or_else(|| read("fix.py").map(|it| (it, Language::Python)))
}
