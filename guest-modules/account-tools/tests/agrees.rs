//! The models beside the real tools: sequences of commands by chance on small account files.
//!
//! `recorded` stands alone: it does again what Debian 12's tools (passwd 1:4.13+dfsg1-1+deb12u2) were recorded to do. With
//! `ACCOUNTS_ROOT` naming a folder with a Debian 12 root that may be written to, and as root, `by_chance` (ignored otherwise) runs
//! the tools there with chroot(8); `ACCOUNTS_SEED` and `ACCOUNTS_COMMANDS` say where it begins and how long it goes on, and
//! `UPDATE_EXPECT=1` records anew.

mod agrees {
    pub mod chance;
    pub mod disk;
}

use agrees::{
    chance::{Chance, command, files},
    disk::{Disk, snapshot},
};
use std::{collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::Path, process::Stdio};

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agrees/recorded.txt");

/// How many sequences are recorded.
const RECORDED: u64 = 40;

fn real(root: &Path, name: &str, words: &[String], stdin: &str) -> account_tools::Said {
    let mut child = std::process::Command::new("chroot")
        .arg(root)
        .args(["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", name])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("chroot runs");
    // A tool that does not read is no fault.
    let _ = child.stdin.take().expect("it was asked for").write_all(stdin.as_bytes());
    let done = child.wait_with_output().expect("it ends");
    let text = |it: Vec<u8>| String::from_utf8_lossy(&it).into_owned();
    account_tools::Said { status: done.status.code().unwrap_or(255) as u32, stdout: text(done.stdout), stderr: text(done.stderr) }
}

fn line(name: &str, words: &[String], stdin: &str) -> String {
    let words: Vec<String> = words.iter().map(|it| if it.is_empty() || it.contains(' ') { format!("'{it}'") } else { it.clone() }).collect();
    format!("{name} {}{}", words.join(" "), if stdin.is_empty() { String::new() } else { format!(" <<< {stdin:?}") })
}

fn today() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("the clock is right").as_secs() as i64 / 86400
}

/// Puts the day of the run back to one day for all, so that records do not age.
fn timeless(text: &str, day: i64) -> String {
    text.replace(&format!(":{day}:"), ":DAY:")
}

#[test]
#[ignore = "needs a Debian 12 root: ACCOUNTS_ROOT"]
fn by_chance() {
    let root = std::env::var_os("ACCOUNTS_ROOT").expect("ACCOUNTS_ROOT names a Debian 12 root");
    let root = Path::new(&root);
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise);
    let (first, wanted) = (number("ACCOUNTS_SEED", 1), number("ACCOUNTS_COMMANDS", 3000));
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let (mut held, mut record, mut failures, mut seed) = (0, String::new(), 0, first);
    let (mut unmodelled, mut per): (BTreeMap<String, u32>, BTreeMap<String, u32>) = Default::default();
    while held < wanted || update && seed < first + RECORDED {
        let ours = tempfolder(seed);
        let mut chance = Chance::of(seed);
        let start = files(&mut chance);
        for place in [root, &ours] {
            start.lay(place);
        }
        let mut text = format!("== {seed}\n");
        for _ in 0..8 {
            let (name, words, stdin) = command(&mut chance);
            if asks_for_processes(&name, &words) {
                continue;
            }
            let before = snapshot(&ours);
            let day = today();
            let model = account_tools::run(&Disk::at(&ours, day), &name, &words, stdin.as_bytes());
            let shown = line(&name, &words, &stdin);
            let model = match model {
                Ok(it) => it,
                Err(why) => {
                    *unmodelled.entry(format!("{name}: {why}").chars().take(60).collect()).or_default() += 1;
                    // A lock that stays is all that an unmodelled command may leave.
                    if before.replace("/etc/.pwd.lock", "") != snapshot(&ours).replace("/etc/.pwd.lock", "") && !snapshot(&ours).contains("/etc/.pwd.lock") {
                        println!("seed {seed}: unmodelled but written: {shown}");
                        failures += 1;
                    }
                    if ours.join("etc/.pwd.lock").exists() && !root.join("etc/.pwd.lock").exists() {
                        fs::remove_file(ours.join("etc/.pwd.lock")).expect("it is there");
                    }
                    continue;
                }
            };
            let truth = real(root, &name, &words, &stdin);
            if today() != day {
                break;
            }
            let (mine, theirs) = (snapshot(&ours), snapshot(root));
            if model != truth || mine != theirs {
                failures += 1;
                println!("seed {seed}: {shown}\n  before:\n{before}\n  ours {model:?}\n  real {truth:?}");
                for (a, b) in mine.lines().zip(theirs.lines()).filter(|it| it.0 != it.1).take(6) {
                    println!("  ours {a}\n  real {b}");
                }
                if mine.lines().count() != theirs.lines().count() {
                    println!("  ours has {} paths, real {}", mine.lines().count(), theirs.lines().count());
                }
                break;
            }
            held += 1;
            *per.entry(name.clone()).or_default() += 1;
            writeln!(text, "$ {shown}\n= {} {:?} {:?}", truth.status, truth.stdout, truth.stderr).expect("a string takes it");
        }
        text.push_str(&timeless(&snapshot(root), today()));
        if seed < first + RECORDED {
            record.push_str(&text);
        }
        fs::remove_dir_all(&ours).expect("it was made here");
        seed += 1;
        if failures > 12 {
            break;
        }
    }
    println!("{held} commands held in {} sequences, {failures} differed\nby command: {per:?}\nunmodelled: {unmodelled:#?}", seed - first);
    assert_eq!(failures, 0, "commands differ from the real tools");
    if update {
        fs::write(RECORD, record).expect("the record is written");
    }
}

