//! Two worlds in which a call of tar is made: a tree in memory with the library, and a folder of a Debian 12 root with GNU tar.

pub mod memory;

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt as _},
        fs::{MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use gnu_tar::{Files as _, Kind, Surroundings};
use memory::Memory;

/// Something that is laid before calls are made.
#[derive(Clone, Debug)]
pub enum Laid {
    Folder(&'static str, u32, u32, i64),
    File(&'static str, u32, u32, i64, Vec<u8>),
    Link(&'static str, &'static str),
    Hard(&'static str, &'static str),
}

/// A step of a case.
#[derive(Clone, Debug)]
pub enum Step {
    Tar(Vec<String>),
    /// Cuts a file to a length.
    Cut(String, usize),
    /// Writes over bytes at a place.
    Poke(String, usize, Vec<u8>),
}

/// The folder of the calls in both worlds.
pub const FOLDER: &str = "/tmp/tar-agrees";

pub trait World {
    fn lay(&mut self, laid: &[Laid]);
    /// Makes a call and tells status, output and messages.
    fn tar(&mut self, words: &[String]) -> Result<(i32, Vec<u8>, Vec<u8>), String>;
    fn get(&mut self, name: &str) -> Option<Vec<u8>>;
    fn put(&mut self, name: &str, bytes: &[u8]);
    /// All that stands in the folder, a line each.
    fn tree(&mut self) -> String;
}

/// Carries out steps and tells all that can be seen of them.
pub fn outcome(world: &mut impl World, laid: &[Laid], steps: &[Step]) -> Result<String, String> {
    world.lay(laid);
    let mut all = String::new();
    for step in steps {
        match step {
            Step::Cut(name, length) => {
                let mut bytes = world.get(name).unwrap_or_default();
                bytes.truncate(*length);
                world.put(name, &bytes);
            }
            Step::Poke(name, at, new) => {
                let mut bytes = world.get(name).unwrap_or_default();
                bytes.resize(bytes.len().max(at + new.len()), 0);
                bytes[*at..at + new.len()].copy_from_slice(new);
                world.put(name, &bytes);
            }
            Step::Tar(words) => {
                let (status, out, err) = world.tar(words)?;
                let _ = writeln!(all, "$ tar {}\n{}{}? {status}", words.join(" "), shown(&out, " "), shown(&err, "! "));
            }
        }
    }
    all.push_str(&world.tree());
    Ok(all)
}

/// Text as lines, bytes that are none as their length and sum.
fn shown(bytes: &[u8], mark: &str) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text.lines().map(|it| format!("{mark}{it}\n")).collect(),
        _ => format!("{mark}{} bytes {:08x}\n", bytes.len(), sum(bytes)),
    }
}

/// FNV-1a, which is enough to tell archives apart.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A line of the tree. Times of the run itself are all one.
#[expect(clippy::too_many_arguments, reason = "the columns of a line")]
fn line(name: &[u8], kind: char, mode: u32, uid: u32, gid: u32, mtime: i64, links: u64, rest: &str) -> String {
    let time = if kind == 'l' {
        "-".to_owned()
    } else if (1_794_000_000..4_000_000_000).contains(&mtime) {
        "now".to_owned()
    } else {
        mtime.to_string()
    };
    let links = if kind == 'd' { 0 } else { links };
    format!("{kind} {mode:04o} {uid}:{gid} {time} {links} {}{rest}\n", String::from_utf8_lossy(name))
}

fn content(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() < 40 && !text.contains(|it: char| it.is_control() && it != '\n') => format!(" {text:?}"),
        _ => format!(" {} bytes {:016x}", bytes.len(), sum(bytes)),
    }
}

fn full(name: &str) -> Vec<u8> {
    format!("{FOLDER}/{name}").into_bytes()
}

impl World for Memory {
    fn lay(&mut self, laid: &[Laid]) {
        *self = Memory::default();
        for path in ["/tmp", FOLDER] {
            self.make_directory(path.as_bytes(), 0o755).expect("a folder");
        }
        for it in laid {
            match it {
                Laid::Folder(name, mode, owner, _) => {
                    self.make_directory(&full(name), 0o755).expect(name);
                    self.set_owner(&full(name), *owner, *owner).expect(name);
                    self.set_mode(&full(name), *mode).expect(name);
                }
                Laid::File(name, mode, owner, _, bytes) => {
                    self.create(&full(name), 0o644, true).expect(name);
                    self.write(&full(name), 0, bytes).expect(name);
                    self.set_owner(&full(name), *owner, *owner).expect(name);
                    self.set_mode(&full(name), *mode).expect(name);
                }
                Laid::Link(name, target) => {
                    self.make_link(target.as_bytes(), &full(name)).expect(name);
                    self.set_times(&full(name), (1_600_000_000, 0)).expect(name);
                }
                Laid::Hard(name, existing) => self.make_hard_link(&full(existing), &full(name)).expect(name),
            }
        }
        for it in laid {
            if let Laid::Folder(name, _, _, mtime) | Laid::File(name, _, _, mtime, _) = it {
                self.set_times(&full(name), (*mtime, 0)).expect(name);
            }
        }
    }

    fn tar(&mut self, words: &[String]) -> Result<(i32, Vec<u8>, Vec<u8>), String> {
        let words: Vec<Vec<u8>> = words.iter().map(|it| it.as_bytes().to_vec()).collect();
        let done = gnu_tar::run(&words, Surroundings { cwd: FOLDER.as_bytes(), utf8: true }, self)?;
        self.set_umask(0o022);
        Ok((done.status, done.out, done.err))
    }

