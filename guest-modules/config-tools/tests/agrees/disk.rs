//! A world in a folder, and what stands in it as text.

use std::{
    cell::RefCell,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use config_tools::{Done, Kind, Meta, World};

/// A folder that is the root of a world, and why something in it can't be known to be right.
pub struct Disk(pub PathBuf, pub RefCell<Option<String>>);

impl Disk {
    /// Where a path lies; links on the way are followed as the machine's own, so tests make relative ones.
    pub fn place(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
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
        Some(Meta { kind, mode: it.mode() & 0o7777, uid: it.uid(), links: it.nlink() as u32, changed: it.mtime() })
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

    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Done {
        let place = self.place(path);
        let is_new = !place.exists();
        done(fs::write(&place, bytes))?;
        if is_new { done(fs::set_permissions(place, fs::Permissions::from_mode(mode & !0o022))) } else { Ok(()) }
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        done(symlink(target, self.place(path)))
    }

    fn remove(&self, path: &str) -> Done {
        done(fs::remove_file(self.place(path)))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        done(fs::rename(self.place(from), self.place(to)))
    }

    fn now(&self) -> i64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("the clock is right").as_secs() as i64
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        done(fs::set_permissions(self.place(path), fs::Permissions::from_mode(mode)))
    }

    fn blind(&self, why: &str) {
        *self.1.borrow_mut() = Some(why.to_owned());
    }
}

/// Each path below a folder with kind, mode and content (what is no text as its size and FNV-1a hash), sorted, one a line.
pub fn snapshot(root: &Path, folder: &str) -> String {
    let mut lines = Vec::new();
    walk(root, &root.join(folder), &mut lines);
    lines.sort();
    lines.concat()
}

fn walk(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let it = fs::symlink_metadata(&path).expect("it was listed");
        let content = if it.is_symlink() {
            format!("-> {}", fs::read_link(&path).expect("it is a link").display())
        } else if it.is_file() {
            let bytes = fs::read(&path).expect("it is a file");
            match String::from_utf8(bytes) {
                Ok(it) if !it.contains('\0') => format!("{it:?}"),
                Ok(it) => digest(it.as_bytes()),
                Err(it) => digest(it.as_bytes()),
            }
        } else {
            String::new()
        };
        lines.push(format!("/{} {:o} {content}\n", path.strip_prefix(root).expect("it is below").display(), it.mode()));
        if it.is_dir() {
            walk(root, &path, lines);
        }
    }
}

fn digest(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{} bytes {hash:016x}", bytes.len())
}
