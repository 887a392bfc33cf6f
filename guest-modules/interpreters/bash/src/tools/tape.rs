//! tar(1), over the workspace.

use gnu_tar::{Errno, Files, Kind, Stat, Surroundings};
use invitro_sdk::interpreter::invitro::remediation::{
    surroundings,
    types::{Error, FileType},
};

use super::call::{Answer, Call, not_modelled};
use crate::kernel::Kernel;

/// Variables that change what tar does, beside the locale.
const TAR_VARIABLES: [&str; 7] = ["TAR_OPTIONS", "TAPE", "POSIXLY_CORRECT", "SIMPLE_BACKUP_SUFFIX", "VERSION_CONTROL", "QUOTING_STYLE", "GZIP"];

/// tar(1), as GNU tar 1.34 is.
pub(crate) fn tar(call: &mut Call<'_>) -> Answer {
    let variable = |name: &str| call.env.get(name).map(String::as_str).filter(|it| !it.is_empty());
    if let Some(name) = TAR_VARIABLES.iter().find(|it| call.env.get(**it).is_some_and(|it| !it.is_empty())) {
        return Err(not_modelled(format!("the variable {name} of tar is not modelled")));
    }
    if variable("TZ").is_some_and(|it| !matches!(it, "UTC" | "UTC0" | "GMT" | "Etc/UTC")) {
        return Err(not_modelled("tar in a time zone other than UTC is not modelled"));
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|it| variable(it)).unwrap_or("C");
    let utf8 = match locale {
        "C.UTF-8" | "C.utf8" => true,
        "C" | "POSIX" => false,
        _ => return Err(not_modelled(format!("tar in the locale {locale} is not modelled"))),
    };
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| it.as_bytes().to_vec()).collect();
    let mut files = Tree { kernel: call.kernel, stdin: call.stdin.to_vec() };
    let umask = call.kernel.umask();
    let done = gnu_tar::run(&words, Surroundings { cwd: call.cwd.as_bytes(), utf8 }, &mut files);
    call.kernel.workspace().set_umask(umask);
    let done = done.map_err(not_modelled)?;
    call.out = done.out;
    call.err.push_str(&String::from_utf8_lossy(&done.err));
    call.status = done.status;
    Ok(())
}

struct Tree<'a> {
    kernel: &'a Kernel,
    stdin: Vec<u8>,
}

fn errno(error: Error) -> Errno {
    match error {
        Error::NoEntry => Errno::NoEntry,
        Error::NotDirectory => Errno::NotDirectory,
        Error::IsDirectory => Errno::IsDirectory,
        Error::TooManyLinks => Errno::TooManyLinks,
        Error::Exists => Errno::Exists,
        Error::NotEmpty => Errno::NotEmpty,
        Error::NoSpace => Errno::NoSpace,
        Error::Access => Errno::Access,
        Error::NotPermitted => Errno::NotPermitted,
        Error::Invalid => Errno::Invalid,
        Error::NameTooLong => Errno::NameTooLong,
        Error::Unsupported => Errno::Unsupported,
        Error::Unreadable => Errno::Unreadable,
        Error::Other(text) => Errno::Other(text),
    }
}

/// A path as text, which is all that this interpreter's kernel takes in some places.
fn text(path: &[u8]) -> Result<&str, Errno> {
    std::str::from_utf8(path).map_err(|_| Errno::Other("a path that is not UTF-8".to_owned()))
}

