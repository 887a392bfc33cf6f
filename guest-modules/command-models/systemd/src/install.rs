//! The verbs of systemctl(1) that make and remove links.

use invitro_sdk::command_model::{exports::invitro::remediation::model::ModelError, invitro::remediation::types::{EffectKind, Treatment}};
use model_support::{Answer, Command, done, said};
use unit_files::{Done, Found, Stop, full};

use crate::{
    control::{Asked, act},
    tree::{Tree, is_whole, layout},
};

/// What systemctl 252 prints where units have nothing to install.
const NO_INSTALL: &str = "\
The unit files have no installation config (WantedBy=, RequiredBy=, Also=,
Alias= settings in the [Install] section, and DefaultInstance= for template
units). This means they are not meant to be enabled using systemctl.
 
Possible reasons for having this kind of units are:
\u{2022} A unit may be statically enabled by being symlinked from another unit's
  .wants/ or .requires/ directory.
\u{2022} A unit's purpose may be to act as a helper for some other unit which has
  a requirement dependency on it.
\u{2022} A unit may be started when needed via activation (socket, path, timer,
  D-Bus, udev, scripted systemctl call, ...).
\u{2022} In case of template units, the unit is meant to be enabled with some
  instance name specified.
";

/// Turns a stop of the library into an answer.
pub(crate) fn or_stop<T>(result: Result<T, Stop>) -> Result<T, ModelError> {
    result.map_err(|stop| match stop {
        Stop::Unmodelled(what) => ModelError::Unmodelled(format!("{what} is not modelled")),
        Stop::Failed(why) => ModelError::Other(why),
    })
}

/// enable, disable, reenable, mask, unmask, preset, link.
pub(crate) fn install(command: &Command<'_>, verb: &str, names: &[String], asked: &Asked) -> Answer {
    if names.is_empty() {
        return said(1, "", "Too few arguments.\n");
    }
    let (tree, layout) = (Tree(command), layout(command, asked.runtime));
    let names: Vec<String> = names.iter().map(|it| if it.starts_with('/') { it.clone() } else { full(it) }).collect();
    if verb != "link" && names.iter().any(|it| it.contains('/')) {
        return command.unmodelled("a unit given as a path");
    }
    let kind = match verb {
        "disable" => EffectKind::ServiceDisable,
        "mask" => EffectKind::ServiceMask,
        _ => EffectKind::ServiceEnable,
    };
    let mut here = Vec::new();
    for name in &names {
        if matches!(verb, "enable" | "disable" | "reenable" | "preset") {
            // A tree is often a part of a machine: a unit that it lacks is no reason for a made-up failure.
            if matches!(or_stop(unit_files::find(&tree, &layout, name))?, Found::Missing) {
                if script_of(command, name).is_none() && is_whole(command) {
                    here.push(name.clone());
                    continue;
                }
                if let Some(script) = script_of(command, name) {
                    return command.unmodelled(&format!("{verb} of the start script {script}"));
                }
                command.assume("unit-missing", name);
                command.effect(kind.clone(), name, Treatment::Recorded);
                continue;
            }
        }
        here.push(name.clone());
    }
    let mut err = String::new();
    if matches!(verb, "enable" | "disable") {
        for name in &here {
            start_script(command, &tree, verb, name, asked, &mut err)?;
        }
    }
    let did: Done = if here.is_empty() {
        Done::default()
    } else {
        or_stop(match verb {
            "enable" => unit_files::enable(&tree, &layout, &here, asked.force),
            "disable" => unit_files::disable(&tree, &layout, &here),
            "reenable" => unit_files::reenable(&tree, &layout, &here, asked.force),
            "mask" => unit_files::mask(&tree, &layout, &here, asked.force),
            "unmask" => unit_files::unmask(&tree, &layout, &here),
            "preset" => unit_files::preset(&tree, &layout, &here),
            _ => unit_files::link_files(&tree, &layout, &here, asked.force),
        })?
    };
    for name in &here {
        command.effect(kind.clone(), name, Treatment::Modelled);
    }
    err.push_str(&did.words(verb, asked.quiet));
    if did.failed {
        return said(1, "", &err);
    }
    if did.nothing_to_install && here.len() == names.len() && !asked.quiet {
        err.push_str(NO_INSTALL);
    }
    if asked.now {
        let verb = if matches!(verb, "enable" | "reenable" | "unmask") { "start" } else { "stop" };
        let started = act(command, verb, &names)?;
        err.push_str(&String::from_utf8_lossy(&started.stderr));
        return said(started.status, "", &err);
    }
    said(0, "", &err)
}

