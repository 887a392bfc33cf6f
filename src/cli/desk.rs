//! What a command about changes needs: the rules, the store, who acts, the time; and the one runtime on which the store works.

use std::{fs, path::Path};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use super::{fault::Fault, premises::Premises, show, words};
use crate::{
    change::{Actor, Inventory, Rules, State, read_rules},
    config,
    gate::policy_of,
    store::{Location, Store},
};

/// Nobody knows where the store is.
#[derive(Debug, thiserror::Error)]
#[error("the environment names no home, so nobody knows where changes are recorded")]
struct NoHome;

/// There is no store.
#[derive(Debug, thiserror::Error)]
#[error("there is no store {0} yet")]
struct NoStore(String);

/// A configuration that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the configuration {path} can't be used: {detail}")]
struct ConfigError {
    path: String,
    detail: String,
}

/// A desk at which somebody works on changes.
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) rules: Rules,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
    /// Machines by name, and the waves in which they are changed.
    pub(super) inventory: Inventory,
    /// Where plans and journals are: content of files, which stays on this machine.
    pub(super) premises: Premises,
}

/// A desk with the runtime on which its store works.
pub(super) struct Open {
    runtime: tokio::runtime::Runtime,
    pub(super) desk: Desk,
}

impl Open {
    /// Waits for work to be done.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Ends all connections.
    pub(super) fn close(self) {
        self.runtime.block_on(self.desk.store.close());
    }
}

/// Works at a desk: the store is opened before and closed after.
pub(super) fn work<T>(of: &words::Desk, work: impl AsyncFnOnce(&Desk) -> Result<T, Fault>) -> Result<T, Fault> {
    let open = open(of)?;
    let done = open.wait(work(&open.desk));
    open.close();
    done
}

/// Opens a desk.
pub(super) fn open(of: &words::Desk) -> Result<Open, Fault> {
    let table = configuration(of.config.as_deref())?;
    let rules = table.get("changes").and_then(toml::Value::as_table).map(read_rules).transpose()?.unwrap_or_default();
    let inventory = Inventory::read(&table)?;
    let location = location(of.store.as_deref(), &table)?;
    let actor = rules.actor(&config::user(), config::token().as_ref().map(|it| it.expose_secret()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if let Location::File(path) = &location
        && !of.makes
        && !path.exists()
    {
        return Err(Fault::from(NoStore(location.to_string()))
            .hint("`invitro try FIX --on TARGET --record` makes it with the first change; or name another with `--store`"));
    }
    let premises = Premises::of(&location).ok_or_else(no_home)?;
    let store = runtime.block_on(Store::open(&location))?;
    let desk = Desk { store, rules, actor, now: Timestamp::now(), inventory, premises };
    runtime.block_on(tell_interrupted(&desk))?;
    Ok(Open { desk, runtime })
}

/// Reads the configuration; every table of it is looked at by the room that it belongs to.
fn configuration(given: Option<&Path>) -> Result<toml::Table, Fault> {
    let Some(path) = given.map(Path::to_path_buf).or_else(config::configuration) else { return Ok(toml::Table::new()) };
    let fail = |detail: String| ConfigError { path: path.display().to_string(), detail };
    let text = fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
    // The policy's reader tells every mistake of its own tables, and every table that nobody knows, with its line.
    policy_of(&path, &text)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| fail(error.to_string()))?;
    for (name, _) in table.get("store").and_then(toml::Value::as_table).into_iter().flatten() {
        if name != "location" {
            return Err(fail(format!("unknown key `{name}` in [store], valid here: location")).into());
        }
    }
    for name in ["changes", "store"] {
        if table.get(name).is_some_and(|it| !it.is_table()) {
            return Err(fail(format!("`{name}` must be a table, [{name}]")).into());
        }
    }
    Ok(table)
}

fn location(given: Option<&str>, table: &toml::Table) -> Result<Location, Fault> {
    let configured = table.get("store").and_then(|it| it.get("location"));
    if let Some(text) = given.or_else(|| configured.and_then(toml::Value::as_str)) {
        return Ok(Location::parse(text));
    }
    if configured.is_some() {
        return Err(ConfigError { path: "invitro.toml".into(), detail: "`location` in [store] must be a path or a URL in quotes".into() }.into());
    }
    config::store_file().map(Location::File).ok_or_else(no_home)
}

fn no_home() -> Fault {
    Fault::from(NoHome).hint("set HOME or XDG_DATA_HOME, or name a file with `--store`")
}

/// Says which changes a process has begun to write or to take back: it works still, or it ended before its time.
async fn tell_interrupted(desk: &Desk) -> Result<(), Fault> {
    for id in desk.store.in_state(State::Applying).await? {
        show::talk(&format!("change {id} is being applied; if no process does that any more: `invitro apply {id} --resume` or `--abort`\n"));
    }
    for id in desk.store.in_state(State::RollingBack).await? {
        show::talk(&format!("change {id} is being rolled back; if no process does that any more: `invitro rollback {id}`\n"));
    }
    Ok(())
}
