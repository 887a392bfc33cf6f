//! Sends one step, and says how it ended.

use serde_json::Value;

use super::{Jira, said};
use crate::{
    integration::{
        Body, Class, Outcome, Receipt, Request, Step,
        answer::Answer,
        fill::references,
        steps::{receipt, requests},
    },
    outbox::Reference,
};

pub(super) async fn send(jira: &Jira, step: &Step, earlier: &[Receipt]) -> Outcome {
    let known = references(earlier);
    match (step.name, requests(step)) {
        ("create", [request]) => create(jira, step, request, &known).await,
        ("close" | "reopen", [offered, go]) => transition(jira, step, offered, go, &known).await,
        (_, [request]) => match jira.client.ask(request, &known).await {
            Ok(answer) if answer.is_success() => done(step, &answer, known.last().cloned()),
            Ok(answer) => said::failure(&answer),
            Err(broken) => broken.outcome(),
        },
        _ => Outcome::Terminal { class: Class::Setting, reason: format!("Jira has no step `{}`", step.name) },
    }
}

fn done(step: &Step, answer: &Answer, reference: Option<Reference>) -> Outcome {
    Outcome::Done(Receipt { slow: said::pause(answer), ..receipt(step, reference) })
}

async fn create(jira: &Jira, step: &Step, request: &Request, known: &[Reference]) -> Outcome {
    let mut request = request.clone();
    let mut remarks = Vec::new();
    // Once more at most: a 400 says that nothing was made.
    for _ in 0..2 {
        let answer = match jira.client.ask(&request, known).await {
            Ok(answer) => answer,
            Err(broken) => return broken.outcome(),
        };
        if answer.status == 201 {
            return match answer.json().as_ref().and_then(|it| reference(jira, it)) {
                Some(it) => Outcome::Done(Receipt { remarks, slow: said::pause(&answer), ..receipt(step, Some(it)) }),
                None => Outcome::Unknown { reason: "Jira made an issue, but did not say which".into() },
            };
        }
        let left_out = leave_out(&mut request, &said::refused_fields(&answer));
        if left_out.is_empty() {
            return said::failure(&answer);
        }
        remarks.push(format!("the project does not take {}: {}", left_out.join(", "), said::words(&answer)));
    }
    Outcome::Terminal { class: Class::Rejected, reason: remarks.join("; ") }
}

/// Takes fields out of a create that it can do without. The mark is none of them: without it nobody would find the issue again.
fn leave_out(request: &mut Request, refused: &[String]) -> Vec<String> {
    const SPARE: [&str; 1] = ["priority"];
    if refused.is_empty() || !refused.iter().all(|it| SPARE.contains(&it.as_str())) {
        return Vec::new();
    }
    let Body::Json(_, body) = &mut request.body else { return Vec::new() };
    let Some(fields) = body.get_mut("fields").and_then(Value::as_object_mut) else { return Vec::new() };
    refused.iter().filter(|it| fields.shift_remove(it.as_str()).is_some()).cloned().collect()
}

/// The reference of an issue out of an answer that has `id` and `key`.
pub(super) fn reference(jira: &Jira, issue: &Value) -> Option<Reference> {
    let word = |name: &str| issue.get(name).and_then(Value::as_str).filter(|it| !it.is_empty()).map(str::to_owned);
    let (id, key) = (word("id")?, word("key")?);
    let url = format!("{}/browse/{key}", jira.settings.url.expose().as_str().trim_end_matches('/'));
    Some(Reference { target: jira.name.clone(), id, key, url: Some(url), ..Reference::default() })
}

async fn transition(jira: &Jira, step: &Step, offered: &Request, go: &Request, known: &[Reference]) -> Outcome {
    let answer = match jira.client.ask(offered, known).await {
        Ok(answer) if answer.is_success() => answer,
        Ok(answer) => return said::failure(&answer),
        // It only read.
        Err(broken) => return Outcome::Retry { after: None, class: Class::Network, reason: broken.reason().to_owned() },
    };
    let Some(json) = answer.json() else { return said::failure(&answer) };
    let transitions = json.get("transitions").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(chosen) = transitions.iter().find(|it| leads(jira, step.name, it)) else {
        return nowhere_to_go(jira, step, offered, known, &transitions).await;
    };
    let id = chosen.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut with = known.to_vec();
    with.push(Reference { more: [("transition".to_owned(), id)].into(), ..known.last().cloned().unwrap_or_default() });
    match jira.client.ask(go, &with).await {
        Ok(answer) if answer.is_success() => done(step, &answer, known.last().cloned()),
        Ok(answer) => said::failure(&answer),
        Err(broken) => broken.outcome(),
    }
}

/// Whether a transition leads where the step wants to.
fn leads(jira: &Jira, step: &str, transition: &Value) -> bool {
    is_there(jira, step, transition.get("to").unwrap_or(&Value::Null))
}

/// Whether a status is where the step wants to be: by the name in the settings, else by its category.
fn is_there(jira: &Jira, step: &str, status: &Value) -> bool {
    let name = status.get("name").and_then(Value::as_str).unwrap_or_default();
    let category = status.pointer("/statusCategory/key").and_then(Value::as_str).unwrap_or_default();
    let (wanted, is_done) = if step == "close" { (&jira.settings.done, true) } else { (&jira.settings.reopened, false) };
    match wanted {
        Some(wanted) => name.eq_ignore_ascii_case(wanted),
        // Without a category (old servers) nothing is guessed.
        None => !category.is_empty() && (category == "done") == is_done,
    }
}

/// No transition leads there: perhaps the issue is there already.
async fn nowhere_to_go(jira: &Jira, step: &Step, offered: &Request, known: &[Reference], transitions: &[Value]) -> Outcome {
    let mut look = offered.clone();
    look.path.pop();
    let look = look.query("fields", "status");
    match jira.client.ask(&look, known).await {
        Ok(answer) if answer.is_success() => {
            let json = answer.json().unwrap_or_default();
            let status = json.pointer("/fields/status").unwrap_or(&Value::Null);
            if is_there(jira, step.name, status) {
                return done(step, &answer, known.last().cloned());
            }
            let name = |it: &Value| it.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let offers: Vec<String> = transitions.iter().filter_map(|it| it.get("to")).map(name).collect();
            let reason = format!(
                "no transition to {} from `{}`: it leads to {}; set `done` or `reopened`, or let the workflow allow it",
                if step.name == "close" { "a status that counts as done" } else { "an open status" },
                name(status),
                if offers.is_empty() { "nothing".to_owned() } else { offers.join(", ") }
            );
            Outcome::Terminal { class: Class::Setting, reason }
        }
        Ok(answer) => said::failure(&answer),
        Err(broken) => Outcome::Retry { after: None, class: Class::Network, reason: broken.reason().to_owned() },
    }
}
