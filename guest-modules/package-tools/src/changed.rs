//! What the run itself did to packages whose database it can't write: running state, seen by later questions.

use crate::world::World;

/// What became of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is installed now, in a version that nobody here knows.
    Installed,
    /// It is gone.
    Removed,
}

fn key(system: &str, name: &str) -> String {
    format!("{system} {name}")
}

/// What became of a package of `rpm`, `dpkg` or `apk`.
pub(crate) fn state(world: &dyn World, system: &str, name: &str) -> Option<Change> {
    match world.state(&key(system, name))?.as_str() {
        "installed" => Some(Change::Installed),
        _ => Some(Change::Removed),
    }
}

/// Answers whether anything became of any package.
pub(crate) fn any(world: &dyn World, system: &str) -> bool {
    world.state(system).is_some()
}

/// Notes what became of a package.
pub(crate) fn set(world: &dyn World, system: &str, name: &str, change: Change) -> Result<(), String> {
    if !is_all(world, system) {
        world.set_state(system, Some("changed"))?;
    }
    world.set_state(&key(system, name), Some(if change == Change::Installed { "installed" } else { "removed" }))
}

/// Forgets what became of a package, as the database holds it now.
pub(crate) fn clear(world: &dyn World, system: &str, name: &str) -> Result<(), String> {
    if state(world, system, name).is_none() {
        return Ok(());
    }
    world.set_state(&key(system, name), None)
}

/// Says that any package may have changed.
pub(crate) fn set_all(world: &dyn World, system: &str) -> Result<(), String> {
    world.set_state(system, Some("all"))
}

/// Answers whether any package may have changed.
pub(crate) fn is_all(world: &dyn World, system: &str) -> bool {
    world.state(system).is_some_and(|it| it == "all")
}
