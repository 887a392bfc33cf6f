//! The host's workspace as `package-tools` sees it.

use invitro_sdk::command_model::invitro::remediation::types::{EffectKind, Error, FileType, Treatment as Treated};
use model_support::Command;
use package_tools::{Effect, Kind, Stat, Treatment, World};

/// The most that one read gives (WIT, `workspace.read`).
const PIECE: usize = 1 << 20;

/// The workspace of one command.
pub(crate) struct Machine<'c, 'a>(pub(crate) &'c Command<'a>);

fn told(path: &str, done: Result<(), Error>) -> Result<(), String> {
    done.map_err(|error| format!("a change of {path}, which fails with {error:?},"))
}

impl World for Machine<'_, '_> {
    fn read_at(&self, path: &str, offset: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let piece = (length - bytes.len()).min(PIECE) as u32;
            let read = self.0.target.read(path.as_bytes(), offset + bytes.len() as u64, piece).ok()?;
            if read.is_empty() {
                break;
            }
            bytes.extend(read);
        }
        Some(bytes)
    }

    fn stat(&self, path: &str, follow: bool) -> Option<Stat> {
        let it = self.0.target.stat(path.as_bytes(), follow).ok()?;
        let kind = match it.type_ {
            FileType::Regular => Kind::Regular,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Symlink,
            _ => Kind::Other,
        };
        Some(Stat { kind, mode: it.mode, uid: it.uid, gid: it.gid, size: it.size })
    }

    fn list(&self, path: &str) -> Vec<String> {
        self.0.names(path)
    }

    fn link(&self, path: &str) -> Option<String> {
        self.0.link(path)
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Result<(), String> {
        let new = self.0.target.stat(path.as_bytes(), true).is_err();
        let target = self.0.target;
        let done = target
            .create(path.as_bytes(), mode, false)
            .and_then(|()| bytes.chunks(PIECE).enumerate().try_for_each(|(number, piece)| target.write(path.as_bytes(), (number * PIECE) as u64, piece)))
            .and_then(|()| if new { target.set_mode(path.as_bytes(), mode, true) } else { Ok(()) });
        told(path, done)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        told(from, self.0.target.rename(from.as_bytes(), to.as_bytes()))
    }

    fn remove(&self, path: &str) -> Result<(), String> {
        told(path, self.0.target.remove_file(path.as_bytes()))
    }

    fn make_link(&self, target: &str, path: &str) -> Result<(), String> {
        told(path, self.0.target.make_link(target.as_bytes(), path.as_bytes()))
    }

    fn make_directory(&self, path: &str) -> Result<(), String> {
        told(path, self.0.target.make_directory(path.as_bytes(), 0o755))
    }

    fn set_owner_and_mode(&self, path: &str, uid: u32, gid: u32, mode: u32) -> Result<(), String> {
        let target = self.0.target;
        told(path, target.set_owner(path.as_bytes(), Some(uid), Some(gid), true).and_then(|()| target.set_mode(path.as_bytes(), mode, true)))
    }

    fn state(&self, key: &str) -> Option<String> {
        self.0.target.get_state(key).map(|it| String::from_utf8_lossy(&it).into_owned())
    }

    fn set_state(&self, key: &str, value: Option<&str>) -> Result<(), String> {
        told(key, self.0.target.set_state(key, value.map(str::as_bytes)))
    }

    fn effect(&self, kind: &Effect, name: &str, treatment: Treatment) {
        let kind = match kind {
            Effect::Install => EffectKind::PackageInstall,
            Effect::Upgrade => EffectKind::PackageUpgrade,
            Effect::Remove => EffectKind::PackageRemove,
            Effect::Other(kind) => EffectKind::Other((*kind).to_owned()),
        };
        let treatment = match treatment {
            Treatment::Modelled => Treated::Modelled,
            Treatment::Recorded => Treated::Recorded,
            Treatment::Refused => Treated::Refused,
        };
        self.0.effect(kind, name, treatment);
    }

    fn assume(&self, about: &str, name: &str) {
        self.0.assume(about, name);
    }

    fn blind(&self, why: &str) {
        self.0.blind(why);
    }

    fn variable(&self, name: &str) -> Option<String> {
        let it = self.0.invocation.env.iter().find(|it| it.0 == name.as_bytes())?;
        Some(String::from_utf8_lossy(&it.1).into_owned())
    }

    fn stdin(&self) -> Vec<u8> {
        self.0.invocation.stdin.clone()
    }

    fn cwd(&self) -> String {
        String::from_utf8_lossy(&self.0.invocation.cwd).into_owned()
    }
}
