//! Takes a finished application back: checked, and itself an application with a journal of its own.

use std::{collections::BTreeMap, path::Path};

use super::{
    blobs::Blobs,
    carry::{again, carry_planned, plan_of},
    effect::Effects,
    error::{Drift, Error},
    journal::{End, Journal},
    look::{Seen, agrees, look},
    outcome::{Applied, Standing},
    pace::Pace,
    plan::{Expected, FIX, Plan, Planned},
    root::Root,
    undo::first_names,
};
use crate::{
    diff::{self, Clash, FileState, Unmerged},
    digest::Digest,
    tree::FileType,
};

/// A path whose changes since then meet what is to be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub path: Vec<u8>,
    /// Why, in words.
    pub what: String,
    /// Lines that both changed: as applied, as they are now, as they were before. None where content is secret.
    pub clashes: Vec<Clash>,
}

/// What becomes of paths that changed since a plan was applied. The cautious way is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// The rollback is refused.
    #[default]
    Refuse,
    /// Texts are merged where what changed since leaves the lines of the plan alone; else the rollback is refused.
    Merge,
}

/// Takes a finished application back, as its journal tells; the way back has a journal of its own, in another folder.
pub fn roll_back(applied: &Path, journal: &Path, since: Since) -> Result<Applied, Error> {
    back(applied, journal, since, &Pace::steady())
}

pub(super) fn back(applied: &Path, journal: &Path, since: Since, pace: &Pace) -> Result<Applied, Error> {
    let past = Journal::peek(applied)?;
    if past.ended != Some(End::Done) {
        let what = if past.ended.is_some() { "this application was taken back already" } else { "this application is not over: resume or abort it" };
        return Err(Error::Place { place: applied.into(), what: what.into() });
    }
    let (root, old) = again(applied)?;
    let (plan, content) = (plan_of(&old)?, old.content()?);
    let seen = plan.changes.iter().map(|it| Ok((it.path.clone(), look(&root, &it.path).map_err(Error::system("look at", &it.path))?)));
    let seen: BTreeMap<Vec<u8>, Option<Seen>> = seen.collect::<Result<_, Error>>()?;
    let wanted: Vec<_> = plan.changes.iter().map(|it| (it.path.clone(), it.after.clone())).collect();
    let drift = super::work::differences(&root, &wanted)?;
    if !drift.is_empty() && since == Since::Refuse {
        return Err(Error::ChangedSince(drift));
    }
    let mut undone = Plan::new(&plan.remediation, plan.evidence, applied);
    undone.changes = changes(&root, &plan, &content, &seen, &drift)?;
    undone.expected = undone.changes.iter().map(|it| Expected { path: it.path.clone(), state: it.before.clone(), links: None, names: None }).collect();
    let times = old.past.snapshots.clone();
    let mut done = carry_planned(&undone, &content, root, journal, &Effects::Print, &times, pace)?;
    done.standing = Standing::RolledBack;
    Ok(done)
}

/// The changes that lead back from what is there now.
fn changes(root: &Root, plan: &Plan, content: &Blobs, seen: &BTreeMap<Vec<u8>, Option<Seen>>, drift: &[Drift]) -> Result<Vec<Planned>, Error> {
    let firsts = {
        let mut all = seen.clone();
        for first in plan.changes.iter().flat_map(|it| [&it.before, &it.after]).flatten().filter_map(|it| it.linked.as_ref()) {
            if !all.contains_key(first) {
                all.insert(first.clone(), look(root, first).map_err(Error::system("look at", first))?);
            }
        }
        first_names(&all)
    };
    let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
    for it in &plan.changes {
        let now = seen.get(&it.path).and_then(|it| it.as_ref());
        let state = now.map(|now| FileState { linked: firsts.get(&it.path).cloned(), ..now.state.clone() });
        let is_changed = drift.iter().any(|drift| drift.path == it.path);
        let back = if is_changed { merged(root, it, state.as_ref(), content) } else { Ok(it.before.clone()) };
        match back {
            Ok(after) if after == state => {}
            Ok(after) => changes.push(Planned { path: it.path.clone(), before: state, after, origin: FIX.into() }),
            Err(Failure::Conflict(conflict)) => conflicts.push(conflict),
            Err(Failure::Error(error)) => return Err(error),
        }
    }
    if conflicts.is_empty() { Ok(changes) } else { Err(Error::Conflicts(conflicts)) }
}

