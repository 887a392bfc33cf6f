//! A plan as a patch in git's extended form (git-diff(1), "Generating patch text with -p"): `git apply` and `git am` take it.

use super::lost::{git_mode, no_secret, to_git};
use crate::{
    apply::{Error, Plan, Planned},
    diff::{self, FileState},
    tree::FileType,
};

/// A patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Its text.
    pub text: String,
    /// What it can't hold, in words.
    pub lost: Vec<String>,
}

/// Returns a plan as a patch. What moves is shown as removed and made. Secrets, and what is no text, are refused.
pub fn patch(plan: &Plan) -> Result<Patch, Error> {
    let mut text = String::new();
    for it in &plan.changes {
        text.push_str(&one(plan, it)?);
    }
    Ok(Patch { text, lost: to_git(plan) })
}

fn one(plan: &Plan, it: &Planned) -> Result<String, Error> {
    let (was, is) = (side(plan, &it.before)?, side(plan, &it.after)?);
    let contents: Vec<&[u8]> = [&was, &is].into_iter().flatten().map(|it| it.1.as_slice()).collect();
    if !contents.is_empty() {
        no_secret(it, &contents, "a patch")?;
    }
    let kind = |it: &Option<(&'static str, Vec<u8>)>| it.as_ref().map(|it| &it.0[..3]);
    match (&was, &is) {
        (None, None) => Ok(String::new()),
        // Git shows what becomes of another kind as removed and made.
        (Some(_), Some(_)) if kind(&was) != kind(&is) => Ok(between(it, was, None)? + &between(it, None, is)?),
        _ => between(it, was, is),
    }
}

/// Mode and content of a side, so far as git holds it.
fn side(plan: &Plan, state: &Option<FileState>) -> Result<Option<(&'static str, Vec<u8>)>, Error> {
    let Some((state, mode)) = state.as_ref().and_then(|it| Some((it, git_mode(it)?))) else { return Ok(None) };
    let content = match state.kind {
        FileType::Symlink => state.target.clone().unwrap_or_default(),
        _ => plan.content_of(state)?,
    };
    Ok(Some((mode, content)))
}

fn between(it: &Planned, was: Option<(&'static str, Vec<u8>)>, is: Option<(&'static str, Vec<u8>)>) -> Result<String, Error> {
    let (a, b) = (quoted("a", &it.path), quoted("b", &it.path));
    let mut out = String::new();
    match (&was, &is) {
        (None, Some((mode, _))) => out.extend(["new file mode ", *mode, "\n"]),
        (Some((mode, _)), None) => out.extend(["deleted file mode ", *mode, "\n"]),
        (Some((was, _)), Some((is, _))) if was != is => out.extend(["old mode ", *was, "\nnew mode ", *is, "\n"]),
        _ => {}
    }
    let content = |it: &Option<(&str, Vec<u8>)>| it.as_ref().map(|it| it.1.clone()).unwrap_or_default();
    let hunks = diff::unified(&content(&was), &content(&is)).ok_or_else(|| Error::Unfit {
        path: it.path.clone(),
        what: "it is no text, or too long for a patch; export a branch, a bundle or a playbook".into(),
    })?;
    if !hunks.is_empty() {
        let or_null = |there: bool, name: &str| if there { name.to_owned() } else { "/dev/null".to_owned() };
        out += &["--- ", &or_null(was.is_some(), &a), "\n+++ ", &or_null(is.is_some(), &b), "\n", &hunks].concat();
    }
    if out.is_empty() { Ok(out) } else { Ok(format!("diff --git {a} {b}\n{out}")) }
}

/// A name as git writes it: in quotes and with escapes where it has odd bytes (git-config(1), core.quotePath).
fn quoted(side: &str, path: &[u8]) -> String {
    let path = [side.as_bytes(), path].concat();
    if path.iter().all(|it| matches!(it, b' '..=b'~') && *it != b'"' && *it != b'\\') {
        return String::from_utf8_lossy(&path).into_owned();
    }
    let mut out = String::from("\"");
    for byte in path {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.extend(format!("\\{byte:03o}").chars()),
        }
    }
    out.push('"');
    out
}
