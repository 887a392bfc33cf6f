//! login.defs(5), the defaults of useradd(8), and whether a target is one that these tools work on.

use crate::{World, options::number};

/// Settings by name; those of a command line come last.
pub(crate) struct Settings(Vec<(String, String)>);

/// Reads login.defs as shadow's getdef does: the last line of a name counts.
pub(crate) fn login(world: &dyn World) -> Result<Settings, String> {
    let text = world.read("/etc/login.defs").map(|it| String::from_utf8(it).map_err(|_| "login.defs that is no text")).transpose()?.unwrap_or_default();
    let mut all = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let Some((name, value)) = line.split_once([' ', '\t', '"']).filter(|_| !line.starts_with('#')) else { continue };
        let value = value.trim_start_matches([' ', '"', '\t']);
        all.push((name.to_owned(), value.split('"').next().unwrap_or_default().to_owned()));
    }
    Ok(Settings(all))
}

impl Settings {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|it| it.eq_ignore_ascii_case("yes"))
    }

    /// A number; what is no number ends the model, as each tool has its own words for it.
    pub(crate) fn number(&self, name: &str, otherwise: i64) -> Result<i64, String> {
        match self.get(name) {
            None => Ok(otherwise),
            Some(it) => number(it).filter(|it| (-1..=i64::from(u32::MAX)).contains(it)).ok_or_else(|| format!("the value of {name} in login.defs")),
        }
    }

    /// A number that is no less than 0.
    pub(crate) fn count(&self, name: &str, otherwise: u32) -> Result<u32, String> {
        self.number(name, otherwise.into())?.try_into().map_err(|_| format!("the value of {name} in login.defs"))
    }
}

/// What useradd takes where it is not told otherwise.
pub(crate) struct Defaults {
    pub(crate) group: u32,
    pub(crate) home: String,
    pub(crate) inactive: i64,
    pub(crate) shell: String,
    pub(crate) skeleton: String,
    pub(crate) mail: String,
    pub(crate) expire: String,
    pub(crate) log_init: String,
}

pub(crate) const DEFAULTS: &str = "/etc/default/useradd";

/// Reads the defaults of useradd; the text is what is said of them.
pub(crate) fn defaults(world: &dyn World, groups: &crate::table::Table) -> Result<(Defaults, String), String> {
    let mut told = String::new();
    let text = world.read(DEFAULTS).map(|it| String::from_utf8(it).map_err(|_| "defaults that are no text")).transpose()?.unwrap_or_default();
    let words = |it: &str| it.to_owned();
    let mut found = Defaults {
        group: 100,
        home: words("/home"),
        inactive: -1,
        shell: words("/bin/bash"),
        skeleton: words("/etc/skel"),
        mail: words("no"),
        expire: String::new(),
        log_init: words("yes"),
    };
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        let unusual = || format!("the line `{line}` of {DEFAULTS}");
        if value.chars().any(|it| it.is_whitespace() || it.is_control() || matches!(it, ':' | '"' | '\'')) && !name.starts_with('#') {
            return Err(unusual());
        }
        match name {
            "GROUP" => match groups.group(value) {
                Some(row) => found.group = row[2].parse().map_err(|_| unusual())?,
                None => told += &format!("useradd: group '{value}' does not exist\nuseradd: the GROUP= configuration in {DEFAULTS} will be ignored\n"),
            },
            "HOME" => found.home = words(value),
            "INACTIVE" => found.inactive = number(value).filter(|it| *it >= -1).ok_or_else(unusual)?,
            "SHELL" => found.shell = words(value),
            "SKEL" => found.skeleton = words(if value.is_empty() { "/etc/skel" } else { value }),
            "CREATE_MAIL_SPOOL" => found.mail = words(if value.is_empty() { "no" } else { value }),
            "EXPIRE" if value.is_empty() => {}
            "LOG_INIT" if value == "yes" => {}
            "EXPIRE" | "LOG_INIT" => return Err(unusual()),
            _ => {}
        }
    }
    Ok((found, told))
}

/// Says why a target is none for these models.
pub(crate) fn fits(world: &dyn World, name: &str) -> Result<(), String> {
    let text = |path: &str| world.read(path).map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default();
    let release = text("/etc/os-release") + "\n" + &text("/usr/lib/os-release");
    let system = |word: &str| release.lines().filter_map(|it| it.strip_prefix("ID=").or(it.strip_prefix("ID_LIKE="))).any(|it| it.contains(word));
    if system("alpine") {
        return Err("busybox's tool".to_owned());
    }
    // Until RHEL 9 and Fedora 39 it is a program of its own, with other locks and other words; since then it is this one.
    if name == "passwd" && (["fedora", "rhel", "centos"].iter().any(|it| system(it)) || world.stat("/etc/redhat-release", true).is_some()) {
        world.blind("Red Hat's older passwd is another program: what it leaves may differ in locks, back-ups and words");
    }
    for line in text("/etc/nsswitch.conf").lines() {
        let Some((base, sources)) = line.split('#').next().unwrap_or_default().split_once(':') else { continue };
        let other = sources.split_whitespace().find(|it| !matches!(*it, "files" | "compat" | "systemd"));
        if let (true, Some(other)) = (matches!(base.trim(), "passwd" | "group" | "shadow" | "gshadow" | "initgroups"), other) {
            return Err(format!("the name service `{other}`"));
        }
    }
    for path in ["/etc/shadow-maint", "/sbin/pam_tally2"] {
        if world.stat(path, true).is_some() {
            return Err(format!("a target with {path}"));
        }
    }
    if !matches!(login(world)?.get("MAX_MEMBERS_PER_GROUP"), None | Some("0")) {
        return Err("MAX_MEMBERS_PER_GROUP in login.defs".to_owned());
    }
    Ok(())
}
