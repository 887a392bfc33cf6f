//! Names in messages, as ls(1) of GNU coreutils 9.1 of Debian 12 quotes them there.

use gnu_text::{Quotes, quoted};

#[track_caller]
fn check(name: &str, expected: &str) {
    assert_eq!(String::from_utf8_lossy(&quoted(name.as_bytes(), Quotes::Shell, false)), expected);
}

#[test]
fn a_name_with_a_quote_that_ends_in_an_escape_begins_within_escapes() {
    check("a\n'b\n", r"'''a'$'\n'\''b'$'\n'");
    check("\n'\n", r"'\n'\'''$'\n'");
    check("it's\u{1}", r"'''it'\''s'$'\001'");
    check("'\n", r"''\'''$'\n'");
    check("\"'\n", r#"'''"'\'''$'\n'"#);
    check("\n'\nx y\n", r"'\n'\'''$'\n''x y'$'\n'");
}

#[test]
fn other_names_do_not() {
    check("\n'b", r"''$'\n'\''b'");
    check("\u{1}it's", r"''$'\001''it'\''s'");
    check("a\n'b\n/x", r"'a'$'\n'\''b'$'\n''/x'");
    check("ab\n", r"'ab'$'\n'");
    check("it's", "\"it's\"");
}

#[test]
fn letters_beyond_ascii_are_escaped_where_the_locale_has_none() {
    assert_eq!(String::from_utf8_lossy(&quoted("ünï".as_bytes(), Quotes::IfNeeded, true)), r"''$'\303\274''n'$'\303\257'");
    assert_eq!(String::from_utf8_lossy(&quoted("ß".as_bytes(), Quotes::Locale, true)), r"'\303\237'");
}
