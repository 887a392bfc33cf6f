//! A GitHub with one repository.

use serde_json::{Value, json};

use super::{Captured, Reply, Vendor};

/// A GitHub with the repository `acme/security`.
pub struct GitHubTwin {
    pub token: String,
    pub issues: Vec<Value>,
    pub comments: Vec<(u64, Value)>,
    /// Without it labels are dropped silently.
    pub may_push: bool,
}

impl GitHubTwin {
    pub fn new(token: &str) -> GitHubTwin {
        GitHubTwin { token: token.to_owned(), issues: vec![], comments: vec![], may_push: true }
    }

    fn create(&mut self, body: &Value) -> Reply {
        let title = body["title"].as_str().unwrap_or_default();
        let text = body["body"].as_str().unwrap_or_default();
        if title.is_empty() || title.chars().count() > 256 || text.chars().count() > 65_536 {
            return Reply::json(422, &json!({"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "title"}]}));
        }
        let labels = if self.may_push { body["labels"].as_array().cloned().unwrap_or_default() } else { vec![] };
        let number = self.issues.len() as u64 + 1;
        let labels: Vec<Value> = labels.iter().map(|it| json!({"name": it})).collect();
        let page = format!("https://github.com/acme/security/issues/{number}");
        let issue = json!({"number": number, "title": title, "body": text, "labels": labels, "state": "open", "html_url": page});
        self.issues.push(issue.clone());
        Reply::json(201, &issue)
    }
}

impl Vendor for GitHubTwin {
    fn answer(&mut self, request: &Captured) -> Reply {
        if request.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return Reply::json(401, &json!({"message": "Bad credentials"}));
        }
        if request.header("user-agent").is_none() {
            return Reply::text(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(path) = segments.strip_prefix(["repos", "acme", "security"].as_slice()) else { return Reply::json(404, &json!({"message": "Not Found"})) };
        match (request.method.as_str(), path) {
            ("GET", []) => {
                Reply::json(200, &json!({"full_name": "acme/security", "has_issues": true, "archived": false, "permissions": {"push": self.may_push}}))
            }
            ("POST", ["issues"]) => self.create(&request.json()),
            ("GET", ["issues"]) => {
                let label = request.query("labels");
                let has =
                    |it: &&Value| label.as_ref().is_none_or(|label| it["labels"].as_array().is_some_and(|all| all.iter().any(|it| it["name"] == **label)));
                Reply::json(200, &Value::Array(self.issues.iter().filter(has).cloned().collect()))
            }
            ("PATCH", ["issues", number]) => match self.issues.iter_mut().find(|it| number.parse::<u64>().is_ok_and(|number| it["number"] == number)) {
                Some(issue) => {
                    issue["state"] = request.json()["state"].clone();
                    issue["state_reason"] = request.json()["state_reason"].clone();
                    Reply::json(200, issue)
                }
                None => Reply::json(404, &json!({"message": "Not Found"})),
            },
            ("POST", ["issues", number, "comments"]) => {
                if request.json()["body"].as_str().is_none_or(|it| it.is_empty() || it.chars().count() > 65_536) {
                    return Reply::json(422, &json!({"message": "Validation Failed"}));
                }
                self.comments.push((number.parse().expect("a number"), request.json()));
                Reply::json(201, &json!({"id": self.comments.len()}))
            }
            ("GET", ["issues", number, "comments"]) => {
                let all = self.comments.iter().filter(|(it, _)| it.to_string() == *number).map(|(_, it)| it.clone());
                Reply::json(200, &Value::Array(all.collect()))
            }
            _ => Reply::json(404, &json!({"message": "Not Found"})),
        }
    }
}
