//! The steps, in an order in which each can be carried out.

use invitro_sdk::rollback_planner::{
    exports::invitro::remediation::plan_rollback::{DirectoryStep, FileStep, HardLinkStep, LinkStep, PlanError, Step},
    invitro::remediation::types::{Change, FileState, FileType},
};

/// Returns the steps that undo changes: first what is in the way goes, deepest first; then directories come back, from the
/// top; then files, links and further names; at last the mode and owner of directories, which could forbid the rest.
pub(crate) fn inverse(changes: &[Change], read: &dyn Fn(&[u8]) -> Result<Vec<u8>, PlanError>) -> Result<Vec<Step>, PlanError> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut steps: Vec<Step> = sorted.iter().rev().filter(|it| is_in_the_way(it)).map(|it| Step::Remove(it.path.clone())).collect();
    for change in &sorted {
        steps.extend(directory(change));
    }
    let (mut later, mut last) = (Vec::new(), Vec::new());
    for change in &sorted {
        let Some(was) = &change.before else { continue };
        match was.type_ {
            FileType::Directory if change.after.as_ref().is_some_and(|it| it.type_ == FileType::Directory) => last.push(metadata(&change.path, was)),
            FileType::Directory => {}
            FileType::Regular if names_another(change, was) => later.extend(hard_link(change, was)),
            FileType::Regular => steps.push(file(change, was, read)?),
            FileType::Symlink => steps.extend(link(change, was)),
            FileType::Fifo | FileType::Special if is_same_inode_kind(change, was) => steps.push(metadata(&change.path, was)),
            FileType::Fifo | FileType::Special => {
                return Err(PlanError::Irreversible(format!("{} was a pipe, a socket or a device", String::from_utf8_lossy(&change.path))));
            }
        }
    }
    steps.extend(later);
    steps.extend(last);
    Ok(steps)
}

fn is_same_inode_kind(change: &Change, was: &FileState) -> bool {
    change.after.as_ref().is_some_and(|it| it.type_ == was.type_)
}

/// Answers whether what stands there now must go: it was not there, was of another kind, or is another name of a file than it was.
fn is_in_the_way(change: &Change) -> bool {
    let Some(is) = &change.after else { return false };
    change.before.as_ref().is_none_or(|was| was.type_ != is.type_ || was.type_ == FileType::Symlink && was.target != is.target || was.linked != is.linked)
}

fn directory(change: &Change) -> Option<Step> {
    let was = change.before.as_ref().filter(|it| it.type_ == FileType::Directory)?;
    let stands = change.after.as_ref().is_some_and(|it| it.type_ == FileType::Directory);
    (!stands).then(|| Step::MakeDirectory(DirectoryStep { path: change.path.clone(), mode: was.mode, uid: was.uid, gid: was.gid }))
}

fn metadata(path: &[u8], was: &FileState) -> Step {
    Step::SetMetadata(DirectoryStep { path: path.to_vec(), mode: was.mode, uid: was.uid, gid: was.gid })
}

/// Answers whether the path was a further name of a file whose first name stands elsewhere.
fn names_another(change: &Change, was: &FileState) -> bool {
    was.linked.as_ref().is_some_and(|first| *first != change.path)
}

fn hard_link(change: &Change, was: &FileState) -> Option<Step> {
    let stands = change.after.as_ref().is_some_and(|it| it.linked == was.linked && it.type_ == was.type_);
    let existing = was.linked.clone()?;
    // What stands shares the inode of the first name, which gets its content and mode back itself.
    (!stands).then(|| Step::MakeHardLink(HardLinkStep { path: change.path.clone(), existing }))
}

fn file(change: &Change, was: &FileState, read: &dyn Fn(&[u8]) -> Result<Vec<u8>, PlanError>) -> Result<Step, PlanError> {
    if change.after.as_ref().is_some_and(|is| is.type_ == was.type_ && is.sha256 == was.sha256 && is.linked == was.linked) {
        return Ok(metadata(&change.path, was));
    }
    let content = read(&change.path)?;
    Ok(Step::WriteFile(FileStep { path: change.path.clone(), mode: was.mode, uid: was.uid, gid: was.gid, content }))
}

fn link(change: &Change, was: &FileState) -> Option<Step> {
    let target = was.target.clone()?;
    if change.after.as_ref().is_some_and(|is| is.type_ == was.type_ && is.target == was.target && is.linked == was.linked) {
        return Some(Step::SetMetadata(DirectoryStep { path: change.path.clone(), mode: 0o777, uid: was.uid, gid: was.gid }));
    }
    Some(Step::MakeLink(LinkStep { path: change.path.clone(), target, uid: was.uid, gid: was.gid }))
}
