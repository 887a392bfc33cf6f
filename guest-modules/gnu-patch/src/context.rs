//! Hunks of context diffs (`diff -c`; POSIX.1-2017, XCU diff, "Diff -c or -C Output Format"). Lines of context may stand on one side only,
//! and a side that has no changes may be left out: they are filled in from the other.

use crate::{
    hunk::{Answer, Source},
    model::{Hunk, Kind, Line, Mark, Span},
    number::LARGEST,
};

/// One side of a hunk while it is read.
#[derive(Default)]
struct Side {
    first: i64,
    /// Lines that the header tells of.
    count: i64,
    lines: Vec<Line>,
    /// Lines of context that can be taken over to the other side.
    context_lines: i64,
    /// Context before the first change.
    prefix: Option<i64>,
    /// Lines of context since the last change.
    run: i64,
    changes: bool,
}

impl Side {
    fn push(&mut self, mark: Mark, text: Span) {
        if mark == Mark::Context {
            self.context_lines += 1;
            self.run += 1;
        } else {
            self.prefix.get_or_insert(self.run);
            self.run = 0;
        }
        self.changes |= matches!(mark, Mark::Add | Mark::Change);
        self.lines.push(Line { mark, text });
    }

    fn is_last(&self) -> bool {
        self.lines.len() as i64 + 1 == self.count
    }
}

/// Reads a hunk; none where no line of stars stands next.
pub(crate) fn hunk(source: &mut Source<'_, '_>, kind: &mut Kind) -> Answer<Option<Hunk>> {
    let Some(line) = source.next() else { return Ok(None) };
    let text = source.text(line);
    if !text.starts_with(b"********") {
        return Ok(None);
    }
    let stars = text.iter().take_while(|it| **it == b'*').count();
    let function = (text.get(stars) == Some(&b' ')).then_some(Span { start: line.start + stars, ..line });
    let begin = source.number() + 1;
    let mut old = old_header(source)?;
    let separator = old_lines(source, &mut old, begin)?;
    let old_missing = old.lines.is_empty() && old.count > 0;
    let mut new = new_header(source, separator)?;
    let could_be_missing = !old.changes && (new.count == old.context_lines || old.prefix.unwrap_or(old.run) == 0 && old.run == 0 && new.count == 1);
    let separator_line = begin + old.lines.len() as i64 + 1;
    let after = (source.reader.at, source.reader.line);
    let mut old_run = old.run;
    let rest = Rest { could_be_missing, kind: *kind, separator_line };
    let new_missing = !new_lines(source, &mut new, &rest, &mut old_run)?;
    if new_missing {
        (source.reader.at, source.reader.line) = after;
        new.lines.clear();
        new.run = old.run;
    }
    let mangled = || format!("replacement text or line numbers mangled in hunk at line {begin}").into_bytes();
    let (old_prefix, old_suffix) = if old_missing { (None, None) } else { (Some(old.prefix.unwrap_or(old.run)), Some(old_run)) };
    let prefix = match (old_prefix, new.prefix) {
        (Some(old), Some(new)) => old.min(new),
        (one, other) => one.or(other).ok_or_else(mangled)?,
    };
    let suffix = old_suffix.map_or(new.run, |it| it.min(new.run));
    let filled = new_missing && new.count > 0 || old_missing;
    if new_missing && old_missing {
        return Err(mangled());
    }
    if new_missing {
        filled_in(&old, &mut new).ok_or_else(mangled)?;
    } else if !old_missing && old.context_lines != new.context_lines {
        return Err(format!("context mangled in hunk at line {begin}").into_bytes());
    } else if old_missing && old.count == 1 && new.context_lines == 0 {
        // A hunk that only adds, and whose header names the line it adds behind.
        old.first += 1;
        old.count = 0;
    } else if old_missing {
        filled_in(&new, &mut old).ok_or_else(mangled)?;
    }
    if *kind == Kind::Context && (filled || old.first > 1 && prefix + suffix < old.context_lines) {
        *kind = Kind::NewContext;
    }
    let hunk = Hunk { first: old.first, old: old.lines, new_first: new.first, new: new.lines, prefix, suffix, function, line: begin, said: Vec::new() };
    Ok(Some(hunk))
}

/// Fills a side with the context of the other.
fn filled_in(from: &Side, into: &mut Side) -> Option<()> {
    into.lines = from.lines.iter().filter(|it| it.mark == Mark::Context).copied().collect();
    (into.lines.len() as i64 == into.count).then_some(())
}

/// `*** first,last ****`
fn old_header(source: &mut Source<'_, '_>) -> Answer<Side> {
    let Some(line) = source.next() else { return Err(b"unexpected end of file in patch".to_vec()) };
    let text = source.text(line);
    if !text.starts_with(b"*") {
        return Err(source.malformed(text));
    }
    if text.starts_with(b"********") {
        return Err(format!("unexpected end of hunk at line {}", source.number()).into_bytes());
    }
    let mut digits = &text[text.iter().take_while(|it| !it.is_ascii_digit()).count()..];
    if digits.starts_with(b"0,0") {
        digits = &digits[2..];
    }
    range(source, digits, text)
}

