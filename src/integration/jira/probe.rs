//! Asks Jira what it has.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Edition, Jira, said, send::reference};
use crate::{
    integration::{
        Method, Probe, Question, Request,
        steps::{file_of, label, mark},
    },
    outbox::Reference,
};

pub(super) async fn probe(jira: &Jira, question: Question<'_>) -> Probe {
    match (question.step, question.known) {
        ("create", _) | (_, None) => issue(jira, question).await,
        ("comment", Some(known)) => comment(jira, question, known).await,
        (step, Some(known)) => match file_of(step, question.fingerprint, question.delivery) {
            Some(name) => file(jira, known, &name).await,
            // What else there is may be done twice.
            None => Probe::Absent,
        },
    }
}

/// The search of Cloud finds a new issue only after a while: what is in doubt is looked for twice.
async fn issue(jira: &Jira, question: Question<'_>) -> Probe {
    let first = search(jira, question).await;
    let is_late = jira.settings.edition == Edition::Cloud && question.doubt;
    if first != Probe::Absent || !is_late {
        return first;
    }
    tokio::time::sleep(Duration::from_secs(jira.settings.settle_s)).await;
    search(jira, question).await
}

async fn search(jira: &Jira, question: Question<'_>) -> Probe {
    let answer = match jira.client.ask(&question_of(jira, question), &[]).await {
        Ok(answer) => answer,
        Err(broken) => return Probe::CannotTell(broken.reason().to_owned()),
    };
    let issues = answer.json().filter(|_| answer.is_success()).and_then(|it| it.get("issues").and_then(Value::as_array).cloned());
    let Some(issues) = issues else { return Probe::CannotTell(format!("Jira answered {}: {}", answer.status, said::words(&answer))) };
    // The label has a part of the fingerprint only; where Jira keeps the whole one, it decides.
    let is_ours = |it: &&Value| it.pointer("/properties/invitro/fingerprint").and_then(Value::as_str).is_none_or(|it| it == question.fingerprint);
    match issues.iter().filter(is_ours).find_map(|it| reference(jira, it)) {
        Some(found) => Probe::Found(found),
        None => Probe::Absent,
    }
}

fn question_of(jira: &Jira, question: Question<'_>) -> Request {
    let settings = &jira.settings;
    let mark = match &settings.marker_field {
        Some(field) => format!("cf[{}] ~ {}", field.trim_start_matches("customfield_"), quoted(question.fingerprint)),
        None => format!("labels = {}", quoted(&label(question.fingerprint))),
    };
    // The oldest first: if there should be two, it is always the same one that is taken.
    let jql = format!("project = {} AND {mark} ORDER BY created ASC", quoted(&settings.project));
    if settings.edition == Edition::DataCenter {
        let request = jira.request(Method::Get, &["search"]).query("jql", jql).query("maxResults", "10").query("fields", "summary,status");
        return request.query("properties", "invitro");
    }
    let mut body = json!({"jql": jql, "maxResults": 10, "fields": ["summary", "status"], "properties": ["invitro"]});
    if let Some(id) = question.known.and_then(|it| it.id.parse::<u64>().ok()) {
        body["reconcileIssues"] = json!([id]);
    }
    jira.request(Method::Post, &["search", "jql"]).json(body)
}

/// A text of JQL: within quotes, backslash and quote are written with a backslash.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " "))
}

async fn comment(jira: &Jira, question: Question<'_>, known: &Reference) -> Probe {
    let newest = jira.request(Method::Get, &["issue", known.get("key").unwrap_or_default(), "comment"]).query("orderBy", "-created").query("maxResults", "100");
    match jira.client.ask(&newest, &[]).await {
        Ok(answer) if answer.is_success() => match answer.json() {
            Some(json) if json.to_string().contains(mark(question.delivery)) => Probe::Found(known.clone()),
            Some(_) => Probe::Absent,
            None => Probe::CannotTell(format!("Jira answered with {}", answer.excerpt())),
        },
        Ok(answer) => Probe::CannotTell(format!("Jira answered {}: {}", answer.status, said::words(&answer))),
        Err(broken) => Probe::CannotTell(broken.reason().to_owned()),
    }
}

async fn file(jira: &Jira, known: &Reference, name: &str) -> Probe {
    let files = jira.request(Method::Get, &["issue", known.get("key").unwrap_or_default()]).query("fields", "attachment");
    match jira.client.ask(&files, &[]).await {
        Ok(answer) if answer.is_success() => match answer.json() {
            Some(json) => {
                let files = json.pointer("/fields/attachment").and_then(Value::as_array).cloned().unwrap_or_default();
                let is_there = files.iter().any(|it| it.get("filename").and_then(Value::as_str) == Some(name));
                if is_there { Probe::Found(known.clone()) } else { Probe::Absent }
            }
            None => Probe::CannotTell(format!("Jira answered with {}", answer.excerpt())),
        },
        Ok(answer) => Probe::CannotTell(format!("Jira answered {}: {}", answer.status, said::words(&answer))),
        Err(broken) => Probe::CannotTell(broken.reason().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_text_ends_its_quotes() {
        assert_eq!(quoted(r#"A" OR labels is EMPTY \"#), r#""A\" OR labels is EMPTY \\""#);
    }
}
