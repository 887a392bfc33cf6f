//! A Slack workspace with channels, and an incoming webhook.

use serde_json::{Value, json};

use super::{Captured, Reply, Vendor};

/// A Slack workspace.
pub struct SlackTwin {
    /// The bot's token, and the last segment of the webhook.
    pub secret: String,
    pub channel: String,
    /// Messages of the channel with their replies.
    pub messages: Vec<Value>,
    pub posts: Vec<Value>,
    pub files: Vec<(String, Vec<u8>)>,
    /// Files that were put into a thread.
    pub shared: Vec<Value>,
    /// Where this twin listens.
    pub own_url: String,
}

impl SlackTwin {
    pub fn new(secret: &str) -> SlackTwin {
        SlackTwin {
            secret: secret.to_owned(),
            channel: "C0123456789".into(),
            messages: vec![],
            posts: vec![],
            files: vec![],
            shared: vec![],
            own_url: String::new(),
        }
    }

    fn error(word: &str) -> Reply {
        Reply::json(200, &json!({"ok": false, "error": word}))
    }

    fn too_big(body: &Value) -> Option<&'static str> {
        let blocks = body["blocks"].as_array().cloned().unwrap_or_default();
        let of = |it: &Value| it.pointer("/text/text").and_then(Value::as_str).map_or(0, |it| it.chars().count());
        let sum: usize = blocks.iter().map(|it| it.to_string().chars().count() - 60).sum();
        if blocks.len() > 50 || blocks.iter().any(|it| of(it) > 3_000 || it["type"] == "header" && of(it) > 150 || it["type"] == "section" && of(it) == 0) {
            return Some("invalid_blocks");
        }
        if sum > 14_000 {
            return Some("msg_blocks_too_long");
        }
        body["text"].as_str().is_none_or(str::is_empty).then_some("no_text")
    }

    fn post(&mut self, mut body: Value) -> Reply {
        if body["channel"] != self.channel {
            return SlackTwin::error("channel_not_found");
        }
        if let Some(word) = SlackTwin::too_big(&body) {
            return SlackTwin::error(word);
        }
        if body.get("thread_ts").is_some() && !self.messages.iter().any(|it| it["ts"] == body["thread_ts"]) {
            return SlackTwin::error("thread_not_found");
        }
        let time = format!("17000000{:02}.000100", self.messages.len());
        body["ts"] = json!(time);
        self.messages.push(body.clone());
        Reply::json(200, &json!({"ok": true, "channel": self.channel, "ts": time, "message": body}))
    }

    fn update(&mut self, body: &Value) -> Reply {
        match self.messages.iter_mut().find(|it| it["ts"] == body["ts"]) {
            Some(message) => {
                message["text"] = body["text"].clone();
                message["blocks"] = body["blocks"].clone();
                message["metadata"] = body["metadata"].clone();
                Reply::json(200, &json!({"ok": true, "channel": self.channel, "ts": body["ts"]}))
            }
            None => SlackTwin::error("message_not_found"),
        }
    }
}

impl Vendor for SlackTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let ["services", "T1", "B1", secret] = segments.as_slice() {
            if *secret != self.secret {
                return Reply::text(403, "invalid_token");
            }
            if let Some(word) = SlackTwin::too_big(&request.json()) {
                return Reply::text(400, word);
            }
            self.posts.push(request.json());
            return Reply::text(200, "ok");
        }
        if let ["upload", name] = segments.as_slice() {
            // The place is the credential here.
            assert_eq!(request.header("authorization"), None);
            self.files.push(((*name).to_owned(), request.body.clone()));
            return Reply::text(200, "OK");
        }
        if request.header("authorization") != Some(&format!("Bearer {}", self.secret)) {
            return SlackTwin::error("invalid_auth");
        }
        match segments.as_slice() {
            ["api", "auth.test"] => Reply::json(200, &json!({"ok": true, "user": "invitro", "team": "Example"})),
            ["api", "chat.postMessage"] => self.post(request.json()),
            ["api", "chat.update"] => self.update(&request.json()),
            ["api", "conversations.history"] if request.query("channel").as_deref() == Some(&self.channel) => {
                let messages: Vec<&Value> = self.messages.iter().rev().filter(|it| it.get("thread_ts").is_none()).collect();
                Reply::json(200, &json!({"ok": true, "messages": messages}))
            }
            ["api", "conversations.replies"] => {
                let messages: Vec<&Value> = self
                    .messages
                    .iter()
                    .filter(|it| it["ts"].as_str() == request.query("ts").as_deref() || it["thread_ts"].as_str() == request.query("ts").as_deref())
                    .collect();
                Reply::json(200, &json!({"ok": true, "messages": messages}))
            }
            ["api", "conversations.history"] => SlackTwin::error("channel_not_found"),
            ["api", "files.getUploadURLExternal"] => {
                let name = request.form("filename").unwrap_or_default();
                Reply::json(200, &json!({"ok": true, "upload_url": format!("{}/upload/{name}", self.own_url), "file_id": "F1"}))
            }
            ["api", "files.completeUploadExternal"] => {
                self.shared.push(request.json());
                Reply::json(200, &json!({"ok": true, "files": [{"id": "F1"}]}))
            }
            _ => SlackTwin::error("unknown_method"),
        }
    }
}
