//! Commands that run another command: it goes through the shell again, and so through the one dispatcher.

use std::sync::Arc;

use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand, async_trait};

use super::call::{line, unmodelled};
use crate::kernel::Kernel;

/// Commands that only change how a process runs.
pub(crate) const NAMES: &[&str] = &["ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "chrt"];

pub(crate) struct Wrapper {
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) name: &'static str,
}

#[async_trait]
impl Builtin for Wrapper {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let reason = format!("this form of {} is not modelled", self.name);
        unmodelled(self.name, ctx.args, line(&self.kernel, self.name, ctx.args), &reason);
        Ok(ExecResult::err(format!("{}: {reason}\n", self.name), 1))
    }

    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        let Some(command) = self.command(ctx.args) else { return Ok(None) };
        let stdin = ctx.stdin.cloned();
        let commands = vec![SubCommand { name: "command".to_owned(), args: command.to_vec(), stdin, assignments: Vec::new() }];
        Ok(Some(ExecutionPlan::Batch { commands }))
    }
}

impl Wrapper {
    /// The words behind the options; none where an option is not known.
    fn command<'a>(&self, args: &'a [String]) -> Option<&'a [String]> {
        let mut words = args;
        while let [first, rest @ ..] = words {
            words = match (self.name, first.as_str()) {
                (_, "--") => return Some(rest).filter(|it| !it.is_empty()),
                ("nice", "-n") | ("ionice", "-c" | "-n") | ("stdbuf", "-o" | "-i" | "-e") => rest.get(1..)?,
                ("sudo", "-n" | "-E" | "-H") => rest,
                ("nice", it) if it.starts_with("-n") || it.starts_with("--adjustment=") => rest,
                ("ionice", it) if it.starts_with("-c") || it.starts_with("-n") => rest,
                ("stdbuf", it) if it.starts_with("-o") || it.starts_with("-i") || it.starts_with("-e") => rest,
                ("setsid", "-w" | "--wait") => rest,
                (_, it) if it.starts_with('-') => return None,
                _ => return Some(words),
            };
        }
        None
    }
}
