//! What the tests share: files in memory, cases, and what this patch and the real one make of a case.

#![allow(dead_code, reason = "each test uses a part")]

pub mod generate;
pub mod world;

use std::{
    fmt::Write as _,
    io::Write as _,
    os::unix::fs::{MetadataExt as _, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use gnu_patch::Trouble;
use world::World;

/// What lies at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Laid {
    File(Vec<u8>, u32),
    Link(Vec<u8>),
    Folder(u32),
}

/// A call: words, files (relative to the current folder), standard input.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub words: Vec<String>,
    pub files: Vec<(String, Laid)>,
    pub patch: Vec<u8>,
}

impl Case {
    /// The case as a person reads it.
    pub fn told(&self) -> String {
        let mut text = format!("== {} {:?}\n", self.name, self.words);
        for (name, laid) in &self.files {
            match laid {
                Laid::File(bytes, mode) => writeln!(text, "{name} {mode:o} {}", bytes.escape_ascii()),
                other => writeln!(text, "{name} {other:?}"),
            }
            .expect("a string takes it");
        }
        text + &String::from_utf8_lossy(&self.patch)
    }
}

/// A case of text files.
pub fn case(name: &str, words: &[&str], files: &[(&str, &str)], patch: &str) -> Case {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), Laid::File(text.as_bytes().to_vec(), 0o644))).collect();
    Case { name: name.to_owned(), words: words.iter().map(|it| (*it).to_owned()).collect(), files, patch: patch.as_bytes().to_vec() }
}

/// The streams, the status and the tree, as text that fits in a file.
pub fn shown(status: i32, out: &[u8], err: &[u8], tree: &[(String, Laid)]) -> String {
    let mut text = format!("status {status}\n");
    for (name, bytes) in [("out", out), ("err", err)] {
        for line in bytes.split_inclusive(|it| *it == b'\n') {
            // The words of errno behind this one hang on what failed before.
            let line = if line.starts_with(b"patch: **** write error : ") { b"patch: **** write error\n" } else { line };
            writeln!(text, "{name} {}", line.escape_ascii()).expect("a string takes it");
        }
    }
    for (name, laid) in tree {
        match laid {
            Laid::File(bytes, mode) => writeln!(text, "file {name} {mode:o} {}", bytes.escape_ascii()),
            Laid::Link(target) => writeln!(text, "link {name} {}", target.escape_ascii()),
            Laid::Folder(mode) => writeln!(text, "folder {name} {mode:o}"),
        }
        .expect("a string takes it");
    }
    text
}

/// What this patch makes of a case.
pub fn ours(case: &Case) -> String {
    let mut world = World::of(&case.files, case.patch.clone());
    let words: Vec<Vec<u8>> = case.words.iter().map(|it| it.as_bytes().to_vec()).collect();
    let done = gnu_patch::read(&words, &mut world).and_then(|options| gnu_patch::run(&options, &mut world));
    match done {
        Ok(done) => shown(done.status, &done.out, &done.err, &world.tree()),
        Err(Trouble::Usage(message, status)) => shown(status, b"", message.as_bytes(), &world.tree()),
        Err(Trouble::Unsupported(reason)) => format!("unsupported {reason}\n"),
    }
}

/// A folder of its own, gone when dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("gnu-patch-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Scratch(path)
    }

    pub fn lay(&self, files: &[(String, Laid)]) {
        for (name, laid) in files {
            let path = self.0.join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder can be made");
            match laid {
                Laid::File(bytes, mode) => {
                    std::fs::write(&path, bytes).expect("a file can be written");
                    std::fs::set_permissions(&path, PermissionsExt::from_mode(*mode)).expect("a mode can be set");
                }
                Laid::Link(target) => symlink(String::from_utf8_lossy(target).as_ref(), &path).expect("a link can be made"),
                Laid::Folder(mode) => {
                    std::fs::create_dir_all(&path).expect("a folder can be made");
                    std::fs::set_permissions(&path, PermissionsExt::from_mode(*mode)).expect("a mode can be set");
                }
            }
        }
    }

    pub fn tree(&self) -> Vec<(String, Laid)> {
        let mut all = Vec::new();
        walk(&self.0, "", &mut all);
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn walk(folder: &Path, prefix: &str, into: &mut Vec<(String, Laid)>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let meta = entry.path().symlink_metadata().expect("metadata");
        let mode = meta.mode() & 0o7777;
        let laid = if meta.is_symlink() {
            Laid::Link(std::fs::read_link(entry.path()).expect("a link").to_string_lossy().into_owned().into_bytes())
        } else if meta.is_dir() {
            walk(&entry.path(), &format!("{name}/"), into);
            Laid::Folder(mode)
        } else {
            Laid::File(std::fs::read(entry.path()).expect("a readable file"), mode)
        };
        into.push((name, laid));
    }
}

/// Answers whether a program is here.
pub fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

/// Runs a program in a folder, with a umask of 022 and an environment of its own.
pub fn program(words: &[&str], folder: &Path, input: &[u8]) -> (i32, Vec<u8>, Vec<u8>) {
    let mut child = Command::new("sh")
        .args(["-c", "umask 022; exec \"$@\"", "sh", "timeout", "20"])
        .args(words)
        .current_dir(folder)
        .env_clear()
        .envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/nonexistent"), ("GIT_CEILING_DIRECTORIES", "/tmp")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(input);
    drop(stdin);
    let done = child.wait_with_output().expect("an end");
    (done.status.code().unwrap_or(-1), done.stdout, done.stderr)
}

/// What the real patch makes of a case.
pub fn theirs(case: &Case) -> String {
    let scratch = Scratch::new();
    scratch.lay(&case.files);
    let mut words = vec!["patch"];
    words.extend(case.words.iter().map(String::as_str));
    let (status, out, err) = program(&words, &scratch.0, &case.patch);
    shown(status, &out, &err, &scratch.tree())
}
