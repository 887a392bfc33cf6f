//! Two worlds in which a call is made: a tree in memory with the library, and a Debian 12 root with the real tools.

pub mod random;
pub mod tree;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use package_tools::{Effect, Kind, Stat, Treatment, World};

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Folder,
    /// Bytes, mode, uid and gid.
    File(Rc<Vec<u8>>, u32, u32, u32),
    Link(String),
}

/// A tree in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pub nodes: RefCell<BTreeMap<String, Node>>,
    pub states: RefCell<BTreeMap<String, String>>,
    pub notes: RefCell<Vec<String>>,
    pub stdin: Vec<u8>,
}

impl Memory {
    /// The node at a path, and where it stands in truth.
    fn find(&self, path: &str, follow: bool, depth: usize) -> Option<(String, Node)> {
        let mut done = String::new();
        let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
        for (at, part) in parts.iter().enumerate() {
            if *part == ".." {
                done.truncate(done.rfind('/').unwrap_or(0));
                continue;
            }
            let next = format!("{done}/{part}");
            let node = self.nodes.borrow().get(&next).cloned()?;
            match node {
                Node::Link(target) if depth < 40 && (follow || at + 1 < parts.len()) => {
                    let base = if target.starts_with('/') { target } else { format!("{done}/{target}") };
                    let rest = parts[at + 1..].join("/");
                    return self.find(&format!("{base}/{rest}"), follow, depth + 1);
                }
                _ => done = next,
            }
        }
        let node = if done.is_empty() { Node::Folder } else { self.nodes.borrow().get(&done).cloned()? };
        Some((done, node))
    }

    fn place(&self, path: &str, follow: bool) -> Result<String, String> {
        if let Some((place, _)) = self.find(path, follow, 0) {
            return Ok(place);
        }
        let (folder, name) = path.rsplit_once('/').ok_or("no path")?;
        match self.find(folder, true, 0) {
            Some((folder, Node::Folder)) => Ok(format!("{folder}/{name}")),
            _ => Err(format!("{path}: no such folder")),
        }
    }

    /// All that stands below some folders, a line each.
    pub fn tree(&self, below: &[&str]) -> String {
        let mut all = String::new();
        for (path, node) in self.nodes.borrow().iter() {
            if below.iter().any(|it| path.starts_with(it)) && !is_noise(path) {
                match node {
                    Node::Folder => writeln!(all, "{path}/").unwrap(),
                    Node::Link(target) => writeln!(all, "{path} -> {target}").unwrap(),
                    Node::File(bytes, mode, uid, gid) => writeln!(all, "{path} {mode:04o} {uid}:{gid} {:?}", String::from_utf8_lossy(bytes)).unwrap(),
                }
            }
        }
        all
    }

    /// Reads a part of a real root.
    pub fn load(&mut self, root: &Path, path: &str) {
        let full = root.join(path.trim_start_matches('/'));
        let Ok(stat) = fs::symlink_metadata(&full) else { return };
        let node = if stat.is_symlink() {
            Node::Link(fs::read_link(&full).unwrap().to_str().unwrap().to_owned())
        } else if stat.is_dir() {
            Node::Folder
        } else {
            Node::File(Rc::new(fs::read(&full).unwrap_or_default()), stat.mode() & 0o7777, stat.uid(), stat.gid())
        };
        let folder = node == Node::Folder;
        self.nodes.borrow_mut().insert(path.to_owned(), node);
        if folder {
            for entry in fs::read_dir(&full).unwrap() {
                let name = entry.unwrap().file_name();
                self.load(root, &format!("{}/{}", path.trim_end_matches('/'), name.to_str().unwrap()));
            }
        }
    }

    /// Lays a file, with the folders above it.
    pub fn lay(&mut self, path: &str, node: Node) {
        for (at, _) in path.match_indices('/').skip(1) {
            self.nodes.borrow_mut().entry(path[..at].to_owned()).or_insert(Node::Folder);
        }
        self.nodes.borrow_mut().insert(path.to_owned(), node);
    }

