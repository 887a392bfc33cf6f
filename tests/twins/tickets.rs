//! A ServiceNow, an Azure DevOps, and a workflow of Teams.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Captured, Reply, Vendor};

/// A ServiceNow with incidents and a staging table.
pub struct ServiceNowTwin {
    pub authorization: String,
    pub records: Vec<Map<String, Value>>,
    pub notes: Vec<(String, String)>,
    pub files: Vec<(String, String, Vec<u8>)>,
    /// What the transform map says instead of doing its work.
    pub transform_error: Option<&'static str>,
}

impl ServiceNowTwin {
    pub fn new(authorization: &str) -> ServiceNowTwin {
        ServiceNowTwin { authorization: authorization.to_owned(), records: vec![], notes: vec![], files: vec![], transform_error: None }
    }

    fn write(&mut self, id: Option<&str>, body: &Value) -> Value {
        let at = match id.and_then(|id| self.records.iter().position(|it| it["sys_id"] == *id)) {
            Some(at) => at,
            None => {
                let number = self.records.len() + 1;
                let record = json!({"sys_id": format!("{number:032x}"), "number": format!("INC{number:07}"), "state": "1"});
                self.records.push(record.as_object().cloned().unwrap_or_default());
                self.records.len() - 1
            }
        };
        for (name, value) in body.as_object().into_iter().flatten() {
            if name == "work_notes" {
                self.notes.push((self.records[at]["sys_id"].as_str().unwrap_or_default().to_owned(), value.as_str().unwrap_or_default().to_owned()));
            } else {
                self.records[at].insert(name.clone(), value.clone());
            }
        }
        let of = |name: &str| self.records[at].get(name).cloned().unwrap_or_default();
        json!({"sys_id": of("sys_id"), "number": of("number"), "state": of("state"), "correlation_id": of("correlation_id")})
    }

    fn query(&self, table: &str, query: &str) -> Reply {
        let condition = |name: &str| {
            query.split('^').find_map(|it| it.strip_prefix(&format!("{name}=")).or_else(|| it.strip_prefix(&format!("{name}LIKE")))).map(str::to_owned)
        };
        let found: Vec<Value> = match table {
            "sys_journal_field" => {
                let (id, mark) = (condition("element_id").unwrap_or_default(), condition("value").unwrap_or_default());
                self.notes.iter().filter(|(it, note)| *it == id && note.contains(&mark)).map(|_| json!({"sys_id": "1"})).collect()
            }
            _ => {
                let id = condition("correlation_id");
                self.records.iter().filter(|it| id.as_ref().is_none_or(|id| it["correlation_id"] == **id)).map(|it| Value::Object(it.clone())).collect()
            }
        };
        Reply::json(200, &json!({"result": found}))
    }
}

impl Vendor for ServiceNowTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.header("authorization") != Some(&self.authorization) {
            return Reply::json(
                401,
                &json!({"error": {"message": "User Not Authenticated", "detail": "Required to provide Auth information"}, "status": "failure"}),
            );
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let query = request.query("sysparm_query").unwrap_or_default();
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["api", "now", "table", "incident"]) => Reply::json(201, &json!({"result": self.write(None, &request.json())})),
            ("PATCH", ["api", "now", "table", "incident", id]) => Reply::json(200, &json!({"result": self.write(Some(id), &request.json())})),
            ("GET", ["api", "now", "table", table]) => self.query(table, &query),
            ("POST", ["api", "now", "attachment", "file"]) => {
                let of = |name: &str| request.query(name).unwrap_or_default();
                self.files.push((of("table_sys_id"), of("file_name"), request.body.clone()));
                Reply::json(201, &json!({"result": {"sys_id": "f"}}))
            }
            ("GET", ["api", "now", "attachment"]) => {
                let found: Vec<Value> = self.files.iter().filter(|(_, name, _)| query.contains(name.as_str())).map(|_| json!({"sys_id": "f"})).collect();
                Reply::json(200, &json!({"result": found}))
            }
            ("POST", ["api", "now", "import", "u_invitro_import"]) => {
                if let Some(error) = self.transform_error {
                    return Reply::json(
                        201,
                        &json!({"import_set": "ISET1", "result": [{"transform_map": "m", "table": "incident", "status": "error", "error_message": error}]}),
                    );
                }
                // The map coalesces on correlation_id.
                let body = request.json();
                let known =
                    self.records.iter().find(|it| it["correlation_id"] == body["correlation_id"]).and_then(|it| it["sys_id"].as_str().map(str::to_owned));
                let record = self.write(known.as_deref(), &body);
                let status = if known.is_some() { "updated" } else { "inserted" };
                Reply::json(
                    201,
                    &json!({"import_set": "ISET1", "result": [{"table": "incident", "status": status, "sys_id": record["sys_id"], "display_value": record["number"]}]}),
                )
            }
            _ => Reply::json(404, &json!({"error": {"message": "No Record found", "detail": ""}, "status": "failure"})),
        }
    }
}

/// An Azure DevOps with one project.
pub struct AzureDevOpsTwin {
    pub authorization: String,
    pub items: BTreeMap<u64, Map<String, Value>>,
    pub relations: BTreeMap<u64, Vec<Value>>,
    pub comments: Vec<(u64, Value)>,
    pub uploads: Vec<(String, Vec<u8>)>,
}

