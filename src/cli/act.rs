//! `invitro approve`, `reject`, `comment` and `cancel`: what somebody says of a change.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    desk, exit,
    fault::Fault,
    show,
    words::{Approve, Comment, Desk, Reasoned},
};
use crate::{
    change::{Act, State, standing},
    report::neutral,
};

pub(super) fn approve(of: &Approve) -> Result<ExitCode, Fault> {
    let reason = || of.reason.clone().unwrap_or_default();
    let act = match of {
        Approve { ask: true, .. } => Act::Submit,
        Approve { override_it: true, .. } => Act::Override { reason: reason() },
        Approve { emergency: true, .. } => Act::Emergency { reason: reason() },
        _ => Act::Approve { evidence: of.evidence.clone(), reason: of.reason.clone() },
    };
    run(&of.desk, &of.change, &act)
}

pub(super) fn reject(of: &Reasoned) -> Result<ExitCode, Fault> {
    run(&of.desk, &of.change, &Act::Reject { reason: of.reason.clone() })
}

pub(super) fn cancel(of: &Reasoned) -> Result<ExitCode, Fault> {
    run(&of.desk, &of.change, &Act::Cancel { reason: of.reason.clone() })
}

pub(super) fn comment(of: &Comment) -> Result<ExitCode, Fault> {
    run(&of.desk, &of.change, &Act::Comment { text: of.text.clone() })
}

fn run(of: &Desk, change: &str, act: &Act) -> Result<ExitCode, Fault> {
    let after = desk::work(of, async |desk| {
        let id = desk.store.find(change).await?;
        let mut writing = desk.store.begin().await?;
        let acted = writing.act(&id, &desk.actor, act, desk.now, &desk.rules).await?;
        writing.commit().await?;
        let mut told: String = acted.events.iter().map(|it| format!("{} {}\n", desk.actor.name, it.told())).collect();
        let standing = standing(&acted.after, &desk.rules, desk.now);
        if acted.after.state == State::AwaitingApproval {
            let _ = writeln!(told, "{} of {} approvals", standing.have.len(), standing.need);
        }
        let _ = writeln!(told, "{id} is {}", acted.after.standing());
        show::talk(&neutral(&told));
        Ok(acted.after)
    })?;
    let is_waiting = after.state == State::AwaitingApproval && !matches!(act, Act::Comment { .. });
    Ok(ExitCode::from(if is_waiting { exit::NEEDS_APPROVAL } else { exit::PROVEN }))
}
