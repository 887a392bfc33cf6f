//! The workspace against the kernel: any sequence of operations answers the same, and leaves the same tree, on a workspace and on a
//! real directory. The real side runs as root in a thread that has a root directory of its own, so that absolute links mean the
//! same on both sides. Without root the comparison is skipped, and says so.

use std::{
    collections::BTreeMap,
    fs,
    os::{
        fd::OwnedFd,
        unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    },
    path::Path,
};

use invitro::tree::{Actor, Errno, FileType, Flags, Quotas, Tree, Workspace};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rustix::{
    fs::{AtFlags, CWD, IFlags, Mode, OFlags, Timespec, Timestamps, XattrFlags},
    io::Errno as Os,
    thread::UnshareFlags,
};

/// Cases of one run of the tests.
const CASES: u32 = 2000;

#[derive(Clone, Debug)]
enum Act {
    Create { path: Vec<u8>, mode: u32, exclusive: bool },
    Write { path: Vec<u8>, offset: u64, bytes: Vec<u8> },
    Append { path: Vec<u8>, bytes: Vec<u8> },
    Truncate { path: Vec<u8>, length: u64 },
    MakeDirectory { path: Vec<u8>, mode: u32 },
    MakeFifo { path: Vec<u8>, mode: u32 },
    MakeLink { target: Vec<u8>, path: Vec<u8> },
    MakeHardLink { existing: Vec<u8>, path: Vec<u8> },
    RemoveFile(Vec<u8>),
    RemoveDirectory(Vec<u8>),
    Rename(Vec<u8>, Vec<u8>),
    SetMode(Vec<u8>, u32),
    SetOwner { path: Vec<u8>, uid: Option<u32>, gid: Option<u32>, follow: bool },
    SetTimes { path: Vec<u8>, seconds: i64, follow: bool },
    SetAttribute { path: Vec<u8>, name: &'static [u8], value: Vec<u8>, follow: bool },
    RemoveAttribute { path: Vec<u8>, name: &'static [u8], follow: bool },
    GetAttribute { path: Vec<u8>, name: &'static [u8] },
    SetFlags(Vec<u8>, Flags),
    Stat(Vec<u8>, bool),
    Read(Vec<u8>),
    ReadLink(Vec<u8>),
    List(Vec<u8>),
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    uid: u32,
    umask: u32,
    act: Act,
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => prop::sample::select(vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec(), b"d".to_vec()]),
        2 => Just(b"..".to_vec()),
        1 => Just(b".".to_vec()),
        1 => Just(b"\xff\n".to_vec()),
        1 => prop::sample::select(vec![vec![b'n'; 255], vec![b'n'; 256]]),
    ]
}

fn joined(start: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(name(), 1..5), prop::bool::weighted(0.12), prop::bool::weighted(0.05)).prop_map(move |(names, slash, twice)| {
        let mut path = [start, &names.join(if twice { b"//".as_slice() } else { b"/" })].concat();
        path.extend(slash.then_some(b'/'));
        path
    })
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![40 => joined(b"/"), 1 => Just(b"/".to_vec()), 1 => (0..3usize).prop_map(|more| [b"/".repeat(4093 + more), b"a".to_vec()].concat())]
}

fn target() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => joined(b""), 2 => joined(b"/"), 1 => prop::sample::select(vec![b"".to_vec(), b"/".to_vec(), vec![b'x'; 4096]])]
}

fn mode() -> impl Strategy<Value = u32> {
    prop::sample::select(vec![0o644, 0o755, 0o600, 0o700, 0o777, 0o4755, 0o2755, 0o2745, 0o6777, 0o1755, 0o1777, 0o2775, 0o444, 0o000, 0o7000])
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..6)
}

fn owner() -> impl Strategy<Value = Option<u32>> {
    prop::sample::select(vec![None, Some(0), Some(1000), Some(1001)])
}

