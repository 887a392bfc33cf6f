//! Edits of byte ranges: all ranges of a file count in the file as it was before.

use sha2::Digest as _;

/// A range, what must be in it, and what it becomes.
pub(crate) struct Range<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) sha256: Option<&'a str>,
    pub(crate) text: &'a [u8],
}

/// What became of a file.
pub(crate) enum Outcome {
    /// The edits were done.
    Changed(Vec<u8>),
    /// They were done already.
    Already,
}

/// Does all edits of a file.
pub(crate) fn edit(content: &[u8], mut ranges: Vec<Range<'_>>) -> Result<Outcome, String> {
    ranges.sort_by_key(|it| (it.start, it.end));
    if let Some(pair) = ranges.windows(2).find(|it| it[1].start < it[0].end || it[1].start == it[0].start) {
        return Err(format!("the ranges {}..{} and {}..{} overlap", pair[0].start, pair[0].end, pair[1].start, pair[1].end));
    }
    if is_done(content, &ranges) {
        return Ok(Outcome::Already);
    }
    let (mut out, mut at) = (Vec::new(), 0);
    for it in &ranges {
        let place = format!("bytes {}..{}", it.start, it.end);
        let had = content.get(it.start..it.end).ok_or_else(|| format!("{place}: the file has {} bytes", content.len()))?;
        if let Some(wanted) = it.sha256 {
            let found = digest(had);
            if found != wanted {
                return Err(format!("{place}: expected content with the SHA-256 {wanted}, found {found}"));
            }
        }
        out.extend_from_slice(&content[at..it.start]);
        out.extend_from_slice(it.text);
        at = it.end;
    }
    out.extend_from_slice(&content[at..]);
    Ok(Outcome::Changed(out))
}

/// Answers whether every text stands where the edits ahead of it have moved it, and no range is as it was before.
fn is_done(content: &[u8], ranges: &[Range<'_>]) -> bool {
    let mut moved = 0i64;
    ranges.iter().all(|it| {
        // Without a precondition nobody can tell an edit that was done from one that was not.
        let Some(before) = it.sha256 else { return false };
        let start = usize::try_from(it.start as i64 + moved).unwrap_or(usize::MAX);
        moved += it.text.len() as i64 - (it.end - it.start) as i64;
        let there = content.get(start..start.saturating_add(it.text.len())) == Some(it.text);
        there && !content.get(it.start..it.end).is_some_and(|it| digest(it) == before)
    })
}

fn digest(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}
