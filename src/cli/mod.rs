//! The command line: words in, exit status out.
//!
//! To add a command: a file beside `try_fix.rs`, a variant of `Command`, and its line in `run`.

mod arguments;
mod doctor;
mod explain;
mod explain_fix;
mod exit;
mod bundle;
mod compile_module;
mod fault;
mod fix;
mod gate;
mod house;
mod interrupt;
mod module;
mod output;
mod show;
mod try_fix;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;

/// Runs the program with the process's own words.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let ended = match arguments.command {
        Command::Try(it) => try_fix::run(&it),
        Command::Fix(it) => fix::run(&it),
        Command::Gate(it) => gate::run(it),
        Command::Module(it) => module::run(&it),
        Command::CompileModule(it) => compile_module::run(&it),
        Command::Explain(it) => explain::run(&it),
        Command::Doctor(it) => doctor::run(&it),
        Command::Completions { shell } => show::completions(shell),
        Command::Schema => show::schema(),
    };
    ended.unwrap_or_else(|fault| exit::expected(&fault))
}
