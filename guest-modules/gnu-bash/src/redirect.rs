//! Redirections (bash(1), REDIRECTION).

use std::{cell::RefCell, rc::Rc};

use crate::{
    descriptors::{Open, Shared},
    glob::join,
    shell::{Run, Shell},
    syntax::{On, Redirect, Way},
    text as bytes,
    world::{Errno, Kind},
};

impl Shell {
    /// Carries out redirections in order; false where one failed, which was told.
    pub(crate) fn redirect(&mut self, redirects: &[Redirect]) -> Run<bool> {
        for redirect in redirects {
            if !self.one_redirect(redirect)? {
                self.status = if self.dash { 2 } else { 1 };
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn one_redirect(&mut self, redirect: &Redirect) -> Run<bool> {
        let usual = match redirect.kind {
            Way::Read | Way::Both | Way::CopyInput | Way::Here(_) => 0,
            _ => 1,
        };
        let closes = matches!(redirect.kind, Way::CopyInput | Way::CopyOutput) && &*redirect.target.raw == "-";
        let number = match &redirect.on {
            On::Usual => usual,
            On::Number(number) => *number,
            On::Named(name) if closes => {
                let held = self.text(name).and_then(|it| it.parse().ok());
                let Some(number) = held else {
                    self.complain(&format!("{name}: {}", Errno::BadDescriptor));
                    return Ok(false);
                };
                number
            }
            On::Named(name) => {
                let number = self.fds.free();
                self.assign(name, &number.to_string())?;
                self.named.push(number);
                number
            }
        };
        match redirect.kind {
            Way::Here(string) => {
                let mut text = if string { self.value_of(&redirect.target)? } else { self.quoted(&redirect.target.parts)? };
                if string {
                    text.push('\n');
                }
                self.fds.set(number, Open::pipe(bytes::to_bytes(&text)));
                Ok(true)
            }
            Way::CopyInput | Way::CopyOutput => self.copy(redirect, number, closes),
            _ => {
                let Some(path) = self.target(redirect)? else { return Ok(false) };
                self.file(redirect.kind, number, &path)
            }
        }
    }

    /// The one file that a target names.
    fn target(&mut self, redirect: &Redirect) -> Run<Option<String>> {
        let mut words = self.words(std::slice::from_ref(&redirect.target))?;
        if words.len() != 1 {
            let raw = redirect.target.raw.clone();
            self.complain(&format!("{raw}: ambiguous redirect"));
            return Ok(None);
        }
        Ok(words.pop())
    }

    fn copy(&mut self, redirect: &Redirect, number: u32, closes: bool) -> Run<bool> {
        if closes {
            self.fds.close(number);
            return Ok(true);
        }
        let Some(word) = self.target(redirect)? else { return Ok(false) };
        let (digits, moves) = match word.strip_suffix('-') {
            Some(digits) if !digits.is_empty() => (digits, true),
            _ => (word.as_str(), false),
        };
        if word == "-" {
            self.fds.close(number);
            return Ok(true);
        }
        match digits.parse::<u32>() {
            // A descriptor that is copied onto itself is not asked for.
            Ok(from) if from == number => Ok(true),
            Ok(from) => {
                let Some(open) = self.fds.get(from).cloned() else {
                    self.complain(&format!("{from}: {}", Errno::BadDescriptor));
                    return Ok(false);
                };
                self.fds.set(number, open);
                if moves && from != number {
                    self.fds.close(from);
                }
                Ok(true)
            }
            Err(_) if redirect.kind == Way::CopyOutput && redirect.on == On::Usual => self.file(Way::WriteAll, 1, &word),
            Err(_) => {
                self.complain(&format!("{word}: ambiguous redirect"));
                Ok(false)
            }
        }
    }

    fn file(&mut self, way: Way, number: u32, path: &str) -> Run<bool> {
        let opened = match way {
            Way::Read => self.open_to_read(path),
            _ => self.open_to_write(path, way),
        };
        match opened {
            Ok(open) => {
                self.fds.set(number, open.clone());
                if matches!(way, Way::WriteAll | Way::AppendAll) {
                    self.fds.set(2, open);
                }
                Ok(true)
            }
            Err(error) => {
                let message = match error {
                    Errno::Exists => "cannot overwrite existing file".to_owned(),
                    other => other.to_string(),
                };
                self.complain(&format!("{path}: {message}"));
                Ok(false)
            }
        }
    }

    /// What stands at paths that are no files.
    fn device(&mut self, path: &str) -> Option<Result<Shared, Errno>> {
        let number = match path {
            "/dev/null" => return Some(Ok(Open::null())),
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => match path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/")) {
                Some(digits) => digits.parse().ok()?,
                None if path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/") => {
                    self.unsure_of(path, "there is no network");
                    return Some(Err(Errno::Other("Connection refused".to_owned())));
                }
                None => return None,
            },
        };
        Some(self.fds.get(number).cloned().ok_or(Errno::NoEntry))
    }

    pub(crate) fn open_to_read(&mut self, path: &str) -> Result<Shared, Errno> {
        if let Some(device) = self.device(path) {
            return device;
        }
        let full = join(&self.cwd, path);
        if path.is_empty() {
            return Err(Errno::NoEntry);
        }
        let stat = self.world.stat(&full, true)?;
        if !self.world.access(&full, 4) {
            return Err(Errno::Access);
        }
        if matches!(stat.kind, Kind::Special | Kind::Fifo) {
            self.unsure_of(path, "a device, a socket or a pipe with a name is not read");
        }
        let mut open = Open::File { path: full, inode: stat.inode, offset: 0, append: false, reads: true, writes: false, kept: None };
        if stat.kind == Kind::Regular {
            let world = self.world.clone();
            open.rest(&*world)?;
        }
        Ok(Rc::new(RefCell::new(open)))
    }

    fn open_to_write(&mut self, path: &str, way: Way) -> Result<Shared, Errno> {
        if let Some(device) = self.device(path) {
            return device;
        }
        if path.is_empty() {
            return Err(Errno::NoEntry);
        }
        let full = join(&self.cwd, path);
        let before = self.world.stat(&full, true);
        match &before {
            Ok(stat) if stat.kind == Kind::Directory => return Err(Errno::IsDirectory),
            Ok(stat) if matches!(stat.kind, Kind::Special | Kind::Fifo) => self.unsure_of(path, "a device, a socket or a pipe with a name is not written"),
            Ok(_) if way == Way::Write && self.options.noclobber => return Err(Errno::Exists),
            Ok(_) if !self.world.access(&full, 2) => return Err(Errno::Access),
            _ => {}
        }
        let keeps = matches!(way, Way::Append | Way::AppendAll | Way::Both) && before.is_ok();
        if !keeps {
            // A name whose link leads nowhere is made by opening it, but not exclusively.
            self.world.create(&full, false)?;
        }
        let stat = self.world.stat(&full, true)?;
        let append = matches!(way, Way::Append | Way::AppendAll);
        Ok(Rc::new(RefCell::new(Open::File { path: full, inode: stat.inode, offset: 0, append, reads: way == Way::Both, writes: true, kept: None })))
    }
}
