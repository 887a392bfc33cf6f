//! What can go wrong with one request.

use std::time::{Duration, SystemTime};

use super::Reply;

/// What goes wrong with one request. A script is a list of them; after its end all goes well.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    Pass,
    /// 429 with `Retry-After` in seconds.
    LimitedSeconds(u64),
    /// 429 with `Retry-After` as a date so many seconds from now.
    LimitedDate(u64),
    /// 429 without a hint.
    Limited,
    /// 503, with or without a hint.
    Unavailable(Option<u64>),
    /// 502 after the request was carried out: a gateway lost patience.
    GatewayAfter,
    /// This reply, and nothing is carried out.
    Instead(Reply),
    /// The reply of the twin with `Retry-After` beside it.
    SlowDown(u64),
    /// The connection is reset before the body is read.
    ResetBefore,
    /// The request is carried out, and the connection is reset before a word of the reply.
    ResetAfter,
    /// The request is carried out, and the reply breaks off in the middle of its body.
    Truncated,
    /// 200 with a page for signing in; nothing is carried out.
    LoginPage,
    /// The request is carried out, and the headers come late.
    SlowHeaders(Duration),
    /// 401; nothing is carried out.
    Unauthorized,
}

impl Fault {
    /// The reply in place of the twin's; none where the twin is asked.
    pub(super) fn instead(&self) -> Option<Reply> {
        Some(match self {
            Fault::LimitedSeconds(seconds) => Reply::text(429, "slow down").header("retry-after", &seconds.to_string()),
            Fault::LimitedDate(seconds) => {
                Reply::text(429, "slow down").header("retry-after", &httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(*seconds)))
            }
            Fault::Limited => Reply::text(429, "slow down"),
            Fault::Unavailable(Some(seconds)) => Reply::text(503, "down").header("retry-after", &seconds.to_string()),
            Fault::Unavailable(None) => Reply::text(503, "down"),
            Fault::Instead(reply) => reply.clone(),
            Fault::LoginPage => {
                Reply { status: 200, headers: vec![("content-type".into(), "text/html".into())], body: b"<!DOCTYPE html><title>Sign in</title>".to_vec() }
            }
            Fault::Unauthorized => Reply::json(401, &serde_json::json!({"message": "token expired"})),
            _ => return None,
        })
    }
}
