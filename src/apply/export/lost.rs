//! What git's forms can't hold of a plan, and what must not go into them.

use crate::{
    apply::{Error, Plan, Planned},
    diff,
    tree::FileType,
};

/// What git knows of a state: `100644`, `100755`, `120000`; none of what it does not hold.
pub(super) fn git_mode(state: &diff::FileState) -> Option<&'static str> {
    match state.kind {
        FileType::Regular if state.mode & 0o100 != 0 => Some("100755"),
        FileType::Regular => Some("100644"),
        FileType::Symlink => Some("120000"),
        _ => None,
    }
}

/// Says in words what git can't hold of a plan: owners, modes but for one bit, attributes, flags, folders, pipes, further names.
pub(super) fn to_git(plan: &Plan) -> Vec<String> {
    plan.changes.iter().flat_map(of_one).collect()
}

fn of_one(it: &Planned) -> Vec<String> {
    let path = String::from_utf8_lossy(&it.path).escape_debug().to_string();
    let Some(is) = &it.after else { return Vec::new() };
    let mut lost = Vec::new();
    match is.kind {
        FileType::Directory if it.before.is_none() => lost.push(format!("{path}: a folder is made only with what lies in it")),
        FileType::Fifo => lost.push(format!("{path}: a pipe")),
        _ => {}
    }
    let was = it.before.as_ref();
    let plain = if is.mode & 0o100 != 0 { 0o755 } else { 0o644 };
    let is_new_mode = was.map_or(is.kind == FileType::Regular && is.mode != plain, |was| was.mode != is.mode && (was.mode ^ is.mode) & 0o7777 != 0);
    if is_new_mode && is.kind != FileType::Symlink {
        lost.push(format!("{path}: mode {:04o}", is.mode));
    }
    if was.is_none_or(|was| (was.uid, was.gid) != (is.uid, is.gid)) && (was.is_some() || (is.uid, is.gid) != (0, 0)) {
        lost.push(format!("{path}: owner {}:{}", is.uid, is.gid));
    }
    if was.map_or(is.xattrs.as_ref().is_some_and(|it| !it.is_empty()), |was| was.xattrs != is.xattrs) {
        lost.push(format!("{path}: extended attributes"));
    }
    if was.map_or(is.flags.any(), |was| was.flags != is.flags) {
        lost.push(format!("{path}: flags {}", is.flags.words().join(" ")));
    }
    if is.linked.as_ref().is_some_and(|first| *first != it.path) {
        lost.push(format!("{path}: that it is a further name of a file"));
    }
    lost
}

/// Answers whether content or path of a change is secret.
pub(super) fn is_secret(it: &Planned, contents: &[&[u8]]) -> bool {
    diff::is_secret(&it.path) || contents.iter().any(|it| !diff::secrets(it).is_empty())
}

/// Refuses a secret that would leave the machine.
pub(super) fn no_secret(it: &Planned, contents: &[&[u8]], form: &str) -> Result<(), Error> {
    if !is_secret(it, contents) {
        return Ok(());
    }
    let what = format!("its content is secret, and does not go into {form}; apply it here, or export a bundle or a playbook");
    Err(Error::Unfit { path: it.path.clone(), what })
}
