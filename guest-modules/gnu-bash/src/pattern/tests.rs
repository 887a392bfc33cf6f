use super::Pattern;

fn pattern(text: &str) -> Pattern {
    let units: Vec<(char, bool)> = text.chars().map(|unit| (unit, false)).collect();
    Pattern::new(&units, true, false)
}

fn check(text: &str, yes: &[&str], no: &[&str]) {
    let pattern = pattern(text);
    for word in yes {
        assert!(pattern.matches(word), "{text} must match {word}");
    }
    for word in no {
        assert!(!pattern.matches(word), "{text} must not match {word}");
    }
}

#[test]
fn plain_signs() {
    check("a*c", &["ac", "abc", "accc"], &["ab", "xac"]);
    check("?\\*", &["x*", "é*"], &["*", "xx"]);
    check("[]a]", &["]", "a"], &["b"]);
    check("[a-]", &["-", "a"], &["b"]);
    check("[!a-c]", &["d", "é"], &["a", "", "dd"]);
    check("[[:digit:]x]", &["1", "x"], &["a", "["]);
    check("[[.-.]-0]", &["-", ".", "/", "0"], &["1", ","]);
    check("[ab", &["[ab"], &["a"]);
}

#[test]
fn groups() {
    check("@(a|b*)c", &["ac", "bc", "bxxc"], &["c", "aac"]);
    check("+(ab)", &["ab", "abab"], &["", "aba"]);
    check("*(a|?(b))", &["", "ab", "bba"], &["c"]);
    check("!(a*|b)", &["", "c", "bb"], &["a", "b", "ax"]);
    check("x!(*.o|!(?*))", &["xb", "xa.c"], &["x", "xa.o", "y"]);
    check("@([)]|x)", &[")", "x"], &["a"]);
}

#[test]
fn parts_of_a_text() {
    assert_eq!(pattern("*/").shortest_prefix("a/b/c"), Some(2));
    assert_eq!(pattern("*/").longest_prefix("a/b/c"), Some(4));
    assert_eq!(pattern("/*").shortest_suffix("a/b/c"), Some(3));
    assert_eq!(pattern("/*").longest_suffix("a/b/c"), Some(1));
    assert_eq!(pattern("+(é)").find("aééb", 0), Some((1, 5)));
    assert_eq!(pattern("*(x)").find("ab", 1), Some((1, 1)));
    assert_eq!(pattern("[!]]").find("ab", 0), None);
    assert_eq!(pattern("[]a]").find("ba", 0), Some((1, 2)));
    assert_eq!(pattern("a\\*").is_literal().as_deref(), Some("a*"));
    assert_eq!(pattern("a*").is_literal(), None);
}

#[test]
fn a_leading_dot_is_written_out() {
    assert!(!pattern("*").matches_name(".a", false));
    assert!(pattern("*").matches_name(".a", true));
    assert!(pattern(".*").matches_name(".a", false));
    assert!(!pattern("[.]a").matches_name(".a", false));
    assert!(!pattern("!(x)").matches_name(".a", false));
    assert!(pattern("@(.a|b)").matches_name(".a", false));
    assert!(!pattern(".*").matches_name("..", true));
}

#[test]
fn hostile_patterns_end() {
    let text = "a".repeat(400);
    assert!(!pattern(&format!("{}b", "*(*(a)*)".repeat(12))).matches(&text));
    assert!(pattern("!(*!(*)b)").matches(&text));
    assert_eq!(pattern("*a*a*a*b").find(&"a".repeat(3000), 0), None);
    assert!(pattern(&"@(".repeat(5000)).matches(&"@(".repeat(5000)));
}
