//! What a rollback planner says of extended attributes and inode flags, beside the steps of its plan.

use std::collections::BTreeMap;

use super::{
    bindings::wit::{files, restore},
    state::State,
    stop::Stop,
    wire,
};
use crate::tree::Attributes;

/// Most paths that one plan may restore (WIT: `restore`).
const MOST_PATHS: usize = 10_000;

/// Extended attributes and flags that a path is to have after a rollback, by path.
pub(crate) type Restorations = BTreeMap<Vec<u8>, Attributes>;

impl restore::Host for State {
    fn attributes(&mut self, path: Vec<u8>, attributes: Vec<restore::ExtendedAttribute>, flags: files::InodeFlags) -> wasmtime::Result<()> {
        let bytes = path.len() + attributes.iter().map(|it| it.name.len() + it.value.len() + 16).sum::<usize>();
        self.charge(bytes)?;
        if self.restorations.len() >= MOST_PATHS {
            return Err(wasmtime::Error::new(Stop::Answer { what: "paths to restore", found: MOST_PATHS + 1, most: MOST_PATHS }));
        }
        let named = attributes.into_iter().map(|it| (it.name, it.value)).collect();
        self.restorations.insert(path, Attributes { named, flags: wire::flags(flags) });
        Ok(())
    }
}
