//! The way back, from wherever an application stands: what is there now, compared with what was there before, is a change like any other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::{Drift, Error},
    journal::{Past, Snapshot},
    look::{Inode, Seen, agrees, is_between, look, names},
    plan::Planned,
    root::{Root, name, parent},
    script::{Act, Step, compile},
};
use crate::{
    diff::{Change, FileState},
    tree::FileType,
};

/// What takes an application back.
pub(super) struct Back {
    /// The steps.
    pub(super) steps: Vec<Step>,
    /// What will be where after them.
    pub(super) wanted: Vec<(Vec<u8>, Option<FileState>)>,
    /// What others changed, which stays as it is.
    pub(super) left: Vec<Drift>,
}

/// Finds the way back to what was there before, as the journal tells it.
pub(super) fn back(root: &Root, past: &Past, is_root: bool) -> Result<Back, Error> {
    let mut seen: BTreeMap<Vec<u8>, Option<Seen>> = BTreeMap::new();
    let (mut originals, mut left) = (originals(past), BTreeMap::new());
    let known = Known::of(past);
    for (path, original) in &originals {
        let now = look(root, path).map_err(Error::system("look at", path))?;
        let state = now.as_ref().map(|it| &it.state);
        // What lies in a folder whose place others took can't be put there.
        let folder = parent(path);
        let is_lost = left.contains_key(folder) && seen.get(folder).is_some_and(|it| it.as_ref().is_none_or(|it| it.state.kind != FileType::Directory));
        if is_lost || !known.is(path, original.as_ref(), state) {
            left.insert(path.clone(), Drift::of(path, original.as_ref(), state));
        }
        seen.insert(path.clone(), now);
    }
    keep_full_folders(root, &originals, &seen, &mut left)?;
    for first in originals.values().flatten().filter_map(|it| it.linked.as_ref()) {
        if !seen.contains_key(first) {
            seen.insert(first.clone(), look(root, first).map_err(Error::system("look at", first))?);
        }
    }
    let firsts = first_names(&seen);
    for (path, original) in &mut originals {
        // What only lent a hand keeps its names.
        if let Some(original) = original.as_mut().filter(|_| !known.planned.contains_key(path.as_slice())) {
            original.linked = firsts.get(path).cloned();
        }
    }
    let changes: Vec<Change> = originals
        .iter()
        .filter(|it| !left.contains_key(it.0))
        .map(|(path, original)| {
            let before = seen.get(path).and_then(|it| it.as_ref()).map(|it| FileState { linked: firsts.get(path).cloned(), ..it.state.clone() });
            Change { path: path.clone(), before, after: original.clone() }
        })
        .collect();
    // Attributes that only the machine decides on are no change.
    let differs = |it: &Change| match (&it.before, &it.after) {
        (Some(was), Some(is)) => !agrees(is, was, true) || was.linked != is.linked,
        (was, is) => was.is_some() || is.is_some(),
    };
    let differing: Vec<Change> = changes.iter().filter(|it| differs(it)).cloned().collect();
    let mut steps = compile(&differing, is_root, &mut |path| Ok(look(root, path).map_err(Error::system("look at", path))?.map(|it| it.state)))?;
    give_times(&mut steps, &past.snapshots);
    Ok(Back { steps, wanted: changes.into_iter().map(|it| (it.path, it.after)).collect(), left: left.into_values().collect() })
}

/// Gives what is made anew the time that it had.
pub(super) fn give_times(steps: &mut [Step], snapshots: &BTreeMap<Vec<u8>, Snapshot>) {
    for step in steps.iter_mut().filter(|it| it.act == Act::Put) {
        let known = snapshots.get(&step.path).filter(|it| it.state.as_ref().is_some_and(|state| Some(state.sha256) == step.is.as_ref().map(|it| it.sha256)));
        step.mtime = known.and_then(|it| it.mtime);
    }
}

