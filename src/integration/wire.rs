//! Exactly what is sent, with places for what is not known or not shown yet.
//!
//! A request is planned before anything is sent, so it may need what an earlier step will bring (the number of the ticket), and
//! secrets, which nobody is shown. Both are typed places, not marks in a text: no stranger's words can pass for one.

use std::fmt::Write as _;

use serde_json::Value;

use super::secret::{REDACTED, Secret, SecretUrl};
use crate::digest::Digest;

/// Exactly what a step sends.
#[derive(Clone, Debug)]
pub enum Wire {
    /// Requests, one after the other; a later one may need what the answer to an earlier one brings.
    Http(Vec<Request>),
    /// A letter: the envelope and the message of RFC 5322.
    Mail(Letter),
    /// Messages of RFC 5424, one a frame.
    Syslog(Vec<String>),
}

/// A letter with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Sender of the envelope.
    pub from: String,
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// The message, with CRLF at the end of each line.
    pub message: Vec<u8>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds.
    Post,
    /// Puts in place.
    Put,
    /// Changes in part.
    Patch,
}

impl Method {
    /// Returns the word of the request line.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        }
    }
}

/// A piece of a request.
#[derive(Clone, Debug)]
pub enum Part {
    /// Known now.
    Text(String),
    /// A value of the newest reference that has it: `id`, `key`, `thread`, ….
    Earlier(&'static str),
    /// Never shown.
    Secret(Secret),
}

impl Part {
    fn masked(&self) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Earlier(name) => format!("<{name}>"),
            Part::Secret(_) => REDACTED.to_owned(),
        }
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Part {
        Part::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Part {
        Part::Text(text)
    }
}

/// A place in a JSON body that is filled when the request is sent.
#[derive(Clone, Debug)]
pub struct Hole {
    /// Where: a JSON pointer (RFC 6901) to a value that is there.
    pub at: String,
    /// With what.
    pub with: Part,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// One JSON value of a media type.
    Json(&'static str, Value),
    /// JSON values, a line each, with a newline after the last one too.
    Lines(&'static str, Vec<Value>),
    /// Fields of a form.
    Form(Vec<(&'static str, Part)>),
    /// One file in a form of parts.
    File {
        /// The field.
        field: &'static str,
        /// The file's name.
        name: String,
        /// Its media type.
        media: &'static str,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// Bytes as they are.
    Bytes(&'static str, Vec<u8>),
}

/// One HTTP request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL that the path is added to.
    pub base: SecretUrl,
    /// Segments of the path, not encoded.
    pub path: Vec<Part>,
    /// The query, not encoded.
    pub query: Vec<(String, Part)>,
    /// Headers; the credential is not among them.
    pub headers: Vec<(&'static str, String)>,
    /// How the request says who we are, for people: `Bearer`, `Basic`; the client adds it.
    pub credential: Option<&'static str>,
    /// The body.
    pub body: Body,
    /// Places in a JSON body.
    pub holes: Vec<Hole>,
    /// Whether the body goes compressed (`Content-Encoding: gzip`).
    pub gzip: bool,
}

impl Request {
    /// Begins a request to a path below a base.
    pub fn new(method: Method, base: &SecretUrl, path: &[&str]) -> Request {
        Request {
            method,
            base: base.clone(),
            path: path.iter().map(|it| Part::from(*it)).collect(),
            query: Vec::new(),
            headers: Vec::new(),
            credential: None,
            body: Body::Empty,
            holes: Vec::new(),
            gzip: false,
        }
    }

    /// Adds a segment of the path.
    pub fn then(mut self, part: impl Into<Part>) -> Request {
        self.path.push(part.into());
        self
    }

    /// Adds a pair of the query.
    pub fn query(mut self, name: &str, value: impl Into<Part>) -> Request {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, value: Value) -> Request {
        self.body = Body::Json("application/json", value);
        self
    }

    /// Says that a value of the body is filled when it is sent.
    pub fn hole(mut self, at: &str, with: Part) -> Request {
        self.holes.push(Hole { at: at.to_owned(), with });
        self
    }

    /// Returns the request as people may see it: secrets and what is not known yet are named, not shown.
    pub fn masked(&self) -> String {
        let mut out = format!("{} {}", self.method.word(), self.base.origin());
        if self.base.expose().path().len() > 1 {
            // The base of a webhook is the credential.
            out.push_str(if self.path.is_empty() { "/REDACTED" } else { self.base.expose().path().trim_end_matches('/') });
        }
        for part in &self.path {
            let _ = write!(out, "/{}", part.masked());
        }
        for (number, (name, value)) in self.query.iter().enumerate() {
            let _ = write!(out, "{}{name}={}", if number == 0 { '?' } else { '&' }, value.masked());
        }
        out.push('\n');
        for (name, value) in &self.headers {
            let _ = writeln!(out, "{name}: {value}");
        }
        if let Some(scheme) = self.credential {
            let _ = writeln!(out, "authorization: {scheme} {REDACTED}");
        }
        if self.gzip {
            out.push_str("content-encoding: gzip\n");
        }
        self.masked_body(&mut out);
        out
    }

    fn masked_body(&self, out: &mut String) {
        match &self.body {
            Body::Empty => {}
            Body::Json(media, value) => {
                let mut value = value.clone();
                for hole in &self.holes {
                    if let Some(place) = value.pointer_mut(&hole.at) {
                        *place = Value::String(hole.with.masked());
                    }
                }
                let _ = writeln!(out, "content-type: {media}\n\n{value:#}");
            }
            Body::Lines(media, values) => {
                let _ = writeln!(out, "content-type: {media}\n");
                for value in values {
                    let _ = writeln!(out, "{value}");
                }
            }
            Body::Form(fields) => {
                let _ = writeln!(out, "content-type: application/x-www-form-urlencoded\n");
                for (name, value) in fields {
                    let _ = writeln!(out, "{name}={}", value.masked());
                }
            }
            Body::File { field, name, media, bytes } => {
                let _ = writeln!(out, "content-type: multipart/form-data\n\n{field}: {name} ({media})\n{}", String::from_utf8_lossy(bytes));
            }
            Body::Bytes(media, bytes) => {
                let _ = writeln!(out, "content-type: {media}\n\n{}", String::from_utf8_lossy(bytes));
            }
        }
    }
}

impl Wire {
    /// Returns what is sent as people may see it; secrets are masked.
    pub fn masked(&self) -> String {
        match self {
            Wire::Http(requests) => requests.iter().map(Request::masked).collect::<Vec<_>>().join("\n"),
            Wire::Mail(letter) => {
                format!(
                    "MAIL FROM:<{}>\n{}\n{}",
                    letter.from,
                    letter.to.iter().map(|it| format!("RCPT TO:<{it}>\n")).collect::<String>(),
                    plain(&letter.message)
                )
            }
            Wire::Syslog(frames) => frames.iter().map(|it| format!("{} {it}\n", it.len())).collect(),
        }
    }

    /// Returns the digest of what a preview prints: the receipt of a step has the same.
    pub fn digest(&self) -> String {
        Digest::of(self.masked().as_bytes()).to_string()
    }
}

fn plain(message: &[u8]) -> String {
    String::from_utf8_lossy(message).replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Method, Part, Request, Secret, SecretUrl, Wire};

    #[test]
    fn a_preview_shows_all_but_secrets() {
        let base = SecretUrl::new("https://events.example/v2".parse().expect("a URL"));
        let request = Request::new(Method::Post, &base, &["issue"]).then(Part::Earlier("key")).then("comment").query("expand", "names");
        let request = request.json(json!({"routing_key": null, "a": [1]})).hole("/routing_key", Part::Secret(Secret::new("canary"))).header("x-a", "b");
        let request = Request { credential: Some("Bearer"), ..request };
        assert_eq!(
            Wire::Http(vec![request.clone()]).masked(),
            "POST https://events.example/v2/issue/<key>/comment?expand=names\nx-a: b\nauthorization: Bearer REDACTED\ncontent-type: application/json\n\n{\n  \"routing_key\": \"REDACTED\",\n  \"a\": [\n    1\n  ]\n}\n"
        );
        assert!(!format!("{request:?}").contains("canary"));
        let hook = SecretUrl::new("https://hooks.example/services/canary?sig=canary".parse().expect("a URL"));
        assert_eq!(Request::new(Method::Post, &hook, &[]).masked(), "POST https://hooks.example/REDACTED\n");
    }
}
