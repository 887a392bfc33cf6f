//! A run of real bash on a machine, twice, cut off from everything else.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::mount::{MountFlags, UnmountFlags, unmount};

use crate::{
    machine::{Machine, overlay_of},
    outside::LAB,
    script::Script,
    state::State,
};

/// Longer than any script of a corpus takes.
const SECONDS: &str = "30";
/// What root may still do: all of files and processes, nothing of the machine. With CAP_SYS_TIME a fix that sets the clock would set ours.
pub(crate) const CAPABILITIES: [&str; 12] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_LINUX_IMMUTABLE",
    "CAP_MKNOD",
    "CAP_SETFCAP",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SETUID",
];
/// Scratch: starts empty, and is no part of any comparison.
pub(crate) const SCRATCH: [&str; 5] = ["dev", "proc", "run", "sys", "tmp"];

/// Paths that changed, and what is there.
pub(crate) type Changes = BTreeMap<Vec<u8>, Option<State>>;

/// What one run left.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) commands: Vec<Vec<Vec<u8>>>,
    pub(crate) changes: Changes,
    pub(crate) took: Duration,
}

/// A first run, and a second on what it left.
#[derive(Clone, Debug)]
pub(crate) struct Real {
    pub(crate) first: Run,
    pub(crate) second: Run,
}

impl Real {
    /// Answers whether the second run ended as the first and changed nothing, but for a backup that has become what the file beside it is.
    pub(crate) fn is_idempotent(&self) -> bool {
        let (first, second) = (&self.first.changes, &self.second.changes);
        let caught_up = |path: &[u8]| {
            let beside = path.strip_suffix(b"-old").or_else(|| path.strip_suffix(b"-")).and_then(|it| second.get(it));
            matches!((second.get(path), beside), (Some(Some(copy)), Some(Some(file))) if copy.sha256 == file.sha256)
        };
        self.first.status == self.second.status && first.keys().chain(second.keys()).all(|it| first.get(it) == second.get(it) || caught_up(it))
    }
}

/// Runs a script with real bash.
pub(crate) fn run(machine: &Machine, script: &Script, scratch: &Path) -> Result<Real, String> {
    let folder = tempfile::tempdir_in(scratch).map_err(|error| error.to_string())?;
    let at = |name: &str| folder.path().join(name);
    for name in ["upper", "work", "root", "lab"] {
        fs::create_dir(at(name)).map_err(|error| error.to_string())?;
    }
    let layers: Vec<&Path> = machine.below.split(':').map(Path::new).collect();
    let mut disks = vec![Disk { point: PathBuf::new(), upper: at("upper") }];
    mount(&layers, &disks[0], "/dev/sda1", &at("work"), &at("root")).map_err(|error| format!("overlay: {error}"))?;
    for (number, (point, device)) in machine.mounts.iter().enumerate() {
        let disk = Disk { point: point.clone(), upper: at(&format!("upper{number}")) };
        let work = at(&format!("work{number}"));
        fs::create_dir(&work).and_then(|()| disk.prepare(machine)).map_err(|error| format!("{}: {error}", point.display()))?;
        mount(&layers, &disk, device, &work, &at("root")).map_err(|error| format!("overlay at {}: {error}", point.display()))?;
        disks.push(disk);
    }
    let first = once(machine, folder.path(), &disks, script);
    let second = first.as_ref().map_err(Clone::clone).and_then(|_| once(machine, folder.path(), &disks, script));
    unmount(at("root"), UnmountFlags::DETACH).map_err(|error| error.to_string())?;
    Ok(Real { first: first?, second: second? })
}

fn once(machine: &Machine, folder: &Path, disks: &[Disk], script: &Script) -> Result<Run, String> {
    let (root, lab) = (folder.join("root"), folder.join("lab"));
    let (program, name) = script.program();
    // Both anew: a script may have taken them away.
    fs::write(lab.join(name), &script.text).and_then(|()| fs::write(lab.join("commands"), "")).map_err(|error| format!("lab: {error}"))?;
    let host = fs::read_to_string(root.join("etc/hostname")).ok().and_then(|it| it.lines().next().map(str::to_owned)).filter(|it| !it.is_empty());
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary).map_err(|error| error.to_string())?;
    rustix::mount::mount(machine.scratch.as_str(), &temporary, "tmpfs", MountFlags::empty(), None).map_err(|error| format!("/tmp: {error}"))?;
    fs::set_permissions(&temporary, fs::Permissions::from_mode(0o1777)).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let done = Command::new("timeout")
        .args(["-s", "KILL", SECONDS, "bwrap", "--bind"])
        .arg(&root)
        .args([
            "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run", "--chmod", "1777", "/tmp", "--chmod", "0755", "/run", "--tmpfs",
            "/dev/shm", "--chmod", "1777", "/dev/shm", "--bind",
        ])
        .arg(&lab)
        .args([LAB, "--ro-bind"])
        .arg(&machine.target)
        .arg(format!("{LAB}/real"))
        .args(["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--hostname", host.as_deref().unwrap_or("localhost")])
        .args(["--die-with-parent", "--cap-drop", "ALL"])
        .args(CAPABILITIES.iter().flat_map(|it| ["--cap-add", it]))
        .args(["--clearenv", "--setenv", "HOME", "/root", "--setenv", "TZ", "UTC", "--setenv", "LANG", "C.UTF-8"])
        .args(["--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--chdir", "/", program])
        .arg(format!("{LAB}/{name}"))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`timeout` and `bwrap` can't be run: {error}"))?;
    let took = start.elapsed();
    unmount(&temporary, UnmountFlags::DETACH).map_err(|error| format!("/tmp: {error}"))?;
    let status = done.status.code().unwrap_or(137);
    // A first run may have taken bash away: then the second is what a machine without one does.
    if done.stderr.starts_with(b"bwrap: ") && !done.stderr.starts_with(b"bwrap: execvp") {
        return Err(String::from_utf8_lossy(&done.stderr).trim().to_owned());
    }
    let noted = fs::read(lab.join("commands")).unwrap_or_default();
    let calls = noted.split(|it| *it == 0x1e).filter(|it| !it.is_empty());
    let commands = calls.map(|it| it.split(|it| *it == 0x1f).map(<[u8]>::to_vec).collect()).collect();
    let mut changes = Changes::new();
    for disk in disks {
        Walk { disk, after: &root, machine }.all(&mut changes).map_err(|error| format!("the upper layer: {error}"))?;
    }
    Ok(Run { status, stdout: done.stdout, stderr: done.stderr, commands, changes, took })
}

