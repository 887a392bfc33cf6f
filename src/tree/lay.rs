//! Lays archives: one as GNU tar unpacks it into an empty directory, or the layers of an image one over the other as containerd does
//! (image-spec, layer.md; containerd, archive/tar.go). Nothing is laid outside the root. What the two would do differently, or would fail
//! at, is refused with the name of the entry and where it stands.

use std::collections::HashSet;

use super::{
    archive_attributes::of_records,
    bounds::{Bounds, Trouble, shown},
    index::{Holes, Index, Inner, Inode, Named},
    member::{Kind, Member, Members, Rules, Stream},
    node::{FileType, SourceNote},
    store::{Chunk, Store},
};

/// Links that may be met on the way to one entry (path_resolution(7)).
const MOST_LINKS: usize = 40;
/// Folders on one path: as many as PATH_MAX has room for.
const MOST_DEPTH: usize = 2048;

/// Where the content of an archive can be found again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// In this part of a file of the store, as it stands.
    Direct(Chunk),
    /// Nowhere: it is to be spooled.
    Packed,
}

/// Makes an index of one archive, or of the layers of an image.
pub(super) struct Maker {
    pub(super) index: Index,
    pub(super) store: Store,
    pub(super) notes: Vec<SourceNote>,
    bounds: Bounds,
    rules: Rules,
    layer: u16,
    entries: u64,
    index_bytes: u64,
    steps: u64,
    /// Folders of which this layer has hidden all that lower ones have.
    opaque: HashSet<u32>,
    /// Names under which this layer took a directory of a lower one away.
    hidden: HashSet<(u32, Box<[u8]>)>,
}

type Parts<'a> = Vec<&'a [u8]>;

impl Maker {
    pub(super) fn new(store: Store, bounds: Bounds, rules: Rules) -> Maker {
        let (index, notes, opaque, hidden) = (Index::new(), Vec::new(), HashSet::new(), HashSet::new());
        Maker { index, store, notes, bounds, rules, layer: 0, entries: 0, index_bytes: 0, steps: 0, opaque, hidden }
    }

    /// Lays an archive over what there is.
    pub(super) fn lay<S: Stream>(&mut self, stream: S, origin: Origin) -> Result<S, Trouble> {
        self.layer = self.layer.saturating_add(1);
        self.opaque.clear();
        self.hidden.clear();
        let mut members = Members::new(stream, self.rules);
        while let Some(member) = members.next()? {
            self.entries += 1;
            self.room(0)?;
            self.take(&mut members, &member, origin).map_err(|it| it.of(|| member.told()))?;
        }
        if members.trailing && self.rules == Rules::Plain {
            self.notes.push(SourceNote { path: b"/".to_vec(), message: "what follows the end of the archive is left out, as tar does".into() });
        }
        self.store.flush()?;
        Ok(members.into_stream())
    }

    /// Returns how many entries were laid.
    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// Counts work that an entry makes beyond its own bytes.
    fn step(&mut self, steps: usize) -> Result<(), Trouble> {
        self.steps += steps as u64;
        if self.steps > self.bounds.steps { Err(Trouble::Over("steps", self.bounds.steps)) } else { Ok(()) }
    }

    fn room(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.index_bytes += bytes as u64;
        if self.entries.max(self.index.len() as u64) > self.bounds.entries {
            return Err(Trouble::Over("entries", self.bounds.entries));
        }
        if self.index_bytes > self.bounds.index_bytes {
            return Err(Trouble::Over("index_bytes", self.bounds.index_bytes));
        }
        Ok(())
    }

    fn take<S: Stream>(&mut self, members: &mut Members<S>, member: &Member, origin: Origin) -> Result<(), Trouble> {
        let parts = parts(&member.name)?;
        if self.rules == Rules::Layer && self.white_out(&parts)? {
            return Ok(());
        }
        self.room(member.attributes.iter().map(|it| it.0.len() + it.1.len()).sum())?;
        let (kept, mode) = of_records(&member.attributes, member.mode);
        let mut inode = Inode { mode, uid: member.uid, gid: member.gid, links: 1, mtime: member.mtime, kept, body: Inner::Special };
        inode.body = match member.kind {
            Kind::Folder => return self.folder(&parts, inode),
            Kind::HardLink => return self.hard_link(&parts, member),
            Kind::Link => {
                inode.mode = 0o777;
                Inner::Link(self.target(&member.link)?)
            }
            Kind::File => self.content(members, member, origin)?,
            Kind::Fifo => Inner::Fifo,
            Kind::Device => {
                let path = [b"/".as_slice(), &parts.join(&b'/')].concat();
                self.notes.push(SourceNote { path, message: "a device: its content is no part of the tree".into() });
                Inner::Special
            }
        };
        let Some((name, folders)) = parts.split_last() else { return Err("it is no directory and has the name of the root".to_owned().into()) };
        let folder = self.enter(folders)?;
        self.vacate(folder, name)?;
        let inode = self.add(inode)?;
        self.name(folder, name, inode)
    }

