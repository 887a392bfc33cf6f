//! What the operator says of a project in Azure DevOps.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::integration::{
    client::Connection,
    common::{Scale, connection},
    keys::Keys,
    resolve::Source,
    secret::SecretUrl,
};

/// What the operator says of a project in Azure DevOps.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://dev.azure.com/ORGANIZATION`.
    pub(super) url: SecretUrl,
    pub(super) project: String,
    pub(super) kind: String,
    pub(super) token: Source,
    pub(super) tags: Vec<String>,
    pub(super) priority: Scale,
    pub(super) done: String,
    pub(super) reopened: String,
    pub(super) fields: Map<String, Value>,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let mut connection = connection(keys);
        // Requests over the limit are held back for up to 30 s before they are answered.
        if connection.timeout == Connection::default().timeout {
            connection.timeout = Duration::from_secs(60);
        }
        let tags = keys.words("tags");
        if tags.iter().any(|it| it.trim().is_empty() || it.contains([';', ','])) {
            keys.problem("tags", "must be words without `;` and `,`");
        }
        let priority = Scale::of(["1", "2", "3", "4", "4"]).read(keys);
        if ["critical", "high", "medium", "low", "info"]
            .iter()
            .filter_map(|it| crate::finding::Severity::of(it))
            .any(|it| priority.word(it).parse::<u8>().is_err())
        {
            keys.problem("severities", "must have numbers, 1 is the most urgent");
        }
        Settings {
            url: keys.need_url("url", "https://dev.azure.com/example", connection.plaintext),
            project: keys.need("project", "Security"),
            kind: keys.text("work_item_type").unwrap_or_else(|| "Issue".to_owned()),
            token: keys.need_secret("token"),
            tags,
            priority,
            done: keys.text("done").unwrap_or_else(|| "Done".to_owned()),
            reopened: keys.text("reopened").unwrap_or_else(|| "To Do".to_owned()),
            fields: keys.values("fields"),
            connection,
        }
    }
}
