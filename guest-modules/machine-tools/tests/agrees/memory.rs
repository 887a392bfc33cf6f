//! A world in memory, so that nobody has to be root for owners and modes, and what stands in it as text.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::Path,
};

use machine_tools::{Done, Kind, Meta, World};

/// One file, folder or link.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// The kind.
    pub kind: Kind,
    /// Twelve bits.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u32, u32),
    /// Content, or the target of a link.
    pub bytes: Vec<u8>,
    /// Extended attributes.
    pub attributes: BTreeMap<String, Vec<u8>>,
}

impl Node {
    /// A file of root's.
    pub fn file(bytes: impl Into<Vec<u8>>) -> Node {
        Node { kind: Kind::File, mode: 0o644, owner: (0, 0), bytes: bytes.into(), attributes: BTreeMap::new() }
    }

    fn folder(mode: u32) -> Node {
        Node { kind: Kind::Folder, mode, bytes: Vec::new(), ..Node::file("") }
    }
}

/// Paths with what they are; links are followed in the last component only.
#[derive(Default)]
pub struct Memory {
    nodes: RefCell<BTreeMap<String, Node>>,
    state: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    /// Puts something there, with the folders on the way.
    pub fn put(&self, path: &str, node: Node) {
        for (at, _) in path.match_indices('/').skip(1) {
            self.nodes.borrow_mut().entry(path[..at].to_owned()).or_insert_with(|| Node::folder(0o755));
        }
        self.nodes.borrow_mut().insert(path.to_owned(), node);
    }

    /// Takes a part of a real root in.
    pub fn take(&self, root: &Path, path: &str) {
        let place = root.join(path.trim_start_matches('/'));
        let Ok(it) = fs::symlink_metadata(&place) else { return };
        let kind = if it.is_dir() { Kind::Folder } else if it.is_symlink() { Kind::Link } else if it.is_file() { Kind::File } else { Kind::Other };
        let bytes = match kind {
            Kind::File => fs::read(&place).expect("a readable file"),
            Kind::Link => fs::read_link(&place).expect("a link").to_string_lossy().into_owned().into_bytes(),
            _ => Vec::new(),
        };
        self.put(path, Node { kind, mode: it.mode() & 0o7777, owner: (it.uid(), it.gid()), bytes, ..Node::file("") });
        if it.is_dir() {
            for entry in fs::read_dir(&place).expect("a readable folder").flatten() {
                self.take(root, &format!("{}/{}", path.trim_end_matches('/'), entry.file_name().to_string_lossy()));
            }
        }
    }

    /// Lays everything below some folders on a real root, which holds nothing else there afterwards.
    pub fn lay(&self, root: &Path, folders: &[&str]) {
        for folder in folders {
            let place = root.join(folder.trim_start_matches('/'));
            let _ = fs::remove_dir_all(&place);
            let _ = fs::remove_file(&place);
        }
        for (path, node) in self.nodes.borrow().iter().filter(|it| folders.iter().any(|folder| is_below(it.0, folder))) {
            let place = root.join(path.trim_start_matches('/'));
            match node.kind {
                Kind::Folder => fs::create_dir_all(&place).expect("a folder"),
                Kind::Link => symlink(String::from_utf8_lossy(&node.bytes).into_owned(), &place).expect("a link"),
                _ => {
                    fs::create_dir_all(place.parent().expect("it is below")).expect("a folder");
                    fs::write(&place, &node.bytes).expect("a file");
                }
            }
            if node.kind != Kind::Link {
                chown(&place, Some(node.owner.0), Some(node.owner.1)).expect("an owner");
                fs::set_permissions(&place, fs::Permissions::from_mode(node.mode)).expect("a mode");
            }
        }
    }

    fn end(&self, path: &str, follow: bool) -> Option<String> {
        let mut path = if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path.to_owned() };
        for _ in 0..9 {
            let nodes = self.nodes.borrow();
            let node = nodes.get(&path);
            match node {
                Some(node) if follow && node.kind == Kind::Link => {
                    let target = String::from_utf8_lossy(&node.bytes).into_owned();
                    path = if target.starts_with('/') { target } else { joined(path.rsplit_once('/').expect("it is absolute").0, &target) };
                }
                Some(_) => return Some(path),
                None => {
                    // A link on the way.
                    let (at, target) = nodes.iter().filter(|it| it.1.kind == Kind::Link).find(|it| path.starts_with(&format!("{}/", it.0)))?;
                    let target = String::from_utf8_lossy(&target.bytes).into_owned();
                    let start = if target.starts_with('/') { target } else { joined(at.rsplit_once('/').expect("it is absolute").0, &target) };
                    path = format!("{start}{}", &path[at.len()..]);
                }
            }
        }
        None
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Node)) -> Done {
        let path = self.end(path, true).ok_or_else(|| format!("{path} is not there"))?;
        change(self.nodes.borrow_mut().get_mut(&path).expect("it was found"));
        Ok(())
    }

    /// Each path below some folders with kind, mode, owner and content (what is no text as its size and FNV-1a hash), sorted, one a line.
    pub fn told(&self, folders: &[&str]) -> String {
        let line = |(path, node): (&String, &Node)| {
            let content = match node.kind {
                Kind::Link => format!("-> {}", String::from_utf8_lossy(&node.bytes)),
                Kind::File => match std::str::from_utf8(&node.bytes) {
                    Ok(it) if !it.contains('\0') && it.len() < 4000 => format!("{it:?}"),
                    _ => digest(&node.bytes),
                },
                _ => String::new(),
            };
            format!("{path} {:o} {}:{} {content}\n", node.mode, node.owner.0, node.owner.1)
        };
        self.nodes.borrow().iter().filter(|it| folders.iter().any(|folder| is_below(it.0, folder))).map(line).collect()
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|it| it.is_empty() || it.starts_with('/') || folder == "/")
}

