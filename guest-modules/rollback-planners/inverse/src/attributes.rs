//! Extended attributes and inode flags as they were: the records of changes do not have them, so both trees are asked.

use std::collections::{BTreeMap, BTreeSet};

use invitro_sdk::rollback_planner::{
    exports::invitro::remediation::plan_rollback::{PlanError, Step},
    invitro::remediation::{
        files::{InodeFlags, Tree},
        restore::{self, ExtendedAttribute},
        types::{Change, Error, FileState, FileType},
    },
};

/// What a new file gets from the folder that it is made in.
const DEFAULT_LIST: &[u8] = b"system.posix_acl_default";
const ACCESS_LIST: &[u8] = b"system.posix_acl_access";
/// What a change of owner or content takes away (capabilities(7)).
const CAPABILITIES: &[u8] = b"security.capability";

/// Where the programs are that set attributes and flags.
const FOLDERS: [&str; 4] = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/// Attributes and flags of one path, as they were and as they are.
pub(crate) struct Restoration {
    pub(crate) path: Vec<u8>,
    pub(crate) was: Held,
    pub(crate) is: Held,
    /// Whether it was there, by a name of its own.
    there: bool,
    /// Whether the steps make it anew.
    fresh: bool,
    /// Whether what is made there inherits an access list.
    inherits: bool,
}

/// What a path has.
pub(crate) struct Held {
    pub(crate) named: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) flags: InodeFlags,
}

impl Held {
    fn none() -> Held {
        Held { named: BTreeMap::new(), flags: InodeFlags::empty() }
    }

    /// Answers whether something is forbidden.
    pub(crate) fn has_flags(&self) -> bool {
        self.flags != InodeFlags::empty()
    }

    fn of(tree: &Tree, path: &[u8]) -> Result<Held, PlanError> {
        let fail = |error: Error| {
            PlanError::Irreversible(format!("extended attributes of {} can't be read: {error:?}", String::from_utf8_lossy(path)))
        };
        let mut named = BTreeMap::new();
        for name in tree.list_attributes(path, false).map_err(fail)? {
            if let Some(value) = tree.get_attribute(path, &name, false).map_err(fail)? {
                named.insert(name, value);
            }
        }
        Ok(Held { named, flags: tree.get_flags(path, false).map_err(fail)? })
    }
}

/// Returns what must be said of attributes and flags beside the steps, and says it to the host.
pub(crate) fn restorations(before: &Tree, after: &Tree, changes: &[Change], steps: &[Step]) -> Result<Vec<Restoration>, PlanError> {
    // A further name has what its first name has, which is restored there.
    let is_further_name = |path: &[u8]| steps.iter().any(|it| matches!(it, Step::MakeHardLink(it) if it.path == path));
    let is_removed = |path: &[u8]| steps.iter().any(|it| matches!(it, Step::Remove(it) if it == path));
    let mut all = Vec::new();
    for change in changes {
        let there = change.before.is_some() && !is_further_name(&change.path);
        let was = if there { Held::of(before, &change.path)? } else { Held::none() };
        let is = if change.after.is_some() { Held::of(after, &change.path)? } else { Held::none() };
        let fresh = change.after.is_none() || is_removed(&change.path);
        let inherits = there && fresh && (has_default_list(before, &change.path) || has_default_list(after, &change.path));
        let it = Restoration { path: change.path.clone(), there, was, is, fresh, inherits };
        if it.is_needed() {
            all.push(it);
        }
    }
    for path in frozen_beside(after, changes) {
        let (was, is) = (Held::of(before, &path)?, Held::of(after, &path)?);
        all.push(Restoration { path, there: true, was, is, fresh: false, inherits: false });
    }
    for it in &all {
        let named: Vec<_> = it.was.named.iter().map(|(name, value)| ExtendedAttribute { name: name.clone(), value: value.clone() }).collect();
        restore::attributes(&it.path, &named, it.was.flags);
    }
    lacks(after, &all)?;
    Ok(all)
}

