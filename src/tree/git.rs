//! What belongs to git alone: `.git` under every name by which git itself knows it (git, path.c: `is_ntfs_dotgit`, utf8.c: `is_hfs_dotgit`,
//! which core.protectNTFS and core.protectHFS switch on), and a directory of any name that is one of git's (setup.c, `is_git_directory`),
//! as bare repositories are and those to which a `.git` file or link points.

use super::{node::FileType, view::Layer};

/// Characters that HFS+ leaves out of names (Apple, TN1150; git, utf8.c: `next_hfs_char`).
fn is_ignored(it: char) -> bool {
    matches!(it, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// Answers whether a name is `.git`, or would be on a system that folds names.
pub(super) fn is_git(name: &[u8]) -> bool {
    if name == b".git" {
        return true;
    }
    // Everything else begins with a dot, a `g` or an ignored character: most names are done with here.
    if !matches!(name.first(), Some(b'.' | b'g' | b'G' | 0xe2 | 0xef)) {
        return false;
    }
    let begins = |start: &[u8]| name.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    let ends = |rest: &[u8]| rest.iter().find(|it| !matches!(**it, b'.' | b' ')).is_none_or(|it| matches!(it, b'\\' | b':'));
    let on_ntfs = (begins(b".git") && ends(&name[4..])) || (begins(b"git~1") && ends(&name[5..]));
    let on_hfs = || std::str::from_utf8(name).is_ok_and(|it| it.chars().filter(|it| !is_ignored(*it)).flat_map(char::to_lowercase).eq(".git".chars()));
    on_ntfs || on_hfs()
}

/// Answers whether a path without links has a part that is git's by its name.
pub(crate) fn has_git(path: &[u8]) -> bool {
    path.split(|it| *it == b'/').any(is_git)
}

/// Answers whether a folder is one of git's, by what it holds.
pub(super) fn is_git_folder(layer: &Layer, folder: u64) -> bool {
    let Ok(names) = layer.names(folder) else { return false };
    let is_folder = |name: &[u8]| names.get(name).is_some_and(|it| it.1 != FileType::Regular);
    names.contains_key(b"HEAD".as_slice()) && is_folder(b"objects") && is_folder(b"refs")
}

/// Answers whether what is at a path without links is git's, by its name or by the folders that it lies in.
pub(super) fn is_inside(layer: &Layer, path: &[u8]) -> bool {
    if has_git(path) {
        return true;
    }
    let mut folder = 1;
    for part in path.split(|it| *it == b'/').filter(|it| !it.is_empty()) {
        if is_git_folder(layer, folder) {
            return true;
        }
        match layer.names(folder).ok().and_then(|it| it.get(part).copied()) {
            Some((inode, FileType::Directory)) => folder = inode,
            _ => return false,
        }
    }
    is_git_folder(layer, folder)
}

#[cfg(test)]
mod tests {
    use super::is_git;

    #[test]
    fn names_are_git_s_as_git_sees_them() {
        for name in
            [".git", ".GIT", ".gIt", ".git.", ".git ", ".git. .", "git~1", "GIT~1.", ".git::$INDEX_ALLOCATION", ".git\\x", ".g\u{200c}it", "\u{feff}.Git"]
        {
            assert!(is_git(name.as_bytes()), "{name}");
        }
        for name in ["", ".", ".gitignore", ".gitmodules", ".github", "git", "git~2", "git~10", ".git-blame", ".git.x", "x.git", ".g\u{ff}it", "\u{2028}.git"] {
            assert!(!is_git(name.as_bytes()), "{name}");
        }
    }
}
