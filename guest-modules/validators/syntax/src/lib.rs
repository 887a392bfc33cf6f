//! Says when a change breaks a file: its reader accepted it before (or it was not there), and refuses it now. A file that was broken
//! before is told too, as a warning. Daemons' files are read with all that they include.

mod kind;
mod language;

use std::collections::BTreeSet;

use config_formats::{Files, Problem, State, sshd, sudoers};
use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, FileType, Finding, Note, NoteLevel, Remediation},
    },
};

struct Syntax;

/// Most bytes of a text that is looked into.
const MOST_BYTES: usize = 4 << 20;

/// Most notes on one file.
const MOST_NOTES: usize = 10;

struct Target<'a>(&'a Tree);

impl Files for Target<'_> {
    /// Bytes that are no text stand as such: a daemon reads them too.
    fn text(&self, path: &str) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.0.read(path.as_bytes(), bytes.len() as u64, 1 << 20).ok()?;
            if piece.is_empty() {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            bytes.extend(piece);
            if bytes.len() > MOST_BYTES {
                return None;
            }
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        while let Ok(page) = self.0.list(folder.as_bytes(), cursor) {
            names.extend(page.entries.into_iter().filter_map(|it| String::from_utf8(it.name).ok()));
            match page.next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        names.sort();
        names
    }

    fn state(&self, path: &str) -> Option<State> {
        let it = self.0.stat(path.as_bytes(), true).ok()?;
        Some(State { mode: it.mode, uid: it.uid, gid: it.gid, is_folder: it.type_ == FileType::Directory })
    }
}

impl Guest for Syntax {
    fn check(_: Finding, _: &Tree) -> Result<Standing, ValidateError> {
        Ok(Standing::Unknown("syntax judges changes, not findings".to_owned()))
    }

    fn review(
        _: Option<Finding>,
        _: Option<Remediation>,
        before: &Tree,
        after: &Tree,
        changes: Vec<Change>,
        _: Vec<Effect>,
    ) -> Result<Vec<Note>, ValidateError> {
        validator::log_panics();
        let (before, after) = (Target(before), Target(after));
        let changed: Vec<String> = changes.iter().filter_map(|it| String::from_utf8(it.path.clone()).ok()).collect();
        let mut notes = Vec::new();
        daemon("sshd", &before, &after, &changed, &mut notes);
        daemon("sudo", &before, &after, &changed, &mut notes);
        for change in changes.iter().filter(|it| it.after.as_ref().is_some_and(|it| it.type_ == FileType::Regular)) {
            if let Ok(path) = std::str::from_utf8(&change.path) {
                alone(path, &before, &after, &mut notes);
            }
        }
        notes.truncate(1000);
        Ok(notes)
    }
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
    if touched {
        tell(name, had.as_ref().map_or(&[], |it| &it.0), whole.as_ref().map_or(&[], |it| &it.0), notes);
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
    let Some(kind) = kind::of(path, &text) else { return };
    let problems = |text: &str| -> Vec<Problem> {
        language::wrong(kind, text).into_iter().map(|(line, message)| Problem { path: path.to_owned(), line, message }).collect()
    };
    let had = before.text(path).map(|it| problems(&it)).unwrap_or_default();
    tell(kind.word(), &had, &problems(&text), notes);
}

/// A note for each problem: an error where there was none before.
fn tell(what: &str, before: &[Problem], after: &[Problem], notes: &mut Vec<Note>) {
    let level = if before.is_empty() { NoteLevel::Error } else { NoteLevel::Warning };
    for it in after.iter().take(MOST_NOTES) {
        let again = if before.is_empty() { String::new() } else { " (it was broken before)".to_owned() };
        notes.push(Note {
            code: "syntax-broken".to_owned(),
            level,
            path: Some(it.path.clone().into_bytes()),
            line: u32::try_from(it.line).ok(),
            message: format!("line {} of {} can't be read as {what}: {}{again}", it.line, it.path, it.message),
        });
    }
}

validator::export!(Syntax with_types_in invitro_sdk::validator);
