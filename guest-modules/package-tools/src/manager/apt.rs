//! apt-get(8), apt(8) and aptitude(8).

use super::is_plain_name;
use crate::{
    changed::{self, Change},
    debian::status::{self, Database, Stanza},
    world::{Answer, Done, Effect, Treatment, World, said},
};

/// Options that change nothing of what is recorded.
const SILENT: &[&str] = &[
    "-q", "-qq", "--quiet", "-V", "--verbose-versions", "--no-install-recommends", "--install-recommends", "--no-install-suggests", "--install-suggests", "--allow-downgrades", "--allow-change-held-packages", "--fix-broken", "-f", "--fix-missing", "-m",
    "--ignore-missing", "--no-remove", "--show-progress", "--no-list-cleanup", "-u", "--show-upgraded", "--allow-releaseinfo-change", "--without-new-pkgs", "--with-new-pkgs", "--no-show-upgraded",
];
/// Options that say yes.
const YES: &[&str] = &["-y", "--yes", "--assume-yes", "-yq", "-qy", "-yqq", "-qqy", "-qyq"];

#[derive(Default)]
struct Call {
    yes: bool,
    only_upgrade: bool,
    no_upgrade: bool,
    purge: bool,
    words: Vec<String>,
}

fn read(words: &[String]) -> Result<Call, String> {
    let mut call = Call::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            it if YES.contains(&it) => call.yes = true,
            it if SILENT.contains(&it) => {}
            "--only-upgrade" => call.only_upgrade = true,
            "--no-upgrade" => call.no_upgrade = true,
            "--purge" => call.purge = true,
            "--reinstall" | "--auto-remove" | "--autoremove" => {}
            "-o" | "--option" => setting(&mut call, rest.next().ok_or("an option without its argument")?)?,
            "-t" | "--target-release" | "--default-release" => drop(rest.next().ok_or("an option without its argument")?),
            it if it.starts_with("--quiet=") || it.starts_with("-q=") => {}
            it if it.starts_with("-o") && it.contains("::") => setting(&mut call, it[2..].trim_start_matches('='))?,
            it if it.starts_with("--option=") => setting(&mut call, &it["--option=".len()..])?,
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => call.words.push(it.to_owned()),
        }
    }
    Ok(call)
}

/// A setting of apt.conf(5) on the command line.
fn setting(call: &mut Call, word: &str) -> Result<(), String> {
    let (key, value) = word.split_once('=').unwrap_or((word, ""));
    let lower = key.to_ascii_lowercase();
    if lower == "apt::get::assume-yes" {
        call.yes = matches!(value.trim_matches('"').to_ascii_lowercase().as_str(), "true" | "1" | "yes");
        return Ok(());
    }
    let known = ["dpkg::options::", "dpkg::use-pty", "dpkg::lock::timeout", "acquire::retries", "acquire::http", "acquire::forceipv", "apt::install-recommends", "apt::install-suggests", "debug::"];
    if known.iter().any(|it| lower.starts_with(it)) { Ok(()) } else { Err(format!("the setting `{key}`")) }
}

/// Runs a manager of Debian's with the words behind its name.
pub(crate) fn apt(world: &dyn World, words: &[String]) -> Answer {
    let call = read(words)?;
    let Some((verb, names)) = call.words.split_first() else { return Err("a call without a command".into()) };
    match verb.as_str() {
        "update" if names.is_empty() => note(world, "package-lists", verb),
        "clean" | "autoclean" | "auto-clean" | "distclean" if names.is_empty() => note(world, "package-cache", verb),
        "install" | "reinstall" => install(world, &call, names, false),
        "upgrade" | "safe-upgrade" if !names.is_empty() => install(world, &call, names, true),
        "upgrade" | "dist-upgrade" | "full-upgrade" | "safe-upgrade" => everything(world, &call, &Effect::Upgrade),
        "remove" | "purge" => remove(world, &call, verb == "purge" || call.purge, names),
        "autoremove" | "auto-remove" | "autopurge" if names.is_empty() => everything(world, &call, &Effect::Remove),
        other => Err(format!("`{other}`")),
    }
}

fn note(world: &dyn World, kind: &'static str, what: &str) -> Answer {
    world.effect(&Effect::Other(kind), what, Treatment::Recorded);
    said(0, "", "")
}

/// What meets packages that the command does not name.
fn everything(world: &dyn World, call: &Call, kind: &Effect) -> Answer {
    if !call.yes {
        return Err(ASKS.into());
    }
    world.effect(kind, "*", Treatment::Recorded);
    changed::set_all(world, "dpkg")?;
    said(0, "", "")
}

/// Without -y the tool asks where more than the named packages are met, and ends at the end of its input.
const ASKS: &str = "a change without -y, about which the tool would ask,";

struct Wanted<'w> {
    name: &'w str,
    version: Option<&'w str>,
}

/// `NAME`, `NAME:ARCH`, `NAME=VERSION`, `NAME/RELEASE`.
fn wanted(word: &str) -> Result<Wanted<'_>, String> {
    let (rest, version) = word.split_once('=').map_or((word, None), |(name, version)| (name, Some(version)));
    let name = rest.split(['/', ':']).next().unwrap_or(rest);
    // A file, a pattern, or a name with a sign at its end (`foo-` is removed by install).
    if rest.starts_with(['/', '.']) || !status::is_name(name) || !is_plain_name(name) || word.ends_with(['-', '+']) && !name.ends_with("++") {
        return Err(format!("the package `{word}`"));
    }
    Ok(Wanted { name, version })
}

