//! What belongs to one store: a guest's handles, limits and its share of the run.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use wasmtime::component::ResourceTable;

use super::{
    bindings::wit::{commands, facts, ledger as wit_ledger, log, surroundings, types},
    ledger::{Assumption, Doubt, Effect, Ledger, Treatment, Unmodelled},
    limiter::Limiter,
    limits::{Limits, Used},
    messages::Messages,
    restore::Restorations,
    stop::Stop,
    wasi::Wasi,
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

/// What became of a spawned command.
#[derive(Debug)]
pub struct Spawned {
    /// Its answer, or what stopped the run.
    pub answer: Result<Completion, Stop>,
    /// What it used: its caller pays.
    pub used: Used,
}

/// The future of a spawned command.
pub type Spawning<'a> = Pin<Box<dyn Future<Output = Spawned> + Send + 'a>>;

/// Whoever answers `commands.spawn`.
pub trait Dispatch: Send + Sync {
    /// Runs a command for a guest of `run` at `depth`, within what its caller has left.
    fn spawn<'a>(&'a self, run: &'a Run, left: Limits, depth: u32, invocation: Invocation) -> Spawning<'a>;

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
    /// Bytes that the host keeps because of the run's guests.
    kept: Arc<AtomicUsize>,
}

impl Run {
    /// Starts a run on a workspace.
    pub fn on(workspace: Workspace, context: Context) -> Run {
        Run { workspace: Arc::new(Mutex::new(workspace)), ledger: Arc::default(), context, ticks: Arc::default(), kept: Arc::default() }
    }

    /// Locks the workspace. No caller holds it across an await.
    pub fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the ledger. No caller holds it across an await.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> u64 {
        let mut ticks = self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        ticks.0 = ticks.0.saturating_add(1);
        self.context.clock.saturating_add(ticks.0.saturating_mul(1_000))
    }

    /// Lets virtual time pass, in whole microseconds.
    pub(crate) fn pass(&self, nanoseconds: u64) {
        let mut ticks = self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        ticks.0 = ticks.0.saturating_add(nanoseconds.div_ceil(1_000));
    }

    /// Returns seeded bytes.
    pub(crate) fn random(&self, length: usize) -> Vec<u8> {
        let mut ticks = self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        seeded(self.context.seed, &mut ticks.1, length)
    }
}

/// Returns seeded bytes: SHA-256 of seed and a counter, cut to length.
pub(super) fn seeded(seed: u64, counter: &mut u64, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    while bytes.len() < length {
        *counter += 1;
        let mut block = seed.to_le_bytes().to_vec();
        block.extend(counter.to_le_bytes());
        bytes.extend_from_slice(crate::digest::Digest::of(&block).as_bytes());
    }
    bytes.truncate(length);
    bytes
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
    packages: Option<Vec<facts::InstalledPackage>>,
    pub(crate) messages: Messages,
    /// What was used, but for fuel, which the store counts, and what the limiter counts.
    pub(crate) used: Used,
    /// Fuel that the guest owes for host work; it is taken when the host call returns.
    pub(crate) owed: u64,
    /// Fuel that was left when the guest called the host.
    pub(crate) fuel_left: u64,
    /// A tick of the epoch that a spawned command has counted, and that this guest will see once more.
    pub(crate) tick_was_paid: bool,
    /// Calls of the host that have not returned, one within the other.
    pub(crate) calls_open: u32,
    pub(crate) started: Instant,
    pub(crate) line: Option<u32>,
    /// What a rollback planner said of extended attributes and flags.
    pub(crate) restorations: Restorations,
    /// What WASI stands on, for a guest that imports it.
    pub(crate) wasi: Wasi,
}

/// Fuel that a host call costs besides the bytes that it carries: about the instructions of a small one.
const CALL_FUEL: u64 = 200;
/// Bytes that the host handles for one unit of fuel.
const BYTES_FOR_FUEL: u64 = 4;
/// What an entry costs in lists and maps besides its bytes.
const ENTRY_BYTES: usize = 64;

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
            packages: None,
            messages: Messages::default(),
            used: Used::default(),
            owed: 0,
            fuel_left: limits.fuel,
            tick_was_paid: false,
            calls_open: 0,
            started: Instant::now(),
            line: None,
            restorations: Restorations::new(),
            wasi: Wasi::default(),
        }
    }

    /// Counts one host call that carries `bytes`; the one place through which every import passes.
    pub(crate) fn charge(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.used.host_calls += 1;
        self.used.host_call_bytes = self.used.host_call_bytes.max(bytes);
        self.carry(bytes.saturating_add(ENTRY_BYTES))
    }

    /// Counts bytes of a host call that was counted already: its answer.
    pub(crate) fn carry(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.work(bytes);
        self.used.host_data_bytes = self.used.host_data_bytes.saturating_add(bytes as u64);
        if self.used.host_data_bytes > self.limits.host_data_bytes {
            return Err(wasmtime::Error::new(Stop::HostData(self.limits.host_data_bytes)));
        }
        Ok(())
    }

    /// Makes the guest pay for work of the host on so many bytes: a loop of dear host calls ends as any other loop does.
    pub(crate) fn work(&mut self, bytes: usize) {
        self.owed = self.owed.saturating_add(CALL_FUEL + bytes as u64 / BYTES_FOR_FUEL);
    }

    /// Counts bytes that outlive the call: the host's memory is not a guest's to fill.
    pub(crate) fn keep(&mut self, bytes: usize) -> wasmtime::Result<()> {
        let cost = bytes.saturating_add(ENTRY_BYTES);
        let kept = self.run()?.kept.fetch_add(cost, Ordering::Relaxed).saturating_add(cost);
        self.used.kept_bytes = self.used.kept_bytes.max(kept);
        if kept > self.limits.kept_bytes {
            return Err(wasmtime::Error::new(Stop::Kept(self.limits.kept_bytes)));
        }
        Ok(())
    }

    /// Returns what this call has left, for a command that it spawns.
    fn left(&self) -> Limits {
        let fuel = self.limits.fuel.saturating_sub(self.fuel_left);
        let used = Used { fuel: fuel.saturating_add(self.owed), wall: self.started.elapsed(), ..self.used };
        let left = self.limits.less(&used);
        // A command's own output is not yet its caller's.
        Limits { memory_bytes: self.limits.memory_bytes.saturating_sub(self.limiter.memory), output_bytes: self.limits.output_bytes, ..left }
    }

    /// Pays what a spawned command used.
    fn pay(&mut self, used: Used) {
        self.owed = self.owed.saturating_add(used.fuel);
        self.tick_was_paid |= used.ticks > 0;
        let memory_bytes = self.limiter.memory.saturating_add(used.memory_bytes);
        // The wall clock ran for both at once; the command's output is the caller's only if it passes it on.
        self.used.add(Used { fuel: 0, wall: std::time::Duration::ZERO, output_bytes: 0, memory_bytes, ..used });
    }

    /// Counts one tick of the epoch in the guest, and says what it stops.
    pub(crate) fn tick(&mut self) -> Result<(), Stop> {
        if !std::mem::take(&mut self.tick_was_paid) {
            self.used.ticks += 1;
        }
        if self.started.elapsed() >= self.limits.wall {
            return Err(Stop::WallClock);
        }
        // One tick more for the partial one in which the call began.
        if self.used.ticks > self.limits.ticks().saturating_add(1) { Err(Stop::Deadline) } else { Ok(()) }
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
        self.messages.push(text.clone(), self.limits.log_bytes);
        let (limit, line) = (self.limits.log_bytes, format!("{} {}: {text}", wire::level(level), self.module));
        if let Some(run) = &self.run {
            run.ledger().log.push(line, limit);
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

    fn wait(&mut self, nanoseconds: u64) -> wasmtime::Result<()> {
        self.charge(8)?;
        self.run()?;
        self.wait_for(nanoseconds)
    }
}

impl State {
    /// Makes room for an entry of the ledger. Entries are compared with those that are there: the guest pays for that too.
    fn note(&mut self, argv: &[Vec<u8>], texts: &[&str]) -> wasmtime::Result<()> {
        let words: usize = argv.iter().map(|it| it.len() + ENTRY_BYTES).sum();
        let bytes = words + texts.iter().map(|it| it.len()).sum::<usize>();
        self.charge(bytes)?;
        self.keep(bytes)?;
        let entries = self.run()?.ledger().entries();
        self.work(entries * ENTRY_BYTES);
        Ok(())
    }
}

/// The namespace of what the host itself keeps in the running state.
const HOST: &str = "host";
/// Most bytes of one value.
pub(super) const VALUE_BYTES: usize = 64 << 10;
/// What every model may ask with the key `host:packages-changed`: a package was installed, upgraded or removed, so the tree may not have what
/// the machine now has.
const PACKAGES_CHANGED: &str = "packages-changed";
/// The key `host:fstab`: /etc/fstab as it was before the fix, which tells what the machine has mounted (fstab(5)).
const FSTAB: &str = "fstab";
/// The key `host:unmounted`, in a replay that tells otherwise what is mounted.
const UNMOUNTED: &str = "unmounted";

/// What a key of the running state asks of the host: read by all, set by none.
pub(super) fn key_of_host(key: &str) -> Option<&str> {
    key.strip_prefix("host:")
}

/// Lets a replay have it that nothing is mounted which /etc/fstab names.
pub(crate) fn tell_unmounted(workspace: &mut Workspace) {
    workspace.set_state(HOST, UNMOUNTED, Some(b"1".to_vec()));
}

/// Answers a key of the host.
pub(super) fn of_host(workspace: &mut Workspace, key: &str) -> Option<Vec<u8>> {
    match key {
        FSTAB if workspace.get_state(HOST, UNMOUNTED).is_some() => None,
        FSTAB => workspace.read_at_start(b"/etc/fstab").filter(|it| it.len() <= VALUE_BYTES),
        key => workspace.get_state(HOST, key),
    }
}

impl wit_ledger::Host for State {
    fn unmodelled(&mut self, argv: Vec<Vec<u8>>, line: Option<u32>, reason: String) -> wasmtime::Result<()> {
        self.note(&argv, &[&reason])?;
        let line = line.or(self.line);
        self.run()?.ledger().unmodelled(Unmodelled { argv, line, reason });
        Ok(())
    }

    fn record_effect(&mut self, effect: types::Effect) -> wasmtime::Result<()> {
        self.note(&effect.argv, &[&effect.name, &wire::kind(&effect.kind)])?;
        let effect = Effect { line: effect.line.or(self.line), ..wire::effect(effect) };
        if effect.kind.starts_with("package-") {
            self.run()?.workspace().set_state(HOST, PACKAGES_CHANGED, Some(effect.kind.clone().into_bytes()));
        }
        self.run()?.ledger().effect(effect);
        Ok(())
    }

    fn assume(&mut self, about: String, name: String, line: Option<u32>) -> wasmtime::Result<()> {
        self.note(&[], &[&about, &name])?;
        let line = line.or(self.line);
        self.run()?.ledger().assume(Assumption { about, name, line });
        Ok(())
    }

    fn doubt(&mut self, code: String, line: Option<u32>, message: String) -> wasmtime::Result<()> {
        self.note(&[], &[&code, &message])?;
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
        let spawned = dispatch.spawn(&run, self.left(), self.depth + 1, wire::invocation(invocation)).await;
        self.pay(spawned.used);
        // A stopped command ends the whole run: no script may carry on behind it.
        let completion = spawned.answer.map_err(wasmtime::Error::new)?;
        self.carry(completion.stdout.len() + completion.stderr.len())?;
        Ok(Ok(wire::completion(completion)))
    }

    fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        let names = self.dispatch.as_ref().map(|it| it.names()).unwrap_or_default();
        self.charge(names.iter().map(String::len).sum())?;
        Ok(names)
    }
}

