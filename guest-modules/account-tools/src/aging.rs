//! What changes shadow(5) only: passwd(1), chage(1), chpasswd(8).

use crate::{
    Answer, Said, World,
    options::{self, Words, day, number},
    table::{self, PASSWD, SHADOW},
    user_new::field,
};

fn count(it: &Words, letter: char) -> Result<Option<i64>, String> {
    it.value(letter).map(|text| number(text).filter(|it| *it >= -1).ok_or_else(|| "a usage error".to_owned())).transpose()
}

pub(crate) fn passwd(world: &dyn World, words: &[String]) -> Answer {
    const LONG: &[(&str, char)] = &[
        ("delete", 'd'), ("expire", 'e'), ("inactive", 'i'), ("lock", 'l'), ("mindays", 'n'), ("quiet", 'q'), ("status", 'S'), ("unlock", 'u'),
        ("warndays", 'w'), ("maxdays", 'x'),
    ];
    let it = options::read(words, "dei:ln:qSuw:x:", LONG)?.once()?;
    let name = it.operand()?.to_owned();
    let values = [(4, count(&it, 'x')?), (3, count(&it, 'n')?), (5, count(&it, 'w')?), (6, count(&it, 'i')?)];
    let changes = ['d', 'e', 'i', 'l', 'n', 'u', 'w', 'x'].into_iter().any(|letter| it.has(letter));
    if !changes && !it.has('S') || changes && it.has('S') {
        return Err("asking for a password, or a usage error".to_owned());
    }
    let users = table::must(world, PASSWD)?;
    let mut shadow = table::must(world, SHADOW)?;
    if users.get(&name).is_none() {
        return Ok(Said::error(1, format!("passwd: user '{name}' does not exist")));
    }
    let Some(row) = shadow.get(&name).cloned() else { return Err(format!("{name} without an entry in {SHADOW}")) };
    if it.has('S') {
        return status(&row);
    }
    let mut secret = row[1].clone();
    if it.has('d') {
        secret.clear();
    }
    table::lock(world)?;
    if it.has('u') && secret.starts_with('!') {
        if secret == "!" {
            let told = "passwd: unlocking the password would result in a passwordless account.\nYou should set a password with usermod -p to unlock the password of this account.";
            return Ok(Said::error(3, told.to_owned()));
        }
        secret.remove(0);
    }
    if it.has('l') && !secret.starts_with('!') {
        secret.insert(0, '!');
    }
    shadow.change(&name, |row| {
        row[1] = secret;
        for (at, value) in values {
            if let Some(value) = value {
                row[at] = field(value);
            }
        }
        if it.has('e') {
            row[2] = "0".to_owned();
        }
    });
    shadow.close(world)?;
    Ok(if it.has('q') { Said::default() } else { Said::out("passwd: password changed.\n".to_owned()) })
}

/// `passwd -S`: name, state, day of the last change, and four numbers.
fn status(row: &[String]) -> Answer {
    let state = match row[1].chars().next() {
        Some('*' | '!') => "L",
        None => "NP",
        Some(_) => "P",
    };
    let number = |at: usize| if row[at].is_empty() { "-1" } else { row[at].as_str() };
    let days: i64 = row[2].parse().map_err(|_| "the state of an account without a day")?;
    if days > 60_000 {
        return Err("a day so far away".to_owned());
    }
    // The calendar of days since the epoch, years beginning in March.
    let z = days + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let (month, date) = (if part < 10 { part + 3 } else { part - 9 }, of_year - (153 * part + 2) / 5 + 1);
    let year = year + era * 400 + i64::from(month <= 2);
    Ok(Said::out(format!("{} {state} {year:04}-{month:02}-{date:02} {} {} {} {}\n", row[0], number(3), number(4), number(5), number(6))))
}

pub(crate) fn chage(world: &dyn World, words: &[String]) -> Answer {
    const LONG: &[(&str, char)] = &[("lastday", 'd'), ("expiredate", 'E'), ("inactive", 'I'), ("mindays", 'm'), ("maxdays", 'M'), ("warndays", 'W')];
    let it = options::read(words, "d:E:I:m:M:W:", LONG)?.once()?;
    let name = it.operand()?.to_owned();
    if it.is_empty() {
        return Err("asking for numbers".to_owned());
    }
    let values = [
        (2, it.value('d').map(day).transpose()?),
        (3, count(&it, 'm')?),
        (4, count(&it, 'M')?),
        (5, count(&it, 'W')?),
        (6, count(&it, 'I')?),
        (7, it.value('E').map(day).transpose()?),
    ];
    let users = table::must(world, PASSWD)?;
    let mut shadow = table::must(world, SHADOW)?;
    if users.get(&name).is_some() && shadow.get(&name).is_none() {
        return Err(format!("{name} without an entry in {SHADOW}"));
    }
    if world.stat("/etc/.pwd.lock", true).is_none() {
        table::lock(world)?;
        // chage is set-gid shadow, so a lock that it makes is that group's.
        if let Some(program) = world.stat("/usr/bin/chage", true).filter(|it| it.mode & 0o2000 != 0) {
            world.set_owner("/etc/.pwd.lock", 0, program.gid)?;
        }
    }
    if users.get(&name).is_none() {
        return Ok(Said::error(1, format!("chage: user '{name}' does not exist in {PASSWD}")));
    }
    shadow.change(&name, |row| {
        for (at, value) in values {
            if let Some(value) = value {
                row[at] = field(value);
            }
        }
    });
    shadow.close(world)?;
    Ok(Said::default())
}

/// chpasswd(8) with hashes that are given; without `-e` it would make one with a random salt.
pub(crate) fn chpasswd(world: &dyn World, words: &[String], stdin: &[u8]) -> Answer {
    let it = options::read(words, "e", &[("encrypted", 'e')])?.once()?;
    if !it.has('e') || !it.operands.is_empty() {
        return Err("a hash with a random salt".to_owned());
    }
    let text = std::str::from_utf8(stdin).ok().filter(|it| it.ends_with('\n') && it.is_ascii() && !it.contains('\r')).ok_or("such an input")?;
    let users = table::must(world, PASSWD)?;
    let mut shadow = table::must(world, SHADOW)?;
    table::lock(world)?;
    let mut told = String::new();
    let day = match world.days() {
        0 => String::new(),
        it => it.to_string(),
    };
    for (at, line) in text.lines().enumerate() {
        let (name, hash) = line.split_once(':').filter(|it| !it.1.contains(':') && !it.1.is_empty()).ok_or("such an input")?;
        match users.get(name) {
            None => told += &format!("chpasswd: line {}: user '{name}' does not exist\n", at + 1),
            Some(row) if row[1] != "x" || shadow.get(name).is_none() => return Err(format!("{name}, whose password is not in {SHADOW}")),
            Some(_) => shadow.change(name, |row| {
                row[1] = hash.to_owned();
                row[2].clone_from(&day);
            }),
        }
    }
    if !told.is_empty() {
        return Ok(Said::error(1, told + "chpasswd: error detected, changes ignored"));
    }
    shadow.close(world)?;
    Ok(Said::default())
}
