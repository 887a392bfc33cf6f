//! Reads PowerShell and lists what it would do: the interpreter of the language `powershell`, which runs nothing.
//!
//! Each command is told with its words, its line and what it would change on a Windows machine. As nothing is carried out, every run is unproven.

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

/// Most commands that are told one by one.
const MOST: usize = 2_000;

struct Powershell;

impl Guest for Powershell {
    fn interpret(script: Script, _: Invocation, _: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Powershell && script.language != Language::Other("powershell".to_owned()) {
            return Err(InterpretError::WrongLanguage);
        }
        let Some(text) = powershell_list::decoded(&script.text) else {
            ledger::unmodelled(&[], None, "the script is neither UTF-8 nor UTF-16: it is not read");
            return Ok(Outcome { status: 0, stdout: Vec::new(), stderr: Vec::new() });
        };
        let listed = powershell_list::commands(&text);
        ledger::unmodelled(&[b"powershell".to_vec()], Some(1), "PowerShell is read and not run");
        if let Some((line, what)) = &listed.broken {
            ledger::unmodelled(&[b"powershell".to_vec()], Some(*line), &format!("the script can't be read to its end: {what}"));
        }
        for it in listed.commands.iter().take(MOST) {
            let argv: Vec<Vec<u8>> = it.words.iter().map(|it| it.as_bytes().to_vec()).collect();
            ledger::unmodelled(&argv, Some(it.line), &powershell_list::meaning(&it.words));
        }
        if listed.commands.len() > MOST {
            ledger::unmodelled(&[], None, &format!("{} further commands are not listed", listed.commands.len() - MOST));
        }
        Ok(Outcome { status: 0, stdout: Vec::new(), stderr: Vec::new() })
    }
}

interpreter::export!(Powershell with_types_in invitro_sdk::interpreter);