impl AzureDevOpsTwin {
    pub fn new(authorization: &str) -> AzureDevOpsTwin {
        AzureDevOpsTwin { authorization: authorization.to_owned(), items: BTreeMap::new(), relations: BTreeMap::new(), comments: vec![], uploads: vec![] }
    }

    fn patch(&mut self, id: u64, request: &Captured, is_real: bool) -> Reply {
        if request.header("content-type") != Some("application/json-patch+json") {
            return Reply::json(415, &json!({"message": "wrong media type"}));
        }
        let patch = request.json();
        let is_new = !self.items.contains_key(&id);
        let title = patch
            .as_array()
            .into_iter()
            .flatten()
            .find(|it| it["path"] == "/fields/System.Title")
            .map(|it| it["value"].as_str().unwrap_or_default().to_owned());
        if is_new && title.is_none_or(|it| it.is_empty() || it.chars().count() > 255) {
            return Reply::json(400, &json!({"message": "TF401320: Rule Error for field Title."}));
        }
        if is_real {
            for it in patch.as_array().into_iter().flatten() {
                let path = it["path"].as_str().unwrap_or_default();
                match path.strip_prefix("/fields/") {
                    Some("System.History") => self.comments.push((id, it["value"].clone())),
                    Some(field) => drop(self.items.entry(id).or_default().insert(field.to_owned(), it["value"].clone())),
                    None => self.relations.entry(id).or_default().push(it["value"].clone()),
                }
            }
        }
        Reply::json(
            200,
            &json!({"id": if is_real { json!(id) } else { Value::Null }, "rev": 1, "_links": {"html": {"href": format!("https://dev.azure.com/acme/_workitems/edit/{id}")}}}),
        )
    }
}

impl Vendor for AzureDevOpsTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.header("authorization") != Some(&self.authorization) {
            return Reply { status: 203, headers: vec![("content-type".into(), "text/html".into())], body: b"<!DOCTYPE html><html>Sign In</html>".to_vec() };
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if request.query("api-version").is_none() {
            return Reply::json(400, &json!({"message": "No api-version was supplied"}));
        }
        let Some(path) = segments.strip_prefix(["acme", "Security", "_apis", "wit"].as_slice()) else {
            return Reply::json(404, &json!({"message": "TF200016: The following project does not exist"}));
        };
        match (request.method.as_str(), path) {
            ("GET", ["workitemtypes", "Issue", "states"]) => Reply::json(200, &json!({"value": [{"name": "To Do"}, {"name": "Doing"}, {"name": "Done"}]})),
            ("POST", ["workitems", "$Issue"]) => {
                let is_real = request.query("validateOnly").as_deref() != Some("true");
                let id = self.items.len() as u64 + 1;
                self.patch(id, request, is_real)
            }
            ("PATCH", ["workitems", id]) => self.patch(id.parse().expect("a number"), request, true),
            ("POST", ["attachments"]) => {
                let name = request.query("fileName").unwrap_or_default();
                self.uploads.push((name.clone(), request.body.clone()));
                Reply::json(201, &json!({"id": "a", "url": format!("https://dev.azure.com/acme/_apis/wit/attachments/{}?fileName={name}", self.uploads.len())}))
            }
            ("POST", ["wiql"]) => {
                let query = request.json()["query"].as_str().unwrap_or_default().to_owned();
                let tag = query.split_once("CONTAINS '").and_then(|(_, it)| it.split_once('\'')).map(|(it, _)| it.to_owned()).expect("a tag");
                let found: Vec<Value> = self
                    .items
                    .iter()
                    .filter(|(_, it)| it["System.Tags"].as_str().unwrap_or_default().contains(&tag))
                    .map(|(id, _)| json!({"id": id}))
                    .collect();
                Reply::json(200, &json!({"workItems": found}))
            }
            ("GET", ["workItems", id, "comments"]) => Reply::json(
                200,
                &json!({"comments": self.comments.iter().filter(|(it, _)| it.to_string() == *id).map(|(_, it)| json!({"text": it})).collect::<Vec<_>>()}),
            ),
            ("GET", ["workitems", id]) => Reply::json(200, &json!({"id": id, "relations": self.relations.get(&id.parse().expect("a number"))})),
            _ => Reply::json(404, &json!({"message": "not found"})),
        }
    }
}

/// A workflow of Teams.
pub struct TeamsTwin {
    pub signature: String,
    pub cards: Vec<Value>,
}

impl TeamsTwin {
    pub fn new(signature: &str) -> TeamsTwin {
        TeamsTwin { signature: signature.to_owned(), cards: vec![] }
    }
}

impl Vendor for TeamsTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.query("sig").as_deref() != Some(&self.signature) {
            return Reply::json(401, &json!({"error": {"code": "DirectApiAuthorizationRequired", "message": "signature"}}));
        }
        if request.body.len() > 28 * 1024 {
            return Reply::text(413, "too large");
        }
        let body = request.json();
        assert_eq!(body["type"], "message");
        self.cards.push(body["attachments"][0]["content"].clone());
        Reply::empty(202)
    }
}
