//! `wasi:filesystem`: descriptors over the workspace, or over a tree that cannot be written to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use wasmtime::{Result, component::Resource};

use super::{
    open::{Descriptor, Fail, Opened, Place, Root, kind, locked},
    streams::{Failure, Input, Output},
    wit::{
        clocks::wall_clock::Datetime,
        filesystem::{
            preopens,
            types::{self, Advice, DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue, NewTimestamp, OpenFlags, PathFlags},
        },
    },
};
use crate::{
    guest::{
        files::{ENTRY_WORK, MOST_BYTES},
        state::State,
    },
    tree::{Entry, FileType, Stat},
};

/// The device that swallows everything.
const NULL: &[u8] = b"/dev/null";
/// Entries of a listing that the host holds for a guest: few, as a guest may have many listings open.
const PAGE: usize = 256;
/// Mode of new files and folders before the umask (open(2) and mkdir(2) as libc calls them).
const NEW_FILE: u32 = 0o666;
const NEW_FOLDER: u32 = 0o777;

/// A folder that is being listed.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct Listing {
    root: Root,
    place: Arc<Mutex<Place>>,
    page: VecDeque<Entry>,
    /// The last name of the page, from which the next one goes on.
    last: Option<Vec<u8>>,
    done: bool,
}

type Answer<T> = std::result::Result<T, Fail>;

fn datetime(of: (i64, u32)) -> Datetime {
    Datetime { seconds: of.0.max(0) as u64, nanoseconds: of.1 }
}

fn descriptor_stat(of: &Stat) -> DescriptorStat {
    // The workspace keeps one time, of the content.
    let time = Some(datetime(of.mtime));
    DescriptorStat {
        type_: kind(of.kind),
        link_count: of.links.into(),
        size: of.size,
        data_access_timestamp: time,
        data_modification_timestamp: time,
        status_change_timestamp: time,
    }
}

fn null_stat() -> DescriptorStat {
    let time = Some(Datetime { seconds: 0, nanoseconds: 0 });
    DescriptorStat {
        type_: DescriptorType::CharacterDevice,
        link_count: 1,
        size: 0,
        data_access_timestamp: time,
        data_modification_timestamp: time,
        status_change_timestamp: time,
    }
}

/// The hash by which programs know files apart: the inode, as stat(2) would give it.
fn hash(inode: u64) -> MetadataHashValue {
    MetadataHashValue { lower: inode, upper: 0 }
}

fn follows(flags: PathFlags) -> bool {
    flags.contains(PathFlags::SYMLINK_FOLLOW)
}

/// Returns the entries after a name, in the order of the listing, whichever way it runs.
fn after(entries: Vec<Entry>, last: Option<&Vec<u8>>) -> impl Iterator<Item = Entry> {
    let backwards = matches!((entries.first(), entries.last()), (Some(first), Some(last)) if first.name > last.name);
    entries.into_iter().filter(move |it| last.is_none_or(|last| if backwards { it.name < *last } else { it.name > *last }))
}

impl State {
    pub(super) fn read_at(&mut self, root: Root, place: &Arc<Mutex<Place>>, offset: u64, length: usize) -> Answer<Vec<u8>> {
        let path = self.place(root, place)?;
        self.ask(root, path.len(), |it| it.read(&path, offset, length), |it, actor| it.read(actor, &path, offset, length))
    }

    pub(super) fn write_at(&mut self, root: Root, place: &Arc<Mutex<Place>>, offset: u64, bytes: &[u8]) -> Answer<()> {
        let path = self.place(root, place)?;
        self.alter(root, path.len() + bytes.len(), &[&path], |it, actor| it.write(actor, &path, offset, bytes))
    }

    pub(super) fn length(&mut self, root: Root, place: &Arc<Mutex<Place>>) -> Answer<u64> {
        let path = self.place(root, place)?;
        Ok(self.stat_of(root, &path, false)?.size)
    }

    /// Returns what a descriptor has open, where it may be read from or written to.
    fn allowed(&mut self, handle: &Resource<Descriptor>, wanted: DescriptorFlags) -> Answer<Opened> {
        let (opened, flags) = self.opened(handle)?;
        if flags.contains(wanted) { Ok(opened) } else { Err(ErrorCode::BadDescriptor.into()) }
    }

