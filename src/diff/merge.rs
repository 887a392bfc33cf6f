//! Merges two texts that come from one: what each side changed, where both leave the other's lines alone.

use std::ops::Range;

use similar::{Algorithm, DiffTag, TextDiff};

use super::near::{MOST_STEPS, Steps, is_near};

/// Most bytes of a text that is merged.
const MOST_BYTES: usize = 1 << 20;

/// A place where both sides changed the same lines, or lines that touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The first line of the text that both come from, counted from 1.
    pub line: usize,
    /// What it was.
    pub base: String,
    /// What one side made of it.
    pub ours: String,
    /// What the other side made of it.
    pub theirs: String,
}

/// Why two texts can't be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmerged {
    /// A side is no text, or is too long or too far from the others to be compared line by line.
    NoText,
    /// Both changed the same lines.
    Clashes(Vec<Clash>),
}

/// Lines of the base that a side replaced, and by which of its own.
struct Hunk {
    base: Range<usize>,
    own: Range<usize>,
}

/// Returns the text with the changes of both sides. Nobody's change is lost, and none is guessed.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Vec<u8>, Unmerged> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|it| it.len() <= MOST_BYTES && !it.contains('\0')).ok_or(Unmerged::NoText);
    let (base, ours, theirs) = (text(base)?, text(ours)?, text(theirs)?);
    let lines = |it| str::split_inclusive(it, '\n').collect::<Vec<&str>>();
    let (old, mine, other) = (lines(base), lines(ours), lines(theirs));
    let (left, right) = (hunks((base, &old), (ours, &mine))?, hunks((base, &old), (theirs, &other))?);
    let (mut out, mut clashes, mut at) = (String::new(), Vec::new(), 0);
    let (mut l, mut r) = (0, 0);
    while l < left.len() || r < right.len() {
        // A region grows as long as a hunk of either side meets it or touches it.
        let first = [left.get(l), right.get(r)].into_iter().flatten().map(|it| it.base.start).min().unwrap_or(at);
        let (begin_l, begin_r, mut end) = (l, r, first);
        loop {
            match (left.get(l).filter(|it| it.base.start <= end), right.get(r).filter(|it| it.base.start <= end)) {
                (Some(hunk), _) => (end, l) = (end.max(hunk.base.end), l + 1),
                (None, Some(hunk)) => (end, r) = (end.max(hunk.base.end), r + 1),
                (None, None) => break,
            }
        }
        let region = first..end;
        out.extend(old[at..region.start].iter().copied());
        let (a, b) = (replaced(&old, &mine, &left[begin_l..l], &region), replaced(&old, &other, &right[begin_r..r], &region));
        let was = old[region.clone()].concat();
        match () {
            () if b == was || a == b => out.push_str(&a),
            () if a == was => out.push_str(&b),
            () => clashes.push(Clash { line: region.start + 1, base: was, ours: a, theirs: b }),
        }
        at = region.end;
    }
    out.extend(old[at..].iter().copied());
    if clashes.is_empty() { Ok(out.into_bytes()) } else { Err(Unmerged::Clashes(clashes)) }
}

fn hunks((base, old): (&str, &[&str]), (side, new): (&str, &[&str])) -> Result<Vec<Hunk>, Unmerged> {
    if !is_near(old, new, &mut Steps(MOST_STEPS)) {
        return Err(Unmerged::NoText);
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(base, side);
    Ok(diff.ops().iter().filter(|it| it.tag() != DiffTag::Equal).map(|it| Hunk { base: it.old_range(), own: it.new_range() }).collect())
}

/// What a side made of a region of the base.
fn replaced(old: &[&str], own: &[&str], hunks: &[Hunk], region: &Range<usize>) -> String {
    let (mut out, mut at) = (String::new(), region.start);
    for hunk in hunks {
        out.extend(old[at..hunk.base.start].iter().copied());
        out.extend(own[hunk.own.clone()].iter().copied());
        at = hunk.base.end;
    }
    out.extend(old[at..region.end].iter().copied());
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Clash, Unmerged, merge};

    fn check(base: &str, ours: &str, theirs: &str) -> Result<String, Unmerged> {
        merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes()).map(|it| String::from_utf8(it).expect("text"))
    }

    #[test]
    fn changes_of_both_sides_are_kept() {
        assert_eq!(check("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n"), Ok("A\nb\nc\nd\nE\n".into()));
        assert_eq!(check("a\nb\nc\n", "a\nb\nc\nd\n", "b\nc\n"), Ok("b\nc\nd\n".into()));
        assert_eq!(check("a\nb\n", "a\nB\n", "a\nB\n"), Ok("a\nB\n".into()), "both alike");
        assert_eq!(check("", "", "x"), Ok("x".into()));
    }

    #[test]
    fn what_meets_is_shown_and_never_guessed() {
        let clash = |line, base: &str, ours: &str, theirs: &str| Clash { line, base: base.into(), ours: ours.into(), theirs: theirs.into() };
        assert_eq!(check("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"), Err(Unmerged::Clashes(vec![clash(2, "b\n", "X\n", "Y\n")])));
        assert_eq!(check("a\nb\n", "a\nx\nb\n", "a\ny\nb\n"), Err(Unmerged::Clashes(vec![clash(2, "", "x\n", "y\n")])), "at one place");
        assert_eq!(check("a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n"), Err(Unmerged::Clashes(vec![clash(1, "a\nb\n", "A\nb\n", "a\nB\n")])), "lines that touch");
        assert_eq!(merge(b"a\0", b"b", b"c"), Err(Unmerged::NoText));
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_leaves_the_other(base in "([ab]\n){0,8}", side in "([abc]\n){0,8}c?") {
            prop_assert_eq!(check(&base, &side, &base), Ok(side.clone()));
            prop_assert_eq!(check(&base, &base, &side), Ok(side.clone()));
            prop_assert_eq!(check(&base, &side, &side), Ok(side.clone()));
        }

        #[test]
        fn sides_may_be_exchanged(base in "([ab]\n){0,8}", ours in "([abc]\n){0,8}", theirs in "([abd]\n){0,8}") {
            let (one, two) = (check(&base, &ours, &theirs), check(&base, &theirs, &ours));
            prop_assert_eq!(one.is_ok(), two.is_ok());
            if let (Ok(one), Ok(two)) = (one, two) {
                prop_assert_eq!(one, two);
            }
        }
    }
}
