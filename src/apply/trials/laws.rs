//! For any change: applied it is the tree that was tried, rolled back the tree that was; after a kill at any place too.

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};

use super::world::{World, empty, is_root, me, torn};
use crate::{
    apply::{
        Effects, Error, Since, Standing,
        carry::{carry, give_up, go_on},
        pace::Pace,
        roll_back,
        roll_back::back,
    },
    tree::{Flags, Quotas, Tree, Workspace},
};

/// Cases of each law.
const CASES: u32 = 1000;

#[derive(Clone, Debug)]
pub(super) enum Act {
    Write(Vec<u8>, Vec<u8>),
    Append(Vec<u8>, Vec<u8>),
    Folder(Vec<u8>),
    Pipe(Vec<u8>),
    Link(Vec<u8>, Vec<u8>),
    Name(Vec<u8>, Vec<u8>),
    Remove(Vec<u8>),
    Rename(Vec<u8>, Vec<u8>),
    Mode(Vec<u8>, u32),
    Owner(Vec<u8>, u32, u32),
    Attribute(Vec<u8>, &'static str, Option<Vec<u8>>),
    Flags(Vec<u8>, Flags),
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d", "e\u{fe}\n"]);
    let deep = prop::collection::vec(name(), 1..4).prop_map(|it| format!("/{}", it.join("/")).into_bytes());
    prop_oneof![8 => deep, 1 => Just(b"/\xff".to_vec()), 1 => Just(b"/".to_vec())]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => prop::collection::vec(any::<u8>(), 0..6), 1 => Just(vec![b'x'; 5000])]
}

/// Names and values of attributes; those of root only where this is root. The lists: `u::rwx,u:5:r--,g::r--,m::r--,o::---` in two forms.
fn attribute() -> impl Strategy<Value = (&'static str, Option<Vec<u8>>)> {
    let entry = |tag: u8, bits: u8, id: [u8; 4]| [[tag, 0, bits, 0], id].concat();
    let none = [255; 4];
    let list = [vec![2, 0, 0, 0], entry(1, 7, none), entry(2, 4, [5, 0, 0, 0]), entry(4, 4, none), entry(16, 4, none), entry(32, 0, none)].concat();
    let capability = [&[1, 0, 0, 2, 0, 4][..], &[0; 14]].concat();
    let mut all = vec![("user.a", b"1".to_vec()), ("user.a", b"two\0\xff".to_vec()), ("user.b", Vec::new()), ("system.posix_acl_access", list.clone())];
    all.push(("system.posix_acl_default", list));
    if is_root() {
        all.extend([("trusted.t", b"t".to_vec()), ("security.capability", capability)]);
    }
    prop::sample::select(all).prop_flat_map(|(name, value)| prop_oneof![4 => Just((name, Some(value))), 1 => Just((name, None))])
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    let mode = prop::sample::select(vec![0o644, 0o755, 0o600, 0o700, 0o777, 0o4755, 0o2755, 0o1777, 0o555, 0o444, 0o000]);
    let ids = || prop::sample::select(vec![0, 5, 1000]);
    let flags = prop::sample::select(vec![(true, false), (false, true), (false, false)]);
    let flags = flags.prop_map(|(immutable, append_only)| Flags { immutable, append_only });
    prop_oneof![
        5 => (path(), bytes()).prop_map(|(path, bytes)| Act::Write(path, bytes)),
        2 => (path(), bytes()).prop_map(|(path, bytes)| Act::Append(path, bytes)),
        5 => path().prop_map(Act::Folder),
        1 => path().prop_map(Act::Pipe),
        2 => (path(), path()).prop_map(|(target, path)| Act::Link(target, path)),
        4 => (path(), path()).prop_map(|(first, path)| Act::Name(first, path)),
        3 => path().prop_map(Act::Remove),
        4 => (path(), path()).prop_map(|(from, to)| Act::Rename(from, to)),
        3 => (path(), mode).prop_map(|(path, mode)| Act::Mode(path, mode)),
        2 => (path(), ids(), ids()).prop_map(|(path, uid, gid)| Act::Owner(path, uid, gid)),
        3 => (path(), attribute()).prop_map(|(path, (name, value))| Act::Attribute(path, name, value)),
        1 => (path(), flags).prop_map(|(path, flags)| Act::Flags(path, flags)),
    ]
}

