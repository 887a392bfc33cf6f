//! Reads hunks, whatever their form.

use crate::{
    context,
    model::{Fatal, FilePatch, Hunk, Kind, Span},
    normal, number,
    reader::{Dress, Reader},
    unified,
};

/// How the hunks of one patch are read.
pub(crate) struct Source<'r, 'a> {
    pub(crate) reader: &'r mut Reader<'a>,
    pub(crate) dress: Dress,
}

/// A hunk, or none where something else follows.
pub(crate) type Answer<T = ()> = Result<T, Vec<u8>>;

impl<'a> Source<'_, 'a> {
    pub(crate) fn next(&mut self) -> Option<Span> {
        self.reader.next(self.dress)
    }

    pub(crate) fn text(&self, line: Span) -> &'a [u8] {
        line.of(self.reader.text)
    }

    /// Number of the line that was read last.
    pub(crate) fn number(&self) -> i64 {
        self.reader.line
    }

    /// The line can't be part of a hunk.
    pub(crate) fn malformed(&self, line: &[u8]) -> Vec<u8> {
        self.wrong(&format!("malformed patch at line {}: ", self.number()), line)
    }

    pub(crate) fn wrong(&self, what: &str, line: &[u8]) -> Vec<u8> {
        [what.as_bytes(), line, b"\n"].concat()
    }

    /// Reads the number of a line.
    pub(crate) fn line_number<'t>(&self, text: &'t [u8], whole: &[u8]) -> Answer<(i64, &'t [u8])> {
        if !text.first().is_some_and(u8::is_ascii_digit) {
            return Err(self.wrong(&format!("missing line number at line {}: ", self.number()), whole));
        }
        number::read(text).map_err(|digits| {
            let digits = String::from_utf8_lossy(digits);
            self.wrong(&format!("line number {digits} is too large at line {}: ", self.number()), whole)
        })
    }

    /// Takes the newline off a line that has none in its file, when it is the last one of its side.
    pub(crate) fn ended(&mut self, mut text: Span, last: bool) -> Span {
        text.newline &= !(last && self.reader.incomplete());
        text
    }
}

/// Reads all hunks of a patch.
pub(crate) fn all(reader: &mut Reader<'_>, patch: &mut FilePatch, nesting: usize) {
    let dress = Dress { indent: patch.indent, nesting, returns: patch.strips_returns, no_comments: false };
    loop {
        let mut source = Source { reader, dress };
        let begin = (source.reader.at, source.reader.line);
        let read = match patch.kind {
            Kind::Unified => unified::hunk(&mut source),
            Kind::Context | Kind::NewContext => context::hunk(&mut source, &mut patch.kind),
            Kind::Normal => normal::hunk(&mut source),
            Kind::Ed | Kind::GitBinary => Ok(None),
        };
        let said = reader.told();
        match read {
            Ok(Some(hunk)) => patch.hunks.push(Hunk { said, ..hunk }),
            Ok(None) => {
                (reader.at, reader.line) = begin;
                return;
            }
            Err(message) => {
                patch.fatal = Some(Fatal { message, said });
                return;
            }
        }
    }
}
