//! The models beside the real tools, on files and calls by chance.
//!
//! `recorded` stands alone: it does again what Debian 12's tools were recorded to do (util-linux 2.38.1; the head of each family's file
//! names its tools). With `MACHINE_ROOT` naming a folder with a Debian 12 root that has them and may be written to, and as root,
//! `by_chance` (ignored otherwise) runs the tools there with chroot(8) in a mount namespace of their own; `MACHINE_SEED`,
//! `MACHINE_CALLS` and `MACHINE_FAMILY` say where it begins, how long it goes on and with what, and `UPDATE_EXPECT=1` records anew.
//! A call whose success is only our word (`recorded`) ends a case: nothing is compared.

mod agrees {
    pub mod chance;
    pub mod memory;
    pub mod mounts;
    pub mod schedule;

    /// A call: name, words, standard input.
    pub type Made = (&'static str, Vec<String>, String);

    /// Files and what is called on them.
    pub struct Case {
        /// Path, text, mode and owner.
        pub files: Vec<(String, memory::Node)>,
        /// The calls.
        pub calls: Vec<Made>,
    }

    /// Words out of a line.
    pub fn words(line: &str) -> Vec<String> {
        line.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }
}

use agrees::{Case, chance::Chance, memory::Memory, mounts, schedule};
use machine_tools::{Call, Effect};
use std::{collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::Path, process::Stdio};

/// A family: its name, the parts of a root that are looked at, and how a case of it is made.
struct Family {
    name: &'static str,
    watched: &'static [&'static str],
    recorded: u64,
    make: fn(&mut Chance) -> Case,
}

const FAMILIES: &[Family] = &[
    Family { name: "mounts", watched: &["/etc/fstab", "/data", "/nodir", "/file", "/lnk"], recorded: 200, make: mounts::case },
    Family { name: "schedule", watched: &["/var/spool/cron/crontabs"], recorded: 200, make: schedule::case },
];

fn record_of(family: &Family) -> String {
    format!("{}/tests/agrees/{}.txt", env!("CARGO_MANIFEST_DIR"), family.name)
}

fn memory_of(case: &Case) -> Memory {
    let memory = Memory::default();
    for (path, node) in &case.files {
        memory.put(path, node.clone());
    }
    memory
}

/// Status and streams of the real tool.
fn real(root: &Path, name: &str, words: &[String], stdin: &str) -> (u32, String, String) {
    let mut child = std::process::Command::new("unshare")
        .args(["-m", "timeout", "60", "chroot"])
        .arg(root)
        .args(["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/root", "LOGNAME=root", name])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare runs");
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let done = child.wait_with_output().expect("it ends");
    let text = |it: Vec<u8>| String::from_utf8_lossy(&it).into_owned();
    (done.status.code().unwrap_or(255) as u32, text(done.stdout), text(done.stderr))
}

fn shown(name: &str, words: &[String], stdin: &str) -> String {
    let stdin = if stdin.is_empty() { String::new() } else { format!(" <<< {stdin:?}") };
    format!("$ {name} {words:?}{stdin}")
}

fn told(call: &str, said: &(u32, String, String), tree: &str) -> String {
    undated(&format!("{call}\n{} {:?} {:?}\n{tree}", said.0, said.1, said.2))
}

/// Takes the time out of what tells when it was made.
fn undated(text: &str) -> String {
    let mut pieces = text.split("installed on ");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |before, after| format!("{before}installed on {}", after.get("Wed Nov 25 15:52:53 2026".len()..).unwrap_or_default()))
}

/// What the model says and leaves, call by call; where it does not know, or only has our word, it stops with the reason.
fn ours(case: &Case, family: &Family) -> (Vec<String>, Option<String>) {
    let (memory, mut steps) = (memory_of(case), Vec::new());
    for (name, words, stdin) in &case.calls {
        let call = Call { name, words, stdin: stdin.as_bytes(), cwd: "/", umask: 0o022 };
        let why = match machine_tools::run(&memory, &call) {
            Ok(it) if it.effect == Effect::Recorded => "recorded".to_owned(),
            Ok(it) if it.blind.is_some() => format!("blind: {}", it.blind.unwrap_or_default()),
            Ok(it) => {
                steps.push(told(&shown(name, words, stdin), &(it.status, it.stdout, it.stderr), &memory.told(family.watched)));
                continue;
            }
            Err(why) => format!("unmodelled: {why}"),
        };
        steps.push(format!("{}\n{why}\n", shown(name, words, stdin)));
        return (steps, Some(format!("{}: {why}", family.name)));
    }
    (steps, None)
}

#[test]
fn recorded() {
    for family in FAMILIES {
        let mut text = String::new();
        for seed in 1..=family.recorded {
            writeln!(text, "== {seed}\n{}", ours(&(family.make)(&mut Chance::of(seed)), family).0.concat()).expect("a string takes it");
        }
        let expect = fs::read_to_string(record_of(family)).expect("it is in the repository");
        for (ours, real) in text.split("== ").zip(expect.split("== ")) {
            assert_eq!(ours, real, "{}", family.name);
        }
        assert_eq!(text.len(), expect.len(), "{}", family.name);
    }
}

#[test]
#[ignore = "needs a Debian 12 root: MACHINE_ROOT"]
fn by_chance() {
    let root = std::env::var_os("MACHINE_ROOT").expect("MACHINE_ROOT names a Debian 12 root");
    let root = Path::new(&root);
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise);
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let only = std::env::var("MACHINE_FAMILY").unwrap_or_default();
    let mut failures = 0;
    for family in FAMILIES.iter().filter(|it| it.name.contains(&only)) {
        let (first, calls) = if update { (1, family.recorded) } else { (number("MACHINE_SEED", 1), number("MACHINE_CALLS", 1000)) };
        let (mut record, mut held, mut stopped) = (String::new(), 0, BTreeMap::<String, u32>::new());
        for seed in first..first + calls {
            let case = (family.make)(&mut Chance::of(seed));
            let (steps, why) = ours(&case, family);
            memory_of(&case).lay(root, family.watched);
            let mut text = String::new();
            let compared = steps.len() - usize::from(why.is_some());
            for (name, words, stdin) in &case.calls[..compared] {
                let said = real(root, name, words, stdin);
                let after = Memory::default();
                family.watched.iter().for_each(|it| after.take(root, it));
                text += &told(&shown(name, words, stdin), &said, &after.told(family.watched));
            }
            held += compared;
            if let Some(why) = why {
                *stopped.entry(why).or_default() += 1;
                text += &steps[compared];
            }
            if text != steps.concat() {
                failures += 1;
                if failures < 6 {
                    println!("== {} {seed}\n{}\n-- real\n{text}\n-- ours\n{}", family.name, memory_of(&case).told(&["/"]), steps.concat());
                }
            }
            writeln!(record, "== {seed}\n{text}").expect("a string takes it");
        }
        println!("{}: {held} calls held, {failures} cases differ so far; stopped:", family.name);
        let mut rows: Vec<_> = stopped.into_iter().collect();
        rows.sort_by_key(|it| std::cmp::Reverse(it.1));
        rows.iter().take(30).for_each(|it| println!("{:6} {}", it.1, it.0));
        if update && failures == 0 {
            fs::write(record_of(family), record).expect("the record");
        }
    }
    assert_eq!(failures, 0);
}
