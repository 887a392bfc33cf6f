//! The findings of one report, and what was left out of it.

use std::collections::BTreeMap;

use super::finding::{Finding, Location};
use crate::digest::Digest;

/// Something of a report that is no finding to heal, with the reason: nothing is dropped silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The rule.
    pub rule: String,
    /// Why it is no finding.
    pub reason: String,
}

/// The findings of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Name of the scanner.
    pub tool: String,
    /// What it found.
    pub findings: Vec<Finding>,
    /// What is no finding.
    pub skipped: Vec<Skipped>,
}

impl Report {
    /// Gives every finding its id: a digest of what was found and where. Equal ones get numbers, so that none is lost.
    pub(super) fn identified(mut self) -> Report {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for finding in &mut self.findings {
            // Names of ours say how a validator is asked: a report has no say in that.
            finding.attributes.retain(|it| !it.name.starts_with("invitro:"));
            let base = id(finding);
            let number = seen.entry(base.clone()).or_default();
            *number += 1;
            finding.id = if *number == 1 { base } else { format!("{base}-{number}") };
        }
        self
    }
}

fn id(finding: &Finding) -> String {
    let mut text = format!("{}\0{}\0", finding.source, finding.rule).into_bytes();
    for Location { path, line } in &finding.locations {
        text.extend(path);
        text.extend(format!("\0{line:?}\0").into_bytes());
    }
    if let Some(package) = &finding.package {
        text.extend(format!("{}\0{}\0{}", package.ecosystem, package.name, package.installed).into_bytes());
    }
    Digest::of(&text).hex()[..16].to_owned()
}

/// Makes a path of a report one from the root of the target; none where it leads out or is no path.
pub(super) fn rooted(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("file://").unwrap_or(text);
    if text.contains("://") || text.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| format!("/{}", parts.join("/")).into_bytes())
}
