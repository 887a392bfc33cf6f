//! The inventory: machines by name, with tags, and the waves in which they are changed (`[inventory.NAME]` and `[[waves]]` of `invitro.toml`).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::SignedDuration;
use serde::Deserialize;

use super::{Window, window::duration};

/// One machine, image or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Where its tree is.
    pub path: PathBuf,
    /// Words by which waves and routes choose.
    pub tags: Vec<String>,
}

/// What must pass between a wave and the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Time.
    For(SignedDuration),
    /// Somebody's word.
    Word,
}

/// Machines that are changed together.
#[derive(Clone, Debug)]
pub struct Wave {
    /// Its name.
    pub name: String,
    /// Machines with one of these tags, which no wave before has.
    pub tags: Vec<String>,
    /// What must pass after it.
    pub hold: Hold,
    /// When it is open; at any time where there is none.
    pub maintenance: Vec<Window>,
}

/// What there is, and in which waves it is changed.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// By name.
    pub machines: Vec<Machine>,
    /// In order; what no wave has comes after all of them.
    pub waves: Vec<Wave>,
}

/// An inventory that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the inventory has mistakes:{}", problems.iter().map(|it| format!("\n  {it}")).collect::<String>())]
pub struct InventoryError {
    /// Every mistake.
    pub problems: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    path: PathBuf,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWave {
    name: String,
    tags: Vec<String>,
    #[serde(default)]
    hold: Option<String>,
    #[serde(default)]
    maintenance: Vec<RawWindow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    name: String,
    begins: String,
    lasts: String,
}

impl Inventory {
    /// Reads `[inventory]` and `[[waves]]` of a configuration.
    pub fn read(configuration: &toml::Table) -> Result<Inventory, InventoryError> {
        let mut problems = Vec::new();
        let told = |error: toml::de::Error| error.to_string().trim().replace('\n', " ");
        let take = |key: &'static str| configuration.get(key).cloned();
        let machines: BTreeMap<String, Raw> = take("inventory").map_or(Ok(BTreeMap::new()), toml::Value::try_into).unwrap_or_else(|error| {
            problems.push(format!("[inventory]: {}", told(error)));
            BTreeMap::new()
        });
        let waves: Vec<RawWave> = take("waves").map_or(Ok(Vec::new()), toml::Value::try_into).unwrap_or_else(|error| {
            problems.push(format!("[[waves]]: {}", told(error)));
            Vec::new()
        });
        for (name, machine) in machines.iter().filter(|it| !it.1.path.is_absolute()) {
            problems.push(format!("[inventory.{name}]: the path {} must be absolute", machine.path.display()));
        }
        let waves = waves.into_iter().filter_map(|it| wave(it).map_err(|problem| problems.push(problem)).ok()).collect();
        let machines = machines.into_iter().map(|(name, it)| Machine { name, path: it.path, tags: it.tags }).collect();
        if problems.is_empty() { Ok(Inventory { machines, waves }) } else { Err(InventoryError { problems }) }
    }

    /// Finds the machine whose tree is at a path.
    pub fn at(&self, path: &Path) -> Option<&Machine> {
        self.machines.iter().find(|it| it.path == path)
    }
}

fn wave(raw: RawWave) -> Result<Wave, String> {
    let wrong = |problem: String| format!("[[waves]] `{}`: {problem}", raw.name);
    let hold = match raw.hold.as_deref() {
        None => Hold::For(SignedDuration::ZERO),
        Some("word") => Hold::Word,
        Some(text) => Hold::For(duration(text).map_err(|problem| wrong(format!("{problem}, or `word` to wait for somebody's")))?),
    };
    let window = |it: &RawWindow| Window::parse(&it.name, &it.begins, &it.lasts).map_err(&wrong);
    let maintenance = raw.maintenance.iter().map(window).collect::<Result<_, String>>()?;
    Ok(Wave { name: raw.name, tags: raw.tags, hold, maintenance })
}

#[cfg(test)]
mod tests {
    use super::{Hold, Inventory};

    #[test]
    fn an_inventory_is_read_and_its_mistakes_are_told() {
        let text = "[inventory.web01]\npath = '/srv/web01'\ntags = ['canary']\n[inventory.web02]\npath = '/srv/web02'\n[[waves]]\nname = 'first'\ntags = ['canary']\nhold = '30m'\n[[waves]]\nname = 'second'\ntags = ['web']\nhold = 'word'\n";
        let inventory = Inventory::read(&text.parse().expect("TOML")).expect("an inventory");
        assert_eq!(inventory.at("/srv/web01".as_ref()).map(|it| it.name.as_str()), Some("web01"));
        assert_eq!(inventory.waves.iter().map(|it| it.hold).collect::<Vec<_>>(), [Hold::For(jiff::SignedDuration::from_mins(30)), Hold::Word]);
        let text = "[inventory.web01]\npath = 'srv'\n[[waves]]\nname = 'first'\ntags = []\nhold = 'soon'\n";
        let problems = Inventory::read(&text.parse().expect("TOML")).expect_err("mistakes").problems;
        assert_eq!(
            problems,
            [
                "[inventory.web01]: the path srv must be absolute",
                "[[waves]] `first`: `soon` is no duration such as `30m`, `36h` or `7d`, or `word` to wait for somebody's"
            ]
        );
        let problems = Inventory::read(&"[inventory.web01]\npath = '/srv'\ntag = 'x'\n".parse().expect("TOML")).expect_err("a mistake").problems;
        assert!(problems.len() == 1 && problems[0].contains("unknown field `tag`, expected `path` or `tags`"), "{problems:?}");
    }
}
