//! A planned request becomes a real one: what was left open is filled in.

use std::io::Write as _;

use serde_json::Value;
use url::Url;

use super::{
    answer::Broken,
    sink::{Class, Receipt},
    wire::{Body, Part, Request},
};
use crate::outbox::Reference;

/// A request that is ready to go: URL, media type and body.
pub(super) struct Ready {
    pub(super) url: Url,
    pub(super) media: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Fills a request with what earlier steps brought.
pub(super) fn fill(request: &Request, earlier: &[Reference]) -> Result<Ready, Broken> {
    let url = url(request, earlier)?;
    let (media, body) = body(request, earlier)?;
    let body = if request.gzip && !body.is_empty() { gzip(&body)? } else { body };
    Ok(Ready { url, media, body })
}

/// The references of receipts, oldest first.
pub(super) fn references(receipts: &[Receipt]) -> Vec<Reference> {
    receipts.iter().filter_map(|it| it.reference.clone()).collect()
}

fn part(part: &Part, earlier: &[Reference]) -> Result<String, Broken> {
    match part {
        Part::Text(text) => Ok(text.clone()),
        Part::Secret(secret) => Ok(secret.expose().to_owned()),
        Part::Earlier(name) => {
            // The newest that has it: a later step may know more.
            let found = earlier.iter().rev().find_map(|it| it.get(name));
            found.map(str::to_owned).ok_or_else(|| Broken::Unsent(Class::Setting, format!("no earlier step brought the `{name}` that this one needs")))
        }
    }
}

fn url(request: &Request, earlier: &[Reference]) -> Result<Url, Broken> {
    let mut url = request.base.expose().clone();
    for it in &request.path {
        let text = part(it, earlier)?;
        // `Url` would silently leave out a segment that moves within the path.
        if matches!(text.as_str(), "" | "." | ".." | "%2e" | "%2E" | "%2e%2e" | "%2E%2E" | ".%2e" | "%2e.") {
            return Err(Broken::Unsent(Class::Setting, format!("`{text}` can be no part of a path")));
        }
        url.path_segments_mut().map_err(|()| Broken::Unsent(Class::Setting, "the URL can have no path".into()))?.pop_if_empty().push(&text);
    }
    for (name, value) in &request.query {
        let value = part(value, earlier)?;
        url.query_pairs_mut().append_pair(name, &value);
    }
    Ok(url)
}

fn body(request: &Request, earlier: &[Reference]) -> Result<(Option<String>, Vec<u8>), Broken> {
    Ok(match &request.body {
        Body::Empty => (None, Vec::new()),
        Body::Bytes(media, bytes) => (Some((*media).to_owned()), bytes.clone()),
        Body::Json(media, value) => {
            let mut value = value.clone();
            for hole in &request.holes {
                let text = part(&hole.with, earlier)?;
                let place = value.pointer_mut(&hole.at);
                *place.ok_or_else(|| Broken::Unsent(Class::Setting, format!("the body has no place {}", hole.at)))? = Value::String(text);
            }
            (Some((*media).to_owned()), value.to_string().into_bytes())
        }
        Body::Lines(media, values) => (Some((*media).to_owned()), values.iter().map(|it| format!("{it}\n")).collect::<String>().into_bytes()),
        Body::Form(fields) => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields {
                form.append_pair(name, &part(value, earlier)?);
            }
            (Some("application/x-www-form-urlencoded".to_owned()), form.finish().into_bytes())
        }
        Body::File { field, name, media, bytes } => {
            let boundary = boundary(bytes);
            let mut out = Vec::new();
            // RFC 7578; quotes and line ends of a name as HTML has them (WHATWG, multipart/form-data encoding).
            let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {media}\r\n\r\n");
            out.extend(head.as_bytes());
            out.extend(bytes);
            out.extend(format!("\r\n--{boundary}--\r\n").as_bytes());
            (Some(format!("multipart/form-data; boundary={boundary}")), out)
        }
    })
}

/// A boundary out of the content itself: it stays the same when the step is sent again, and a content can't hold its own digest.
fn boundary(bytes: &[u8]) -> String {
    format!("invitro-{}", &crate::digest::Digest::of(bytes).hex()[..32])
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).map_err(|error| Broken::Unsent(Class::Setting, format!("the body can't be compressed: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::*, fill};

    fn base() -> SecretUrl {
        SecretUrl::new("https://host/jira/".parse().expect("a URL"))
    }

    fn reference(id: &str) -> Reference {
        Reference { id: id.into(), ..Reference::default() }
    }

    #[test]
    fn strangers_words_stay_within_their_place() {
        let request = Request::new(Method::Get, &base(), &["a b/../c?d#e%2f"]).then(Part::Earlier("id")).query("q", "x&y=z #'");
        let ready = fill(&request, &[reference("1/2")]).unwrap_or_else(|it| panic!("{}", it.reason()));
        assert_eq!(ready.url.as_str(), "https://host/jira/a%20b%2F..%2Fc%3Fd%23e%252f/1%2F2?q=x%26y%3Dz+%23%27");
        for bad in ["..", "", "%2e%2e"] {
            let request = Request::new(Method::Get, &base(), &[]).then(Part::Earlier("id"));
            assert!(fill(&request, &[reference(bad)]).is_err(), "{bad}");
        }
    }

    #[test]
    fn holes_are_filled_with_text_and_nothing_else() {
        let request = Request::new(Method::Post, &base(), &[]).json(json!({"a": {"b": null}, "c": "<id>"})).hole("/a/b", Part::Earlier("id"));
        let ready = fill(&request, &[reference("old"), reference("\",\"x\":\"")]).unwrap_or_else(|it| panic!("{}", it.reason()));
        assert_eq!(String::from_utf8(ready.body).expect("UTF-8"), r#"{"a":{"b":"\",\"x\":\""},"c":"<id>"}"#);
        let missing = Request::new(Method::Post, &base(), &[]).json(json!({"a": null})).hole("/a", Part::Earlier("thread"));
        assert_eq!(
            fill(&missing, &[reference("1")]).err().map(|it| it.reason().to_owned()),
            Some("no earlier step brought the `thread` that this one needs".into())
        );
    }

    #[test]
    fn a_file_goes_in_parts() {
        let body = Body::File { field: "file", name: "a\".diff".into(), media: "text/x-diff", bytes: b"+x\n".to_vec() };
        let ready = fill(&Request { body, ..Request::new(Method::Post, &base(), &[]) }, &[]).unwrap_or_else(|it| panic!("{}", it.reason()));
        let boundary = ready.media.expect("a media type").split_once('=').expect("a boundary").1.to_owned();
        let text = String::from_utf8(ready.body).expect("UTF-8");
        assert_eq!(
            text,
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22.diff\"\r\nContent-Type: text/x-diff\r\n\r\n+x\n\r\n--{boundary}--\r\n"
            )
        );
    }
}
