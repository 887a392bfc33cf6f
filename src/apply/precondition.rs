//! Looks whether a living target still is what was tried: every path that the fix read, listed, looked for in vain or wrote.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::{Drift, Error},
    look::{agrees, look, names},
    plan::{Expected, Plan, Planned},
    prepare::digest_of_names,
    root::{Root, name, parent},
};
use crate::{diff::FileState, tree::FileType};

/// Refuses where a path is not as it was tried, and says all that drifted.
pub(super) fn check(plan: &Plan, root: &Root) -> Result<(), Error> {
    let is_link = |it: &FileState| it.kind == FileType::Symlink;
    let links = plan.changes.iter().filter(|it| it.before.as_ref().is_some_and(is_link)).map(|it| it.path.as_slice()).collect();
    let mut drift: Vec<Drift> = plan.expected.iter().filter_map(|it| linked(&links, root, it).or_else(|| drifted(root, it))).collect();
    // Which names are of one file is a part of what was tried too.
    let groups = plan.changes.iter().filter_map(|it| Some((&it.path, it.before.as_ref()?.linked.as_ref()?)));
    for (path, first) in groups.filter(|(path, first)| path != first) {
        let inode = |path: &[u8]| look(root, path).ok().flatten().map(|it| it.inode);
        if inode(path) != inode(first) {
            let expected = format!("a further name of {}", String::from_utf8_lossy(first).escape_debug());
            drift.push(Drift { path: path.clone(), expected, found: "another file".into() });
        }
    }
    if drift.is_empty() { Ok(()) } else { Err(Error::Drift(drift)) }
}

/// Says in which folders others made or removed names in the meantime: those that were listed when it was tried, and those that are new.
pub(super) fn listings(plan: &Plan, root: &Root) -> Result<Vec<Drift>, Error> {
    let is_folder = |it: &Option<FileState>| it.as_ref().is_some_and(|it| it.kind == FileType::Directory);
    let new = plan
        .changes
        .iter()
        .filter(|it| is_folder(&it.after) && !is_folder(&it.before))
        .map(|it| (&it.path, digest_of_names(&it.path, &BTreeSet::new()).to_string()));
    let gone: BTreeSet<&[u8]> = plan.changes.iter().filter(|it| !is_folder(&it.after)).map(|it| it.path.as_slice()).collect();
    let mut inside: BTreeMap<&[u8], Vec<&Planned>> = BTreeMap::new();
    for change in plan.changes.iter().filter(|it| it.path != b"/") {
        inside.entry(parent(&change.path)).or_default().push(change);
    }
    let listed = plan.expected.iter().filter(|it| !gone.contains(it.path.as_slice())).filter_map(|it| Some((&it.path, it.names.clone()?)));
    let mut drift = Vec::new();
    for (folder, tried) in new.chain(listed) {
        // What is there, without what was done here, is what was there.
        let mut there = names(root, folder).map_err(Error::system("list", folder))?;
        for change in inside.get(folder.as_slice()).into_iter().flatten() {
            match (&change.before, &change.after) {
                (None, Some(_)) => drop(there.remove(name(&change.path))),
                (Some(_), None) => drop(there.insert(name(&change.path).to_vec())),
                _ => {}
            }
        }
        if digest_of_names(folder, &there).to_string() != tried {
            drift.push(Drift { path: folder.clone(), expected: "the names in it that were tried".into(), found: "others".into() });
        }
    }
    Ok(drift)
}

/// A link on the way to a path where there was none. Where the plan replaces it, nothing can be expected behind it.
fn linked(replaced: &BTreeSet<&[u8]>, root: &Root, expected: &Expected) -> Option<Drift> {
    let is_replaced = std::iter::successors(Some(parent(&expected.path)), |it| (*it != b"/").then(|| parent(it))).any(|it| replaced.contains(it));
    if is_replaced || root.place(&expected.path).err() != Some(rustix::io::Errno::LOOP) {
        return None;
    }
    let words = expected.state.as_ref().map_or("nothing", |it| it.kind.word());
    Some(Drift { path: expected.path.clone(), expected: words.into(), found: "a link on the way".into() })
}

fn drifted(root: &Root, expected: &Expected) -> Option<Drift> {
    let path = &expected.path;
    let told = |expected: String, found: String| Some(Drift { path: path.clone(), expected, found });
    let found = match look(root, path) {
        Ok(found) => found,
        Err(error) => {
            let words = expected.state.as_ref().map_or("nothing", |it| it.kind.word());
            return told(words.into(), format!("what can't be looked at: {error}"));
        }
    };
    match (&expected.state, found) {
        (None, None) => None,
        (Some(wanted), Some(found)) if agrees(wanted, &found.state, true) => {
            if let Some(links) = expected.links.filter(|it| *it != found.links) {
                return told(format!("a file of {links} names"), format!("one of {}", found.links));
            }
            let listed = expected.names.as_ref().filter(|_| wanted.kind == FileType::Directory)?;
            match names(root, path) {
                Ok(names) if digest_of_names(path, &names).to_string() == *listed => None,
                Ok(_) => told("the names in it that were tried".into(), "others".into()),
                Err(error) => told("the names in it that were tried".into(), format!("a folder that can't be listed: {error}")),
            }
        }
        (wanted, found) => Some(Drift::of(path, wanted.as_ref(), found.as_ref().map(|it| &it.state))),
    }
}
