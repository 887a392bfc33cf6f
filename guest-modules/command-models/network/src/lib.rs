//! Models commands that reach for the network: none is run. What only acts elsewhere is recorded with what it meant to do; what would
//! bring bytes into the target, or print what another machine says, is refused, and the run is unproven.

mod cluster;
mod fetch;
mod intent;
mod language;
mod remote;

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        types::{EffectKind, Treatment},
    },
};
use intent::Intent;
use model_support::{Command, done};

struct Network;

/// Commands, and who reads their words.
const READERS: &[(&str, fn(&str, &[String]) -> Intent)] = &[
    ("cargo", language::read),
    ("crictl", cluster::read),
    ("curl", fetch::curl),
    ("dig", remote::question),
    ("docker", cluster::read),
    ("ftp", remote::question),
    ("gem", language::read),
    ("git", remote::git),
    ("go", language::read),
    ("helm", cluster::read),
    ("host", remote::question),
    ("kubectl", cluster::read),
    ("nc", remote::probe),
    ("ncat", remote::probe),
    ("netcat", remote::probe),
    ("npm", language::read),
    ("nslookup", remote::question),
    ("ping", remote::probe),
    ("pip", language::read),
    ("pip3", language::read),
    ("podman", cluster::read),
    ("rsync", remote::copy),
    ("scp", remote::copy),
    ("sftp", remote::question),
    ("ssh", remote::question),
    ("telnet", remote::question),
    ("terraform", cluster::read),
    ("wget", fetch::wget),
];

impl Guest for Network {
    fn names() -> Vec<String> {
        READERS.iter().map(|it| it.0.to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        let Some((_, reader)) = READERS.iter().find(|it| it.0 == command.name) else { return command.unmodelled("this command") };
        let kind = |kind: &str| EffectKind::Other(kind.to_owned());
        match reader(&command.name, &command.words) {
            Intent::Acts { kind: of, what } => {
                let of = if of == intent::INSTALL { EffectKind::PackageInstall } else { kind(of) };
                command.effect(of, &what, Treatment::Recorded);
                done()
            }
            Intent::Brings { kind: of, what, why } => {
                command.effect(kind(of), &what, Treatment::Refused);
                Err(ModelError::Unmodelled(format!("there is no network here: {} would {why} ({what})", command.name)))
            }
            Intent::Unknown(what) => command.unmodelled(&what),
        }
    }
}

command_model::export!(Network with_types_in invitro_sdk::command_model);
