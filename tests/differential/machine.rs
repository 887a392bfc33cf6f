//! Machines: layers over the root, mounted once as invitro's target and once for each real run, with recorders on top.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::{Path, PathBuf},
};

use invitro::tree::Tree;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use crate::{outside, script::Layers};

/// One machine.
pub(crate) struct Machine {
    /// The tree as invitro is given it: read-only.
    pub(crate) target: PathBuf,
    /// The same, opened.
    pub(crate) tree: Tree,
    /// Paths where a real run has a stand-in instead of the program.
    pub(crate) stand_ins: BTreeSet<PathBuf>,
    /// What a real run has below its own layer: the recorders, then all else.
    pub(crate) below: String,
    /// Folders that are file systems of their own, as /etc/fstab has them, with the device.
    pub(crate) mounts: Vec<(PathBuf, String)>,
    /// What seems to be the device of /tmp.
    pub(crate) scratch: String,
    _scratch: tempfile::TempDir,
}

impl Machine {
    /// Lays the layers and mounts them over the root.
    pub(crate) fn make(root: &Path, layers: &Layers, scratch: &Path) -> Result<Machine, String> {
        let folder = tempfile::tempdir_in(scratch).map_err(|error| error.to_string())?;
        let said = |what: &str, error: io::Error| format!("{what}: {error}");
        let (layer, recorders, target) = (folder.path().join("layer"), folder.path().join("recorders"), folder.path().join("target"));
        lay(layers, root, &layer).map_err(|error| said("a layer can't be laid", error))?;
        fs::create_dir_all(&target).map_err(|error| said("target", error))?;
        let below = format!("{}:{}", layer.display(), root.display());
        overlay(&target, &format!("lowerdir={below}")).map_err(|error| said("overlay", error))?;
        let stand_ins = record(&target, &recorders).map_err(|error| said("recorders", error))?;
        let tree = Tree::open(&target).map_err(|error| error.to_string())?;
        let (mounts, scratch) = (mounts(&target), scratch_of(&target));
        Ok(Machine { target, tree, stand_ins, below: format!("{}:{below}", recorders.display()), mounts, scratch, _scratch: folder })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // The namespace ends with the program: a mount that stays is no harm.
        let _ = unmount(&self.target, UnmountFlags::DETACH);
    }
}

/// What /etc/fstab has mounted of folders that are there: real ones, in an order that mounts a folder before those in it. Scratch is mounted anyway.
fn mounts(target: &Path) -> Vec<(PathBuf, String)> {
    let text = fs::read_to_string(target.join("etc/fstab")).unwrap_or_default();
    let mut mounts = Vec::new();
    for (number, line) in text.lines().filter(|it| !it.trim_start().starts_with('#')).enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[source, point, kind, options, ..] = &fields[..] else { continue };
        let point = Path::new(point.trim_start_matches('/'));
        let scratch = crate::real::SCRATCH.iter().any(|it| point.starts_with(it));
        let remote = source.contains(':');
        if scratch || remote || kind == "swap" || options.split(',').any(|it| it == "noauto") || point.as_os_str().is_empty() {
            continue;
        }
        if fs::symlink_metadata(target.join(point)).is_ok_and(|it| it.is_dir()) {
            mounts.push((point.to_owned(), if source.starts_with('/') { source.to_owned() } else { format!("/dev/sda{}", number + 1) }));
        }
    }
    mounts.sort();
    mounts
}

/// What /etc/fstab mounts at /tmp, else a tmpfs as systemd does.
fn scratch_of(target: &Path) -> String {
    let text = fs::read_to_string(target.join("etc/fstab")).unwrap_or_default();
    let words = text.lines().map(|it| it.split_whitespace().collect::<Vec<_>>()).find(|it| it.get(1) == Some(&"/tmp") && it[0].starts_with('/'));
    words.map_or("tmpfs".to_owned(), |it| it[0].to_owned())
}

/// A layer over the root as invitro's target alone.
pub(crate) struct Ground {
    /// The tree as invitro is given it.
    pub(crate) tree: Tree,
    target: PathBuf,
    _scratch: tempfile::TempDir,
}

impl Ground {
    /// Makes it of what `lay` puts into an empty folder.
    pub(crate) fn make(root: &Path, scratch: &Path, lay: impl FnOnce(&Path) -> io::Result<()>) -> Result<Ground, String> {
        let folder = tempfile::tempdir_in(scratch).map_err(|error| error.to_string())?;
        let (layer, target) = (folder.path().join("layer"), folder.path().join("target"));
        fs::create_dir(&layer).and_then(|()| own(&layer, 0o755)).and_then(|()| fs::create_dir(&target)).map_err(|error| error.to_string())?;
        lay(&layer).map_err(|error| format!("a layer can't be laid: {error}"))?;
        overlay(&target, &format!("lowerdir={}:{}", layer.display(), root.display())).map_err(|error| format!("overlay: {error}"))?;
        let tree = Tree::open(&target).map_err(|error| error.to_string())?;
        Ok(Ground { tree, target, _scratch: folder })
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = unmount(&self.target, UnmountFlags::DETACH);
    }
}

