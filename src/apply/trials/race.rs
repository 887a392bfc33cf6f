//! Others who edit meanwhile: what they wrote always stands in the end, and the rest of the target is old or new.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::world::{World, empty, me};
use crate::{
    apply::{Effects, Error, carry::carry, carry_out, pace::Pace},
    tree::{Quotas, Tree, Workspace},
};

/// Two files that change, and a folder that comes.
fn trees() -> (Tree, Tree) {
    let with = |tree: &Tree, text: &[u8]| {
        let mut workspace = Workspace::over(tree, Quotas::default());
        for path in [b"/a".as_slice(), b"/b"] {
            workspace.create(&me(), path, 0o644, false).expect("a file");
            workspace.write(&me(), path, 0, text).expect("content");
        }
        workspace
    };
    let before = with(&empty(), b"old text\n").tree();
    let mut after = with(&before, b"new text\n");
    after.make_directory(&me(), b"/c", 0o755).expect("a folder");
    after.create(&me(), b"/c/d", 0o644, true).expect("a file");
    (before, after.tree())
}

/// What others do at a path.
type Edit = fn(&Path);

/// Runs an application once for each boundary, with an edit of others there; `stands` says what they left.
fn check(path: &str, edit: Edit, stands: fn(&Path) -> bool) {
    let (before, after) = trees();
    let count = {
        let (world, pace) = (World::of(&before), Pace::steady());
        let plan = world.plan(&before, &after, &[]);
        carry(&plan, &plan.content().expect("content"), &world.root(), &world.beside("journal"), &Effects::Print, &pace).expect("nobody is in the way");
        pace.passed()
    };
    let (mut detected, mut unseen) = (0, 0);
    for number in 0..count {
        let world = World::of(&before);
        let plan = world.plan(&before, &after, &[]);
        let place = world.at(path);
        let theirs = place.clone();
        let pace = Pace::meanwhile(number, move || edit(&theirs));
        let answer = carry(&plan, &plan.content().expect("content"), &world.root(), &world.beside("journal"), &Effects::Print, &pace);
        assert!(stands(&place), "{path} at {number}: what they left is gone: {answer:?}");
        let other = |path: &str| fs::read_to_string(world.at(path)).expect("a file");
        let rest = if path == "/a" { "/b" } else { "/a" };
        match answer {
            // After the last look at the result.
            Ok(_) => {
                unseen += 1;
                assert!(number + 2 >= count, "{path} at {number}: nobody saw it");
                assert_eq!(other(rest), "new text\n");
            }
            Err(Error::RolledBack { left, .. }) => {
                detected += 1;
                assert_eq!(other(rest), "old text\n", "{path} at {number}: the rest is as before");
                assert!(left.iter().all(|it| it.path.starts_with(path.as_bytes()) || path.as_bytes().starts_with(&it.path)), "{left:?}");
            }
            // Before anything was changed.
            Err(Error::Drift(_) | Error::Raced(_)) => {
                detected += 1;
                assert_eq!(other(rest), "old text\n");
            }
            Err(error) => panic!("{path} at {number}: {error}"),
        }
        let names = fs::read_dir(world.root()).expect("the root").map(|it| it.expect("a name").file_name().to_string_lossy().into_owned());
        assert_eq!(names.filter(|it| it.starts_with(".invitro")).collect::<Vec<_>>(), [""; 0], "no name of ours is left");
    }
    assert!(detected > 5 && unseen < 3, "{detected} detected, {unseen} unseen");
}

fn is_theirs(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|it| it == "theirs\n")
}

#[test]
fn what_others_write_in_place_stands() {
    check("/a", |path| fs::write(path, "theirs\n").expect("an edit"), is_theirs);
    check("/b", |path| fs::write(path, "theirs\n").expect("an edit"), is_theirs);
}

#[test]
fn what_others_put_there_by_a_rename_stands() {
    let edit = |path: &Path| {
        let new = path.with_extension("theirs");
        fs::write(&new, "theirs\n").expect("a file");
        fs::rename(new, path).expect("a rename");
    };
    check("/b", edit, is_theirs);
}

#[test]
fn what_others_remove_stays_away_and_what_they_make_stays() {
    check("/b", |path| fs::remove_file(path).expect("a removal"), |path| !path.exists());
    let make = |path: &Path| {
        // Ours may be there by now.
        let _ = fs::create_dir(path);
        fs::write(path.join("theirs"), "theirs\n").expect("a file");
    };
    check("/c", make, |path| is_theirs(&path.join("theirs")));
}

#[test]
fn another_process_that_writes_all_the_time_never_loses_a_line() {
    let (before, after) = trees();
    // It puts a whole file there again and again, as editors do, and tells the last one.
    let script = "echo begun; n=0; while [ $n -lt 60 ]; do n=$((n+1)); echo $n > ../new; mv ../new b; done; echo $n";
    let (mut refused, rounds) = (0, 20);
    for round in 0..rounds {
        let world = World::of(&before);
        let plan = world.plan(&before, &after, &[]);
        let mut other = Command::new("sh").args(["-c", script]).current_dir(world.root()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut lines = BufReader::new(other.stdout.take().expect("its output")).lines();
        assert_eq!(lines.next().expect("a line").expect("text"), "begun");
        let answer = carry_out(&plan, &world.root(), &world.beside("journal"), &Effects::Print);
        refused += usize::from(answer.is_err());
        // Whatever came of it, the last that they wrote stands when they are done, and the rest is all old or all new.
        let told = lines.next().expect("a line").expect("text");
        other.wait().expect("its end");
        assert_eq!(fs::read_to_string(world.at("/b")).expect("a file"), format!("{told}\n"), "round {round}: {answer:?}");
        let rest = if answer.is_ok() { "new text\n" } else { "old text\n" };
        assert_eq!(fs::read_to_string(world.at("/a")).expect("a file"), rest, "round {round}: {answer:?}");
    }
    eprintln!("{refused} of {rounds} refused");
}