    /// Lays a file of root's.
    pub fn lay_file(&mut self, path: &str, mode: u32, bytes: &[u8]) {
        self.lay(path, Node::File(Rc::new(bytes.to_vec()), mode, 0, 0));
    }
}

/// Files that only say when something was done, and caches.
pub fn is_noise(path: &str) -> bool {
    let rpm = path.contains("rpmdb.sqlite") || path.ends_with("/.rpm.lock");
    rpm || path.starts_with("/var/log/") || path.ends_with("/lock") || path.ends_with("/lock-frontend") || path.ends_with("/triggers/Lock") || path.starts_with("/var/cache/apt")
}

impl World for Memory {
    fn read_at(&self, path: &str, offset: u64, length: usize) -> Option<Vec<u8>> {
        match self.find(path, true, 0)?.1 {
            Node::File(bytes, ..) => Some(bytes.iter().skip(offset as usize).take(length).copied().collect()),
            _ => None,
        }
    }

    fn stat(&self, path: &str, follow: bool) -> Option<Stat> {
        Some(match self.find(path, follow, 0)?.1 {
            Node::Folder => Stat { kind: Kind::Directory, mode: 0o755, uid: 0, gid: 0, size: 0 },
            Node::Link(target) => Stat { kind: Kind::Symlink, mode: 0o777, uid: 0, gid: 0, size: target.len() as u64 },
            Node::File(bytes, mode, uid, gid) => Stat { kind: Kind::Regular, mode, uid, gid, size: bytes.len() as u64 },
        })
    }

    fn list(&self, path: &str) -> Vec<String> {
        let Some((place, Node::Folder)) = self.find(path, true, 0) else { return Vec::new() };
        let start = format!("{place}/");
        self.nodes.borrow().keys().filter_map(|it| it.strip_prefix(&start)).filter(|it| !it.contains('/')).map(str::to_owned).collect()
    }

