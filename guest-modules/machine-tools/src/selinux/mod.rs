//! SELinux by what `/etc/selinux/config`, the store of the policy and the kernel's policy say: setsebool(8), semanage(8) of booleans,
//! selinuxenabled(8), getenforce(8), setenforce(8), getsebool(8), sestatus(8), restorecon(8) (policycoreutils and libsemanage 3.4).

mod policy;
mod store;

use crate::{
    Answer, Call, Said, World,
    options::{self, Option_},
};
use store::{Config, Mode, Store};

/// The commands.
pub const NAMES: &[&str] = &["getenforce", "getsebool", "restorecon", "selinuxenabled", "semanage", "sestatus", "setenforce", "setsebool"];

/// Running state: the mode that the fix set.
const ENFORCE: &str = "selinux enforce";
const USAGE: &str = "\nUsage:  setsebool [ -NPV ] boolean value | bool1=val1 bool2=val2...\n\n";

/// Carries out a call.
pub fn run(world: &dyn World, call: &Call<'_>) -> Answer {
    let config = store::config(world)?;
    match call.name {
        "setsebool" => setsebool(world, call, config),
        "semanage" => semanage(world, call, config),
        "selinuxenabled" if call.words.is_empty() => Ok(match config {
            None => Said::told(1, ""),
            Some(it) => assuming(Said::told(u32::from(it.mode == Mode::Disabled), "")),
        }),
        "getenforce" if call.words.is_empty() => Ok(getenforce(world, config)),
        "setenforce" => setenforce(world, call, config),
        "sestatus" if call.words.is_empty() => match config {
            None => Ok(Said::told(0, "SELinux status:                 disabled\n")),
            Some(it) if it.mode == Mode::Disabled => Ok(assuming(Said::told(0, "SELinux status:                 disabled\n"))),
            Some(_) => Err("what the running policy says".to_owned()),
        },
        "getsebool" => match config {
            None => Ok(Said::failed(1, "getsebool:  SELinux is disabled\n")),
            Some(it) if it.mode == Mode::Disabled => Ok(assuming(Said::failed(1, "getsebool:  SELinux is disabled\n"))),
            Some(_) => Err("what the running policy says".to_owned()),
        },
        "restorecon" => restorecon(world, call, config),
        _ => Err("this form".to_owned()),
    }
}

/// Whether the kernel runs with what the configuration wants nobody knows.
fn assuming(said: Said) -> Said {
    said.assuming("running-state", "SELinux")
}

fn getenforce(world: &dyn World, config: Option<Config>) -> Said {
    let Some(config) = config else { return Said::told(0, "Disabled\n") };
    match (world.state(ENFORCE).as_deref(), config.mode) {
        (Some(b"1"), _) => Said::told(0, "Enforcing\n"),
        (Some(_), _) => Said::told(0, "Permissive\n"),
        (_, Mode::Disabled) => assuming(Said::told(0, "Disabled\n")),
        (_, Mode::Enforcing) => assuming(Said::told(0, "Enforcing\n")),
        (_, Mode::Permissive) => assuming(Said::told(0, "Permissive\n")),
    }
}

fn setenforce(world: &dyn World, call: &Call<'_>, config: Option<Config>) -> Answer {
    let [word] = call.words else { return Err("this form".to_owned()) };
    let value = match word.to_ascii_lowercase().as_str() {
        "1" | "enforcing" => "1",
        "0" | "permissive" => "0",
        _ => return Err(format!("the word `{word}`")),
    };
    let failed = Said::failed(1, "setenforce: SELinux is disabled\n");
    match config {
        None => Ok(failed),
        Some(it) if it.mode == Mode::Disabled => Ok(assuming(failed)),
        Some(_) => {
            world.set_state(ENFORCE, Some(value.as_bytes()));
            Ok(Said::recorded())
        }
    }
}

/// restorecon(8) does nothing where there is no SELinux; else labels are the policy's.
fn restorecon(world: &dyn World, call: &Call<'_>, config: Option<Config>) -> Answer {
    let read = options::read(call.words, &[('R', "", false), ('r', "", false), ('v', "", false), ('F', "", false), ('i', "", false), ('n', "", false), ('p', "", false), ('e', "", true), ('T', "", true)])?;
    match config {
        None if read.words.is_empty() => Err("a call without paths".to_owned()),
        None => Ok(Said::done()),
        Some(it) if it.mode == Mode::Disabled => Ok(assuming(Said::done())),
        Some(_) => {
            let labelled = read.words.iter().any(|it| world.attribute(&call.path(it), "security.selinux", false).is_some());
            // A tree without labels has nothing that could change: they are the machine's.
            if labelled && !read.has("n") { Ok(Said::recorded().blindly("which labels the policy gives is not modelled")) } else { Ok(Said::recorded()) }
        }
    }
}

