//! A remediation: artifacts in order, and what was declared about them.

use super::scope::Scope;
use crate::digest::Digest;

/// The language of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Language {
    /// GNU bash, and POSIX sh as bash runs it.
    Bash,
    /// Python 3.
    Python,
    /// PowerShell.
    Powershell,
    /// Another one, by name.
    Other(String),
}

impl Language {
    /// Returns the word of reports.
    pub fn word(&self) -> &str {
        match self {
            Language::Bash => "bash",
            Language::Python => "python",
            Language::Powershell => "powershell",
            Language::Other(name) => name,
        }
    }
}

/// One step of a remediation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// A script, run by the interpreter of its language.
    Script {
        /// Its language.
        language: Language,
        /// What `$0` is.
        name: String,
        /// Its text.
        text: Vec<u8>,
    },
    /// A unified diff.
    Patch {
        /// Its text.
        text: Vec<u8>,
        /// How it is taken.
        taking: Taking,
    },
    /// Edits of structured files: a document `invitro.edits/v1`.
    Edits {
        /// Its text.
        text: Vec<u8>,
    },
    /// Packages to bring to a version: a document `invitro.packages/v1`.
    Packages {
        /// Its text.
        text: Vec<u8>,
    },
}

/// How a patch is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taking {
    /// As git-apply(1) takes it, with all context; else as GNU patch does, with offsets and fuzz.
    pub strict: bool,
    /// Leading folders that are taken off names; found out, where none is given.
    pub strip: Option<u32>,
    /// Takes it back, where it is applied exactly.
    pub reverse: bool,
}

impl Artifact {
    /// Returns the kind's word, as in reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Artifact::Script { .. } => "script",
            Artifact::Patch { .. } => "patch",
            Artifact::Edits { .. } => "edits",
            Artifact::Packages { .. } => "packages",
        }
    }

    /// Returns its text.
    pub fn text(&self) -> &[u8] {
        match self {
            Artifact::Script { text, .. } | Artifact::Patch { text, .. } | Artifact::Edits { text } | Artifact::Packages { text } => text,
        }
    }

    /// Returns the digest of its bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text())
    }
}

/// An effect that was declared before the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedEffect {
    /// Its kind, in kebab-case.
    pub kind: String,
    /// The unit, package or setting.
    pub name: String,
}

/// How much a remediation may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Little.
    Low,
    /// Something.
    Medium,
    /// Much.
    High,
}

impl Risk {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        }
    }
}

/// A module by name and digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleName {
    /// Its name.
    pub name: String,
    /// Digest of its component.
    pub digest: Digest,
}

/// What is to be done for one finding. Data: it leaves no choice to whoever applies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// Short name.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The generator; none for a fix of the user's own.
    pub module: Option<ModuleName>,
    /// The steps, in order.
    pub artifacts: Vec<Artifact>,
    /// Paths that it may change; none where nothing was declared.
    pub write_set: Option<Scope>,
    /// Effects that it may have; none where nothing was declared.
    pub expected_effects: Option<Vec<ExpectedEffect>>,
    /// How much it may break; none where nothing was declared.
    pub risk: Option<Risk>,
    /// Why, what, and what it may break.
    pub explanation: String,
    /// Whether services or the machine must restart before it is in force.
    pub restart_needed: bool,
}

impl Remediation {
    /// Makes the remediation of a user's own fix: one artifact, nothing declared but `write_set`.
    pub fn of(artifact: Artifact, title: &str, write_set: Option<Scope>) -> Remediation {
        Remediation::of_all(vec![artifact], title, write_set)
    }

    /// Makes the remediation of a user's own fix of several artifacts, in order.
    pub fn of_all(artifacts: Vec<Artifact>, title: &str, write_set: Option<Scope>) -> Remediation {
        let digests: Vec<Digest> = artifacts.iter().map(Artifact::digest).collect();
        let id = match digests.as_slice() {
            [one] => *one,
            all => Digest::of(all.iter().map(Digest::hex).collect::<String>().as_bytes()),
        };
        Remediation {
            id: id.hex()[..12].to_owned(),
            title: title.to_owned(),
            module: None,
            artifacts,
            write_set,
            expected_effects: None,
            risk: None,
            explanation: String::new(),
            restart_needed: false,
        }
    }
}
