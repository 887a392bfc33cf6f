//! Idempotent and deterministic: further runs, compared.

use super::{claim::Proof, prove::Case};
use crate::{
    diff::{self, Change},
    sandbox::{DryRun, Ended, Setting, rehearse},
    tree::{FileType, Tree},
};

/// Most runs that a fix may take to converge.
const MOST_RUNS: u32 = 3;

/// Paths that are named of a list.
const NAMED: usize = 3;

/// Says the first few paths of changes.
pub(super) fn shown(changes: &[Change]) -> String {
    let paths: Vec<_> = changes.iter().take(NAMED).map(|it| String::from_utf8_lossy(&it.path).into_owned()).collect();
    let more = if changes.len() > NAMED { format!(" and {} more", changes.len() - NAMED) } else { String::new() };
    format!("{}{more}", paths.join(", "))
}

/// A second run on the result, with a later clock, another seed and process id and empty scratch, changes nothing.
pub(super) fn idempotent(of: &Case<'_>) -> Proof {
    let later = of.setting.later();
    let mut tree = of.first.after.clone();
    let (mut reason, mut growing) = (String::new(), Vec::new());
    for runs in 1..=MOST_RUNS {
        let again = rehearse(&later, &tree, of.remediation);
        if let Some(proof) = otherwise(of.first, &again, "a second run") {
            return proof;
        }
        let mut changes = diff::between(&tree, &again.after);
        changes.retain(|it| !is_caught_up(it, &again));
        match (changes.is_empty(), runs) {
            (true, 1) => return Proof { runs: Some(1), ..Proof::of(true, "a second run changes nothing") },
            (true, _) if runs <= of.most_runs => {
                return Proof {
                    runs: Some(runs),
                    ..Proof::of(true, format!("{reason}; nothing changes from run {runs} on, and the policy allows {} runs", of.most_runs))
                };
            }
            (true, _) => return Proof { runs: Some(runs), ..Proof::of(false, format!("{reason}; nothing changes from run {runs} on")) },
            (false, 1) => reason = format!("a second run changes {}{}", shown(&changes), grown(&tree, &again.after, &changes)),
            (false, _) => {}
        }
        growing.retain(|path: &Vec<u8>| size(&again.after, path) > size(&tree, path));
        if runs == 1 {
            growing = changes.iter().map(|it| it.path.clone()).filter(|path| size(&again.after, path) > size(&tree, path)).collect();
        }
        tree = again.after;
    }
    let ends = match growing.first() {
        Some(path) => format!("{} grows with each run", String::from_utf8_lossy(path)),
        None => format!("it does not settle in {MOST_RUNS} runs"),
    };
    Proof { runs: Some(MOST_RUNS), ..Proof::of(false, format!("{reason}; {ends}")) }
}

fn size(tree: &Tree, path: &[u8]) -> u64 {
    tree.stat(path, false).map_or(0, |it| it.size)
}

/// Answers whether a change is a tool's own backup that has caught up: a model wrote `shadow-` or `diversions-old` on the tool's behalf, and it
/// is now what the file beside it is. Account tools and dpkg write it at each run (passwd(5), dpkg-divert(1)), and nothing reads it.
fn is_caught_up(change: &Change, run: &DryRun) -> bool {
    let beside = change.path.strip_suffix(b"-old").or_else(|| change.path.strip_suffix(b"-"));
    let (Some(beside), Some(state)) = (beside, &change.after) else { return false };
    run.ledger.model_writes.contains_key(&change.path)
        && state.kind == FileType::Regular
        && matches!((run.after.read_all(&change.path), run.after.read_all(beside)), (Ok(copy), Ok(file)) if copy == file)
}

/// A replay under another clock, seed, process id and readdir order gives the same tree.
pub(super) fn deterministic(of: &Case<'_>) -> Proof {
    const HOW: &str = "a replay under another clock, seed, process id and readdir order";
    let replay = rehearse(&Setting { reversed: true, ..of.setting.later() }, of.before, of.remediation);
    if let Some(proof) = otherwise(of.first, &replay, HOW) {
        return proof;
    }
    let changes = diff::between(&of.first.after, &replay.after);
    if changes.is_empty() {
        Proof::of(true, format!("{HOW} gives the same tree"))
    } else {
        Proof::of(false, format!("{HOW} differs in {}{}", shown(&changes), grown(&of.first.after, &replay.after, &changes)))
    }
}

/// The proof when a further run did not even end as the first did.
fn otherwise(first: &DryRun, again: &DryRun, how: &str) -> Option<Proof> {
    if let Ended::Stopped(stop) = &again.ended {
        return Some(Proof::of(false, format!("{how} was stopped: {stop}")));
    }
    if let Some(met) = again.ledger.unmodelled.iter().find(|it| !first.ledger.unmodelled.iter().any(|had| had.argv == it.argv)) {
        let words: Vec<_> = met.argv.iter().map(|it| String::from_utf8_lossy(it)).collect();
        return Some(Proof::untried(format!("{how} meets `{}`: {}", words.join(" "), met.reason)));
    }
    if again.ended == Ended::Unproven && first.ended != Ended::Unproven {
        return Some(Proof::untried(format!("{how} met something that could not be simulated")));
    }
    if again.status != first.status {
        let status = |run: &DryRun| run.status.map_or("no status".to_owned(), |it| it.to_string());
        return Some(Proof::of(false, format!("{how} exits with {}, the first run with {}", status(again), status(first))));
    }
    None
}

/// Names the first line that differs in the first changed text.
fn grown(before: &Tree, after: &Tree, changes: &[Change]) -> String {
    let line = changes.iter().find_map(|change| {
        if crate::diff::is_secret(&change.path) {
            return None;
        }
        let read = |tree: &Tree| tree.read_all(&change.path).map(|it| it.to_vec()).unwrap_or_default();
        let hunks = diff::unified(&read(before), &read(after))?;
        let (number, line) = diff::first_added(&hunks)?;
        Some(format!(": line {number} of {}, `{}`", String::from_utf8_lossy(&change.path), line.chars().take(120).collect::<String>()))
    });
    line.unwrap_or_default()
}