    /// Opens what is there, as open(2) would.
    fn open_there(&mut self, (root, path): (Root, Vec<u8>), stat: &Stat, how: OpenFlags, flags: DescriptorFlags) -> Answer<Resource<Descriptor>> {
        let writes = flags.contains(DescriptorFlags::WRITE) || how.contains(OpenFlags::TRUNCATE);
        if how.contains(OpenFlags::CREATE | OpenFlags::EXCLUSIVE) {
            return Err(ErrorCode::Exist.into());
        }
        if writes && matches!(root, Root::Tree(_)) {
            return Err(ErrorCode::ReadOnly.into());
        }
        match stat.kind {
            FileType::Directory if writes || how.contains(OpenFlags::CREATE) => return Err(ErrorCode::IsDirectory.into()),
            FileType::Directory => {}
            _ if how.contains(OpenFlags::DIRECTORY) => return Err(ErrorCode::NotDirectory.into()),
            FileType::Symlink => return Err(ErrorCode::Loop.into()),
            FileType::Fifo => {
                self.untrue("a named pipe is opened, which would wait for its other end")?;
                return Err(ErrorCode::Unsupported.into());
            }
            FileType::Regular | FileType::Special => {
                // Permission is looked at now, and what can't be read makes the run unproven. Nothing is read or written.
                if flags.contains(DescriptorFlags::READ) {
                    self.ask(root, path.len(), |it| it.read(&path, 0, 0), |it, actor| it.read(actor, &path, 0, 0))?;
                }
                if writes {
                    self.alter(root, path.len(), &[], |it, actor| it.write(actor, &path, 0, b""))?;
                }
            }
        }
        if how.contains(OpenFlags::TRUNCATE) {
            self.alter(root, path.len(), &[&path], |it, actor| it.truncate(actor, &path, 0))?;
        }
        self.open(root, path, stat.inode, flags)
    }

    fn open_new(&mut self, (root, path): (Root, Vec<u8>), how: OpenFlags, flags: DescriptorFlags) -> Answer<Resource<Descriptor>> {
        if how.contains(OpenFlags::DIRECTORY) {
            return Err(ErrorCode::Invalid.into());
        }
        let exclusive = how.contains(OpenFlags::EXCLUSIVE);
        self.alter(root, path.len(), &[&path], |it, actor| it.create(actor, &path, NEW_FILE, exclusive))?;
        let inode = self.stat_of(root, &path, true)?.inode;
        self.open(root, path, inode, flags)
    }

    fn list(&mut self, root: Root, place: &Arc<Mutex<Place>>) -> Answer<Vec<Entry>> {
        let path = self.place(root, place)?;
        let entries = self.ask(root, path.len(), |it| it.list(&path), |it, actor| it.list(actor, &path))?;
        self.work(entries.len() * ENTRY_WORK);
        Ok(entries)
    }

    fn set_time(&mut self, root: Root, path: &[u8], follow: bool, modified: NewTimestamp) -> Answer<()> {
        let (seconds, nanos) = match modified {
            NewTimestamp::NoChange => return Ok(self.charge(path.len())?),
            NewTimestamp::Now => {
                let now = self.now();
                ((now / 1_000_000_000) as i64, (now % 1_000_000_000) as u32)
            }
            NewTimestamp::Timestamp(it) => (i64::try_from(it.seconds).map_err(|_| Fail::Code(ErrorCode::Invalid))?, it.nanoseconds),
        };
        // Times are no part of equality: whose tool set them is not kept.
        self.alter(root, path.len(), &[], |it, actor| it.set_times(actor, path, seconds, nanos, follow))
    }
}

impl types::Host for State {
    fn convert_error_code(&mut self, fail: Fail) -> Result<ErrorCode> {
        match fail {
            Fail::Code(code) => Ok(code),
            Fail::Stop(stop) => Err(stop),
        }
    }

    fn filesystem_error_code(&mut self, it: Resource<Failure>) -> Result<Option<ErrorCode>> {
        self.charge(1)?;
        Ok(Some(self.table.get(&it)?.0))
    }
}

