//! The formats. To add one: a file with `get`, `put` and `remove` over its text, a variant of [`Format`], and its name.

mod dotenv;
mod hcl;
mod ini;
mod json;
mod properties;
mod toml;
mod xml;
mod yaml;

use serde_json::Value;

use crate::key::Key;

/// Deepest nesting of a file that is read.
const MOST_DEPTH: usize = 128;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, with comments where there are some.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// Sections, keys and values, as systemd, git and many others have them.
    Ini,
    /// XML 1.0 without document type.
    Xml,
    /// Terraform's language.
    Hcl,
    /// `NAME=value` lines of an environment.
    Dotenv,
    /// Java's properties.
    Properties,
}

/// Words of the formats, and endings of names that tell them.
const KNOWN: [(Format, &str, &[&str]); 8] = [
    (Format::Json, "json", &[".json", ".jsonc"]),
    (Format::Yaml, "yaml", &[".yaml", ".yml"]),
    (Format::Toml, "toml", &[".toml"]),
    (Format::Ini, "ini", &[".ini", ".service", ".socket", ".timer", ".mount", ".target", ".desktop"]),
    (Format::Xml, "xml", &[".xml"]),
    (Format::Hcl, "hcl", &[".hcl", ".tf", ".tfvars"]),
    (Format::Dotenv, "dotenv", &[".env"]),
    (Format::Properties, "properties", &[".properties"]),
];

impl Format {
    pub(crate) fn of(word: &str) -> Option<Format> {
        KNOWN.iter().find(|it| it.1 == word).map(|it| it.0)
    }

    pub(crate) fn of_file(path: &[u8]) -> Option<Format> {
        let lower = String::from_utf8_lossy(path).to_ascii_lowercase();
        KNOWN.iter().find(|it| it.2.iter().any(|it| lower.ends_with(it))).map(|it| it.0)
    }

    pub(crate) fn words() -> String {
        KNOWN.map(|it| it.1).join(", ")
    }

    /// A value as the format has it: one without types holds texts alone.
    pub(crate) fn typed(self, value: &Value) -> Value {
        match (self, value) {
            (Format::Ini | Format::Xml | Format::Dotenv | Format::Properties, Value::Number(_) | Value::Bool(_)) => Value::String(value.to_string()),
            _ => value.clone(),
        }
    }

    /// What a path leads to; none where nothing is there.
    pub(crate) fn get(self, text: &str, path: &[Key]) -> Result<Option<Value>, String> {
        match self {
            Format::Json => json::get(text, path),
            Format::Yaml => yaml::get(text, path),
            Format::Toml => toml::get(text, path),
            Format::Ini => ini::get(text, path),
            Format::Xml => xml::get(text, path),
            Format::Hcl => hcl::get(text, path),
            Format::Dotenv => dotenv::get(text, path),
            Format::Properties => properties::get(text, path),
        }
    }

    /// The text with a value there, in place of another or new.
    pub(crate) fn put(self, text: &str, path: &[Key], value: &Value) -> Result<String, String> {
        match self {
            Format::Json => json::put(text, path, value),
            Format::Yaml => yaml::put(text, path, value),
            Format::Toml => toml::put(text, path, value),
            Format::Ini => ini::put(text, path, value),
            Format::Xml => xml::put(text, path, value),
            Format::Hcl => hcl::put(text, path, value),
            Format::Dotenv => dotenv::put(text, path, value),
            Format::Properties => properties::put(text, path, value),
        }
    }

    /// The text without what the path leads to.
    pub(crate) fn remove(self, text: &str, path: &[Key]) -> Result<String, String> {
        match self {
            Format::Json => json::remove(text, path),
            Format::Yaml => yaml::remove(text, path),
            Format::Toml => toml::remove(text, path),
            Format::Ini => ini::remove(text, path),
            Format::Xml => xml::remove(text, path),
            Format::Hcl => hcl::remove(text, path),
            Format::Dotenv => dotenv::remove(text, path),
            Format::Properties => properties::remove(text, path),
        }
    }
}

/// A text with a part replaced.
fn spliced(text: &str, range: std::ops::Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
}

/// A value that a format without types can hold.
fn line_of_text(value: &Value) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(it) => it.to_string(),
        _ => return Err("the format holds texts, numbers and truth values, no lists or tables".to_owned()),
    };
    if text.contains(['\n', '\r', '\0']) { Err("the value has a line end in it".to_owned()) } else { Ok(text) }
}

/// The names of a path that has so many, and no numbers.
fn names<const N: usize>(path: &[Key], form: &str) -> Result<[String; N], String> {
    let names: Option<Vec<String>> = path.iter().map(|it| it.name().map(str::to_owned)).collect();
    names.and_then(|it| it.try_into().ok()).ok_or_else(|| format!("the path must be {form}"))
}

/// Refuses a text with brackets nested deeper than a parser that calls itself should follow; brackets in texts count too.
fn within_depth(text: &str) -> Result<(), String> {
    let mut depth = 0usize;
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_DEPTH {
            return Err(format!("it is nested deeper than {MOST_DEPTH}"));
        }
    }
    Ok(())
}
