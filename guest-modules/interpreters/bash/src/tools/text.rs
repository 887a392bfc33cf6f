//! Text tools of GNU coreutils, over the workspace.

use gnu_bash::{
    Ended, Shell,
    descriptors::Open,
    text::{from_bytes, to_bytes},
};
use gnu_text::{Fault, World};
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::call::{absolute, line, unmodelled};
use crate::{
    filesystem::failure,
    input::{self, Input},
    kernel::Kernel,
};

/// Answers whether a tool is one of them.
pub(crate) fn is_text(name: &str) -> bool {
    gnu_text::names().any(|it| it == name)
}


/// Runs a tool. Standard input is read when the tool asks for it, and of head(1) only what it shows.
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, name: &str, args: &[String], environment: &[(String, String)]) -> Ended {
    let words: Vec<Vec<u8>> = args.iter().map(|it| to_bytes(it)).collect();
    let environment: Vec<(Vec<u8>, Vec<u8>)> = environment.iter().map(|(name, value)| (to_bytes(name), to_bytes(value))).collect();
    let plain = is_plain(&environment);
    let part = match input::of(name, args) {
        Input::Part(lines) => Some(lines),
        _ => None,
    };
    let cwd = shell.cwd().to_owned();
    let mut files = Files { kernel, shell, cwd, environment, part };
    match gnu_text::run(name, &words, &mut files) {
        Ok(done) if plain && !done.out.is_ascii() && matches!(name, "rev" | "fold" | "expr" | "expand" | "unexpand") => {
            unmodelled(name, args, line(kernel, name, args), "what is not ASCII in a locale that has nothing else is not modelled");
            Ended { status: done.status, out: done.out, err: done.err, order: None }
        }
        Ok(mut done) => {
            if plain {
                // Quotes that stand in the words of the messages themselves: of what a call holds, nothing beyond ASCII is left.
                done.err = to_bytes(&from_bytes(&done.err).replace(['\u{2018}', '\u{2019}'], "'"));
            }
            Ended { status: done.status, out: done.out, err: done.err, order: done.order.filter(|_| !plain) }
        }
        Err(gnu_text::Unmodelled(reason)) => {
            unmodelled(name, args, line(kernel, name, args), &reason);
            Ended { status: 1, out: Vec::new(), err: format!("{name}: {reason}\n").into_bytes(), order: None }
        }
    }
}

/// Answers whether the locale is no UTF-8 one: then messages have plain quotes.
fn is_plain(environment: &[(Vec<u8>, Vec<u8>)]) -> bool {
    let value = |name: &str| environment.iter().find(|it| it.0 == name.as_bytes()).map(|it| it.1.to_ascii_uppercase()).filter(|it| !it.is_empty());
    let locale = value("LC_ALL").or_else(|| value("LC_CTYPE")).or_else(|| value("LANG")).unwrap_or_default();
    !locale.windows(3).any(|it| it == b"UTF")
}

struct Files<'a> {
    kernel: &'a Kernel,
    shell: &'a mut Shell,
    cwd: String,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Only a part of the input is read: so many lines, if that is known.
    part: Option<Option<usize>>,
}

impl Files<'_> {
    fn path(&self, name: &[u8]) -> String {
        absolute(&self.cwd, &from_bytes(name))
    }

    fn kind(&self, name: &[u8]) -> Result<FileType, Error> {
        self.kernel.stat(&self.path(name), true).map(|it| it.type_)
    }
}

impl World for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        let Some(lines) = self.part else {
            return self.shell.read_all(0).unwrap_or_default();
        };
        let given = self.shell.ahead(0).unwrap_or_default();
        self.shell.skip(0, input::consumed(&given, lines));
        if lines.is_none() && !given.is_empty() {
            self.shell.read_a_part(0);
        }
        given
    }

    fn stdin_size(&self) -> Option<u64> {
        match &*self.shell.open_file(0)?.borrow() {
            Open::File { path, .. } => self.kernel.stat(path, true).ok().filter(|it| it.type_ == FileType::Regular).map(|it| it.size),
            _ => None,
        }
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Fault> {
        match name {
            b"/dev/null" => return Ok(Vec::new()),
            b"/dev/stdin" | b"/dev/fd/0" | b"/proc/self/fd/0" => return Ok(self.stdin()),
            b"" => return Err(Fault::Open(failure(Error::NoEntry).to_string())),
            _ => {}
        }
        if matches!(self.kind(name), Ok(FileType::Directory)) {
            return Err(Fault::Read(failure(Error::IsDirectory).to_string()));
        }
        self.kernel.read(&self.path(name)).map_err(|error| Fault::Open(failure(error).to_string()))
    }

    fn is_regular(&mut self, name: &[u8]) -> bool {
        matches!(self.kind(name), Ok(FileType::Regular))
    }

    fn touch(&mut self, name: &[u8]) -> Result<(), String> {
        if name == b"/dev/null" || self.kernel.is_device(&self.path(name)) {
            return Ok(());
        }
        match self.kind(name) {
            Ok(FileType::Directory) => Err(failure(Error::IsDirectory).to_string()),
            Ok(_) => Ok(()),
            Err(Error::NoEntry) if name.is_empty() => Err(failure(Error::NoEntry).to_string()),
            Err(_) => self.kernel.overwrite(&self.path(name), 0o666, b"").map_err(|error| failure(error).to_string()),
        }
    }

    fn write(&mut self, name: &[u8], content: &[u8]) -> Result<(), String> {
        if name == b"/dev/null" {
            return Ok(());
        }
        self.kernel.overwrite(&self.path(name), 0o666, content).map_err(|error| failure(error).to_string())
    }

    fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.environment.clone()
    }

    fn is_ascii(&self) -> bool {
        is_plain(&self.environment)
    }
}