/// A name and a value, as setsebool(8) takes them.
fn value(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "1" | "on" | "true" => Some(true),
        "0" | "off" | "false" => Some(false),
        _ => None,
    }
}

fn setsebool(world: &dyn World, call: &Call<'_>, config: Option<Config>) -> Answer {
    let read = options::read(call.words, &[('P', "", false), ('N', "", false), ('V', "", false)])?;
    if read.words.is_empty() && !read.options.is_empty() {
        return Ok(Said::failed(1, format!("Error: boolean name required\n{USAGE}")));
    }
    let pairs: Vec<(&str, &str)> = match &read.words[..] {
        [name, value] if !name.contains('=') => vec![(name, value)],
        words if words.first().is_some_and(|it| it.contains('=')) => {
            let mut pairs = Vec::new();
            for word in words {
                let Some(pair) = word.split_once('=') else { return Ok(Said::failed(255, format!("setsebool: '=' not found in boolean expression {word}\n"))) };
                pairs.push(pair);
            }
            pairs
        }
        _ => return Ok(Said::failed(1, USAGE)),
    };
    let mut values = Vec::new();
    for (name, word) in pairs {
        let Some(value) = value(word) else { return Ok(Said::failed(255, format!("setsebool: illegal value {word} for boolean {name}\n"))) };
        values.push((name.to_owned(), value));
    }
    if !read.has("P") {
        return match config {
            None => Ok(Said::failed(255, "Could not change active booleans: Invalid boolean\n")),
            Some(it) if it.mode == Mode::Disabled => Ok(assuming(Said::failed(255, "Could not change active booleans: Invalid boolean\n"))),
            Some(_) => Ok(Said::recorded()),
        };
    }
    keep(world, config, &values, 255, |name| format!("Boolean {name} is not defined\n"))
}

/// Sets booleans in the store. Where a tree has nothing of SELinux it is a part of a machine, or a machine whose tool would fail.
fn keep(world: &dyn World, config: Option<Config>, values: &[(String, bool)], status: u32, undefined: impl Fn(&str) -> String) -> Answer {
    let Some(config) = config else { return Ok(Said::recorded()) };
    // Without a store the tool would fail; a tree that has the configuration alone is a part of a machine.
    let Some(store) = Store::open(world, &config)? else { return Ok(Said::recorded()) };
    if let Some((name, _)) = values.iter().find(|it| !store.policy.has(&it.0)) {
        return Ok(Said::failed(status, undefined(name)).blindly("the tool leaves a copy of the store behind"));
    }
    store.set(world, values)?;
    Ok(Said::done())
}

const BOOLEAN: &[Option_] = &[('m', "modify", false), ('1', "on", false), ('0', "off", false), ('N', "noreload", false), ('S', "store", true), ('n', "noheading", false)];

fn semanage(world: &dyn World, call: &Call<'_>, config: Option<Config>) -> Answer {
    let Some((verb, rest)) = call.words.split_first() else { return Err("a call without words".to_owned()) };
    let asks = rest.iter().any(|it| matches!(it.as_str(), "-l" | "--list" | "-E" | "--extract" | "-h" | "--help"));
    if asks || !matches!(verb.as_str(), "boolean" | "fcontext" | "port" | "login" | "user" | "permissive" | "interface" | "node" | "module" | "dontaudit") {
        return Err("a question about the policy".to_owned());
    }
    if config.is_none() {
        return Ok(Said::recorded());
    }
    if verb != "boolean" {
        return Ok(Said::recorded().blindly("what it would make of the store and the policy is not modelled"));
    }
    let read = options::read(rest, BOOLEAN)?;
    let ([name], true, false) = (&read.words[..], read.has("m"), read.has("S") || read.has("1") == read.has("0")) else { return Err("this form".to_owned()) };
    if name.contains('=') {
        return Err("this form".to_owned());
    }
    keep(world, config, &[(name.clone(), read.has("1"))], 1, |name| format!("ValueError: Boolean {name} is not defined\n"))
}
