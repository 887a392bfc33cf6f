//! The workspace as the tools of `config-tools` see it.

use config_tools::{Done, Kind, Meta, World};
use invitro_sdk::command_model::invitro::remediation::{
    surroundings,
    types::{Error, FileType},
};
use model_support::Command;
use tree_support::command_model::bytes;

/// More bytes than this no configuration has.
const MOST: usize = 16 << 20;

/// A workspace for one command.
pub(crate) struct Place<'a>(pub(crate) &'a Command<'a>);

fn done(path: &str, it: Result<(), Error>) -> Done {
    it.map_err(|error| format!("a write to {path} that fails ({error:?})"))
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
        Some(Meta { kind, mode: it.mode, uid: it.uid, links: it.links, changed: it.mtime_seconds })
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
        let written = target
            .create(path.as_bytes(), mode, false)
            .and_then(|()| bytes.chunks(1 << 20).enumerate().try_for_each(|(number, piece)| target.write(path.as_bytes(), (number as u64) << 20, piece)));
        done(path, written)
    }

    fn make_link(&self, target: &str, path: &str) -> Done {
        done(path, self.0.target.make_link(target.as_bytes(), path.as_bytes()))
    }

    fn remove(&self, path: &str) -> Done {
        done(path, self.0.target.remove_file(path.as_bytes()))
    }

    fn rename(&self, from: &str, to: &str) -> Done {
        done(to, self.0.target.rename(from.as_bytes(), to.as_bytes()))
    }

    fn now(&self) -> i64 {
        (surroundings::now() / 1_000_000_000) as i64
    }

    fn set_mode(&self, path: &str, mode: u32) -> Done {
        done(path, self.0.target.set_mode(path.as_bytes(), mode, true))
    }

    fn blind(&self, why: &str) {
        self.0.blind(why);
    }
}