/// Names of attributes with values, good and bad ones: a capability and access lists are of one form each.
fn attribute() -> impl Strategy<Value = (&'static [u8], Vec<u8>)> {
    let acl = |entries: &[(u8, u8, u8)]| {
        let entry = |(tag, bits, id): &(u8, u8, u8)| if *id == 0 { vec![*tag, 0, *bits, 0, 255, 255, 255, 255] } else { vec![*tag, 0, *bits, 0, *id, 0, 0, 0] };
        [vec![2, 0, 0, 0], entries.iter().flat_map(entry).collect()].concat()
    };
    let capability = [&[1, 0, 0, 2, 0, 4][..], &[0; 14]].concat();
    let named = acl(&[(1, 6, 0), (2, 7, 5), (4, 4, 0), (8, 1, 6), (16, 5, 0), (32, 0, 0)]);
    let plain = acl(&[(1, 7, 0), (4, 5, 0), (32, 1, 0)]);
    let masked = acl(&[(1, 7, 0), (4, 7, 0), (16, 6, 0), (32, 4, 0)]);
    let mut all: Vec<(&'static [u8], Vec<u8>)> = vec![
        (b"user.a", b"1".to_vec()),
        (b"user.a", b"two\0\xff".to_vec()),
        (b"user.b", Vec::new()),
        (b"trusted.t", b"t".to_vec()),
        (b"security.capability", capability),
        (b"security.capability", b"none".to_vec()),
    ];
    for name in [b"system.posix_acl_access".as_slice(), b"system.posix_acl_default"] {
        all.extend([named.clone(), plain.clone(), masked.clone(), named[..20].to_vec(), named[..4].to_vec()].map(|it| (name, it)));
    }
    prop::sample::select(all)
}

fn frozen() -> impl Strategy<Value = Flags> {
    prop::sample::select(vec![(false, false), (false, false), (true, false), (false, true), (true, true)])
        .prop_map(|(immutable, append_only)| Flags { immutable, append_only })
}

/// Acts on attributes, flags, and what hangs on them, on a few names that are there more often than not.
fn dense() -> impl Strategy<Value = Act> {
    let path = || prop::sample::select(vec![b"/a".to_vec(), b"/b".to_vec(), b"/c".to_vec(), b"/c/a".to_vec(), b"/c/b".to_vec()]);
    prop_oneof![
        2 => (path(), mode()).prop_map(|(path, mode)| Act::Create { path, mode, exclusive: false }),
        2 => (path(), 0..3u64, bytes()).prop_map(|(path, offset, bytes)| Act::Write { path, offset, bytes }),
        1 => (path(), bytes()).prop_map(|(path, bytes)| Act::Append { path, bytes }),
        1 => (path(), 0..3u64).prop_map(|(path, length)| Act::Truncate { path, length }),
        1 => (path(), mode()).prop_map(|(path, mode)| Act::MakeDirectory { path, mode }),
        1 => path().prop_map(|path| Act::MakeLink { target: b"a".to_vec(), path }),
        1 => (path(), path()).prop_map(|(existing, path)| Act::MakeHardLink { existing, path }),
        1 => path().prop_map(Act::RemoveFile),
        2 => (path(), path()).prop_map(|(source, destination)| Act::Rename(source, destination)),
        3 => (path(), mode()).prop_map(|(path, mode)| Act::SetMode(path, mode)),
        2 => (path(), owner(), owner(), any::<bool>()).prop_map(|(path, uid, gid, follow)| Act::SetOwner { path, uid, gid, follow }),
        8 => (path(), attribute(), any::<bool>()).prop_map(|(path, (name, value), follow)| Act::SetAttribute { path, name, value, follow }),
        1 => (path(), attribute(), any::<bool>()).prop_map(|(path, (name, _), follow)| Act::RemoveAttribute { path, name, follow }),
        2 => (path(), attribute()).prop_map(|(path, (name, _))| Act::GetAttribute { path, name }),
        1 => (path(), frozen()).prop_map(|(path, flags)| Act::SetFlags(path, flags)),
        1 => path().prop_map(Act::Read),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (path(), mode(), prop::bool::weighted(0.2)).prop_map(|(path, mode, exclusive)| Act::Create { path, mode, exclusive }),
        2 => (path(), 0..8u64, bytes()).prop_map(|(path, offset, bytes)| Act::Write { path, offset, bytes }),
        2 => (path(), bytes()).prop_map(|(path, bytes)| Act::Append { path, bytes }),
        1 => (path(), 0..9u64).prop_map(|(path, length)| Act::Truncate { path, length }),
        5 => (path(), mode()).prop_map(|(path, mode)| Act::MakeDirectory { path, mode }),
        1 => (path(), mode()).prop_map(|(path, mode)| Act::MakeFifo { path, mode }),
        4 => (target(), path()).prop_map(|(target, path)| Act::MakeLink { target, path }),
        2 => (path(), path()).prop_map(|(existing, path)| Act::MakeHardLink { existing, path }),
        2 => path().prop_map(Act::RemoveFile),
        2 => path().prop_map(Act::RemoveDirectory),
        4 => (path(), path()).prop_map(|(source, destination)| Act::Rename(source, destination)),
        3 => (path(), mode()).prop_map(|(path, mode)| Act::SetMode(path, mode)),
        3 => (path(), owner(), owner(), any::<bool>()).prop_map(|(path, uid, gid, follow)| Act::SetOwner { path, uid, gid, follow }),
        1 => (path(), 0..1_000_000_000i64, any::<bool>()).prop_map(|(path, seconds, follow)| Act::SetTimes { path, seconds, follow }),
        3 => (path(), attribute(), any::<bool>()).prop_map(|(path, (name, value), follow)| Act::SetAttribute { path, name, value, follow }),
        1 => (path(), attribute(), any::<bool>()).prop_map(|(path, (name, _), follow)| Act::RemoveAttribute { path, name, follow }),
        1 => (path(), attribute()).prop_map(|(path, (name, _))| Act::GetAttribute { path, name }),
        1 => (path(), frozen()).prop_map(|(path, flags)| Act::SetFlags(path, flags)),
        2 => (path(), any::<bool>()).prop_map(|(path, follow)| Act::Stat(path, follow)),
        1 => path().prop_map(Act::Read),
        1 => path().prop_map(Act::ReadLink),
        1 => path().prop_map(Act::List),
    ]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    by_somebody(act())
}

