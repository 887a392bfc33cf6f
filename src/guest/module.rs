//! Modules: bytes, digest, role; made ready once, instantiated for each call.

use std::sync::Arc;

use wasmtime::component::{Component, HasSelf, InstancePre, Linker};

use super::{
    bindings::wit,
    built_in::BuiltIn,
    cache::{Cache, load_fresh},
    compile::Compiler,
    engine::{MOST_MEMORIES, MOST_TABLES, engine},
    error::Error,
    state::State,
    wasi,
};
use crate::digest::Digest;

/// What a module is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Proposes remediations.
    Generator,
    /// Knows what else hangs on a touched path.
    Analyzer,
    /// Runs scripts.
    Interpreter,
    /// Models commands.
    CommandModel,
    /// Judges trees and changes.
    Validator,
    /// Plans how to undo a change.
    RollbackPlanner,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 6] = [Role::Generator, Role::Analyzer, Role::Interpreter, Role::CommandModel, Role::Validator, Role::RollbackPlanner];

    /// Returns the role's word, as in the WIT and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Role::Generator => "generator",
            Role::Analyzer => "analyzer",
            Role::Interpreter => "interpreter",
            Role::CommandModel => "command-model",
            Role::Validator => "validator",
            Role::RollbackPlanner => "rollback-planner",
        }
    }

    /// Finds a role by its word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Returns the interface of our package that the role exports.
    pub fn exports(self) -> &'static str {
        match self {
            Role::Generator => "propose",
            Role::Analyzer => "analyze",
            Role::Interpreter => "interpret",
            Role::CommandModel => "model",
            Role::Validator => "validate",
            Role::RollbackPlanner => "plan-rollback",
        }
    }

    /// Returns the interfaces of our package that the role is granted, and nothing else is.
    pub fn granted(self) -> &'static [&'static str] {
        match self {
            Role::Generator | Role::Analyzer => &["types", "log", "files", "facts"],
            // A command model imports the records of `commands`; only an interpreter has a dispatcher behind it.
            Role::Interpreter | Role::CommandModel => &["types", "log", "files", "surroundings", "ledger", "commands"],
            Role::Validator => &["types", "log", "files"],
            Role::RollbackPlanner => &["types", "log", "files", "restore"],
        }
    }
}

/// A module made ready: compiled, and linked to what its role may import and nothing else.
#[derive(Clone)]
pub struct Module {
    /// Its name.
    pub name: Arc<str>,
    /// Its role.
    pub role: Role,
    /// Digest of the component's bytes.
    pub digest: Digest,
    /// True for the modules of this program.
    pub built_in: bool,
    /// True when it imports interfaces of WASI.
    pub(crate) wasi: bool,
    pub(crate) pre: InstancePre<State>,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Module({} {} {})", self.role.word(), self.name, self.digest)
    }
}

impl Module {
    /// Makes a module of this program ready. `tell` is called when it must be compiled first, which takes seconds.
    pub fn built_in(of: &BuiltIn, cache: Option<&Cache>, tell: &dyn Fn(&str)) -> Result<Module, Error> {
        let BuiltIn { name, role, component, .. } = *of;
        let digest = Digest::from_bytes(*of.digest);
        let engine = engine()?;
        let cached = cache.and_then(|it| it.load(engine, &digest));
        let ready = match cached {
            Some(ready) => ready,
            None => compile(name, &digest, component, cache, tell)?,
        };
        link(name, role, digest, true, &ready)
    }

    /// Makes a component ready that is not ours: its structure is checked first, and it is compiled in a process of its own.
    pub fn foreign(name: &str, role: Role, component: &[u8], compiler: &Compiler, cache: Option<&Cache>) -> Result<Module, Error> {
        let found = super::inspect::inspect(name, component)?;
        if let Some(reason) = super::inspect::obstacle(&found, role) {
            return Err(Error::WrongWorld { name: name.into(), role: role.word(), reason });
        }
        let (engine, digest) = (engine()?, Digest::of(component));
        let ready = match cache.and_then(|it| it.load(engine, &digest)) {
            Some(ready) => ready,
            None => {
                let code = compiler.compile(name, component)?;
                if let Some(cache) = cache {
                    cache.keep(engine, &digest, &code)?;
                }
                load_fresh(engine, &code).map_err(|error| Error::Compile { name: name.into(), reason: format!("{error:#}") })?
            }
        };
        within_pool(name, &ready)?;
        link(name, role, digest, false, &ready)
    }
}

