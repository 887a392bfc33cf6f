//! userdel(8).

use crate::{
    Answer, Said, World, home, options, settings,
    table::{self, GROUP, GSHADOW, PASSWD, SHADOW, SUBGID, SUBUID, lists, without},
};

pub(crate) fn userdel(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "fr", &[("force", 'f'), ("remove", 'r')])?.once()?;
    let name = it.operand()?.to_owned();
    let (force, mut remove) = (it.has('f'), it.has('r'));
    let (mut passwd, mut shadow) = (table::must(world, PASSWD)?, table::must(world, SHADOW)?);
    let (mut group, mut gshadow) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?);
    let settings = settings::login(world)?;
    if settings.get("USERDEL_CMD").is_some() {
        return Err("USERDEL_CMD in login.defs".to_owned());
    }
    let Some(user) = passwd.get(&name).cloned() else { return Ok(Said::error(6, format!("userdel: user '{name}' does not exist"))) };
    let (mut told, mut failed) = (String::new(), false);
    if user[2] == "0" {
        // The first process of every machine is root's.
        told = format!("userdel: user {name} is currently used by process 1\n");
        if !force {
            return Ok(Said { status: 8, stdout: String::new(), stderr: told });
        }
    } else {
        world.assume("running-processes", &name);
    }

    passwd.remove(&name);
    shadow.remove(&name);
    let (mut subuid, mut subgid) = (table::read(world, SUBUID)?, table::read(world, SUBGID)?);
    for it in [subuid.as_mut(), subgid.as_mut()].into_iter().flatten() {
        it.remove(&name);
    }
    for row in group.rows.clone().iter().filter(|it| lists(&it[3], &name)) {
        group.change(&row[0], |row| row[3] = without(&row[3], &name));
    }
    if settings.is_on("USERGROUPS_ENAB")
        && let Some(own) = group.get(&name).cloned()
    {
        let others = passwd.rows.iter().any(|it| it[3] == own[2]);
        if own[2] != user[3] {
            told += &format!("userdel: group {name} not removed because it is not the primary group of user {name}.\n");
        } else if !own[3].is_empty() {
            told += &format!("userdel: group {name} not removed because it has other members.\n");
        } else if others && !force {
            told += &format!("userdel: group {name} is the primary group of another user and is not removed.\n");
        } else {
            group.remove(&name);
            if let Some(it) = gshadow.as_mut() {
                it.remove(&name);
            }
        }
    }
    if let Some(table) = gshadow.as_mut() {
        for row in table.rows.clone().iter().filter(|it| lists(&it[2], &name) || lists(&it[3], &name)) {
            table.change(&row[0], |row| {
                row[2] = without(&row[2], &name);
                row[3] = without(&row[3], &name);
            });
        }
    }
    let owns = |path: &str| world.stat(path, true).map(|it| it.uid.to_string() == user[2]);
    let mut letters = None;
    if remove {
        let folder = match settings.get("MAIL_DIR") {
            Some(it) => Some(it),
            None if settings.get("MAIL_FILE").is_some() => None,
            None => Some("/var/mail"),
        };
        if let Some(path) = folder.map(|it| format!("{it}/{name}")) {
            match owns(&path) {
                None if world.stat(&path, false).is_some() => return Err("a mail spool that is a dangling link".to_owned()),
                None => told += &format!("userdel: {name} mail spool ({path}) not found\n"),
                Some(false) if !force => {
                    told += &format!("userdel: {path} not owned by {name}, not removing\n");
                    failed = true;
                }
                Some(_) => letters = Some(path),
            }
        }
        let place = &user[5];
        match owns(place) {
            None => {
                told += &format!("userdel: {name} home directory ({place}) not found\n");
                remove = false;
            }
            Some(false) if !force => {
                told += &format!("userdel: {place} not owned by {name}, not removing\n");
                remove = false;
                failed = true;
            }
            Some(_) => {
                // The tool compares paths loosely; homes in one another are left to it.
                let within = passwd.rows.iter().any(|it| it[5].starts_with(place.as_str()) || place.starts_with(&it[5]) && it[5].len() > 1);
                let plain = world.stat(place, false).is_some_and(|it| it.kind == crate::Kind::Folder);
                if within || !plain || place.trim_matches('/').split('/').count() < 2 || place.contains("/.") {
                    return Err(format!("taking away the home {place}"));
                }
            }
        }
    }
    table::lock(world)?;
    if let Some(path) = letters {
        world.remove(&path)?;
    }
    if remove {
        home::remove(world, user[5].trim_end_matches('/'))?;
    }
    passwd.close(world)?;
    shadow.close(world)?;
    group.close(world)?;
    for it in [gshadow, subuid, subgid].into_iter().flatten() {
        it.close(world)?;
    }
    Ok(Said { status: if failed { 12 } else { 0 }, stdout: String::new(), stderr: told })
}
