//! What the operator says of a Slack channel.

use crate::integration::{client::Connection, common::connection, keys::Keys, resolve::Source, secret::SecretUrl};

/// How messages get there.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// The whole URL is the credential.
    Webhook(Source),
    /// A bot's token, and the id of the channel.
    Bot { url: SecretUrl, channel: String, token: Source },
}

/// What the operator says of a Slack channel.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) way: Way,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let webhook = keys.secret("webhook");
        if let Some(webhook) = webhook {
            return Settings { way: Way::Webhook(webhook), connection };
        }
        let channel = keys.need("channel", "C0123456789");
        // Only posting takes names; asking for what was posted needs the id.
        if !channel.is_empty()
            && (channel.len() < 2 || !channel.starts_with(['C', 'G', 'D']) || !channel.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit()))
        {
            keys.problem("channel", "must be the id of a channel (in its details, at the bottom): `C0123456789`");
        }
        let url =
            keys.url("url", connection.plaintext).unwrap_or_else(|| SecretUrl::new(url::Url::parse("https://slack.com/api").expect("it is written here")));
        Settings { way: Way::Bot { url, channel, token: keys.need_secret("token") }, connection }
    }
}
