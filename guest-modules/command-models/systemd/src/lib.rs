//! Models systemctl(1), service(8) and their kin, as systemd 252 (Debian 12) does.
//!
//! Unit files and links are the tree's, so enabling is carried out truly where the unit file is there. A unit that the tree does
//! not have is no reason for a made-up failure, as a tree is often a part of a machine: the command is then recorded only.

mod control;
mod install;
mod tree;

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        types::{EffectKind, Treatment},
    },
};
use model_support::{Answer, Command, done};

struct Systemd;

impl Guest for Systemd {
    fn names() -> Vec<String> {
        ["systemctl", "service", "update-rc.d", "invoke-rc.d", "systemd-tmpfiles", "loginctl", "hostnamectl", "timedatectl"].map(str::to_owned).to_vec()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        match command.name.as_str() {
            "systemctl" => control::systemctl(&command),
            "service" | "invoke-rc.d" => service(&command),
            _ => recorded(&command),
        }
    }
}

/// service(8): `service UNIT VERB` is `systemctl VERB UNIT`.
fn service(command: &Command<'_>) -> Answer {
    match &command.words[..] {
        [unit, verb] if matches!(verb.as_str(), "start" | "stop" | "restart" | "reload" | "force-reload" | "try-restart") => {
            control::act(command, if verb == "force-reload" { "reload-or-restart" } else { verb }, &[unit.clone()])
        }
        [_, verb] if verb == "status" => control::ask(command, &command.words[..1], true),
        _ => command.unmodelled("this form"),
    }
}

/// Commands that change the running machine and print nothing.
fn recorded(command: &Command<'_>) -> Answer {
    let asks = command.words.first().is_none_or(|it| it.starts_with("show") || it.starts_with("status") || it.starts_with("list"));
    if asks && command.name != "systemd-tmpfiles" {
        return command.unmodelled("a query");
    }
    command.effect(EffectKind::Other(command.name.clone()), &command.words.join(" "), Treatment::Recorded);
    done()
}

command_model::export!(Systemd with_types_in invitro_sdk::command_model);
