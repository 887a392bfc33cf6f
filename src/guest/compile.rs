//! Compiles strangers' modules in a child process of ourselves: a small file can make a compiler run for minutes or abort on an
//! allocation of gigabytes, and then only the child is lost.
//!
//! The child gets the component by a pipe, an empty environment, a limit of address space and of processor time, and may open no file
//! for writing. Its answer comes by a pipe that nobody else holds.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{engine, error::Error, precheck};

/// The hidden command of the program that is the child.
pub const COMMAND: &str = "compile-module";

/// Most bytes of machine code that are taken. Code is about six times its WebAssembly.
const MOST_CODE: u64 = 512 << 20;
/// Most bytes of what the compiler has to say.
const MOST_TALK: u64 = 16 << 10;
/// How often the child is looked at.
const LOOK: Duration = Duration::from_millis(2);
/// SIGXCPU of signal(7): the limit of processor time was met.
const SIGNAL_CPU: i32 = 24;

/// Who compiles, and within what.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// The program of ourselves.
    pub program: PathBuf,
    /// Bytes of address space.
    pub memory_bytes: u64,
    /// Processor time.
    pub cpu: Duration,
    /// Wall-clock time.
    pub wall: Duration,
}

/// What stopped a compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileStop {
    /// Its processor time was used up.
    #[error("it takes more than {} s of processor time; split its largest functions, or build it with less inlining", .0.as_secs())]
    Cpu(Duration),
    /// Its wall-clock time was used up.
    #[error("it takes more than {} s; split its largest functions, or try again on a machine with less to do", .0.as_secs_f32())]
    Wall(Duration),
    /// It wanted more memory than it may have, or fell in another way.
    #[error("the compiler fell (signal {signal}) within {} MiB of memory; split its largest functions", .memory_bytes >> 20)]
    Fell {
        /// The signal that ended it.
        signal: i32,
        /// Bytes of address space that it might have used.
        memory_bytes: u64,
    },
}

impl Compiler {
    /// Compiles with a program of ourselves, within limits that every module of sense meets.
    pub fn with(program: impl Into<PathBuf>) -> Compiler {
        Compiler { program: program.into(), memory_bytes: 2 << 30, cpu: Duration::from_secs(120), wall: Duration::from_secs(180) }
    }

    /// Returns the machine code of a component.
    pub(super) fn compile(&self, name: &str, component: &[u8]) -> Result<Vec<u8>, Error> {
        let fail = |source| Error::Compiler { name: name.into(), program: self.program.clone(), source };
        let mut child = Command::new(&self.program)
            .arg(COMMAND)
            .arg(self.memory_bytes.to_string())
            .arg(self.cpu.as_secs().max(1).to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(fail)?;
        let (ended, code, talk) = self.converse(&mut child, component).map_err(fail)?;
        match ended {
            Ended::Late => Err(self.stopped(name, CompileStop::Wall(self.wall))),
            Ended::Exit(status) => match (status.code(), status.signal()) {
                (Some(0), _) => Ok(code),
                (_, Some(SIGNAL_CPU)) => Err(self.stopped(name, CompileStop::Cpu(self.cpu))),
                (_, Some(signal)) => Err(self.stopped(name, CompileStop::Fell { signal, memory_bytes: self.memory_bytes })),
                _ => Err(Error::Compile { name: name.into(), reason: String::from_utf8_lossy(&talk).trim().to_owned() }),
            },
        }
    }

    fn stopped(&self, name: &str, stopped: CompileStop) -> Error {
        Error::CompileStopped { name: name.into(), stopped }
    }

    /// Feeds the child and reads from it while its time runs.
    fn converse(&self, child: &mut Child, component: &[u8]) -> io::Result<(Ended, Vec<u8>, Vec<u8>)> {
        let missing = || io::Error::other("a pipe is missing");
        let mut input = child.stdin.take().ok_or_else(missing)?;
        let (output, talk) = (child.stdout.take().ok_or_else(missing)?, child.stderr.take().ok_or_else(missing)?);
        thread::scope(|scope| {
            // A child that ends early breaks the pipe; its exit status tells why.
            scope.spawn(move || drop(input.write_all(component)));
            let code = scope.spawn(move || read(output, MOST_CODE));
            let talk = scope.spawn(move || read(talk, MOST_TALK));
            let ended = self.wait(child);
            let joined = |it: thread::ScopedJoinHandle<'_, Vec<u8>>| it.join().map_err(|_| io::Error::other("a reader fell"));
            Ok((ended?, joined(code)?, joined(talk)?))
        })
    }

    fn wait(&self, child: &mut Child) -> io::Result<Ended> {
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Ended::Exit(status));
            }
            if started.elapsed() >= self.wall {
                child.kill()?;
                child.wait()?;
                return Ok(Ended::Late);
            }
            thread::sleep(LOOK);
        }
    }
}

enum Ended {
    Exit(ExitStatus),
    Late,
}

fn read(from: impl io::Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is as good as nothing: the exit status decides.
    let _ = from.take(most).read_to_end(&mut bytes);
    bytes
}

/// Is the child: reads a component, compiles it within limits, gives machine code.
pub fn compile_for_parent(memory_bytes: u64, cpu_seconds: u64, input: impl io::Read, mut output: impl io::Write) -> Result<(), Error> {
    let refuse = |reason: String| Error::Compile { name: "of the parent".into(), reason };
    confine(memory_bytes, cpu_seconds).map_err(|error| refuse(format!("set its limits: {error}")))?;
    // Room is made at once: where there is none this process falls as by any other allocation, and a read would only end early.
    let mut component = Vec::with_capacity(precheck::MOST_BYTES + 1);
    input.take(precheck::MOST_BYTES as u64 + 1).read_to_end(&mut component).map_err(|error| refuse(error.to_string()))?;
    let engine = engine::compiling().map_err(|error| refuse(format!("{error:#}")))?;
    let code = engine.precompile_component(&component).map_err(|error| refuse(format!("{error:#}")))?;
    output.write_all(&code).and_then(|()| output.flush()).map_err(|error| refuse(error.to_string()))
}

/// Binds this process before it looks at a stranger's bytes.
fn confine(memory_bytes: u64, cpu_seconds: u64) -> rustix::io::Result<()> {
    let limit = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::As, memory_bytes)?;
    // The soft limit signals what it was; the hard one, a second later, ends a process that would not hear.
    setrlimit(Resource::Cpu, Rlimit { current: Some(cpu_seconds), maximum: Some(cpu_seconds.saturating_add(1)) })?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Nofile, 16)
}
