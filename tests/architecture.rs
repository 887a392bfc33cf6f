//! The `pub mod` lines of `src/lib.rs` stand in reading order, heavy crates have one home, and every file says what it is for.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A crate, as it is written in a path, and the one room that may name it.
const FENCES: [(&str, &str); 6] =
    [("wasmtime::", "guest"), ("similar::", "diff"), ("clap::", "cli"), ("sqlx::", "store"), ("reqwest::", "integration"), ("lettre::", "integration")];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder").map(|it| it.expect("a readable entry").path());
    let all = entries.flat_map(|it| if it.is_dir() { files(&it) } else { vec![it] });
    all.filter(|it| it.extension().is_some_and(|it| it == "rs")).collect()
}

/// The room of each source file, and its lines of code with the line numbers.
fn sources() -> Vec<(PathBuf, String, String)> {
    files(&src())
        .into_iter()
        .map(|file| {
            let at = file.strip_prefix(src()).expect("the file is under src").to_path_buf();
            let room = at.iter().next().and_then(|it| it.to_str()).expect("a UTF-8 name").trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&file).expect("a readable file");
            (at, room, text)
        })
        .collect()
}

fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let lib = fs::read_to_string(src().join("lib.rs")).expect("src/lib.rs is readable");
    let rooms = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let floor: BTreeMap<&str, usize> = rooms.enumerate().map(|(floor, room)| (room, floor)).collect();
    let mut upward = Vec::new();
    for (at, room, text) in sources() {
        let Some(mine) = floor.get(room.as_str()) else { continue };
        for (number, line) in text.lines().enumerate() {
            for used in code(line).split("crate::").skip(1).flat_map(named) {
                if floor.get(used.as_str()).is_some_and(|theirs| mine < theirs) {
                    upward.push(format!("{}:{}: `{room}` uses `{used}`, declared below it", at.display(), number + 1));
                }
            }
        }
    }
    assert!(floor.len() > 3, "the rooms were found");
    assert!(upward.is_empty(), "\n{}\n", upward.join("\n"));
}

/// The first word of a path after `crate::`, or of each path in its braces.
fn named(rest: &str) -> Vec<String> {
    let word = |it: &str| it.trim().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect::<String>();
    match rest.strip_prefix('{') {
        None => vec![word(rest)],
        Some(group) => group.split(',').map(word).collect(),
    }
}

