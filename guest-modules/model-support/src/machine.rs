//! The workspace as the tools of `machine-tools` see it.

use invitro_sdk::command_model::invitro::remediation::{
    surroundings,
    types::{EffectKind, Error, FileType, Treatment},
};
use machine_tools::{Call, Done, Effect, Kind, Meta, World};
use tree_support::command_model::bytes;

use crate::{Answer, Command, said};

/// More bytes than this no file of these tools has.
const MOST: usize = 64 << 20;

/// A workspace for one command.
struct Place<'a>(&'a Command<'a>);

fn done(path: &str, it: Result<(), Error>) -> Done {
    it.map_err(|error| format!("a change of {path} that fails ({error:?})"))
}

impl World for Place<'_> {
    fn stat(&self, path: &str, follow: bool) -> Option<Meta> {
        let it = self.0.target.stat(path.as_bytes(), follow).ok()?;
        let kind = match it.type_ {
            FileType::Regular => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            FileType::Fifo | FileType::Special => Kind::Other,
        };
        Some(Meta { kind, mode: it.mode, uid: it.uid, gid: it.gid, links: it.links })
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        bytes(self.0.target, path.as_bytes(), MOST)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        loop {
            let page = self.0.target.list(path.as_bytes(), cursor).ok()?;
            for entry in page.entries {
                names.push(String::from_utf8(entry.name).ok()?);
            }
            match page.next {
                Some(next) => cursor = next,
                None => return Some(names),
            }
        }
    }

    fn read_link(&self, path: &str) -> Option<String> {
        String::from_utf8(self.0.target.read_link(path.as_bytes()).ok()?).ok()
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Done {
        let target = self.0.target;
        let is_new = target.stat(path.as_bytes(), true).is_err();
        let written = target
            .create(path.as_bytes(), mode, false)
            .and_then(|()| if is_new { target.set_mode(path.as_bytes(), mode, true) } else { Ok(()) })
            .and_then(|()| bytes.chunks(1 << 20).enumerate().try_for_each(|(number, piece)| target.write(path.as_bytes(), (number as u64) << 20, piece)));
        done(path, written)
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        done(path, self.0.target.make_link(target.as_bytes(), path.as_bytes()))
    }

    fn make_folder(&self, path: &str, mode: u32) -> Done {
        done(path, self.0.target.make_directory(path.as_bytes(), mode).and_then(|()| self.0.target.set_mode(path.as_bytes(), mode, true)))
    }

    fn remove(&self, path: &str) -> Done {
        done(path, self.0.target.remove_file(path.as_bytes()))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        done(to, self.0.target.rename(from.as_bytes(), to.as_bytes()))
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        done(path, self.0.target.set_mode(path.as_bytes(), mode, true))
    }

    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done {
        done(path, self.0.target.set_owner(path.as_bytes(), Some(uid), Some(gid), true))
    }

    fn attribute(&self, path: &str, name: &str, follow: bool) -> Option<Vec<u8>> {
        self.0.target.get_attribute(path.as_bytes(), name.as_bytes(), follow).ok()?
    }

    fn set_attribute(&self, path: &str, name: &str, value: &[u8], follow: bool) -> Done {
        done(path, self.0.target.set_attribute(path.as_bytes(), name.as_bytes(), value, follow))
    }

    fn state(&self, key: &str) -> Option<Vec<u8>> {
        self.0.target.get_state(key)
    }

    fn set_state(&self, key: &str, value: Option<&[u8]>) {
        let _ = self.0.target.set_state(key, value);
    }

    fn now(&self) -> i64 {
        (surroundings::now() / 1_000_000_000) as i64
    }
}

/// Carries out a call of a tool of `machine-tools`, in the target's own files.
pub fn on_machine(command: &Command<'_>, kind: EffectKind) -> Answer {
    if command.invocation.uid != 0 {
        return command.unmodelled("a user other than root");
    }
    let cwd = String::from_utf8_lossy(&command.invocation.cwd).into_owned();
    let call = Call { name: &command.name, words: &command.words, stdin: &command.invocation.stdin, cwd: &cwd, umask: command.invocation.umask };
    // What such a tool makes has the mode that it says.
    let mask = command.target.set_umask(0);
    let answer = machine_tools::run(&Place(command), &call);
    command.target.set_umask(mask);
    let it = match answer {
        Ok(it) => it,
        Err(why) => return command.unmodelled(&why),
    };
    for (about, name) in &it.assumed {
        command.assume(about, name);
    }
    if let Some(why) = &it.blind {
        command.blind(why);
    }
    let treatment = match it.effect {
        Effect::Asked => None,
        Effect::Modelled => Some(Treatment::Modelled),
        Effect::Recorded => Some(Treatment::Recorded),
    };
    if let Some(treatment) = treatment {
        command.effect(kind, &command.words.join(" "), treatment);
    }
    said(it.status, &it.stdout, &it.stderr)
}
