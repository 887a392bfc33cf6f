//! sed(1), over the workspace.

use gnu_bash::text::{from_bytes, to_bytes};
use gnu_sed::{Kind, World};
use invitro_sdk::interpreter::invitro::remediation::{surroundings, types::FileType};

use super::attribute::{LABEL, add, copy_lists};
use super::call::{Answer, Call, Trouble, absolute, not_modelled};
use crate::{filesystem::failure, kernel::Kernel};

/// Most links that are followed to a file that is edited behind them (MAXSYMLINKS of Linux).
const MOST_LINKS: usize = 40;

/// sed(1), as GNU sed 4.9 is.
pub(crate) fn sed(call: &mut Call<'_>) -> Answer {
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| to_bytes(it)).collect();
    let several = |options: &gnu_sed::Options| options.in_place.is_none() && options.files.len() > 1;
    let wide = !words.iter().all(|it| it.is_ascii()) || !call.stdin.is_ascii();
    let mut files = Files { kernel: call.kernel, cwd: call.cwd.clone(), stdin: call.stdin.to_vec(), wide };
    let plain = call.is_plain();
    let done = gnu_sed::read(&words, &mut files).and_then(|options| {
        if several(&options) && options.files.iter().any(|it| matches!(files.kind(it), Ok(Kind::Directory))) {
            return Err(gnu_sed::Trouble::Unmodelled("a folder among several files of sed is not modelled".to_owned()));
        }
        gnu_sed::run(&options, &mut files)
    });
    if plain && files.wide {
        return Err(not_modelled("sed of what is not ASCII in a locale that has nothing else is not modelled"));
    }
    match done {
        Ok(done) => {
            call.out = done.out;
            call.err.push_str(&from_bytes(&done.err));
            call.status = done.status;
            Ok(())
        }
        Err(gnu_sed::Trouble::Exit(message, _)) if message.starts_with("Usage: ") || message.starts_with("unrecognized option") => {
            Err(not_modelled("how sed tells of its use is not modelled"))
        }
        Err(gnu_sed::Trouble::Exit(message, status)) => Err(Trouble::Exit(message, status)),
        Err(gnu_sed::Trouble::Unmodelled(reason)) => Err(not_modelled(reason)),
    }
}

struct Files<'a> {
    kernel: &'a Kernel,
    cwd: String,
    stdin: Vec<u8>,
    /// Something is not ASCII.
    wide: bool,
}

impl Files<'_> {
    fn path(&self, name: &[u8]) -> Result<String, String> {
        Ok(absolute(&self.cwd, &from_bytes(name)))
    }

    /// The file behind links, link by link, so that an edit lands beside it.
    fn behind(&self, mut path: String) -> String {
        for _ in 0..MOST_LINKS {
            let Ok(target) = self.kernel.workspace().read_link(&to_bytes(&path)) else { break };
            let folder = path.rsplit_once('/').map_or("", |it| it.0).to_owned();
            path = absolute(if folder.is_empty() { "/" } else { &folder }, &from_bytes(&target));
        }
        path
    }
}

impl World for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn kind(&mut self, name: &[u8]) -> Result<Kind, String> {
        if matches!(name, b"/dev/null" | b"/dev/stdin") {
            return Ok(Kind::Other);
        }
        let stat = self.kernel.stat(&self.path(name)?, true).map_err(|error| failure(error).to_string())?;
        Ok(match stat.type_ {
            FileType::Regular => Kind::Regular,
            FileType::Directory => Kind::Directory,
            _ => Kind::Other,
        })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        match name {
            b"/dev/null" => Ok(Vec::new()),
            b"/dev/stdin" | b"-" => Ok(self.stdin.clone()),
            _ => {
                let bytes = self.kernel.read(&self.path(name)?).map_err(|error| failure(error).to_string())?;
                self.wide |= !bytes.is_ascii();
                Ok(bytes)
            }
        }
    }

    fn create(&mut self, name: &[u8]) -> Result<(), String> {
        if name == b"/dev/null" {
            return Ok(());
        }
        self.kernel.overwrite(&self.path(name)?, 0o666, b"").map_err(|error| failure(error).to_string())
    }

    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String> {
        if name == b"/dev/null" {
            return Ok(());
        }
        let path = self.path(name)?;
        let size = self.kernel.stat(&path, true).map_err(|error| failure(error).to_string())?.size;
        self.kernel.append(&path, size, bytes).map_err(|error| failure(error).to_string())
    }

    fn replace(&mut self, name: &[u8], content: &[u8], backup: Option<&[u8]>, follow: bool) -> Result<(), String> {
        let path = if follow { self.behind(self.path(name)?) } else { self.path(name)? };
        let folder = path.rsplit_once('/').map_or("", |it| it.0);
        let letters: String = surroundings::random(6).into_iter().map(|it| char::from(b'a' + it % 26)).collect();
        let fresh = format!("{folder}/sed{letters}");
        let workspace = self.kernel.workspace();
        let done = || -> Result<(), _> {
            let stat = self.kernel.stat(&path, true)?;
            workspace.create(&to_bytes(&fresh), 0o600, true)?;
            self.kernel.append(&fresh, 0, content)?;
            workspace.set_owner(&to_bytes(&fresh), Some(stat.uid), Some(stat.gid), false)?;
            workspace.set_mode(&to_bytes(&fresh), stat.mode & 0o7777, false)?;
            // Access lists and the label go over; what else the file had is lost with it (sed/execute.c of GNU sed).
            copy_lists(self.kernel, &path, &fresh)?;
            add(self.kernel, &path, &fresh, &|it| it == LABEL)?;
            if let Some(backup) = backup {
                let backup = absolute(&self.cwd, &from_bytes(backup));
                workspace.rename(&to_bytes(&path), &to_bytes(&backup))?;
            }
            workspace.rename(&to_bytes(&fresh), &to_bytes(&path))
        };
        done().map_err(|error| failure(error).to_string())
    }
}