impl types::HostDescriptor for State {
    fn read_via_stream(&mut self, it: Resource<Descriptor>, offset: u64) -> Answer<Resource<Input>> {
        self.charge(8)?;
        let stream = match self.allowed(&it, DescriptorFlags::READ)? {
            Opened::Null => Input::Empty,
            Opened::At(root, place) => Input::File(root, place, offset),
        };
        Ok(self.push(stream)?)
    }

    fn write_via_stream(&mut self, it: Resource<Descriptor>, offset: u64) -> Answer<Resource<Output>> {
        self.charge(8)?;
        let stream = match self.allowed(&it, DescriptorFlags::WRITE)? {
            Opened::Null => Output::Null,
            Opened::At(root, place) => Output::File(root, place, Some(offset)),
        };
        Ok(self.push(stream)?)
    }

    fn append_via_stream(&mut self, it: Resource<Descriptor>) -> Answer<Resource<Output>> {
        self.charge(8)?;
        let stream = match self.allowed(&it, DescriptorFlags::WRITE)? {
            Opened::Null => Output::Null,
            Opened::At(root, place) => Output::File(root, place, None),
        };
        Ok(self.push(stream)?)
    }

    fn advise(&mut self, _: Resource<Descriptor>, _: u64, _: u64, _: Advice) -> Answer<()> {
        Ok(self.charge(16)?)
    }

    fn sync_data(&mut self, _: Resource<Descriptor>) -> Answer<()> {
        Ok(self.charge(1)?)
    }

    fn get_flags(&mut self, it: Resource<Descriptor>) -> Answer<DescriptorFlags> {
        self.charge(1)?;
        Ok(self.opened(&it)?.1)
    }

    fn get_type(&mut self, it: Resource<Descriptor>) -> Answer<DescriptorType> {
        self.charge(1)?;
        Ok(types::HostDescriptor::stat(self, it)?.type_)
    }

    fn set_size(&mut self, it: Resource<Descriptor>, size: u64) -> Answer<()> {
        match self.allowed(&it, DescriptorFlags::WRITE)? {
            Opened::Null => Err(ErrorCode::Invalid.into()),
            Opened::At(root, place) => {
                let path = self.place(root, &place)?;
                self.alter(root, path.len(), &[&path], |it, actor| it.truncate(actor, &path, size))
            }
        }
    }

    fn set_times(&mut self, it: Resource<Descriptor>, _: NewTimestamp, modified: NewTimestamp) -> Answer<()> {
        let (root, path) = self.located(&it)?;
        self.set_time(root, &path, true, modified)
    }

    fn read(&mut self, it: Resource<Descriptor>, length: u64, offset: u64) -> Answer<(Vec<u8>, bool)> {
        let Opened::At(root, place) = self.allowed(&it, DescriptorFlags::READ)? else { return Ok((Vec::new(), true)) };
        let length = usize::try_from(length).unwrap_or(MOST_BYTES).min(MOST_BYTES);
        let bytes = self.read_at(root, &place, offset, length)?;
        self.carry(bytes.len())?;
        let end = bytes.is_empty() && length > 0;
        Ok((bytes, end))
    }

    fn write(&mut self, it: Resource<Descriptor>, bytes: Vec<u8>, offset: u64) -> Answer<u64> {
        // A write may be short, as write(2) may.
        let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
        match self.allowed(&it, DescriptorFlags::WRITE)? {
            Opened::Null => self.charge(bytes.len())?,
            Opened::At(root, place) => self.write_at(root, &place, offset, bytes)?,
        }
        Ok(bytes.len() as u64)
    }

    fn read_directory(&mut self, it: Resource<Descriptor>) -> Answer<Resource<Listing>> {
        let Opened::At(root, place) = self.opened(&it)?.0 else { return Err(ErrorCode::NotDirectory.into()) };
        let path = self.place(root, &place)?;
        if self.stat_of(root, &path, false)?.kind != FileType::Directory {
            return Err(ErrorCode::NotDirectory.into());
        }
        Ok(self.push(Listing { root, place, page: VecDeque::new(), last: None, done: false })?)
    }

