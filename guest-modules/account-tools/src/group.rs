//! groupadd(8), groupmod(8) and groupdel(8).

use crate::{
    Answer, Said, World,
    ids::{self, For},
    options::{self, id, is_name},
    settings,
    table::{self, GROUP, GSHADOW, PASSWD},
};

pub(crate) fn groupadd(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "fg:or", &[("force", 'f'), ("gid", 'g'), ("non-unique", 'o'), ("system", 'r')])?.once()?;
    let name = it.operand()?;
    let mut wanted = it.value('g').map(|text| id(text).ok_or("a usage error")).transpose()?;
    if it.has('o') && wanted.is_none() {
        return Err("a usage error".to_owned());
    }
    let (mut group, mut gshadow) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?);
    if !is_name(name) {
        return Ok(Said::error(3, format!("groupadd: '{name}' is not a valid group name")));
    }
    if group.get(name).is_some() {
        return Ok(if it.has('f') { Said::default() } else { Said::error(9, format!("groupadd: group '{name}' already exists")) });
    }
    if let Some(gid) = wanted.filter(|gid| !it.has('o') && group.by_id(*gid).is_some()) {
        if !it.has('f') {
            return Ok(Said::error(4, format!("groupadd: GID '{gid}' already exists")));
        }
        wanted = None;
    }
    if gshadow.as_ref().is_some_and(|it| it.get(name).is_some()) {
        return Err(format!("an entry of {name} that was left over"));
    }
    let gid = match wanted {
        Some(gid) => gid,
        None => ids::free(&settings::login(world)?, &group, For::Group, it.has('r'), None)?.ok_or("a full range of numbers")?,
    };
    group.add(&[name, "x", &gid.to_string(), ""]);
    if let Some(it) = gshadow.as_mut() {
        it.add(&[name, "!", "", ""]);
    }
    table::lock(world)?;
    group.close(world)?;
    gshadow.map_or(Ok(()), |it| it.close(world))?;
    Ok(Said::default())
}

pub(crate) fn groupmod(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "g:n:o", &[("gid", 'g'), ("new-name", 'n'), ("non-unique", 'o')])?.once()?;
    let name = it.operand()?.to_owned();
    let gid = it.value('g').map(|text| id(text).ok_or("a usage error")).transpose()?;
    if it.has('o') && gid.is_none() {
        return Err("a usage error".to_owned());
    }
    let (mut group, mut gshadow, mut passwd) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?, table::must(world, PASSWD)?);
    let Some(old) = group.get(&name).cloned() else { return Ok(Said::error(6, format!("groupmod: group '{name}' does not exist"))) };
    let gid = gid.filter(|it| it.to_string() != old[2]);
    if let Some(gid) = gid.filter(|gid| !it.has('o') && group.by_id(*gid).is_some()) {
        return Ok(Said::error(4, format!("groupmod: GID '{gid}' already exists")));
    }
    let new = it.value('n').filter(|it| *it != name);
    if let Some(new) = new {
        if !is_name(new) {
            return Ok(Said::error(3, format!("groupmod: invalid group name '{new}'")));
        }
        if group.get(new).is_some() {
            return Ok(Said::error(9, format!("groupmod: group '{new}' already exists")));
        }
        if gshadow.as_ref().is_some_and(|it| it.get(new).is_some()) {
            return Err(format!("an entry of {new} that was left over"));
        }
    }
    if let Some(gid) = gid {
        let gid = gid.to_string();
        let users: Vec<String> = passwd.rows.iter().filter(|it| it[3] == old[2]).map(|it| it[0].clone()).collect();
        for user in users {
            passwd.change(&user, |row| row[3].clone_from(&gid));
        }
        group.change(&name, |row| row[2] = gid);
    }
    group.touch();
    if let Some(new) = new {
        // A new name is a new entry, at the end.
        for table in [Some(&mut group), gshadow.as_mut()].into_iter().flatten() {
            if let Some(mut row) = table.get(&name).cloned() {
                row[0] = new.to_owned();
                table.remove(&name);
                table.add(&row.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
    table::lock(world)?;
    group.close(world)?;
    gshadow.map_or(Ok(()), |it| it.close(world))?;
    passwd.close(world)?;
    Ok(Said::default())
}

pub(crate) fn groupdel(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "f", &[("force", 'f')])?.once()?;
    let name = it.operand()?;
    let (mut group, mut gshadow, passwd) = (table::must(world, GROUP)?, table::read(world, GSHADOW)?, table::must(world, PASSWD)?);
    let Some(row) = group.get(name).cloned() else { return Ok(Said::error(6, format!("groupdel: group '{name}' does not exist"))) };
    if let Some(user) = passwd.rows.iter().find(|user| !it.has('f') && user[3] == row[2]) {
        return Ok(Said::error(8, format!("groupdel: cannot remove the primary group of user '{}'", user[0])));
    }
    group.remove(name);
    if let Some(it) = gshadow.as_mut() {
        it.remove(name);
    }
    table::lock(world)?;
    group.close(world)?;
    gshadow.map_or(Ok(()), |it| it.close(world))?;
    Ok(Said::default())
}
