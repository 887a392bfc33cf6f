//! `invitro doctor`: looks whether all that invitro needs is healthy.

use std::{error::Error, fmt::Write as _, io::IsTerminal as _, path::Path, process::ExitCode};

use super::{
    arguments::{Doctor, Plain},
    exit,
    fault::Fault,
    show,
};
use crate::{
    config,
    gate::read_policy,
    guest::{BuiltIn, Cache, Module, built_in, has_pool},
    integration::{Vault, open, read_targets},
};

/// One thing that was looked at.
struct Check {
    name: String,
    /// What is there, or what is wrong with it.
    found: Result<String, String>,
    /// What to type where it is wrong.
    hint: Option<String>,
}

impl Check {
    fn new<E: Error>(name: impl Into<String>, found: Result<String, E>, hint: &'static str) -> Check {
        let found = found.map_err(|error| chain(&error));
        Check { hint: found.is_err().then(|| hint.to_owned()), name: name.into(), found }
    }
}

pub(super) fn run(of: &Doctor) -> Result<ExitCode, Fault> {
    let cache = config::cache_folder().map(Cache::at);
    let mut checks = vec![engine(), folder(cache.as_ref())];
    // A cache that is not healthy would spoil each module's check too, with the same words.
    let cache = cache.filter(|it| it.look().is_ok());
    checks.extend(built_in().iter().map(|it| module(it, cache.as_ref())));
    checks.push(policy(of.policy.as_deref()));
    checks.extend(of.policy.as_deref().map(targets).unwrap_or_default());
    checks.push(terminal());
    let healthy = checks.iter().all(|it| it.found.is_ok());
    show::data(&match of.format {
        Plain::Text => text(&checks, healthy),
        Plain::Json => json(&checks, healthy),
    })?;
    Ok(ExitCode::from(if healthy { exit::PROVEN } else { exit::EXPECTED }))
}

fn engine() -> Check {
    let found = has_pool().map(|pool| {
        let kind = if pool { "instances come from a pool" } else { "no pool (the address space is limited): each instance is made anew, and slower" };
        format!("WebAssembly engine, {kind}")
    });
    Check::new("engine", found, "look at `ulimit -v`; the engine reserves address space, not memory")
}

fn folder(cache: Option<&Cache>) -> Check {
    let Some(cache) = cache else {
        let found = Err("no folder: neither INVITRO_CACHE nor XDG_CACHE_HOME nor HOME names one, so modules are compiled at each start".to_owned());
        return Check { name: "cache".into(), found, hint: Some("export INVITRO_CACHE=/var/cache/invitro".to_owned()) };
    };
    let found =
        cache.look().map(|it| format!("{}: private, writable, {} modules, {:.1} MiB", cache.folder().display(), it.entries, it.bytes as f64 / 1_048_576.0));
    Check::new("cache", found, "set INVITRO_CACHE to a folder that is yours alone (mode 0700)")
}

fn module(it: &BuiltIn, cache: Option<&Cache>) -> Check {
    let found = Module::built_in(it, cache, &|text| show::talk(&format!("{text}\n"))).map(|it| it.digest.to_string());
    Check::new(format!("{} {}", it.role.word(), it.name), found, "remove the cache folder; if that does not help, build invitro again: `make build`")
}

fn policy(path: Option<&Path>) -> Check {
    let Some(path) = path else { return Check { name: "policy".into(), found: Ok("none given: the built-in, cautious one holds".into()), hint: None } };
    let found = read_policy(path).map(|it| format!("{}: {}", path.display(), it.digest));
    Check::new("policy", found, "the README has an example of each section")
}

/// Looks at each target of the settings: none is written to where its interface allows to look without that.
fn targets(path: &Path) -> Vec<Check> {
    const PAGE: &str = "see docs/targets.md";
    let wrong = |name: &str, found: String| Check { name: name.to_owned(), found: Err(found), hint: Some(PAGE.to_owned()) };
    // A file that can't be read is told as the policy's mistake.
    let Some(table) = std::fs::read_to_string(path).ok().and_then(|it| it.parse::<toml::Table>().ok()) else { return Vec::new() };
    let Some(tables) = table.get("targets").and_then(toml::Value::as_table) else { return Vec::new() };
    let all = match read_targets(tables) {
        Ok(all) => all,
        Err(problems) => return problems.into_iter().map(|it| wrong("target-settings", it)).collect(),
    };
    let vault = Vault::default();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return vec![wrong("targets", error.to_string())],
    };
    let mut checks = Vec::new();
    for (name, settings) in &all {
        match open(name, settings, &config::variable, &vault) {
            Err(error) => checks.push(wrong(&format!("{name} target-secret"), chain(&error))),
            Ok(sink) => checks.extend(runtime.block_on(sink.check()).into_iter().map(|it| Check {
                name: format!("{name} {} {}", it.code, it.what),
                found: it.found,
                hint: it.mend,
            })),
        }
    }
    checks
}

/// What is never unhealthy, but explains what is seen.
fn terminal() -> Check {
    let is = |it: bool, name: &str| if it { format!("{name} is a terminal") } else { format!("{name} is no terminal") };
    let colour = match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => "no colour",
        _ => "colour",
    };
    let found = format!("{}, {}; {colour}", is(std::io::stdout().is_terminal(), "stdout"), is(std::io::stderr().is_terminal(), "stderr"));
    Check { name: "terminal".into(), found: Ok(found), hint: None }
}

fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        // Some errors name their source themselves.
        if !out.contains(&it.to_string()) {
            let _ = write!(out, ": {it}");
        }
        cause = it.source();
    }
    out
}

fn text(checks: &[Check], healthy: bool) -> String {
    let mut out = String::new();
    for it in checks {
        let (word, message) = match &it.found {
            Ok(message) => (show::good("ok"), message),
            Err(message) => (show::bad("no"), message),
        };
        let _ = writeln!(out, "{word}  {:<32} {}", it.name, message.replace('\n', "\n    "));
        if let Some(hint) = &it.hint {
            let _ = writeln!(out, "    Hint: {hint}");
        }
    }
    let _ = writeln!(out, "\n{}", if healthy { "all is healthy" } else { "not all is healthy" });
    out
}

fn json(checks: &[Check], healthy: bool) -> String {
    let checks: Vec<_> = checks
        .iter()
        .map(|it| serde_json::json!({"name": it.name, "healthy": it.found.is_ok(), "message": it.found.as_ref().unwrap_or_else(|it| it), "hint": it.hint}))
        .collect();
    format!("{:#}\n", serde_json::json!({"schema": "invitro.doctor/v1", "version": env!("CARGO_PKG_VERSION"), "healthy": healthy, "checks": checks}))
}
