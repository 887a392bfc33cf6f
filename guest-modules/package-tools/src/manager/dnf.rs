//! dnf(8), yum(8), microdnf(8) and zypper(8).

use super::is_plain_name;
use crate::{
    changed::{self, Change},
    rpm::{self, Standing},
    world::{Answer, Done, Effect, Treatment, World, said, text},
};

/// Options that change nothing of what is recorded.
const SILENT: &[&str] = &[
    "-q", "--quiet", "-v", "--verbose", "--nobest", "--best", "-b", "--refresh", "--security", "--bugfix", "--skip-broken", "--allowerasing", "--nodocs", "--noplugins", "-C", "--cacheonly", "-l", "--auto-agree-with-licenses", "--no-recommends",
    "--recommends", "--force-resolution", "--no-refresh", "--gpg-auto-import-keys", "-R", "--no-force-resolution",
];
/// Options that take a value.
const VALUED: &[&str] = &["--setopt", "--enablerepo", "--disablerepo", "--repo", "--repoid", "--disableplugin", "--enableplugin", "--exclude", "-x", "--releasever", "-t", "--type", "-r"];

/// Runs one of them with the words behind its name.
pub(crate) fn dnf(world: &dyn World, tool: &str, words: &[String]) -> Answer {
    let zypper = tool == "zypper";
    let (mut yes, mut given) = (false, Vec::new());
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-y" | "--assumeyes" | "--no-confirm" => yes = true,
            "-n" | "--non-interactive" if zypper => yes = true,
            "-yq" | "-qy" if !zypper => yes = true,
            it if SILENT.contains(&it) => {}
            it if VALUED.contains(&it) && !(it == "--setopt" && zypper) => {
                let value = rest.next().ok_or("an option without its argument")?;
                if it == "--setopt" {
                    setting(value)?;
                }
            }
            // Which patches: all that it takes is recorded as one change.
            "-g" | "--category" | "--severity" | "--cve" | "-b" | "--bugzilla" | "-r" | "--repo" if zypper => drop(rest.next().ok_or("an option without its argument")?),
            it if it.starts_with("--setopt=") => setting(&it["--setopt=".len()..])?,
            it if it.split_once('=').is_some_and(|(option, _)| VALUED.contains(&option)) => {}
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => given.push(it.to_owned()),
        }
    }
    let Some((verb, names)) = given.split_first() else { return Err("a call without a command".into()) };
    let call = Call { world, zypper, yes: yes || !zypper && says_yes(world)? };
    match verb.as_str() {
        "makecache" | "refresh" | "ref" => note(world, "package-lists", verb),
        "clean" => note(world, "package-cache", verb),
        "install" | "in" | "reinstall" | "localinstall" => call.install(names, false),
        "upgrade" | "update" | "up" | "upgrade-minimal" | "update-minimal" if !names.is_empty() => call.install(names, true),
        "upgrade" | "update" | "up" | "upgrade-minimal" | "update-minimal" | "patch" | "dup" | "dist-upgrade" | "distro-sync" if names.is_empty() => call.everything(&Effect::Upgrade),
        "autoremove" if names.is_empty() => call.everything(&Effect::Remove),
        "remove" | "erase" | "rm" => call.remove(names),
        "groupinstall" | "groupremove" => call.everything(if verb == "groupinstall" { &Effect::Install } else { &Effect::Remove }),
        other => Err(format!("`{other}`")),
    }
}

fn setting(word: &str) -> Result<(), String> {
    let key = word.split('=').next().unwrap_or(word);
    let known = ["install_weak_deps", "tsflags", "best", "skip_missing_names_on_install", "skip_missing_names_on_update", "keepcache", "timeout", "retries", "obsoletes"];
    if known.contains(&key.rsplit('.').next().unwrap_or(key)) { Ok(()) } else { Err(format!("the setting `{key}`")) }
}

/// `assumeyes` of dnf.conf(5).
fn says_yes(world: &dyn World) -> Result<bool, String> {
    for path in ["/etc/dnf/dnf.conf", "/etc/yum.conf"] {
        let lines = text(world, path)?.unwrap_or_default();
        let set = lines.lines().filter_map(|it| it.split_once('=')).filter(|it| it.0.trim() == "assumeyes").map(|it| it.1.trim().to_ascii_lowercase()).next_back();
        if set.is_some_and(|it| matches!(it.as_str(), "1" | "true" | "yes")) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn note(world: &dyn World, kind: &'static str, what: &str) -> Answer {
    world.effect(&Effect::Other(kind), what, Treatment::Recorded);
    said(0, "", "")
}

struct Call<'a> {
    world: &'a dyn World,
    zypper: bool,
    yes: bool,
}

impl Call<'_> {
    /// Without a yes these tools ask, and end at the end of their input.
    fn asks(&self) -> Result<(), String> {
        if self.yes { Ok(()) } else { Err("a change without -y, about which the tool would ask,".into()) }
    }

    fn everything(&self, kind: &Effect) -> Answer {
        self.asks()?;
        self.world.effect(kind, "*", Treatment::Recorded);
        changed::set_all(self.world, "rpm")?;
        said(0, "", "")
    }

    fn install(&self, names: &[String], upgrade: bool) -> Answer {
        if names.is_empty() {
            return Err("a call without packages".into());
        }
        let mut done = Done::default();
        for name in names {
            let standing = rpm::standing(self.world, name);
            if upgrade && matches!(standing, Standing::Absent) && is_plain_name(name) && !name.contains('.') {
                self.world.assume("package-lists", name);
                done.err.push_str(&format!("No match for argument: {name}\n"));
                continue;
            }
            self.asks()?;
            let (kind, now) = match &standing {
                Standing::Installed(versions) => (Effect::Upgrade, versions.join(" ")),
                _ if upgrade => (Effect::Upgrade, String::new()),
                _ => (Effect::Install, String::new()),
            };
            self.world.effect(&kind, name, Treatment::Recorded);
            if !now.is_empty() {
                self.world.assume("package-version", &now);
            }
            if is_plain_name(name) {
                changed::set(self.world, "rpm", name, Change::Installed)?;
            }
            // A word may be a name with a version, a group, a file or a pattern: then nobody knows whom it meets.
            if !is_plain_name(name) || name.contains(['-', '.']) && !matches!(standing, Standing::Installed(_)) {
                changed::set_all(self.world, "rpm")?;
            }
        }
        Ok(done)
    }

    fn remove(&self, names: &[String]) -> Answer {
        if names.is_empty() {
            return Err("a call without packages".into());
        }
        let mut done = Done::default();
        for name in names {
            let standing = rpm::standing(self.world, name);
            // dnf takes `name-version` too, zypper does not.
            let is_name_alone = !name.contains('.') && (self.zypper || !name.contains('-'));
            if matches!(standing, Standing::Absent) && is_plain_name(name) && is_name_alone {
                self.world.assume("recorded-output", name);
                if self.zypper {
                    // ZYPPER_EXIT_INF_CAP_NOT_FOUND (zypper(8), EXIT CODES).
                    done.status = 104;
                } else {
                    done.err.push_str(&format!("No match for argument: {name}\n"));
                }
                continue;
            }
            self.asks()?;
            self.world.effect(&Effect::Remove, name, Treatment::Recorded);
            if is_plain_name(name) && matches!(standing, Standing::Installed(_)) {
                changed::set(self.world, "rpm", name, Change::Removed)?;
            } else {
                changed::set_all(self.world, "rpm")?;
            }
        }
        Ok(done)
    }
}
