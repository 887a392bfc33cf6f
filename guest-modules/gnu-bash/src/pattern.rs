//! Patterns of the shell (bash(1), Pattern Matching), extended ones included. Letters are Unicode's, ordered by code point as in
//! the locale C.UTF-8. Each pair of a place in the pattern and a place in the text is looked at once.

use std::collections::HashSet;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    nodes: Vec<Node>,
    fold: bool,
}

#[derive(Debug, Clone)]
enum Node {
    Letter(char),
    Any,
    Star,
    Set(Set),
    /// `?(…)` and its like: the sign and the alternatives.
    Group(char, Vec<Vec<Node>>),
}

#[derive(Debug, Clone)]
struct Set {
    negated: bool,
    items: Vec<Item>,
}

#[derive(Debug, Clone)]
enum Item {
    Range(char, char),
    Class(String),
}

fn folded(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn in_class(letter: char, class: &str) -> bool {
    match class {
        "alpha" => letter.is_alphabetic(),
        "digit" => letter.is_ascii_digit(),
        "alnum" => letter.is_alphabetic() || letter.is_ascii_digit(),
        "upper" => letter.is_uppercase(),
        "lower" => letter.is_lowercase(),
        "space" => letter.is_whitespace() && !matches!(letter, '\u{a0}' | '\u{2007}' | '\u{202f}'),
        "blank" => matches!(letter, ' ' | '\t'),
        "punct" => letter.is_ascii_punctuation() || !letter.is_ascii() && !letter.is_alphanumeric() && !letter.is_whitespace() && !letter.is_control(),
        "print" => !letter.is_control(),
        "graph" => !letter.is_control() && !letter.is_whitespace(),
        "cntrl" => letter.is_control(),
        "xdigit" => letter.is_ascii_hexdigit(),
        "word" => letter.is_alphanumeric() || letter == '_',
        "ascii" => letter.is_ascii(),
        _ => false,
    }
}

impl Set {
    fn has(&self, letter: char, fold: bool) -> bool {
        let one = |letter: char| {
            self.items.iter().any(|it| match it {
                Item::Range(from, to) => (*from..=*to).contains(&letter),
                Item::Class(name) => in_class(letter, name) || fold && matches!(name.as_str(), "upper" | "lower") && letter.is_alphabetic(),
            })
        };
        let held = one(letter) || fold && (one(folded(letter)) || letter.to_uppercase().next().is_some_and(one));
        held != self.negated
    }
}

impl Pattern {
    /// Compiles units: letters, and whether quotes protect them.
    pub fn new(units: &[(char, bool)], extglob: bool, fold: bool) -> Pattern {
        let mut at = 0;
        Pattern { nodes: sequence(units, &mut at, extglob, false), fold }
    }

    /// Answers whether it matches all of a text.
    pub fn matches(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        self.ends(&letters, 0, false).contains(&letters.len())
    }

    /// Answers whether it matches one name of a directory: a dot at the beginning wants a dot, unless all names count.
    pub fn matches_name(&self, name: &str, dotglob: bool) -> bool {
        if let Some(rest) = name.strip_prefix('.') {
            let special = matches!(rest, "" | ".");
            if (!dotglob || special) && !self.begins_with_dot() {
                return false;
            }
        }
        self.matches(name)
    }

    fn begins_with_dot(&self) -> bool {
        match self.nodes.first() {
            Some(Node::Letter('.')) => true,
            Some(Node::Group(sign, all)) => *sign != '!' && all.iter().any(|it| matches!(it.first(), Some(Node::Letter('.')))),
            _ => false,
        }
    }

    fn prefix(&self, text: &str, longest: bool) -> Option<usize> {
        let letters: Vec<char> = text.chars().collect();
        let ends = self.ends(&letters, 0, false);
        let many = if longest { ends.into_iter().max() } else { ends.into_iter().min() }?;
        Some(letters[..many].iter().map(|it| it.len_utf8()).sum())
    }

    /// The end of the shortest beginning that matches, in bytes.
    pub fn shortest_prefix(&self, text: &str) -> Option<usize> {
        self.prefix(text, false)
    }

    /// The end of the longest beginning that matches.
    pub fn longest_prefix(&self, text: &str) -> Option<usize> {
        self.prefix(text, true)
    }

    fn suffix(&self, text: &str, longest: bool) -> Option<usize> {
        let letters: Vec<char> = text.chars().collect();
        let mut places: Vec<usize> = (0..=letters.len()).collect();
        if !longest {
            places.reverse();
        }
        let from = places.into_iter().find(|from| self.ends(&letters, *from, false).contains(&letters.len()))?;
        Some(letters[..from].iter().map(|it| it.len_utf8()).sum())
    }

    /// The start of the shortest end that matches.
    pub fn shortest_suffix(&self, text: &str) -> Option<usize> {
        self.suffix(text, false)
    }

    /// The start of the longest end that matches.
    pub fn longest_suffix(&self, text: &str) -> Option<usize> {
        self.suffix(text, true)
    }

    /// The first match from a place on, and there the longest.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let rest: Vec<char> = text[from..].chars().collect();
        let mut at = from;
        for start in 0..=rest.len() {
            if let Some(end) = self.ends(&rest, start, true).into_iter().max() {
                let bytes: usize = rest[start..end].iter().map(|it| it.len_utf8()).sum();
                return Some((at, at + bytes));
            }
            at += rest.get(start).map_or(0, |it| it.len_utf8());
        }
        None
    }

    /// All places where a match from here can end. With `solid`, a match of nothing does not count.
    fn ends(&self, text: &[char], from: usize, solid: bool) -> HashSet<usize> {
        let mut out = HashSet::new();
        // A pattern of plain letters at its front is decided by them.
        if let Some(Node::Letter(first)) = self.nodes.first() {
            let fits = text.get(from).is_some_and(|it| it == first || self.fold && folded(*it) == folded(*first));
            if !fits {
                return out;
            }
        }
        reach(&self.nodes, text, from, self.fold, &mut out);
        if solid {
            out.remove(&from);
        }
        out
    }
}

