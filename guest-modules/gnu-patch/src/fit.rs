//! Fits hunks that are read already into a content, as a run of patch(1) with `--force` does: with offsets and fuzz, in order. For callers
//! that keep the files themselves.

use crate::{
    apply::{Output, Trouble},
    content::Content,
    locate::{MOST, Pattern, Search},
    model::Hunk,
};

/// Where a hunk was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line of the old content that it begins at, counted from 1.
    pub line: i64,
    /// How far that is off the line which the hunk names.
    pub offset: i64,
    /// Lines of context that were left out on either side.
    pub fuzz: i64,
}

/// What became of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The new content.
    pub bytes: Vec<u8>,
    /// Where each hunk was put.
    pub places: Vec<Place>,
}

/// Why a hunk can't be put anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Its old lines are nowhere; the line where they were looked for first.
    Nowhere(i64),
    /// It belongs before a hunk that was put already.
    Misordered,
    /// Its sides do not agree about the context.
    OutOfSync,
    /// A line without an end would stand in the middle: what GNU patch makes of that differs from case to case.
    Glued,
    /// More comparisons were needed than one run may make.
    Exhausted,
}

/// Fits hunks into a content with at most `most_fuzz` lines of context left out; else the number of the first hunk that does not fit, from 0.
pub fn fit(text: &[u8], hunks: &[Hunk], content: Vec<u8>, most_fuzz: i64) -> Result<Fitted, (usize, Misfit)> {
    let content = Content::of(content, false);
    let (mut output, mut offset, mut left) = (Output::default(), 0, MOST);
    let mut places = Vec::with_capacity(hunks.len());
    for (number, hunk) in hunks.iter().enumerate() {
        let pattern = Pattern::of(hunk, text, &content);
        let guess = hunk.first.saturating_add(offset);
        let mut fuzz = 0;
        let line = loop {
            let mut search = Search { content: &content, frozen: output.frozen, offset, left: &mut left };
            let found = search.locate(hunk, &pattern, fuzz);
            offset = search.offset;
            match found {
                Some(line) => break line,
                None if left == 0 => return Err((number, Misfit::Exhausted)),
                None if fuzz >= most_fuzz.min(hunk.context()) => return Err((number, Misfit::Nowhere(guess))),
                None => fuzz += 1,
            }
        };
        output.apply(hunk, text, &content, line).map_err(|trouble| {
            let why = match trouble {
                Trouble::Misordered => Misfit::Misordered,
                Trouble::OutOfSync(..) => Misfit::OutOfSync,
                Trouble::NoBytes => Misfit::Glued,
            };
            (number, why)
        })?;
        places.push(Place { line, offset, fuzz });
    }
    let last = hunks.len().saturating_sub(1);
    output.rest(&content).map_err(|_| (last, Misfit::Misordered))?;
    if output.glued {
        return Err((last, Misfit::Glued));
    }
    Ok(Fitted { bytes: output.bytes, places })
}
