//! Lines as sudoers joins them: a backslash at a line's end continues it, a comment ends where its line does.

/// One statement, perhaps of several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of its first line, counted from 1.
    pub number: usize,
    /// Its text without comments.
    pub text: String,
    /// Whether the file ends behind a backslash.
    pub unfinished: bool,
}

/// Splits a text into statements.
pub(super) fn split(text: &str) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut quoted = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (body, commented) = body(line, &mut quoted, open.is_none());
        let trimmed = body.trim_end_matches([' ', '\t']);
        let continued = !commented && ends_with_backslash(trimmed);
        let kept = if continued { &trimmed[..trimmed.len() - 1] } else { body };
        let (start, mut so_far) = open.take().unwrap_or((number + 1, String::new()));
        so_far.push_str(kept);
        if continued {
            open = Some((start, so_far));
        } else {
            quoted = false;
            all.push(Line { number: start, text: so_far, unfinished: false });
        }
    }
    if let Some((number, text)) = open {
        all.push(Line { number, text, unfinished: true });
    }
    all.retain(|it| it.unfinished || !it.text.trim_matches([' ', '\t']).is_empty());
    all
}

/// `#include` and `#includedir` before a blank are no comment.
pub(super) fn is_include(text: &str) -> bool {
    ["include", "includedir"]
        .iter()
        .any(|word| text.strip_prefix(['#', '@']).and_then(|it| it.strip_prefix(word)).is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t', '"'])))
}

fn ends_with_backslash(text: &str) -> bool {
    text.bytes().rev().take_while(|it| *it == b'\\').count() % 2 == 1
}

/// A line up to its comment. `#` before digits is a number of a user, and `#include` at the start of a line no comment.
fn body<'a>(line: &'a str, quoted: &mut bool, first: bool) -> (&'a str, bool) {
    let start = line.trim_start_matches([' ', '\t']);
    if first && is_include(start) {
        return (line, false);
    }
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => *quoted = !*quoted,
            b'#' if !*quoted => {
                let next = bytes.get(at + 1).copied().unwrap_or(b' ');
                let number = next.is_ascii_digit() || next == b'-' && bytes.get(at + 2).is_some_and(u8::is_ascii_digit);
                if !number {
                    return (&line[..at], true);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (line, false)
}
