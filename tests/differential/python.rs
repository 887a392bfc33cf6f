//! Corpus: scripts of Python of our own, `tests/differential/python`, on the Debian machine. What is called bad is known to be so.

use std::{fs, path::Path, sync::Arc};

use invitro::remediation::Language;

use crate::{script::Script, trees};

/// Reads all scripts: a file holds many, each after a line `#### name`.
pub(crate) fn read(project: &Path) -> Result<Vec<Script>, String> {
    let folder = project.join("tests/differential/python");
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder).map_err(said)?.filter_map(|it| Some(it.ok()?.path())).collect();
    files.sort();
    let layers = Arc::new(trees::debian(project));
    let mut scripts = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(said)?;
        for part in text.split("\n#### ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            scripts.push(Script {
                name: name.trim().to_owned(),
                corpus: "python",
                text: format!("{}\n", text.trim_end()).into_bytes(),
                language: Language::Python,
                layers: layers.clone(),
                bad: name.starts_with("bad-"),
                scope: None,
                ignore: Vec::new(),
            });
        }
    }
    Ok(scripts)
}