    fn target(&mut self, target: &[u8]) -> Result<Box<[u8]>, Trouble> {
        if target.is_empty() || target.len() > 4095 || target.contains(&0) {
            return Err(format!("a link to {} bytes of name, which no system can hold", target.len()).into());
        }
        self.room(target.len())?;
        Ok(target.into())
    }

    /// Finds the content of a file, or spools it.
    fn content<S: Stream>(&mut self, members: &mut Members<S>, member: &Member, origin: Origin) -> Result<Inner, Trouble> {
        let stored = match origin {
            Origin::Direct(whole) => {
                let (offset, size) = (whole.offset + members.content_at(), member.stored);
                Chunk { file: whole.file, offset, size }
            }
            Origin::Packed => {
                let mut chunk = self.store.begin()?;
                let store = &mut self.store;
                members.content(&mut |bytes| store.add(&mut chunk, bytes))?;
                chunk
            }
        };
        let Some((size, map)) = member.sparse.clone() else { return Ok(Inner::File(stored)) };
        self.room(map.len() * 16)?;
        Ok(Inner::Sparse(Box::new(Holes { size, stored, map })))
    }

    fn add(&mut self, inode: Inode) -> Result<u32, Trouble> {
        self.room(0)?;
        Ok(self.index.add(inode))
    }

    fn name(&mut self, folder: u32, name: &[u8], inode: u32) -> Result<(), Trouble> {
        self.room(name.len())?;
        let named = Named { inode, layer: self.layer, said: true };
        self.index.children_mut(folder).ok_or_else(|| "it lies below a file".to_owned())?.insert(name.into(), named);
        Ok(())
    }

    /// A directory joins one that is there; anything else gives way to it, a link too.
    fn folder(&mut self, parts: &Parts<'_>, of: Inode) -> Result<(), Trouble> {
        let number = match parts.split_last() {
            // containerd leaves the root as it is.
            None if self.rules == Rules::Layer => return Ok(()),
            None => 1,
            Some((name, folders)) => {
                let folder = self.enter(folders)?;
                match self.look_up(folder, name) {
                    Some(there) if self.index.kind(there) == FileType::Directory => {
                        self.name(folder, name, there)?;
                        there
                    }
                    other => {
                        other.map_or(Ok(()), |it| self.may_give_way(it))?;
                        self.fresh_folder(folder, name)?
                    }
                }
            }
        };
        if let Some(known) = self.index.get_mut(number) {
            (known.mode, known.uid, known.gid, known.mtime, known.kept) = (of.mode, of.uid, of.gid, of.mtime, of.kept);
        }
        Ok(())
    }

    fn fresh_folder(&mut self, folder: u32, name: &[u8]) -> Result<u32, Trouble> {
        if self.hidden.contains(&(folder, name.into())) {
            return Err("a directory that the same layer hides is made anew: not all tools leave out what it held".to_owned().into());
        }
        let inode = self.add(Inode::folder())?;
        self.name(folder, name, inode)?;
        Ok(inode)
    }

    /// A name gives way to what is no directory: in a layer with all that it holds, in an archive only where it holds nothing.
    fn vacate(&mut self, folder: u32, name: &[u8]) -> Result<(), Trouble> {
        let there = self.look_up(folder, name);
        if self.rules == Rules::Plain && there.and_then(|it| self.index.children(it)).is_some_and(|it| !it.is_empty()) {
            return Err("it would take the place of a directory that is not empty, which tar does not do".to_owned().into());
        }
        self.hide(folder, name);
        there.map_or(Ok(()), |it| self.may_give_way(it))
    }

    /// Remembers a directory that a layer takes away.
    fn hide(&mut self, folder: u32, name: &[u8]) {
        let is_folder = self.look_up(folder, name).is_some_and(|it| self.index.kind(it) == FileType::Directory);
        if is_folder && self.rules == Rules::Layer {
            self.hidden.insert((folder, name.into()));
        }
    }

