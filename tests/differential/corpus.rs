//! Corpus: cases with a `before` folder and a `meta.json`, when a folder of them lies beside the project.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use invitro::remediation::Scope;
use serde_json::Value;

use crate::script::{Layers, Mark, Script, fix};

/// Reads all cases of a folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Script>, String> {
    if !folder.join("cases").is_dir() {
        return Ok(Vec::new());
    }
    let said = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut cases: Vec<_> = fs::read_dir(folder.join("cases")).map_err(|error| said(folder, &error))?.filter_map(|it| Some(it.ok()?.path())).collect();
    cases.sort();
    let base = marks(&folder.join("base"))?;
    let mut scripts = Vec::new();
    for case in cases {
        let Some((text, language)) = fix(&case) else { continue };
        let meta = json(&case.join("meta.json"))?;
        if meta["oracle"] == "skip" {
            continue;
        }
        let mut all = base.clone();
        all.extend(marks(&case)?);
        let folders = vec![case.join("before"), folder.join("base/tree")].into_iter().filter(|it| it.is_dir()).collect();
        let ignore = meta["ignore"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        scripts.push(Script {
            name: case.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            corpus: "corpus",
            text,
            language,
            layers: Arc::new(Layers { folders, marks: all }),
            bad: meta["known_bad"] == true,
            scope: scope(&meta)?,
            ignore,
        });
    }
    Ok(scripts)
}

fn scope(meta: &Value) -> Result<Option<Scope>, String> {
    let Some(paths) = meta["scope"].as_array() else { return Ok(None) };
    Scope::parse(paths.iter().filter_map(Value::as_str)).map(Some).map_err(|error| error.to_string())
}

fn json(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads what git does not keep of a tree.
fn marks(of: &Path) -> Result<BTreeMap<String, Mark>, String> {
    let meta = json(&of.join("meta.json"))?;
    let number = |it: &Value| it.as_u64().and_then(|it| u32::try_from(it).ok());
    let marks = meta["tree"].as_object().into_iter().flatten().map(|(path, it)| {
        let mark = Mark {
            mode: it["mode"].as_str().and_then(|it| u32::from_str_radix(it, 8).ok()).or_else(|| number(&it["mode"])),
            uid: number(&it["uid"]),
            gid: number(&it["gid"]),
            target: it["target"].as_str().map(str::to_owned),
            hardlink: it["hardlink"].as_str().map(str::to_owned),
            is_dir: it["type"] == "dir",
            absent: it["absent"] == true,
            is_program: false,
            content: None,
        };
        (path.clone(), mark)
    });
    Ok(marks.collect())
}
