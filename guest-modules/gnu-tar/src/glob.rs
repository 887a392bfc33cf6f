//! fnmatch(3) as tar uses it.

/// How a pattern is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matching {
    /// Wildcards are wildcards.
    pub(crate) wildcards: bool,
    /// The pattern begins where the name does; else behind any slash too.
    pub(crate) anchored: bool,
    /// Letters of ASCII are compared without their case.
    pub(crate) fold: bool,
    /// `*`, `?` and brackets match a slash.
    pub(crate) slash: bool,
    /// A match of a leading folder is one.
    pub(crate) leading: bool,
}

/// Answers whether a pattern stands for a name.
pub(crate) fn matches(pattern: &[u8], name: &[u8], how: Matching) -> bool {
    let (pattern, name) = (letters(pattern, how.fold), letters(name, how.fold));
    let one = |name: &[u32]| if how.wildcards { glob(&pattern, name, how) } else { literal(&pattern, name, how) };
    let behind_slash = |at: usize| name[at] == SLASH && name.get(at + 1).is_some_and(|it| *it != SLASH) && one(&name[at + 1..]);
    one(&name) || !how.anchored && (0..name.len()).any(behind_slash)
}

/// Answers whether a pattern has what fnmatch(3) does not take as it stands.
pub(crate) fn has_wildcards(pattern: &[u8]) -> bool {
    pattern.iter().any(|it| b"*?[\\".contains(it))
}

const SLASH: u32 = b'/' as u32;
/// Where bytes that are no UTF-8 stand, beyond all letters.
const RAW: u32 = 0x0011_0000;

fn letters(text: &[u8], fold: bool) -> Vec<u32> {
    let folded = |it: char| if fold { it.to_ascii_lowercase() as u32 } else { it as u32 };
    text.utf8_chunks().flat_map(|it| it.valid().chars().map(folded).chain(it.invalid().iter().map(|it| RAW + u32::from(*it))).collect::<Vec<_>>()).collect()
}

fn literal(pattern: &[u32], name: &[u32], how: Matching) -> bool {
    name.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || how.leading && rest[0] == SLASH)
}

/// Goes through the name once for each star: the last star alone is tried again, so the cost is a product of both lengths.
fn glob(pattern: &[u32], name: &[u32], how: Matching) -> bool {
    let (mut at, mut here, mut star) = (0, 0, None::<(usize, usize)>);
    loop {
        if at == pattern.len() && (here == name.len() || how.leading && name[here] == SLASH) {
            return true;
        }
        if at < pattern.len() && pattern[at] == u32::from(b'*') {
            star = Some((at + 1, here));
            at += 1;
            continue;
        }
        if let Some(next) = (here < name.len() && at < pattern.len()).then(|| step(pattern, at, name[here], how)).flatten() {
            (at, here) = (next, here + 1);
            continue;
        }
        let Some((after, from)) = star else { return false };
        if from >= name.len() || !how.slash && name[from] == SLASH {
            return false;
        }
        star = Some((after, from + 1));
        (at, here) = (after, from + 1);
    }
}

/// Where the pattern goes on when its piece at `at` takes a letter.
fn step(pattern: &[u32], at: usize, letter: u32, how: Matching) -> Option<usize> {
    let is = |it: u8| pattern[at] == u32::from(it);
    if is(b'?') {
        (how.slash || letter != SLASH).then_some(at + 1)
    } else if is(b'[') {
        match bracket(pattern, at + 1, letter) {
            Some((taken, next)) => (taken && (how.slash || letter != SLASH)).then_some(next),
            None => (letter == u32::from(b'[')).then_some(at + 1),
        }
    } else if is(b'\\') && at + 1 < pattern.len() {
        (pattern[at + 1] == letter).then_some(at + 2)
    } else {
        (pattern[at] == letter && !is(b'\\')).then_some(at + 1)
    }
}

/// Answers whether a bracket takes a letter and where it ends; none if it never ends.
fn bracket(pattern: &[u32], mut at: usize, letter: u32) -> Option<(bool, usize)> {
    let code = |it: u8| u32::from(it);
    let negated = pattern.get(at).is_some_and(|it| *it == code(b'!') || *it == code(b'^'));
    at += usize::from(negated);
    let (mut taken, first) = (false, at);
    loop {
        let mut low = *pattern.get(at)?;
        if low == code(b']') && at > first {
            return Some((taken != negated, at + 1));
        }
        if low == code(b'[') && pattern.get(at + 1) == Some(&code(b':')) {
            let end = (at + 2..pattern.len().saturating_sub(1)).find(|it| pattern[*it] == code(b':') && pattern[it + 1] == code(b']'));
            if let Some(end) = end {
                taken |= in_class(&pattern[at + 2..end], letter);
                at = end + 2;
                continue;
            }
        }
        if low == code(b'\\') {
            at += 1;
            low = *pattern.get(at)?;
        }
        at += 1;
        if pattern.get(at) == Some(&code(b'-')) && pattern.get(at + 1).is_some_and(|it| *it != code(b']')) {
            at += 1;
            let mut high = *pattern.get(at)?;
            if high == code(b'\\') {
                at += 1;
                high = *pattern.get(at)?;
            }
            at += 1;
            taken |= (low..=high).contains(&letter);
        } else {
            taken |= low == letter;
        }
    }
}

fn in_class(name: &[u32], letter: u32) -> bool {
    let name: String = name.iter().filter_map(|it| char::from_u32(*it)).collect();
    let Some(letter) = char::from_u32(letter) else { return false };
    match name.as_str() {
        "alpha" => letter.is_alphabetic(),
        "digit" => letter.is_ascii_digit(),
        "alnum" => letter.is_alphabetic() || letter.is_ascii_digit(),
        "upper" => letter.is_uppercase(),
        "lower" => letter.is_lowercase(),
        "space" => letter.is_whitespace(),
        "blank" => matches!(letter, ' ' | '\t'),
        "punct" => letter.is_ascii_punctuation(),
        "cntrl" => letter.is_control(),
        "xdigit" => letter.is_ascii_hexdigit(),
        "print" => !letter.is_control(),
        "graph" => !letter.is_control() && !letter.is_whitespace(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Matching, matches};

    #[test]
    fn patterns_take_what_fnmatch_takes() {
        let how = Matching { wildcards: true, anchored: true, fold: false, slash: true, leading: true };
        for (pattern, name, expected) in [
            ("*.c", "a/b.c", true),
            ("a/*", "a", false),
            ("a", "a/b", true),
            ("a/", "a/b", false),
            ("[!a]*", "b", true),
            ("[a-c]x", "bx", true),
            ("[[:digit:]]?", "1é", true),
            ("[", "[", true),
            ("a\\*", "a*", true),
            ("", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes(), how), expected, "{pattern} {name}");
        }
        assert!(!matches(b"*.c", b"a/b.c", Matching { slash: false, anchored: true, ..how }));
        assert!(matches(b"b", b"a/b", Matching { anchored: false, ..how }));
    }
}
