//! usermod(8) and chsh(1).

use crate::{
    Answer, Said, World,
    options::{self, day, number},
    table::{self, GROUP, GSHADOW, PASSWD, SHADOW, lists, with, without},
    user_new::{field, shell_warning},
};

const LONG: &[(&str, char)] = &[
    ("append", 'a'), ("comment", 'c'), ("home", 'd'), ("expiredate", 'e'), ("inactive", 'f'), ("gid", 'g'), ("groups", 'G'), ("lock", 'L'),
    ("password", 'p'), ("remove", 'r'), ("shell", 's'), ("unlock", 'U'),
];

/// The password field after `-L`, `-U` or `-p`, and what is said.
fn password(old: &str, lock: bool, unlock: bool, new: Option<&str>) -> (String, String) {
    if lock && !old.starts_with('!') {
        (format!("!{old}"), String::new())
    } else if unlock && old == "!" {
        let told = "usermod: unlocking the user's password would result in a passwordless account.\nYou should set a password with usermod -p to unlock this user's password.\n";
        (old.to_owned(), told.to_owned())
    } else if unlock && old.starts_with('!') {
        (old[1..].to_owned(), String::new())
    } else {
        (new.unwrap_or(old).to_owned(), String::new())
    }
}

pub(crate) fn usermod(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "ac:d:e:f:g:G:Lp:rs:U", LONG)?.once()?;
    let name = it.operand()?.to_owned();
    let (mut passwd, mut shadow) = (table::must(world, PASSWD)?, table::must(world, SHADOW)?);
    let (mut group, mut gshadow) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?);
    let mut told = String::new();
    if it.is_empty() || it.value('d').is_some_and(|it| !it.starts_with('/')) || it.value('s').is_some_and(|it| !it.is_empty() && !it.starts_with(['/', '*'])) {
        return Err("a usage error".to_owned());
    }
    let expire = it.value('e').map(day).transpose()?;
    let inactive = it.value('f').map(|text| number(text).filter(|it| *it >= -1).ok_or("a usage error")).transpose()?;
    let failed = |status: u32, told: String| Ok(Said { status, stdout: String::new(), stderr: told });
    let several = ['g', 'G', 's'].into_iter().filter(|letter| it.has(*letter)).count() > 1;
    let mut gid = None;
    if let Some(word) = it.value('g') {
        match group.group(word) {
            Some(row) => gid = Some(row[2].clone()),
            None if several => return Err("a usage error".to_owned()),
            None => return failed(6, format!("usermod: group '{word}' does not exist\n")),
        }
    }
    let mut chosen = Vec::new();
    for word in it.value('G').into_iter().flat_map(|it| it.split(',')).filter(|_| it.value('G') != Some("")) {
        match group.group(word) {
            Some(row) => chosen.push(row[0].clone()),
            None => told += &format!("usermod: group '{word}' does not exist\n"),
        }
    }
    if !told.is_empty() {
        return if several { Err("a usage error".to_owned()) } else { failed(6, told) };
    }
    if let Some(shell) = it.value('s') {
        told += &shell_warning(world, "usermod", shell);
    }
    let Some(user) = passwd.get(&name).cloned() else { return failed(6, format!("{told}usermod: user '{name}' does not exist\n")) };
    let (lock, unlock, new) = (it.has('L'), it.has('U'), it.value('p'));
    if (it.has('a') || it.has('r')) && !it.has('G') || it.has('a') && it.has('r') || u8::from(lock) + u8::from(unlock) + u8::from(new.is_some()) > 1 {
        return Err("a usage error".to_owned());
    }
    let Some(aging) = shadow.get(&name).cloned() else { return Err(format!("{name} without an entry in {SHADOW}")) };
    // What is the same already is no change.
    let gid = gid.filter(|it| *it != user[3]);
    let shell = it.value('s').filter(|it| *it != user[6]);
    let home = it.value('d').filter(|it| *it != user[5]);
    let comment = it.value('c').filter(|it| *it != user[4]);
    let expire = expire.map(field).filter(|it| *it != aging[7]);
    let inactive = inactive.map(field).filter(|it| *it != aging[6]);
    let changes_user = gid.is_some() || shell.is_some() || home.is_some() || comment.is_some() || lock || unlock || new.is_some();
    if !changes_user && expire.is_none() && inactive.is_none() && !it.has('G') {
        return Ok(Said { status: 0, stdout: "usermod: no changes\n".to_owned(), stderr: told });
    }
    if home.is_some() && user[2] == "0" {
        return Err("a user that runs processes surely".to_owned());
    }
    if home.is_some() {
        world.assume("running-processes", &name);
    }
    if gid.is_some() && world.stat(home.unwrap_or(&user[5]), true).is_some_and(|it| it.uid.to_string() == user[2]) {
        return Err("a new primary group where a home is there".to_owned());
    }
    if changes_user {
        passwd.change(&name, |row| {
            if row[1] != "x" {
                let (field, more) = password(&row[1], lock, unlock, new);
                row[1] = field;
                told += &more;
            }
            for (at, value) in [(3, gid.as_deref()), (4, comment), (6, shell)] {
                if let Some(value) = value {
                    row[at] = value.to_owned();
                }
            }
            if let Some(home) = home {
                row[5] = home.strip_suffix('/').filter(|it| !it.is_empty()).unwrap_or(home).to_owned();
            }
        });
    }
    let (field, more) = password(&aging[1], lock, unlock, new);
    if changes_user || expire.is_some() || inactive.is_some() {
        told += &more;
    }
    if expire.is_some() || inactive.is_some() || lock || unlock || new.is_some() {
        let days = world.days();
        shadow.change(&name, |row| {
            row[1] = field;
            if let Some(it) = inactive {
                row[6] = it;
            }
            if let Some(it) = expire {
                row[7] = it;
            }
            if new.is_some() {
                row[2] = if days == 0 { String::new() } else { days.to_string() };
            }
        });
    }
    if it.has('G') {
        for table in [Some(&mut group), gshadow.as_mut()].into_iter().flatten() {
            for row in table.rows.clone() {
                let was = lists(&row[3], &name);
                let named = chosen.contains(&row[0]);
                let mut is = was && it.has('a') || named;
                let admin = table_has_admin(&row, &name);
                if !was && !is && !admin {
                    continue;
                }
                if it.has('r') {
                    is = !is;
                }
                if was && !is {
                    table.change(&row[0], |row| row[3] = without(&row[3], &name));
                } else if !was && is {
                    table.change(&row[0], |row| row[3] = with(&row[3], &name));
                }
            }
        }
    }
    table::lock(world)?;
    passwd.close(world)?;
    shadow.close(world)?;
    if it.has('G') {
        group.close(world)?;
        if let Some(it) = gshadow {
            it.close(world)?;
        }
    }
    Ok(Said { status: 0, stdout: String::new(), stderr: told })
}