fn joined(folder: &str, target: &str) -> String {
    let mut pieces: Vec<&str> = folder.split('/').collect();
    for piece in target.split('/') {
        match piece {
            ".." => drop(pieces.pop()),
            "." | "" => {}
            it => pieces.push(it),
        }
    }
    pieces.join("/")
}

fn digest(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{} bytes {hash:016x}", bytes.len())
}

impl World for Memory {
    fn stat(&self, path: &str, follow: bool) -> Option<Meta> {
        if path == "/" {
            return Some(Meta { kind: Kind::Folder, mode: 0o755, uid: 0, gid: 0, links: 2 });
        }
        let it = self.end(path, follow)?;
        let nodes = self.nodes.borrow();
        let it = nodes.get(&it)?;
        Some(Meta { kind: it.kind, mode: it.mode, uid: it.owner.0, gid: it.owner.1, links: 1 })
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let it = self.end(path, true)?;
        self.nodes.borrow().get(&it).filter(|it| it.kind == Kind::File).map(|it| it.bytes.clone())
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let it = format!("{}/", if path == "/" { String::new() } else { self.end(path, true)? });
        Some(self.nodes.borrow().keys().filter_map(|path| path.strip_prefix(&it)).filter(|it| !it.contains('/')).map(str::to_owned).collect())
    }

    fn read_link(&self, path: &str) -> Option<String> {
        let it = self.end(path, false)?;
        self.nodes.borrow().get(&it).filter(|it| it.kind == Kind::Link).map(|it| String::from_utf8_lossy(&it.bytes).into_owned())
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Done {
        if self.end(path, true).is_some() {
            return self.change(path, |it| it.bytes = bytes.to_vec());
        }
        self.nodes.borrow_mut().insert(path.to_owned(), Node { mode, ..Node::file(bytes) });
        Ok(())
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        self.nodes.borrow_mut().insert(path.to_owned(), Node { kind: Kind::Link, mode: 0o777, ..Node::file(target) });
        Ok(())
    }

    fn make_folder(&self, path: &str, mode: u32) -> Done {
        self.nodes.borrow_mut().insert(path.to_owned(), Node::folder(mode));
        Ok(())
    }

    fn remove(&self, path: &str) -> Done {
        self.nodes.borrow_mut().remove(path).map(|_| ()).ok_or_else(|| format!("{path} is not there"))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        let it = self.nodes.borrow_mut().remove(from).ok_or_else(|| format!("{from} is not there"))?;
        self.nodes.borrow_mut().insert(to.to_owned(), it);
        Ok(())
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        self.change(path, |it| it.mode = mode)
    }

    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done {
        self.change(path, |it| it.owner = (uid, gid))
    }

    fn attribute(&self, path: &str, name: &str, follow: bool) -> Option<Vec<u8>> {
        let it = self.end(path, follow)?;
        self.nodes.borrow().get(&it)?.attributes.get(name).cloned()
    }

    fn set_attribute(&self, path: &str, name: &str, value: &[u8], follow: bool) -> Done {
        let it = self.end(path, follow).ok_or_else(|| format!("{path} is not there"))?;
        self.nodes.borrow_mut().get_mut(&it).expect("it was found").attributes.insert(name.to_owned(), value.to_vec());
        Ok(())
    }

    fn state(&self, key: &str) -> Option<Vec<u8>> {
        self.state.borrow().get(key).cloned()
    }

    fn set_state(&self, key: &str, value: Option<&[u8]>) {
        match value {
            Some(it) => drop(self.state.borrow_mut().insert(key.to_owned(), it.to_vec())),
            None => drop(self.state.borrow_mut().remove(key)),
        }
    }

    fn now(&self) -> i64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("the clock is right").as_secs() as i64
    }
}