#[test]
fn recorded() {
    if std::process::Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout != b"0\n") {
        eprintln!("skipped: owners can be set by root only");
        return;
    }
    let record = fs::read_to_string(RECORD).expect("it is in the repository");
    let mut said = String::new();
    for seed in 1..=RECORDED {
        let ours = tempfolder(1000 + seed);
        let mut chance = Chance::of(seed);
        files(&mut chance).lay(&ours);
        writeln!(said, "== {seed}").expect("a string takes it");
        for _ in 0..8 {
            let (name, words, stdin) = command(&mut chance);
            if asks_for_processes(&name, &words) {
                continue;
            }
            let had_lock = ours.join("etc/.pwd.lock").exists();
            match account_tools::run(&Disk::at(&ours, 12_345), &name, &words, stdin.as_bytes()) {
                Ok(it) => writeln!(said, "$ {}\n= {} {:?} {:?}", line(&name, &words, &stdin), it.status, it.stdout, it.stderr).expect("a string takes it"),
                Err(_) if !had_lock => drop(fs::remove_file(ours.join("etc/.pwd.lock"))),
                Err(_) => {}
            }
        }
        said.push_str(&timeless(&snapshot(&ours), 12_345));
        fs::remove_dir_all(&ours).expect("it was made here");
    }
    for (number, (mine, theirs)) in said.lines().zip(record.lines()).enumerate() {
        assert_eq!(mine, theirs, "line {} of the record", number + 1);
    }
    assert_eq!(said.lines().count(), record.lines().count());
}

/// A root to compare with has no processes, and a machine has root's: what userdel says then is recorded below.
fn asks_for_processes(name: &str, words: &[String]) -> bool {
    name == "userdel" && words.iter().any(|it| it == "root")
}

/// userdel 4.13 on a machine that runs.
#[test]
fn root_runs_processes() {
    let ours = tempfolder(1);
    files(&mut Chance::of(1)).lay(&ours);
    let said = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        account_tools::run(&Disk::at(&ours, 12_345), "userdel", &words, b"").expect("it is modelled")
    };
    let busy = "userdel: user root is currently used by process 1\n";
    assert_eq!(said(&["root"]), account_tools::Said { status: 8, stdout: String::new(), stderr: busy.to_owned() });
    let forced = said(&["-f", "root"]);
    assert!(forced.status == 0 && forced.stderr.starts_with(busy), "{forced:?}");
    assert!(!fs::read_to_string(ours.join("etc/passwd")).expect("it was laid").contains("root:"));
    fs::remove_dir_all(&ours).expect("it was made here");
}

fn tempfolder(seed: u64) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("account-tools-{}-{seed}", std::process::id()));
    fs::create_dir_all(&path).expect("a folder is made");
    path
}
