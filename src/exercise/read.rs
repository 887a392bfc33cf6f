//! Reads a case folder: `before/`, and as the role needs them `after/`, `finding.json`, `fix.sh`, `command.json`, `write-set.json`;
//! `expect.json` is what the module should answer.

use std::{fs, path::Path};

use serde_json::Value;

use super::{case::Case, error::Error};
use crate::{finding, tree::Tree};

/// Reads a case folder.
pub fn read(folder: &Path) -> Result<Case, Error> {
    let before = folder.join("before");
    if !before.is_dir() {
        return Err(Error::NoTree { folder: folder.into() });
    }
    let after = folder.join("after");
    let words = "a list of strings, such as [\"systemctl\", \"enable\", \"ssh\"]";
    let paths = "a list of paths, such as [\"/etc/ssh/sshd_config\"]";
    Ok(Case {
        before: Tree::open(&before)?,
        after: after.is_dir().then(|| Tree::open(&after)).transpose()?,
        finding: finding(&folder.join("finding.json"))?,
        script: bytes(&folder.join("fix.sh"))?,
        command: strings(&folder.join("command.json"), words)?.into_iter().map(String::into_bytes).collect(),
        write_set: strings(&folder.join("write-set.json"), paths)?,
    })
}

/// Reads what the module should answer; none where nobody has said it.
pub fn expected(folder: &Path) -> Result<Option<Value>, Error> {
    json(&folder.join("expect.json"), "the module's answer as JSON; `invitro module test --update` writes it")
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path: path.into(), source }),
    }
}

fn json(path: &Path, what: &'static str) -> Result<Option<Value>, Error> {
    let Some(bytes) = bytes(path)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| Error::Malformed { path: path.into(), what })
}

fn strings(path: &Path, what: &'static str) -> Result<Vec<String>, Error> {
    let Some(value) = json(path, what)? else { return Ok(Vec::new()) };
    let words = value.as_array().and_then(|all| all.iter().map(|it| it.as_str().map(str::to_owned)).collect());
    words.ok_or_else(|| Error::Malformed { path: path.into(), what })
}

fn finding(path: &Path) -> Result<Option<finding::Finding>, Error> {
    let Some(bytes) = bytes(path)? else { return Ok(None) };
    let report = finding::read(&path.display().to_string(), &bytes)?;
    let what = "one finding: {\"schema\": \"invitro.findings/v1\", \"findings\": [{\"rule\": …}]}";
    match <[finding::Finding; 1]>::try_from(report.findings) {
        Ok([one]) => Ok(Some(one)),
        Err(_) => Err(Error::Malformed { path: path.into(), what }),
    }
}
