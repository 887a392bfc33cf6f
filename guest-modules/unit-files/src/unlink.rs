//! Taking links away: disable, unmask (`remove_marked_symlinks` of shared/install.c).

use std::collections::BTreeSet;

use crate::{
    Change, Done, Files, Layout, Stop,
    load::{Found, Mode, find},
    name,
};

/// disable.
pub fn disable(files: &dyn Files, layout: &Layout, units: &[String]) -> Result<Done, Stop> {
    let mut done = Done::default();
    let mut problems = Done::default();
    let marked = marked(files, layout, units, &mut problems)?;
    sweep(files, layout, marked, &mut done)?;
    done.changes.extend(problems.changes);
    done.failed = problems.failed;
    Ok(done)
}

/// Names whose links go: the units', and those of their `Also=`. The links of a unit that is not there go too.
fn marked(files: &dyn Files, layout: &Layout, units: &[String], done: &mut Done) -> Result<BTreeSet<String>, Stop> {
    let mut marked = BTreeSet::new();
    let mut queue: std::collections::VecDeque<String> = units.iter().cloned().collect();
    let mut seen: Vec<String> = Vec::new();
    while let Some(unit) = queue.pop_front() {
        if seen.contains(&unit) {
            continue;
        }
        seen.push(unit.clone());
        if !name::is_valid(&unit) {
            return Err(Stop::Unmodelled(format!("{unit}, which is no unit's name")));
        }
        let found = match find(files, layout, &unit)? {
            Found::Unit(it) => it,
            Found::Missing if units.contains(&unit) => {
                done.fail(format!("Failed to {{}} unit, unit {unit} does not exist."));
                marked.insert(unit);
                continue;
            }
            Found::Missing => return Err(Stop::Unmodelled(format!("Also={unit}, which is not there"))),
        };
        match &found.mode {
            Mode::Regular => {}
            Mode::Masked => {
                done.changes.push(Change::IsMasked(found.path.clone()));
                continue;
            }
            Mode::Alias(target) => {
                // The unit behind the link is what goes.
                let target = target.clone();
                if target == unit {
                    return Err(Stop::Unmodelled(format!("{} links to a unit file of its own name", found.path)));
                }
                queue.push_back(target);
                continue;
            }
            Mode::Linked => {}
        }
        marked.insert(found.name.clone());
        queue.extend(found.also.iter().map(|it| name::full(it)));
    }
    Ok(marked)
}

/// unmask.
pub fn unmask(files: &dyn Files, layout: &Layout, units: &[String]) -> Result<Done, Stop> {
    let mut done = Done::default();
    let mut marked = BTreeSet::new();
    for unit in units {
        if !name::is_valid(unit) {
            return Err(Stop::Unmodelled(format!("{unit}, which is no unit's name")));
        }
        let path = format!("{}/{unit}", layout.links);
        let masked = files.link(&path).is_some_and(|it| it == "/dev/null") || files.link(&path).is_none() && files.text(&path).is_some_and(|it| it.is_empty());
        if masked && marked.insert(path.clone()) {
            take(files, layout, &path, &mut done)?;
        }
    }
    if !marked.is_empty() {
        sweep(files, layout, marked, &mut done)?;
    }
    Ok(done)
}

fn take(files: &dyn Files, layout: &Layout, path: &str, done: &mut Done) -> Result<(), Stop> {
    files.remove_file(path).map_err(Stop::Failed)?;
    done.changes.push(Change::Removed(path.to_owned()));
    // A folder that is empty goes too, up to the folder of links.
    if let Some((folder, _)) = path.rsplit_once('/')
        && folder != layout.links
        && files.names(folder).is_empty()
    {
        files.remove_folder(folder);
    }
    Ok(())
}

/// Removes the links that bear a marked name or lead to one, and those that lead to what was removed, until there are none.
fn sweep(files: &dyn Files, layout: &Layout, mut marked: BTreeSet<String>, done: &mut Done) -> Result<(), Stop> {
    loop {
        let mut again = false;
        for path in links(files, layout.links) {
            let link_name = name::base(&path).to_owned();
            let Some(target) = files.link(&path).filter(|_| name::is_valid(&link_name)) else { continue };
            let folder = path.rsplit_once('/').map_or("", |it| it.0);
            if !target.starts_with('/') && folder != layout.links {
                return Err(Stop::Unmodelled(format!("the relative link {path}")));
            }
            let target = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
            if target == path {
                return Err(Stop::Unmodelled(format!("{path}, a link to itself")));
            }
            let of_template = name::instance(&link_name).is_some_and(|it| marked.contains(&it.0));
            if !of_template && !marked.contains(&link_name) && !marked.contains(&target) && !marked.contains(name::base(&target)) {
                continue;
            }
            take(files, layout, &path, done)?;
            again |= marked.insert(path);
        }
        if !again {
            return Ok(());
        }
    }
}

/// All links below a folder, in the order of their names; links to folders are links.
fn links(files: &dyn Files, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in files.names(folder) {
        let path = format!("{folder}/{entry}");
        if files.link(&path).is_some() {
            found.push(path);
        } else if files.is_folder(&path) {
            found.extend(links(files, &path));
        }
    }
    found
}
