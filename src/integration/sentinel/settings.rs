//! What the operator says of a Sentinel.

use crate::integration::{
    client::Connection,
    common::{Scale, connection},
    keys::Keys,
    resolve::Source,
    secret::SecretUrl,
};

/// Which of Microsoft's clouds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cloud {
    Public,
    UsGovernment,
    China,
}

impl Cloud {
    pub(super) fn logs_scope(self) -> String {
        let host = match self {
            Cloud::Public => "monitor.azure.com",
            Cloud::UsGovernment => "monitor.azure.us",
            Cloud::China => "monitor.azure.cn",
        };
        format!("https://{host}/.default")
    }

    pub(super) fn manage_scope(self) -> String {
        format!("{}/.default", self.manage())
    }

    fn manage(self) -> &'static str {
        match self {
            Cloud::Public => "https://management.azure.com",
            Cloud::UsGovernment => "https://management.usgovcloudapi.net",
            Cloud::China => "https://management.chinacloudapi.cn",
        }
    }

    fn login(self) -> &'static str {
        match self {
            Cloud::Public => "https://login.microsoftonline.com",
            Cloud::UsGovernment => "https://login.microsoftonline.us",
            Cloud::China => "https://login.partner.microsoftonline.cn",
        }
    }
}

/// The workspace of incidents.
#[derive(Clone, Debug)]
pub(super) struct Incidents {
    pub(super) url: SecretUrl,
    pub(super) subscription: String,
    pub(super) group: String,
    pub(super) workspace: String,
    pub(super) scale: Scale,
}

/// What the operator says of a Sentinel.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) cloud: Cloud,
    pub(super) login: SecretUrl,
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) secret: Source,
    /// The ingestion endpoint: of a data collection endpoint, or of the rule itself.
    pub(super) url: SecretUrl,
    /// The rule's immutable id.
    pub(super) rule: String,
    pub(super) stream: String,
    pub(super) incidents: Option<Incidents>,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let cloud = match keys.word("cloud", &["public", "us-government", "china"]) {
            Some("us-government") => Cloud::UsGovernment,
            Some("china") => Cloud::China,
            _ => Cloud::Public,
        };
        let fixed = |text: &str| SecretUrl::new(url::Url::parse(text).expect("it is written here"));
        let login = keys.url("login_url", connection.plaintext).unwrap_or_else(|| fixed(cloud.login()));
        let rule = keys.need("rule", "dcr-0123456789abcdef0123456789abcdef");
        if !rule.is_empty() && !rule.starts_with("dcr-") {
            keys.problem("rule", "must be the rule's immutable id: `dcr-…`");
        }
        let stream = keys.need("stream", "Custom-Invitro_CL");
        if !stream.is_empty() && !stream.starts_with("Custom-") && !stream.starts_with("Microsoft-") {
            keys.problem("stream", "must be a stream of the rule: `Custom-…`");
        }
        let incidents = keys.below("incidents").map(|mut below| {
            let found = Incidents {
                url: below.url("url", connection.plaintext).unwrap_or_else(|| fixed(cloud.manage())),
                subscription: below.need("subscription", "00000000-0000-0000-0000-000000000000"),
                group: below.need("resource_group", "security"),
                workspace: below.need("workspace", "sentinel"),
                scale: Scale::of(["High", "High", "Medium", "Low", "Informational"]).read(&mut below),
            };
            keys.join(below);
            found
        });
        Settings {
            cloud,
            login,
            tenant: keys.need("tenant", "00000000-0000-0000-0000-000000000000"),
            client: keys.need("client_id", "00000000-0000-0000-0000-000000000000"),
            secret: keys.need_secret("client_secret"),
            url: keys.need_url("url", "https://example-abcd.westeurope-1.ingest.monitor.azure.com", connection.plaintext),
            rule,
            stream,
            incidents,
            connection,
        }
    }
}
