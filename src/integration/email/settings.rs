//! What the operator says of e-mail.

use lettre::{Address, message::Mailbox};

use crate::integration::{client::Connection, common::connection, keys::Keys, resolve::Source};

/// How the connection is made secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// STARTTLS, or nothing is sent (RFC 3207).
    StartTls,
    /// From the first byte (RFC 8314).
    Implicit,
    /// Not at all; only where plain text was allowed.
    None,
}

/// How we sign in.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Source,
    /// The password is an OAuth token (XOAUTH2).
    pub(super) is_token: bool,
}

/// What the operator says of e-mail.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Login>,
    pub(super) from: Mailbox,
    pub(super) to: Vec<Mailbox>,
    /// Right of the `@` in `Message-ID`.
    pub(super) domain: String,
    pub(super) hello: String,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        if connection.proxy.is_some() {
            keys.problem("proxy", "is no way for mail: name a relay as `host`");
        }
        let security = match keys.word("security", &["starttls", "tls", "none"]) {
            Some("tls") => Security::Implicit,
            Some("none") => Security::None,
            _ => Security::StartTls,
        };
        if security == Security::None && !connection.plaintext {
            keys.problem("security", "may be `none` only with `plaintext = true`: letters and passwords would be read by anybody");
        }
        let port = keys.number("port", 1, 65_535).and_then(|it| u16::try_from(it).ok());
        let port = port.unwrap_or(if security == Security::Implicit { 465 } else { 587 });
        let is_token = keys.word("auth", &["password", "xoauth2"]) == Some("xoauth2");
        let login = keys.text("user").map(|user| Login { user, password: keys.need_secret("password"), is_token });
        let from = keys.need("from", "invitro <invitro@example.org>");
        let from = mailbox(keys, "from", &from);
        let to: Vec<Mailbox> = keys.words("to").iter().map(|it| mailbox(keys, "to", it)).collect();
        if to.is_empty() || to.len() > 100 {
            keys.problem("to", "must have 1 to 100 addresses, such as `to = [\"security@example.org\"]`");
        }
        let domain = from.email.domain().to_owned();
        Settings {
            host: keys.need("host", "smtp.example.org"),
            port,
            security,
            login,
            hello: keys.text("hello").unwrap_or_else(|| domain.clone()),
            domain,
            from,
            to,
            connection,
        }
    }
}

fn mailbox(keys: &mut Keys<'_>, key: &str, text: &str) -> Mailbox {
    match text.parse::<Mailbox>() {
        // Another alphabet would need SMTPUTF8 (RFC 6531) all the way.
        Ok(it) if it.email.to_string().is_ascii() => it,
        _ => {
            if !text.is_empty() {
                keys.problem(key, format!("`{text}` is no address such as `Name <name@example.org>`, in ASCII"));
            }
            Mailbox::new(None, Address::new("nobody", "invalid.invalid").expect("it is written here"))
        }
    }
}
