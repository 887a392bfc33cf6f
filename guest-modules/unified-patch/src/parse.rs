//! Reads a text into what it says of each file. What stands between patches (mails, logs, quotes) is passed over, and what looks like a part of a
//! patch there is refused: it would be lost silently.

use gnu_patch::Span;

use crate::{
    Dialect, Refusal, Rule,
    header::{self, is_plain},
    hunk,
    model::FilePatch,
};

/// The lines of a text.
pub(crate) struct Lines<'a> {
    pub(crate) text: &'a [u8],
    bounds: Vec<(usize, usize)>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Lines<'a> {
        let mut bounds = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let length = text[at..].iter().position(|it| *it == b'\n').unwrap_or(text.len() - at);
            bounds.push((at, at + length));
            at += length + 1;
        }
        Lines { text, bounds, at: 0 }
    }

    /// A line ahead, without its end.
    pub(crate) fn ahead(&self, count: usize) -> Option<&'a [u8]> {
        self.bounds.get(self.at + count).map(|(from, to)| &self.text[*from..*to])
    }

    pub(crate) fn peek(&self) -> Option<&'a [u8]> {
        self.ahead(0)
    }

    /// The place of the next line.
    pub(crate) fn span(&self) -> Span {
        let (start, end) = self.bounds.get(self.at).copied().unwrap_or((self.text.len(), self.text.len()));
        Span { start, end, newline: true }
    }

    pub(crate) fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.at += 1;
        Some(line)
    }

    /// The number of the next line, from 1.
    pub(crate) fn number(&self) -> usize {
        self.at + 1
    }
}

/// Reads a patch.
pub(crate) fn parse(text: &[u8], dialect: Dialect) -> Result<Vec<FilePatch>, Refusal> {
    let mut lines = Lines::of(text);
    let mut patches = Vec::new();
    while let Some(line) = lines.peek() {
        let number = lines.number();
        let mut patch = if line.starts_with(b"diff --git ") {
            header::git(&mut lines)?
        } else if is_plain(&lines) {
            header::plain(&mut lines)?
        } else {
            noise(&lines, number)?;
            lines.next();
            continue;
        };
        if patch.returns && dialect == Dialect::Git {
            return Err(Refusal::new(Rule::Malformed, number, "the patch's own lines end with a carriage return: it was converted on its way; without `--strict` they are taken off"));
        }
        if patch.binary.is_none() {
            patch.hunks = hunk::all(&mut lines, patch.returns)?;
        }
        header::agrees(&mut patch)?;
        patches.push(patch);
    }
    if !text.ends_with(b"\n") && !text.is_empty() && ends_in_hunk(&lines) {
        return Err(Refusal::new(Rule::Malformed, lines.number() - 1, "the patch ends within a line: it was cut off"));
    }
    if patches.is_empty() {
        return Err(Refusal::new(Rule::Malformed, None, "there is no patch in it: no `--- ` and `+++ ` lines with hunks, and no `diff --git`"));
    }
    Ok(patches)
}

/// Answers whether the last line could be one of a hunk or of a header.
fn ends_in_hunk(lines: &Lines<'_>) -> bool {
    const HEADERS: [&[u8]; 10] = [b"@@ ", b"diff --git ", b"old mode ", b"new mode ", b"new file mode ", b"deleted file mode ", b"rename ", b"copy ", b"index ", b"similarity "];
    let last = lines.bounds.last().map_or(&[][..], |(from, to)| &lines.text[*from..*to]);
    matches!(last.first(), Some(b' ' | b'+' | b'-')) && last.trim_ascii_end() != b"--" || HEADERS.iter().any(|it| last.starts_with(it))
}

/// Refuses what would be a part of a patch if it stood elsewhere.
fn noise(lines: &Lines<'_>, number: usize) -> Result<(), Refusal> {
    let line = lines.peek().unwrap_or_default();
    if line.starts_with(b"@@ ") || line.starts_with(b"@@@") {
        let text = "a hunk stands here without the name of its file, or with a header that is not `@@ -LINE,COUNT +LINE,COUNT @@`";
        return Err(Refusal::new(Rule::Malformed, number, text));
    }
    if line.starts_with(b"GIT binary patch") || line.starts_with(b"Binary files ") && line.trim_ascii_end().ends_with(b" differ") {
        return Err(Refusal::new(Rule::Binary, number, "a binary file is named and its bytes are not in the patch: make it with `git diff --binary`"));
    }
    if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
        return Err(Refusal::new(Rule::Unsupported, number, "a combined diff of a merge shows a change and is none: make it against one parent"));
    }
    if line.starts_with(b"*** ") && lines.ahead(1).is_some_and(|it| it.starts_with(b"--- ")) && lines.ahead(2).is_some_and(|it| it.starts_with(b"********")) {
        return Err(Refusal::new(Rule::Unsupported, number, "a context diff is not taken: make a unified one with `diff -u`"));
    }
    if line.starts_with(b"*** Begin Patch") || line.starts_with(b"*** Update File:") {
        return Err(Refusal::new(Rule::Unsupported, number, "this form of patch has no line numbers and is not taken: make a unified one with `git diff`"));
    }
    Ok(())
}
