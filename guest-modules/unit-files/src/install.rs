//! Making links: enable, reenable, mask, set-default, add-wants (shared/install.c).

use std::collections::VecDeque;

use crate::{
    Change, Done, Files, Layout, Stop,
    load::{Found, Mode, Unit, find},
    name, unlink,
};

/// The most links that are followed from one unit to another (UNIT_FILE_FOLLOW_SYMLINK_MAX).
const FOLLOWED: usize = 64;

/// Finds a unit as `enable` does: a link in the folder of links is refused, one elsewhere followed. None where an error was noted.
pub(crate) fn discover(files: &dyn Files, layout: &Layout, unit: &str, done: &mut Done, follow: bool) -> Result<Option<Unit>, Stop> {
    let mut wanted = unit.to_owned();
    for _ in 0..FOLLOWED {
        let found = match find(files, layout, &wanted)? {
            Found::Unit(it) => it,
            Found::Missing => {
                done.fail(format!("Failed to {{}} unit, unit {unit} does not exist."));
                return Ok(None);
            }
        };
        let Mode::Alias(target) = &found.mode else { return Ok(Some(found)) };
        let in_links = [crate::LINKS, crate::RUNTIME].iter().any(|it| found.path.rsplit_once('/').is_some_and(|path| path.0 == *it));
        // A link of the same name below the folder of links stands for the file itself.
        if in_links && !follow && *target != wanted {
            done.fail(format!("Failed to {{}} unit, refusing to operate on linked unit file {unit}."));
            return Ok(None);
        }
        if *target == wanted {
            return Err(Stop::Unmodelled(format!("{} links to a unit file of its own name", found.path)));
        }
        wanted = match name::instance(&wanted) {
            Some((_, instance)) if name::template(target) => name::instantiate(target, &instance),
            _ => target.clone(),
        };
    }
    Err(Stop::Unmodelled(format!("a ring of links at {unit}")))
}

/// enable.
pub fn enable(files: &dyn Files, layout: &Layout, units: &[String], force: bool) -> Result<Done, Stop> {
    let mut done = Done::default();
    let mut queue = Vec::new();
    // What is odd about one of them is met before any is installed.
    simple(files, layout, units, units.len() > 1)?;
    for unit in units {
        let Some(found) = discover(files, layout, unit, &mut done, false)? else { return Ok(done) };
        if found.mode == Mode::Masked {
            done.fail(format!("Failed to {{}} unit, unit {} is masked.", found.path));
            return Ok(done);
        }
        if !queue.iter().any(|it: &Unit| it.name == found.name) {
            queue.push(found);
        }
    }
    apply(files, layout, queue, force, &mut done)?;
    Ok(done)
}

/// Refuses what was not held against systemd: links among the names of one call.
pub(crate) fn simple(files: &dyn Files, layout: &Layout, units: &[String], strict: bool) -> Result<(), Stop> {
    for unit in units {
        if let Found::Unit(found) = find(files, layout, unit)?
            && strict
            && matches!(found.mode, Mode::Alias(_))
        {
            return Err(Stop::Unmodelled(format!("{unit}, a link, in this call")));
        }
    }
    Ok(())
}

/// Makes the links of all these units and of those that they name with `Also=`.
pub(crate) fn apply(files: &dyn Files, layout: &Layout, units: Vec<Unit>, force: bool, done: &mut Done) -> Result<(), Stop> {
    let mut any = false;
    // What a named unit wants along (`Also=`) is known once it is read, before the next one is.
    let mut queue: VecDeque<(String, Option<Unit>)> = VecDeque::new();
    let mut seen: Vec<String> = Vec::new();
    for unit in units {
        let also = unit.also.clone();
        match queue.iter_mut().find(|it| it.0 == unit.name) {
            Some(it) => it.1 = Some(unit),
            None => {
                seen.push(unit.name.clone());
                queue.push_back((unit.name.clone(), Some(unit)));
            }
        }
        along(&also, &mut seen, &mut queue);
    }
    while let Some((name, unit)) = queue.pop_front() {
        let unit = match unit {
            Some(it) => it,
            None => discover(files, layout, &name, &mut Done::default(), false)?.ok_or_else(|| Stop::Unmodelled(format!("Also={name}, which can't be enabled")))?,
        };
        along(&unit.also, &mut seen, &mut queue);
        any |= unit.has_rules();
        match unit.mode {
            Mode::Masked => {
                any = true;
                done.changes.push(Change::IsMasked(unit.path.clone()));
            }
            Mode::Regular => install(files, layout, &unit, force, done)?,
            _ => return Err(Stop::Unmodelled(format!("enabling the linked unit {}", unit.path))),
        }
    }
    done.nothing_to_install = !any;
    Ok(())
}

