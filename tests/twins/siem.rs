//! An Elasticsearch, an HTTP Event Collector, and a Sentinel with its login.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Captured, Reply, Vendor};

/// An Elasticsearch with one data stream.
pub struct ElasticTwin {
    pub key: String,
    pub documents: BTreeMap<String, Value>,
    /// What the next documents are refused with.
    pub refuse: Option<u16>,
}

impl ElasticTwin {
    pub fn new(key: &str) -> ElasticTwin {
        ElasticTwin { key: key.to_owned(), documents: BTreeMap::new(), refuse: None }
    }

    fn bulk(&mut self, body: &str) -> Reply {
        if !body.ends_with('\n') {
            return Reply::json(400, &json!({"error": {"reason": "The bulk request must be terminated by a newline [\\n]"}, "status": 400}));
        }
        let lines: Vec<Value> = body.lines().map(|it| serde_json::from_str(it).expect("a line of JSON")).collect();
        let mut items = Vec::new();
        for pair in lines.chunks(2) {
            let id = pair[0].pointer("/create/_id").and_then(Value::as_str).expect("data streams take `create` alone").to_owned();
            let item = match (self.refuse, self.documents.contains_key(&id)) {
                (Some(status), _) => json!({"status": status, "error": {"type": "refused", "reason": "no"}}),
                (None, true) => json!({"status": 409, "error": {"type": "version_conflict_engine_exception"}}),
                (None, false) => {
                    assert!(pair[1].get("@timestamp").is_some(), "a data stream wants @timestamp");
                    self.documents.insert(id, pair[1].clone());
                    json!({"status": 201})
                }
            };
            items.push(json!({"create": item}));
        }
        let has_errors = items.iter().any(|it| it.pointer("/create/error").is_some());
        Reply::json(200, &json!({"errors": has_errors, "items": items}))
    }
}

impl Vendor for ElasticTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.header("authorization") != Some(&format!("ApiKey {}", self.key)) {
            return Reply::json(401, &json!({"error": {"reason": "unable to authenticate with provided credentials"}, "status": 401}));
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/logs-invitro-default/_bulk") => {
                assert_eq!(request.header("content-type"), Some("application/x-ndjson"));
                self.bulk(&request.text())
            }
            ("POST", "/_security/user/_has_privileges") => Reply::json(200, &json!({"has_all_requested": self.refuse.is_none()})),
            _ => Reply::json(404, &json!({"error": "no handler", "status": 404})),
        }
    }
}

/// An HTTP Event Collector.
pub struct SplunkTwin {
    pub token: String,
    pub events: Vec<Value>,
    /// Whether the token has indexer acknowledgement on.
    pub acknowledges: bool,
    /// How often an acknowledgement is asked for before it comes.
    pub patience: usize,
    asked: usize,
}

impl SplunkTwin {
    pub fn new(token: &str) -> SplunkTwin {
        SplunkTwin { token: token.to_owned(), events: vec![], acknowledges: false, patience: 2, asked: 0 }
    }
}

impl Vendor for SplunkTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        let said = |status, code: u64, text: &str| Reply::json(status, &json!({"text": text, "code": code}));
        if request.header("authorization") != Some(&format!("Splunk {}", self.token)) {
            return said(403, 4, "Invalid token");
        }
        let channel = request.header("x-splunk-request-channel").unwrap_or_default();
        if self.acknowledges && channel.is_empty() {
            return said(400, 10, "Data channel is missing");
        }
        match request.path.as_str() {
            "/services/collector/event" if request.body.is_empty() => said(400, 5, "No data"),
            "/services/collector/event" => {
                let body = request.json();
                if body["event"].is_null() || body["event"] == "" {
                    return said(400, 12, "Event field is required");
                }
                if body["fields"].as_object().is_some_and(|it| it.values().any(|it| it.is_object())) {
                    return said(400, 15, "Error in handling indexed fields");
                }
                self.events.push(body);
                if self.acknowledges {
                    Reply::json(200, &json!({"text": "Success", "code": 0, "ackId": self.events.len() - 1}))
                } else {
                    said(200, 0, "Success")
                }
            }
            "/services/collector/ack" => {
                self.asked += 1;
                let number = request.json()["acks"][0].to_string();
                Reply::json(200, &json!({"acks": {number: self.asked >= self.patience}}))
            }
            _ => Reply::text(404, "not found"),
        }
    }
}

