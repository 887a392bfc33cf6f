//! The machine that the shell sees: the workspace, the run's clock, seed and process, the host's commands.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use gnu_bash::{Ended, Errno, Kind, Program, Shell, Stat, World, text};
use invitro_sdk::interpreter::invitro::remediation::{
    commands::Invocation,
    ledger, surroundings,
    types::{Error, FileType, Stat as HostStat},
};

use crate::{borrowed::Borrowed, facts, kernel::Kernel, programs, tools};

/// The machine of one call.
pub(crate) struct Machine {
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) borrowed: Borrowed,
    /// Doubts that were told, by code and line.
    doubted: RefCell<BTreeSet<(String, u32)>>,
}

/// Most doubts that one shell tells.
const MOST_DOUBTS: usize = 32;

impl Machine {
    pub(crate) fn new(kernel: Arc<Kernel>, of: &Invocation) -> Machine {
        Machine { borrowed: Borrowed::new(kernel.clone()), kernel, uid: of.uid, gid: of.gid, doubted: RefCell::default() }
    }
}

fn errno(error: Error) -> Errno {
    match error {
        Error::NoEntry => Errno::NoEntry,
        Error::NotDirectory => Errno::NotDirectory,
        Error::IsDirectory => Errno::IsDirectory,
        Error::TooManyLinks => Errno::Loop,
        Error::Exists => Errno::Exists,
        Error::NotEmpty => Errno::NotEmpty,
        Error::NoSpace => Errno::NoSpace,
        Error::Access => Errno::Access,
        Error::NotPermitted => Errno::NotPermitted,
        Error::Invalid => Errno::Invalid,
        Error::NameTooLong => Errno::NameTooLong,
        other => Errno::Other(crate::filesystem::failure(other).to_string()),
    }
}

fn stat(it: &HostStat) -> Stat {
    let kind = match it.type_ {
        FileType::Regular => Kind::Regular,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Link,
        FileType::Fifo => Kind::Fifo,
        FileType::Special => Kind::Special,
    };
    Stat { kind, mode: it.mode, uid: it.uid, gid: it.gid, size: it.size, inode: it.inode, changed: (it.mtime_seconds, it.mtime_nanos) }
}

impl World for Machine {
    fn stat(&self, path: &str, follow: bool) -> Result<Stat, Errno> {
        let literal = text::to_bytes(path);
        let known = |path: &[u8]| facts::stat(path, self.kernel.line(&[])).map(|it| it.map(|it| stat(&it)).map_err(errno));
        if let Some(it) = known(&literal) {
            return it;
        }
        let error = match self.kernel.workspace().stat(&literal, follow) {
            Ok(it) => return Ok(stat(&it)),
            Err(error) => error,
        };
        // A link may lead to what is known.
        known(&facts::leads_to(self.kernel.workspace(), &literal)).unwrap_or_else(|| programs::stand_in(&self.kernel, path).ok_or_else(|| errno(error)))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Errno> {
        // A pattern over what the kernel shows: a tree has nothing there.
        if ["/proc", "/sys", "/dev"].iter().any(|it| path.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))) {
            ledger::assume("kernel-facts", path, self.kernel.line(&[]));
        }
        Ok(self.kernel.names(path).map_err(errno)?.iter().map(|it| text::from_bytes(it)).collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Errno> {
        self.kernel.read(path).map_err(errno)
    }

    fn create(&self, path: &str, exclusive: bool) -> Result<(), Errno> {
        self.kernel.workspace().create(&text::to_bytes(path), 0o666, exclusive).map_err(errno)
    }

    fn write(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.kernel.append(path, offset, bytes).map_err(errno)
    }

    /// Root may read and write all, and execute what anybody may (capabilities(7), CAP_DAC_OVERRIDE).
    fn access(&self, path: &str, mode: u32) -> bool {
        let Ok(it) = World::stat(self, path, true) else { return false };
        if self.uid == 0 {
            return mode != 1 || it.kind == Kind::Directory || it.mode & 0o111 != 0;
        }
        let shift = if it.uid == self.uid {
            6
        } else if it.gid == self.gid {
            3
        } else {
            0
        };
        it.mode >> shift & mode != 0
    }

    fn real_path(&self, path: &str) -> Result<String, Errno> {
        self.kernel.workspace().real_path(&text::to_bytes(path)).map(|it| text::from_bytes(&it)).map_err(errno)
    }

    fn umask(&self) -> u32 {
        self.kernel.umask()
    }

    fn set_umask(&self, mask: u32) {
        self.kernel.workspace().set_umask(mask);
    }

    fn now(&self, line: u32) -> (i64, u32) {
        ledger::assume("clock", "the shell's clock", Some(line));
        let now = surroundings::now();
        ((now / 1_000_000_000) as i64, (now % 1_000_000_000) as u32)
    }

    fn random(&self) -> u32 {
        surroundings::random(4).into_iter().fold(0_u32, |all, it| all << 8 | u32::from(it))
    }

    fn process_id(&self) -> u32 {
        surroundings::process_id()
    }

    fn user(&self) -> (u32, u32) {
        (self.uid, self.gid)
    }

    fn host_name(&self) -> String {
        self.kernel.host_name()
    }

    fn machine(&self, line: u32) -> String {
        facts::machine(self.kernel.workspace(), Some(line)).to_owned()
    }

    fn bash(&self, line: u32) -> ([u32; 3], String) {
        facts::bash(&self.kernel, Some(line))
    }

    fn home(&self, user: &str) -> Option<String> {
        self.kernel.home(user).or_else(|| (user == "root").then(|| "/root".to_owned()))
    }

    fn login_shell(&self) -> String {
        self.kernel.login_shell(self.uid).unwrap_or_else(|| "/bin/sh".to_owned())
    }

    fn unsure(&self, words: &[String], line: u32, reason: &str) {
        let mut argv: Vec<Vec<u8>> = words.iter().filter(|it| !it.is_empty()).map(|it| text::to_bytes(it)).collect();
        if argv.is_empty() {
            argv.push(b"bash".to_vec());
        }
        ledger::unmodelled(&argv, Some(line), reason);
    }

    fn assume(&self, about: &str, name: &str, line: u32) {
        ledger::assume(about, name, Some(line));
    }

    fn doubt(&self, code: &str, line: u32, message: &str) {
        // One for each line: a loop would say it thousands of times.
        let mut told = self.doubted.borrow_mut();
        if told.len() < MOST_DOUBTS && told.insert((code.to_owned(), line)) {
            ledger::doubt(code, Some(line), message);
        }
    }

    fn at_line(&self, line: u32) {
        self.kernel.set_line(line);
    }

    fn locate(&self, name: &str, path: &str) -> Option<String> {
        programs::locate(self, name, path)
    }

    fn run(&self, shell: &mut Shell, program: &Program) -> Ended {
        self.kernel.set_line(program.line);
        programs::run(self, shell, program)
    }
}

/// Tells the host that a call was not carried out truly.
pub(crate) fn unmodelled(kernel: &Kernel, argv: &[String], reason: &str) {
    tools::unmodelled(argv.first().map_or("", String::as_str), argv.get(1..).unwrap_or_default(), kernel.line(&[]), reason);
}
