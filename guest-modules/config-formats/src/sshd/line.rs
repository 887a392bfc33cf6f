//! Splits a line: the keyword as strdelim() of misc.c does, the arguments as argv_split() does.

/// Blanks of servconf.c.
const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The keyword as it is written.
    pub keyword: String,
    /// All behind the keyword, as it is written.
    pub rest: String,
    /// The arguments, unquoted; none where a quote is not closed.
    pub arguments: Option<Vec<String>>,
}

/// Reads a line; none for blank lines and comments.
pub(super) fn read(line: &str) -> Option<Line> {
    let line = line.trim_start_matches([' ', '\t', '\r']).trim_end_matches(|it| BLANK.contains(&it) || it == '\u{c}');
    let (keyword, rest) = delimited(line);
    if keyword.is_empty() || keyword.starts_with('#') {
        return None;
    }
    let arguments = arguments(rest);
    Some(Line { keyword, rest: rest.to_owned(), arguments })
}

/// Keyword in lower case and arguments with one blank between; none for blank lines and comments.
pub fn split(line: &str) -> Option<(String, String)> {
    let it = read(line)?;
    Some((it.keyword.to_ascii_lowercase(), it.arguments.unwrap_or_default().join(" ")))
}

/// The first word and what follows it; one `=` between them is skipped.
pub(super) fn delimited(text: &str) -> (String, &str) {
    let Some(end) = text.find(|it| BLANK.contains(&it) || it == '"' || it == '=') else { return (text.to_owned(), "") };
    let after = &text[end + 1..];
    let delimiter = text.as_bytes()[end];
    if delimiter == b'"' {
        return match after.find('"') {
            Some(close) => (format!("{}{}", &text[..end], &after[..close]), after[close + 1..].trim_start_matches(BLANK)),
            None => (String::new(), ""),
        };
    }
    let mut rest = after.trim_start_matches(BLANK);
    if delimiter != b'=' && rest.starts_with('=') {
        rest = rest[1..].trim_start_matches(BLANK);
    }
    (text[..end].to_owned(), rest)
}

/// The arguments up to a comment; none where a quote is not closed.
pub(super) fn arguments(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.peek() {
        match letter {
            ' ' | '\t' => drop(letters.next()),
            '#' => break,
            _ => words.push(word(&mut letters)?),
        }
    }
    Some(words)
}

fn word(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let (mut word, mut quote) = (String::new(), None);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.peek() {
                Some(next) if matches!(next, '\'' | '"' | '\\') || *next == ' ' && quote.is_none() => word.extend(letters.next()),
                _ => word.push('\\'),
            },
            ' ' | '\t' if quote.is_none() => return Some(word),
            '"' | '\'' if quote.is_none() => quote = Some(letter),
            _ if quote == Some(letter) => quote = None,
            _ => word.push(letter),
        }
    }
    quote.is_none().then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{arguments, split};

    #[test]
    fn keywords_and_arguments() {
        let check = |line: &str| split(line).map(|it| format!("{}:{}", it.0, it.1)).unwrap_or_default();
        assert_eq!(check(" PermitRootLogin = no # for ever\r"), "permitrootlogin:no");
        assert_eq!(check("Port=22"), "port:22");
        assert_eq!(check("Banner \"/etc/a b\""), "banner:/etc/a b");
        assert_eq!(check("# Port 22"), "");
        assert_eq!(arguments("a 'b c' d\\ e #f"), Some(vec!["a".into(), "b c".into(), "d e".into()]));
        assert_eq!(arguments("a \"b"), None);
    }
}
