//! Reads the targets of the settings, and opens them.

use std::collections::BTreeMap;

use toml::Table;

use super::{
    azure_devops,
    client::ClientError,
    elastic, email, github,
    guarded::Guarded,
    jira,
    keys::Keys,
    pagerduty, qradar,
    resolve::{Environment, SecretError, Source},
    secret::Secret,
    sentinel, servicenow,
    sink::Sink,
    slack, splunk, teams,
    vault::Vault,
};

/// The settings of one target.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Jira Cloud or Data Center.
    Jira(jira::Settings),
    /// A Slack channel.
    Slack(slack::Settings),
    /// A GitHub repository.
    GitHub(github::Settings),
    /// A project in Azure DevOps.
    AzureDevOps(azure_devops::Settings),
    /// A data stream of Elasticsearch.
    Elastic(elastic::Settings),
    /// A ServiceNow instance.
    ServiceNow(servicenow::Settings),
    /// An HTTP Event Collector of Splunk.
    Splunk(splunk::Settings),
    /// Microsoft Sentinel.
    Sentinel(sentinel::Settings),
    /// A channel in Microsoft Teams.
    Teams(teams::Settings),
    /// Recipients of e-mail.
    Email(email::Settings),
    /// IBM QRadar.
    QRadar(qradar::Settings),
    /// A PagerDuty service.
    PagerDuty(pagerduty::Settings),
}

/// The kinds of targets.
const KINDS: [&str; 12] = ["azure-devops", "elastic", "email", "github", "jira", "pagerduty", "qradar", "sentinel", "servicenow", "slack", "splunk", "teams"];

/// A target that can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A secret can't be had.
    #[error("`{key}` of target `{target}`: {source}")]
    Secret {
        /// The target.
        target: String,
        /// The key of the settings.
        key: &'static str,
        /// Why not.
        source: SecretError,
    },
    /// A secret has another form than it should.
    #[error("`{key}` of target `{target}` must be {what}")]
    Form {
        /// The target.
        target: String,
        /// The key of the settings.
        key: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// No client can be made.
    #[error("target `{target}`: {source}")]
    Client {
        /// The target.
        target: String,
        /// Why not.
        source: ClientError,
    },
}

/// What a target needs to be opened.
pub(super) struct Opening<'a> {
    pub(super) name: &'a str,
    pub(super) environment: Environment<'a>,
    pub(super) vault: &'a Vault,
}

impl Opening<'_> {
    /// Gets a secret, and keeps it from leaving.
    pub(super) fn secret(&self, key: &'static str, source: &Source) -> Result<Secret, OpenError> {
        let secret = source.resolve(self.environment).map_err(|source| OpenError::Secret { target: self.name.to_owned(), key, source })?;
        self.vault.keep(&secret);
        Ok(secret)
    }

    /// Names the target in an error.
    pub(super) fn client<T>(&self, made: Result<T, ClientError>) -> Result<T, OpenError> {
        made.map_err(|source| OpenError::Client { target: self.name.to_owned(), source })
    }
}

/// Reads the table `targets`; every mistake is told.
pub fn read_targets(table: &Table) -> Result<BTreeMap<String, Settings>, Vec<String>> {
    let mut targets = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, value) in table {
        let Some(table) = value.as_table() else {
            problems.push(format!("[targets] `{name}` must be a table"));
            continue;
        };
        match read(name, table) {
            Ok(settings) => drop(targets.insert(name.clone(), settings)),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

fn read(name: &str, table: &Table) -> Result<Settings, Vec<String>> {
    let mut keys = Keys::new(format!("targets.{name}"), table);
    if name.is_empty() || !name.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it)) {
        keys.problem(name, "is no name of a target: letters, digits, `-`, `_` and `.`");
    }
    let kind = keys.need("kind", "jira");
    let settings = match kind.as_str() {
        "github" => Settings::GitHub(github::Settings::read(&mut keys)),
        "jira" => Settings::Jira(jira::Settings::read(&mut keys)),
        "azure-devops" => Settings::AzureDevOps(azure_devops::Settings::read(&mut keys)),
        "elastic" => Settings::Elastic(elastic::Settings::read(&mut keys)),
        "servicenow" => Settings::ServiceNow(servicenow::Settings::read(&mut keys)),
        "splunk" => Settings::Splunk(splunk::Settings::read(&mut keys)),
        "sentinel" => Settings::Sentinel(sentinel::Settings::read(&mut keys)),
        "teams" => Settings::Teams(teams::Settings::read(&mut keys)),
        "email" => Settings::Email(email::Settings::read(&mut keys)),
        "qradar" => Settings::QRadar(qradar::Settings::read(&mut keys)),
        "pagerduty" => Settings::PagerDuty(pagerduty::Settings::read(&mut keys)),
        "slack" => Settings::Slack(slack::Settings::read(&mut keys)),
        _ => {
            if !kind.is_empty() {
                keys.problem("kind", format!("must be one of {}", KINDS.join(", ")));
            }
            // What else the table has can't be judged without knowing the kind.
            let mut told = keys.end().err().unwrap_or_default();
            told.retain(|it| !it.contains("is unknown, valid here"));
            return Err(told);
        }
    };
    keys.end()?;
    Ok(settings)
}

/// Opens a target: gets its secrets and makes its client. Nothing is sent.
pub fn open(name: &str, settings: &Settings, environment: Environment<'_>, vault: &Vault) -> Result<Box<dyn Sink>, OpenError> {
    let opening = Opening { name, environment, vault };
    let sink: Box<dyn Sink> = match settings {
        Settings::GitHub(it) => Box::new(github::GitHub::open(it, &opening)?),
        Settings::Jira(it) => Box::new(jira::Jira::open(it, &opening)?),
        Settings::AzureDevOps(it) => Box::new(azure_devops::AzureDevOps::open(it, &opening)?),
        Settings::Elastic(it) => Box::new(elastic::Elastic::open(it, &opening)?),
        Settings::ServiceNow(it) => Box::new(servicenow::ServiceNow::open(it, &opening)?),
        Settings::Splunk(it) => Box::new(splunk::Splunk::open(it, &opening)?),
        Settings::Sentinel(it) => Box::new(sentinel::Sentinel::open(it, &opening)?),
        Settings::Teams(it) => Box::new(teams::Teams::open(it, &opening)?),
        Settings::Email(it) => Box::new(email::Email::open(it, &opening)?),
        Settings::QRadar(it) => Box::new(qradar::QRadar::open(it, &opening)?),
        Settings::PagerDuty(it) => Box::new(pagerduty::PagerDuty::open(it, &opening)?),
        Settings::Slack(it) => Box::new(slack::Slack::open(it, &opening)?),
    };
    Ok(Box::new(Guarded::new(sink, vault)))
}
