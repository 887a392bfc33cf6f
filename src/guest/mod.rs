//! The WebAssembly host: everything that knows wasmtime.
//!
//! A module is bytes of a component and a role. It is compiled once, linked to what its role may import and nothing else, and
//! instantiated anew for each call: no guest sees what another left. Every limit is armed before its first instruction, and
//! what stopped it is told by type.
//!
//! To add a role: a world in `wit/`, its bindings in `bindings.rs`, its grant in `module.rs`, its call in `call.rs`.

mod bindings;
mod built_in;
mod cache;
mod call;
mod compile;
mod engine;
mod error;
mod facts;
mod files;
mod ledger;
mod inspect;
mod limiter;
mod limits;
mod messages;
mod module;
mod precheck;
mod restore;
mod state;
mod stop;
mod wasi;
mod wire;

pub use built_in::{BuiltIn, built_in};
pub use cache::{Cache, Held};
pub use call::{Outcome, actor};
pub(crate) use call::{Review, analyze, block_on, check, interpret, model, model_names, plan_rollback, propose, review};
pub use compile::{COMMAND, CompileStop, Compiler, compile_for_parent};
pub use engine::has_pool;
pub use error::Error;
pub use inspect::{Granted, Inspection, inspect};
pub use ledger::{Assumption, Call, Consulted, Doubt, Effect, Ledger, Treatment, Unmodelled};
pub use limits::{LimitError, Limits, Used};
pub use messages::Messages;
pub use module::{Module, Role};
pub(crate) use restore::Restorations;
pub use state::{Completion, Context, Dispatch, Invocation, Run, Spawned, Spawning};
pub use stop::Stop;

/// The WIT's own records, for the rooms that turn their values into them.
pub(crate) mod wit {
    pub(crate) use super::bindings::{
        analyzer::exports::invitro::remediation::analyze::{Dependent, DependentKind},
        generator::exports::invitro::remediation::propose::ProposeError,
        interpreter::exports::invitro::remediation::interpret::InterpretError,
        rollback_planner::exports::invitro::remediation::plan_rollback::{PlanError, Step},
        validator::exports::invitro::remediation::validate::{Standing, ValidateError},
        wit::types::{self, Language},
    };
    pub(crate) use super::wire::{kind, to_change, to_effect, to_finding};
}
