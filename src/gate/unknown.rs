//! What could not be simulated, and answers of ours that mattered.

use super::{
    decide::Judged,
    policy::Policy,
    verdict::{Reason, Verdict},
};
use crate::{diff::Change, sandbox::Ended};

pub(super) fn reasons(policy: &Policy, of: &Judged<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |code, message: String| reasons.push(Reason::new(Verdict::Unproven, code, message));
    for entry in &of.run.ledger.unmodelled {
        let words: Vec<_> = entry.argv.iter().map(|it| String::from_utf8_lossy(it)).collect();
        say("unmodelled", format!("{}{}{}", quoted(&words.join(" ")), line(entry.line), entry.reason));
    }
    if of.run.ledger.dropped > 0 {
        say("unmodelled", format!("{} further entries did not fit into the ledger", of.run.ledger.dropped));
    }
    if let Ended::Stopped(stop) = &of.run.ended {
        say("stopped", format!("the run was stopped: {stop}"));
    }
    if of.run.quota_was_met {
        say("quota", "a quota of the workspace stopped a write".into());
    }
    for path in &of.run.unreadable {
        say("unreadable", format!("{} could not be read, or has names that were not seen", String::from_utf8_lossy(path)));
    }
    let unsaid = |it: &&Change| [&it.before, &it.after].into_iter().flatten().any(|it| it.xattrs.is_none());
    for change in of.changes.iter().filter(unsaid).filter(|it| !of.run.unreadable.contains(&it.path)) {
        say("unreadable", format!("extended attributes of {} could not be read", String::from_utf8_lossy(&change.path)));
    }
    for path in of.before.moved(of.since) {
        say("moved", format!("{} changed on the target during the run", String::from_utf8_lossy(&path)));
    }
    for answer in of.answers.iter().filter(|it| it.matters) {
        say("assumption", format!("{}{}the result hangs on an answer of ours ({})", quoted(&answer.name), line(answer.line), answer.about));
    }
    for doubt in of.doubts.iter().filter(|it| policy.blocks(&it.code)) {
        say("doubt", format!("{}{}", line(doubt.line).trim_start(), doubt.message));
    }
    for (name, proof) in of.proofs.all().into_iter().filter(|it| it.1.untried && !matches!(of.run.ended, Ended::Stopped(_))) {
        say("proof-untried", format!("{name} could not be tried: {}", proof.reason));
    }
    reasons
}

fn quoted(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("`{words}`") }
}

fn line(number: Option<u32>) -> String {
    number.map_or(": ".to_owned(), |it| format!(" in line {it}: "))
}
