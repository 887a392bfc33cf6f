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
    },
    /// Something else that a generator proposed, by the name of its kind, and its bytes.
    Other {
        /// The kind, as the WIT names it.
        kind: &'static str,
        /// Bytes that stand for it in digests.
        bytes: Vec<u8>,
    },
}

impl Artifact {
    /// Returns the kind's word, as in reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Artifact::Script { .. } => "script",
            Artifact::Patch { .. } => "patch",
            Artifact::Other { kind, .. } => kind,
        }
    }

    /// Returns the digest of its bytes.
    pub fn digest(&self) -> Digest {
        match self {
            Artifact::Script { text, .. } | Artifact::Patch { text } => Digest::of(text),
            Artifact::Other { bytes, .. } => Digest::of(bytes),
        }
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
        Remediation {
            id: artifact.digest().hex()[..12].to_owned(),
            title: title.to_owned(),
            module: None,
            artifacts: vec![artifact],
            write_set,
            expected_effects: None,
            risk: None,
            explanation: String::new(),
            restart_needed: false,
        }
    }
}
