//! apk(8) of Alpine.

use super::is_plain_name;
use crate::{
    changed::{self, Change},
    world::{Answer, Effect, Treatment, World, said, text},
};

const DATABASE: &str = "/lib/apk/db/installed";

/// Options that change nothing of what is recorded.
const SILENT: &[&str] = &["--no-cache", "-q", "--quiet", "--no-progress", "-U", "--update-cache", "-u", "--upgrade", "--latest", "-l", "-a", "--available", "--purge", "--no-interactive"];

/// Names and versions of `/lib/apk/db/installed` (apk-tools, FORMAT: `P:` and `V:` of stanzas).
fn installed(world: &dyn World) -> Result<Option<Vec<(String, String)>>, String> {
    let Some(whole) = text(world, DATABASE)? else { return Ok(None) };
    let field = |stanza: &str, key: &str| stanza.lines().find_map(|it| it.strip_prefix(key).map(str::to_owned));
    Ok(Some(whole.split("\n\n").filter_map(|it| Some((field(it, "P:")?, field(it, "V:").unwrap_or_default()))).collect()))
}

/// Runs apk with the words behind its name.
pub(crate) fn apk(world: &dyn World, words: &[String]) -> Answer {
    if words.first().is_some_and(|it| it == "info") {
        return info(world, &words[1..]);
    }
    let mut given = Vec::new();
    for word in words {
        match word.as_str() {
            it if SILENT.contains(&it) => {}
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => given.push(it.to_owned()),
        }
    }
    let Some((verb, names)) = given.split_first() else { return Err("a call without a command".into()) };
    let known = installed(world)?;
    match verb.as_str() {
        "update" if names.is_empty() => {
            world.effect(&Effect::Other("package-lists"), verb, Treatment::Recorded);
            said(0, "", "")
        }
        "upgrade" if names.is_empty() => {
            world.effect(&Effect::Upgrade, "*", Treatment::Recorded);
            changed::set_all(world, "apk")?;
            said(0, "", "")
        }
        "add" | "upgrade" | "del" => {
            for word in names {
                let name = word.split(['=', '<', '>', '~', '@']).next().unwrap_or(word);
                if !is_plain_name(name) {
                    return Err(format!("the package `{word}`"));
                }
                let now = known.as_ref().and_then(|it| it.iter().find(|it| it.0 == name));
                let kind = match (verb.as_str(), now) {
                    ("del", _) => Effect::Remove,
                    ("upgrade", _) | (_, Some(_)) => Effect::Upgrade,
                    _ => Effect::Install,
                };
                world.effect(&kind, name, Treatment::Recorded);
                if let Some((name, version)) = now {
                    world.assume("package-version", &format!("{name} {version}"));
                }
                changed::set(world, "apk", name, if verb == "del" { Change::Removed } else { Change::Installed })?;
            }
            // The file of wishes and the database are written by apk out of what it fetches.
            world.assume("files-of-the-command", "/etc/apk/world");
            said(0, "", "")
        }
        other => Err(format!("`{other}`")),
    }
}

/// `apk info -e NAME…`: prints the names that are installed; a missing one makes the status 1.
fn info(world: &dyn World, words: &[String]) -> Answer {
    let Some((first, names)) = words.split_first() else { return Err("a list of packages".into()) };
    if !matches!(first.as_str(), "-e" | "--installed") || names.is_empty() || !names.iter().all(|it| is_plain_name(it)) {
        return Err("this form of `info`".into());
    }
    if changed::is_all(world, "apk") {
        return Err("a question after a change of all packages that was only recorded".into());
    }
    let Some(known) = installed(world)? else { return Err("a question without a package database".into()) };
    let (mut out, mut status) = (String::new(), 0);
    for name in names {
        let there = match changed::state(world, "apk", name) {
            Some(change) => change == Change::Installed,
            None => known.iter().any(|it| it.0 == *name),
        };
        if there {
            out.push_str(&format!("{name}\n"));
        } else {
            status = 1;
        }
    }
    said(status, out, "")
}
