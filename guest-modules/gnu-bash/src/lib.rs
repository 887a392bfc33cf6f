//! Bash 5.2 as a library: the shell language over a world that is given (bash(1)). It reads a script as bash does, line by line,
//! expands, redirects and runs; files, programs, clock and process belong to [`World`].
//!
//! What can't be carried out truly is told to the world ([`World::unsure`]), and never passed over.

pub mod arithmetic;
mod assign;
pub mod braces;
mod builtins;
mod condition;
mod dash;
pub mod descriptors;
mod expand;
mod fields;
pub mod glob;
mod hash;
mod options;
pub mod pattern;
mod print;
pub mod printf;
mod program;
mod redirect;
mod run;
mod shell;
mod signals;
pub mod syntax;
pub mod text;
mod values;
pub mod variables;
mod world;

pub use builtins::{is_builtin, is_keyword};
pub use condition::test;
pub use shell::{Flow, Shell};
pub use world::{Ended, Errno, Kind, Program, Stat, World};
