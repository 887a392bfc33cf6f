//! Where lines go: standard output, an edited file, files of `w`. A last line without its newline gets one as soon as
//! something follows.

/// Bytes of one place, and whether the last line lacks its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    lacks_end: bool,
}

impl Output {
    /// Ends a line that lacks its end.
    pub(crate) fn settle(&mut self, end: u8) {
        if std::mem::take(&mut self.lacks_end) {
            self.bytes.push(end);
        }
    }

    /// Writes text as it is.
    pub(crate) fn raw(&mut self, text: &[u8], end: u8) {
        self.settle(end);
        self.bytes.extend_from_slice(text);
    }

    /// Writes the text of `i` or `c`, which ends as lines do.
    pub(crate) fn text(&mut self, text: &[u8], end: u8) {
        match text.strip_suffix(b"\n") {
            Some(line) => self.line(line, true, end),
            None => self.settle(end),
        }
    }

    /// Writes a line, ended only where the input's was.
    pub(crate) fn line(&mut self, text: &[u8], ended: bool, end: u8) {
        self.raw(text, end);
        if ended {
            self.bytes.push(end);
        } else {
            self.lacks_end = true;
        }
    }

    /// Takes what was written, and keeps the state of the last line.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
