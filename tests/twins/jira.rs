//! A Jira that keeps issues: Cloud (v3) or Data Center (v2).

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Captured, Reply, Vendor};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    Cloud,
    DataCenter,
}

/// An issue.
#[derive(Clone, Debug)]
pub struct Issue {
    pub key: String,
    pub fields: Value,
    pub properties: Value,
    pub status: (&'static str, &'static str),
    pub comments: Vec<Value>,
    pub files: Vec<(String, Vec<u8>)>,
    pub links: Vec<Value>,
    made: Instant,
}

/// A Jira.
pub struct JiraTwin {
    pub edition: Edition,
    /// What `Authorization` must say.
    pub authorization: String,
    pub issues: Vec<Issue>,
    /// How long a new issue stays out of the search.
    pub lag: Duration,
    /// Fields that the create screen does not offer.
    pub hidden: Vec<&'static str>,
}

impl JiraTwin {
    pub fn new(edition: Edition, authorization: &str) -> JiraTwin {
        JiraTwin { edition, authorization: authorization.to_owned(), issues: Vec::new(), lag: Duration::ZERO, hidden: Vec::new() }
    }

    fn create(&mut self, body: &Value) -> Reply {
        let fields = &body["fields"];
        let mut errors = serde_json::Map::new();
        if fields.pointer("/project/key") != Some(&json!("SEC")) {
            errors.insert("project".into(), json!("valid project is required"));
        }
        if fields.pointer("/issuetype/name").is_none() {
            errors.insert("issuetype".into(), json!("issue type is required"));
        }
        let summary = fields["summary"].as_str().unwrap_or_default();
        if summary.is_empty() || summary.contains('\n') || summary.chars().count() > 255 {
            errors.insert("summary".into(), json!("Summary must be one line of at most 255 characters."));
        }
        for it in self.hidden.iter().filter(|it| fields.get(**it).is_some()) {
            errors.insert((*it).to_owned(), json!(format!("Field '{it}' cannot be set. It is not on the appropriate screen, or unknown.")));
        }
        let is_document = fields.pointer("/description/type") == Some(&json!("doc"));
        if is_document != (self.edition == Edition::Cloud) {
            errors.insert("description".into(), json!("Operation value must be an Atlassian Document (see the Atlassian Document Format)"));
        }
        if !errors.is_empty() {
            return Reply::json(400, &json!({"errorMessages": [], "errors": errors}));
        }
        let key = format!("SEC-{}", self.issues.len() + 1);
        let mut properties = json!({});
        for it in body["properties"].as_array().into_iter().flatten() {
            properties[it["key"].as_str().unwrap_or_default()] = it["value"].clone();
        }
        let issue = Issue {
            key: key.clone(),
            fields: fields.clone(),
            properties,
            status: ("To Do", "new"),
            comments: vec![],
            files: vec![],
            links: vec![],
            made: Instant::now(),
        };
        self.issues.push(issue);
        Reply::json(201, &json!({"id": (10_000 + self.issues.len()).to_string(), "key": key, "self": format!("https://jira/rest/api/issue/{key}")}))
    }

    fn search(&self, jql: &str) -> Reply {
        let quoted = |name: &str| jql.split_once(&format!("{name} \"")).and_then(|(_, rest)| rest.split_once('"')).map(|(it, _)| it.to_owned());
        let (label, custom) = (quoted("labels ="), quoted("cf[10042] ~"));
        if jql.contains("project =") && label.is_none() && custom.is_none() {
            return Reply::json(400, &json!({"errorMessages": ["unbounded JQL"], "errors": {}}));
        }
        let is_late = |it: &Issue| it.made.elapsed() < self.lag;
        let has = |it: &Issue| match (&label, &custom) {
            (Some(label), _) => it.fields["labels"].as_array().is_some_and(|all| all.iter().any(|it| it == label)),
            (_, Some(mark)) => it.fields["customfield_10042"] == *mark,
            _ => false,
        };
        let found = self.issues.iter().enumerate().filter(|(_, it)| !is_late(it) && has(it));
        let issues: Vec<Value> =
            found.map(|(number, it)| json!({"id": (10_001 + number).to_string(), "key": it.key, "fields": {"summary": it.fields["summary"]}, "properties": it.properties})).collect();
        Reply::json(200, &json!({"issues": issues, "isLast": true}))
    }

