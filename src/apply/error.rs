//! Why a plan could not be carried out, and what is not as it was tried.

use std::{io, path::PathBuf};

use crate::diff::FileState;

/// One path that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Where.
    pub path: Vec<u8>,
    /// What was expected there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Drift {
    /// Says how two states differ; secrets are never shown, as states hold digests only.
    pub(super) fn of(path: &[u8], expected: Option<&FileState>, found: Option<&FileState>) -> Drift {
        Drift { path: path.to_vec(), expected: told(expected, found), found: told(found, expected) }
    }
}

impl std::fmt::Display for Drift {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: expected {}, found {}", String::from_utf8_lossy(&self.path).escape_debug(), self.expected, self.found)
    }
}

/// Says a state in words, so far as it differs from another one.
fn told(it: Option<&FileState>, other: Option<&FileState>) -> String {
    let Some(it) = it else { return "nothing".into() };
    let Some(other) = other.filter(|other| other.kind == it.kind) else { return it.kind.word().into() };
    let mut words = vec![it.kind.word().to_owned()];
    if it.mode != other.mode {
        words.push(format!("mode {:04o}", it.mode));
    }
    if (it.uid, it.gid) != (other.uid, other.gid) {
        words.push(format!("owner {}:{}", it.uid, it.gid));
    }
    if it.sha256 != other.sha256 {
        words.push(it.sha256.map_or("unreadable content".into(), |digest| format!("content {digest}")));
    }
    if it.target != other.target {
        words.push(format!("target {}", String::from_utf8_lossy(it.target.as_deref().unwrap_or_default()).escape_debug()));
    }
    if it.linked != other.linked {
        words.push(it.linked.as_ref().map_or("no other name".into(), |first| format!("a name of {}", String::from_utf8_lossy(first).escape_debug())));
    }
    if it.xattrs != other.xattrs {
        let names = it.xattrs.as_ref().map(|all| all.iter().filter(|(name, value)| other.xattrs.as_ref().and_then(|it| it.get(*name)) != Some(*value)));
        let names = names.map(|it| it.map(|(name, value)| format!("{}={value}", String::from_utf8_lossy(name).escape_debug())).collect::<Vec<_>>().join(" "));
        words.push(names.map_or("unreadable attributes".into(), |it| if it.is_empty() { "no such attributes".into() } else { format!("attributes {it}") }));
    }
    if it.flags != other.flags {
        let flags = it.flags.words().join(" ");
        words.push(if flags.is_empty() { "no flags".into() } else { format!("flags {flags}") });
    }
    words.join(", ")
}

/// Why a plan could not be made, carried out or taken back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target is not what was tried. Nothing was changed.
    #[error("the target is not as it was tried, in {} paths: {}; try the fix again on what is there now", .0.len(), listed(.0))]
    Drift(Vec<Drift>),
    /// Somebody else changed a path while it was being replaced. What he left is there.
    #[error("{0} was changed by somebody else in the meantime; what he left stands")]
    Raced(Drift),
    /// The tree is not as it was to be after all steps.
    #[error("the result is not as it was tried, in {} paths: {}", .0.len(), listed(.0))]
    NotAsTried(Vec<Drift>),
    /// It was taken back after a failure.
    #[error("it was rolled back{}", left_over(.left))]
    RolledBack {
        /// What failed.
        #[source]
        because: Box<Error>,
        /// Paths that others changed, which were left as they are.
        left: Vec<Drift>,
    },
    /// It failed, and could not be taken back. The journal knows how to go on.
    #[error("it failed, and so did the way back ({failed}); the journal {} is open: mend the cause, then abort it", journal.display())]
    Stuck {
        /// What failed first.
        #[source]
        because: Box<Error>,
        /// Why the way back failed.
        failed: Box<Error>,
        /// The journal.
        journal: PathBuf,
    },
    /// Touched paths changed since the plan was applied. Nothing was changed.
    #[error("{} paths changed since: {}; merge, or put them right by hand", .0.len(), listed(.0))]
    ChangedSince(Vec<Drift>),
    /// Changes of others meet what is to be taken back. Nothing was changed.
    #[error("{} paths can't be merged: {}", .0.len(), .0.iter().map(|it| String::from_utf8_lossy(&it.path).escape_debug().to_string()).collect::<Vec<_>>().join(", "))]
    Conflicts(Vec<super::Conflict>),
    /// The plan can't be written on a living system.
    #[error("{}: {what}", String::from_utf8_lossy(path).escape_debug())]
    Unfit {
        /// Where.
        path: Vec<u8>,
        /// Why not, with the way out.
        what: String,
    },
    /// The target, the journal or a folder is not fit for what is asked.
    #[error("{}: {what}", place.display())]
    Place {
        /// Which.
        place: PathBuf,
        /// What is wrong, with the way out.
        what: String,
    },
    /// The journal is damaged.
    #[error("the journal {} is damaged in line {line}: {what}; compare the target with the snapshots in its folder by hand", journal.display())]
    Journal {
        /// Which.
        journal: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// An effect is not allowed, or failed.
    #[error("the effect `{words}` {what}")]
    Effect {
        /// The words of the command.
        words: String,
        /// What is wrong with it.
        what: String,
    },
    /// The system refused something on a path of the target.
    #[error("failed to {what} {}", String::from_utf8_lossy(path).escape_debug())]
    System {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: Vec<u8>,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The system refused something on a file of ours.
    #[error("failed to {what} {}", place.display())]
    Own {
        /// What was tried.
        what: &'static str,
        /// Where.
        place: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The process ends here: told by tests, which then look at what a kill leaves.
    #[error("ended at boundary {0}")]
    Killed(u64),
}

fn listed(drift: &[Drift]) -> String {
    drift.iter().map(Drift::to_string).collect::<Vec<_>>().join("; ")
}

fn left_over(left: &[Drift]) -> String {
    if left.is_empty() { String::new() } else { format!(", but what others changed was left as it is: {}", listed(left)) }
}

impl Error {
    /// Makes what wraps an error of the system on a path of the target.
    pub(super) fn system<E: Into<io::Error>>(what: &'static str, path: &[u8]) -> impl FnOnce(E) -> Error {
        let path = path.to_vec();
        move |source| Error::System { what, path, source: source.into() }
    }

    /// Makes what wraps an error of the system on a file of ours.
    pub(super) fn own<E: Into<io::Error>>(what: &'static str, place: &std::path::Path) -> impl FnOnce(E) -> Error {
        let place = place.to_path_buf();
        move |source| Error::Own { what, place, source: source.into() }
    }
}
