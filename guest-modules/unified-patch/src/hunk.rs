//! Hunks of unified patches.

use gnu_patch::{Hunk, Line, Mark, Span};

use crate::{Refusal, Rule, parse::Lines};

/// The largest number of a line: sums of two stay far from the end of 64 bits.
const LARGEST: i64 = i64::MAX / 8;

/// Reads all hunks that follow; `returns` takes carriage returns off the ends of lines.
pub(crate) fn all(lines: &mut Lines<'_>, returns: bool) -> Result<Vec<Hunk>, Refusal> {
    let mut hunks: Vec<Hunk> = Vec::new();
    while lines.peek().is_some_and(|it| it.starts_with(b"@@ -")) {
        let number = lines.number();
        let hunk = one(lines, returns)?;
        if let Some(before) = hunks.last()
            && hunk.first < before.first + before.old.len() as i64
        {
            let text = format!("the hunk begins at line {} of the file, within or before the hunk ahead of it: hunks may not overlap, and stand in order", hunk.first);
            return Err(Refusal::new(Rule::Overlap, number, text));
        }
        hunks.push(hunk);
    }
    if !hunks.is_empty() {
        leftover(lines)?;
    }
    Ok(hunks)
}

fn one(lines: &mut Lines<'_>, returns: bool) -> Result<Hunk, Refusal> {
    let number = lines.number();
    let header = lines.next().unwrap_or_default();
    let Some((first, old, new_first, new)) = ranges(header) else {
        return Err(Refusal::new(Rule::Malformed, number, "the header of the hunk is not `@@ -LINE,COUNT +LINE,COUNT @@`"));
    };
    let mut hunk = Hunk { first: first + i64::from(old == 0), new_first: new_first + i64::from(new == 0), line: number as i64, ..Hunk::default() };
    let (mut prefix, mut run) = (None, 0);
    while (hunk.old.len() as i64) < old || (hunk.new.len() as i64) < new {
        let at = lines.number();
        let missing = || {
            let (old_has, new_has) = (hunk.old.len(), hunk.new.len());
            format!("the hunk of line {number} ends too early: its header tells of {old} old and {new} new lines, and it has {old_has} and {new_has}")
        };
        let Some(raw) = lines.peek() else { return Err(Refusal::new(Rule::Malformed, at.saturating_sub(1), missing())) };
        let (mark, skip) = match raw.first() {
            None => (Mark::Context, 0),
            Some(b'\r') if returns && raw.len() == 1 => (Mark::Context, 0),
            Some(b' ') => (Mark::Context, 1),
            Some(b'-') => (Mark::Remove, 1),
            Some(b'+') => (Mark::Add, 1),
            Some(_) => return Err(Refusal::new(Rule::Malformed, at, missing())),
        };
        let (of_old, of_new) = (mark != Mark::Add, mark != Mark::Remove);
        if of_old && hunk.old.len() as i64 >= old || of_new && hunk.new.len() as i64 >= new {
            let text = format!("the hunk of line {number} has more lines of this kind than its header tells of ({old} old, {new} new)");
            return Err(Refusal::new(Rule::Malformed, at, text));
        }
        let mut span = lines.span();
        span.start += skip;
        if returns && span.end > span.start && lines.text[span.end - 1] == b'\r' {
            span.end -= 1;
        }
        lines.next();
        let ended = !lines.peek().is_some_and(|it| it.starts_with(b"\\"));
        if !ended {
            if !lines.peek().is_some_and(|it| it.starts_with(b"\\ ")) {
                return Err(Refusal::new(Rule::Malformed, lines.number(), "the line is not `\\ No newline at end of file`, and begins as that does"));
            }
            lines.next();
        }
        let line = Line { mark, text: Span { newline: ended, ..span } };
        if of_old {
            hunk.old.push(line);
        }
        if of_new {
            hunk.new.push(line);
        }
        if mark == Mark::Context {
            run += 1;
        } else {
            prefix.get_or_insert(run);
            run = 0;
        }
    }
    let Some(prefix) = prefix else { return Err(Refusal::new(Rule::Malformed, number, "the hunk changes nothing: it has lines of context alone")) };
    (hunk.prefix, hunk.suffix) = (prefix, run);
    let unended = |side: &[Line]| side.iter().rev().skip(1).any(|it| !it.text.newline);
    if unended(&hunk.old) || unended(&hunk.new) {
        return Err(Refusal::new(Rule::Malformed, number, "`\\ No newline at end of file` stands behind a line of the hunk that is not the last one of its side"));
    }
    Ok(hunk)
}

fn ranges(header: &[u8]) -> Option<(i64, i64, i64, i64)> {
    let rest = header.strip_prefix(b"@@ -")?;
    let (first, old, rest) = range(rest)?;
    let (new_first, new, rest) = range(rest.strip_prefix(b" +")?)?;
    // A file without lines begins at line 0, and one with lines does not.
    rest.starts_with(b" @@").then_some((first, old, new_first, new)).filter(|it| (it.0 > 0 || it.1 == 0) && (it.2 > 0 || it.3 == 0))
}

fn range(text: &[u8]) -> Option<(i64, i64, &[u8])> {
    let (first, rest) = number(text)?;
    match rest.strip_prefix(b",") {
        Some(rest) => number(rest).map(|(count, rest)| (first, count, rest)),
        None => Some((first, 1, rest)),
    }
}

fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let length = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let value: i64 = std::str::from_utf8(&text[..length]).ok()?.parse().ok()?;
    (value <= LARGEST).then_some((value, &text[length..]))
}

/// What follows the last hunk may not look like a part of it: the header told of fewer lines than were meant.
fn leftover(lines: &Lines<'_>) -> Result<(), Refusal> {
    let Some(line) = lines.peek() else { return Ok(()) };
    let is_header = line.starts_with(b"--- ") && lines.ahead(1).is_some_and(|it| it.starts_with(b"+++ "));
    // `git format-patch` puts `-- ` before its version.
    if !matches!(line.first(), Some(b'+' | b'-')) || is_header || line.trim_ascii_end() == b"--" {
        return Ok(());
    }
    let text = "the hunk has more lines than its header tells of: what is left out of it would be lost; write the counts anew";
    Err(Refusal::new(Rule::Leftover, lines.number(), text))
}
