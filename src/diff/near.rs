//! Whether two texts are near enough for a comparison line by line: Myers' greedy search (1986), given up after so many steps.
//!
//! The finished comparison costs lines times differences. A text of half a million lines in another order would take hours, and a time limit
//! would give equal input another diff on a slower machine; so steps are counted, and a text that is too far is shown as replaced.

use std::collections::HashMap;

/// What is left of the work that comparisons may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps(pub(crate) usize);

/// Most steps of one comparison.
pub(crate) const MOST_STEPS: usize = 16_000_000;

/// Lines that both texts have at their beginning and at their end.
pub(super) fn shared(before: &[&str], after: &[&str]) -> (usize, usize) {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (head, tail)
}

/// Answers whether the shortest way from one text to the other is found within the steps, and takes what was used of them.
pub(super) fn is_near(before: &[&str], after: &[&str], steps: &mut Steps) -> bool {
    let (head, tail) = shared(before, after);
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |line| {
        let next = numbers.len() as u32;
        *numbers.entry(line).or_insert(next)
    };
    let old: Vec<u32> = before[head..before.len() - tail].iter().map(|it| number(*it)).collect();
    let new: Vec<u32> = after[head..after.len() - tail].iter().map(|it| number(*it)).collect();
    if old.is_empty() || new.is_empty() {
        return true;
    }
    greedy(&old, &new, steps)
}

/// Goes as far as possible on each diagonal, with one difference more in each round.
fn greedy(old: &[u32], new: &[u32], steps: &mut Steps) -> bool {
    let most = old.len() + new.len();
    // How far each diagonal was followed, in places of the old text; shifted so that no number is negative.
    let mut far = vec![0_usize; 2 * most + 3];
    let at = |diagonal: isize| (diagonal + most as isize + 1) as usize;
    for differences in 0..=most as isize {
        for diagonal in (-differences..=differences).step_by(2) {
            let down = diagonal == -differences || diagonal != differences && far[at(diagonal - 1)] < far[at(diagonal + 1)];
            let mut x = if down { far[at(diagonal + 1)] } else { far[at(diagonal - 1)] + 1 };
            let begun = x;
            while x < old.len() && usize::try_from(x as isize - diagonal).is_ok_and(|y| y < new.len() && old[x] == new[y]) {
                x += 1;
            }
            far[at(diagonal)] = x;
            let used = 1 + x.saturating_sub(begun);
            let Some(left) = steps.0.checked_sub(used) else {
                steps.0 = 0;
                return false;
            };
            steps.0 = left;
            if x >= old.len() && x as isize - diagonal >= new.len() as isize {
                return true;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Steps, is_near, shared};

    #[test]
    fn steps_grow_with_lines_times_differences() {
        let lines: Vec<String> = (0..1000).map(|it| it.to_string()).collect();
        let before: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (mut after, mut turned) = (before.clone(), before.clone());
        after[3] = "x";
        after[990] = "y";
        turned.reverse();
        let mut steps = Steps(5000);
        assert!(is_near(&before, &after, &mut steps));
        assert!(steps.0 > 1000, "two differences cost little: {steps:?}");
        assert!(!is_near(&before, &turned, &mut Steps(100_000)));
        assert!(is_near(&before, &turned, &mut Steps(10_000_000)));
        assert!(is_near(&before, &[], &mut Steps(0)), "what is new or gone as a whole costs nothing");
    }

    #[test]
    fn what_is_shared_never_overlaps() {
        assert_eq!(shared(&["a", "a"], &["a", "a", "a"]), (2, 0));
        assert_eq!(shared(&["a", "b", "c"], &["a", "x", "c"]), (1, 1));
    }
}
