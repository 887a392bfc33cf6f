//! dpkg-divert(1) of dpkg 1.21: `/var/lib/dpkg/diversions`, and the file itself with `--rename`.

use super::{
    FOLDER, format, order,
    status::{Database, is_name, replace},
};
use crate::{
    pattern,
    world::{Answer, Effect, Kind, Treatment, World, said, text},
};

/// A path of packages that stands elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Diversion {
    pub(super) from: String,
    pub(super) to: String,
    /// The package that diverts; none where the administrator does.
    pub(super) package: Option<String>,
}

impl Diversion {
    fn told(&self) -> String {
        match &self.package {
            Some(package) => format!("diversion of {} to {} by {package}", self.from, self.to),
            None => format!("local diversion of {} to {}", self.from, self.to),
        }
    }
}

/// Reads the diversions: three lines each.
pub(super) fn read(world: &dyn World) -> Result<Vec<Diversion>, String> {
    let whole = text(world, &format!("{FOLDER}/diversions"))?.unwrap_or_default();
    let lines: Vec<&str> = whole.lines().collect();
    if lines.len() % 3 != 0 {
        return Err("a damaged list of diversions".into());
    }
    Ok(lines.chunks_exact(3).map(|it| Diversion { from: it[0].into(), to: it[1].into(), package: (it[2] != ":").then(|| it[2].to_owned()) }).collect())
}

#[derive(Default)]
struct Call {
    act: Option<String>,
    to: Option<String>,
    local: bool,
    package: Option<String>,
    rename: Option<bool>,
    quiet: bool,
    names: Vec<String>,
}

fn options(words: &[String]) -> Result<Call, String> {
    let mut call = Call::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            it if !call.names.is_empty() => call.names.push(it.to_owned()),
            "--add" | "--remove" | "--list" | "--listpackage" | "--truename" if call.act.is_none() => call.act = Some(word.clone()),
            "--divert" => call.to = Some(rest.next().ok_or("an option without its argument")?.clone()),
            it if it.starts_with("--divert=") => call.to = Some(it["--divert=".len()..].to_owned()),
            "--package" => call.package = Some(rest.next().ok_or("an option without its argument")?.clone()),
            it if it.starts_with("--package=") => call.package = Some(it["--package=".len()..].to_owned()),
            "--local" => call.local = true,
            "--rename" => call.rename = Some(true),
            "--no-rename" => call.rename = Some(false),
            "--quiet" => call.quiet = true,
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => call.names.push(it.to_owned()),
        }
    }
    Ok(call)
}

const WARNING: &str = "dpkg-divert: warning: please specify --no-rename explicitly, the default will change to --rename in 1.20.x\n";

/// Runs dpkg-divert with the words behind its name.
pub(crate) fn run(world: &dyn World, words: &[String]) -> Answer {
    let call = options(words)?;
    let act = call.act.as_deref().unwrap_or("--add");
    let mut all = read(world)?;
    let path = call.names.first().map_or("", String::as_str);
    if act == "--list" {
        if call.names.len() > 1 || !pattern::is_known(path) || call.quiet {
            return Err("this form".into());
        }
        order::sort(&mut all, |it| &it.from)?;
        let glob = if call.names.is_empty() { "*" } else { path };
        let shown = |it: &&Diversion| pattern::matches(glob, &it.from) || pattern::matches(glob, &it.to) || it.package.as_ref().is_some_and(|it| pattern::matches(glob, it));
        return said(0, all.iter().filter(shown).map(|it| format!("{}\n", it.told())).collect::<String>(), "");
    }
    if call.names.len() != 1 || !is_path(path) || call.to.as_ref().is_some_and(|it| !is_path(it)) || call.package.as_ref().is_some_and(|it| !is_name(it)) || call.local && call.package.is_some() {
        return Err("this form".into());
    }
    match act {
        "--truename" => said(0, format!("{}\n", all.iter().find(|it| it.from == path).map_or(path, |it| &it.to)), ""),
        "--listpackage" => said(0, all.iter().find(|it| it.from == path || it.to == path).map_or(String::new(), |it| format!("{}\n", it.package.as_deref().unwrap_or("LOCAL"))), ""),
        "--add" => add(world, &call, all, path),
        _ => remove(world, &call, all, path),
    }
}

