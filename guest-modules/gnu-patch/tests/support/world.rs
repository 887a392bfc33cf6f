//! Files in memory, with modes, links and inodes. The current folder is `/w`.

use std::collections::BTreeMap;

use gnu_patch::{Attributes, Failure, Files, Stat, Type};

use super::Laid;

#[derive(Clone)]
struct Node {
    laid: Laid,
    owner: (u32, u32),
    inode: u64,
}

/// See the head of the file.
pub struct World {
    nodes: BTreeMap<Vec<u8>, Node>,
    cwd: Vec<u8>,
    input: Vec<u8>,
    next: u64,
}

fn error(words: &str) -> Failure {
    Failure::Other(words.to_owned())
}

impl World {
    pub fn of(files: &[(String, Laid)], input: Vec<u8>) -> World {
        let mut world = World { nodes: BTreeMap::new(), cwd: b"/w".to_vec(), input, next: 1 };
        world.set(b"/w".to_vec(), Laid::Folder(0o755), (0, 0));
        for (name, laid) in files {
            let path = [b"/w/", name.as_bytes()].concat();
            for at in (3..path.len()).filter(|at| path[*at] == b'/') {
                if !world.nodes.contains_key(&path[..at]) {
                    world.set(path[..at].to_vec(), Laid::Folder(0o755), (0, 0));
                }
            }
            world.set(path, laid.clone(), (0, 0));
        }
        world
    }

    fn set(&mut self, path: Vec<u8>, laid: Laid, owner: (u32, u32)) -> u64 {
        self.next += 1;
        self.nodes.insert(path, Node { laid, owner, inode: self.next });
        self.next
    }

    pub fn tree(&self) -> Vec<(String, Laid)> {
        let below = self.nodes.iter().filter_map(|(path, node)| Some((path.strip_prefix(b"/w/")?, node)));
        below.map(|(path, node)| (String::from_utf8_lossy(path).into_owned(), node.laid.clone())).collect()
    }

    /// The path without links; the last part is followed with `follow`.
    fn resolve(&self, name: &[u8], follow: bool) -> Result<Vec<u8>, Failure> {
        let whole = if name.starts_with(b"/") { name.to_vec() } else { [&self.cwd[..], b"/", name].concat() };
        let mut left: Vec<Vec<u8>> = whole.split(|it| *it == b'/').filter(|it| !it.is_empty() && it != b".").map(<[u8]>::to_vec).rev().collect();
        if name.is_empty() {
            return Err(Failure::NoEntry);
        }
        let mut path: Vec<u8> = Vec::new();
        let mut links = 0;
        while let Some(part) = left.pop() {
            if part == b".." {
                path.truncate(path.iter().rposition(|it| *it == b'/').unwrap_or(0));
                continue;
            }
            let next = [&path[..], b"/", &part].concat();
            let last = left.is_empty();
            match self.nodes.get(&next).map(|it| &it.laid) {
                Some(Laid::Link(target)) if follow || !last => {
                    links += 1;
                    if links > 40 {
                        return Err(error("Too many levels of symbolic links"));
                    }
                    left.extend(target.split(|it| *it == b'/').filter(|it| !it.is_empty() && it != b".").map(<[u8]>::to_vec).rev());
                    if target.starts_with(b"/") {
                        path.clear();
                    }
                }
                Some(Laid::Folder(_)) => path = next,
                Some(_) if !last => return Err(error("Not a directory")),
                None if !last => return Err(Failure::NoEntry),
                _ => path = next,
            }
        }
        Ok(path)
    }

    fn node(&self, name: &[u8], follow: bool) -> Result<&Node, Failure> {
        self.nodes.get(&self.resolve(name, follow)?).ok_or(Failure::NoEntry)
    }

    fn place(&mut self, name: &[u8], laid: Laid, owner: (u32, u32)) -> Result<u64, Failure> {
        let path = self.resolve(name, false)?;
        if self.nodes.get(&path).is_some_and(|it| matches!(it.laid, Laid::Folder(_))) {
            return Err(error("Is a directory"));
        }
        Ok(self.set(path, laid, owner))
    }
}

