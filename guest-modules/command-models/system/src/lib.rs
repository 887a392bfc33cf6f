//! Models what is left of a system's daily commands: configuration tests, mail tables, log lines. They are recorded: their word
//! would come from a program that is not here.

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        types::{EffectKind, Treatment},
    },
};
use model_support::{Command, done};

struct System;

/// Commands by the kind of their effect.
const RECORDED: &[(&str, &str)] = &[
    ("a2dismod", "apache-module"),
    ("a2dissite", "apache-site"),
    ("a2enmod", "apache-module"),
    ("a2ensite", "apache-site"),
    ("apache2ctl", "configuration-test"),
    ("apachectl", "configuration-test"),
    ("authselect", "authentication"),
    ("chronyc", "time"),
    ("httpd", "configuration-test"),
    ("logger", "log-line"),
    ("newaliases", "mail-table"),
    ("nginx", "configuration-test"),
    ("pam-auth-update", "authentication"),
    ("postconf", "mail-setting"),
    ("postfix", "mail"),
    ("postmap", "mail-table"),
    ("sshd", "configuration-test"),
    ("update-ca-certificates", "certificates"),
    ("visudo", "configuration-test"),
    ("wall", "message"),
];

impl Guest for System {
    fn names() -> Vec<String> {
        RECORDED.iter().map(|it| it.0.to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        let prints = match command.name.as_str() {
            "sshd" => command.words.iter().any(|it| it.starts_with("-T")),
            "nginx" => command.words.iter().any(|it| matches!(it.as_str(), "-T" | "-v" | "-V")),
            "postconf" => !command.words.iter().any(|it| it == "-e"),
            "apache2ctl" | "apachectl" | "httpd" => command.words.iter().any(|it| matches!(it.as_str(), "-M" | "-S" | "-V" | "-v" | "status")),
            "chronyc" => true,
            _ => false,
        };
        if prints {
            return command.unmodelled("a query");
        }
        // Links and files that these would write are not guessed.
        if matches!(command.name.as_str(), "a2dismod" | "a2dissite" | "a2enmod" | "a2ensite" | "postconf" | "pam-auth-update" | "authselect") {
            command.assume("files-of-the-command", &command.words.join(" "));
        }
        let kind = RECORDED.iter().find(|it| it.0 == command.name).map_or("other", |it| it.1);
        command.effect(EffectKind::Other(kind.to_owned()), &command.words.join(" "), Treatment::Recorded);
        done()
    }
}

command_model::export!(System with_types_in invitro_sdk::command_model);
