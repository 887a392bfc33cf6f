//! What ServiceNow answers and what it has.

use serde_json::Value;

use super::{Mode, ServiceNow};
use crate::{
    integration::{
        Class, Method, Outcome, Probe, Question, Receipt, Request, Step,
        answer::Answer,
        fill::references,
        steps::{done, file_of, mark},
    },
    outbox::Reference,
};

/// Returns the words of `{"error": {"message", "detail"}}`.
pub(super) fn words(answer: &Answer) -> String {
    let json = answer.json().unwrap_or_default();
    let word = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let said = format!("{} {}", word("/error/message"), word("/error/detail"));
    if said.trim().is_empty() { answer.excerpt() } else { said.trim().chars().take(400).collect() }
}

/// Returns what a failed request means.
pub(super) fn failure(answer: &Answer) -> Outcome {
    if answer.is_success() && answer.whole && answer.excerpt() == "an HTML page" {
        let reason = "ServiceNow answered with an HTML page: the instance sleeps, or a page for signing in stands before it".to_owned();
        return Outcome::Retry { after: None, class: Class::Answer, reason };
    }
    match answer.failure(&words(answer)) {
        Outcome::Retry { after: None, class: Class::Limited, reason } => Outcome::Retry { after: answer.reset(), class: Class::Limited, reason },
        other => other,
    }
}

/// Returns how a step ended.
pub(super) fn outcome(now: &ServiceNow, step: &Step, answer: &Answer, earlier: &[Receipt]) -> Outcome {
    if !answer.is_success() {
        return failure(answer);
    }
    let Some(json) = answer.json() else { return failure(answer) };
    if now.settings.mode == Mode::Import {
        return imported(now, step, answer, &json);
    }
    if step.name != "create" {
        let known = references(earlier).last().cloned().or_else(|| reference(now, json.get("result").unwrap_or(&Value::Null)));
        return done(step, answer, known);
    }
    match reference(now, json.get("result").unwrap_or(&Value::Null)) {
        Some(it) => done(step, answer, Some(it)),
        None => Outcome::Unknown { reason: "ServiceNow made a record, but did not say which".into() },
    }
}

/// An import is answered 201 whatever became of it: the status of the row decides.
fn imported(now: &ServiceNow, step: &Step, answer: &Answer, json: &Value) -> Outcome {
    let rows = json.get("result").and_then(Value::as_array).cloned().unwrap_or_default();
    let word = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(row) = rows.iter().find(|it| word(it, "table") == now.settings.table).or(rows.first()) else {
        return Outcome::Terminal { class: Class::Setting, reason: "the import has no transform map: nothing was written".into() };
    };
    match word(row, "status").as_str() {
        "inserted" | "updated" | "ignored" => match import_reference(now, row) {
            Some(it) => done(step, answer, Some(it)),
            None => done(step, answer, None),
        },
        status => {
            let said = [word(row, "error_message"), word(row, "status_message")].join(" ");
            Outcome::Terminal { class: Class::Rejected, reason: format!("the transform map said {status}: {}", said.trim()) }
        }
    }
}

fn import_reference(now: &ServiceNow, row: &Value) -> Option<Reference> {
    let id = row.get("sys_id").and_then(Value::as_str)?;
    let key = row.get("display_value").and_then(Value::as_str).unwrap_or(id);
    Some(record(now, id, key))
}

fn reference(now: &ServiceNow, result: &Value) -> Option<Reference> {
    let id = result.get("sys_id").and_then(Value::as_str).filter(|it| !it.is_empty())?;
    Some(record(now, id, result.get("number").and_then(Value::as_str).unwrap_or(id)))
}

fn record(now: &ServiceNow, id: &str, key: &str) -> Reference {
    // Only letters and digits: the id goes into a URL that people open.
    let plain: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let url = format!("{}/nav_to.do?uri={}.do?sys_id={plain}", now.settings.url.expose().as_str().trim_end_matches('/'), now.settings.table);
    Reference { target: now.name.clone(), id: id.to_owned(), key: key.to_owned(), url: Some(url), ..Reference::default() }
}

pub(super) async fn probe(now: &ServiceNow, question: Question<'_>) -> Probe {
    match (question.step, question.known) {
        ("comment", Some(known)) => {
            let notes = query(now, "sys_journal_field", &format!("element_id={}^valueLIKE{}", plain(&known.id), mark(question.delivery)), "sys_id");
            found(now, &notes, |_| Some(known.clone())).await
        }
        (step, Some(known)) if step != "create" => match file_of(step, question.fingerprint, question.delivery) {
            Some(name) => {
                let request = now.request(Method::Get, &["attachment"]).query("sysparm_query", format!("table_sys_id={}^file_name={name}", plain(&known.id)));
                found(now, &request.query("sysparm_limit", "1"), |_| Some(known.clone())).await
            }
            None => Probe::Absent,
        },
        _ => {
            // Closed ones too: whether one is opened again is for the plan to say.
            let request = query(
                now,
                &now.settings.table,
                &format!("correlation_id={}^ORDERBYsys_created_on", plain(question.fingerprint)),
                "sys_id,number,state,correlation_id",
            );
            found(now, &request, |it| reference(now, it)).await
        }
    }
}

/// `^` joins conditions, and `,` lists: what is asked for has neither.
fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')).collect()
}

fn query(now: &ServiceNow, table: &str, query: &str, fields: &str) -> Request {
    now.request(Method::Get, &["table", table]).query("sysparm_query", query).query("sysparm_limit", "2").query("sysparm_fields", fields)
}

async fn found(now: &ServiceNow, request: &Request, make: impl Fn(&Value) -> Option<Reference>) -> Probe {
    match now.client.ask(request, &[]).await {
        Err(broken) => Probe::CannotTell(broken.reason().to_owned()),
        Ok(answer) => match answer.json().filter(|_| answer.is_success()).and_then(|it| it.get("result").and_then(Value::as_array).cloned()) {
            None => Probe::CannotTell(format!("ServiceNow answered {}: {}", answer.status, words(&answer))),
            Some(rows) => rows.first().map_or(Probe::Absent, |it| make(it).map_or(Probe::CannotTell("ServiceNow named no record".into()), Probe::Found)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_condition_is_added() {
        assert_eq!(plain("abc^active=true,x"), "abcactivetruex");
    }
}
