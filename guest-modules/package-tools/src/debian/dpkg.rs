//! dpkg(1) of dpkg 1.21: questions are dpkg-query's, selections are in the database, what unpacks is recorded.

use super::{
    query::{self, Act},
    selections,
    status::{Database, is_name},
};
use crate::{
    changed,
    manager::apt,
    world::{Answer, Effect, Treatment, World, absolute, said},
};

/// Runs dpkg with the words behind its name.
pub(crate) fn dpkg(world: &dyn World, words: &[String]) -> Answer {
    let Some((first, rest)) = words.split_first() else { return Err("a call without an action".into()) };
    if rest.iter().any(|it| it.starts_with('-')) && !matches!(first.as_str(), "--compare-versions" | "--configure") {
        return Err("options behind the action".into());
    }
    match first.as_str() {
        "-l" | "--list" => query::ask(world, Act::List, None, rest),
        "-s" | "--status" => query::ask(world, Act::Status, None, rest),
        "-L" | "--listfiles" => query::ask(world, Act::Files, None, rest),
        "-S" | "--search" => query::ask(world, Act::Search, None, rest),
        "--get-selections" => selections::get(world, rest),
        "--set-selections" if rest.is_empty() => selections::set(world),
        "-i" | "--install" => install(world, rest),
        "-r" | "--remove" => apt::remove_named(world, rest, false),
        "-P" | "--purge" => apt::remove_named(world, rest, true),
        "--configure" if rest == ["-a"] || rest == ["--pending"] => configure(world),
        "--audit" | "-C" if rest.is_empty() => audit(world),
        "--compare-versions" => compare(rest),
        "--print-architecture" if rest.is_empty() => architecture(world),
        "--print-foreign-architectures" if rest.is_empty() => foreign(world),
        other => Err(format!("`{other}`")),
    }
}

/// What an archive brings is not looked into: recorded, by the name in its file's (`NAME_VERSION_ARCH.deb`).
fn install(world: &dyn World, files: &[String]) -> Answer {
    if files.is_empty() {
        return Err("an installation of nothing".into());
    }
    for file in files {
        let base = file.rsplit('/').next().unwrap_or(file);
        let name = base.strip_suffix(".deb").and_then(|it| it.split_once('_')).map(|it| it.0).filter(|it| is_name(it));
        let Some(name) = name else { return Err(format!("the archive {file}, whose package is not told by its name,")) };
        if world.stat(&absolute(world, file), true).is_none() {
            return Err(format!("the archive {file}, which is not there,"));
        }
        world.effect(&Effect::Install, name, Treatment::Recorded);
        changed::set(world, "dpkg", name, changed::Change::Installed)?;
    }
    said(0, "", "")
}

/// dpkg-reconfigure(8): a package's own script asks and writes, so it is recorded.
pub(crate) fn reconfigure(world: &dyn World, words: &[String]) -> Answer {
    let mut names = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-f" | "--frontend" | "-p" | "--priority" => drop(rest.next()),
            "-u" | "--unseen-only" | "--no-reload" | "--force" | "--default-priority" => {}
            it if it.starts_with("-f") || it.starts_with("-p") || it.starts_with("--frontend=") || it.starts_with("--priority=") => {}
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => names.push(it.to_owned()),
        }
    }
    if names.is_empty() {
        return Err("a call without packages".into());
    }
    // The files that the script of the package would write are not guessed.
    world.assume("files-of-the-command", &names.join(" "));
    world.effect(&Effect::Other("package-reconfigure"), &names.join(" "), Treatment::Recorded);
    said(0, "", "")
}

/// Answers whether each package is done with: installed, or only its configuration is left.
fn is_done(database: &Database) -> bool {
    database.packages.iter().all(|it| it.mentioned || matches!(it.state(), "installed" | "config-files" | "not-installed") && it.flag() == "ok")
}

/// Where nothing is to be configured, the database is written anew and nothing else happens.
fn configure(world: &dyn World) -> Answer {
    match Database::read(world)? {
        Some(database) if is_done(&database) && !changed::any(world, "dpkg") => {
            database.write(world)?;
            said(0, "", "")
        }
        _ => Err("the configuration of packages".into()),
    }
}

fn audit(world: &dyn World) -> Answer {
    match Database::read(world)? {
        Some(database) if is_done(&database) && !changed::any(world, "dpkg") => said(0, "", ""),
        _ => Err("an audit of packages that are not done with".into()),
    }
}

fn architecture(world: &dyn World) -> Answer {
    match Database::read(world)? {
        Some(it) if !it.native.is_empty() => said(0, format!("{}\n", it.native), ""),
        _ => Err("the architecture without a package database".into()),
    }
}

/// The file `arch` holds what was added; the first one is dpkg's own.
fn foreign(world: &dyn World) -> Answer {
    let Some(database) = Database::read(world)? else { return Err("architectures without a package database".into()) };
    let all = crate::world::text(world, &format!("{}/arch", super::FOLDER))?.unwrap_or_default();
    said(0, all.lines().filter(|it| *it != database.native && !it.is_empty()).map(|it| format!("{it}\n")).collect::<String>(), "")
}

/// Answers whether a version is one by deb-version(7), without odd forms that dpkg warns of.
fn is_version(word: &str) -> bool {
    let bare = word.split_once(':').map_or(word, |(epoch, rest)| if !epoch.is_empty() && epoch.len() < 9 && epoch.bytes().all(|it| it.is_ascii_digit()) { rest } else { "" });
    bare.starts_with(|it: char| it.is_ascii_digit()) && !bare.ends_with('-') && bare.chars().all(|it| it.is_ascii_alphanumeric() || ".+-~".contains(it))
}

fn compare(words: &[String]) -> Answer {
    let [one, operator, other] = words else { return Err("this form".into()) };
    if ![one, other].iter().all(|it| it.is_empty() || is_version(it)) {
        return Err("a version of that form".into());
    }
    // An empty version is less than any, or more, as the operator says.
    if one.is_empty() || other.is_empty() {
        let both = one.is_empty() && other.is_empty();
        let holds = match (operator.as_str(), both) {
            ("lt" | "lt-nl", true) | ("gt" | "gt-nl", true) | ("ne", true) => false,
            ("le" | "eq" | "ge" | "le-nl" | "ge-nl", true) => true,
            ("eq", false) => false,
            ("ne", false) => true,
            ("lt" | "le", false) => one.is_empty(),
            ("gt" | "ge", false) => other.is_empty(),
            ("lt-nl" | "le-nl", false) => other.is_empty(),
            ("gt-nl" | "ge-nl", false) => one.is_empty(),
            _ => return Err(format!("the relation `{operator}` with an empty version")),
        };
        return said(u32::from(!holds), "", "");
    }
    let order = config_formats::version::compare(one, other);
    let holds = match operator.as_str() {
        "lt" | "lt-nl" | "<<" => order.is_lt(),
        "le" | "le-nl" | "<=" | "<" => order.is_le(),
        "eq" | "=" => order.is_eq(),
        "ne" => order.is_ne(),
        "ge" | "ge-nl" | ">=" | ">" => order.is_ge(),
        "gt" | "gt-nl" | ">>" => order.is_gt(),
        _ => return Err(format!("the relation `{operator}`")),
    };
    let obsolete = matches!(operator.as_str(), "<" | ">");
    said(u32::from(!holds), "", if obsolete { format!("dpkg: warning: --compare-versions used with obsolete relation operator '{operator}'\n") } else { String::new() })
}
