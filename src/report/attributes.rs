//! What changed of extended attributes and inode flags, in words. Values are never shown: they may be secret.

use super::neutral::bytes;
use crate::{diff::Change, digest::Digest};

/// Says each attribute and flag that came, went or changed.
pub(super) fn changed(of: &Change) -> Vec<String> {
    let digests = |it: &Option<crate::diff::FileState>| it.as_ref().and_then(|it| it.xattrs.clone()).unwrap_or_default();
    let (was, is) = (digests(&of.before), digests(&of.after));
    let mut names: Vec<&Vec<u8>> = was.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    let short = |it: &Digest| it.hex().chars().take(12).collect::<String>();
    let mut told: Vec<String> = Vec::new();
    for name in names {
        told.extend(match (was.get(name), is.get(name)) {
            (was, is) if was == is => None,
            (None, Some(is)) => Some(format!("+ {} (sha256 {})", bytes(name), short(is))),
            (Some(was), None) => Some(format!("- {} (sha256 {})", bytes(name), short(was))),
            (Some(was), Some(is)) => Some(format!("~ {} (sha256 {} => {})", bytes(name), short(was), short(is))),
            (None, None) => None,
        });
    }
    let flags = |it: &Option<crate::diff::FileState>| it.as_ref().map(|it| it.flags.words()).unwrap_or_default();
    let (was, is) = (flags(&of.before), flags(&of.after));
    told.extend(was.iter().filter(|it| !is.contains(it)).map(|it| format!("- flag {it}")));
    told.extend(is.iter().filter(|it| !was.contains(it)).map(|it| format!("+ flag {it}")));
    if [&of.before, &of.after].into_iter().flatten().any(|it| it.xattrs.is_none()) {
        told.push("? extended attributes that could not be read".to_owned());
    }
    told
}
