//! crontab(1) of Debian's cron 3.0pl1, and at(1).

mod table;

use crate::{Answer, Call, Kind, Said, World, account, time};

/// The commands.
pub const NAMES: &[&str] = &["crontab", "at", "batch", "atrm"];

/// Where the tables of users are.
const SPOOL: &str = "/var/spool/cron/crontabs";
/// Its program: the group of a table is that of the program, which is set-gid.
const PROGRAM: &str = "/usr/bin/crontab";
/// A table of more lines than this is not read here.
const MOST: usize = 200;

/// Carries out a call.
pub fn run(world: &dyn World, call: &Call<'_>) -> Answer {
    match call.name {
        "crontab" => crontab(world, call),
        // A job of at(1) holds the whole environment of its caller.
        _ => Ok(Said::recorded().blindly("the file of a job is not modelled")),
    }
}

/// What is to be done with a table.
#[derive(Clone, Copy, PartialEq)]
enum Verb {
    List,
    Remove,
    Check,
    Replace,
}

fn crontab(world: &dyn World, call: &Call<'_>) -> Answer {
    let (mut verb, mut user, mut file) = (Verb::Replace, None, None);
    let mut rest = call.words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-l" if verb == Verb::Replace && file.is_none() => verb = Verb::List,
            "-r" if verb == Verb::Replace && file.is_none() => verb = Verb::Remove,
            "-n" if verb == Verb::Replace && file.is_none() => verb = Verb::Check,
            "-u" if user.is_none() && file.is_none() => user = Some(rest.next().ok_or("`-u` without a user")?.as_str()),
            it if (it == "-" || !it.starts_with('-')) && file.is_none() && !it.is_empty() => file = Some(it),
            it => return Err(format!("the word `{it}`")),
        }
    }
    let group = world.stat(PROGRAM, true).filter(|it| it.kind == Kind::File && it.mode & 0o2000 != 0).map(|it| it.gid);
    let (Some(group), true) = (group, world.is_folder(SPOOL)) else { return Err("another cron than Debian's".to_owned()) };
    let name = user.unwrap_or("root");
    if name != "root" && (world.is_there("/etc/cron.allow") || world.is_there("/etc/cron.deny")) {
        return Err("a table of another user, who may not have one,".to_owned());
    }
    let Some(account) = account::find(world, name)? else { return Ok(Said::failed(1, format!("crontab:  user `{name}' unknown\n"))) };
    let place = format!("{SPOOL}/{name}");
    if world.stat(&place, false).is_some_and(|it| it.kind != Kind::File || it.links > 1) {
        return Err(format!("{place}, which is no plain file,"));
    }
    match (verb, file) {
        (Verb::List, None) => list(world, name, &place),
        (Verb::Remove, None) => match world.is_there(&place) {
            true => world.remove(&place).map(|()| Said::done()),
            false => Ok(Said::failed(1, format!("no crontab for {name}\n"))),
        },
        (Verb::Replace | Verb::Check, Some(file)) => {
            let given = if file == "-" { call.stdin.to_vec() } else {
                let path = call.path(file);
                match world.stat(&path, true).map(|it| it.kind) {
                    None => return Ok(Said::failed(1, format!("{file}: No such file or directory\n"))),
                    Some(Kind::File) => world.read(&path).ok_or_else(|| format!("{file}, which can't be read,"))?,
                    Some(_) => return Err(format!("{file}, which is no file,")),
                }
            };
            install(world, file, &given, (verb == Verb::Replace).then_some((&place, account.uid, group)))
        }
        _ => Err("this form".to_owned()),
    }
}

/// Without the first three lines, as far as they are comments: those that the tool wrote.
fn list(world: &dyn World, name: &str, place: &str) -> Answer {
    if !world.is_there(place) {
        return Ok(Said::failed(1, format!("no crontab for {name}\n")));
    }
    let text = world.text(place).ok_or("a table that is no text")?;
    let mut rest = text.as_str();
    for _ in 0..3 {
        if !rest.starts_with('#') {
            break;
        }
        rest = rest.split_once('\n').map_or("", |it| it.1);
    }
    Ok(Said::told(0, rest))
}

/// Checks a table, and puts it in place with the head that tells of its making.
fn install(world: &dyn World, file: &str, given: &[u8], place: Option<(&String, u32, u32)>) -> Answer {
    let text = std::str::from_utf8(given).ok().filter(|it| !it.contains('\0')).ok_or("a table that is no text")?;
    if text.lines().count() > MOST || file.len() > 100 || file.contains('\n') {
        return Err("a table of such a size".to_owned());
    }
    if let Some((line, problem)) = table::problem(text)? {
        return Ok(Said::failed(1, format!("\"{file}\":{line}: {problem}\nerrors in crontab file, can't install.\n")));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        return Ok(Said::failed(1, "new crontab file is missing newline before EOF, can't install.\n"));
    }
    let Some((place, uid, gid)) = place else { return Ok(Said::failed(0, "The syntax of the crontab file was successfully checked.\n")) };
    let head = format!(
        "# DO NOT EDIT THIS FILE - edit the master and reinstall.\n# ({file} installed on {})\n# (Cron version -- $Id: crontab.c,v 2.13 1994/01/17 03:20:37 vixie Exp $)\n",
        time::as_ctime(world.now())
    );
    if world.is_there(place) {
        world.remove(place)?;
    }
    world.write(place, format!("{head}{text}").as_bytes(), 0o600)?;
    world.set_owner(place, uid, gid)?;
    Ok(Said::done())
}
