//! Reads the table of one target; every mistake is told, and a key that nobody asked for is one.

use toml::{Table, Value};

use super::{resolve::Source, secret::SecretUrl};

/// The keys of one table, asked for one by one.
pub(super) struct Keys<'a> {
    place: String,
    table: &'a Table,
    asked: Vec<&'static str>,
    problems: Vec<String>,
}

impl<'a> Keys<'a> {
    /// Begins to read; `place` is what errors call the table: `targets.jira`.
    pub(super) fn new(place: impl Into<String>, table: &'a Table) -> Keys<'a> {
        Keys { place: place.into(), table, asked: Vec::new(), problems: Vec::new() }
    }

    /// Says that something is wrong with a key.
    pub(super) fn problem(&mut self, key: &str, message: impl std::fmt::Display) {
        self.problems.push(format!("[{}] `{key}` {message}", self.place));
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn wrong<T>(&mut self, key: &str, what: &str) -> Option<T> {
        self.problem(key, format!("must be {what}"));
        None
    }

    /// A text that may be absent.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) if !text.trim().is_empty() && !text.contains(['\r', '\n', '\0']) => Some(text.trim().to_owned()),
            _ => self.wrong(key, "a text of one line"),
        }
    }

    /// A text that must be there.
    pub(super) fn need(&mut self, key: &'static str, example: &str) -> String {
        if !self.table.contains_key(key) {
            self.asked.push(key);
            self.problem(key, format!("is missing, such as `{key} = \"{example}\"`"));
            return String::new();
        }
        self.text(key).unwrap_or_default()
    }

