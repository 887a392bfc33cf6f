//! What the operator says of a repository.

use crate::integration::{client::Connection, common::connection, keys::Keys, resolve::Source, secret::SecretUrl};

/// What the operator says of a repository.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server.
    pub(super) url: SecretUrl,
    pub(super) owner: String,
    pub(super) repository: String,
    pub(super) token: Source,
    pub(super) labels: Vec<String>,
    pub(super) close: bool,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let url =
            keys.url("url", connection.plaintext).unwrap_or_else(|| SecretUrl::new(url::Url::parse("https://api.github.com").expect("it is written here")));
        let whole = keys.need("repository", "owner/name");
        let (owner, repository) = whole.split_once('/').unwrap_or_default();
        if !whole.is_empty() && (owner.is_empty() || repository.is_empty() || repository.contains('/')) {
            keys.problem("repository", "must be `owner/name`");
        }
        let labels = keys.words("labels");
        if labels.iter().any(|it| it.is_empty() || it.chars().count() > 50) {
            keys.problem("labels", "must have 1 to 50 characters each");
        }
        Settings {
            url,
            owner: owner.to_owned(),
            repository: repository.to_owned(),
            token: keys.need_secret("token"),
            labels,
            close: keys.flag_or("close", true),
            connection,
        }
    }
}
