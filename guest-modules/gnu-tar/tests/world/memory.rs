//! A tree in memory that answers as Linux does for root.

use std::collections::BTreeMap;

use gnu_tar::{Errno, Files, Kind, Stat};

/// When the run is: later than all that is laid.
pub const NOW: i64 = 1_795_000_000;

/// Accounts, users and groups alike: those of the tree that the real tar runs in.
const ACCOUNTS: [(&str, u32); 6] = [("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("mail", 8), ("nogroup", 65534)];

enum Content {
    File(Vec<u8>),
    Folder(BTreeMap<Vec<u8>, u64>),
    Link(Vec<u8>),
    Fifo,
}

struct Node {
    content: Content,
    mode: u32,
    uid: u32,
    gid: u32,
    mtime: (i64, u32),
    links: u32,
}

/// The tree.
pub struct Memory {
    nodes: BTreeMap<u64, Node>,
    next: u64,
    umask: u32,
    pub stdin: Vec<u8>,
}

/// Most bytes of a file: what lies about its size meets ENOSPC.
const MOST: u64 = 8 << 20;

struct Place {
    folder: u64,
    name: Vec<u8>,
    inode: Option<u64>,
}

impl Default for Memory {
    fn default() -> Memory {
        let root = Node { content: Content::Folder(BTreeMap::new()), mode: 0o755, uid: 0, gid: 0, mtime: (NOW, 0), links: 2 };
        Memory { nodes: BTreeMap::from([(1, root)]), next: 2, umask: 0o022, stdin: Vec::new() }
    }
}

impl Memory {
    fn folder(&self, inode: u64) -> Result<&BTreeMap<Vec<u8>, u64>, Errno> {
        match &self.nodes[&inode].content {
            Content::Folder(names) => Ok(names),
            _ => Err(Errno::NotDirectory),
        }
    }

    fn resolve(&self, path: &[u8], follow: bool) -> Result<Place, Errno> {
        let mut waiting: Vec<Vec<u8>> = path.split(|it| *it == b'/').filter(|it| !it.is_empty()).rev().map(<[u8]>::to_vec).collect();
        let trailing = path.ends_with(b"/") || path.ends_with(b"/.");
        let (mut walked, mut hops) = (vec![1_u64], 0);
        let mut place = Place { folder: 1, name: b".".to_vec(), inode: Some(1) };
        while let Some(name) = waiting.pop() {
            let here = walked[walked.len() - 1];
            let names = self.folder(here)?;
            if name.len() > 255 {
                return Err(Errno::NameTooLong);
            }
            if name == b"." || name == b".." {
                if name == b".." && walked.len() > 1 {
                    walked.pop();
                }
                let inode = walked[walked.len() - 1];
                place = Place { folder: inode, name: name.clone(), inode: Some(inode) };
                continue;
            }
            let inode = names.get(&name).copied();
            place = Place { folder: here, name, inode };
            let last = waiting.is_empty();
            match inode.map(|it| &self.nodes[&it].content) {
                Some(Content::Link(target)) if !last || follow || trailing => {
                    hops += 1;
                    if hops > 40 {
                        return Err(Errno::TooManyLinks);
                    }
                    if target.starts_with(b"/") {
                        walked.truncate(1);
                    }
                    waiting.extend(target.split(|it| *it == b'/').filter(|it| !it.is_empty()).rev().map(<[u8]>::to_vec));
                    let inode = walked[walked.len() - 1];
                    place = Place { folder: inode, name: b".".to_vec(), inode: Some(inode) };
                }
                Some(_) if last => {}
                Some(_) => walked.push(inode.unwrap_or(1)),
                None if last => {}
                None => return Err(Errno::NoEntry),
            }
        }
        Ok(place)
    }

    fn find(&self, path: &[u8], follow: bool) -> Result<u64, Errno> {
        self.resolve(path, follow)?.inode.ok_or(Errno::NoEntry)
    }

    fn touch(&mut self, inode: u64) {
        self.node(inode).mtime = (NOW, 0);
    }

    fn node(&mut self, inode: u64) -> &mut Node {
        self.nodes.get_mut(&inode).expect("an inode that was found")
    }

    fn names(&mut self, inode: u64) -> &mut BTreeMap<Vec<u8>, u64> {
        match &mut self.node(inode).content {
            Content::Folder(names) => names,
            _ => panic!("a folder that was found"),
        }
    }

    fn add(&mut self, place: Place, content: Content, mode: u32) -> Result<(), Errno> {
        if place.inode.is_some() {
            return Err(Errno::Exists);
        }
        self.folder(place.folder)?;
        let set_gid = self.nodes[&place.folder].mode & 0o2000 != 0;
        let gid = if set_gid { self.nodes[&place.folder].gid } else { 0 };
        let is_folder = matches!(content, Content::Folder(_));
        let mode = if is_folder && set_gid { mode | 0o2000 } else { mode };
        let inode = self.next;
        self.next += 1;
        self.nodes.insert(inode, Node { content, mode, uid: 0, gid, mtime: (NOW, 0), links: 1 });
        self.names(place.folder).insert(place.name, inode);
        self.touch(place.folder);
        Ok(())
    }

    fn drop_name(&mut self, place: &Place, inode: u64) {
        self.names(place.folder).remove(&place.name);
        self.touch(place.folder);
        let node = self.node(inode);
        node.links -= 1;
        if node.links == 0 {
            self.nodes.remove(&inode);
        }
    }
}

impl Files for Memory {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn stat(&mut self, path: &[u8], follow: bool) -> Result<Stat, Errno> {
        let inode = self.find(path, follow)?;
        let node = &self.nodes[&inode];
        let (kind, size) = match &node.content {
            Content::File(bytes) => (Kind::Regular, bytes.len() as u64),
            Content::Folder(_) => (Kind::Directory, 4096),
            Content::Link(target) => (Kind::Symlink, target.len() as u64),
            Content::Fifo => (Kind::Fifo, 0),
        };
        Ok(Stat { kind, mode: node.mode, uid: node.uid, gid: node.gid, size, links: node.links, inode, mtime: node.mtime })
    }

    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        match &self.nodes[&self.find(path, true)?].content {
            Content::File(bytes) => Ok(bytes.clone()),
            Content::Folder(_) => Err(Errno::IsDirectory),
            _ => Err(Errno::Invalid),
        }
    }

    fn list(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, Errno> {
        Ok(self.folder(self.find(path, true)?)?.keys().cloned().collect())
    }

    fn read_link(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        match &self.nodes[&self.find(path, false)?].content {
            Content::Link(target) => Ok(target.clone()),
            _ => Err(Errno::Invalid),
        }
    }

    fn create(&mut self, path: &[u8], mode: u32, exclusive: bool) -> Result<(), Errno> {
        let place = self.resolve(path, !exclusive)?;
        match place.inode {
            Some(_) if exclusive => Err(Errno::Exists),
            Some(inode) => match &mut self.node(inode).content {
                Content::File(bytes) => {
                    bytes.clear();
                    self.touch(inode);
                    Ok(())
                }
                Content::Folder(_) => Err(Errno::IsDirectory),
                _ => Err(Errno::Invalid),
            },
            None => self.add(place, Content::File(Vec::new()), mode & !self.umask),
        }
    }

    fn write(&mut self, path: &[u8], offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let inode = self.find(path, true)?;
        let end = offset.checked_add(bytes.len() as u64).filter(|it| *it <= MOST).ok_or(Errno::NoSpace)?;
        let Content::File(content) = &mut self.node(inode).content else { return Err(Errno::Invalid) };
        content.resize(content.len().max(end as usize), 0);
        content[offset as usize..end as usize].copy_from_slice(bytes);
        self.touch(inode);
        Ok(())
    }

    fn truncate(&mut self, path: &[u8], length: u64) -> Result<(), Errno> {
        let inode = self.find(path, true)?;
        if length > MOST {
            return Err(Errno::NoSpace);
        }
        let Content::File(content) = &mut self.node(inode).content else { return Err(Errno::Invalid) };
        content.resize(length as usize, 0);
        self.touch(inode);
        Ok(())
    }

    fn make_directory(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        let place = self.resolve(path, false)?;
        self.add(place, Content::Folder(BTreeMap::new()), mode & 0o1777 & !self.umask)
    }

    fn make_fifo(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        let place = self.resolve(path, false)?;
        self.add(place, Content::Fifo, mode & !self.umask)
    }

    fn make_link(&mut self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        if target.is_empty() {
            return Err(Errno::NoEntry);
        }
        let place = self.resolve(path, false)?;
        self.add(place, Content::Link(target.to_vec()), 0o777)
    }

    fn make_hard_link(&mut self, existing: &[u8], path: &[u8]) -> Result<(), Errno> {
        let inode = self.find(existing, false)?;
        let place = self.resolve(path, false)?;
        if place.inode.is_some() {
            return Err(Errno::Exists);
        }
        if matches!(self.nodes[&inode].content, Content::Folder(_)) {
            return Err(Errno::NotPermitted);
        }
        self.node(inode).links += 1;
        self.names(place.folder).insert(place.name, inode);
        self.touch(place.folder);
        Ok(())
    }

    fn remove_file(&mut self, path: &[u8]) -> Result<(), Errno> {
        let place = self.resolve(path, false)?;
        let inode = place.inode.ok_or(Errno::NoEntry)?;
        if matches!(self.nodes[&inode].content, Content::Folder(_)) {
            return Err(Errno::IsDirectory);
        }
        self.drop_name(&place, inode);
        Ok(())
    }

    fn remove_directory(&mut self, path: &[u8]) -> Result<(), Errno> {
        if path.ends_with(b"/.") {
            return Err(Errno::Invalid);
        }
        let place = self.resolve(path, false)?;
        let inode = place.inode.ok_or(Errno::NoEntry)?;
        if !self.folder(inode)?.is_empty() {
            return Err(Errno::NotEmpty);
        }
        self.drop_name(&place, inode);
        Ok(())
    }

    fn set_mode(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        let inode = self.find(path, false)?;
        if matches!(self.nodes[&inode].content, Content::Link(_)) {
            return Err(Errno::Unsupported);
        }
        self.node(inode).mode = mode & 0o7777;
        Ok(())
    }

    fn set_owner(&mut self, path: &[u8], uid: u32, gid: u32) -> Result<(), Errno> {
        let inode = self.find(path, false)?;
        let node = self.node(inode);
        node.uid = if uid == u32::MAX { node.uid } else { uid };
        node.gid = if gid == u32::MAX { node.gid } else { gid };
        if matches!(node.content, Content::File(_)) {
            node.mode &= 0o1777 | if node.mode & 0o010 == 0 { 0o2000 } else { 0 };
        }
        Ok(())
    }

    fn set_times(&mut self, path: &[u8], mtime: (i64, u32)) -> Result<(), Errno> {
        let inode = self.find(path, false)?;
        self.node(inode).mtime = mtime;
        Ok(())
    }

    fn set_umask(&mut self, mask: u32) -> u32 {
        std::mem::replace(&mut self.umask, mask)
    }

    fn user_number(&mut self, name: &[u8]) -> Option<u32> {
        ACCOUNTS.iter().find(|it| it.0.as_bytes() == name && it.1 != 65534).map(|it| it.1)
    }

    fn group_number(&mut self, name: &[u8]) -> Option<u32> {
        ACCOUNTS.iter().find(|it| it.0.as_bytes() == name).map(|it| it.1)
    }

    fn user_name(&mut self, number: u32) -> Option<Vec<u8>> {
        ACCOUNTS.iter().find(|it| it.1 == number).map(|it| if number == 65534 { b"nobody".to_vec() } else { it.0.as_bytes().to_vec() })
    }

    fn group_name(&mut self, number: u32) -> Option<Vec<u8>> {
        ACCOUNTS.iter().find(|it| it.1 == number).map(|it| it.0.as_bytes().to_vec())
    }

    fn now(&mut self) -> (i64, u32) {
        (NOW, 0)
    }
}
