//! Patches by chance come out as GNU patch and git-apply make them: taken or not, and the same tree.
//!
//! `cargo test -p unified-patch --test against_tools -- --ignored --nocapture` needs GNU patch 2.7.6 and git on the machine, and says so where they
//! are not. `SEEDS=from..to` takes other seeds.

mod support;

use std::collections::BTreeMap;

use support::{
    make::{Made, made},
    tools::{has, theirs},
};
use unified_patch::{Dialect, Done, Options, Rule, apply};

/// Seeds of a run.
const SEEDS: std::ops::Range<u64> = 0..2000;

/// Rules by which a patch is refused here that the tools take: what they leave out silently, write through links, or take in any order.
const STRICTER: [Rule; 9] = [Rule::Malformed, Rule::Glued, Rule::Exists, Rule::Leftover, Rule::Overlap, Rule::Link, Rule::Git, Rule::Path, Rule::Ambiguous];

fn seeds() -> std::ops::Range<u64> {
    let given = std::env::var("SEEDS").ok();
    let parsed = given.as_deref().and_then(|it| it.split_once("..")).and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.unwrap_or(SEEDS)
}

/// The class that a case falls in, and what is wrong with it.
fn compare(case: &Made, dialect: Dialect) -> (String, Option<String>) {
    let git = dialect == Dialect::Git;
    let (took, tree, said) = theirs(case, git, false);
    let mut world = case.world.clone();
    let done = apply(&case.patch, Options { dialect, strip: Some(1), reverse: false }, &mut world);
    let wrong = |what: &str| Some(format!("{what}\n{}-- they: {took} {said}{}-- we: {}\n", case.told(), tree.shown(), ours(case, &done)));
    match &done {
        Ok(Done::Apply { steps, .. }) => {
            world.carry_out(steps);
            match (took, world == tree) {
                (true, true) => ("taken by both".into(), None),
                (true, false) => ("tree".into(), wrong("another tree")),
                // What patch can't name (blanks in git's header alone) git can.
                (false, _) if said.contains("without two valid file names") => ("taken here, as git takes it".into(), None),
                (false, _) if !git && theirs(case, true, false).1 == world => ("taken here, as git takes it".into(), None),
                (false, _) => ("we".into(), wrong("taken here alone")),
            }
        }
        Ok(Done::Already { .. }) if took && tree == case.world => ("taken by both".into(), None),
        Ok(Done::Already { .. }) => match (took, theirs(case, git, true).0) {
            (false, true) => ("applied already by both".into(), None),
            (true, true) => ("applied already here, again there".into(), None),
            // The tools can't take copies back.
            (_, false) if case.patch.windows(10).any(|it| it == b"copy from ") => ("applied already, with a copy".into(), None),
            (_, false) => ("already".into(), wrong("not applied already there")),
        },
        Err(_) if !took => ("refused by both".into(), None),
        // GNU patch applies what was renamed once more.
        Err(_) if said.contains("already renamed") || said.contains("already copied") => ("refused here alone: renamed already".into(), None),
        Err(refusal) if STRICTER.contains(&refusal.rule) => (format!("refused here alone: {:?}", refusal.rule), None),
        Err(_) => ("they".into(), wrong("taken there alone")),
    }
}

fn ours(case: &Made, done: &Result<Done, unified_patch::Refusal>) -> String {
    match done {
        Err(refusal) => format!("{:?}: {refusal}", refusal.rule),
        Ok(Done::Already { .. }) => "applied already".to_owned(),
        Ok(Done::Apply { steps, moved, .. }) => {
            let mut world = case.world.clone();
            world.carry_out(steps);
            format!("{moved:?}\n{}", world.shown())
        }
    }
}

#[test]
#[ignore = "runs real tools some thousand times"]
fn patches_by_chance_come_out_the_same() {
    let mut all_wrong = Vec::new();
    for (tool, dialect) in [("patch", Dialect::Patch), ("git", Dialect::Git)] {
        if !has(tool) {
            eprintln!("SKIPPED: there is no {tool} on this machine to compare with");
            continue;
        }
        let (mut classes, mut wrong) = (BTreeMap::new(), Vec::new());
        for seed in seeds() {
            let (class, what) = compare(&made(seed), dialect);
            *classes.entry(class).or_insert(0) += 1;
            wrong.extend(what);
        }
        println!("{tool}: {classes:#?}");
        all_wrong.extend(wrong);
    }
    let shown = std::env::var("SHOW").ok().and_then(|it| it.parse().ok()).unwrap_or(4);
    assert!(all_wrong.is_empty(), "{} differ\n{}", all_wrong.len(), all_wrong[..all_wrong.len().min(shown)].join("\n"));
}
