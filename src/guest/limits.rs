//! How much a call may use, and what it used.

use std::time::Duration;

use super::engine::{MOST_MEMORY, MOST_TABLE, TICK};

/// What one run, or one call outside of a run, may use before it is stopped. The fuel runs out well before the deadline on any
/// machine that we know, so that the same input stops at the same place. What a spawned command uses is its caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel, about one for each WebAssembly instruction; host calls cost fuel too.
    pub fuel: u64,
    /// Processor time in the guest, counted in ticks of 10 ms.
    pub deadline: Duration,
    /// Wall-clock time, host calls and waiting included.
    pub wall: Duration,
    /// Bytes of all linear memories together.
    pub memory_bytes: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Bytes that one host call or one answer may lift from the guest.
    pub host_call_bytes: usize,
    /// Bytes that all host calls together may carry.
    pub host_data_bytes: u64,
    /// Bytes that the host may keep because of the guest: paths that it touched, entries of the ledger, running state.
    pub kept_bytes: usize,
    /// Handles alive at once, the guest's own and the host's.
    pub handles: usize,
    /// Bytes of messages that are kept; head and tail, what is dropped is counted.
    pub log_bytes: usize,
    /// Bytes of standard output and error together that a run may make.
    pub output_bytes: usize,
    /// Levels of `commands.spawn`.
    pub depth: u32,
    /// Calls of `commands.spawn` in one run.
    pub spawns: u32,
    /// Bytes of content that a run may write; then the workspace is full.
    pub workspace_bytes: u64,
    /// Files that a run may make; then the workspace is full.
    pub workspace_files: u64,
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
            kept_bytes: 32 << 20,
            handles: 256,
            log_bytes: 64 << 10,
            output_bytes: 4 << 20,
            depth: 8,
            spawns: 10_000,
            workspace_bytes: 256 << 20,
            workspace_files: 100_000,
        }
    }
}

/// A limit that can't be set so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// There is no such limit.
    #[error("unknown limit `{name}`, valid here: {}", Limits::NAMES.join(", "))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The value is outside of what the host can hold to.
    #[error("`{name}` must be {least} to {most}")]
    Range {
        /// The name.
        name: String,
        /// The smallest value.
        least: u64,
        /// The largest value.
        most: u64,
    },
}

/// The longest time that can be set: a day.
const MOST_MILLISECONDS: u64 = 86_400_000;
/// The largest amount of data that can be set: what a machine of today can surely hold.
const MOST_DATA: u64 = 4 << 30;

impl Limits {
    /// The names under which limits are set, in policies and on the command line.
    pub const NAMES: [&str; 15] = [
        "fuel",
        "deadline_ms",
        "wall_ms",
        "memory_bytes",
        "table_elements",
        "host_call_bytes",
        "host_data_bytes",
        "kept_bytes",
        "handles",
        "log_bytes",
        "output_bytes",
        "depth",
        "spawns",
        "workspace_bytes",
        "workspace_files",
    ];

    /// Sets one limit by its name, where the host can hold to it.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), LimitError> {
        let (least, most) = range(name).ok_or_else(|| LimitError::Unknown { name: name.into() })?;
        if !(least..=most).contains(&value) {
            return Err(LimitError::Range { name: name.into(), least, most });
        }
        // Each value is below `most`, which fits; a 32-bit host would hold to less than was asked, never to more.
        let (size, small) = (usize::try_from(value).unwrap_or(usize::MAX), u32::try_from(value).unwrap_or(u32::MAX));
        match name {
            "fuel" => self.fuel = value,
            "deadline_ms" => self.deadline = Duration::from_millis(value),
            "wall_ms" => self.wall = Duration::from_millis(value),
            "memory_bytes" => self.memory_bytes = size,
            "table_elements" => self.table_elements = size,
            "host_call_bytes" => self.host_call_bytes = size,
            "host_data_bytes" => self.host_data_bytes = value,
            "kept_bytes" => self.kept_bytes = size,
            "handles" => self.handles = size,
            "log_bytes" => self.log_bytes = size,
            "output_bytes" => self.output_bytes = size,
            "depth" => self.depth = small,
            "spawns" => self.spawns = small,
            "workspace_bytes" => self.workspace_bytes = value,
            _ => self.workspace_files = value,
        }
        Ok(())
    }

    /// Returns the lesser of these limits and what a small pure module gets: a generator, an analyzer, a validator, a planner, a
    /// command model.
    #[must_use]
    pub fn small(self) -> Limits {
        Limits {
            fuel: self.fuel.min(2_000_000_000),
            deadline: self.deadline.min(Duration::from_secs(5)),
            wall: self.wall.min(Duration::from_secs(10)),
            memory_bytes: self.memory_bytes.min(64 << 20),
            ..self
        }
    }

    /// Returns what is left of these limits after something was used.
    #[must_use]
    pub(crate) fn less(self, used: &Used) -> Limits {
        Limits {
            fuel: self.fuel.saturating_sub(used.fuel),
            deadline: self.deadline.saturating_sub(TICK.saturating_mul(used.ticks)),
            wall: self.wall.saturating_sub(used.wall),
            host_data_bytes: self.host_data_bytes.saturating_sub(used.host_data_bytes),
            output_bytes: self.output_bytes.saturating_sub(used.output_bytes),
            ..self
        }
    }

    /// Returns the deadline in ticks.
    pub(crate) fn ticks(&self) -> u32 {
        u32::try_from(self.deadline.as_millis().div_ceil(TICK.as_millis())).unwrap_or(u32::MAX)
    }
}

