//! The steps of a path into a file.

use std::fmt;

/// One step: a name, or a place in a list, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The member, section, element or key of that name.
    Name(String),
    /// The item of that number.
    Index(usize),
}

impl Key {
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Key::Name(name) => Some(name),
            Key::Index(_) => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Name(name) => to.write_str(name),
            Key::Index(index) => write!(to, "{index}"),
        }
    }
}

/// A path as messages show it.
pub(crate) fn shown(path: &[Key]) -> String {
    path.iter().map(Key::to_string).collect::<Vec<_>>().join(".")
}
