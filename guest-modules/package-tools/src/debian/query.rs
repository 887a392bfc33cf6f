//! dpkg-query(1) of dpkg 1.21, and the same questions of dpkg(1).

use super::{
    FOLDER, divert,
    format::{self, Fault},
    list,
    status::{Database, Stanza},
};
use crate::{
    changed,
    pattern,
    world::{Answer, Done, World, absolute, said, text},
};

/// What is asked.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Act {
    Show,
    Status,
    List,
    Files,
    Search,
    ControlList,
    ControlPath,
}

/// Runs dpkg-query with the words behind its name.
pub(crate) fn dpkg_query(world: &dyn World, words: &[String]) -> Answer {
    let (mut act, mut format, mut names) = (None, None, Vec::new());
    let mut rest = words.iter();
    let mut only_names = false;
    while let Some(word) = rest.next() {
        let mut is = |it: Act| match act.replace(it) {
            Some(_) => Err("several questions at once".to_owned()),
            None => Ok(()),
        };
        match word.as_str() {
            it if only_names => names.push(it.to_owned()),
            "--" => only_names = true,
            "--show" => is(Act::Show)?,
            "--status" => is(Act::Status)?,
            "--list" => is(Act::List)?,
            "--listfiles" => is(Act::Files)?,
            "--search" => is(Act::Search)?,
            "--control-list" => is(Act::ControlList)?,
            "--control-path" => is(Act::ControlPath)?,
            "--no-pager" => {}
            "--showformat" => format = Some(rest.next().ok_or("an option without its argument")?.clone()),
            it if it.starts_with("--showformat=") => format = it.split_once('=').map(|it| it.1.to_owned()),
            it if it.starts_with("--") => return Err(format!("the option `{it}`")),
            it if it.starts_with('-') && it.len() > 1 => {
                let mut letters = it[1..].char_indices();
                while let Some((at, letter)) = letters.next() {
                    match letter {
                        'W' => is(Act::Show)?,
                        's' => is(Act::Status)?,
                        'l' => is(Act::List)?,
                        'L' => is(Act::Files)?,
                        'S' => is(Act::Search)?,
                        'f' => {
                            let value = it[1..].get(at + 1..).unwrap_or_default();
                            format = Some(match value {
                                "" => rest.next().ok_or("an option without its argument")?.clone(),
                                value => value.strip_prefix('=').unwrap_or(value).to_owned(),
                            });
                            break;
                        }
                        _ => return Err(format!("the option `-{letter}`")),
                    }
                }
            }
            it => {
                // What stands behind the first name is taken for names.
                only_names = true;
                names.push(it.to_owned());
            }
        }
    }
    let Some(act) = act else { return Err("a call without a question".into()) };
    ask(world, act, format.as_deref(), &names)
}

/// Answers a question.
pub(super) fn ask(world: &dyn World, act: Act, format: Option<&str>, names: &[String]) -> Answer {
    let Some(database) = Database::read(world)? else {
        world.assume("package-database", FOLDER);
        return Err("a question without a package database".into());
    };
    for name in names {
        let plain = name.split(':').next().unwrap_or(name);
        let touched = changed::any(world, "dpkg") && (pattern::is_pattern(name) || matches!(act, Act::Files | Act::Search | Act::ControlList | Act::ControlPath));
        if touched || changed::state(world, "dpkg", plain).is_some() && !database.packages.iter().any(|it| it.name() == plain) && act != Act::Show {
            return Err("a question about packages whose change was only recorded".into());
        }
    }
    if names.is_empty() && changed::any(world, "dpkg") {
        return Err("a list of packages after a change of them that was only recorded".into());
    }
    match act {
        Act::Show => show(world, &database, format.unwrap_or("${binary:Package}\\t${Version}\\n"), names),
        Act::List => table(world, &database, names),
        Act::Status => status(&database, names),
        Act::Files => files(world, &database, names),
        Act::Search => search(world, &database, names),
        Act::ControlList | Act::ControlPath => control(world, &database, act == Act::ControlPath, names),
    }
}

struct Chosen {
    places: Vec<usize>,
    err: String,
}

/// The packages that patterns mean, in the order of the database.
fn chosen(database: &Database, names: &[String]) -> Result<Chosen, String> {
    if names.is_empty() {
        let places = (0..database.packages.len()).filter(|it| database.packages[*it].state() != "not-installed").collect();
        return Ok(Chosen { places, err: String::new() });
    }
    let (mut places, mut err) = (Vec::new(), String::new());
    for name in names {
        let found = database.matching(name)?;
        if found.is_empty() {
            err.push_str(&format!("dpkg-query: no packages found matching {name}\n"));
        }
        places.extend(found);
    }
    places.sort_unstable();
    places.dedup();
    Ok(Chosen { places, err })
}

fn show(world: &dyn World, database: &Database, format: &str, names: &[String]) -> Answer {
    let pieces = match format::read(format) {
        Ok(pieces) => pieces,
        Err(Fault::Said(what)) => return said(1, "", format!("dpkg-query: error in show format: {what}\n")),
        Err(Fault::Unmodelled(reason)) => return Err(reason),
    };
    let mut database = database.clone();
    for name in names {
        // A package that was only recorded, and that the database does not know at all.
        if changed::state(world, "dpkg", name) == Some(changed::Change::Installed) && !database.packages.iter().any(|it| it.name() == name) {
            database.packages.push(Stanza { fields: vec![("Package".into(), name.clone())], mentioned: false, recorded: true });
        }
    }
    let of = chosen(&database, names)?;
    let mut out = String::new();
    for at in of.places {
        out.push_str(&format::fill(world, &database, &database.packages[at], &pieces)?);
    }
    said(u32::from(!of.err.is_empty()), out, of.err)
}

