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
use config_formats::sudoers;
use model_support::{Answer, Command, done, said};
use tree_support::command_model::Target;

mod constants;
mod place;
mod written;

struct System;

/// Commands by the kind of their effect.
const RECORDED: &[(&str, &str)] = &[
    ("apache2ctl", "configuration-test"),
    ("apachectl", "configuration-test"),
    ("chronyc", "time"),
    ("httpd", "configuration-test"),
    ("logger", "log-line"),
    ("nginx", "configuration-test"),
    ("postfix", "mail"),
    ("sshd", "configuration-test"),
    ("visudo", "configuration-test"),
    ("wall", "message"),
];

impl Guest for System {
    fn names() -> Vec<String> {
        RECORDED.iter().map(|it| it.0.to_owned()).chain(config_tools::MODELLED.iter().map(|it| it.0.to_owned())).chain(written::names()).chain(["getconf".to_owned()]).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        if command.name == "getconf" {
            return constants::getconf(&command);
        }
        if let Some((_, kind)) = config_tools::MODELLED.iter().find(|it| it.0 == command.name) {
            return configured(&command, kind);
        }
        if command.name == "visudo"
            && let Some((path, quiet)) = checked(&command.words)
        {
            return Ok(visudo(&command, path, quiet)?);
        }
        if let Some(answer) = written::written(&command) {
            return answer;
        }
        let prints = match command.name.as_str() {
            "sshd" => command.words.iter().any(|it| it.starts_with("-T")),
            "nginx" => command.words.iter().any(|it| matches!(it.as_str(), "-T" | "-v" | "-V")),
            "apache2ctl" | "apachectl" | "httpd" => command.words.iter().any(|it| matches!(it.as_str(), "-M" | "-S" | "-V" | "-v" | "status")),
            "chronyc" => true,
            _ => false,
        };
        if prints {
            return command.unmodelled("a query");
        }
        let kind = RECORDED.iter().find(|it| it.0 == command.name).map_or("other", |it| it.1);
        command.effect(EffectKind::Other(kind.to_owned()), &command.words.join(" "), Treatment::Recorded);
        done()
    }
}

/// A tool that keeps configuration in files of its own form, in the target's own files.
fn configured(command: &Command<'_>, kind: &str) -> Answer {
    if command.invocation.uid != 0 {
        return command.unmodelled("a user other than root");
    }
    match config_tools::run(&place::Place(command), &command.name, &command.words) {
        Ok(it) => {
            command.effect(EffectKind::Other(kind.to_owned()), &command.words.join(" "), Treatment::Modelled);
            said(it.status, &it.stdout, &it.stderr)
        }
        Err(why) => command.unmodelled(&why),
    }
}

/// The file of `visudo -c -f FILE`, and whether it is to be quiet; other forms look at owners and modes too, or edit.
fn checked(words: &[String]) -> Option<(&str, bool)> {
    let (mut check, mut quiet, mut path) = (false, false, None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--check" => check = true,
            "--quiet" => quiet = true,
            "--file" => path = Some(rest.next()?.as_str()),
            _ => {
                let letters = word.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with('-'))?;
                for (at, letter) in letters.char_indices() {
                    match letter {
                        'c' => check = true,
                        'q' => quiet = true,
                        'f' if at + 1 == letters.len() => path = Some(rest.next()?.as_str()),
                        _ => return None,
                    }
                }
            }
        }
    }
    path.filter(|it| check && *it != "-").map(|it| (it, quiet))
}

/// Reads the file with all that it includes, as visudo does: our reader and visudo agree on hundreds of files (config-formats, tests/agreement).
fn visudo(command: &Command<'_>, path: &str, quiet: bool) -> Answer {
    let full = command.path(path);
    // The copy that is checked has another name each time; what is tested is always the same.
    command.effect(EffectKind::Other("configuration-test".to_owned()), "sudoers", Treatment::Modelled);
    let Some(read) = sudoers::reading(&Target::of(command.target), &full) else {
        return said(1, "", &if quiet { String::new() } else { format!("visudo: unable to open {path}: No such file or directory\n") });
    };
    match read.problems.first() {
        // What visudo prints of the place differs from version to version.
        Some(it) => said(1, "", &if quiet { String::new() } else { format!("{}:{}: {}\n", it.path, it.line, it.message) }),
        None if quiet => done(),
        None => said(0, &read.files.iter().map(|it| format!("{}: parsed OK\n", if *it == full { path } else { it })).collect::<String>(), ""),
    }
}

command_model::export!(System with_types_in invitro_sdk::command_model);