impl Files for World {
    fn stdin(&mut self) -> Vec<u8> {
        self.input.clone()
    }

    fn variable(&mut self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn change_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        match self.node(name, true)?.laid {
            Laid::Folder(_) => self.cwd = self.resolve(name, true)?,
            _ => return Err(error("Not a directory")),
        }
        Ok(())
    }

    fn is_at_root(&mut self) -> bool {
        self.cwd.is_empty()
    }

    fn leads_outside(&mut self, name: &[u8]) -> bool {
        let folder = name.iter().rposition(|it| *it == b'/').map_or(&b"."[..], |at| &name[..at]);
        let Ok(path) = self.resolve(folder, true) else { return false };
        path != self.cwd && !path.starts_with(&[&self.cwd[..], b"/"].concat())
    }

    fn may_write(&mut self, _: &[u8]) -> bool {
        true
    }

    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, Failure> {
        let node = self.node(name, follow)?;
        let (kind, mode, size) = match &node.laid {
            Laid::File(bytes, mode) => (Type::Regular, *mode, bytes.len()),
            Laid::Link(target) => (Type::Link, 0o777, target.len()),
            Laid::Folder(mode) => (Type::Directory, *mode, 4096),
        };
        Ok(Stat { kind, mode, uid: node.owner.0, gid: node.owner.1, size: size as u64, inode: node.inode })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure> {
        match &self.node(name, true)?.laid {
            Laid::File(bytes, _) => Ok(bytes.clone()),
            _ => Err(error("Is a directory")),
        }
    }

    fn names(&mut self, folder: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
        let path = [&self.resolve(folder, true)?[..], b"/"].concat();
        let below = self.nodes.keys().filter_map(|it| it.strip_prefix(&path[..]));
        Ok(below.filter(|it| !it.contains(&b'/')).map(<[u8]>::to_vec).collect())
    }

    fn read_link(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure> {
        match &self.node(name, false)?.laid {
            Laid::Link(target) => Ok(target.clone()),
            _ => Err(error("Invalid argument")),
        }
    }

    fn put(&mut self, name: &[u8], content: &[u8], attributes: Attributes) -> Result<u64, Failure> {
        let mode = if attributes.masked { attributes.mode & !0o022 } else { attributes.mode };
        self.place(name, Laid::File(content.to_vec(), mode), attributes.owner.unwrap_or_default())
    }

    fn put_link(&mut self, name: &[u8], target: &[u8]) -> Result<u64, Failure> {
        self.place(name, Laid::Link(target.to_vec()), (0, 0))
    }

    fn overwrite(&mut self, name: &[u8], content: &[u8]) -> Result<(), Failure> {
        let path = self.resolve(name, true)?;
        match self.nodes.get_mut(&path).map(|it| &mut it.laid) {
            Some(Laid::File(bytes, _)) => *bytes = content.to_vec(),
            Some(_) => return Err(error("Is a directory")),
            None => drop(self.set(path, Laid::File(content.to_vec(), 0o644), (0, 0))),
        }
        Ok(())
    }

    fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Failure> {
        let (from, to) = (self.resolve(from, false)?, self.resolve(to, false)?);
        let node = self.nodes.remove(&from).ok_or(Failure::NoEntry)?;
        self.nodes.insert(to, node);
        Ok(())
    }

    fn remove(&mut self, name: &[u8]) -> Result<(), Failure> {
        let path = self.resolve(name, false)?;
        self.nodes.remove(&path).map(drop).ok_or(Failure::NoEntry)
    }

    fn make_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        let path = self.resolve(name, false)?;
        if self.nodes.contains_key(&path) {
            return Err(error("File exists"));
        }
        self.set(path, Laid::Folder(0o755), (0, 0));
        Ok(())
    }

    fn remove_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        let path = self.resolve(name, false)?;
        if !matches!(self.nodes.get(&path).map(|it| &it.laid), Some(Laid::Folder(_))) {
            return Err(error("Not a directory"));
        }
        if path == self.cwd || self.nodes.keys().any(|it| it.starts_with(&[&path[..], b"/"].concat())) {
            return Err(error("Directory not empty"));
        }
        self.nodes.remove(&path);
        Ok(())
    }
}
