//! The content of a change as unified hunks.

use similar::{Algorithm, TextDiff};

use super::near::{MOST_STEPS, Steps, is_near, shared};

/// Most bytes of either side that are compared line by line.
const MOST_BYTES: usize = 1 << 20;

/// Returns unified hunks with three lines of context, or none where a side is no text (a NUL, not UTF-8) or too long.
pub fn unified(before: &[u8], after: &[u8]) -> Option<String> {
    unified_within(before, after, &mut Steps(MOST_STEPS))
}

/// Returns unified hunks as [`unified`] does, with what is left of the steps. Texts that are too far from each other are shown as replaced.
pub(crate) fn unified_within(before: &[u8], after: &[u8], steps: &mut Steps) -> Option<String> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|it| it.len() <= MOST_BYTES && !it.contains('\0'));
    let (before, after) = (text(before)?, text(after)?);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let mut own = Steps(steps.0.min(MOST_STEPS));
    let (had, near) = (own.0, is_near(&old, &new, &mut own));
    steps.0 -= had - own.0;
    if !near {
        return Some(replaced(&old, &new));
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(before, after);
    Some(diff.unified_diff().context_radius(3).to_string())
}

/// One hunk that takes all lines away from the first difference to the last, and puts the new ones there.
fn replaced(old: &[&str], new: &[&str]) -> String {
    let (head, tail) = shared(old, new);
    let (from, until) = (head.saturating_sub(3), tail.saturating_sub(3));
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let place = |count: usize| if count == 1 { (from + 1).to_string() } else { format!("{},{count}", from + usize::from(count > 0)) };
    let mut out = format!("@@ -{} +{} @@\n", place(old.len() - until - from), place(new.len() - until - from));
    let parts = [(' ', &old[from..head]), ('-', &old[head..old_end]), ('+', &new[head..new_end]), (' ', &old[old_end..old.len() - until])];
    for (sign, line) in parts.into_iter().flat_map(|(sign, lines)| lines.iter().map(move |line| (sign, *line))) {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
    out
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
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    if !is_near(&old, &new, &mut Steps(MOST_STEPS)) {
        return vec![before.as_bytes().to_vec()];
    }
    let diff = TextDiff::from_lines(before, after);
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
    fn texts_in_another_order_are_shown_as_replaced() {
        let text = |numbers: &mut dyn Iterator<Item = u32>| numbers.map(|it| format!("{it}\n")).collect::<String>();
        let (before, after) = (format!("a\nb\nc\nd\n{}z", text(&mut (0..20_000))), format!("a\nb\nc\nd\n{}z", text(&mut (0..20_000).rev())));
        let hunks = unified(before.as_bytes(), after.as_bytes()).expect("text");
        assert!(hunks.starts_with("@@ -2,20004 +2,20004 @@\n b\n c\n d\n-0\n-1\n"), "{}", &hunks[..60]);
        assert!(hunks.ends_with("+1\n+0\n z\n\\ No newline at end of file\n"));
        assert_eq!(hunks.lines().count(), 1 + 3 + 40_000 + 2);
    }

    #[test]
    fn bytes_are_no_text() {
        assert_eq!(unified(b"a\0", b"b"), None);
    }
}
