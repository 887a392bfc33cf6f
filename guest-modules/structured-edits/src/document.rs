//! Reads a document of edits: every field is known or refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use crate::{format::Format, key::Key};

/// Most edits of a document.
pub const MOST_EDITS: usize = 10_000;

/// One edit.
pub(crate) struct Edit {
    pub(crate) file: Vec<u8>,
    pub(crate) what: What,
}

/// What an edit does.
pub(crate) enum What {
    /// Sets or removes what a path leads to.
    Path { format: Format, path: Vec<Key>, expect: Option<Value>, becomes: Option<Value> },
    /// Replaces bytes.
    Bytes { start: usize, end: usize, sha256: Option<String>, text: Vec<u8> },
}

/// Reads a document.
pub(crate) fn read(text: &[u8]) -> Result<Vec<Edit>, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| format!("the document is no JSON: {error}"))?;
    let mut top = object(value, "the document")?;
    match top.remove("schema") {
        Some(Value::String(it)) if it == "invitro.edits/v1" => {}
        _ => return Err("`schema` must be \"invitro.edits/v1\"".to_owned()),
    }
    let Some(Value::Array(edits)) = top.remove("edits") else { return Err("`edits` must be a list".to_owned()) };
    nothing_else(&top, "the document", "schema, edits")?;
    if edits.is_empty() || edits.len() > MOST_EDITS {
        return Err(format!("`edits` has {} items; 1 to {MOST_EDITS} are allowed", edits.len()));
    }
    edits.into_iter().enumerate().map(|(number, it)| one(it).map_err(|error| format!("edit {}: {error}", number + 1))).collect()
}

fn object(value: Value, what: &str) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(format!("{what} must be an object")),
    }
}

fn nothing_else(map: &Map<String, Value>, what: &str, valid: &str) -> Result<(), String> {
    match map.keys().next() {
        None => Ok(()),
        Some(key) => Err(format!("{what} has an unknown field `{key}`, valid here: {valid}")),
    }
}

fn one(value: Value) -> Result<Edit, String> {
    let mut map = object(value, "it")?;
    let file = match (map.remove("file"), map.remove("file_b64")) {
        (Some(Value::String(it)), None) => it.into_bytes(),
        (None, Some(Value::String(it))) => STANDARD.decode(it).map_err(|_| "`file_b64` is no base 64")?,
        _ => return Err("`file` must be one path".to_owned()),
    };
    plain(&file)?;
    if let Some(bytes) = map.remove("bytes") {
        nothing_else(&map, "an edit of bytes", "file, file_b64, bytes")?;
        return Ok(Edit { file, what: bytes_of(object(bytes, "`bytes`")?)? });
    }
    let format = match map.remove("format") {
        Some(Value::String(word)) => Format::of(&word).ok_or_else(|| format!("unknown format `{word}`, valid here: {}", Format::words()))?,
        Some(_) => return Err("`format` must be a word".to_owned()),
        None => Format::of_file(&file).ok_or_else(|| format!("the name does not tell the format; give `format`, one of {}", Format::words()))?,
    };
    let path = path(map.remove("path").ok_or("`path` is missing")?)?;
    let absent = flag(&mut map, "expect_absent")?;
    let expect = match (map.remove("expect"), absent) {
        (Some(value), false) => Some(value),
        (None, true) => None,
        _ => return Err("exactly one of `expect` and `\"expect_absent\": true` says what must be there before".to_owned()),
    };
    let removes = flag(&mut map, "remove")?;
    let becomes = match (map.remove("value"), removes) {
        (Some(value), false) => Some(value),
        (None, true) => None,
        _ => return Err("exactly one of `value` and `\"remove\": true` says what is to be done".to_owned()),
    };
    if expect == becomes {
        return Err("what is expected is what is wanted: the edit would do nothing".to_owned());
    }
    nothing_else(&map, "an edit", "file, file_b64, format, path, expect, expect_absent, value, remove, bytes")?;
    Ok(Edit { file, what: What::Path { format, path, expect, becomes } })
}

fn flag(map: &mut Map<String, Value>, name: &str) -> Result<bool, String> {
    match map.remove(name) {
        None => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(_) => Err(format!("`{name}` is true or not there")),
    }
}

/// A path of the target: absolute, without parts that lead elsewhere, and none of git's own.
fn plain(file: &[u8]) -> Result<(), String> {
    let shown = String::from_utf8_lossy(file);
    let Some(rest) = file.strip_prefix(b"/") else { return Err(format!("the path `{shown}` must begin with `/`, which means the root of the target")) };
    for part in rest.split(|it| *it == b'/') {
        if matches!(part, b"" | b"." | b"..") || part.contains(&0) {
            return Err(format!("the path `{shown}` must be plain: no empty, `.` or `..` parts"));
        }
        if part.eq_ignore_ascii_case(b".git") {
            return Err(format!("the path `{shown}` is git's own: what lies in `.git` is never edited"));
        }
    }
    Ok(())
}

fn path(value: Value) -> Result<Vec<Key>, String> {
    let Value::Array(steps) = value else { return Err("`path` must be a list of names and numbers".to_owned()) };
    if steps.is_empty() || steps.len() > 64 {
        return Err("`path` has 1 to 64 steps".to_owned());
    }
    let step = |it: Value| match it {
        Value::String(name) => Ok(Key::Name(name)),
        Value::Number(number) => number.as_u64().and_then(|it| usize::try_from(it).ok()).map(Key::Index).ok_or("a number in `path` counts from 0".to_owned()),
        _ => Err("`path` must be a list of names and numbers".to_owned()),
    };
    steps.into_iter().map(step).collect()
}

fn bytes_of(mut map: Map<String, Value>) -> Result<What, String> {
    let mut number = |name: &str| map.remove(name).and_then(|it| it.as_u64()).and_then(|it| usize::try_from(it).ok()).ok_or(format!("`bytes.{name}` must be a number"));
    let (start, end) = (number("start")?, number("end")?);
    let sha256 = match map.remove("sha256") {
        None => None,
        Some(Value::String(it)) if it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit()) => Some(it.to_ascii_lowercase()),
        Some(_) => return Err("`bytes.sha256` must be 64 hex digits".to_owned()),
    };
    let text = match (map.remove("text"), map.remove("text_b64")) {
        (Some(Value::String(it)), None) => it.into_bytes(),
        (None, Some(Value::String(it))) => STANDARD.decode(it).map_err(|_| "`bytes.text_b64` is no base 64")?,
        _ => return Err("`bytes` needs one of `text` and `text_b64`".to_owned()),
    };
    if start > end {
        return Err("`bytes.start` is behind `bytes.end`".to_owned());
    }
    nothing_else(&map, "`bytes`", "start, end, sha256, text, text_b64")?;
    Ok(What::Bytes { start, end, sha256, text })
}
