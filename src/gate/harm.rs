//! What the policy refuses whatever else is known.

use std::collections::BTreeSet;

use super::{decide::Judged, policy::Policy, verdict::Reason};
use crate::{
    diff::FileState,
    tree::{FileType, has_git},
};

pub(super) fn reasons(policy: &Policy, of: &Judged<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let removed = of.changes.iter().filter(|it| it.after.is_none()).count();
    if removed > policy.most_removals {
        reasons.push(Reason::lasting("mass-deletion", format!("{removed} paths are removed; {} are allowed", policy.most_removals)));
    }
    for change in of.changes {
        let path = String::from_utf8_lossy(&change.path);
        if policy.denies(&change.path) {
            reasons.push(Reason::lasting("path-denied", format!("the policy denies changes of {path}")));
        }
        let Some(after) = change.after.as_ref().filter(|it| it.kind != FileType::Symlink) else { continue };
        let gained = after.mode & !change.before.as_ref().map_or(0, |it| it.mode);
        let sticky = after.kind == FileType::Directory && after.mode & 0o1000 != 0;
        if gained & 0o002 != 0 && !sticky {
            reasons.push(Reason::lasting("world-writable", format!("{path} becomes writable by everybody (mode {:04o})", after.mode)));
        }
        if gained & 0o6000 != 0 && after.kind == FileType::Regular {
            reasons.push(Reason::lasting("set-id", format!("{path} becomes set-user-id or set-group-id (mode {:04o})", after.mode)));
        }
    }
    for change in of.changes {
        let capability = |state: &Option<FileState>| state.as_ref().and_then(|it| it.xattr("security.capability").copied());
        if capability(&change.after).is_some() && capability(&change.after) != capability(&change.before) {
            reasons.push(Reason::lasting("set-id", format!("{} gets file capabilities", String::from_utf8_lossy(&change.path))));
        }
    }
    // A second name of a file below `.git` is a way there too, which shows in the changes alone.
    let through_a_name = of.changes.iter().map(|it| &it.path).filter(|it| has_git(it));
    for path in of.run.git.iter().chain(through_a_name).collect::<BTreeSet<_>>() {
        let path = String::from_utf8_lossy(path);
        reasons.push(Reason::lasting("git-internals", format!("it tries to change {path}: nothing below `.git` may change")));
    }
    for effect in &of.run.ledger.effects {
        if policy.denied_effects.contains(&effect.kind) {
            reasons.push(Reason::lasting("effect-denied", format!("the policy denies {}", effect.what())));
        }
    }
    reasons
}
