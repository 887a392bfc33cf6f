//! Assumptions: answers that came from us rather than from the target. The fix is replayed with each one told otherwise.

use std::collections::BTreeMap;

use super::prove::Case;
use crate::{
    diff,
    sandbox::{Alteration, Ended, rehearse},
};

/// Replays with one answer each; the answers beyond are told otherwise all at once.
const MOST_REPLAYS: usize = 16;

/// One answer of ours, and whether the result hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Kind: `clock`, `mounts`, `tool-missing`, `script-name`, `running-state`, `recorded-command`.
    pub about: String,
    /// What was asked.
    pub name: String,
    /// Line of the script.
    pub line: Option<u32>,
    /// Whether another answer gives another tree.
    pub matters: bool,
}

/// Returns every answer of ours that the run consulted, with the replays' result.
pub fn answers(of: &Case<'_>) -> Vec<Answer> {
    if matches!(of.first.ended, Ended::Stopped(_)) {
        return Vec::new();
    }
    let ledger = &of.first.ledger;
    let mut tools: BTreeMap<(String, String), bool> = BTreeMap::new();
    let mut answers = Vec::new();
    for it in &ledger.assumptions {
        // Clock, seed and process id are told otherwise by the proof of determinism; answers of commands below.
        let alteration = match it.about.as_str() {
            "tool-missing" => Some(Alteration::Present(it.name.clone())),
            "tool-present" => Some(Alteration::Absent(it.name.clone())),
            "script-name" => Some(Alteration::Renamed),
            "mounts" => Some(Alteration::Unmounted),
            _ => None,
        };
        // One replay shows it for each place where the script asked for its name.
        let key = (it.about.clone(), if it.about == "script-name" { String::new() } else { it.name.clone() });
        let known = tools.get(&key).copied();
        // What a running kernel shows can't be told otherwise in a replay: doubt goes against the fix.
        let matters = it.about == "kernel-facts" || known.unwrap_or_else(|| alteration.is_some_and(|it| differs(of, it)));
        tools.insert(key, matters);
        answers.push(Answer { about: it.about.clone(), name: it.name.clone(), line: it.line, matters });
    }
    let (single, rest) = ledger.consulted.split_at(ledger.consulted.len().min(MOST_REPLAYS));
    let rest_matters = !rest.is_empty() && hangs_on(of, &rest.iter().map(|it| it.spawn).collect::<Vec<_>>());
    for (number, it) in ledger.consulted.iter().enumerate() {
        let matters = if number < single.len() { hangs_on(of, &[it.spawn]) } else { rest_matters };
        let words: Vec<_> = it.argv.iter().map(|it| String::from_utf8_lossy(it)).collect();
        answers.push(Answer { about: "recorded-command".into(), name: words.join(" "), line: it.line, matters });
    }
    answers
}

/// Whether the result hangs on the status of commands, or on what they print: a script may keep the latter though all went well.
fn hangs_on(of: &Case<'_>, spawns: &[u32]) -> bool {
    differs(of, Alteration::Flip(spawns.to_vec())) || differs(of, Alteration::Speak(spawns.to_vec()))
}

/// Replays with one answer told otherwise. A replay that itself fails says so on the machine too: only one that succeeds with
/// another tree is a silent difference, and that is what an answer of ours must not decide.
fn differs(of: &Case<'_>, alteration: Alteration) -> bool {
    let replay = rehearse(&of.setting.altered(alteration), of.before, of.remediation);
    let failed = replay.status != Some(0) && of.first.status == Some(0);
    !failed && !diff::between(&of.first.after, &replay.after).is_empty() || matches!(replay.ended, Ended::Stopped(_))
}
