//! The `pub mod` lines of `src/lib.rs` stand in reading order, heavy crates have one home, and every file says what it is for.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A crate, as it is written in a path, and the one room that may name it.
const FENCES: [(&str, &str); 3] = [("wasmtime::", "guest"), ("similar::", "diff"), ("clap::", "cli")];

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
