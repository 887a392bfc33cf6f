//! Open files. The workspace knows paths, a descriptor is bound to a file: so what is removed or replaced while it is open lives on
//! here, as it does on Linux, and what somebody else may have replaced is looked at before it is used again.

use std::{cell::RefCell, rc::Rc};

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    ledger,
    types::{Entry, Error, FileType, Stat},
};

use crate::{errno::wasi, session};

/// Most bytes of one read or write of the workspace.
pub(crate) const MOST_BYTES: usize = 1 << 20;

/// The library of Python, which CPython reads where the snapshot knows it, and which is in no target.
pub(crate) static LIBRARY: &[u8] = include_bytes!(env!("PYTHON_LIBRARY"));
/// Where CPython's snapshot looks for it.
pub(crate) const LIBRARY_PATH: &[u8] = b"/usr/local/lib/python314.zip";
/// Time of the library: the beginning of the epoch of zip archives, in seconds.
pub(crate) const LIBRARY_TIME: u64 = 315_532_800;

/// Content that has no name any more.
pub(crate) type Orphan = Rc<RefCell<Vec<u8>>>;

/// An open file or folder.
pub(crate) struct Node {
    pub(crate) path: Vec<u8>,
    pub(crate) inode: u64,
    pub(crate) kind: FileType,
    pub(crate) at: u64,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
    pub(crate) appends: bool,
    pub(crate) orphan: Option<(Orphan, Stat)>,
    /// The listing that fd_readdir pages through.
    pub(crate) names: Option<Vec<Entry>>,
}

/// What a number stands for.
pub(crate) enum Open {
    Stdin,
    Stdout,
    Stderr,
    /// The root, which is open from the beginning.
    Root,
    /// `/dev/null`.
    Null,
    /// `/dev/zero`, and `/dev/urandom` where it is random.
    Device { random: bool },
    /// Python's library.
    Library { at: u64 },
    At(Node),
}

/// All entries of a folder.
pub(crate) fn list(workspace: &Workspace, path: &[u8]) -> Result<Vec<Entry>, Error> {
    // A tree has the folder, and a machine has something in it.
    if let Ok(real) = workspace.real_path(path)
        && matches!(real.as_slice(), b"/proc" | b"/sys")
    {
        crate::preview1::ask_of_kernel(&[&real[..], b"/"].concat());
    }
    let (mut all, mut cursor) = (Vec::new(), 0);
    loop {
        let page = workspace.list(path, cursor)?;
        all.extend(page.entries);
        match page.next {
            Some(next) => cursor = next,
            None => return Ok(all),
        }
    }
}

/// The whole content of a file.
pub(crate) fn read_all(workspace: &Workspace, path: &[u8]) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    loop {
        let bytes = workspace.read(path, all.len() as u64, MOST_BYTES as u32)?;
        if bytes.is_empty() {
            return Ok(all);
        }
        all.extend(bytes);
    }
}

/// What a removal takes from those who have the file open: its content, if this is its last name.
pub(crate) fn before_removal(workspace: &Workspace, path: &[u8]) -> Option<(Stat, Vec<u8>)> {
    let stat = workspace.stat(path, false).ok().filter(|it| it.type_ != FileType::Directory)?;
    let of_it = |it: &Open| matches!(it, Open::At(node) if node.inode == stat.inode && node.orphan.is_none());
    if session::with(|it| it.open.iter().flatten().any(of_it)) != Some(true) {
        return None;
    }
    if stat.links > 1 {
        ledger::unmodelled(&[b"python3".to_vec()], None, "a file with several names loses one of them while it is open");
    }
    let bytes = read_all(workspace, path).ok()?;
    Some((stat, bytes))
}

/// Keeps the content of a file whose last name went for those who have it open.
pub(crate) fn after_removal(kept: Option<(Stat, Vec<u8>)>) {
    let Some((stat, bytes)) = kept else { return };
    let orphan: Orphan = Rc::new(RefCell::new(bytes));
    session::with(|it| {
        for open in it.open.iter_mut().flatten() {
            if let Open::At(node) = open
                && node.inode == stat.inode
            {
                node.orphan = Some((orphan.clone(), Stat { links: 0, ..stat.clone() }));
            }
        }
    });
}

