//! The workspace as the interpreter's parts use it.

use std::mem::ManuallyDrop;

use invitro_sdk::interpreter::invitro::remediation::{
    commands,
    files::Workspace,
    types::{Error, Stat},
};

/// Bytes of one read or write.
const PIECE: u32 = 1 << 20;

/// The workspace of the call that is running.
pub(crate) struct Kernel {
    workspace: ManuallyDrop<Workspace>,
    models: Vec<String>,
    script: String,
}

impl Kernel {
    /// Holds the borrowed workspace; it lives as long as the call, and so does the shell.
    pub(crate) fn of(target: &Workspace, script: &str) -> Kernel {
        // SAFETY: the handle stays valid for the whole call; `ManuallyDrop` never gives it back, as it is only borrowed.
        let workspace = ManuallyDrop::new(unsafe { Workspace::from_handle(target.handle()) });
        Kernel { workspace, models: commands::names(), script: script.to_owned() }
    }

    /// The line of the script where a command stands.
    pub(crate) fn line(&self, words: &[String]) -> Option<u32> {
        crate::lines::of(&self.script, words)
    }

    /// Commands that the host has models for.
    pub(crate) fn models(&self) -> &[String] {
        &self.models
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

    /// The mask of the handle, which holds the one truth: it is asked by setting it and setting it back.
    pub(crate) fn umask(&self) -> u32 {
        let mask = self.workspace.set_umask(0o022);
        self.workspace.set_umask(mask);
        mask
    }

    /// Rows of an account database, by columns.
    fn rows(&self, database: &str) -> Vec<Vec<String>> {
        let text = self.read(database).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
    }

    fn column(&self, database: &str, name: &str, column: usize) -> Option<u32> {
        self.rows(database).into_iter().find(|it| it.first().is_some_and(|it| it == name))?.get(column)?.parse().ok()
    }

    /// The number of a user: a name of `/etc/passwd` first, else the number that it is.
    pub(crate) fn user(&self, name: &str) -> Option<u32> {
        self.column("/etc/passwd", name, 2).or_else(|| name.trim_start_matches('+').parse().ok())
    }

    /// The number of a group.
    pub(crate) fn group(&self, name: &str) -> Option<u32> {
        self.column("/etc/group", name, 2).or_else(|| name.trim_start_matches('+').parse().ok())
    }

    /// The own group of a user, by name or number.
    pub(crate) fn group_of(&self, user: &str) -> Option<u32> {
        self.column("/etc/passwd", user, 3).or_else(|| self.rows("/etc/passwd").into_iter().find(|it| it.get(2).is_some_and(|it| it == user))?.get(3)?.parse().ok())
    }

    /// The groups that list a user as a member.
    pub(crate) fn memberships(&self, user: &str) -> Vec<u32> {
        let is_member = |row: &Vec<String>| row.get(3).is_some_and(|it| it.split(',').any(|it| it == user));
        self.rows("/etc/group").into_iter().filter(is_member).filter_map(|it| it.get(2)?.parse().ok()).collect()
    }

    /// The name of a number, or the number.
    pub(crate) fn user_name(&self, uid: u32) -> String {
        self.name("/etc/passwd", uid)
    }

    /// The name of a group's number, or the number.
    pub(crate) fn group_name(&self, gid: u32) -> String {
        self.name("/etc/group", gid)
    }

    fn name(&self, database: &str, number: u32) -> String {
        let text = number.to_string();
        let found = self.rows(database).into_iter().find(|it| it.get(2) == Some(&text)).and_then(|it| it.into_iter().next());
        // A target without accounts still has root.
        found.unwrap_or(if number == 0 { "root".to_owned() } else { text })
    }

    /// Answers whether an account database has a number.
    pub(crate) fn has_id(&self, database: &str, number: u32) -> bool {
        let text = number.to_string();
        self.rows(database).iter().any(|it| it.get(2) == Some(&text))
    }
}
