//! Changes in both databases: each is what its events make of it, and a cut takes none along.

use jiff::{SignedDuration, Timestamp};

use super::{
    Error, Filter, Kept, Order, Record, Store,
    tests::{each, force, meddle},
};
use crate::{
    change::{Act, Actor, Change, Event, Judged, Proposal, Refusal, Role, Rules, State},
    finding::Severity,
    gate::Verdict,
};

const EVIDENCE: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

fn now() -> Timestamp {
    "2026-11-25T12:00:00.123456Z".parse().expect("a time")
}

fn later(hours: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_hours(hours)).expect("a time")
}

fn actor(name: &str) -> Actor {
    Actor::new(name, [Role::Admin])
}

fn proposal(asset: &str, severity: Severity) -> Proposal {
    Proposal {
        title: format!("harden {asset}"),
        asset: asset.into(),
        tags: vec!["web".into()],
        target: format!("/srv/{asset}"),
        severity,
        finding: Some("f1".into()),
        rule: None,
        remediation: "r".into(),
        fingerprint: format!("f-{asset}"),
    }
}

/// Records a change, with an id that is easy to read.
async fn record(store: &Store, id: &str, proposal: &Proposal, acts: &[(&str, Act)]) -> Change {
    let mut writing = store.begin().await.expect("a transaction");
    writing.propose(id, &actor("ada"), proposal, now()).await.expect("a change");
    let mut change = None;
    for (name, act) in acts {
        change = Some(writing.act(id, &actor(name), act, now(), &Rules::default()).await.expect("it is allowed").after);
    }
    writing.commit().await.expect("a commit");
    change.unwrap_or(store.history(id).await.expect("a change").change)
}

fn judge(verdict: Verdict) -> (&'static str, Act) {
    ("ada", Act::Judge(Judged { verdict, evidence: EVIDENCE.into(), shown: "s".into(), plan: None }))
}

fn approve() -> (&'static str, Act) {
    ("bob", Act::Approve { evidence: Some(EVIDENCE.into()), reason: None })
}

#[test]
fn a_change_is_there_with_its_history() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        let made = record(&store, "0193-a1", &proposal("web01", Severity::High), &[judge(Verdict::Proven), ("ada", Act::Submit), approve()]).await;
        let history = store.history("0193-a1").await.expect("a change");
        assert_eq!((&history.change, history.change.state, history.change.created), (&made, State::Approved, now()));
        let told: Vec<String> = history.entries.iter().map(|it| format!("{} {}", it.actor, it.event.told())).collect();
        let expected = [
            "ada proposed it for web01",
            "ada gave evidence 111111111111: proven",
            "ada asked for approval",
            "bob approved evidence 111111111111",
            "bob it may be applied: approved by bob",
        ];
        assert_eq!(told, expected);
        assert_eq!(store.verify(&[]).await.expect("a log").faults, []);
    });
}

#[test]
fn what_is_refused_leaves_nothing() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        record(&store, "0193-a1", &proposal("web01", Severity::High), &[judge(Verdict::Refused)]).await;
        let before = store.head().await.expect("a head");
        let mut writing = store.begin().await.expect("a transaction");
        let error = writing.act("0193-a1", &actor("bob"), &approve().1, now(), &Rules::default()).await.expect_err("it is refused");
        assert!(matches!(error, Error::Change(Refusal::State { state: "refused", .. })), "{error:?}");
        writing.commit().await.expect("a commit");
        assert_eq!(store.head().await.expect("a head"), before);
    });
}

#[test]
fn two_who_approve_at_once_are_both_counted() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        record(&store, "0193-a1", &proposal("web01", Severity::Critical), &[judge(Verdict::Proven), ("ada", Act::Submit)]).await;
        let approve = async |name: &str| {
            let mut writing = store.begin().await?;
            let acted = writing.act("0193-a1", &actor(name), &Act::Approve { evidence: None, reason: None }, now(), &Rules::default()).await?;
            writing.commit().await?;
            Ok::<State, Error>(acted.after.state)
        };
        let (one, two) = tokio::join!(approve("bob"), approve("eve"));
        let mut states = [one.expect("bob's"), two.expect("eve's")];
        states.sort();
        assert_eq!(states, [State::AwaitingApproval, State::Approved]);
        assert_eq!(store.history("0193-a1").await.expect("a change").change.approvals.len(), 2);
    });
}

