//! Hunks of normal diffs (POSIX.1-2017, XCU diff, "Default Output Format").

use crate::{
    hunk::{Answer, Source},
    model::{Hunk, Line, Mark},
    number::LARGEST,
};

/// Reads a hunk; none where no command stands next.
pub(crate) fn hunk(source: &mut Source<'_, '_>) -> Answer<Option<Hunk>> {
    let Some(line) = source.next() else { return Ok(None) };
    let text = source.text(line);
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return Ok(None);
    }
    let (mut first, rest) = source.line_number(text, text)?;
    let (old, rest) = match rest.strip_prefix(b",") {
        Some(rest) => {
            let (last, rest) = source.line_number(rest, text)?;
            (last.checked_add(1).map(|it| it - first).ok_or_else(|| source.malformed(text))?, rest)
        }
        None => (i64::from(rest.first() != Some(&b'a')), rest),
    };
    let letter = rest.first().copied().unwrap_or(b'\n');
    first = first.checked_add(i64::from(letter == b'a')).ok_or_else(|| source.malformed(text))?;
    let (mut from, rest) = source.line_number(rest.get(1..).unwrap_or_default(), text)?;
    let to = match rest.strip_prefix(b",") {
        Some(rest) => source.line_number(rest, text)?.0,
        None => from,
    };
    if from > to || to - from == LARGEST || old < 0 || old >= LARGEST - first || to >= LARGEST - 2 {
        return Err(source.malformed(text));
    }
    from += i64::from(letter == b'd');
    let mut hunk = Hunk { first, new_first: from, line: source.number() + 1, ..Hunk::default() };
    let new = to - from + 1;
    lines(source, &mut hunk.old, old, Mark::Remove)?;
    if letter == b'c' {
        let at = source.number();
        let line = source.next().ok_or_else(|| format!("unexpected end of file in patch at line {at}").into_bytes())?;
        if source.text(line).first() != Some(&b'-') {
            return Err(format!("'---' expected at line {} of patch", source.number()).into_bytes());
        }
    }
    lines(source, &mut hunk.new, new, Mark::Add)?;
    Ok(Some(hunk))
}

fn lines(source: &mut Source<'_, '_>, into: &mut Vec<Line>, count: i64, mark: Mark) -> Answer {
    let sign = if mark == Mark::Remove { b'<' } else { b'>' };
    for number in 1..=count {
        let at = source.number();
        let line = source.next().ok_or_else(|| format!("unexpected end of file in patch at line {at}").into_bytes())?;
        let [first, b' ' | b'\t', ..] = *source.text(line) else { return Err(expected(source, sign)) };
        if first != sign {
            return Err(expected(source, sign));
        }
        let text = source.ended(crate::model::Span { start: line.start + 2, ..line }, number == count);
        into.push(Line { mark, text });
    }
    Ok(())
}

fn expected(source: &Source<'_, '_>, sign: u8) -> Vec<u8> {
    format!("'{}' followed by space or tab expected at line {} of patch", char::from(sign), source.number()).into_bytes()
}