    fn get(&mut self, name: &str) -> Option<Vec<u8>> {
        self.read(&full(name)).ok()
    }

    fn put(&mut self, name: &str, bytes: &[u8]) {
        self.create(&full(name), 0o644, false).expect(name);
        self.write(&full(name), 0, bytes).expect(name);
    }

    fn tree(&mut self) -> String {
        let mut all = String::new();
        let mut waiting: Vec<Vec<u8>> = vec![Vec::new()];
        while let Some(name) = waiting.pop() {
            let path = [FOLDER.as_bytes(), b"/", &name].concat();
            let path = path.strip_suffix(b"/").unwrap_or(&path).to_vec();
            let stat = self.stat(&path, false).expect("a name that was listed");
            let (kind, rest) = match stat.kind {
                Kind::Directory => ('d', String::new()),
                Kind::Symlink => ('l', format!(" -> {}", String::from_utf8_lossy(&self.read_link(&path).expect("a link")))),
                Kind::Regular => ('-', content(&self.read(&path).expect("a file"))),
                _ => ('p', String::new()),
            };
            if !name.is_empty() {
                all += &line(&name, kind, stat.mode, stat.uid, stat.gid, stat.mtime.0, u64::from(stat.links), &rest);
            }
            if stat.kind == Kind::Directory {
                let names = self.list(&path).expect("a folder");
                let below = |it: &Vec<u8>| if name.is_empty() { it.clone() } else { [&name[..], b"/", it].concat() };
                waiting.extend(names.iter().rev().map(below));
            }
        }
        all
    }
}

/// The real thing: a folder of a root with GNU tar in it.
pub struct Real {
    root: PathBuf,
}

impl Real {
    /// The root that `GNU_ROOT` names, if it has tar.
    pub fn new() -> Option<Real> {
        let root = PathBuf::from(std::env::var_os("GNU_ROOT")?);
        root.join("bin/tar").exists().then_some(Real { root })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(&FOLDER[1..]).join(name)
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.path(""));
    }
}

fn time(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}

impl World for Real {
    fn lay(&mut self, laid: &[Laid]) {
        let _ = fs::remove_dir_all(self.path(""));
        fs::create_dir_all(self.path("")).expect("a folder");
        for it in laid {
            match it {
                Laid::Folder(name, mode, owner, _) => {
                    fs::create_dir(self.path(name)).expect(name);
                    std::os::unix::fs::lchown(self.path(name), Some(*owner), Some(*owner)).expect(name);
                    fs::set_permissions(self.path(name), fs::Permissions::from_mode(*mode)).expect(name);
                }
                Laid::File(name, mode, owner, _, bytes) => {
                    fs::write(self.path(name), bytes).expect(name);
                    std::os::unix::fs::lchown(self.path(name), Some(*owner), Some(*owner)).expect(name);
                    fs::set_permissions(self.path(name), fs::Permissions::from_mode(*mode)).expect(name);
                }
                Laid::Link(name, target) => {
                    std::os::unix::fs::symlink(target, self.path(name)).expect(name);
                    let done = Command::new("touch").args(["-h", "-d", "@1600000000"]).arg(self.path(name)).status().expect("touch");
                    assert!(done.success());
                }
                Laid::Hard(name, existing) => fs::hard_link(self.path(existing), self.path(name)).expect(name),
            }
        }
        for it in laid {
            if let Laid::Folder(name, _, _, mtime) | Laid::File(name, _, _, mtime, _) = it {
                fs::File::open(self.path(name)).expect(name).set_modified(time(*mtime)).expect(name);
            }
        }
    }

    fn tar(&mut self, words: &[String]) -> Result<(i32, Vec<u8>, Vec<u8>), String> {
        let mut child = Command::new("chroot")
            .arg(&self.root)
            .args([
                "/usr/bin/env",
                "-i",
                "LANG=C.UTF-8",
                "TZ=UTC",
                "PATH=/usr/bin:/bin",
                "timeout",
                "10",
                "sh",
                "-c",
                "umask 022; cd \"$0\" && exec tar \"$@\"",
                FOLDER,
            ])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|it| it.to_string())?;
        drop(child.stdin.take().map(|mut it| it.write_all(b"")));
        let done = child.wait_with_output().map_err(|it| it.to_string())?;
        Ok((done.status.code().unwrap_or(-1), done.stdout, done.stderr))
    }

    fn get(&mut self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path(name)).ok()
    }

    fn put(&mut self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect(name);
    }

    fn tree(&mut self) -> String {
        let mut all = String::new();
        walk(&self.path(""), b"", &mut all);
        all
    }
}

fn walk(folder: &Path, prefix: &[u8], into: &mut String) {
    let mut names: Vec<Vec<u8>> = fs::read_dir(folder).expect("a folder").map(|it| it.expect("a name").file_name().into_vec()).collect();
    names.sort();
    for name in names {
        let path = folder.join(std::ffi::OsStr::from_bytes(&name));
        let stat = fs::symlink_metadata(&path).expect("a file");
        let kind = stat.file_type();
        let (letter, rest) = if kind.is_dir() {
            ('d', String::new())
        } else if kind.is_symlink() {
            ('l', format!(" -> {}", fs::read_link(&path).expect("a link").display()))
        } else if kind.is_file() {
            ('-', content(&fs::read(&path).expect("a file")))
        } else {
            ('p', String::new())
        };
        let shown = [prefix, &name].concat();
        *into += &line(&shown, letter, stat.mode() & 0o7777, stat.uid(), stat.gid(), stat.mtime(), stat.nlink(), &rest);
        if kind.is_dir() {
            walk(&path, &[&shown[..], b"/"].concat(), into);
        }
    }
}
