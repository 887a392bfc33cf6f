//! Each target beside its twin: what is told arrives once, whatever goes wrong on the way, and no secret arrives anywhere.

mod contracts;
mod courier;
mod examples;
mod github;
mod jira;
mod pagerduty;
mod sample;
mod siem;
mod slack;
mod tickets;
mod wires;
#[path = "../../twins/mod.rs"]
mod twins;

use std::time::Duration;

use invitro::integration::{Health, Sink, Vault, open, read_targets};

/// A token that must be seen by the target alone.
const CANARY: &str = "canary-7f3a9c1e5b";

/// Opens the one target of some settings; `TOKEN` is in the environment.
fn target(toml: &str) -> Box<dyn Sink> {
    let table: toml::Table = toml.parse().expect("TOML");
    let targets = read_targets(&table).unwrap_or_else(|it| panic!("{}", it.join("\n")));
    let (name, settings) = targets.iter().next().expect("a target");
    let environment = |name: &str| (name == "TOKEN").then(|| CANARY.to_owned());
    open(name, settings, &environment, &Vault::default()).unwrap_or_else(|it| panic!("{it}"))
}

/// The mistakes of some settings.
fn mistakes(toml: &str) -> Vec<String> {
    read_targets(&toml.parse().expect("TOML")).expect_err("mistakes")
}

/// What `doctor` says, a line each.
async fn health(of: &dyn Sink) -> Vec<String> {
    let line = |it: Health| match it.found {
        Ok(found) => format!("ok {} {}: {found}", it.code, it.what),
        Err(found) => format!("NO {} {}: {found} -> {}", it.code, it.what, it.mend.unwrap_or_default()),
    };
    of.check().await.into_iter().map(line).collect()
}

/// No test waits longer.
const PATIENCE: Duration = Duration::from_secs(60);
