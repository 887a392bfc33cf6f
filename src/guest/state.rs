//! What belongs to one store: a guest's handles, limits and its share of the run.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use wasmtime::component::ResourceTable;

use super::{
    bindings::wit::{commands, facts, ledger as wit_ledger, log, surroundings, types},
    ledger::{Assumption, Doubt, Effect, Ledger, Treatment, Unmodelled},
    limiter::Limiter,
    limits::Limits,
    stop::Stop,
    wire,
};
use crate::tree::{Actor, Tree, Workspace};

/// The seed, clock and process id of a run: arguments, so that equal ones give equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Nanoseconds since the epoch at which the virtual clock starts.
    pub clock: u64,
    /// Seed of the random bytes.
    pub seed: u64,
    /// Number of the virtual process.
    pub process: u32,
}

impl Default for Context {
    fn default() -> Self {
        // 2024-01-01T00:00:00Z: later than any file a fix is likely to meet in a fixture, and the same for everybody.
        Context { clock: 1_704_067_200_000_000_000, seed: 0x0069_6e76_6974_726f, process: 4242 }
    }
}

/// A command that an interpreter asks for, as execve(2) would get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The words; the first is the command.
    pub argv: Vec<Vec<u8>>,
    /// Names and values.
    pub env: Vec<(Vec<u8>, Vec<u8>)>,
    /// Working directory.
    pub cwd: Vec<u8>,
    /// File creation mask.
    pub umask: u32,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Standard input, whole.
    pub stdin: Vec<u8>,
    /// Line of the script that asked.
    pub line: Option<u32>,
}

/// What a command answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Exit status.
    pub status: u32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// The future of a spawned command.
pub type Spawning<'a> = Pin<Box<dyn Future<Output = Result<Completion, Stop>> + Send + 'a>>;

/// Whoever answers `commands.spawn`.
pub trait Dispatch: Send + Sync {
    /// Runs a command for a guest of `run` at `depth`.
    fn spawn<'a>(&'a self, run: &'a Run, depth: u32, invocation: Invocation) -> Spawning<'a>;

    /// Returns the base names of the commands that are modelled, sorted.
    fn names(&self) -> Vec<String>;
}

/// What all guests of one run share.
#[derive(Clone)]
pub struct Run {
    /// The workspace that they work on.
    pub workspace: Arc<Mutex<Workspace>>,
    /// What was noted.
    pub ledger: Arc<Mutex<Ledger>>,
    /// Clock, seed and process id.
    pub context: Context,
    /// Calls of the clock so far: each moves it by a microsecond.
    ticks: Arc<Mutex<(u64, u64)>>,
}

impl Run {
    /// Starts a run on a workspace.
    pub fn on(workspace: Workspace, context: Context) -> Run {
        Run { workspace: Arc::new(Mutex::new(workspace)), ledger: Arc::default(), context, ticks: Arc::default() }
    }

    /// Locks the workspace. No caller holds it across an await.
    pub fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the ledger. No caller holds it across an await.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        let mut ticks = self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        ticks.0 += 1;
        self.context.clock + ticks.0 * 1_000
    }

    /// Returns seeded bytes: SHA-256 of seed and a counter, cut to length.
    fn random(&self, length: usize) -> Vec<u8> {
        let mut ticks = self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::with_capacity(length + 32);
        while bytes.len() < length {
            ticks.1 += 1;
            let mut block = self.context.seed.to_le_bytes().to_vec();
            block.extend(ticks.1.to_le_bytes());
            bytes.extend_from_slice(crate::digest::Digest::of(&block).as_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

/// The data of one store.
pub(crate) struct State {
    pub(crate) table: ResourceTable,
    pub(crate) limiter: Limiter,
    pub(crate) limits: Limits,
    pub(crate) module: Arc<str>,
    pub(crate) depth: u32,
    pub(crate) run: Option<Run>,
    pub(crate) dispatch: Option<Arc<dyn Dispatch>>,
    pub(crate) facts: Option<Tree>,
    pub(crate) messages: Vec<String>,
    pub(crate) message_bytes: usize,
    pub(crate) host_data: u64,
    pub(crate) host_calls: u64,
    pub(crate) line: Option<u32>,
}

impl State {
    pub(crate) fn new(module: Arc<str>, limits: Limits) -> State {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        State {
            table,
            limiter: Limiter::new(&limits),
            limits,
            module,
            depth: 0,
            run: None,
            dispatch: None,
            facts: None,
            messages: Vec::new(),
            message_bytes: 0,
            host_data: 0,
            host_calls: 0,
            line: None,
        }
    }

    /// Counts one host call that carries `bytes`; the one place through which every import passes.
    pub(crate) fn charge(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.host_calls += 1;
        self.host_data += bytes as u64 + 64;
        if self.host_data > self.limits.host_data_bytes {
            return Err(wasmtime::Error::new(Stop::HostData(self.limits.host_data_bytes)));
        }
        Ok(())
    }

    pub(crate) fn run(&self) -> wasmtime::Result<&Run> {
        self.run.as_ref().ok_or_else(|| wasmtime::Error::new(Stop::Host("this role has no run".into())))
    }
}

/// The actor of a fix unless it says otherwise: root with umask 022.
pub(crate) fn root() -> Actor {
    Actor { uid: 0, gid: 0, umask: 0o022 }
}

impl types::Host for State {}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.charge(message.len())?;
        let mut text = message;
        text.truncate(text.floor_char_boundary(4096));
        self.message_bytes += text.len();
        if self.message_bytes <= self.limits.log_bytes {
            self.messages.push(text.clone());
        }
        let (limit, line) = (self.limits.log_bytes, format!("{} {}: {text}", wire::level(level), self.module));
        if let Some(run) = &self.run {
            run.ledger().message(line, limit);
        }
        Ok(())
    }
}

impl surroundings::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.charge(8)?;
        let run = self.run()?;
        Ok(run.now())
    }

    fn random(&mut self, length: u32) -> wasmtime::Result<Vec<u8>> {
        let length = length.min(4096) as usize;
        self.charge(length)?;
        let run = self.run()?;
        Ok(run.random(length))
    }

    fn process_id(&mut self) -> wasmtime::Result<u32> {
        self.charge(4)?;
        let run = self.run()?;
        Ok(run.context.process)
    }
}

