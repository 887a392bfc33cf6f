//! ServiceNow, Azure DevOps and Teams.

use std::time::Duration;

use base64::Engine as _;
use invitro::{
    integration::{Outcome, Sink},
    outbox::Happening,
};

use super::{
    CANARY,
    courier::deliver,
    health,
    sample::{HOSTILE, digest, huge, job, later, opened, text, unproven},
    target,
    twins::{AzureDevOpsTwin, Fault, Reply, ServiceNowTwin, TeamsTwin, Twin},
};

const LOCAL: &str = "plaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n";

fn basic(user: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{CANARY}")))
}

async fn servicenow(more: &str) -> (Twin<ServiceNowTwin>, Box<dyn Sink>) {
    let twin = Twin::start(ServiceNowTwin::new(&basic("bot"))).await;
    let sink = target(&format!("[now]\nkind = 'servicenow'\nurl = '{}'\nuser = 'bot'\npassword = {{ env = 'TOKEN' }}\n{more}{LOCAL}", twin.url));
    (twin, sink)
}

async fn azure() -> (Twin<AzureDevOpsTwin>, Box<dyn Sink>) {
    let twin = Twin::start(AzureDevOpsTwin::new(&basic(""))).await;
    let sink = target(&format!("[ado]\nkind = 'azure-devops'\nurl = '{}/acme'\nproject = 'Security'\ntoken = {{ env = 'TOKEN' }}\n{LOCAL}", twin.url));
    (twin, sink)
}

async fn teams() -> (Twin<TeamsTwin>, Box<dyn Sink>) {
    let twin = Twin::start(TeamsTwin::new(CANARY)).await;
    let url = format!("{}/workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sig={CANARY}", twin.url);
    let sink = target(&format!("[teams]\nkind = 'teams'\nwebhook = {{ command = ['printf', '%s', '{url}'] }}\n{LOCAL}"));
    (twin, sink)
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::GatewayAfter,
        Fault::LimitedSeconds(4),
        Fault::Unavailable(None),
        Fault::SlowHeaders(Duration::from_secs(3)),
    ]
}

#[tokio::test]
async fn servicenow_has_one_record_and_one_note() {
    for fault in faults() {
        let (twin, sink) = servicenow("").await;
        twin.script([Fault::Pass, fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed && done.trouble.len() == 1, "{fault:?}: {:?}", done.trouble);
        assert_eq!(twin.vendor().records.len(), 1, "{fault:?}");
        let known = done.reference();
        assert_eq!(known.key, "INC0000001");
        twin.script([fault.clone()]);
        assert!(!deliver(&*sink, &later(Happening::Verified), Some(&known)).await.failed);
        let vendor = twin.vendor();
        assert_eq!((vendor.notes.len(), vendor.records[0]["state"].as_str(), vendor.files.len()), (1, Some("6"), 2), "{fault:?}");
    }
}

#[tokio::test]
async fn servicenow_imports_are_judged_by_their_row() {
    let (twin, sink) = servicenow("mode = 'import-set'\nstaging_table = 'u_invitro_import'\n").await;
    twin.script([Fault::Pass, Fault::ResetAfter]);
    let done = deliver(&*sink, &huge(), None).await;
    assert!(!done.failed, "{:?}", done.trouble);
    deliver(&*sink, &later(Happening::Updated), Some(&done.reference())).await;
    assert_eq!(twin.vendor().records.len(), 1, "the map coalesces");
    assert!(twin.vendor().records[0]["description"].as_str().expect("text").chars().count() <= 4_000);
    twin.vendor().transform_error = Some("Unable to resolve target record");
    assert_eq!(
        deliver(&*sink, &later(Happening::Updated), Some(&done.reference())).await.trouble,
        ["create: terminal, rejected: the transform map said error: Unable to resolve target record"]
    );
}

#[tokio::test]
async fn servicenow_asleep_is_no_success() {
    let (twin, sink) = servicenow("").await;
    twin.script([Fault::Pass, Fault::LoginPage]);
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(done.trouble, ["create: retry, answer: ServiceNow answered with an HTML page: the instance sleeps, or a page for signing in stands before it"]);
    assert_eq!(twin.vendor().records.len(), 1);
    assert!(health(&*sink).await[0].starts_with("ok target-rights table: incident can be read"));
    twin.script([Fault::LoginPage]);
    assert!(health(&*sink).await[0].starts_with("NO target-answer table: answered 200 with an HTML page instead of JSON"));
}

#[tokio::test]
async fn azure_devops_has_one_work_item() {
    for fault in faults() {
        let (twin, sink) = azure().await;
        twin.script([Fault::Pass, fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed && done.trouble.len() == 1, "{fault:?}: {:?}", done.trouble);
        assert_eq!(twin.vendor().items.len(), 1, "{fault:?}");
        twin.script([fault.clone()]);
        assert!(!deliver(&*sink, &later(Happening::Verified), Some(&done.reference())).await.failed);
        let vendor = twin.vendor();
        assert_eq!((vendor.comments.len(), vendor.items[&1]["System.State"].as_str()), (1, Some("Done")), "{fault:?}");
        let relations = &vendor.relations[&1];
        assert_eq!(relations.iter().filter(|it| it["rel"] == "AttachedFile").count(), 2);
        assert!(!vendor.items[&1]["System.Description"].as_str().expect("HTML").contains("<script>"));
    }
}

#[tokio::test]
async fn azure_devops_judges_without_taking_and_asks_for_pauses() {
    let (twin, sink) = azure().await;
    let (notice, text) = (opened(), text());
    let steps = sink.plan(&job(&notice, &text, None)).expect("a plan");
    assert!(matches!(sink.validate_online(&steps[0]).await, Some(Outcome::Done(_))));
    assert!(twin.vendor().items.is_empty(), "nothing was made");
    twin.script([Fault::Pass, Fault::SlowDown(11)]);
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(done.waits, [Duration::from_secs(11)], "taken, and a pause asked for");
    assert_eq!(health(&*sink).await, ["ok target-field states: Issue has Done and To Do"]);
    twin.vendor().authorization = "x".into();
    assert!(health(&*sink).await[0].starts_with("NO target-credentials project: answered with a page for signing in"));
    assert_eq!(
        deliver(&*sink, &later(Happening::Updated), Some(&done.reference())).await.trouble,
        ["comment: terminal, credentials: Azure DevOps answered with a page for signing in: the token is wrong or has ended"]
    );
}

#[tokio::test]
async fn teams_is_handed_a_card_that_fits() {
    let (twin, sink) = teams().await;
    for notice in [opened(), huge(), unproven(), digest()] {
        let done = deliver(&*sink, &notice, None).await;
        assert_eq!(done.trouble, [""; 0]);
        assert!(done.receipts[0].at_least_once);
    }
    let told = twin.vendor().cards[2]["body"][0].to_string();
    assert!(told.contains("UNPROVEN FIX, not to be trusted: Root may log in on web01"), "{told}");
    assert!(HOSTILE.contains("<at>") && !twin.vendor().cards[0].to_string().contains("<at>"));
    twin.script([Fault::Instead(Reply::text(200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"))]);
    let done = deliver(&*sink, &opened(), None).await;
    assert!(done.trouble[0].starts_with("post: retry, limited"), "{:?}", done.trouble);
    twin.vendor().signature = "other".into();
    let told = format!("{:?} {:?}", deliver(&*sink, &opened(), None).await.trouble, health(&*sink).await);
    assert!(told.contains("the URL's signature is not valid") && !told.contains(CANARY), "{told}");
}
