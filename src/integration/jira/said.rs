//! What Jira says when something is wrong.

use std::time::Duration;

use serde_json::Value;

use crate::integration::{Class, Outcome, answer::Answer};

/// Returns the words of `{"errorMessages": […], "errors": {"field": "why"}}`.
pub(super) fn words(answer: &Answer) -> String {
    let Some(json) = answer.json() else { return answer.excerpt() };
    let messages = json.get("errorMessages").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let errors =
        json.get("errors").and_then(Value::as_object).into_iter().flatten().map(|(field, why)| format!("{field}: {}", why.as_str().unwrap_or_default()));
    let all: Vec<String> = messages.chain(errors).collect();
    if all.is_empty() { answer.excerpt() } else { all.join("; ").chars().take(600).collect() }
}

/// Returns the names of the fields that a 400 complains about, where it complains about nothing else.
pub(super) fn refused_fields(answer: &Answer) -> Vec<String> {
    let Some(json) = answer.json().filter(|_| answer.status == 400) else { return Vec::new() };
    let is_more = json.get("errorMessages").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
    let fields = json.get("errors").and_then(Value::as_object).map(|it| it.keys().cloned().collect()).unwrap_or_default();
    if is_more { Vec::new() } else { fields }
}

/// Returns what a failed request means.
pub(super) fn failure(answer: &Answer) -> Outcome {
    let said = words(answer);
    let terminal = |class, reason: String| Outcome::Terminal { class, reason };
    match answer.status {
        // After too many wrong tries Data Center wants a person to solve a riddle: each further try keeps it so.
        _ if answer.header("x-seraph-loginreason").is_some_and(|it| it.contains("AUTHENTICATION_DENIED")) => {
            terminal(Class::Credentials, "Jira locked this account after wrong passwords: sign in once with a browser, then replay".into())
        }
        200..=299 if answer.json().is_none() && answer.whole && answer.excerpt() == "an HTML page" => {
            terminal(Class::Answer, "Jira answered with an HTML page: a page for signing in stands before its interface".into())
        }
        400 if refused_fields(answer).contains(&"labels".to_owned()) => {
            terminal(Class::Rejected, format!("{said}; put the field Labels on the project's create screen, or set `marker_field`"))
        }
        403 if answer.header("retry-after").is_some() => {
            Outcome::Retry { after: answer.asked(), class: Class::Limited, reason: format!("Jira answered 403: {said}") }
        }
        _ => answer.failure(&said),
    }
}

/// Returns the pause that a successful answer asks for.
pub(super) fn pause(answer: &Answer) -> Option<Duration> {
    let is_near = answer.header("x-ratelimit-nearlimit") == Some("true");
    // Below a fifth of the limit: no more than one request in a while.
    answer.pause().or_else(|| is_near.then_some(Duration::from_secs(2)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{failure, pause, refused_fields, words};
    use crate::integration::{Class, Outcome, answer::Answer};

    fn check(status: u16, headers: &[(&'static str, &str)], body: &str) -> String {
        match failure(&Answer::of(status, headers, body)) {
            Outcome::Retry { after, class, reason } => format!("retry {:?} {}: {reason}", after.map(|it| it.as_secs()), class.word()),
            Outcome::Terminal { class, reason } => format!("terminal {}: {reason}", class.word()),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_failure_has_its_meaning() {
        let body = r#"{"errorMessages":[],"errors":{"labels":"Field 'labels' cannot be set."}}"#;
        assert_eq!(
            check(400, &[], body),
            "terminal rejected: labels: Field 'labels' cannot be set.; put the field Labels on the project's create screen, or set `marker_field`"
        );
        assert_eq!(check(429, &[("retry-after", "7")], ""), "retry Some(7) limited: the target answered 429: no words");
        assert_eq!(check(429, &[("x-ratelimit-reset", "1970-01-01T00:01Z")], ""), "retry Some(60) limited: the target answered 429: no words");
        assert_eq!(check(503, &[], "<html>"), "retry None server: the target answered 503: an HTML page");
        assert_eq!(check(502, &[], "bad gateway"), r#"Unknown { reason: "the target answered 502: bad gateway" }"#);
        assert_eq!(
            check(401, &[("x-seraph-loginreason", "AUTHENTICATION_DENIED")], ""),
            "terminal credentials: Jira locked this account after wrong passwords: sign in once with a browser, then replay"
        );
        assert_eq!(
            check(200, &[("content-type", "text/html")], "<html>"),
            "terminal answer: Jira answered with an HTML page: a page for signing in stands before its interface"
        );
        assert_eq!(check(302, &[], ""), "terminal setting: the target answered 302: no words; redirects are not followed, set the final URL");
    }

    #[test]
    fn what_may_be_left_out_is_told_apart() {
        let check = |body: &str| refused_fields(&Answer::of(400, &[], body));
        assert_eq!(check(r#"{"errorMessages":[],"errors":{"priority":"no"}}"#), ["priority"]);
        assert_eq!(check(r#"{"errorMessages":["more"],"errors":{"priority":"no"}}"#), [""; 0]);
        assert_eq!(words(&Answer::of(400, &[], r#"{"errorMessages":["a"],"errors":{"b":"c"}}"#)), "a; b: c");
    }

    #[test]
    fn a_warning_slows_us_down() {
        assert_eq!(pause(&Answer::of(201, &[("x-ratelimit-nearlimit", "true")], "")), Some(Duration::from_secs(2)));
        assert_eq!(pause(&Answer::of(201, &[], "")), None);
        assert_eq!(Class::Limited.word(), "limited");
    }
}
