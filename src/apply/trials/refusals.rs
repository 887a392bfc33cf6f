//! What is refused, and what is kept besides: drift, merges, locks, full disks, effects, times.

use std::{fs, os::unix::fs::MetadataExt as _, time::Duration};

use super::world::{LONG_AGO, World, empty, is_root, me};
use crate::{
    apply::{Applied, Case, Effects, Error, Executor, Owed, Plan, Since, Standing, abort, carry_out, prepare, resume, roll_back, root::Root},
    diff::between,
    digest::Digest,
    tree::{Quotas, Tree, Workspace},
};

const OLD: &str = "a\nb\nc\nd\ne\nf\n";
const NEW: &str = "a\nB\nc\nd\ne\nf\n";

fn with(tree: &Tree, files: &[(&str, &str)]) -> Tree {
    let mut workspace = Workspace::over(tree, Quotas::default());
    for (path, text) in files {
        for (at, _) in path.match_indices('/').skip(1) {
            let _ = workspace.make_directory(&me(), &path.as_bytes()[..at], 0o755);
        }
        workspace.create(&me(), path.as_bytes(), 0o644, false).expect("a file");
        workspace.truncate(&me(), path.as_bytes(), 0).expect("no content");
        workspace.write(&me(), path.as_bytes(), 0, text.as_bytes()).expect("content");
    }
    workspace.tree()
}

fn trees() -> (Tree, Tree) {
    let before = with(&empty(), &[("/etc/conf", OLD), ("/etc/read", "r\n")]);
    let after = with(&before, &[("/etc/conf", NEW)]);
    (before, after)
}

fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn apply(world: &World, plan: &Plan) -> Result<Applied, Error> {
    carry_out(plan, &world.root(), &world.beside("journal"), &Effects::Print)
}

