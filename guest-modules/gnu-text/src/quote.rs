//! How coreutils quote a word in a message (gnulib's quotearg, in a locale of UTF-8).

use gnu_regex::{Letter, decode};

/// Puts a word between ‘ and ’, with escapes for what can't be printed (`quote`); between plain quotes in a locale whose letters are those of
/// ASCII alone.
pub(crate) fn quoted_in(word: &[u8], ascii: bool) -> Vec<u8> {
    let (left, right) = if ascii { ("'", '\'') } else { ("‘", '’') };
    let mut text = left.as_bytes().to_vec();
    let mut at = 0;
    while let Some((letter, length)) = decode(word, at) {
        match letter {
            Letter::Char('\\') => text.extend_from_slice(b"\\\\"),
            Letter::Char(it) if it == right => {
                text.push(b'\\');
                text.extend_from_slice(&word[at..at + length]);
            }
            it if is_printable(it, ascii) => text.extend_from_slice(&word[at..at + length]),
            _ => {
                for (place, byte) in word[at..at + length].iter().enumerate() {
                    let next = word.get(at + place + 1);
                    escape(*byte, next.copied(), &mut text);
                }
            }
        }
        at += length;
    }
    text.extend_from_slice(right.encode_utf8(&mut [0; 4]).as_bytes());
    text
}

fn named(byte: u8) -> Option<u8> {
    Some(match byte {
        7 => b'a',
        8 => b'b',
        9 => b't',
        10 => b'n',
        11 => b'v',
        12 => b'f',
        13 => b'r',
        _ => return None,
    })
}

fn escape(byte: u8, next: Option<u8>, text: &mut Vec<u8>) {
    match named(byte) {
        Some(letter) => text.extend_from_slice(&[b'\\', letter]),
        None if byte == 0 && !next.is_some_and(|it| it.is_ascii_digit()) => text.extend_from_slice(b"\\0"),
        None => text.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    }
}

/// Quotes a file's name as a shell would need it, and only if it would (`quotef`); `ascii` is of the locale.
pub(crate) fn file_in(name: &[u8], ascii: bool) -> Vec<u8> {
    let special = |it: &u8| b" \t!\"$&'()*;<=>?[\\^`|:".contains(it);
    let odd = name.iter().any(special)
        || name.is_empty()
        || matches!(name[0], b'#' | b'~')
        || matches!(name, b"{" | b"}")
        || has_unprintable(name, ascii);
    if odd { always_in(name, ascii) } else { name.to_vec() }
}

fn is_printable(letter: Letter, ascii: bool) -> bool {
    matches!(letter, Letter::Char(it) if !it.is_control() && (!ascii || it.is_ascii()))
}

fn has_unprintable(name: &[u8], ascii: bool) -> bool {
    let mut at = 0;
    while let Some((letter, length)) = decode(name, at) {
        if !is_printable(letter, ascii) {
            return true;
        }
        at += length;
    }
    false
}

fn ends_unprintable(name: &[u8], ascii: bool) -> bool {
    let (mut at, mut last) = (0, None);
    while let Some((letter, length)) = decode(name, at) {
        last = Some(letter);
        at += length;
    }
    last.is_some_and(|it| !is_printable(it, ascii))
}

/// What stands within double quotes for itself, so that those may stand around a `'` (quotearg.c of gnulib, `c_and_shell_quote_compat`).
fn is_plain_in_double_quotes(name: &[u8]) -> bool {
    !name.iter().enumerate().any(|(at, it)| b"\"$`\\!&()*;<=>[^|?{}".contains(it) || at > 0 && b"#~".contains(it))
}

