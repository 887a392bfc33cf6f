//! `dpkg --get-selections` and `--set-selections` (dpkg(1)).

use super::status::{Database, is_name};
use crate::{
    changed,
    world::{Answer, Effect, Treatment, World, said, text},
};

/// What a package may be wanted as.
const WANTS: [&str; 5] = ["install", "hold", "deinstall", "purge", "unknown"];

fn known(world: &dyn World) -> Result<Database, String> {
    if changed::any(world, "dpkg") {
        return Err("selections after a change of packages that was only recorded".into());
    }
    Database::read(world)?.ok_or_else(|| "selections without a package database".to_owned())
}

/// Prints what packages are wanted as.
pub(super) fn get(world: &dyn World, names: &[String]) -> Answer {
    let database = known(world)?;
    let (mut places, mut err) = (Vec::new(), String::new());
    for name in names {
        let found = database.matching(name)?;
        if found.is_empty() {
            err.push_str(&format!("dpkg: no packages found matching {name}\n"));
        }
        places.extend(found);
    }
    if names.is_empty() {
        places = (0..database.packages.len()).filter(|it| database.packages[*it].state() != "not-installed").collect();
    }
    let mut out = String::new();
    for stanza in places.iter().map(|it| &database.packages[*it]) {
        let name = database.native_name(stanza);
        if stanza.mentioned || stanza.state() == "not-installed" {
            return Err(format!("what {name} is wanted as, which is not installed,"));
        }
        // The second column stands behind six tabs (dpkg, src/main/select.c).
        let tabs = "\t".repeat(6_usize.saturating_sub(name.len() / 8).max(1));
        out.push_str(&format!("{name}{tabs}{}\n", stanza.want()));
    }
    said(0, out, err)
}

const UNKNOWN: &str = "dpkg: warning: found unknown packages; this might mean the available database\nis outdated, and needs to be updated through a frontend method;\nplease see the FAQ <https://wiki.debian.org/Teams/Dpkg/FAQ#set-selections>\n";

/// Sets what packages are wanted as, from lines of standard input.
pub(super) fn set(world: &dyn World) -> Answer {
    let input = String::from_utf8(world.stdin()).map_err(|_| "an input that is not UTF-8")?;
    let mut database = known(world)?;
    if text(world, "/var/lib/dpkg/available")?.is_some_and(|it| !it.is_empty()) {
        return Err("selections beside a database of what is available".into());
    }
    let mut err = String::new();
    let mut touched = Vec::new();
    for (number, line) in input.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, want] = words[..] else {
            if words.is_empty() || words[0].starts_with('#') {
                continue;
            }
            return Err(format!("the line `{line}`"));
        };
        if name.starts_with('#') {
            continue;
        }
        let (plain, _) = name.split_once(':').unwrap_or((name, ""));
        if !is_name(plain) || !WANTS.contains(&want) || want == "unknown" {
            return Err(format!("the line `{line}`"));
        }
        match database.single(name)? {
            Some(it) if !it.mentioned && it.state() != "not-installed" => {
                let (name, arch) = (it.name().to_owned(), it.architecture().to_owned());
                if select(&mut database, &name, &arch, want) {
                    touched.push(name);
                }
            }
            _ => err.push_str(&format!("dpkg: warning: package not in status nor available database at line {}: {name}\n", number + 1)),
        }
    }
    if !err.is_empty() {
        err.push_str(UNKNOWN);
    }
    database.write(world)?;
    if !touched.is_empty() {
        world.effect(&Effect::Other("package-selection"), &touched.join(" "), Treatment::Modelled);
    }
    said(0, "", err)
}

/// Sets what one package is wanted as; whether that is new.
pub(super) fn select(database: &mut Database, name: &str, arch: &str, want: &str) -> bool {
    let Some(stanza) = database.packages.iter_mut().find(|it| it.name() == name && it.architecture() == arch) else { return false };
    if stanza.want() == want {
        return false;
    }
    let status = format!("{want} {} {}", stanza.flag(), stanza.state());
    stanza.set("Status", &status);
    true
}
