//! Makes a plan from what a trial showed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    blobs::Blobs,
    error::Error,
    plan::{Expected, FIX, Owed, Plan, Planned},
    root::parent,
};
use crate::{
    diff::{self, Change, FileState},
    digest::Digest,
    tree::{FileType, Tree, is_scratch},
};

/// What a trial showed, so far as a plan needs it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Id of the remediation.
    pub remediation: &'a str,
    /// Digest of the evidence.
    pub evidence: Digest,
    /// The target as it was tried.
    pub before: &'a Tree,
    /// As the fix left it.
    pub after: &'a Tree,
    /// What changed, each with its origin.
    pub changes: &'a [(Change, String)],
    /// Every path that was read, listed, looked for in vain or written.
    pub touched: &'a BTreeSet<Vec<u8>>,
    /// What the fix owes to the machine.
    pub effects: &'a [Owed],
}

/// Makes the plan of a trial, with all content that it needs, in a folder of its own (0700, its files 0600).
pub fn prepare(of: &Case<'_>, folder: &Path) -> Result<Plan, Error> {
    let mut plan = Plan::new(of.remediation, of.evidence, folder);
    let planned = |(change, origin): &(Change, String)| Planned {
        path: change.path.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        origin: origin.clone(),
    };
    (plan.changes, plan.guesses) = of.changes.iter().map(planned).partition(|it| it.origin == FIX);
    plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
    plan.effects = of.effects.to_vec();
    stands_alone(&plan, of.before)?;
    let paths: BTreeSet<&Vec<u8>> = of.touched.iter().chain(of.changes.iter().map(|it| &it.0.path)).filter(|it| !is_scratch(it)).collect();
    plan.expected = paths.into_iter().map(|path| expected(of.before, path)).collect();
    let blobs = Plan::content_in(folder)?;
    for (path, state) in plan.changes.iter().filter_map(|it| it.after.as_ref().map(|is| (&it.path, is))) {
        keep(&blobs, of.after, path, state)?;
    }
    // Exports show what was there; what is put back comes from the snapshots of the application itself.
    for (path, state) in plan.changes.iter().filter_map(|it| it.before.as_ref().map(|was| (&it.path, was))) {
        keep(&blobs, of.before, path, state)?;
    }
    blobs.sync()?;
    plan.save()?;
    Ok(plan)
}

fn expected(before: &Tree, path: &[u8]) -> Expected {
    let state = diff::state_of(before, path);
    let stat = before.stat(path, false).ok();
    let is_folder = stat.as_ref().is_some_and(|it| it.kind == FileType::Directory);
    let names = is_folder.then(|| before.list(path).unwrap_or_default().into_iter().map(|it| it.name).collect());
    let links = stat.filter(|_| !is_folder).map(|it| u64::from(it.links));
    Expected { path: path.to_vec(), state, links, names: names.map(|it| digest_of_names(path, &it).to_string()) }
}

/// The digest of the names in a folder, but for those of scratch folders.
pub(super) fn digest_of_names(folder: &[u8], names: &BTreeSet<Vec<u8>>) -> Digest {
    let mut text = Vec::new();
    for name in names {
        let path = if folder == b"/" { [b"/", name.as_slice()].concat() } else { [folder, b"/", name].concat() };
        if !is_scratch(&path) {
            text.extend((name.len() as u64).to_le_bytes());
            text.extend(name);
        }
    }
    Digest::of(&text)
}

/// Keeps content and attributes of what is at a path.
fn keep(blobs: &Blobs, tree: &Tree, path: &[u8], state: &FileState) -> Result<(), Error> {
    let unread = |error: crate::tree::Errno| Error::Unfit { path: path.to_vec(), what: format!("what is there can't be read: {error}") };
    if state.kind == FileType::Regular {
        blobs.put(&tree.read_all(path).map_err(unread)?)?;
    }
    for value in tree.attributes(path, false).map_err(unread)?.named.values() {
        blobs.put(value)?;
    }
    Ok(())
}

/// Checks that what the fix itself wrote can be written without what only a tool can make, and that somebody makes that.
fn stands_alone(plan: &Plan, before: &Tree) -> Result<(), Error> {
    let guesses: BTreeMap<&[u8], &Planned> = plan.guesses.iter().map(|it| (it.path.as_slice(), it)).collect();
    let changed: BTreeSet<&[u8]> = plan.changes.iter().map(|it| it.path.as_slice()).collect();
    let guess = |path: &[u8]| guesses.get(path).copied();
    for it in &plan.changes {
        let folder = parent(&it.path);
        let rests = guess(folder).filter(|guess| it.after.is_some() && guess.before.as_ref().is_none_or(|was| was.kind != FileType::Directory));
        let linked = [&it.before, &it.after].into_iter().flatten().filter_map(|it| it.linked.as_deref()).find_map(guess);
        if let Some(on) = rests.or(linked) {
            let what = format!(
                "it rests on {}, which {} makes: run that on the machine first, then try the fix again",
                String::from_utf8_lossy(&on.path).escape_debug(),
                on.origin.trim_start_matches("model:")
            );
            return Err(Error::Unfit { path: it.path.clone(), what });
        }
        let is_gone = it.path != b"/" && it.after.is_some() && before.stat(folder, false).is_err() && !changed.contains(folder);
        if is_gone {
            return Err(Error::Unfit {
                path: it.path.clone(),
                what: "the folder that it lies in is not there, and no change makes it; try the fix again".into(),
            });
        }
    }
    let runs = |command: &str| plan.effects.iter().filter_map(|it| it.argv.first()).any(|it| super::root::name(it) == super::root::name(command.as_bytes()));
    match plan.guesses.iter().find(|it| !runs(it.origin.trim_start_matches("model:"))) {
        None => Ok(()),
        Some(it) => Err(Error::Unfit {
            path: it.path.clone(),
            what: format!("only a model of {} wrote it, and no effect runs that on the machine; change it another way", it.origin.trim_start_matches("model:")),
        }),
    }
}
