//! dpkg-statoverride(1) of dpkg 1.21: `/var/lib/dpkg/statoverride`, and the file itself with `--update`.

use super::{FOLDER, order, status::replace};
use crate::{
    pattern,
    world::{Answer, Effect, Kind, Treatment, World, said, text},
};

struct Override {
    user: String,
    group: String,
    mode: u32,
    path: String,
}

impl Override {
    fn line(&self) -> String {
        format!("{} {} {:o} {}\n", self.user, self.group, self.mode, self.path)
    }
}

fn read(world: &dyn World) -> Result<Vec<Override>, String> {
    let whole = text(world, &format!("{FOLDER}/statoverride"))?.unwrap_or_default();
    let mut all = Vec::new();
    for line in whole.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [user, group, mode, path] = words[..] else { return Err("a line of the overrides".into()) };
        number(world, "/etc/passwd", user)?.ok_or_else(|| format!("an override for {user}, whom nobody knows,"))?;
        number(world, "/etc/group", group)?.ok_or_else(|| format!("an override for {group}, which nobody knows,"))?;
        all.push(Override { user: user.into(), group: group.into(), mode: bits(mode)?, path: path.into() });
    }
    Ok(all)
}

/// The number of a name of passwd(5) or group(5).
fn number(world: &dyn World, file: &str, name: &str) -> Result<Option<u32>, String> {
    let whole = text(world, file)?.ok_or_else(|| format!("a name without {file}"))?;
    let fields = whole.lines().map(|it| it.split(':').collect::<Vec<_>>()).find(|it| it.first() == Some(&name));
    Ok(fields.and_then(|it| it.get(2)?.parse().ok()))
}

fn bits(mode: &str) -> Result<u32, String> {
    u32::from_str_radix(mode, 8).ok().filter(|it| *it <= 0o7777 && mode.len() <= 5 && !mode.starts_with('+')).ok_or_else(|| format!("the mode `{mode}`"))
}

fn is_path(word: &str) -> bool {
    word.starts_with('/') && word.len() > 1 && !word.ends_with('/') && !word.contains("//") && !word.split('/').any(|it| matches!(it, "." | "..")) && !word.contains('\n')
}

/// Runs dpkg-statoverride with the words behind its name.
pub(crate) fn run(world: &dyn World, words: &[String]) -> Answer {
    let (mut act, mut update, mut force, mut quiet, mut names) = (None, false, false, false, Vec::new());
    let mut err = String::new();
    for word in words {
        match word.as_str() {
            it if !names.is_empty() => names.push(it.to_owned()),
            "--add" | "--remove" | "--list" if act.is_none() => act = Some(word.as_str()),
            "--update" => update = true,
            "--quiet" => quiet = true,
            "--force-all" | "--force-statoverride-add" => force = true,
            "--force" => {
                force = true;
                err.push_str("dpkg-statoverride: warning: deprecated --force option; use --force-all instead\n");
            }
            it if it.starts_with('-') => return Err(format!("the option `{it}`")),
            it => names.push(it.to_owned()),
        }
    }
    match (act, &names[..]) {
        (Some("--list"), [] | [_]) => list(world, names.first().map_or("*", String::as_str), err),
        (Some("--add"), [user, group, mode, path]) => add(world, Wish { user, group, mode, path, update, force, quiet, err }),
        (Some("--remove"), [path]) if !update && !force => remove(world, path, quiet),
        _ => Err("this form".into()),
    }
}

fn list(world: &dyn World, glob: &str, err: String) -> Answer {
    if !pattern::is_known(glob) {
        return Err(format!("the pattern `{glob}`"));
    }
    let mut all = read(world)?;
    order::sort(&mut all, |it| &it.path)?;
    let out: String = all.iter().filter(|it| pattern::matches(glob, &it.path)).map(Override::line).collect();
    said(u32::from(out.is_empty()), out, err)
}

struct Wish<'w> {
    user: &'w str,
    group: &'w str,
    mode: &'w str,
    path: &'w str,
    update: bool,
    force: bool,
    quiet: bool,
    err: String,
}

fn add(world: &dyn World, of: Wish<'_>) -> Answer {
    let mut err = of.err;
    let (mode, mut all) = (bits(of.mode)?, read(world)?);
    if !is_path(of.path) || of.user.starts_with('#') || of.group.starts_with('#') {
        return Err("a path or owner of that form".into());
    }
    if all.iter().any(|it| it.path == of.path) {
        if !of.force {
            return said(2, "", format!("{err}dpkg-statoverride: error: an override for '{}' already exists; aborting\n", of.path));
        }
        if !of.quiet {
            err.push_str(&format!("dpkg-statoverride: warning: an override for '{}' already exists, but --force specified so will be ignored\n", of.path));
        }
        all.retain(|it| it.path != of.path);
    }
    let Some(uid) = number(world, "/etc/passwd", of.user)? else { return said(2, "", format!("{err}dpkg-statoverride: error: user '{}' does not exist\n", of.user)) };
    let Some(gid) = number(world, "/etc/group", of.group)? else { return said(2, "", format!("{err}dpkg-statoverride: error: group '{}' does not exist\n", of.group)) };
    all.push(Override { user: of.user.into(), group: of.group.into(), mode, path: of.path.into() });
    if of.update {
        match world.stat(of.path, true) {
            Some(it) if matches!(it.kind, Kind::Regular | Kind::Directory) => world.set_owner_and_mode(of.path, uid, gid, mode)?,
            Some(_) => return Err("an override of what is no file".into()),
            None if world.stat(of.path, false).is_some() => return Err("an override of a link that leads nowhere".into()),
            None if of.quiet => {}
            None => err.push_str(&format!("dpkg-statoverride: warning: --update given but {} does not exist\n", of.path)),
        }
    }
    write(world, all)?;
    world.effect(&Effect::Other("file-override"), of.path, Treatment::Modelled);
    said(0, "", err)
}

fn remove(world: &dyn World, path: &str, quiet: bool) -> Answer {
    let mut all = read(world)?;
    if !is_path(path) {
        return Err("a path of that form".into());
    }
    let had = all.len();
    all.retain(|it| it.path != path);
    if all.len() == had {
        return said(2, "", if quiet { "" } else { "dpkg-statoverride: warning: no override present\n" });
    }
    write(world, all)?;
    world.effect(&Effect::Other("file-override"), path, Treatment::Modelled);
    said(0, "", "")
}

fn write(world: &dyn World, mut all: Vec<Override>) -> Result<(), String> {
    order::sort(&mut all, |it| &it.path)?;
    replace(world, "statoverride", &all.iter().map(Override::line).collect::<String>())
}
