//! One remark on a change.

/// How grave a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Refuses the fix.
    Error,
}

impl Level {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// One remark of a validator, or of the host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// What is wrong, in kebab-case.
    pub code: String,
    /// How grave.
    pub level: Level,
    /// The path that it is about.
    pub path: Option<Vec<u8>>,
    /// The line of the file.
    pub line: Option<u32>,
    /// In words.
    pub message: String,
    /// Who says so.
    pub validator: String,
}