#[test]
fn a_change_is_found_by_the_beginning_or_the_end_of_its_id() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        for id in ["0193-a1", "0193-a2", "0194-b1"] {
            record(&store, id, &proposal("web01", Severity::High), &[]).await;
        }
        assert_eq!(store.find("0193-a1").await.expect("the whole"), "0193-a1");
        assert_eq!(store.find("0194").await.expect("a beginning"), "0194-b1");
        assert_eq!(store.find("B1").await.expect("an end"), "0194-b1");
        let told = async |given: &str| store.find(given).await.expect_err(given).to_string();
        assert_eq!(told("0193").await, "`0193` may be each of several changes (0193-a1, 0193-a2): give more of the id");
        for given in ["0195", "", "%", "_", "' OR ''='"] {
            assert_eq!(told(given).await, format!("there is no change `{}`; `invitro changes` lists them", given.to_lowercase()));
        }
    });
}

#[test]
fn a_list_is_filtered_and_sorted() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        record(&store, "0193-a1", &proposal("web02", Severity::Low), &[judge(Verdict::Proven)]).await;
        record(&store, "0193-a2", &proposal("web01", Severity::Critical), &[judge(Verdict::Unproven), ("root", Act::Override { reason: "because".into() })])
            .await;
        record(&store, "0193-a3", &proposal("web01", Severity::High), &[judge(Verdict::Proven), ("ada", Act::Submit)]).await;
        let list = async |filter: Filter| {
            let lines = store.list(&filter).await.expect("a list");
            lines.into_iter().map(|it| format!("{} {} {} {}", it.id, it.severity.word(), it.asset, it.standing)).collect::<Vec<_>>()
        };
        let low = "0193-a1 low web02 proven";
        let critical = "0193-a2 critical web01 awaiting-approval, OVERRIDDEN";
        let high = "0193-a3 high web01 awaiting-approval";
        assert_eq!(list(Filter { order: Order::Severity, ..Filter::default() }).await, [critical, high, low]);
        assert_eq!(list(Filter { order: Order::Asset, ..Filter::default() }).await, [critical, high, low]);
        assert_eq!(list(Filter { states: vec![State::AwaitingApproval], severities: vec![Severity::High, Severity::Low], ..Filter::default() }).await, [high]);
        assert_eq!(list(Filter { verdicts: vec![Verdict::Proven], order: Order::Severity, ..Filter::default() }).await, [high, low]);
        assert_eq!(list(Filter { assets: vec!["web02".into(), "x' OR 'x'='x".into()], ..Filter::default() }).await, [low]);
        assert_eq!(list(Filter { most: Some(1), order: Order::Severity, ..Filter::default() }).await, [critical]);
        assert_eq!(store.with_remediation("r").await.expect("ids"), ["0193-a1", "0193-a2", "0193-a3"]);
        assert_eq!(store.in_state(State::AwaitingApproval).await.expect("ids"), ["0193-a2", "0193-a3"]);
    });
}

#[test]
fn evidence_is_kept_once_and_what_was_changed_in_it_is_found() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        let kept = Kept { report: "{}".into(), text: "ä".into(), page: "<p>".into() };
        let mut writing = store.begin().await.expect("a transaction");
        let shown = writing.keep(&kept).await.expect("room");
        assert_eq!(writing.keep(&kept).await.expect("the same again"), shown);
        let other = writing.keep(&Kept { page: "<p>ä".into(), text: String::new(), ..kept.clone() }).await.expect("another one");
        writing.commit().await.expect("a commit");
        assert_ne!(other, shown, "no part runs into the next");
        assert_eq!(store.kept(&shown).await.expect("a row"), kept);
        let error = store.kept("sha256:3").await.expect_err("no row").to_string();
        assert_eq!(
            error,
            format!("the evidence sha256:3 is missing in the store {at}; restore it from a backup, or try the fix anew with `--record --change`")
        );
        for column in ["report", "words", "page"] {
            meddle(&store, &format!("UPDATE evidence SET {column} = '<b>'")).await.expect("all rights");
            let error = store.kept(&shown).await.expect_err("it was changed").to_string();
            let told = format!(
                "the evidence {shown} was changed after it was kept in the store {at}; restore it from a backup, or try the fix anew with `--record --change`"
            );
            assert_eq!(error, told, "{column}");
        }
    });
}