/// What is there before the acts of `dense`.
fn laid() -> Vec<Step> {
    let step = |act| Step { uid: 0, umask: 0o022, act };
    let create = |path: &[u8]| step(Act::Create { path: path.to_vec(), mode: 0o755, exclusive: true });
    vec![create(b"/a"), create(b"/b"), step(Act::MakeDirectory { path: b"/c".to_vec(), mode: 0o777 }), create(b"/c/a")]
}

fn by_somebody(act: impl Strategy<Value = Act>) -> impl Strategy<Value = Step> {
    (prop::sample::select(vec![0, 0, 0, 1000, 1001]), prop::sample::select(vec![0o022, 0o000, 0o077]), act).prop_map(|(uid, umask, act)| Step {
        uid,
        umask,
        act,
    })
}

/// Settings of the kernel that change answers in directories where others may write (proc_sys_fs(5)). The workspace has one answer;
/// where this machine has another, what asks for it is left out.
#[derive(Clone, Copy, Debug)]
struct Settings {
    sticky: bool,
    hard_links: bool,
    attributes: bool,
}

impl Settings {
    fn of_this_machine() -> Settings {
        let on = |name: &str| fs::read_to_string(format!("/proc/sys/fs/protected_{name}")).is_ok_and(|it| it.trim() != "0");
        Settings { sticky: !on("symlinks") && !on("regular") && !on("fifos"), hard_links: on("hardlinks"), attributes: has_attributes() }
    }

    fn skips(self, step: &Step) -> bool {
        let sticky = |mode: u32| mode & 0o1000 != 0 && mode & 0o022 != 0;
        match &step.act {
            Act::MakeDirectory { mode, .. } | Act::SetMode(_, mode) => !self.sticky && sticky(*mode),
            Act::MakeHardLink { .. } => !self.hard_links && step.uid != 0,
            Act::SetAttribute { .. } | Act::RemoveAttribute { .. } | Act::GetAttribute { .. } => !self.attributes,
            // Who may not open a file may not ask for its flags: the workspace has no descriptors.
            Act::SetFlags(..) => !self.attributes || step.uid != 0,
            _ => false,
        }
    }
}

