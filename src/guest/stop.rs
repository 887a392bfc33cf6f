//! Why a guest call ended before its time.

use wasmtime::component::ResourceTableError;

use super::{engine::MOST_STACK, limiter::Refused, limits::Limits};

/// What stopped a guest. Found by type, never by text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The fuel ran out.
    #[error("fuel: the limit of {0} units is used up")]
    Fuel(u64),
    /// The epoch deadline passed.
    #[error("deadline: the processor-time limit passed")]
    Deadline,
    /// The wall clock passed its limit.
    #[error("wall-clock: the limit passed")]
    WallClock,
    /// Linear memory would have grown past the limit.
    #[error("memory: {wanted} bytes wanted, {limit} allowed")]
    Memory {
        /// Bytes of all memories together, had it been allowed.
        wanted: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Calls went deeper than the machine's stack for guests.
    #[error("stack: calls are nested deeper than {0} bytes of stack")]
    Stack(usize),
    /// Tables would have grown past the limit.
    #[error("table: {wanted} elements wanted, {limit} allowed")]
    Table {
        /// Elements of all tables together, had it been allowed.
        wanted: usize,
        /// Elements allowed.
        limit: usize,
    },
    /// Host calls carried too much.
    #[error("host-data: more than {0} bytes through host calls")]
    HostData(u64),
    /// The host would have to keep too much.
    #[error("kept: more than {0} bytes for the host to keep")]
    Kept(usize),
    /// Too many handles were alive.
    #[error("handles: more than {0} alive")]
    Handles(usize),
    /// Too much was printed.
    #[error("output: more than {0} bytes")]
    Output(usize),
    /// The answer has more parts than the WIT allows.
    #[error("answer: {found} {what}, at most {most} are taken")]
    Answer {
        /// What the parts are.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are taken.
        most: usize,
    },
    /// Too many commands were spawned, or too deep.
    #[error("spawn: {0}")]
    Spawn(String),
    /// A limit of the interpreter itself.
    #[error("interpreter: {0}")]
    Interpreter(String),
    /// The guest trapped.
    #[error("trap: {0}")]
    Trap(String),
    /// The host could not go on.
    #[error("host: {0}")]
    Host(String),
}

impl Stop {
    /// Returns the kind as one word, as reports name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Stop::Fuel(_) => "fuel",
            Stop::Deadline => "deadline",
            Stop::WallClock => "wall-clock",
            Stop::Memory { .. } => "memory",
            Stop::Stack(_) => "stack",
            Stop::Table { .. } => "table",
            Stop::HostData(_) => "host-data",
            Stop::Kept(_) => "kept",
            Stop::Handles(_) => "handles",
            Stop::Output(_) => "output",
            Stop::Answer { .. } => "answer",
            Stop::Spawn(_) => "spawn",
            Stop::Interpreter(_) => "interpreter",
            Stop::Trap(_) => "trap",
            Stop::Host(_) => "host",
        }
    }

    /// Finds the cause in an error of wasmtime, given the limits of the call.
    pub(crate) fn of(error: &wasmtime::Error, limits: &Limits) -> Stop {
        if let Some(stop) = error.downcast_ref::<Stop>() {
            return stop.clone();
        }
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return match *refused {
                Refused::Memory { wanted, limit } => Stop::Memory { wanted, limit },
                Refused::Table { wanted, limit } => Stop::Table { wanted, limit },
            };
        }
        if let Some(ResourceTableError::Full) = error.downcast_ref() {
            return Stop::Handles(limits.handles);
        }
        match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::OutOfFuel) => Stop::Fuel(limits.fuel),
            Some(wasmtime::Trap::Interrupt) => Stop::Deadline,
            Some(wasmtime::Trap::StackOverflow) => Stop::Stack(MOST_STACK),
            Some(trap) => Stop::Trap(trap.to_string()),
            None => untyped(&error.root_cause().to_string(), limits),
        }
    }
}

/// wasmtime 48 has no public type for two of its stops (`HostcallFuelExhausted` is private, the other is a message), so they are known by
/// their text. The tests below provoke both in wasmtime itself, and fail when a version says them otherwise; until then such a stop would
/// still be one, of the kind `trap`.
fn untyped(text: &str, limits: &Limits) -> Stop {
    if text.contains("fuel allocated for hostcalls has been exhausted") {
        Stop::HostData(limits.host_call_bytes as u64)
    } else if text.contains("store handle limit exceeded") {
        Stop::Handles(limits.handles)
    } else {
        Stop::Trap(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::{
        Store,
        component::{Component, Linker},
    };

    use super::Stop;
    use crate::guest::{engine::engine, limits::Limits};

    /// Runs `run` of a component under these limits of wasmtime's own, and says what stopped it.
    fn stopped(component: &str, limits: &Limits) -> Stop {
        let engine = engine().expect("an engine");
        let component = Component::new(engine, wat::parse_str(component).expect("WAT")).expect("it compiles");
        let mut linker = Linker::<()>::new(engine);
        linker.root().func_wrap("take", |_, _: (String,)| Ok(())).expect("a name that is free");
        let mut store = Store::new(engine, ());
        store.set_fuel(1_000_000).expect("fuel is on");
        store.set_epoch_deadline(1_000_000);
        store.set_hostcall_fuel(limits.host_call_bytes);
        store.set_max_component_handles(limits.handles);
        let instance = linker.instantiate(&mut store, &component).expect("it starts");
        let run = instance.get_typed_func::<(), ()>(&mut store, "run").expect("its type");
        Stop::of(&run.call(&mut store, ()).expect_err("a limit is met"), limits)
    }

    #[test]
    fn too_much_data_for_a_host_call_is_told_by_its_kind() {
        let component = r#"(component
            (import "take" (func $take (param "it" string)))
            (core module $lib (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            (core instance $lib (instantiate $lib))
            (alias core export $lib "memory" (core memory $memory))
            (alias core export $lib "realloc" (core func $realloc))
            (core func $take (canon lower (func $take) (memory $memory) (realloc $realloc)))
            (core module $main (import "" "take" (func $take (param i32 i32))) (func (export "run") (call $take (i32.const 0) (i32.const 64))))
            (core instance $main (instantiate $main (with "" (instance (export "take" (func $take))))))
            (func (export "run") (canon lift (core func $main "run"))))"#;
        assert_eq!(stopped(component, &Limits { host_call_bytes: 63, ..Limits::default() }), Stop::HostData(63));
    }

    #[test]
    fn too_many_handles_are_told_by_their_kind() {
        let component = r#"(component
            (type $r (resource (rep i32)))
            (core func $new (canon resource.new $r))
            (core module $main (import "" "new" (func $new (param i32) (result i32)))
              (func (export "run") (drop (call $new (i32.const 1))) (drop (call $new (i32.const 2)))))
            (core instance $main (instantiate $main (with "" (instance (export "new" (func $new))))))
            (func (export "run") (canon lift (core func $main "run"))))"#;
        assert_eq!(stopped(component, &Limits { handles: 1, ..Limits::default() }), Stop::Handles(1));
    }
}