/// What each path was before anything was changed: those of the plan, and folders that only lent a hand.
fn originals(past: &Past) -> BTreeMap<Vec<u8>, Option<FileState>> {
    let beside = past.courses.iter().flat_map(|it| &it.steps).rev().map(|it| (it.path.clone(), it.was.clone()));
    let planned = past.plan.iter().flat_map(|it| &it.changes).map(|it| (it.path.clone(), it.before.clone()));
    // The first step of a path is the last one here, and what the plan says counts more.
    beside.chain(planned).collect()
}

/// What the plan and steps of ours say of paths.
struct Known<'a> {
    planned: BTreeMap<&'a [u8], &'a Planned>,
    steps: BTreeMap<&'a [u8], Vec<&'a Step>>,
}

impl<'a> Known<'a> {
    fn of(past: &'a Past) -> Known<'a> {
        let mut steps: BTreeMap<&[u8], Vec<&Step>> = BTreeMap::new();
        for step in past.courses.iter().flat_map(|it| &it.steps) {
            steps.entry(&step.path).or_default().push(step);
        }
        Known { planned: past.plan.iter().flat_map(|it| &it.changes).map(|it| (it.path.as_slice(), it)).collect(), steps }
    }

    /// Answers whether what is there is something that the plan or a step of ours left, or a kill in the midst of a step.
    fn is(&self, path: &[u8], original: Option<&FileState>, now: Option<&FileState>) -> bool {
        let is = |known: Option<&FileState>| match (known, now) {
            (None, None) => true,
            (Some(known), Some(now)) => agrees(known, now, false),
            _ => false,
        };
        let between =
            |was: &Option<FileState>, is: &Option<FileState>| was.as_ref().zip(is.as_ref()).zip(now).is_some_and(|((was, is), now)| is_between(was, is, now));
        // Of a file of several names one step sets what all of them have.
        let is_planned = self.planned.get(path).is_some_and(|it| is(it.after.as_ref()) || between(&it.before, &it.after));
        let of_step = |step: &&Step| is(step.was.as_ref()) || is(step.is.as_ref()) || step.act == Act::Metadata && between(&step.was, &step.is);
        is(original) || is_planned || self.steps.get(path).is_some_and(|it| it.iter().any(of_step))
    }
}

/// A folder that has to go, and has names in it that nobody of us made, stays.
fn keep_full_folders(
    root: &Root,
    originals: &BTreeMap<Vec<u8>, Option<FileState>>,
    seen: &BTreeMap<Vec<u8>, Option<Seen>>,
    left: &mut BTreeMap<Vec<u8>, Drift>,
) -> Result<(), Error> {
    for (path, original) in originals.iter().rev().filter(|it| it.1.as_ref().is_none_or(|it| it.kind != FileType::Directory)) {
        let is_folder = seen.get(path).and_then(|it| it.as_ref()).is_some_and(|it| it.state.kind == FileType::Directory);
        if !is_folder || left.contains_key(path) {
            continue;
        }
        let goes = |name: &Vec<u8>| {
            let child = [path, b"/".as_slice(), name].concat();
            !left.contains_key(&child) && originals.get(&child).is_some_and(Option::is_none)
        };
        let others: BTreeSet<Vec<u8>> = names(root, path).map_err(Error::system("list", path))?.into_iter().filter(|it| !goes(it)).collect();
        if let Some(first) = others.first() {
            let expected = original.as_ref().map_or("nothing", |it| it.kind.word()).to_owned();
            let found = format!("a folder with {} in it, which somebody made", String::from_utf8_lossy(name(first)).escape_debug());
            left.insert(path.clone(), Drift { path: path.clone(), expected, found });
        }
    }
    Ok(())
}

/// The first of the names that a file has among those that were looked at, for files of several.
pub(super) fn first_names(seen: &BTreeMap<Vec<u8>, Option<Seen>>) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut by_inode: BTreeMap<Inode, Vec<&Vec<u8>>> = BTreeMap::new();
    for (path, it) in seen {
        if let Some(it) = it.as_ref().filter(|it| it.state.kind != FileType::Directory && it.links > 1) {
            by_inode.entry(it.inode).or_default().push(path);
        }
    }
    let groups = by_inode.into_values();
    groups.flat_map(|names| names.clone().into_iter().map(move |it| (it.clone(), names[0].clone()))).collect()
}
