//! The normal form of findings.

use std::sync::Arc;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Little.
    Low,
    /// Something.
    Medium,
    /// Much.
    High,
    /// At once.
    Critical,
}

impl Severity {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Finds a severity by its word, whatever its case.
    pub fn of(word: &str) -> Option<Severity> {
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical].into_iter().find(|it| it.word().eq_ignore_ascii_case(word))
    }
}

/// A place in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The path, from the root of the target.
    pub path: Vec<u8>,
    /// The line, counted from 1.
    pub line: Option<u32>,
}

/// A package as the scanner names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedPackage {
    /// Its name.
    pub name: String,
    /// The version that is there.
    pub installed: String,
    /// The version that heals; none when there is none yet.
    pub fixed: Option<String>,
    /// `deb`, `rpm`, `apk`, `npm`, …
    pub ecosystem: String,
}

/// A name with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// One thing that a scanner or feed says is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable id: a digest of what was found and where.
    pub id: String,
    /// The scanner's rule id, verbatim.
    pub rule: String,
    /// One line.
    pub title: String,
    /// In words.
    pub message: String,
    /// How grave.
    pub severity: Severity,
    /// Name of the scanner.
    pub source: String,
    /// Where.
    pub locations: Vec<Location>,
    /// The package that it is about.
    pub package: Option<AffectedPackage>,
    /// Values that the scanner bound to the rule; all findings of a report may share them.
    pub parameters: Arc<[Attribute]>,
    /// Other names of the same thing: CVE, CCE.
    pub aliases: Vec<String>,
    /// What else the report says.
    pub attributes: Vec<Attribute>,
}
