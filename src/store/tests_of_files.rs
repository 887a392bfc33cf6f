//! SQLite's file: who may read it, its copies, and what happens when the ground gives way.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    Error, Location, Record, Store,
    tests::{append, record, wait},
};

fn file(folder: &tempfile::TempDir) -> (PathBuf, Location) {
    let path = folder.path().join("store.db");
    (path.clone(), Location::File(path))
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, at) = file(&folder);
    wait(async {
        let store = Store::open(&at).await.expect("a store");
        append(&store, 2).await;
        let mut writing = store.begin().await.expect("a transaction");
        // SQLite's own way to be full: the same code as of a disk.
        sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&mut *writing.transaction).await.expect("a limit");
        let body = format!("\"{}\"", "x".repeat(1 << 20));
        writing.append(&record(3)).await.expect("there was room");
        let error = writing.append(&Record { body: &body, ..record(4) }).await.expect_err("it is full");
        let told = format!("the store {at} can't grow: the disk or the quota is full; nothing of this step was written, make room and try again");
        assert_eq!(error.to_string(), told);
        drop(writing);
        let verified = store.verify(&[]).await.expect("a log");
        assert_eq!((verified.count, verified.faults), (2, vec![]));
        store.close().await;
        append(&Store::open(&at).await.expect("the store"), 1).await;
    });
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, at) = file(&folder);
    fs::write(&path, "Dear diary, today I was not a database.\n".repeat(200)).expect("a file");
    let error = wait(Store::open(&at)).expect_err("it is no database").to_string();
    assert_eq!(error, format!("{at} is no store of invitro (file is not a database); name another file with `--store`"));
    assert!(fs::read_to_string(&path).expect("the file").starts_with("Dear diary"));
    fs::remove_file(&path).expect("gone");
    wait(async {
        // Another program's database.
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let mut other = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.expect("a database");
        sqlx::raw_sql("CREATE TABLE bookmarks (url TEXT)").execute(&mut other).await.expect("a table");
        sqlx::Connection::close(other).await.expect("an end");
        let error = Store::open(&at).await.expect_err("another's").to_string();
        assert_eq!(error, format!("{at} is no store of invitro (it is a database of another program); name another file with `--store`"));
    });
}

#[test]
fn a_damaged_file_is_told_and_not_written_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, at) = file(&folder);
    wait(async {
        let store = Store::open(&at).await.expect("a store");
        append(&store, 200).await;
        store.close().await;
    });
    let mut bytes = fs::read(&path).expect("the file");
    bytes[4096..].iter_mut().for_each(|it| *it = 0xa5);
    fs::write(&path, &bytes).expect("the file");
    let error = wait(async { Store::open(&at).await?.verify(&[]).await }).expect_err("it is damaged");
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("restore it from a backup, see docs/store.md"), "{error}");
    assert_eq!(fs::read(&path).expect("the file")[4096..], bytes[4096..]);
}

#[test]
fn only_its_owner_reads_a_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("data/ä b?#%.db");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    wait(async {
        let store = Store::open(&Location::File(at.clone())).await.expect("a store");
        append(&store, 1).await;
        for end in ["", "-wal", "-shm"] {
            let mut name = at.clone().into_os_string();
            name.push(end);
            assert_eq!(mode(Path::new(&name)), 0o600, "{end}");
        }
        assert_eq!(mode(&folder.path().join("data")), 0o700);
        store.close().await;
        fs::set_permissions(&at, fs::Permissions::from_mode(0o644)).expect("rights");
        Store::open(&Location::File(at.clone())).await.expect("the store");
        assert_eq!(mode(&at), 0o600);
    });
}

#[test]
fn a_backup_is_a_store_of_the_moment_when_it_was_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, at) = file(&folder);
    let copy = folder.path().join("copy.db");
    wait(async {
        let store = Store::open(&at).await.expect("a store");
        append(&store, 3).await;
        let mut open = store.begin().await.expect("a transaction");
        open.append(&record(4)).await.expect("an event");
        store.backup(&copy).await.expect("a copy, while another one writes");
        open.commit().await.expect("a commit");
        let error = store.backup(&copy).await.expect_err("it is there").to_string();
        assert_eq!(error, format!("{} is there already, and a backup is written over nothing: name a new file", copy.display()));
        assert_eq!(fs::metadata(&copy).expect("a file").permissions().mode() & 0o777, 0o600);
        let restored = Store::open(&Location::File(copy.clone())).await.expect("a store");
        let verified = restored.verify(&[]).await.expect("a log");
        assert_eq!((verified.count, verified.faults), (3, vec![]));
        append(&restored, 1).await;
    });
}
