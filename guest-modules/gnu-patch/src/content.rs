//! The lines of the file that is patched, and where each stands: equal lines have equal numbers, so that a search compares numbers.

use std::collections::HashMap;

/// A file's content by lines.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    /// Where each line begins, and the end of the last one.
    bounds: Vec<usize>,
    /// The number of each line's text.
    ids: Vec<u32>,
    /// The number of a text; the text is that of the line it was first seen in.
    known: HashMap<Vec<u8>, u32>,
    /// The lines of each number, in order.
    places: Vec<Vec<u32>>,
    /// Whether blanks count as one and those at the end as none.
    loose: bool,
}

/// A text that no line has.
pub(crate) const NOWHERE: u32 = u32::MAX;

impl Content {
    /// Takes a file apart. Of more lines than 32 bits hold none is found.
    pub(crate) fn of(bytes: Vec<u8>, loose: bool) -> Content {
        let mut content = Content { bytes, bounds: vec![0], ids: Vec::new(), known: HashMap::new(), places: Vec::new(), loose };
        let mut at = 0;
        while at < content.bytes.len() {
            let rest = &content.bytes[at..];
            at += rest.iter().position(|it| *it == b'\n').map_or(rest.len(), |it| it + 1);
            content.bounds.push(at);
        }
        for line in 0..content.bounds.len() - 1 {
            let key = key(&content.bytes[content.bounds[line]..content.bounds[line + 1]], loose);
            let next = content.places.len() as u32;
            let id = *content.known.entry(key).or_insert(next);
            if id == next {
                content.places.push(Vec::new());
            }
            content.places[id as usize].push(line as u32 + 1);
            content.ids.push(id);
        }
        content
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> i64 {
        self.ids.len() as i64
    }

    /// The bytes of the lines behind `after` and up to `to`, as far as they are there.
    pub(crate) fn lines(&self, after: i64, to: i64) -> &[u8] {
        let bound = |it: i64| self.bounds[it.clamp(0, self.count()) as usize];
        self.bytes.get(bound(after)..bound(to)).unwrap_or_default()
    }

    /// The number of a line's text.
    pub(crate) fn id(&self, number: i64) -> u32 {
        usize::try_from(number - 1).ok().and_then(|it| self.ids.get(it)).copied().unwrap_or(NOWHERE)
    }

    /// The number of a text.
    pub(crate) fn number_of(&self, text: &[u8]) -> u32 {
        self.known.get(&key(text, self.loose)).copied().unwrap_or(NOWHERE)
    }

    /// The lines that have a text, in order.
    pub(crate) fn places(&self, id: u32) -> &[u32] {
        self.places.get(id as usize).map_or(&[], Vec::as_slice)
    }
}

/// What two lines share that count as equal.
fn key(line: &[u8], loose: bool) -> Vec<u8> {
    if !loose {
        return line.to_vec();
    }
    let mut out = Vec::with_capacity(line.len());
    for byte in line.strip_suffix(b"\n").unwrap_or(line) {
        let blank = matches!(byte, b' ' | b'\t');
        if !blank {
            out.push(*byte);
        } else if out.last() != Some(&b' ') {
            out.push(b' ');
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_count_as_one_where_they_do_not_matter() {
        assert_eq!(key(b"a \t b  \n", true), b"a b");
        assert_eq!(key(b"  a", true), b" a");
        assert_eq!(key(b"a\n", false), b"a\n");
    }
}
