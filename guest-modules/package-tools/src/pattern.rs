//! fnmatch(3) without flags, as dpkg and rpm use it, for patterns of `*`, `?` and simple brackets.

/// Answers whether a word has letters that make it a pattern.
pub(crate) fn is_pattern(word: &str) -> bool {
    word.contains(['*', '?', '[', '\\'])
}

/// Answers whether a pattern is one that is carried out here.
pub(crate) fn is_known(pattern: &str) -> bool {
    !pattern.contains(['\\']) && !pattern.contains("[:") && !pattern.contains("[.") && !pattern.contains("[=") && pattern.matches('[').count() == pattern.matches(']').count() && !pattern.contains("[]") && !pattern.contains("[!]") && !pattern.contains("[^]")
}

/// Answers whether a text matches.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut retry) = (0, 0, None);
    while t < text.len() {
        match one(&pattern, p, text[t]) {
            Some(next) => {
                p = next;
                t += 1;
            }
            None if pattern.get(p) == Some(&'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            None => {
                let Some((back, from)) = retry else { return false };
                retry = Some((back, from + 1));
                (p, t) = (back, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|it| *it == '*')
}

/// The place behind the element at `p`, where it matches one letter; a star does not.
fn one(pattern: &[char], p: usize, letter: char) -> Option<usize> {
    match *pattern.get(p)? {
        '*' => None,
        '?' => Some(p + 1),
        '[' => {
            let Some(close) = pattern[p..].iter().position(|it| *it == ']').map(|it| p + it) else { return (letter == '[').then_some(p + 1) };
            let inside = &pattern[p + 1..close];
            let (not, inside) = match inside.first() {
                Some('!' | '^') => (true, &inside[1..]),
                _ => (false, inside),
            };
            let mut hit = false;
            let mut at = 0;
            while at < inside.len() {
                if at + 2 < inside.len() && inside[at + 1] == '-' {
                    hit |= (inside[at]..=inside[at + 2]).contains(&letter);
                    at += 3;
                } else {
                    hit |= inside[at] == letter;
                    at += 1;
                }
            }
            (hit != not).then_some(close + 1)
        }
        other => (other == letter).then_some(p + 1),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_as_fnmatch_has_it() {
        for (pattern, text, holds) in [("a*c", "abbc", true), ("a*c", "abcd", false), ("?", "", false), ("[a-c]x", "bx", true), ("[!a]", "a", false), ("*", "", true), ("*a*b", "xaab", true)] {
            assert_eq!(super::matches(pattern, text), holds, "{pattern} {text}");
        }
    }
}
