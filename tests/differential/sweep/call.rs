//! One call: its words, and the small tree that it runs in.

use std::{
    fmt::Write as _,
    fs, io,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

/// Where the folders of calls lie on a machine.
pub(crate) const PLACE: &str = "srv/s";
/// The day of the tree's times: 2023-11-14.
const DAY: i64 = 1_700_000_000;

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Folder,
    File(Vec<u8>),
    Link(Vec<u8>),
    /// Another name of an entry before it.
    Name(Vec<u8>),
    Fifo,
}

/// One path of a small tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Below the folder of the call.
    pub(crate) path: Vec<u8>,
    pub(crate) kind: Kind,
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    /// Days after the others.
    pub(crate) day: i64,
}

/// A piece of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Quoted as it must be.
    Plain(Vec<u8>),
    /// The shell's own: pipes and the like.
    Shell(&'static str),
    /// A path named from the root.
    Under(Vec<u8>),
}

impl From<&str> for Word {
    fn from(of: &str) -> Word {
        Word::Plain(of.as_bytes().to_vec())
    }
}

impl From<String> for Word {
    fn from(of: String) -> Word {
        Word::Plain(of.into_bytes())
    }
}

impl From<Vec<u8>> for Word {
    fn from(of: Vec<u8>) -> Word {
        Word::Plain(of)
    }
}

/// Where standard error goes. What is neither thrown away nor printed is not always kept: whose messages may be worded otherwise is unmodelled
/// where a fix can read them, and what the call does besides would go uncompared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errors {
    Away,
    Kept,
    /// Into the file of the output, in the order in which they come.
    WithOutput,
}

impl Errors {
    fn target(self) -> &'static str {
        match self {
            Errors::Away => "2>/dev/null",
            Errors::Kept => "2>../err",
            Errors::WithOutput => "2>&1",
        }
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) number: u64,
    pub(crate) tool: &'static str,
    pub(crate) umask: u32,
    pub(crate) words: Vec<Word>,
    pub(crate) stdin: Option<Vec<u8>>,
    pub(crate) errors: Errors,
    pub(crate) tree: Vec<Entry>,
}

impl Call {
    /// The line of a script that makes the call in the folder of its number within the batch. It ends without a line end.
    pub(crate) fn line(&self, index: usize, guard: &str) -> String {
        let stdin = if self.stdin.is_some() { "../in" } else { "/dev/null" };
        let errors = self.errors.target();
        format!("cd /{PLACE}/{index:02}/d && {{ ( umask {:03o}; {guard}{} ) <{stdin} >../out {errors}; echo \"$?\" >../status; }}", self.umask, self.command())
    }

    /// The command line alone.
    pub(crate) fn command(&self) -> String {
        let mut line = String::new();
        for word in &self.words {
            if !line.is_empty() {
                line.push(' ');
            }
            match word {
                Word::Plain(word) => line.push_str(&quoted(word)),
                Word::Shell(text) => line.push_str(text),
                Word::Under(path) => {
                    line.push_str("\"$PWD\"/");
                    line.push_str(&quoted(path));
                }
            }
        }
        line
    }

    /// Lays the small tree.
    pub(crate) fn lay(&self, folder: &Path) -> io::Result<()> {
        let below = folder.join("d");
        fs::create_dir_all(&below)?;
        for it in [folder, &below] {
            fs::set_permissions(it, fs::Permissions::from_mode(0o755))?;
        }
        if let Some(text) = &self.stdin {
            fs::write(folder.join("in"), text)?;
        }
        for entry in &self.tree {
            let at = below.join(std::ffi::OsStr::from_bytes(&entry.path));
            // What can't be laid, since an entry that it needs was dropped, is not there.
            let _ = lay(entry, &below, &at);
        }
        for entry in &self.tree {
            let at = below.join(std::ffi::OsStr::from_bytes(&entry.path));
            if !matches!(entry.kind, Kind::Link(_) | Kind::Name(_)) && fs::symlink_metadata(&at).is_ok() {
                fs::set_permissions(&at, fs::Permissions::from_mode(entry.mode))?;
            }
        }
        for entry in self.tree.iter().rev() {
            stamp(&below.join(std::ffi::OsStr::from_bytes(&entry.path)), entry.day);
        }
        stamp(&below, 0);
        Ok(())
    }

