//! The least paths that a fix needs, as `--allow` takes them: what it changed in a first run, in a replay with another clock, seed and
//! order, and in a second run. A name that is another one in each run becomes a glob of one segment.

use std::collections::BTreeSet;

use super::trial::Bench;
use crate::{
    diff,
    remediation::Remediation,
    sandbox::{DryRun, Ended, Setting, rehearse},
    tree::Tree,
};

/// What was learnt of a fix.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// Patterns of a scope, sorted.
    pub allow: Vec<String>,
    /// How the first run ended.
    pub ended: Ended,
    /// Paths that no pattern can say.
    pub unsaid: Vec<Vec<u8>>,
}

/// Runs a fix and learns where it writes.
pub fn learn(bench: &Bench<'_>, before: &Tree, remediation: &Remediation) -> Learnt {
    let setting = Setting::new(bench.modules, bench.policy.limits, bench.context);
    let first = rehearse(&setting, before, remediation);
    let replay = rehearse(&Setting { reversed: true, ..setting.later() }, before, remediation);
    let again = rehearse(&setting.later(), &first.after, remediation);
    let changed = |from: &Tree, run: &DryRun| diff::between(from, &run.after).into_iter().map(|it| it.path).collect::<BTreeSet<_>>();
    let (one, other) = (changed(before, &first), changed(before, &replay));
    let mut paths: BTreeSet<Vec<u8>> = one.union(&other).cloned().collect();
    paths.extend(changed(&first.after, &again));
    let fixed: BTreeSet<&Vec<u8>> = one.intersection(&other).collect();
    let (mut allow, mut unsaid) = (BTreeSet::new(), Vec::new());
    for path in &paths {
        let twin = paths.iter().filter(|it| !fixed.contains(path) && it != &path && !fixed.contains(it)).find_map(|it| between(path, it));
        match twin.or_else(|| said(path)).filter(|it| crate::remediation::Scope::parse([it.as_str()]).is_ok()) {
            Some(pattern) => drop(allow.insert(pattern)),
            None => unsaid.push(path.clone()),
        }
    }
    Learnt { allow: allow.into_iter().collect(), ended: first.ended, unsaid }
}

/// A path as a pattern: what would be taken for a glob, or is no text, stands for any one byte.
fn said(path: &[u8]) -> Option<String> {
    let any = |it: &u8| if matches!(it, b'*' | b'?') || !(it.is_ascii_graphic() || *it == b' ') { b'?' } else { *it };
    match std::str::from_utf8(path) {
        Ok(text) if !text.contains(['*', '?']) && !text.chars().any(char::is_control) => Some(text.to_owned()),
        _ => String::from_utf8(path.iter().map(any).collect()).ok(),
    }
}

/// The glob that covers two names of one folder which are alike at an end: `/etc/backup.Xa1` and `/etc/backup.9fz`.
fn between(path: &[u8], other: &[u8]) -> Option<String> {
    let cut = |it: &[u8]| it.iter().rposition(|it| *it == b'/').map(|at| at + 1);
    let at = cut(path).filter(|at| Some(*at) == cut(other) && path[..*at] == other[..*at])?;
    let (name, twin) = (&path[at..], &other[at..]);
    let head = name.iter().zip(twin).take_while(|(a, b)| a == b).count();
    let most = name.len().min(twin.len()) - head;
    let tail = name.iter().rev().zip(twin.iter().rev()).take_while(|(a, b)| a == b).count().min(most);
    if head + tail < 2 {
        return None;
    }
    let whole = [&path[..at + head], b"*", &name[name.len() - tail..]].concat();
    String::from_utf8(whole).ok().filter(|it| it.matches('*').count() == 1 && !it.contains('?'))
}

#[cfg(test)]
mod tests {
    use super::{between, said};

    #[test]
    fn a_name_of_each_run_becomes_a_glob() {
        assert_eq!(between(b"/etc/backup.Xa1.old", b"/etc/backup.9fz.old").as_deref(), Some("/etc/backup.*.old"));
        assert_eq!(between(b"/etc/a", b"/etc/b"), None, "names that share nothing");
        assert_eq!(between(b"/etc/x/aa", b"/etc/y/aa"), None, "names of two folders");
        assert_eq!(said(b"/etc/a*b\xff").as_deref(), Some("/etc/a?b?"));
        assert_eq!(said("/etc/größe".as_bytes()).as_deref(), Some("/etc/größe"));
    }
}
