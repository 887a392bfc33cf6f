//! What the program says about itself: help, codes, health.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::machine::run;

#[test]
fn the_help_of_every_command_has_an_example() {
    let (status, out, _) = run(&["--help"]);
    assert_eq!(status, 0);
    let commands: Vec<&str> = out
        .split("Commands:\n")
        .nth(1)
        .expect("commands are listed")
        .lines()
        .take_while(|it| it.starts_with("  "))
        .filter_map(|it| it.strip_prefix("  ")?.split(' ').next())
        .filter(|it| !it.is_empty() && *it != "help")
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    assert!(out.contains("Example"), "{out}");
    for command in commands {
        let (status, out, _) = run(&[command, "--help"]);
        assert_eq!(status, 0, "{command}");
        assert!(out.contains("Example"), "{command}: {out}");
        // Every option and argument says what it is for, beside it or in the line below.
        let lines: Vec<&str> = out.lines().collect();
        let silent = |it: &&[&str]| it[0].trim_start().starts_with("--") && it[0].trim().split("  ").count() < 2 && it[1].trim().is_empty();
        assert!(!lines.windows(2).any(|it| silent(&it)), "{command}: {out}");
    }
}

#[test]
fn a_code_is_explained_and_an_unknown_one_has_neighbours() {
    let (status, out, _) = run(&["explain", "newline-glue"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("newline-glue  (note)\n") && out.contains("Why it counts: ") && out.contains("What to do: "), "{out}");
    let (status, out, _) = run(&["explain"]);
    assert_eq!((status, out.lines().any(|it| it.starts_with("  fuel "))), (0, true));
    let (status, out, err) = run(&["explain", "newline-glu\u{1b}[31m"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("the nearest are newline-glue") && err.contains("Hint: `invitro explain`") && !err.contains('\u{1b}'), "{err}");
}

fn doctor(cache: &Path, words: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_invitro")).arg("doctor").args(words).env("INVITRO_CACHE", cache).output().expect("the program starts");
    (done.status.code().expect("an exit status"), String::from_utf8(done.stdout).expect("UTF-8"))
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    // The shared cache is warm, so nothing is compiled here but what another test would compile too.
    let (status, out, _) = run(&["doctor", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, report["healthy"].as_bool()), (0, Some(true)), "{out}");
    let names: Vec<_> = report["checks"].as_array().expect("checks").iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(["engine", "cache", "interpreter bash", "policy", "terminal"].iter().all(|it| names.contains(it)), "{names:?}");

    let scratch = tempfile::tempdir().expect("a scratch folder");
    let policy = scratch.path().join("policy.toml");
    fs::write(&policy, "removals = -1\nnothing = 1\n").expect("a file can be written");
    let (status, out, _) = run(&["doctor", "--policy", &policy.display().to_string()]);
    assert_eq!(status, 1);
    assert!(out.contains("no  policy") && out.contains(":1:12:") && out.contains(":2:1:") && out.contains("Hint: "), "{out}");
}

#[test]
fn the_doctor_refuses_a_cache_that_others_can_write_to() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o777)).expect("a mode can be set");
    let (status, out) = doctor(scratch.path(), &[]);
    assert_eq!(status, 1);
    assert!(out.contains("no  cache") && out.contains("writable by nobody else"), "{out}");
}
