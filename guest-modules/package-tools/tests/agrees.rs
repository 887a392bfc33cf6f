//! What these tools answer is what rpm 4.18.0 and dpkg 1.21.22 of Debian 12 answered.
//!
//! `recorded/calls` holds calls, `recorded/outcomes` what the real tools made of them; `PACKAGES_ROOT=… UPDATE_EXPECT=1` records them anew
//! in a Debian 12 root with rpm that is for throwing away (its databases are overwritten, `/root/.rpmmacros` says `%_dbpath /var/lib/rpm`).
//! `PACKAGES_ROOT=… cargo test -p package-tools -- --ignored --nocapture` compares random calls: `SEED`, `COUNT`, `KIND` choose them.

mod world;

use std::fmt::Write as _;

use world::{Call, FOLDERS, Memory, Outcome, Real, ours, random, tree::laid};

const CALLS: &str = include_str!("recorded/calls");

fn told(outcome: &Result<Outcome, String>, changed: &str) -> String {
    match outcome {
        Ok((status, out, err)) => format!("{status}\n{out}--\n{err}--\n{changed}"),
        Err(reason) => format!("unmodelled: {reason}\n"),
    }
}

/// Lines of one tree that the other has not, with the sign of their side.
fn differences(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut all = String::new();
    for line in old.iter().filter(|it| !new.contains(it)) {
        writeln!(all, "-{line}").unwrap();
    }
    for line in new.iter().filter(|it| !old.contains(it)) {
        writeln!(all, "+{line}").unwrap();
    }
    all
}

fn of_ours(call: &Call) -> String {
    let mut memory = laid();
    let before = memory.tree(FOLDERS);
    let outcome = ours(&mut memory, call);
    told(&outcome, &differences(&before, &memory.tree(FOLDERS)))
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded/outcomes");
    let calls: Vec<&str> = CALLS.lines().filter(|it| !it.is_empty() && !it.starts_with('#')).collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let real = Real::new().expect("PACKAGES_ROOT is a root with dpkg in it");
        let mut all = String::new();
        for line in &calls {
            real.lay(&laid());
            let before = real.tree();
            let outcome = real.call(&Call::of(line));
            write!(all, "$ {line}\n{}\n", told(&Ok(outcome), &differences(&before, &real.tree()))).unwrap();
        }
        std::fs::write(path, all).unwrap();
    }
    let recorded = std::fs::read_to_string(path).unwrap();
    let got: String = calls.iter().map(|line| format!("$ {line}\n{}\n", of_ours(&Call::of(line)))).collect();
    let (mut wrong, mut missing) = (String::new(), Vec::new());
    for (expected, got) in recorded.split("\n$ ").zip(got.split("\n$ ")) {
        if got.contains("\nunmodelled: ") {
            missing.push(got.to_owned());
        } else if expected.trim_end() != got.trim_end() {
            write!(wrong, "expected: {expected}\ngot: {got}\n").unwrap();
        }
    }
    assert_eq!(recorded.split("\n$ ").count(), calls.len(), "record the outcomes anew");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(missing.is_empty(), "each recorded call is carried out: {missing:?}");
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "compares with the tools of a root that PACKAGES_ROOT names"]
fn random_calls_come_out_as_the_real_tools_have_them() {
    let Some(real) = Real::new() else { return println!("skipped: PACKAGES_ROOT names no Debian root") };
    let kind = std::env::var("KIND").unwrap_or_else(|_| "rpm".into());
    let mut of = random::Chance(number("SEED", 1) | 1 << 40);
    let (mut held, mut unmodelled, mut wrong) = (0, std::collections::BTreeMap::<String, usize>::new(), 0);
    let changes = kind == "change";
    let loaded = || {
        let mut memory: Memory = laid();
        for folder in ["/bin", "/sbin", "/lib", "/etc", "/tmp", "/usr/bin", "/usr/share/doc", "/var/log"] {
            memory.load(real.root(), folder);
        }
        memory
    };
    real.lay(&laid());
    let start = loaded();
    let before = real.tree();
    for round in 0..number("COUNT", 1000) {
        let call = random::call_of(&kind, &mut of);
        let mut memory = start.clone();
        let ours = ours(&mut memory, &call);
        let ours = match ours {
            Ok(it) => it,
            Err(reason) => {
                *unmodelled.entry(reason).or_default() += 1;
                continue;
            }
        };
        let theirs = real.call(&call);
        let (mine, yours) = if changes {
            let outcome = (differences(&before, &memory.tree(FOLDERS)), differences(&before, &real.tree()));
            real.lay(&laid());
            outcome
        } else {
            (String::new(), String::new())
        };
        held += 1;
        if ours != theirs || mine != yours {
            wrong += 1;
            if wrong < 30 {
                let (real, ours) = (told(&Ok(theirs), &yours), told(&Ok(ours), &mine));
                println!("round {round}: {:?} <<< {:?}\n{}", call.words, String::from_utf8_lossy(&call.stdin), differences(&real, &ours));
                if differences(&real, &ours).is_empty() {
                    println!("real: {real:?}\nours: {ours:?}");
                }
            }
        }
    }
    println!("{held} calls held, {wrong} differ, unmodelled: {unmodelled:#?}");
    assert_eq!(wrong, 0);
}
