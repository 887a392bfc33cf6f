//! Bash for the sandbox: the shell of the crate gnu-bash over the host's workspace.
//!
//! Files, links, modes, owners and times are the host's. A program that is not in [`tools`] goes to the host's dispatcher, which
//! models it or records that nobody does.

mod before;
mod borrowed;
mod drive;
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
use world::Machine;

struct Bash;

impl Guest for Bash {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Bash {
            return Err(InterpretError::WrongLanguage);
        }
        let environment: Vec<(String, String)> = surroundings.env.iter().map(|(name, value)| (text::from_bytes(name), text::from_bytes(value))).collect();
        let cwd = text::from_bytes(&surroundings.cwd);
        let arguments = surroundings.argv.iter().skip(1).map(|it| text::from_bytes(it)).collect();
        let machine = Rc::new(Machine::new(Arc::new(Kernel::of(target)), &surroundings));
        let mut shell = Shell::new(machine, "bash", &environment, &cwd);
        shell.set_arguments(arguments);
        shell.set_input(surroundings.stdin);
        let (out, err) = (shell.open_file(1), shell.open_file(2));
        let status = shell.run(&text::from_bytes(&script.text));
        if let Some(limit) = shell.stopped() {
            return Err(InterpretError::Stopped(limit));
        }
        let taken = |open: Option<gnu_bash::descriptors::Shared>| open.map(|it| it.borrow_mut().take()).unwrap_or_default();
        Ok(Outcome { status: (status & 0xff) as u32, stdout: taken(out), stderr: taken(err) })
    }
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