/// What a limit can be set to; none for an unknown one.
fn range(name: &str) -> Option<(u64, u64)> {
    Some(match name {
        // wasmtime counts in signed numbers.
        "fuel" => (1, i64::MAX as u64),
        "deadline_ms" | "wall_ms" => (TICK.as_millis() as u64, MOST_MILLISECONDS),
        // One page at least, and one slot of the pool at most.
        "memory_bytes" => (64 << 10, MOST_MEMORY as u64),
        "table_elements" => (0, MOST_TABLE as u64),
        "host_call_bytes" | "host_data_bytes" | "kept_bytes" | "log_bytes" | "output_bytes" => (0, MOST_DATA),
        "handles" => (0, 100_000),
        // A deeper nesting would need a larger pool of instances.
        "depth" => (0, 8),
        "spawns" => (0, u64::from(u32::MAX)),
        "workspace_bytes" => (4096, 64 << 30),
        "workspace_files" => (16, 100_000_000),
        _ => return None,
    })
}

/// What calls used of their limits. Times are measured and differ from run to run: they are no part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Units of fuel.
    pub fuel: u64,
    /// Ticks of processor time.
    pub ticks: u32,
    /// Wall-clock time.
    pub wall: Duration,
    /// Peak bytes of all linear memories alive at once.
    pub memory_bytes: usize,
    /// Peak elements of all tables of one instance.
    pub table_elements: usize,
    /// Most bytes that one host call or one answer carried.
    pub host_call_bytes: usize,
    /// Bytes carried by host calls.
    pub host_data_bytes: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Bytes that the host keeps.
    pub kept_bytes: usize,
    /// Peak of the host's handles alive in one instance.
    pub handles: usize,
    /// Bytes of messages, dropped ones included.
    pub log_bytes: usize,
    /// Bytes of standard output and error.
    pub output_bytes: usize,
    /// Deepest level of a spawned command.
    pub depth: u32,
    /// Commands spawned.
    pub spawns: u32,
    /// Bytes of content written to the workspace.
    pub workspace_bytes: u64,
    /// Files made in the workspace.
    pub workspace_files: u64,
}

impl Used {
    /// Adds what another call used: sums, and peaks where a peak is meant.
    pub fn add(&mut self, other: Used) {
        self.fuel = self.fuel.saturating_add(other.fuel);
        self.ticks = self.ticks.saturating_add(other.ticks);
        self.wall = self.wall.saturating_add(other.wall);
        self.memory_bytes = self.memory_bytes.max(other.memory_bytes);
        self.table_elements = self.table_elements.max(other.table_elements);
        self.host_call_bytes = self.host_call_bytes.max(other.host_call_bytes);
        self.host_data_bytes += other.host_data_bytes;
        self.host_calls += other.host_calls;
        self.kept_bytes = self.kept_bytes.max(other.kept_bytes);
        self.handles = self.handles.max(other.handles);
        self.log_bytes += other.log_bytes;
        self.output_bytes += other.output_bytes;
        self.depth = self.depth.max(other.depth);
        self.spawns += other.spawns;
        self.workspace_bytes = self.workspace_bytes.max(other.workspace_bytes);
        self.workspace_files = self.workspace_files.max(other.workspace_files);
    }
}

#[cfg(test)]
mod tests {
    use super::{LimitError, Limits};

    #[test]
    fn each_limit_is_set_by_its_name_and_held_to_its_range() {
        for name in Limits::NAMES {
            let mut limits = Limits::default();
            let (least, most) = super::range(name).expect("a known name");
            limits.set(name, least).expect("the least value is in range");
            assert_ne!(limits, Limits::default(), "{name} was set");
            assert!(matches!(limits.set(name, most + 1), Err(LimitError::Range { .. })), "{name} has an upper end");
        }
        assert!(matches!(Limits::default().set("fule", 1), Err(LimitError::Unknown { .. })));
    }
}
