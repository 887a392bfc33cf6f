//! Carries a plan out on a living directory, goes on where a kill ended it, or takes it back.

use std::{collections::BTreeMap, path::Path};

use super::{
    blobs::{Blobs, folder_of},
    effect::{self, Effects, Ran},
    error::{Drift, Error},
    journal::{End, Journal, Past, Record, Snapshot},
    look::{agrees, look},
    outcome::{Applied, Compared, Effected, Standing},
    pace::Pace,
    plan::Plan,
    precondition, reserve,
    root::Root,
    script::compile,
    undo,
    work::{Work, differences},
};

/// Carries a plan out on the directory `root`, with a journal in a folder of its own outside of it. On any failure the target is as before;
/// a kill at any point leaves each path old or new, and [`resume`] or [`abort`] complete it.
pub fn carry_out(plan: &Plan, root: &Path, journal: &Path, effects: &Effects) -> Result<Applied, Error> {
    carry(plan, &plan.content()?, root, journal, effects, &Pace::steady())
}

/// Goes on with an application that was killed: finishes it, or the way back where it was on that.
pub fn resume(journal: &Path, effects: &Effects) -> Result<Applied, Error> {
    go_on(journal, effects, &Pace::steady())
}

/// Takes back an application whose process ended before anybody heard of its end. Where it was over, nothing may have changed since.
pub fn abort(journal: &Path) -> Result<Applied, Error> {
    give_up(journal, &Pace::steady())
}

pub(super) fn carry(plan: &Plan, source: &Blobs, root: &Path, journal: &Path, effects: &Effects, pace: &Pace) -> Result<Applied, Error> {
    let root = Root::open(root)?;
    root.lock()?;
    carry_planned(plan, source, root, journal, effects, &BTreeMap::new(), pace)
}

/// Carries a plan out on a target that is locked. What it makes anew gets the times that are known.
pub(super) fn carry_planned(
    plan: &Plan,
    source: &Blobs,
    root: Root,
    journal: &Path,
    effects: &Effects,
    times: &BTreeMap<Vec<u8>, Snapshot>,
    pace: &Pace,
) -> Result<Applied, Error> {
    outside(&root, journal)?;
    effects.check(&plan.effects, root.is_of_machine())?;
    precondition::check(plan, &root)?;
    let mut journal = Journal::begin(journal)?;
    pace.pass()?;
    let content = journal.content()?;
    for digest in plan.changes.iter().filter_map(|it| it.after.as_ref()).flat_map(|it| it.sha256.iter().chain(it.xattrs.iter().flat_map(|it| it.values()))) {
        content.take(digest, source)?;
    }
    content.sync()?;
    pace.pass()?;
    let id = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    let inode = look(&root, b"/").map_err(Error::system("look at", b"/"))?.map(|it| it.inode).unwrap_or_default();
    journal.write(Journal::begun(&id, &root.path, inode, plan.clone()))?;
    pace.pass()?;
    begin_or_end(&root, &mut journal, times, pace)?;
    finish(&root, &mut journal, effects, pace)
}

/// Begins, and ends the journal where that fails: nothing was changed then, so nothing is left to be taken back.
fn begin_or_end(root: &Root, journal: &mut Journal, times: &BTreeMap<Vec<u8>, Snapshot>, pace: &Pace) -> Result<(), Error> {
    begin(root, journal, times, pace).map_err(|error| {
        if !matches!(error, Error::Killed(_)) {
            // On a disk that is full this may fail too; the journal is open then, and to abort it changes nothing.
            let _ = journal.write(Record::Ended { how: End::Back });
        }
        error
    })
}

/// Takes snapshots of what will be changed, and writes down the steps. Nothing of the target is changed yet.
fn begin(root: &Root, journal: &mut Journal, times: &BTreeMap<Vec<u8>, Snapshot>, pace: &Pace) -> Result<(), Error> {
    let plan = plan_of(journal)?;
    let content = journal.content()?;
    let mut of = Vec::new();
    for it in &plan.changes {
        let seen = look(root, &it.path).map_err(Error::system("look at", &it.path))?;
        let state = seen.as_ref().map(|it| it.state.clone());
        let is_as_tried = match (&it.before, &state) {
            (Some(was), Some(now)) => agrees(was, now, true),
            (was, now) => was.is_none() && now.is_none(),
        };
        if !is_as_tried {
            return Err(Error::Drift(vec![Drift::of(&it.path, it.before.as_ref(), state.as_ref())]));
        }
        if let Some(seen) = &seen {
            if let Some(digest) = seen.state.sha256 {
                let kept = keep(root, &it.path, &content)?;
                if kept != digest {
                    return Err(Error::Raced(Drift { path: it.path.clone(), expected: format!("content {digest}"), found: format!("content {kept}") }));
                }
            }
            for value in seen.attributes.named.values() {
                content.put(value)?;
            }
        }
        of.push(Snapshot { path: it.path.clone(), state, mtime: seen.map(|it| it.mtime) });
    }
    content.sync()?;
    pace.pass()?;
    journal.write(Record::Snapshots { of })?;
    let changes: Vec<_> = plan.changes.iter().map(super::plan::Planned::change).collect();
    let mut steps = compile(&changes, is_root(), &mut |path| Ok(look(root, path).map_err(Error::system("look at", path))?.map(|it| it.state)))?;
    undo::give_times(&mut steps, times);
    journal.write(Record::Script { back: false, steps })?;
    pace.pass()
}

