//! systemctl(1).

use invitro_sdk::command_model::{
    exports::invitro::remediation::model::ModelError,
    invitro::remediation::types::{EffectKind, Treatment},
};
use model_support::{Answer, Command, done, said};

use crate::units::{self, LINKS, full};

/// Options that change nothing of what is modelled.
const SILENT: [&str; 13] =
    ["-q", "--quiet", "--no-block", "--no-pager", "--no-ask-password", "--no-reload", "-f", "--force", "--system", "--no-legend", "--plain", "-l", "--full"];

/// systemctl(1).
pub(crate) fn systemctl(command: &Command<'_>) -> Answer {
    let (mut now, mut quiet, mut words) = (false, false, Vec::new());
    for word in &command.words {
        match word.as_str() {
            "--now" => now = true,
            it if SILENT.contains(&it) => quiet |= matches!(it, "-q" | "--quiet"),
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
        "start" | "stop" | "restart" | "reload" | "try-restart" | "condrestart" | "reload-or-restart" | "try-reload-or-restart" | "force-reload" => {
            act(command, verb, names)
        }
        "enable" | "disable" | "mask" | "unmask" | "reenable" => install(command, verb, names, now, quiet),
        "is-active" => ask(command, names, quiet),
        "is-enabled" => is_enabled(command, names, quiet),
        "is-failed" => {
            command.assume("running-state", &names.join(" "));
            said(1, if quiet { "" } else { "active\n" }, "")
        }
        "reset-failed" | "isolate" | "set-default" if verb != "set-default" => {
            command.effect(EffectKind::Other(format!("systemctl-{verb}")), &names.join(" "), Treatment::Recorded);
            done()
        }
        "set-default" => set_default(command, names),
        "list-unit-files" => list(command, names),
        "cat" => cat(command, names),
        other => command.unmodelled(&format!("`{other}`")),
    }
}

/// Starts, stops and the like: running state, and an effect.
pub(crate) fn act(command: &Command<'_>, verb: &str, names: &[String]) -> Answer {
    if names.is_empty() {
        return said(1, "", "Too few arguments.\n");
    }
    for name in names {
        let name = full(name);
        if units::is_masked(command, &name) && !verb.starts_with("try") && verb != "stop" {
            return said(1, "", &format!("Failed to {verb} {name}: Unit {name} is masked.\n"));
        }
        let kind = match verb {
            "start" => EffectKind::ServiceStart,
            "stop" => EffectKind::ServiceStop,
            "reload" => EffectKind::ServiceReload,
            _ => EffectKind::ServiceRestart,
        };
        let known = units::find(command, &name).is_some();
        if !known {
            command.assume("unit-missing", &name);
        }
        let state = if verb == "stop" { "inactive" } else { "active" };
        let _ = command.target.set_state(&format!("active {name}"), Some(state.as_bytes()));
        command.effect(kind, &name, if known { Treatment::Modelled } else { Treatment::Recorded });
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

fn is_enabled(command: &Command<'_>, names: &[String], quiet: bool) -> Answer {
    let (mut out, mut any) = (String::new(), false);
    for name in names {
        let name = full(name);
        let state = state(command, &name);
        any |= matches!(state, "enabled" | "static" | "alias" | "indirect");
        out.push_str(&format!("{state}\n"));
    }
    said(u32::from(!any), if quiet { "" } else { &out }, "")
}

fn state(command: &Command<'_>, name: &str) -> &'static str {
    if units::is_masked(command, name) {
        return "masked";
    }
    if !units::links_to(command, name).is_empty() {
        return "enabled";
    }
    match units::find(command, name) {
        Some(unit) if ["WantedBy", "RequiredBy", "Alias", "Also"].iter().all(|it| unit.install(it).is_empty()) => "static",
        Some(_) => "disabled",
        None => {
            command.assume("unit-missing", name);
            "enabled"
        }
    }
}

fn install(command: &Command<'_>, verb: &str, names: &[String], now: bool, quiet: bool) -> Answer {
    let mut err = String::new();
    let mut queue: Vec<String> = names.iter().map(|it| full(it)).collect();
    let mut seen = Vec::new();
    while !queue.is_empty() {
        let name = queue.remove(0);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name.clone());
        let kind = match verb {
            "disable" => EffectKind::ServiceDisable,
            "mask" => EffectKind::ServiceMask,
            _ => EffectKind::ServiceEnable,
        };
        let unit = units::find(command, &name);
        if matches!(verb, "enable" | "disable" | "reenable") {
            let script = format!("/etc/init.d/{}", name.trim_end_matches(".service"));
            if command.is_there(&script) {
                return command.unmodelled(&format!("{verb} of a unit that has the start script {script}"));
            }
            if unit.is_none() && !(verb == "disable" && !units::links_to(command, &name).is_empty()) {
                if units::is_masked(command, &name) && verb != "disable" {
                    return said(1, "", &format!("Failed to enable unit: Unit file {LINKS}/{name} is masked.\n"));
                }
                command.assume("unit-missing", &name);
                command.effect(kind, &name, Treatment::Recorded);
                continue;
            }
        }
        match verb {
            "mask" => mask(command, &name, &mut err)?,
            "unmask" => unmask(command, &name, &mut err)?,
            "disable" => remove(command, &units::links_to(command, &name), &mut err)?,
            _ => {
                if verb == "reenable" {
                    remove(command, &units::links_to(command, &name), &mut err)?;
                }
                if let Some(unit) = unit {
                    for (path, target) in unit.links()? {
                        link(command, &path, &target, &mut err)?;
                    }
                    queue.extend(unit.install("Also").iter().map(|it| full(it)));
                }
            }
        }
        command.effect(kind, &name, Treatment::Modelled);
    }
    if now {
        let verb = if matches!(verb, "enable" | "reenable" | "unmask") { "start" } else { "stop" };
        act(command, verb, names)?;
    }
    said(0, "", if quiet { "" } else { &err })
}

fn mask(command: &Command<'_>, name: &str, err: &mut String) -> Result<(), ModelError> {
    let path = format!("{LINKS}/{name}");
    if command.is_there(&path) && command.link(&path).is_none() {
        return Err(ModelError::Unmodelled(format!("mask of a unit whose file is {path}")));
    }
    link(command, &path, "/dev/null", err)
}

fn unmask(command: &Command<'_>, name: &str, err: &mut String) -> Result<(), ModelError> {
    let path = format!("{LINKS}/{name}");
    if command.link(&path).as_deref() == Some("/dev/null") { remove(command, &[path], err) } else { Ok(()) }
}

fn link(command: &Command<'_>, path: &str, target: &str, err: &mut String) -> Result<(), ModelError> {
    if command.link(path).as_deref() == Some(target) {
        return Ok(());
    }
    let folder = path.rsplit_once('/').map_or("/", |it| it.0);
    command.make_folder(folder)?;
    if command.is_there(path) {
        command.target.remove_file(path.as_bytes()).map_err(|error| ModelError::Other(format!("{path}: {error:?}")))?;
    }
    command.target.make_link(target.as_bytes(), path.as_bytes()).map_err(|error| ModelError::Other(format!("{path}: {error:?}")))?;
    err.push_str(&format!("Created symlink {path} \u{2192} {target}.\n"));
    Ok(())
}

fn remove(command: &Command<'_>, links: &[String], err: &mut String) -> Result<(), ModelError> {
    for path in links {
        command.target.remove_file(path.as_bytes()).map_err(|error| ModelError::Other(format!("{path}: {error:?}")))?;
        err.push_str(&format!("Removed \"{path}\".\n"));
        // A folder of links that is empty goes too.
        if let Some((folder, _)) = path.rsplit_once('/')
            && folder != LINKS
            && command.names(folder).is_empty()
        {
            let _ = command.target.remove_directory(folder.as_bytes());
        }
    }
    Ok(())
}

fn set_default(command: &Command<'_>, names: &[String]) -> Answer {
    let [name] = names else { return said(1, "", "Too few arguments.\n") };
    let Some(unit) = units::find(command, name) else {
        command.assume("unit-missing", name);
        command.effect(EffectKind::Other("default-target".to_owned()), name, Treatment::Recorded);
        return done();
    };
    let mut err = String::new();
    link(command, &format!("{LINKS}/default.target"), &unit.path, &mut err)?;
    command.effect(EffectKind::Other("default-target".to_owned()), name, Treatment::Modelled);
    said(0, "", &err)
}

fn list(command: &Command<'_>, patterns: &[String]) -> Answer {
    let all = units::all(command);
    let wanted = |name: &String| {
        patterns.is_empty() || patterns.iter().any(|it| it == name || it.strip_suffix('*').is_some_and(|start| name.starts_with(start)) || full(it) == *name)
    };
    let rows: Vec<String> = all.into_iter().filter(wanted).collect();
    if rows.is_empty() || patterns.is_empty() {
        command.assume("unit-missing", &patterns.join(" "));
    }
    let width = rows.iter().map(String::len).max().unwrap_or(9).max(9);
    let mut out = format!("{:<width$} STATE    PRESET\n", "UNIT FILE");
    for name in &rows {
        out.push_str(&format!("{name:<width$} {:<8} enabled\n", state(command, name)));
    }
    out.push_str(&format!("\n{} unit files listed.\n", rows.len()));
    said(u32::from(rows.is_empty()), &out, "")
}

fn cat(command: &Command<'_>, names: &[String]) -> Answer {
    let mut out = String::new();
    for name in names {
        let Some(unit) = units::find(command, &full(name)) else { return command.unmodelled("cat of a unit that the tree does not have") };
        out.push_str(&format!("# {}\n{}", unit.path, command.text(&unit.path).unwrap_or_default()));
    }
    said(0, &out, "")
}