    /// One of some words.
    pub(super) fn word(&mut self, key: &'static str, valid: &[&'static str]) -> Option<&'static str> {
        let word = self.text(key)?;
        match valid.iter().find(|it| **it == word) {
            Some(it) => Some(it),
            None => self.wrong(key, &format!("one of {}", valid.join(", "))),
        }
    }

    /// Yes or no; no where it is absent.
    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        self.flag_or(key, false)
    }

    /// Yes or no, with what holds where it is absent.
    pub(super) fn flag_or(&mut self, key: &'static str, default: bool) -> bool {
        match self.get(key) {
            None => default,
            Some(Value::Boolean(it)) => *it,
            Some(_) => self.wrong(key, "true or false").unwrap_or(default),
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, key: &'static str, least: i64, most: i64) -> Option<u64> {
        match self.get(key)? {
            Value::Integer(it) if (least..=most).contains(it) => u64::try_from(*it).ok(),
            _ => self.wrong(key, &format!("a whole number from {least} to {most}")),
        }
    }

    /// A list of texts; empty where it is absent.
    pub(super) fn words(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let words = value.as_array().and_then(|it| it.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        words.or_else(|| self.wrong(key, "a list of texts")).unwrap_or_default()
    }

    /// Texts by name: `{ critical = "P1" }`.
    pub(super) fn map(&mut self, key: &'static str, valid: &[&str]) -> Vec<(String, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.as_table() else { return self.wrong(key, "a table of texts").unwrap_or_default() };
        let mut found = Vec::new();
        for (name, value) in table {
            match value.as_str() {
                Some(text) if valid.is_empty() || valid.contains(&name.as_str()) => found.push((name.clone(), text.to_owned())),
                Some(_) => self.problem(key, format!("has an unknown key `{name}`, valid here: {}", valid.join(", "))),
                None => self.problem(key, format!("must have a text for `{name}`")),
            }
        }
        found
    }

    /// Any values by name, as JSON.
    pub(super) fn values(&mut self, key: &'static str) -> serde_json::Map<String, serde_json::Value> {
        let Some(value) = self.get(key) else { return serde_json::Map::new() };
        match serde_json::to_value(value) {
            Ok(serde_json::Value::Object(found)) => found,
            _ => self.wrong(key, "a table").unwrap_or_default(),
        }
    }

    /// Where a secret comes from; a secret in the settings themselves is refused.
    pub(super) fn secret(&mut self, key: &'static str) -> Option<Source> {
        let value = self.get(key)?;
        let Some(table) = value.as_table() else {
            return self.wrong(key, "`{ env = \"NAME\" }`, `{ file = \"PATH\" }` or `{ command = [\"PROGRAM\", …] }`: a secret is not written into this file");
        };
        let shared = table.get("shared").and_then(Value::as_bool).unwrap_or_default();
        let known = table.keys().all(|it| ["env", "file", "command", "shared"].contains(&it.as_str()));
        let command = |it: &Value| it.as_array().and_then(|it| it.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        let found = match (table.get("env"), table.get("file"), table.get("command")) {
            (Some(Value::String(name)), None, None) => Some(Source::Env(name.clone())),
            (None, Some(Value::String(path)), None) => Some(Source::File { path: path.into(), shared }),
            (None, None, Some(words)) => command(words).filter(|it| !it.is_empty()).map(Source::Command),
            _ => None,
        };
        found.filter(|_| known).or_else(|| self.wrong(key, "exactly one of `{ env = \"NAME\" }`, `{ file = \"PATH\" }`, `{ command = [\"PROGRAM\", …] }`"))
    }

    /// Where a secret comes from that must be there.
    pub(super) fn need_secret(&mut self, key: &'static str) -> Source {
        if !self.table.contains_key(key) {
            self.asked.push(key);
            self.problem(key, format!("is missing, such as `{key} = {{ env = \"{}\" }}`", key.to_ascii_uppercase()));
        }
        self.secret(key).unwrap_or_else(|| Source::Env(String::new()))
    }

    /// A URL that must be there and must be HTTPS, unless plain text was allowed.
    pub(super) fn need_url(&mut self, key: &'static str, example: &str, plaintext: bool) -> SecretUrl {
        let text = self.need(key, example);
        self.url_of(key, &text, plaintext).unwrap_or_else(nowhere)
    }

    /// A URL that may be absent.
    pub(super) fn url(&mut self, key: &'static str, plaintext: bool) -> Option<SecretUrl> {
        let text = self.text(key)?;
        self.url_of(key, &text, plaintext)
    }

    fn url_of(&mut self, key: &str, text: &str, plaintext: bool) -> Option<SecretUrl> {
        if text.is_empty() {
            return None;
        }
        match checked_url(text, plaintext) {
            Ok(url) => Some(url),
            Err(reason) => self.wrong(key, reason),
        }
    }

    /// The keys of a table below this one.
    pub(super) fn below(&mut self, key: &'static str) -> Option<Keys<'a>> {
        match self.get(key)? {
            Value::Table(table) => Some(Keys::new(format!("{}.{key}", self.place), table)),
            _ => self.wrong(key, "a table"),
        }
    }

    /// Takes the mistakes of a table below this one.
    pub(super) fn join(&mut self, below: Keys<'_>) {
        self.problems.extend(below.end().err().unwrap_or_default());
    }

    /// Ends: what was not asked for is a mistake too.
    pub(super) fn end(mut self) -> Result<(), Vec<String>> {
        let unknown: Vec<String> = self.table.keys().filter(|it| !self.asked.contains(&it.as_str())).cloned().collect();
        self.asked.sort_unstable();
        self.asked.dedup();
        let valid = self.asked.join(", ");
        for key in unknown {
            self.problem(&key, format!("is unknown, valid here: {valid}"));
        }
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }
}

/// A URL that connects to nothing; it stands where a mistake was told, and is never used.
fn nowhere() -> SecretUrl {
    SecretUrl::new(url::Url::parse("https://invalid.invalid/").expect("it is written here"))
}

/// Reads a URL that requests may go to: HTTPS, no user part, no fragment.
pub(super) fn checked_url(text: &str, plaintext: bool) -> Result<SecretUrl, &'static str> {
    let url = url::Url::parse(text).map_err(|_| "a URL such as https://host/path")?;
    match url.scheme() {
        "https" => {}
        "http" if plaintext => {}
        "http" => return Err("an https URL: a token would go in plain text (`plaintext = true` allows that)"),
        _ => return Err("an https URL"),
    }
    if url.host_str().is_none_or(str::is_empty) || !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("a URL with a host, and without a user, a password or a fragment");
    }
    Ok(SecretUrl::new(url))
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn every_mistake_is_told() {
        let table: toml::Table =
            "url = 'http://a.example'\ntoken = 'secret-itself'\nproject = 3\nproyect = 'X'\nways = 'up'\nother = { env = 'A', file = 'b' }\n"
                .parse()
                .expect("TOML");
        let mut keys = Keys::new("targets.t", &table);
        let url = keys.need_url("url", "https://a", false);
        keys.secret("token");
        keys.need("project", "SEC");
        keys.need("more", "x");
        keys.word("ways", &["left", "right"]);
        keys.secret("other");
        assert_eq!(url.origin(), "https://invalid.invalid");
        let problems = keys.end().expect_err("mistakes");
        assert!(!problems.iter().any(|it| it.contains("secret-itself")));
        assert_eq!(
            problems,
            [
                "[targets.t] `url` must be an https URL: a token would go in plain text (`plaintext = true` allows that)",
                "[targets.t] `token` must be `{ env = \"NAME\" }`, `{ file = \"PATH\" }` or `{ command = [\"PROGRAM\", …] }`: a secret is not written into this file",
                "[targets.t] `project` must be a text of one line",
                "[targets.t] `more` is missing, such as `more = \"x\"`",
                "[targets.t] `ways` must be one of left, right",
                "[targets.t] `other` must be exactly one of `{ env = \"NAME\" }`, `{ file = \"PATH\" }`, `{ command = [\"PROGRAM\", …] }`",
                "[targets.t] `proyect` is unknown, valid here: more, other, project, token, url, ways",
            ]
        );
    }
}
