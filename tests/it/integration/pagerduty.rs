//! PagerDuty.

use std::time::Duration;

use invitro::{integration::Sink, outbox::Happening};

use super::{
    CANARY,
    courier::deliver,
    health, mistakes,
    sample::{huge, job, later, opened, text},
    target,
    twins::{Fault, PagerDutyTwin, Twin},
};

async fn pagerduty() -> (Twin<PagerDutyTwin>, Box<dyn Sink>) {
    let twin = Twin::start(PagerDutyTwin::new(CANARY)).await;
    let sink = target(&format!(
        "[pd]\nkind = 'pagerduty'\nurl = '{}'\nrouting_key = {{ env = 'TOKEN' }}\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n",
        twin.url
    ));
    (twin, sink)
}

#[tokio::test]
async fn an_alert_opens_is_taken_up_and_ends() {
    let (twin, sink) = pagerduty().await;
    let known = deliver(&*sink, &opened(), None).await.reference();
    let state = || twin.vendor().alerts[&opened().fingerprint].clone();
    assert_eq!((state().0.as_str(), state().1["severity"].as_str()), ("triggered", Some("error")));
    assert_eq!(state().1["custom_details"]["Verdict"], "proven");
    deliver(&*sink, &later(Happening::Applied), Some(&known)).await;
    assert_eq!((state().0.as_str(), twin.vendor().changes.len()), ("acknowledged", 1));
    deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
    assert_eq!(state().0, "resolved");
    deliver(&*sink, &later(Happening::Regressed), Some(&known)).await;
    assert_eq!((state().0.as_str(), twin.vendor().opened), ("triggered", 2));
}

#[tokio::test]
async fn whatever_goes_wrong_there_is_one_alert() {
    for fault in [Fault::ResetBefore, Fault::ResetAfter, Fault::Truncated, Fault::GatewayAfter, Fault::Limited, Fault::Unavailable(None)] {
        let (twin, sink) = pagerduty().await;
        twin.script([fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed, "{fault:?}: {:?}", done.trouble);
        assert_eq!(twin.vendor().opened, 1, "{fault:?}");
        if fault == Fault::Limited {
            assert_eq!(done.waits, [Duration::from_secs(180)]);
        }
    }
}

#[tokio::test]
async fn the_key_is_seen_by_nobody_else() {
    let (twin, sink) = pagerduty().await;
    let (notice, text) = (huge(), text());
    let steps = sink.plan(&job(&notice, &text, None)).expect("a plan");
    assert!(!format!("{steps:?}{}", steps[0].wire.masked()).contains(CANARY));
    assert!(!deliver(&*sink, &notice, None).await.failed, "what is huge fits");
    twin.vendor().key = "x".into();
    let told = format!("{:?}{:?}", deliver(&*sink, &opened(), None).await.trouble, health(&*sink).await);
    assert!(told.contains("Invalid routing key") && !told.contains(CANARY), "{told}");
}

#[test]
fn only_words_of_pagerduty_are_severities() {
    let told = mistakes("[p]\nkind = 'pagerduty'\nrouting_key = { env = 'A' }\nseverities = { critical = 'P1', hihg = 'error' }\n");
    assert_eq!(
        told,
        [
            "[targets.p] `severities` has an unknown key `hihg`, valid here: critical, high, medium, low, info",
            "[targets.p] `severities` must have words of PagerDuty: critical, error, warning, info",
        ]
    );
}
