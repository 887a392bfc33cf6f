//! Fields: how a text is parted, by FS, FPAT or FIELDWIDTHS.

use std::rc::Rc;

use gnu_regex::decode;

use crate::{Dialect, Trouble, pattern::Pattern};

/// How a text is parted.
#[derive(Clone, Debug)]
pub(crate) enum Splitter {
    /// By blanks, those at both ends aside.
    Blanks,
    Byte(Vec<u8>),
    /// Each letter.
    Letters,
    Pattern(Rc<Pattern>),
    /// A pattern for split() in gawk's paragraphs with blanks as FS: blanks at the beginning are left out, and a separator at the
    /// very end has no field behind it.
    InParagraph(Rc<Pattern>),
    /// What matches is a field (FPAT).
    Contents(Rc<Pattern>),
    /// Letters to skip and to take (FIELDWIDTHS); none takes the rest.
    Widths(Vec<(usize, Option<usize>)>),
}

/// A field's place.
pub(crate) type Place = (usize, usize);

/// Parts a text: the fields, and what stood between them, before the first and behind the last.
pub(crate) struct Parts {
    pub(crate) fields: Vec<Place>,
    pub(crate) between: Vec<Place>,
}

impl Splitter {
    pub(crate) fn split(&self, text: &[u8], dialect: Dialect) -> Result<Parts, Trouble> {
        if text.is_empty() {
            return Ok(Parts { fields: Vec::new(), between: Vec::new() });
        }
        match self {
            Splitter::Blanks => Ok(blanks(text)),
            Splitter::Byte(byte) => separated(text, 0, |text, from| {
                let rest = &text[from..];
                Ok(rest.windows(byte.len()).position(|it| it == byte).map(|at| (from + at, from + at + byte.len())))
            }),
            Splitter::Letters => Ok(letters(text, dialect)),
            Splitter::Pattern(pattern) => separated(text, 0, |text, from| separator(pattern, text, from)),
            Splitter::InParagraph(pattern) => {
                let begin = text.iter().take_while(|it| is_blank(**it)).count();
                let mut parts = separated(text, begin, |text, from| separator(pattern, text, from))?;
                if parts.fields.last().is_some_and(|it| it.0 == it.1) {
                    parts.fields.pop();
                }
                Ok(parts)
            }
            Splitter::Contents(pattern) => contents(text, pattern),
            Splitter::Widths(widths) => Ok(by_width(text, widths, dialect)),
        }
    }
}

/// The next match that is not empty.
fn separator(pattern: &Pattern, text: &[u8], mut from: usize) -> Result<Option<Place>, Trouble> {
    loop {
        match pattern.find(text, from)? {
            Some((start, end)) if end > start => return Ok(Some((start, end))),
            Some((start, _)) if start < text.len() => from = start + 1,
            _ => return Ok(None),
        }
    }
}

fn separated(text: &[u8], mut from: usize, mut next: impl FnMut(&[u8], usize) -> Result<Option<Place>, Trouble>) -> Result<Parts, Trouble> {
    let (mut fields, mut between) = (Vec::new(), Vec::new());
    while let Some((start, end)) = next(text, from)? {
        fields.push((from, start));
        between.push((start, end));
        from = end;
    }
    fields.push((from, text.len()));
    Ok(Parts { fields, between })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

fn blanks(text: &[u8]) -> Parts {
    let (mut fields, mut between) = (Vec::new(), Vec::new());
    let mut at = 0;
    loop {
        let start = at;
        while text.get(at).is_some_and(|it| is_blank(*it)) {
            at += 1;
        }
        between.push((start, at));
        if at >= text.len() {
            break;
        }
        let start = at;
        while text.get(at).is_some_and(|it| !is_blank(*it)) {
            at += 1;
        }
        fields.push((start, at));
    }
    Parts { fields, between }
}

fn length(text: &[u8], at: usize, dialect: Dialect) -> usize {
    if dialect == Dialect::Mawk { 1 } else { decode(text, at).map_or(1, |it| it.1) }
}

fn letters(text: &[u8], dialect: Dialect) -> Parts {
    let (mut fields, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let end = at + length(text, at, dialect);
        fields.push((at, end));
        at = end;
    }
    let between = fields.iter().skip(1).map(|it| (it.0, it.0)).collect();
    Parts { fields, between }
}

/// Fields by what they look like: an empty one only where the pattern can be empty and no other ends there (`info gawk`,
/// "Splitting By Content").
fn contents(text: &[u8], pattern: &Pattern) -> Result<Parts, Trouble> {
    let (mut fields, mut between) = (Vec::new(), Vec::new());
    let (mut at, mut gap) = (0, 0);
    while at <= text.len() {
        let Some((start, end)) = pattern.find(text, at)? else { break };
        if end == start {
            return Err(Trouble::Unmodelled("an FPAT that matches nothing is not modelled".to_owned()));
        }
        between.push((gap, start));
        fields.push((start, end));
        gap = end;
        at = end;
    }
    between.push((gap, text.len()));
    Ok(Parts { fields, between })
}

fn by_width(text: &[u8], widths: &[(usize, Option<usize>)], dialect: Dialect) -> Parts {
    let (mut fields, mut at) = (Vec::new(), 0);
    for (skip, width) in widths {
        let walk = |mut at: usize, many: usize| {
            for _ in 0..many {
                if at >= text.len() {
                    break;
                }
                at += length(text, at, dialect);
            }
            at
        };
        at = walk(at, *skip);
        if at >= text.len() {
            break;
        }
        let end = width.map_or(text.len(), |it| walk(at, it));
        fields.push((at, end));
        at = end;
    }
    Parts { fields, between: Vec::new() }
}
