//! One guest call: a fresh store and instance, every limit armed before the guest's first instruction, all dropped after.

use std::future::Future;

use wasmtime::{CallHook, Store, StoreContextMut, UpdateDeadline, component::Resource};

use super::{
    bindings::{
        self,
        wit::{commands, types},
    },
    engine::engine,
    files::{Model, TreeHandle, WorkspaceHandle},
    limits::{Limits, Used},
    module::{Module, Role},
    restore::Restorations,
    state::{Completion, Dispatch, Invocation, Run, State, root},
    stop::Stop,
    wasi::{Exit, Root},
    wire,
};
use crate::tree::{Actor, Tree};

/// What a call gave, or what stopped it; and what it used either way.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The guest's answer.
    pub answer: Result<T, Stop>,
    /// What it used.
    pub used: Used,
    /// Messages that it logged.
    pub messages: Vec<String>,
}

impl<T> Outcome<T> {
    fn never_began(stop: Stop) -> Outcome<T> {
        Outcome { answer: Err(stop), used: Used::default(), messages: Vec::new() }
    }
}

use bindings::analyzer::exports::invitro::remediation::analyze;
use bindings::generator::exports::invitro::remediation::propose as wit_propose;
use bindings::rollback_planner::exports::invitro::remediation::plan_rollback as rollback;
use bindings::validator::exports::invitro::remediation::validate;

/// Makes a store with every limit armed.
fn store(module: &Module, limits: Limits) -> Result<Store<State>, Stop> {
    let engine = engine().map_err(|error| Stop::Host(error.to_string()))?;
    let mut store = Store::new(engine, State::new(module.name.clone(), limits));
    store.limiter(|state| &mut state.limiter);
    store.set_fuel(limits.fuel).map_err(|error| Stop::Host(error.to_string()))?;
    // A guest yields at each tick, so that the wall clock is looked at even while it spins.
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        context.data_mut().tick().map_err(wasmtime::Error::new)?;
        Ok(UpdateDeadline::Yield(1))
    });
    store.call_hook(settle);
    store.set_hostcall_fuel(limits.host_call_bytes);
    store.set_max_component_handles(limits.handles);
    Ok(store)
}

