//! patch(1), over the workspace.

use gnu_patch::{Attributes, Failure, Kind, Reading, Stat, Trouble as Unread, Type};
use invitro_sdk::interpreter::invitro::remediation::{
    ledger, surroundings,
    types::{Error, FileType},
};

use super::call::{Answer, Call, Trouble, absolute, not_modelled};
use crate::{filesystem::failure, kernel::Kernel};

/// patch(1), as GNU patch 2.7.6 is. A Debian base does not have it: that it is there is listed.
pub(crate) fn patch(call: &mut Call<'_>) -> Answer {
    if call.kernel.workspace().stat(b"/usr/bin/patch", true).is_err() {
        ledger::assume("tool-present", "patch", call.line);
    }
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| it.as_bytes().to_vec()).collect();
    let mut files = Files { kernel: call.kernel, cwd: call.cwd.clone(), stdin: call.stdin.to_vec(), env: call.env };
    match gnu_patch::read(&words, &mut files).and_then(|options| known(&options, &mut files).and_then(|()| gnu_patch::run(&options, &mut files))) {
        Ok(done) => {
            call.out = done.out;
            call.err.push_str(&String::from_utf8_lossy(&done.err));
            call.status = done.status;
            Ok(())
        }
        Err(Unread::Usage(message, status)) => Err(Trouble::Exit(message, status)),
        Err(Unread::Unsupported(reason)) => Err(not_modelled(reason)),
    }
}

/// Refuses what chance showed to come out otherwise than GNU's now and then (12 in 4,500 mutated patches): normal diffs, forms that are mixed,
/// and modes of git headers the other way round.
fn known(options: &gnu_patch::Options, files: &mut Files<'_>) -> Result<(), Unread> {
    let text = match options.input.as_deref() {
        None | Some(b"-") => files.stdin.clone(),
        Some(name) => gnu_patch::Files::read(files, name).unwrap_or_default(),
    };
    let parsed = gnu_patch::parse(&text, Reading { kind: options.kind, strip: options.strip, headless: true, binary: options.binary })?;
    let mixed = parsed.patches.iter().any(|it| it.kind != Kind::Unified);
    let turned = options.reverse && parsed.patches.iter().any(|it| it.modes != [0, 0]);
    if mixed || turned {
        return Err(Unread::Unsupported("patches other than unified ones, and modes that are taken back, are not modelled".to_owned()));
    }
    Ok(())
}

struct Files<'a> {
    kernel: &'a Kernel,
    cwd: String,
    stdin: Vec<u8>,
    env: &'a std::collections::HashMap<String, String>,
}

fn told(error: Error) -> Failure {
    match error {
        Error::NoEntry => Failure::NoEntry,
        other => Failure::Other(failure(other).to_string()),
    }
}

impl Files<'_> {
    fn path(&self, name: &[u8]) -> Result<String, Failure> {
        let name = std::str::from_utf8(name).map_err(|_| Failure::Other("Invalid or incomplete multibyte or wide character".to_owned()))?;
        Ok(absolute(&self.cwd, name))
    }

    /// A name beside another that nobody has.
    fn fresh(&self, path: &str) -> String {
        let folder = path.rsplit_once('/').map_or("", |it| it.0);
        let letters: String = surroundings::random(6).into_iter().map(|it| char::from(b'a' + it % 26)).collect();
        format!("{folder}/.patch{letters}")
    }

    fn inode(&self, path: &str) -> Result<u64, Failure> {
        self.kernel.stat(path, false).map(|it| it.inode).map_err(told)
    }
}

