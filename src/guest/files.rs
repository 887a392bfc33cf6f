//! The `tree` and `workspace` resources of the WIT, over the tree room.

use wasmtime::{Result, component::Resource};

use super::{
    bindings::wit::{files, types},
    state::{Run, State},
    wire,
};
use crate::tree::{Actor, Entry, Errno, Tree, Workspace};

/// Most bytes of one read or write.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// Most entries of one page.
const PAGE: usize = 1000;

/// A guest's view of an immutable tree.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct TreeHandle(pub(crate) Tree);

/// A guest's view of a workspace: what a process is to the kernel.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct WorkspaceHandle {
    pub(crate) run: Run,
    pub(crate) actor: Actor,
    /// Namespace of the running state, and origin of the changes: the command's name for a model.
    pub(crate) model: Option<Model>,
}

/// A command model at work.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) namespace: String,
    pub(crate) command: String,
}

/// What sorting and copying one entry of a listing costs the host, beside its name.
pub(super) const ENTRY_WORK: usize = 256;

type Answer<T> = Result<std::result::Result<T, types::Error>>;

fn page(entries: Vec<Entry>, cursor: u64) -> types::Page {
    let from = usize::try_from(cursor).unwrap_or(usize::MAX).min(entries.len());
    let more = entries.len() > from + PAGE;
    let entries = entries.into_iter().skip(from).take(PAGE).map(wire::entry).collect();
    types::Page { entries, next: more.then_some((from + PAGE) as u64) }
}

impl State {
    pub(super) fn on_tree<T>(&mut self, handle: &Resource<TreeHandle>, bytes: usize, ask: impl FnOnce(&Tree) -> std::result::Result<T, Errno>) -> Answer<T> {
        self.charge(bytes)?;
        Ok(ask(&self.table.get(handle)?.0).map_err(wire::errno))
    }

    pub(super) fn on_workspace<T>(
        &mut self,
        handle: &Resource<WorkspaceHandle>,
        bytes: usize,
        ask: impl FnOnce(&mut Workspace, &Actor) -> std::result::Result<T, Errno>,
    ) -> Answer<T> {
        self.charge(bytes)?;
        let view = self.table.get(handle)?;
        let mut workspace = view.run.workspace();
        let touched = |it: &Workspace| it.read_set().len() + it.write_set().len();
        let had = touched(&workspace);
        let answer = ask(&mut workspace, &view.actor).map_err(wire::errno);
        let grown = touched(&workspace).saturating_sub(had);
        drop(workspace);
        if grown > 0 {
            // Each touched path is remembered until the end of the run; none is longer than what was asked for, or than PATH_MAX.
            self.keep(grown.saturating_mul(bytes.min(4096) + 64))?;
        }
        Ok(answer)
    }

    /// Cuts a page out of a listing and charges for both.
    fn page(&mut self, listing: std::result::Result<Vec<Entry>, types::Error>, cursor: u64) -> Answer<types::Page> {
        let Ok(entries) = listing else { return Ok(listing.map(|it| page(it, cursor))) };
        self.work(entries.len() * ENTRY_WORK);
        let page = page(entries, cursor);
        self.carry(page.entries.iter().map(|it| it.name.len() + 16).sum())?;
        Ok(Ok(page))
    }

    /// Like `on_workspace`, for what changes the tree: notes the paths when a command model is at work.
    pub(super) fn change(
        &mut self,
        handle: &Resource<WorkspaceHandle>,
        bytes: usize,
        paths: &[&[u8]],
        act: impl FnOnce(&mut Workspace, &Actor) -> std::result::Result<(), Errno>,
    ) -> Answer<()> {
        let model = self.table.get(handle)?.model.clone();
        let names = match model {
            None => Vec::new(),
            Some(_) => paths.iter().map(|path| canonical(&self.run.as_ref(), path)).collect(),
        };
        let answer = self.on_workspace(handle, bytes, act)?;
        if let (Ok(()), Some(model), Some(run)) = (&answer, model, &self.run) {
            let mut ledger = run.ledger();
            let mut grown = 0;
            for path in names {
                let bytes = path.len() + model.command.len();
                grown += if ledger.model_writes.insert(path, model.command.clone()).is_none() { bytes } else { 0 };
            }
            drop(ledger);
            if grown > 0 {
                self.keep(grown)?;
            }
        }
        Ok(answer)
    }
}

fn names_bytes(answer: &std::result::Result<Vec<Vec<u8>>, types::Error>) -> usize {
    answer.iter().flatten().map(|it| it.len() + 16).sum()
}

fn value_bytes(answer: &std::result::Result<Option<Vec<u8>>, types::Error>) -> usize {
    answer.iter().flatten().map(Vec::len).sum()
}