/// Places that a run of nodes leads to from a place.
fn reach(nodes: &[Node], text: &[char], from: usize, fold: bool, out: &mut HashSet<usize>) {
    let mut now: Vec<usize> = vec![from];
    for node in nodes {
        let mut next: HashSet<usize> = HashSet::new();
        match node {
            Node::Letter(letter) => next.extend(now.iter().filter(|at| text.get(**at).is_some_and(|it| it == letter || fold && folded(*it) == folded(*letter))).map(|at| at + 1)),
            Node::Any => next.extend(now.iter().filter(|at| **at < text.len()).map(|at| at + 1)),
            Node::Set(set) => next.extend(now.iter().filter(|at| text.get(**at).is_some_and(|it| set.has(*it, fold))).map(|at| at + 1)),
            Node::Star => {
                if let Some(first) = now.iter().min() {
                    next.extend(*first..=text.len());
                }
            }
            Node::Group(sign, all) => {
                for at in now {
                    group(*sign, all, text, at, fold, &mut next);
                }
            }
        }
        if next.is_empty() {
            return;
        }
        now = next.into_iter().collect();
    }
    out.extend(now);
}

fn group(sign: char, all: &[Vec<Node>], text: &[char], from: usize, fold: bool, out: &mut HashSet<usize>) {
    let once = |at: usize| {
        let mut ends = HashSet::new();
        for nodes in all {
            reach(nodes, text, at, fold, &mut ends);
        }
        ends
    };
    match sign {
        '!' => {
            let ends = once(from);
            out.extend((from..=text.len()).filter(|it| !ends.contains(it)));
        }
        '@' => out.extend(once(from)),
        '?' => {
            out.insert(from);
            out.extend(once(from));
        }
        _ => {
            let mut seen = HashSet::new();
            let mut open = vec![from];
            while let Some(at) = open.pop() {
                for end in once(at) {
                    if seen.insert(end) {
                        open.push(end);
                    }
                }
            }
            if sign == '*' {
                seen.insert(from);
            }
            out.extend(seen);
        }
    }
}