impl wit_ledger::Host for State {
    fn unmodelled(&mut self, argv: Vec<Vec<u8>>, line: Option<u32>, reason: String) -> wasmtime::Result<()> {
        self.charge(reason.len() + argv.iter().map(Vec::len).sum::<usize>())?;
        let line = line.or(self.line);
        self.run()?.ledger().unmodelled(Unmodelled { argv, line, reason });
        Ok(())
    }

    fn record_effect(&mut self, effect: types::Effect) -> wasmtime::Result<()> {
        self.charge(effect.name.len() + effect.argv.iter().map(Vec::len).sum::<usize>())?;
        let effect = Effect { line: effect.line.or(self.line), ..wire::effect(effect) };
        self.run()?.ledger().effect(effect);
        Ok(())
    }

    fn assume(&mut self, about: String, name: String, line: Option<u32>) -> wasmtime::Result<()> {
        self.charge(about.len() + name.len())?;
        let line = line.or(self.line);
        self.run()?.ledger().assume(Assumption { about, name, line });
        Ok(())
    }

    fn doubt(&mut self, code: String, line: Option<u32>, message: String) -> wasmtime::Result<()> {
        self.charge(code.len() + message.len())?;
        let line = line.or(self.line);
        self.run()?.ledger().doubt(Doubt { code, line, message });
        Ok(())
    }
}

impl commands::Host for State {
    async fn spawn(&mut self, invocation: commands::Invocation) -> wasmtime::Result<Result<commands::Completion, commands::SpawnError>> {
        self.charge(wire::invocation_bytes(&invocation))?;
        let (Some(run), Some(dispatch)) = (self.run.clone(), self.dispatch.clone()) else {
            return Err(wasmtime::Error::new(Stop::Host("this role may not spawn".into())));
        };
        let spawned = dispatch.spawn(&run, self.depth + 1, wire::invocation(invocation)).await;
        // A stopped command ends the whole run: no script may carry on behind it.
        let completion = spawned.map_err(wasmtime::Error::new)?;
        self.charge(completion.stdout.len() + completion.stderr.len())?;
        Ok(Ok(wire::completion(completion)))
    }

    fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        let names = self.dispatch.as_ref().map(|it| it.names()).unwrap_or_default();
        self.charge(names.iter().map(String::len).sum())?;
        Ok(names)
    }
}

impl facts::Host for State {
    fn os(&mut self) -> wasmtime::Result<facts::OsRelease> {
        self.charge(0)?;
        Ok(self.facts.as_ref().map(super::facts::os_release).unwrap_or_else(super::facts::no_release))
    }

    fn architecture(&mut self) -> wasmtime::Result<Option<String>> {
        self.charge(0)?;
        Ok(self.facts.as_ref().and_then(super::facts::architecture))
    }

    fn find_package(&mut self, name: String) -> wasmtime::Result<Option<facts::InstalledPackage>> {
        self.charge(name.len())?;
        Ok(self.facts.as_ref().and_then(|tree| super::facts::packages(tree).into_iter().find(|it| it.name == name)))
    }

    fn packages(&mut self, cursor: u64) -> wasmtime::Result<facts::PackagePage> {
        let all = self.facts.as_ref().map(super::facts::packages).unwrap_or_default();
        let from = usize::try_from(cursor).unwrap_or(usize::MAX).min(all.len());
        let page: Vec<_> = all.iter().skip(from).take(500).cloned().collect();
        self.charge(page.len() * 64)?;
        let next = (from + page.len() < all.len()).then_some((from + page.len()) as u64);
        Ok(facts::PackagePage { packages: page, next })
    }

    fn units(&mut self) -> wasmtime::Result<Vec<String>> {
        let units = self.facts.as_ref().map(super::facts::units).unwrap_or_default();
        self.charge(units.iter().map(String::len).sum())?;
        Ok(units)
    }
}

/// Says a treatment in the WIT's words.
pub(crate) fn treatment(of: types::Treatment) -> Treatment {
    match of {
        types::Treatment::Modelled => Treatment::Modelled,
        types::Treatment::Recorded => Treatment::Recorded,
        types::Treatment::Refused => Treatment::Refused,
    }
}
