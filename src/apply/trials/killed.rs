//! A process that really kills itself, with SIGKILL, at a boundary: the test's own program, started again for one test.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Stdio},
};

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{
    laws::{act, after},
    world::{World, empty, torn},
};
use crate::apply::{Effects, Error, Plan, Since, abort, carry::carry, carry_out, pace::Pace, resume, roll_back};

/// Tells the child where the world is, and where its end.
const WORLD: &str = "INVITRO_TEST_APPLY_WORLD";
const AT: &str = "INVITRO_TEST_APPLY_AT";

/// Processes that are killed.
const KILLS: u64 = 60;

/// What the child does; without its world it is no test.
#[test]
fn child_of_the_kill_test() {
    let (Ok(world), Ok(at)) = (std::env::var(WORLD), std::env::var(AT)) else { return };
    let world = Path::new(&world);
    let plan = Plan::load(&world.join("plan")).expect("the plan");
    let content = plan.content().expect("content");
    let pace = Pace::killing_at(at.parse().expect("a number"));
    carry(&plan, &content, &world.join("root"), &world.join("journal"), &Effects::Print, &pace).expect("it ends before");
}

#[test]
fn a_process_that_is_killed_leaves_what_can_be_finished_or_taken_back() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]));
    let acts = || prop::collection::vec(act(), 8..25);
    let (mut killed, mut number) = (0, 0);
    while killed < KILLS {
        let (first, second) = (acts(), acts()).new_tree(&mut runner).expect("acts").current();
        let before = after(&empty(), &first);
        let after = after(&before, &second);
        let world = World::of(&before);
        let plan = world.plan(&before, &after, &[]);
        number += 1;
        let at = number * 7 % 60;
        let status = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "apply::trials::killed::child_of_the_kill_test"])
            .env(WORLD, world.beside(""))
            .env(AT, at.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("a child");
        let journal = world.beside("journal");
        if status.success() {
            // It was done before it came to its end.
            assert_eq!(world.differs(&after), [""; 0]);
            roll_back(&journal, &world.beside("back"), Since::Refuse).expect("a rollback");
            assert_eq!(world.differs(&before), [""; 0]);
            continue;
        }
        assert_eq!(status.signal(), Some(9), "the child ended by itself");
        killed += 1;
        assert_eq!(torn(&world, &before, &after), [""; 0], "killed at {at}");
        if number % 2 == 0 {
            match resume(&journal, &Effects::Print) {
                Err(Error::Place { .. } | Error::Own { .. }) => carry_out(&plan, &world.root(), &journal, &Effects::Print),
                answer => answer,
            }
            .unwrap_or_else(|error| panic!("killed at {at}: {error}"));
            assert_eq!(world.differs(&after), [""; 0], "killed at {at}, finished");
        } else {
            abort(&journal).unwrap_or_else(|error| panic!("killed at {at}: {error}"));
            assert_eq!(world.differs(&before), [""; 0], "killed at {at}, taken back");
        }
    }
    eprintln!("{killed} processes killed of {number}");
}
