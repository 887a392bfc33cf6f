//! The steps that carry changes out, in an order in which each can be done: pure, from states alone.
//!
//! First flags go that forbid changes, then what is in the way, deepest first; then folders are made from the top, then files and links, then
//! further names of files; at last owners, modes and attributes of what stays, and flags. (`diff::apply` has the same order.)

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{error::Error, look::agrees, root::parent, wire};
use crate::{
    diff::{Change, FileState},
    tree::{ACCESS, FileType, Flags},
};

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act", content = "of")]
pub(super) enum Act {
    /// Takes flags away.
    Thaw,
    /// Removes a name.
    Remove,
    /// Makes it under another name, and exchanges the two.
    Put,
    /// Makes a further name of that file.
    Link(#[serde(with = "wire::bytes")] Vec<u8>),
    /// Sets owner, mode and attributes of what stays.
    Metadata,
    /// Sets flags.
    Freeze,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    #[serde(with = "wire::bytes")]
    pub(super) path: Vec<u8>,
    #[serde(flatten)]
    pub(super) act: Act,
    /// What is there before it.
    #[serde(with = "wire::state")]
    pub(super) was: Option<FileState>,
    /// What is there after it.
    #[serde(with = "wire::state")]
    pub(super) is: Option<FileState>,
    /// The time that what is made gets back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mtime: Option<(i64, i64)>,
}

/// What is at a path that does not change itself.
pub(super) type Beside<'a> = &'a mut dyn FnMut(&[u8]) -> Result<Option<FileState>, Error>;

struct Script<'a> {
    changes: BTreeMap<&'a [u8], &'a Change>,
    steps: Vec<Step>,
    /// What is where after the steps so far, without flags; only what a step changed.
    now: BTreeMap<Vec<u8>, FileState>,
    /// What stands beside and was touched on the way: it gets its state back.
    beside: BTreeMap<Vec<u8>, FileState>,
    /// What was removed.
    gone: BTreeSet<Vec<u8>>,
}

/// Returns the steps that carry these changes out. `root` says that no mode keeps us out.
pub(super) fn compile(changes: &[Change], root: bool, beside: Beside<'_>) -> Result<Vec<Step>, Error> {
    let by_path = changes.iter().map(|it| (it.path.as_slice(), it)).collect();
    let mut script = Script { changes: by_path, steps: Vec::new(), now: BTreeMap::new(), beside: BTreeMap::new(), gone: BTreeSet::new() };
    script.thaw(beside)?;
    if !root {
        script.open(beside)?;
    }
    script.remove();
    script.folders();
    script.files();
    script.metadata();
    script.freeze();
    Ok(script.steps)
}

fn plain(state: &FileState) -> FileState {
    FileState { flags: Flags::default(), linked: None, ..state.clone() }
}

/// A folder as it is while names in it change: open for its owner alone. A mode would change an access list with it, so that comes later.
fn open_folder(state: &FileState, mode: u32) -> FileState {
    let plain = plain(state);
    match &plain.xattrs {
        Some(held) if held.contains_key(ACCESS) => {
            let others = held.iter().filter(|it| it.0 != ACCESS).map(|(name, value)| (name.clone(), *value)).collect();
            FileState { mode: 0o700, xattrs: Some(others), ..plain }
        }
        _ => FileState { mode, ..plain },
    }
}

/// Answers whether an inode can stay: it is of the same kind, with the same content.
fn stays(change: &Change) -> bool {
    change.before.as_ref().zip(change.after.as_ref()).is_some_and(|(was, is)| was.kind == is.kind && was.sha256 == is.sha256 && was.target == is.target)
}

/// The name by which the file that a path was is known among all of its names.
fn inode(change: &Change) -> &[u8] {
    change.before.as_ref().and_then(|it| it.linked.as_deref()).unwrap_or(&change.path)
}

impl<'a> Script<'a> {
    fn step(&mut self, path: &[u8], act: Act, is: Option<FileState>) {
        let was = self.state(path);
        match &is {
            Some(is) => drop(self.now.insert(path.to_vec(), plain(is))),
            None => {
                self.now.remove(path);
                self.gone.insert(path.to_vec());
            }
        }
        self.steps.push(Step { path: path.to_vec(), act, was, is: is.map(|it| FileState { linked: None, ..it }), mtime: None });
    }

    /// What is at a path after the steps so far.
    fn state(&self, path: &[u8]) -> Option<FileState> {
        let first = || self.changes.get(path).and_then(|it| it.before.as_ref()).or(self.beside.get(path)).map(plain);
        self.now.get(path).cloned().or_else(|| if self.gone.contains(path) { None } else { first() })
    }

    /// Folders whose names change.
    fn folders_around(&self) -> BTreeSet<Vec<u8>> {
        self.changes
            .values()
            .filter(|it| !stays(it) || it.before.as_ref().map(|it| &it.linked) != it.after.as_ref().map(|it| &it.linked))
            .map(|it| parent(&it.path).to_vec())
            .collect()
    }

    fn before(&mut self, path: &[u8], beside: Beside<'_>) -> Result<Option<FileState>, Error> {
        if let Some(change) = self.changes.get(path) {
            return Ok(change.before.clone());
        }
        if let Some(known) = self.beside.get(path) {
            return Ok(Some(known.clone()));
        }
        beside(path)
    }