fn is_path(word: &str) -> bool {
    word.starts_with('/') && word.len() > 1 && !word.ends_with('/') && !word.contains("//") && !word.split('/').any(|it| matches!(it, "." | "..")) && !word.contains('\n')
}

/// What stands at a path: nothing or a file; other things are not moved here.
fn is_there(world: &dyn World, path: &str) -> Result<bool, String> {
    match world.stat(path, false).map(|it| it.kind) {
        None => Ok(false),
        Some(Kind::Regular) => Ok(true),
        Some(_) => Err("a diversion of what is no file".into()),
    }
}

fn add(world: &dyn World, call: &Call, mut all: Vec<Diversion>, path: &str) -> Answer {
    let err = if call.rename.is_none() { WARNING } else { "" };
    let new = Diversion { from: path.into(), to: call.to.clone().unwrap_or_else(|| format!("{path}.distrib")), package: call.package.clone() };
    let out = |text: String| if call.quiet { String::new() } else { text };
    let there = is_there(world, path)?;
    if new.from == new.to {
        return Err("a diversion to itself".into());
    }
    // The path itself is looked at before the place that it is diverted to.
    let meets = |path: &str| all.iter().find(|it| it.from == path || it.to == path);
    match meets(&new.from).or_else(|| meets(&new.to)) {
        Some(old) if *old == new => return said(0, out(format!("Leaving '{}'\n", new.told())), err),
        Some(old) => return said(2, "", format!("{err}dpkg-divert: error: '{}' clashes with '{}'\n", new.told(), old.told())),
        None => {}
    }
    if call.rename == Some(true) {
        if new.package.is_some() {
            return Err("a rename on a package's behalf".into());
        }
        if is_essential(world, path)? {
            return Err("a rename of a file of an essential package".into());
        }
        if is_there(world, &new.to)? || world.stat(new.to.rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 }), true).is_none() {
            return Err("a rename over another file".into());
        }
        if there {
            world.rename(path, &new.to)?;
        }
    }
    let told = new.told();
    all.push(new);
    write(world, all)?;
    world.effect(&Effect::Other("file-diversion"), path, Treatment::Modelled);
    said(0, out(format!("Adding '{told}'\n")), err)
}

fn is_essential(world: &dyn World, path: &str) -> Result<bool, String> {
    let Some(database) = Database::read(world)? else { return Err("a rename without a package database".into()) };
    for stanza in database.packages.iter().filter(|it| it.field("Essential") == Some("yes")) {
        let list = text(world, &format::list_path(&database, stanza))?.unwrap_or_default();
        if list.lines().any(|it| it == path) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn remove(world: &dyn World, call: &Call, mut all: Vec<Diversion>, path: &str) -> Answer {
    let err = if call.rename.is_none() { WARNING } else { "" };
    let Some(at) = all.iter().position(|it| it.from == path) else {
        if call.package.is_some() || call.local || call.to.is_some() {
            return Err("the removal of a diversion that is not there".into());
        }
        return said(0, if call.quiet { String::new() } else { format!("No diversion 'any diversion of {path}', none removed.\n") }, err);
    };
    let old = all.remove(at);
    if call.to.as_ref().is_some_and(|it| *it != old.to) || call.package.is_some() && call.package != old.package || call.local && old.package.is_some() {
        return Err("the removal of another diversion than there is".into());
    }
    if call.rename == Some(true) {
        if old.package.is_some() || is_there(world, path)? {
            return Err("a rename over another file".into());
        }
        if is_there(world, &old.to)? {
            world.rename(&old.to, path)?;
        }
    }
    write(world, all)?;
    world.effect(&Effect::Other("file-diversion"), path, Treatment::Modelled);
    said(0, if call.quiet { String::new() } else { format!("Removing '{}'\n", old.told()) }, err)
}

fn write(world: &dyn World, mut all: Vec<Diversion>) -> Result<(), String> {
    order::sort(&mut all, |it| &it.from)?;
    let whole: String = all.iter().map(|it| format!("{}\n{}\n{}\n", it.from, it.to, it.package.as_deref().unwrap_or(":"))).collect();
    replace(world, "diversions", &whole)
}
