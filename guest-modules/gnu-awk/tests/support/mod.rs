//! A world in memory, and the real programs in a Debian root.

#![allow(dead_code)]

pub mod generate;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
};

use gnu_awk::{Command, Dialect, Kind, Trouble, World};

/// One call: words, standard input, files beside it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub words: Vec<Vec<u8>>,
    pub input: Vec<u8>,
    pub files: Vec<(&'static str, Vec<u8>)>,
}

/// What a call came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub status: i32,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Outcome {
    pub fn told(&self) -> String {
        let mut text = format!("status {}\nout {}\nerr {}\n", self.status, self.out.escape_ascii(), self.err.escape_ascii());
        for (name, bytes) in &self.files {
            text.push_str(&format!("file {name} {}\n", bytes.escape_ascii()));
        }
        text
    }
}

impl Case {
    pub fn told(&self) -> String {
        let words: Vec<String> = self.words.iter().map(|it| format!("'{}'", it.escape_ascii())).collect();
        format!("{}\n  input {}", words.join(" "), self.input.escape_ascii())
    }
}

/// Files in memory.
#[derive(Default)]
pub struct Memory {
    pub stdin: Vec<u8>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl World for Memory {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn kind(&mut self, path: &[u8]) -> Result<Kind, String> {
        if path == b"." {
            return Ok(Kind::Directory);
        }
        self.files.get(&name(path)).map(|_| Kind::Regular).ok_or_else(|| "No such file or directory".to_owned())
    }

    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        self.files.get(&name(path)).cloned().ok_or_else(|| "No such file or directory".to_owned())
    }

    fn open(&mut self, path: &[u8], truncate: bool) -> Result<(), String> {
        if path.contains(&b'/') {
            return Err("No such file or directory".to_owned());
        }
        let held = self.files.entry(name(path)).or_default();
        if truncate {
            held.clear();
        }
        Ok(())
    }

    fn append(&mut self, path: &[u8], bytes: &[u8]) -> Result<(), String> {
        self.files.entry(name(path)).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn out(&mut self, bytes: &[u8]) -> bool {
        self.out.extend_from_slice(bytes);
        true
    }

    fn err(&mut self, bytes: &[u8]) {
        self.err.extend_from_slice(bytes);
    }

    fn complain(&mut self, _: &[u8]) {}

    fn command(&mut self, _: Command<'_>) -> Result<(Vec<u8>, i32), String> {
        Err("commands are not run here".to_owned())
    }

    fn environment(&mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        vec![(b"SOME".to_vec(), b"12".to_vec())]
    }

    fn now(&mut self) -> i64 {
        0
    }

    fn written(&mut self, _: &[u8], _: i64, _: bool) -> Result<Vec<u8>, String> {
        Err("no dates here".to_owned())
    }

    fn moment(&mut self, _: [i64; 6], _: bool) -> Result<i64, String> {
        Err("no dates here".to_owned())
    }

    fn is_mixed(&mut self) -> bool {
        false
    }
}

/// What ours makes of a case; the reason where it does not.
pub fn ours(case: &Case, dialect: Dialect) -> Result<Outcome, String> {
    let mut world = Memory { stdin: case.input.clone(), ..Memory::default() };
    for (name, bytes) in &case.files {
        world.files.insert((*name).to_owned(), bytes.clone());
    }
    let status = match gnu_awk::read("awk", &case.words, dialect).and_then(|options| gnu_awk::run(&options, &mut world)) {
        Ok(done) => done.status,
        Err(Trouble::Exit(_, status)) => status,
        Err(Trouble::Unmodelled(reason)) => return Err(reason),
    };
    Ok(Outcome { out: world.out, err: world.err, status, files: world.files })
}

/// The Debian root that has the real programs, by `GNU_ROOT`.
pub fn root() -> Option<PathBuf> {
    std::env::var_os("GNU_ROOT").map(PathBuf::from).filter(|it| it.join("usr/bin/mawk").exists() && it.join("usr/bin/gawk").exists())
}

/// What the real one makes of it, in an empty folder. None where it does not end.
pub fn theirs(case: &Case, dialect: Dialect, root: &Path, folder: &Path) -> Option<Outcome> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).expect("a folder of our own");
    for (name, bytes) in &case.files {
        std::fs::write(folder.join(name), bytes).expect("a file of our own");
    }
    let program = if dialect == Dialect::Mawk { "mawk" } else { "gawk" };
    let libraries = root.join("usr/lib/x86_64-linux-gnu");
    let mut process = Process::new("timeout")
        .arg("5")
        .arg(root.join("lib64/ld-linux-x86-64.so.2"))
        .arg("--argv0")
        .arg("awk")
        .arg("--library-path")
        .arg(&libraries)
        .arg(root.join("usr/bin").join(program))
        .args(case.words.iter().map(|it| <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(it)))
        .current_dir(folder)
        .env_clear()
        .env("SOME", "12")
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the real awk runs");
    let _ = process.stdin.take().expect("a pipe").write_all(&case.input);
    let done = process.wait_with_output().expect("the real awk ends");
    let status = done.status.code()?;
    if status == 124 {
        return None;
    }
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        files.insert(entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap_or_default());
    }
    // Messages of the program itself are not compared, only what the script writes.
    let err = done.stderr;
    Some(Outcome { out: done.stdout, err, status, files })
}
