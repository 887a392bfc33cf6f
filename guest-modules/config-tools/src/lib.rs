//! Tools that keep configuration in files of their own form, over a world that is given: what `dconf update` and its like leave.
//!
//! A form that was not held against the real tool is an `Err` with its name: the caller reports it as unmodelled.

pub mod dconf;
mod world;

pub use world::{Done, Kind, Meta, World};

/// What a command printed and its status.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Said {
    /// Exit status.
    pub status: u32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// An answer; an error is a form that is not modelled.
pub type Answer = Result<Said, String>;

/// Commands that are modelled, each with the kind of its effect.
pub const MODELLED: &[(&str, &str)] = &[("dconf", "settings-database")];

/// Carries out a command.
pub fn run(world: &dyn World, name: &str, words: &[String]) -> Answer {
    match name {
        "dconf" => dconf::run(world, words),
        other => Err(format!("the command {other}")),
    }
}
