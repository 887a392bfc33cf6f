//! `--include`, `--exclude` and `--exclude-dir`: the last option that a name meets decides; where it meets none, the first does
//! (the module exclude of gnulib).

use crate::{Trouble, unmodelled};

#[derive(Clone, Debug)]
struct Rule {
    pattern: Vec<char>,
    include: bool,
}

/// Rules for one kind of names.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// Whether a pattern is about the whole name, or about what stands behind any `/` too.
    anchored: bool,
}

impl Rules {
    pub(crate) fn new(anchored: bool) -> Rules {
        Rules { rules: Vec::new(), anchored }
    }

    pub(crate) fn add(&mut self, pattern: &[u8], include: bool) -> Result<(), Trouble> {
        let Ok(text) = std::str::from_utf8(pattern) else { return unmodelled("a glob that is not UTF-8") };
        if text.contains(['\\', '[']) {
            return unmodelled("a glob with brackets or backslashes is not modelled");
        }
        self.rules.push(Rule { pattern: text.chars().collect(), include });
        Ok(())
    }

    /// Answers whether a name is left out.
    pub(crate) fn leaves_out(&self, name: &[u8]) -> Result<bool, Trouble> {
        let Some(first) = self.rules.first() else { return Ok(false) };
        let Ok(text) = std::str::from_utf8(name) else { return unmodelled("a name that is not UTF-8 before globs") };
        let letters: Vec<char> = text.chars().collect();
        // Options of both kinds that stand side by side are kept apart by what they are written with: such calls are rare.
        if self.rules.iter().any(|it| it.include != first.include) {
            return unmodelled("`--include` beside `--exclude` is not modelled");
        }
        let meets = |rule: &Rule| {
            matches(&rule.pattern, &letters)
                || !self.anchored && (0..letters.len()).any(|at| letters[at] == '/' && letters.get(at + 1) != Some(&'/') && matches(&rule.pattern, &letters[at + 1..]))
        };
        Ok(self.rules.iter().any(meets) != first.include)
    }
}

/// fnmatch(3) without flags, of `*` and `?`.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some('?') => (p, n) = (p + 1, n + 1),
            Some(letter) if *letter == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn a_name_is_left_out_by_its_last_part_too() {
        let mut rules = Rules::new(false);
        rules.add(b"*.c", false).expect("a glob");
        assert_eq!(rules.leaves_out(b"a/b.c"), Ok(true));
        assert_eq!(rules.leaves_out(b"a/b.h"), Ok(false));
        let mut rules = Rules::new(true);
        rules.add(b"*.c", true).expect("a glob");
        assert_eq!(rules.leaves_out(b"b.h"), Ok(true));
    }
}