    /// GNU tar puts a file in the place of a link that leaves its folder, and the link there at the end: what stands in that file's place
    /// by then stays, is gone or is an error, as the numbers of inodes have it.
    fn may_give_way(&self, inode: u32) -> Result<(), Trouble> {
        match self.index.get(inode).map(|it| &it.body) {
            Some(Inner::Link(target)) if self.rules == Rules::Plain && leaves(target) => {
                Err(format!("it would take the place of a link to `{}`, where tar is not to be relied upon", shown(target)).into())
            }
            _ => Ok(()),
        }
    }

    fn look_up(&self, folder: u32, name: &[u8]) -> Option<u32> {
        self.index.children(folder)?.get(name).map(|it| it.inode)
    }

    fn hard_link(&mut self, link: &Parts<'_>, member: &Member) -> Result<(), Trouble> {
        let shown = || shown(&member.link);
        let target = parts(&member.link).map_err(|it| it.of(|| format!("its target `{}`", shown())))?;
        let missing = || Trouble::from(format!("a hard link to `{}`, which is not there before it", shown()));
        let (Some((name, folders)), Some((own, own_folders))) = (target.split_last(), link.split_last()) else {
            return Err("a hard link with the root".to_owned().into());
        };
        let folder = self.enter(own_folders)?;
        // containerd takes the name away, with all that is below it, before it looks for the other.
        if self.rules == Rules::Layer {
            self.vacate(folder, own)?;
            if let Some(names) = self.index.children_mut(folder) {
                names.remove(*own);
            }
        }
        let inode = self.find(folders)?.and_then(|it| self.look_up(it, name)).ok_or_else(missing)?;
        if self.index.kind(inode) == FileType::Directory {
            return Err(format!("a hard link to the directory `{}`", shown()).into());
        }
        // GNU tar leaves a link to itself.
        if self.look_up(folder, own) == Some(inode) {
            return Ok(());
        }
        self.vacate(folder, own)?;
        self.agree(inode, member)?;
        self.name(folder, own, inode)
    }

    /// containerd gives the owner of a hard link's header to the file, and its mode only where the host happens to have a file of that
    /// name: who unpacks a layer gets the mode of the file or that of the link.
    fn agree(&mut self, inode: u32, member: &Member) -> Result<(), Trouble> {
        let Some(there) = self.index.get_mut(inode).filter(|_| self.rules == Rules::Layer) else { return Ok(()) };
        if there.kind() != FileType::Symlink && there.mode != member.mode {
            return Err(format!("a hard link of mode {:04o} to a file of mode {:04o}: not all tools make the same of it", member.mode, there.mode).into());
        }
        (there.uid, there.gid) = (member.uid, member.gid);
        Ok(())
    }

    /// Takes names of lower layers away where this is a whiteout (image-spec, layer.md); answers whether it was one.
    fn white_out(&mut self, parts: &Parts<'_>) -> Result<bool, Trouble> {
        let Some((name, folders)) = parts.split_last() else { return Ok(false) };
        if folders.iter().any(|it| it.starts_with(b".wh.")) {
            return Err("it lies below a whiteout".to_owned().into());
        }
        let Some(hidden) = name.strip_prefix(b".wh.".as_slice()) else { return Ok(false) };
        if matches!(hidden, b"" | b"." | b"..") {
            return Err("a whiteout of no name".to_owned().into());
        }
        let folder = self.enter(folders)?;
        // What AUFS keeps for itself is no part of an image.
        if hidden.starts_with(b".wh.") && hidden != b".wh..opq" {
            return Ok(true);
        }
        if hidden == b".wh..opq" {
            self.hide_lower(folder)?;
            return Ok(true);
        }
        let layer = self.layer;
        if self.index.children(folder).and_then(|it| it.get(hidden)).is_some_and(|it| it.layer == layer) {
            return Err("a whiteout of what the same layer made before it: not all tools keep that".to_owned().into());
        }
        self.hide(folder, hidden);
        if let Some(names) = self.index.children_mut(folder) {
            names.remove(hidden);
        }
        Ok(true)
    }

    /// What this layer has below an opaque folder stays, but nothing of lower layers beside it.
    fn hide_lower(&mut self, folder: u32) -> Result<(), Trouble> {
        let (layer, mut folders) = (self.layer, vec![folder]);
        while let Some(folder) = folders.pop() {
            if !self.opaque.insert(folder) {
                continue;
            }
            self.step(self.index.children(folder).map_or(0, |it| it.len()))?;
            let Some(names) = self.index.children_mut(folder) else { continue };
            names.retain(|_, it| it.layer == layer);
            if names.values().any(|it| !it.said) {
                return Err("an opaque directory in which the same layer has made one before without naming it: not all tools keep that".to_owned().into());
            }
            folders.extend(names.values().map(|it| it.inode));
        }
        Ok(())
    }

