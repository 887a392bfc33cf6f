//! Looks whether the repository is there, takes issues, and lets the token set labels. Nothing is written.

use serde_json::Value;

use super::{GitHub, said::words};
use crate::integration::{
    Health, Method,
    health::{ill, of_answer, of_broken, well},
};

const RIGHTS: &str = "give a fine-grained token the permission Issues: read and write for this repository (triage or more for labels)";

pub(super) async fn check(github: &GitHub) -> Vec<Health> {
    let what = "repository";
    let answer = match github.client.ask(&github.request(Method::Get, &[]), &[]).await {
        Ok(answer) => answer,
        Err(broken) => return vec![of_broken(what, &broken)],
    };
    if let Some(health) = of_answer(what, &answer, &words(&answer), RIGHTS) {
        return vec![health];
    }
    let json = answer.json().unwrap_or_default();
    let is = |pointer: &str| json.pointer(pointer).and_then(Value::as_bool) == Some(true);
    let mut all = vec![well("target-credentials", what, json.get("full_name").and_then(Value::as_str).unwrap_or("a repository"))];
    if is("/archived") || !is("/has_issues") {
        let found = if is("/archived") { "it is archived" } else { "issues are switched off" };
        all.push(ill("target-not-found", "issues", found, "switch issues on in the repository's settings, or name another repository"));
    }
    if is("/permissions/push") || is("/permissions/triage") {
        all.push(well("target-rights", "labels", "the token may set labels"));
    } else {
        all.push(ill("target-rights", "labels", "the token may not set labels: GitHub drops them silently", RIGHTS));
    }
    all
}
