//! One suite for both databases: what is written, what is found, and who waits for whom.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use super::{Anchor, Error, Fault, Location, Record, Store, postgres};

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Runs a test on a new SQLite file and, where there is PostgreSQL, on a new database.
pub(super) fn each(test: impl AsyncFn(&Location)) {
    let folder = tempfile::tempdir().expect("a folder");
    wait(test(&Location::File(folder.path().join("store.db"))));
    if let Some(url) = postgres::database() {
        wait(test(&Location::parse(&url)));
    }
}

pub(super) fn record(at: i64) -> Record<'static> {
    Record { at, actor: "ada", stream: "s", kind: "noted", body: r#"{"a":"ä\u0000"}"# }
}

/// Appends so many events, each in a transaction of its own.
pub(super) async fn append(store: &Store, count: i64) {
    for at in 1..=count {
        let mut writing = store.begin().await.expect("a transaction");
        writing.append(&record(at)).await.expect("an event");
        writing.commit().await.expect("a commit");
    }
}

/// Changes the database behind the store's back, as somebody with all rights could.
pub(super) async fn meddle(store: &Store, text: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned())).execute(&store.pool).await.map(drop)
}

/// The same, with the triggers out of the way.
pub(super) async fn force(store: &Store, text: &str) {
    let off = match store.kind {
        super::open::Kind::Sqlite => "DROP TRIGGER events_are_not_edited; DROP TRIGGER events_are_not_removed;",
        super::open::Kind::Postgres => "ALTER TABLE events DISABLE TRIGGER USER;",
    };
    meddle(store, off).await.expect("all rights");
    meddle(store, text).await.expect("all rights");
}

#[test]
fn what_is_committed_is_there_when_it_is_opened_again_and_nothing_else() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        append(&store, 3).await;
        let mut dropped = store.begin().await.expect("a transaction");
        dropped.append(&record(9)).await.expect("an event");
        drop(dropped);
        store.close().await;
        let store = Store::open(at).await.expect("the store");
        let events = store.events_of("s").await.expect("events");
        assert_eq!(events.iter().map(|it| (it.seq, it.at, it.body.as_str())).collect::<Vec<_>>(), [1, 2, 3].map(|it| (it, it, r#"{"a":"ä\u0000"}"#)));
        let verified = store.verify(&[]).await.expect("a log");
        assert_eq!((verified.count, verified.head.seq, verified.faults), (3, 3, vec![]));
    });
}

#[test]
fn a_log_can_be_neither_edited_nor_emptied() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        append(&store, 2).await;
        for text in ["UPDATE events SET actor = 'eve' WHERE seq = 1", "DELETE FROM events WHERE seq = 2", "DELETE FROM events"] {
            let error = meddle(&store, text).await.expect_err(text).to_string();
            assert!(error.contains("appended, never edited") || error.contains("by an audited cut only"), "{text}: {error}");
        }
        assert_eq!(store.verify(&[]).await.expect("a log").faults, []);
    });
}

#[test]
fn every_way_to_falsify_a_log_is_found() {
    let shifted = "UPDATE events SET seq = -seq WHERE seq IN (2, 3); UPDATE events SET seq = CASE seq WHEN -2 THEN 3 ELSE 2 END WHERE seq < 0";
    let cases = [
        ("UPDATE events SET body = '{}' WHERE seq = 2", vec![Fault::Changed(2)]),
        ("UPDATE events SET actor = 'eve' WHERE seq = 4", vec![Fault::Changed(4)]),
        ("UPDATE events SET at = 5 WHERE seq = 1", vec![Fault::Changed(1)]),
        ("UPDATE events SET stream = 'sn', kind = 'oted' WHERE seq = 1", vec![Fault::Changed(1)]),
        ("DELETE FROM events WHERE seq = 2", vec![Fault::Missing(2, 2)]),
        ("DELETE FROM events WHERE seq < 3", vec![Fault::Missing(1, 2)]),
        ("DELETE FROM events WHERE seq > 2", vec![Fault::Tail { found: 2, noted: 4 }]),
        ("DELETE FROM events", vec![Fault::Tail { found: 0, noted: 4 }]),
        (shifted, vec![Fault::Changed(2), Fault::Changed(3), Fault::Unlinked(4)]),
        ("INSERT INTO cuts VALUES (2, 'x', 9); DELETE FROM events WHERE seq < 3", vec![Fault::Unlinked(3), Fault::Uncut(2)]),
        ("INSERT INTO cuts SELECT 2, digest, 4 FROM events WHERE seq = 2; DELETE FROM events WHERE seq < 3", vec![Fault::Uncut(2)]),
    ];
    for (text, faults) in cases {
        each(async |at| {
            let store = Store::open(at).await.expect("a store");
            append(&store, 4).await;
            force(&store, text).await;
            assert_eq!(store.verify(&[]).await.expect("a log").faults, faults, "{text}");
        });
    }
}

