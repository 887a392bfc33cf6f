//! One self-contained page: findings by severity, and for each its verdict, proofs, diff side by side, effects and transcript.

use std::fmt::Write as _;

use super::{
    attributes,
    form::Shape,
    junit::escaped,
    list::{Ending, order, outcome_of, short, title, verdict_of},
    markdown::row,
    neutral::{bytes, lines, words},
};
use crate::{
    engine::Fixed,
    evidence::{Described, Evidence},
    gate::Verdict,
};

/// The page's style: readable on a phone and in the dark, with no outside asset.
const STYLE: &str = include_str!("page.css");

/// Groups of the page, the gravest first; `-` is a fix of one's own, without a finding.
const GROUPS: [&str; 6] = ["critical", "high", "medium", "low", "info", "-"];

/// The page.
pub(super) struct Page;

impl Shape for Page {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        let mut out = String::new();
        finding(&mut out, it);
        (GROUPS.iter().position(|word| *word == row(it).1).unwrap_or(GROUPS.len() - 1), out)
    }

    fn head(&self, of: &Ending<'_>) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>invitro report</title><style>{STYLE}</style></head><body><main>\n<h1>invitro</h1>\n"
        );
        out.push_str("<ul class=\"sums\">");
        for (word, count) in of.sums.verdicts().into_iter().filter(|it| it.1 > 0) {
            let _ = write!(out, "<li class=\"{word}\"><b>{count}</b> {}</li>", if word == "none" { "not tried" } else { word });
        }
        let _ = writeln!(out, "</ul>\n<p class=\"faint\">{} findings, {} entries of the reports are no findings.</p>", of.sums.findings(), of.skipped.len());
        if let Some((word, why)) = of.commutes.map(order) {
            let open = if word == "yes" { " open" } else { "" };
            let _ = writeln!(out, "<details{open}><summary>commutes: <b>{word}</b></summary><p class=\"faint\">{}</p></details>", escaped(&why));
        }
        out
    }

    fn group(&self, number: usize, count: usize) -> String {
        let severity = GROUPS[number];
        format!("<h2>{} <span class=\"faint\">{count}</span></h2>\n", if severity == "-" { "own fixes" } else { severity })
    }

    fn tail(&self, _: &Ending<'_>) -> String {
        "</main></body></html>\n".to_owned()
    }
}

fn finding(out: &mut String, it: &Fixed) {
    let (rule, _, why) = row(it);
    let verdict = verdict_of(it).map_or("none", Verdict::word);
    let open = if verdict_of(it).is_some() { " open" } else { "" };
    let _ = writeln!(
        out,
        "<details class=\"finding\"{open}><summary><span class=\"tag {verdict}\">{}</span> <span class=\"rule\">{}</span> <span class=\"faint\">{}</span><span class=\"title\">{}</span></summary>",
        if verdict == "none" { "not tried" } else { verdict },
        escaped(short(&rule)),
        outcome_of(it).word(),
        escaped(title(it))
    );
    match it {
        Fixed::Untried { finding, .. } => {
            let _ = writeln!(out, "<p>{}</p>", escaped(&why));
            if let Some(advice) = finding.attributes.iter().find(|it| it.name == "advice") {
                let _ = writeln!(out, "<p class=\"faint\">the scanner advises: {}</p>", escaped(&advice.value));
            }
        }
        Fixed::Tried(evidence) => tried(out, evidence),
    }
    out.push_str("</details>\n");
}