impl gnu_patch::Files for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn variable(&mut self, name: &str) -> Option<Vec<u8>> {
        self.env.get(name).map(|it| it.as_bytes().to_vec())
    }

    fn change_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        let path = self.path(name)?;
        let stat = self.kernel.stat(&path, true).map_err(told)?;
        if stat.type_ != FileType::Directory {
            return Err(Failure::Other("Not a directory".to_owned()));
        }
        self.cwd = path;
        Ok(())
    }

    fn is_at_root(&mut self) -> bool {
        self.kernel.workspace().real_path(self.cwd.as_bytes()).is_ok_and(|it| it == b"/")
    }

    fn leads_outside(&mut self, name: &[u8]) -> bool {
        let Ok(path) = self.path(name) else { return true };
        let folder = path.rsplit_once('/').map_or("/", |it| it.0);
        let real = |it: &str| self.kernel.workspace().real_path(it.as_bytes()).ok();
        let Some(mut here) = real(&self.cwd) else { return true };
        // A folder that is not there yet is looked at through the nearest one that is.
        let mut at = folder.to_owned();
        let there = loop {
            if let Some(there) = real(&at) {
                break there;
            }
            match at.rsplit_once('/') {
                Some((above, _)) if !above.is_empty() => at = above.to_owned(),
                _ => break b"/".to_vec(),
            }
        };
        if here != b"/" {
            here.push(b'/');
        }
        let mut there = there;
        there.push(b'/');
        !there.starts_with(&here)
    }

    /// The actor is root, whom modes do not hold.
    fn may_write(&mut self, name: &[u8]) -> bool {
        self.path(name).is_ok_and(|it| self.kernel.stat(&it, true).is_ok())
    }

    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, Failure> {
        let it = self.kernel.stat(&self.path(name)?, follow).map_err(told)?;
        let kind = match it.type_ {
            FileType::Regular => Type::Regular,
            FileType::Symlink => Type::Link,
            FileType::Directory => Type::Directory,
            _ => Type::Other,
        };
        Ok(Stat { kind, mode: it.mode, uid: it.uid, gid: it.gid, size: it.size, inode: it.inode })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure> {
        self.kernel.read(&self.path(name)?).map_err(told)
    }

    fn names(&mut self, folder: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
        self.kernel.names(&self.path(folder)?).map_err(told)
    }

    fn read_link(&mut self, name: &[u8]) -> Result<Vec<u8>, Failure> {
        self.kernel.workspace().read_link(self.path(name)?.as_bytes()).map_err(told)
    }

    fn put(&mut self, name: &[u8], content: &[u8], attributes: Attributes) -> Result<u64, Failure> {
        let path = self.path(name)?;
        let fresh = self.fresh(&path);
        let workspace = self.kernel.workspace();
        let done = || -> Result<(), Error> {
            workspace.create(fresh.as_bytes(), 0o600, true)?;
            self.kernel.append(&fresh, 0, content)?;
            if let Some((uid, gid)) = attributes.owner {
                workspace.set_owner(fresh.as_bytes(), Some(uid), Some(gid), false)?;
            }
            let mask = if attributes.masked { self.kernel.umask() } else { 0 };
            workspace.set_mode(fresh.as_bytes(), attributes.mode & 0o7777 & !mask, false)?;
            workspace.rename(fresh.as_bytes(), path.as_bytes())
        };
        done().map_err(told)?;
        self.inode(&path)
    }

    fn put_link(&mut self, name: &[u8], target: &[u8]) -> Result<u64, Failure> {
        let path = self.path(name)?;
        let fresh = self.fresh(&path);
        let workspace = self.kernel.workspace();
        workspace.make_link(target, fresh.as_bytes()).and_then(|()| workspace.rename(fresh.as_bytes(), path.as_bytes())).map_err(told)?;
        self.inode(&path)
    }

    fn overwrite(&mut self, name: &[u8], content: &[u8]) -> Result<(), Failure> {
        self.kernel.overwrite(&self.path(name)?, 0o666, content).map_err(told)
    }

    fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Failure> {
        self.kernel.workspace().rename(self.path(from)?.as_bytes(), self.path(to)?.as_bytes()).map_err(told)
    }

    fn remove(&mut self, name: &[u8]) -> Result<(), Failure> {
        self.kernel.workspace().remove_file(self.path(name)?.as_bytes()).map_err(told)
    }

    fn make_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        self.kernel.workspace().make_directory(self.path(name)?.as_bytes(), 0o777).map_err(told)
    }

    fn remove_directory(&mut self, name: &[u8]) -> Result<(), Failure> {
        self.kernel.workspace().remove_directory(self.path(name)?.as_bytes()).map_err(told)
    }
}
