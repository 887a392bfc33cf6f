//! Hunks of unified diffs (`diff -u`; POSIX.1-2017, XCU diff, "Diff -u Output Format").

use crate::{
    hunk::{Answer, Source},
    model::{Hunk, Line, Mark, Span},
    number::LARGEST,
};

/// Reads a hunk; none where no `@@` stands next.
pub(crate) fn hunk(source: &mut Source<'_, '_>) -> Answer<Option<Hunk>> {
    let Some(line) = source.next() else { return Ok(None) };
    let text = source.text(line);
    let Some(ranges) = text.strip_prefix(b"@@ -") else { return Ok(None) };
    let mut counts = (0, 0);
    let mut hunk = header(source, ranges, line, &mut counts)?;
    hunk.line = source.number() + 1;
    body(source, &mut hunk, counts)?;
    Ok(Some(hunk))
}

fn header(source: &Source<'_, '_>, text: &[u8], line: Span, counts: &mut (i64, i64)) -> Answer<Hunk> {
    let whole = source.text(line);
    let (first, old, rest) = range(source, text, whole)?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let rest = rest.strip_prefix(b"+").ok_or_else(|| source.malformed(whole))?;
    let (new_first, new, rest) = range(source, rest, whole)?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let rest = rest.strip_prefix(b"@").ok_or_else(|| source.malformed(whole))?;
    let function = rest.strip_prefix(b"@").filter(|it| it.starts_with(b" ")).map(|it| Span { start: line.end - it.len(), ..line });
    if first >= LARGEST - old || new_first >= LARGEST - new || old.checked_add(new).is_none_or(|it| it >= LARGEST - 1) {
        return Err(source.malformed(whole));
    }
    *counts = (old, new);
    let empty = |count: i64| i64::from(count == 0);
    Ok(Hunk { first: first + empty(old), new_first: new_first + empty(new), function, ..Hunk::default() })
}

/// A range: first line, number of lines.
fn range<'t>(source: &Source<'_, '_>, text: &'t [u8], whole: &[u8]) -> Answer<(i64, i64, &'t [u8])> {
    let (first, rest) = source.line_number(text, whole)?;
    match rest.strip_prefix(b",") {
        Some(rest) => source.line_number(rest, whole).map(|(count, rest)| (first, count, rest)),
        None => Ok((first, 1, rest)),
    }
}

fn body(source: &mut Source<'_, '_>, hunk: &mut Hunk, (old, new): (i64, i64)) -> Answer {
    let (mut prefix, mut context, mut last) = (None, 0, &b""[..]);
    while (hunk.old.len() as i64) < old || (hunk.new.len() as i64) < new {
        let (mark, text, raw) = line(source, new - hunk.new.len() as i64)?;
        last = raw;
        let (of_old, of_new) = (mark != Mark::Add, mark != Mark::Remove);
        if of_old && hunk.old.len() as i64 >= old || of_new && hunk.new.len() as i64 >= new {
            return Err(source.malformed(raw));
        }
        let mut text = text;
        if of_old {
            text = source.ended(text, hunk.old.len() as i64 + 1 == old);
            hunk.old.push(Line { mark, text });
        }
        if of_new {
            // A line of both sides ends as one: what was said for the old side holds for the new one, and the other way round.
            let text = source.ended(text, hunk.new.len() as i64 + 1 == new);
            hunk.new.push(Line { mark, text });
        }
        if mark == Mark::Context {
            context += 1;
        } else {
            prefix.get_or_insert(context);
            context = 0;
        }
    }
    hunk.prefix = prefix.ok_or_else(|| source.malformed(last))?;
    hunk.suffix = context;
    Ok(())
}

/// A line of the hunk, without its sign and whole. Where the text is at its end, empty lines of context may have been cut off it.
fn line<'a>(source: &mut Source<'_, 'a>, missing: i64) -> Answer<(Mark, Span, &'a [u8])> {
    let Some(line) = source.next() else {
        if missing > 3 {
            return Err(b"unexpected end of file in patch".to_vec());
        }
        let end = source.reader.text.len();
        return Ok((Mark::Context, Span { start: end, end, newline: true }, b" "));
    };
    let rest = Span { start: line.start + 1, ..line };
    let raw = source.text(line);
    match raw.first() {
        None | Some(b'\t') => Ok((Mark::Context, line, raw)),
        Some(b' ' | b'=') => Ok((Mark::Context, rest, raw)),
        Some(b'-') => Ok((Mark::Remove, rest, raw)),
        Some(b'+') => Ok((Mark::Add, rest, raw)),
        Some(_) => Err(source.malformed(raw)),
    }
}