#[test]
fn a_forged_state_is_not_believed_and_a_forged_event_is_found() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        record(&store, "0193-a1", &proposal("web01", Severity::High), &[judge(Verdict::Refused)]).await;
        meddle(&store, "UPDATE changes SET state = 'approved', standing = 'approved', verdict = 'proven'").await.expect("it is for listings only");
        let begin = Act::Begin { evidence: EVIDENCE.into(), root: "/srv".into(), run_effects: true };
        let mut writing = store.begin().await.expect("a transaction");
        let error = writing.act("0193-a1", &actor("eve"), &begin, now(), &Rules::default()).await.expect_err("it is refused");
        assert!(matches!(error, Error::Change(Refusal::State { state: "refused", .. })), "{error:?}");
        drop(writing);
        force(&store, "UPDATE events SET body = REPLACE(body, 'refused', 'proven')").await;
        let error = store.history("0193-a1").await.expect_err("its digest is another one");
        assert!(matches!(error, Error::Tampered { seq: 2, .. }), "{error:?}");
    });
}

#[test]
fn a_cut_carries_settled_changes_over_and_spares_open_ones() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        let done = record(&store, "0193-a1", &proposal("web01", Severity::High), &[judge(Verdict::Refused)]).await;
        record(&store, "0193-a2", &proposal("web02", Severity::High), &[judge(Verdict::Proven)]).await;
        let mut writing = store.begin().await.expect("a transaction");
        // What belongs to something else than a change.
        writing.append(&Record { at: now().as_microsecond(), actor: "courier", stream: "d1", kind: "delivered", body: "{}" }).await.expect("an event");
        writing.commit().await.expect("a commit");
        let cut = async |before: Timestamp, actor: &Actor, reason: &str| {
            let mut writing = store.begin().await?;
            let cut = writing.retire(before, actor, later(48), reason).await?;
            writing.commit().await?;
            Ok::<_, Error>(cut)
        };
        let told = async |before: Timestamp, actor: &Actor, reason: &str| cut(before, actor, reason).await.expect_err("it is refused").to_string();
        assert_eq!(told(later(1), &Actor::new("bob", [Role::Operator]), "old").await, "bob may not cut the log: that needs the role admin");
        assert_eq!(told(later(1), &actor("root"), " ").await, "to cut the log needs a reason: give it with `--reason`");
        assert_eq!(told(now(), &actor("root"), "old").await, format!("nothing in the log is older than {}", now()));
        let open = "the change 0193-a2 is proven, and a cut there would take a part of its history: finish or cancel it first, or cut before it";
        assert_eq!(told(later(1), &actor("root"), "old").await, open);
        assert_eq!(store.verify(&[]).await.expect("a log").count, 5, "nothing of it was done");

        let mut writing = store.begin().await.expect("a transaction");
        writing.act("0193-a2", &actor("ada"), &Act::Cancel { reason: "gone".into() }, later(24), &Rules::default()).await.expect("it is allowed");
        writing.commit().await.expect("a commit");
        let cut = cut(later(1), &actor("root"), "old").await.expect("a cut");
        assert_eq!((cut.count, cut.through), (5, 5));
        let verified = store.verify(&[]).await.expect("a log");
        assert_eq!((verified.count, verified.cut, verified.faults), (4, 5, vec![]));
        let history = store.history("0193-a1").await.expect("a change");
        assert_eq!(history.change, done);
        assert_eq!(history.entries.iter().map(|it| it.event.told()).collect::<Vec<_>>(), ["cut off what was before; it was refused"]);
        // Of this one a part of the history is there still.
        let history = store.history("0193-a2").await.expect("a change");
        assert_eq!((history.change.state, history.entries.len()), (State::Cancelled, 2));
        assert!(matches!(history.entries[1].event, Event::Carried { .. }));
    });
}