fn install(world: &dyn World, call: &Call, names: &[String], upgrade: bool) -> Answer {
    let mut database = Database::read(world)?;
    let mut touched = false;
    let wanted: Vec<Wanted<'_>> = names.iter().map(|it| wanted(it)).collect::<Result<_, _>>()?;
    let mut done = Done::default();
    for it in &wanted {
        let now = database.as_ref().and_then(|of| of.packages.iter().find(|stanza| stanza.name() == it.name && stanza.is_installed()).cloned());
        let installed = now.is_some() || changed::state(world, "dpkg", it.name) == Some(Change::Installed);
        let version = now.as_ref().filter(|it| !it.recorded).and_then(|it| it.field("Version"));
        if installed && (call.no_upgrade || it.version.is_some() && it.version == version) {
            world.assume("recorded-output", it.name);
            done.out.push_str(&match version {
                Some(version) if !call.no_upgrade => format!("{} is already the newest version ({version}).\n", it.name),
                _ => format!("Skipping {}, it is already installed and upgrade is not set.\n", it.name),
            });
            continue;
        }
        if !installed && (call.only_upgrade || upgrade) {
            world.assume("package-lists", it.name);
            done.out.push_str(&format!("Skipping {}, it is not installed and only upgrades are requested.\n", it.name));
            continue;
        }
        if !call.yes {
            return Err(ASKS.into());
        }
        let kind = if installed { Effect::Upgrade } else { Effect::Install };
        let told = version.map_or(it.name.to_owned(), |version| format!("{} {version}", it.name));
        world.effect(&kind, it.name, Treatment::Recorded);
        world.assume("package-version", &it.version.map_or(told.clone(), |version| format!("{told} to {version}")));
        match (&mut database, it.version) {
            (Some(database), Some(version)) => {
                enter(database, it.name, version);
                changed::clear(world, "dpkg", it.name)?;
                touched = true;
            }
            _ => changed::set(world, "dpkg", it.name, Change::Installed)?,
        }
    }
    if let Some(database) = database.filter(|_| touched) {
        database.write_guess(world)?;
    }
    Ok(done)
}

/// Enters a version that is told.
fn enter(database: &mut Database, name: &str, version: &str) {
    match database.packages.iter_mut().find(|it| it.name() == name) {
        Some(stanza) => {
            stanza.mentioned = false;
            stanza.set("Status", if stanza.want() == "hold" { "hold ok installed" } else { "install ok installed" });
            stanza.set("Version", version);
            stanza.remove("Config-Version");
        }
        None => {
            let mut stanza = Stanza::default();
            for (field, value) in [("Package", name), ("Status", "install ok installed"), ("Version", version)] {
                stanza.set(field, value);
            }
            database.packages.push(stanza);
        }
    }
}

/// `dpkg -r` and `dpkg -P`: as a removal that asks nothing.
pub(crate) fn remove_named(world: &dyn World, names: &[String], purge: bool) -> Answer {
    if names.is_empty() {
        return Err("a removal of nothing".into());
    }
    remove(world, &Call { yes: true, ..Call::default() }, purge, names)
}

fn remove(world: &dyn World, call: &Call, purge: bool, names: &[String]) -> Answer {
    let mut database = Database::read(world)?;
    let mut done = Done::default();
    let mut touched = false;
    for word in names {
        let name = wanted(word)?.name;
        let recorded = changed::state(world, "dpkg", name);
        let state = database.as_ref().and_then(|of| of.packages.iter().find(|it| it.name() == name)).map_or("not-installed", Stanza::state);
        let there = match recorded {
            Some(change) => change == Change::Installed,
            None => state != "not-installed" && (purge || state != "config-files"),
        };
        if !there && database.is_some() {
            // Whether the lists know the name decides between this and a failure.
            world.assume("package-lists", name);
            done.out.push_str(&format!("Package '{name}' is not installed, so not removed\n"));
            continue;
        }
        if !call.yes {
            return Err(ASKS.into());
        }
        world.effect(&Effect::Remove, name, Treatment::Recorded);
        match &mut database {
            Some(database) => {
                touched |= leave(database, name, purge);
                changed::clear(world, "dpkg", name)?;
            }
            None => changed::set(world, "dpkg", name, Change::Removed)?,
        }
    }
    if let Some(database) = database.filter(|_| touched) {
        database.write_guess(world)?;
    }
    Ok(done)
}

/// Takes a package out; its configuration files stay known unless they are purged. Whether anything changed.
fn leave(database: &mut Database, name: &str, purge: bool) -> bool {
    let had = database.packages.len();
    if purge {
        database.packages.retain(|it| it.name() != name || it.mentioned);
        return had != database.packages.len();
    }
    database.packages.retain(|it| it.name() != name || it.mentioned || it.field("Conffiles").is_some());
    let mut touched = had != database.packages.len();
    for stanza in database.packages.iter_mut().filter(|it| it.name() == name && !it.mentioned) {
        let version = stanza.field("Version").unwrap_or_default().to_owned();
        stanza.set("Status", "deinstall ok config-files");
        stanza.set("Config-Version", &version);
        touched = true;
    }
    touched
}
