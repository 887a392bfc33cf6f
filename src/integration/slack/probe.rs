//! Asks Slack what was posted: the fingerprint is in the metadata of each message.

use serde_json::Value;

use super::{
    Open, Slack,
    send::{message, said},
};
use crate::integration::{Method, Outcome, Probe, Question};

/// How many pages are looked at: a message in doubt is among the newest.
const PAGES: usize = 5;

pub(super) async fn probe(slack: &Slack, question: Question<'_>) -> Probe {
    let Open::Bot { url, channel } = &slack.way else { return Probe::CannotTell("a webhook can't be asked".into()) };
    let (method, key, value) = match (question.step, question.known) {
        ("comment", Some(_)) => ("conversations.replies", "delivery", question.delivery),
        ("attach-diff" | "update", Some(_)) => return Probe::Absent,
        _ => ("conversations.history", "fingerprint", question.fingerprint),
    };
    let channel = question.known.and_then(|it| it.get("channel")).unwrap_or(channel);
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES {
        let mut request = Slack::call(Method::Get, url, method).query("channel", channel).query("include_all_metadata", "true").query("limit", "200");
        if let (Some(known), "comment") = (question.known, question.step) {
            request = request.query("ts", known.id.as_str());
        }
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor.as_str());
        }
        let json = match slack.client.ask(&request, &[]).await {
            Ok(answer) => match said(&answer) {
                Ok(json) => json,
                Err(Outcome::Retry { reason, .. } | Outcome::Terminal { reason, .. } | Outcome::Unknown { reason }) => return Probe::CannotTell(reason),
                Err(_) => return Probe::CannotTell("Slack's answer has no meaning".into()),
            },
            Err(broken) => return Probe::CannotTell(broken.reason().to_owned()),
        };
        let messages = json.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
        // A thread begins with its first message, which is no reply.
        let is_root = |it: &Value| question.step == "comment" && it.get("ts").and_then(Value::as_str) == question.known.map(|it| it.id.as_str());
        let found = messages.iter().find(|it| !is_root(it) && it.pointer(&format!("/metadata/event_payload/{key}")).and_then(Value::as_str) == Some(value));
        if let Some(time) = found.and_then(|it| it.get("thread_ts").or_else(|| it.get("ts"))).and_then(Value::as_str) {
            return Probe::Found(message(slack, channel, time));
        }
        cursor = json.pointer("/response_metadata/next_cursor").and_then(Value::as_str).filter(|it| !it.is_empty()).map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    Probe::Absent
}