#[test]
fn a_log_that_was_written_anew_differs_from_what_was_noted_elsewhere() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        append(&store, 3).await;
        let head = store.head().await.expect("a head");
        let anchor = [Anchor { seq: head.seq, digest: head.digest }];
        assert_eq!(store.verify(&anchor).await.expect("a log").faults, []);
        // With all rights: the tail goes, the head is set back, and the log goes on as if nothing had been.
        let text = "DELETE FROM events WHERE seq > 1; UPDATE head SET seq = 1, digest = (SELECT digest FROM events WHERE seq = 1)";
        force(&store, text).await;
        assert_eq!(store.verify(&[]).await.expect("a log").faults, [], "nothing in the store can show it");
        assert_eq!(store.verify(&anchor).await.expect("a log").faults, [Fault::Anchored(3)]);
        for at in 7..10 {
            let mut writing = store.begin().await.expect("a transaction");
            writing.append(&record(at)).await.expect("an event");
            writing.commit().await.expect("a commit");
        }
        assert_eq!(store.verify(&[]).await.expect("a log").faults, []);
        assert_eq!(store.verify(&anchor).await.expect("a log").faults, [Fault::Anchored(3)]);
    });
}

#[test]
fn a_cut_says_so_and_the_rest_is_whole() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        append(&store, 5).await;
        let third = store.events_of("s").await.expect("events")[2].digest.clone();
        let mut writing = store.begin().await.expect("a transaction");
        let cut = writing.cut(3, 70, "ada", "three years are over").await.expect("a cut");
        writing.commit().await.expect("a commit");
        assert_eq!((cut.count, cut.through, cut.event), (3, 3, 6));
        let verified = store.verify(&[Anchor { seq: 3, digest: third.clone() }, Anchor { seq: 1, digest: "0".repeat(64) }]).await.expect("a log");
        assert_eq!((verified.count, verified.cut, verified.head.seq, verified.faults), (3, 3, 6, vec![]));
        let said = &store.events_of("").await.expect("events")[0];
        assert_eq!(said.body, format!(r#"{{"through":3,"digest":"{third}","events":3,"reason":"three years are over"}}"#));
        // What a cut allowed to go has gone; the rest is held as before.
        assert!(meddle(&store, "DELETE FROM events WHERE seq = 4").await.is_err());
        assert!(meddle(&store, "DELETE FROM cuts").await.is_err());
        assert!(meddle(&store, "UPDATE cuts SET through = 5").await.is_err());
        let mut writing = store.begin().await.expect("a transaction");
        let error = writing.cut(2, 71, "ada", "again").await.expect_err("it went");
        assert_eq!(error.to_string(), "the log has no event 2: `invitro audit verify` prints where it begins and ends");
    });
}

#[test]
fn an_export_holds_all_that_the_digests_are_made_of() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        append(&store, 2).await;
        let mut out = Vec::new();
        assert_eq!(store.export(&mut out).await.expect("a log").expect("room"), 2);
        let lines: Vec<serde_json::Value> = String::from_utf8(out).expect("text").lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
        let events = store.events_of("s").await.expect("events");
        assert_eq!(lines[1]["digest"], events[1].digest);
        assert_eq!(lines[1]["previous"], lines[0]["digest"]);
        assert_eq!(lines[1]["body"], r#"{"a":"ä\u0000"}"#);
    });
}

const WORKER: &str = "INVITRO_TEST_WORKER";

