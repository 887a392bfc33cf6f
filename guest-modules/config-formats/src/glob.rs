//! glob(7) over a target's files, as `Include` of sshd and others use it.

use crate::Files;

/// Most paths that a pattern may stand for.
const MOST: usize = 1000;

/// The paths of a pattern, sorted; one without `*`, `?` and `[` stands for itself, whether it is there or not.
pub fn expand(files: &dyn Files, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for segment in pattern.split('/').filter(|it| !it.is_empty()) {
        if !segment.contains(['*', '?', '[', '\\']) {
            found.iter_mut().for_each(|it| *it = format!("{it}/{segment}"));
            continue;
        }
        found = found
            .iter()
            .flat_map(|folder| {
                let names = files.names(if folder.is_empty() { "/" } else { folder });
                names.into_iter().filter(|it| matches(segment, it)).map(move |it| format!("{folder}/{it}")).collect::<Vec<_>>()
            })
            .take(MOST)
            .collect();
    }
    found.sort();
    found
}

/// Answers whether a path is one that a pattern stands for, segment by segment.
pub fn fits(pattern: &str, path: &str) -> bool {
    let (patterns, names): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    patterns.len() == names.len() && patterns.iter().zip(names).all(|(pattern, name)| matches(pattern, name))
}

/// Answers whether a name fits a segment: `*`, `?`, `[a-z]`, `[!a]`; a leading dot must be written.
pub fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut here, mut at, mut back) = (0, 0, None);
    while at < name.len() {
        if pattern.get(here) == Some(&'*') {
            back = Some((here, at));
            here += 1;
            continue;
        }
        match one(&pattern[here..], name[at]) {
            Some(used) => (here, at) = (here + used, at + 1),
            None => {
                let Some((star, from)) = back else { return false };
                back = Some((star, from + 1));
                (here, at) = (star + 1, from + 1);
            }
        }
    }
    pattern[here..].iter().all(|it| *it == '*')
}

/// How many letters of the pattern stand for this one.
fn one(pattern: &[char], letter: char) -> Option<usize> {
    match pattern.first()? {
        '?' => Some(1),
        '\\' if pattern.len() > 1 => (pattern[1] == letter).then_some(2),
        '[' => {
            let Some(close) = pattern.iter().skip(2).position(|it| *it == ']').map(|it| it + 2) else { return (letter == '[').then_some(1) };
            let (negated, set) = if matches!(pattern[1], '!' | '^') { (true, &pattern[2..close]) } else { (false, &pattern[1..close]) };
            let (mut within, mut at) = (false, 0);
            while at < set.len() {
                if at + 2 < set.len() && set[at + 1] == '-' {
                    within |= (set[at]..=set[at + 2]).contains(&letter);
                    at += 3;
                } else {
                    within |= set[at] == letter;
                    at += 1;
                }
            }
            (within != negated).then_some(close + 1)
        }
        it => (*it == letter).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::{expand, fits, matches};
    use crate::Memory;

    #[test]
    fn patterns() {
        assert!(matches("*.conf", "a.conf") && !matches("*.conf", ".a.conf") && !matches("*.conf", "a.conf~"));
        assert!(matches("[0-9]?-*", "10-a") && !matches("[!0-9]*", "1") && matches("a\\*", "a*"));
        let files = Memory::of(&[("/etc/a/b.conf", ""), ("/etc/c/a.conf", ""), ("/etc/c/x", "")]);
        assert_eq!(expand(&files, "/etc/*/*.conf"), ["/etc/a/b.conf", "/etc/c/a.conf"]);
        assert_eq!(expand(&files, "/none"), ["/none"]);
        assert!(fits("/etc/*/*.conf", "/etc/a/b.conf") && !fits("/etc/*", "/etc/a/b.conf") && !fits("/etc/*", "/srv/a"));
    }
}
