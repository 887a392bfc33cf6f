//! Regular expressions of find(1): which of them mean here what they mean there. The whole path must match.

use gnu_regex::{Flavour, Options, Reader, Regex};

/// Whose rules (findutils 4.9, `-regextype`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The default: `\(a\|b\)`, `+` and `?` as operators, no intervals and no classes by name.
    Emacs,
    Basic,
    Extended,
}

impl Dialect {
    /// Reads the name of a dialect that is modelled.
    pub(crate) fn read(name: &str) -> Option<Dialect> {
        Some(match name {
            "findutils-default" | "emacs" => Dialect::Emacs,
            "posix-basic" | "sed" | "ed" | "grep" | "posix-minimal-basic" => Dialect::Basic,
            "posix-extended" | "posix-egrep" | "egrep" | "posix-awk" | "awk" | "gnu-awk" => Dialect::Extended,
            _ => return None,
        })
    }
}

/// Compiles an expression; none where it holds anything whose meaning was not held against find(1).
pub(crate) fn compile(dialect: Dialect, text: &str, fold: bool) -> Option<Regex> {
    let body = extended(dialect, text)?;
    let options = Options { flavour: Flavour::Extended, fold, multiline: false, escapes: false, strict: true, reader: Reader::Sed };
    Regex::new(format!("^({body})$").as_bytes(), options).ok()
}

/// The same as an extended expression.
fn extended(dialect: Dialect, text: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    // What stands before may be repeated; nothing was read yet.
    let (mut depth, mut atom, mut first) = (0_usize, false, true);
    while let Some(letter) = letters.next() {
        let was_first = std::mem::take(&mut first);
        let operator = match (dialect, letter) {
            (_, '\\') => match letters.next()? {
                it @ ('(' | ')' | '|') if dialect == Dialect::Emacs => it,
                it @ ('(' | ')') if dialect == Dialect::Basic => it,
                it @ ('.' | '*' | '[' | ']' | '$' | '^' | '\\') => {
                    out.extend(['\\', it]);
                    atom = true;
                    continue;
                }
                it @ ('+' | '?' | '(' | ')' | '{' | '}' | '|') if dialect == Dialect::Extended => {
                    out.extend(['\\', it]);
                    atom = true;
                    continue;
                }
                it @ ('/' | '-') => {
                    out.push(it);
                    atom = true;
                    continue;
                }
                _ => return None,
            },
            (_, '*') | (Dialect::Emacs, '+' | '?') | (Dialect::Extended, '+' | '?' | '(' | ')' | '|') => letter,
            (Dialect::Extended, '{' | '}') => return None,
            // At an edge of the whole they say what holds anyhow; elsewhere each dialect has its own rule.
            (_, '^') if was_first => continue,
            (_, '$') if letters.peek().is_none() => continue,
            (_, '^' | '$') => return None,
            (_, '[') => {
                out.push('[');
                bracket(&mut letters, &mut out)?;
                atom = true;
                continue;
            }
            (_, '+' | '?' | '{' | '}' | '(' | ')' | '|') => {
                out.extend(['\\', letter]);
                atom = true;
                continue;
            }
            _ => {
                out.push(letter);
                atom = true;
                continue;
            }
        };
        match operator {
            '(' => {
                depth += 1;
                atom = false;
            }
            // An empty branch means other things in other dialects, and so does an operator that has nothing before it.
            _ if !atom => return None,
            ')' => depth = depth.checked_sub(1)?,
            '|' => atom = false,
            _ if letters.peek().is_some_and(|it| matches!(it, '*' | '+' | '?')) => return None,
            _ => {}
        }
        out.push(operator);
    }
    (depth == 0 && (atom || out.is_empty())).then_some(out)
}

/// A bracket expression without classes by name.
fn bracket(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Option<()> {
    if letters.peek() == Some(&'^') {
        out.extend(letters.next());
    }
    let mut inside = false;
    loop {
        let letter = letters.next()?;
        if letter == '[' && letters.peek().is_some_and(|it| matches!(it, ':' | '.' | '=')) || letter == '\\' {
            return None;
        }
        out.push(letter);
        if letter == ']' && inside {
            return Some(());
        }
        inside = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, compile};

    /// What find 4.9 of Debian 12 made of `find -regex`.
    #[test]
    fn agrees_with_find() {
        for (dialect, pattern, path, expected) in [
            (Dialect::Emacs, r"^/etc/.*\.conf$", "/etc/a.conf", true),
            (Dialect::Emacs, r"^audit(\.rules|d\.conf)$", "audit.rules", false),
            (Dialect::Emacs, r"^.*\.rules$", "/etc/audit/rules.d/x.rules", true),
            (Dialect::Emacs, r".*\(a\|b\)", "./b", true),
            (Dialect::Emacs, r".*(a|b)", "./b", false),
            (Dialect::Emacs, r".*(a|b)", "./(a|b)", true),
            (Dialect::Emacs, r"\./.+", "./b", true),
            (Dialect::Emacs, "a", "./a", false),
            (Dialect::Basic, "./a+", "./aa", false),
            (Dialect::Extended, "./a+", "./aa", true),
        ] {
            let regex = compile(dialect, pattern, false).expect(pattern);
            assert_eq!(regex.find_at(path.as_bytes(), 0).expect("few steps").is_some(), expected, "{pattern} {path}");
        }
        assert!(compile(Dialect::Emacs, "[[:alpha:]]", false).is_none());
        assert!(compile(Dialect::Emacs, "a**", false).is_none());
    }
}
