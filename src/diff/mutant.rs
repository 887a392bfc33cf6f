//! Mutants: the tree after a fix with one of its changes taken back.

use super::{change::Change, text::taken_back};
use crate::tree::{Actor, Errno, FileType, Flags, Quotas, Tree, Workspace};

/// Returns the tree after with this change taken back; of a text each group of changed lines, one at a time.
pub(crate) fn mutants(before: &Tree, after: &Tree, change: &Change) -> Vec<Tree> {
    let regular = |state: &Option<super::FileState>| state.as_ref().is_some_and(|it| it.kind == FileType::Regular);
    let mut trees = Vec::new();
    if regular(&change.before) && regular(&change.after) {
        let read = |tree: &Tree| tree.read_all(&change.path).map(|it| it.to_vec()).unwrap_or_default();
        for text in taken_back(&read(before), &read(after)) {
            trees.extend(with(after, |workspace, root| {
                // What a flag forbids, or a write takes away, is no part of what is taken back here.
                let is = workspace.attributes(root, &change.path, false)?;
                workspace.set_flags(root, &change.path, Flags::default(), false)?;
                workspace.truncate(root, &change.path, 0)?;
                workspace.write(root, &change.path, 0, &text)?;
                workspace.restore_attributes(root, &change.path, &is)
            }));
        }
    }
    let (Some(was), Some(is)) = (&change.before, &change.after) else {
        // What was made is taken away; what was taken away can't stand again without its folder, so it is left to the others.
        let gone = |workspace: &mut Workspace, root: &Actor| match workspace.remove_file(root, &change.path) {
            Err(Errno::IsDirectory) => workspace.remove_directory(root, &change.path),
            answer => answer,
        };
        trees.extend(change.before.is_none().then(|| with(after, gone)).flatten());
        return trees;
    };
    if (was.mode, was.uid, was.gid) != (is.mode, is.uid, is.gid) {
        trees.extend(with(after, |workspace, root| {
            let is = workspace.attributes(root, &change.path, false)?;
            if is.flags != Flags::default() {
                workspace.set_flags(root, &change.path, Flags::default(), false)?;
            }
            workspace.set_owner(root, &change.path, Some(was.uid), Some(was.gid), false)?;
            workspace.set_mode(root, &change.path, was.mode, false)?;
            workspace.restore_attributes(root, &change.path, &is)
        }));
    }
    if !was.has_attributes_of(is) {
        trees.extend(with(after, |workspace, root| {
            let was = before.attributes(&change.path, false)?;
            workspace.restore_attributes(root, &change.path, &was)
        }));
    }
    trees
}

fn with(tree: &Tree, act: impl FnOnce(&mut Workspace, &Actor) -> Result<(), Errno>) -> Option<Tree> {
    let mut workspace = Workspace::over(tree, Quotas::default());
    act(&mut workspace, &Actor { uid: 0, gid: 0, umask: 0 }).ok()?;
    Some(workspace.tree())
}
