//! GitHub Issues.

use std::time::Duration;

use invitro::{integration::Sink, outbox::Happening};

use super::{
    CANARY,
    courier::deliver,
    health,
    sample::{HOSTILE, huge, later, opened},
    target,
    twins::{Fault, GitHubTwin, Reply, Twin},
};

async fn github() -> (Twin<GitHubTwin>, Box<dyn Sink>) {
    let twin = Twin::start(GitHubTwin::new(CANARY)).await;
    let sink = target(&format!(
        "[gh]\nkind = 'github'\nurl = '{}'\nrepository = 'acme/security'\ntoken = {{ env = 'TOKEN' }}\nlabels = ['security']\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n",
        twin.url
    ));
    (twin, sink)
}

#[tokio::test]
async fn an_issue_is_opened_commented_closed_and_reopened() {
    let (twin, sink) = github().await;
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(done.trouble, [""; 0]);
    let known = done.reference();
    assert_eq!((known.key.as_str(), known.url.as_deref()), ("acme/security#1", Some("https://github.com/acme/security/issues/1")));
    let body = twin.vendor().issues[0]["body"].as_str().expect("a body").to_owned();
    assert!(body.starts_with("**Proven fix: Root may log in on web01**\n"), "{body}");
    assert!(body.ends_with(&format!("<!-- invitro-fp: {} -->\n", opened().fingerprint)) && body.matches("<!--").count() == 1, "{body}");
    assert!(!body.contains("@octocat") && HOSTILE.contains("@octocat"));
    deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
    assert_eq!(twin.vendor().issues[0]["state"], "closed");
    assert_eq!(twin.vendor().comments.len(), 1);
    deliver(&*sink, &later(Happening::Regressed), Some(&known)).await;
    assert_eq!(twin.vendor().issues[0]["state"], "open");
}

#[tokio::test]
async fn whatever_goes_wrong_there_is_one_issue() {
    let limit = Reply::json(403, &serde_json::json!({"message": "You have exceeded a secondary rate limit"})).header("retry-after", "20");
    for may_push in [true, false] {
        for fault in [
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::Truncated,
            Fault::GatewayAfter,
            Fault::SlowHeaders(Duration::from_secs(3)),
            Fault::Instead(limit.clone()),
        ] {
            let (twin, sink) = github().await;
            twin.vendor().may_push = may_push;
            twin.script([Fault::Pass, fault.clone()]);
            let done = deliver(&*sink, &opened(), None).await;
            assert!(!done.failed && done.trouble.len() == 1, "{fault:?}: {:?}", done.trouble);
            assert_eq!(twin.vendor().issues.len(), 1, "{fault:?}, may push: {may_push}");
            twin.script([fault.clone()]);
            assert!(!deliver(&*sink, &later(Happening::Updated), Some(&done.reference())).await.failed);
            assert_eq!(twin.vendor().comments.len(), 1, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn dropped_labels_are_told() {
    let (twin, sink) = github().await;
    twin.vendor().may_push = false;
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(
        done.receipts[0].remarks,
        ["GitHub dropped the labels: the token may not push; the issue is found by the mark in its body alone, which is slower"]
    );
    assert!(health(&*sink).await[1].starts_with("NO target-rights labels: the token may not set labels"));
}

#[tokio::test]
async fn a_long_diff_goes_into_comments_whole_or_says_where_it_is() {
    let (twin, sink) = github().await;
    let done = deliver(&*sink, &huge(), None).await;
    assert_eq!(done.trouble, [""; 0]);
    let vendor = twin.vendor();
    assert_eq!(vendor.comments.len(), 8);
    assert!(vendor.issues[0]["body"].as_str().expect("a body").contains("follows in comments"));
    let last = vendor.comments[7].1["body"].as_str().expect("a body").to_owned();
    assert!(last.contains("have no room here, the report has them"), "{}", &last[..300]);
}

#[tokio::test]
async fn doctor_writes_nothing() {
    let (twin, sink) = github().await;
    assert_eq!(health(&*sink).await, ["ok target-credentials repository: acme/security", "ok target-rights labels: the token may set labels"]);
    twin.vendor().token = "x".into();
    assert!(health(&*sink).await[0].starts_with("NO target-credentials repository: answered 401: Bad credentials"));
    assert!(twin.log().iter().all(|it| it.method == "GET"));
}