/// Answers whether the file system of scratch folders has everything of attributes and flags that is compared.
fn has_attributes() -> bool {
    let Ok(scratch) = Scratch::new() else { return false };
    let file = scratch.path().join("probe");
    let set = |name: &str, value: &[u8]| rustix::fs::setxattr(&file, name, value, XattrFlags::empty()).is_ok();
    let plain = [2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 4, 0, 7, 0, 255, 255, 255, 255, 32, 0, 7, 0, 255, 255, 255, 255];
    fs::write(&file, "").is_ok()
        && ["user.a", "trusted.a"].into_iter().all(|it| set(it, b"1"))
        && set("system.posix_acl_access", &plain)
        && on_kernel(&Act::SetFlags(file.as_os_str().as_bytes().to_vec(), Flags { immutable: true, append_only: false })).is_ok()
}

/// A scratch folder that can be removed though some of it bears flags that forbid it.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        Ok(Scratch(tempfile::tempdir()?))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut folders = vec![self.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let kind = entry.file_type();
                if kind.as_ref().is_ok_and(|it| it.is_file() || it.is_dir()) {
                    let _ = on_kernel(&Act::SetFlags(entry.path().as_os_str().as_bytes().to_vec(), Flags::default()));
                }
                folders.extend(kind.is_ok_and(|it| it.is_dir()).then(|| entry.path()));
            }
        }
    }
}

/// What an operation answered, in words that both sides can say.
pub(crate) type Answer = Result<String, String>;

fn word(error: Os) -> String {
    match error {
        Os::NOENT => "ENOENT",
        Os::NOTDIR => "ENOTDIR",
        Os::ISDIR => "EISDIR",
        Os::LOOP => "ELOOP",
        Os::EXIST => "EEXIST",
        Os::NOTEMPTY => "ENOTEMPTY",
        Os::ACCESS => "EACCES",
        Os::PERM => "EPERM",
        Os::INVAL => "EINVAL",
        Os::NAMETOOLONG => "ENAMETOOLONG",
        Os::BUSY => "EBUSY",
        // A pipe without a reader at its other end: the workspace has no such thing as bytes in a pipe.
        Os::NXIO | Os::OPNOTSUPP | Os::NOTTY => "ENOTSUP",
        Os::NODATA => "ENOENT",
        other => return format!("{other:?}"),
    }
    .to_owned()
}

fn said(error: Errno) -> String {
    match error {
        Errno::NoEntry => "ENOENT",
        Errno::NotDirectory => "ENOTDIR",
        Errno::IsDirectory => "EISDIR",
        Errno::TooManyLinks => "ELOOP",
        Errno::Exists => "EEXIST",
        Errno::NotEmpty => "ENOTEMPTY",
        Errno::Access => "EACCES",
        Errno::NotPermitted => "EPERM",
        Errno::Invalid => "EINVAL",
        Errno::NameTooLong => "ENAMETOOLONG",
        Errno::Busy => "EBUSY",
        Errno::Unsupported => "ENOTSUP",
        other => return format!("{other:?}"),
    }
    .to_owned()
}

fn shown(kind: &str, mode: u32, uid: u32, gid: u32, size: u64, links: u64) -> String {
    // What the kernel calls the size and the links of a directory is a matter of its file system.
    if kind == "dir" { format!("{kind} {mode:o} {uid}:{gid}") } else { format!("{kind} {mode:o} {uid}:{gid} {size} bytes {links} names") }
}

