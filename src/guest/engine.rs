//! The one engine of the process, configured for guests that are strangers.

use std::{
    num::NonZeroUsize,
    sync::{Arc, OnceLock},
    time::Duration,
};

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::error::Error;

/// Time between two ticks of the epoch.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// Instances that may be alive at once: permits of dry runs times their depth.
pub(crate) const POOL: u32 = 64;
/// The largest linear memory: what the interpreters are allowed.
pub(crate) const MOST_MEMORY: usize = 256 << 20;
/// Bytes of stack that a guest's calls may take: so deep, and no deeper, on every machine of one kind.
pub(crate) const MOST_STACK: usize = 1 << 20;
/// The largest table.
pub(crate) const MOST_TABLE: usize = 20_000;
/// Core instances of one component: its own, an adapter, and the shims between them.
pub(crate) const MOST_INSTANCES: u32 = 8;
/// Memories of one component: its own and an adapter's.
pub(crate) const MOST_MEMORIES: u32 = 2;
/// Tables of one component.
pub(crate) const MOST_TABLES: u32 = 4;

/// Slots that keep pages for the next call of the same module: one for each built-in module, and some. With what one keeps, they bound
/// what an idle process holds.
const WARM: u32 = 16;
/// Bytes of a slot that are written over after a call rather than given back, where the kernel tells which pages the guest wrote to
/// (Linux 6.7, PAGEMAP_SCAN(2const)): what bash touches in a small script. Giving back costs a fault for each page of the next call, which
/// was half of a small one.
const KEPT_DIRTY: usize = 2 << 20;
/// The same where it does not tell: then the lowest bytes are written over, touched or not.
const KEPT_BLIND: usize = 128 << 10;
/// Bytes of a stack that are cleared rather than given back: what a small guest and the host's functions below it reach.
const KEPT_STACK: usize = 32 << 10;

/// The engine, and whether it has a pool.
type Made = (Engine, bool);

static ENGINE: OnceLock<Result<Made, Arc<str>>> = OnceLock::new();

/// Returns the engine, made at the first call; its ticker ends with it.
pub(crate) fn engine() -> Result<&'static Engine, Error> {
    made().map(|it| &it.0)
}

/// Answers whether instances come from a pool, which is made once, and not from the system one by one.
pub fn has_pool() -> Result<bool, Error> {
    made().map(|it| it.1)
}

fn made() -> Result<&'static Made, Error> {
    let made = ENGINE.get_or_init(|| make().map_err(|error| Arc::from(format!("{error:#}"))));
    made.as_ref().map_err(|reason| Error::Engine { reason: reason.to_string() })
}

/// Makes an engine with a pool, or on demand where the address space is too small for one.
fn make() -> wasmtime::Result<Made> {
    let (engine, has_pool) = match Engine::new(&pooled()) {
        Ok(engine) => (engine, true),
        Err(_) => (Engine::new(&common())?, false),
    };
    let weak = engine.weak();
    std::thread::Builder::new().name("epoch".into()).spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    })?;
    Ok((engine, has_pool))
}

/// Makes the engine of the compiling child: as the other one, but for the pool, whose address space the child may not have.
pub(crate) fn compiling() -> wasmtime::Result<Engine> {
    // One thread: its stack and heap are all that the child's address space must hold, and its time is the child's time.
    Engine::new(common().parallel_compilation(false))
}

fn common() -> Config {
    let mut config = Config::new();
    config
        // The same input gives the same bytes out.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_relaxed_simd(false)
        // The epoch is the safety net, fuel the budget that can be repeated.
        .epoch_interruption(true)
        .consume_fuel(true)
        // What no guest of ours needs is refused.
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .shared_memory(false)
        .max_wasm_stack(MOST_STACK)
        .async_stack_size(2 << 20)
        .async_stack_zeroing(true)
        .memory_init_cow(true)
        // A trap is told by its kind; offsets and unwind tables would be a seventh of what is loaded at each start.
        .generate_address_map(false)
        .native_unwind_info(false);
    if let Some(frames) = NonZeroUsize::new(16) {
        config.wasm_backtrace_max_frames(Some(frames));
    }
    config
}

fn pooled() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    let kept = if PoolingAllocationConfig::is_pagemap_scan_available() { KEPT_DIRTY } else { KEPT_BLIND };
    pool.total_component_instances(POOL)
        .total_core_instances(4 * POOL)
        .total_memories(POOL)
        .total_tables(4 * POOL)
        .total_stacks(POOL)
        .max_core_instances_per_component(MOST_INSTANCES)
        .max_memories_per_component(MOST_MEMORIES)
        .max_tables_per_component(MOST_TABLES)
        .max_memory_size(MOST_MEMORY)
        .table_elements(MOST_TABLE)
        .max_component_instance_size(1 << 20)
        .max_core_instance_size(1 << 20)
        .max_unused_warm_slots(WARM)
        .linear_memory_keep_resident(kept)
        .table_keep_resident(kept)
        .async_stack_keep_resident(KEPT_STACK)
        .pagemap_scan(Enabled::Auto)
        .decommit_batch_size(16);
    let mut config = common();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
