//! What a run says.

use std::fmt::Write as _;

use unified_patch::{Done, Moved};

/// Says what was done, a line for each path and for each hunk that was moved.
pub(crate) fn done(done: &Done) -> String {
    let mut out = String::new();
    match done {
        Done::Already { paths } => {
            for path in paths {
                let _ = writeln!(out, "applied already: {}", String::from_utf8_lossy(path));
            }
        }
        Done::Apply { paths, moved: all, .. } => {
            for path in paths {
                let _ = writeln!(out, "patching {}", String::from_utf8_lossy(path));
            }
            for it in all {
                let _ = writeln!(out, "{}", moved(it));
            }
        }
    }
    out
}

/// Says where a hunk was put.
pub(crate) fn moved(it: &Moved) -> String {
    let path = String::from_utf8_lossy(&it.path);
    let mut out = format!("{path}: hunk {} fits at line {}", it.hunk, it.at);
    if it.offset != 0 {
        let _ = write!(out, ", {} lines away from where it says", it.offset.abs());
    }
    if it.fuzz > 0 {
        let _ = write!(out, ", with {} lines of context left out on either side", it.fuzz);
    }
    out
}
