//! Bash for the sandbox: the shell of the crate gnu-bash over the host's workspace.
//!
//! Files, links, modes, owners and times are the host's. A program that is not in [`tools`] goes to the host's dispatcher, which
//! models it or records that nobody does.

mod before;
mod borrowed;
mod coverage;
mod drive;
mod facts;
mod filesystem;
mod input;
mod kernel;
mod programs;
mod tools;
mod world;

use std::{rc::Rc, sync::Arc};

use gnu_bash::{Shell, text};
use invitro_sdk::interpreter::{
    self,
    exports::invitro::remediation::interpret::{Guest, InterpretError, Outcome},
    invitro::remediation::{
        commands::Invocation,
        files::Workspace,
        surroundings as surroundings_of,
        types::{Language, Script},
    },
};

use kernel::Kernel;
use tools::wrap::shell_of;
use world::Machine;

struct Bash;

/// The language of whoever wants to know which commands a script names, and not to run it.
const COMMANDS: &str = "commands-of-bash";

impl Guest for Bash {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language == Language::Other(COMMANDS.to_owned()) {
            return Ok(Outcome { status: 0, stdout: coverage::listed(&text::from_bytes(&script.text)).into_bytes(), stderr: Vec::new() });
        }
        if script.language != Language::Bash {
            return Err(InterpretError::WrongLanguage);
        }
        let environment: Vec<(String, String)> = surroundings.env.iter().map(|(name, value)| (text::from_bytes(name), text::from_bytes(value))).collect();
        let cwd = text::from_bytes(&surroundings.cwd);
        let arguments = surroundings.argv.iter().skip(1).map(|it| text::from_bytes(it)).collect();
        let kernel = Arc::new(Kernel::of(target));
        let machine = Rc::new(Machine::new(kernel.clone(), &surroundings));
        // `bash fix.sh`: the name is the one that the fix was given with, and another one in a replay.
        let name = surroundings.argv.first().map_or_else(|| "bash".to_owned(), |it| text::from_bytes(it));
        let mut shell = Shell::new(machine, &name, &environment, &cwd);
        shell.set_arguments(arguments);
        shell.set_input(surroundings.stdin);
        let (out, err) = (shell.open_file(1), shell.open_file(2));
        if named_sh(&script.text) {
            match shell_of(&kernel, "sh") {
                Ok(dash) if dash => shell.become_dash(),
                Ok(_) => {}
                Err(reason) => invitro_sdk::interpreter::invitro::remediation::ledger::unmodelled(&[b"sh".to_vec()], Some(1), &reason),
            }
        }
        let status = shell.run(&text::from_bytes(&script.text));
        if let Some(limit) = shell.stopped() {
            return Err(InterpretError::Stopped(limit));
        }
        let taken = |open: Option<gnu_bash::descriptors::Shared>| open.map(|it| it.borrow_mut().take()).unwrap_or_default();
        Ok(Outcome { status: (status & 0xff) as u32, stdout: taken(out), stderr: taken(err) })
    }
}

/// Whether a fix says that `sh` or `dash` runs it, and not bash.
fn named_sh(text: &[u8]) -> bool {
    let Some(line) = text.strip_prefix(b"#!").and_then(|it| it.split(|it| *it == b'\n').next()) else { return false };
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace().map(|it| it.rsplit('/').next().unwrap_or(it));
    let first = words.next().unwrap_or_default();
    let program = if first == "env" { words.find(|it| !it.starts_with('-')).unwrap_or_default() } else { first };
    matches!(program, "sh" | "dash")
}

/// The clock that bashkit asks for.
#[unsafe(no_mangle)]
extern "Rust" fn __bashkit_host_now_micros() -> u64 {
    surroundings_of::now() / 1_000
}

/// The seeded random bytes that crates ask for.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(into: *mut u8, length: usize) -> Result<(), getrandom::Error> {
    let mut filled = 0;
    while filled < length {
        let bytes = surroundings_of::random((length - filled).min(4096) as u32);
        // SAFETY: getrandom promises `length` writable bytes at `into`, and no more than the rest is copied.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), into.add(filled), bytes.len()) };
        filled += bytes.len().max(1);
    }
    Ok(())
}

interpreter::export!(Bash with_types_in invitro_sdk::interpreter);
