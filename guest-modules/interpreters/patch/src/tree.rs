//! The workspace as a patch looks at it.

use invitro_sdk::interpreter::invitro::remediation::{
    files::{InodeFlags, Workspace},
    types::{Error, FileType},
};
use unified_patch::{Look, Tree, Way};

/// Bytes that are asked for at a time.
const PIECE: u32 = 1 << 20;

/// The target of the call.
pub(crate) struct Target<'a> {
    workspace: &'a Workspace,
}

impl<'a> Target<'a> {
    pub(crate) fn of(workspace: &'a Workspace) -> Target<'a> {
        Target { workspace }
    }

    fn bytes(&self, path: &[u8]) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.workspace.read(path, bytes.len() as u64, PIECE)?;
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend(piece);
        }
    }
}

/// The path that begins at the root.
pub(crate) fn rooted(path: &[u8]) -> Vec<u8> {
    [b"/", path].concat()
}

impl Tree for Target<'_> {
    fn look(&mut self, path: &[u8]) -> Look {
        let path = rooted(path);
        let stat = match self.workspace.stat(&path, false) {
            Ok(stat) => stat,
            Err(Error::NoEntry | Error::NotDirectory) => return Look::Absent,
            Err(error) => return Look::Other(format!("can't be looked at ({error:?})")),
        };
        match stat.type_ {
            FileType::Regular => match self.bytes(&path) {
                Ok(bytes) => Look::File(bytes, stat.mode),
                Err(error) => Look::Other(format!("can't be read ({error:?})")),
            },
            FileType::Symlink => self.workspace.read_link(&path).map_or_else(|error| Look::Other(format!("can't be read ({error:?})")), Look::Link),
            FileType::Directory => Look::Directory,
            FileType::Fifo | FileType::Special => Look::Other("is a pipe, a device or a socket".to_owned()),
        }
    }

    fn way(&mut self, path: &[u8]) -> Way {
        let slashes = path.iter().enumerate().filter(|it| *it.1 == b'/').map(|it| it.0);
        for (depth, end) in slashes.enumerate() {
            let part = &path[..end];
            match self.workspace.stat(&rooted(part), false).map(|it| it.type_) {
                Ok(FileType::Directory) => {}
                Ok(FileType::Symlink) => {
                    let target = self.workspace.read_link(&rooted(part)).unwrap_or_default();
                    return Way::Link(part.to_vec(), stays(&target, depth as i64));
                }
                Ok(_) => return Way::Blocked(part.to_vec()),
                Err(_) => return Way::Clear,
            }
        }
        Way::Clear
    }

    fn fixed(&mut self, path: &[u8]) -> Option<String> {
        let flags = self.workspace.get_flags(&rooted(path), false).ok()?;
        (flags != InodeFlags::empty()).then(|| "the file can't be changed: it is marked immutable or append-only (lsattr(1))".to_owned())
    }
}

/// Answers whether a link at a depth stays in the tree: it is relative, and climbs no higher than the root.
fn stays(target: &[u8], mut depth: i64) -> bool {
    !target.starts_with(b"/")
        && target.split(|it| *it == b'/').all(|part| {
            match part {
                b".." => depth -= 1,
                b"" | b"." => {}
                _ => depth += 1,
            }
            depth >= 0
        })
}
