//! Command words that are neither bash's nor a faithful tool's go to the host.

use std::sync::Arc;

use bashkit::{BashBuilder, Builtin, BuiltinContext, CommandResolver, ExecResult, Result, async_trait};
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
        Some(Arc::new(self.outside(name)))
    }
}

impl Dispatcher {
    fn outside(&self, name: &str) -> Outside {
        Outside { name: name.to_owned(), uid: self.uid, gid: self.gid, kernel: self.kernel.clone() }
    }

    /// Puts the commands in place that the host has models for, so that they are found as programs are.
    pub(crate) fn install(&self, mut builder: BashBuilder) -> BashBuilder {
        for name in self.kernel.models().iter().filter(|it| !tools::is_program(it)) {
            builder = builder.builtin(name.clone(), Box::new(self.outside(name)));
        }
        builder
    }
}

/// A command from outside, as the shell finds it: it is handed over to the host.
struct Outside {
    name: String,
    uid: u32,
    gid: u32,
    kernel: Arc<Kernel>,
}

#[async_trait]
impl Builtin for Outside {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let words: Vec<String> = std::iter::once(&self.name).chain(ctx.args).cloned().collect();
        let line = self.kernel.line(&words);
        let invocation = Invocation {
            argv: words.iter().map(|it| it.as_bytes().to_vec()).collect(),
            env: ctx.env.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect(),
            cwd: ctx.cwd.to_string_lossy().into_owned().into_bytes(),
            umask: self.kernel.umask(),
            uid: self.uid,
            gid: self.gid,
            stdin: ctx.stdin.map(|it| it.as_bytes().to_vec()).unwrap_or_default(),
            line,
        };
        Ok(match commands::spawn(&invocation) {
            Ok(done) => {
                let mut result = ExecResult::ok_bytes(done.stdout);
                // What execve(2) does not find is told by the shell, with its line.
                let missing = done.status == 127 && done.stderr == format!("{}: command not found\n", self.name).into_bytes();
                let told = || format!("bash: line {}: {}: command not found\n", line.unwrap_or_default(), self.name).into_bytes();
                result.stderr = if missing { told() } else { done.stderr }.into();
                result.exit_code = done.status as i32;
                result
            }
            Err(error) => ExecResult::err(format!("{}: {error:?}\n", self.name), 126),
        })
    }
}