fn tried(out: &mut String, of: &Evidence) {
    if !of.remediation.explanation.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", text(&of.remediation.explanation));
    }
    if !of.reasons.is_empty() {
        out.push_str("<ul class=\"reasons\">");
        for it in &of.reasons {
            let _ = write!(out, "<li><span class=\"tag {0}\">{0}</span> {1}</li>", it.verdict.word(), escaped(&it.message));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<table class=\"proofs\">");
    for (name, proof) in of.proofs.all() {
        let (word, class) = match proof.holds {
            Some(true) => ("yes", "proven"),
            Some(false) => ("no", "refused"),
            None => ("-", "none"),
        };
        let _ = write!(out, "<tr><th>{name}</th><td class=\"{class}\">{word}</td><td>{}</td></tr>", escaped(&proof.reason));
    }
    out.push_str("</table>\n");
    for it in &of.changes {
        change(out, it);
    }
    list(out, "effects", of.effects.iter().map(|it| format!("{} {} ({})", it.treatment.word(), words(&it.argv), it.kind)));
    list(out, "notes", of.notes.iter().map(|it| format!("{} {}: {}", it.level.word(), it.code, it.message)));
    list(out, "what hangs on it", of.dependents.iter().map(|it| format!("{} {}: {} ({})", it.kind, it.name, it.reason, String::from_utf8_lossy(&it.path))));
    list(out, "assumptions", of.answers.iter().map(|it| format!("{} {}{}", it.about, it.name, if it.matters { " - the result hangs on it" } else { "" })));
    list(out, "doubts", of.doubts.iter().map(|it| format!("{}: {}", it.code, it.message)));
    for strain in &of.strains {
        let word = strain.holds.map_or("not known", |it| if it { "stood" } else { "not stood" });
        let more = (strain.more > 0).then(|| format!("and {} more", strain.more));
        let cases = strain.cases.iter().map(|it| format!("{}: {}", it.name, it.reason)).chain(more);
        list(out, &format!("strain: {}", strain.name), std::iter::once(format!("{word}: {}", strain.reason)).chain(cases));
    }
    let streams = [("stdout", &of.stdout), ("stderr", &of.stderr)];
    if streams.iter().any(|it| !it.1.is_empty()) {
        out.push_str("<h4>transcript</h4>");
        for (name, bytes) in streams.into_iter().filter(|it| !it.1.is_empty()) {
            let _ = write!(out, "<pre aria-label=\"{name}\">{}</pre>", text(&String::from_utf8_lossy(bytes)));
        }
    }
}

fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        let _ = write!(out, "<h4>{name}</h4><ul>");
        for it in items {
            let _ = write!(out, "<li>{}</li>", escaped(&it));
        }
        out.push_str("</ul>\n");
    }
}

/// Text of several lines.
fn text(text: &str) -> String {
    lines(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn change(out: &mut String, it: &Described) {
    let sign = match (&it.change.before, &it.change.after) {
        (None, _) => "created",
        (_, None) => "removed",
        _ => "changed",
    };
    let state = |it: &Option<crate::diff::FileState>| it.as_ref().map_or("absent".to_owned(), |it| format!("{:04o} {}:{}", it.mode, it.uid, it.gid));
    let (was, is) = (state(&it.change.before), state(&it.change.after));
    let _ = write!(
        out,
        "<h4>{sign} <code>{}</code> <span class=\"faint\">{}{}</span></h4>",
        escaped(&bytes(&it.change.path)),
        if was == is { was } else { format!("{was} \u{2192} {is}") },
        if it.origin == "fix" { String::new() } else { format!(", {}", escaped(&it.origin)) }
    );
    for attribute in attributes::changed(&it.change) {
        let _ = write!(out, "<p class=\"faint\"><code>{}</code></p>", escaped(&attribute));
    }
    if it.withheld {
        out.push_str("<p class=\"faint\">content withheld: the path bears secrets</p>");
    }
    if let Some(diff) = &it.diff {
        out.push_str("<div class=\"wide\"><table class=\"diff\">");
        side_by_side(out, diff);
        out.push_str("</table></div>\n");
    }
}

/// Removed lines at the left, added ones at the right, groups facing each other.
fn side_by_side(out: &mut String, diff: &str) {
    let (mut left, mut right): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for it in diff.lines() {
        match it.as_bytes().first() {
            Some(b'-') => left.push(&it[1..]),
            Some(b'+') => right.push(&it[1..]),
            first => {
                pairs(out, &mut left, &mut right);
                match first {
                    Some(b' ') => drop(write!(out, "<tr><td>{0}</td><td class=\"same\">{0}</td></tr>", text(&it[1..]))),
                    Some(b'@') => drop(write!(out, "<tr class=\"hunk\"><td colspan=\"2\">{}</td></tr>", text(it))),
                    _ => {}
                }
            }
        }
    }
    pairs(out, &mut left, &mut right);
}

fn pairs(out: &mut String, left: &mut Vec<&str>, right: &mut Vec<&str>) {
    for number in 0..left.len().max(right.len()) {
        let side = |of: &[&str], class: &str| of.get(number).map_or("<td></td>".to_owned(), |it| format!("<td class=\"{class}\">{}</td>", text(it)));
        let _ = write!(out, "<tr>{}{}</tr>", side(left, "minus"), side(right, "plus"));
    }
    left.clear();
    right.clear();
}