    fn sync(&mut self, _: Resource<Descriptor>) -> Answer<()> {
        Ok(self.charge(1)?)
    }

    fn create_directory_at(&mut self, it: Resource<Descriptor>, path: String) -> Answer<()> {
        let (root, path) = self.name_in(&it, &path)?;
        self.alter(root, path.len(), &[&path], |it, actor| it.make_directory(actor, &path, NEW_FOLDER))
    }

    fn stat(&mut self, it: Resource<Descriptor>) -> Answer<DescriptorStat> {
        let Opened::At(root, place) = self.opened(&it)?.0 else { return Ok(null_stat()) };
        let path = self.place(root, &place)?;
        Ok(descriptor_stat(&self.stat_of(root, &path, false)?))
    }

    fn stat_at(&mut self, it: Resource<Descriptor>, flags: PathFlags, path: String) -> Answer<DescriptorStat> {
        let (root, path) = self.name_in(&it, &path)?;
        match self.stat_of(root, &path, follows(flags)) {
            Err(Fail::Code(ErrorCode::NoEntry)) if path == NULL => Ok(null_stat()),
            answer => Ok(descriptor_stat(&answer?)),
        }
    }

    fn set_times_at(&mut self, it: Resource<Descriptor>, flags: PathFlags, path: String, _: NewTimestamp, modified: NewTimestamp) -> Answer<()> {
        let (root, path) = self.name_in(&it, &path)?;
        self.set_time(root, &path, follows(flags), modified)
    }

    fn link_at(&mut self, it: Resource<Descriptor>, flags: PathFlags, old: String, new: Resource<Descriptor>, path: String) -> Answer<()> {
        let (root, mut old) = self.name_in(&it, &old)?;
        let (into, path) = self.name_in(&new, &path)?;
        if root != into {
            return Err(ErrorCode::CrossDevice.into());
        }
        if follows(flags) {
            old = self.ask(root, old.len(), |_| Ok(old.clone()), |it, actor| it.real_path(actor, &old))?;
        }
        self.alter(root, old.len() + path.len(), &[&path], |it, actor| it.make_hard_link(actor, &old, &path))
    }

    fn open_at(
        &mut self,
        it: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        how: OpenFlags,
        flags: DescriptorFlags,
    ) -> Answer<Resource<Descriptor>> {
        let (root, path) = self.name_in(&it, &path)?;
        match self.stat_of(root, &path, follows(path_flags)) {
            Ok(stat) => self.open_there((root, path), &stat, how, flags),
            Err(Fail::Code(ErrorCode::NoEntry)) if path == NULL => Ok(self.push(Descriptor { opened: Opened::Null, flags })?),
            Err(Fail::Code(ErrorCode::NoEntry)) if how.contains(OpenFlags::CREATE) => self.open_new((root, path), how, flags),
            Err(fail) => Err(fail),
        }
    }

    fn readlink_at(&mut self, it: Resource<Descriptor>, path: String) -> Answer<String> {
        let (root, path) = self.name_in(&it, &path)?;
        let target = self.ask(root, path.len(), |it| it.read_link(&path), |it, actor| it.read_link(actor, &path))?;
        self.carry(target.len())?;
        match String::from_utf8(target) {
            Ok(target) => Ok(target),
            Err(_) => {
                self.untrue("the target of a link is not UTF-8, which WASI has no way to say")?;
                Err(ErrorCode::IllegalByteSequence.into())
            }
        }
    }

    fn remove_directory_at(&mut self, it: Resource<Descriptor>, path: String) -> Answer<()> {
        let (root, path) = self.name_in(&it, &path)?;
        self.alter(root, path.len(), &[&path], |it, actor| it.remove_directory(actor, &path))
    }

    fn rename_at(&mut self, it: Resource<Descriptor>, old: String, new: Resource<Descriptor>, path: String) -> Answer<()> {
        let (root, old) = self.name_in(&it, &old)?;
        let (into, path) = self.name_in(&new, &path)?;
        if root != into {
            return Err(ErrorCode::CrossDevice.into());
        }
        let named = (self.named(root, &old), self.named(root, &path));
        self.alter(root, old.len() + path.len(), &[&old, &path], |it, actor| it.rename(actor, &old, &path))?;
        if let (Ok(from), Ok(to)) = named {
            self.carry_along(&from, &to);
        }
        Ok(())
    }

