//! What WASI stands on within one call, and the open files and folders of a guest.
//!
//! The workspace knows paths, a descriptor is bound to an inode. So a descriptor keeps both: renames through WASI carry its path along,
//! and where the path leads to another inode all the same, the run is unproven rather than told of another file.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use wasmtime::component::Resource;

use super::wit::filesystem::types::{DescriptorFlags, ErrorCode};
use crate::{
    guest::{
        bindings::wit::types,
        files::{TreeHandle, WorkspaceHandle},
        ledger::Unmodelled,
        state::{Context, Invocation, State, seeded},
    },
    tree::{Actor, Errno, FileType, Stat, Tree, Workspace},
};

/// What a folder of the guest's belongs to: a handle of the host's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// An immutable tree.
    Tree(u32),
    /// The workspace.
    Workspace(u32),
}

/// What WASI stands on within one call.
#[derive(Default)]
pub(crate) struct Wasi {
    /// The preopened folders with their names.
    pub(crate) roots: Vec<(&'static str, Root)>,
    /// Words, environment and standard input; none for roles that are not invoked.
    pub(crate) invocation: Option<Arc<Invocation>>,
    /// Standard output so far.
    pub(crate) stdout: Vec<u8>,
    /// Standard error so far.
    pub(crate) stderr: Vec<u8>,
    /// How long the guest waited, in virtual time.
    pub(super) waited: Duration,
    /// Clock and random bytes of a role that has no run, as the run counts them.
    ticks: (u64, u64),
    places: Vec<Weak<Mutex<Place>>>,
}

/// Where an open file or folder is.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct Place {
    pub(super) path: Vec<u8>,
    pub(super) inode: u64,
}

/// What is open.
#[derive(Clone, Debug)]
pub(super) enum Opened {
    /// `/dev/null`, the one device that is there.
    Null,
    /// A file or folder.
    At(Root, Arc<Mutex<Place>>),
}

/// An open file or folder of a guest.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct Descriptor {
    pub(super) opened: Opened,
    pub(super) flags: DescriptorFlags,
}

/// Why an operation on files failed, or why the whole call ends.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub enum Fail {
    /// The guest is told.
    Code(ErrorCode),
    /// The guest is stopped.
    Stop(wasmtime::Error),
}

impl From<ErrorCode> for Fail {
    fn from(code: ErrorCode) -> Fail {
        Fail::Code(code)
    }
}

impl From<wasmtime::Error> for Fail {
    fn from(error: wasmtime::Error) -> Fail {
        Fail::Stop(error)
    }
}

impl From<wasmtime::component::ResourceTableError> for Fail {
    fn from(error: wasmtime::component::ResourceTableError) -> Fail {
        Fail::Stop(error.into())
    }
}

/// Says an error of ours in the standard's words.
fn code(error: types::Error) -> ErrorCode {
    match error {
        types::Error::NoEntry => ErrorCode::NoEntry,
        types::Error::NotDirectory => ErrorCode::NotDirectory,
        types::Error::IsDirectory => ErrorCode::IsDirectory,
        types::Error::TooManyLinks => ErrorCode::Loop,
        types::Error::Exists => ErrorCode::Exist,
        types::Error::NotEmpty => ErrorCode::NotEmpty,
        types::Error::NoSpace => ErrorCode::InsufficientSpace,
        types::Error::Access => ErrorCode::Access,
        types::Error::NotPermitted => ErrorCode::NotPermitted,
        types::Error::Invalid => ErrorCode::Invalid,
        types::Error::NameTooLong => ErrorCode::NameTooLong,
        types::Error::Unsupported => ErrorCode::Unsupported,
        types::Error::Other(text) if text == Errno::Busy.to_string() => ErrorCode::Busy,
        types::Error::Unreadable | types::Error::Other(_) => ErrorCode::Io,
    }
}

impl Place {
    fn is_below(&self, folder: &[u8]) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }
}