/// The other process: it appends events in threes until it has written as many as it was told, or is killed.
#[test]
#[ignore = "it is started by other tests, as a process of its own"]
fn worker() {
    let told = std::env::var(WORKER).expect("a store and a number");
    let (count, place) = told.split_once(' ').expect("a number first");
    wait(async {
        let store = Store::open(&Location::parse(place)).await.expect("a store");
        for number in 0..count.parse().expect("a number") {
            let mut writing = store.begin().await.expect("a transaction");
            for part in 0..3 {
                let body = format!(r#"{{"process":{},"number":{number},"part":{part}}}"#, std::process::id());
                writing.append(&Record { body: &body, ..record(1) }).await.expect("an event");
            }
            writing.commit().await.expect("a commit");
        }
    });
}

fn process(place: &Location, count: u32) -> std::process::Child {
    let place = match place {
        Location::File(path) => path.display().to_string(),
        Location::Server(url) => secrecy::ExposeSecret::expose_secret(url).to_owned(),
    };
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    let name = format!("{}::worker", module_path!().split_once("::").expect("a room").1);
    command.args(["--exact", &name, "--ignored", "--nocapture"]).env(WORKER, format!("{count} {place}"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a process")
}

#[test]
fn processes_that_begin_a_store_together_lose_and_double_nothing() {
    each(async |at| {
        let processes: Vec<_> = (0..4).map(|_| process(at, 25)).collect();
        for it in processes {
            let ended = it.wait_with_output().expect("an end");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let store = Store::open(at).await.expect("a store");
        let verified = store.verify(&[]).await.expect("a log");
        assert_eq!((verified.count, verified.faults), (300, vec![]));
        let bodies: std::collections::BTreeSet<_> = store.events_of("s").await.expect("events").into_iter().map(|it| it.body).collect();
        assert_eq!(bodies.len(), 300, "no event twice");
    });
}

#[test]
fn a_process_that_is_killed_leaves_whole_transactions() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        for round in 1..6 {
            let mut it = process(at, 1_000_000);
            let before = store.head().await.expect("a head").seq;
            let until = std::time::Instant::now() + Duration::from_secs(30);
            while store.head().await.expect("a head").seq < before + 3 * round {
                assert!(std::time::Instant::now() < until, "the other process writes nothing");
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            it.kill().expect("a kill");
            it.wait().expect("an end");
            let verified = store.verify(&[]).await.expect("a log");
            assert_eq!((verified.count % 3, verified.faults), (0, vec![]), "round {round}");
        }
        append(&store, 1).await;
    });
}

#[test]
fn a_store_that_another_one_writes_to_is_locked_and_then_not() {
    each(async |at| {
        let first = Store::open(at).await.expect("a store");
        let second = Store::open_patiently(at, Duration::from_millis(300)).await.expect("the store");
        let mut writing = first.begin().await.expect("a transaction");
        writing.append(&record(1)).await.expect("an event");
        let error = second.begin().await.expect_err("it is locked");
        assert!(matches!(error, Error::Locked { .. }), "{error:?}");
        assert_eq!(second.head().await.expect("reading goes on").seq, 0);
        writing.commit().await.expect("a commit");
        append(&second, 1).await;
        assert_eq!(first.head().await.expect("a head").seq, 2);
    });
}

#[test]
fn a_store_that_may_only_be_read_says_so() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        let mut writing = store.begin().await.expect("a transaction");
        let only = match store.kind {
            super::open::Kind::Sqlite => "PRAGMA query_only = ON",
            super::open::Kind::Postgres => "SET TRANSACTION READ ONLY",
        };
        sqlx::raw_sql(only).execute(&mut *writing.transaction).await.expect("a setting");
        let error = writing.append(&record(1)).await.expect_err("it may only be read");
        assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
        drop(writing);
        assert_eq!(store.verify(&[]).await.expect("a log").count, 0);
    });
}

#[test]
fn a_server_that_is_not_there_is_told_without_its_password() {
    let error = wait(Store::open(&Location::parse("postgres://ada:hunter2@127.0.0.1:1/changes"))).expect_err("nobody listens").to_string();
    assert!(error.starts_with("the store postgres://ada@127.0.0.1:1/changes can't be reached ("), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_store_of_a_later_release_is_left_alone() {
    each(async |at| {
        let store = Store::open(at).await.expect("a store");
        meddle(&store, "INSERT INTO invitro_migrations VALUES (99, 'x')").await.expect("a row");
        let error = Store::open(at).await.expect_err("it is newer");
        assert!(matches!(error, Error::Newer { found: 99, .. }), "{error:?}");
        meddle(&store, "DELETE FROM invitro_migrations WHERE version = 99; UPDATE invitro_migrations SET digest = 'x' WHERE version = 1").await.expect("a row");
        let error = Store::open(at).await.expect_err("it is another's");
        assert!(matches!(error, Error::Foreign { version: 1, .. }), "{error:?}");
    });
}
