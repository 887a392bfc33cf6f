//! What the operator says of a QRadar.

use crate::integration::{client::Connection, common::connection, keys::Keys, resolve::Source, secret::SecretUrl};

/// How messages are told apart on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// The length before each (RFC 6587, 3.4.1; RFC 5425).
    OctetCounting,
    /// A newline after each (RFC 6587, 3.4.2).
    Newline,
}

/// The console, for reference sets.
#[derive(Clone, Debug)]
pub(super) struct Console {
    pub(super) url: SecretUrl,
    pub(super) token: Source,
    /// A set of alphanumeric values that takes assets whose fix is verified.
    pub(super) assets: Option<String>,
    /// A set that takes CVE ids of findings.
    pub(super) cves: Option<String>,
    pub(super) connection: Connection,
}

/// What the operator says of a QRadar.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) framing: Framing,
    /// The log source identifier: the host's name in the header.
    pub(super) source: String,
    pub(super) console: Option<Console>,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        if connection.proxy.is_some() {
            keys.problem("proxy", "is no way for syslog");
        }
        let source = keys.text("log_source").unwrap_or_else(|| "invitro".to_owned());
        if source.len() > 255 || !source.chars().all(|it| it.is_ascii_graphic()) {
            keys.problem("log_source", "must be the name of a host: at most 255 printable characters, no blanks");
        }
        let framing = if keys.word("framing", &["octet-counting", "newline"]) == Some("newline") { Framing::Newline } else { Framing::OctetCounting };
        let console = keys.below("console").map(|mut below| {
            let connection = crate::integration::common::connection(&mut below);
            let console = Console {
                url: below.need_url("url", "https://qradar.example", connection.plaintext),
                token: below.need_secret("token"),
                assets: below.text("remediated_assets_set"),
                cves: below.text("cves_set"),
                connection,
            };
            keys.join(below);
            console
        });
        let port = keys.number("port", 1, 65_535).and_then(|it| u16::try_from(it).ok()).unwrap_or(6514);
        Settings { host: keys.need("host", "qradar.example"), port, framing, source, console, connection }
    }
}
