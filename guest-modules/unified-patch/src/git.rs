//! Where a hunk fits by the rules of git-apply(1): with all of its context, at its line or the nearest one, at the beginning of the file where it
//! says line 1 or 0, at its end where no context follows, and never on lines that a hunk before it gave out (git: apply.c, "find_pos").

use gnu_patch::{Fitted, Hunk, Line, Misfit, Place};

/// Comparisons of lines that one file may take.
const MOST: u64 = 100_000_000;

/// Fits hunks into a content; else the number of the first hunk that does not fit, from 0.
pub(crate) fn fit(text: &[u8], hunks: &[Hunk], content: &[u8]) -> Result<Fitted, (usize, Misfit)> {
    let lines: Vec<&[u8]> = content.split_inclusive(|it| *it == b'\n').collect();
    at_their_lines(text, hunks, &lines).map_or_else(|| anywhere(text, hunks, &lines), Ok)
}

fn is(text: &[u8], line: &Line, there: &[u8]) -> bool {
    let wanted = line.text.of(text);
    match there.strip_suffix(b"\n") {
        Some(body) => line.text.newline && body == wanted,
        None => !line.text.newline && there == wanted,
    }
}

fn give(text: &[u8], line: &Line, to: &mut Vec<u8>) {
    to.extend_from_slice(line.text.of(text));
    if line.text.newline {
        to.push(b'\n');
    }
}

/// Whether a hunk must stand at the beginning, or at the end. A hunk without old lines has its line moved by one, see [`Hunk::first`].
fn anchors(hunk: &Hunk) -> (bool, bool) {
    (hunk.first - i64::from(hunk.old.is_empty()) <= 1, hunk.suffix == 0)
}

/// The usual case, in one pass: every hunk is where it says. None where one is not.
fn at_their_lines(text: &[u8], hunks: &[Hunk], lines: &[&[u8]]) -> Option<Fitted> {
    let (mut bytes, mut at, mut grown, mut places) = (Vec::new(), 0, 0, Vec::with_capacity(hunks.len()));
    for hunk in hunks {
        let begin = usize::try_from(hunk.first - 1).ok()?;
        let end = begin.checked_add(hunk.old.len())?;
        let (first, last) = anchors(hunk);
        let there = lines.get(begin..end)?;
        let meant = hunk.new_first - i64::from(hunk.new.is_empty()) - (hunk.first - i64::from(hunk.old.is_empty()));
        let counts = meant == grown || hunk.old.is_empty() || hunk.new.is_empty();
        let fits = counts && begin >= at && !(first && begin != 0) && !(last && end != lines.len()) && hunk.old.iter().zip(there).all(|(line, there)| is(text, line, there));
        if !fits {
            return None;
        }
        bytes.extend(lines[at..begin].concat());
        hunk.new.iter().for_each(|it| give(text, it, &mut bytes));
        (at, grown) = (end, grown + hunk.growth());
        places.push(Place { line: hunk.first, offset: 0, fuzz: 0 });
    }
    bytes.extend(lines[at..].concat());
    Some(Fitted { bytes, places })
}

fn anywhere(text: &[u8], hunks: &[Hunk], lines: &[&[u8]]) -> Result<Fitted, (usize, Misfit)> {
    // Each line with whether a hunk gave it out.
    let mut image: Vec<(Vec<u8>, bool)> = lines.iter().map(|it| (it.to_vec(), false)).collect();
    let (mut places, mut left) = (Vec::with_capacity(hunks.len()), MOST);
    for (number, hunk) in hunks.iter().enumerate() {
        let named = (hunk.new_first - i64::from(hunk.new.is_empty()) - 1).max(0);
        let Some(at) = find(text, hunk, &image, named, &mut left) else {
            let why = if left == 0 { Misfit::Exhausted } else { Misfit::Nowhere(named + 1) };
            return Err((number, why));
        };
        let new = hunk.new.iter().map(|it| {
            let mut line = Vec::new();
            give(text, it, &mut line);
            (line, true)
        });
        left = left.saturating_sub((image.len() - at) as u64 / 16);
        image.splice(at..at + hunk.old.len(), new.collect::<Vec<_>>());
        places.push(Place { line: at as i64 + 1, offset: at as i64 - named, fuzz: 0 });
    }
    let glued = image.iter().rev().skip(1).any(|it| !it.0.ends_with(b"\n"));
    if glued {
        return Err((hunks.len().saturating_sub(1), Misfit::Glued));
    }
    Ok(Fitted { bytes: image.into_iter().flat_map(|it| it.0).collect(), places })
}

fn find(text: &[u8], hunk: &Hunk, image: &[(Vec<u8>, bool)], named: i64, left: &mut u64) -> Option<usize> {
    let (first, last) = anchors(hunk);
    let most = image.len().checked_sub(hunk.old.len())?;
    let mut fits = |at: usize| {
        if first && at != 0 || last && at != most || at > most {
            return false;
        }
        hunk.old.iter().zip(&image[at..]).all(|(line, (there, patched))| {
            *left = left.saturating_sub(1);
            *left > 0 && !patched && is(text, line, there)
        })
    };
    if first || last {
        return [if first { 0 } else { most }].into_iter().find(|at| fits(*at));
    }
    let start = usize::try_from(named).unwrap_or(usize::MAX).min(image.len());
    (0..=image.len()).find_map(|away| {
        let ahead = start.checked_add(away).filter(|it| *it <= most);
        let behind = start.checked_sub(away).filter(|_| away > 0);
        [ahead, behind].into_iter().flatten().find(|at| fits(*at))
    })
}