/// Carries out a step on the workspace.
pub(crate) fn on_workspace(workspace: &mut Workspace, step: &Step) -> Answer {
    let actor = &Actor { uid: step.uid, gid: step.uid, umask: step.umask };
    let done = |answer: Result<(), Errno>| answer.map(|()| String::new());
    match &step.act {
        Act::Create { path, mode, exclusive } => done(workspace.create(actor, path, *mode, *exclusive)),
        Act::Write { path, offset, bytes } => done(workspace.write(actor, path, *offset, bytes)),
        Act::Append { path, bytes } => {
            let size = workspace.stat(actor, path, true).map_or(0, |it| it.size);
            done(workspace.write(actor, path, size, bytes))
        }
        Act::Truncate { path, length } => done(workspace.truncate(actor, path, *length)),
        Act::MakeDirectory { path, mode } => done(workspace.make_directory(actor, path, *mode)),
        Act::MakeFifo { path, mode } => done(workspace.make_fifo(actor, path, *mode)),
        Act::MakeLink { target, path } => done(workspace.make_link(actor, target, path)),
        Act::MakeHardLink { existing, path } => done(workspace.make_hard_link(actor, existing, path)),
        Act::RemoveFile(path) => done(workspace.remove_file(actor, path)),
        Act::RemoveDirectory(path) => done(workspace.remove_directory(actor, path)),
        Act::Rename(source, destination) => done(workspace.rename(actor, source, destination)),
        Act::SetMode(path, mode) => done(workspace.set_mode(actor, path, *mode, true)),
        Act::SetOwner { path, uid, gid, follow } => done(workspace.set_owner(actor, path, *uid, *gid, *follow)),
        Act::SetTimes { path, seconds, follow } => done(workspace.set_times(actor, path, *seconds, 5, *follow)),
        Act::SetAttribute { path, name, value, follow } => done(workspace.set_attribute(actor, path, name, value, *follow)),
        Act::RemoveAttribute { path, name, follow } => done(workspace.remove_attribute(actor, path, name, *follow)),
        Act::GetAttribute { path, name } => {
            workspace.get_attribute(actor, path, name, true).and_then(|it| it.ok_or(Errno::NoEntry)).map(|it| format!("{it:?}"))
        }
        Act::SetFlags(path, flags) => done(workspace.set_flags(actor, path, *flags, true)),
        Act::Stat(path, follow) => workspace.stat(actor, path, *follow).map(|it| shown(it.kind.word(), it.mode, it.uid, it.gid, it.size, it.links.into())),
        Act::Read(path) => workspace.read(actor, path, 0, 1000).map(|it| format!("{it:?}")),
        Act::ReadLink(path) => workspace.read_link(actor, path).map(|it| format!("{it:?}")),
        Act::List(path) => workspace.list(actor, path).map(|it| format!("{:?}", it.into_iter().map(|it| it.name).collect::<Vec<_>>())),
    }
    .map_err(said)
}

/// A thread's way into a real directory as its root, and out again.
struct Real {
    out: OwnedFd,
}

impl Real {
    /// Gives this thread a root directory, a umask and identities of its own. None when that is not allowed.
    #[expect(deprecated, reason = "the other function is unsafe for a flag that is not used here")]
    fn start() -> Option<Real> {
        rustix::thread::unshare(UnshareFlags::FS).ok()?;
        let out = rustix::fs::open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).ok()?;
        rustix::process::chroot("/").ok()?;
        rustix::thread::set_thread_groups(&[]).ok()?;
        Some(Real { out })
    }

    /// Calls `act` with `root` as the root directory.
    fn inside<T>(&self, root: &Path, act: impl FnOnce() -> T) -> T {
        rustix::process::chroot(root).expect("root may");
        rustix::process::chdir("/").expect("there is a root");
        let answer = act();
        rustix::process::fchdir(&self.out).expect("it is open");
        rustix::process::chroot(".").expect("root may");
        answer
    }

    fn step(step: &Step) -> Answer {
        rustix::process::umask(Mode::from_raw_mode(step.umask));
        let (root, uid, gid) = (rustix::process::Uid::ROOT, rustix::process::Uid::from_raw(step.uid), rustix::process::Gid::from_raw(step.uid));
        rustix::thread::set_thread_res_gid(None, gid, None).expect("root may");
        rustix::thread::set_thread_res_uid(root, uid, root).expect("root may");
        let answer = on_kernel(&step.act).map_err(word);
        rustix::thread::set_thread_res_uid(root, root, root).expect("the saved id is root's");
        rustix::thread::set_thread_res_gid(None, rustix::process::Gid::ROOT, None).expect("root may");
        rustix::process::umask(Mode::empty());
        answer
    }
}