    /// Commands that make the tree, for whoever wants to try it by hand.
    pub(crate) fn recipe(&self) -> String {
        let mut out = String::new();
        for entry in &self.tree {
            let path = quoted(&entry.path);
            let _ = match &entry.kind {
                Kind::Folder => writeln!(out, "mkdir -p -- {path}"),
                Kind::File(text) => writeln!(out, "printf %b {} >{path}", quoted(&escaped(text))),
                Kind::Link(to) => writeln!(out, "ln -s -- {} {path}", quoted(to)),
                Kind::Name(of) => writeln!(out, "ln -- {} {path}", quoted(of)),
                Kind::Fifo => writeln!(out, "mkfifo -- {path}"),
            };
            let usual = if entry.kind == Kind::Folder { 0o755 } else { 0o644 };
            if entry.owner != (0, 0) {
                let _ = writeln!(out, "chown -h {}:{} -- {path}", entry.owner.0, entry.owner.1);
            }
            if entry.mode != usual && !matches!(entry.kind, Kind::Link(_) | Kind::Name(_)) {
                let _ = writeln!(out, "chmod {:04o} -- {path}", entry.mode);
            }
        }
        if let Some(text) = &self.stdin {
            let _ = write!(out, "printf %b {} | ", quoted(&escaped(text)));
        }
        if self.umask != 0o022 {
            let _ = write!(out, "umask {:03o}; ", self.umask);
        }
        let _ = writeln!(
            out,
            "{}{}",
            self.command(),
            match self.errors {
                Errors::Away => "",
                Errors::Kept => " 2>err",
                Errors::WithOutput => " >out 2>&1",
            }
        );
        out
    }
}

fn lay(entry: &Entry, below: &Path, at: &Path) -> io::Result<()> {
    match &entry.kind {
        Kind::Folder => fs::create_dir(at)?,
        Kind::File(text) => fs::write(at, text)?,
        Kind::Link(to) => std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(to), at)?,
        Kind::Name(of) => return fs::hard_link(below.join(std::ffi::OsStr::from_bytes(of)), at),
        Kind::Fifo => rustix::fs::mknodat(CWD, at, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)?,
    }
    std::os::unix::fs::lchown(at, Some(entry.owner.0), Some(entry.owner.1))
}

fn stamp(at: &Path, day: i64) {
    let time = Timespec { tv_sec: DAY + day * 86_400, tv_nsec: 0 };
    // Of what was not laid there is nothing to set.
    let _ = utimensat(CWD, at, &Timestamps { last_access: time, last_modification: time }, AtFlags::SYMLINK_NOFOLLOW);
}

/// For `printf %b`.
fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            0x20..=0x7e => out.push(*byte),
            _ => out.extend(format!("\\0{byte:03o}").bytes()),
        }
    }
    out
}

/// A word as bash reads it, on one line.
pub(crate) fn quoted(word: &[u8]) -> String {
    if !word.is_empty() && word.iter().all(|it| it.is_ascii_alphanumeric() || b"_./=,:+@%-".contains(it)) {
        return String::from_utf8_lossy(word).into_owned();
    }
    if word.iter().all(|it| matches!(it, 0x20..=0x7e) && *it != b'\'') {
        return format!("'{}'", String::from_utf8_lossy(word));
    }
    let mut out = "$'".to_owned();
    for byte in word {
        let _ = match byte {
            b'\n' => write!(out, "\\n"),
            b'\t' => write!(out, "\\t"),
            b'\'' | b'\\' => write!(out, "\\{}", *byte as char),
            0x20..=0x7e => write!(out, "{}", *byte as char),
            _ => write!(out, "\\{byte:03o}"),
        };
    }
    out.push('\'');
    out
}
