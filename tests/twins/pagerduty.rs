//! The events API of PagerDuty.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Captured, Reply, Vendor};

/// A service with its alerts.
pub struct PagerDutyTwin {
    pub key: String,
    /// Alerts by their key: state, and the payload.
    pub alerts: BTreeMap<String, (String, Value)>,
    /// How often an alert was opened that was not open.
    pub opened: usize,
    pub changes: Vec<Value>,
}

impl PagerDutyTwin {
    pub fn new(key: &str) -> PagerDutyTwin {
        PagerDutyTwin { key: key.to_owned(), alerts: BTreeMap::new(), opened: 0, changes: vec![] }
    }
}

impl Vendor for PagerDutyTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        let body = request.json();
        let wrong = |error: &str| Reply::json(400, &json!({"status": "invalid event", "message": "Event object is invalid", "errors": [error]}));
        if body["routing_key"] != self.key {
            return wrong("Invalid routing key");
        }
        if request.body.len() > 512 * 1024 {
            return Reply::text(413, "too large");
        }
        let payload = body["payload"].clone();
        let summary = payload["summary"].as_str().unwrap_or_default();
        if request.path == "/v2/change/enqueue" {
            self.changes.push(body);
            return if summary.is_empty() {
                wrong("'payload.summary' is missing")
            } else {
                Reply::json(202, &json!({"status": "success", "message": "Change event processed"}))
            };
        }
        let key = body["dedup_key"].as_str().unwrap_or_default().to_owned();
        match body["event_action"].as_str() {
            Some("trigger") => {
                let severity = payload["severity"].as_str().unwrap_or_default();
                if summary.is_empty() || summary.chars().count() > 1024 || payload["source"].is_null() {
                    return wrong("'payload.summary' or 'payload.source' is missing or too long");
                }
                if !["critical", "error", "warning", "info"].contains(&severity) {
                    return wrong("'payload.severity' is invalid (must be one of critical, error, warning, info)");
                }
                if self.alerts.get(&key).is_none_or(|it| it.0 == "resolved") {
                    self.opened += 1;
                }
                self.alerts.insert(key.clone(), ("triggered".into(), payload));
            }
            Some(action @ ("acknowledge" | "resolve")) => {
                if let Some(alert) = self.alerts.get_mut(&key) {
                    alert.0 = format!("{action}d");
                }
            }
            _ => return wrong("'event_action' is invalid"),
        }
        Reply::json(202, &json!({"status": "success", "message": "Event processed", "dedup_key": key}))
    }
}
