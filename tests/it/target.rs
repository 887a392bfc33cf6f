//! Targets: what is pinned while a run looks at them, what makes it unproven, and what must survive untouched.

use std::{
    fs,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _, net::UnixListener},
    path::Path,
};

use invitro::{
    diff,
    tree::{Actor, Errno, Quotas, Tree, Workspace},
};
use rustix::fs::{Mode, OFlags};

const ROOT: Actor = Actor { uid: 0, gid: 0, umask: 0o022 };

fn lay(root: &Path) {
    fs::create_dir_all(root.join("etc/ssh")).expect("a folder can be made");
    for (name, text) in [("etc/one", "one\n"), ("etc/two", "two\n"), ("etc/ssh/sshd_config", "Port 22\n")] {
        fs::write(root.join(name), text).expect("a file can be written");
    }
}

/// Looks at a target, then changes it, and says what is told to have moved.
#[track_caller]
fn check_moved(look: impl FnOnce(&mut Workspace), change: impl FnOnce(&Path), expected: &[&str]) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(scratch.path());
    let tree = Tree::open(scratch.path()).expect("a tree");
    let since = tree.mark();
    look(&mut Workspace::over(&tree, Quotas::default()));
    assert_eq!(tree.moved(since), Vec::<Vec<u8>>::new(), "nothing moved yet");
    // The clock of a file system goes on in steps of some milliseconds.
    std::thread::sleep(std::time::Duration::from_millis(20));
    change(scratch.path());
    let moved: Vec<_> = tree.moved(since).into_iter().map(|it| String::from_utf8(it).expect("UTF-8")).collect();
    assert_eq!(moved, expected);
}

fn write(root: &Path, name: &str, text: &str) {
    fs::write(root.join(name), text).expect("a file can be written");
}

#[test]
fn content_that_was_read_is_pinned() {
    check_moved(|it| drop(it.read(&ROOT, b"/etc/one", 0, 9)), |root| write(root, "etc/one", "eno\n"), &["/etc/one"]);
}

#[test]
fn metadata_that_was_asked_for_is_pinned() {
    let change = |root: &Path| fs::set_permissions(root.join("etc/one"), fs::Permissions::from_mode(0o600)).expect("a mode can be set");
    check_moved(|it| drop(it.stat(&ROOT, b"/etc/one", true)), change, &["/etc/one"]);
}

#[test]
fn a_listing_and_a_look_up_in_vain_are_pinned() {
    let change = |root: &Path| write(root, "etc/new", "");
    check_moved(|it| drop(it.list(&ROOT, b"/etc")), change, &["/etc"]);
    check_moved(|it| assert_eq!(it.stat(&ROOT, b"/etc/new", true), Err(Errno::NoEntry)), change, &["/etc"]);
}

#[test]
fn each_hears_of_what_it_asked_for_itself() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(scratch.path());
    let tree = Tree::open(scratch.path()).expect("a tree");
    let read = || drop(Workspace::over(&tree, Quotas::default()).read(&ROOT, b"/etc/one", 0, 9));
    let first = tree.mark();
    read();
    std::thread::sleep(std::time::Duration::from_millis(20));
    write(scratch.path(), "etc/one", "eno\n");
    let second = tree.mark();
    assert_eq!(tree.moved(second), Vec::<Vec<u8>>::new(), "it asked for nothing");
    // What it is told was read long ago, and is no longer so.
    read();
    assert_eq!(tree.moved(second), [b"/etc/one"]);
    assert_eq!(tree.moved(first), [b"/etc/one"]);
}

#[test]
fn what_was_not_looked_at_may_move() {
    check_moved(|it| drop(it.read(&ROOT, b"/etc/one", 0, 9)), |root| write(root, "etc/two", "2"), &[]);
    check_moved(|it| drop(it.read(&ROOT, b"/etc/one", 0, 9)), |root| write(root, "etc/ssh/new", "2"), &[]);
}

#[test]
fn a_file_that_is_another_one_when_it_is_read_can_not_be_read() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(scratch.path());
    let tree = Tree::open(scratch.path()).expect("a tree");
    let mut workspace = Workspace::over(&tree, Quotas::default());
    workspace.list(&ROOT, b"/etc").expect("a folder");
    fs::remove_file(scratch.path().join("etc/one")).expect("a file can be removed");
    std::os::unix::fs::symlink("/etc/passwd", scratch.path().join("etc/one")).expect("a link can be made");
    write(scratch.path(), "etc/two", "another text\n");
    assert_eq!(workspace.read(&ROOT, b"/etc/one", 0, 9), Err(Errno::Unreadable), "no link is followed out of the target");
    assert_eq!(workspace.read(&ROOT, b"/etc/two", 0, 9), Err(Errno::Unreadable));
    assert_eq!(workspace.touched_unreadable().len(), 2);
}

