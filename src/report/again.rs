//! Reports that were printed before: whether one is still what it was, and a page with what happened since.

use std::fmt::Write as _;

use super::{canonical::canonical, junit::escaped};
use crate::digest::Digest;

/// Returns the evidence digest that a printed report has by its content, `sha256:…`; none where it is no report. One that was changed has another than it names.
pub fn evidence_digest(report: &str) -> Option<String> {
    let mut value: serde_json::Value = serde_json::from_str(report).ok()?;
    let said = value.get_mut("evidence")?.as_object_mut()?.shift_remove("digest")?;
    let digest = Digest::of(&canonical(&value)).to_string();
    (said == *digest).then_some(digest)
}

/// Puts the history of a change at the head of a page: rows of when, who and what.
pub fn with_history(page: &str, change: &str, rows: &[[String; 3]]) -> String {
    let mut out = format!("<h1>change {}</h1>\n<table class=\"history\">", escaped(change));
    for [at, actor, told] in rows {
        let _ = write!(out, "<tr><td class=\"faint\">{}</td><th>{}</th><td>{}</td></tr>", escaped(at), escaped(actor), escaped(told));
    }
    out.push_str("</table>\n");
    page.replacen("<h1>invitro</h1>\n", &out, 1)
}

#[cfg(test)]
mod tests {
    use super::{evidence_digest, with_history};

    #[test]
    fn a_report_that_was_changed_has_no_digest() {
        let report = r#"{"verdict":"proven","evidence":{"digest":"sha256:DIGEST","target":"t"}}"#;
        let digest = crate::digest::Digest::of(br#"{"evidence":{"target":"t"},"verdict":"proven"}"#);
        let report = report.replace("DIGEST", &digest.hex());
        assert_eq!(evidence_digest(&report), Some(digest.to_string()));
        assert_eq!(evidence_digest(&report.replace("proven", "refused")), None);
        assert_eq!(evidence_digest("{}"), None);
    }

    #[test]
    fn what_people_say_is_escaped_on_a_page() {
        let rows = [["2026".to_owned(), "a<b".to_owned(), "said: <script>\u{202e}".to_owned()]];
        let page = with_history("<body><h1>invitro</h1>\n<p>", "c1", &rows);
        let expected = "<body><h1>change c1</h1>\n<table class=\"history\"><tr><td class=\"faint\">2026</td><th>a&lt;b</th><td>said: &lt;script&gt;\\u{202e}</td></tr></table>\n<p>";
        assert_eq!(page, expected);
    }
}
