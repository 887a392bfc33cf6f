//! The modules that may take part.

use std::collections::BTreeMap;

use super::later::{Later, is_python};
use crate::{
    guest::{BuiltIn, Cache, Error, Limits, Module, Role, block_on, built_in, model_names},
    remediation::{Artifact, Language},
};

/// Modules by what they are for.
#[derive(Clone, Debug)]
pub struct Modules {
    /// Runs bash.
    pub bash: Module,
    /// Who executes artifacts that are no scripts, by their kind.
    pub artifacts: BTreeMap<String, Module>,
    /// Runs Python.
    pub python: Later,
    /// Who models which command.
    pub models: BTreeMap<String, Module>,
    /// Who proposes remediations, in the order in which they are asked.
    pub generators: Vec<Module>,
    /// Who judges trees and changes.
    pub validators: Vec<Module>,
    /// Who plans how to undo a change.
    pub planner: Option<Module>,
    /// Who knows what else hangs on a touched path.
    pub analyzers: Vec<Module>,
}

impl Modules {
    /// Who executes an artifact besides the interpreters of scripts; PowerShell is listed there and not run.
    pub fn executor(&self, of: &Artifact) -> Option<&Module> {
        match of {
            Artifact::Script { language: Language::Powershell, .. } => self.artifacts.get("powershell"),
            Artifact::Script { .. } => None,
            other => self.artifacts.get(other.kind()),
        }
    }

    /// Makes the built-in modules ready. `tell` hears of what must be compiled first.
    pub fn built_in(cache: Option<&Cache>, tell: &(dyn Fn(&str) + Sync)) -> Result<Modules, Error> {
        let (mut bash, mut planner, mut models) = (None, None, BTreeMap::new());
        let (mut generators, mut validators) = (Vec::new(), Vec::new());
        let (mut analyzers, mut artifacts) = (Vec::new(), BTreeMap::new());
        for module in load(cache, tell)? {
            match module.role {
                Role::Interpreter if &*module.name == "bash" => bash = Some(module),
                Role::Interpreter => drop(artifacts.insert(module.name.to_string(), module)),
                Role::CommandModel => models.extend(command_names(&module)?.into_iter().map(|name| (name, module.clone()))),
                Role::Generator => generators.push(module),
                Role::Validator => validators.push(module),
                Role::RollbackPlanner => planner = Some(module),
                Role::Analyzer => analyzers.push(module),
            }
        }
        let bash = bash.ok_or_else(|| Error::MissingBuiltIn { name: "bash".into() })?;
        Ok(Modules { bash, python: Later::python(cache)?, artifacts, models, generators, validators, planner, analyzers })
    }
}

/// Loads all modules, the shell beside the others: to authenticate one of those takes as long as all of these.
fn load(cache: Option<&Cache>, tell: &(dyn Fn(&str) + Sync)) -> Result<Vec<Module>, Error> {
    let of = |wanted: bool| built_in().iter().filter(move |it| (it.role == Role::Interpreter) == wanted && !is_python(it));
    let load = |it: &BuiltIn| Module::built_in(it, cache, tell);
    std::thread::scope(|scope| {
        let large = scope.spawn(|| of(true).map(load).collect::<Result<Vec<_>, _>>());
        let mut all = of(false).map(load).collect::<Result<Vec<_>, _>>()?;
        all.extend(large.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(all)
    })
}

/// Asks a command model for the commands that it has: one call of a fresh instance.
pub fn command_names(module: &Module) -> Result<Vec<String>, Error> {
    let asked = block_on(model_names(module, Limits::default().small()));
    asked.answer.map_err(|stop| Error::Compile { name: module.name.to_string(), reason: stop.to_string() })
}
