//! A dry run: a remediation executed on a workspace, its commands answered by one dispatcher.
//!
//! To add a language: an interpreter module, and its field in [`Modules`].

mod dispatch;
mod dry_run;
mod later;
mod modules;
mod nested;
mod python;
mod rehearse;
mod setting;

pub use dry_run::{DryRun, Ended};
pub use later::Later;
pub use modules::{Modules, command_names};
pub use rehearse::{list_commands, rehearse};
pub use setting::{Alteration, Setting, Surroundings};
