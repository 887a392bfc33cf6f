//! Looks whether the Jira of the settings is there, knows us, and lets us make what we make. Nothing is written.

use serde_json::Value;

use super::{Edition, Jira, said};
use crate::integration::{
    Health, Method,
    answer::Answer,
    health::{ill, of_answer, of_broken, well},
};

const RIGHTS: &str = "give the token's owner Browse Projects, Create Issues, Add Comments, Create Attachments and Transition Issues in the project";

pub(super) async fn check(jira: &Jira) -> Vec<Health> {
    let mut all = Vec::new();
    let Some(server) = ask(jira, &mut all, "server", &["serverInfo"]).await else { return all };
    all.push(edition(jira, &server));
    let Some(myself) = ask(jira, &mut all, "account", &["myself"]).await else { return all };
    let name = myself.get("displayName").and_then(Value::as_str).unwrap_or("somebody");
    all.push(well("target-credentials", "account", format!("signed in as {name}")));
    all.extend(permissions(jira).await);
    all.extend(fields(jira).await);
    all
}

async fn ask(jira: &Jira, all: &mut Vec<Health>, what: &str, path: &[&str]) -> Option<Value> {
    match jira.client.ask(&jira.request(Method::Get, path), &[]).await {
        Ok(answer) => match of_answer(what, &answer, &said::words(&answer), RIGHTS) {
            None => answer.json(),
            Some(health) => {
                all.push(health);
                None
            }
        },
        Err(broken) => {
            all.push(of_broken(what, &broken));
            None
        }
    }
}

fn edition(jira: &Jira, server: &Value) -> Health {
    let word = |name: &str| server.get(name).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let (kind, version) = (word("deploymentType"), word("version"));
    let fits = match jira.settings.edition {
        Edition::Cloud => kind == "Cloud",
        Edition::DataCenter => kind == "Server" || kind == "Data Center",
    };
    let found = format!("{kind} {version}");
    let right = if kind == "Cloud" { "cloud" } else { "data-center" };
    if fits { well("target-edition", "server", found) } else { ill("target-edition", "server", found, format!("set `edition = \"{right}\"`")) }
}

async fn permissions(jira: &Jira) -> Vec<Health> {
    const NEEDED: [&str; 4] = ["CREATE_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS", "TRANSITION_ISSUES"];
    let request = jira.request(Method::Get, &["mypermissions"]).query("projectKey", jira.settings.project.as_str()).query("permissions", NEEDED.join(","));
    let answer = match jira.client.ask(&request, &[]).await {
        Ok(answer) => answer,
        Err(broken) => return vec![of_broken("rights", &broken)],
    };
    if let Some(health) = of_answer("rights", &answer, &said::words(&answer), RIGHTS) {
        return vec![health];
    }
    let json = answer.json().unwrap_or_default();
    let has = |name: &&str| json.pointer(&format!("/permissions/{name}/havePermission")).and_then(Value::as_bool) == Some(true);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|it| !has(it)).collect();
    if missing.is_empty() {
        vec![well("target-rights", "rights", format!("all that is needed in {}", jira.settings.project))]
    } else {
        vec![ill("target-rights", "rights", format!("missing in {}: {}", jira.settings.project, missing.join(", ")), RIGHTS)]
    }
}

/// What the create screen offers (`createmeta`): a field that it does not offer makes each create fail.
async fn fields(jira: &Jira) -> Vec<Health> {
    let path = ["issue", "createmeta", &jira.settings.project, "issuetypes"];
    let types = match jira.client.ask(&jira.request(Method::Get, &path), &[]).await {
        Ok(answer) => answer,
        Err(broken) => return vec![of_broken("issue type", &broken)],
    };
    if let Some(health) = of_answer("issue type", &types, &said::words(&types), RIGHTS) {
        return vec![health];
    }
    let all = listed(&types, &["issueTypes", "values"]);
    let name = |it: &Value| it.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(kind) = all.iter().find(|it| name(it) == jira.settings.issue_type) else {
        let names: Vec<String> = all.iter().map(name).collect();
        let found = format!("the project has no issue type `{}`", jira.settings.issue_type);
        return vec![ill("target-field", "issue type", found, format!("set `issue_type` to one of {}", names.join(", ")))];
    };
    let id = kind.get("id").and_then(Value::as_str).unwrap_or_default();
    let request = jira.request(Method::Get, &path).then(id).query("maxResults", "200");
    match jira.client.ask(&request, &[]).await {
        Ok(answer) if answer.is_success() => vec![offered(jira, &listed(&answer, &["fields", "values"]))],
        Ok(answer) => of_answer("fields", &answer, &said::words(&answer), RIGHTS).into_iter().collect(),
        Err(broken) => vec![of_broken("fields", &broken)],
    }
}

fn listed(answer: &Answer, names: &[&str]) -> Vec<Value> {
    let json = answer.json().unwrap_or_default();
    names.iter().find_map(|it| json.get(it).and_then(Value::as_array)).cloned().unwrap_or_default()
}

fn offered(jira: &Jira, fields: &[Value]) -> Health {
    let id = |it: &Value| it.get("fieldId").or_else(|| it.get("key")).and_then(Value::as_str).unwrap_or_default().to_owned();
    let offers = |name: &str| fields.iter().any(|it| id(it) == name);
    let marker = jira.settings.marker_field.as_deref().unwrap_or("labels");
    let ours = ["project", "issuetype", "summary", "description", "labels", "priority", marker];
    let wants = |it: &Value| it.get("required").and_then(Value::as_bool) == Some(true) && it.get("hasDefaultValue").and_then(Value::as_bool) != Some(true);
    let unknown = fields.iter().filter(|it| wants(it)).map(id).filter(|it| !ours.contains(&it.as_str()) && !jira.settings.fields.contains_key(it));
    let unknown: Vec<String> = unknown.collect();
    if !offers(marker) {
        let mend = "put it on the project's create screen, or set `marker_field` to a text field that is there";
        return ill("target-field", "fields", format!("the create screen does not offer `{marker}`, by which issues are found again"), mend);
    }
    if !unknown.is_empty() {
        return ill("target-field", "fields", format!("the create screen demands {}", unknown.join(", ")), "give them values in `fields` of this target");
    }
    well("target-field", "fields", format!("`{marker}` is offered, and nothing is demanded that we don't send"))
}
