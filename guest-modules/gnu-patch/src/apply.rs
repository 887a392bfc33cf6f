//! Carries a hunk out: the lines before it are given out, then its new ones; context is given out as the file has it.

use crate::{
    content::Content,
    model::{Hunk, Line, Mark},
};

/// A file that is being made.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    /// The last line of the old file that was given out.
    pub(crate) frozen: i64,
    /// Whether a line of the patch came behind one without an end; what GNU patch makes of that differs from case to case.
    pub(crate) glued: bool,
}

/// Why a hunk could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Hunks overlap: the text would be garbled.
    Misordered,
    /// The sides of the hunk do not fit together, from these lines on (counted from 0).
    OutOfSync(usize, usize),
    /// A line is empty and has no end: patch takes that for an error of writing.
    NoBytes,
}

impl Output {
    /// Carries out a hunk whose first old line is that of `place`.
    pub(crate) fn apply(&mut self, hunk: &Hunk, text: &[u8], content: &Content, place: i64) -> Result<(), Trouble> {
        let before = place - 1;
        let (mut old, mut new) = (0, 0);
        while old < hunk.old.len() {
            let given = before + old as i64;
            match (hunk.old[old].mark, hunk.new.get(new).map(|it| it.mark)) {
                (Mark::Remove, _) => {
                    self.copy(content, given)?;
                    self.frozen += 1;
                    old += 1;
                }
                (_, None) => break,
                (_, Some(Mark::Add)) => {
                    self.copy(content, given)?;
                    self.line(hunk.new[new], text)?;
                    new += 1;
                }
                (Mark::Change, Some(Mark::Change)) => {
                    self.copy(content, given)?;
                    while hunk.old.get(old).is_some_and(|it| it.mark == Mark::Change) {
                        self.frozen += 1;
                        old += 1;
                    }
                    while hunk.new.get(new).is_some_and(|it| it.mark == Mark::Change) {
                        self.line(hunk.new[new], text)?;
                        new += 1;
                    }
                }
                (one, Some(other)) if one == other => {
                    old += 1;
                    new += 1;
                }
                _ => return Err(Trouble::OutOfSync(old, new)),
            }
        }
        if hunk.new.get(new).is_some_and(|it| it.mark == Mark::Add) {
            self.copy(content, before + old as i64)?;
            while let Some(line) = hunk.new.get(new).filter(|it| it.mark == Mark::Add) {
                self.line(*line, text)?;
                new += 1;
            }
        }
        Ok(())
    }

    /// Gives out the old file up to a line.
    fn copy(&mut self, content: &Content, to: i64) -> Result<(), Trouble> {
        if self.frozen > to {
            return Err(Trouble::Misordered);
        }
        let lines = content.lines(self.frozen, to);
        self.end_line(!lines.is_empty());
        self.bytes.extend_from_slice(lines);
        self.frozen = to;
        Ok(())
    }

    /// Gives out the rest of the old file.
    pub(crate) fn rest(&mut self, content: &Content) -> Result<(), Trouble> {
        if self.frozen < content.count() { self.copy(content, content.count()) } else { Ok(()) }
    }

    fn line(&mut self, line: Line, text: &[u8]) -> Result<(), Trouble> {
        if line.text.start == line.text.end && !line.text.newline {
            return Err(Trouble::NoBytes);
        }
        self.glued |= self.bytes.last().is_some_and(|it| *it != b'\n');
        self.end_line(true);
        self.bytes.extend_from_slice(line.text.of(text));
        if line.text.newline {
            self.bytes.push(b'\n');
        }
        Ok(())
    }

    /// What follows a line without an end begins a new line.
    fn end_line(&mut self, follows: bool) {
        if follows && self.bytes.last().is_some_and(|it| *it != b'\n') {
            self.bytes.push(b'\n');
        }
    }
}
