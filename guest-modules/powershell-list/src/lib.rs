//! Lists what a PowerShell script would do, without running it: commands with their lines, and what each would change on a Windows machine.
//!
//! Sources: learn.microsoft.com, about_Parsing, about_Quoting_Rules, about_Comments, about_Command_Syntax, and the references of the cmdlets.

mod list;
mod meaning;

pub use list::{Command, Listed, commands, decoded};
pub use meaning::of as meaning;
