//! Finding a unit file and reading what its `[Install]` section asks for.

use crate::{Files, Layout, Stop, name};

/// What a name leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    /// A unit file.
    Regular,
    /// A link to `/dev/null`, or an empty file.
    Masked,
    /// A link to another name inside the folders of units.
    Alias(String),
    /// A link to a file outside of them.
    Linked,
}

/// A unit as it was found.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// `Alias=`.
    pub aliases: Vec<String>,
    /// `WantedBy=`.
    pub wanted_by: Vec<String>,
    /// `RequiredBy=`.
    pub required_by: Vec<String>,
    /// `Also=`.
    pub also: Vec<String>,
    /// `DefaultInstance=`.
    pub default_instance: Option<String>,
}

/// What a search gave.
pub enum Found {
    /// A unit.
    Unit(Unit),
    /// No such name.
    Missing,
}

impl Unit {
    /// Answers whether there is anything to install.
    pub fn has_rules(&self) -> bool {
        !self.aliases.is_empty() || !self.wanted_by.is_empty() || !self.required_by.is_empty()
    }
}

/// Finds a unit by name; a link is told of, not followed.
pub fn find(files: &dyn Files, layout: &Layout, unit: &str) -> Result<Found, Stop> {
    let template = name::instance(unit).map(|it| it.0);
    for file in [Some(unit), template.as_deref()].into_iter().flatten() {
        for folder in &layout.search {
            let path = format!("{folder}/{file}");
            if files.is_there(&path)
                && let Some(found) = load(files, layout, unit, path)?
            {
                return Ok(Found::Unit(found));
            }
        }
    }
    Ok(Found::Missing)
}

fn load(files: &dyn Files, layout: &Layout, unit: &str, path: String) -> Result<Option<Unit>, Stop> {
    let mut found = Unit { name: unit.to_owned(), path, mode: Mode::Regular, aliases: vec![], wanted_by: vec![], required_by: vec![], also: vec![], default_instance: None };
    if let Some(target) = files.link(&found.path) {
        if target == "/dev/null" {
            found.mode = Mode::Masked;
            return Ok(Some(found));
        }
        let folder = found.path.rsplit_once('/').map_or("", |it| it.0);
        let target = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
        if target.split('/').any(|it| it == ".." || it == ".") {
            return Err(Stop::Unmodelled(format!("the link {} with dots in its target", found.path)));
        }
        let parent = target.rsplit_once('/').map_or("", |it| it.0);
        found.mode = if layout.search.contains(&parent) { Mode::Alias(name::base(&target).to_owned()) } else { Mode::Linked };
        if let Mode::Alias(to) = &found.mode {
            if to.contains('@') != unit.contains('@') || to.rsplit('.').next() != unit.rsplit('.').next() {
                return Err(Stop::Unmodelled(format!("the link {} to another kind of unit", found.path)));
            }
            return Ok(Some(found));
        }
    }
    let Some(text) = files.text(&found.path) else {
        return if files.is_folder(&found.path) { Err(Stop::Unmodelled(format!("the folder {}", found.path))) } else { Err(Stop::Unmodelled(format!("the link {} to nothing", found.path))) };
    };
    if text.is_empty() {
        found.mode = Mode::Masked;
        return Ok(Some(found));
    }
    read(&mut found, &text)?;
    for text in drop_ins(files, layout, unit) {
        read(&mut found, &text)?;
    }
    Ok(Some(found))
}

/// Texts of the drop-ins, in the order of their names; an earlier folder hides a name in a later one.
fn drop_ins(files: &dyn Files, layout: &Layout, unit: &str) -> Vec<String> {
    let mut names: Vec<(String, String)> = Vec::new();
    for owner in [Some(unit.to_owned()), name::instance(unit).map(|it| it.0)].into_iter().flatten() {
        for folder in &layout.search {
            let folder = format!("{folder}/{owner}.d");
            for file in files.names(&folder).into_iter().filter(|it| it.ends_with(".conf")) {
                if !names.iter().any(|it| it.0 == file) {
                    names.push((file.clone(), format!("{folder}/{file}")));
                }
            }
        }
    }
    names.sort();
    names.iter().filter_map(|it| files.text(&it.1)).collect()
}

/// Reads `[Install]` (config_item_table of shared/install.c): an empty value takes back what stood before.
fn read(unit: &mut Unit, text: &str) -> Result<(), Stop> {
    let mut inside = false;
    for line in joined(text) {
        let line = line.trim();
        if line.starts_with(['#', ';']) || line.is_empty() {
            continue;
        }
        if line.starts_with('[') {
            inside = line == "[Install]";
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else { continue };
        let (key, value) = (key.trim_end(), value.trim_start());
        let known = ["Alias", "WantedBy", "RequiredBy", "Also", "DefaultInstance"].contains(&key);
        if known && value.contains(['%', '"', '\'', '\\']) {
            return Err(Stop::Unmodelled(format!("a specifier or quote in {key}= of {}", unit.path)));
        }
        let list = match key {
            "Alias" => &mut unit.aliases,
            "WantedBy" => &mut unit.wanted_by,
            "RequiredBy" => &mut unit.required_by,
            "Also" => &mut unit.also,
            "DefaultInstance" => {
                unit.default_instance = (!value.is_empty()).then(|| value.to_owned());
                continue;
            }
            _ => continue,
        };
        if value.is_empty() {
            list.clear();
        }
        list.extend(value.split_whitespace().map(str::to_owned));
    }
    Ok(())
}

/// Lines, those that end with a backslash joined with the next by a blank.
fn joined(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut held = String::new();
    for line in text.lines() {
        if !held.is_empty() && line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(start) => held.push_str(&format!("{start} ")),
            None => lines.push(format!("{}{line}", std::mem::take(&mut held))),
        }
    }
    if !held.is_empty() {
        lines.push(held);
    }
    lines
}
