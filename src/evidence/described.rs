//! A change with its origin and its text.

use crate::{
    diff::{self, Change},
    guest::Ledger,
    tree::Tree,
};

/// A change as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// What changed.
    pub change: Change,
    /// `fix`, or `model:<command>` where a command model wrote it.
    pub origin: String,
    /// Unified hunks; none where there is no text to show.
    pub diff: Option<String>,
    /// Whether the text is withheld since the path bears secrets.
    pub withheld: bool,
}

/// Describes changes.
pub fn describe(before: &Tree, after: &Tree, ledger: &Ledger, changes: Vec<Change>) -> Vec<Described> {
    changes
        .into_iter()
        .map(|change| {
            let read = |tree: &Tree, there: bool| if there { tree.read_all(&change.path).map(|it| it.to_vec()).ok() } else { Some(Vec::new()) };
            let state = |it: &Option<diff::FileState>| it.as_ref().is_some_and(|it| it.sha256.is_some());
            let (was, is) = (state(&change.before), state(&change.after));
            let texts = read(before, was).zip(read(after, is));
            let key = texts.as_ref().is_some_and(|(a, b)| [a, b].into_iter().any(|it| !diff::secrets(it).is_empty()));
            let withheld = (was || is) && (key || diff::is_secret(&change.path));
            let diff = texts.filter(|_| !withheld).and_then(|(a, b)| diff::unified(&a, &b)).filter(|it| !it.is_empty());
            let origin = ledger.model_writes.get(&change.path).map_or("fix".to_owned(), |command| format!("model:{command}"));
            Described { change, origin, diff, withheld }
        })
        .collect()
}
