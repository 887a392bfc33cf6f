//! Slack: the bot and the webhook.

use std::time::Duration;

use invitro::{integration::Sink, outbox::Happening};
use serde_json::Value;

use super::{
    CANARY,
    courier::deliver,
    health,
    sample::{digest, huge, job, later, opened, text, unproven},
    target,
    twins::{Fault, Reply, SlackTwin, Twin},
};

async fn bot() -> (Twin<SlackTwin>, Box<dyn Sink>) {
    let twin = Twin::start(SlackTwin::new(CANARY)).await;
    twin.vendor().own_url = twin.url.clone();
    let sink = target(&format!(
        "[chat]\nkind = 'slack'\nurl = '{}/api'\nchannel = 'C0123456789'\ntoken = {{ env = 'TOKEN' }}\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n",
        twin.url
    ));
    (twin, sink)
}

async fn webhook() -> (Twin<SlackTwin>, Box<dyn Sink>) {
    let twin = Twin::start(SlackTwin::new(CANARY)).await;
    let url = format!("{}/services/T1/B1/{CANARY}", twin.url);
    let sink = target(&format!(
        "[hook]\nkind = 'slack'\nwebhook = {{ command = ['printf', '%s', '{url}'] }}\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n"
    ));
    (twin, sink)
}

#[tokio::test]
async fn a_thread_tells_the_story() {
    let (twin, sink) = bot().await;
    let known = deliver(&*sink, &unproven(), None).await.reference();
    assert_eq!(deliver(&*sink, &later(Happening::Verified), Some(&known)).await.trouble, [""; 0]);
    let vendor = twin.vendor();
    assert_eq!(vendor.messages.len(), 2);
    assert_eq!(vendor.messages[1]["thread_ts"], vendor.messages[0]["ts"]);
    assert_eq!(vendor.messages[0]["blocks"][0]["text"]["text"], "Proven fix, applied and verified: Root may log in on web01", "the first message was changed");
    let raw = vendor.messages[0].to_string();
    assert!(!raw.contains("\"mrkdwn\",\"verbatim\":false") && raw.contains("&lt;!channel&gt;"), "{raw}");
}

#[tokio::test]
async fn whatever_goes_wrong_there_is_one_message() {
    for fault in [
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::GatewayAfter,
        Fault::LimitedSeconds(30),
        Fault::Unavailable(None),
        Fault::SlowHeaders(Duration::from_secs(3)),
        Fault::Instead(Reply::json(200, &serde_json::json!({"ok": false, "error": "ratelimited"})).header("retry-after", "4")),
        Fault::Instead(Reply::json(200, &serde_json::json!({"ok": false, "error": "fatal_error"}))),
    ] {
        let (twin, sink) = bot().await;
        twin.script([Fault::Pass, fault.clone()]);
        let done = deliver(&*sink, &opened(), None).await;
        assert!(!done.failed && done.trouble.len() == 1, "{fault:?}: {:?}", done.trouble);
        let known = done.reference();
        assert_eq!(known.key, "C0123456789/1700000000.000100");
        twin.script([fault.clone()]);
        let done = deliver(&*sink, &later(Happening::Updated), Some(&known)).await;
        assert!(!done.failed, "{:?}", done.trouble);
        assert_eq!(twin.vendor().messages.len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_too_long_goes_into_a_file() {
    let (twin, sink) = bot().await;
    let done = deliver(&*sink, &huge(), None).await;
    assert_eq!(done.trouble, [""; 0]);
    let vendor = twin.vendor();
    assert_eq!(vendor.files[0].1, huge().diff.expect("a diff").as_bytes());
    assert_eq!(vendor.shared[0]["thread_ts"], vendor.messages[0]["ts"]);
    assert_eq!(vendor.shared[0]["files"][0]["id"], "F1");
}

#[tokio::test]
async fn a_webhook_posts_and_can_not_be_asked() {
    let (twin, sink) = webhook().await;
    let text = text();
    let (notice, many) = (huge(), digest());
    let steps = sink.plan(&job(&notice, &text, None)).expect("a plan");
    assert!(!steps[0].wire.masked().contains(CANARY) && steps[0].wire.masked().starts_with("POST http://127.0.0.1:"), "{}", steps[0].wire.masked());
    twin.script([Fault::ResetAfter]);
    let done = deliver(&*sink, &notice, None).await;
    assert_eq!((twin.vendor().posts.len(), done.receipts[0].at_least_once), (2, true), "at least once, and said so");
    deliver(&*sink, &many, None).await;
    let headline = |post: &Value| post["blocks"][0]["text"]["text"].as_str().expect("a text").to_owned();
    assert_eq!(headline(&twin.vendor().posts[2]), "12 findings on web01, 1 with an UNPROVEN or REFUSED fix");
    assert!(!format!("{:?}{:?}{:?}", done.receipts, done.trouble, health(&*sink).await).contains(CANARY));
    twin.vendor().secret = "other".into();
    assert_eq!(deliver(&*sink, &many, None).await.trouble, ["post: terminal, credentials: Slack answered 403: invalid_token"]);
}

#[tokio::test]
async fn doctor_says_what_is_wrong() {
    let (twin, sink) = bot().await;
    assert_eq!(
        health(&*sink).await,
        ["ok target-credentials account: invitro in Example", "ok target-rights channel: C0123456789 can be read, as is needed for finding messages again"]
    );
    twin.vendor().channel = "C9".into();
    assert!(health(&*sink).await[1].starts_with("NO target-not-found channel: Slack said channel_not_found -> install the app again with the scopes"));
    twin.vendor().secret = "x".into();
    assert_eq!(health(&*sink).await, ["NO target-credentials account: Slack said invalid_auth -> copy the bot's token (xoxb-…) anew from the app's page"]);
    assert!(twin.vendor().messages.is_empty());
}
