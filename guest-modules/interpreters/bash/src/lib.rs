//! Bash for the sandbox: the interpreter of the crate bashkit over the host's workspace.
//!
//! Files, links, modes, owners and times are the host's. A command word that is no builtin of bash and not in
//! [`tools`] goes to the host's dispatcher, which models it or records that nobody does.

mod before;
mod dispatch;
mod drive;
mod filesystem;
mod identity;
mod kernel;
mod lines;
mod quoting;
mod risky;
mod timed;
mod tools;

use std::sync::Arc;

use invitro_sdk::interpreter::{
    self,
    exports::invitro::remediation::interpret::{Guest, InterpretError, Outcome},
    invitro::remediation::{
        commands::Invocation,
        files::Workspace,
        ledger, surroundings as surroundings_of,
        types::{Language, Script},
    },
};

use kernel::Kernel;

struct Bash;

/// Loops, commands and work that bashkit itself allows: far more than the host's fuel does, so that the fuel decides.
const PLENTY: usize = 1 << 30;

impl Guest for Bash {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Bash {
            return Err(InterpretError::WrongLanguage);
        }
        let Ok(text) = String::from_utf8(script.text) else {
            let reason = "the script is not UTF-8: this interpreter holds text only".to_owned();
            ledger::unmodelled(&surroundings.argv, None, &reason);
            return Err(InterpretError::Other(reason));
        };
        risky::look(&text);
        let lines = text.clone();
        let text = quoting::respelled(&text);
        let text = if text.contains("$$") { identity::with_process_id(&text, surroundings_of::process_id()) } else { text };
        let mut bash = shell(Arc::new(Kernel::of(target, &lines)), &surroundings);
        let seed = surroundings_of::random(2).into_iter().fold(0_u32, |all, it| all << 8 | u32::from(it));
        let _ = drive::to_end(bash.exec(&format!("RANDOM={seed}")));
        let Some(ended) = drive::to_end(bash.exec(&text)) else {
            let reason = "the interpreter waits for something that never comes".to_owned();
            ledger::unmodelled(&surroundings.argv, None, &reason);
            return Err(InterpretError::Other(reason));
        };
        match ended {
            Ok(result) => Ok(Outcome {
                status: (result.exit_code & 0xff) as u32,
                stdout: result.stdout.as_bytes().to_vec(),
                stderr: result.stderr.as_bytes().to_vec(),
            }),
            Err(error) => Err(InterpretError::Stopped(error.to_string())),
        }
    }
}

fn shell(kernel: Arc<Kernel>, surroundings: &Invocation) -> bashkit::Bash {
    let limits = bashkit::ExecutionLimits::default()
        .max_commands(PLENTY)
        .max_loop_iterations(PLENTY)
        .max_total_loop_iterations(PLENTY)
        .max_work_units(u64::MAX >> 1)
        .max_stdout_bytes(4 << 20)
        .max_stderr_bytes(4 << 20)
        .timeout(std::time::Duration::from_secs(86_400));
    let cwd = String::from_utf8_lossy(&surroundings.cwd).into_owned();
    let dispatcher = Arc::new(dispatch::Dispatcher::new(kernel.clone(), surroundings));
    let looked = kernel.clone();
    let mut builder = bashkit::Bash::builder()
        .rootfs(false)
        .concurrent_jobs(false)
        .limits(limits)
        .username("root")
        .hostname(kernel.host_name())
        .builtin_filter(tools::is_faithful)
        .fs(Arc::new(filesystem::Files(kernel.clone())))
        .command_resolver(dispatcher.clone())
        .before_tool(Box::new(move |event| {
            before::look(&looked, &event);
            timed::look(&looked, &event);
            bashkit::hooks::HookAction::Continue(event)
        }))
        .cwd(cwd);
    for (name, value) in &surroundings.env {
        builder = builder.env(String::from_utf8_lossy(name), String::from_utf8_lossy(value));
    }
    for (name, value) in [("UID", surroundings.uid), ("EUID", surroundings.uid)] {
        builder = builder.env(name, value.to_string());
    }
    dispatcher.install(tools::install(builder, &kernel)).build()
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