/// Says which paths a run touched that can't be vouched for.
#[track_caller]
fn check_untrue(act: impl FnOnce(&mut Workspace), expected: &[&str]) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("tree");
    lay(&root);
    let _socket = UnixListener::bind(root.join("etc/socket")).expect("a socket can be made");
    fs::hard_link(root.join("etc/one"), scratch.path().join("outside")).expect("a link can be made");
    fs::hard_link(root.join("etc/two"), root.join("etc/second")).expect("a link can be made");
    let mut workspace = Workspace::over(&Tree::open(&root).expect("a tree"), Quotas::default());
    act(&mut workspace);
    let told: Vec<_> = workspace.touched_unreadable().iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_socket_may_stand_there_untouched() {
    check_untrue(|it| drop((it.list(&ROOT, b"/etc"), it.stat(&ROOT, b"/etc/socket", false))), &[]);
    check_untrue(|it| drop(it.read(&ROOT, b"/etc/socket", 0, 1)), &["/etc/socket"]);
    check_untrue(|it| drop(it.write(&ROOT, b"/etc/socket", 0, b"x")), &["/etc/socket"]);
    check_untrue(|it| drop(it.set_mode(&ROOT, b"/etc/socket", 0o600, true)), &["/etc/socket"]);
    check_untrue(|it| drop(it.remove_file(&ROOT, b"/etc/socket")), &["/etc/socket"]);
    check_untrue(|it| drop(it.rename(&ROOT, b"/etc/socket", b"/etc/moved")), &["/etc/socket"]);
}

#[test]
fn a_file_with_names_that_nobody_saw_is_not_vouched_for() {
    check_untrue(|it| it.write(&ROOT, b"/etc/one", 0, b"x").expect("a file"), &["/etc/one"]);
    check_untrue(|it| it.set_mode(&ROOT, b"/etc/one", 0o600, true).expect("a file"), &["/etc/one"]);
    check_untrue(|it| it.write(&ROOT, b"/etc/two", 0, b"x").expect("a file"), &[]);
}

/// Makes a file below folders whose path is as long as paths may be, which no single call could name from outside.
fn lay_deep(root: &Path) -> Vec<u8> {
    let mut at = rustix::fs::open(root, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).expect("a folder");
    let (name, mut path) = ("d".repeat(255), Vec::new());
    for _ in 0..15 {
        rustix::fs::mkdirat(&at, &name, Mode::from_raw_mode(0o755)).expect("a folder can be made");
        at = rustix::fs::openat(&at, &name, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).expect("a folder");
        path.extend([b"/", name.as_bytes()].concat());
    }
    let last = "f".repeat(4095 - path.len() - 1);
    let file = rustix::fs::openat(&at, &last, OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC, Mode::from_raw_mode(0o644)).expect("a file");
    rustix::io::write(&file, b"deep").expect("it takes bytes");
    [path.as_slice(), b"/", last.as_bytes()].concat()
}

#[test]
fn odd_names_and_contents_survive_untouched() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(scratch.path());
    let odd: [(&[u8], &[u8]); 6] = [
        (b"/new\nline", b"x\n"),
        (b"/ two  spaces ", b"x"),
        (b"/\xff\xfe", b"\xff\0\r\n"),
        (b"/empty", b""),
        (b"/no-final-newline", b"a\nb"),
        (b"/-rf *", b"\n\n"),
    ];
    for (name, bytes) in odd {
        fs::write(scratch.path().join(std::ffi::OsStr::from_bytes(&name[1..])), bytes).expect("a file can be written");
    }
    let deep = lay_deep(scratch.path());
    assert_eq!(deep.len(), 4095, "PATH_MAX, less its NUL");
    let before = Tree::open(scratch.path()).expect("a tree");
    let mut workspace = Workspace::over(&before, Quotas::default());
    workspace.write(&ROOT, b"/etc/one", 4, b"more").expect("a file");
    // A rewrite with the same bytes is no change.
    for (name, bytes) in odd {
        assert_eq!(workspace.read(&ROOT, name, 0, 100).expect("a file"), bytes);
        workspace.create(&ROOT, name, 0o644, false).expect("a file");
        workspace.write(&ROOT, name, 0, bytes).expect("a file");
    }
    let after = workspace.tree();
    let changed: Vec<_> = diff::between(&before, &after).into_iter().map(|it| String::from_utf8(it.path).expect("UTF-8")).collect();
    assert_eq!(changed, ["/etc/one"]);
    assert_eq!(after.read_all(&deep).expect("a file").as_slice(), b"deep");
    assert_eq!(after.stat(&[deep.as_slice(), b"f"].concat(), true), Err(Errno::NameTooLong));
    assert!(before.notes().is_empty(), "{:?}", before.notes());
}

#[test]
fn a_link_from_one_file_system_to_another_is_not_vouched_for() {
    let tree = Tree::open(Path::new("/")).expect("a tree");
    let mut workspace = Workspace::over(&tree, Quotas::default());
    let one = |it: &Path| fs::metadata(it).map(|it| std::os::unix::fs::MetadataExt::dev(&it)).ok();
    if one(Path::new("/proc/version")).is_none() || one(Path::new("/proc/version")) == one(Path::new("/etc")) {
        #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
        {
            println!("skipped: /proc is not mounted");
        }
        return;
    }
    workspace.make_hard_link(&ROOT, b"/proc/version", b"/etc/version").expect("here it is none of our business");
    workspace.create(&ROOT, b"/etc/own", 0o600, true).expect("a file");
    workspace.make_hard_link(&ROOT, b"/etc/own", b"/etc/other").expect("a link");
    assert_eq!(workspace.touched_unreadable().iter().map(Vec::as_slice).collect::<Vec<_>>(), [b"/etc/version"]);
}
