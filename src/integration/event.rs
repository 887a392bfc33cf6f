//! A notice as one flat event for systems that keep events.

use serde_json::{Map, Value, json};

use super::{
    Text,
    story::{line, prose, summary},
};
use crate::outbox::Notice;

/// A text in an event is no longer than this: Sentinel cuts fields at 32 KB, and says nothing.
const LONGEST: usize = 30_000;

/// Returns names with values; lists stay lists, and nothing is nested.
pub(super) fn event(notice: &Notice, text: &Text, delivery: &str) -> Map<String, Value> {
    let mut event = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            event.insert(name.to_owned(), value);
        }
    };
    let finding = notice.finding.as_ref();
    let fix = notice.remediation.as_ref();
    let words = |it: &str| Some(json!(line(it))).filter(|it| it != "");
    put("happening", Some(json!(notice.happening.word())));
    put("headline", words(&notice.headline()));
    put("summary", words(&summary(notice, text)));
    put("text", Some(json!(short(&prose(&text.body)))).filter(|it| it != ""));
    put("fingerprint", Some(json!(notice.fingerprint)));
    put("delivery_id", Some(json!(delivery)));
    put("severity", Some(json!(notice.severity.word())));
    put("verdict", notice.verdict.as_deref().and_then(words));
    put("evidence", notice.evidence.as_deref().and_then(words));
    put("change", notice.change.as_deref().and_then(words));
    put("asset", words(&notice.asset.name));
    put("tags", list(&notice.asset.tags));
    put("finding_id", finding.and_then(|it| words(&it.id)));
    put("rule", finding.and_then(|it| words(&it.rule)));
    put("title", words(&notice.title()));
    put("message", finding.map(|it| json!(short(&prose(&it.message)))).filter(|it| it != ""));
    put("cve", finding.and_then(|it| list(&it.cves)));
    put("remediation", fix.and_then(|it| words(&it.id)));
    put("proofs_hold", list(&named(notice, Some(true))));
    put("proofs_fail", list(&named(notice, Some(false))));
    put("proofs_unknown", list(&named(notice, None)));
    put("paths", list(&notice.paths));
    put("effects", list(&notice.effects));
    put("members", Some(json!(notice.members.len())).filter(|_| !notice.members.is_empty()));
    put("link", notice.link.as_deref().and_then(words));
    event
}

/// Of a list so many; how many more there are is said.
const ITEMS: usize = 200;

fn list(of: &[String]) -> Option<Value> {
    let mut items: Vec<String> = of.iter().take(ITEMS).map(|it| line(it)).collect();
    if of.len() > ITEMS {
        items.push(format!("and {} more", of.len() - ITEMS));
    }
    Some(json!(items)).filter(|_| !of.is_empty())
}

fn named(notice: &Notice, holds: Option<bool>) -> Vec<String> {
    notice.proofs.iter().filter(|it| it.holds == holds).map(|it| it.name.clone()).collect()
}

fn short(text: &str) -> String {
    super::story::cut(text, LONGEST, str::len)
}
