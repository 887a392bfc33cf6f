//! Tools about a running machine whose state is in files, or may be asked of files: mounts, jobs, packet filters, SELinux, PAM, names
//! and zones, over a world that is given.
//!
//! A form that was not held against the real tool is an `Err` with its name: the caller reports it as unmodelled.

mod account;
pub mod firewall;
pub mod mounts;
mod options;
mod said;
pub mod schedule;
pub mod selinux;
mod time;
mod world;

pub use said::{Answer, Effect, Said};
pub use world::{Done, Kind, Meta, World};

/// One call of a tool, as root.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The base name of the program.
    pub name: &'a str,
    /// The words behind it.
    pub words: &'a [String],
    /// Standard input.
    pub stdin: &'a [u8],
    /// The working folder.
    pub cwd: &'a str,
    /// The mask of new files.
    pub umask: u32,
}

impl Call<'_> {
    /// Makes a path absolute.
    pub fn path(&self, word: &str) -> String {
        if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", self.cwd.trim_end_matches('/')) }
    }
}

/// Carries out a call of any tool of this library.
pub fn run(world: &dyn World, call: &Call<'_>) -> Answer {
    match call.name {
        name if mounts::NAMES.contains(&name) => mounts::run(world, call),
        name if schedule::NAMES.contains(&name) => schedule::run(world, call),
        name if selinux::NAMES.contains(&name) => selinux::run(world, call),
        name if firewall::NAMES.contains(&name) => firewall::run(world, call),
        other => Err(format!("the command {other}")),
    }
}
