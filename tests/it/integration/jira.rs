//! Jira, Cloud and Data Center.

use std::time::Duration;

use base64::Engine as _;
use invitro::{
    finding::Severity,
    outbox::{Happening, Notice},
};
use serde_json::json;

use super::{
    CANARY,
    courier::deliver,
    health, mistakes,
    sample::{huge, later, opened, unproven},
    target,
    twins::{Edition, Fault, JiraTwin, Twin},
};

async fn cloud() -> (Twin<JiraTwin>, Box<dyn invitro::integration::Sink>) {
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("bot@example.org:{CANARY}"));
    let twin = Twin::start(JiraTwin::new(Edition::Cloud, &format!("Basic {basic}"))).await;
    let sink = target(&format!(
        "[jira]\nkind = 'jira'\nedition = 'cloud'\nurl = '{}'\nemail = 'bot@example.org'\ntoken = {{ env = 'TOKEN' }}\nproject = 'SEC'\nplaintext = true\naddresses = ['loopback']\nsettle_s = 1\ntimeout_s = 2\n",
        twin.url
    ));
    (twin, sink)
}

async fn data_center(more: &str) -> (Twin<JiraTwin>, Box<dyn invitro::integration::Sink>) {
    let twin = Twin::start(JiraTwin::new(Edition::DataCenter, &format!("Bearer {CANARY}"))).await;
    let sink = target(&format!(
        "[jira]\nkind = 'jira'\nedition = 'data-center'\nurl = '{}'\ntoken = {{ env = 'TOKEN' }}\nproject = 'SEC'\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n{more}",
        twin.url
    ));
    (twin, sink)
}

#[tokio::test]
async fn an_issue_has_all_that_is_told() {
    let (twin, sink) = cloud().await;
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(done.trouble, [""; 0]);
    assert_eq!(done.receipts.iter().map(|it| it.step.as_str()).collect::<Vec<_>>(), ["create", "attach-diff", "attach-report", "link"]);
    let reference = done.reference();
    assert_eq!((reference.key.as_str(), reference.url), ("SEC-1", Some(format!("{}/browse/SEC-1", twin.url))));
    let vendor = twin.vendor();
    let issue = &vendor.issues[0];
    assert_eq!(issue.fields["summary"], "sshd allows root");
    assert_eq!(issue.fields["priority"], json!({"name": "High"}));
    assert_eq!(issue.fields["labels"], json!([format!("rem-{}", &opened().fingerprint[..16])]));
    assert_eq!(issue.properties["invitro"]["fingerprint"], opened().fingerprint);
    assert_eq!(issue.files[0].1, opened().diff.expect("a diff").as_bytes());
    assert_eq!(issue.links[0]["object"]["url"], "https://invitro.example/changes/1");
    let description = issue.fields["description"].to_string();
    assert!(description.contains("Proven fix: Root may log in on web01") && description.contains("PermitRootLogin no") && description.contains("<!channel>"));
    assert!(!format!("{:?}", done.receipts).contains(CANARY));
}

