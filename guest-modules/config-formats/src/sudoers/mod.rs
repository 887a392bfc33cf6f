//! sudoers(5) as sudo 1.9 reads it: `line` joins lines, `parse` knows the grammar, `default` the settings, `read` goes through
//! included files, `rule` what hardening rules ask for.

mod default;
mod line;
mod parse;
mod read;
mod rule;

pub use parse::{Change, Entry};
pub use read::{Reading, problems, reading};
pub use rule::{Want, want};

/// The main file.
pub const MAIN: &str = "/etc/sudoers";
