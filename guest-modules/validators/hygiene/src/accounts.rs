//! Remarks on accounts: unlocked, emptied, raised.

use std::collections::BTreeMap;

use invitro_sdk::validator::invitro::remediation::types::{Note, NoteLevel};

use crate::View;

fn rows(text: &str) -> BTreeMap<&str, Vec<&str>> {
    text.lines().filter_map(|line| Some((line.split(':').next()?, line.split(':').collect()))).filter(|it: &(&str, Vec<&str>)| it.1.len() > 1).collect()
}

fn is_login(shell: &str) -> bool {
    !shell.is_empty()
        && !shell.ends_with("/nologin")
        && !shell.ends_with("/false")
        && !shell.ends_with("/sync")
        && !shell.ends_with("/shutdown")
        && !shell.ends_with("/halt")
}

pub(crate) fn review(view: &View<'_>, notes: &mut Vec<Note>) {
    let (Some(before), Some(after)) = (view.before.as_deref(), view.after.as_deref()) else { return };
    match view.path.as_str() {
        "/etc/shadow" => shadow(view, &rows(before), &rows(after), notes),
        "/etc/passwd" => passwd(view, &rows(before), &rows(after), notes),
        _ => {}
    }
}

fn shadow(view: &View<'_>, before: &BTreeMap<&str, Vec<&str>>, after: &BTreeMap<&str, Vec<&str>>, notes: &mut Vec<Note>) {
    for (name, row) in after {
        let is = row.get(1).copied().unwrap_or_default();
        let was = before.get(name).and_then(|it| it.get(1)).copied();
        let locked = |it: &str| it.starts_with(['!', '*']);
        if is.is_empty() && was != Some("") {
            notes.push(view.note("account-emptied", NoteLevel::Error, None, format!("{name} has no password now")));
        } else if was.is_some_and(locked) && !locked(is) {
            notes.push(view.note("account-unlocked", NoteLevel::Error, None, format!("{name} was locked and is not any more")));
        }
    }
}

fn passwd(view: &View<'_>, before: &BTreeMap<&str, Vec<&str>>, after: &BTreeMap<&str, Vec<&str>>, notes: &mut Vec<Note>) {
    for (name, row) in after {
        let field = |of: Option<&Vec<&str>>, at: usize| of.and_then(|it| it.get(at)).map(|it| (*it).to_owned()).unwrap_or_default();
        let had = before.get(name);
        if field(Some(row), 2) == "0" && *name != "root" && field(had, 2) != "0" {
            notes.push(view.note("second-root", NoteLevel::Error, None, format!("{name} has uid 0 now")));
        }
        if field(Some(row), 1).is_empty() && had.is_some_and(|it| !it[1].is_empty()) {
            notes.push(view.note("account-emptied", NoteLevel::Error, None, format!("{name} has no password now")));
        }
        if had.is_some() && !is_login(&field(had, 6)) && is_login(&field(Some(row), 6)) {
            notes.push(view.note("account-unlocked", NoteLevel::Error, None, format!("{name} has a login shell now")));
        }
    }
}
