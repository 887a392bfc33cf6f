//! Applies unified patches to the host's workspace: the interpreter of the language `patch`.
//!
//! The words behind the name are those of the call: `--strict` for git-apply's rules, `--strip N` for the folders that names have too many,
//! `--reverse` to take it back. A patch
//! that can't be applied whole changes nothing, says why on standard error, and ends with 1.

mod options;
mod told;
mod tree;
mod write;

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
use unified_patch::{Done, apply};

struct Patch;

impl Guest for Patch {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Other("patch".to_owned()) {
            return Err(InterpretError::WrongLanguage);
        }
        let options = options::read(&surroundings.argv).map_err(InterpretError::Other)?;
        let mut tree = tree::Target::of(target);
        let done = match apply(&script.text, options, &mut tree) {
            Ok(done) => done,
            Err(refusal) => return Ok(Outcome { status: 1, stdout: Vec::new(), stderr: format!("the patch is refused: {refusal}\n").into_bytes() }),
        };
        if let Done::Apply { steps, moved, .. } = &done {
            write::all(target, steps).map_err(InterpretError::Other)?;
            for it in moved.iter().filter(|it| it.fuzz > 0) {
                ledger::doubt("patch-fuzz", u32::try_from(it.line).ok(), &told::moved(it));
            }
        }
        Ok(Outcome { status: 0, stdout: told::done(&done).into_bytes(), stderr: Vec::new() })
    }
}

interpreter::export!(Patch with_types_in invitro_sdk::interpreter);
