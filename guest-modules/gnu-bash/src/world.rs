//! What a shell asks of the machine around it.

use std::fmt;

use crate::shell::Shell;

/// Why a call of the kernel failed (errno(3)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errno {
    NoEntry,
    NotDirectory,
    IsDirectory,
    Loop,
    Exists,
    NotEmpty,
    NoSpace,
    Access,
    NotPermitted,
    Invalid,
    NameTooLong,
    BadDescriptor,
    Other(String),
}

impl fmt::Display for Errno {
    /// The words of strerror(3).
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Errno::NoEntry => "No such file or directory",
            Errno::NotDirectory => "Not a directory",
            Errno::IsDirectory => "Is a directory",
            Errno::Loop => "Too many levels of symbolic links",
            Errno::Exists => "File exists",
            Errno::NotEmpty => "Directory not empty",
            Errno::NoSpace => "No space left on device",
            Errno::Access => "Permission denied",
            Errno::NotPermitted => "Operation not permitted",
            Errno::Invalid => "Invalid argument",
            Errno::NameTooLong => "File name too long",
            Errno::BadDescriptor => "Bad file descriptor",
            Errno::Other(text) => text,
        })
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Regular,
    Directory,
    Link,
    Fifo,
    /// A device or a socket; `/dev/null` is one.
    Special,
}

/// What stat(2) tells, as far as a shell asks.
#[derive(Debug, Clone, Copy)]
pub struct Stat {
    pub kind: Kind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub size: u64,
    pub inode: u64,
    pub changed: (i64, u32),
}

/// A program that is to run.
#[derive(Debug)]
pub struct Program {
    /// The word as it was given, and the arguments.
    pub argv: Vec<String>,
    /// The path of the file to execute, absolute, and as the shell names it; none where the machine looks for it on PATH.
    pub path: Option<(String, String)>,
    pub line: u32,
    /// Exported variables.
    pub environment: Vec<(String, String)>,
}

/// How a program ended.
#[derive(Debug, Default)]
pub struct Ended {
    pub status: i32,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    /// How far output and errors had come after each message, where output is written before each message (error(3)). None where that is not known.
    pub order: Option<Vec<(usize, usize)>>,
}

impl Ended {
    /// Output and errors as they come in one file; none where their order is not known.
    pub(crate) fn together(&self) -> Option<Vec<u8>> {
        let mut all = Vec::with_capacity(self.out.len() + self.err.len());
        let (mut out, mut err) = (0, 0);
        for (to, until) in self.order.as_ref()?.iter().copied().chain([(self.out.len(), self.err.len())]) {
            all.extend_from_slice(self.out.get(out..to)?);
            all.extend_from_slice(self.err.get(err..until)?);
            (out, err) = (to, until);
        }
        Some(all)
    }
}

/// The machine. Paths are absolute; links and `..` are the machine's business.
pub trait World {
    fn stat(&self, path: &str, follow: bool) -> Result<Stat, Errno>;
    /// Names in a directory, in the order of readdir(3), without `.` and `..`.
    fn list(&self, path: &str) -> Result<Vec<String>, Errno>;
    fn read(&self, path: &str) -> Result<Vec<u8>, Errno>;
    /// open(2) with `O_CREAT`, and `O_TRUNC` or, exclusively, `O_EXCL`; mode 0666 under the umask.
    fn create(&self, path: &str, exclusive: bool) -> Result<(), Errno>;
    fn write(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), Errno>;
    /// access(2): 4 for reading, 2 for writing, 1 for executing.
    fn access(&self, path: &str, mode: u32) -> bool;
    /// The path with its links resolved.
    fn real_path(&self, path: &str) -> Result<String, Errno>;
    fn umask(&self) -> u32;
    fn set_umask(&self, mask: u32);
    /// Seconds and nanoseconds since the epoch.
    fn now(&self, line: u32) -> (i64, u32);
    /// A number that a seed decides.
    fn random(&self) -> u32;
    fn process_id(&self) -> u32;
    fn user(&self) -> (u32, u32);
    fn host_name(&self) -> String;
    /// The machine, as `uname -m` has it.
    fn machine(&self, _line: u32) -> String {
        "x86_64".to_owned()
    }
    /// The target's own bash: its version in three parts, and what it was made for (`MACHTYPE`).
    fn bash(&self, _line: u32) -> ([u32; 3], String) {
        ([5, 2, 15], "x86_64-pc-linux-gnu".to_owned())
    }
    /// The home directory of a user.
    fn home(&self, user: &str) -> Option<String>;
    /// The login shell of the user that runs the shell.
    fn login_shell(&self) -> String;
    /// Says that something was met that is not carried out truly.
    fn unsure(&self, words: &[String], line: u32, reason: &str);
    /// Says that an answer did not come from the target.
    fn assume(&self, about: &str, name: &str, line: u32);
    /// Says that something looks wrong and is carried out truly all the same.
    fn doubt(&self, _code: &str, _line: u32, _message: &str) {}
    /// Says which line of the script runs, before programs are looked for.
    fn at_line(&self, _line: u32) {}
    /// The path of the program that a name stands for, as execvp(3) finds it.
    fn locate(&self, name: &str, path: &str) -> Option<String>;
    /// Runs a program; it reads and writes through the shell's descriptors.
    fn run(&self, shell: &mut Shell, program: &Program) -> Ended;
}
