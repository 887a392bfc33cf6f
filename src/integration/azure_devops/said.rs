//! What Azure DevOps answers and what it has.

use serde_json::{Value, json};

use super::AzureDevOps;
use crate::{
    integration::{
        Class, Method, Outcome, Probe, Question, Receipt, Request, Step,
        answer::Answer,
        fill::references,
        steps::{done, file_of, label, mark, requests},
    },
    outbox::Reference,
};

/// Returns the message of an error.
pub(super) fn words(answer: &Answer) -> String {
    answer.json().and_then(|it| it.get("message").and_then(Value::as_str).map(|it| it.chars().take(400).collect())).unwrap_or_else(|| answer.excerpt())
}

fn failure(answer: &Answer) -> Outcome {
    if answer.status == 203 || answer.is_success() && answer.whole && answer.excerpt() == "an HTML page" || answer.status == 302 {
        return Outcome::Terminal {
            class: Class::Credentials,
            reason: "Azure DevOps answered with a page for signing in: the token is wrong or has ended".into(),
        };
    }
    answer.failure(&words(answer))
}

pub(super) async fn send(azure: &AzureDevOps, step: &Step, earlier: &[Receipt]) -> Outcome {
    let known = references(earlier);
    match requests(step) {
        [request] => match azure.client.ask(request, &known).await {
            Ok(answer) if step.name == "create" => created(azure, step, &answer),
            Ok(answer) if is_good(&answer) => done(step, &answer, known.last().cloned()),
            Ok(answer) => failure(&answer),
            Err(broken) => broken.outcome(),
        },
        [upload, name] => attach(azure, step, upload, name, known).await,
        _ => Outcome::Terminal { class: Class::Setting, reason: format!("Azure DevOps has no step `{}`", step.name) },
    }
}

/// 203 is a page for signing in.
fn is_good(answer: &Answer) -> bool {
    answer.is_success() && answer.status != 203 && (answer.json().is_some() || !answer.whole)
}

/// Returns how a create ended; also of one that was only judged.
pub(super) fn created(azure: &AzureDevOps, step: &Step, answer: &Answer) -> Outcome {
    if !is_good(answer) {
        return failure(answer);
    }
    match answer.json() {
        Some(json) => done(step, answer, reference(azure, &json)),
        None => Outcome::Unknown { reason: "Azure DevOps made a work item, but its answer broke off".into() },
    }
}

fn reference(azure: &AzureDevOps, item: &Value) -> Option<Reference> {
    let id = item.get("id").and_then(Value::as_u64)?.to_string();
    let page = item.pointer("/_links/html/href").and_then(Value::as_str).filter(|it| it.starts_with("https://") || it.starts_with("http://"));
    Some(Reference { target: azure.name.clone(), key: format!("{}#{id}", azure.settings.project), id, url: page.map(str::to_owned), ..Reference::default() })
}

async fn attach(azure: &AzureDevOps, step: &Step, upload: &Request, name: &Request, mut known: Vec<Reference>) -> Outcome {
    // A file that no work item names is seen by nobody: it may be uploaded again.
    let again = |reason: &str| Outcome::Retry { after: None, class: Class::Network, reason: reason.to_owned() };
    let url = match azure.client.ask(upload, &known).await {
        Ok(answer) if is_good(&answer) => answer.json().and_then(|it| it.get("url").and_then(Value::as_str).map(str::to_owned)),
        Ok(answer) => return failure(&answer),
        Err(broken) => return again(broken.reason()),
    };
    let Some(url) = url else { return again("the answer to the upload broke off") };
    let ticket = known.last().cloned();
    let mut with = ticket.clone().unwrap_or_default();
    with.more.insert("attachment".to_owned(), url);
    known.push(with);
    match azure.client.ask(name, &known).await {
        Ok(answer) if is_good(&answer) => done(step, &answer, ticket),
        Ok(answer) => failure(&answer),
        Err(broken) => broken.outcome(),
    }
}

pub(super) async fn probe(azure: &AzureDevOps, question: Question<'_>) -> Probe {
    match (question.step, question.known) {
        ("comment", Some(known)) => {
            let request = azure
                .request(Method::Get, &["workItems", &known.id, "comments"])
                .query("$top", "200")
                .query("order", "desc")
                .query("api-version", "7.1-preview.4");
            found(azure, &request, |json| json.to_string().contains(mark(question.delivery)).then(|| known.clone())).await
        }
        (step, Some(known)) if step != "create" => match file_of(step, question.fingerprint, question.delivery) {
            Some(name) => {
                let request = azure.request(Method::Get, &["workitems", &known.id]).query("$expand", "relations").query("api-version", "7.1");
                found(azure, &request, |json| json.to_string().contains(&name).then(|| known.clone())).await
            }
            None => Probe::Absent,
        },
        _ => {
            let query = format!(
                "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '{}' ORDER BY [System.Id] ASC",
                label(question.fingerprint).replace('\'', "''")
            );
            let request = azure.request(Method::Post, &["wiql"]).query("api-version", "7.1").query("$top", "2").json(json!({"query": query}));
            found(azure, &request, |json| reference(azure, json.pointer("/workItems/0")?)).await
        }
    }
}

async fn found(azure: &AzureDevOps, request: &Request, find: impl Fn(&Value) -> Option<Reference>) -> Probe {
    match azure.client.ask(request, &[]).await {
        Err(broken) => Probe::CannotTell(broken.reason().to_owned()),
        Ok(answer) => match answer.json().filter(|_| is_good(&answer)) {
            Some(json) => find(&json).map_or(Probe::Absent, Probe::Found),
            None => Probe::CannotTell(format!("Azure DevOps answered {}: {}", answer.status, words(&answer))),
        },
    }
}
