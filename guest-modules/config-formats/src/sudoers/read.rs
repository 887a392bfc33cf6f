//! Goes through the main file and all that it includes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    line,
    parse::{self, Entry},
};
use crate::{Files, Problem};

/// Deepest include (sudoers, MAX_SUDOERS_DEPTH).
const MOST_DEPTH: usize = 128;

/// Most statements that are read: includes can multiply them.
const MOST_ENTRIES: usize = 20_000;

/// All statements and what is wrong with them.
#[derive(Debug, Default)]
pub struct Reading {
    /// The statements with file and line, in order.
    pub entries: Vec<(String, usize, Entry)>,
    /// What visudo would refuse.
    pub problems: Vec<Problem>,
    /// Files that were read.
    pub files: Vec<String>,
}

/// What visudo would refuse of a main file and all that it includes.
pub fn problems(files: &dyn Files, main: &str) -> Vec<Problem> {
    reading(files, main).unwrap_or_default().problems
}

/// Reads a main file and all that it includes; none where it is not there.
pub fn reading(files: &dyn Files, main: &str) -> Option<Reading> {
    let mut reading = Reading::default();
    file(files, main, &files.text(main)?, 0, &mut reading);
    let mut known: BTreeMap<(&str, String), ()> = BTreeMap::new();
    let mut twice = Vec::new();
    for (path, line, entry) in &reading.entries {
        let Entry::Alias(kind, aliases) = entry else { continue };
        for (name, _) in aliases {
            if known.insert((kind, name.clone()), ()).is_some() {
                twice.push(Problem { path: path.clone(), line: *line, message: format!("Alias \"{name}\" already defined") });
            }
        }
    }
    reading.problems.extend(twice);
    Some(reading)
}

fn file(files: &dyn Files, path: &str, text: &str, depth: usize, into: &mut Reading) {
    into.files.push(path.to_owned());
    for line in line::split(text) {
        let mut wrong = |message: String| into.problems.push(Problem { path: path.to_owned(), line: line.number, message });
        if line.unfinished {
            wrong("syntax error: the file ends behind a backslash".to_owned());
            continue;
        }
        match parse::read(&line.text) {
            Err(message) => wrong(message),
            Ok(_) if into.entries.len() >= MOST_ENTRIES => wrong(format!("more than {MOST_ENTRIES} statements")),
            Ok(Entry::Include(..)) if depth >= MOST_DEPTH => wrong("too many levels of includes".to_owned()),
            Ok(Entry::Include(word, folder)) => {
                let base = path.rsplit_once('/').map_or("", |it| it.0);
                let full = if word.starts_with('/') { word } else { format!("{base}/{word}") };
                let within = if folder { members(files, &full) } else { vec![full.clone()] };
                for it in within {
                    match files.text(&it) {
                        Some(text) => file(files, &it, &text, depth + 1, into),
                        None if folder || it.contains('%') => {}
                        None => into.problems.push(Problem { path: path.to_owned(), line: line.number, message: format!("{it}: no such file") }),
                    }
                }
            }
            Ok(entry) => into.entries.push((path.to_owned(), line.number, entry)),
        }
    }
}

/// Files of a folder that are read: no name with a dot or a `~` at its end.
fn members(files: &dyn Files, folder: &str) -> Vec<String> {
    let names: BTreeSet<String> = files.names(folder).into_iter().filter(|it| !it.contains('.') && !it.ends_with('~')).collect();
    names.into_iter().map(|it| format!("{folder}/{it}")).filter(|it| files.state(it).is_none_or(|it| !it.is_folder)).collect()
}
