//! Text of strangers made harmless: no control character, no character that changes the direction of writing.

/// Answers whether a character could change what a terminal or a reader shows besides itself.
pub(super) fn is_harmful(it: char) -> bool {
    it.is_control() && !matches!(it, '\n' | '\t')
        // Bidirectional controls (Unicode TR 9) and other invisible format characters.
        || matches!(it, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Writes harmful characters as `\u{…}`; lines and tabs stay.
pub(super) fn lines(text: &str) -> String {
    text.chars().map(|it| if is_harmful(it) { it.escape_unicode().to_string() } else { it.to_string() }).collect()
}

/// Writes harmful characters, line ends and tabs as escapes: the text stays on one line.
pub(super) fn line(text: &str) -> String {
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
    use super::{line, lines};

    #[test]
    fn control_and_direction_are_written_out() {
        assert_eq!(lines("a\x1b[31mb\nc\u{202e}d\r"), "a\\u{1b}[31mb\nc\\u{202e}d\\u{d}");
        assert_eq!(line("a\nb\tc"), "a\\nb\\tc");
    }
}