/// Only gshadow(5) has administrators; the third field of group(5) is a number, which is no name.
fn table_has_admin(row: &[String], name: &str) -> bool {
    lists(&row[2], name) && name.parse::<u32>().is_err()
}

pub(crate) fn chsh(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "s:", &[("shell", 's')])?.once()?;
    let (name, shell) = (it.operand()?.to_owned(), it.value('s').ok_or("asking for a shell")?);
    let mut passwd = table::must(world, PASSWD)?;
    let Some(user) = passwd.get(&name) else { return Ok(Said::error(1, format!("chsh: user '{name}' does not exist"))) };
    // Debian's /etc/pam.d/chsh asks pam_shells(8) of the shell that the user has, before it lets root pass.
    let listed = world.read("/etc/shells").is_some_and(|it| String::from_utf8_lossy(&it).lines().any(|it| it == user[6]));
    if !listed {
        return Err(format!("the shell of {name} outside of /etc/shells"));
    }
    if !shell.starts_with('/') || shell.contains([',', '=']) {
        return Err("a shell that is no path".to_owned());
    }
    let told = match world.stat(shell, true) {
        None => format!("chsh: Warning: {shell} does not exist\n"),
        Some(it) if it.mode & 0o111 == 0 => format!("chsh: Warning: {shell} is not executable\n"),
        Some(_) => String::new(),
    };
    passwd.change(&name, |row| row[6] = shell.to_owned());
    table::lock(world)?;
    passwd.close(world)?;
    Ok(Said { status: 0, stdout: String::new(), stderr: told })
}
