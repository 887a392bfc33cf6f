//! Modes, owners and groups of single paths. Bits are only taken away.

use config_formats::{
    Files,
    permission::{self, Want, clauses},
};
use invitro_sdk::generator::{exports::invitro::remediation::propose::ProposeError, invitro::remediation::types::Risk};

use crate::{Made, Proposal, Target, complies, head};

pub(crate) fn propose(rule: &str, target: &Target<'_>) -> Option<Made> {
    let (path, want) = permission::want(rule)?;
    let Some(state) = target.state(path) else { return Some(Err(ProposeError::NotApplicable(format!("the target has no {path}")))) };
    let number = |name: &str| match name.parse() {
        Ok(number) => Some(number),
        Err(_) => target.text("/etc/group")?.lines().find_map(|line| line.strip_prefix(&format!("{name}:"))?.split(':').nth(1)?.parse::<u32>().ok()),
    };
    let (complied, command, title) = match want {
        Want::AtMost(most) => (state.mode & !most == 0, format!("chmod {} {path}", clauses(most)), format!("no more than mode {most:04o} for {path}")),
        Want::Owner(uid) => (state.uid == uid, format!("chown {uid} {path}"), format!("owner {uid} for {path}")),
        Want::Group(names) => {
            let groups: Vec<u32> = names.iter().filter_map(|it| number(it)).collect();
            let first = groups.first().copied().unwrap_or(0);
            (groups.contains(&state.gid), format!("chgrp {first} {path}"), format!("group {first} for {path}"))
        }
    };
    if complied {
        return Some(Err(complies()));
    }
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        script: format!("{}\n{command}\n", head(&title)),
        explanation: format!(
            "{path} has mode {:04o}, owner {} and group {}. The fix gives it {title}; programs that relied on the wider access lose it.",
            state.mode, state.uid, state.gid
        ),
        title,
        write_set: vec![path.to_owned()],
        effects: Vec::new(),
        risk: Risk::Low,
        restart: false,
    }))
}