    fn link(&self, path: &str) -> Option<String> {
        if let Node::Link(target) = self.find(path, false, 0)?.1 { Some(target) } else { None }
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Result<(), String> {
        let place = self.place(path, true)?;
        let mut nodes = self.nodes.borrow_mut();
        let (mode, uid, gid) = if let Some(Node::File(_, mode, uid, gid)) = nodes.get(&place) { (*mode, *uid, *gid) } else { (mode, 0, 0) };
        nodes.insert(place, Node::File(Rc::new(bytes.to_vec()), mode, uid, gid));
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        let (from, to) = (self.place(from, false)?, self.place(to, false)?);
        let node = self.nodes.borrow_mut().remove(&from).ok_or("no such file")?;
        self.nodes.borrow_mut().insert(to, node);
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), String> {
        let place = self.place(path, false)?;
        self.nodes.borrow_mut().remove(&place).map(drop).ok_or_else(|| "no such file".into())
    }

    fn make_link(&self, target: &str, path: &str) -> Result<(), String> {
        let place = self.place(path, false)?;
        if self.nodes.borrow().contains_key(&place) {
            return Err("exists".into());
        }
        self.nodes.borrow_mut().insert(place, Node::Link(target.to_owned()));
        Ok(())
    }

    fn make_directory(&self, path: &str) -> Result<(), String> {
        let place = self.place(path, false)?;
        self.nodes.borrow_mut().entry(place).or_insert(Node::Folder);
        Ok(())
    }

    fn set_owner_and_mode(&self, path: &str, owner: u32, group: u32, bits: u32) -> Result<(), String> {
        let place = self.place(path, true)?;
        match self.nodes.borrow_mut().get_mut(&place) {
            Some(Node::File(_, mode, uid, gid)) => {
                (*mode, *uid, *gid) = (bits, owner, group);
                Ok(())
            }
            _ => Err("no file".into()),
        }
    }

    fn state(&self, key: &str) -> Option<String> {
        self.states.borrow().get(key).cloned()
    }

    fn set_state(&self, key: &str, value: Option<&str>) -> Result<(), String> {
        match value {
            Some(value) => drop(self.states.borrow_mut().insert(key.to_owned(), value.to_owned())),
            None => drop(self.states.borrow_mut().remove(key)),
        }
        Ok(())
    }

    fn effect(&self, kind: &Effect, name: &str, treatment: Treatment) {
        self.notes.borrow_mut().push(format!("{kind:?} {name} {treatment:?}"));
    }

    fn assume(&self, about: &str, name: &str) {
        self.notes.borrow_mut().push(format!("assume {about} {name}"));
    }

    fn blind(&self, why: &str) {
        self.notes.borrow_mut().push(format!("blind {why}"));
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn stdin(&self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn cwd(&self) -> String {
        "/tmp".to_owned()
    }
}

/// One call: the words, and what stands on standard input.
#[derive(Clone, Debug)]
pub struct Call {
    pub words: Vec<String>,
    pub stdin: Vec<u8>,
}

impl Call {
    pub fn of(line: &str) -> Call {
        let (line, stdin) = line.split_once(" <<< ").unwrap_or((line, ""));
        let plain = |it: &str| it.replace("\\s", " ").replace("\\0", "");
        Call { words: line.split(' ').filter(|it| !it.is_empty()).map(plain).collect(), stdin: stdin.replace("\\n", "\n").into_bytes() }
    }
}

/// What a call came to: status and both streams.
pub type Outcome = (i32, String, String);

/// Makes a call of the library.
pub fn ours(memory: &mut Memory, call: &Call) -> Result<Outcome, String> {
    memory.stdin.clone_from(&call.stdin);
    package_tools::run(memory, &call.words[0], &call.words[1..]).map(|it| (it.status as i32, it.out, it.err))
}

/// A Debian 12 root for throwing away, with the real tools.
pub struct Real {
    root: PathBuf,
}

/// Folders of databases, which are laid anew and compared.
pub const FOLDERS: &[&str] = &["/var/lib/dpkg", "/var/lib/rpm", "/etc/alternatives", "/opt/laid", "/var/cache/debconf", "/var/lib/apt/extended_states"];

impl Real {
    /// The root that `PACKAGES_ROOT` names.
    pub fn new() -> Option<Real> {
        let root = PathBuf::from(std::env::var_os("PACKAGES_ROOT")?);
        (root != Path::new("/") && root.join("usr/bin/dpkg").exists()).then_some(Real { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Lays the databases.
    pub fn lay(&self, memory: &Memory) {
        for folder in FOLDERS {
            let full = self.root.join(&folder[1..]);
            let _ = if full.is_dir() { fs::remove_dir_all(&full) } else { fs::remove_file(&full) };
        }
        for (path, node) in memory.nodes.borrow().iter().filter(|it| FOLDERS.iter().any(|folder| it.0.starts_with(folder))) {
            let full = self.root.join(&path[1..]);
            match node {
                Node::Folder => fs::create_dir_all(&full).unwrap(),
                Node::Link(target) => symlink(target, &full).unwrap(),
                Node::File(bytes, mode, uid, gid) => {
                    fs::create_dir_all(full.parent().unwrap()).unwrap();
                    fs::write(&full, &**bytes).unwrap();
                    std::os::unix::fs::chown(&full, Some(*uid), Some(*gid)).unwrap();
                    fs::set_permissions(&full, fs::Permissions::from_mode(*mode)).unwrap();
                }
            }
        }
    }

    /// The databases as they are now.
    pub fn tree(&self) -> String {
        let mut memory = Memory::default();
        for folder in FOLDERS {
            memory.load(&self.root, folder);
        }
        memory.tree(FOLDERS)
    }

    /// Makes a call of the real tool.
    pub fn call(&self, call: &Call) -> Outcome {
        let mut child = Command::new("chroot")
            .arg(&self.root)
            .args(["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root", "TZ=UTC", "DEBIAN_FRONTEND=noninteractive"])
            .args(["/bin/sh", "-c", "cd /tmp; exec \"$@\"", "sh"])
            .args(&call.words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(&call.stdin);
        let done = child.wait_with_output().unwrap();
        (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned())
    }
}
