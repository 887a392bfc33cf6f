//! rpm(8) as rpm 4.18 answers: questions out of the target's database, changes written down.

mod berkeley;
mod database;
mod format;
mod header;
mod query;
mod sqlite;

use database::{Found, Packages};

use crate::{
    changed::{self, Change},
    world::{Answer, Effect, Treatment, World, has_program, said},
};

/// Runs rpm with the words behind its name.
pub(crate) fn rpm(world: &dyn World, words: &[String]) -> Answer {
    match act(words) {
        Some(Act::Query) => query::query(world, words),
        Some(Act::Erase) => erase(world, words),
        Some(Act::Install) => install(world, words),
        Some(Act::Import) => import(world, words),
        Some(Act::Verify) => {
            // It asks for times too, which are no part of a tree.
            world.blind("what rpm finds changed in the files of packages is not modelled");
            said(0, "", "")
        }
        Some(Act::Restore) => Err("setting files back to what packages have".into()),
        None => Err("this form".into()),
    }
}

enum Act {
    Query,
    Erase,
    Install,
    Import,
    Verify,
    Restore,
}

fn act(words: &[String]) -> Option<Act> {
    for word in words {
        match word.as_str() {
            "--query" | "-qa" => return Some(Act::Query),
            "--erase" => return Some(Act::Erase),
            "--install" | "--upgrade" | "--freshen" => return Some(Act::Install),
            "--verify" => return Some(Act::Verify),
            "--import" => return Some(Act::Import),
            "--restore" | "--setperms" | "--setugids" | "--setcaps" => return Some(Act::Restore),
            it if it.starts_with("--") || !it.starts_with('-') => {}
            it if it.contains('q') => return Some(Act::Query),
            it if it.contains('V') => return Some(Act::Verify),
            it if it.contains('e') => return Some(Act::Erase),
            it if it.contains(['i', 'U', 'F']) => return Some(Act::Install),
            _ => {}
        }
    }
    None
}

/// What a package name means to this target, for the tools that stand on rpm: whether it is installed.
pub(crate) enum Standing {
    /// `VERSION-RELEASE` and so on of each of that name.
    Installed(Vec<String>),
    /// Not installed.
    Absent,
    /// The database can't be read, with the reason.
    Unknown(String),
    /// The target has no database.
    NoDatabase,
}

/// Looks up a name.
pub(crate) fn standing(world: &dyn World, name: &str) -> Standing {
    if changed::is_all(world, "rpm") {
        return Standing::Unknown("the database after a change of all packages that was only recorded".into());
    }
    match changed::state(world, "rpm", name) {
        Some(Change::Installed) => return Standing::Installed(Vec::new()),
        Some(Change::Removed) => return Standing::Absent,
        None => {}
    }
    match database::find(world) {
        Found::Nothing => Standing::NoDatabase,
        Found::Foreign(what) => Standing::Unknown(what.to_owned()),
        Found::Readable(path, berkeley) => match Packages::open(world, &path, berkeley).and_then(|it| it.by("Name", name)) {
            Ok(found) if found.is_empty() => Standing::Absent,
            Ok(found) => Standing::Installed(found.iter().map(|it| it.0.nvra()).collect()),
            Err(reason) => Standing::Unknown(reason),
        },
    }
}

/// Answers whether the target is one of rpm's.
pub(crate) fn is_here(world: &dyn World) -> bool {
    has_program(world, "rpm") || !matches!(database::find(world), Found::Nothing)
}

/// Options of changes that change nothing of what is written down.
const SILENT: &[&str] = &["--nodeps", "--quiet", "--force", "--oldpackage", "--replacepkgs", "--replacefiles", "--nosignature", "--nodigest", "--noscripts", "--notriggers", "--allmatches", "--percent", "--hash", "--verbose", "--excludedocs"];

fn names(words: &[String], letters: &str, verbs: &[&str]) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for word in words {
        match word.as_str() {
            it if SILENT.contains(&it) || verbs.contains(&it) => {}
            it if it.starts_with('-') && !it.starts_with("--") && it.len() > 1 && it[1..].chars().all(|it| letters.contains(it)) => {}
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => names.push(it.to_owned()),
        }
    }
    Ok(names)
}

fn erase(world: &dyn World, words: &[String]) -> Answer {
    let names = names(words, "evh", &["--erase"])?;
    if names.is_empty() {
        return said(1, "", "rpm: no packages given for erase\n");
    }
    let mut missing = String::new();
    for name in &names {
        match standing(world, name) {
            Standing::Installed(_) => {}
            // What is no name may be a name with its version.
            Standing::Absent if name.contains(['-', '.', ':']) => return Err("a package with its version".into()),
            Standing::Absent => missing.push_str(&format!("error: package {name} is not installed\n")),
            Standing::Unknown(reason) => return Err(reason),
            Standing::NoDatabase => return Err("a change without a package database".into()),
        }
    }
    if !missing.is_empty() {
        return said(names.len() as u32, "", missing);
    }
    for name in &names {
        world.effect(&Effect::Remove, name, Treatment::Recorded);
        changed::set(world, "rpm", name, Change::Removed)?;
    }
    said(0, "", "")
}

/// The name in `NAME-VERSION-RELEASE.ARCH.rpm`.
pub(crate) fn name_of_file(path: &str) -> Option<&str> {
    let base = path.rsplit('/').next()?.strip_suffix(".rpm")?;
    let (rest, _arch) = base.rsplit_once('.')?;
    let (rest, _release) = rest.rsplit_once('-')?;
    rest.rsplit_once('-').map(|it| it.0)
}

fn install(world: &dyn World, words: &[String]) -> Answer {
    let files = names(words, "iUFvh", &["--install", "--upgrade", "--freshen"])?;
    if files.is_empty() {
        return said(1, "", "rpm: no packages given for install\n");
    }
    if words.iter().any(|it| it == "--freshen" || it.starts_with("-F")) {
        return Err("an upgrade of what is installed only".into());
    }
    for file in &files {
        let Some(name) = name_of_file(file) else { return Err(format!("the package {file}, whose name is not told by its file,")) };
        world.effect(&Effect::Install, name, Treatment::Recorded);
        changed::set(world, "rpm", name, Change::Installed)?;
    }
    said(0, "", "")
}

/// A key becomes a package `gpg-pubkey`, whose version is of the key.
fn import(world: &dyn World, words: &[String]) -> Answer {
    let keys = names(words, "v", &["--import"])?;
    if keys.is_empty() {
        return said(1, "", "rpm: no arguments given\n");
    }
    for key in &keys {
        let absolute = crate::world::absolute(world, key);
        if !key.contains("://") && world.stat(&absolute, true).is_none() {
            return said(1, "", format!("error: {key}: import read failed(2).\n"));
        }
        world.effect(&Effect::Other("package-key"), key, Treatment::Recorded);
    }
    changed::set(world, "rpm", "gpg-pubkey", Change::Installed)?;
    said(0, "", "")
}
