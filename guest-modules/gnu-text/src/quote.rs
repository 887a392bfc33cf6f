//! How coreutils quote a word in a message (gnulib's quotearg, in a locale of UTF-8).

use gnu_regex::{Letter, decode};

/// Puts a word between ‘ and ’, with escapes for what can't be printed (`quote`).
pub(crate) fn quoted(word: &[u8]) -> Vec<u8> {
    let mut text = "‘".as_bytes().to_vec();
    let mut at = 0;
    while let Some((letter, length)) = decode(word, at) {
        match letter {
            Letter::Char('\\') => text.extend_from_slice(b"\\\\"),
            Letter::Char('’') => text.extend_from_slice("\\’".as_bytes()),
            Letter::Char(it) if !it.is_control() => text.extend_from_slice(&word[at..at + length]),
            _ => {
                for (place, byte) in word[at..at + length].iter().enumerate() {
                    let next = word.get(at + place + 1);
                    escape(*byte, next.copied(), &mut text);
                }
            }
        }
        at += length;
    }
    text.extend_from_slice("’".as_bytes());
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

/// Quotes a file's name as a shell would need it, and only if it would (`quotef`).
pub(crate) fn file(name: &[u8]) -> Vec<u8> {
    let special = |it: &u8| b" \t!\"$&'()*;<=>?[\\^`|:".contains(it);
    let odd = name.iter().any(special)
        || name.is_empty()
        || matches!(name[0], b'#' | b'~')
        || matches!(name, b"{" | b"}")
        || has_unprintable(name);
    if odd { always(name) } else { name.to_vec() }
}

fn has_unprintable(name: &[u8]) -> bool {
    let mut at = 0;
    while let Some((letter, length)) = decode(name, at) {
        if !matches!(letter, Letter::Char(it) if !it.is_control()) {
            return true;
        }
        at += length;
    }
    false
}

/// Quotes a file's name as a shell takes it, always (`quoteaf`).
pub(crate) fn always(name: &[u8]) -> Vec<u8> {
    if name.contains(&b'\'') && !has_unprintable(name) && !name.iter().any(|it| b"\"$`\\!".contains(it)) {
        return [b"\"".as_slice(), name, b"\""].concat();
    }
    let mut text = vec![b'\''];
    let mut escaped = false;
    let mut at = 0;
    while let Some((letter, length)) = decode(name, at) {
        let bytes = &name[at..at + length];
        at += length;
        match letter {
            Letter::Char('\'') => {
                text.extend_from_slice(if escaped { b"'\\''" } else { b"'\\''" });
                escaped = false;
            }
            Letter::Char(it) if !it.is_control() => {
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
