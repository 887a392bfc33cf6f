//! A pattern's text as a tree: what bash takes for a bracket expression, a group or a plain character.

/// How deep groups may stand in each other; a pattern that goes deeper is none. Nobody writes this by hand, and a reader that goes
/// as deep as it is told to would exhaust the stack.
pub(super) const DEEPEST: usize = 200;

/// One element of a pattern.
#[derive(Clone, Debug)]
pub enum Node {
    Char(char),
    Any,
    Star,
    Set(Set),
    Group(Kind, Vec<Vec<Node>>),
}

/// What a group's sign asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Maybe,
    Any,
    Some,
    One,
    Not,
}

/// A bracket expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    negated: bool,
    nocase: bool,
    members: Vec<Member>,
    /// It is negated and a `]` comes first.
    pub hides_its_end: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Member {
    Range(char, char),
    Class(String),
}

impl Set {
    /// Returns whether a character is one of those meant.
    pub fn holds(&self, unit: char) -> bool {
        let folded = if self.nocase { fold(unit) } else { unit };
        let found = self.members.iter().any(|member| match member {
            Member::Range(low, high) => *low <= folded && folded <= *high,
            Member::Class(name) => in_class(name, unit),
        });
        found != self.negated
    }
}

/// Returns a letter in lower case where that is one letter.
pub fn fold(unit: char) -> char {
    let mut lower = unit.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => unit,
    }
}

/// Returns whether a character belongs to a class by its name; a byte that is no letter belongs to none.
fn in_class(name: &str, unit: char) -> bool {
    if unit >= '\u{10FF00}' {
        return false;
    }
    match name {
        "alpha" => unit.is_alphabetic() || (!unit.is_ascii() && unit.is_numeric() && unit.is_alphanumeric()),
        "digit" => unit.is_ascii_digit(),
        "alnum" => unit.is_alphanumeric(),
        "upper" => unit.is_uppercase(),
        "lower" => unit.is_lowercase(),
        "space" => unit.is_whitespace() && !matches!(unit, '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}'),
        "blank" => unit == ' ' || unit == '\t' || (!unit.is_ascii() && in_class("space", unit) && !matches!(unit, '\u{2028}' | '\u{2029}')),
        "punct" => unit.is_ascii_punctuation() || (!unit.is_ascii() && !unit.is_alphanumeric() && !unit.is_whitespace() && !unit.is_control()),
        "cntrl" => unit.is_control() || matches!(unit, '\u{2028}' | '\u{2029}'),
        "print" => !unit.is_control() && !matches!(unit, '\u{2028}' | '\u{2029}'),
        "graph" => !unit.is_control() && !in_class("space", unit),
        "xdigit" => unit.is_ascii_hexdigit(),
        "ascii" => unit.is_ascii(),
        "word" => unit.is_alphanumeric() || unit == '_',
        _ => false,
    }
}

/// A unit of the pattern once backslashes are read: a character and whether it stands for itself.
type Unit = (char, bool);

/// Reads a pattern.
pub fn parse(units: &[(char, bool)], extglob: bool, nocase: bool) -> Vec<Node> {
    Reader { units: &unescaped(units), extglob, nocase }.sequence(0, units_len(units), 0)
}

fn units_len(units: &[(char, bool)]) -> usize {
    unescaped(units).len()
}

/// Takes the backslashes away: what follows one stands for itself, and one at the end does too.
fn unescaped(units: &[(char, bool)]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    let mut rest = units.iter();
    while let Some(&(unit, quoted)) = rest.next() {
        match (unit, quoted) {
            ('\\', false) => out.push(rest.next().map_or(('\\', true), |&(next, _)| (next, true))),
            _ => out.push((unit, quoted)),
        }
    }
    out
}

struct Reader<'a> {
    units: &'a [Unit],
    extglob: bool,
    nocase: bool,
}