pub(super) fn locked(place: &Mutex<Place>) -> MutexGuard<'_, Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a relative path below a folder. What is absolute or climbs above the folder is not permitted, as the standard has it; that links
/// do not leave the tree is the tree's own rule.
pub(super) fn below(folder: &[u8], path: &str) -> Result<Vec<u8>, Fail> {
    if path.is_empty() {
        return Err(ErrorCode::NoEntry.into());
    }
    let mut depth = 0i64;
    for part in path.split('/') {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        if depth < 0 {
            return Err(ErrorCode::NotPermitted.into());
        }
    }
    if path.starts_with('/') {
        return Err(ErrorCode::NotPermitted.into());
    }
    let mut whole = if folder == b"/" { Vec::new() } else { folder.to_vec() };
    whole.push(b'/');
    whole.extend(path.as_bytes());
    Ok(whole)
}

impl State {
    pub(super) fn push<T: Send + 'static>(&mut self, thing: T) -> wasmtime::Result<Resource<T>> {
        let handle = self.table.push(thing)?;
        self.used.handles = self.used.handles.max(self.table.iter_mut().count());
        Ok(handle)
    }

    /// Notes that the guest was told something that is not true of a real machine: nothing clears it.
    pub(super) fn untrue(&mut self, reason: &str) -> wasmtime::Result<()> {
        if self.run.is_none() {
            return Ok(());
        }
        self.keep(reason.len())?;
        let line = self.line;
        self.run()?.ledger().unmodelled(Unmodelled { argv: Vec::new(), line, reason: format!("WASI: {reason}") });
        Ok(())
    }

    pub(super) fn context(&self) -> Context {
        self.run.as_ref().map_or_else(Context::default, |it| it.context)
    }

    /// Returns the virtual time in nanoseconds since the epoch; each call moves it.
    pub(super) fn now(&mut self) -> u64 {
        if let Some(run) = &self.run {
            return run.now();
        }
        self.wasi.ticks.0 += 1;
        self.context().clock.saturating_add(self.wasi.ticks.0.saturating_mul(1_000))
    }

    /// Lets virtual time pass.
    pub(super) fn pass(&mut self, nanoseconds: u64) {
        match &self.run {
            Some(run) => run.pass(nanoseconds),
            None => self.wasi.ticks.0 = self.wasi.ticks.0.saturating_add(nanoseconds.div_ceil(1_000)),
        }
    }

    pub(super) fn seeded(&mut self, length: usize) -> Vec<u8> {
        match &self.run {
            Some(run) => run.random(length),
            None => seeded(Context::default().seed, &mut self.wasi.ticks.1, length),
        }
    }

    /// Asks a tree or the workspace.
    pub(super) fn ask<T>(
        &mut self,
        root: Root,
        bytes: usize,
        tree: impl FnOnce(&Tree) -> Result<T, Errno>,
        workspace: impl FnOnce(&mut Workspace, &Actor) -> Result<T, Errno>,
    ) -> Result<T, Fail> {
        let answer = match root {
            Root::Tree(handle) => self.on_tree(&Resource::<TreeHandle>::new_borrow(handle), bytes, tree)?,
            Root::Workspace(handle) => self.on_workspace(&Resource::<WorkspaceHandle>::new_borrow(handle), bytes, workspace)?,
        };
        answer.map_err(|error| Fail::Code(code(error)))
    }

    /// Changes the workspace; a tree is read-only.
    pub(super) fn alter(
        &mut self,
        root: Root,
        bytes: usize,
        paths: &[&[u8]],
        act: impl FnOnce(&mut Workspace, &Actor) -> Result<(), Errno>,
    ) -> Result<(), Fail> {
        match root {
            Root::Tree(_) => {
                self.charge(bytes)?;
                Err(ErrorCode::ReadOnly.into())
            }
            Root::Workspace(handle) => {
                self.change(&Resource::<WorkspaceHandle>::new_borrow(handle), bytes, paths, act)?.map_err(|error| Fail::Code(code(error)))
            }
        }
    }

    pub(super) fn stat_of(&mut self, root: Root, path: &[u8], follow: bool) -> Result<Stat, Fail> {
        self.ask(root, path.len(), |it| it.stat(path, follow), |it, actor| it.stat(actor, path, follow))
    }

    /// Opens what a path leads to.
    pub(super) fn open(&mut self, root: Root, path: Vec<u8>, inode: u64, flags: DescriptorFlags) -> Result<Resource<Descriptor>, Fail> {
        let whole = match root {
            // Nothing in a tree is ever renamed.
            Root::Tree(_) => path,
            Root::Workspace(_) => self.ask(root, path.len(), |_| Ok(Vec::new()), |it, actor| it.real_path(actor, &path))?,
        };
        let place = Arc::new(Mutex::new(Place { path: whole, inode }));
        self.wasi.places.retain(|it| it.strong_count() > 0);
        self.wasi.places.push(Arc::downgrade(&place));
        Ok(self.push(Descriptor { opened: Opened::At(root, place), flags })?)
    }

    /// Returns where an open file or folder is now.
    pub(super) fn place(&mut self, root: Root, place: &Arc<Mutex<Place>>) -> Result<Vec<u8>, Fail> {
        let (path, inode) = {
            let place = locked(place);
            (place.path.clone(), place.inode)
        };
        match (root, self.stat_of(root, &path, false)) {
            (Root::Tree(_), _) => Ok(path),
            (_, Ok(stat)) if stat.inode == inode => Ok(path),
            (_, Err(Fail::Stop(stop))) => Err(Fail::Stop(stop)),
            _ => {
                self.untrue("a file is used that was removed or replaced while it was open")?;
                Err(ErrorCode::Io.into())
            }
        }
    }

    /// Returns what a descriptor has open.
    pub(super) fn opened(&mut self, handle: &Resource<Descriptor>) -> Result<(Opened, DescriptorFlags), Fail> {
        let it = self.table.get(handle)?;
        Ok((it.opened.clone(), it.flags))
    }

    /// Returns root and path of an open file or folder; the null device has none.
    pub(super) fn located(&mut self, handle: &Resource<Descriptor>) -> Result<(Root, Vec<u8>), Fail> {
        match self.opened(handle)?.0 {
            Opened::Null => Err(ErrorCode::Unsupported.into()),
            Opened::At(root, place) => Ok((root, self.place(root, &place)?)),
        }
    }

    /// Returns root and path of a name below an open folder.
    pub(super) fn name_in(&mut self, handle: &Resource<Descriptor>, path: &str) -> Result<(Root, Vec<u8>), Fail> {
        let (root, folder) = self.located(handle)?;
        Ok((root, below(&folder, path)?))
    }

    /// Carries open files along when what they are below was renamed.
    pub(super) fn carry_along(&mut self, from: &[u8], to: &[u8]) {
        for place in self.wasi.places.iter().filter_map(Weak::upgrade) {
            let mut place = locked(&place);
            if place.is_below(from) {
                let rest = place.path.split_off(from.len());
                place.path = [to, &rest].concat();
            }
        }
    }

    /// Returns a path with the links of its folder resolved, but not one at its end.
    pub(super) fn named(&mut self, root: Root, path: &[u8]) -> Result<Vec<u8>, Fail> {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let at = path.iter().rposition(|it| *it == b'/').unwrap_or(0);
        let (folder, name) = (&path[..at.max(1)], &path[at..]);
        let folder = self.ask(root, folder.len(), |_| Ok(folder.to_vec()), |it, actor| it.real_path(actor, folder))?;
        Ok(if folder == b"/" { name.to_vec() } else { [folder.as_slice(), name].concat() })
    }
}

/// Says a kind in the standard's words.
pub(super) fn kind(of: FileType) -> super::wit::filesystem::types::DescriptorType {
    use super::wit::filesystem::types::DescriptorType as D;
    match of {
        FileType::Regular => D::RegularFile,
        FileType::Directory => D::Directory,
        FileType::Symlink => D::SymbolicLink,
        FileType::Fifo => D::Fifo,
        FileType::Special => D::Unknown,
    }
}
