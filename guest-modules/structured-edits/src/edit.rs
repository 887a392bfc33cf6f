//! Does the edits of a document, in memory.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    Done, Tree,
    bytes::{self, Outcome, Range},
    document::{self, Edit, What},
    format::Format,
    key::{Key, shown},
};

/// Most letters of a value in a message.
const MOST: usize = 120;

/// Does the edits of a document: all of them, or none and why. Nothing is written here.
pub fn apply(document: &[u8], tree: &mut impl Tree) -> Result<Done, String> {
    let edits = document::read(document)?;
    let mut files: BTreeMap<Vec<u8>, Vec<&Edit>> = BTreeMap::new();
    edits.iter().for_each(|it| files.entry(it.file.clone()).or_default().push(it));
    let mut done = Done::default();
    for (path, edits) in files {
        let name = String::from_utf8_lossy(&path).into_owned();
        let before = tree.read(&path).and_then(|it| it.ok_or_else(|| "the file is not there".to_owned())).map_err(|error| format!("{name}: {error}"))?;
        let after = file(&before, &name, &edits, &mut done.told)?;
        if after != before {
            done.writes.push((path, after));
        }
    }
    Ok(done)
}

fn file(before: &[u8], name: &str, edits: &[&Edit], told: &mut Vec<String>) -> Result<Vec<u8>, String> {
    let ranges: Vec<Range<'_>> = edits
        .iter()
        .filter_map(|it| match &it.what {
            What::Bytes { start, end, sha256, text } => Some(Range { start: *start, end: *end, sha256: sha256.as_deref(), text }),
            What::Path { .. } => None,
        })
        .collect();
    if !ranges.is_empty() {
        if ranges.len() != edits.len() {
            return Err(format!("{name}: edits of bytes and of paths can't be mixed in one file: the places would move"));
        }
        return match bytes::edit(before, ranges).map_err(|error| format!("{name}: {error}"))? {
            Outcome::Changed(bytes) => {
                told.push(format!("{name}: bytes replaced"));
                Ok(bytes)
            }
            Outcome::Already => {
                told.push(format!("{name}: done already"));
                Ok(before.to_vec())
            }
        };
    }
    let mut text = String::from_utf8(before.to_vec()).map_err(|error| format!("{name}: the file is no UTF-8 (byte {})", error.utf8_error().valid_up_to()))?;
    let mut seen: Vec<&[Key]> = Vec::new();
    for it in edits {
        let What::Path { format, path, expect, becomes } = &it.what else { continue };
        if seen.iter().any(|had| had.starts_with(path) || path.starts_with(had)) {
            return Err(format!("{name}: {} is edited twice, or within another edit", shown(path)));
        }
        seen.push(path);
        text = one(text, *format, path, expect.as_ref(), becomes.as_ref(), told, name).map_err(|error| format!("{name}: {}: {error}", shown(path)))?;
    }
    Ok(text.into_bytes())
}

fn one(text: String, format: Format, path: &[Key], expect: Option<&Value>, becomes: Option<&Value>, told: &mut Vec<String>, name: &str) -> Result<String, String> {
    let (expect, becomes) = (expect.map(|it| format.typed(it)), becomes.map(|it| format.typed(it)));
    let (expect, becomes) = (expect.as_ref(), becomes.as_ref());
    let found = format.get(&text, path)?;
    if same(found.as_ref(), becomes) {
        told.push(format!("{name}: {}: done already", shown(path)));
        return Ok(text);
    }
    if !same(found.as_ref(), expect) {
        return Err(format!("expected {}, found {}", word(expect), word(found.as_ref())));
    }
    let after = match becomes {
        Some(value) => format.put(&text, path, value)?,
        None => format.remove(&text, path)?,
    };
    // What was written must be what a reader of the file finds.
    let now = format.get(&after, path).map_err(|error| format!("the edit would break the file: {error}"))?;
    if becomes.is_none() && now.is_some() && matches!(path.last(), Some(Key::Index(_))) {
        return Err("only the last item of a list is removed: of another one nobody could tell a second time whether it is gone".to_owned());
    }
    if !same(now.as_ref(), becomes) {
        return Err(format!("the edit can't be written here so that {} is read back", word(becomes)));
    }
    told.push(format!("{name}: {}: {}", shown(path), if becomes.is_some() { "set" } else { "removed" }));
    Ok(after)
}

/// Answers whether two values are one: numbers by what they are, not how they are written.
fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => one == other || one.as_f64() == other.as_f64() && one.as_i64() == other.as_i64(),
        (Some(Value::Array(one)), Some(Value::Array(other))) => one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(Some(one), Some(other))),
        (Some(Value::Object(one)), Some(Value::Object(other))) => one.len() == other.len() && one.iter().all(|(key, value)| same(Some(value), other.get(key))),
        (one, other) => one == other,
    }
}

fn word(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing there".to_owned(), |it| format!("`{}`", it.to_string().chars().take(MOST).collect::<String>()))
}
