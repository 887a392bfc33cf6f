//! SARIF 2.1.0: one result for each finding; the remediation's change of a text as a `fix` (section 3.55).

use serde_json::{Value, json};

use super::{
    form::Shape,
    json::{close, item, print},
    list::{Ending, outcome_of, verdict_of},
    markdown::row,
    neutral::{line, uri},
};
use crate::{engine::Fixed, gate::Verdict};

/// The document. Its rules come first, so they are known from the beginning.
pub(super) struct Log {
    rules: Vec<String>,
    count: usize,
}

impl Log {
    pub(super) fn new(mut rules: Vec<String>) -> Log {
        rules.sort();
        rules.dedup();
        Log { rules, count: 0 }
    }
}

impl Shape for Log {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        self.count += 1;
        (0, item(self.count, 4, &result(it, &self.rules)))
    }

    fn head(&self, _: &Ending<'_>) -> String {
        let rules: Vec<Value> = self.rules.iter().map(|it| json!({ "id": it })).collect();
        let empty = print(&json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "invitro", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
                "columnKind": "unicodeCodePoints",
                "results": [],
            }],
        }));
        // The results are what stands last.
        let end = empty.rfind(']').and_then(|it| empty[..it].rfind(']')).unwrap_or(empty.len());
        empty[..end].to_owned()
    }

    fn tail(&self, _: &Ending<'_>) -> String {
        format!("{}\n    }}\n  ]\n}}\n", close(self.count, 3))
    }
}

fn result(of: &Fixed, rules: &[String]) -> Value {
    let (rule, severity, why) = row(of);
    let verdict = verdict_of(of);
    let level = match verdict {
        Some(Verdict::Proven) => "note",
        Some(Verdict::NeedsApproval) | None => "warning",
        Some(Verdict::Refused | Verdict::Unproven) => "error",
    };
    let text = if why.is_empty() { "all that is required was shown".to_owned() } else { line(&why) };
    let mut result = json!({
        "ruleId": rule, "ruleIndex": rules.binary_search(&rule).ok(), "level": level, "message": { "text": text },
        "properties": { "verdict": verdict.map(Verdict::word), "result": outcome_of(of).word(), "severity": severity },
    });
    if let Fixed::Tried(evidence) = of {
        let place = |path: &[u8]| json!({ "uri": uri(path).trim_start_matches('/') });
        let places: Vec<Value> = evidence.changes.iter().map(|it| json!({ "physicalLocation": { "artifactLocation": place(&it.change.path) } })).collect();
        let changes: Vec<Value> = evidence
            .changes
            .iter()
            .filter_map(|it| Some((it, replacements(it.diff.as_deref()?))))
            .map(|(it, replacements)| json!({ "artifactLocation": place(&it.change.path), "replacements": replacements }))
            .collect();
        result["locations"] = places.into();
        // A fix that needs a person or worse is told, and not offered.
        if !changes.is_empty() && verdict == Some(Verdict::Proven) {
            result["fixes"] = json!([{ "description": { "text": line(&evidence.remediation.title) }, "artifactChanges": changes }]);
        }
    }
    result
}

/// Each group of changed lines of unified hunks as one replacement of whole lines.
fn replacements(diff: &str) -> Vec<Value> {
    let (mut all, mut old, mut start, mut removed, mut added) = (Vec::new(), 0_u64, 0_u64, 0_u64, String::new());
    let mut is_added = false;
    let mut flush = |start: u64, removed: &mut u64, added: &mut String| {
        if *removed > 0 || !added.is_empty() {
            all.push(json!({ "deletedRegion": { "startLine": start, "startColumn": 1, "endLine": start + *removed, "endColumn": 1 }, "insertedContent": { "text": std::mem::take(added) } }));
            *removed = 0;
        }
    };
    for it in diff.lines() {
        match it.as_bytes().first() {
            Some(b'@') => {
                flush(start, &mut removed, &mut added);
                let range = it.split(' ').nth(1).unwrap_or_default().trim_start_matches('-');
                let (line, count) = range.split_once(',').unwrap_or((range, "1"));
                old = line.parse::<u64>().unwrap_or(1) + u64::from(count == "0");
                start = old;
            }
            Some(b'-') => {
                old += 1;
                removed += 1;
            }
            Some(b'+') => {
                added.push_str(&it[1..]);
                added.push('\n');
                is_added = true;
                continue;
            }
            // "No newline at end of file" is about the line before it.
            Some(b'\\') if is_added => drop(added.pop()),
            Some(b' ') => {
                flush(start, &mut removed, &mut added);
                old += 1;
                start = old;
            }
            _ => {}
        }
        is_added = false;
    }
    flush(start, &mut removed, &mut added);
    all
}

#[cfg(test)]
mod tests {
    use super::replacements;

    #[test]
    fn groups_become_replacements_of_lines() {
        let got = serde_json::to_string(&replacements("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")).expect("JSON");
        assert_eq!(got, r#"[{"deletedRegion":{"startLine":2,"startColumn":1,"endLine":3,"endColumn":1},"insertedContent":{"text":"B\n"}}]"#);
    }

    #[test]
    fn what_ends_without_a_line_end_stays_so() {
        let got = serde_json::to_string(&replacements("@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n")).expect("JSON");
        assert_eq!(got, r#"[{"deletedRegion":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":1},"insertedContent":{"text":"a"}}]"#);
    }
}
