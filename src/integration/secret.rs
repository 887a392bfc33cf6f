//! Tokens, and URLs that are credentials: they are shown to nobody.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// What stands where a secret was.
pub const REDACTED: &str = "REDACTED";

/// A token or password. It is wiped from memory when the last copy goes, and its `Debug` says [`REDACTED`].
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Takes a secret; white space around it (the newline at the end of a file) is no part of it.
    pub fn new(value: &str) -> Secret {
        Secret(Arc::new(SecretString::from(value.trim())))
    }

    /// Returns the secret itself, for the one place that puts it on the wire.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(REDACTED)
    }
}

/// A URL whose path, query and user part may be a credential (webhooks of Slack and Teams): only scheme and host are ever shown.
#[derive(Clone)]
pub struct SecretUrl(Arc<Url>);

impl SecretUrl {
    /// Takes a URL.
    pub fn new(url: Url) -> SecretUrl {
        SecretUrl(Arc::new(url))
    }

    /// Returns the URL itself, for the one place that connects to it.
    pub(super) fn expose(&self) -> &Url {
        &self.0
    }

    /// Returns scheme, host and port.
    pub fn origin(&self) -> String {
        let port = self.0.port().map_or_else(String::new, |it| format!(":{it}"));
        format!("{}://{}{port}", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{REDACTED}", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretUrl};

    #[test]
    fn nothing_shows_a_secret() {
        let secret = Secret::new(" canary-token\n");
        assert_eq!((secret.expose(), format!("{secret:?} {:#?}", Some(&secret))), ("canary-token", "REDACTED Some(\n    REDACTED,\n)".to_owned()));
        let url = SecretUrl::new("https://canary:canary@hooks.example:8443/services/canary?sig=canary#canary".parse().expect("a URL"));
        assert_eq!(format!("{url:?}"), "https://hooks.example:8443/REDACTED");
    }
}
