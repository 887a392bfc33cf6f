//! Elastic, Splunk and Sentinel.

use std::time::Duration;

use invitro::{integration::Sink, outbox::Happening};

use super::{
    CANARY,
    courier::deliver,
    health,
    sample::{DELIVERY, huge, job, later, opened, text},
    target,
    twins::{ElasticTwin, Fault, SentinelTwin, SplunkTwin, Twin},
};

const LOCAL: &str = "plaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n";

async fn elastic() -> (Twin<ElasticTwin>, Box<dyn Sink>) {
    let twin = Twin::start(ElasticTwin::new(CANARY)).await;
    let sink = target(&format!("[es]\nkind = 'elastic'\nurl = '{}'\napi_key = {{ env = 'TOKEN' }}\n{LOCAL}", twin.url));
    (twin, sink)
}

async fn splunk(more: &str) -> (Twin<SplunkTwin>, Box<dyn Sink>) {
    let twin = Twin::start(SplunkTwin::new(CANARY)).await;
    let sink = target(&format!("[hec]\nkind = 'splunk'\nurl = '{}'\ntoken = {{ env = 'TOKEN' }}\nindex = 'security'\nack_wait_s = 1\n{more}{LOCAL}", twin.url));
    (twin, sink)
}

async fn sentinel(incidents: bool) -> (Twin<SentinelTwin>, Box<dyn Sink>) {
    let twin = Twin::start(SentinelTwin::new(CANARY)).await;
    let url = &twin.url;
    let more =
        if incidents { format!("[sentinel.incidents]\nurl = '{url}'\nsubscription = 's'\nresource_group = 'g'\nworkspace = 'w'\n") } else { String::new() };
    let sink = target(&format!(
        "[sentinel]\nkind = 'sentinel'\nurl = '{url}'\nlogin_url = '{url}'\ntenant = 'tenant-1'\nclient_id = 'client-1'\nclient_secret = {{ env = 'TOKEN' }}\nrule = 'dcr-1'\nstream = 'Custom-Invitro_CL'\n{LOCAL}{more}"
    ));
    (twin, sink)
}

const FAULTS: [Fault; 7] = [
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::Truncated,
    Fault::GatewayAfter,
    Fault::Limited,
    Fault::Unavailable(Some(2)),
    Fault::SlowHeaders(Duration::from_secs(3)),
];