/// Mounts an overlay.
pub(crate) fn overlay(at: &Path, options: &str) -> io::Result<()> {
    overlay_of("overlay", at, options)
}

/// Mounts an overlay that seems to be a device.
pub(crate) fn overlay_of(source: &str, at: &Path, options: &str) -> io::Result<()> {
    let options = std::ffi::CString::new(options).map_err(io::Error::other)?;
    Ok(mount(source, at, "overlay", MountFlags::empty(), Some(options.as_c_str()))?)
}

/// Lays all layers as one folder: root's, 0644 and 0755, but for what is marked.
fn lay(layers: &Layers, root: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    own(to, 0o755)?;
    for folder in layers.folders.iter().rev() {
        copy(folder, to)?;
    }
    let at = |path: &str| to.join(path.trim_start_matches('/'));
    // Links to folders first: what lies behind one is not to be made a folder of the same name.
    for (path, mark) in layers.marks.iter().filter(|it| it.1.target.is_some()) {
        parents(to, path)?;
        symlink(mark.target.as_deref().unwrap_or_default(), at(path))?;
    }
    for (path, mark) in layers.marks.iter().filter(|it| it.1.target.is_none()) {
        if mark.absent || is_there(mark, root, path) {
            continue;
        }
        parents(to, path)?;
        if let Some(other) = &mark.hardlink {
            fs::hard_link(at(other), at(path))?;
            continue;
        }
        if mark.is_dir {
            fs::create_dir_all(at(path))?;
            own(&at(path), 0o755)?;
        } else if let Some(content) = &mark.content {
            fs::write(at(path), content)?;
            own(&at(path), 0o644)?;
        }
    }
    for (path, mark) in layers.marks.iter().filter(|it| !is_there(it.1, root, it.0)) {
        if mark.uid.is_some() || mark.gid.is_some() {
            std::os::unix::fs::lchown(at(path), Some(mark.uid.unwrap_or(0)), Some(mark.gid.unwrap_or(0)))?;
        }
        if let (Some(mode), None) = (mark.mode, &mark.target) {
            fs::set_permissions(at(path), fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Answers whether a program that a mark stands for is in the root itself.
fn is_there(mark: &crate::script::Mark, root: &Path, path: &str) -> bool {
    mark.is_program && fs::symlink_metadata(root.join(path.trim_start_matches('/'))).is_ok()
}

fn parents(to: &Path, path: &str) -> io::Result<()> {
    let mut at = to.to_path_buf();
    let names: Vec<&str> = path.trim_matches('/').split('/').collect();
    for name in &names[..names.len().saturating_sub(1)] {
        at.push(name);
        if !at.exists() {
            fs::create_dir(&at)?;
            own(&at, 0o755)?;
        }
    }
    Ok(())
}

fn own(path: &Path, mode: u32) -> io::Result<()> {
    chown(path, Some(0), Some(0))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_symlink() {
            symlink(fs::read_link(entry.path())?, &to)?;
        } else if kind.is_dir() {
            if !to.is_dir() {
                fs::create_dir(&to)?;
                own(&to, 0o755)?;
            }
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
            own(&to, 0o644)?;
        }
    }
    Ok(())
}

/// Lays a stand-in wherever the machine has a command with effects outside files.
fn record(target: &Path, to: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut made = BTreeSet::new();
    for folder in ["usr/sbin", "usr/bin"] {
        for name in outside::RECORDED.iter().chain(outside::REAL) {
            let program = target.join(folder).join(name);
            if fs::symlink_metadata(&program).is_ok() {
                fs::create_dir_all(to.join(folder))?;
                let at = to.join(folder).join(name);
                fs::write(&at, outside::stand_in(name))?;
                own(&at, 0o755)?;
                // As the program: a fix may look for odd owners and modes.
                if let Some(it) = fs::metadata(&program).ok().filter(|it| it.mode() & 0o111 != 0) {
                    chown(&at, Some(it.uid()), Some(it.gid()))?;
                    fs::set_permissions(&at, fs::Permissions::from_mode(it.mode() & 0o7777))?;
                }
                made.insert(Path::new(folder).join(name));
            }
        }
    }
    // An overlay takes the mode of a folder from the uppermost layer.
    for folder in ["", "usr", "usr/sbin", "usr/bin"] {
        fs::create_dir_all(to.join(folder))?;
        own(&to.join(folder), 0o755)?;
    }
    Ok(made)
}
