//! gpasswd(1).

use crate::{
    Answer, Said, World, options,
    table::{self, GROUP, GSHADOW, PASSWD, lists, with, without},
};

const LONG: &[(&str, char)] = &[("add", 'a'), ("delete", 'd'), ("members", 'M'), ("administrators", 'A'), ("remove-password", 'r'), ("restrict", 'R')];

pub(crate) fn gpasswd(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "a:d:M:A:rR", LONG)?.once()?;
    let name = it.operand()?.to_owned();
    let (mut group, mut gshadow, passwd) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?, table::must(world, PASSWD)?);
    let kinds = [it.has('a'), it.has('d'), it.has('r'), it.has('R'), it.has('M') || it.has('A')].into_iter().filter(|it| *it).count();
    if kinds != 1 {
        return Err("asking for a password, or a usage error".to_owned());
    }
    if let Some(user) = it.value('a').filter(|user| passwd.get(user).is_none()) {
        return Ok(Said::error(3, format!("gpasswd: user '{user}' does not exist")));
    }
    for letter in ['A', 'M'] {
        let Some(list) = it.value(letter) else { continue };
        if letter == 'A' && gshadow.is_none() || list.ends_with(',') || list.split(',').any(|user| user.is_empty() && !list.is_empty()) {
            return Err("a usage error".to_owned());
        }
        let missing: String = list.split(',').filter(|user| !user.is_empty() && passwd.get(user).is_none()).map(|it| format!("gpasswd: user '{it}' does not exist\n")).collect();
        if !missing.is_empty() {
            return if it.has('A') && it.has('M') { Err("a usage error".to_owned()) } else { Ok(Said { status: 3, stdout: String::new(), stderr: missing }) };
        }
    }
    if group.get(&name).is_none() {
        return Ok(Said::error(3, format!("gpasswd: group '{name}' does not exist in {GROUP}")));
    }
    if gshadow.as_ref().is_some_and(|it| it.get(&name).is_none()) {
        return Err(format!("{name} without an entry in {GSHADOW}"));
    }
    let mut told = String::new();
    if let Some(user) = it.value('a') {
        told = format!("Adding user {user} to group {name}\n");
    }
    if let Some(user) = it.value('d') {
        told = format!("Removing user {user} from group {name}\n");
        let member = [Some(&group), gshadow.as_ref()].into_iter().flatten().any(|it| it.get(&name).is_some_and(|row| lists(&row[3], user)));
        if !member {
            return Ok(Said { status: 3, stdout: told, stderr: format!("gpasswd: user '{user}' is not a member of '{name}'\n") });
        }
    }
    let shadowed = gshadow.is_some();
    let list = |row: &mut Vec<String>| {
        if let Some(user) = it.value('a') {
            row[3] = with(&row[3], user);
        }
        if let Some(user) = it.value('d') {
            row[3] = without(&row[3], user);
        }
        if let Some(users) = it.value('M') {
            row[3] = users.to_owned();
        }
    };
    let secret = if it.has('r') { Some("") } else { it.has('R').then_some("!") };
    group.change(&name, |row| {
        list(row);
        if let Some(secret) = secret {
            row[1] = if shadowed { "x".to_owned() } else { secret.to_owned() };
        }
    });
    if let Some(table) = gshadow.as_mut() {
        table.change(&name, |row| {
            list(row);
            if let Some(secret) = secret {
                row[1] = secret.to_owned();
            }
            if let Some(users) = it.value('A') {
                row[2] = users.to_owned();
            }
        });
    }
    table::lock(world)?;
    group.close(world)?;
    gshadow.map_or(Ok(()), |it| it.close(world))?;
    Ok(Said::out(told))
}
