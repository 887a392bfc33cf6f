//! `invitro show`: a change with its history, and the report that it rests on.

use std::process::ExitCode;

use super::{
    desk, exit,
    fault::Fault,
    show,
    words::{Show, Showing},
};
use crate::{
    change::{Change, Rules, State, standing},
    report::{self, neutral},
    store::{History, Kept},
};

pub(super) fn run(of: &Show) -> Result<ExitCode, Fault> {
    desk::work(&of.desk, async |desk| {
        let id = desk.store.find(&of.change).await?;
        let history = desk.store.history(&id).await?;
        let kept = kept(desk, &history.change).await?;
        show::data(&match of.format {
            Showing::Text => text(&history, kept.as_ref(), &desk.rules, desk.now),
            Showing::Json => json(&history, kept.as_ref()),
            Showing::Html => kept.as_ref().map_or_else(String::new, |it| report::with_history(&it.page, &id, &lines(&history))),
        })
    })?;
    Ok(ExitCode::from(exit::PROVEN))
}

/// Returns the evidence that a change rests on, as it was when it was recorded.
pub(super) async fn kept(desk: &desk::Desk, change: &Change) -> Result<Option<Kept>, Fault> {
    match &change.judged {
        Some(judged) => Ok(Some(desk.store.kept(&judged.shown).await?)),
        None => Ok(None),
    }
}

/// What happened, a line each: when, who, what.
fn lines(of: &History) -> Vec<[String; 3]> {
    of.entries.iter().map(|it| [it.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(), it.actor.clone(), it.event.told()]).collect()
}

fn text(of: &History, kept: Option<&Kept>, rules: &Rules, now: jiff::Timestamp) -> String {
    let (change, it) = (&of.change, &of.change.proposal);
    let mut out = format!("change {}\n{}\n\n", change.id, it.title);
    let mut row = |name: &str, value: &str| out.extend([&format!("  {name:9} "), value, "\n"]);
    row("standing", &change.standing());
    row("severity", it.severity.word());
    row("for", &it.asset);
    row("by", &change.author);
    row("evidence", change.evidence().unwrap_or("none"));
    if matches!(change.state, State::AwaitingApproval | State::Approved) {
        let standing = standing(change, rules, now);
        let names = |names: &[String]| if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        row("approvals", &format!("{} of {}{}", standing.have.len(), standing.need, names(&standing.have)));
        if !standing.lapsed.is_empty() {
            row("run out", &standing.lapsed.join(", "));
        }
    }
    out += "\nhistory\n";
    for [at, actor, told] in lines(of) {
        out.extend(["  ", &at, "  ", &actor, "  ", &told.replace('\n', "\n    "), "\n"]);
    }
    neutral(&out) + &kept.map(|it| format!("\n{}", it.text)).unwrap_or_default()
}

fn json(of: &History, kept: Option<&Kept>) -> String {
    let history: Vec<serde_json::Value> = of
        .entries
        .iter()
        .map(|it| {
            let (kind, body) = it.event.stored();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
            serde_json::json!({ "at": it.at.to_string(), "actor": it.actor, "kind": kind, "body": body })
        })
        .collect();
    let report: Option<serde_json::Value> = kept.and_then(|it| serde_json::from_str(&it.report).ok());
    let change = serde_json::to_value(&of.change).unwrap_or_default();
    report::print(
        &serde_json::json!({ "schema": "invitro.change/v1", "standing": of.change.standing(), "change": change, "history": history, "report": report }),
    )
}
