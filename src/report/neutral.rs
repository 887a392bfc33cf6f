//! Text of strangers made harmless: no control character, no character that changes the direction of writing.

use std::fmt::Write as _;

use crate::diff;

/// Answers whether a character could change what a terminal or a reader shows besides itself.
pub(super) fn is_harmful(it: char) -> bool {
    it.is_control() && !matches!(it, '\n' | '\t')
        // Bidirectional controls (Unicode TR 9) and other invisible format characters.
        || matches!(it, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Beginnings of what a CI runner takes for its own: GitHub's `::name` at the start of a line (spaces before it do not matter) and
/// `##[name]` anywhere, Azure's `##vso[name]`, TeamCity's `##teamcity[name]`.
const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Takes secrets out of a text, wherever they come from: a command's words, what a fix printed, a message about it.
pub(super) fn withheld(text: &str) -> std::borrow::Cow<'_, str> {
    let secrets = diff::secrets(text.as_bytes());
    if secrets.is_empty() {
        return text.into();
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for it in secrets {
        // Both ends are beside ASCII, or are the text's own.
        out.push_str(text.get(at..it.start).unwrap_or_default());
        out.push_str("[withheld]");
        at = it.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out.into()
}

/// Writes harmful characters as `\u{…}`; lines and tabs stay. What a CI runner would obey is broken up.
pub(crate) fn lines(text: &str) -> String {
    let text = &*withheld(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut begins = true;
    while let Some(it) = rest.chars().next() {
        let command = begins && rest.starts_with("::") || COMMANDS.iter().any(|it| rest.starts_with(it));
        if is_harmful(it) || command {
            out.extend(it.escape_unicode());
        } else {
            out.push(it);
        }
        begins = it == '\n' || begins && it.is_whitespace();
        rest = &rest[it.len_utf8()..];
    }
    out
}

/// Characters outside the unreserved ones and `/` as percent-encoded bytes (RFC 3986, section 2.1).
pub(super) fn uri(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for it in path {
        if it.is_ascii_alphanumeric() || b"-._~/".contains(it) {
            out.push(char::from(*it));
        } else {
            let _ = write!(out, "%{it:02X}");
        }
    }
    out
}

/// Writes harmful characters, line ends and tabs as escapes: the text stays on one line.
pub(crate) fn line(text: &str) -> String {
    lines(text).replace('\n', "\\n").replace('\t', "\\t")
}

/// Bytes of a path or a word, on one line.
pub(super) fn bytes(bytes: &[u8]) -> String {
    line(&String::from_utf8_lossy(bytes))
}

/// Words of a command, on one line.
pub(super) fn words(words: &[Vec<u8>]) -> String {
    words.iter().map(|it| bytes(it)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{line, lines, uri};

    #[test]
    fn control_and_direction_are_written_out() {
        assert_eq!(lines("a\x1b[31mb\nc\u{202e}d\r"), "a\\u{1b}[31mb\nc\\u{202e}d\\u{d}");
        assert_eq!(line("a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn commands_of_runners_are_broken_up() {
        assert_eq!(
            lines("::error::x\n  ::set-output::y\na::b ##[group] ##vso[x]"),
            "\\u{3a}:error::x\n  \\u{3a}:set-output::y\na::b \\u{23}#[group] \\u{23}#vso[x]"
        );
    }

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri(b"/etc/a b\xff\n%"), "/etc/a%20b%FF%0A%25");
    }
}
