//! Carries the steps of a patch out. All was checked before: a step that fails ends the run as one that can't be judged.

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    types::{Error, FileType, Stat},
};
use unified_patch::Step;

use crate::tree::rooted;

/// Bytes of one write.
const PIECE: usize = 1 << 20;

/// Carries steps out.
pub(crate) fn all(target: &Workspace, steps: &[Step]) -> Result<(), String> {
    steps.iter().try_for_each(|step| {
        let path = rooted(match step {
            Step::Remove(path) | Step::Write { path, .. } | Step::Create { path, .. } | Step::Link { path, .. } => path,
        });
        one(target, step, &path).map_err(|error| format!("{} can't be changed: {error:?}", String::from_utf8_lossy(&path)))
    })
}

fn one(target: &Workspace, step: &Step, path: &[u8]) -> Result<(), Error> {
    match step {
        Step::Remove(_) => {
            target.remove_file(path)?;
            prune(target, path);
            Ok(())
        }
        Step::Create { bytes, mode, .. } => {
            folders(target, path)?;
            target.create(path, 0o600, true)?;
            fill(target, path, bytes)?;
            target.set_mode(path, *mode, false)
        }
        Step::Write { bytes, mode, .. } => {
            let stat = target.stat(path, false)?;
            if let Some(bytes) = bytes {
                // As the tools do it, other names of the file keep the old content.
                if stat.links > 1 { replace(target, path, bytes, &stat)? } else { rewrite(target, path, bytes, &stat)? }
            }
            mode.map_or(Ok(()), |mode| target.set_mode(path, mode, false))
        }
        Step::Link { target: to, .. } => {
            folders(target, path)?;
            match target.remove_file(path) {
                Ok(()) | Err(Error::NoEntry) => target.make_link(to, path),
                Err(error) => Err(error),
            }
        }
    }
}

fn fill(target: &Workspace, path: &[u8], bytes: &[u8]) -> Result<(), Error> {
    bytes.chunks(PIECE).enumerate().try_for_each(|(number, piece)| target.write(path, (number * PIECE) as u64, piece))
}

fn rewrite(target: &Workspace, path: &[u8], bytes: &[u8], stat: &Stat) -> Result<(), Error> {
    target.truncate(path, 0)?;
    fill(target, path, bytes)?;
    // The kernel takes set-id bits away from what is written to.
    target.set_mode(path, stat.mode, false)
}

fn replace(target: &Workspace, path: &[u8], bytes: &[u8], stat: &Stat) -> Result<(), Error> {
    let beside = [path, b".invitro-patch"].concat();
    target.create(&beside, 0o600, true)?;
    fill(target, &beside, bytes)?;
    target.set_owner(&beside, Some(stat.uid), Some(stat.gid), false)?;
    target.set_mode(&beside, stat.mode, false)?;
    target.rename(&beside, path)
}

/// Makes the folders above a path.
fn folders(target: &Workspace, path: &[u8]) -> Result<(), Error> {
    for end in (1..path.len()).filter(|at| path[*at] == b'/') {
        match target.make_directory(&path[..end], 0o755) {
            Ok(()) | Err(Error::Exists) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Removes the folders above a path that are empty now, up to the root; one that is not ends it.
fn prune(target: &Workspace, path: &[u8]) {
    let mut ends: Vec<usize> = (1..path.len()).filter(|at| path[*at] == b'/').collect();
    while let Some(end) = ends.pop() {
        let folder = &path[..end];
        let is_folder = target.stat(folder, false).is_ok_and(|it| it.type_ == FileType::Directory);
        if !is_folder || target.remove_directory(folder).is_err() {
            return;
        }
    }
}