fn on_kernel(act: &Act) -> rustix::io::Result<String> {
    let bits = |mode: u32| Mode::from_raw_mode(mode);
    let plain = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let flags = |follow: bool| if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    match act {
        Act::Create { path, mode, exclusive } => {
            let how = plain | OFlags::CREATE | OFlags::TRUNC | if *exclusive { OFlags::EXCL } else { OFlags::empty() };
            rustix::fs::open(path.as_slice(), how, bits(*mode)).map(drop)?;
        }
        Act::Write { path, offset, bytes } => {
            // The workspace has no descriptors: it takes what is written at the end for appended, which a flag may allow alone.
            let at_end = rustix::fs::stat(path.as_slice()).is_ok_and(|it| it.st_size as u64 == *offset);
            let how = if at_end { plain | OFlags::APPEND } else { plain };
            let file = rustix::fs::open(path.as_slice(), how, Mode::empty())?;
            rustix::io::pwrite(&file, bytes, *offset)?;
        }
        Act::Append { path, bytes } => {
            let file = rustix::fs::open(path.as_slice(), plain | OFlags::APPEND, Mode::empty())?;
            rustix::io::write(&file, bytes)?;
        }
        Act::Truncate { path, length } => {
            let file = rustix::fs::open(path.as_slice(), plain, Mode::empty())?;
            rustix::fs::ftruncate(&file, *length)?;
        }
        Act::MakeDirectory { path, mode } => rustix::fs::mkdir(path.as_slice(), bits(*mode))?,
        Act::MakeFifo { path, mode } => rustix::fs::mknodat(CWD, path.as_slice(), rustix::fs::FileType::Fifo, bits(*mode), 0)?,
        Act::MakeLink { target, path } => rustix::fs::symlink(target.as_slice(), path.as_slice())?,
        Act::MakeHardLink { existing, path } => rustix::fs::linkat(CWD, existing.as_slice(), CWD, path.as_slice(), AtFlags::empty())?,
        Act::RemoveFile(path) => rustix::fs::unlink(path.as_slice())?,
        Act::RemoveDirectory(path) => rustix::fs::rmdir(path.as_slice())?,
        Act::Rename(source, destination) => rustix::fs::rename(source.as_slice(), destination.as_slice())?,
        Act::SetMode(path, mode) => rustix::fs::chmod(path.as_slice(), bits(*mode))?,
        Act::SetOwner { path, uid, gid, follow } => {
            let (uid, gid) = (uid.map(rustix::process::Uid::from_raw), gid.map(rustix::process::Gid::from_raw));
            rustix::fs::chownat(CWD, path.as_slice(), uid, gid, flags(*follow))?;
        }
        Act::SetTimes { path, seconds, follow } => {
            let time = Timespec { tv_sec: *seconds, tv_nsec: 5 };
            rustix::fs::utimensat(CWD, path.as_slice(), &Timestamps { last_access: time, last_modification: time }, flags(*follow))?;
        }
        Act::SetAttribute { path, name, value, follow: true } => rustix::fs::setxattr(path.as_slice(), *name, value, XattrFlags::empty())?,
        Act::SetAttribute { path, name, value, follow: false } => rustix::fs::lsetxattr(path.as_slice(), *name, value, XattrFlags::empty())?,
        Act::RemoveAttribute { path, name, follow: true } => rustix::fs::removexattr(path.as_slice(), *name)?,
        Act::RemoveAttribute { path, name, follow: false } => rustix::fs::lremovexattr(path.as_slice(), *name)?,
        Act::GetAttribute { path, name } => {
            let mut value = vec![0; 1000];
            let length = rustix::fs::getxattr(path.as_slice(), *name, value.as_mut_slice())?;
            return Ok(format!("{:?}", &value[..length]));
        }
        Act::SetFlags(path, flags) => {
            let file = rustix::fs::open(path.as_slice(), OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
            let mut now = rustix::fs::ioctl_getflags(&file)?;
            now.set(IFlags::IMMUTABLE, flags.immutable);
            now.set(IFlags::APPEND, flags.append_only);
            rustix::fs::ioctl_setflags(&file, now)?;
        }
        Act::Stat(path, follow) => {
            let stat = rustix::fs::statat(CWD, path.as_slice(), flags(*follow))?;
            return Ok(shown(kind_of(stat.st_mode).word(), stat.st_mode & 0o7777, stat.st_uid, stat.st_gid, stat.st_size as u64, stat.st_nlink));
        }
        Act::Read(path) => {
            let file = rustix::fs::open(path.as_slice(), OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
            if kind_of(rustix::fs::fstat(&file)?.st_mode) == FileType::Fifo {
                return Err(Os::INVAL);
            }
            let mut bytes = vec![0; 1000];
            let read = rustix::io::read(&file, &mut bytes)?;
            return Ok(format!("{:?}", &bytes[..read]));
        }
        Act::ReadLink(path) => return Ok(format!("{:?}", rustix::fs::readlink(path.as_slice(), Vec::new())?.into_bytes())),
        Act::List(path) => {
            let folder = rustix::fs::open(path.as_slice(), OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
            let mut names = Vec::new();
            for entry in rustix::fs::Dir::new(folder)? {
                names.push(entry?.file_name().to_bytes().to_vec());
            }
            names.retain(|it| it != b"." && it != b"..");
            names.sort();
            return Ok(format!("{names:?}"));
        }
    }
    Ok(String::new())
}

fn kind_of(mode: u32) -> FileType {
    match rustix::fs::FileType::from_raw_mode(mode) {
        rustix::fs::FileType::RegularFile => FileType::Regular,
        rustix::fs::FileType::Directory => FileType::Directory,
        rustix::fs::FileType::Symlink => FileType::Symlink,
        rustix::fs::FileType::Fifo => FileType::Fifo,
        _ => FileType::Special,
    }
}

/// Says everything of a real directory that equality looks at: path → words.
fn told_of_folder(root: &Path) -> BTreeMap<Vec<u8>, String> {
    let (mut told, mut first, mut folders) = (BTreeMap::new(), BTreeMap::new(), vec![root.to_path_buf()]);
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable folder").map(|it| it.expect("a readable entry")) {
            let meta = entry.path().symlink_metadata().expect("it is there");
            folders.extend(meta.is_dir().then(|| entry.path()));
            found.push((entry.path().strip_prefix(root).expect("below").as_os_str().as_bytes().to_vec(), entry.path(), meta));
        }
    }
    found.push((Vec::new(), root.to_path_buf(), root.symlink_metadata().expect("it is there")));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, real, meta) in found {
        let held = match kind_of(meta.mode()) {
            FileType::Regular => format!("{:?}", fs::read(&real).expect("readable")),
            FileType::Symlink => format!("{:?}", fs::read_link(&real).expect("a link").as_os_str().as_bytes()),
            _ => String::new(),
        };
        let same = first.entry(meta.ino()).or_insert_with(|| path.clone()).clone();
        let words = shown(kind_of(meta.mode()).word(), meta.mode() & 0o7777, meta.uid(), meta.gid(), meta.size(), meta.nlink());
        told.insert(path, format!("{words} {held} {same:?} {:?}", attributes_of(&real, &meta)));
    }
    told
}

