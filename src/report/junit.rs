//! JUnit XML: a suite for each finding, a case for each proof and one for the verdict.

use std::fmt::Write as _;

use super::{
    list::{List, outcome_of},
    markdown::row,
    neutral::line,
};
use crate::{
    engine::Fixed,
    evidence::Evidence,
    gate::{Outcome, Verdict},
};

/// Escapes for XML; what XML forbids was written out before.
pub(super) fn escaped(text: &str) -> String {
    line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// One case: a name, and what it came to.
enum Came {
    Well,
    Failed { kind: &'static str, why: String },
    Skipped { why: String },
}

/// A finding's rule, its severity, and its cases by name.
type Suite = (String, &'static str, Vec<(&'static str, Came)>);

/// Returns the document. A suite fails exactly when the verdict asks for something: what is not proven is never green.
pub fn junit(of: &List<'_>) -> String {
    let suites: Vec<Suite> = of
        .fixed
        .iter()
        .map(|it| {
            let (rule, severity, why) = row(it);
            let cases = match it {
                Fixed::Tried(evidence) => tried(evidence, why),
                Fixed::Untried { outcome: Outcome::NotApplicable, .. } => vec![("verdict", Came::Skipped { why })],
                Fixed::Untried { .. } => vec![("verdict", Came::Failed { kind: outcome_of(it).word(), why })],
            };
            (rule, severity, cases)
        })
        .collect();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = suites.iter().flat_map(|it| &it.2);
    let _ = writeln!(out, "<testsuites name=\"invitro\" {}>", sums(all));
    for (rule, severity, cases) in &suites {
        let _ = writeln!(out, "<testsuite name=\"{}\" {}>", escaped(rule), sums(cases.iter()));
        for (name, came) in cases {
            let _ = write!(out, "<testcase classname=\"invitro.{severity}.{}\" name=\"{name}\"", escaped(rule));
            let _ = match came {
                Came::Well => writeln!(out, "/>"),
                Came::Failed { kind, why } => writeln!(out, "><failure type=\"{kind}\" message=\"{}\"/></testcase>", escaped(why)),
                Came::Skipped { why } => writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(why)),
            };
        }
        out.push_str("</testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn tried(of: &Evidence, why: String) -> Vec<(&'static str, Came)> {
    let proven = of.verdict == Verdict::Proven;
    let mut cases: Vec<(&str, Came)> = of
        .proofs
        .all()
        .into_iter()
        .map(|(name, proof)| {
            let why = proof.reason.clone();
            let came = match proof.holds {
                Some(true) => Came::Well,
                // It was not required: the verdict stands without it.
                Some(false) if proven => Came::Skipped { why: format!("not required, and false: {why}") },
                Some(false) => Came::Failed { kind: "proof-false", why },
                None => Came::Skipped { why },
            };
            (name, came)
        })
        .collect();
    cases.push(("verdict", if proven { Came::Well } else { Came::Failed { kind: of.verdict.word(), why } }));
    cases
}

fn sums<'a>(cases: impl Iterator<Item = &'a (&'a str, Came)>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for (_, came) in cases {
        tests += 1;
        failures += u32::from(matches!(came, Came::Failed { .. }));
        skipped += u32::from(matches!(came, Came::Skipped { .. }));
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
}
