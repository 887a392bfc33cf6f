//! A tree in memory.

use std::collections::BTreeMap;

use super::Laid;

/// Names to what lies there; folders are those that files need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World(pub BTreeMap<String, Laid>);

impl World {
    /// The tree as text.
    pub fn shown(&self) -> String {
        self.0
            .iter()
            .map(|(name, laid)| match laid {
                Laid::File(bytes, mode) => format!("file {name} {mode:o} {}\n", bytes.escape_ascii()),
                Laid::Link(target) => format!("link {name} {}\n", target.escape_ascii()),
                Laid::Folder(_) => String::new(),
            })
            .collect()
    }
}
