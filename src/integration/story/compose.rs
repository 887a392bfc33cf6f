//! Out of a notice and the words of the templates comes what is said to people.

use super::{
    Block,
    clean::{line, prose},
};
use crate::{
    integration::Text,
    outbox::{Notice, Reference},
};

/// Returns the one line that stands for it all: what must not be trusted says so first, whatever the template says.
pub(crate) fn summary(notice: &Notice, text: &Text) -> String {
    let title = line(&text.title);
    match (title.is_empty(), notice.is_doubtful()) {
        (true, _) => line(&notice.headline()),
        (false, false) => title,
        (false, true) => {
            let word = if notice.verdict.as_deref() == Some("refused") { "REFUSED FIX" } else { "UNPROVEN FIX" };
            if title.starts_with(word) { title } else { format!("{word}: {title}") }
        }
    }
}

/// Returns the blocks of a message.
pub(crate) fn compose(notice: &Notice, text: &Text) -> Vec<Block> {
    let mut blocks = vec![Block::Headline(line(&notice.headline()))];
    blocks.extend(prose(&text.body).split("\n\n").filter(|it| !it.trim().is_empty()).map(|it| Block::Paragraph(it.trim().to_owned())));
    blocks.push(Block::Facts(facts(notice)));
    if let Some(fix) = &notice.remediation {
        blocks.extend([&fix.explanation, &fix.risk].into_iter().filter(|it| !it.trim().is_empty()).map(|it| Block::Paragraph(prose(it))));
    }
    let mut list = |title, items: Vec<String>| {
        if !items.is_empty() {
            blocks.push(Block::List(title, items, 0));
        }
    };
    list(
        "Findings",
        notice.members.iter().map(|it| line(&format!("{}: {} on {}, {}", it.severity.word(), it.title, it.asset, verdict(it.verdict.as_deref())))).collect(),
    );
    list("Proofs", notice.proofs.iter().map(|it| line(&format!("{}: {}. {}", it.name, holds(it.holds), it.reason))).collect());
    list("Paths", notice.paths.iter().map(|it| line(it)).collect());
    list("Effects", notice.effects.iter().map(|it| line(it)).collect());
    list("Read more", notice.finding.iter().flat_map(|it| &it.references).map(|it| line(it)).collect());
    list("Elsewhere", notice.ticket.iter().map(elsewhere).collect());
    if let Some(diff) = notice.diff.as_deref().filter(|it| !it.trim().is_empty()) {
        blocks.push(Block::Diff(prose(diff)));
    }
    if let Some(link) = page(notice) {
        blocks.push(Block::Link("The change", link));
    }
    blocks
}

/// The page of the change, where it really is one.
fn page(notice: &Notice) -> Option<String> {
    let url = url::Url::parse(notice.link.as_deref()?).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.to_string())
}

fn facts(notice: &Notice) -> Vec<(&'static str, String)> {
    let finding = notice.finding.as_ref();
    let all = [
        ("Severity", Some(notice.severity.word().to_owned())),
        ("Asset", Some(notice.asset.name.clone())),
        ("Tags", Some(notice.asset.tags.join(", "))),
        ("Finding", finding.map(|it| it.id.clone())),
        ("Rule", finding.map(|it| it.rule.clone())),
        ("CVE", finding.map(|it| it.cves.join(", "))),
        ("What is wrong", finding.map(|it| it.message.clone())),
        ("Fix", notice.remediation.as_ref().map(|it| if it.title.is_empty() { it.id.clone() } else { it.title.clone() })),
        ("Verdict", notice.verdict.as_deref().map(str::to_owned)),
        ("Change", notice.change.clone()),
        ("Evidence", notice.evidence.clone()),
        ("Fingerprint", Some(notice.fingerprint.clone())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, line(&value?)))).filter(|(_, it)| !it.is_empty()).collect()
}

fn verdict(word: Option<&str>) -> &str {
    word.unwrap_or("no fix")
}

fn holds(it: Option<bool>) -> &'static str {
    match it {
        Some(true) => "holds",
        Some(false) => "does NOT hold",
        None => "not known",
    }
}

fn elsewhere(it: &Reference) -> String {
    line(&format!("{}: {} {}", it.target, it.get("key").unwrap_or_default(), it.url.as_deref().unwrap_or_default()))
}
