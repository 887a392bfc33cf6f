//! Text of strangers without what is no text: control characters, what turns the direction of reading, and secrets.

use crate::diff::secrets;

/// Whether a character does something instead of showing something.
fn is_harmful(it: char) -> bool {
    let moves = it.is_control() && it != '\n' && it != '\t';
    // Marks of direction, isolates and overrides (UAX #9), zero-width characters, tags, and the byte order mark.
    let hides = matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}');
    moves || hides
}

/// Returns a text of several lines that is nothing but text; private keys and hashes of passwords in it are withheld.
pub(crate) fn prose(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for found in secrets(text.as_bytes()) {
        // Bounds of a secret are ASCII characters; where they were not, all the rest is withheld.
        out.push_str(text.get(at..found.start).unwrap_or_default());
        out.push_str("(withheld: a secret)");
        at = found.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out.chars().map(|it| if is_harmful(it) { '\u{fffd}' } else { it }).collect::<String>().trim_end().to_owned()
}

/// Returns a text as one line.
pub(crate) fn line(text: &str) -> String {
    prose(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the beginning of a text that `size` measures to be at most `most`, with an ellipsis where it was cut: whole characters.
pub(crate) fn cut(text: &str, most: usize, size: impl Fn(&str) -> usize) -> String {
    if size(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(size("…"));
    let mut end = 0;
    for (at, it) in text.char_indices() {
        let next = at + it.len_utf8();
        if size(&text[..next]) > room {
            break;
        }
        end = next;
    }
    if most < size("…") { String::new() } else { format!("{}…", text[..end].trim_end()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{cut, line, prose};

    #[test]
    fn what_is_no_text_does_not_pass() {
        assert_eq!(prose("a\u{1b}[31m\r\nb\u{202e}c\u{200b}d\n\n"), "a\u{fffd}[31m\nb\u{fffd}c\u{fffd}d");
        assert_eq!(line(" a\n\tb  c\r\nd "), "a b c d");
        assert_eq!(line("root:$6$saltsalt$abcdefghij/ABCDEF.0123456789:1"), "root:$6$(withheld: a secret):1");
        assert_eq!(cut("äöü", 4, str::len), "…");
        assert_eq!(cut("äöü", 5, str::len), "ä…");
        assert_eq!(cut("äöü", 6, str::len), "äöü");
        assert_eq!(cut("abc", 2, |it| it.chars().count()), "a…");
    }

    proptest! {
        #[test]
        fn a_cut_text_has_room(text in "\\PC{0,80}", most in 0usize..60) {
            let short = cut(&text, most, str::len);
            prop_assert!(short.len() <= most);
            prop_assert!(short == text || short.is_empty() || short.ends_with('…'));
        }
    }
}