#[test]
fn heavy_crates_have_one_home() {
    let mut strays = Vec::new();
    for (at, room, text) in sources() {
        for (name, home) in FENCES {
            if room != home && text.lines().any(|line| code(line).contains(name)) {
                strays.push(format!("{}: names `{name}`, which belongs to `{home}`", at.display()));
            }
        }
    }
    assert!(strays.is_empty(), "\n{}\n", strays.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources().into_iter().filter(|(_, _, text)| !text.starts_with("//!")).map(|(at, ..)| at).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// Guests whose task is findings: rules are told by their names there. They never see a script, so nothing in them can be made for one.
const OF_FINDINGS: [&str; 3] = ["config-formats", "generators", "validators"];

/// Words of corpora: a guest that has one of them may know whose script it runs.
const CORPORA: [&str; 5] = ["xccdf", "ssgproject", "content_rule", "content_value", "scap"];

/// How names of rules begin, in the catalogues that scripts of corpora are named after.
const RULES: [&str; 18] = [
    "account_",
    "accounts_",
    "audit_rules_",
    "chronyd_",
    "dconf_",
    "file_groupowner_",
    "file_owner_",
    "file_permissions_",
    "grub2_",
    "kernel_module_",
    "mount_option_",
    "no_empty_",
    "package_",
    "rsyslog_",
    "service_",
    "sshd_",
    "sysctl_",
    "var_",
];

/// Names of other things that begin as those of rules do: Debian's sshd does not start where this file is; an option of bash.
const OTHERS: [&str; 2] = ["sshd_not_to_be_run", "no_empty_cmd_completion"];

/// What in a line of a guest could tell it which script it runs: words of corpora, names of rules in quotes, and names of cases.
fn marks(line: &str, cases: &[String], of_findings: bool) -> Vec<String> {
    let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
    let words: Vec<&str> = line.split(|it| !is_part(it)).filter(|it| !it.is_empty()).collect();
    let mut found: Vec<String> = words.iter().filter(|it| cases.iter().any(|case| case == *it)).map(|it| (*it).to_owned()).collect();
    if !of_findings {
        let lower = line.to_lowercase();
        let is_whole = |at: usize, mark: &str| {
            let (before, after) = (lower[..at].chars().next_back(), lower[at + mark.len()..].chars().next());
            // `scap` is a part of honest words (`escape`).
            mark != "scap" || !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
        };
        found.extend(CORPORA.iter().filter(|mark| lower.match_indices(**mark).any(|it| is_whole(it.0, mark))).map(|it| (*it).to_owned()));
        // In quotes only: Rust's own names look the same.
        let quoted = line.split('"').skip(1).step_by(2).flat_map(|it| it.split(|it| !is_part(it)));
        let is_rule = |it: &&str| RULES.iter().any(|rule| it.strip_prefix(rule).is_some_and(|rest| rest.contains('_'))) && !OTHERS.contains(it);
        found.extend(quoted.filter(is_rule).map(str::to_owned));
    }
    found
}

#[test]
fn no_guest_knows_whose_script_it_runs() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = |at: &Path| fs::read_dir(at).expect("a readable folder").map(|it| it.expect("a readable entry").path()).filter(|it| it.is_dir());
    let name = |it: PathBuf| it.file_name().expect("a name").to_string_lossy().into_owned();
    // Names of one word are words of English too.
    let cases: Vec<String> = folders(&project.join("tests/cases")).map(name).filter(|it| it.contains('-')).collect();
    let guests = project.join("guest-modules");
    let (mut seen, mut knows) = (0, Vec::new());
    for folder in folders(&guests).filter(|it| !it.ends_with("target")) {
        let of_findings = OF_FINDINGS.iter().any(|it| folder.ends_with(it));
        for file in files(&folder).into_iter().filter(|it| it.iter().any(|it| it == "src")) {
            seen += 1;
            for (number, line) in fs::read_to_string(&file).expect("a readable file").lines().enumerate() {
                let at = file.strip_prefix(&guests).expect("the file is a guest's").display();
                knows.extend(marks(line, &cases, of_findings).into_iter().map(|it| format!("{at}:{}: `{it}`", number + 1)));
            }
        }
    }
    assert!(seen > 100 && cases.len() > 100, "the guests and the cases were found: {seen} files, {} cases", cases.len());
    assert!(knows.is_empty(), "\n{}\n", knows.join("\n"));
}

#[test]
fn a_guest_that_knows_whose_script_it_runs_is_found() {
    let cases = ["bad-mode-777".to_owned()];
    let of = |line: &str| marks(line, &cases, false).join(" ");
    assert_eq!(of(r#"if text.contains("xccdf_org.ssgproject.content_rule_sshd_set_keepalive") {"#), "xccdf ssgproject content_rule");
    assert_eq!(of(r#"    "sshd_disable_root_login" => shortcut(),"#), "sshd_disable_root_login");
    assert_eq!(of(r#"    "file_permissions_etc_passwd" | "x" => shortcut(),"#), "file_permissions_etc_passwd");
    assert_eq!(of("// SCAP content does this."), "scap");
    assert_eq!(of(r#"if name == "bad-mode-777" {"#), "bad-mode-777");
    assert_eq!(of(r#"let escaped = landscape(service_of_a_unit, "sshd_config", "var_log");"#), "", "honest words");
    assert_eq!(marks(r#""sshd_disable_root_login" => 1, // bad-mode-777"#, &cases, true), ["bad-mode-777"], "a finding may be told by its rule");
}
