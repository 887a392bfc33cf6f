//! Unit files and the links between them (systemd.unit(5)).

use invitro_sdk::command_model::exports::invitro::remediation::model::ModelError;
use model_support::Command;

/// Where unit files are looked for, in order. Debian 12 builds systemd with `/lib` before `/usr/lib`.
const FOLDERS: [&str; 5] = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"];

/// Where links are made.
pub(crate) const LINKS: &str = "/etc/systemd/system";

const SUFFIXES: [&str; 11] = [".service", ".socket", ".timer", ".target", ".mount", ".automount", ".path", ".slice", ".scope", ".swap", ".device"];

/// The full name of a unit.
pub(crate) fn full(name: &str) -> String {
    if SUFFIXES.iter().any(|it| name.ends_with(it)) { name.to_owned() } else { format!("{name}.service") }
}

/// A unit file of the tree.
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) path: String,
    text: String,
}

/// The template of an instance: `a@b.service` gives `a@.service`, `b`.
fn template(name: &str) -> Option<(String, String)> {
    let (stem, rest) = name.split_once('@')?;
    let (instance, suffix) = rest.rsplit_once('.')?;
    (!instance.is_empty()).then(|| (format!("{stem}@.{suffix}"), instance.to_owned()))
}

/// Finds a unit file; links to another unit file are followed, a mask is none.
pub(crate) fn find(command: &Command<'_>, name: &str) -> Option<Unit> {
    let candidates = [Some(name.to_owned()), template(name).map(|it| it.0)];
    candidates.into_iter().flatten().find_map(|file| {
        FOLDERS.iter().find_map(|folder| {
            let path = format!("{folder}/{file}");
            if command.link(&path).as_deref() == Some("/dev/null") {
                return None;
            }
            let text = command.text(&path)?;
            Some(Unit { name: name.to_owned(), path, text })
        })
    })
}

/// Answers whether a unit is masked.
pub(crate) fn is_masked(command: &Command<'_>, name: &str) -> bool {
    ["/etc/systemd/system", "/run/systemd/system"].iter().any(|folder| command.link(&format!("{folder}/{name}")).as_deref() == Some("/dev/null"))
}

/// Answers whether the tree has unit files at all.
pub(crate) fn all(command: &Command<'_>) -> Vec<String> {
    let mut names: Vec<String> = FOLDERS.iter().flat_map(|folder| command.names(folder)).filter(|it| SUFFIXES.iter().any(|end| it.ends_with(end))).collect();
    names.sort();
    names.dedup();
    names
}

impl Unit {
    /// Words of a setting in the `[Install]` section.
    pub(crate) fn install(&self, key: &str) -> Vec<String> {
        let mut inside = false;
        let mut words = Vec::new();
        for line in self.text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line == "[Install]";
            } else if let Some((name, value)) = line.split_once('=').filter(|it| inside && it.0.trim() == key) {
                let _ = name;
                if value.trim().is_empty() {
                    words.clear();
                }
                words.extend(value.split_whitespace().map(str::to_owned));
            }
        }
        words
    }

    /// The links that enabling makes: path and target.
    pub(crate) fn links(&self) -> Result<Vec<(String, String)>, ModelError> {
        let mut name = self.name.clone();
        if let Some(stem) = name.split_once("@.").map(|it| it.0.to_owned()) {
            let instance = self.install("DefaultInstance").pop().ok_or_else(|| ModelError::Unmodelled("a template without an instance".to_owned()))?;
            name = name.replacen(&format!("{stem}@."), &format!("{stem}@{instance}."), 1);
        }
        let place = |it: &str| if it.contains('%') { Err(ModelError::Unmodelled("a specifier in [Install]".to_owned())) } else { Ok(full(it)) };
        let mut links = Vec::new();
        for (key, folder) in [("WantedBy", "wants"), ("RequiredBy", "requires")] {
            for word in self.install(key) {
                links.push((format!("{LINKS}/{}.{folder}/{name}", place(&word)?), self.path.clone()));
            }
        }
        for word in self.install("Alias") {
            links.push((format!("{LINKS}/{}", place(&word)?), self.path.clone()));
        }
        Ok(links)
    }
}

/// Links below the link folder that lead to a unit by name: what disabling removes.
pub(crate) fn links_to(command: &Command<'_>, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let leads = |path: &str| {
        let target = command.link(path)?;
        Some(
            target.rsplit('/').next() == Some(name)
                || template(name).is_some_and(|it| target.rsplit('/').next() == Some(it.0.as_str()) && path.ends_with(name)),
        )
    };
    for entry in command.names(LINKS) {
        let path = format!("{LINKS}/{entry}");
        if entry.ends_with(".wants") || entry.ends_with(".requires") {
            for link in command.names(&path) {
                let path = format!("{path}/{link}");
                if leads(&path) == Some(true) || link == name && command.link(&path).is_some() {
                    found.push(path);
                }
            }
        } else if entry != name && leads(&path) == Some(true) {
            found.push(path);
        }
    }
    found
}
