//! Regular expressions of the three dialects.

use crate::sweep::chance::Chance;

/// Whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Basic,
    Extended,
    Perl,
    /// Awk's own: extended, without the words of GNU's library.
    Awk,
}

const LITERALS: &[&str] = &[
    "a", "b", "o", "foo", "key", "=", " ", "ab", "A", "1", "0", "Root", "permit", "value", "/", ":", "-", "#", "x", "bar", ",", "\u{fc}", "_", "word", "n",
    "abc", "%", "\"", "'", "&", "~", ";",
];
const CLASSES: &[&str] = &[
    "[a-c]",
    "[^a-c]",
    "[[:alpha:]]",
    "[[:space:]]",
    "[^[:space:]]",
    "[[:digit:]_-]",
    "[]a]",
    "[^]a]",
    "[a\\]",
    "[[:upper:][:digit:]]",
    "[ \t]",
    "[a-zA-Z0-9._-]",
    "[0-9]",
    "[[:punct:]]",
    "[[:alnum:]]",
    "[-a]",
    "[a-]",
    "[[:blank:]]",
    "[^\"]",
    "[/]",
    "[.]",
    "[*]",
    "[$]",
    "[\\n]",
    "[[:cntrl:]]",
    "[[:print:]]",
    "[\u{fc}\u{df}]",
    "[[:lower:]]",
    "[[:xdigit:]]",
    "[a^]",
    "[,;]",
];
const ODD_CLASSES: &[&str] = &[
    "[[.a.]]",
    "[[=a=]]",
    "[[:foo:]]",
    "[z-a]",
    "[",
    "[a",
    "[[:alpha:]",
    "[:alpha:]",
    "[[.hyphen.]]",
    "[]",
    "[^]",
    "[a-b-c]",
    "[--/]",
    "[[.-.]]",
    "[[.space.]-a]",
];
const WORDS: &[&str] = &["\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "\\<", "\\>", "\\`", "\\'"];
const ESCAPED: &[&str] = &["\\.", "\\*", "\\[", "\\]", "\\/", "\\$", "\\^", "\\\\", "\\-", "\\#", "\\n", "\\t"];
const ODD: &[&str] = &[
    "\\", "\\z", "\\q", "\\e", "\\8", "\\0", "*", "**", "+", "?", "{", "}", "{1}", "\\{", "\\}", ")", "(", "\\)", "\\(", "|", "\\|", "()", "(|a)", "a||b",
    "a{,2}", "a{2", "a{2,1}", "a{1a}", "^*", "$a", "a^b", "^^", "$$", "\\+", "\\?", "a{65536}", "x{0}", "\\x41", "\\d065", "\\o101", "\\cA",
];
const PERL: &[&str] = &[
    "\\d",
    "\\D",
    "\\K",
    "\\h",
    "\\H",
    "\\R",
    "\\v",
    "\\A",
    "\\Z",
    "\\z",
    "(?i)",
    "(?:ab)",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(?<=foo|ba)",
    "(?>a+)",
    "\\Qa.b\\E",
    "\\x{61}",
    "\\x61",
    "(?<n>a)\\k<n>",
    "(?P<m>b)(?P=m)",
    "\\p{L}",
    "\\P{Lu}",
    "\\pN",
    "a*?",
    "a+?",
    "a++",
    "[a-c]*+",
    "(?#x)",
    "(?s).",
    "(?m)^a$",
    "(?x) a b ",
    "\\N",
    "\\X",
    "(?|(a)|(b))",
    "(a)(?1)",
    "(?(1)a|b)",
    "\\g1",
    "\\g{-1}",
    "[[:word:]]",
    "[\\d\\s]",
    "[\\w-]",
    "(*UCP)\\w",
    "\\G",
    "(?i:A)b",
    "(?-i)a",
    "\\o{141}",
    "\\C",
    "(?<=a*)",
    "\\u",
    "(?",
    "(?<n",
    "(?z)",
];

/// An expression by chance.
pub(super) fn expression(chance: &mut Chance, dialect: Dialect) -> String {
    let mut groups = 0;
    let mut out = String::new();
    if chance.percent(25) {
        out.push('^');
    }
    out.push_str(&branch(chance, dialect, 2, &mut groups));
    if chance.percent(20) {
        out.push('$');
    }
    out
}

fn branch(chance: &mut Chance, dialect: Dialect, depth: usize, groups: &mut usize) -> String {
    let mut out = String::new();
    for _ in 0..chance.range(1, 3) {
        out.push_str(&atom(chance, dialect, depth, groups));
        if chance.percent(30) {
            out.push_str(&quantifier(chance, dialect));
        }
    }
    if depth > 0 && chance.percent(12) {
        out.push_str(if dialect == Dialect::Basic { "\\|" } else { "|" });
        out.push_str(&branch(chance, dialect, depth - 1, groups));
    }
    out
}

fn atom(chance: &mut Chance, dialect: Dialect, depth: usize, groups: &mut usize) -> String {
    match chance.below(100) {
        0..=37 => chance.of(LITERALS).to_owned(),
        38..=47 => ".".to_owned(),
        48..=61 => chance.of(CLASSES).to_owned(),
        62 => chance.of(ODD_CLASSES).to_owned(),
        63..=69 if dialect != Dialect::Awk => chance.of(WORDS).to_owned(),
        63..=73 => chance.of(ESCAPED).to_owned(),
        74..=76 => chance.of(ODD).to_owned(),
        77..=89 if depth > 0 => {
            *groups += 1;
            let inner = branch(chance, dialect, depth - 1, groups);
            if dialect == Dialect::Basic { format!("\\({inner}\\)") } else { format!("({inner})") }
        }
        90..=93 if *groups > 0 && dialect != Dialect::Awk => format!("\\{}", chance.range(1, *groups)),
        94..=95 => chance.of(&["^", "$"]).to_owned(),
        _ if dialect == Dialect::Perl && chance.percent(70) => chance.of(PERL).to_owned(),
        _ => chance.of(LITERALS).to_owned(),
    }
}

fn quantifier(chance: &mut Chance, dialect: Dialect) -> String {
    let counted = match chance.below(7) {
        0 => "2",
        1 => "1,",
        2 => "0,1",
        3 => "1,2",
        4 => "0",
        5 => "2,3",
        _ => ",2",
    };
    let escape = if dialect == Dialect::Basic { "\\" } else { "" };
    match chance.below(10) {
        0..=4 => "*".to_owned(),
        5 | 6 => format!("{escape}+"),
        7 => format!("{escape}?"),
        _ => format!("{escape}{{{counted}{escape}}}"),
    }
}