/// Carries open files along when what they are below got another name. The paths have no links in them.
pub(crate) fn carry_along(from: &[u8], to: &[u8]) {
    session::with(|it| {
        for open in it.open.iter_mut().flatten() {
            let Open::At(node) = open else { continue };
            let is_below = node.path.strip_prefix(from).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
            if is_below && node.orphan.is_none() {
                let rest = node.path.split_off(from.len());
                node.path = [to, &rest].concat();
            }
        }
    });
}

/// A path with the links of its folder resolved, but not one at its end.
pub(crate) fn named(workspace: &Workspace, path: &[u8]) -> Option<Vec<u8>> {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let at = path.iter().rposition(|it| *it == b'/')?;
    let folder = workspace.real_path(&path[..at.max(1)]).ok()?;
    Some(if folder == b"/" { path[at..].to_vec() } else { [&folder, &path[at..]].concat() })
}

/// Looks whether all that is open is still where it was, after somebody else worked on the files.
pub(crate) fn look_again(workspace: &Workspace) {
    let suspicious = session::with(|it| std::mem::take(&mut it.suspicious)).unwrap_or(false);
    if !suspicious {
        return;
    }
    let open: Vec<(Vec<u8>, u64)> = session::with(|it| {
        let nodes = it.open.iter().flatten().filter_map(|it| if let Open::At(node) = it { Some(node) } else { None });
        nodes.filter(|it| it.orphan.is_none()).map(|it| (it.path.clone(), it.inode)).collect()
    })
    .unwrap_or_default();
    for (path, inode) in open {
        if !workspace.stat(&path, false).is_ok_and(|it| it.inode == inode) {
            let shown = String::from_utf8_lossy(&path).into_owned();
            ledger::unmodelled(&[b"python3".to_vec()], None, &format!("a command removed or replaced {shown} while the script had it open"));
        }
    }
}

impl Node {
    /// Metadata as fstat(2) has it.
    pub(crate) fn stat(&self, workspace: &Workspace) -> Result<Stat, Error> {
        match &self.orphan {
            Some((bytes, stat)) => Ok(Stat { size: bytes.borrow().len() as u64, ..stat.clone() }),
            None => workspace.stat(&self.path, false),
        }
    }

    pub(crate) fn read(&self, workspace: &Workspace, at: u64, length: usize) -> Result<Vec<u8>, i32> {
        if !self.reads {
            return Err(wasi::BADF);
        }
        match &self.orphan {
            Some((bytes, _)) => {
                let bytes = bytes.borrow();
                let from = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes[from..bytes.len().min(from.saturating_add(length))].to_vec())
            }
            None => workspace.read(&self.path, at, length.min(MOST_BYTES) as u32).map_err(|it| crate::errno::of(&it)),
        }
    }

    pub(crate) fn write(&self, workspace: &Workspace, at: u64, bytes: &[u8]) -> Result<(), i32> {
        if !self.writes {
            return Err(wasi::BADF);
        }
        match &self.orphan {
            Some((all, _)) => {
                let (from, mut all) = (usize::try_from(at).map_err(|_| wasi::INVAL)?, all.borrow_mut());
                let end = from.checked_add(bytes.len()).filter(|it| *it < 256 << 20).ok_or(wasi::NOSPC)?;
                if all.len() < end {
                    all.resize(end, 0);
                }
                all[from..end].copy_from_slice(bytes);
                Ok(())
            }
            None => workspace.write(&self.path, at, bytes).map_err(|it| crate::errno::of(&it)),
        }
    }

    pub(crate) fn truncate(&self, workspace: &Workspace, length: u64) -> Result<(), i32> {
        if !self.writes {
            return Err(wasi::INVAL);
        }
        match &self.orphan {
            Some((all, _)) => {
                let length = usize::try_from(length).ok().filter(|it| *it < 256 << 20).ok_or(wasi::NOSPC)?;
                all.borrow_mut().resize(length, 0);
                Ok(())
            }
            None => workspace.truncate(&self.path, length).map_err(|it| crate::errno::of(&it)),
        }
    }
}
