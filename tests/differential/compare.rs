//! What real bash left beside what invitro says it leaves.

use std::{collections::BTreeMap, time::Duration};

use invitro::gate::Verdict;

use crate::{dry::Dry, outside, real::Real, script::Script, state::State};

/// The outcome of one script.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) corpus: &'static str,
    /// Every path right in type, mode, owner, target, content, and the exit status right.
    pub(crate) exact: bool,
    /// Every path right in type, target and content.
    pub(crate) content: bool,
    pub(crate) status: bool,
    pub(crate) stdout: bool,
    pub(crate) commands: bool,
    /// Whether real bash changed nothing the second time, and whether invitro says so.
    pub(crate) idempotent: (bool, Option<bool>),
    /// Real bash succeeded.
    pub(crate) succeeded: bool,
    /// Real bash changed something.
    pub(crate) changed: bool,
    pub(crate) verdict: Verdict,
    pub(crate) bad: bool,
    /// Why it is not exact, in a word or two; else why it is not proven.
    pub(crate) cause: String,
    /// Every difference, in a line each.
    pub(crate) differences: Vec<String>,
    /// Commands and options that nobody models.
    pub(crate) unmodelled: Vec<String>,
    pub(crate) real_took: Duration,
    pub(crate) took: Duration,
    pub(crate) once: Duration,
    pub(crate) proved: Duration,
}

impl Row {
    /// Answers whether `proven` was said of what is not so.
    pub(crate) fn is_false_proven(&self) -> bool {
        self.verdict == Verdict::Proven && (self.bad || !self.exact || !self.idempotent.0)
    }

    /// Answers whether it was let through though it is not so: with a person to ask.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.verdict == Verdict::NeedsApproval && !self.exact
    }

    /// Answers whether a good fix should be let through.
    pub(crate) fn is_owed(&self) -> bool {
        !self.bad && self.exact && self.idempotent.0 && self.succeeded && self.changed
    }

    /// Answers whether a second run was said to change what it does not change.
    pub(crate) fn is_falsely_accused(&self) -> bool {
        !self.bad && self.exact && self.idempotent.0 && self.idempotent.1 == Some(false)
    }

    /// Answers whether it is let through.
    pub(crate) fn is_let_through(&self) -> bool {
        matches!(self.verdict, Verdict::Proven | Verdict::NeedsApproval)
    }
}

/// Compares.
pub(crate) fn compare(script: &Script, real: &Real, dry: &Dry) -> Row {
    let mut differences = Vec::new();
    let (mut tree, mut content) = (true, true);
    let (truth, ours) = (&real.first.changes, &dry.changes);
    for path in truth.keys().chain(ours.keys().filter(|it| !truth.contains_key(*it))) {
        let name = String::from_utf8_lossy(path);
        if script.ignore.iter().any(|it| name == *it) {
            continue;
        }
        let (is, said) = (truth.get(path), ours.get(path));
        if is == said {
            continue;
        }
        tree = false;
        let alike = matches!((is, said), (Some(Some(a)), Some(Some(b))) if a.has_content_of(b));
        // A path that only one side names changed on that side alone: in owner or mode, perhaps.
        content &= alike;
        let shown = |it: Option<&Option<State>>| it.map_or("unchanged".to_owned(), |it| State::said(it.as_ref()));
        differences.push(format!("{name}: real {}, here {}", shown(is), shown(said)));
    }
    let here = dry.evidence.status.map_or(-1, i64::from);
    let status = here == i64::from(real.first.status);
    if !status {
        differences.push(format!("status: real {}, here {here} ({})", real.first.status, dry.evidence.ended));
    }
    let (told, heard) = (bag(&real.first.commands), bag(&dry.commands));
    if told != heard {
        for (argv, times) in &told {
            if heard.get(argv) != Some(times) {
                differences.push(format!("command: real {times} ×, here {} ×: {argv}", heard.get(argv).unwrap_or(&0)));
            }
        }
        for (argv, times) in heard.iter().filter(|it| !told.contains_key(it.0)) {
            differences.push(format!("command: real 0 ×, here {times} ×: {argv}"));
        }
    }
    let stdout = real.first.stdout == dry.evidence.stdout;
    let exact = tree && status;
    let unmodelled: Vec<String> = dry.evidence.unmodelled.iter().map(|it| format!("{}: {}", shown(&it.argv), it.reason)).collect();
    Row {
        name: script.name.clone(),
        corpus: script.corpus,
        exact,
        content,
        status,
        stdout,
        commands: told == heard,
        idempotent: (real.is_idempotent(), dry.evidence.proofs.idempotent.holds),
        succeeded: real.first.status == 0,
        changed: !truth.is_empty(),
        verdict: dry.evidence.verdict,
        bad: script.bad,
        cause: cause(dry),
        differences,
        unmodelled,
        real_took: real.first.took,
        took: dry.took,
        once: dry.once,
        proved: dry.proved,
    }
}

/// The first reason against the fix, with the command where it is about one.
fn cause(dry: &Dry) -> String {
    let reason = dry.evidence.reasons.first().map_or("none".to_owned(), |it| it.code.to_string());
    match dry.evidence.unmodelled.first() {
        Some(it) => format!("{reason}: {}", String::from_utf8_lossy(it.argv.first().map_or(b"", Vec::as_slice))),
        None => match dry.evidence.answers.iter().find(|it| it.matters) {
            Some(it) => format!("{reason}: {} {}", it.about, it.name),
            None => reason,
        },
    }
}

fn shown(argv: &[Vec<u8>]) -> String {
    argv.iter().map(|it| String::from_utf8_lossy(it)).collect::<Vec<_>>().join(" ")
}

/// Counts the calls whose commands are watched.
fn bag(calls: &[Vec<Vec<u8>>]) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for argv in calls {
        let name = argv.first().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
        if outside::is_watched(&name) {
            // Names of temporary files are nobody's business.
            let words = argv.iter().map(|it| if it.starts_with(b"/tmp/") { b"/tmp/*".to_vec() } else { it.clone() });
            *all.entry(shown(&words.collect::<Vec<_>>())).or_default() += 1;
        }
    }
    all
}
