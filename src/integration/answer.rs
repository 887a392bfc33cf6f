//! What a target answered, and how a request can fail to have an answer.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{
    sink::{Class, Outcome},
    wait,
};

/// An answer; its body is cut at the limit of the client.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether all of the body came.
    pub(super) whole: bool,
    /// When it came.
    pub(super) at: SystemTime,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It was never sent.
    Unsent(Class, String),
    /// It was sent, perhaps in part; nobody knows what became of it.
    Lost(String),
}

impl Broken {
    /// Returns what it means for a step.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Broken::Unsent(class @ (Class::Egress | Class::Setting | Class::Secret), reason) => Outcome::Terminal { class, reason },
            Broken::Unsent(class @ (Class::Credentials | Class::Rights), reason) => Outcome::Terminal { class, reason },
            Broken::Unsent(class, reason) => Outcome::Retry { after: None, class, reason },
            Broken::Lost(reason) => Outcome::Unknown { reason },
        }
    }

    /// Returns why.
    pub(super) fn reason(&self) -> &str {
        match self {
            Broken::Unsent(_, reason) | Broken::Lost(reason) => reason,
        }
    }
}

impl Answer {
    /// Answers whether the status says success (RFC 9110, 15.3).
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body as JSON: none where it is cut, is no JSON, or says to be something else (a page for signing in).
    pub(super) fn json(&self) -> Option<Value> {
        let media = self.header("content-type").unwrap_or_default();
        if !self.whole || media.starts_with("text/html") {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns how long the target asks to be left alone.
    pub(super) fn asked(&self) -> Option<Duration> {
        wait::asked(&self.headers, self.at)
    }

    /// Returns how long until a limit is lifted, by the vendor's own headers.
    pub(super) fn reset(&self) -> Option<Duration> {
        wait::reset(&self.headers, self.at)
    }

    /// Answers whether a vendor's header says that nothing is left of a limit.
    pub(super) fn is_used_up(&self) -> bool {
        ["x-ratelimit-remaining", "ratelimit-remaining"].iter().any(|it| self.header(it).map(str::trim) == Some("0"))
    }

    /// Returns the pause that a successful answer asks for: `Retry-After`, or the reset of a limit of which nothing is left.
    pub(super) fn pause(&self) -> Option<Duration> {
        self.asked().or_else(|| if self.is_used_up() { self.reset() } else { None })
    }

    /// Returns the body as a short line for people; pages are named, not shown.
    pub(super) fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        if self.header("content-type").is_some_and(|it| it.starts_with("text/html"))
            || text.trim_start().starts_with("<!")
            || text.trim_start().starts_with("<html")
        {
            return "an HTML page".to_owned();
        }
        let words = text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return "no words".to_owned();
        }
        words.chars().take(300).collect()
    }

    /// Returns what a status means that is told alike by all targets; `said` is what the target says of it.
    ///
    /// A 5xx after a request that makes something leaves open whether it was made: gateways answer so when the server behind them
    /// was too slow. 503 and 429 are said before the work.
    pub(super) fn failure(&self, said: &str) -> Outcome {
        let reason = format!("the target answered {}: {said}", self.status);
        let terminal = |class| Outcome::Terminal { class, reason: reason.clone() };
        match self.status {
            429 => Outcome::Retry { after: self.asked().or_else(|| self.reset()), class: Class::Limited, reason },
            503 => Outcome::Retry { after: self.asked(), class: Class::Server, reason },
            408 | 425 => Outcome::Retry { after: self.asked(), class: Class::Network, reason },
            500..=599 => Outcome::Unknown { reason },
            401 => terminal(Class::Credentials),
            403 => terminal(Class::Rights),
            404 | 410 => terminal(Class::NotFound),
            409 | 412 => terminal(Class::Conflict),
            413 => terminal(Class::TooLarge),
            300..=399 => Outcome::Terminal { class: Class::Setting, reason: format!("{reason}; redirects are not followed, set the final URL") },
            200..=299 => Outcome::Unknown { reason },
            _ => terminal(Class::Rejected),
        }
    }
}

#[cfg(test)]
impl Answer {
    /// Makes an answer for tests of classifiers.
    pub(super) fn of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let value = |it: &str| it.parse().expect("a header");
        let headers = headers.iter().map(|(name, it)| (reqwest::header::HeaderName::from_static(name), value(it))).collect();
        Answer { status, headers, body: body.as_bytes().to_vec(), whole: true, at: SystemTime::UNIX_EPOCH }
    }
}