/// Quotes a file's name as a shell takes it, always (`quoteaf`); `ascii` is of the locale.
pub(crate) fn always_in(name: &[u8], ascii: bool) -> Vec<u8> {
    if name.contains(&b'\'') && !has_unprintable(name, ascii) && is_plain_in_double_quotes(name) {
        return [b"\"".as_slice(), name, b"\""].concat();
    }
    let mut text = vec![b'\''];
    // A name with a `'` is gone through twice, and the second time begins in the state that the first one ended in: within `$'…'`, where
    // the name ends in an escape (quotearg.c of gnulib, `pending_shell_escape_end`). So there may be quotes that a shell reads otherwise.
    let mut escaped = name.contains(&b'\'') && ends_unprintable(name, ascii);
    let mut at = 0;
    while let Some((letter, length)) = decode(name, at) {
        let bytes = &name[at..at + length];
        at += length;
        match letter {
            Letter::Char('\'') => {
                text.extend_from_slice(b"'\\''");
                escaped = false;
            }
            it if is_printable(it, ascii) => {
                if escaped {
                    text.extend_from_slice(b"''");
                    escaped = false;
                }
                text.extend_from_slice(bytes);
            }
            _ => {
                for byte in bytes {
                    if !escaped {
                        text.extend_from_slice(b"'$'");
                        escaped = true;
                    }
                    match named(*byte) {
                        Some(letter) => text.extend_from_slice(&[b'\\', letter]),
                        None => text.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
                    }
                }
            }
        }
    }
    text.push(b'\'');
    text
}

/// How ls(1) prints names, besides as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// As in C, between double quotes.
    C,
    /// The same without the quotes, and with blanks escaped.
    Escape,
    /// As a shell takes it, where it must be, without escapes.
    Shell,
    /// As a shell takes it, where it must be.
    ShellEscape,
    /// As a shell takes it, always.
    ShellEscapeAlways,
}

/// A name as ls(1) prints it; `also` needs quotes besides. None where it is not known how.
pub fn listed(name: &[u8], style: Listed, also: &[u8], ascii: bool) -> Option<Vec<u8>> {
    let special = |it: &u8| b" \t!\"$&'()*;<=>?[^`|".contains(it) || also.contains(it);
    let needs = || {
        name.is_empty()
            || name.iter().any(special)
            || matches!(name[0], b'#' | b'~')
            || matches!(name, b"{" | b"}")
            || has_unprintable(name, ascii)
            || name.contains(&b'\\')
    };
    match style {
        Listed::Shell if has_unprintable(name, ascii) => None,
        Listed::Shell | Listed::ShellEscape => Some(if needs() { always_in(name, ascii) } else { name.to_vec() }),
        Listed::ShellEscapeAlways => Some(always_in(name, ascii)),
        Listed::C | Listed::Escape => {
            let mut out = Vec::new();
            let mut at = 0;
            while let Some((letter, length)) = decode(name, at) {
                let bytes = &name[at..at + length];
                at += length;
                match letter {
                    Letter::Char('\\') => out.extend(b"\\\\"),
                    Letter::Char('"') if style == Listed::C => out.extend(b"\\\""),
                    // Not in the head of a folder's list, where a `:` is escaped (ls.c, dirname_quoting_options).
                    Letter::Char(' ') if style == Listed::Escape && !also.contains(&b':') => out.extend(b"\\ "),
                    it if is_printable(it, ascii) => {
                        if also.contains(&bytes[0]) {
                            out.push(b'\\');
                        }
                        out.extend(bytes);
                    }
                    _ => {
                        for byte in bytes {
                            match named(*byte) {
                                Some(letter) => out.extend([b'\\', letter]),
                                None => out.extend(format!("\\{byte:03o}").bytes()),
                            }
                        }
                    }
                }
            }
            Some(if style == Listed::C { [b"\"", &out[..], b"\""].concat() } else { out })
        }
    }
}

/// A name with `?` for what can't be printed.
pub fn masked(name: &[u8], ascii: bool) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some((letter, length)) = decode(name, at) {
        if is_printable(letter, ascii) {
            out.extend(&name[at..at + length]);
        } else if ascii || !matches!(letter, Letter::Char(_)) {
            out.resize(out.len() + length, b'?');
        } else {
            out.push(b'?');
        }
        at += length;
    }
    out
}
