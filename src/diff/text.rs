//! The content of a change as unified hunks.

use std::time::Duration;

use similar::{Algorithm, TextDiff};

/// Most bytes of either side that are compared line by line.
const MOST_BYTES: usize = 1 << 20;

/// Returns unified hunks with three lines of context, or none where a side is no text (a NUL, not UTF-8) or too long.
pub fn unified(before: &[u8], after: &[u8]) -> Option<String> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|it| it.len() <= MOST_BYTES && !it.contains('\0'));
    let (before, after) = (text(before)?, text(after)?);
    let mut config = TextDiff::configure();
    // The deadline only bounds how short the diff is; far above what honest input needs, so equal input gives equal text.
    let diff = config.algorithm(Algorithm::Myers).timeout(Duration::from_secs(20)).diff_lines(before, after);
    Some(diff.unified_diff().context_radius(3).to_string())
}

/// Returns number (in the new text) and content of the first line that hunks add.
pub fn first_added(hunks: &str) -> Option<(usize, &str)> {
    let mut number = 0;
    for line in hunks.lines() {
        match line.as_bytes().first() {
            Some(b'@') => number = line.split('+').nth(1)?.split([',', ' ']).next()?.parse().ok()?,
            Some(b'+') => return Some((number, &line[1..])),
            Some(b' ') => number += 1,
            _ => {}
        }
    }
    None
}

/// Returns the new text with each group of changed lines taken back, one at a time.
pub(super) fn taken_back(before: &[u8], after: &[u8]) -> Vec<Vec<u8>> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|it| it.len() <= MOST_BYTES);
    let (Some(before), Some(after)) = (text(before), text(after)) else { return vec![before.to_vec()] };
    let diff = TextDiff::from_lines(before, after);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let groups: Vec<_> = diff.ops().iter().filter(|it| it.tag() != similar::DiffTag::Equal).collect();
    groups.iter().map(|op| [&new[..op.new_range().start], &old[op.old_range()], &new[op.new_range().end..]].concat().concat().into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::{first_added, taken_back, unified};

    #[test]
    fn names_the_first_added_line() {
        assert_eq!(first_added("@@ -1,2 +1,3 @@\n a\n+b\n c\n"), Some((2, "b")));
        assert_eq!(first_added("@@ -1,2 +1,1 @@\n a\n-b\n"), None);
    }

    #[test]
    fn takes_each_group_back() {
        let texts = taken_back(b"a\nb\nc\nd\n", b"a\nB\nc\nD\ne\n");
        assert_eq!(texts, [b"a\nb\nc\nD\ne\n".to_vec(), b"a\nB\nc\nd\n".to_vec()]);
    }

    #[test]
    fn shows_hunks_and_the_missing_newline() {
        insta::assert_snapshot!(unified(b"a\nb\n", b"a\nc").expect("text"), @r"
        @@ -1,2 +1,2 @@
         a
        -b
        +c
        \ No newline at end of file
        ");
    }

    #[test]
    fn bytes_are_no_text() {
        assert_eq!(unified(b"a\0", b"b"), None);
    }
}