    /// What bears flags that nobody gets round, root neither: what changes, folders whose names change, and files that get further names.
    fn thaw(&mut self, beside: Beside<'_>) -> Result<(), Error> {
        let first = |it: &FileState| it.linked.clone();
        let firsts = self.changes.values().flat_map(|it| [it.before.as_ref().and_then(first), it.after.as_ref().and_then(first)]).flatten();
        let paths: BTreeSet<Vec<u8>> = firsts.chain(self.changes.keys().map(|it| it.to_vec())).chain(self.folders_around()).collect();
        for path in paths {
            let Some(state) = self.before(&path, beside)?.filter(|it| it.flags.any()) else { continue };
            if !self.changes.contains_key(path.as_slice()) {
                self.beside.insert(path.clone(), state.clone());
            }
            self.step(&path, Act::Thaw, Some(plain(&state)));
            if let Some(last) = self.steps.last_mut() {
                last.was = Some(FileState { linked: None, ..state });
            }
        }
        Ok(())
    }

    /// Who is not root needs his rights in a folder whose names he changes.
    fn open(&mut self, beside: Beside<'_>) -> Result<(), Error> {
        for path in self.folders_around() {
            let is_closed = |it: &FileState| it.kind == FileType::Directory && it.mode & 0o700 != 0o700;
            let Some(state) = self.before(&path, beside)?.filter(is_closed) else { continue };
            if !self.changes.contains_key(path.as_slice()) {
                self.beside.entry(path.clone()).or_insert_with(|| state.clone());
            }
            self.step(&path, Act::Metadata, Some(open_folder(&state, state.mode | 0o700)));
        }
        Ok(())
    }

    fn remove(&mut self) {
        let gone: Vec<&[u8]> = self.changes.iter().rev().filter(|it| it.1.after.is_none()).map(|it| *it.0).collect();
        for path in gone {
            self.step(path, Act::Remove, None);
        }
    }

    /// Makes folders, open for their owner alone until all is in them.
    fn folders(&mut self) {
        let is_new = |it: &&Change| it.before.as_ref().is_none_or(|was| was.kind != FileType::Directory);
        let all: Vec<&Change> = self.changes.values().copied().filter(is_new).collect();
        for change in all {
            if let Some(is) = change.after.as_ref().filter(|it| it.kind == FileType::Directory) {
                self.step(&change.path, Act::Put, Some(open_folder(is, 0o700)));
            }
        }
    }

    /// Makes files, links and pipes: one of each group of names anew, unless an inode can stay; the others as further names.
    fn files(&mut self) {
        let mut groups: BTreeMap<&[u8], Vec<&Change>> = BTreeMap::new();
        for change in self.changes.values().copied() {
            if let Some(is) = change.after.as_ref().filter(|it| it.kind != FileType::Directory) {
                groups.entry(is.linked.as_deref().unwrap_or(&change.path)).or_default().push(change);
            }
        }
        let mut claimed: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut further: Vec<(&Change, Vec<u8>)> = Vec::new();
        for (first, names) in groups {
            if !self.changes.contains_key(first) {
                further.extend(names.into_iter().map(|it| (it, first.to_vec())));
                continue;
            }
            // The inode that a group of names had is of one new group alone, and only where its first name is among what changes: else
            // names that do not change still have it.
            let is_free = |it: &[u8]| self.changes.contains_key(it) && !claimed.contains(it);
            match names.iter().copied().find(|it| stays(it) && is_free(inode(it))) {
                Some(kept) => {
                    let others = names.iter().copied().filter(|it| !(stays(it) && inode(it) == inode(kept)));
                    further.extend(others.map(|it| (it, kept.path.clone())));
                    claimed.insert(inode(kept).to_vec());
                }
                None => {
                    let made = names[0];
                    self.step(&made.path, Act::Put, made.after.as_ref().map(plain));
                    further.extend(names[1..].iter().map(|it| (*it, made.path.clone())));
                }
            }
        }
        for (change, of) in further {
            let is = self.state(&of).or_else(|| change.after.as_ref().map(plain));
            self.step(&change.path, Act::Link(of), is);
        }
    }

    /// Sets owner, mode and attributes, deepest first, so that a folder that closes does not keep us out. One name of a file is enough.
    fn metadata(&mut self) {
        let wanted = self.changes.iter().filter_map(|(path, it)| Some((path.to_vec(), it.after.as_ref()?.clone())));
        let wanted: BTreeMap<Vec<u8>, FileState> = wanted.chain(self.beside.clone()).collect();
        let mut set = BTreeSet::new();
        for (path, is) in wanted.into_iter().rev() {
            let is_group = is.kind != FileType::Directory && is.linked.is_some();
            let differs = self.state(&path).is_some_and(|was| !agrees(&plain(&is), &was, false) || was.xattrs != is.xattrs);
            if differs && (!is_group || set.insert(is.linked.clone())) {
                self.step(&path, Act::Metadata, Some(plain(&is)));
            }
        }
    }

    fn freeze(&mut self) {
        let after = self.changes.values().filter_map(|it| Some((it.path.clone(), it.after.as_ref()?.flags)));
        let beside = self.beside.iter().map(|(path, it)| (path.clone(), it.flags));
        let all: BTreeMap<Vec<u8>, Flags> = after.chain(beside).filter(|it| it.1.any()).collect();
        for (path, flags) in all.into_iter().rev() {
            let is = self.state(&path).map(|it| FileState { flags, ..it });
            self.step(&path, Act::Freeze, is);
        }
    }
}