/// What does not change itself and bears flags that forbid the steps: folders whose names change, and files of which a further name changes.
fn frozen_beside(after: &Tree, changes: &[Change]) -> BTreeSet<Vec<u8>> {
    let around = |change: &Change| {
        let folder = change.path.iter().rposition(|it| *it == b'/').filter(|at| *at > 0).map_or(b"/".as_slice(), |at| &change.path[..at]).to_vec();
        let first = |state: &Option<FileState>| state.as_ref().and_then(|it| it.linked.clone());
        [Some(folder), first(&change.before), first(&change.after)].into_iter().flatten()
    };
    let paths: BTreeSet<Vec<u8>> = changes.iter().flat_map(around).collect();
    let is_frozen = |path: &Vec<u8>| after.get_flags(path, false).is_ok_and(|it| it != InodeFlags::empty());
    paths.into_iter().filter(|path| !changes.iter().any(|it| it.path == *path)).filter(is_frozen).collect()
}

/// Answers whether a folder on the way has a list that is inherited: folders that are made anew pass it on.
fn has_default_list(tree: &Tree, path: &[u8]) -> bool {
    let folders = path.iter().enumerate().filter(|it| *it.1 == b'/').map(|(at, _)| if at == 0 { b"/".as_slice() } else { &path[..at] });
    folders.into_iter().any(|folder| tree.list_attributes(folder, true).is_ok_and(|it| it.iter().any(|it| it == DEFAULT_LIST)))
}

impl Restoration {
    /// Answers whether the steps alone would leave something else. They give each path its owner, which takes file capabilities away.
    fn is_needed(&self) -> bool {
        let stays = |name: &[u8]| name != CAPABILITIES;
        let left = |of: &BTreeMap<Vec<u8>, Vec<u8>>| of.iter().filter(|it| stays(it.0)).map(|it| (it.0.clone(), it.1.clone())).collect();
        let left: BTreeMap<Vec<u8>, Vec<u8>> = if self.fresh { BTreeMap::new() } else { left(&self.is.named) };
        self.is.has_flags() || self.was.has_flags() || self.there && (self.inherits || left != self.was.named)
    }

    /// Names that the path may have when the steps are done, and is not to have.
    pub(crate) fn superfluous(&self) -> Vec<&[u8]> {
        let had: Vec<&[u8]> = match (self.there, self.fresh) {
            (false, _) => Vec::new(),
            (true, true) if self.inherits => vec![ACCESS_LIST, DEFAULT_LIST],
            (true, true) => Vec::new(),
            // File capabilities are gone by then.
            (true, false) => self.is.named.keys().map(Vec::as_slice).filter(|it| *it != CAPABILITIES).collect(),
        };
        had.into_iter().filter(|it| !self.was.named.contains_key(*it)).collect()
    }

    /// Values that the path has no longer when the steps are done.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
        // An access list is set in any case, as a mode that was set has changed it.
        let stands = |name: &Vec<u8>, value: &Vec<u8>| !self.fresh && name != CAPABILITIES && name != ACCESS_LIST && self.is.named.get(name) == Some(value);
        self.was.named.iter().filter(move |it| !stands(it.0, it.1))
    }
}

/// The script needs programs that not every system has.
fn lacks(after: &Tree, all: &[Restoration]) -> Result<(), PlanError> {
    let is_there = |name: &str| FOLDERS.iter().any(|it| after.stat(format!("{it}/{name}").as_bytes(), true).is_ok_and(|it| it.type_ == FileType::Regular));
    let fail = |path: &[u8], what: &str, tool: &str| {
        Err(PlanError::Irreversible(format!("{what} of {} would have to be restored, and the target has no `{tool}`", String::from_utf8_lossy(path))))
    };
    for it in all {
        if (it.missing().next().is_some() || !it.superfluous().is_empty()) && !is_there("setfattr") {
            return fail(&it.path, "extended attributes", "setfattr");
        }
        if (it.was.has_flags() || it.is.has_flags()) && !is_there("chattr") {
            return fail(&it.path, "inode flags", "chattr");
        }
    }
    Ok(())
}