pub(super) fn keep(root: &Root, path: &[u8], content: &Blobs) -> Result<crate::digest::Digest, Error> {
    use rustix::fs::{Mode, OFlags};
    let fail = || Error::system::<rustix::io::Errno>("read", path);
    let place = root.place(path).map_err(fail())?;
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(&place.folder, place.name.as_slice(), how, Mode::empty()).map_err(fail())?;
    content.put_from(&mut std::fs::File::from(file))
}

/// Carries out what is left of the steps, looks at the result, and runs effects.
fn finish(root: &Root, journal: &mut Journal, effects: &Effects, pace: &Pace) -> Result<Applied, Error> {
    let plan = plan_of(journal)?;
    let content = journal.content()?;
    let done = write(root, journal, &plan, &content, pace).and_then(|()| run(journal, &plan, effects, pace));
    match done {
        Ok(()) => {
            journal.write(Record::Ended { how: End::Done })?;
            told(root, &journal.past, Vec::new())
        }
        Err(Error::Killed(at)) => Err(Error::Killed(at)),
        Err(because) => Err(match take_back(root, journal, pace) {
            Ok(left) => Error::RolledBack { because: Box::new(because), left },
            Err(Error::Killed(at)) => Error::Killed(at),
            Err(failed) => Error::Stuck { because: Box::new(because), failed: Box::new(failed), journal: journal.folder.clone() },
        }),
    }
}

fn write(root: &Root, journal: &mut Journal, plan: &Plan, content: &Blobs, pace: &Pace) -> Result<(), Error> {
    if journal.past.verified {
        return Ok(());
    }
    // Room for the way back is taken first, so that a full disk is met before anything was changed.
    let _reserve = reserve::take(root, plan)?;
    Work { root, journal, content, pace }.go_on()?;
    let wanted: Vec<_> = plan.changes.iter().map(|it| (it.path.clone(), it.after.clone())).collect();
    let mut differing = differences(root, &wanted)?;
    differing.extend(precondition::listings(plan, root)?);
    if !differing.is_empty() {
        return Err(Error::NotAsTried(differing));
    }
    journal.write(Record::Verified)?;
    pace.pass()
}

/// Runs the effects that have not been run. One at which a process ended is not run again: nobody knows how far it came.
fn run(journal: &mut Journal, plan: &Plan, effects: &Effects, pace: &Pace) -> Result<(), Error> {
    let Effects::Run(executor) = effects else { return Ok(()) };
    if journal.past.running.is_some() {
        return Ok(());
    }
    for (number, owed) in plan.effects.iter().enumerate() {
        if journal.past.ran.contains_key(&number) {
            continue;
        }
        journal.write(Record::Running { number })?;
        pace.pass()?;
        let ran = effect::run(owed, executor)?;
        journal.write(Record::Ran { number, ran: ran.clone() })?;
        pace.pass()?;
        if !ran.is_good() {
            let how = if ran.ended { "took too long or wrote too much".into() } else { ran.status.map_or("was ended".into(), |it| format!("ended with {it}")) };
            return Err(Error::Effect { words: effect::words(owed), what: format!("{how}; its output is in the journal") });
        }
    }
    Ok(())
}

/// Takes back what was done so far, and returns what others changed, which stays.
fn take_back(root: &Root, journal: &mut Journal, pace: &Pace) -> Result<Vec<Drift>, Error> {
    let content = journal.content()?;
    match (Work { root, journal, content: &content, pace }).settle_last() {
        // What others did in the meantime has its place back.
        Ok(()) | Err(Error::Raced(_)) => {}
        Err(error) => return Err(error),
    }
    let back = undo::back(root, &journal.past, is_root())?;
    journal.write(Record::Script { back: true, steps: back.steps })?;
    pace.pass()?;
    Work { root, journal, content: &content, pace }.go_on()?;
    let differing = differences(root, &back.wanted)?;
    if !differing.is_empty() {
        return Err(Error::NotAsTried(differing));
    }
    journal.write(Record::Ended { how: End::Back })?;
    Ok(back.left)
}