/// The tree after these acts; those that can't be are left out.
pub(super) fn after(tree: &Tree, acts: &[Act]) -> Tree {
    let mut workspace = Workspace::over(tree, Quotas::default());
    let (it, me) = (&mut workspace, &me());
    for act in acts {
        let _ = match act {
            Act::Write(path, bytes) => it.create(me, path, 0o644, false).and_then(|()| it.truncate(me, path, 0)).and_then(|()| it.write(me, path, 0, bytes)),
            Act::Append(path, bytes) => it.stat(me, path, true).and_then(|stat| it.write(me, path, stat.size, bytes)),
            Act::Folder(path) => it.make_directory(me, path, 0o755),
            Act::Pipe(path) => it.make_fifo(me, path, 0o644),
            Act::Link(target, path) => it.make_link(me, target, path),
            Act::Name(first, path) => it.make_hard_link(me, first, path),
            Act::Remove(path) => it.remove_file(me, path).or_else(|_| it.remove_directory(me, path)),
            Act::Rename(from, to) => it.rename(me, from, to),
            // Who is not root can't look into what he closed for himself, neither before nor after.
            Act::Mode(path, mode) => it.set_mode(me, path, if is_root() { *mode } else { *mode | 0o500 }, false),
            Act::Owner(path, uid, gid) if is_root() => it.set_owner(me, path, Some(*uid), Some(*gid), false),
            Act::Attribute(path, name, Some(value)) => it.set_attribute(me, path, name.as_bytes(), value, false),
            Act::Attribute(path, name, None) => it.remove_attribute(me, path, name.as_bytes(), false),
            Act::Flags(path, flags) if is_root() => it.set_flags(me, path, *flags, false),
            Act::Owner(..) | Act::Flags(..) => Ok(()),
        };
    }
    workspace.tree()
}

/// Checks a law for what was there before, what the fix did, and a number.
fn check(law: impl Fn(&Tree, &Tree, u64) -> TestCaseResult) {
    if !is_root() {
        eprintln!("changes of owners and flags are left out: this is not root");
    }
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let acts = || prop::collection::vec(act(), 0..25);
    let law = |(before, during, number): (Vec<Act>, Vec<Act>, u64)| {
        let before = after(&empty(), &before);
        law(&before, &after(&before, &during), number)
    };
    runner.run(&(acts(), acts(), any::<u64>()), law).unwrap_or_else(|error| panic!("{error}"));
}

fn told<T>(answer: Result<T, Error>) -> Result<T, TestCaseError> {
    answer.map_err(|error| {
        let because = std::error::Error::source(&error).map(|it| format!(": {it}")).unwrap_or_default();
        TestCaseError::fail(format!("{error}{because}"))
    })
}

#[test]
fn applied_it_is_what_was_tried_and_rolled_back_what_was() {
    check(|before, after, _| {
        let world = World::of(before);
        prop_assert_eq!(world.differs(before), [""; 0], "the world is laid");
        let plan = world.plan(before, after, &[]);
        let applied = told(crate::apply::carry_out(&plan, &world.root(), &world.beside("journal"), &Effects::Print))?;
        prop_assert_eq!(applied.standing, Standing::Applied);
        prop_assert_eq!(world.differs(after), [""; 0], "applied");
        told(roll_back(&world.beside("journal"), &world.beside("back"), Since::Refuse))?;
        prop_assert_eq!(world.differs(before), [""; 0], "rolled back");
        Ok(())
    });
}

#[test]
fn a_kill_at_any_place_is_finished_or_taken_back() {
    check(|before, after, number| {
        let count = {
            let world = World::of(before);
            let pace = Pace::steady();
            let plan = world.plan(before, after, &[]);
            told(carry(&plan, &told(plan.content())?, &world.root(), &world.beside("journal"), &Effects::Print, &pace))?;
            pace.passed()
        };
        for finish in [true, false] {
            let world = World::of(before);
            let plan = world.plan(before, after, &[]);
            let (journal, print) = (world.beside("journal"), &Effects::Print);
            let killed = carry(&plan, &told(plan.content())?, &world.root(), &journal, print, &Pace::ending_at(number % count));
            prop_assert!(matches!(killed, Err(Error::Killed(_))), "{:?}", killed);
            prop_assert_eq!(torn(&world, before, after), [""; 0], "after the kill at {}", number % count);
            if !finish {
                // The way back is killed once too.
                match give_up(&journal, &Pace::ending_at(number / count % 40)) {
                    Err(Error::Killed(_)) => drop(told(give_up(&journal, &Pace::steady()))?),
                    answer => drop(told(answer)?),
                }
                prop_assert_eq!(world.differs(before), [""; 0], "aborted after the kill at {}", number % count);
                continue;
            }
            match go_on(&journal, print, &Pace::steady()) {
                // Nothing was begun yet.
                Err(Error::Place { .. }) => drop(told(crate::apply::carry_out(&plan, &world.root(), &journal, print))?),
                answer => drop(told(answer)?),
            }
            prop_assert_eq!(world.differs(after), [""; 0], "resumed after the kill at {}", number % count);
            let second = world.beside("back");
            match back(&journal, &second, Since::Refuse, &Pace::ending_at(number / count % count)) {
                Err(Error::Killed(_)) => match go_on(&second, print, &Pace::steady()) {
                    Err(Error::Place { .. }) => drop(told(roll_back(&journal, &second, Since::Refuse))?),
                    answer => drop(told(answer)?),
                },
                answer => drop(told(answer)?),
            }
            prop_assert_eq!(world.differs(before), [""; 0], "rolled back after a kill at {}", number / count % count);
        }
        Ok(())
    });
}
