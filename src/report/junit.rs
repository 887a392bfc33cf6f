//! JUnit XML: one test case for each finding; what is not proven fails or is skipped.

use std::fmt::Write as _;

use super::{
    list::{List, verdict_of},
    markdown::row,
    neutral::line,
};
use crate::gate::Verdict;

/// Escapes for XML; what XML forbids was written out before.
pub(super) fn escaped(text: &str) -> String {
    line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Returns the document.
pub fn junit(of: &List<'_>) -> String {
    let count = |verdict| of.fixed.iter().filter(|it| verdict_of(it) == verdict).count();
    let failures = count(Some(Verdict::Refused)) + count(Some(Verdict::Unproven)) + count(Some(Verdict::NeedsApproval));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites><testsuite name=\"invitro\" tests=\"{}\" failures=\"{failures}\" skipped=\"{}\">", of.fixed.len(), count(None));
    for it in of.fixed {
        let (rule, severity, why) = row(it);
        let _ = write!(out, "<testcase classname=\"invitro.{severity}\" name=\"{}\">", escaped(&rule));
        match verdict_of(it) {
            Some(Verdict::Proven) => {}
            Some(verdict) => drop(write!(out, "<failure type=\"{}\" message=\"{}\"/>", verdict.word(), escaped(&why))),
            None => drop(write!(out, "<skipped message=\"{}\"/>", escaped(&why))),
        }
        out.push_str("</testcase>\n");
    }
    out.push_str("</testsuite></testsuites>\n");
    out
}
