//! Settings that all targets have: connection, and how severities are called there.

use std::time::Duration;

use super::{
    client::Connection,
    egress::Egress,
    keys::{Keys, checked_url},
    tls::Tls,
};
use crate::finding::Severity;

/// The words of severities, as settings and reports have them.
pub(super) const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// Reads how to connect.
pub(super) fn connection(keys: &mut Keys<'_>) -> Connection {
    let words = keys.words("addresses");
    let egress = Egress::parse(words.iter().map(String::as_str)).unwrap_or_else(|error| {
        keys.problem("addresses", error);
        Egress::default()
    });
    let proxy = keys.text("proxy").and_then(|text| match checked_url(&text, true) {
        Ok(url) => Some(url),
        Err(error) => {
            keys.problem("proxy", format!("must be {error}"));
            None
        }
    });
    let tls = Tls {
        authority: keys.text("ca").map(Into::into),
        certificate: keys.text("client_certificate").map(Into::into),
        key: keys.text("client_key").map(Into::into),
    };
    let timeout = keys.number("timeout_s", 1, 600).map_or(Connection::default().timeout, Duration::from_secs);
    Connection { egress, proxy, tls, plaintext: keys.flag("plaintext"), timeout }
}

/// How a target calls severities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale([String; 5]);

impl Scale {
    /// The vendor's own words, from the gravest to the least.
    pub(super) fn of(words: [&str; 5]) -> Scale {
        Scale(words.map(str::to_owned))
    }

    /// Reads a table that replaces some of them.
    pub(super) fn read(mut self, keys: &mut Keys<'_>) -> Scale {
        for (severity, word) in keys.map("severities", &SEVERITIES) {
            if let Some(at) = SEVERITIES.iter().position(|it| *it == severity) {
                self.0[at] = word;
            }
        }
        self
    }

    /// Returns the target's word.
    pub(super) fn word(&self, severity: Severity) -> &str {
        &self.0[match severity {
            Severity::Critical => 0,
            Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
            Severity::Info => 4,
        }]
    }
}
