//! Models the account tools in the target's own files: the library `account-tools` over a workspace. What that library does not
//! hold is unmodelled.

use std::cell::RefCell;

use account_tools::{Done, Kind, MODELLED, Meta, UNMODELLED, World};
use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        surroundings,
        types::{EffectKind, Error, FileType, Treatment},
    },
};
use model_support::{Command, said};
use tree_support::command_model::bytes;

struct Accounts;

/// More bytes than this no account file and no record of logins has.
const MOST: usize = 16 << 20;

impl Guest for Accounts {
    fn names() -> Vec<String> {
        MODELLED.iter().chain(UNMODELLED).map(|it| it.0.to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        if invocation.uid != 0 {
            return command.unmodelled("a user other than root");
        }
        // The tools open their files with masks of their own.
        target.set_umask(0o077);
        let place = Place { command: &command, wrote: RefCell::new(false) };
        match account_tools::run(&place, &command.name, &command.words, &invocation.stdin) {
            Ok(it) => {
                if *place.wrote.borrow() {
                    let about = command.words.last().map_or("", String::as_str);
                    command.effect(EffectKind::UserChange, &format!("{} {about}", command.name), Treatment::Modelled);
                }
                said(it.status, &it.stdout, &it.stderr)
            }
            Err(why) => command.unmodelled(&why),
        }
    }
}

/// The workspace as the tools see it.
struct Place<'a> {
    command: &'a Command<'a>,
    wrote: RefCell<bool>,
}

impl Place<'_> {
    fn done(&self, path: &str, it: Result<(), Error>) -> Done {
        *self.wrote.borrow_mut() = true;
        it.map_err(|error| format!("a write to {path} that fails ({error:?})"))
    }
}

impl World for Place<'_> {
    fn stat(&self, path: &str, follow: bool) -> Option<Meta> {
        let it = self.command.target.stat(path.as_bytes(), follow).ok()?;
        let kind = match it.type_ {
            FileType::Regular => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            FileType::Fifo | FileType::Special => Kind::Other,
        };
        Some(Meta { kind, mode: it.mode, uid: it.uid, gid: it.gid, links: it.links })
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        bytes(self.command.target, path.as_bytes(), MOST)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        loop {
            let page = self.command.target.list(path.as_bytes(), cursor).ok()?;
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
        String::from_utf8(self.command.target.read_link(path.as_bytes()).ok()?).ok()
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Done {
        let target = self.command.target;
        let done = target
            .create(path.as_bytes(), 0o600, false)
            .and_then(|()| bytes.chunks(1 << 20).enumerate().try_for_each(|(number, piece)| target.write(path.as_bytes(), (number as u64) << 20, piece)));
        self.done(path, done)
    }

    fn make_folder(&self, path: &str) -> Done {
        self.done(path, self.command.target.make_directory(path.as_bytes(), 0o700))
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        self.done(path, self.command.target.make_link(target.as_bytes(), path.as_bytes()))
    }

    fn make_name(&self, existing: &str, path: &str) -> Done {
        self.done(path, self.command.target.make_hard_link(existing.as_bytes(), path.as_bytes()))
    }

    fn remove(&self, path: &str) -> Done {
        self.done(path, self.command.target.remove_file(path.as_bytes()))
    }

    fn remove_folder(&self, path: &str) -> Done {
        self.done(path, self.command.target.remove_directory(path.as_bytes()))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        self.done(to, self.command.target.rename(from.as_bytes(), to.as_bytes()))
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        self.done(path, self.command.target.set_mode(path.as_bytes(), mode, true))
    }

    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done {
        self.done(path, self.command.target.set_owner(path.as_bytes(), Some(uid), Some(gid), false))
    }

    /// The virtual clock is asked of the host, which tries another one: a day in a file shows as a change that is not the same again.
    fn days(&self) -> i64 {
        (surroundings::now() / 86_400_000_000_000) as i64
    }

    fn assume(&self, about: &str, name: &str) {
        self.command.assume(about, name);
    }

    fn blind(&self, why: &str) {
        self.command.blind(why);
    }
}

command_model::export!(Accounts with_types_in invitro_sdk::command_model);