/// The path with the links of its folder resolved, as the diff will name it.
fn canonical(run: &Option<&Run>, path: &[u8]) -> Vec<u8> {
    run.and_then(|run| run.workspace().real_path(&super::state::root(), path).ok()).unwrap_or_else(|| path.to_vec())
}

impl files::Host for State {}

impl files::HostTree for State {
    fn stat(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, follow: bool) -> Answer<types::Stat> {
        self.on_tree(&handle, path.len(), |tree| tree.stat(&path, follow).map(|it| wire::stat(&it)))
    }

    fn read(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, offset: u64, length: u32) -> Answer<Vec<u8>> {
        let length = (length as usize).min(MOST_BYTES);
        let answer = self.on_tree(&handle, path.len(), |tree| tree.read(&path, offset, length))?;
        self.carry(answer.as_ref().map_or(0, Vec::len))?;
        Ok(answer)
    }

    fn list(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, cursor: u64) -> Answer<types::Page> {
        let listing = self.on_tree(&handle, path.len(), |tree| tree.list(&path))?;
        self.page(listing, cursor)
    }

    fn read_link(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>) -> Answer<Vec<u8>> {
        self.on_tree(&handle, path.len(), |tree| tree.read_link(&path))
    }

    fn list_attributes(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, follow: bool) -> Answer<Vec<Vec<u8>>> {
        let answer = self.on_tree(&handle, path.len(), |tree| tree.attributes(&path, follow).map(|it| it.named.keys().cloned().collect::<Vec<_>>()))?;
        self.carry(names_bytes(&answer))?;
        Ok(answer)
    }

    fn get_attribute(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, name: Vec<u8>, follow: bool) -> Answer<Option<Vec<u8>>> {
        let answer = self.on_tree(&handle, path.len() + name.len(), |tree| tree.attributes(&path, follow).map(|it| it.named.get(&name).cloned()))?;
        self.carry(value_bytes(&answer))?;
        Ok(answer)
    }

    fn get_flags(&mut self, handle: Resource<TreeHandle>, path: Vec<u8>, follow: bool) -> Answer<files::InodeFlags> {
        self.on_tree(&handle, path.len(), |tree| tree.attributes(&path, follow).map(|it| wire::to_flags(it.flags)))
    }

