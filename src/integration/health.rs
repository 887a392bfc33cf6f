//! What `doctor` says of a target: one code a cause, each a heading of docs/targets.md.

use super::{
    answer::{Answer, Broken},
    sink::{Class, Health},
};

/// Every code that a look at a target can have.
pub const CODES: [&str; 14] = [
    "target-settings",
    "target-secret",
    "target-address",
    "target-unreachable",
    "target-certificate",
    "target-credentials",
    "target-rights",
    "target-not-found",
    "target-field",
    "target-answer",
    "target-busy",
    "target-clock",
    "target-edition",
    "target-unchecked",
];

/// All is well.
pub(super) fn well(code: &'static str, what: &str, found: impl Into<String>) -> Health {
    Health { code, what: what.to_owned(), found: Ok(found.into()), mend: None }
}

/// Something is wrong, and this would mend it.
pub(super) fn ill(code: &'static str, what: &str, found: impl Into<String>, mend: impl Into<String>) -> Health {
    Health { code, what: what.to_owned(), found: Err(found.into()), mend: Some(mend.into()) }
}

/// What a request without an answer says.
pub(super) fn of_broken(what: &str, broken: &Broken) -> Health {
    let reason = broken.reason();
    match broken {
        Broken::Unsent(Class::Egress, _) => ill("target-address", what, reason, "name the address in `addresses` of this target, or correct its `url`"),
        Broken::Unsent(Class::Credentials | Class::Rights, _) => {
            ill("target-credentials", what, reason, "look whether client, secret and tenant belong together and the secret has not ended")
        }
        Broken::Unsent(Class::Setting, _) => ill("target-settings", what, reason, "correct the settings of this target"),
        _ if reason.contains("certificate") || reason.contains("UnknownIssuer") || reason.contains("alert") => ill(
            "target-certificate",
            what,
            reason,
            "set `ca` to the authority that signed the server's certificate, and `client_certificate` with `client_key` where it asks for ours",
        ),
        _ => ill("target-unreachable", what, reason, "look at the host's name, the port, firewalls between, and whether a `proxy` is needed"),
    }
}

/// What an answer that is no success says; none for a success.
pub(super) fn of_answer(what: &str, answer: &Answer, said: &str, rights: &str) -> Option<Health> {
    let found = format!("answered {}: {said}", answer.status);
    if answer.is_success() && answer.json().is_none() && !answer.body.is_empty() {
        let found = format!("answered {} with {} instead of JSON", answer.status, answer.excerpt());
        return Some(ill(
            "target-answer",
            what,
            found,
            "a page for signing in, a sleeping instance or a proxy answers in its place: look at `url` and the credential",
        ));
    }
    match answer.status {
        200..=299 => None,
        300..=399 => Some(ill("target-settings", what, found, "redirects are not followed: set `url` to where it leads")),
        401 => Some(ill("target-credentials", what, found, "make a new token, and look whether it has ended, was taken back, or belongs to another instance")),
        403 => Some(ill("target-rights", what, found, rights)),
        404 | 410 => Some(ill("target-not-found", what, found, format!("look at the names in the settings; or {rights}"))),
        429 | 503 => Some(ill("target-busy", what, found, "wait; if it stays so, other clients use up the limit")),
        _ => Some(ill("target-answer", what, found, "look at the target's own log")),
    }
}