impl Reader<'_> {
    fn plain(&self, at: usize, end: usize) -> Option<char> {
        self.units[..end].get(at).and_then(|&(unit, quoted)| (!quoted).then_some(unit))
    }

    fn fold(&self, unit: char) -> char {
        if self.nocase { fold(unit) } else { unit }
    }

    fn sequence(&self, mut at: usize, end: usize, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        while at < end {
            let (unit, quoted) = self.units[at];
            if !quoted
                && self.extglob
                && self.plain(at + 1, end) == Some('(')
                && depth < DEEPEST
                && let Some(kind) = kind(unit)
            {
                let Some((choices, after)) = self.group(at + 2, end) else {
                    // As bash: a group without its end is compared as it is written, and so is all that follows.
                    nodes.extend(self.units[at..end].iter().map(|&(unit, _)| Node::Char(self.fold(unit))));
                    return nodes;
                };
                nodes.push(Node::Group(kind, choices.into_iter().map(|(from, to)| self.sequence(from, to, depth + 1)).collect()));
                at = after;
                continue;
            }
            at += 1;
            // Several stars in a row are one: each would be a state more for each letter of a text.
            if unit == '*' && !quoted && matches!(nodes.last(), Some(Node::Star)) {
                continue;
            }
            nodes.push(match unit {
                '*' if !quoted => Node::Star,
                '?' if !quoted => Node::Any,
                '[' if !quoted => match self.bracket(at, end) {
                    Some((set, after)) => {
                        at = after;
                        Node::Set(set)
                    }
                    None => Node::Char('['),
                },
                _ => Node::Char(self.fold(unit)),
            });
        }
        nodes
    }

    /// Returns where a group's choices stand and where it ends.
    fn group(&self, from: usize, end: usize) -> Option<(Vec<(usize, usize)>, usize)> {
        let mut choices = Vec::new();
        let (mut start, mut nested, mut at) = (from, 0, from);
        while at < end {
            match self.plain(at, end) {
                Some('[') => {
                    at = self.bracket_end(at + 1, end)?;
                    continue;
                }
                Some('(') => nested += 1,
                Some(')') if nested == 0 => {
                    choices.push((start, at));
                    return Some((choices, at + 1));
                }
                Some(')') => nested -= 1,
                Some('|') if nested == 0 => {
                    choices.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Returns where the bracket expression that began before `at` has ended, for the search of a group's end.
    fn bracket_end(&self, at: usize, end: usize) -> Option<usize> {
        let mut at = at + usize::from(matches!(self.plain(at, end), Some('!' | '^')));
        let first = at;
        while at < end {
            match self.plain(at, end) {
                Some(']') if at > first => return Some(at + 1),
                Some('[') => {
                    if let Some(sign @ ('=' | ':' | '.')) = self.plain(at + 1, end)
                        && let Some(after) = self.named(at + 2, end, sign)
                    {
                        at = after;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Returns where `:]` (or `.]`, `=]`) has ended.
    fn named(&self, from: usize, end: usize, sign: char) -> Option<usize> {
        (from..end.saturating_sub(1)).find(|&at| self.plain(at, end) == Some(sign) && self.plain(at + 1, end) == Some(']')).map(|at| at + 2)
    }

    /// Reads a bracket expression whose `[` stands before `at`.
    fn bracket(&self, at: usize, end: usize) -> Option<(Set, usize)> {
        let negated = matches!(self.plain(at, end), Some('!' | '^'));
        let mut at = at + usize::from(negated);
        let hides_its_end = negated && self.plain(at, end) == Some(']');
        let mut members = Vec::new();
        let mut first = true;
        loop {
            if at >= end {
                return None;
            }
            if self.plain(at, end) == Some(']') && !first {
                return Some((Set { negated, nocase: self.nocase, members, hides_its_end }, at + 1));
            }
            first = false;
            if self.plain(at, end) == Some('[')
                && self.plain(at + 1, end) == Some(':')
                && let Some(after) = self.named(at + 2, end, ':')
            {
                members.push(Member::Class(self.units[at + 2..after - 2].iter().map(|unit| unit.0).collect()));
                at = after;
                continue;
            }
            if self.plain(at, end) == Some('[')
                && self.plain(at + 1, end) == Some('=')
                && self.plain(at + 3, end) == Some('=')
                && self.plain(at + 4, end) == Some(']')
            {
                let unit = self.fold(self.units[at + 2].0);
                members.push(Member::Range(unit, unit));
                at += 5;
                continue;
            }
            let (low, after) = self.point(at, end);
            at = after;
            if self.plain(at, end) == Some('-') && at + 1 < end && self.plain(at + 1, end) != Some(']') {
                let (high, after) = self.point(at + 1, end);
                at = after;
                if let (Some(low), Some(high)) = (low, high) {
                    members.push(Member::Range(low, high));
                }
            } else if let Some(unit) = low {
                members.push(Member::Range(unit, unit));
            }
        }
    }

    /// Reads one end of a range: a character or a collating symbol, of which those of one character are known.
    fn point(&self, at: usize, end: usize) -> (Option<char>, usize) {
        if self.plain(at, end) == Some('[')
            && self.plain(at + 1, end) == Some('.')
            && let Some(after) = self.named(at + 2, end, '.')
        {
            let name: String = self.units[at + 2..after - 2].iter().map(|unit| unit.0).collect();
            return (symbol(&name).map(|unit| self.fold(unit)), after);
        }
        (Some(self.fold(self.units[at].0)), at + 1)
    }
}

fn kind(unit: char) -> Option<Kind> {
    Some(match unit {
        '?' => Kind::Maybe,
        '*' => Kind::Any,
        '+' => Kind::Some,
        '@' => Kind::One,
        '!' => Kind::Not,
        _ => return None,
    })
}

/// Returns the character a collating symbol names: itself, or one of POSIX's names (POSIX.1-2017, XBD 6.1).
fn symbol(name: &str) -> Option<char> {
    let mut units = name.chars();
    if let (Some(unit), None) = (units.next(), units.next()) {
        return Some(unit);
    }
    Some(match name {
        "NUL" => '\0',
        "tab" => '\t',
        "newline" => '\n',
        "space" => ' ',
        "exclamation-mark" => '!',
        "quotation-mark" => '"',
        "number-sign" => '#',
        "dollar-sign" => '$',
        "percent-sign" => '%',
        "ampersand" => '&',
        "apostrophe" => '\'',
        "left-parenthesis" => '(',
        "right-parenthesis" => ')',
        "asterisk" => '*',
        "plus-sign" => '+',
        "comma" => ',',
        "hyphen" | "hyphen-minus" | "minus" | "dash" => '-',
        "period" | "full-stop" => '.',
        "slash" | "solidus" => '/',
        "zero" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        "colon" => ':',
        "semicolon" => ';',
        "less-than-sign" => '<',
        "equals-sign" => '=',
        "greater-than-sign" => '>',
        "question-mark" => '?',
        "commercial-at" => '@',
        "left-square-bracket" => '[',
        "backslash" | "reverse-solidus" => '\\',
        "right-square-bracket" => ']',
        "circumflex" | "circumflex-accent" => '^',
        "underscore" | "low-line" => '_',
        "grave-accent" => '`',
        "left-brace" | "left-curly-bracket" => '{',
        "vertical-line" => '|',
        "right-brace" | "right-curly-bracket" => '}',
        "tilde" => '~',
        _ => return None,
    })
}
