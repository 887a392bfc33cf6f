//! The workspace as the interpreter's parts use it.

use std::{
    collections::BTreeMap,
    mem::ManuallyDrop,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::{
    commands,
    files::Workspace,
    ledger,
    types::{Error, FileType, Stat},
};

use crate::facts;

/// Bytes of one read or write.
const PIECE: u32 = 1 << 20;

/// The workspace of the call that is running.
pub(crate) struct Kernel {
    workspace: ManuallyDrop<Workspace>,
    models: Vec<String>,
    /// The line of the script that runs.
    line: AtomicU32,
    /// Paths that are descriptors of the call that runs, with what can be read there.
    devices: Mutex<BTreeMap<String, Vec<u8>>>,
    /// What was written there.
    written: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The inode of the file that standard output is; 0 for none, the highest for `/dev/null`.
    output: AtomicU64,
    /// Whether the tree had programs when that was first asked.
    programs: OnceLock<bool>,
}

impl Kernel {
    /// Standard output is `/dev/null`.
    pub(crate) const DISCARDED: u64 = u64::MAX;
    pub(crate) const CAPTURED: u64 = u64::MAX - 1;

    /// Holds the borrowed workspace; it lives as long as the call, and so does the shell.
    pub(crate) fn of(target: &Workspace) -> Kernel {
        // SAFETY: the handle stays valid for the whole call; `ManuallyDrop` never gives it back, as it is only borrowed.
        let workspace = ManuallyDrop::new(unsafe { Workspace::from_handle(target.handle()) });
        Kernel { workspace, models: commands::names(), line: AtomicU32::new(0), devices: Mutex::default(), written: Mutex::default(), output: AtomicU64::new(0), programs: OnceLock::new() }
    }

    /// The line of the script that runs.
    pub(crate) fn line(&self, _: &[String]) -> Option<u32> {
        Some(self.line.load(Ordering::Relaxed)).filter(|it| *it > 0)
    }

    pub(crate) fn set_line(&self, line: u32) {
        self.line.store(line, Ordering::Relaxed);
    }

    /// Answers whether the tree has programs of its own, or is a part of a machine.
    pub(crate) fn has_programs(&self) -> bool {
        *self.programs.get_or_init(|| facts::has_programs(&self.workspace))
    }

    /// Notes where standard output of the next tool goes: the inode of a file, [`Kernel::DISCARDED`], or where
    /// the fix reads it in another way, [`Kernel::CAPTURED`].
    pub(crate) fn set_output(&self, inode: u64) {
        self.output.store(inode, Ordering::Relaxed);
    }

    /// Answers whether the fix can read what the tool prints.
    pub(crate) fn keeps_output(&self) -> bool {
        !matches!(self.output(), 0 | Self::DISCARDED)
    }

    pub(crate) fn output(&self) -> u64 {
        self.output.load(Ordering::Relaxed)
    }

    /// Makes a path one of a descriptor.
    pub(crate) fn offer(&self, path: &str, bytes: Vec<u8>) {
        if let Ok(mut devices) = self.devices.lock() {
            devices.insert(path.to_owned(), bytes);
        }
    }

    pub(crate) fn is_device(&self, path: &str) -> bool {
        self.devices.lock().is_ok_and(|it| it.contains_key(path))
    }

    pub(crate) fn clear_devices(&self) {
        if let Ok(mut devices) = self.devices.lock() {
            devices.clear();
        }
    }

    /// What tools wrote to descriptors by their paths.
    pub(crate) fn take_written(&self) -> BTreeMap<String, Vec<u8>> {
        self.written.lock().map(|mut it| std::mem::take(&mut *it)).unwrap_or_default()
    }

    /// Writes to a descriptor by its path; false where the path is none.
    fn write_device(&self, path: &str, bytes: &[u8]) -> bool {
        if !self.is_device(path) {
            return false;
        }
        if let Ok(mut written) = self.written.lock() {
            written.entry(path.to_owned()).or_default().extend_from_slice(bytes);
        }
        true
    }

    /// Commands that the host has models for.
    pub(crate) fn models(&self) -> &[String] {
        &self.models
    }

    pub(crate) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub(crate) fn stat(&self, path: &str, follow: bool) -> Result<Stat, Error> {
        if self.is_device(path) {
            return Ok(Stat { type_: FileType::Fifo, mode: 0o600, uid: 0, gid: 0, size: 0, links: 1, inode: u64::MAX, mtime_seconds: 0, mtime_nanos: 0 });
        }
        self.stat_of_tree(&to_bytes(path), follow)
    }

    /// What the tree has at a path, else what is known of the kernel there.
    pub(crate) fn stat_of_tree(&self, path: &[u8], follow: bool) -> Result<Stat, Error> {
        if let Some(known) = facts::stat(path, self.line(&[])) {
            return known;
        }
        self.workspace.stat(path, follow).or_else(|error| {
            let path = &facts::leads_to(&self.workspace, path);
            facts::stat(path, self.line(&[])).unwrap_or_else(|| {
                self.answers_for_kernel(path);
                Err(error)
            })
        })
    }

    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        if let Some(bytes) = self.devices.lock().ok().and_then(|it| it.get(path).cloned()) {
            return Ok(bytes);
        }
        self.read_of_tree(&to_bytes(path)).inspect_err(|_| self.waits_for_writer(path))
    }

    /// Reads what the tree has at a path, else what is known of the kernel there.
    pub(crate) fn read_of_tree(&self, path: &[u8]) -> Result<Vec<u8>, Error> {
        if let Some(content) = facts::content(&self.workspace, path, self.line(&[])) {
            return Ok(content);
        }
        let mut bytes = Vec::new();
        loop {
            let piece = match self.workspace.read(path, bytes.len() as u64, PIECE) {
                Ok(piece) => piece,
                Err(error) => {
                    let led = facts::leads_to(&self.workspace, path);
                    if let Some(content) = facts::content(&self.workspace, &led, self.line(&[])) {
                        return Ok(content);
                    }
                    self.answers_for_kernel(&led);
                    return Err(error);
                }
            };
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend(piece);
        }
    }

    /// Notes that what a running kernel would have told was asked for: the tree has no such file, the machine does.
    pub(crate) fn answers_for_kernel(&self, path: &[u8]) {
        if facts::is_of_kernel(path) && path != b"/dev/null" {
            ledger::unmodelled(&[path.to_vec()], self.line(&[]), "what the kernel tells there is not known");
        }
    }

    /// Notes that a named pipe was to be read: its reader waits for a process that writes there, and there is none here.
    fn waits_for_writer(&self, path: &str) {
        if self.workspace.stat(&to_bytes(path), true).is_ok_and(|it| it.type_ == FileType::Fifo) {
            ledger::unmodelled(&[path.as_bytes().to_vec()], self.line(&[]), "a named pipe is read, and no process writes there");
        }
    }

    pub(crate) fn append(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        if self.write_device(path, bytes) {
            return Ok(());
        }
        for (number, piece) in bytes.chunks(PIECE as usize).enumerate() {
            self.workspace.write(&to_bytes(path), offset + number as u64 * u64::from(PIECE), piece)?;
        }
        Ok(())
    }

    pub(crate) fn overwrite(&self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        if self.write_device(path, bytes) {
            return Ok(());
        }
        self.workspace.create(&to_bytes(path), mode, false)?;
        self.append(path, 0, bytes)
    }

    /// Names in a folder. What the kernel shows in its own folders the tree does not have.
    pub(crate) fn names(&self, path: &str) -> Result<Vec<Vec<u8>>, Error> {
        if self.workspace.real_path(&to_bytes(path)).is_ok_and(|it| matches!(it.as_slice(), b"/proc" | b"/sys")) {
            ledger::assume("kernel-facts", path, self.line(&[]));
        }
        self.names_on_the_way(path)
    }

    /// Names in a folder that is only come through: a walk over all that there is.
    pub(crate) fn names_on_the_way(&self, path: &str) -> Result<Vec<Vec<u8>>, Error> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        loop {
            let page = self.workspace.list(&to_bytes(path), cursor)?;
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

    fn has_file(&self, path: &str) -> bool {
        self.workspace.stat(&to_bytes(path), true).is_ok()
    }

    /// Rows of an account database, by columns.
    fn rows(&self, database: &str) -> Vec<Vec<String>> {
        let text = self.read(database).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
    }

    pub(crate) fn column(&self, database: &str, name: &str, column: usize) -> Option<u32> {
        // A target without accounts still has root, as below.
        if name == "root" && !self.has_file(database) {
            return Some(0);
        }
        self.rows(database).into_iter().find(|it| it.first().is_some_and(|it| it == name))?.get(column)?.parse().ok()
    }

    /// The number of a user: a name of `/etc/passwd` first, else the number that it is.
    pub(crate) fn user(&self, name: &str) -> Option<u32> {
        self.column("/etc/passwd", name, 2).or_else(|| name.trim_start_matches('+').parse().ok())
    }

    /// The home directory of a user.
    pub(crate) fn home(&self, name: &str) -> Option<String> {
        self.rows("/etc/passwd").into_iter().find(|it| it.first().is_some_and(|it| it == name))?.get(5).cloned()
    }

    /// The login shell of a user, by number.
    pub(crate) fn login_shell(&self, uid: u32) -> Option<String> {
        let text = uid.to_string();
        self.rows("/etc/passwd").into_iter().find(|it| it.get(2) == Some(&text))?.get(6).cloned().filter(|it| !it.is_empty())
    }

    /// The number of a group.
    pub(crate) fn group(&self, name: &str) -> Option<u32> {
        self.column("/etc/group", name, 2).or_else(|| name.trim_start_matches('+').parse().ok())
    }

    /// The own group of a user, by name or number.
    pub(crate) fn group_of(&self, user: &str) -> Option<u32> {
        self.column("/etc/passwd", user, 3)
            .or_else(|| self.rows("/etc/passwd").into_iter().find(|it| it.get(2).is_some_and(|it| it == user))?.get(3)?.parse().ok())
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
