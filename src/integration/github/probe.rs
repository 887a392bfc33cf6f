//! Asks GitHub what it has: by the label, and where labels are dropped by the hidden marks of the newest issues.

use serde_json::Value;

use super::{
    GitHub, delivery_marker, marker,
    plan::PARTS,
    said::{failure, reference},
};
use crate::integration::{Method, Outcome, Probe, Question, Request, steps::label};

/// How many pages of issues or comments are looked at.
const PAGES: usize = 5;

pub(super) async fn probe(github: &GitHub, question: Question<'_>) -> Probe {
    match question.known {
        Some(known) if question.step != "create" => {
            let part = match question.step {
                "comment" => 0,
                step => match PARTS.iter().position(|it| *it == step) {
                    Some(at) => at + 1,
                    None => return Probe::Absent,
                },
            };
            let comments = github.request(Method::Get, &["issues", &known.id, "comments"]);
            match find(github, &comments, &delivery_marker(question.delivery, part)).await {
                Ok(Some(_)) => Probe::Found(known.clone()),
                Ok(None) => Probe::Absent,
                Err(reason) => Probe::CannotTell(reason),
            }
        }
        _ => issue(github, question).await,
    }
}

async fn issue(github: &GitHub, question: Question<'_>) -> Probe {
    let all = github.request(Method::Get, &["issues"]).query("state", "all").query("sort", "created");
    let labelled = all.clone().query("direction", "asc").query("labels", label(question.fingerprint));
    let mut found = find(github, &labelled, &marker(question.fingerprint)).await;
    if found == Ok(None) && question.doubt {
        found = find(github, &all.query("direction", "desc"), &marker(question.fingerprint)).await;
    }
    match found {
        Ok(Some(issue)) => reference(github, &issue).map_or(Probe::CannotTell("GitHub named no number".into()), Probe::Found),
        Ok(None) => Probe::Absent,
        Err(reason) => Probe::CannotTell(reason),
    }
}

/// The first issue or comment with a mark in its body; pull requests are issues too, to GitHub, but not to us.
async fn find(github: &GitHub, request: &Request, mark: &str) -> Result<Option<Value>, String> {
    for page in 1..=PAGES {
        let request = request.clone().query("per_page", "100").query("page", page.to_string());
        let answer = github.client.ask(&request, &[]).await.map_err(|it| it.reason().to_owned())?;
        let items = match answer.json() {
            Some(Value::Array(items)) if answer.is_success() => items,
            _ => {
                return Err(match failure(&answer) {
                    Outcome::Retry { reason, .. } | Outcome::Terminal { reason, .. } | Outcome::Unknown { reason } => reason,
                    _ => "GitHub's answer has no meaning".into(),
                });
            }
        };
        let is_marked = |it: &&Value| it.get("pull_request").is_none() && it.get("body").and_then(Value::as_str).is_some_and(|it| it.contains(mark));
        if let Some(found) = items.iter().find(is_marked) {
            return Ok(Some(found.clone()));
        }
        if items.len() < 100 {
            break;
        }
    }
    Ok(None)
}
