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

/// Words of a daemon's client that make it write files (hostnamectl(1), timedatectl(1), loginctl(1), systemd-tmpfiles(8)), and what they are.
fn written(command: &Command<'_>) -> Option<&'static str> {
    let has = |words: &[&str]| command.words.iter().any(|it| words.contains(&it.as_str()));
    match command.name.as_str() {
        "hostnamectl" if has(&["set-hostname", "hostname"]) => Some("/etc/hostname and /etc/machine-info"),
        "hostnamectl" => Some("/etc/machine-info"),
        "timedatectl" if has(&["set-timezone"]) => Some("/etc/localtime"),
        "timedatectl" if has(&["set-ntp"]) => Some("links to the unit of a time service"),
        "timedatectl" if has(&["set-local-rtc"]) => Some("/etc/adjtime"),
        "loginctl" if has(&["enable-linger", "disable-linger"]) => Some("/var/lib/systemd/linger"),
        "systemd-tmpfiles" => Some("what the files of tmpfiles.d(5) name"),
        _ => None,
    }
}

/// Commands that change the running machine and print nothing. Their daemons are asked over a bus: what these write can't be held against them.
fn recorded(command: &Command<'_>) -> Answer {
    let asks = command.words.first().is_none_or(|it| it.starts_with("show") || it.starts_with("status") || it.starts_with("list"));
    if asks && command.name != "systemd-tmpfiles" {
        return command.unmodelled("a query");
    }
    if let Some(files) = written(command) {
        command.blind(&format!("it writes {files}, which is not modelled"));
    }
    command.effect(EffectKind::Other(command.name.clone()), &command.words.join(" "), Treatment::Recorded);
    done()
}

command_model::export!(Systemd with_types_in invitro_sdk::command_model);
