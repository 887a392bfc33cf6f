//! Fields of JSON reports, read leniently where absent and strictly where of another kind.

use serde_json::Value;

use super::{error::Error, finding::Severity};

/// Where a value was found, for errors.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) format: &'static str,
}

impl Place<'_> {
    /// The items of an array that may be absent.
    pub(super) fn items<'v>(&self, value: &'v Value, key: &str, path: &str) -> Result<&'v [Value], Error> {
        match value.get(key) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.wrong(&format!("{path}.{key}"), "an array")),
        }
    }

    /// A string that must be there.
    pub(super) fn text(&self, value: &Value, key: &str, path: &str) -> Result<String, Error> {
        value.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| self.wrong(&format!("{path}.{key}"), "a string"))
    }

    pub(super) fn wrong(&self, field: &str, expected: &'static str) -> Error {
        Error::Field { name: self.name.to_owned(), format: self.format, field: field.to_owned(), expected }
    }
}

/// A string that may be absent; empty then.
pub(super) fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A severity by the words of many scanners.
pub(super) fn severity(word: &str) -> Severity {
    match word.to_ascii_lowercase().as_str() {
        "critical" => Severity::Critical,
        "high" | "error" => Severity::High,
        "low" | "note" | "negligible" => Severity::Low,
        "info" | "none" | "informational" => Severity::Info,
        _ => Severity::Medium,
    }
}