#[tokio::test]
async fn elastic_has_each_event_once() {
    for fault in FAULTS {
        let (twin, sink) = elastic().await;
        twin.script([fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed, "{fault:?}: {:?}", done.trouble);
        let vendor = twin.vendor();
        assert_eq!(vendor.documents.len(), 1, "{fault:?}");
        let document = &vendor.documents[DELIVERY];
        assert_eq!((document["event"]["kind"].as_str(), document["vulnerability"]["id"][0].as_str()), (Some("alert"), Some("CVE-2024-6387")));
        assert_eq!((document["invitro"]["verdict"].as_str(), document["host"]["name"].as_str()), (Some("proven"), Some("web01")));
    }
}

#[tokio::test]
async fn a_200_with_a_refused_document_is_no_success() {
    for (status, expected) in
        [(400, "event: terminal, rejected: Elasticsearch said 400 of the document"), (429, "event: retry, limited"), (503, "event: retry, server")]
    {
        let (twin, sink) = elastic().await;
        twin.vendor().refuse = Some(status);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(done.failed && done.trouble[0].starts_with(expected), "{:?}", done.trouble);
    }
    let (twin, sink) = elastic().await;
    twin.script([Fault::LoginPage]);
    assert_eq!(deliver(&*sink, &opened(), None).await.trouble, ["event: terminal, answer: Elasticsearch answered with an HTML page"]);
    assert_eq!(health(&*sink).await, ["ok target-rights rights: may write to logs-invitro-default"]);
    twin.vendor().refuse = Some(403);
    assert!(health(&*sink).await[0].starts_with("NO target-rights rights: may not write"));
}

#[tokio::test]
async fn splunk_waits_for_the_indexers_where_they_acknowledge() {
    let (twin, sink) = splunk("").await;
    assert_eq!(deliver(&*sink, &huge(), None).await.trouble, [""; 0]);
    let event = twin.vendor().events[0].clone();
    assert_eq!((event["index"].as_str(), event["time"].as_f64()), (Some("security"), Some(1_795_633_200.0)));
}

#[tokio::test]
async fn splunk_is_at_least_once_and_says_so() {
    let (twin, sink) = splunk("require_ack = true\n").await;
    let told = deliver(&*sink, &opened(), None).await.trouble;
    assert!(told[0].starts_with("event: terminal, setting: `require_ack` is set, but this token gives no acknowledgement"), "{told:?}");
    twin.vendor().acknowledges = true;
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!((done.trouble.len(), done.receipts[0].at_least_once), (0, true));
    // The acknowledgement never comes: the event is sent again, and no success is told.
    twin.vendor().patience = usize::MAX;
    let before = twin.vendor().events.len();
    let done = deliver(&*sink, &opened(), None).await;
    assert!(done.failed && done.trouble[0] == "event: unknown: the indexers did not acknowledge within 1 s", "{:?}", done.trouble);
    assert!(twin.vendor().events.len() > before + 1);
    for fault in FAULTS {
        let (twin, sink) = splunk("").await;
        twin.script([fault.clone()]);
        assert!(!deliver(&*sink, &opened(), None).await.failed);
        let count = twin.vendor().events.len();
        assert!((1..=2).contains(&count), "{fault:?}: {count}");
    }
    assert_eq!(health(&*sink).await, ["ok target-credentials token: the collector knows the token"]);
    twin.vendor().token = "x".into();
    assert!(health(&*sink).await[0].starts_with("NO target-credentials token: Invalid token"));
}

#[tokio::test]
async fn sentinel_fetches_one_token_for_many() {
    let (twin, sink) = sentinel(false).await;
    let (notice, text) = (opened(), text());
    let steps = sink.plan(&job(&notice, &text, None)).expect("a plan");
    let all = (sink.send(&steps[0], &[]), sink.send(&steps[0], &[]), sink.send(&steps[0], &[]));
    let (a, b, c) = tokio::join!(all.0, all.1, all.2);
    assert!([&a, &b, &c].iter().all(|it| it.class().is_none()), "{a:?} {b:?} {c:?}");
    assert_eq!(twin.vendor().given, 1, "one flight");
    assert_eq!(twin.vendor().rows.len(), 3);
    // A token that ended is fetched anew, once.
    twin.vendor().tokens.clear();
    assert_eq!(deliver(&*sink, &opened(), None).await.trouble, [""; 0]);
    assert_eq!(twin.vendor().given, 2);
    twin.vendor().tokens.clear();
    twin.vendor().secret = "other".into();
    let told = deliver(&*sink, &opened(), None).await.trouble;
    assert!(told[0].contains("terminal, credentials: no token could be fetched: 401 AADSTS7000215"), "{told:?}");
    assert!(!format!("{told:?}").contains(CANARY));
}

#[tokio::test]
async fn sentinel_has_one_incident_whatever_goes_wrong() {
    for fault in FAULTS {
        let (twin, sink) = sentinel(true).await;
        // Token, rows, token, look, put.
        twin.script([Fault::Pass, Fault::Pass, Fault::Pass, Fault::Pass, fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed, "{fault:?}: {:?}", done.trouble);
        let known = done.reference();
        deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
        let vendor = twin.vendor();
        assert_eq!(vendor.incidents.len(), 1, "{fault:?}");
        let incident = &vendor.incidents.values().next().expect("one").1;
        assert_eq!((incident["status"].as_str(), incident["severity"].as_str()), (Some("Closed"), Some("High")));
        assert_eq!(vendor.comments.len(), 1);
    }
}

#[tokio::test]
async fn sentinel_is_looked_at_without_a_row() {
    let (twin, sink) = sentinel(true).await;
    assert_eq!(
        health(&*sink).await,
        ["ok target-credentials credential: a token was given", "ok target-rights rule: an empty list was taken", "ok target-rights incidents: can be read"]
    );
    let vendor = twin.vendor();
    assert!(vendor.rows.is_empty() && vendor.incidents.is_empty());
}
