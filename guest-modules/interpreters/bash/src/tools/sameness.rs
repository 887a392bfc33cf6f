//! Whether a file may be copied or moved onto another: what GNU coreutils 9.1 takes for the same file (copy.c, `same_file_ok`).

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{FileType, Stat};

use super::call::Call;

/// What matters of a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// Links are copied as links.
    pub(super) never_follows: bool,
    pub(super) moves: bool,
    pub(super) links_hard: bool,
    pub(super) links_symbolic: bool,
    /// What is in the way is taken away first.
    pub(super) unlinks_first: bool,
    pub(super) backs_up: bool,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sameness {
    Other,
    /// They are the same, and there is nothing to do.
    Done,
    Same,
}

/// Compares a source with what is in its place.
pub(super) fn compare(call: &Call<'_>, from: &str, source: &Stat, full: &str, there: &Stat, rules: Rules) -> Sameness {
    let same = source.inode == there.inode;
    let is_link = |it: &Stat| it.type_ == FileType::Symlink;
    let fine = |it: bool| if it { Sameness::Other } else { Sameness::Same };
    if same && rules.links_hard {
        return Sameness::Done;
    }
    let (source_link, there_link) = if rules.never_follows {
        if is_link(source) && is_link(there) {
            let one_name = is_one_name(call, from, full);
            return match (one_name, rules.backs_up, same) {
                (true, ..) => Sameness::Same,
                (false, false, true) if rules.moves => Sameness::Same,
                (false, false, true) => Sameness::Done,
                _ => Sameness::Other,
            };
        }
        (source.clone(), there.clone())
    } else {
        if !same {
            return Sameness::Other;
        }
        let (Ok(there), Ok(source)) = (call.stat(full, false), call.stat(from, false)) else { return Sameness::Other };
        if is_link(&source) && is_link(&there) && rules.unlinks_first {
            return Sameness::Other;
        }
        (source, there)
    };
    let same_link = source_link.inode == there_link.inode;
    if rules.backs_up {
        if !same_link {
            return fine(rules.moves || rules.never_follows || !is_link(&source_link) || is_link(&there_link));
        }
        return fine(!is_one_name(call, from, full));
    }
    if rules.moves || rules.unlinks_first {
        if is_link(&there_link) {
            return Sameness::Other;
        }
        if same_link && there_link.links > 1 && !is_one_name(call, from, full) {
            return fine(!rules.moves);
        }
    }
    if !is_link(&source_link) && !is_link(&there_link) {
        if !same_link {
            return Sameness::Other;
        }
        if rules.links_hard {
            return Sameness::Done;
        }
    }
    if rules.moves && is_link(source) && there_link.links > 1
        && let Ok(real) = call.kernel.workspace().real_path(&to_bytes(from))
    {
        return fine(real != name_of(call, full));
    }
    if rules.links_symbolic && is_link(&there_link) {
        return Sameness::Other;
    }
    if rules.never_follows {
        let followed = |path: &str, it: &Stat| if is_link(it) { call.stat(path, true).ok() } else { Some(it.clone()) };
        let (Some(source), Some(there)) = (followed(from, &source_link), followed(full, &there_link)) else { return Sameness::Other };
        if source.inode != there.inode {
            return Sameness::Other;
        }
        if rules.links_hard {
            return if is_link(&there_link) { Sameness::Other } else { Sameness::Done };
        }
    }
    Sameness::Same
}

/// Answers whether two paths are one name in one folder.
pub(super) fn is_one_name(call: &Call<'_>, one: &str, other: &str) -> bool {
    name_of(call, one) == name_of(call, other)
}

/// The path of a name whose folder is resolved and which itself is not.
pub(super) fn name_of(call: &Call<'_>, path: &str) -> Vec<u8> {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { "/" } else { folder };
    let folder = call.kernel.workspace().real_path(&to_bytes(folder)).unwrap_or_default();
    [folder.strip_suffix(b"/").unwrap_or(&folder), b"/", &to_bytes(name)].concat()
}
