//! Says when a change breaks a file: its reader accepted it before (or it was not there), and refuses it now. A file that was broken
//! before is told too, as a warning. Daemons' files are read with all that they include.

mod kind;
mod language;

use std::collections::BTreeSet;

use config_formats::{Files, Problem, sshd, sudoers};
use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, FileType, Finding, Note, NoteLevel, Remediation},
    },
};

use kind::Kind;
use tree_support::validator::Target;

struct Syntax;

/// Most bytes of a text that is looked into.
const MOST_BYTES: usize = 4 << 20;

/// Most notes on one file.
const MOST_NOTES: usize = 10;

impl Guest for Syntax {
    fn check(_: Finding, _: &Tree) -> Result<Standing, ValidateError> {
        Ok(Standing::Unknown("syntax judges changes, not findings".to_owned()))
    }

    fn review(_: Option<Finding>, _: Option<Remediation>, before: &Tree, after: &Tree, changes: Vec<Change>, _: Vec<Effect>) -> Result<Vec<Note>, ValidateError> {
        validator::log_panics();
        let (before, after) = (Target::within(before, MOST_BYTES), Target::within(after, MOST_BYTES));
        let changed: Vec<String> = changes.iter().filter_map(|it| String::from_utf8(it.path.clone()).ok()).collect();
        let mut notes = Vec::new();
        daemon("sshd", &before, &after, &changed, &mut notes);
        daemon("sudo", &before, &after, &changed, &mut notes);
        for change in changes.iter().filter(|it| it.after.as_ref().is_some_and(|it| it.type_ == FileType::Regular)) {
            if let Ok(path) = std::str::from_utf8(&change.path) {
                alone(path, &before, &after, &mut notes);
            }
        }
        // An essential file may be a link: then it is another path that changed.
        for path in kind::ESSENTIAL.iter().filter(|it| is_link(after.tree, it) && before.text(it) != after.text(it)) {
            alone(path, &before, &after, &mut notes);
        }
        // What is left out must not be what counts.
        notes.sort_by_key(|it| it.level != NoteLevel::Error);
        notes.truncate(1000);
        Ok(notes)
    }
}

fn is_link(tree: &Tree, path: &str) -> bool {
    tree.stat(path.as_bytes(), false).is_ok_and(|it| it.type_ == FileType::Symlink)
}

/// Problems of a daemon's configuration, and its files.
fn read(name: &str, files: &Target<'_>, main: &str) -> Option<(Vec<Problem>, Vec<String>)> {
    match name {
        "sshd" => sshd::reading(files, main).map(|it| (it.problems, it.files)),
        _ => sudoers::reading(files, main).map(|it| (it.problems, it.files)),
    }
}

/// The configuration as a whole, where one of its files changed; a changed drop-in that no main file reads, on its own.
fn daemon(name: &'static str, before: &Target<'_>, after: &Target<'_>, changed: &[String], notes: &mut Vec<Note>) {
    let (main, drop_ins, suffix) = if name == "sshd" { (sshd::MAIN, "/etc/ssh/sshd_config.d/", ".conf") } else { (sudoers::MAIN, "/etc/sudoers.d/", "") };
    let whole = read(name, after, main);
    let had = read(name, before, main);
    let known: BTreeSet<&String> = whole.iter().chain(&had).flat_map(|it| &it.1).collect();
    // An included file may have appeared or gone: then it is the main file that is broken.
    let touched = changed.iter().any(|it| known.contains(it) || it.starts_with(drop_ins));
    let problems = |of: &Option<(Vec<Problem>, Vec<String>)>| of.as_ref().map(|it| it.0.clone()).unwrap_or_default();
    let mut now = problems(&whole);
    if had.is_some() && whole.is_none() {
        now.push(Problem { path: main.to_owned(), line: 1, message: "it is not there any more, or is too long".to_owned() });
    }
    // A link can lead to files elsewhere: what is read differs then, though no path of the daemon changed.
    if touched || now != problems(&had) {
        tell(name, &problems(&had), &now, notes);
    }
    let unread = |it: &&String| it.starts_with(drop_ins) && it.ends_with(suffix) && !it[drop_ins.len()..].contains('/') && !known.contains(it);
    let skipped = |it: &&String| name == "sudo" && (it[drop_ins.len()..].contains('.') || it.ends_with('~'));
    for path in changed.iter().filter(unread).filter(|it| !skipped(it)) {
        let problems = |of: &Target<'_>| read(name, of, path).map(|it| it.0).unwrap_or_default();
        tell(name, &problems(before), &problems(after), notes);
    }
}

fn alone(path: &str, before: &Target<'_>, after: &Target<'_>, notes: &mut Vec<Note>) {
    let Some(text) = after.text(path) else { return };
    let was = before.text(path);
    // What the file was decides: a comment must not make it a template, nor a missing first line something else.
    let Some(kind) = was.as_deref().and_then(|it| kind::of(path, it)).or_else(|| kind::of(path, &text)) else { return };
    let problems = |text: &str| -> Vec<Problem> {
        language::wrong(kind, text).into_iter().map(|(line, message)| Problem { path: path.to_owned(), line, message }).collect()
    };
    let had = was.map(|it| problems(&it)).unwrap_or_default();
    tell(kind.word(), &had, &problems(&text), notes);
}

/// A note for each problem: an error where it is a new one. In languages whose readers stop at the first problem, one that was there
/// hides the others.
fn tell(what: &str, before: &[Problem], after: &[Problem], notes: &mut Vec<Note>) {
    let was_there = |it: &&Problem| before.iter().any(|had| (&had.path, &had.message) == (&it.path, &it.message));
    let (old, new): (Vec<&Problem>, Vec<&Problem>) = after.iter().partition(was_there);
    let first_only = [Kind::Json, Kind::Yaml, Kind::Toml, Kind::Shell].iter().any(|it| it.word() == what);
    let moved = first_only && !before.is_empty();
    for (it, is_new) in new.iter().map(|it| (it, !moved)).chain(old.iter().map(|it| (it, false))).take(MOST_NOTES) {
        let again = if is_new { "" } else { " (it was broken before)" };
        notes.push(Note {
            code: "syntax-broken".to_owned(),
            level: if is_new { NoteLevel::Error } else { NoteLevel::Warning },
            path: Some(it.path.clone().into_bytes()),
            line: u32::try_from(it.line).ok(),
            message: format!("line {} of {} can't be read as {what}: {}{again}", it.line, it.path, it.message),
        });
    }
}

validator::export!(Syntax with_types_in invitro_sdk::validator);
