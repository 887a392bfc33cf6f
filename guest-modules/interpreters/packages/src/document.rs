//! Reads a document `invitro.packages/v1`.

use serde_json::Value;

/// A package and the version it is to reach.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) ecosystem: String,
}

/// Most packages of a document.
const MOST: usize = 1000;

/// Reads a document; every field is known or refused.
pub(crate) fn read(text: &[u8]) -> Result<Vec<Package>, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| format!("the document is no JSON: {error}"))?;
    if value.get("schema").and_then(Value::as_str) != Some("invitro.packages/v1") {
        return Err("`schema` must be \"invitro.packages/v1\"".to_owned());
    }
    let packages = value.get("packages").and_then(Value::as_array).filter(|it| !it.is_empty() && it.len() <= MOST);
    let packages = packages.ok_or_else(|| format!("`packages` must be a list of 1 to {MOST}"))?;
    packages.iter().enumerate().map(|(number, it)| one(it).map_err(|error| format!("package {}: {error}", number + 1))).collect()
}

fn one(value: &Value) -> Result<Package, String> {
    let map = value.as_object().ok_or("it must be an object")?;
    if let Some(key) = map.keys().find(|it| !["name", "from", "to", "ecosystem"].contains(&it.as_str())) {
        return Err(format!("unknown field `{key}`, valid here: name, from, to, ecosystem"));
    }
    let word = |key: &str| match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(it)) if is_plain(it) => Ok(Some(it.clone())),
        Some(_) => Err(format!("`{key}` must be a word of letters, digits and `.+-~:_^`")),
    };
    let needed = |key: &str| word(key)?.ok_or_else(|| format!("`{key}` is missing"));
    // A generator that does not know the version before gives an empty one.
    let from = if map.get("from").and_then(Value::as_str) == Some("") { None } else { word("from")? };
    Ok(Package { name: needed("name")?, from, to: needed("to")?, ecosystem: needed("ecosystem")? })
}

/// Letters of names and versions (deb-version(7), Debian policy 5.6.7): they become words of a command.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && !word.starts_with('-') && word.chars().all(|it| it.is_ascii_alphanumeric() || ".+-~:_^".contains(it))
}