/// Refuses what no slot of the pool could hold, also where there is no pool.
fn within_pool(name: &str, component: &Component) -> Result<(), Error> {
    let refuse = |reason: String| Error::Compile { name: name.into(), reason };
    let Some(wanted) = component.resources_required() else { return Err(refuse("it wants a core module from its host".into())) };
    if wanted.num_memories > MOST_MEMORIES || wanted.num_tables > MOST_TABLES {
        let (memories, tables) = (wanted.num_memories, wanted.num_tables);
        return Err(refuse(format!(
            "it has {memories} memories and {tables} tables, at most {MOST_MEMORIES} and {MOST_TABLES} are given; make one core module of it"
        )));
    }
    Ok(())
}

fn compile(name: &str, digest: &Digest, component: &[u8], cache: Option<&Cache>, tell: &dyn Fn(&str)) -> Result<Component, Error> {
    let engine = engine()?;
    let failed = |error: wasmtime::Error| Error::Compile { name: name.into(), reason: format!("{error:#}") };
    let Some(cache) = cache else { return Component::new(engine, component).map_err(failed) };
    tell(&format!("compiling built-in module {name} (once)"));
    let body = engine.precompile_component(component).map_err(failed)?;
    cache.keep(engine, digest, &body)?;
    cache.load(engine, digest).map_or_else(|| Component::new(engine, component).map_err(failed), Ok)
}

/// Links what the role's world imports. Anything else that the component wants is refused by name.
fn link(name: &str, role: Role, digest: Digest, built_in: bool, component: &Component) -> Result<Module, Error> {
    let wrong = |error: wasmtime::Error| Error::WrongWorld { name: name.into(), role: role.word(), reason: format!("{error:#}") };
    let mut linker: Linker<State> = Linker::new(engine()?);
    grant(&mut linker, role).map_err(wrong)?;
    let wasi = component.component_type().imports(component.engine()).any(|(import, _)| wasi::is_wasi(import));
    if wasi {
        wasi::add_to_linker(&mut linker).map_err(wrong)?;
    }
    let pre = linker.instantiate_pre(component).map_err(wrong)?;
    exports(role, &pre).map_err(wrong)?;
    Ok(Module { name: name.into(), role, digest, built_in, wasi, pre })
}

/// Links the interfaces that a role is granted.
fn grant(linker: &mut Linker<State>, role: Role) -> wasmtime::Result<()> {
    for interface in role.granted() {
        match *interface {
            "types" => wit::types::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "log" => wit::log::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "files" => wit::files::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "facts" => wit::facts::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "surroundings" => wit::surroundings::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "ledger" => wit::ledger::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "restore" => wit::restore::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            "commands" => wit::commands::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?,
            unknown => return Err(wasmtime::Error::msg(format!("no interface `{unknown}` can be granted"))),
        }
    }
    Ok(())
}

/// Checks that the exports of the role are there, so that a wrong module is told at once.
fn exports(role: Role, pre: &InstancePre<State>) -> wasmtime::Result<()> {
    use super::bindings as b;
    match role {
        Role::Generator => b::generator::GeneratorPre::new(pre.clone()).map(drop),
        Role::Analyzer => b::analyzer::AnalyzerPre::new(pre.clone()).map(drop),
        Role::Interpreter => b::interpreter::InterpreterPre::new(pre.clone()).map(drop),
        Role::CommandModel => b::command_model::CommandModelPre::new(pre.clone()).map(drop),
        Role::Validator => b::validator::ValidatorPre::new(pre.clone()).map(drop),
        Role::RollbackPlanner => b::rollback_planner::RollbackPlannerPre::new(pre.clone()).map(drop),
    }
}
