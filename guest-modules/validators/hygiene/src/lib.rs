//! Remarks on how a change was made, whatever it is about: what is surely harm is an error and refuses the fix, what is probably
//! not meant is a warning.

mod accounts;
mod files;
mod lines;

use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, Finding, Note, NoteLevel, Remediation},
    },
};

struct Hygiene;

impl Guest for Hygiene {
    fn check(_: Finding, _: &Tree) -> Result<Standing, ValidateError> {
        Ok(Standing::Unknown("hygiene judges changes, not findings".to_owned()))
    }

    fn review(
        _: Option<Finding>,
        _: Option<Remediation>,
        before: &Tree,
        after: &Tree,
        changes: Vec<Change>,
        _: Vec<Effect>,
    ) -> Result<Vec<Note>, ValidateError> {
        validator::log_panics();
        let mut notes = Vec::new();
        for change in &changes {
            let view = View {
                path: String::from_utf8_lossy(&change.path).into_owned(),
                change,
                before: text(before, change, true),
                after: text(after, change, false),
            };
            files::review(&view, &mut notes);
            lines::review(&view, &mut notes);
            accounts::review(&view, &mut notes);
        }
        notes.truncate(1000);
        Ok(notes)
    }
}

/// One change with its texts.
struct View<'a> {
    path: String,
    change: &'a Change,
    before: Option<String>,
    after: Option<String>,
}

/// Most bytes of a text that is looked into.
const MOST_BYTES: usize = 4 << 20;

/// The text of a path; none where there is none, or where it is no text.
fn text(tree: &Tree, change: &Change, was: bool) -> Option<String> {
    let state = if was { &change.before } else { &change.after };
    state.as_ref().filter(|it| !it.sha256.is_empty())?;
    let mut bytes = Vec::new();
    loop {
        let piece = tree.read(&change.path, bytes.len() as u64, 1 << 20).ok()?;
        if piece.is_empty() {
            return String::from_utf8(bytes).ok();
        }
        bytes.extend(piece);
        if bytes.len() > MOST_BYTES {
            return None;
        }
    }
}

impl View<'_> {
    fn note(&self, code: &str, level: NoteLevel, line: Option<usize>, message: impl Into<String>) -> Note {
        Note { code: code.to_owned(), level, path: Some(self.change.path.clone()), line: line.and_then(|it| u32::try_from(it).ok()), message: message.into() }
    }

    /// Lines that the text after has more often than the text before, with their numbers.
    fn added(&self) -> Vec<(usize, &str)> {
        let mut had: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for line in self.before.as_deref().unwrap_or_default().lines() {
            *had.entry(line).or_default() += 1;
        }
        let mut added = Vec::new();
        for (number, line) in self.after.as_deref().unwrap_or_default().lines().enumerate() {
            match had.get_mut(line) {
                Some(count) if *count > 0 => *count -= 1,
                _ => added.push((number + 1, line)),
            }
        }
        added
    }
}

validator::export!(Hygiene with_types_in invitro_sdk::validator);
