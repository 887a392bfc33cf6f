//! Markdown for a step summary, and annotations as GitHub's workflow commands.

use std::fmt::Write as _;

use super::{
    form::Shape,
    list::{Ending, order, outcome_of, verdict_of},
    neutral::{bytes, line},
};
use crate::{engine::Fixed, gate::Verdict};

/// Text of a stranger inside a table cell: no markup, no links (neither bracketed nor found by a reader that looks for
/// addresses), no mention, no line end.
fn cell(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, it) in text.char_indices() {
        let after = text[at + it.len_utf8()..].chars().next().unwrap_or(' ');
        let plain = match it {
            // Between letters an underscore is no emphasis.
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            '.' => !text[..at].to_ascii_lowercase().ends_with("www"),
            it => it.is_alphanumeric() || " ,;/-+=()%".contains(it),
        };
        if plain {
            out.push(it);
        } else {
            let _ = write!(out, "&#{};", u32::from(it));
        }
        before = it;
    }
    out
}

/// A step summary.
pub(super) struct Rows;

impl Shape for Rows {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        let (rule, severity, why) = row(it);
        let verdict = verdict_of(it).map_or("-", Verdict::word);
        (0, format!("| {} | {severity} | {} | {verdict} | {} |\n", cell(&rule), outcome_of(it).word(), cell(&why)))
    }

    fn head(&self, of: &Ending<'_>) -> String {
        let mut out = String::from("## invitro\n\n| result | findings |\n| --- | ---: |\n");
        for (word, count) in of.sums.results().into_iter().filter(|it| it.1 > 0) {
            let _ = writeln!(out, "| {word} | {count} |");
        }
        out.push_str("\n| finding | severity | result | verdict | why |\n| --- | --- | --- | --- | --- |\n");
        out
    }

    fn tail(&self, of: &Ending<'_>) -> String {
        of.commutes.map(order).map(|(word, why)| format!("\ncommutes: {word} {}\n", cell(&why))).unwrap_or_default()
    }
}

/// Rule, severity and first reason.
pub(super) fn row(it: &Fixed) -> (String, &'static str, String) {
    match it {
        Fixed::Tried(evidence) => {
            let (rule, severity) = evidence.finding.as_ref().map_or((evidence.remediation.title.clone(), "-"), |it| (it.0.rule.clone(), it.0.severity.word()));
            (rule, severity, evidence.reasons.first().map(|it| it.message.clone()).unwrap_or_default())
        }
        Fixed::Untried { finding, reason, .. } => (finding.rule.clone(), finding.severity.word(), reason.clone()),
    }
}

/// Annotations as workflow commands; data and properties are escaped as the runner's toolkit does.
pub(super) struct Annotations;

impl Shape for Annotations {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        let data = |text: &str| line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
        let level = match verdict_of(it) {
            Some(Verdict::Proven) => "notice",
            Some(Verdict::NeedsApproval) | None => "warning",
            Some(Verdict::Refused | Verdict::Unproven) => "error",
        };
        let (rule, _, why) = row(it);
        let file = match it {
            Fixed::Tried(evidence) => evidence.changes.first().map(|it| format!("file={},", property(bytes(&it.change.path).trim_start_matches('/')))),
            Fixed::Untried { .. } => None,
        };
        let title = format!("invitro: {} ({})", rule, verdict_of(it).map_or(outcome_of(it).word(), Verdict::word));
        let why = data(if why.is_empty() { "all that is required was shown" } else { &why });
        (0, format!("::{level} {}title={}::{why}\n", file.unwrap_or_default(), property(&title)))
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_holds_no_markup() {
        assert_eq!(
            cell("a|b [x](http://y) `c`\n::error::<b> @me www.x.y a_b _c_"),
            "a&#124;b &#91;x&#93;(http&#58;//y) &#96;c&#96;&#92;n&#92;u&#123;3a&#125;&#58;error&#58;&#58;&#60;b&#62; &#64;me www&#46;x.y a_b &#95;c&#95;"
        );
    }
}