/// The start script of a service, where it has one.
fn script_of(command: &Command<'_>, unit: &str) -> Option<String> {
    let script = format!("/etc/init.d/{}", unit.strip_suffix(".service")?);
    command.is_there(&script).then_some(script)
}

/// Brings the links of a start script in line with its unit, as Debian does.
fn start_script(command: &Command<'_>, tree: &Tree<'_>, verb: &str, unit: &str, asked: &Asked, err: &mut String) -> Result<(), ModelError> {
    let Some(script) = script_of(command, unit) else { return Ok(()) };
    if !command.is_there(unit_files::INSTALLER) || !command.is_there("/usr/sbin/update-rc.d") {
        return command.unmodelled(&format!("{verb} of a unit that has the start script {script}"));
    }
    let name = unit.trim_end_matches(".service");
    or_stop(unit_files::toggle(tree, name, verb == "enable"))?;
    if !asked.quiet {
        let installer = unit_files::INSTALLER;
        err.push_str(&format!("Synchronizing state of {unit} with SysV service script with {installer}.\nExecuting: {installer} {verb} {name}\n"));
    }
    Ok(())
}

/// is-enabled.
pub(crate) fn is_enabled(command: &Command<'_>, names: &[String], asked: &Asked) -> Answer {
    if names.is_empty() {
        return said(1, "", "Too few arguments.\n");
    }
    let (tree, layout) = (Tree(command), layout(command, false));
    let (mut out, mut any) = (String::new(), false);
    for name in names {
        let name = full(name);
        let script = format!("/etc/init.d/{}", name.trim_end_matches(".service"));
        let state = match or_stop(unit_files::state(&tree, &layout, &name))? {
            Some(it) => it,
            None if command.is_there(&script) => return command.unmodelled(&format!("is-enabled of the start script {script}")),
            None if is_whole(command) => {
                let shown = if asked.quiet { "" } else { &out };
                return said(1, shown, &format!("Failed to get unit file state for {name}: No such file or directory\n"));
            }
            None => {
                command.assume("unit-missing", &name);
                "enabled"
            }
        };
        any |= matches!(state, "enabled" | "enabled-runtime" | "static" | "alias" | "indirect" | "generated");
        out.push_str(&format!("{state}\n"));
    }
    said(u32::from(!any), if asked.quiet { "" } else { &out }, "")
}

/// set-default.
pub(crate) fn set_default(command: &Command<'_>, names: &[String], asked: &Asked) -> Answer {
    let [name] = names else { return said(1, "", "Too few arguments.\n") };
    let name = if name.contains('.') { name.clone() } else { format!("{name}.target") };
    let (tree, layout) = (Tree(command), layout(command, false));
    if matches!(or_stop(unit_files::find(&tree, &layout, &name))?, Found::Missing) {
        command.assume("unit-missing", &name);
        command.effect(EffectKind::Other("default-target".to_owned()), &name, Treatment::Recorded);
        return done();
    }
    let did = or_stop(unit_files::set_default(&tree, &layout, &name))?;
    command.effect(EffectKind::Other("default-target".to_owned()), &name, Treatment::Modelled);
    said(u32::from(did.failed), "", &did.words("set default", asked.quiet))
}

/// get-default.
pub(crate) fn get_default(command: &Command<'_>) -> Answer {
    match unit_files::default_target(&Tree(command), &layout(command, false)) {
        Some(name) => said(0, &format!("{name}\n"), ""),
        None => command.unmodelled("get-default of a tree without a default target"),
    }
}

/// add-wants and add-requires.
pub(crate) fn add(command: &Command<'_>, verb: &str, names: &[String], asked: &Asked) -> Answer {
    let [target, units @ ..] = names else { return said(1, "", "Too few arguments.\n") };
    if units.is_empty() {
        return said(1, "", "Too few arguments.\n");
    }
    let units: Vec<String> = units.iter().map(|it| full(it)).collect();
    let target = if target.contains('.') { target.clone() } else { format!("{target}.target") };
    let (tree, layout) = (Tree(command), layout(command, asked.runtime));
    for name in units.iter().chain([&target]) {
        if matches!(or_stop(unit_files::find(&tree, &layout, name))?, Found::Missing) {
            return command.unmodelled(&format!("{verb} with {name}, which the tree lacks"));
        }
    }
    let suffix = verb.trim_start_matches("add-");
    let did = or_stop(unit_files::add_dependency(&tree, &layout, &target, &units, suffix))?;
    command.effect(EffectKind::ServiceEnable, &units.join(" "), Treatment::Modelled);
    said(u32::from(did.failed), "", &did.words("add dependency on", asked.quiet))
}
