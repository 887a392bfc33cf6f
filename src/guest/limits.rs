//! How much a call may use, and what it used.

use std::time::Duration;

/// What one guest call may use before it is stopped. The fuel runs out well before the deadline on any machine that
/// we know, so that the same input stops at the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel, about one for each WebAssembly instruction.
    pub fuel: u64,
    /// Processor time before the epoch ticker stops the guest.
    pub deadline: Duration,
    /// Wall-clock time, host calls and waiting included.
    pub wall: Duration,
    /// Bytes of all linear memories together.
    pub memory_bytes: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Bytes that one host call may lift from the guest.
    pub host_call_bytes: usize,
    /// Bytes that all host calls together may carry.
    pub host_data_bytes: u64,
    /// Host handles alive at once.
    pub handles: usize,
    /// Bytes of messages that are kept; head and tail, what is dropped is counted.
    pub log_bytes: usize,
    /// Bytes of standard output and error together that a run may make.
    pub output_bytes: usize,
    /// Levels of `commands.spawn`.
    pub depth: u32,
    /// Calls of `commands.spawn` in one run.
    pub spawns: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 20_000_000_000,
            deadline: Duration::from_secs(30),
            wall: Duration::from_secs(60),
            memory_bytes: 256 << 20,
            table_elements: 20_000,
            host_call_bytes: 4 << 20,
            host_data_bytes: 1 << 30,
            handles: 256,
            log_bytes: 64 << 10,
            output_bytes: 4 << 20,
            depth: 8,
            spawns: 10_000,
        }
    }
}

impl Limits {
    /// Returns the limits of a small pure module: a generator, a validator, a planner, a command model.
    pub fn small() -> Self {
        Limits { fuel: 2_000_000_000, deadline: Duration::from_secs(5), wall: Duration::from_secs(10), memory_bytes: 64 << 20, ..Limits::default() }
    }

    /// Returns these limits with at most `fuel` left.
    pub(crate) fn with_fuel(self, fuel: u64) -> Self {
        Limits { fuel: self.fuel.min(fuel), ..self }
    }
}

/// What calls used of their limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Units of fuel.
    pub fuel: u64,
    /// Peak bytes of all linear memories of one instance.
    pub memory_bytes: usize,
    /// Peak elements of all tables of one instance.
    pub table_elements: usize,
    /// Bytes carried by host calls.
    pub host_data_bytes: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Bytes of standard output and error.
    pub output_bytes: usize,
    /// Commands spawned.
    pub spawns: u32,
}

impl Used {
    /// Adds what another call used: sums, and peaks where a peak is meant.
    pub fn add(&mut self, other: Used) {
        self.fuel = self.fuel.saturating_add(other.fuel);
        self.memory_bytes = self.memory_bytes.max(other.memory_bytes);
        self.table_elements = self.table_elements.max(other.table_elements);
        self.host_data_bytes += other.host_data_bytes;
        self.host_calls += other.host_calls;
        self.output_bytes += other.output_bytes;
        self.spawns += other.spawns;
    }
}