impl State {
    /// Reads the package database, once for each call of a guest.
    fn read_packages(&mut self) {
        if let (None, Some(tree)) = (&self.packages, &self.facts) {
            let bytes = super::facts::database_bytes(tree);
            self.packages = Some(super::facts::packages(tree));
            // Text is split into stanzas, fields and strings: many times the work of a copy.
            self.work(bytes.saturating_mul(64));
        }
    }

    /// Returns the packages of the target; looking through them is work too.
    fn packages(&mut self) -> &[facts::InstalledPackage] {
        self.read_packages();
        self.work(self.packages.as_ref().map_or(0, Vec::len).saturating_mul(16));
        self.packages.as_deref().unwrap_or_default()
    }
}

impl facts::Host for State {
    fn os(&mut self) -> wasmtime::Result<facts::OsRelease> {
        self.charge(4096)?;
        Ok(self.facts.as_ref().map(super::facts::os_release).unwrap_or_else(super::facts::no_release))
    }

    fn architecture(&mut self) -> wasmtime::Result<Option<String>> {
        self.charge(0)?;
        let packages = self.packages().to_vec();
        Ok(super::facts::architecture(packages))
    }

    fn find_package(&mut self, name: String) -> wasmtime::Result<Option<facts::InstalledPackage>> {
        self.charge(name.len())?;
        Ok(self.packages().iter().find(|it| it.name == name).cloned())
    }

