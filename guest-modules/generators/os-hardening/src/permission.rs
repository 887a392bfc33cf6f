//! Modes, owners and groups of paths. Bits are only taken away.

use config_formats::{
    Files,
    permission::{self, Ask, clauses, group},
};
use invitro_sdk::generator::{exports::invitro::remediation::propose::ProposeError, invitro::remediation::types::Risk};

use crate::{Made, Proposal, Target, complies, head};

/// Most paths that one fix names.
const MOST: usize = 200;

pub(crate) fn propose(rule: &str, places: &[String], target: &Target<'_>) -> Option<Made> {
    let want = permission::want(rule)?;
    let paths = match want.holds(target, places) {
        Err(why) if want.pattern.is_empty() => return Some(Err(ProposeError::BadFinding(why))),
        Err(why) => return Some(Err(ProposeError::NotApplicable(format!("the target: {why}")))),
        Ok(true) => return Some(Err(complies())),
        Ok(false) => want.offenders(target, places),
    };
    if let Some(it) = paths.iter().find(|it| it.contains(['\'', '*', '?', '[', '\\']) || it.chars().any(char::is_control)) {
        return Some(Err(ProposeError::BadFinding(format!("{} has a name that no script should have", it.escape_debug()))));
    }
    if paths.len() > MOST {
        return Some(Err(ProposeError::BadFinding(format!("{} paths are not as they should be; one fix names at most {MOST}", paths.len()))));
    }
    let (command, what) = match &want.ask {
        Ask::AtMost(most) => (format!("chmod {}", clauses(*most)), format!("no more than mode {most:04o}")),
        Ask::Owner(uid) => (format!("chown {uid}"), format!("owner {uid}")),
        Ask::Group(names) => {
            let first = names.iter().find_map(|it| group(target, it)).unwrap_or(0);
            (format!("chgrp {first}"), format!("group {first}"))
        }
    };
    let title = match paths.as_slice() {
        [path] => format!("{what} for {path}"),
        [path, rest @ ..] => format!("{what} for {path} and {} more", rest.len()),
        [] => return None,
    };
    let states: Vec<String> = paths
        .iter()
        .filter_map(|path| target.state(path).map(|it| format!("{path} has mode {:04o}, owner {} and group {}.", it.mode, it.uid, it.gid)))
        .take(5)
        .collect();
    let commands: Vec<String> = paths.iter().map(|it| format!("{command} {}", quoted(it))).collect();
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        script: format!("{}\n{}\n", head(&title), commands.join("\n")),
        explanation: format!("{} The fix gives {title}; programs that relied on the wider access lose it.", states.join(" ")),
        title,
        write_set: paths,
        effects: Vec::new(),
        risk: Risk::Low,
        restart: false,
    }))
}

/// A path as a word of a script.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it));
    if plain { path.to_owned() } else { format!("'{path}'") }
}
