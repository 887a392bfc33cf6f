//! `invitro gate`: believes no file, re-runs the line.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

use super::{
    arguments::{Gate, Target},
    exit,
    fault::Fault,
    fix::{self, How},
    house, show,
};
use crate::{
    gate::{PolicyError, policy_of},
    strain::Wanted,
};

/// A gate that can't be closed.
#[derive(Debug, thiserror::Error)]
enum GateError {
    /// The policy could have come with what it is to judge.
    #[error("the policy {policy} lies inside the target {target}: whoever writes the target would write the policy")]
    PolicyInside { policy: String, target: String },
    /// The policy weakens what a gate stands for.
    #[error("the policy {policy} does not require all five proofs: a gate does; take `fix` out of its [proofs]")]
    Weak { policy: String },
}

pub(super) fn run(of: Gate) -> Result<ExitCode, Fault> {
    let (name, target) = (of.policy.display().to_string(), of.on.display().to_string());
    if is_inside(&of.policy, &of.on) {
        return Err(GateError::PolicyInside { policy: name, target }.into());
    }
    // Each file is read once: another look could see another file, and a pipe gives its text only once.
    let text = fs::read_to_string(&of.policy).map_err(|source| PolicyError::Read { path: of.policy.clone(), source })?;
    let policy = policy_of(&of.policy, &text)?;
    if policy.required.len() < 5 {
        return Err(GateError::Weak { policy: name }.into());
    }
    let report = fix::read(&of.report)?;
    if is_evidence(&report) {
        show::talk("unproven: evidence of an earlier run proves nothing here; give the scanner's report, and the gate tries it again\n");
        return Ok(ExitCode::from(exit::UNPROVEN));
    }
    if is_inside(&of.report, &of.on) {
        show::talk(&format!("note: the report {} lies inside the target: whoever writes the target could have written it\n", of.report.display()));
    }
    let report = fix::parse(&of.report, &report)?;
    let policy = house::limited(policy, &of.limits)?;
    let tree = house::target(&Target { on: of.on, policy: None, part: of.part, limits: of.limits })?;
    fix::line(vec![report], &tree, &policy, &How { out: None, format: of.format, wanted: Wanted::default() }, &mut |_| Ok(()))
}

/// Most links on the way to a file (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// Answers whether a path lies inside a folder or leads through it: a link in the folder is as good as the file.
fn is_inside(path: &Path, folder: &Path) -> bool {
    let Ok(same) = fs::metadata(folder).map(|it| (it.dev(), it.ino())) else { return false };
    let is_folder = |it: &Path| fs::metadata(it).is_ok_and(|it| (it.dev(), it.ino()) == same);
    let Ok(start) = std::path::absolute(path) else { return true };
    let (mut rest, mut at, mut links) = (parts(&start), PathBuf::from("/"), 0);
    while let Some(part) = rest.pop() {
        if part == ".." {
            at.pop();
            continue;
        }
        // Compared by inode, so that another mount of the folder, or another name of it, is the folder too.
        if at.ancestors().any(is_folder) {
            return true;
        }
        let next = at.join(&part);
        match fs::read_link(&next) {
            Ok(_) if links == MOST_LINKS => return true,
            Ok(target) => {
                links += 1;
                rest.extend(parts(&target));
                at = if target.is_absolute() { PathBuf::from("/") } else { at };
            }
            Err(_) => at = next,
        }
    }
    at.ancestors().any(is_folder)
}

/// The names of a path, the first one last.
fn parts(path: &Path) -> Vec<std::ffi::OsString> {
    let names = path.components().filter(|it| matches!(it, Component::Normal(_) | Component::ParentDir));
    names.map(|it| it.as_os_str().to_owned()).collect::<Vec<_>>().into_iter().rev().collect()
}

/// Answers whether a file says that it is a report of ours.
fn is_evidence(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else { return false };
    let ours = |it: &serde_json::Value| it.get("schema").and_then(|it| it.as_str()).is_some_and(|it| it.starts_with("invitro.report"));
    let claims = |it: &serde_json::Value| it.is_object() && (it.get("verdict").is_some() || ours(it));
    claims(&value)
        || value.as_array().is_some_and(|it| it.iter().any(claims))
        || value.get("reports").and_then(|it| it.as_array()).is_some_and(|it| it.iter().any(claims))
}