fn table(world: &dyn World, database: &Database, names: &[String]) -> Answer {
    let of = chosen(database, names)?;
    let shown: Vec<&Stanza> = of.places.iter().map(|it| &database.packages[*it]).collect();
    said(u32::from(!of.err.is_empty()), list::table(world, database, &shown, &shown)?, of.err)
}

fn status(database: &Database, names: &[String]) -> Answer {
    if names.is_empty() {
        return Err("the state of all packages".into());
    }
    let mut done = Done::default();
    for (at, name) in names.iter().enumerate() {
        match database.single(name)? {
            Some(it) if it.recorded => return Err(format!("the state of {name}, whose installation was only recorded,")),
            Some(it) if !it.mentioned && (it.state() != "not-installed" || it.fields.len() > 4) => {
                if !it.is_regular() {
                    return Err(format!("the package {name}, which dpkg did not write so,"));
                }
                done.out.push_str(&it.written());
            }
            Some(it) if !it.mentioned => return Err(format!("the state of {name}, which is not installed,")),
            _ => {
                done.err.push_str(&format!("dpkg-query: package '{name}' is not installed and no information is available\n"));
                done.status = 1;
            }
        }
        if at + 1 < names.len() {
            done.out.push('\n');
        }
    }
    if done.status != 0 {
        done.err.push_str("Use dpkg --info (= dpkg-deb --info) to examine archive files.\n");
    }
    Ok(done)
}

fn files(world: &dyn World, database: &Database, names: &[String]) -> Answer {
    if names.is_empty() {
        return Err("a list of files without a package".into());
    }
    is_known(world)?;
    let diversions = divert::read(world)?;
    let mut done = Done::default();
    for (at, name) in names.iter().enumerate() {
        match database.single(name)? {
            Some(it) if !it.mentioned && it.state() != "not-installed" => {
                let Some(list) = text(world, &format::list_path(database, it))? else { return Err(format!("the files of {name}, of which there is no list,")) };
                if list.is_empty() {
                    done.out.push_str(&format!("Package '{}' does not contain any files (!)\n", database.native_name(it)));
                }
                for line in list.lines() {
                    if diversions.iter().any(|it| it.from == line || it.to == line) {
                        return Err(format!("the list of {name}, of which a file is diverted,"));
                    }
                    done.out.push_str(&format!("{line}\n"));
                }
            }
            _ => {
                done.err.push_str(&format!("dpkg-query: package '{name}' is not installed\n"));
                done.status = 1;
            }
        }
        if at + 1 < names.len() {
            done.out.push('\n');
        }
    }
    if done.status != 0 {
        done.err.push_str("Use dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n");
    }
    Ok(done)
}

/// The names of the lists have the form 1 (dpkg 1.16 and later): those of packages of several architectures hold theirs.
fn is_known(world: &dyn World) -> Result<(), String> {
    match text(world, &format!("{FOLDER}/info/format"))?.as_deref() {
        Some("1\n") => Ok(()),
        _ => Err("lists of files in a form that is not known".into()),
    }
}

/// Owners of one path; patterns, and paths of several packages, come in an order of dpkg's own.
fn search(world: &dyn World, database: &Database, names: &[String]) -> Answer {
    if names.is_empty() {
        return Err("a search for nothing".into());
    }
    is_known(world)?;
    let diversions = divert::read(world)?;
    let mut done = Done::default();
    for name in names {
        if !name.starts_with('/') || pattern::is_pattern(name) {
            return Err("a search for a part of a path".into());
        }
        let path = name.trim_end_matches('/');
        if path.is_empty() || path.contains("//") || path.split('/').any(|it| matches!(it, "." | "..")) {
            return Err(format!("the path `{name}`"));
        }
        if diversions.iter().any(|it| it.from == path || it.to == path) {
            return Err(format!("the path `{name}`, which is diverted,"));
        }
        let mut owners = Vec::new();
        for stanza in database.packages.iter().filter(|it| !it.mentioned && it.state() != "not-installed") {
            // dpkg warns of each list that is missing.
            let Some(list) = text(world, &format::list_path(database, stanza))? else { return Err(format!("a search where the list of {} is missing", stanza.name())) };
            if list.lines().any(|it| it == path) {
                owners.push(database.native_name(stanza));
            }
        }
        match &owners[..] {
            [] => {
                done.err.push_str(&format!("dpkg-query: no path found matching pattern {name}\n"));
                done.status = 1;
            }
            [one] => done.out.push_str(&format!("{one}: {path}\n")),
            _ => return Err(format!("the order of the packages that own {name}")),
        }
    }
    Ok(done)
}

/// `--control-path` and `--control-list`: files below `info`; the latter in the order of the folder, which is not told.
fn control(world: &dyn World, database: &Database, path: bool, names: &[String]) -> Answer {
    let (Some(name), Some(file), true) = (names.first(), names.get(1), path && names.len() == 2) else { return Err("this form".into()) };
    match database.single(name)? {
        Some(it) if !it.mentioned && it.state() != "not-installed" && !matches!(file.as_str(), "list" | "conffiles.dpkg-new") && file.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()) => {
            let base = format::list_path(database, it);
            let full = format!("{}.{file}", base.trim_end_matches(".list"));
            let there = world.stat(&absolute(world, &full), true).is_some();
            said(0, if there { format!("{full}\n") } else { String::new() }, "")
        }
        _ => Err("this form".into()),
    }
}
