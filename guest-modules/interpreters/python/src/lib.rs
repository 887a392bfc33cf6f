//! Python for the sandbox: CPython as a snapshot of WASI preview 1, served over the host's workspace.
//!
//! The program's build joins this module with CPython's: they have one memory, CPython's imports are the functions of [`preview1`], and
//! [`control`] is what the prelude (`prelude/`) asks for modes, owners, commands and all else that preview 1 has no words for.

mod control;
mod errno;
mod files;
mod preview1;
mod session;
mod spawn;

use invitro_sdk::interpreter::{
    self,
    exports::invitro::remediation::interpret::{Guest, InterpretError, Outcome},
    invitro::remediation::{
        commands::Invocation,
        files::Workspace,
        ledger,
        types::{Language, Script},
    },
};

#[link(wasm_import_module = "__main_module__")]
unsafe extern "C" {
    /// Runs one call of `python3` in CPython's snapshot; words, environment and streams come through preview 1.
    fn bashkit_run() -> i32;
}

struct Python;

impl Guest for Python {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Python {
            return Err(InterpretError::WrongLanguage);
        }
        session::begin(script.text, surroundings, target);
        // SAFETY: the function takes nothing, and an instance calls it once.
        let status = unsafe { bashkit_run() };
        let ended = session::end();
        if !ended.completed {
            ledger::unmodelled(&[b"python3".to_vec()], None, "the script ended without the end of the interpreter: what it did may not have been watched");
        }
        Ok(Outcome { status: (status & 0xff) as u32, stdout: ended.stdout, stderr: ended.stderr })
    }
}

interpreter::export!(Python with_types_in invitro_sdk::interpreter);
