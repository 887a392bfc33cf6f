//! A change with its origin and its text.

use crate::{
    diff::{self, Change, Steps},
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

/// Steps of all comparisons of one report together: seconds, whatever a fix wrote.
const MOST_STEPS: usize = 64_000_000;
/// Bytes of all differences that one report shows: more than anybody reads, and less than a machine feels.
const MOST_SHOWN: usize = 16 << 20;

/// Describes changes, and counts those whose differences had no more room.
pub fn describe(before: &Tree, after: &Tree, ledger: &Ledger, changes: Vec<Change>) -> (Vec<Described>, usize) {
    let (mut steps, mut room, mut omitted) = (Steps(MOST_STEPS), MOST_SHOWN, 0);
    let mut fits = |text: String| match room.checked_sub(text.len()) {
        Some(left) => {
            room = left;
            Some(text)
        }
        None => {
            omitted += 1;
            None
        }
    };
    let described = changes
        .into_iter()
        .map(|change| {
            let read = |tree: &Tree, there: bool| if there { tree.read_all(&change.path).map(|it| it.to_vec()).ok() } else { Some(Vec::new()) };
            let state = |it: &Option<diff::FileState>| it.as_ref().is_some_and(|it| it.sha256.is_some());
            let (was, is) = (state(&change.before), state(&change.after));
            let texts = read(before, was).zip(read(after, is));
            let key = texts.as_ref().is_some_and(|(a, b)| [a, b].into_iter().any(|it| !diff::secrets(it).is_empty()));
            let withheld = (was || is) && (key || diff::is_secret(&change.path));
            let diff = texts.filter(|_| !withheld).and_then(|(a, b)| diff::unified_within(&a, &b, &mut steps)).filter(|it| !it.is_empty()).and_then(&mut fits);
            let origin = ledger.model_writes.get(&change.path).map_or("fix".to_owned(), |command| format!("model:{command}"));
            Described { change, origin, diff, withheld }
        })
        .collect();
    (described, omitted)
}
