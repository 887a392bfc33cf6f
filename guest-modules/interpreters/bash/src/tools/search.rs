//! grep(1) and cmp(1), over the workspace.

use gnu_bash::text;
use gnu_grep::{Kind, Output, Stat, World};
use invitro_sdk::interpreter::invitro::remediation::types::FileType;

use super::call::{Answer, Call, Trouble, not_modelled};
use crate::{filesystem::failure, kernel::Kernel};

/// grep(1), as GNU grep 3.8 is.
pub(crate) fn grep(call: &mut Call<'_>) -> Answer {
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| text::to_bytes(it)).collect();
    let mut files = Files { kernel: call.kernel, cwd: text::to_bytes(&call.cwd), stdin: call.stdin, wide: !words.iter().all(|it| it.is_ascii()) };
    let output = match call.kernel.output() {
        0 | Kernel::CAPTURED => Output::Open,
        Kernel::DISCARDED => Output::Discarded,
        inode => Output::File(inode),
    };
    let done = gnu_grep::read(call.name, &words, &mut files).and_then(|mut options| {
        options.output = output;
        gnu_grep::run(&options, &mut files)
    });
    if files.wide && call.is_plain() {
        return Err(not_modelled("grep of what is not ASCII in a locale that has nothing else is not modelled"));
    }
    let (out, err, status) = match done {
        Ok(done) => (done.out, done.err, done.status),
        Err(gnu_grep::Trouble::Exit(message, status)) => (Vec::new(), message, status),
        Err(gnu_grep::Trouble::Unmodelled(reason)) => return Err(not_modelled(reason)),
    };
    told(call, out, err, status)
}

fn told(call: &mut Call<'_>, out: Vec<u8>, err: Vec<u8>, status: i32) -> Answer {
    let Ok(err) = String::from_utf8(err) else {
        return Err(Trouble::Unmodelled("a message with bytes that are not UTF-8 is not modelled".to_owned()));
    };
    call.out = out;
    call.err.push_str(&err);
    call.status = status;
    Ok(())
}

/// cmp(1), as GNU cmp 3.8 is. What of standard input it would leave unread where the files differ is the caller's business.
pub(crate) fn cmp(call: &mut Call<'_>) -> Answer {
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| text::to_bytes(it)).collect();
    let mut files = Files { kernel: call.kernel, cwd: text::to_bytes(&call.cwd), stdin: call.stdin, wide: false };
    match gnu_cmp::run(&words, &mut files, call.kernel.output() == Kernel::DISCARDED) {
        Ok(done) => told(call, done.out, done.err, done.status),
        Err(gnu_cmp::Trouble::Exit(message, status)) => told(call, Vec::new(), message, status),
        Err(gnu_cmp::Trouble::Unmodelled(reason)) => Err(not_modelled(reason)),
    }
}

impl gnu_cmp::World for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.to_vec()
    }

    fn open(&mut self, name: &[u8]) -> Result<(u64, bool), String> {
        // Descriptors and devices have numbers that no file has, each its own.
        if self.device(name).is_some() {
            return Ok((u64::MAX - name.iter().fold(0, |sum, it| (sum * 31 + u64::from(*it)) & 0xff_ffff), false));
        }
        let stat = World::stat(self, name, true)?;
        Ok((stat.inode, stat.kind == Kind::Directory))
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        World::read(self, name)
    }
}

/// The workspace by names that may be any bytes.
struct Files<'a> {
    kernel: &'a Kernel,
    cwd: Vec<u8>,
    stdin: &'a [u8],
    /// Something is not ASCII.
    wide: bool,
}

impl Files<'_> {
    fn path(&self, name: &[u8]) -> Vec<u8> {
        if name.is_empty() {
            // Nothing has no name.
            return b"/run/.nothing/nothing".to_vec();
        }
        if name.starts_with(b"/") { name.to_vec() } else { [self.cwd.strip_suffix(b"/").unwrap_or(&self.cwd), b"/", name].concat() }
    }

    /// The name of an open descriptor or of a device that is always there.
    fn device(&self, name: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(name).ok()?;
        if self.kernel.is_device(text) {
            return self.kernel.read(text).ok();
        }
        (text == "/dev/null").then(Vec::new)
    }
}

impl World for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.wide |= !self.stdin.is_ascii();
        self.stdin.to_vec()
    }

    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, String> {
        if self.device(name).is_some() {
            return Ok(Stat { kind: Kind::Other, inode: 0 });
        }
        let path = self.path(name);
        let stat = self.kernel.stat_of_tree(&path, follow);
        let stat = stat.map_err(|error| failure(error).to_string())?;
        let kind = match stat.type_ {
            FileType::Regular => Kind::Regular,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        };
        Ok(Stat { kind, inode: stat.inode })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        if let Some(bytes) = self.device(name) {
            return Ok(bytes);
        }
        let bytes = self.kernel.read_of_tree(&self.path(name)).map_err(|error| failure(error).to_string())?;
        self.wide |= !bytes.is_ascii();
        Ok(bytes)
    }

    fn names(&mut self, name: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let (path, mut names, mut cursor) = (self.path(name), Vec::new(), 0);
        loop {
            let page = self.kernel.workspace().list(&path, cursor).map_err(|error| failure(error).to_string())?;
            names.extend(page.entries.into_iter().map(|it| it.name));
            match page.next {
                Some(next) => cursor = next,
                None => return Ok(names),
            }
        }
    }
}
