//! Lists of what a repository can't keep of a tree: modes, owners, links, programs. The laboratory and the cases read them.

use std::collections::BTreeMap;

/// A program that is there, and that only a model or a recorder can stand for: an ELF header and nothing else.
pub(crate) const PROGRAM: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0";

/// Owner, mode and the like of one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) mode: Option<u32>,
    pub(crate) uid: Option<u32>,
    pub(crate) gid: Option<u32>,
    /// It is a symbolic link to this.
    pub(crate) target: Option<String>,
    /// It is another name of this.
    pub(crate) hardlink: Option<String>,
    pub(crate) is_dir: bool,
    pub(crate) absent: bool,
    /// It is a program that only stands for one: where a root has the real one, that stays.
    pub(crate) is_program: bool,
    /// Bytes of a file that no folder has.
    pub(crate) content: Option<Vec<u8>>,
}

/// Reads a list, a path a line.
pub(crate) fn read(text: &str) -> BTreeMap<String, Mark> {
    text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#')).filter_map(mark).collect()
}

/// A line of a list: `path mode uid:gid`, `path dir mode uid:gid`, `path file mode uid:gid` (empty), `path program`, `path = other` (one file) or
/// `path -> target`.
fn mark(line: &str) -> Option<(String, Mark)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (path, rest) = words.split_first()?;
    let mut mark = Mark::default();
    match rest {
        ["->", target] => mark.target = Some((*target).to_owned()),
        ["=", other] => mark.hardlink = Some((*other).to_owned()),
        _ => {
            for word in rest {
                match (*word, word.split_once(':')) {
                    ("dir", _) => mark.is_dir = true,
                    ("file", _) => mark.content = Some(Vec::new()),
                    ("program", _) => (mark.is_program, mark.mode, mark.content) = (true, Some(0o755), Some(PROGRAM.to_vec())),
                    (_, Some((uid, gid))) => (mark.uid, mark.gid) = (uid.parse().ok(), gid.parse().ok()),
                    (mode, None) => mark.mode = u32::from_str_radix(mode, 8).ok(),
                }
            }
        }
    }
    Some(((*path).to_owned(), mark))
}
