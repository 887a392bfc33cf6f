//! The hidden command that is the compiling child: a component comes in by a pipe, machine code goes out by another.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use super::{arguments::CompileModule, exit, fault::Fault, show};
use crate::guest::compile_for_parent;

const BY_HAND: &str = "\
Error: `invitro compile-module` is how invitro compiles a module in a process of its own; it reads a pipe and has no use by hand
Hint: invitro module inspect FILE, or invitro module test FILE CASE, which compiles the module too
";

pub(super) fn run(of: &CompileModule) -> Result<ExitCode, Fault> {
    let (Some(memory_bytes), Some(cpu_seconds), false) = (of.memory_bytes, of.cpu_seconds, io::stdin().is_terminal() || io::stdout().is_terminal()) else {
        show::talk(BY_HAND);
        return Ok(ExitCode::from(exit::USAGE));
    };
    compile_for_parent(memory_bytes, cpu_seconds, io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitCode::from(exit::PROVEN))
}
