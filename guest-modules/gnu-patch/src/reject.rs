//! The text of hunks that could not be applied, in the form of a unified or context diff.

use crate::model::{FilePatch, Hunk, INDEX, Kind, Line, Mark, NEW, OLD};

/// What a hunk's rejects hang on.
pub(crate) struct Place<'a> {
    pub(crate) patch: &'a FilePatch,
    pub(crate) text: &'a [u8],
    pub(crate) reverse: bool,
    /// By how much the hunks that were applied moved the lines.
    pub(crate) moved: i64,
}

/// Writes the lines that name the files.
pub(crate) fn header(place: &Place<'_>, unified: bool, out: &mut Vec<u8>) {
    let patch = place.patch;
    if let Some(index) = &patch.names[INDEX] {
        out.extend_from_slice(&[b"Index: ", &index[..], b"\n"].concat());
    }
    let signs: [&[u8]; 2] = if unified { [b"--- ", b"+++ "] } else { [b"*** ", b"--- "] };
    for (sign, side) in signs.iter().zip(if place.reverse { [NEW, OLD] } else { [OLD, NEW] }) {
        out.extend_from_slice(sign);
        out.extend_from_slice(patch.names[side].as_deref().unwrap_or(b"/dev/null"));
        out.extend_from_slice(patch.times[side].as_deref().unwrap_or_default());
        out.push(b'\n');
    }
}

/// Answers whether a line of a hunk is empty and has no end, which patch can't write.
pub(crate) fn has_no_bytes(hunk: &Hunk) -> bool {
    hunk.old.iter().chain(&hunk.new).any(|it| it.text.start == it.text.end && !it.text.newline)
}

/// Writes a hunk as a unified diff has it. False where its sides do not fit together.
pub(crate) fn unified(place: &Place<'_>, hunk: &Hunk, out: &mut Vec<u8>) -> bool {
    let range = |first: i64, lines: &[Line]| {
        let first = first.wrapping_add(place.moved);
        match lines.len() {
            0 => format!("{},0", first.wrapping_sub(1)),
            1 => format!("{first}"),
            count => format!("{first},{count}"),
        }
    };
    out.extend_from_slice(format!("@@ -{} +{} @@", range(hunk.first, &hunk.old), range(hunk.new_first, &hunk.new)).as_bytes());
    out.extend_from_slice(hunk.function.map(|it| it.of(place.text)).unwrap_or_default());
    out.push(b'\n');
    let (mut old, mut new) = (hunk.old.iter().peekable(), hunk.new.iter().peekable());
    loop {
        while let Some(line) = old.next_if(|it| matches!(it.mark, Mark::Remove | Mark::Change)) {
            write(b"-", *line, place.text, out);
        }
        while let Some(line) = new.next_if(|it| matches!(it.mark, Mark::Add | Mark::Change)) {
            write(b"+", *line, place.text, out);
        }
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(line), Some(other)) if line.mark == other.mark => write(b" ", *line, place.text, out),
            _ => return false,
        }
    }
}

fn write(sign: &[u8], line: Line, text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(sign);
    out.extend_from_slice(line.text.of(text));
    // A line without an end runs into what follows: patch writes it as it is.
    out.extend_from_slice(if line.text.newline { b"\n" } else { b"" });
}

/// Writes a hunk as a context diff has it.
pub(crate) fn context(place: &Place<'_>, hunk: &Hunk, out: &mut Vec<u8>) {
    let unified = place.patch.kind == Kind::Unified;
    let (old, new) = if unified { changed(hunk) } else { (hunk.old.clone(), hunk.new.clone()) };
    let (stars, dashes) = if place.patch.kind == Kind::NewContext || unified { (" ****", " ----") } else { ("", " -----") };
    out.extend_from_slice(b"***************");
    out.extend_from_slice(hunk.function.map(|it| it.of(place.text)).unwrap_or_default());
    out.push(b'\n');
    let range = |first: i64, count: i64| {
        let first = first.wrapping_add(place.moved);
        match count {
            0 => "0".to_owned(),
            1 => format!("{first}"),
            _ => format!("{first},{}", first.wrapping_add(count - 1)),
        }
    };
    for (begin, first, lines, end) in [("*** ", hunk.first, &old, stars), ("--- ", hunk.new_first, &new, dashes)] {
        out.extend_from_slice(format!("{begin}{}{end}\n", range(first, lines.len() as i64)).as_bytes());
        for line in lines {
            write(&[line.mark.sign(), b' '], *line, place.text, out);
        }
    }
}

/// The lines of a unified hunk with the marks of a context diff: what goes and comes at one place is a change.
fn changed(hunk: &Hunk) -> (Vec<Line>, Vec<Line>) {
    let (mut old, mut new) = (hunk.old.clone(), hunk.new.clone());
    let (mut at, mut other) = (0, 0);
    while at < old.len() || other < new.len() {
        let removed = old[at..].iter().take_while(|it| it.mark == Mark::Remove).count();
        let added = new[other..].iter().take_while(|it| it.mark == Mark::Add).count();
        if removed > 0 && added > 0 {
            old[at..at + removed].iter_mut().chain(&mut new[other..other + added]).for_each(|it| it.mark = Mark::Change);
        }
        at = (at + removed + 1).min(old.len());
        other = (other + added + 1).min(new.len());
    }
    (old, new)
}
