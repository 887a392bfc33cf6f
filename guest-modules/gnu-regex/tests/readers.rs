//! What POSIX leaves open about operators without an operand, repetitions of repetitions, anchors and lone parentheses.
//!
//! The answers are those of GNU sed 4.9, GNU grep 3.8 and bash 5.2.15 (Debian 12), asked in the locale C.UTF-8; what grep -E makes
//! of an operator behind an anchor or of a lone brace is no matter of this library: `gnu-grep` gives it back.

use gnu_regex::{
    Flavour::{self, Basic, Extended},
    Options,
    Reader::{self, Library, Search, Sed},
    Regex,
};

/// Reader, flavour, pattern, text, and the text with the first match marked; `-` is no match and `Err` no pattern.
const SAID: &[(Reader, Flavour, &str, &str, &str)] = &[
    (Sed, Basic, r"^\+*", "++sha", "<++>sha"),
    (Search, Basic, r"^\+*", "++sha", "<++>sha"),
    (Sed, Basic, r"^\+", "++sha", "<+>+sha"),
    (Search, Basic, r"^\+", "++sha", "<+>+sha"),
    (Sed, Basic, r"^\?", "??a", "<?>?a"),
    (Search, Basic, r"^\?", "??a", "<?>?a"),
    (Sed, Basic, r"^\+\+s", "+++s", "<+++s>"),
    (Search, Basic, r"^\+\+s", "+++s", "<+++s>"),
    (Sed, Basic, r"^**", "**a", "<**>a"),
    (Search, Basic, r"^**", "**a", "<**>a"),
    (Sed, Basic, r"\(^\+\)a", "+ab", "<+a>b"),
    (Search, Basic, r"\(^\+\)a", "+ab", "<+a>b"),
    (Sed, Basic, r"x\|^\+", "+a", "<+>a"),
    (Search, Basic, r"x\|^\+", "+a", "<+>a"),
    (Sed, Basic, r"\b\+a", "+a", "-"),
    (Search, Basic, r"\b\+a", "+a", "-"),
    (Sed, Basic, r"$\+", "a+", "-"),
    (Search, Basic, r"$\+", "a+", "-"),
    (Sed, Basic, r"\<*a", "*a", "-"),
    (Search, Basic, r"\<*a", "*a", "-"),
    (Sed, Basic, r"^\{1\}", "{1}", "Err"),
    (Search, Basic, r"^\{1\}", "{1}", "<{1}>"),
    (Sed, Basic, r"\(\{1\}\)", "{1}", "Err"),
    (Search, Basic, r"\(\{1\}\)", "{1}", "<{1}>"),
    (Sed, Basic, r"a**", "aab", "Err"),
    (Search, Basic, r"a**", "aab", "<aa>b"),
    (Sed, Basic, r"a\+*", "aab", "Err"),
    (Search, Basic, r"a\+*", "aab", "<aa>b"),
    (Sed, Basic, r"a*\{2\}", "aab", "Err"),
    (Search, Basic, r"a*\{2\}", "aab", "<aa>b"),
    (Sed, Basic, r"a\{1\}*", "aab", "Err"),
    (Search, Basic, r"a\{1\}*", "aab", "<aa>b"),
    (Sed, Basic, r"a*\+", "aab", "<aa>b"),
    (Search, Basic, r"a*\+", "aab", "<aa>b"),
    (Sed, Basic, r"a\?\?", "aab", "<a>ab"),
    (Search, Basic, r"a\?\?", "aab", "<a>ab"),
    (Sed, Basic, r"^^a", "^a", "<^a>"),
    (Search, Basic, r"^^a", "^a", "<^a>"),
    (Sed, Extended, r"^*a", "*a", "Err"),
    (Library, Extended, r"^*a", "*a", "Err"),
    (Sed, Extended, r"^+", "+", "Err"),
    (Library, Extended, r"^+", "+", "Err"),
    (Search, Extended, r"^+", "+", "<>+"),
    (Sed, Extended, r"$?", "a", "Err"),
    (Library, Extended, r"$?", "a", "Err"),
    (Search, Extended, r"$?", "a", "<>a"),
    (Sed, Extended, r"\b*a", "a", "Err"),
    (Library, Extended, r"\b*a", "a", "Err"),
    (Search, Extended, r"\b*a", "a", "<a>"),
    (Sed, Extended, r"\<{2}", "a", "Err"),
    (Library, Extended, r"\<{2}", "a", "Err"),
    (Sed, Extended, r"(^*)", "*", "Err"),
    (Library, Extended, r"(^*)", "*", "Err"),
    (Sed, Extended, r"a|*", "a", "Err"),
    (Library, Extended, r"a|*", "a", "Err"),
    (Search, Extended, r"a|*", "a", "<a>"),
    (Sed, Extended, r"()*", "a", "<>a"),
    (Library, Extended, r"()*", "a", "<>a"),
    (Search, Extended, r"()*", "a", "<>a"),
    (Sed, Extended, r"(|a)", "a", "<a>"),
    (Library, Extended, r"(|a)", "a", "<a>"),
    (Search, Extended, r"(|a)", "a", "<a>"),
    (Sed, Extended, r"a)", "a)", "Err"),
    (Library, Extended, r"a)", "a)", "<a)>"),
    (Search, Extended, r"a)", "a)", "<a)>"),
    (Sed, Extended, r"a{x", "a{x", "Err"),
    (Library, Extended, r"a{x", "a{x", "Err"),
    (Search, Extended, r"a{x", "a{x", "<a{x>"),
    (Sed, Extended, r"{1", "{1", "Err"),
    (Library, Extended, r"{1", "{1", "Err"),
    (Sed, Extended, r"a**", "aab", "<aa>b"),
    (Library, Extended, r"a**", "aab", "<aa>b"),
    (Search, Extended, r"a**", "aab", "<aa>b"),
    (Sed, Extended, r"a+*{2}", "aab", "<aa>b"),
    (Library, Extended, r"a+*{2}", "aab", "<aa>b"),
    (Search, Extended, r"a+*{2}", "aab", "<aa>b"),
    (Sed, Extended, r"^^a", "a", "<a>"),
    (Library, Extended, r"^^a", "a", "<a>"),
    (Search, Extended, r"^^a", "a", "<a>"),
    (Sed, Basic, "[:a:]", ":a", "Err"),
    (Sed, Extended, "x|[^:a.b:]", ":a", "Err"),
    (Sed, Basic, "[:a]", ":a", "<:>a"),
    (Sed, Basic, "[::]", ":a", "<:>a"),
    (Sed, Basic, "[:a-z:]", ":a", "<:>a"),
    (Sed, Basic, "[:[:alpha:]:]", ":a", "<:>a"),
];

#[test]
fn patterns_are_read_as_their_reader_reads_them() {
    let mut wrong = Vec::new();
    for &(reader, flavour, pattern, text, said) in SAID {
        let options = Options { flavour, fold: false, multiline: false, escapes: reader == Sed, strict: false, reader };
        let here = match Regex::new(pattern.as_bytes(), options) {
            Err(_) => "Err".to_owned(),
            Ok(regex) => match regex.find_at(text.as_bytes(), 0).expect("short").and_then(|it| it[0]) {
                Some((from, to)) => format!("{}<{}>{}", &text[..from], &text[from..to], &text[to..]),
                None => "-".to_owned(),
            },
        };
        if here != said {
            wrong.push(format!("{reader:?} {flavour:?} {pattern} on {text}: {said}, here {here}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
