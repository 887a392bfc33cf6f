use super::{expand, expand_within};

fn check(raw: &str, words: &str) {
    assert_eq!(expand(raw).join(" "), words, "{raw}");
}

#[test]
fn choices() {
    check("a{b,c}d", "abd acd");
    check("{a,b}{1,2}", "a1 a2 b1 b2");
    check("x{a,{b,c}y,}", "xa xby xcy x");
    check("{a}", "{a}");
    check("{a,b", "{a,b");
    check("{{a,b}", "{a {b");
    check("{}", "{}");
    check("a\\{b,c}", "a\\{b,c}");
    check("{'a,b',\"c,d\"}", "'a,b' \"c,d\"");
    check("${x,,}{a,b}", "${x,,}a ${x,,}b");
    check("{$(echo a,b),c}", "$(echo a,b) c");
}

#[test]
fn sequences() {
    check("{1..5..2}", "1 3 5");
    check("{a..e..2}", "a c e");
    check("{08..11}", "08 09 10 11");
    check("{-1..01}", "-1 00 01");
    check("{3..1}", "3 2 1");
    check("{1..a}", "{1..a}");
    check("{1..2}{a..b}", "1a 1b 2a 2b");
    check("{1..x}{a,b}", "{1..x}a {1..x}b");
}

#[test]
fn hostile_words_end() {
    assert_eq!(expand_within(&"{a,b}".repeat(40), 1000), None);
    assert_eq!(expand_within("{1..9999999999}", 1000), None);
    assert_eq!(expand_within(&"{a,".repeat(50_000), 1000), None);
}