    fn packages(&mut self, cursor: u64) -> wasmtime::Result<facts::PackagePage> {
        let all = State::packages(self);
        let total = all.len();
        let from = usize::try_from(cursor).unwrap_or(usize::MAX).min(total);
        let page: Vec<_> = all.iter().skip(from).take(500).cloned().collect();
        self.charge(page.iter().map(|it| it.name.len() + it.version.len() + it.architecture.len() + ENTRY_BYTES).sum())?;
        let next = (from + page.len() < total).then_some((from + page.len()) as u64);
        Ok(facts::PackagePage { packages: page, next })
    }

    fn units(&mut self) -> wasmtime::Result<Vec<String>> {
        let units = self.facts.as_ref().map(super::facts::units).unwrap_or_default();
        self.charge(units.iter().map(|it| it.len() + ENTRY_BYTES).sum())?;
        // Four folders are listed and sorted.
        self.work(units.len() * 256);
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

#[cfg(test)]
mod tests {
    use super::State;
    use crate::guest::limits::{Limits, Used};

    #[test]
    fn a_tick_of_a_spawned_command_is_counted_once() {
        let mut state = State::new("test".into(), Limits::default());
        state.pay(Used { ticks: 3, ..Used::default() });
        assert_eq!(state.used.ticks, 3);
        // The caller meets the epoch that passed meanwhile; the next one is its own.
        state.tick().expect("time is left");
        assert_eq!(state.used.ticks, 3);
        state.tick().expect("time is left");
        assert_eq!(state.used.ticks, 4);
        state.pay(Used::default());
        state.tick().expect("time is left");
        assert_eq!(state.used.ticks, 5, "a command without a tick spares its caller none");
    }
}
