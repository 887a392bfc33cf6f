//! apt-get(8), dnf(8) and the like: what they would do is recorded; Debian's database changes where the version is told.

use invitro_sdk::command_model::{
    exports::invitro::remediation::model::ModelError,
    invitro::remediation::types::{EffectKind, Treatment},
};
use model_support::{Answer, Command, done};

use crate::debian::{self, Stanza};

/// Options that change nothing of what is recorded.
const SILENT: &[&str] = &[
    "-y",
    "--yes",
    "--assume-yes",
    "-q",
    "-qq",
    "--quiet",
    "--no-install-recommends",
    "--no-install-suggests",
    "--only-upgrade",
    "--allow-downgrades",
    "--allow-change-held-packages",
    "--fix-broken",
    "-f",
    "--assumeyes",
    "--refresh",
    "--best",
    "--nobest",
    "--security",
    "--non-interactive",
    "-n",
    "--no-cache",
    "-u",
    "--purge",
    "--reinstall",
    "--no-remove",
    "--auto-remove",
    "--autoremove",
    "--available",
    "--setopt=install_weak_deps=False",
];

/// A package manager that acts.
pub(crate) fn manage(command: &Command<'_>) -> Answer {
    let mut words = Vec::new();
    let mut given = command.words.iter();
    while let Some(word) = given.next() {
        match word.as_str() {
            "-o" => drop(given.next()),
            it if SILENT.contains(&it) || it.starts_with("-o") && it.contains("::") => {}
            it if it.starts_with('-') => return command.unmodelled(&format!("the option `{it}`")),
            it => words.push(it.to_owned()),
        }
    }
    let Some((verb, names)) = words.split_first() else { return command.unmodelled("this form") };
    match verb.as_str() {
        "update" | "makecache" | "refresh" | "clean" | "autoclean" if command.name != "dnf" && command.name != "yum" || verb != "update" => {
            command.effect(EffectKind::Other("package-lists".to_owned()), verb, Treatment::Recorded);
            done()
        }
        "install" | "add" | "in" | "reinstall" => change(command, names, false),
        "upgrade" | "update" | "dist-upgrade" | "full-upgrade" | "up" | "patch" => change(command, names, true),
        "remove" | "purge" | "erase" | "del" | "rm" | "autoremove" => remove(command, names),
        other => command.unmodelled(&format!("`{other}`")),
    }
}

fn change(command: &Command<'_>, names: &[String], upgrade: bool) -> Answer {
    let mut stanzas = debian::read(command);
    if names.is_empty() {
        command.effect(EffectKind::PackageUpgrade, "*", Treatment::Recorded);
    }
    let mut touched = false;
    for word in names {
        let (name, version) = word.split_once('=').map_or((word.as_str(), None), |(name, version)| (name, Some(version)));
        let plain = name.split(['/', ':']).next().unwrap_or(name);
        let mut known = false;
        if let Some(stanzas) = &mut stanzas {
            known = stanzas.iter().any(|it| it.name() == plain && it.is_installed());
            touched |= version.is_some_and(|version| enter(stanzas, plain, version));
        }
        let kind = if upgrade || known { EffectKind::PackageUpgrade } else { EffectKind::PackageInstall };
        command.effect(kind, plain, Treatment::Recorded);
    }
    if let Some(stanzas) = stanzas.filter(|_| touched) {
        debian::write(command, &stanzas)?;
    }
    done()
}

/// Enters a version; whether anything changed.
fn enter(stanzas: &mut Vec<Stanza>, name: &str, version: &str) -> bool {
    match stanzas.iter_mut().find(|it| it.name() == name) {
        Some(stanza) if stanza.is_installed() && stanza.field("Version").as_deref() == Some(version) => false,
        Some(stanza) => {
            stanza.set("Status", "install ok installed");
            stanza.set("Version", version);
            true
        }
        None => {
            stanzas.push(Stanza(format!("Package: {name}\nStatus: install ok installed\nVersion: {version}")));
            true
        }
    }
}

fn remove(command: &Command<'_>, names: &[String]) -> Result<invitro_sdk::command_model::invitro::remediation::commands::Completion, ModelError> {
    let mut stanzas = debian::read(command);
    let mut touched = false;
    for name in names {
        if let Some(stanzas) = &mut stanzas {
            let had = stanzas.len();
            stanzas.retain(|it| it.name() != *name);
            touched |= stanzas.len() != had;
        }
        command.effect(EffectKind::PackageRemove, name, Treatment::Recorded);
    }
    if let Some(stanzas) = stanzas.filter(|_| touched) {
        debian::write(command, &stanzas)?;
    }
    done()
}
