//! sysctl(8) of procps 4.0 (Debian 12): settings as running state.

use invitro_sdk::command_model::invitro::remediation::types::{EffectKind, Treatment};
use model_support::{Answer, Command, done, said};

/// Where `--system` looks, a name in an earlier folder hiding that in a later one (sysctl.d(5)).
const FOLDERS: [&str; 5] = ["/run/sysctl.d", "/etc/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

/// sysctl(8).
pub(crate) fn sysctl(command: &Command<'_>) -> Answer {
    let (mut quiet, mut values, mut load, mut system, mut write) = (false, false, false, false, false);
    let mut words = Vec::new();
    for word in &command.words {
        match word.as_str() {
            "-w" | "--write" => write = true,
            "-q" | "--quiet" => quiet = true,
            "-n" | "--values" => values = true,
            "-e" | "--ignore" => {}
            "-p" | "--load" => load = true,
            "--system" => system = true,
            "-qw" | "-wq" => (quiet, write) = (true, true),
            "-qp" | "-pq" => (quiet, load) = (true, true),
            "-ne" | "-en" => values = true,
            it if it.starts_with("-p") && it.len() > 2 || it.starts_with("--load=") => {
                load = true;
                words.push(it.trim_start_matches("--load=").trim_start_matches("-p").to_owned());
            }
            it if it.starts_with('-') => return command.unmodelled(&format!("the option `{it}`")),
            it => words.push(it.to_owned()),
        }
    }
    if system {
        return load_system(command, quiet);
    }
    if load {
        let files = if words.is_empty() { vec!["/etc/sysctl.conf".to_owned()] } else { words };
        let mut out = String::new();
        for file in files {
            let Some(text) = command.text(&command.path(&file)) else {
                return said(1, &out, &format!("sysctl: cannot open \"{file}\": No such file or directory\n"));
            };
            out.push_str(&apply(command, &text));
        }
        return said(0, if quiet { "" } else { &out }, "");
    }
    let mut out = String::new();
    for word in &words {
        match word.split_once('=') {
            Some((key, value)) => {
                let line = set(command, key.trim(), value.trim());
                out.push_str(&if values { format!("{}\n", value.trim()) } else { line });
            }
            None if write => return said(1, "", &format!("sysctl: \"{word}\" must be of the form name=value\n")),
            None => {
                let key = plain(word);
                let Some(value) = command.target.get_state(&key) else {
                    command.assume("running-state", &key);
                    return command.unmodelled(&format!("the kernel's own value of {key}"));
                };
                let value = String::from_utf8_lossy(&value).into_owned();
                out.push_str(&if values { format!("{value}\n") } else { format!("{key} = {value}\n") });
            }
        }
    }
    if words.is_empty() {
        return command.unmodelled("a list of all settings");
    }
    if quiet { done() } else { said(0, &out, "") }
}

/// The key with dots: slashes mean the same (sysctl(8)).
fn plain(key: &str) -> String {
    let key = key.trim_start_matches('-');
    if key.find('/').is_some_and(|slash| key.find('.').is_none_or(|dot| slash < dot)) {
        key.replace('.', "\u{0}").replace('/', ".").replace('\u{0}', "/")
    } else {
        key.to_owned()
    }
}

fn set(command: &Command<'_>, key: &str, value: &str) -> String {
    let key = plain(key);
    let _ = command.target.set_state(&key, Some(value.as_bytes()));
    command.effect(EffectKind::KernelSetting, &key, Treatment::Modelled);
    format!("{key} = {value}\n")
}

fn apply(command: &Command<'_>, text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some((key, value)) = line.split_once('=') {
            out.push_str(&set(command, key.trim(), value.trim()));
        }
    }
    out
}

fn load_system(command: &Command<'_>, quiet: bool) -> Answer {
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in FOLDERS {
        for name in command.names(folder).into_iter().filter(|it| it.ends_with(".conf")) {
            if !files.iter().any(|it| it.0 == name) {
                files.push((name.clone(), format!("{folder}/{name}")));
            }
        }
    }
    files.sort();
    files.push(("sysctl.conf".to_owned(), "/etc/sysctl.conf".to_owned()));
    let mut out = String::new();
    for (_, path) in files {
        if let Some(text) = command.text(&path) {
            out.push_str(&format!("* Applying {path} ...\n"));
            out.push_str(&apply(command, &text));
        }
    }
    said(0, if quiet { "" } else { &out }, "")
}
