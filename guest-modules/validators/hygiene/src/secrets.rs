//! Remarks on secrets that a change puts where everybody reads: hashes of passwords, private keys.

use invitro_sdk::validator::invitro::remediation::{
    files::Tree,
    types::{FileType, Note, NoteLevel},
};

use crate::{MOST_BYTES, View};

/// What a private key begins with (RFC 7468).
const KEY: &str = "PRIVATE KEY-----";

/// Hashes of shadow(5), without those that lock an account.
pub(crate) fn hashes(tree: &Tree) -> Vec<String> {
    let bytes = tree_support::validator::bytes(tree, b"/etc/shadow", MOST_BYTES).unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().filter_map(|it| it.split(':').nth(1)).map(|it| it.trim_start_matches('!')).filter(|it| it.starts_with('$') && it.len() > 4 || it.len() > 12).map(str::to_owned).collect()
}

pub(crate) fn review(view: &View<'_>, hashes: &[String], notes: &mut Vec<Note>) {
    let (Some(text), Some(is)) = (view.after.as_deref(), &view.change.after) else { return };
    if is.type_ != FileType::Regular || is.mode & 0o004 == 0 {
        return;
    }
    let had = view.before.as_deref().unwrap_or_default();
    let open_before = view.change.before.as_ref().is_some_and(|it| it.mode & 0o004 != 0);
    let new = |words: &str| text.contains(words) && !(open_before && had.contains(words));
    if hashes.iter().any(|it| new(it)) {
        notes.push(view.note("secret-copied", NoteLevel::Error, None, "everybody can read it, and it holds the hash of a password of /etc/shadow"));
    } else if new(KEY) {
        notes.push(view.note("secret-copied", NoteLevel::Error, None, "everybody can read it, and it holds a private key"));
    }
}
