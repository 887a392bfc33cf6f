//! What GitHub answers: success with labels dropped, and limits that look like missing rights.

use std::time::Duration;

use serde_json::Value;

use super::GitHub;
use crate::{
    integration::{
        Class, Outcome, Receipt, Step,
        answer::Answer,
        fill::references,
        steps::{label, receipt},
    },
    outbox::Reference,
};

/// "Otherwise, wait for at least one minute" (GitHub: best practices for using the REST API).
const PAUSE: Duration = Duration::from_secs(60);

/// Returns the words of `{"message": …, "errors": […]}`.
pub(super) fn words(answer: &Answer) -> String {
    let Some(json) = answer.json() else { return answer.excerpt() };
    let message = json.get("message").and_then(Value::as_str).unwrap_or_default();
    let errors = json.get("errors").filter(|it| it.as_array().is_some_and(|it| !it.is_empty())).map(|it| format!(" {it}")).unwrap_or_default();
    format!("{message}{errors}").chars().take(600).collect()
}

/// Returns how a step ended.
pub(super) fn outcome(github: &GitHub, step: &Step, answer: &Answer, earlier: &[Receipt]) -> Outcome {
    if !answer.is_success() {
        return failure(answer);
    }
    let slow = answer.pause();
    if step.name != "create" {
        return Outcome::Done(Receipt { slow, ..receipt(step, references(earlier).last().cloned()) });
    }
    let Some(issue) = answer.json() else {
        let is_page = answer.whole && answer.excerpt() == "an HTML page";
        return if is_page {
            Outcome::Terminal {
                class: Class::Answer,
                reason: "GitHub answered with an HTML page: `url` must be that of the API (https://HOST/api/v3 on an Enterprise Server)".into(),
            }
        } else {
            Outcome::Unknown { reason: "GitHub made an issue, but its answer broke off".into() }
        };
    };
    let Some(reference) = reference(github, &issue) else { return Outcome::Unknown { reason: "GitHub made an issue, but did not say which".into() } };
    Outcome::Done(Receipt { slow, remarks: dropped(step, &issue), ..receipt(step, Some(reference)) })
}

/// Without the right to push GitHub drops labels and says nothing.
fn dropped(step: &Step, issue: &Value) -> Vec<String> {
    let name = |it: &Value| it.get("name").and_then(Value::as_str).or_else(|| it.as_str()).map(str::to_owned);
    let labels: Vec<String> = issue.get("labels").and_then(Value::as_array).into_iter().flatten().filter_map(name).collect();
    if labels.contains(&label(&step.fingerprint)) {
        return Vec::new();
    }
    vec!["GitHub dropped the labels: the token may not push; the issue is found by the mark in its body alone, which is slower".to_owned()]
}

/// The reference of an issue.
pub(super) fn reference(github: &GitHub, issue: &Value) -> Option<Reference> {
    let number = issue.get("number").and_then(Value::as_u64)?;
    let page = issue.get("html_url").and_then(Value::as_str).filter(|it| it.starts_with("https://") || it.starts_with("http://"));
    Some(Reference {
        target: github.name.clone(),
        id: number.to_string(),
        key: format!("{}/{}#{number}", github.settings.owner, github.settings.repository),
        url: page.map(str::to_owned),
        ..Reference::default()
    })
}

/// Returns what a failed request means. 403 is a limit or a missing right: the headers tell.
pub(super) fn failure(answer: &Answer) -> Outcome {
    let said = words(answer);
    let reason = format!("GitHub answered {}: {said}", answer.status);
    if matches!(answer.status, 403 | 429) {
        let lower = said.to_lowercase();
        let after = match (answer.asked(), answer.is_used_up()) {
            (Some(asked), _) => Some(asked),
            (None, true) => Some(answer.reset().unwrap_or(PAUSE)),
            (None, false) => (answer.status == 429 || lower.contains("secondary rate limit") || lower.contains("abuse detection")).then_some(PAUSE),
        };
        if after.is_some() {
            return Outcome::Retry { after, class: Class::Limited, reason };
        }
    }
    let terminal = |class, hint: &str| Outcome::Terminal { class, reason: format!("{reason}{hint}") };
    match answer.status {
        404 => terminal(Class::NotFound, "; GitHub says so too of a repository that the token may not see"),
        410 => terminal(Class::NotFound, "; issues are switched off in this repository"),
        422 => terminal(Class::Rejected, ""),
        _ => answer.failure(&said),
    }
}

#[cfg(test)]
mod tests {
    use super::failure;
    use crate::integration::{Outcome, answer::Answer};

    #[test]
    fn a_limit_is_no_missing_right() {
        let check = |status: u16, headers: &[(&'static str, &str)], message: &str| match failure(&Answer::of(
            status,
            headers,
            &format!(r#"{{"message":"{message}"}}"#),
        )) {
            Outcome::Retry { after, class, .. } => format!("retry {:?} {}", after.map(|it| it.as_secs()), class.word()),
            Outcome::Terminal { class, .. } => format!("terminal {}", class.word()),
            other => format!("{other:?}"),
        };
        assert_eq!(check(403, &[("retry-after", "30")], "You have exceeded a secondary rate limit"), "retry Some(30) limited");
        assert_eq!(check(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1500")], "API rate limit exceeded"), "retry Some(1500) limited");
        assert_eq!(check(403, &[], "You have exceeded a secondary rate limit"), "retry Some(60) limited");
        assert_eq!(check(429, &[], "x"), "retry Some(60) limited");
        assert_eq!(check(403, &[("x-ratelimit-remaining", "4999")], "Resource not accessible by personal access token"), "terminal rights");
        assert_eq!(check(410, &[], "Issues are disabled for this repo"), "terminal not-found");
        assert_eq!(check(422, &[], "Validation Failed"), "terminal rejected");
    }
}
