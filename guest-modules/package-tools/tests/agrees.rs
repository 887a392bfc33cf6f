//! What these tools answer is what rpm 4.18.0 and dpkg 1.21.22 of Debian 12 answered.
//!
//! `recorded/calls` holds calls, `recorded/outcomes` what the real tools made of them; `PACKAGES_ROOT=… UPDATE_EXPECT=1` records them anew
//! in a Debian 12 root with rpm that is for throwing away (its databases are overwritten, `/root/.rpmmacros` says `%_dbpath /var/lib/rpm`).
//! `PACKAGES_ROOT=… cargo test -p package-tools -- --ignored --nocapture` compares random calls: `SEED`, `COUNT`, `KIND`
//! (`rpm`, `dpkg`, `change`) choose them, and `RPM_DATABASE` a folder with a database of Berkeley DB and its indexes.

mod world;

use std::fmt::Write as _;

use world::{Call, FOLDERS, Memory, Outcome, Real, ours, random, tree::{laid, laid_berkeley}};

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

#[test]
fn a_database_of_berkeley_db_answers_as_sqlite_does() {
    for line in CALLS.lines().filter(|it| it.starts_with("rpm ") && !it.contains("-qa") && !it.contains("-a ")) {
        assert_eq!(ours(&mut laid_berkeley(), &Call::of(line)), ours(&mut laid(), &Call::of(line)), "{line}");
    }
    // rpm 4.18.0 with its reader `bdb_ro` goes through the buckets.
    let all = "audit openssl kernel-core tzdata empty-meta-package audit-libs pam kernel-core firewalld";
    let told = ours(&mut laid_berkeley(), &Call::of("rpm -qa --qf %{NAME}\\s")).map(|it| it.1);
    assert_eq!(told.as_deref().map(str::trim_end), Ok(all));
}

#[test]
fn damaged_databases_end_in_words() {
    let mut of = random::Chance(7 | 1 << 40);
    for (memory, path) in [(laid(), "/var/lib/rpm/rpmdb.sqlite"), (laid_berkeley(), "/var/lib/rpm/Packages")] {
        let Some(world::Node::File(whole, ..)) = memory.nodes.borrow().get(path).cloned() else { panic!("a database") };
        for _ in 0..120 {
            let mut bytes = (*whole).clone();
            for _ in 0..=of.next(40) {
                let at = if of.next(2) == 0 { of.next(bytes.len()) } else { of.next(bytes.len() / 4096) * 4096 + of.next(128) };
                bytes[at.min(whole.len() - 1)] = [0, 0xff, 0x7f, 0x80, of.next(256) as u8][of.next(5)];
            }
            bytes.truncate(if of.next(4) == 0 { of.next(bytes.len()) } else { bytes.len() });
            let mut memory = memory.clone();
            memory.lay_file(path, 0o644, &bytes);
            for line in ["rpm -qa --qf [%{FILENAMES}\\n]", "rpm -q audit", "rpm -qf /etc/audit.conf"] {
                let _ = ours(&mut memory, &Call::of(line));
            }
        }
    }
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
    // Files of a database that the recorded tree does not have, such as rpm's indexes of before.
    let mut start = loaded();
    if let Some(folder) = std::env::var_os("RPM_DATABASE") {
        start.nodes.borrow_mut().remove("/var/lib/rpm/rpmdb.sqlite");
        for entry in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap()) {
            start.lay_file(&format!("/var/lib/rpm/{}", entry.file_name().to_str().unwrap()), 0o644, &std::fs::read(entry.path()).unwrap());
        }
        real.lay(&start);
    }
    let start = start;
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
