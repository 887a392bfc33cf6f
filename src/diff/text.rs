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

#[cfg(test)]
mod tests {
    use super::unified;

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