/// Microsoft's login, a data collection rule, and a workspace with incidents.
pub struct SentinelTwin {
    pub secret: String,
    /// Tokens that were given, and still hold.
    pub tokens: Vec<String>,
    pub given: usize,
    pub rows: Vec<Value>,
    pub incidents: BTreeMap<String, (u64, Value)>,
    pub comments: BTreeMap<String, Value>,
}

impl SentinelTwin {
    pub fn new(secret: &str) -> SentinelTwin {
        SentinelTwin { secret: secret.to_owned(), tokens: vec![], given: 0, rows: vec![], incidents: BTreeMap::new(), comments: BTreeMap::new() }
    }

    fn token(&mut self, request: &Captured) -> Reply {
        let is_good = request.form("grant_type").as_deref() == Some("client_credentials") && request.form("client_secret").as_deref() == Some(&self.secret);
        if !is_good {
            return Reply::json(401, &json!({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}));
        }
        self.given += 1;
        let token = format!("given-token-{}-{}", self.given, request.form("scope").unwrap_or_default());
        self.tokens.push(token.clone());
        Reply::json(200, &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token}))
    }

    fn incident(&mut self, request: &Captured, id: &str) -> Reply {
        match (request.method.as_str(), self.incidents.get(id).map(|it| it.0)) {
            ("GET", None) => Reply::json(404, &json!({"error": {"code": "NotFound", "message": "Incident not found"}})),
            ("GET", Some(tag)) => Reply::json(200, &json!({"etag": tag.to_string(), "properties": self.incidents[id].1})),
            ("PUT", had) => {
                let body = request.json();
                if had.is_some_and(|tag| body["etag"].as_str().and_then(|it| it.parse().ok()) != Some(tag)) {
                    return Reply::json(409, &json!({"error": {"code": "Conflict", "message": "Newer version of resource exists"}}));
                }
                let mut properties = body["properties"].clone();
                properties["incidentNumber"] = json!(self.incidents.len() + 1);
                self.incidents.insert(id.to_owned(), (had.unwrap_or_default() + 1, properties.clone()));
                Reply::json(if had.is_some() { 200 } else { 201 }, &json!({"properties": properties}))
            }
            _ => Reply::empty(405),
        }
    }
}

impl Vendor for SentinelTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let ["tenant-1", "oauth2", "v2.0", "token"] = segments.as_slice() {
            return self.token(request);
        }
        let token = request.header("authorization").and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
        let scope = if segments[0] == "subscriptions" { "https://management.azure.com/.default" } else { "https://monitor.azure.com/.default" };
        if !self.tokens.contains(&token) || !token.ends_with(scope) {
            return Reply::json(401, &json!({"error": {"code": "InvalidToken", "message": "The provided token is invalid"}}));
        }
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["dataCollectionRules", "dcr-1", "streams", "Custom-Invitro_CL"]) if request.query("api-version").as_deref() == Some("2023-01-01") => {
                let rows = request.json();
                assert!(rows.is_array() && request.body.len() < 1_000_000);
                self.rows.extend(rows.as_array().cloned().unwrap_or_default());
                Reply::empty(204)
            }
            ("GET", [.., "incidents"]) => Reply::json(200, &json!({"value": []})),
            (_, [.., "incidents", id]) => self.incident(request, id),
            ("PUT", [.., "incidents", _, "comments", id]) => {
                self.comments.insert((*id).to_owned(), request.json());
                Reply::json(201, &json!({}))
            }
            _ => Reply::json(404, &json!({"error": {"code": "NotFound", "message": "no such rule or stream"}})),
        }
    }
}