#[test]
fn a_path_that_was_read_listed_or_looked_for_and_is_no_more_what_was_tried_refuses() {
    let (before, after) = trees();
    let check = |drift: &dyn Fn(&World)| {
        let world = World::of(&before);
        let plan = world.plan(&before, &after, &["/etc", "/etc/read", "/etc/none", "/etc/conf"]);
        drift(&world);
        let error = apply(&world, &plan).expect_err("it drifted");
        assert!(matches!(error, Error::Drift(_)), "{error:?}");
        assert!(!world.beside("journal").exists(), "nothing was begun");
        let digest = |it: &str| it.find("sha256:").map_or(it.to_owned(), |at| format!("{}sha256:…", &it[..at]));
        let Error::Drift(all) = error else { unreachable!() };
        all.iter().map(|it| format!("{}: {} => {}", String::from_utf8_lossy(&it.path), digest(&it.expected), digest(&it.found))).collect::<Vec<_>>()
    };
    assert_eq!(check(&|it| fs::write(it.at("/etc/read"), "other\n").expect("an edit")), ["/etc/read: file, content sha256:… => file, content sha256:…"]);
    assert_eq!(
        check(&|it| fs::write(it.at("/etc/none"), "").expect("a file")),
        ["/etc: the names in it that were tried => others", "/etc/none: nothing => file"]
    );
    assert_eq!(
        check(&|it| fs::remove_file(it.at("/etc/conf")).expect("a removal")),
        ["/etc: the names in it that were tried => others", "/etc/conf: file => nothing"]
    );
    assert_eq!(
        check(&|it| std::os::unix::fs::symlink("/etc/read", it.at("/etc/none")).expect("a link")),
        ["/etc: the names in it that were tried => others", "/etc/none: nothing => symlink"]
    );
    assert_eq!(
        check(&|it| {
            fs::rename(it.at("/etc"), it.at("/other")).expect("a rename");
            std::os::unix::fs::symlink("other", it.at("/etc")).expect("a link");
        }),
        ["/etc: dir => symlink", "/etc/conf: file => a link on the way", "/etc/none: nothing => a link on the way", "/etc/read: file => a link on the way"]
    );
    let mode = |it: &World| fs::set_permissions(it.at("/etc/conf"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    assert_eq!(check(&mode), ["/etc/conf: file, mode 0644 => file, mode 0600"]);
    assert_eq!(check(&|it| fs::hard_link(it.at("/etc/conf"), it.at("/further")).expect("a name")), ["/etc/conf: a file of 1 names => one of 2"]);
}

#[test]
fn a_rollback_refuses_what_changed_since_and_merges_where_it_is_told() {
    let (before, after) = trees();
    let check = |now: &str, since: Since| {
        let world = World::of(&before);
        apply(&world, &world.plan(&before, &after, &[])).expect("applied");
        fs::write(world.at("/etc/conf"), now).expect("an edit");
        let answer = roll_back(&world.beside("journal"), &world.beside("back"), since);
        (answer, fs::read_to_string(world.at("/etc/conf")).expect("the file"))
    };
    let (answer, there) = check("a\nB\nc\nd\ne\nF\n", Since::Refuse);
    assert!(matches!(answer, Err(Error::ChangedSince(ref drift)) if drift.len() == 1), "{answer:?}");
    assert_eq!(there, "a\nB\nc\nd\ne\nF\n");
    let (answer, there) = check("a\nB\nc\nd\ne\nF\n", Since::Merge);
    assert_eq!(answer.expect("merged").standing, Standing::RolledBack);
    assert_eq!(there, "a\nb\nc\nd\ne\nF\n", "theirs stays, ours is taken back");
    let (answer, there) = check("a\nX\nc\nd\ne\nf\n", Since::Merge);
    let Err(Error::Conflicts(conflicts)) = answer else { panic!("{answer:?}") };
    assert_eq!((conflicts[0].what.as_str(), conflicts[0].clashes[0].ours.as_str()), ("the same lines were changed by both", "X\n"));
    assert_eq!(there, "a\nX\nc\nd\ne\nf\n", "nothing was written");
    let (answer, there) = check(OLD, Since::Merge);
    assert_eq!(answer.expect("nothing is left to do").standing, Standing::RolledBack);
    assert_eq!(there, OLD);
}

#[test]
fn an_application_is_taken_back_once_and_only_when_it_is_over() {
    let (before, after) = trees();
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    apply(&world, &plan).expect("applied");
    assert!(told(&apply(&world, &plan).expect_err("it is applied")).starts_with("the target is not as it was tried, in 1 paths: /etc/conf"));
    assert_eq!(resume(&world.beside("journal"), &Effects::Print).expect("it is over").standing, Standing::Applied);
    fs::write(world.at("/etc/conf"), "theirs\n").expect("an edit");
    assert!(matches!(abort(&world.beside("journal")), Err(Error::ChangedSince(_))), "somebody changed it since");
    fs::write(world.at("/etc/conf"), NEW).expect("an edit");
    roll_back(&world.beside("journal"), &world.beside("back"), Since::Refuse).expect("rolled back");
    assert_eq!(world.differs(&before), [""; 0]);
    // The way back can be taken back in turn: that is the change again.
    roll_back(&world.beside("back"), &world.beside("again"), Since::Refuse).expect("applied again");
    assert_eq!(world.differs(&after), [""; 0]);
}

#[test]
fn an_application_of_whose_end_nobody_heard_is_taken_back_too() {
    let (before, after) = trees();
    let world = World::of(&before);
    apply(&world, &world.plan(&before, &after, &[])).expect("applied");
    assert_eq!(abort(&world.beside("journal")).expect("taken back").standing, Standing::RolledBack);
    assert_eq!(world.differs(&before), [""; 0]);
    assert_eq!(abort(&world.beside("journal")).expect("it was taken back").standing, Standing::RolledBack);
    assert!(told(&roll_back(&world.beside("journal"), &world.beside("back"), Since::Refuse).expect_err("again")).ends_with("taken back already"));
}

#[test]
fn two_are_never_at_work_on_one_target() {
    let (before, after) = trees();
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    let held = Root::open(&world.root()).expect("the root");
    held.lock().expect("the lock");
    assert!(told(&apply(&world, &plan).expect_err("it is locked")).ends_with("another apply or rollback is at work there; wait for its end"));
    drop(held);
    apply(&world, &plan).expect("the lock is free");
}

#[test]
fn a_journal_lies_outside_of_its_target_and_is_for_its_owner_alone() {
    let (before, after) = trees();
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    let inside = carry_out(&plan, &world.root(), &world.at("/etc/journal"), &Effects::Print).expect_err("inside");
    assert!(told(&inside).ends_with("the journal must lie outside of the target"));
    let open = world.beside("open");
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let answer = carry_out(&plan, &world.root(), &open, &Effects::Print).expect_err("others may enter");
    assert!(told(&answer).contains("chmod 0700"), "{answer}");
    apply(&world, &plan).expect("applied");
    let mut folders = vec![world.beside("journal"), world.beside("plan")];
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).expect("a folder").mode() & 0o777, 0o700, "{}", folder.display());
        for entry in fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a kind").is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(entry.metadata().expect("a file").mode() & 0o777, 0o600, "{}", entry.path().display());
            }
        }
    }
}