    /// Returns the directory of these parts, made where no entry has named it yet.
    fn enter(&mut self, parts: &[&[u8]]) -> Result<u32, Trouble> {
        self.walk(parts, true)?.ok_or_else(|| "its folder is not there".to_owned().into())
    }

    /// Returns the directory of these parts, if it is there.
    fn find(&mut self, parts: &[&[u8]]) -> Result<Option<u32>, Trouble> {
        self.walk(parts, false)
    }

    /// Walks along folders. A link on the way is followed inside the tree, as whoever unpacks follows it.
    fn walk(&mut self, parts: &[&[u8]], makes: bool) -> Result<Option<u32>, Trouble> {
        let (mut stack, mut links) = (vec![1_u32], 0);
        // What links add to the way, the next part last.
        let mut added: Vec<Vec<u8>> = Vec::new();
        let mut own = parts.iter();
        loop {
            self.step(1)?;
            let next = added.pop();
            let is_added = next.is_some();
            let part: &[u8] = match (&next, is_added) {
                (Some(part), _) => part,
                (None, _) => match own.next() {
                    Some(part) => part,
                    None => return Ok(stack.last().copied()),
                },
            };
            if part == b".." {
                stack.truncate(stack.len().saturating_sub(1).max(1));
                continue;
            }
            let at = stack.last().copied().unwrap_or(1);
            match self.look_up(at, part) {
                None if !makes => return Ok(None),
                None if is_added && self.rules == Rules::Plain => return Err("it lies below a link that leads to nothing".to_owned().into()),
                // Where there is nothing to stand in, some take the next `..` as a word alone.
                None if is_added && added.iter().any(|it| it == b"..") => return Err("it lies below a link through what is not there".to_owned().into()),
                None => {
                    stack.push(self.fresh_folder(at, part)?);
                    self.gave(at, part, Some(false));
                }
                Some(inode) => match self.index.get(inode).map(|it| &it.body) {
                    Some(Inner::Folder(_)) => {
                        stack.push(inode);
                        if makes && self.rules == Rules::Layer {
                            self.gave(at, part, None);
                        }
                    }
                    Some(Inner::Link(target)) => {
                        links += 1;
                        if links > MOST_LINKS {
                            return Err("it lies below too many links".to_owned().into());
                        }
                        self.may_follow(at, part, target)?;
                        if target.first() == Some(&b'/') {
                            stack.truncate(1);
                        }
                        added.extend(target.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").rev().map(<[u8]>::to_vec));
                    }
                    _ => return Err("it lies below what is no directory".to_owned().into()),
                },
            }
            if stack.len() > MOST_DEPTH {
                return Err(format!("it lies below more than {MOST_DEPTH} directories").into());
            }
        }
    }

    /// GNU tar makes links that leave their folder only when all else is unpacked, so nothing can lie below them. Who unpacks a layer for an
    /// overlay file system does not see the links of lower ones, and makes directories in their place.
    fn may_follow(&self, folder: u32, name: &[u8], target: &[u8]) -> Result<(), Trouble> {
        let why = match self.rules {
            Rules::Plain if leaves(target) => "through which tar does not unpack",
            Rules::Layer if self.index.children(folder).and_then(|it| it.get(name)).is_some_and(|it| it.layer != self.layer) => {
                "of a lower layer, through which not all tools unpack"
            }
            _ => return Ok(()),
        };
        Err(format!("it lies below a link to `{}`, {why}", shown(target)).into())
    }

    /// Notes that this layer has something below a name, which no entry of it need name.
    fn gave(&mut self, folder: u32, name: &[u8], said: Option<bool>) {
        let layer = self.layer;
        if let Some(named) = self.index.children_mut(folder).and_then(|it| it.get_mut(name)) {
            named.said = said.unwrap_or(named.said && named.layer == layer);
            named.layer = layer;
        }
    }
}

/// Answers whether a link may lead out of the folder that it is in.
fn leaves(target: &[u8]) -> bool {
    target.first() == Some(&b'/') || target.split(|it| *it == b'/').any(|it| it == b"..")
}

/// Splits a name into parts below the root: a `/` at its head is left out, as all who unpack do.
fn parts(name: &[u8]) -> Result<Parts<'_>, Trouble> {
    let parts: Parts<'_> = name.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").collect();
    if parts.iter().any(|it| *it == b"..") {
        return Err("its name has `..`, through which nothing is unpacked".to_owned().into());
    }
    if name.is_empty() || name.len() > 4095 || parts.iter().any(|it| it.len() > 255) {
        return Err(format!("a name of {} bytes, which no system can hold", name.len()).into());
    }
    Ok(parts)
}
