//! apt-mark(8) of apt 2.6: holds are dpkg's selections, what came by itself is in `/var/lib/apt/extended_states`.

use super::{
    selections::select,
    status::{Database, Stanza, is_name},
};
use crate::{
    changed,
    world::{Answer, Effect, Treatment, World, said},
};

/// Runs apt-mark with the words behind its name.
pub(crate) fn run(world: &dyn World, words: &[String]) -> Answer {
    if changed::any(world, "dpkg") {
        return Err("a call after a change of packages that was only recorded".into());
    }
    let words: Vec<&String> = words.iter().collect();
    let Some((verb, names)) = words.split_first() else { return Err("a call without a command".into()) };
    if names.iter().any(|it| it.starts_with('-')) {
        return Err("this form".into());
    }
    let database = Database::read(world)?.ok_or("a call without a package database")?;
    match verb.as_str() {
        "hold" | "unhold" => hold(world, database, verb.as_str() == "hold", names),
        "showhold" | "showholds" if names.is_empty() => {
            let held = |it: &&Stanza| it.want() == "hold" && it.state() != "not-installed" && it.state() != "config-files";
            said(0, database.packages.iter().filter(held).map(|it| format!("{}\n", name_of(&database, it))).collect::<String>(), "")
        }
        other => Err(format!("`{other}`")),
    }
}

/// apt names a package of another architecture with it.
fn name_of(database: &Database, of: &Stanza) -> String {
    let arch = of.architecture();
    if arch == "all" || arch == database.native { of.name().to_owned() } else { format!("{}:{arch}", of.name()) }
}

fn hold(world: &dyn World, mut database: Database, hold: bool, names: &[&String]) -> Answer {
    let lists = world.list("/var/lib/apt/lists").iter().any(|it| it.contains("_Packages"));
    let (mut missing, mut chosen): (String, Vec<(String, String, String)>) = (String::new(), Vec::new());
    for name in names {
        let (plain, arch) = name.split_once(':').unwrap_or((name, ""));
        let arch = if arch.is_empty() { database.native.clone() } else { arch.to_owned() };
        if !is_name(plain) || matches!(arch.as_str(), "any" | "all" | "native") {
            return Err(format!("the package `{name}`"));
        }
        let found = database.packages.iter().find(|it| it.name() == plain && (it.architecture() == arch || it.architecture() == "all"));
        match found {
            Some(it) if it.is_installed() => {
                chosen.push((plain.to_owned(), it.architecture().to_owned(), name_of(&database, it)));
            }
            None if !lists && !name.contains(':') && !database.packages.iter().any(|it| it.name() == plain) => missing.push_str(&format!("E: Unable to locate package {name}\n")),
            _ => return Err(format!("the package `{name}`, which is not installed,")),
        }
    }
    if chosen.is_empty() {
        return said(100, "", format!("{missing}E: No packages found\n"));
    }
    let want = if hold { "hold" } else { "install" };
    let (mut already, mut new) = (String::new(), String::new());
    let (before, mut touched) = (database.clone(), Vec::new());
    for (name, arch, shown) in &chosen {
        let held = before.packages.iter().any(|it| it.name() == name && it.architecture() == arch && it.want() == "hold");
        if held == hold {
            already.push_str(&format!("{shown} was already {}.\n", if hold { "set on hold" } else { "not on hold" }));
        } else {
            select(&mut database, name, arch, want);
            if !touched.contains(name) {
                touched.push(name.clone());
            }
            new.push_str(&if hold { format!("{shown} set on hold.\n") } else { format!("Canceled hold on {shown}.\n") });
        }
    }
    if !touched.is_empty() {
        database.write(world)?;
        world.effect(&Effect::Other("package-hold"), &touched.join(" "), Treatment::Modelled);
    }
    said(if missing.is_empty() { 0 } else { 100 }, already + &new, missing)
}
