//! Variants of a target: what a fix changes looks a little otherwise, as it does on the next machine.

use crate::{
    diff::Change,
    tree::{Actor, Errno, FileType, Quotas, Tree, Workspace},
};

/// Root, who prepares the variant.
const ROOT: Actor = Actor { uid: 0, gid: 0, umask: 0 };

/// How a file is made otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// Its last line has no line end.
    NoFinalNewline,
    /// Its lines end as those of Windows.
    CarriageReturns,
    /// What will be added stands there already, as comments.
    Decoys,
    /// It is what it shall be.
    AlreadyRight,
    /// The lines that will change are there twice.
    Twice,
    /// A drop-in folder beside it says otherwise.
    DropIn,
    /// It is a link to where it lies.
    Linked,
    /// Nobody may write it.
    ReadOnly,
    /// It is not there.
    Absent,
}

impl Variant {
    /// All there are.
    pub(super) const ALL: [Variant; 9] = [
        Variant::NoFinalNewline,
        Variant::CarriageReturns,
        Variant::Decoys,
        Variant::AlreadyRight,
        Variant::Twice,
        Variant::DropIn,
        Variant::Linked,
        Variant::ReadOnly,
        Variant::Absent,
    ];

    /// Says it of a file.
    pub(super) fn of(self, path: &[u8]) -> String {
        let path = String::from_utf8_lossy(path);
        match self {
            Variant::NoFinalNewline => format!("{path} without a final newline"),
            Variant::CarriageReturns => format!("{path} with CRLF line ends"),
            Variant::Decoys => format!("{path} with commented copies of the new lines"),
            Variant::AlreadyRight => format!("{path} as it shall be"),
            Variant::Twice => format!("{path} with the lines that change twice"),
            Variant::DropIn => format!("{path}.d with a file that says otherwise"),
            Variant::Linked => format!("{path} as a link"),
            Variant::ReadOnly => format!("{path} read-only"),
            Variant::Absent => format!("{path} absent"),
        }
    }
}

/// Where a linked file lies then.
pub(super) fn behind_link(path: &[u8]) -> Vec<u8> {
    [path, b".linked"].concat()
}

/// The file and its lines, before and after the fix.
struct Text<'a> {
    path: &'a [u8],
    old: &'a [u8],
    new: &'a [u8],
    mode: u32,
}

/// Makes a variant; none where it makes no sense for this file or is what was tried already.
pub(super) fn varied(variant: Variant, change: &Change, before: &Tree, after: &Tree) -> Result<Option<Tree>, Errno> {
    let (Some(was), Some(is)) = (&change.before, &change.after) else { return Ok(None) };
    if was.kind != FileType::Regular || is.kind != FileType::Regular || was.linked.is_some() {
        return Ok(None);
    }
    let (old, new) = (before.read_all(&change.path)?, after.read_all(&change.path)?);
    let text = Text { path: &change.path, old: &old, new: &new, mode: was.mode };
    let mut workspace = Workspace::over(before, Quotas::default());
    Ok(if make(variant, &text, &mut workspace)? { Some(workspace.tree()) } else { None })
}

fn make(variant: Variant, of: &Text<'_>, on: &mut Workspace) -> Result<bool, Errno> {
    let content = match variant {
        Variant::Linked => return linked(of, on).map(|()| true),
        Variant::ReadOnly => return on.set_mode(&ROOT, of.path, of.mode & 0o7444, false).map(|()| of.mode & 0o222 != 0),
        Variant::Absent => return on.remove_file(&ROOT, of.path).map(|()| true),
        Variant::DropIn => return drop_in(of, on),
        Variant::AlreadyRight => Some(of.new.to_vec()).filter(|_| of.new != of.old),
        Variant::NoFinalNewline => of.old.strip_suffix(b"\n").map(<[u8]>::to_vec),
        Variant::CarriageReturns => Some(of.old).filter(|it| it.contains(&b'\n') && !it.contains(&b'\r')).map(|it| replaced(it, b"\r\n")),
        Variant::Decoys => decoys(of),
        Variant::Twice => twice(of),
    };
    let Some(content) = content else { return Ok(false) };
    on.create(&ROOT, of.path, of.mode, false)?;
    on.write(&ROOT, of.path, 0, &content)?;
    Ok(true)
}

fn replaced(text: &[u8], end: &[u8]) -> Vec<u8> {
    text.split_inclusive(|it| *it == b'\n').flat_map(|line| line.strip_suffix(b"\n").map_or(line.to_vec(), |it| [it, end].concat())).collect()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|it| *it == b'\n').filter(|it| !it.is_empty())
}

/// Lines of one text that another lacks.
fn only<'a>(text: &'a [u8], other: &[u8]) -> Vec<&'a [u8]> {
    let others: std::collections::BTreeSet<&[u8]> = lines(other).collect();
    lines(text).filter(|it| !others.contains(it)).collect()
}

/// Comments of the new lines stand at the top, in a file that has comments with `#`.
fn decoys(of: &Text<'_>) -> Option<Vec<u8>> {
    let has_comments = lines(of.old).any(|it| it.trim_ascii_start().starts_with(b"#"));
    let added = only(of.new, of.old);
    if !has_comments || added.is_empty() || of.old.starts_with(b"#!") {
        return None;
    }
    let comments = added.iter().flat_map(|it| [b"#", *it, b"\n# see also: ", *it, b"\n"].concat());
    Some(comments.chain(of.old.iter().copied()).collect())
}

fn twice(of: &Text<'_>) -> Option<Vec<u8>> {
    let gone: Vec<&[u8]> = only(of.old, of.new).into_iter().filter(|it| !it.trim_ascii_start().starts_with(b"#")).collect();
    if gone.is_empty() || !of.old.ends_with(b"\n") || gone.iter().any(|it| it.contains(&b'{') || it.contains(&b'<')) {
        return None;
    }
    Some([of.old, &gone.join(&b'\n'), b"\n"].concat())
}

/// The lines as they were stand in a drop-in, where the target has a folder for them.
fn drop_in(of: &Text<'_>, on: &mut Workspace) -> Result<bool, Errno> {
    let folder = [of.path, b".d"].concat();
    let gone = only(of.old, of.new);
    if gone.is_empty() || on.stat(&ROOT, &folder, true).is_err() {
        return Ok(false);
    }
    let path = [&folder[..], b"/zz-invitro.conf"].concat();
    on.create(&ROOT, &path, 0o644, true)?;
    on.write(&ROOT, &path, 0, &[&gone.join(&b'\n')[..], b"\n"].concat())?;
    Ok(true)
}

fn linked(of: &Text<'_>, on: &mut Workspace) -> Result<(), Errno> {
    let place = behind_link(of.path);
    on.rename(&ROOT, of.path, &place)?;
    let name = place.rsplit(|it| *it == b'/').next().unwrap_or_default().to_vec();
    on.make_link(&ROOT, &name, of.path)
}
