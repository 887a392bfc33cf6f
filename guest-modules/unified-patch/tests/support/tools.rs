//! What GNU patch and git make of a case, in a folder of its own.

use std::{
    io::Write as _,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{Laid, make::Made, world::World};

/// Answers whether a tool is on this machine.
pub fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

/// A folder of its own, gone when dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Scratch(std::env::temp_dir().join(format!("unified-patch-{}-{number}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `patch -p1`, or `git apply`, in a folder with the tree: whether it took the patch, and the tree then. `back` asks it for a try of the reverse alone.
pub fn theirs(case: &Made, git: bool, back: bool) -> (bool, World, String) {
    let folder = Scratch::new();
    let tree = folder.0.join("tree");
    lay(&tree, &case.world);
    let words: &[&str] = match (git, back) {
        (true, false) => &["apply", "-p1", "--whitespace=nowarn"],
        (true, true) => &["apply", "-p1", "--whitespace=nowarn", "--reverse", "--check"],
        (false, false) => &["-p1", "-f", "--no-backup-if-mismatch", "-r", "-"],
        (false, true) => &["-p1", "-f", "-R", "--dry-run", "-r", "-"],
    };
    let mut command = Command::new(if git { "git" } else { "patch" });
    command.args(words).current_dir(&tree).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
    command.env("HOME", &folder.0).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CEILING_DIRECTORIES", &folder.0);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts");
    // A tool that ends early reads no more.
    let _ = child.stdin.take().expect("a pipe").write_all(&case.patch);
    let done = child.wait_with_output().expect("the tool ends");
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.success(), gathered(&tree), said)
}

/// Lays a tree below a folder.
pub fn lay(tree: &Path, world: &World) {
    std::fs::create_dir_all(tree).expect("a folder can be made");
    for (name, laid) in &world.0 {
        let path = tree.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder can be made");
        match laid {
            Laid::File(bytes, mode) => {
                std::fs::write(&path, bytes).expect("a file can be written");
                std::fs::set_permissions(&path, PermissionsExt::from_mode(*mode)).expect("a mode can be set");
            }
            Laid::Link(target) => symlink(String::from_utf8_lossy(target).as_ref(), &path).expect("a link can be made"),
            Laid::Folder(_) => std::fs::create_dir_all(&path).expect("a folder can be made"),
        }
    }
}

fn gathered(tree: &Path) -> World {
    let mut world = World::default();
    let mut folders = vec![tree.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(tree).expect("it lies there").to_str().expect("text").to_owned();
            let meta = std::fs::symlink_metadata(&path).expect("it is there");
            if meta.is_dir() {
                folders.push(path);
            } else if meta.is_symlink() {
                let target = std::fs::read_link(&path).expect("a link");
                world.0.insert(name, Laid::Link(target.to_str().expect("text").as_bytes().to_vec()));
            } else {
                world.0.insert(name, Laid::File(std::fs::read(&path).expect("a file"), meta.permissions().mode() & 0o7777));
            }
        }
    }
    world
}
