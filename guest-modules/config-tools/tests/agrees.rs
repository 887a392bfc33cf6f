//! The models beside the real tools, on files and calls by chance.
//!
//! `recorded` stands alone: it does again what Debian 12's tools (dconf-cli 0.40.0-4 with GLib 2.74.6) were recorded to do. With
//! `CONFIG_ROOT` naming a folder with a Debian 12 root that has them and may be written to, and as root, `by_chance` (ignored
//! otherwise) runs the tools there with chroot(8); `CONFIG_SEED` and `CONFIG_CALLS` say where it begins and how long it goes on, and
//! `UPDATE_EXPECT=1` records anew.

mod agrees {
    pub mod chance;
    pub mod disk;
    pub mod settings;

    /// Files, what is called on them, and the folder that is looked at afterwards.
    pub struct Case {
        /// Path and text.
        pub files: Vec<(String, String)>,
        /// Name and words.
        pub calls: Vec<(String, Vec<String>)>,
        /// The folder.
        pub watched: &'static str,
    }
}

use agrees::{Case, chance::Chance, disk::Disk, disk::snapshot, settings};
use config_tools::Said;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agrees/recorded.txt");

/// How many cases of each family are recorded.
const RECORDED: u64 = 60;

type Family = (&'static str, fn(&mut Chance) -> Case);
const FAMILIES: [Family; 1] = [("dconf", settings::case)];

fn lay(case: &Case, root: &Path) {
    let _ = fs::remove_dir_all(root.join(case.watched));
    fs::create_dir_all(root.join(case.watched)).expect("a folder");
    for (path, text) in &case.files {
        let place = root.join(path.trim_start_matches('/'));
        fs::create_dir_all(place.parent().expect("it is below")).expect("a folder");
        fs::write(place, text).expect("a file");
    }
}

fn real(root: &Path, name: &str, words: &[String]) -> Said {
    let done = std::process::Command::new("chroot")
        .arg(root)
        .args(["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", name])
        .args(words)
        .output()
        .expect("chroot runs");
    let text = |it: Vec<u8>| String::from_utf8_lossy(&it).into_owned();
    Said { status: done.status.code().unwrap_or(255) as u32, stdout: text(done.stdout), stderr: text(done.stderr) }
}

/// What was said and what stands there, as text.
fn told(call: &str, said: &Said, tree: &str) -> String {
    format!("$ {call}\n{} {:?} {:?}\n{tree}", said.status, said.stdout, said.stderr)
}

/// Runs the model over a case: what it says, and whether it came to the end.
fn ours(case: &Case, root: &Path, family: &str) -> (String, Option<String>) {
    lay(case, root);
    let mut text = String::new();
    for (name, words) in &case.calls {
        let call = format!("{name} {}", words.join(" "));
        let disk = Disk(root.to_owned(), std::cell::RefCell::default());
        let answer = config_tools::run(&disk, name, words);
        match disk.1.take().map_or(answer, Err) {
            Ok(it) => text += &told(&call, &it, &snapshot(root, case.watched)),
            Err(why) => return (text + &format!("$ {call}\nunmodelled\n"), Some(format!("{family}: {why}"))),
        }
    }
    (text, None)
}

fn place(name: &str) -> std::path::PathBuf {
    let it = std::env::temp_dir().join(format!("config-tools-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&it);
    fs::create_dir_all(&it).expect("a folder");
    it
}

#[test]
fn recorded() {
    let root = place("recorded");
    let mut text = String::new();
    for (family, case) in FAMILIES {
        for seed in 1..=RECORDED {
            writeln!(text, "== {family} {seed}\n{}", ours(&case(&mut Chance::of(seed)), &root, family).0).expect("a string takes it");
        }
    }
    let _ = fs::remove_dir_all(root);
    let expect = fs::read_to_string(RECORD).expect("it is in the repository");
    for (ours, real) in text.split("== ").zip(expect.split("== ")) {
        assert_eq!(ours, real);
    }
    assert_eq!(text.len(), expect.len());
}

#[test]
#[ignore = "needs a Debian 12 root: CONFIG_ROOT"]
fn by_chance() {
    let root = std::env::var_os("CONFIG_ROOT").expect("CONFIG_ROOT names a Debian 12 root");
    let root = Path::new(&root);
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise);
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let (first, calls) = if update { (1, RECORDED) } else { (number("CONFIG_SEED", 1), number("CONFIG_CALLS", 1000)) };
    let only = std::env::var("CONFIG_FAMILY").unwrap_or_default();
    let here = place("by-chance");
    let (mut record, mut failures, mut held, mut unmodelled) = (String::new(), 0, 0, BTreeMap::<String, u32>::new());
    for (family, make) in FAMILIES.iter().filter(|it| it.0.contains(&only)) {
        for seed in first..first + calls {
            let case = make(&mut Chance::of(seed));
            let (model, why) = ours(&case, &here, family);
            lay(&case, root);
            let mut text = String::new();
            for (name, words) in &case.calls {
                let call = format!("{name} {}", words.join(" "));
                if model.contains(&format!("$ {call}\nunmodelled\n")) && model.starts_with(&text) && model[text.len()..].starts_with(&format!("$ {call}\nunmodelled")) {
                    text += &format!("$ {call}\nunmodelled\n");
                    break;
                }
                let it = real(root, name, words);
                text += &told(&call, &it, &snapshot(root, case.watched));
            }
            match why {
                Some(why) => *unmodelled.entry(why.split_once(" in /").map_or(why.clone(), |it| it.0.to_owned())).or_default() += 1,
                None => held += 1,
            }
            if text != model {
                failures += 1;
                if failures < 4 {
                    println!("== {family} {seed}\n{:#?}\n-- real\n{text}\n-- ours\n{model}", case.files);
                }
            }
            writeln!(record, "== {family} {seed}\n{text}").expect("a string takes it");
        }
    }
    let _ = fs::remove_dir_all(here);
    println!("held {held}, differ {failures}; unmodelled:");
    let mut rows: Vec<_> = unmodelled.into_iter().collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.1));
    rows.iter().take(40).for_each(|it| println!("{:6} {}", it.1, it.0));
    assert_eq!(failures, 0);
    if update {
        fs::write(RECORD, record).expect("the record");
    }
}
