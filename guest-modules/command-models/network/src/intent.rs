//! What a command means to do on the network.

/// The kind of an effect that brings packages of a language.
pub(crate) const INSTALL: &str = "package-install";

/// What the words of a command come to.
#[derive(Debug, PartialEq)]
pub(crate) enum Intent {
    /// It acts elsewhere and brings nothing that a script could use but its status: recorded.
    Acts { kind: &'static str, what: String },
    /// It would bring bytes into the target, or print what is not known here: refused.
    Brings { kind: &'static str, what: String, why: &'static str },
    /// What it would do is not read.
    Unknown(String),
}

/// Words behind options. `valued` are the options that take the next word; a letter's value may be glued to it.
pub(crate) fn plain<'w>(words: &'w [String], valued: &[&str]) -> Vec<&'w str> {
    let mut plain = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            plain.extend(rest.map(String::as_str));
            break;
        }
        if word.starts_with('-') && word.len() > 1 {
            if valued.contains(&word.as_str()) {
                let _ = rest.next();
            }
        } else {
            plain.push(word);
        }
    }
    plain
}

/// The value of an option: the next word, behind `=`, or glued to a letter; the last one wins. None where it is not given.
pub(crate) fn value<'w>(words: &'w [String], short: Option<char>, long: &str) -> Option<&'w str> {
    let mut found = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            break;
        }
        if let Some(body) = word.strip_prefix("--") {
            if body == long {
                found = rest.next().map(String::as_str);
            } else if let Some(value) = body.strip_prefix(long).and_then(|it| it.strip_prefix('=')) {
                found = Some(value);
            }
        } else if let (Some(short), Some(body)) = (short, word.strip_prefix('-'))
            && let Some(at) = body.find(short)
            && body[..at].chars().all(|it| it.is_ascii_alphabetic())
        {
            let glued = &body[at + short.len_utf8()..];
            found = if glued.is_empty() { rest.next().map(String::as_str) } else { Some(glued) };
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{plain, value};

    #[test]
    fn options_and_words_are_told_apart() {
        let words: Vec<String> = "-fsSLo /tmp/x --retry 3 https://example.org/x --output=y".split(' ').map(str::to_owned).collect();
        assert_eq!(plain(&words, &["-fsSLo", "--retry"]), ["https://example.org/x"]);
        assert_eq!(value(&words[..2], Some('o'), "output"), Some("/tmp/x"));
        assert_eq!(value(&words, Some('o'), "output"), Some("y"));
        assert_eq!(value(&words, Some('X'), "request"), None);
    }
}
