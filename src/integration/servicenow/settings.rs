//! What the operator says of a ServiceNow.

use serde_json::{Map, Value};

use crate::integration::{
    client::Connection,
    common::{Scale, connection},
    keys::Keys,
    resolve::Source,
    secret::SecretUrl,
};

/// How we sign in.
#[derive(Clone, Debug)]
pub(super) enum Login {
    Basic { user: String, password: Source },
    OAuth { client: String, secret: Source },
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Right into the table.
    Table,
    /// Into a staging table, whose transform map coalesces on `correlation_id`.
    Import,
}

/// What the operator says of a ServiceNow.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) url: SecretUrl,
    pub(super) login: Login,
    pub(super) mode: Mode,
    pub(super) table: String,
    pub(super) staging: String,
    pub(super) urgency: Scale,
    pub(super) fields: Map<String, Value>,
    /// What closes a record: state and close code.
    pub(super) closed: Map<String, Value>,
    pub(super) reopened: Map<String, Value>,
    pub(super) connection: Connection,
}

impl Settings {
    pub(in crate::integration) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        let mode = if keys.word("mode", &["table", "import-set"]) == Some("import-set") { Mode::Import } else { Mode::Table };
        let table = keys.text("table").unwrap_or_else(|| "incident".to_owned());
        let staging = if mode == Mode::Import { keys.need("staging_table", "u_invitro_import") } else { keys.text("staging_table").unwrap_or_default() };
        for (key, name) in [("table", &table), ("staging_table", &staging)] {
            if !name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_') {
                keys.problem(key, "must be the name of a table: small letters, digits and `_`");
            }
        }
        let login = match keys.text("client_id") {
            Some(client) => Login::OAuth { client, secret: keys.need_secret("client_secret") },
            None => Login::Basic { user: keys.need("user", "invitro"), password: keys.need_secret("password") },
        };
        // An incident: 6 is Resolved, 2 is In Progress.
        let or = |found: Map<String, Value>, default: &[(&str, &str)]| {
            if found.is_empty() { default.iter().map(|(name, it)| ((*name).to_owned(), Value::from(*it))).collect() } else { found }
        };
        let closed = or(keys.values("closed"), &[("state", "6"), ("close_code", "Solution provided")]);
        let reopened = or(keys.values("reopened"), &[("state", "2")]);
        let urgency = Scale::of(["1", "1", "2", "3", "3"]).read(keys);
        Settings {
            url: keys.need_url("url", "https://example.service-now.com", connection.plaintext),
            login,
            mode,
            table,
            staging,
            urgency,
            fields: keys.values("fields"),
            closed,
            reopened,
            connection,
        }
    }
}
