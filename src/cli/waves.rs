//! `invitro apply --waves`: the changes of many machines with one remediation, wave by wave.

use std::{collections::BTreeMap, process::ExitCode};

use jiff::Timestamp;

use super::{apply, desk::Desk, exit, fault::Fault, rollback, show};
use crate::change::{Change, Next, State, next_wave};

/// A wave that did not end well.
#[derive(Debug, thiserror::Error)]
enum WaveError {
    #[error("the wave `{wave}` was stopped: the change {id} is {standing}; {back} of its changes were rolled back, and no later wave was begun")]
    Stopped { wave: String, id: String, standing: String, back: usize },
    #[error("the wave `{wave}` stands: {} of its changes ({}) are neither verified nor approved, the first is {standing}", changes.len(), changes.join(", "))]
    Stands { wave: String, changes: Vec<String>, standing: String },
}

/// Applies what comes next until something holds or all is done.
pub(super) async fn run(desk: &Desk, of: &str, run_effects: bool, mut word: bool) -> Result<ExitCode, Fault> {
    let remediation = desk.store.history(of).await?.change.proposal.remediation;
    loop {
        // Of each machine the newest: what was rolled back there has a successor once the fix was tried again.
        let mut newest: BTreeMap<String, Change> = BTreeMap::new();
        for id in desk.store.with_remediation(&remediation).await? {
            let change = desk.store.history(&id).await?.change;
            newest.insert(change.proposal.asset.clone(), change);
        }
        let changes: Vec<Change> = newest.into_values().collect();
        match next_wave(&changes, &desk.inventory, Timestamp::now(), std::mem::take(&mut word)) {
            Next::Apply { wave, changes } => {
                show::talk(&format!("wave `{wave}`: {} changes\n", changes.len()));
                if !one(desk, &wave, &changes, run_effects).await? {
                    return Ok(ExitCode::from(exit::PROVEN));
                }
            }
            Next::Hold { wave, until } => {
                let until = until.map_or("until somebody says `--go`".to_owned(), |it| format!("until {it}"));
                show::talk(&format!("the wave `{wave}` is verified and holds {until}\n"));
                return Ok(ExitCode::from(exit::PROVEN));
            }
            Next::Closed { wave, from } => {
                let from = from.map_or("never".to_owned(), |it| it.to_string());
                show::talk(&format!("the wave `{wave}` waits for its maintenance, which opens {from}\n"));
                return Ok(ExitCode::from(exit::PROVEN));
            }
            Next::Stopped { wave, changes, standing } => return Err(WaveError::Stands { wave, changes, standing }.into()),
            Next::Done => {
                show::talk("all waves are verified\n");
                return Ok(ExitCode::from(exit::PROVEN));
            }
        }
    }
}

/// Applies one wave. Returns whether all of it is verified; with effects pending it waits. What fails takes the wave back.
async fn one(desk: &Desk, wave: &str, changes: &[String], run_effects: bool) -> Result<bool, Fault> {
    let (mut applied, mut waits) = (Vec::new(), false);
    for id in changes {
        let ended = apply::begin(desk, id, None, run_effects).await;
        let change = desk.store.history(id).await?.change;
        match (&ended, change.state) {
            (Ok(_), State::Verified) => applied.push(id),
            (Ok(_), State::Applied) if change.effects_pending => {
                applied.push(id);
                waits = true;
            }
            // Nothing of it was begun: its rules or its target speak against it, and so nothing of the wave stays.
            (_, state) => {
                if let Err(fault) = &ended {
                    show::talk(&crate::report::neutral(&fault.told()));
                }
                if state == State::Applied {
                    applied.push(id);
                }
                let mut back = 0;
                for done in applied.iter().rev() {
                    rollback::back(desk, done, &format!("the wave `{wave}` was stopped: the change {id} is {}", change.standing()), false).await?;
                    back += 1;
                }
                return Err(WaveError::Stopped { wave: wave.to_owned(), id: id.clone(), standing: change.standing(), back }.into());
            }
        }
    }
    if waits {
        show::talk(&format!("the wave `{wave}` waits for its effects: run them, say so with `invitro apply CHANGE --effects-done`, then go on with --waves\n"));
    }
    Ok(!waits)
}