pub(super) fn go_on(folder: &Path, effects: &Effects, pace: &Pace) -> Result<Applied, Error> {
    let (root, mut journal) = again(folder)?;
    if journal.past.ended.is_some() {
        return told(&root, &journal.past, Vec::new());
    }
    let plan = plan_of(&journal)?;
    match journal.past.course() {
        Some(course) if course.back => {
            let left = take_back(&root, &mut journal, pace)?;
            return told(&root, &journal.past, left);
        }
        Some(_) => {}
        None => {
            // Nothing was changed yet: what was tried must still be so.
            precondition::check(&plan, &root)?;
            begin_or_end(&root, &mut journal, &BTreeMap::new(), pace)?;
        }
    }
    effects.check(&plan.effects, root.is_of_machine())?;
    finish(&root, &mut journal, effects, pace)
}

pub(super) fn give_up(folder: &Path, pace: &Pace) -> Result<Applied, Error> {
    if Journal::peek(folder)?.plan.is_none() {
        // It ended before its first record: nothing was changed.
        return Ok(Applied::nothing());
    }
    let (root, mut journal) = again(folder)?;
    match journal.past.ended {
        // It was over, and nobody had heard of that yet.
        Some(End::Done) => {
            let wanted: Vec<_> = plan_of(&journal)?.changes.into_iter().map(|it| (it.path, it.after)).collect();
            let since = differences(&root, &wanted)?;
            if !since.is_empty() {
                return Err(Error::ChangedSince(since));
            }
            let left = take_back(&root, &mut journal, pace)?;
            told(&root, &journal.past, left)
        }
        Some(End::Back) => told(&root, &journal.past, Vec::new()),
        None => {
            let left = take_back(&root, &mut journal, pace)?;
            told(&root, &journal.past, left)
        }
    }
}

/// Opens a journal and the target that it is about, which is locked before the journal is looked at for good.
pub(super) fn again(folder: &Path) -> Result<(Root, Journal), Error> {
    let past = Journal::peek(folder)?;
    if past.plan.is_none() {
        return Err(Error::Place { place: folder.into(), what: "this application ended before anything was begun: apply again".into() });
    }
    let root = Root::open(&past.root)?;
    root.lock()?;
    if look(&root, b"/").map_err(Error::system("look at", b"/"))?.map(|it| it.inode) != Some(past.inode) {
        return Err(Error::Place { place: root.path.clone(), what: "this is not the folder that the journal is about; put that there again".into() });
    }
    Ok((root, Journal::open(folder)?))
}

pub(super) fn plan_of(journal: &Journal) -> Result<Plan, Error> {
    let none = || Error::Journal { journal: journal.folder.clone(), line: 1, what: "it names no plan".into() };
    journal.past.plan.clone().ok_or_else(none)
}

/// What came of it, as the journal and the target tell.
fn told(root: &Root, past: &Past, left: Vec<Drift>) -> Result<Applied, Error> {
    let plan = past.plan.clone().ok_or_else(|| Error::Place { place: root.path.clone(), what: "its journal names no plan".into() })?;
    let effected = |(number, owed): (usize, &super::plan::Owed)| Effected {
        owed: owed.clone(),
        ran: past.ran.get(&number).cloned(),
        unknown: past.running == Some(number),
    };
    let effects: Vec<Effected> = plan.effects.iter().enumerate().map(effected).collect();
    let is_back = past.ended == Some(End::Back);
    let is_open = effects.iter().any(|it| !it.ran.as_ref().is_some_and(Ran::is_good));
    let standing = match (is_back, is_open) {
        (true, _) => Standing::RolledBack,
        (false, true) => Standing::EffectsPending,
        (false, false) => Standing::Applied,
    };
    let guesses = if standing == Standing::Applied { compared(root, &plan)? } else { Vec::new() };
    Ok(Applied { id: past.id.clone(), standing, paths: plan.changes.iter().map(|it| it.path.clone()).collect(), left, effects, guesses })
}

/// Compares what models said that tools would write with what is there after these have run.
fn compared(root: &Root, plan: &Plan) -> Result<Vec<Compared>, Error> {
    let mut all = Vec::new();
    for it in &plan.guesses {
        let found = look(root, &it.path).map_err(Error::system("look at", &it.path))?.map(|it| it.state);
        let is_so = match (&it.after, &found) {
            (Some(is), Some(found)) => agrees(is, found, true),
            (is, found) => is.is_none() && found.is_none(),
        };
        let drift = (!is_so).then(|| Drift::of(&it.path, it.after.as_ref(), found.as_ref()));
        all.push(Compared { path: it.path.clone(), origin: it.origin.clone(), drift });
    }
    Ok(all)
}

/// A journal inside of its target would be a part of what it is about. Only below the root of a machine there is no other place.
fn outside(root: &Root, journal: &Path) -> Result<(), Error> {
    let parent = folder_of(journal);
    let parent = parent.canonicalize().map_err(Error::own("open the folder of the journal", parent))?;
    if parent.starts_with(&root.path) && !root.is_of_machine() {
        return Err(Error::Place { place: journal.into(), what: "the journal must lie outside of the target".into() });
    }
    Ok(())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
