//! Text tools that come from the crate bashkit: each call is one command for an instance of it that has no other commands.

use std::{cell::RefCell, sync::Arc};

use bashkit::{Bash, Builtin, CommandResolver};
use gnu_bash::Ended;

use crate::{
    drive,
    filesystem::Files,
    kernel::Kernel,
    tools::{self, unmodelled},
};

/// Loops, commands and work that bashkit itself allows: far more than the host's fuel does, so that the fuel decides.
const PLENTY: usize = 1 << 30;

/// Where a tool finds its standard input.
pub(crate) const STDIN: &str = "/dev/.input";

/// What a tool says of a call that it does not know, or that came to a limit of its own.
const IGNORANT: &[&str] =
    &["unrecognized option", "invalid option", "unknown option", "unsupported", "not supported", "not implemented", "limit exceeded", "exceeds", "truncated"];

/// The instance, made when the first tool is asked for.
pub(crate) struct Borrowed {
    kernel: Arc<Kernel>,
    bash: RefCell<Option<Bash>>,
}

/// Nothing else is there to be run.
struct Nobody(Arc<Kernel>);

impl CommandResolver for Nobody {
    fn resolve(&self, name: &str) -> Option<Arc<dyn Builtin>> {
        unmodelled(name, &[], self.0.line(&[]), "a command that a tool runs itself is not carried out");
        None
    }
}

impl Borrowed {
    pub(crate) fn new(kernel: Arc<Kernel>) -> Borrowed {
        Borrowed { kernel, bash: RefCell::new(None) }
    }

    fn instance(&self) -> Bash {
        let limits = bashkit::ExecutionLimits::default()
            .max_commands(PLENTY)
            .max_loop_iterations(PLENTY)
            .max_total_loop_iterations(PLENTY)
            .max_work_units(u64::MAX >> 1)
            .max_stdout_bytes(64 << 20)
            .max_stderr_bytes(4 << 20)
            .timeout(std::time::Duration::from_secs(86_400));
        Bash::builder()
            .rootfs(false)
            .concurrent_jobs(false)
            .limits(limits)
            .session_limits(bashkit::SessionLimits::unlimited())
            .username("root")
            .hostname(self.kernel.host_name())
            .builtin_filter(|name| tools::is_faithful(name) || matches!(name, "cd" | "export" | "true"))
            .fs(Arc::new(Files(self.kernel.clone())))
            .command_resolver(Arc::new(Nobody(self.kernel.clone())))
            .build()
    }

    /// A descriptor's path under another name: bashkit has descriptors of its own.
    fn renamed(&self, word: &str) -> String {
        if !self.kernel.is_device(word) {
            return word.to_owned();
        }
        let name = format!("/dev/.open-{}", word.rsplit('/').next().unwrap_or_default());
        self.kernel.offer(&name, self.kernel.read(word).unwrap_or_default());
        name
    }

    /// Runs a tool.
    pub(crate) fn run(&self, name: &str, args: &[String], cwd: &str, environment: &[(String, String)], input: Option<&[u8]>) -> Ended {
        let mut text = format!("cd {} && ", quoted(cwd));
        for (name, value) in environment.iter().filter(|it| {
            !matches!(it.0.as_str(), "PWD" | "OLDPWD" | "SHLVL" | "_" | "HOME" | "PATH" | "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "IFS")
        }) {
            text.push_str(&format!("{name}={} ", quoted(value)));
        }
        text.push_str(name);
        for word in args {
            text.push(' ');
            text.push_str(&quoted(&self.renamed(word)));
        }
        text.push_str(" < ");
        text.push_str(if input.is_some() { STDIN } else { "/dev/null" });
        if let Some(input) = input {
            self.kernel.offer(STDIN, input.to_vec());
        }
        let mut held = self.bash.borrow_mut();
        let bash = held.get_or_insert_with(|| self.instance());
        match drive::to_end(bash.exec(&text)) {
            Some(Ok(done)) => {
                let said = String::from_utf8_lossy(done.stderr.as_bytes()).into_owned();
                if let Some(word) = IGNORANT.iter().find(|it| said.contains(**it)) {
                    unmodelled(name, args, self.kernel.line(&[]), &format!("the tool here says `{word}`, which GNU's might not"));
                }
                Ended { status: done.exit_code, out: done.stdout.as_bytes().to_vec(), err: done.stderr.as_bytes().to_vec(), order: None }
            }
            Some(Err(error)) => {
                unmodelled(name, args, self.kernel.line(&[]), &format!("the tool ended by a limit of its own: {error}"));
                Ended { status: 1, ..Ended::default() }
            }
            None => {
                unmodelled(name, args, self.kernel.line(&[]), "the tool waits for something that never comes");
                Ended { status: 1, ..Ended::default() }
            }
        }
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}