    fn of_issue(&mut self, request: &Captured, key: &str, what: Option<&str>) -> Reply {
        let edition = self.edition;
        let Some(issue) = self.issues.iter_mut().find(|it| it.key == key) else {
            return Reply::json(404, &json!({"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}));
        };
        let body = request.json();
        match (request.method.as_str(), what) {
            ("GET", None) => {
                let files: Vec<Value> = issue.files.iter().map(|(name, _)| json!({"filename": name})).collect();
                Reply::json(200, &json!({"key": key, "fields": {"attachment": files, "status": status(issue.status)}}))
            }
            ("GET", Some("comment")) => Reply::json(200, &json!({"comments": issue.comments})),
            ("POST", Some("comment")) => {
                if body["body"].is_object() != (edition == Edition::Cloud) {
                    return Reply::json(400, &json!({"errorMessages": ["Comment body is not valid!"], "errors": {}}));
                }
                issue.comments.push(body.clone());
                Reply::json(201, &json!({"id": issue.comments.len().to_string()}))
            }
            ("GET", Some("transitions")) => {
                let to = if issue.status.1 == "done" { ("11", "To Do", "new") } else { ("31", "Done", "done") };
                Reply::json(
                    200,
                    &json!({"transitions": [{"id": "21", "name": "Work", "to": status(("In Progress", "indeterminate"))}, {"id": to.0, "name": to.1, "to": status((to.1, to.2))}]}),
                )
            }
            ("POST", Some("transitions")) => {
                issue.status = match body.pointer("/transition/id").and_then(Value::as_str) {
                    Some("11") => ("To Do", "new"),
                    Some("21") => ("In Progress", "indeterminate"),
                    Some("31") => ("Done", "done"),
                    _ => return Reply::json(400, &json!({"errorMessages": ["no such transition"], "errors": {}})),
                };
                Reply::empty(204)
            }
            ("POST", Some("attachments")) => {
                if request.header("x-atlassian-token") != Some("no-check") {
                    return Reply::text(403, "XSRF check failed");
                }
                let (name, bytes) = request.file().expect("a file in a form");
                issue.files.push((name.clone(), bytes));
                Reply::json(200, &json!([{"filename": name}]))
            }
            ("POST", Some("remotelink")) => {
                issue.links.retain(|it| it["globalId"] != body["globalId"]);
                issue.links.push(body);
                Reply::json(201, &json!({"id": 1}))
            }
            _ => Reply::json(405, &json!({})),
        }
    }
}

fn status((name, category): (&str, &str)) -> Value {
    json!({"name": name, "statusCategory": {"key": category}})
}

impl Vendor for JiraTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.header("authorization") != Some(&self.authorization) {
            return Reply::json(401, &json!({"errorMessages": ["You are not authenticated."], "errors": {}}));
        }
        let version = if self.edition == Edition::Cloud { "3" } else { "2" };
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(path) = segments.strip_prefix(["rest", "api", version].as_slice()) else { return Reply::text(404, "no such interface") };
        match (request.method.as_str(), path) {
            ("GET", ["serverInfo"]) => {
                let kind = if self.edition == Edition::Cloud { "Cloud" } else { "Server" };
                Reply::json(200, &json!({"deploymentType": kind, "version": "1001.0.0"}))
            }
            ("GET", ["myself"]) => Reply::json(200, &json!({"displayName": "Bot"})),
            ("GET", ["mypermissions"]) => {
                let named = request.query("permissions").unwrap_or_default();
                let all: serde_json::Map<String, Value> = named.split(',').map(|it| (it.to_owned(), json!({"havePermission": true}))).collect();
                Reply::json(200, &json!({"permissions": all}))
            }
            ("GET", ["issue", "createmeta", "SEC", "issuetypes"]) => {
                Reply::json(200, &json!({"issueTypes": [{"id": "7", "name": "Task"}, {"id": "8", "name": "Bug"}]}))
            }
            ("GET", ["issue", "createmeta", "SEC", "issuetypes", "7"]) => {
                let fields = ["project", "issuetype", "summary", "description", "labels", "priority"].into_iter().filter(|it| !self.hidden.contains(it));
                Reply::json(
                    200,
                    &json!({"fields": fields.map(|it| json!({"fieldId": it, "required": it == "summary", "hasDefaultValue": false})).collect::<Vec<_>>()}),
                )
            }
            ("POST", ["issue"]) => self.create(&request.json()),
            ("POST", ["search", "jql"]) if self.edition == Edition::Cloud => self.search(request.json()["jql"].as_str().unwrap_or_default()),
            ("GET", ["search"]) if self.edition == Edition::DataCenter => self.search(&request.query("jql").unwrap_or_default()),
            (_, ["issue", key]) => self.of_issue(request, key, None),
            (_, ["issue", key, what]) => self.of_issue(request, key, Some(what)),
            _ => Reply::json(404, &json!({"errorMessages": ["null for uri"], "errors": {}})),
        }
    }
}
