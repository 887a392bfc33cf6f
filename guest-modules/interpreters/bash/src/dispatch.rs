//! Command words that are neither bash's nor a faithful tool's go to the host.

use std::sync::Arc;

use bashkit::{BashBuilder, Builtin, BuiltinContext, CommandResolver, ExecResult, ExecutionPlan, Result, SubCommand, async_trait};
use invitro_sdk::interpreter::invitro::remediation::commands::{self, Invocation};

use crate::{kernel::Kernel, tools};

/// Answers every word that the shell could not find.
pub(crate) struct Dispatcher {
    kernel: Arc<Kernel>,
    uid: u32,
    gid: u32,
}

impl Dispatcher {
    pub(crate) fn new(kernel: Arc<Kernel>, of: &Invocation) -> Dispatcher {
        Dispatcher { kernel, uid: of.uid, gid: of.gid }
    }
}

impl CommandResolver for Dispatcher {
    fn resolve(&self, name: &str) -> Option<Arc<dyn Builtin>> {
        Some(Arc::new(Outside { name: name.to_owned() }))
    }
}

impl Dispatcher {
    /// Puts the commands in place that the host has models for, so that they are found as programs are.
    pub(crate) fn install(&self, mut builder: BashBuilder) -> BashBuilder {
        for name in self.kernel.models().iter().filter(|it| !tools::is_program(it)) {
            builder = builder.builtin(name.clone(), Box::new(Outside { name: name.clone() }));
        }
        builder.builtin(HAND_OVER, Box::new(HandOver { uid: self.uid, gid: self.gid, kernel: self.kernel.clone() }))
    }
}

/// The command that hands over: `LINE WORD…`. The shell tells a line only as `$LINENO`, so a word from outside becomes a line of
/// script that names it.
const HAND_OVER: &str = "__invitro_spawn";

/// A command from outside, as the shell finds it.
struct Outside {
    name: String,
}

#[async_trait]
impl Builtin for Outside {
    async fn execute(&self, _: BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(ExecResult::err(format!("{}: the plan was lost\n", self.name), 126))
    }

    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        let words: Vec<String> = std::iter::once(&self.name).chain(ctx.args).cloned().collect();
        let script = format!("command {HAND_OVER} \"$LINENO\" {}", tools::quoted(&words));
        let command = SubCommand { name: "eval".to_owned(), args: vec![script], stdin: ctx.stdin.cloned(), assignments: Vec::new() };
        Ok(Some(ExecutionPlan::Batch { commands: vec![command] }))
    }
}

/// Hands a command over to the host.
struct HandOver {
    uid: u32,
    gid: u32,
    kernel: Arc<Kernel>,
}

#[async_trait]
impl Builtin for HandOver {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some((line, words)) = ctx.args.split_first() else { return Ok(ExecResult::err(format!("{HAND_OVER}: command not found\n"), 127)) };
        let name = words.first().map(String::as_str).unwrap_or_default();
        let invocation = Invocation {
            argv: words.iter().map(|it| it.as_bytes().to_vec()).collect(),
            env: ctx.env.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect(),
            cwd: ctx.cwd.to_string_lossy().into_owned().into_bytes(),
            umask: self.kernel.umask(),
            uid: self.uid,
            gid: self.gid,
            stdin: ctx.stdin.map(|it| it.as_bytes().to_vec()).unwrap_or_default(),
            line: line.parse().ok(),
        };
        Ok(match commands::spawn(&invocation) {
            Ok(done) => {
                let mut result = ExecResult::ok_bytes(done.stdout);
                // What execve(2) does not find is told by the shell, with its line.
                let missing = done.status == 127 && done.stderr == format!("{name}: command not found\n").into_bytes();
                let stderr = if missing { format!("bash: line {line}: {name}: command not found\n").into_bytes() } else { done.stderr };
                result.stderr = stderr.into();
                result.exit_code = done.status as i32;
                result
            }
            Err(error) => ExecResult::err(format!("{name}: {error:?}\n"), 126),
        })
    }
}