#[test]
fn times_of_what_is_put_back_come_back_too() {
    let (before, after) = trees();
    let world = World::of(&before);
    apply(&world, &world.plan(&before, &after, &[])).expect("applied");
    assert_ne!(fs::metadata(world.at("/etc/conf")).expect("a file").mtime(), LONG_AGO);
    roll_back(&world.beside("journal"), &world.beside("back"), Since::Refuse).expect("rolled back");
    assert_eq!(fs::metadata(world.at("/etc/conf")).expect("a file").mtime(), LONG_AGO);
}

#[test]
fn a_file_whose_mode_changes_stays_the_file_that_daemons_have_open() {
    let before = with(&empty(), &[("/log", "line\n")]);
    let mut workspace = Workspace::over(&before, Quotas::default());
    workspace.set_mode(&me(), b"/log", 0o640, false).expect("a mode");
    let world = World::of(&before);
    let inode = || fs::metadata(world.at("/log")).expect("a file").ino();
    let was = inode();
    apply(&world, &world.plan(&before, &workspace.tree(), &[])).expect("applied");
    assert_eq!(inode(), was);
}

/// A plan with effects, and with a file that a model wrote on a tool's behalf.
fn owing(world: &World, before: &Tree, after: &Tree, guesses: &[&[u8]], effects: &[&[&str]]) -> Result<Plan, Error> {
    let origin = |path: &[u8]| if guesses.contains(&path) { "model:sh" } else { "fix" };
    let changes: Vec<_> = between(before, after).into_iter().map(|it| (it.clone(), origin(&it.path).to_owned())).collect();
    let effect = |it: &&[&str]| Owed { argv: it.iter().map(|it| it.as_bytes().to_vec()).collect(), kind: "service-restart".into(), name: "x".into() };
    let effects: Vec<Owed> = effects.iter().map(effect).collect();
    let touched = Default::default();
    let case = Case { remediation: "r", evidence: Digest::of(b"e"), before, after, changes: &changes, touched: &touched, effects: &effects };
    prepare(&case, &world.beside("plan"))
}

fn running(allow: &[&[&str]]) -> Effects {
    let allow = allow.iter().map(|it| it.iter().map(|it| (*it).to_owned()).collect()).collect();
    Effects::Run(Executor { allow, elsewhere: true, timeout: Duration::from_secs(20), ..Executor::default() })
}

