//! Records: where one ends in a text, by RS.

use std::rc::Rc;

use crate::{Dialect, Trouble, pattern::Pattern};

/// How records are parted.
#[derive(Clone, Debug)]
pub(crate) enum Separator {
    Byte(u8),
    /// Empty lines.
    Paragraph,
    Pattern(Rc<Pattern>),
}

/// A text that is read record by record.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) text: Rc<[u8]>,
    pub(crate) at: usize,
    /// The end of a record may have been met only because the text ends.
    pub(crate) met_end: bool,
}

/// A record: where it is, and what parted it from the next one.
pub(crate) struct Record {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) ended: usize,
}

impl Reader {
    pub(crate) fn new(text: Vec<u8>) -> Reader {
        Reader { text: Rc::from(text), at: 0, met_end: false }
    }

    pub(crate) fn next(&mut self, separator: &Separator, dialect: Dialect) -> Result<Option<Record>, Trouble> {
        let text = self.text.clone();
        if let Separator::Paragraph = separator {
            while text.get(self.at) == Some(&b'\n') {
                self.at += 1;
            }
        }
        if self.at >= text.len() {
            self.met_end = true;
            return Ok(None);
        }
        let from = self.at;
        let (to, ended) = match separator {
            Separator::Byte(byte) => match text[from..].iter().position(|it| it == byte) {
                Some(at) => (from + at, from + at + 1),
                None => (text.len(), text.len()),
            },
            Separator::Paragraph => match text[from..].windows(2).position(|it| it == b"\n\n") {
                Some(at) => {
                    let more = text[from + at..].iter().take_while(|it| **it == b'\n').count();
                    (from + at, from + at + more)
                }
                None if text.ends_with(b"\n") => (text.len() - 1, text.len()),
                None => (text.len(), text.len()),
            },
            Separator::Pattern(pattern) => self.by_pattern(&text, pattern, dialect)?,
        };
        self.met_end |= ended == text.len();
        self.at = ended;
        Ok(Some(Record { from, to, ended }))
    }

    fn by_pattern(&self, text: &[u8], pattern: &Pattern, _: Dialect) -> Result<(usize, usize), Trouble> {
        // An anchor is about the record, not about the whole text.
        let rest = &text[self.at..];
        let mut from = 0;
        loop {
            match pattern.find(rest, from)? {
                Some((start, end)) if end > start => return Ok((self.at + start, self.at + end)),
                Some((start, _)) if start < rest.len() => from = start + 1,
                _ => return Ok((text.len(), text.len())),
            }
        }
    }
}