/// Extended attributes and flags of a real file, not behind a link.
fn attributes_of(path: &Path, meta: &fs::Metadata) -> (BTreeMap<Vec<u8>, Vec<u8>>, Vec<&'static str>) {
    let mut names = vec![0; 4096];
    let length = rustix::fs::llistxattr(path, names.as_mut_slice()).unwrap_or(0);
    let value = |name: &[u8]| {
        let mut value = vec![0; 4096];
        let length = rustix::fs::lgetxattr(path, name, value.as_mut_slice()).expect("it was listed");
        value.truncate(length);
        value
    };
    let named = names[..length].split(|it| *it == 0).filter(|it| !it.is_empty()).map(|it| (it.to_vec(), value(it))).collect();
    let mut flags = Vec::new();
    if meta.is_file() || meta.is_dir() {
        let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).expect("root may");
        let now = rustix::fs::ioctl_getflags(&file).unwrap_or(IFlags::empty());
        flags = Flags { immutable: now.contains(IFlags::IMMUTABLE), append_only: now.contains(IFlags::APPEND) }.words();
    }
    (named, flags)
}

/// Says the same of a tree.
pub(crate) fn told_of_tree(tree: &Tree) -> BTreeMap<Vec<u8>, String> {
    let (mut told, mut first, mut folders, mut found) = (BTreeMap::new(), BTreeMap::new(), vec![Vec::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        let at = if folder.is_empty() { b"/".to_vec() } else { folder.clone() };
        for entry in tree.list(&at).expect("a readable folder") {
            let path = [folder.as_slice(), b"/", &entry.name].concat();
            folders.extend((entry.kind == FileType::Directory).then(|| path.clone()));
            found.push(path);
        }
    }
    found.push(b"/".to_vec());
    found.sort();
    for path in found {
        let stat = tree.stat(&path, false).expect("it is there");
        let held = match stat.kind {
            FileType::Regular => format!("{:?}", tree.read_all(&path).expect("readable")),
            FileType::Symlink => format!("{:?}", tree.read_link(&path).expect("a link")),
            _ => String::new(),
        };
        let path = path[1..].to_vec();
        let same = first.entry(stat.inode).or_insert_with(|| path.clone()).clone();
        let there = tree.attributes(&[b"/", path.as_slice()].concat(), false).expect("readable");
        let words = shown(stat.kind.word(), stat.mode, stat.uid, stat.gid, stat.size, stat.links.into());
        told.insert(path, format!("{words} {held} {same:?} {:?}", (&there.named, there.flags.words())));
    }
    told
}

fn lay(root: &Path) {
    for (name, mode) in [("tmp", 0o1777), ("run", 0o755), ("dev", 0o755)] {
        let path = root.join(name);
        fs::create_dir_all(&path).expect("a folder can be made");
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode can be set");
    }
    rustix::fs::chmod(root, Mode::from_raw_mode(0o755)).expect("a mode can be set");
}

fn agrees(real: &Real, settings: Settings, before: &[Step], during: &[Step]) -> Result<(), TestCaseError> {
    let scratch = Scratch::new().expect("a scratch folder");
    let (lower, twin) = (scratch.path().join("lower"), scratch.path().join("twin"));
    for root in [&lower, &twin] {
        lay(root);
        real.inside(root, || {
            for step in before.iter().filter(|it| !settings.skips(it)) {
                let _ = Real::step(step);
            }
        });
    }
    let tree = Tree::open(&lower).expect("a directory is a tree");
    let mut workspace = Workspace::over(&tree, Quotas::default());
    let start = workspace.tree();
    let at_start = told_of_tree(&start);
    for step in during.iter().filter(|it| !settings.skips(it)) {
        let answered = on_workspace(&mut workspace, step);
        let wanted = real.inside(&twin, || Real::step(step));
        prop_assert_eq!(&answered, &wanted, "left the workspace, right the kernel: {:?}", step);
    }
    prop_assert_eq!(told_of_tree(&workspace.tree()), told_of_folder(&twin), "left the workspace, right the kernel");
    // A snapshot is not moved by what comes after it.
    prop_assert_eq!(told_of_tree(&start), at_start, "the snapshot");
    Ok(())
}

/// Compares sequences of a kind, in a thread with a root directory of its own.
fn compare<S: Strategy<Value = Step> + 'static>(cases: u32, laid: Vec<Step>, step: fn() -> S, most: usize) {
    let told = std::thread::spawn(move || {
        let Some(real) = Real::start() else {
            #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
            {
                println!("skipped: only root may compare the workspace with a real directory");
            }
            return;
        };
        let settings = Settings::of_this_machine();
        if !settings.attributes {
            #[expect(clippy::print_stdout, reason = "what is skipped is said")]
            {
                println!("skipped: the file system of scratch folders lacks attributes or flags; they are not compared");
            }
        }
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[8; 32]));
        let steps = || prop::collection::vec(step(), 0..most);
        let law = |(before, during): (Vec<Step>, Vec<Step>)| agrees(&real, settings, &[laid.clone(), before].concat(), &during);
        runner.run(&(steps(), steps()), law).unwrap_or_else(|error| panic!("{error}"));
    });
    told.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[test]
fn a_workspace_answers_as_the_kernel_does() {
    compare(CASES, Vec::new(), step, 25);
}

#[test]
fn attributes_and_flags_are_as_the_kernel_has_them() {
    compare(CASES / 2, laid(), || by_somebody(dense()), 12);
}
