//! `wasi:cli`: words, environment and streams of the invocation; nothing of the process that the host is.

use wasmtime::{Result, component::Resource};

use super::{
    streams::{Input, Output},
    wit::cli::{environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr, terminal_stdin, terminal_stdout},
};
use crate::guest::state::State;

/// A terminal, of which there is none.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub enum Terminal {}

/// The guest ended itself with a status.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the module ended itself with status {0}; only an interpreter or a command model may")]
pub(crate) struct Exit(pub(crate) u32);

impl State {
    /// Says bytes as text; what has no text makes the run unproven, as the guest is told something else.
    fn text(&mut self, bytes: &[u8], what: &str) -> Result<String> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => {
                self.untrue(&format!("{what} is not UTF-8, which WASI has no way to say"))?;
                Ok(String::from_utf8_lossy(bytes).into_owned())
            }
        }
    }
}

impl environment::Host for State {
    fn get_environment(&mut self) -> Result<Vec<(String, String)>> {
        let Some(invocation) = self.wasi.invocation.clone() else { return self.charge(0).map(|()| Vec::new()) };
        self.charge(invocation.env.iter().map(|(name, value)| name.len() + value.len() + 16).sum())?;
        invocation.env.iter().map(|(name, value)| Ok((self.text(name, "a variable's name")?, self.text(value, "a variable")?))).collect()
    }

    fn get_arguments(&mut self) -> Result<Vec<String>> {
        let Some(invocation) = self.wasi.invocation.clone() else { return self.charge(0).map(|()| Vec::new()) };
        self.charge(invocation.argv.iter().map(|it| it.len() + 8).sum())?;
        invocation.argv.iter().map(|it| self.text(it, "an argument")).collect()
    }

    fn initial_cwd(&mut self) -> Result<Option<String>> {
        let Some(invocation) = self.wasi.invocation.clone() else { return self.charge(0).map(|()| None) };
        self.charge(invocation.cwd.len())?;
        self.text(&invocation.cwd, "the working directory").map(Some)
    }
}

impl exit::Host for State {
    fn exit(&mut self, status: std::result::Result<(), ()>) -> Result<()> {
        Err(wasmtime::Error::new(Exit(u32::from(status.is_err()))))
    }

    fn exit_with_code(&mut self, status: u8) -> Result<()> {
        Err(wasmtime::Error::new(Exit(status.into())))
    }
}

impl stdin::Host for State {
    fn get_stdin(&mut self) -> Result<Resource<Input>> {
        self.charge(4)?;
        self.push(Input::Given(0))
    }
}

impl stdout::Host for State {
    fn get_stdout(&mut self) -> Result<Resource<Output>> {
        self.charge(4)?;
        self.push(Output::Stdout)
    }
}

impl stderr::Host for State {
    fn get_stderr(&mut self) -> Result<Resource<Output>> {
        self.charge(4)?;
        self.push(Output::Stderr)
    }
}

impl terminal_input::Host for State {}
impl terminal_output::Host for State {}

impl terminal_input::HostTerminalInput for State {
    fn drop(&mut self, it: Resource<Terminal>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl terminal_output::HostTerminalOutput for State {
    fn drop(&mut self, it: Resource<Terminal>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl terminal_stdin::Host for State {
    fn get_terminal_stdin(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.charge(1).map(|()| None)
    }
}

impl terminal_stdout::Host for State {
    fn get_terminal_stdout(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.charge(1).map(|()| None)
    }
}

impl terminal_stderr::Host for State {
    fn get_terminal_stderr(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.charge(1).map(|()| None)
    }
}
