//! Makes a miss small: pieces are dropped one at a time while it stays one.

use super::{
    both::{Outcome, Sides},
    call::{Call, Entry, Kind, Word},
};

/// Candidates that are tried together.
const BATCH: usize = 40;
/// Rounds; each takes at least one piece away.
const ROUNDS: usize = 60;

/// Returns the smallest call found that is still missed, and what both sides make of it.
pub(crate) fn shrink(sides: &Sides<'_>, call: Call, outcome: Outcome) -> Result<(Call, Outcome), String> {
    let (mut best, mut known) = (call, outcome);
    for _ in 0..ROUNDS {
        let Some((smaller, outcome)) = step(sides, &best)? else { break };
        (best, known) = (smaller, outcome);
    }
    Ok((best, known))
}

fn step(sides: &Sides<'_>, best: &Call) -> Result<Option<(Call, Outcome)>, String> {
    for batch in candidates(best).chunks(BATCH) {
        let outcomes = sides.together(batch)?;
        for (candidate, outcome) in batch.iter().zip(outcomes) {
            if outcome.is_equal() || outcome.told.is_some() || outcome.is_endless() {
                continue;
            }
            let alone = sides.alone(candidate)?;
            if !alone.is_equal() && alone.told.is_none() {
                return Ok(Some((candidate.clone(), alone)));
            }
        }
    }
    Ok(None)
}

/// Every call that is a little smaller, the much smaller first.
fn candidates(of: &Call) -> Vec<Call> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Call)| {
        let mut it = of.clone();
        change(&mut it);
        if it != *of {
            all.push(it);
        }
    };
    with(&|it| it.tree.clear());
    with(&|it| it.stdin = None);
    with(&|it| it.errors = crate::sweep::call::Errors::Away);
    for index in 0..of.tree.len() {
        with(&|it| {
            let gone = it.tree.remove(index).path;
            it.tree.retain(|entry| !entry.path.starts_with(&[&gone[..], b"/"].concat()) && entry.kind != Kind::Name(gone.clone()));
        });
    }
    for index in 1..of.words.len() {
        with(&|it| {
            it.words.remove(index);
        });
        if index + 1 < of.words.len() {
            with(&|it| {
                it.words.drain(index..index + 2);
            });
        }
    }
    with(&|it| it.umask = 0o022);
    for (index, entry) in of.tree.iter().enumerate() {
        with(&|it| it.tree[index] = plain(entry));
        if let Kind::File(text) = &entry.kind {
            for text in texts(text) {
                with(&|it| it.tree[index].kind = Kind::File(text.clone()));
            }
        }
    }
    if let Some(text) = &of.stdin {
        for text in texts(text) {
            with(&|it| it.stdin = Some(text.clone()));
        }
    }
    for (index, word) in of.words.iter().enumerate().skip(1) {
        if let Word::Plain(word) = word {
            for shorter in pieces(word) {
                with(&|it| it.words[index] = Word::Plain(shorter.clone()));
            }
        }
        if let Word::Under(path) = word {
            with(&|it| it.words[index] = Word::Plain(path.clone()));
        }
    }
    all
}

fn plain(of: &Entry) -> Entry {
    let mode = if of.kind == Kind::Folder { 0o755 } else { 0o644 };
    Entry { mode, owner: (0, 0), day: 0, ..of.clone() }
}

/// A text without one of its lines; one of a single line without some of its bytes.
fn texts(of: &[u8]) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> = of.split_inclusive(|it| *it == b'\n').collect();
    if lines.len() > 1 {
        let half = lines.len() / 2;
        let mut all = vec![lines[..half].concat(), lines[half..].concat()];
        all.extend((0..lines.len()).map(|gone| lines.iter().enumerate().filter(|it| it.0 != gone).flat_map(|it| it.1.iter().copied()).collect()));
        all.extend(
            (0..lines.len())
                .flat_map(|index| {
                    pieces(lines[index])
                        .into_iter()
                        .filter(|it| it.ends_with(b"\n") == lines[index].ends_with(b"\n"))
                        .map(move |it| (index, it))
                        .collect::<Vec<_>>()
                })
                .map(|(index, piece)| {
                    let mut lines = lines.clone();
                    lines[index] = &piece;
                    lines.concat()
                }),
        );
        return all;
    }
    pieces(of)
}

/// A word without a run of its bytes: long runs first.
fn pieces(of: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut length = of.len();
    while length > 0 {
        let mut start = 0;
        while start + length <= of.len() {
            all.push([&of[..start], &of[start + length..]].concat());
            start += (length / 2).max(1);
        }
        length /= 2;
    }
    all
}