#[test]
fn what_a_model_wrote_is_never_written_but_compared_after_the_tool_ran() {
    let (before, fixed) = trees();
    let after = with(&fixed, &[("/etc/made", "by the tool\n")]);
    let check = |script: &str, effects: fn(&[&[&str]]) -> Effects| {
        let world = World::of(&before);
        let script = script.replace("ROOT", &world.root().display().to_string());
        let plan = owing(&world, &before, &after, &[b"/etc/made", b"/etc"], &[&["/bin/sh", "-c", &script]]).expect("a plan");
        let done = carry_out(&plan, &world.root(), &world.beside("journal"), &effects(&[&["/bin/sh", "-c", "*"]]));
        (world, done)
    };
    let (world, done) = check("true", |_| Effects::Print);
    let done = done.expect("applied");
    assert_eq!((done.standing, done.is_verified()), (Standing::EffectsPending, false));
    assert!(!world.at("/etc/made").exists(), "it is the tool's to make");
    assert_eq!(fs::read_to_string(world.at("/etc/conf")).expect("a file"), NEW);
    let (_world, done) = check("umask 022; echo by the tool > ROOT/etc/made", running);
    let done = done.expect("applied");
    assert_eq!((done.standing, done.is_verified(), done.guesses.len()), (Standing::Applied, true, 1));
    let (_world, done) = check("umask 022; echo otherwise > ROOT/etc/made", running);
    let done = done.expect("applied");
    assert_eq!((done.standing, done.is_verified()), (Standing::Applied, false));
    let (world, done) = check("echo said; exit 3", running);
    assert_eq!(told(&done.expect_err("it failed")), "it was rolled back: the effect `/bin/sh -c echo said; exit 3` ended with 3; its output is in the journal");
    assert_eq!(world.differs(&before), [""; 0]);
}

#[test]
fn an_effect_that_is_not_allowed_is_told_before_anything_is_changed() {
    let (before, after) = trees();
    let world = World::of(&before);
    let plan = owing(&world, &before, &after, &[], &[&["rm", "-rf", "/"]]).expect("a plan");
    let answer = carry_out(&plan, &world.root(), &world.beside("journal"), &running(&[&["true"]])).expect_err("it is not allowed");
    assert_eq!(told(&answer), "the effect `rm -rf /` is not among the effects that may be run; allow it, or print effects instead of running them");
    assert_eq!(world.differs(&before), [""; 0]);
    let answer = owing(&world, &before, &after, &[b"/etc/conf"], &[]).expect_err("nobody makes it");
    assert_eq!(told(&answer), "/etc/conf: only a model of sh wrote it, and no effect runs that on the machine; change it another way");
}

#[test]
fn a_damaged_journal_and_a_plan_of_others_are_refused() {
    let (before, after) = trees();
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    apply(&world, &plan).expect("applied");
    let log = world.beside("journal").join("journal.log");
    let text = fs::read_to_string(&log).expect("the journal");
    let second = text.find('\n').expect("a line") + 30;
    let mut bytes = text.clone().into_bytes();
    bytes[second] ^= 1;
    fs::write(&log, bytes).expect("damage");
    let answer = roll_back(&world.beside("journal"), &world.beside("back"), Since::Refuse).expect_err("it is damaged");
    assert!(told(&answer).contains("is damaged in line 2: its sum is wrong"), "{answer}");
    // A line that was cut off is forgotten.
    fs::write(&log, &text.as_bytes()[..text.len() - 3]).expect("a cut");
    assert_eq!(resume(&world.beside("journal"), &Effects::Print).expect("it is finished").standing, Standing::Applied);
    assert_eq!(world.differs(&after), [""; 0]);
    let file = world.beside("plan").join("plan.json");
    let good = fs::read_to_string(&file).expect("the plan");
    for (from, to, what) in [
        ("\"/etc/conf\"", "\"/../etc/conf\"", "has no empty part"),
        ("\"/etc/conf\"", "\"/.git/config\"", "never written"),
        ("\"origin\":\"fix\"", "\"origin\":\"model:x\"", "only changes of the fix"),
        ("invitro.plan/v1", "invitro.plan/v9", "known here"),
    ] {
        fs::write(&file, good.replace(from, to)).expect("a plan");
        let answer = Plan::load(&world.beside("plan")).expect_err(to);
        assert!(told(&answer).contains(what), "{answer}");
    }
}