/// Notes the fuel when the guest calls the host, and takes what it owes when the host returns.
///
/// Only at the outermost call: there the guest writes its count back before, and reads it again after. Within a call the host may
/// ask the guest for room, and that code may meet a tick of the epoch or grow its memory, which keeps the count in a register: fuel
/// taken there would be lost, by chance of the clock.
fn settle(mut context: StoreContextMut<'_, State>, hook: CallHook) -> wasmtime::Result<()> {
    match hook {
        CallHook::CallingHost => {
            if context.data().calls_open == 0 {
                context.data_mut().fuel_left = context.get_fuel()?;
            }
            context.data_mut().calls_open += 1;
        }
        CallHook::ReturningFromHost => {
            let state = context.data_mut();
            state.calls_open = state.calls_open.saturating_sub(1);
            if state.calls_open > 0 || state.owed == 0 {
                return Ok(());
            }
            let owed = std::mem::take(&mut state.owed);
            let left = context.get_fuel()?.checked_sub(owed);
            context.set_fuel(left.unwrap_or(0))?;
            if left.is_none() {
                return Err(wasmtime::Error::new(Stop::Fuel(context.data().limits.fuel)));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Makes a store, prepares its state, and runs a guest's future in it under the wall clock.
async fn call<T>(
    module: &Module,
    limits: Limits,
    prepare: impl FnOnce(&mut State),
    act: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
) -> Outcome<T> {
    let mut store = match store(module, limits) {
        Ok(store) => store,
        Err(stop) => return Outcome::never_began(stop),
    };
    prepare(store.data_mut());
    let ended = tokio::time::timeout(limits.wall, act(&mut store)).await;
    let answer = match ended {
        Err(_) => Err(Stop::WallClock),
        Ok(Err(error)) => Err(Stop::of(&error, &limits)),
        Ok(Ok(value)) => Ok(value),
    };
    let left = store.get_fuel().unwrap_or_default();
    let state = store.data();
    let used = Used {
        fuel: limits.fuel.saturating_sub(left),
        wall: state.started.elapsed(),
        memory_bytes: state.limiter.memory.max(state.used.memory_bytes),
        table_elements: state.limiter.table.max(state.used.table_elements),
        log_bytes: state.messages.total() + state.used.log_bytes,
        ..state.used
    };
    Outcome { answer, used, messages: state.messages.lines() }
}

/// Most parts of an answer, as the WIT says for each.
const MOST_REMEDIATIONS: usize = 16;
const MOST_DEPENDENTS: usize = 1000;
const MOST_NOTES: usize = 1000;
const MOST_STEPS: usize = 10_000;
const MOST_NAMES: usize = 1000;

/// Refuses an answer with too many parts: to cut it would hide the part that matters.
fn at_most(most: usize, found: usize, what: &'static str) -> wasmtime::Result<()> {
    if found > most { Err(wasmtime::Error::new(Stop::Answer { what, found, most })) } else { Ok(()) }
}

/// Holds an answer's streams to the limit of output.
fn within_output(limits: &Limits, answer: Completion) -> wasmtime::Result<Completion> {
    if answer.stdout.len() + answer.stderr.len() > limits.output_bytes {
        return Err(wasmtime::Error::new(Stop::Output(limits.output_bytes)));
    }
    Ok(answer)
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a timer needs nothing that could be missing");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// Makes the handle of a tree, and shows the tree to a guest with WASI as the folder of this name. Made before the instance, whose
/// start may already look for folders.
fn handle(store: &mut Store<State>, tree: &Tree, folder: &'static str) -> wasmtime::Result<Resource<TreeHandle>> {
    let state = store.data_mut();
    let handle = state.table.push(TreeHandle(tree.clone()))?;
    state.used.handles += 1;
    state.wasi.roots.push((folder, Root::Tree(handle.rep())));
    Ok(handle)
}

fn workspace(store: &mut Store<State>, run: &Run, actor: Actor, model: Option<Model>) -> wasmtime::Result<Resource<WorkspaceHandle>> {
    let state = store.data_mut();
    state.run = Some(run.clone());
    let handle = state.table.push(WorkspaceHandle { run: run.clone(), actor, model })?;
    state.used.handles += 1;
    state.wasi.roots.push(("/", Root::Workspace(handle.rep())));
    Ok(handle)
}

/// Turns the end that a guest made itself, by WASI's `exit`, into its answer.
fn unless_ended<T>(answer: wasmtime::Result<T>, ended: impl FnOnce(Completion) -> T) -> wasmtime::Result<T> {
    answer.or_else(|error| match error.downcast_ref::<Exit>() {
        Some(Exit(status)) => Ok(ended(Completion { status: *status, ..Completion::default() })),
        None => Err(error),
    })
}

/// Puts what a guest printed through WASI before the streams of its answer.
fn with_printed(store: &mut Store<State>, answer: Completion) -> Completion {
    let wasi = &mut store.data_mut().wasi;
    if wasi.stdout.is_empty() && wasi.stderr.is_empty() {
        return answer;
    }
    let (mut stdout, mut stderr) = (std::mem::take(&mut wasi.stdout), std::mem::take(&mut wasi.stderr));
    stdout.extend(answer.stdout);
    stderr.extend(answer.stderr);
    Completion { stdout, stderr, ..answer }
}

/// Runs a script in an interpreter.
pub(crate) async fn interpret(
    module: &Module,
    limits: Limits,
    run: &Run,
    dispatch: std::sync::Arc<dyn Dispatch>,
    depth: u32,
    (language, script): (types::Language, &[u8]),
    invocation: &Invocation,
) -> Outcome<Result<Completion, bindings::interpreter::exports::invitro::remediation::interpret::InterpretError>> {
    debug_assert_eq!(module.role, Role::Interpreter);
    let prepare = |state: &mut State| {
        state.depth = depth;
        state.dispatch = Some(dispatch);
        state.wasi.invocation = module.wasi.then(|| invocation.clone().into());
    };
    call(module, limits, prepare, async |store| {
        let actor = Actor { uid: invocation.uid, gid: invocation.gid, umask: invocation.umask };
        let target = workspace(store, run, actor, None)?;
        let answer = unless_ended(interpreted(module, store, target, types::Script { language, text: script.to_vec() }, invocation).await, Ok)?;
        match answer {
            Ok(it) => Ok(Ok(within_output(&limits, with_printed(store, it))?)),
            Err(error) => Ok(Err(error)),
        }
    })
    .await
}

async fn interpreted(
    module: &Module,
    store: &mut Store<State>,
    target: Resource<WorkspaceHandle>,
    script: types::Script,
    invocation: &Invocation,
) -> wasmtime::Result<Result<Completion, bindings::interpreter::exports::invitro::remediation::interpret::InterpretError>> {
    let bound = bindings::interpreter::InterpreterPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
    let surroundings = wire::to_invocation(invocation);
    let answer = bound.invitro_remediation_interpret().call_interpret(&mut *store, &script, &surroundings, Resource::new_borrow(target.rep())).await?;
    Ok(answer.map(|it| Completion { status: it.status & 0xff, stdout: it.stdout, stderr: it.stderr }))
}

/// Returns the commands that a model has.
pub(crate) async fn model_names(module: &Module, limits: Limits) -> Outcome<Vec<String>> {
    call(
        module,
        limits,
        |_| {},
        async |store| {
            let bound = bindings::command_model::CommandModelPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            let answer = bound.invitro_remediation_model().call_names(&mut *store).await?;
            at_most(MOST_NAMES, answer.len(), "names of commands")?;
            Ok(answer)
        },
    )
    .await
}

/// Runs a command in its model. The inner error is why it is unmodelled.
pub(crate) async fn model(module: &Module, limits: Limits, run: &Run, invocation: &Invocation) -> Outcome<Result<Completion, String>> {
    call(
        module,
        limits,
        |state| {
            state.line = invocation.line;
            state.wasi.invocation = module.wasi.then(|| invocation.clone().into());
        },
        async |store| {
            use bindings::command_model::exports::invitro::remediation::model::ModelError;
            let actor = Actor { uid: invocation.uid, gid: invocation.gid, umask: invocation.umask };
            let command = invocation.argv.first().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
            let model = Model { namespace: module.name.to_string(), command };
            let target = workspace(store, run, actor, Some(model))?;
            let asked: commands::Invocation = wire::to_invocation(invocation);
            let answered = async {
                let bound = bindings::command_model::CommandModelPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
                let answer = bound.invitro_remediation_model().call_run(&mut *store, &asked, Resource::new_borrow(target.rep())).await?;
                Ok(answer.map(wire::from_completion))
            };
            match unless_ended(answered.await, Ok)? {
                Ok(it) => Ok(Ok(within_output(&limits, with_printed(store, it))?)),
                Err(ModelError::Unmodelled(reason) | ModelError::Other(reason)) => Ok(Err(reason)),
            }
        },
    )
    .await
}

/// Asks a generator for proposals.
pub(crate) fn propose(
    module: &Module,
    limits: Limits,
    finding: &types::Finding,
    target: &Tree,
) -> Outcome<Result<Vec<types::Remediation>, wit_propose::ProposeError>> {
    block_on(call(
        module,
        limits,
        |state| state.facts = Some(target.clone()),
        async |store| {
            let tree = handle(store, target, "/")?;
            let bound = bindings::generator::GeneratorPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            let answer = bound.invitro_remediation_propose().call_propose(&mut *store, finding, Resource::new_borrow(tree.rep())).await?;
            at_most(MOST_REMEDIATIONS, answer.as_ref().map_or(0, Vec::len), "remediations")?;
            Ok(answer)
        },
    ))
}

/// Asks an analyzer what hangs on what a remediation touches.
pub(crate) fn analyze(
    module: &Module,
    limits: Limits,
    remediation: &types::Remediation,
    target: &Tree,
) -> Outcome<Result<Vec<analyze::Dependent>, analyze::AnalyzeError>> {
    block_on(call(
        module,
        limits,
        |state| state.facts = Some(target.clone()),
        async |store| {
            let tree = handle(store, target, "/")?;
            let bound = bindings::analyzer::AnalyzerPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            let answer = bound.invitro_remediation_analyze().call_analyze(&mut *store, remediation, Resource::new_borrow(tree.rep())).await?;
            at_most(MOST_DEPENDENTS, answer.as_ref().map_or(0, Vec::len), "dependents")?;
            Ok(answer)
        },
    ))
}

/// Asks a validator whether a finding stands in a tree. It is not told which tree this is.
pub(crate) fn check(module: &Module, limits: Limits, finding: &types::Finding, target: &Tree) -> Outcome<Result<validate::Standing, validate::ValidateError>> {
    block_on(call(
        module,
        limits,
        |_| {},
        async |store| {
            let tree = handle(store, target, "/")?;
            let bound = bindings::validator::ValidatorPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            bound.invitro_remediation_validate().call_check(&mut *store, finding, Resource::new_borrow(tree.rep())).await
        },
    ))
}

/// What a review looks at.
pub(crate) struct Review<'a> {
    /// The finding, when there is one.
    pub(crate) finding: Option<&'a types::Finding>,
    /// The proposal, when there is one.
    pub(crate) remediation: Option<&'a types::Remediation>,
    /// The tree before.
    pub(crate) before: &'a Tree,
    /// The tree after.
    pub(crate) after: &'a Tree,
    /// What changed.
    pub(crate) changes: &'a [types::Change],
    /// What happened outside files.
    pub(crate) effects: &'a [types::Effect],
}

/// Asks a validator for its notes on a change.
pub(crate) fn review(module: &Module, limits: Limits, of: &Review<'_>) -> Outcome<Result<Vec<types::Note>, validate::ValidateError>> {
    block_on(call(
        module,
        limits,
        |_| {},
        async |store| {
            let (before, after) = (handle(store, of.before, "/before")?, handle(store, of.after, "/after")?);
            let bound = bindings::validator::ValidatorPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            let answer = bound
                .invitro_remediation_validate()
                .call_review(
                    &mut *store,
                    of.finding,
                    of.remediation,
                    Resource::new_borrow(before.rep()),
                    Resource::new_borrow(after.rep()),
                    of.changes,
                    of.effects,
                )
                .await?;
            at_most(MOST_NOTES, answer.as_ref().map_or(0, Vec::len), "notes")?;
            Ok(answer)
        },
    ))
}

/// Asks a planner how to undo a change.
pub(crate) fn plan_rollback(
    module: &Module,
    limits: Limits,
    before: &Tree,
    after: &Tree,
    changes: &[types::Change],
    effects: &[types::Effect],
) -> Outcome<Result<(rollback::Rollback, Restorations), rollback::PlanError>> {
    block_on(call(
        module,
        limits,
        |_| {},
        async |store| {
            let (before, after) = (handle(store, before, "/before")?, handle(store, after, "/after")?);
            let bound = bindings::rollback_planner::RollbackPlannerPre::new(module.pre.clone())?.instantiate_async(&mut *store).await?;
            let answer = bound
                .invitro_remediation_plan_rollback()
                .call_plan(&mut *store, Resource::new_borrow(before.rep()), Resource::new_borrow(after.rep()), changes, effects)
                .await?;
            at_most(MOST_STEPS, answer.as_ref().map_or(0, |it| it.inverse.len()), "steps")?;
            Ok(answer.map(|plan| (plan, std::mem::take(&mut store.data_mut().restorations))))
        },
    ))
}

/// Returns the actor that a fix is unless it says otherwise.
pub fn actor() -> Actor {
    root()
}