    fn symlink_at(&mut self, it: Resource<Descriptor>, target: String, path: String) -> Answer<()> {
        let (root, path) = self.name_in(&it, &path)?;
        self.alter(root, path.len() + target.len(), &[&path], |it, actor| it.make_link(actor, target.as_bytes(), &path))
    }

    fn unlink_file_at(&mut self, it: Resource<Descriptor>, path: String) -> Answer<()> {
        let (root, path) = self.name_in(&it, &path)?;
        self.alter(root, path.len(), &[&path], |it, actor| it.remove_file(actor, &path))
    }

    fn is_same_object(&mut self, it: Resource<Descriptor>, other: Resource<Descriptor>) -> Result<bool> {
        self.charge(1)?;
        let (it, other) = (self.table.get(&it)?.opened.clone(), self.table.get(&other)?.opened.clone());
        Ok(match (it, other) {
            (Opened::Null, Opened::Null) => true,
            (Opened::At(a, one), Opened::At(b, other)) => {
                let one = locked(&one).inode;
                a == b && one == locked(&other).inode
            }
            _ => false,
        })
    }

    fn metadata_hash(&mut self, it: Resource<Descriptor>) -> Answer<MetadataHashValue> {
        self.charge(1)?;
        Ok(hash(match self.opened(&it)?.0 {
            Opened::Null => 0,
            Opened::At(_, place) => locked(&place).inode,
        }))
    }

    fn metadata_hash_at(&mut self, it: Resource<Descriptor>, flags: PathFlags, path: String) -> Answer<MetadataHashValue> {
        let (root, path) = self.name_in(&it, &path)?;
        match self.stat_of(root, &path, follows(flags)) {
            Err(Fail::Code(ErrorCode::NoEntry)) if path == NULL => Ok(hash(0)),
            answer => Ok(hash(answer?.inode)),
        }
    }

    fn drop(&mut self, it: Resource<Descriptor>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl types::HostDirectoryEntryStream for State {
    fn read_directory_entry(&mut self, it: Resource<Listing>) -> Answer<Option<types::DirectoryEntry>> {
        let listing = self.table.get(&it)?;
        if listing.page.is_empty() && !listing.done {
            let (root, place, last) = (listing.root, listing.place.clone(), listing.last.clone());
            let entries = self.list(root, &place)?;
            let page: VecDeque<Entry> = after(entries, last.as_ref()).take(PAGE).collect();
            let listing = self.table.get_mut(&it)?;
            listing.done = page.len() < PAGE;
            listing.last = page.back().map(|it| it.name.clone());
            listing.page = page;
        }
        let Some(entry) = self.table.get_mut(&it)?.page.pop_front() else {
            self.charge(1)?;
            return Ok(None);
        };
        self.charge(entry.name.len())?;
        let Ok(name) = String::from_utf8(entry.name) else {
            self.untrue("a name is not UTF-8, which WASI has no way to say")?;
            return Err(ErrorCode::IllegalByteSequence.into());
        };
        Ok(Some(types::DirectoryEntry { type_: kind(entry.kind), name }))
    }

    fn drop(&mut self, it: Resource<Listing>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl preopens::Host for State {
    fn get_directories(&mut self) -> Result<Vec<(Resource<Descriptor>, String)>> {
        let roots = self.wasi.roots.clone();
        let mut folders = Vec::new();
        for (name, root) in roots {
            let flags = match root {
                Root::Tree(_) => DescriptorFlags::READ,
                Root::Workspace(_) => DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY,
            };
            let opened = self.stat_of(root, b"/", false).and_then(|stat| self.open(root, b"/".to_vec(), stat.inode, flags));
            match opened {
                Ok(folder) => folders.push((folder, name.to_owned())),
                Err(Fail::Stop(stop)) => return Err(stop),
                Err(Fail::Code(_)) => {}
            }
        }
        Ok(folders)
    }
}