#[tokio::test]
async fn whatever_goes_wrong_there_is_one_issue() {
    let faults = [
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::GatewayAfter,
        Fault::LimitedSeconds(7),
        Fault::LimitedDate(9),
        Fault::Limited,
        Fault::Unavailable(Some(3)),
        Fault::Unavailable(None),
        Fault::SlowHeaders(Duration::from_secs(3)),
    ];
    for fault in faults {
        let (twin, sink) = cloud().await;
        twin.vendor().lag = Duration::from_millis(300);
        // The first request is the question whether there is one already.
        twin.script([Fault::Pass, fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed && done.trouble.len() == 1, "{fault:?}: {:?}", done.trouble);
        assert_eq!(twin.vendor().issues.len(), 1, "{fault:?}");
        assert_eq!(twin.vendor().issues[0].files.len(), 2, "{fault:?}");
        match fault {
            Fault::LimitedSeconds(_) => assert_eq!(done.waits, [Duration::from_secs(7)]),
            Fault::LimitedDate(_) => assert!(done.waits[0] >= Duration::from_secs(8) && done.waits[0] <= Duration::from_secs(9), "{:?}", done.waits),
            Fault::Unavailable(Some(_)) => assert_eq!(done.waits, [Duration::from_secs(3)]),
            _ => assert_eq!(done.waits, []),
        }
    }
}

#[tokio::test]
async fn comments_and_files_are_not_doubled_either() {
    let (twin, sink) = cloud().await;
    let known = deliver(&*sink, &opened(), None).await.reference();
    twin.script([Fault::ResetAfter, Fault::Pass, Fault::ResetAfter, Fault::Pass, Fault::Truncated]);
    let done = deliver(&*sink, &later(Happening::Updated), Some(&known)).await;
    assert_eq!(done.trouble.len(), 2, "{:?}", done.trouble);
    let vendor = twin.vendor();
    assert_eq!((vendor.issues[0].comments.len(), vendor.issues.len()), (1, 1));
    assert_eq!(vendor.issues[0].files.len(), 4, "two of each delivery");
}

#[tokio::test]
async fn an_issue_is_closed_and_opened_again() {
    let (twin, sink) = cloud().await;
    let known = deliver(&*sink, &opened(), None).await.reference();
    let status = || twin.vendor().issues[0].status.0;
    assert_eq!(deliver(&*sink, &later(Happening::Verified), Some(&known)).await.trouble, [""; 0]);
    assert_eq!(status(), "Done");
    // Once more: it is there already.
    assert_eq!(deliver(&*sink, &later(Happening::Verified), Some(&known)).await.trouble, [""; 0]);
    assert_eq!(deliver(&*sink, &later(Happening::Regressed), Some(&known)).await.trouble, [""; 0]);
    assert_ne!(status(), "Done");
    assert_eq!(twin.vendor().issues[0].comments.len(), 3);
    assert!(deliver(&*sink, &later(Happening::Verified), None).await.receipts.is_empty(), "nothing was ever told as open");
}

#[tokio::test]
async fn data_center_has_wiki_markup_and_its_own_search() {
    let (twin, sink) = data_center("marker_field = 'customfield_10042'\nseverities = { high = 'P2' }\nfields = { components = [{ name = 'ssh' }] }\n").await;
    twin.script([Fault::Pass, Fault::ResetAfter]);
    let done = deliver(&*sink, &unproven(), None).await;
    assert!(!done.failed, "{:?}", done.trouble);
    let vendor = twin.vendor();
    assert_eq!(vendor.issues.len(), 1);
    let fields = &vendor.issues[0].fields;
    assert_eq!(fields["summary"], "UNPROVEN FIX: sshd allows root");
    assert_eq!((&fields["priority"], &fields["components"]), (&json!({"name": "P2"}), &json!([{"name": "ssh"}])));
    assert_eq!(fields["customfield_10042"], opened().fingerprint);
    let description = fields["description"].as_str().expect("text");
    assert!(description.starts_with("*UNPROVEN FIX, not to be trusted: Root may log in on web01*\n"), "{description}");
    assert!(description.contains("\\{code\\}") && description.contains("\\[x\\]\\(http://evil\\)"), "{description}");
}

#[tokio::test]
async fn what_is_too_long_is_attached() {
    let (twin, sink) = cloud().await;
    let done = deliver(&*sink, &huge(), None).await;
    assert_eq!(done.trouble, [""; 0]);
    let vendor = twin.vendor();
    let description = vendor.issues[0].fields["description"].to_string();
    assert!(description.chars().count() <= 32_767, "{}", description.len());
    assert!(description.contains("is attached as a file"));
    assert_eq!(vendor.issues[0].files[0].1, huge().diff.expect("a diff").as_bytes());
}

#[tokio::test]
async fn a_field_that_it_can_do_without_is_left_out_and_told() {
    let (twin, sink) = cloud().await;
    twin.vendor().hidden = vec!["priority"];
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(
        done.receipts[0].remarks,
        ["the project does not take priority: priority: Field 'priority' cannot be set. It is not on the appropriate screen, or unknown."]
    );
    twin.vendor().hidden = vec!["labels"];
    let done = deliver(&*sink, &Notice { fingerprint: "c".repeat(64), severity: Severity::Low, ..opened() }, None).await;
    assert!(done.failed && done.trouble[0].contains("or set `marker_field`"), "{:?}", done.trouble);
}

#[tokio::test]
async fn an_end_is_an_end() {
    for (fault, expected) in [
        (Fault::Unauthorized, "create: terminal, credentials: the target answered 401: {\"message\":\"token expired\"}"),
        (Fault::LoginPage, "create: terminal, answer: Jira answered with an HTML page: a page for signing in stands before its interface"),
    ] {
        let (twin, sink) = cloud().await;
        twin.script([Fault::Pass, fault]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(done.failed);
        assert_eq!(done.trouble, [expected]);
        assert_eq!(twin.vendor().issues.len(), 0);
    }
}

#[tokio::test]
async fn doctor_says_what_is_wrong_and_what_mends_it() {
    let (twin, sink) = cloud().await;
    assert_eq!(
        health(&*sink).await,
        [
            "ok target-edition server: Cloud 1001.0.0",
            "ok target-credentials account: signed in as Bot",
            "ok target-rights rights: all that is needed in SEC",
            "ok target-field fields: `labels` is offered, and nothing is demanded that we don't send",
        ]
    );
    assert!(twin.log().iter().all(|it| it.method == "GET"), "nothing was written");
    twin.vendor().hidden = vec!["labels"];
    let told = health(&*sink).await.pop().expect("a line");
    assert_eq!(
        told,
        "NO target-field fields: the create screen does not offer `labels`, by which issues are found again -> put it on the project's create screen, or set `marker_field` to a text field that is there"
    );
    twin.vendor().authorization = "other".into();
    let told = health(&*sink).await;
    assert_eq!(
        told,
        [
            "NO target-credentials server: answered 401: You are not authenticated. -> make a new token, and look whether it has ended, was taken back, or belongs to another instance"
        ]
    );
}

#[test]
fn settings_are_held_to_what_jira_knows() {
    assert_eq!(
        mistakes("[j]\nkind = 'jira'\nurl = 'https://j.example'\ntoken = 'x'\nlabels = ['a b']\nmarker_field = 'summary'\nproyect = 'SEC'\n"),
        [
            "[targets.j] `labels` must be words of at most 255 characters, without blanks",
            "[targets.j] `marker_field` must be the id of a text field, such as `customfield_10042`",
            "[targets.j] `email` is missing: an API token of Jira Cloud goes with the e-mail address of its owner",
            "[targets.j] `token` must be `{ env = \"NAME\" }`, `{ file = \"PATH\" }` or `{ command = [\"PROGRAM\", …] }`: a secret is not written into this file",
            "[targets.j] `project` is missing, such as `project = \"SEC\"`",
            "[targets.j] `proyect` is unknown, valid here: addresses, ca, client_certificate, client_key, done, edition, email, fields, issue_type, kind, labels, marker_field, plaintext, priorities, project, proxy, reopened, settle_s, severities, timeout_s, token, transitions, url",
        ]
    );
}
