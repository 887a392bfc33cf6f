//! Bounds the sum of all memories and tables of a store, keeps the peak and names what was refused.

use super::{
    engine::{MOST_INSTANCES, MOST_MEMORIES, MOST_TABLES},
    limits::Limits,
};

/// What was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Linear memory.
    #[error("{wanted} bytes of memory wanted, {limit} allowed")]
    Memory { wanted: usize, limit: usize },
    /// Table elements.
    #[error("{wanted} table elements wanted, {limit} allowed")]
    Table { wanted: usize, limit: usize },
}

/// Sums what a store holds. wasmtime's own `StoreLimits` bounds each memory, not their sum.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory_limit: usize,
    table_limit: usize,
    /// Bytes held now.
    pub(crate) memory: usize,
    /// Elements held now.
    pub(crate) table: usize,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Limiter { memory_limit: limits.memory_bytes, table_limit: limits.table_elements, memory: 0, table: 0 }
    }
}

impl wasmtime::ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.memory.saturating_add(desired.saturating_sub(current));
        if wanted > self.memory_limit {
            return Err(wasmtime::Error::new(Refused::Memory { wanted, limit: self.memory_limit }));
        }
        self.memory = wanted;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.table.saturating_add(desired.saturating_sub(current));
        if wanted > self.table_limit {
            return Err(wasmtime::Error::new(Refused::Table { wanted, limit: self.table_limit }));
        }
        self.table = wanted;
        Ok(true)
    }

    fn instances(&self) -> usize {
        MOST_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        MOST_TABLES as usize
    }

    fn memories(&self) -> usize {
        MOST_MEMORIES as usize
    }
}