    fn drop(&mut self, handle: Resource<TreeHandle>) -> Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl files::HostWorkspace for State {
    fn stat(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, follow: bool) -> Answer<types::Stat> {
        self.on_workspace(&handle, path.len(), |it, actor| it.stat(actor, &path, follow).map(|it| wire::stat(&it)))
    }

    fn read(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, offset: u64, length: u32) -> Answer<Vec<u8>> {
        let length = (length as usize).min(MOST_BYTES);
        let answer = self.on_workspace(&handle, path.len(), |it, actor| it.read(actor, &path, offset, length))?;
        self.carry(answer.as_ref().map_or(0, Vec::len))?;
        Ok(answer)
    }

    fn list(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, cursor: u64) -> Answer<types::Page> {
        let listing = self.on_workspace(&handle, path.len(), |it, actor| it.list(actor, &path))?;
        self.page(listing, cursor)
    }

    fn read_link(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>) -> Answer<Vec<u8>> {
        self.on_workspace(&handle, path.len(), |it, actor| it.read_link(actor, &path))
    }

    fn list_attributes(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, follow: bool) -> Answer<Vec<Vec<u8>>> {
        let names = |it: &mut Workspace, actor: &Actor| it.attributes(actor, &path, follow).map(|it| it.named.keys().cloned().collect::<Vec<_>>());
        let answer = self.on_workspace(&handle, path.len(), names)?;
        self.carry(names_bytes(&answer))?;
        Ok(answer)
    }

    fn get_attribute(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, name: Vec<u8>, follow: bool) -> Answer<Option<Vec<u8>>> {
        let answer = self.on_workspace(&handle, path.len() + name.len(), |it, actor| it.get_attribute(actor, &path, &name, follow))?;
        self.carry(value_bytes(&answer))?;
        Ok(answer)
    }

    fn get_flags(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, follow: bool) -> Answer<files::InodeFlags> {
        self.on_workspace(&handle, path.len(), |it, actor| it.attributes(actor, &path, follow).map(|it| wire::to_flags(it.flags)))
    }

    fn real_path(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>) -> Answer<Vec<u8>> {
        self.on_workspace(&handle, path.len(), |it, actor| it.real_path(actor, &path))
    }

    fn create(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, mode: u32, exclusive: bool) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.create(actor, &path, mode, exclusive))
    }

    fn write(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, offset: u64, bytes: Vec<u8>) -> Answer<()> {
        if bytes.len() > MOST_BYTES {
            return Ok(Err(types::Error::Invalid));
        }
        self.change(&handle, path.len() + bytes.len(), &[&path], |it, actor| it.write(actor, &path, offset, &bytes))
    }

    fn truncate(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, length: u64) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.truncate(actor, &path, length))
    }

    fn make_directory(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, mode: u32) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.make_directory(actor, &path, mode))
    }

    fn make_fifo(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, mode: u32) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.make_fifo(actor, &path, mode))
    }

    fn make_link(&mut self, handle: Resource<WorkspaceHandle>, target: Vec<u8>, path: Vec<u8>) -> Answer<()> {
        self.change(&handle, path.len() + target.len(), &[&path], |it, actor| it.make_link(actor, &target, &path))
    }

    fn make_hard_link(&mut self, handle: Resource<WorkspaceHandle>, existing: Vec<u8>, path: Vec<u8>) -> Answer<()> {
        self.change(&handle, path.len() + existing.len(), &[&path], |it, actor| it.make_hard_link(actor, &existing, &path))
    }

    fn remove_file(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.remove_file(actor, &path))
    }

    fn remove_directory(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.remove_directory(actor, &path))
    }

    fn rename(&mut self, handle: Resource<WorkspaceHandle>, source: Vec<u8>, destination: Vec<u8>) -> Answer<()> {
        self.change(&handle, source.len() + destination.len(), &[&source, &destination], |it, actor| it.rename(actor, &source, &destination))
    }

    fn set_mode(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, mode: u32, follow: bool) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.set_mode(actor, &path, mode, follow))
    }

    fn set_owner(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, uid: Option<u32>, gid: Option<u32>, follow: bool) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.set_owner(actor, &path, uid, gid, follow))
    }

    fn set_times(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, seconds: i64, nanos: u32, follow: bool) -> Answer<()> {
        self.on_workspace(&handle, path.len(), |it, actor| it.set_times(actor, &path, seconds, nanos, follow))
    }

    fn set_attribute(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, name: Vec<u8>, value: Vec<u8>, follow: bool) -> Answer<()> {
        let bytes = path.len() + name.len() + value.len();
        self.change(&handle, bytes, &[&path], |it, actor| it.set_attribute(actor, &path, &name, &value, follow))
    }

    fn remove_attribute(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, name: Vec<u8>, follow: bool) -> Answer<()> {
        self.change(&handle, path.len() + name.len(), &[&path], |it, actor| it.remove_attribute(actor, &path, &name, follow))
    }

    fn set_flags(&mut self, handle: Resource<WorkspaceHandle>, path: Vec<u8>, flags: files::InodeFlags, follow: bool) -> Answer<()> {
        self.change(&handle, path.len(), &[&path], |it, actor| it.set_flags(actor, &path, wire::flags(flags), follow))
    }

    fn set_umask(&mut self, handle: Resource<WorkspaceHandle>, umask: u32) -> Result<u32> {
        self.charge(4)?;
        let actor = &mut self.table.get_mut(&handle)?.actor;
        Ok(std::mem::replace(&mut actor.umask, umask & 0o777))
    }

    fn set_actor(&mut self, handle: Resource<WorkspaceHandle>, uid: u32, gid: u32) -> Result<()> {
        self.charge(8)?;
        let actor = &mut self.table.get_mut(&handle)?.actor;
        (actor.uid, actor.gid) = (uid, gid);
        Ok(())
    }

    fn get_state(&mut self, handle: Resource<WorkspaceHandle>, key: String) -> Result<Option<Vec<u8>>> {
        self.charge(key.len())?;
        let view = self.table.get(&handle)?;
        Ok(match super::state::key_of_host(&key) {
            Some(key) => super::state::of_host(&mut view.run.workspace(), key),
            None => view.run.workspace().get_state(&namespace(view), &key),
        })
    }

    fn set_state(&mut self, handle: Resource<WorkspaceHandle>, key: String, value: Option<Vec<u8>>) -> Answer<()> {
        let bytes = key.len() + value.as_ref().map_or(0, Vec::len);
        self.charge(bytes)?;
        // The key stays in snapshots even when the value is set anew.
        self.keep(bytes)?;
        if value.as_ref().is_some_and(|it| it.len() > super::state::VALUE_BYTES) {
            return Ok(Err(types::Error::NoSpace));
        }
        if super::state::key_of_host(&key).is_some() {
            return Ok(Err(types::Error::NotPermitted));
        }
        let view = self.table.get(&handle)?;
        view.run.workspace().set_state(&namespace(view), &key, value);
        Ok(Ok(()))
    }

    fn drop(&mut self, handle: Resource<WorkspaceHandle>) -> Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

fn namespace(view: &WorkspaceHandle) -> String {
    view.model.as_ref().map_or_else(|| "interpreter".to_owned(), |it| it.namespace.clone())
}
