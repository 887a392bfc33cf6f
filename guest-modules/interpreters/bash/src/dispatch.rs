//! Command words that are neither bash's nor a faithful tool's go to the host.

use std::sync::Arc;

use bashkit::{Builtin, BuiltinContext, CommandResolver, ExecResult, Result, async_trait};
use invitro_sdk::interpreter::invitro::remediation::commands::{self, Invocation};

use crate::kernel::Kernel;

/// Answers every word that the shell could not find.
pub(crate) struct Dispatcher {
    kernel: Arc<Kernel>,
    uid: u32,
    gid: u32,
    umask: u32,
}

impl Dispatcher {
    pub(crate) fn new(kernel: Arc<Kernel>, of: &Invocation) -> Dispatcher {
        Dispatcher { kernel, uid: of.uid, gid: of.gid, umask: of.umask }
    }
}

impl CommandResolver for Dispatcher {
    fn resolve(&self, name: &str) -> Option<Arc<dyn Builtin>> {
        let outside = Outside { name: name.to_owned(), uid: self.uid, gid: self.gid, umask: self.umask, kernel: self.kernel.clone() };
        Some(Arc::new(outside))
    }
}

struct Outside {
    name: String,
    uid: u32,
    gid: u32,
    umask: u32,
    kernel: Arc<Kernel>,
}

#[async_trait]
impl Builtin for Outside {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        // The umask is asked by setting it and setting it back: the handle holds the one truth.
        let umask = self.kernel.workspace().set_umask(self.umask);
        self.kernel.workspace().set_umask(umask);
        let argv = std::iter::once(&self.name).chain(ctx.args).map(|it| it.as_bytes().to_vec()).collect();
        let invocation = Invocation {
            argv,
            env: ctx.env.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect(),
            cwd: ctx.cwd.to_string_lossy().into_owned().into_bytes(),
            umask,
            uid: self.uid,
            gid: self.gid,
            stdin: ctx.stdin.map(|it| it.as_bytes().to_vec()).unwrap_or_default(),
            line: ctx.variables.get("LINENO").and_then(|it| it.parse().ok()),
        };
        Ok(match commands::spawn(&invocation) {
            Ok(done) => {
                let mut result = ExecResult::ok_bytes(done.stdout);
                result.stderr = done.stderr.into();
                result.exit_code = done.status as i32;
                result
            }
            Err(error) => ExecResult::err(format!("{}: {error:?}\n", self.name), 126),
        })
    }
}