#[test]
fn a_full_disk_leaves_the_old_state() {
    if !is_root() {
        eprintln!("skipped: a small disk can be mounted by root alone");
        return;
    }
    let old: Vec<(String, String)> = (0..4).map(|it| (format!("/f{it}"), "o".repeat(100_000))).collect();
    let new: Vec<(String, String)> = (0..4).map(|it| (format!("/f{it}"), "n".repeat(if it == 3 { 900_000 } else { 90_000 }))).collect();
    let names = |it: &[(String, String)]| it.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    let build = |tree: &Tree, files: &[(String, String)]| with(tree, &names(files).iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>());
    let before = build(&empty(), &old);
    let after = build(&before, &new);
    let world = World::of(&empty());
    let small = world.root();
    // The mount is this thread's alone, and goes with it.
    let done = std::thread::spawn(move || {
        use rustix::{mount::MountFlags, thread::UnshareFlags};
        if let Err(error) = unshare(UnshareFlags::NEWNS) {
            return Err(format!("a name space of mounts: {error}"));
        }
        let private = rustix::mount::mount_change("/", rustix::mount::MountPropagationFlags::PRIVATE | rustix::mount::MountPropagationFlags::REC);
        private.map_err(|it| format!("private mounts: {it}"))?;
        rustix::mount::mount("tmpfs", &small, "tmpfs", MountFlags::empty(), c"size=1m,mode=755").map_err(|it| format!("a small disk: {it}"))?;
        for (path, text) in &old {
            fs::write(small.join(&path[1..]), text).map_err(|it| it.to_string())?;
        }
        let plan = world.plan(&before, &after, &[]);
        let answer = carry_out(&plan, &small, &world.beside("journal"), &Effects::Print);
        let text = answer.map_or_else(|error| told(&error), |_| "applied".into());
        let same = old.iter().all(|(path, text)| fs::read_to_string(small.join(&path[1..])).is_ok_and(|it| it == *text));
        let count = fs::read_dir(&small).map_err(|it| it.to_string())?.count();
        let _ = rustix::mount::unmount(&small, rustix::mount::UnmountFlags::DETACH);
        Ok((text, same, count))
    });
    match done.join().expect("the thread ends") {
        Err(why) => eprintln!("skipped: {why}"),
        Ok((text, same, count)) => {
            assert_eq!(text, "it was rolled back: failed to make /f3: No space left on device (os error 28)");
            assert!(same, "all files are as before");
            assert_eq!(count, 4, "no name of ours is left");
        }
    }
}

#[expect(unsafe_code, reason = "unshare(2) of a thread of a test: its descriptors stay")]
fn unshare(flags: rustix::thread::UnshareFlags) -> rustix::io::Result<()> {
    // SAFETY: without CLONE_FILES among the flags no descriptor is concerned.
    unsafe { rustix::thread::unshare_unsafe(flags) }
}

#[test]
fn paths_are_told_whole_whatever_bytes_they_have() {
    let before = empty();
    let mut workspace = Workspace::over(&before, Quotas::default());
    workspace.create(&me(), b"/\xff\x01", 0o644, true).expect("a file");
    workspace.make_link(&me(), b"\xfe", b"/l").expect("a link");
    let after = workspace.tree();
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    assert_eq!(Plan::load(&world.beside("plan")).expect("it is read again"), plan);
    assert_eq!(Plan::load(&world.beside("plan")).expect("it is read again").digest(), plan.digest());
    apply(&world, &plan).expect("applied");
    assert_eq!(world.differs(&after), [""; 0]);
}
