//! Shell patterns as fnmatch(3) matches them without flags: `*` and `?` match a slash and a leading dot too.

/// Answers whether a text matches a pattern.
pub(crate) fn is_match(pattern: &str, text: &str, fold: bool) -> bool {
    let chars = |it: &str| it.chars().flat_map(|it| if fold { it.to_lowercase().collect::<Vec<_>>() } else { vec![it] }).collect::<Vec<_>>();
    let (pattern, text) = (chars(pattern), chars(text));
    let (mut at, mut here, mut back) = (0, 0, None);
    while here < text.len() {
        let step = match pattern.get(at) {
            Some('*') => {
                back = Some((at, here));
                at += 1;
                continue;
            }
            Some('?') => Some(at + 1),
            Some('[') => class(&pattern, at, text[here]),
            Some('\\') => pattern.get(at + 1).filter(|it| **it == text[here]).map(|_| at + 2),
            Some(it) if *it == text[here] => Some(at + 1),
            _ => None,
        };
        match (step, back) {
            (Some(next), _) => (at, here) = (next, here + 1),
            (None, Some((star, from))) => {
                back = Some((star, from + 1));
                (at, here) = (star + 1, from + 1);
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|it| *it == '*')
}

/// Matches `[…]`; the place behind it where the letter is in. Without an end the bracket means itself.
fn class(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
    let start = at + 1 + usize::from(negated);
    let end = (start + 1..pattern.len()).find(|it| pattern[*it] == ']' && !(pattern[*it - 1] == ':' && inside_name(&pattern[start..*it])));
    let Some(end) = end else { return (letter == '[').then_some(at + 1) };
    let body: String = pattern[start..end].iter().collect();
    (holds(&body, letter) != negated).then_some(end + 1)
}

fn inside_name(body: &[char]) -> bool {
    let text: String = body.iter().collect();
    text.matches("[:").count() > text.matches(":]").count()
}

fn holds(body: &str, letter: char) -> bool {
    let mut rest = body;
    while let Some(start) = rest.find("[:") {
        let Some(end) = rest[start..].find(":]") else { break };
        let name = &rest[start + 2..start + end];
        let is = match name {
            "alpha" => letter.is_alphabetic(),
            "digit" => letter.is_ascii_digit(),
            "alnum" => letter.is_alphanumeric(),
            "upper" => letter.is_uppercase(),
            "lower" => letter.is_lowercase(),
            "space" => letter.is_whitespace(),
            "punct" => letter.is_ascii_punctuation(),
            _ => false,
        };
        if is || holds(&rest[..start], letter) {
            return true;
        }
        rest = &rest[start + end + 2..];
    }
    let letters: Vec<char> = rest.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        if at + 2 < letters.len() && letters[at + 1] == '-' {
            if (letters[at]..=letters[at + 2]).contains(&letter) {
                return true;
            }
            at += 3;
        } else if letters[at] == letter {
            return true;
        } else {
            at += 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn agrees_with_fnmatch() {
        for (pattern, text, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".conf", true),
            ("a?c", "abc", true),
            ("a[b-d]c", "acc", true),
            ("a[!b-d]c", "acc", false),
            ("a[]]c", "a]c", true),
            ("[[:digit:]]x", "7x", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("*/x", "/a/b/x", true),
            ("[", "[", true),
        ] {
            assert_eq!(is_match(pattern, text, false), expected, "{pattern} {text}");
        }
        assert!(is_match("README*", "readme.md", true));
    }
}
