//! What `is-enabled` says (`unit_file_lookup_state` of shared/install.c).

use crate::{
    Files, LINKS, Layout, RUNTIME, Stop,
    install::discover,
    load::{Found, Mode, Unit, find},
    name,
};

/// The state of a unit; none where there is no such unit.
pub fn state(files: &dyn Files, layout: &Layout, unit: &str) -> Result<Option<&'static str>, Stop> {
    let first = match find(files, layout, unit)? {
        Found::Unit(it) => it,
        Found::Missing => return Ok(None),
    };
    let is_runtime = first.path.starts_with("/run/");
    match &first.mode {
        Mode::Masked => return Ok(Some(if is_runtime { "masked-runtime" } else { "masked" })),
        Mode::Alias(_) => {
            let mut done = crate::Done::default();
            let behind = discover(files, layout, unit, &mut done, true)?;
            return match behind {
                Some(it) if it.mode == Mode::Masked => Ok(Some(if it.path.starts_with("/run/") { "masked-runtime" } else { "masked" })),
                Some(_) => Ok(Some("alias")),
                None => Err(Stop::Unmodelled(format!("{} leads to a unit that is not there", first.path))),
            };
        }
        Mode::Linked if linked(files, layout, &first, false).is_some() => {
            return Err(Stop::Unmodelled(format!("the state of {unit}, which is linked and wanted,")));
        }
        Mode::Linked => return Ok(Some(if is_runtime { "linked-runtime" } else { "linked" })),
        Mode::Regular => {}
    }
    if let Some(state) = linked(files, layout, &first, true) {
        return Ok(Some(state));
    }
    if linked(files, layout, &first, false).is_some() {
        return Ok(Some("indirect"));
    }
    Ok(Some(rest(&first)))
}

fn rest(unit: &Unit) -> &'static str {
    match (unit.has_rules(), unit.also.is_empty()) {
        (true, _) => "disabled",
        (false, false) => "indirect",
        (false, true) => "static",
    }
}

/// Names that `enable` would make links of.
fn is_known(unit: &Unit, link: &str) -> bool {
    let default = unit.default_instance.as_ref().filter(|_| name::template(&unit.name)).map(|it| name::instantiate(&unit.name, it));
    link == unit.name || unit.aliases.iter().any(|it| it == link) || default.is_some_and(|it| it == link)
}

/// Where links stand for the unit (`find_symlinks_in_scope`). Those of a vendor count for instances alone.
fn linked(files: &dyn Files, layout: &Layout, unit: &Unit, known: bool) -> Option<&'static str> {
    let (mut runtime, mut vendor) = (false, false);
    for folder in &layout.search {
        if is_named(files, folder, unit, known) {
            match *folder {
                LINKS => return Some("enabled"),
                RUNTIME => runtime = true,
                _ => vendor = true,
            }
        }
    }
    match (runtime, vendor && name::instance(&unit.name).is_some()) {
        (true, _) => Some("enabled-runtime"),
        (false, true) => Some("static"),
        _ => None,
    }
}

/// Answers whether a link in this folder stands for the unit by what it leads to, or one in the `.wants` and `.requires` below it by its name.
fn is_named(files: &dyn Files, folder: &str, unit: &Unit, known: bool) -> bool {
    let fits = |link: &str| !known || is_known(unit, link);
    for entry in files.names(folder) {
        let path = format!("{folder}/{entry}");
        if (entry.ends_with(".wants") || entry.ends_with(".requires")) && files.is_folder(&path) {
            let stands = |link: &String| *link == unit.name || name::instance(link).is_some_and(|it| it.0 == unit.name);
            if files.names(&path).iter().any(|it| stands(it) && fits(it) && files.link(&format!("{path}/{it}")).is_some()) {
                return true;
            }
        } else if entry != unit.name && fits(&entry) && files.link(&path).is_some_and(|it| name::base(&it) == unit.name) {
            return true;
        }
    }
    false
}

/// The default target; none where there is none.
pub fn default_target(files: &dyn Files, layout: &Layout) -> Option<String> {
    layout.search.iter().find_map(|it| {
        let path = format!("{it}/default.target");
        files.link(&path).map(|target| name::base(&target).to_owned()).or_else(|| files.is_there(&path).then(|| "default.target".to_owned()))
    })
}