fn along(also: &[String], seen: &mut Vec<String>, queue: &mut VecDeque<(String, Option<Unit>)>) {
    for word in also.iter().map(|it| name::full(it)) {
        if !seen.contains(&word) {
            seen.push(word.clone());
            queue.push_back((word, None));
        }
    }
}

fn install(files: &dyn Files, layout: &Layout, unit: &Unit, force: bool, done: &mut Done) -> Result<(), Stop> {
    for alias in &unit.aliases {
        if name::template(&unit.name) || name::instance(&unit.name).is_some() || alias.contains(['@', '/']) || *alias == unit.name || unit.name.rsplit('.').next() != alias.rsplit('.').next() {
            return Err(Stop::Unmodelled(format!("Alias={alias} of {}", unit.name)));
        }
        if !name::is_valid(alias) {
            return Err(Stop::Unmodelled(format!("Alias={alias}, which is no unit's name")));
        }
        let path = format!("{}/{alias}", layout.links);
        let broken = files.link(&path).is_some_and(|it| it != "/dev/null") && files.text(&path).is_none();
        create(files, &path, &unit.path, force || broken, done)?;
    }
    for (list, suffix) in [(&unit.wanted_by, "wants"), (&unit.required_by, "requires")] {
        for wanting in list {
            let is_template = name::template(&unit.name);
            let own = match (&unit.default_instance, is_template) {
                (Some(instance), true) => name::instantiate(&unit.name, instance),
                _ => unit.name.clone(),
            };
            if !name::is_valid(wanting) {
                done.fail(format!("Failed to {{}} unit, \"{wanting}\" is not a valid unit name."));
                continue;
            }
            if is_template && unit.default_instance.is_none() && !name::template(wanting) {
                done.fail(format!("Failed to {{}} {own}, destination unit {wanting} is a non-template unit."));
                continue;
            }
            create(files, &format!("{}/{wanting}.{suffix}/{own}", layout.links), &unit.path, true, done)?;
            if matches!(find(files, layout, wanting)?, Found::Missing) {
                done.changes.push(Change::NotPresent { source: unit.path.clone(), wanting: wanting.clone() });
            }
        }
    }
    Ok(())
}

/// Makes one link (`create_symlink`): one that says the same stays.
pub(crate) fn create(files: &dyn Files, path: &str, target: &str, force: bool, done: &mut Done) -> Result<(), Stop> {
    if files.is_there(path) {
        let Some(old) = files.link(path) else {
            done.fail(format!("Failed to {{}} unit, file \"{path}\" already exists."));
            return Ok(());
        };
        if !old.starts_with('/') {
            return Err(Stop::Unmodelled(format!("the relative link {path}")));
        }
        if old == target {
            return Ok(());
        }
        if !force {
            done.fail(format!("Failed to {{}} unit, file \"{path}\" already exists and is a symlink to \"{old}\"."));
            return Ok(());
        }
        files.remove_file(path).map_err(Stop::Failed)?;
        done.changes.push(Change::Removed(path.to_owned()));
    }
    let folder = path.rsplit_once('/').map_or("/", |it| it.0);
    files.make_folder(folder).map_err(Stop::Failed)?;
    files.make_link(target, path).map_err(Stop::Failed)?;
    done.changes.push(Change::Linked { path: path.to_owned(), target: target.to_owned() });
    Ok(())
}

