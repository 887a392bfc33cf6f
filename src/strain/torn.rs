//! Whether a path that was caught in the midst of a fix holds what it held, what it will hold, or neither.

use crate::{
    diff::Change,
    tree::{FileType, Tree},
};

/// What a path holds: the bytes of a file, the target of a link, or nothing.
#[derive(PartialEq, Eq)]
enum Held {
    Nothing,
    Bytes(std::sync::Arc<Vec<u8>>),
    Link(Vec<u8>),
    Other,
}

fn held(tree: &Tree, path: &[u8]) -> Held {
    match tree.stat(path, false) {
        Err(_) => Held::Nothing,
        Ok(it) => match it.kind {
            FileType::Regular => tree.read_all(path).map_or(Held::Other, Held::Bytes),
            FileType::Symlink => tree.read_link(path).map_or(Held::Other, Held::Link),
            _ => Held::Other,
        },
    }
}

/// Whether a path lost what it held and has not all yet that it shall hold: it is gone, empty or cut off. A text that grew by whole lines is
/// not torn.
fn is_torn(old: &Held, now: &Held, new: &Held) -> bool {
    if now == old || now == new {
        return false;
    }
    match (old, now, new) {
        (_, Held::Nothing, _) => true,
        (old, Held::Bytes(now), Held::Bytes(new)) if new.starts_with(now) => {
            let grew = matches!(old, Held::Bytes(old) if now.starts_with(old) && now.ends_with(b"\n"));
            !grew
        }
        _ => false,
    }
}

/// Returns the paths among those that a fix changed which are torn in `now`.
pub(super) fn torn(changes: &[Change], before: &Tree, now: &Tree, after: &Tree) -> Vec<Vec<u8>> {
    let is = |it: &&Change| is_torn(&held(before, &it.path), &held(now, &it.path), &held(after, &it.path));
    changes.iter().filter(is).map(|it| it.path.clone()).collect()
}

/// Says paths, the first three by name.
pub(super) fn named(paths: &[Vec<u8>]) -> String {
    let shown: Vec<_> = paths.iter().take(3).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    let more = if paths.len() > 3 { format!(" and {} more", paths.len() - 3) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{Held, is_torn};

    #[test]
    fn tells_a_torn_file_from_an_old_a_new_and_a_grown_one() {
        let bytes = |text: &str| Held::Bytes(std::sync::Arc::new(text.as_bytes().to_vec()));
        let cases = [
            ("old", "a\nb\n", "a\nb\n", "x\ny\n", false),
            ("new", "a\nb\n", "x\ny\n", "x\ny\n", false),
            ("emptied", "a\nb\n", "", "x\ny\n", true),
            ("cut off", "a\nb\n", "x\n", "x\ny\n", true),
            ("grown by a line", "a\n", "a\nb\n", "a\nb\nc\n", false),
            ("grown by half a line", "a\n", "a\nb", "a\nbc\n", true),
            ("edited twice, whole each time", "a\nb\n", "x\nb\n", "x\ny\n", false),
        ];
        for (name, old, now, new, expected) in cases {
            assert_eq!(is_torn(&bytes(old), &bytes(now), &bytes(new)), expected, "{name}");
        }
        assert!(is_torn(&bytes("a\n"), &Held::Nothing, &bytes("b\n")), "gone in between");
        assert!(is_torn(&Held::Nothing, &bytes(""), &bytes("b\n")), "made and still empty");
        assert!(!is_torn(&Held::Nothing, &Held::Nothing, &bytes("b\n")), "not made yet");
    }
}
