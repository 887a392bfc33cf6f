//! What a target holds: the ticket, message or incident that a delivery made there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A thing at a target, by the names that the target gives it. Holds no secret: it is stored, printed and put into messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Name of the target in the configuration.
    pub target: String,
    /// What the target's interface calls it: an issue's number, a `sys_id`, a message's time stamp.
    pub id: String,
    /// What people call it: `SEC-12`, `INC0010023`; the id where there is no other name.
    #[serde(default)]
    pub key: String,
    /// Its page.
    #[serde(default)]
    pub url: Option<String>,
    /// What else the target wants to be told about it later: a channel, a thread, a revision.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

impl Reference {
    /// Returns a value by its name: `id`, `key`, `url`, or one of `more`.
    pub fn get(&self, name: &str) -> Option<&str> {
        match name {
            "id" => Some(&self.id),
            "key" => Some(if self.key.is_empty() { &self.id } else { &self.key }),
            "url" => self.url.as_deref(),
            _ => self.more.get(name).map(String::as_str),
        }
    }
}
