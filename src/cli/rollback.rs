//! `invitro rollback`: takes an applied change back, and goes on where that was interrupted.

use std::process::ExitCode;

use super::{
    apply::{acts, settled, told},
    desk::{self, Desk},
    exit,
    fault::Fault,
    show,
    words::Rollback,
};
use crate::{
    apply::{self, Applied, Effects, Since, Standing},
    change::{Act, State},
    report::neutral,
};

pub(super) fn run(of: &Rollback) -> Result<ExitCode, Fault> {
    desk::work(&of.desk, async |desk| {
        let id = desk.store.find(&of.change).await?;
        back(desk, &id, &of.reason, of.merge).await
    })
}

/// Takes one change back.
pub(super) async fn back(desk: &Desk, id: &str, reason: &str, merge: bool) -> Result<ExitCode, Fault> {
    let change = desk.store.history(id).await?.change;
    let (journal, way_back) = (desk.premises.journal(id)?, desk.premises.journal_back(id)?);
    let was_interrupted = change.state == State::RollingBack;
    if !was_interrupted {
        acts(desk, id, &[Act::Retreat { reason: reason.to_owned() }]).await?;
    }
    let done = if was_interrupted && apply::has_begun(&way_back)? {
        match settled(apply::resume(&way_back, &Effects::Print))? {
            // The way back had failed, and was taken back itself.
            Ok(applied) if applied.standing == Standing::RolledBack => {
                acts(desk, id, &[Act::Stand { reason: "the rollback failed, and the target is as it was applied".into() }]).await?;
                show::talk(&format!("{id} stands as it was applied: the rollback had failed; try it again\n"));
                return Ok(ExitCode::from(exit::EXPECTED));
            }
            done => done,
        }
    } else {
        if way_back.exists() {
            // An earlier way back was refused, or ended before it began.
            std::fs::remove_dir_all(&way_back)?;
        }
        apply::roll_back(&journal, &way_back, if merge { Since::Merge } else { Since::Refuse })
    };
    settle(desk, id, done).await
}

async fn settle(desk: &Desk, id: &str, done: Result<Applied, apply::Error>) -> Result<ExitCode, Fault> {
    match done {
        Ok(applied) => {
            let change = acts(desk, id, &[Act::Undo]).await?;
            for it in &applied.left {
                show::talk(&neutral(&format!("somebody else changed it since, and it was left as it is: {it}\n")));
            }
            show::talk(&format!("{id} is {}; effects that were run are not taken back: restart what reads these files\n", change.standing()));
            Ok(ExitCode::from(exit::PROVEN))
        }
        Err(error @ (apply::Error::Stuck { .. } | apply::Error::Killed(_))) => {
            Err(Fault::from(error).hint("mend the cause, then `invitro rollback` again; until then the change is `rolling-back`"))
        }
        Err(error) => {
            // Nothing was changed, or it was put back: the change stands as before.
            if let apply::Error::Conflicts(conflicts) = &error {
                for it in conflicts {
                    show::talk(&neutral(&format!("{}: {}\n", String::from_utf8_lossy(&it.path), it.what)));
                }
            }
            acts(desk, id, &[Act::Stand { reason: neutral(&told(&error)) }]).await?;
            Err(Fault::from(error).hint("nothing was changed; `--merge` merges text that others changed elsewhere"))
        }
    }
}
