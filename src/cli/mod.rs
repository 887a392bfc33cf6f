//! The command line: words in, exit status out.
//!
//! To add a command: a file beside `try_fix.rs`, a variant of `Command`, and its line in `run`.

mod act;
mod apply;
mod arguments;
mod audit;
mod doctor;
mod explain;
mod export;
mod exit;
mod bundle;
mod changes;
mod desk;
mod premises;
mod rollback;
mod record;
mod show_change;
mod waves;
mod words;
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
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Doctor(it) => doctor::run(&it),
        Command::Changes(it) => changes::run(&it),
        Command::Show(it) => show_change::run(&it),
        Command::Approve(it) => act::approve(&it),
        Command::Reject(it) => act::reject(&it),
        Command::Comment(it) => act::comment(&it),
        Command::Cancel(it) => act::cancel(&it),
        Command::Apply(it) => apply::run(&it),
        Command::Rollback(it) => rollback::run(&it),
        Command::Export(it) => export::run(&it),
        Command::Audit(it) => audit::run(&it),
        Command::Completions { shell } => show::completions(shell),
        Command::Schema => show::schema(),
    };
    ended.unwrap_or_else(|fault| exit::expected(&fault))
}
