//! The lines of a patch: without its indentation, its RFC 934 dashes, its carriage returns and its comments.

use crate::model::Span;

/// What is taken off a line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dress {
    pub(crate) indent: usize,
    pub(crate) nesting: usize,
    pub(crate) returns: bool,
    /// Lines that begin with `#` are left out.
    pub(crate) no_comments: bool,
}

/// A place in a patch.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    /// Lines that were read.
    pub(crate) line: i64,
    /// Whether the last line had no end, which is told.
    pub(crate) cut: bool,
}

impl<'a> Reader<'a> {
    /// Reads a line.
    pub(crate) fn next(&mut self, dress: Dress) -> Option<Span> {
        loop {
            if self.at >= self.text.len() {
                return None;
            }
            let start = undressed(self.text, self.at, dress)?;
            let rest = &self.text[start..];
            let Some(length) = rest.iter().position(|it| *it == b'\n') else {
                // A last line without an end does not count.
                self.cut = true;
                self.at = self.text.len();
                return None;
            };
            let mut end = start + length;
            self.at = end + 1;
            self.line += 1;
            if dress.no_comments && self.text.get(start) == Some(&b'#') {
                continue;
            }
            if dress.returns && end > start && self.text[end - 1] == b'\r' {
                end -= 1;
            }
            return Some(Span { start, end, newline: true });
        }
    }

    /// Passes over a `\ No newline at end of file`, and answers whether it stood there.
    pub(crate) fn incomplete(&mut self) -> bool {
        if self.text.get(self.at) != Some(&b'\\') {
            return false;
        }
        let rest = &self.text[self.at..];
        self.at += rest.iter().position(|it| *it == b'\n').map_or(rest.len(), |it| it + 1);
        true
    }

    /// Takes what is to be told of a last line without an end.
    pub(crate) fn told(&mut self) -> Vec<String> {
        let cut = std::mem::take(&mut self.cut);
        if cut { vec!["patch unexpectedly ends in middle of line\n".to_owned()] } else { Vec::new() }
    }
}

/// The place of a line's first byte behind indentation and dashes; none where the text ends before.
fn undressed(text: &[u8], from: usize, dress: Dress) -> Option<usize> {
    let (mut at, mut column) = (from, 0);
    while column < dress.indent {
        match text.get(at)? {
            b' ' | b'X' => column += 1,
            b'\t' => column = (column + 8) & !7,
            _ => break,
        }
        at += 1;
    }
    for _ in 0..dress.nesting {
        if text.get(at..at + 2) != Some(b"- ") {
            break;
        }
        at += 2;
    }
    (at < text.len()).then_some(at)
}