/// reenable: what disable removes, then enable.
pub fn reenable(files: &dyn Files, layout: &Layout, units: &[String], force: bool) -> Result<Done, Stop> {
    if let Some(odd) = units.iter().find(|it| it.contains('@')) {
        return Err(Stop::Unmodelled(format!("reenable of {odd}")));
    }
    if let Some(odd) = units.iter().find(|unit| layout.search.iter().any(|it| files.is_there(&format!("{it}/{unit}.d")))) {
        return Err(Stop::Unmodelled(format!("reenable of {odd}, which has drop-ins")));
    }
    simple(files, layout, units, true)?;
    let mut done = unlink::disable(files, layout, units)?;
    let second = enable(files, layout, units, force)?;
    done.changes.extend(second.changes);
    done.failed |= second.failed;
    done.nothing_to_install = second.nothing_to_install;
    Ok(done)
}

/// mask.
pub fn mask(files: &dyn Files, layout: &Layout, units: &[String], force: bool) -> Result<Done, Stop> {
    let mut done = Done::default();
    for unit in units {
        if !name::is_valid(unit) {
            return Err(Stop::Unmodelled(format!("masking {unit}, which is no unit's name")));
        }
        create(files, &format!("{}/{unit}", layout.links), "/dev/null", force, &mut done)?;
    }
    Ok(done)
}

/// set-default.
pub fn set_default(files: &dyn Files, layout: &Layout, unit: &str) -> Result<Done, Stop> {
    let mut done = Done::default();
    if !unit.ends_with(".target") || unit == "default.target" {
        return Err(Stop::Unmodelled(format!("{unit} as the default target")));
    }
    let Some(found) = discover(files, layout, unit, &mut done, false)? else { return Ok(done) };
    if found.mode == Mode::Masked {
        done.fail(format!("Failed to {{}} unit, unit {} is masked.", found.path));
        return Ok(done);
    }
    create(files, &format!("{}/default.target", crate::LINKS), &found.path, true, &mut done)?;
    Ok(done)
}

/// add-wants and add-requires.
pub fn add_dependency(files: &dyn Files, layout: &Layout, target: &str, units: &[String], suffix: &str) -> Result<Done, Stop> {
    let mut done = Done::default();
    let Some(wanting) = discover(files, layout, target, &mut done, true)? else { return Ok(done) };
    if wanting.mode == Mode::Masked {
        done.fail(format!("Failed to {{}} unit, unit {} is masked.", wanting.path));
        return Ok(done);
    }
    let mut found = Vec::new();
    for unit in units {
        let Some(it) = discover(files, layout, unit, &mut done, true)? else { return Ok(done) };
        if it.mode == Mode::Masked {
            done.fail(format!("Failed to {{}} unit, unit {} is masked.", it.path));
            return Ok(done);
        }
        if name::template(&it.name) || !it.also.is_empty() || it.has_rules() {
            return Err(Stop::Unmodelled(format!("a dependency on {}, which has an [Install] section", it.name)));
        }
        found.push(it);
    }
    for unit in found {
        create(files, &format!("{}/{}.{suffix}/{}", layout.links, wanting.name, unit.name), &unit.path, true, &mut done)?;
    }
    Ok(done)
}

/// link: files outside the folders of units get a link there.
pub fn link_files(files: &dyn Files, layout: &Layout, paths: &[String], force: bool) -> Result<Done, Stop> {
    let mut done = Done::default();
    for path in paths {
        let parent = path.rsplit_once('/').map_or("", |it| it.0);
        if !path.starts_with('/') || !name::is_valid(name::base(path)) || files.link(path).is_some() || files.is_folder(path) {
            return Err(Stop::Unmodelled(format!("linking {path}")));
        }
        if !files.is_there(path) {
            done.fail(format!("Failed to {{}} unit, unit {path} does not exist."));
            return Ok(done);
        }
        if layout.search.contains(&parent) {
            return Err(Stop::Unmodelled(format!("linking {path}, which is a unit already")));
        }
    }
    for path in paths {
        create(files, &format!("{}/{}", layout.links, name::base(path)), path, force, &mut done)?;
    }
    Ok(done)
}