/// A file system of the machine, and where what a run changes of it goes.
struct Disk {
    point: PathBuf,
    upper: PathBuf,
}

impl Disk {
    /// Makes the upper layer: the folder at which it is mounted takes mode and owner from there.
    fn prepare(&self, machine: &Machine) -> std::io::Result<()> {
        let meta = fs::metadata(machine.target.join(&self.point))?;
        fs::create_dir(&self.upper)?;
        chown(&self.upper, Some(meta.uid()), Some(meta.gid()))?;
        fs::set_permissions(&self.upper, meta.permissions())
    }
}

fn mount(layers: &[&Path], disk: &Disk, device: &str, work: &Path, root: &Path) -> std::io::Result<()> {
    let below: Vec<String> = layers.iter().map(|it| it.join(&disk.point)).filter(|it| it.is_dir()).map(|it| it.display().to_string()).collect();
    let options = format!("lowerdir={},upperdir={},workdir={}", below.join(":"), disk.upper.display(), work.display());
    overlay_of(device, &root.join(&disk.point), &options)
}

/// What a run left, beside the machine as it was.
struct Walk<'a> {
    disk: &'a Disk,
    after: &'a Path,
    machine: &'a Machine,
}

impl Walk<'_> {
    fn all(&self, to: &mut Changes) -> std::io::Result<()> {
        self.differs(&self.disk.point, to);
        self.compared(&self.disk.point, to)
    }

    /// Walks what the overlay holds of its own, and finds what differs from the machine.
    fn compared(&self, at: &Path, to: &mut Changes) -> std::io::Result<()> {
        let upper = |path: &Path| self.disk.upper.join(path.strip_prefix(&self.disk.point).unwrap_or(path));
        for entry in fs::read_dir(upper(at))? {
            let path = at.join(entry?.file_name());
            if SCRATCH.iter().any(|it| path == Path::new(it)) {
                continue;
            }
            let meta = fs::symlink_metadata(upper(&path))?;
            self.differs(&path, to);
            if meta.is_dir() {
                self.compared(&path, to)?;
            }
            // What lay below a folder that went, or that was made anew, went with it.
            self.lost(&path, to)?;
        }
        Ok(())
    }

    fn differs(&self, path: &Path, to: &mut Changes) {
        let (was, mut is) = (State::read(&self.machine.target.join(path)), State::read(&self.after.join(path)));
        // rpm's locks and shared memory, which a mere query makes.
        if path.to_string_lossy().contains("var/lib/rpm/rpmdb.sqlite-") || path.ends_with("var/lib/rpm/.rpm.lock") {
            return;
        }
        if let (true, Some(was), Some(is)) = (self.machine.stand_ins.contains(path), &was, &mut is) {
            // A stand-in that was not written to is the program.
            let stands = fs::read(self.after.join(path)).is_ok_and(|it| it.starts_with(crate::outside::HEAD.as_bytes()));
            if stands && was.kind == "link" {
                return;
            }
            if stands {
                is.sha256 = was.sha256;
                is.kind = was.kind;
                is.target.clone_from(&was.target);
            }
        }
        if was != is {
            to.insert(key(path), is);
        }
    }

    fn lost(&self, at: &Path, to: &mut Changes) -> std::io::Result<()> {
        let folder = self.machine.target.join(at);
        if !fs::symlink_metadata(&folder).is_ok_and(|it| it.is_dir()) {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let path = at.join(entry?.file_name());
            if fs::symlink_metadata(self.after.join(&path)).is_err() {
                self.differs(&path, to);
                self.lost(&path, to)?;
            }
        }
        Ok(())
    }
}

fn key(path: &Path) -> Vec<u8> {
    PathBuf::from("/").join(path).into_os_string().into_encoded_bytes()
}