/// Nodes up to the end, or in a group up to `|` or `)`.
fn sequence(units: &[(char, bool)], at: &mut usize, extglob: bool, inside: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some((letter, quoted)) = units.get(*at).copied() {
        if quoted {
            nodes.push(Node::Letter(letter));
            *at += 1;
            continue;
        }
        if inside && matches!(letter, '|' | ')') {
            break;
        }
        if extglob && matches!(letter, '?' | '*' | '+' | '@' | '!') && units.get(*at + 1) == Some(&('(', false)) && closes(units, *at + 1) {
            *at += 2;
            let mut all = vec![sequence(units, at, extglob, true)];
            while units.get(*at) == Some(&('|', false)) {
                *at += 1;
                all.push(sequence(units, at, extglob, true));
            }
            *at += 1;
            nodes.push(Node::Group(letter, all));
            continue;
        }
        match letter {
            '?' => nodes.push(Node::Any),
            '*' => {
                if !matches!(nodes.last(), Some(Node::Star)) {
                    nodes.push(Node::Star);
                }
            }
            '\\' => match units.get(*at + 1) {
                Some((next, _)) => {
                    nodes.push(Node::Letter(*next));
                    *at += 1;
                }
                None => nodes.push(Node::Letter('\\')),
            },
            '[' => match set(units, *at) {
                Some((set, end)) => {
                    nodes.push(Node::Set(set));
                    *at = end;
                    continue;
                }
                None => nodes.push(Node::Letter('[')),
            },
            other => nodes.push(Node::Letter(other)),
        }
        *at += 1;
    }
    nodes
}

/// Whether the parenthesis that opens here is closed.
fn closes(units: &[(char, bool)], open: usize) -> bool {
    let mut depth = 0_usize;
    for unit in &units[open..] {
        match unit {
            ('(', false) => depth += 1,
            (')', false) => {
                depth -= 1;
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// A bracket expression, and the place behind it; none where it is not closed.
fn set(units: &[(char, bool)], open: usize) -> Option<(Set, usize)> {
    let mut at = open + 1;
    let mut set = Set { negated: false, items: Vec::new() };
    if matches!(units.get(at), Some(('!' | '^', false))) {
        set.negated = true;
        at += 1;
    }
    let first = at;
    loop {
        let (letter, quoted) = *units.get(at)?;
        if letter == ']' && !quoted && at > first {
            return Some((set, at + 1));
        }
        if letter == '/' && !quoted {
            // A slash is no part of a bracket in names of files; elsewhere it may be.
        }
        if letter == '[' && !quoted && matches!(units.get(at + 1), Some((':' | '=' | '.', false))) {
            let kind = units[at + 1].0;
            let end = (at + 2..units.len()).find(|it| units[*it].0 == kind && units.get(it + 1).is_some_and(|it| it.0 == ']'));
            if let Some(end) = end {
                let name: String = units[at + 2..end].iter().map(|it| it.0).collect();
                match kind {
                    ':' => set.items.push(Item::Class(name)),
                    _ => set.items.extend(name.chars().next().filter(|_| name.chars().count() == 1).map(|it| Item::Range(it, it))),
                }
                at = end + 2;
                continue;
            }
        }
        let (low, mut next) = escaped(units, at);
        let dash = units.get(next) == Some(&('-', false)) && units.get(next + 1).is_some_and(|it| *it != (']', false));
        if dash {
            let (high, behind) = escaped(units, next + 1);
            next = behind;
            if low <= high {
                set.items.push(Item::Range(low, high));
            }
        } else {
            set.items.push(Item::Range(low, low));
        }
        at = next;
    }
}

fn escaped(units: &[(char, bool)], at: usize) -> (char, usize) {
    match units[at] {
        ('\\', false) if units.get(at + 1).is_some() => (units[at + 1].0, at + 2),
        (letter, _) => (letter, at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn of(text: &str) -> Pattern {
        Pattern::new(&text.chars().map(|it| (it, false)).collect::<Vec<_>>(), true, false)
    }

    #[test]
    fn matches_as_the_manual_says() {
        for (pattern, text, expected) in [
            ("*.c", "a.c", true),
            ("[!a-c]?", "dz", true),
            ("[]x]", "]", true),
            ("[[:upper:]]*", "Foo", true),
            ("+(ab|c)", "abcab", true),
            ("!(*.c)", "a.c", false),
            ("@(a|b)c", "bc", true),
            ("a\\*b", "a*b", true),
            ("[a", "[a", true),
            ("*(a)*(a)*(a)*(a)*(a)b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(of(pattern).matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(of("/*").shortest_suffix("/usr/lib/x"), Some(8));
        assert_eq!(of("*/").longest_prefix("/usr/lib/x"), Some(9));
        assert_eq!(of("b*d").find("abcd bd", 0), Some((1, 7)));
    }
}
