//! Files that are written though they hold already what is written: a fix that does not look first wakes whoever watches them.

use super::Doubted;
use crate::{
    guest::Doubt,
    tree::{FileType, is_scratch},
};

/// Paths that are told by name.
const NAMED: usize = 3;

/// Says which files were written and are as they were.
pub(super) fn rewritten(of: &Doubted<'_>) -> Option<Doubt> {
    let is = |path: &&Vec<u8>| {
        let there = of.before.stat(path, false).is_ok_and(|it| it.kind == FileType::Regular);
        there && !is_scratch(path) && of.changes.binary_search_by(|it| it.path.as_slice().cmp(path)).is_err() && of.run.after.stat(path, false).is_ok()
    };
    let paths: Vec<_> = of.run.write_set.iter().filter(is).map(|it| String::from_utf8_lossy(it)).collect();
    let first = paths.get(..paths.len().min(NAMED)).filter(|it| !it.is_empty())?.join(", ");
    let more = if paths.len() > NAMED { format!(" and {} more", paths.len() - NAMED) } else { String::new() };
    Some(Doubt { code: "rewritten-unchanged".into(), line: None, message: format!("written though nothing of it changes: {first}{more}") })
}
