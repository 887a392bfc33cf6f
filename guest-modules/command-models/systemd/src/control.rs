//! systemctl(1).

use invitro_sdk::command_model::invitro::remediation::types::{EffectKind, Treatment};
use model_support::{Answer, Command, done, said};
use unit_files::{Found, Mode, Unit, Wanted, full};

use crate::{
    install,
    tree::{Remembered, Tree, layout},
};

/// Options that change nothing of what is modelled.
const SILENT: [&str; 8] = ["--no-block", "--no-pager", "--no-ask-password", "--no-reload", "--system", "--plain", "-l", "--full"];

/// What the options asked for.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) now: bool,
    pub(crate) quiet: bool,
    pub(crate) force: bool,
    pub(crate) runtime: bool,
    /// What of a list.
    wanted: Wanted,
}

/// systemctl(1).
pub(crate) fn systemctl(command: &Command<'_>) -> Answer {
    let (mut asked, mut words) = (Asked::default(), Vec::new());
    let mut rest = command.words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--now" => asked.now = true,
            "-q" | "--quiet" => asked.quiet = true,
            "-f" | "--force" => asked.force = true,
            "--runtime" => asked.runtime = true,
            "--root=/" => {}
            "--" => {
                words.extend(rest.by_ref().cloned());
            }
            "--no-legend" => asked.wanted.bare = true,
            "-t" | "--type" => asked.wanted.kinds.extend(rest.next().into_iter().flat_map(|it| it.split(',')).map(str::to_owned)),
            it if it.starts_with("--type=") => asked.wanted.kinds.extend(it["--type=".len()..].split(',').map(str::to_owned)),
            it if it.starts_with("--state=") => asked.wanted.states.extend(it["--state=".len()..].split(',').map(str::to_owned)),
            it if SILENT.contains(&it) => {}
            it if it.starts_with('-') && it.len() > 1 => return command.unmodelled(&format!("the option `{it}`")),
            it => words.push(it.to_owned()),
        }
    }
    let Some((verb, names)) = words.split_first() else { return command.unmodelled("a list of units") };
    match verb.as_str() {
        "daemon-reload" | "daemon-reexec" => {
            command.effect(EffectKind::DaemonReload, "systemd", Treatment::Modelled);
            done()
        }
        "start" | "stop" | "restart" | "reload" | "try-restart" | "condrestart" | "reload-or-restart" | "try-reload-or-restart" | "force-reload" => act(command, verb, names),
        "enable" | "disable" | "mask" | "unmask" | "reenable" | "preset" | "link" => install::install(command, verb, names, &asked),
        "add-wants" | "add-requires" => install::add(command, verb, names, &asked),
        "is-active" => ask(command, names, asked.quiet),
        "is-enabled" => install::is_enabled(command, names, &asked),
        "is-failed" => {
            command.assume("running-state", &names.join(" "));
            said(1, if asked.quiet { "" } else { "active\n" }, "")
        }
        "reset-failed" | "isolate" => {
            command.effect(EffectKind::Other(format!("systemctl-{verb}")), &names.join(" "), Treatment::Recorded);
            done()
        }
        "set-default" => install::set_default(command, names, &asked),
        "get-default" => install::get_default(command),
        "list-unit-files" => list(command, names, asked.wanted),
        "cat" => cat(command, names),
        other => command.unmodelled(&format!("`{other}`")),
    }
}

fn find(command: &Command<'_>, name: &str) -> Result<Option<Unit>, invitro_sdk::command_model::exports::invitro::remediation::model::ModelError> {
    Ok(match install::or_stop(unit_files::find(&Tree(command), &layout(command, false), name))? {
        Found::Unit(it) => Some(it),
        Found::Missing => None,
    })
}

/// Starts, stops and the like: running state, and an effect.
pub(crate) fn act(command: &Command<'_>, verb: &str, names: &[String]) -> Answer {
    if names.is_empty() {
        return said(1, "", "Too few arguments.\n");
    }
    for name in names {
        let name = full(name);
        let unit = find(command, &name)?;
        if unit.as_ref().is_some_and(|it| it.mode == Mode::Masked) && !verb.starts_with("try") && verb != "stop" {
            return said(1, "", &format!("Failed to {verb} {name}: Unit {name} is masked.\n"));
        }
        let kind = match verb {
            "start" => EffectKind::ServiceStart,
            "stop" => EffectKind::ServiceStop,
            "reload" => EffectKind::ServiceReload,
            _ => EffectKind::ServiceRestart,
        };
        if unit.is_none() {
            command.assume("unit-missing", &name);
        }
        let state = if verb == "stop" { "inactive" } else { "active" };
        let _ = command.target.set_state(&format!("active {name}"), Some(state.as_bytes()));
        command.effect(kind, &name, if unit.is_some() { Treatment::Modelled } else { Treatment::Recorded });
    }
    done()
}

/// is-active: what the fix itself did, else an answer of ours.
pub(crate) fn ask(command: &Command<'_>, names: &[String], quiet: bool) -> Answer {
    let (mut out, mut any) = (String::new(), false);
    for name in names {
        let name = full(name);
        let state = command.target.get_state(&format!("active {name}")).map(|it| String::from_utf8_lossy(&it).into_owned());
        let state = state.unwrap_or_else(|| {
            command.assume("running-state", &name);
            "active".to_owned()
        });
        any |= state == "active";
        out.push_str(&format!("{state}\n"));
    }
    said(if any { 0 } else { 3 }, if quiet { "" } else { &out }, "")
}

/// list-unit-files. In a part of a machine units may be missing.
fn list(command: &Command<'_>, patterns: &[String], mut wanted: Wanted) -> Answer {
    let (tree, layout) = (Remembered::of(Tree(command)), layout(command, false));
    // Without a running systemd a name is taken as it stands, with one it may be completed.
    if let Some(name) = patterns.iter().find(|it| !it.contains(['*', '?']) && full(it) != **it || it.contains(['[', '\\'])) {
        return command.unmodelled(&format!("the name `{name}` in a list of unit files"));
    }
    wanted.patterns = patterns.to_vec();
    let (out, count) = install::or_stop(unit_files::list(&tree, &layout, &wanted))?;
    if count == 0 || patterns.is_empty() {
        command.assume("unit-missing", &patterns.join(" "));
    }
    said(u32::from(count == 0), &out, "")
}

fn cat(command: &Command<'_>, names: &[String]) -> Answer {
    let mut out = String::new();
    for name in names {
        let name = full(name);
        let drop_ins = layout(command, false).search.iter().any(|it| !command.names(&format!("{it}/{name}.d")).is_empty());
        let Some(unit) = find(command, &name)?.filter(|it| !drop_ins && it.mode == Mode::Regular) else {
            return command.unmodelled("cat of a unit that the tree does not have as one plain file");
        };
        out.push_str(&format!("# {}\n{}", unit.path, command.text(&unit.path).unwrap_or_default()));
    }
    said(0, &out, "")
}
