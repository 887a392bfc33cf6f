//! sshd_config(5) as sshd reads it: the first value wins, `Include` stands for the files it names, `Match` holds to the next one or
//! the file's end.
//!
//! `line` splits a line, `keyword` knows the keywords, `value` what may stand behind them, `matching` decides `Match`, `read` goes
//! through the files, `effective` says what holds for a connection, `rule` what hardening rules ask for.

mod algorithm;
mod effective;
mod keyword;
mod line;
mod matching;
mod read;
mod rule;
mod value;

pub use effective::effective;
pub use line::split;
pub use matching::Connection;
pub use read::{Reading, Scope, Setting, problems, read, reading};
pub use rule::{Want, want};

/// The main file.
pub const MAIN: &str = "/etc/ssh/sshd_config";
