//! What is sent, held against the vendors' own documents, where `INVITRO_CONTRACTS` names a folder that has them.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{
    CANARY,
    courier::deliver,
    sample::{huge, later, opened, unproven},
    target,
    twins::{Edition, GitHubTwin, JiraTwin, PagerDutyTwin, TeamsTwin, Twin, Vendor},
};
use invitro::outbox::Happening;

const LOCAL: &str = "plaintext = true\naddresses = ['loopback']\n";

fn document(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("INVITRO_CONTRACTS").map(PathBuf::from) else {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: INVITRO_CONTRACTS names no folder with the vendors' documents\n");
        return None;
    };
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON"))
}

/// What is wrong with the bodies of one path, by the document's own schema.
fn check(mut document: Value, path: &str, bodies: &[Value]) {
    assert!(!bodies.is_empty(), "{path}: nothing was captured");
    let pointer = path.replace('~', "~0").replace('/', "~1");
    let at = format!("/paths/{pointer}/post/requestBody/content/application~1json/schema");
    assert!(document.pointer(&at).is_some(), "the document has no {at}");
    document["$ref"] = json!(format!("#{at}").replace('{', "%7B").replace('}', "%7D"));
    let schema = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&document).expect("a schema");
    assert!(!schema.is_valid(&json!(1)), "{path}: a schema that takes anything proves nothing");
    for body in bodies {
        let wrong: Vec<String> = schema.iter_errors(body).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(wrong.is_empty(), "{path}: {}", wrong.join("\n"));
    }
}

fn bodies<V: Vendor>(twin: &Twin<V>, path: &str) -> Vec<Value> {
    twin.log().iter().filter(|it| it.method == "POST" && it.path == path).map(|it| it.json()).collect()
}

#[tokio::test]
async fn pagerduty_and_github_take_what_is_sent() {
    let Some(events) = document("pagerduty/events-v2.openapiv3.json") else { return };
    let twin = Twin::start(PagerDutyTwin::new(CANARY)).await;
    let sink = target(&format!("[p]\nkind = 'pagerduty'\nurl = '{}'\nrouting_key = {{ env = 'TOKEN' }}\n{LOCAL}", twin.url));
    for notice in [opened(), unproven(), huge(), later(Happening::Applied), later(Happening::Verified)] {
        assert!(!deliver(&*sink, &notice, None).await.failed);
    }
    let path = if events.pointer("/paths/~1v2~1enqueue").is_some() { "/v2/enqueue" } else { "/enqueue" };
    check(events, path, &bodies(&twin, "/v2/enqueue"));

    let github = document("github/api.github.com.subset.openapi.json").expect("a document");
    let twin = Twin::start(GitHubTwin::new(CANARY)).await;
    let sink = target(&format!("[g]\nkind = 'github'\nurl = '{}'\nrepository = 'acme/security'\ntoken = {{ env = 'TOKEN' }}\n{LOCAL}", twin.url));
    let known = deliver(&*sink, &huge(), None).await.reference();
    deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
    check(github.clone(), "/repos/{owner}/{repo}/issues", &bodies(&twin, "/repos/acme/security/issues"));
    check(github, "/repos/{owner}/{repo}/issues/{issue_number}/comments", &bodies(&twin, "/repos/acme/security/issues/1/comments"));
}

#[tokio::test]
async fn jira_takes_what_is_sent() {
    let Some(jira) = document("jira/jira-cloud-v3.subset.openapi.json") else { return };
    let twin = Twin::start(JiraTwin::new(Edition::Cloud, "Basic Ym90QGV4YW1wbGUub3JnOmNhbmFyeS03ZjNhOWMxZTVi")).await;
    let sink = target(&format!("[j]\nkind = 'jira'\nurl = '{}'\nemail = 'bot@example.org'\ntoken = {{ env = 'TOKEN' }}\nproject = 'SEC'\n{LOCAL}", twin.url));
    let known = deliver(&*sink, &huge(), None).await.reference();
    deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
    check(jira.clone(), "/rest/api/3/issue", &bodies(&twin, "/rest/api/3/issue"));
    check(jira.clone(), "/rest/api/3/search/jql", &bodies(&twin, "/rest/api/3/search/jql"));
    check(jira.clone(), "/rest/api/3/issue/{issueIdOrKey}/comment", &bodies(&twin, "/rest/api/3/issue/SEC-1/comment"));
    check(jira.clone(), "/rest/api/3/issue/{issueIdOrKey}/transitions", &bodies(&twin, "/rest/api/3/issue/SEC-1/transitions"));
    check(jira, "/rest/api/3/issue/{issueIdOrKey}/remotelink", &bodies(&twin, "/rest/api/3/issue/SEC-1/remotelink"));
}

#[tokio::test]
async fn cards_are_adaptive_cards() {
    let Some(card) = document("adaptive-card/adaptive-card-1.4.0.json") else { return };
    let twin = Twin::start(TeamsTwin::new(CANARY)).await;
    let sink = target(&format!("[t]\nkind = 'teams'\nwebhook = {{ command = ['printf', '%s', '{}/w?sig={CANARY}'] }}\n{LOCAL}", twin.url));
    for notice in [opened(), huge()] {
        assert!(!deliver(&*sink, &notice, None).await.failed);
    }
    let schema = jsonschema::options().with_draft(jsonschema::Draft::Draft6).build(&card).expect("a schema");
    for mut sent in twin.vendor().cards.clone() {
        // Teams' own, which the schema does not know.
        sent.as_object_mut().expect("an object").remove("msteams");
        let wrong: Vec<String> = schema.iter_errors(&sent).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
