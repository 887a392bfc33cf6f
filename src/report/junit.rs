//! JUnit XML: a suite for each finding, a case for each proof and one for the verdict.

use std::fmt::Write as _;

use super::{
    form::Shape,
    list::{Ending, outcome_of},
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

/// The document. A suite fails exactly when the verdict asks for something: what is not proven is never green.
#[derive(Default)]
pub(super) struct Suites {
    sums: Counts,
}

impl Shape for Suites {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        let (rule, severity, why) = row(it);
        let cases = match it {
            Fixed::Tried(evidence) => tried(evidence, why),
            Fixed::Untried { outcome: Outcome::NotApplicable, .. } => vec![("verdict", Came::Skipped { why })],
            Fixed::Untried { .. } => vec![("verdict", Came::Failed { kind: outcome_of(it).word(), why })],
        };
        let mut sums = Counts::default();
        cases.iter().for_each(|it| sums.add(&it.1));
        cases.iter().for_each(|it| self.sums.add(&it.1));
        let mut out = format!("<testsuite name=\"{}\" {}>\n", escaped(&rule), sums.told());
        for (name, came) in &cases {
            let _ = write!(out, "<testcase classname=\"invitro.{severity}.{}\" name=\"{name}\"", escaped(&rule));
            let _ = match came {
                Came::Well => writeln!(out, "/>"),
                Came::Failed { kind, why } => writeln!(out, "><failure type=\"{kind}\" message=\"{}\"/></testcase>", escaped(why)),
                Came::Skipped { why } => writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(why)),
            };
        }
        out.push_str("</testsuite>\n");
        (0, out)
    }

    fn head(&self, _: &Ending<'_>) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"invitro\" {}>\n", self.sums.told())
    }

    fn tail(&self, _: &Ending<'_>) -> String {
        "</testsuites>\n".to_owned()
    }
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

#[derive(Default)]
struct Counts {
    tests: u32,
    failures: u32,
    skipped: u32,
}

impl Counts {
    fn add(&mut self, came: &Came) {
        self.tests += 1;
        self.failures += u32::from(matches!(came, Came::Failed { .. }));
        self.skipped += u32::from(matches!(came, Came::Skipped { .. }));
    }

    fn told(&self) -> String {
        format!("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", self.tests, self.failures, self.skipped)
    }
}
