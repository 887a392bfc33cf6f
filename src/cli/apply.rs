//! `invitro apply`: writes an approved change, and goes on with what was interrupted.
//!
//! The record says `applying` before the first byte is written, and what came of it after the last one: so a process that ends in between is found by the
//! next one, and the journal knows how far it came.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use super::{
    desk::{self, Desk},
    exit,
    fault::Fault,
    show, show_change, waves,
    words::{Apply, Effecting},
};
use crate::{
    apply::{self, Applied, Effects, Executor, Standing},
    change::{Act, Change, Refusal, Rules, State},
    report::neutral,
    store::{Error, Writing},
};

/// A target that is no folder.
#[derive(Debug, thiserror::Error)]
#[error("{place} is no folder, and changes are applied to folders only")]
struct NoFolder {
    place: String,
}

/// Nothing of that was interrupted.
#[derive(Debug, thiserror::Error)]
#[error("no change is {0}")]
struct Nothing(&'static str);

pub(super) fn run(of: &Apply) -> Result<ExitCode, Fault> {
    desk::work(&of.desk, async |desk| match of {
        Apply { resume: true, .. } => go_on(desk, of, true).await,
        Apply { abort: true, .. } => go_on(desk, of, false).await,
        Apply { effects_done: true, .. } => effects_done(desk, of).await,
        _ => {
            let id = desk.store.find(of.change.as_deref().unwrap_or_default()).await?;
            let run_effects = of.effects == Effecting::Run;
            if of.waves { waves::run(desk, &id, run_effects, of.go).await } else { begin(desk, &id, of.root.clone(), run_effects).await }
        }
    })
}

/// Applies one change.
pub(super) async fn begin(desk: &Desk, id: &str, root: Option<PathBuf>, run_effects: bool) -> Result<ExitCode, Fault> {
    let change = desk.store.history(id).await?.change;
    let root = root.unwrap_or_else(|| PathBuf::from(&change.proposal.target));
    let evidence = change.evidence().unwrap_or_default().to_owned();
    let act = Act::Begin { evidence, root: std::path::absolute(&root)?.display().to_string(), run_effects };
    // Whether it may be is said first, as it is the answer that matters; the rest is looked at before it is recorded.
    crate::change::decide(&change, &desk.actor, &act, desk.now, &desk.rules).map_err(refused)?;
    show_change::kept(desk, &change).await?;
    let plan = desk.premises.plan_of(&change)?;
    if !root.is_dir() {
        let fault = Fault::from(NoFolder { place: root.display().to_string() });
        return Err(fault.hint("name the folder with `--root`; of an archive or an image, apply the exported change where that is made"));
    }
    apply::check(&plan, &root).map_err(|error| Fault::from(error).hint("nothing was changed; try the fix again with `--record --change`"))?;
    let journal = desk.premises.journal(id)?;
    let mut writing = desk.store.begin().await?;
    writing.act(id, &desk.actor, &act, desk.now, &desk.rules).await.map_err(|error| match error {
        Error::Change(refusal) => refused(refusal),
        other => other.into(),
    })?;
    writing.commit().await?;
    let done = apply::carry_out(&plan, &root, &journal, &effects(run_effects, &desk.rules));
    settle(desk, id, done).await
}

/// Goes on with applications that were interrupted, or takes them back.
async fn go_on(desk: &Desk, of: &Apply, forward: bool) -> Result<ExitCode, Fault> {
    let ids = match &of.change {
        Some(given) => vec![desk.store.find(given).await?],
        None => desk.store.in_state(State::Applying).await?,
    };
    if ids.is_empty() {
        return Err(Nothing("being applied").into());
    }
    for id in ids {
        let change = desk.store.history(&id).await?.change;
        if change.state != State::Applying {
            return Err(Fault::from(Nothing("being applied by that id")).hint("`invitro show` says where it stands"));
        }
        let journal = desk.premises.journal(&id)?;
        let course = change.course.clone();
        let (root, run_effects) = course.map_or((change.proposal.target.clone(), false), |it| (it.root, it.run_effects));
        let effects = effects(run_effects, &desk.rules);
        let done = match (forward, apply::has_begun(&journal)?) {
            (true, true) => settled(apply::resume(&journal, &effects))?,
            (true, false) => {
                // It ended before the journal said anything: nothing was changed.
                remove(&journal)?;
                apply::carry_out(&desk.premises.plan_of(&change)?, root.as_ref(), &journal, &effects)
            }
            (false, true) => settled(apply::abort(&journal))?,
            (false, false) => {
                remove(&journal)?;
                back(desk, &id, "it was given up before anything was written").await?;
                show::talk(&format!("{id} is rolled-back: nothing had been written\n"));
                continue;
            }
        };
        settle(desk, &id, done).await?;
    }
    Ok(ExitCode::from(exit::PROVEN))
}

/// What was begun before stands as it stood, unless it was taken back now: a lock, a damaged journal or an edit of others is no end of it.
pub(super) fn settled(done: Result<Applied, apply::Error>) -> Result<Result<Applied, apply::Error>, Fault> {
    match done {
        Err(error) if !matches!(error, apply::Error::RolledBack { .. }) => {
            let hint = "mend the cause, then try that again; until then it is as `invitro show` says";
            Err(Fault::from(error).hint(hint))
        }
        done => Ok(done),
    }
}

fn remove(journal: &std::path::Path) -> Result<(), Fault> {
    match std::fs::remove_dir_all(journal) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Records what came of an application.
async fn settle(desk: &Desk, id: &str, done: Result<Applied, apply::Error>) -> Result<ExitCode, Fault> {
    let applied = match done {
        Ok(applied) => applied,
        Err(error @ (apply::Error::Stuck { .. } | apply::Error::Killed(_))) => {
            let hint = "mend the cause, then `invitro apply --abort`; until then the change is `applying`";
            return Err(Fault::from(error).hint(hint));
        }
        Err(error) => {
            // Where something was begun it was taken back; what says that it could not be is above.
            back(desk, id, &neutral(&told(&error))).await?;
            return Err(Fault::from(error).hint("the target is as it was; the change is rolled back: record the fix anew"));
        }
    };
    match applied.standing {
        Standing::RolledBack => back(desk, id, "it was aborted").await?,
        Standing::EffectsPending => acts(desk, id, &[Act::Applied { effects_pending: true }]).await.map(drop)?,
        Standing::Applied if applied.is_verified() => {
            let by = format!("{} paths and {} effects are as tried", applied.paths.len(), applied.effects.len());
            acts(desk, id, &[Act::Applied { effects_pending: false }, Act::Verify { by }]).await.map(drop)?;
        }
        Standing::Applied => acts(desk, id, &[Act::Applied { effects_pending: false }]).await.map(drop)?,
    }
    tell(&applied)?;
    let change = desk.store.history(id).await?.change;
    show::talk(&format!("{id} is {}\n", change.standing()));
    Ok(ExitCode::from(exit::PROVEN))
}

/// Prints effects that are pending as data, and what is not as it was tried as talk.
fn tell(applied: &Applied) -> Result<(), Fault> {
    let mut pending = String::new();
    for it in applied.effects.iter().filter(|it| !it.ran.as_ref().is_some_and(apply::Ran::is_good)) {
        pending.extend([&shell_words(&it.owed.argv), "\n"]);
        if it.unknown {
            show::talk("of the next effect nobody knows whether it ran: a process ended meanwhile\n");
        }
    }
    for it in applied.guesses.iter().filter_map(|it| it.drift.as_ref()) {
        show::talk(&neutral(&format!("a tool left it otherwise than was tried: {it}\n")));
    }
    for it in &applied.left {
        show::talk(&neutral(&format!("somebody else changed it meanwhile, and it was left as it is: {it}\n")));
    }
    if !pending.is_empty() && applied.standing == Standing::EffectsPending {
        show::talk("effects to be run on the machine, in order; then `invitro apply CHANGE --effects-done`:\n");
        show::data(&neutral(&pending))?;
    }
    Ok(())
}

/// Words as a shell takes them.
fn shell_words(argv: &[Vec<u8>]) -> String {
    let word = |it: &Vec<u8>| {
        let text = String::from_utf8_lossy(it);
        let is_plain = !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_./:=@%+,".contains(it));
        if is_plain { text.into_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Somebody has run the effects that were printed: what is there is compared with what was tried.
async fn effects_done(desk: &Desk, of: &Apply) -> Result<ExitCode, Fault> {
    let id = desk.store.find(of.change.as_deref().unwrap_or_default()).await?;
    let change = desk.store.history(&id).await?.change;
    let mut known = vec![Act::EffectsRun];
    let root = change.course.as_ref().map_or(change.proposal.target.clone(), |it| it.root.clone());
    let plan = desk.premises.plan_of(&change)?;
    let drift = apply::differing(&plan, root.as_ref())?;
    if drift.is_empty() {
        known.push(Act::Verify { by: format!("{} paths are as tried, after the effects were run by hand", plan.changes.len() + plan.guesses.len()) });
    }
    let change = acts(desk, &id, &known).await?;
    for it in drift {
        show::talk(&neutral(&format!("it is otherwise than was tried: {it}\n")));
    }
    show::talk(&format!("{id} is {}\n", change.standing()));
    Ok(ExitCode::from(if change.state == State::Verified { exit::PROVEN } else { exit::EXPECTED }))
}

/// Records that a change failed and was taken back.
pub(super) async fn back(desk: &Desk, id: &str, reason: &str) -> Result<(), Fault> {
    let reason = || reason.to_owned();
    acts(desk, id, &[Act::Fail { reason: reason() }, Act::Retreat { reason: reason() }, Act::Undo]).await.map(drop)
}

/// Records acts in one transaction.
pub(super) async fn acts(desk: &Desk, id: &str, acts: &[Act]) -> Result<Change, Fault> {
    let mut writing: Writing = desk.store.begin().await?;
    let mut change = None;
    for act in acts {
        change = Some(writing.act(id, &desk.actor, act, jiff::Timestamp::now(), &desk.rules).await?.after);
    }
    writing.commit().await?;
    match change {
        Some(change) => Ok(change),
        None => Ok(desk.store.history(id).await?.change),
    }
}

fn effects(run: bool, rules: &Rules) -> Effects {
    if !run {
        return Effects::Print;
    }
    let usual = Executor::default();
    let timeout = rules.effects.timeout.and_then(|it| Duration::try_from(it).ok()).unwrap_or(usual.timeout);
    Effects::Run(Executor { allow: rules.effects.allow.clone(), timeout, elsewhere: rules.effects.elsewhere, ..usual })
}

/// An error with its causes, on one line.
pub(super) fn told(error: &apply::Error) -> String {
    let mut out = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        out.extend([": ", &it.to_string()]);
        cause = it.source();
    }
    out
}

/// What is refused for want of approval has the exit code of that.
fn refused(refusal: Refusal) -> Fault {
    let code = match &refusal {
        Refusal::State { state, .. } => match State::of(state) {
            Some(State::Refused) => exit::REFUSED,
            Some(State::Unproven) => exit::UNPROVEN,
            Some(State::Proposed | State::Proven | State::NeedsApproval | State::AwaitingApproval) => exit::NEEDS_APPROVAL,
            _ => exit::EXPECTED,
        },
        Refusal::Quorum { .. } => exit::NEEDS_APPROVAL,
        _ => exit::EXPECTED,
    };
    Fault::from(refusal).exits(code)
}
