//! What the operator says of a Jira.

use serde_json::{Map, Value};

use crate::integration::{
    client::Connection,
    common::{Scale, connection},
    keys::Keys,
    resolve::Source,
    secret::SecretUrl,
};

/// Which Jira it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    /// REST v3, ADF, `/search/jql`.
    Cloud,
    /// REST v2, wiki markup, `/search`.
    DataCenter,
}

/// What the operator says of a Jira.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) edition: Edition,
    pub(super) url: SecretUrl,
    pub(super) user: Option<String>,
    pub(super) token: Source,
    pub(super) project: String,
    pub(super) issue_type: String,
    pub(super) labels: Vec<String>,
    /// A field for the mark instead of a label: `customfield_10042`.
    pub(super) marker_field: Option<String>,
    /// Words of priorities; none where the project has no such field.
    pub(super) priorities: Option<Scale>,
    pub(super) fields: Map<String, Value>,
    /// The status that a verified change leads to; any that counts as done where none is named.
    pub(super) done: Option<String>,
    /// The status that a change leads to that was taken back.
    pub(super) reopened: Option<String>,
    pub(super) transitions: bool,
    /// How long new issues may stay out of the search.
    pub(super) settle_s: u64,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let edition = match keys.word("edition", &["cloud", "data-center"]) {
            Some("data-center") => Edition::DataCenter,
            _ => Edition::Cloud,
        };
        let priorities = keys.flag_or("priorities", true);
        let scale = Scale::of(["Highest", "High", "Medium", "Low", "Lowest"]).read(keys);
        let labels = keys.words("labels");
        // JQL and Jira itself know labels as words.
        if labels.iter().any(|it| it.is_empty() || it.chars().count() > 255 || it.contains(char::is_whitespace)) {
            keys.problem("labels", "must be words of at most 255 characters, without blanks");
        }
        let marker_field = keys.text("marker_field");
        if marker_field.as_ref().is_some_and(|it| it.strip_prefix("customfield_").is_none_or(|it| it.is_empty() || !it.chars().all(|it| it.is_ascii_digit()))) {
            keys.problem("marker_field", "must be the id of a text field, such as `customfield_10042`");
        }
        let user = keys.text("email");
        if edition == Edition::Cloud && user.is_none() {
            keys.problem("email", "is missing: an API token of Jira Cloud goes with the e-mail address of its owner");
        }
        Settings {
            edition,
            url: keys.need_url("url", "https://example.atlassian.net", connection.plaintext),
            user,
            token: keys.need_secret("token"),
            project: keys.need("project", "SEC"),
            issue_type: keys.text("issue_type").unwrap_or_else(|| "Task".to_owned()),
            labels,
            marker_field,
            priorities: priorities.then_some(scale),
            fields: keys.values("fields"),
            done: keys.text("done"),
            reopened: keys.text("reopened"),
            transitions: keys.flag_or("transitions", true),
            settle_s: keys.number("settle_s", 0, 60).unwrap_or(5),
            connection,
        }
    }
}
