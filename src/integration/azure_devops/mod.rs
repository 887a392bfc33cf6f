//! Azure DevOps: work items by JSON Patch, found again by a tag through WIQL. The only target that judges a create without making it
//! (`validateOnly`).

mod plan;
mod said;
mod settings;

pub(super) use settings::Settings;

use std::time::Duration;

use super::{
    client::Client,
    credential::Credential,
    health::{ill, of_answer, of_broken, well},
    open::{OpenError, Opening},
    sink::{Abilities, Health, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::requests,
    wire::{Method, Request},
};

const RIGHTS: &str = "make a token with the scope Work Items (read & write), of somebody who is a contributor of the project";

/// A project in Azure DevOps.
pub(super) struct AzureDevOps {
    name: String,
    settings: Settings,
    client: Client,
}

impl AzureDevOps {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<AzureDevOps, OpenError> {
        // The user's name of a personal access token is empty.
        let credential = Credential::Basic(String::new(), opening.secret("token", &settings.token)?);
        let client = opening.client(Client::new(&settings.connection, credential, opening.vault))?;
        Ok(AzureDevOps { name: opening.name.to_owned(), settings: settings.clone(), client })
    }

    /// Begins a request below the project's interface.
    fn request(&self, method: Method, path: &[&str]) -> Request {
        let path = [self.settings.project.as_str(), "_apis", "wit"].into_iter().chain(path.iter().copied()).collect::<Vec<_>>();
        let request = Request { credential: Some("Basic"), ..Request::new(method, &self.settings.url, &path) };
        // Without this header a missing right is answered with a page for signing in.
        request.header("accept", "application/json").header("x-tfs-fedauthredirect", "Suppress")
    }
}

impl Sink for AzureDevOps {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "azure-devops"
    }

    fn abilities(&self) -> Abilities {
        // 200 TSTU in five minutes; a write costs less than one.
        let (requests, within) = (200, Duration::from_secs(300));
        Abilities { role: Role::Ticket, probe: true, update: true, close: true, attach: true, acknowledges: true, judges: true, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        Ok(plan::plan(self, job))
    }

    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(said::probe(self, question))
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(said::send(self, step, earlier))
    }

    fn validate_online<'a>(&'a self, step: &'a Step) -> Pending<'a, Option<Outcome>> {
        Box::pin(async move {
            let [request] = requests(step) else { return None };
            if step.name != "create" {
                return None;
            }
            let request = request.clone().query("validateOnly", "true");
            Some(match self.client.ask(&request, &[]).await {
                Ok(answer) => said::created(self, step, &answer),
                Err(broken) => broken.outcome(),
            })
        })
    }

    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let request = self.request(Method::Get, &["workitemtypes", &self.settings.kind, "states"]).query("api-version", "7.1");
            let answer = match self.client.ask(&request, &[]).await {
                Ok(answer) => answer,
                Err(broken) => return vec![of_broken("project", &broken)],
            };
            if answer.status == 203 {
                return vec![ill("target-credentials", "project", "answered with a page for signing in", "make a new token: this one is wrong or has ended")];
            }
            if let Some(health) = of_answer("project", &answer, &said::words(&answer), RIGHTS) {
                return vec![health];
            }
            let json = answer.json().unwrap_or_default();
            let names: Vec<String> =
                json.get("value").and_then(|it| it.as_array()).into_iter().flatten().filter_map(|it| it.get("name")?.as_str().map(str::to_owned)).collect();
            let missing: Vec<&str> =
                [self.settings.done.as_str(), self.settings.reopened.as_str()].into_iter().filter(|it| !names.iter().any(|name| name == it)).collect();
            if missing.is_empty() {
                vec![well("target-field", "states", format!("{} has {} and {}", self.settings.kind, self.settings.done, self.settings.reopened))]
            } else {
                let found = format!("{} has no state {}", self.settings.kind, missing.join(", "));
                vec![ill("target-field", "states", found, format!("set `done` and `reopened` to two of {}", names.join(", ")))]
            }
        })
    }
}
