//! `invitro module`: what a module is, and what it answers to a case.

use std::{fmt::Write as _, fs, io::Read as _, path::Path, process::ExitCode};

use super::{
    arguments::{Inspect, ModuleCommand, Test},
    exit,
    fault::Fault,
    house, show,
};
use crate::{
    config, diff,
    exercise::{self, Exercised, exercise},
    guest::{Cache, Compiler, Inspection, Limits, Module, Role, inspect},
};

/// A module that can't be used.
#[derive(Debug, thiserror::Error)]
enum ModuleError {
    #[error("the module {path} can't be read")]
    Read {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the module {path} exports no interface of a role; a module exports one of: {}", Role::ALL.map(|it| format!("{} ({})", it.exports(), it.word())).join(", "))]
    NoRole { path: String },
    #[error("the case {case} has no expect.json; `invitro module test --update` writes what the module answers, for you to read")]
    NothingExpected { case: String },
    #[error("{path} can't be written")]
    Write {
        path: String,
        #[source]
        source: std::io::Error,
    },
}

pub(super) fn run(of: &ModuleCommand) -> Result<ExitCode, Fault> {
    match of {
        ModuleCommand::Inspect(it) => look(it),
        ModuleCommand::Test(it) => test(it),
    }
}

/// Reads a module, but not more of it than any module may have.
fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let fail = |source| ModuleError::Read { path: path.display().to_string(), source };
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|it| it.take(64 << 20).read_to_end(&mut bytes)).map_err(fail)?;
    Ok(bytes)
}

fn look(of: &Inspect) -> Result<ExitCode, Fault> {
    let found = inspect(&of.module.display().to_string(), &read(&of.module)?)?;
    show::data(&told(&found))?;
    Ok(ExitCode::from(exit::PROVEN))
}

fn told(of: &Inspection) -> String {
    let mut out = String::new();
    let role = of.role.map_or("none: it exports no interface of a role", Role::word);
    let _ = writeln!(out, "role       {role}\ndigest     {}\nsize       {} bytes, {} functions", of.digest, of.bytes, of.functions);
    for (name, granted) in &of.imports {
        let _ = writeln!(out, "import     {name}  {}", granted.word());
    }
    for name in of.unused() {
        let _ = writeln!(out, "unused     {name}  granted, not wanted");
    }
    for name in &of.exports {
        let _ = writeln!(out, "export     {name}");
    }
    let limits = limits(of.role);
    let _ = writeln!(
        out,
        "limits     fuel {}, deadline {} ms, wall {} ms, memory {} MiB, table {} elements, {} handles",
        limits.fuel,
        limits.deadline.as_millis(),
        limits.wall.as_millis(),
        limits.memory_bytes >> 20,
        limits.table_elements,
        limits.handles
    );
    out
}

/// What a module of a role may use.
fn limits(role: Option<Role>) -> Limits {
    if role == Some(Role::Interpreter) { Limits::default() } else { Limits::default().small() }
}

fn test(of: &Test) -> Result<ExitCode, Fault> {
    let (path, bytes) = (of.module.display().to_string(), read(&of.module)?);
    let role = inspect(&path, &bytes)?.role.ok_or(ModuleError::NoRole { path: path.clone() })?;
    let cache = config::cache_folder().map(Cache::at);
    let module = Module::foreign(&path, role, &bytes, &Compiler::with(config::own_program()?), cache.as_ref())?;
    let case = exercise::read(&of.case)?;
    let mut limits = limits(Some(role));
    for (name, value) in &of.limits.limit {
        limits.set(name, *value)?;
    }
    let done = exercise(&module, &house::modules()?, limits, &case)?;
    judge(of, &done, &limits)
}

fn judge(of: &Test, done: &Exercised, limits: &Limits) -> Result<ExitCode, Fault> {
    for message in &done.messages {
        show::talk(&format!("log: {}\n", message.escape_debug()));
    }
    let used = &done.used;
    let (memory, most) = (used.memory_bytes >> 10, limits.memory_bytes >> 10);
    show::talk(&format!("used: fuel {}/{}, memory {memory}/{most} KiB, {} host calls\n", used.fuel, limits.fuel, used.host_calls));
    let answer = match &done.answer {
        Ok(answer) => format!("{answer:#}\n"),
        Err(stop) => format!("{:#}\n", serde_json::json!({ "stopped": stop.kind() })),
    };
    if of.update {
        let path = of.case.join("expect.json");
        fs::write(&path, &answer).map_err(|source| ModuleError::Write { path: path.display().to_string(), source })?;
        show::data(&answer)?;
        return Ok(ExitCode::from(exit::PROVEN));
    }
    let Some(wanted) = exercise::expected(&of.case)? else {
        show::data(&answer)?;
        return Err(ModuleError::NothingExpected { case: of.case.display().to_string() }.into());
    };
    let wanted = format!("{wanted:#}\n");
    if wanted == answer {
        show::data("as expected\n")?;
        return Ok(ExitCode::from(exit::PROVEN));
    }
    show::data(&format!("--- expect.json\n+++ answer\n{}", diff::unified(wanted.as_bytes(), answer.as_bytes()).unwrap_or(answer)))?;
    Ok(ExitCode::from(exit::EXPECTED))
}
