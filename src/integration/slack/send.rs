//! Sends one step to Slack, and says how it ended.

use serde_json::Value;

use super::{Open, Slack};
use crate::{
    integration::{
        Class, Outcome, Receipt, Request, Step,
        answer::Answer,
        fill::references,
        keys::checked_url,
        steps::{done, requests},
    },
    outbox::Reference,
};

pub(super) async fn send(slack: &Slack, step: &Step, earlier: &[Receipt]) -> Outcome {
    if let [place, bytes, end] = requests(step) {
        return upload(slack, step, [place, bytes, end], earlier).await;
    }
    let answer = match slack.client.ask_step(step, earlier).await {
        Ok(answer) => answer,
        Err(outcome) => return outcome,
    };
    match &slack.way {
        Open::Webhook(_) => of_webhook(step, &answer),
        Open::Bot { .. } => match said(&answer) {
            Ok(json) => done(step, &answer, reference(slack, &json)),
            Err(outcome) => outcome,
        },
    }
}

/// Webhooks answer with a word.
fn of_webhook(step: &Step, answer: &Answer) -> Outcome {
    let said = answer.excerpt();
    let terminal = |class| Outcome::Terminal { class, reason: format!("Slack answered {}: {said}", answer.status) };
    match answer.status {
        200 if said == "ok" || !answer.whole => done(step, answer, None),
        200..=299 => terminal(Class::Answer),
        403 => terminal(Class::Credentials),
        _ => answer.failure(&said),
    }
}

/// The Web API answers 200 whatever happened: `ok` decides.
#[expect(clippy::result_large_err, reason = "the error is the outcome of the step, which is what its callers return")]
pub(super) fn said(answer: &Answer) -> Result<Value, Outcome> {
    if !answer.is_success() {
        return Err(answer.failure(&answer.excerpt()));
    }
    let Some(json) = answer.json() else {
        return Err(if answer.whole && answer.excerpt() == "an HTML page" {
            Outcome::Terminal { class: Class::Answer, reason: "Slack answered with an HTML page: something stands before its interface".into() }
        } else {
            Outcome::Unknown { reason: "Slack's answer broke off".into() }
        });
    };
    if json.get("ok").and_then(Value::as_bool) == Some(true) {
        return Ok(json);
    }
    let error = json.get("error").and_then(Value::as_str).unwrap_or("no reason");
    let needed = json.get("needed").and_then(Value::as_str).map(|it| format!("; the token needs the scope {it}")).unwrap_or_default();
    let reason = format!("Slack said {error}{needed}");
    let class = match error {
        "ratelimited" | "rate_limited" => return Err(Outcome::Retry { after: answer.asked(), class: Class::Limited, reason }),
        "service_unavailable" => return Err(Outcome::Retry { after: answer.asked(), class: Class::Server, reason }),
        // Their documentation: some of the work may have been done.
        "internal_error" | "fatal_error" | "request_timeout" => return Err(Outcome::Unknown { reason }),
        "invalid_auth" | "not_authed" | "token_expired" | "token_revoked" | "account_inactive" => Class::Credentials,
        "missing_scope" | "not_allowed_token_type" | "no_permission" | "ekm_access_denied" | "restricted_action" | "access_denied" | "not_in_channel" => {
            Class::Rights
        }
        "channel_not_found" | "is_archived" | "message_not_found" | "thread_not_found" => Class::NotFound,
        "msg_too_long" | "msg_blocks_too_long" => Class::TooLarge,
        _ => Class::Rejected,
    };
    Err(Outcome::Terminal { class, reason })
}

/// The message of an answer.
fn reference(slack: &Slack, json: &Value) -> Option<Reference> {
    let channel = json.get("channel").and_then(Value::as_str)?;
    let time = json.get("ts").and_then(Value::as_str)?;
    let thread = json.pointer("/message/thread_ts").and_then(Value::as_str).unwrap_or(time);
    Some(message(slack, channel, thread))
}

/// A message by its channel and its time, which is its id.
pub(super) fn message(slack: &Slack, channel: &str, time: &str) -> Reference {
    let more = [("channel".to_owned(), channel.to_owned())].into();
    Reference { target: slack.name.clone(), id: time.to_owned(), key: format!("{channel}/{time}"), url: None, more }
}

async fn upload(slack: &Slack, step: &Step, [place, bytes, end]: [&Request; 3], earlier: &[Receipt]) -> Outcome {
    let mut known = references(earlier);
    let (url, file) = match slack.client.ask(place, &known).await {
        Err(broken) => return retry(broken.reason()),
        Ok(answer) => match said(&answer) {
            Err(Outcome::Unknown { reason }) => return retry(&reason),
            Err(outcome) => return outcome,
            Ok(json) => {
                let word = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
                match (word("upload_url"), word("file_id")) {
                    (Some(url), Some(file)) => (url, file),
                    _ => return Outcome::Terminal { class: Class::Answer, reason: "Slack named no place for the file".into() },
                }
            }
        },
    };
    // The bytes go where Slack says, but to nobody else.
    let Some(base) = checked_url(&url, place.base.origin().starts_with("http:")).ok().filter(|it| is_slacks(it.expose(), place.base.expose())) else {
        return Outcome::Terminal { class: Class::Egress, reason: "Slack named a place for the file that is not its own".into() };
    };
    let bytes = Request { base, path: Vec::new(), ..bytes.clone() };
    match slack.client.ask(&bytes, &known).await {
        Ok(answer) if answer.is_success() => {}
        Ok(answer) => return retry(&format!("the upload was answered {}", answer.status)),
        Err(broken) => return retry(broken.reason()),
    }
    let mut with = known.last().cloned().unwrap_or_default();
    with.more.insert("file".to_owned(), file);
    let ticket = known.last().cloned();
    known.push(with);
    match slack.client.ask(end, &known).await {
        Ok(answer) => match said(&answer) {
            Ok(_) => done(step, &answer, ticket),
            Err(outcome) => outcome,
        },
        Err(broken) => broken.outcome(),
    }
}

/// Until its last request an upload shows nothing to anybody.
fn retry(reason: &str) -> Outcome {
    Outcome::Retry { after: None, class: Class::Network, reason: reason.to_owned() }
}

fn is_slacks(url: &url::Url, api: &url::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host.ends_with(".slack.com") || host == api.host_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::said;
    use crate::integration::{Outcome, answer::Answer};

    #[test]
    fn ok_decides() {
        let check = |body: &str| match said(&Answer::of(200, &[("retry-after", "5")], body)) {
            Ok(_) => "ok".to_owned(),
            Err(Outcome::Retry { after, class, .. }) => format!("retry {after:?} {}", class.word()),
            Err(Outcome::Terminal { class, reason }) => format!("terminal {}: {reason}", class.word()),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(check(r#"{"ok":true}"#), "ok");
        assert_eq!(check(r#"{"ok":false,"error":"ratelimited"}"#), "retry Some(5s) limited");
        assert_eq!(
            check(r#"{"ok":false,"error":"missing_scope","needed":"chat:write"}"#),
            "terminal rights: Slack said missing_scope; the token needs the scope chat:write"
        );
        assert_eq!(check(r#"{"ok":false,"error":"internal_error"}"#), r#"Unknown { reason: "Slack said internal_error" }"#);
        assert_eq!(check(r#"{"ok":fal"#), r#"Unknown { reason: "Slack's answer broke off" }"#);
    }
}