enum Failure {
    Conflict(Conflict),
    Error(Error),
}

/// What a path that changed since is to be: what the plan changed is taken back, what others changed stays.
fn merged(root: &Root, planned: &Planned, now: Option<&FileState>, content: &Blobs) -> Result<Option<FileState>, Failure> {
    let conflict = |what: &str, clashes| Failure::Conflict(Conflict { path: planned.path.clone(), what: what.into(), clashes });
    let (was, is) = (planned.before.as_ref(), planned.after.as_ref());
    let same = |a: Option<&FileState>, b: Option<&FileState>| a.zip(b).map_or(a.is_none() && b.is_none(), |(a, b)| agrees(a, b, true) && a.linked == b.linked);
    if same(now, was) {
        // Somebody took it back already.
        return Ok(now.cloned());
    }
    let (Some(was), Some(is), Some(now)) = (was, is, now) else {
        return Err(conflict("it was made, or removed, by one side and changed by the other", Vec::new()));
    };
    let kinds = [was.kind, is.kind, now.kind];
    if kinds != [now.kind; 3] || [was, is, now].iter().any(|it| it.linked.is_some()) {
        return Err(conflict("its kind or its further names changed", Vec::new()));
    }
    let either = |name: &str, is: u32, now: u32, was: u32| match () {
        () if now == is => Ok(was),
        () if is == was || now == was => Ok(now),
        () => Err(conflict(&format!("its {name} was changed by both"), Vec::new())),
    };
    let mut state = FileState {
        mode: either("mode", is.mode, now.mode, was.mode)?,
        uid: either("owner", is.uid, now.uid, was.uid)?,
        gid: either("group", is.gid, now.gid, was.gid)?,
        xattrs: if now.xattrs == is.xattrs {
            was.xattrs.clone()
        } else if is.xattrs == was.xattrs {
            now.xattrs.clone()
        } else {
            return Err(conflict("its attributes were changed by both", Vec::new()));
        },
        flags: if now.flags == is.flags { was.flags } else { now.flags },
        ..now.clone()
    };
    if now.target != is.target && is.target != was.target {
        return Err(conflict("its target was changed by both", Vec::new()));
    }
    if now.target == is.target {
        state.target.clone_from(&was.target);
        state.size = was.size;
    }
    if now.kind == FileType::Regular {
        let (digest, size) = text(root, planned, [is, now, was], content)?;
        (state.sha256, state.size) = (Some(digest), size);
    }
    Ok(Some(state))
}

/// The content of the three states put together, which is kept among the content of the journal.
fn text(root: &Root, planned: &Planned, [is, now, was]: [&FileState; 3], content: &Blobs) -> Result<(Digest, u64), Failure> {
    let conflict = |what: &str, clashes| Failure::Conflict(Conflict { path: planned.path.clone(), what: what.into(), clashes });
    let get = |it: &FileState| it.sha256.ok_or_else(|| conflict("its content can't be read", Vec::new()));
    let (applied, there, before) = (get(is)?, get(now)?, get(was)?);
    if there == applied {
        return Ok((before, was.size));
    }
    if applied == before || there == before {
        // What is there now is kept, for the case that this rollback fails, by its own snapshot.
        super::carry::keep(root, &planned.path, content).map_err(Failure::Error)?;
        return Ok((there, now.size));
    }
    let kept = super::carry::keep(root, &planned.path, content).map_err(Failure::Error)?;
    let read = |digest: &Digest| content.get(digest).map_err(Failure::Error);
    let texts = (read(&applied)?, read(&kept)?, read(&before)?);
    match diff::merge(&texts.0, &texts.1, &texts.2) {
        Ok(text) => Ok((content.put(&text).map_err(Failure::Error)?, text.len() as u64)),
        Err(Unmerged::NoText) => Err(conflict("it is no text that could be merged line by line", Vec::new())),
        Err(Unmerged::Clashes(clashes)) => {
            let is_secret = diff::is_secret(&planned.path) || [&texts.0, &texts.1, &texts.2].into_iter().any(|it| !diff::secrets(it).is_empty());
            Err(conflict("the same lines were changed by both", if is_secret { Vec::new() } else { clashes }))
        }
    }
}