fn range(source: &Source<'_, '_>, digits: &[u8], text: &[u8]) -> Answer<Side> {
    let (first, rest) = source.line_number(digits, text)?;
    let mut side = Side { first, ..Side::default() };
    if let Some(rest) = rest.strip_prefix(b",") {
        let digits = &rest[rest.iter().take_while(|it| !it.is_ascii_digit()).count()..];
        let (last, _) = source.line_number(digits, text)?;
        side.count = last.checked_add(1).map(|it| it - first).filter(|it| *it >= 0).ok_or_else(|| source.malformed(text))?;
    } else if first > 0 {
        side.count = 1;
    } else {
        side.first = 1;
    }
    if side.first >= LARGEST - side.count || side.count >= LARGEST - 6 {
        return Err(source.malformed(text));
    }
    Ok(side)
}

/// Lines of the old side, until the separator, which is given.
fn old_lines(source: &mut Source<'_, '_>, side: &mut Side, begin: i64) -> Answer<Span> {
    let mut blank_before_separator = false;
    loop {
        let Some(line) = source.next() else { return Err(b"unexpected end of file in patch".to_vec()) };
        let text = source.text(line);
        match text {
            [b'*', ..] if text.starts_with(b"********") => return Err(format!("unexpected end of hunk at line {}", source.number()).into_bytes()),
            [b'*', ..] => return Err(source.wrong(&format!("unexpected '***' at line {}: ", source.number()), text)),
            [b'-', b'-', ..] => {
                let read = side.lines.len() as i64;
                if read == side.count || read == 0 {
                    return Ok(line);
                }
                let early = if read < side.count && !blank_before_separator { "Premature" } else { "Overdue" };
                return Err(format!("{early} '---' at line {}; check line numbers at line {begin}", source.number()).into_bytes());
            }
            [] | [b'\t', ..] if side.lines.len() as i64 == side.count && !blank_before_separator => blank_before_separator = true,
            _ => {
                let last = side.is_last();
                let (mark, text) = parted(source, line).ok_or_else(|| source.malformed(source.text(line)))?;
                let text = source.ended(text, last && text.start < text.end);
                side.push(mark, text);
            }
        }
    }
}

/// `--- first,last ----`
fn new_header(source: &Source<'_, '_>, line: Span) -> Answer<Side> {
    let text = source.text(line);
    let digits = &text[text.iter().take_while(|it| !it.is_ascii_digit()).count()..];
    range(source, digits, text)
}

/// What the old side says about the lines of the new one.
struct Rest {
    could_be_missing: bool,
    kind: Kind,
    /// Where a second separator is said to be too many.
    separator_line: i64,
}

/// Lines of the new side; false where it is left out.
fn new_lines(source: &mut Source<'_, '_>, side: &mut Side, rest: &Rest, old_run: &mut i64) -> Answer<bool> {
    let mut may_miss = rest.could_be_missing;
    let mut eaten = false;
    while (side.lines.len() as i64) < side.count {
        let last = side.is_last();
        let Some(line) = source.next() else {
            if may_miss {
                return Ok(false);
            }
            if side.count - side.lines.len() as i64 > 3 {
                return Err(b"unexpected end of file in patch".to_vec());
            }
            let end = source.reader.text.len();
            side.push(Mark::Context, Span { start: end, end, newline: true });
            continue;
        };
        let text = source.text(line);
        match text {
            [b'*', ..] if may_miss => return Ok(false),
            [b'*', ..] if text.starts_with(b"********") => return Err(format!("unexpected end of hunk at line {}", source.number()).into_bytes()),
            [b'*', ..] => return Err(source.wrong(&format!("unexpected '***' at line {}: ", source.number()), text)),
            [b'-', b'-', ..] if may_miss => {
                // A second separator counts as the end of the old side: no context stands before it.
                *old_run = side.run;
                return Ok(false);
            }
            [b'-', b'-', ..] => {
                return Err(format!("duplicate '---' at line {}; check line numbers at line {}", source.number(), rest.separator_line).into_bytes());
            }
            [] | [b'\t', ..] if may_miss && (!eaten || rest.kind == Kind::NewContext) => return Ok(false),
            _ => {
                eaten |= matches!(text, [] | [b'\t', ..]);
                may_miss &= !matches!(text, [b'+' | b'!', ..]);
                let parted = parted(source, line);
                if may_miss && !matches!(text, [b' ' | b'-', b' ' | b'\t', ..]) {
                    return Ok(false);
                }
                let (mark, text) = parted.ok_or_else(|| source.malformed(text))?;
                let text = source.ended(text, last && text.start < text.end);
                side.push(mark, text);
            }
        }
    }
    Ok(true)
}

/// The mark of a line and its text behind mark and blank; none where it is no line of a hunk.
fn parted(source: &Source<'_, '_>, line: Span) -> Option<(Mark, Span)> {
    let text = source.text(line);
    let mark = match text.first() {
        // The blanks of a line of context got lost.
        None => return Some((Mark::Context, line)),
        Some(b'\t') => return Some((Mark::Context, Span { start: line.start + 1, ..line })),
        Some(b' ') => Mark::Context,
        Some(b'-') => Mark::Remove,
        Some(b'+') => Mark::Add,
        Some(b'!') => Mark::Change,
        Some(_) => return None,
    };
    let blank = usize::from(matches!(text.get(1), Some(b' ' | b'\t')));
    Some((mark, Span { start: line.start + 1 + blank, ..line }))
}
