//! A world in a folder, and what stands in it as text.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown, symlink},
    path::{Path, PathBuf},
};

use account_tools::{Done, Kind, Meta, World};

/// A folder that is the root of a world.
pub struct Disk {
    root: PathBuf,
    day: i64,
}

impl Disk {
    /// A world in a folder on a day.
    pub fn at(root: &Path, day: i64) -> Disk {
        Disk { root: root.to_owned(), day }
    }

    fn place(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

fn done(it: std::io::Result<()>) -> Done {
    it.map_err(|it| it.to_string())
}

impl World for Disk {
    fn stat(&self, path: &str, follow: bool) -> Option<Meta> {
        let place = self.place(path);
        let it = if follow { fs::metadata(place) } else { fs::symlink_metadata(place) }.ok()?;
        let kind = match it.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_symlink() => Kind::Link,
            _ => Kind::Other,
        };
        Some(Meta { kind, mode: it.mode() & 0o7777, uid: it.uid(), gid: it.gid(), links: it.nlink() as u32 })
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.place(path)).ok()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        fs::read_dir(self.place(path)).ok()?.map(|it| it.ok()?.file_name().into_string().ok()).collect()
    }

    fn read_link(&self, path: &str) -> Option<String> {
        fs::read_link(self.place(path)).ok()?.to_str().map(str::to_owned)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Done {
        let place = self.place(path);
        let is_new = !place.exists();
        done(fs::write(&place, bytes))?;
        if is_new { done(fs::set_permissions(place, fs::Permissions::from_mode(0o600))) } else { Ok(()) }
    }

    fn make_folder(&self, path: &str) -> Done {
        done(fs::create_dir(self.place(path)))
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        done(symlink(target, self.place(path)))
    }

    fn make_name(&self, existing: &str, path: &str) -> Done {
        done(fs::hard_link(self.place(existing), self.place(path)))
    }

    fn remove(&self, path: &str) -> Done {
        done(fs::remove_file(self.place(path)))
    }

    fn remove_folder(&self, path: &str) -> Done {
        done(fs::remove_dir(self.place(path)))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        done(fs::rename(self.place(from), self.place(to)))
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        done(fs::set_permissions(self.place(path), fs::Permissions::from_mode(mode)))
    }

    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done {
        done(lchown(self.place(path), Some(uid), Some(gid)))
    }

    fn days(&self) -> i64 {
        self.day
    }

    fn assume(&self, _about: &str, _name: &str) {}

    fn blind(&self, _why: &str) {}
}

/// Folders that the tools may change; what else is below `/etc` is not looked at.
pub const WATCHED: [&str; 5] = ["etc/default", "home", "srv", "var/mail", "var/log"];

/// Names in `/etc` that the tools may change.
pub fn is_watched(name: &str) -> bool {
    ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"].iter().any(|it| name.strip_prefix(it).is_some_and(|it| !it.starts_with('.') || it == ".lock")) || name == ".pwd.lock"
}

/// Each watched path with mode, owner and content, sorted, one a line.
pub fn snapshot(root: &Path) -> String {
    let mut lines = Vec::new();
    for entry in fs::read_dir(root.join("etc")).expect("there is etc").flatten() {
        if entry.file_name().to_str().is_some_and(is_watched) {
            lines.push(one(root, &entry.path()));
        }
    }
    for folder in WATCHED {
        walk(root, &root.join(folder), &mut lines);
    }
    lines.sort();
    lines.concat()
}

fn walk(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if folder.ends_with("etc/default") && !entry.file_name().to_string_lossy().starts_with("useradd") {
            continue;
        }
        lines.push(one(root, &path));
        if path.is_dir() && !path.is_symlink() {
            walk(root, &path, lines);
        }
    }
}

fn one(root: &Path, path: &Path) -> String {
    let it = fs::symlink_metadata(path).expect("it was listed");
    let content = if it.is_symlink() {
        format!("-> {}", fs::read_link(path).expect("it is a link").display())
    } else if it.is_file() {
        let bytes = fs::read(path).expect("it is a file");
        if bytes.len() > 4000 { format!("{} bytes, {} not 0", bytes.len(), bytes.iter().filter(|it| **it != 0).count()) } else { format!("{:?}", String::from_utf8_lossy(&bytes)) }
    } else {
        String::new()
    };
    let path = path.strip_prefix(root).expect("it is below").display();
    format!("/{path} {:o} {}:{} {content}\n", it.mode(), it.uid(), it.gid())
}
