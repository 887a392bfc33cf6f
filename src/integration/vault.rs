//! Every secret of this process, so that none of them leaves in a message or stands in an error.

use std::sync::{Arc, RwLock};

use super::secret::{REDACTED, Secret};

/// Shorter ones are words of honest texts too.
const LEAST: usize = 6;

/// Every secret of this process.
#[derive(Clone, Debug, Default)]
pub struct Vault(Arc<RwLock<Vec<Secret>>>);

impl Vault {
    /// Takes a secret in.
    pub fn keep(&self, secret: &Secret) {
        let mut all = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !all.iter().any(|it| it.expose() == secret.expose()) {
            all.push(secret.clone());
        }
    }

    /// Answers whether a text has one of the secrets in it, as it is or as JSON, URLs and base64 write it.
    pub fn is_in(&self, text: &str) -> bool {
        self.forms().iter().any(|it| text.contains(it.as_str()))
    }

    /// Returns a text without the secrets.
    pub fn scrub(&self, text: &str) -> String {
        self.forms().iter().fold(text.to_owned(), |text, it| text.replace(it.as_str(), REDACTED))
    }

    /// The longest first: a secret may be a part of another.
    fn forms(&self) -> Vec<String> {
        use base64::Engine as _;
        let all = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut forms = Vec::new();
        for secret in all.iter().map(Secret::expose).filter(|it| it.len() >= LEAST) {
            let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let escaped = serde_json::Value::from(secret).to_string();
            forms.extend([secret.to_owned(), encoded, escaped.trim_matches('"').to_owned()]);
            forms.push(base64::engine::general_purpose::STANDARD.encode(secret));
        }
        forms.sort_by_key(|it| std::cmp::Reverse(it.len()));
        forms.dedup();
        forms
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, Vault};

    #[test]
    fn a_secret_is_found_in_each_form() {
        let vault = Vault::default();
        for it in ["canary/+\"token", "canary", "abc"] {
            vault.keep(&Secret::new(it));
        }
        for text in ["x canary/+\"token y", r#"{"a":"canary/+\"token"}"#, "?key=canary%2F%2B%22token", "Y2FuYXJ5LysidG9rZW4="] {
            assert!(vault.is_in(text), "{text}");
            assert!(!vault.is_in(&vault.scrub(text)) && vault.scrub(text).contains("REDACTED"), "{text}");
        }
        assert!(!vault.is_in("abc"), "too short to be told from a word");
        assert_eq!(vault.scrub("no secret"), "no secret");
    }
}
