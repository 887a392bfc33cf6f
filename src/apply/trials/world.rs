//! Folders with what a tree says in them, plans for them, and looks at what became of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, Gid, IFlags, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags};

use crate::{
    apply::{Case, Plan, prepare},
    diff::{Change, between},
    digest::Digest,
    tree::{Actor, FileType, Flags, Quotas, Tree, Workspace},
};

/// When everything in a world changed last.
pub(super) const LONG_AGO: i64 = 1_000_000_000;

/// Whether this process may change owners and set flags. Without that, such acts are left out.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Who acts in the trees of tests.
pub(super) fn me() -> Actor {
    Actor { uid: rustix::process::geteuid().as_raw(), gid: rustix::process::getegid().as_raw(), umask: 0o022 }
}

/// A tree with nothing in it, whose root is this user's.
pub(super) fn empty() -> Tree {
    let mut workspace = Workspace::over(&Tree::empty(), Quotas::default());
    let Actor { uid, gid, .. } = me();
    workspace.set_owner(&Actor { uid: 0, gid: 0, umask: 0 }, b"/", Some(uid), Some(gid), false).expect("an owner");
    workspace.tree()
}

/// A folder with a target in it, and room for plans and journals beside.
pub(super) struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// Lays a tree into a folder: by code of its own, not by what is tested.
    pub(super) fn of(tree: &Tree) -> World {
        // In memory, as everything is synced many times.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() && fs::metadata(memory).is_ok_and(|it| !it.permissions().readonly()) {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let world = World { folder: folder.expect("a folder") };
        fs::create_dir(world.root()).expect("the root of the target");
        let mut laid = Laid::default();
        lay(tree, b"/", &world.root(), &mut laid);
        for (path, flags) in laid.flags {
            set_flags(&path, flags);
        }
        world
    }

    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// A place beside the target.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path in the target.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    /// Tells how the target differs from a tree, names of ours included.
    pub(super) fn differs(&self, from: &Tree) -> Vec<String> {
        let now = Tree::open(&self.root()).expect("the target");
        between(from, &now).iter().map(|it| format!("{}: {:?} => {:?}", String::from_utf8_lossy(&it.path), it.before, it.after)).collect()
    }

    /// Makes the plan of a change from one tree to another, whose read-set are these paths too.
    pub(super) fn plan(&self, before: &Tree, after: &Tree, read: &[&str]) -> Plan {
        let changes: Vec<(Change, String)> = between(before, after).into_iter().map(|it| (it, "fix".to_owned())).collect();
        let touched: BTreeSet<Vec<u8>> = read.iter().map(|it| it.as_bytes().to_vec()).collect();
        let case = Case { remediation: "r", evidence: Digest::of(b"evidence"), before, after, changes: &changes, touched: &touched, effects: &[] };
        prepare(&case, &self.beside("plan")).expect("a plan")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // What bears flags can't be removed, and who is not root can't empty a closed folder.
        let mut folders = vec![self.root()];
        while let Some(folder) = folders.pop() {
            set_flags(&folder, Flags::default());
            let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o700));
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let kind = entry.file_type().expect("a kind");
                if kind.is_file() && is_root() {
                    set_flags(&entry.path(), Flags::default());
                }
                folders.extend(kind.is_dir().then(|| entry.path()));
            }
        }
    }
}

#[derive(Default)]
struct Laid {
    first: BTreeMap<u64, PathBuf>,
    flags: Vec<(PathBuf, Flags)>,
}

fn lay(tree: &Tree, path: &[u8], to: &Path, laid: &mut Laid) {
    for entry in tree.list(path).expect("a folder") {
        let from = [if path == b"/" { b"" } else { path }, b"/", entry.name.as_slice()].concat();
        let place = to.join(std::ffi::OsStr::from_bytes(&entry.name));
        if let Some(first) = laid.first.get(&entry.inode) {
            rustix::fs::linkat(CWD, first, CWD, &place, AtFlags::empty()).expect("a further name");
            continue;
        }
        match entry.kind {
            FileType::Regular => fs::write(&place, &**tree.read_all(&from).expect("content")).expect("a file"),
            FileType::Directory => {
                fs::create_dir(&place).expect("a folder");
                lay(tree, &from, &place, laid);
                continue;
            }
            FileType::Symlink => {
                let target = tree.read_link(&from).expect("a target");
                std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(&target), &place).expect("a link");
            }
            FileType::Fifo => rustix::fs::mknodat(CWD, &place, rustix::fs::FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("a pipe"),
            FileType::Special => panic!("no test makes devices"),
        }
        laid.first.insert(entry.inode, place.clone());
        dress(tree, &from, &place, laid);
    }
    dress(tree, path, to, laid);
}

fn dress(tree: &Tree, path: &[u8], place: &Path, laid: &mut Laid) {
    let stat = tree.stat(path, false).expect("metadata");
    let held = tree.attributes(path, false).expect("attributes");
    if is_root() {
        rustix::fs::chownat(CWD, place, Some(Uid::from_raw(stat.uid)), Some(Gid::from_raw(stat.gid)), AtFlags::SYMLINK_NOFOLLOW).expect("an owner");
    }
    for (name, value) in &held.named {
        rustix::fs::lsetxattr(place, name.as_slice(), value, XattrFlags::empty()).expect("an attribute");
    }
    if stat.kind != FileType::Symlink {
        fs::set_permissions(place, fs::Permissions::from_mode(stat.mode)).expect("a mode");
    }
    let then = Timespec { tv_sec: LONG_AGO, tv_nsec: 0 };
    rustix::fs::utimensat(CWD, place, &Timestamps { last_access: then, last_modification: then }, AtFlags::SYMLINK_NOFOLLOW).expect("times");
    laid.flags.extend((held.flags != Flags::default()).then(|| (place.to_path_buf(), held.flags)));
}

pub(super) fn set_flags(place: &Path, flags: Flags) {
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let Ok(file) = rustix::fs::open(place, how, Mode::empty()) else { return };
    let Ok(held) = rustix::fs::ioctl_getflags(&file) else { return };
    let mut wanted = held - IFlags::IMMUTABLE - IFlags::APPEND;
    wanted.set(IFlags::IMMUTABLE, flags.immutable);
    wanted.set(IFlags::APPEND, flags.append_only);
    if wanted != held {
        rustix::fs::ioctl_setflags(&file, wanted).expect("flags");
    }
}

/// Tells which paths of a change are neither old nor new: content is never torn, and no mode is looser than both.
pub(super) fn torn(world: &World, before: &Tree, after: &Tree) -> Vec<String> {
    let now = Tree::open(&world.root()).expect("the target");
    let told = |tree: &Tree, path: &[u8]| {
        let kind = tree.stat(path, false).ok().map(|it| it.kind);
        let content = (kind == Some(FileType::Regular)).then(|| tree.read_all(path).expect("content"));
        (kind, content, tree.read_link(path).ok())
    };
    let mode = |tree: &Tree, path: &[u8]| tree.stat(path, false).map_or(0, |it| it.mode);
    let mut torn = Vec::new();
    for change in between(before, after) {
        let path = &change.path;
        let is = told(&now, path);
        if is != told(before, path) && is != told(after, path) {
            torn.push(format!("{} is neither old nor new: {is:?}", String::from_utf8_lossy(path)));
        }
        let most = mode(before, path) | mode(after, path) | if is_root() { 0 } else { 0o700 };
        if mode(&now, path) & !most != 0 && is.0 != Some(FileType::Directory) {
            torn.push(format!("{} is looser than before and after", String::from_utf8_lossy(path)));
        }
    }
    torn
}
