//! Carries a diff out: what `between` found between two trees, laid on a third. `apply(between(a, b), a, b)` is `b`.

use std::collections::BTreeSet;

use super::change::{Change, FileState};
use crate::tree::{Actor, Errno, FileType, Flags, Quotas, Tree, Workspace};

/// Root, whose files are made with just the mode that is asked for.
const ROOT: Actor = Actor { uid: 0, gid: 0, umask: 0 };

/// Returns the tree that is `onto` with every change carried out; content and values of attributes are taken from `from`, the tree after
/// the changes. What can't be made, as a socket, is an error that names nothing half done: `onto` stays as it is.
pub fn apply(changes: &[Change], onto: &Tree, from: &Tree) -> Result<Tree, Errno> {
    let mut workspace = Workspace::over(onto, Quotas { bytes: u64::MAX, files: u64::MAX, depth: usize::MAX });
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let frozen = frozen(onto, &sorted);
    for path in &frozen {
        workspace.set_flags(&ROOT, path, Flags::default(), false)?;
    }
    // First what is in the way, deepest first; then directories, from the top; then files and links; then further names; at last what
    // could forbid the rest: modes of directories, attributes and flags.
    for change in sorted.iter().rev().filter(|it| is_in_the_way(it)) {
        remove(&mut workspace, &change.path)?;
    }
    for change in sorted.iter().filter(|it| is_new(it, FileType::Directory)) {
        workspace.make_directory(&ROOT, &change.path, 0o700)?;
    }
    let (names, files): (Vec<(&Change, &FileState)>, _) = states(&sorted).partition(|(change, is)| names_another(change, is));
    for (change, is) in files {
        content(&mut workspace, change, is, from)?;
    }
    for (change, is) in names {
        let first = is.linked.as_deref().unwrap_or_default();
        if workspace.stat(&ROOT, &change.path, false).is_err() {
            workspace.make_hard_link(&ROOT, first, &change.path)?;
        }
    }
    for (change, is) in states(&sorted) {
        metadata(&mut workspace, &change.path, is)?;
    }
    let changed = states(&sorted).map(|(change, _)| &change.path);
    let beside = frozen.iter().filter(|it| sorted.binary_search_by(|change| change.path.cmp(it)).is_err());
    for path in changed.chain(beside) {
        let wanted = from.attributes(path, false)?;
        workspace.restore_attributes(&ROOT, path, &wanted)?;
    }
    Ok(workspace.tree())
}

fn states<'a>(sorted: &[&'a Change]) -> impl Iterator<Item = (&'a Change, &'a FileState)> {
    sorted.iter().filter_map(|it| it.after.as_ref().map(|is| (*it, is)))
}

/// What bears flags that nobody gets round, root neither: what changes, the folders whose names change, and files of which a further name
/// changes.
fn frozen(onto: &Tree, sorted: &[&Change]) -> BTreeSet<Vec<u8>> {
    let around = |change: &&Change| {
        let folder = change.path.iter().rposition(|it| *it == b'/').filter(|at| *at > 0).map_or(b"/".as_slice(), |at| &change.path[..at]);
        let first = change.before.as_ref().and_then(|it| it.linked.clone());
        [Some(change.path.clone()), Some(folder.to_vec()), first].into_iter().flatten()
    };
    let paths: BTreeSet<Vec<u8>> = sorted.iter().flat_map(around).collect();
    paths.into_iter().filter(|path| onto.attributes(path, false).is_ok_and(|it| it.flags != Flags::default())).collect()
}

/// Answers whether what stands there must go: it is gone after, is of another kind, or is a name of another file.
fn is_in_the_way(change: &Change) -> bool {
    let Some(was) = &change.before else { return false };
    change.after.as_ref().is_none_or(|is| was.kind != is.kind || was.kind == FileType::Symlink && was.target != is.target || was.linked != is.linked)
}

fn is_new(change: &Change, kind: FileType) -> bool {
    change.after.as_ref().is_some_and(|it| it.kind == kind) && (change.before.is_none() || is_in_the_way(change))
}

fn names_another(change: &Change, is: &FileState) -> bool {
    is.linked.as_ref().is_some_and(|first| *first != change.path)
}

fn remove(workspace: &mut Workspace, path: &[u8]) -> Result<(), Errno> {
    match workspace.remove_file(&ROOT, path) {
        Err(Errno::IsDirectory) => workspace.remove_directory(&ROOT, path),
        answer => answer,
    }
}

fn content(workspace: &mut Workspace, change: &Change, is: &FileState, from: &Tree) -> Result<(), Errno> {
    let (path, fresh) = (&change.path, is_new(change, is.kind));
    match is.kind {
        FileType::Regular if fresh || change.before.as_ref().is_some_and(|was| was.sha256 != is.sha256) => {
            let bytes = from.read_all(path)?;
            workspace.create(&ROOT, path, is.mode, false)?;
            workspace.write(&ROOT, path, 0, &bytes)
        }
        FileType::Symlink if fresh => workspace.make_link(&ROOT, &from.read_link(path)?, path),
        FileType::Fifo if fresh => workspace.make_fifo(&ROOT, path, is.mode),
        FileType::Special if fresh => Err(Errno::Unsupported),
        _ => Ok(()),
    }
}

fn metadata(workspace: &mut Workspace, path: &[u8], is: &FileState) -> Result<(), Errno> {
    workspace.set_owner(&ROOT, path, Some(is.uid), Some(is.gid), false)?;
    if is.kind == FileType::Symlink { Ok(()) } else { workspace.set_mode(&ROOT, path, is.mode, false) }
}