impl Files for Tree<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn stat(&mut self, path: &[u8], follow: bool) -> Result<Stat, Errno> {
        let stat = self.kernel.workspace().stat(path, follow).map_err(errno)?;
        let kind = match stat.type_ {
            FileType::Regular => Kind::Regular,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Symlink,
            FileType::Fifo => Kind::Fifo,
            FileType::Special => Kind::Special,
        };
        let mtime = (stat.mtime_seconds, stat.mtime_nanos);
        Ok(Stat { kind, mode: stat.mode, uid: stat.uid, gid: stat.gid, size: stat.size, links: stat.links, inode: stat.inode, mtime })
    }

    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        self.kernel.read(text(path)?).map_err(errno)
    }

    fn list(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, Errno> {
        self.kernel.names(text(path)?).map_err(errno)
    }

    fn read_link(&mut self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        self.kernel.workspace().read_link(path).map_err(errno)
    }

    fn create(&mut self, path: &[u8], mode: u32, exclusive: bool) -> Result<(), Errno> {
        self.kernel.workspace().create(path, mode, exclusive).map_err(errno)
    }

    fn write(&mut self, path: &[u8], offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.kernel.append(text(path)?, offset, bytes).map_err(errno)
    }

    fn truncate(&mut self, path: &[u8], length: u64) -> Result<(), Errno> {
        self.kernel.workspace().truncate(path, length).map_err(errno)
    }

    fn make_directory(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.kernel.workspace().make_directory(path, mode).map_err(errno)
    }

    fn make_fifo(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.kernel.workspace().make_fifo(path, mode).map_err(errno)
    }

    fn make_link(&mut self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        self.kernel.workspace().make_link(target, path).map_err(errno)
    }

    fn make_hard_link(&mut self, existing: &[u8], path: &[u8]) -> Result<(), Errno> {
        self.kernel.workspace().make_hard_link(existing, path).map_err(errno)
    }

    fn remove_file(&mut self, path: &[u8]) -> Result<(), Errno> {
        self.kernel.workspace().remove_file(path).map_err(errno)
    }

    fn remove_directory(&mut self, path: &[u8]) -> Result<(), Errno> {
        self.kernel.workspace().remove_directory(path).map_err(errno)
    }

    fn set_mode(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.kernel.workspace().set_mode(path, mode, false).map_err(errno)
    }

    fn set_owner(&mut self, path: &[u8], uid: u32, gid: u32) -> Result<(), Errno> {
        // The largest number leaves that half (chown(2)).
        let half = |number: u32| (number != u32::MAX).then_some(number);
        self.kernel.workspace().set_owner(path, half(uid), half(gid), false).map_err(errno)
    }

    fn set_times(&mut self, path: &[u8], mtime: (i64, u32)) -> Result<(), Errno> {
        self.kernel.workspace().set_times(path, mtime.0, mtime.1, false).map_err(errno)
    }

    fn set_umask(&mut self, mask: u32) -> u32 {
        self.kernel.workspace().set_umask(mask)
    }

    fn user_number(&mut self, name: &[u8]) -> Option<u32> {
        number_of(self.kernel, "/etc/passwd", name)
    }

    fn group_number(&mut self, name: &[u8]) -> Option<u32> {
        number_of(self.kernel, "/etc/group", name)
    }

    fn user_name(&mut self, number: u32) -> Option<Vec<u8>> {
        name_of(self.kernel, "/etc/passwd", number)
    }

    fn group_name(&mut self, number: u32) -> Option<Vec<u8>> {
        name_of(self.kernel, "/etc/group", number)
    }

    fn now(&mut self) -> (i64, u32) {
        let now = surroundings::now();
        ((now / 1_000_000_000) as i64, (now % 1_000_000_000) as u32)
    }
}

/// The rows of an account database whose third column is a number.
fn rows(kernel: &Kernel, database: &str) -> Vec<(Vec<u8>, u32)> {
    let text = kernel.read(database).unwrap_or_default();
    let row = |line: &[u8]| {
        let mut columns = line.split(|it| *it == b':');
        let name = columns.next()?.to_vec();
        Some((name, std::str::from_utf8(columns.nth(1)?).ok()?.parse().ok()?))
    };
    text.split(|it| *it == b'\n').filter_map(row).collect()
}

fn number_of(kernel: &Kernel, database: &str, name: &[u8]) -> Option<u32> {
    rows(kernel, database).into_iter().find(|it| it.0 == name).map(|it| it.1)
}

fn name_of(kernel: &Kernel, database: &str, number: u32) -> Option<Vec<u8>> {
    rows(kernel, database).into_iter().find(|it| it.1 == number).map(|it| it.0)
}
