//! Units of systemd that name a path (systemd.unit(5), systemd.service(5), systemd.exec(5)).

use config_formats::Files;

use crate::{Found, Kind};

/// Where units are, in the order of systemd.unit(5); of one name the first counts.
const FOLDERS: [&str; 4] = ["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/// Kinds of units.
const KINDS: [&str; 8] = [".service", ".socket", ".timer", ".path", ".mount", ".automount", ".target", ".slice"];

/// A setting of a unit.
pub(crate) struct Setting {
    unit: String,
    key: String,
    words: Vec<String>,
}

/// Whether a name is that of a unit.
pub(crate) fn is_unit(name: &str) -> bool {
    KINDS.iter().any(|it| name.ends_with(it))
}

/// Reads the settings of all units, with their drop-ins, that hold an absolute path.
pub(crate) fn read(files: &dyn Files) -> Vec<Setting> {
    let mut seen: Vec<String> = Vec::new();
    let mut settings = Vec::new();
    for folder in FOLDERS {
        for name in files.names(folder) {
            let path = format!("{folder}/{name}");
            if let Some(unit) = name.strip_suffix(".d").filter(|it| is_unit(it)) {
                let parts = files.names(&path);
                parts.iter().filter(|it| it.ends_with(".conf")).for_each(|it| settings.extend(settings_of(files, unit, &format!("{path}/{it}"))));
            } else if is_unit(&name) && !seen.contains(&name) {
                settings.extend(settings_of(files, &name, &path));
                seen.push(name);
            }
        }
    }
    settings
}

fn settings_of(files: &dyn Files, unit: &str, path: &str) -> Vec<Setting> {
    let text = files.text(path).unwrap_or_default().replace("\\\n", " ");
    let lines = text.lines().filter(|it| !it.starts_with(['#', ';', '[']));
    let setting = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let words: Vec<String> = value.split_whitespace().flat_map(paths).map(str::to_owned).collect();
        (!words.is_empty()).then(|| Setting { unit: unit.to_owned(), key: key.trim().to_owned(), words })
    };
    lines.filter_map(setting).collect()
}

/// The absolute paths of a word: itself behind the prefixes of a command or condition, and what stands behind `=` or `:` in it.
fn paths(word: &str) -> impl Iterator<Item = &str> {
    let word = word.trim_matches(['"', '\'']).trim_start_matches(['-', '@', ':', '+', '!', '|']);
    word.split(['=', ':']).filter(|it| it.starts_with('/') && it.len() > 1)
}

/// The units that name a path, or that it is a part of.
pub(crate) fn naming(settings: &[Setting], path: &str) -> Vec<Found> {
    let found = |unit: &str, reason: String| Found { path: path.to_owned(), kind: Kind::Service, name: unit.to_owned(), reason };
    let named = settings.iter().filter(|it| it.words.iter().any(|word| word == path));
    let mut all: Vec<Found> = named.map(|it| found(&it.unit, format!("{}= names it", it.key))).collect();
    if let Some(rest) = FOLDERS.iter().find_map(|it| path.strip_prefix(it)?.strip_prefix('/')) {
        match rest.split_once('/') {
            None if is_unit(rest) => all.push(found(rest, "it is the unit".into())),
            Some((folder, part)) if part.ends_with(".conf") => {
                if let Some(unit) = folder.strip_suffix(".d").filter(|it| is_unit(it)) {
                    all.push(found(unit, "it is a part of the unit".into()));
                }
            }
            _ => {}
        }
    }
    all
}
