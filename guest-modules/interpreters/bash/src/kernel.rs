//! The workspace as the interpreter's parts use it.

use std::mem::ManuallyDrop;

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    types::{Error, Stat},
};

/// Bytes of one read or write.
const PIECE: u32 = 1 << 20;

/// The workspace of the call that is running.
pub(crate) struct Kernel {
    workspace: ManuallyDrop<Workspace>,
}

impl Kernel {
    /// Holds the borrowed workspace; it lives as long as the call, and so does the shell.
    pub(crate) fn of(target: &Workspace) -> Kernel {
        // SAFETY: the handle stays valid for the whole call; `ManuallyDrop` never gives it back, as it is only borrowed.
        Kernel { workspace: ManuallyDrop::new(unsafe { Workspace::from_handle(target.handle()) }) }
    }

    pub(crate) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub(crate) fn stat(&self, path: &str, follow: bool) -> Result<Stat, Error> {
        self.workspace.stat(path.as_bytes(), follow)
    }

    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.workspace.read(path.as_bytes(), bytes.len() as u64, PIECE)?;
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend(piece);
        }
    }

    pub(crate) fn append(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        for (number, piece) in bytes.chunks(PIECE as usize).enumerate() {
            self.workspace.write(path.as_bytes(), offset + number as u64 * u64::from(PIECE), piece)?;
        }
        Ok(())
    }

    pub(crate) fn overwrite(&self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        self.workspace.create(path.as_bytes(), mode, false)?;
        self.append(path, 0, bytes)
    }

    pub(crate) fn names(&self, path: &str) -> Result<Vec<Vec<u8>>, Error> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        loop {
            let page = self.workspace.list(path.as_bytes(), cursor)?;
            names.extend(page.entries.into_iter().map(|it| it.name));
            match page.next {
                Some(next) => cursor = next,
                None => return Ok(names),
            }
        }
    }

    /// The first word of the target's `/etc/hostname`.
    pub(crate) fn host_name(&self) -> String {
        let text = self.read("/etc/hostname").unwrap_or_default();
        String::from_utf8_lossy(&text).split_whitespace().next().unwrap_or("localhost").to_owned()
    }

    /// Finds the number of a name in `/etc/passwd` or `/etc/group`.
    pub(crate) fn number(&self, database: &str, name: &str) -> Option<u32> {
        if let Ok(number) = name.parse() {
            return Some(number);
        }
        let text = self.read(database).ok()?;
        let text = String::from_utf8_lossy(&text);
        text.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|it| it.first() == Some(&name))?.get(2)?.parse().ok()
    }
}
