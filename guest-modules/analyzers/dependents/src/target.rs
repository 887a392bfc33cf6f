//! The tree of the call, as configuration is read from it.

use config_formats::{Files, State};
use invitro_sdk::analyzer::invitro::remediation::{files::Tree, types::FileType};

/// Most bytes of a file that is looked into: package databases are the largest.
const MOST_BYTES: usize = 32 << 20;

/// Most bytes of one read (the WIT's own bound).
const PIECE: u32 = 1 << 20;

pub(crate) struct Target<'a>(pub(crate) &'a Tree);

impl Files for Target<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.0.read(path.as_bytes(), bytes.len() as u64, PIECE).ok()?;
            // Only the end of a file is given short.
            let is_last = piece.len() < PIECE as usize;
            bytes.extend(piece);
            if bytes.len() > MOST_BYTES {
                return None;
            }
            if is_last {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), Some(0));
        while let Some(at) = cursor {
            let Ok(page) = self.0.list(folder.as_bytes(), at) else { break };
            names.extend(page.entries.into_iter().filter_map(|it| String::from_utf8(it.name).ok()));
            cursor = page.next;
        }
        names.sort();
        names
    }

    fn state(&self, path: &str) -> Option<State> {
        let stat = self.0.stat(path.as_bytes(), true).ok()?;
        Some(State { mode: stat.mode, uid: stat.uid, gid: stat.gid, is_folder: stat.type_ == FileType::Directory })
    }
}
