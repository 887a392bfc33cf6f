//! Names in headers: quoted as in C, stripped of leading folders, safe or not.

/// Reads a quoted name; gives it and what follows the closing quote.
pub(crate) fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (first, behind) = rest.split_first()?;
        rest = behind;
        match first {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (letter, behind) = rest.split_first()?;
                rest = behind;
                name.push(match letter {
                    b'a' => 7,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    b'\\' | b'"' => *letter,
                    b'0'..=b'3' => {
                        let digits = rest.get(..2)?;
                        if !digits.iter().all(|it| (b'0'..=b'7').contains(it)) {
                            return None;
                        }
                        rest = &rest[2..];
                        (letter - b'0') << 6 | (digits[0] - b'0') << 3 | (digits[1] - b'0')
                    }
                    _ => return None,
                });
            }
            other => name.push(*other),
        }
    }
}

/// Takes `count` leading folders off a name; all of them where no count is given. None where the name has not as many.
pub(crate) fn stripped(name: &[u8], count: Option<usize>) -> Option<Vec<u8>> {
    let (mut left, mut begin, mut at) = (count.unwrap_or(usize::MAX), 0, 0);
    while at < name.len() {
        if name[at] == b'/' {
            while name.get(at + 1) == Some(&b'/') {
                at += 1;
            }
            if left > 0 {
                left -= 1;
                begin = at + 1;
            }
        }
        at += 1;
    }
    let enough = count.is_none() || left == 0;
    (enough && begin < name.len()).then(|| name[begin..].to_vec())
}

/// Answers whether a name stays in the folder that it is relative to.
pub(crate) fn is_safe(name: &[u8]) -> bool {
    !name.starts_with(b"/") && !name.split(|it| *it == b'/').any(|it| it == b"..")
}

/// The last part of a name.
pub(crate) fn base(name: &[u8]) -> &[u8] {
    name.rsplit(|it| *it == b'/').next().unwrap_or(name)
}

/// Quotes a name as a shell would need it, where it does (`shell` of GNU's quoting styles).
pub(crate) fn shell(name: &[u8]) -> Vec<u8> {
    let special = |it: &u8| b"\t\n !\"$&'()*;<=>?[\\^`|".contains(it);
    let odd_start = name.first().is_some_and(|it| b"#~".contains(it));
    if !name.is_empty() && !odd_start && !name.iter().any(special) && name != b"{" && name != b"}" {
        return name.to_vec();
    }
    let mut out = b"'".to_vec();
    for byte in name {
        if *byte == b'\'' {
            out.extend_from_slice(b"'\\''");
        } else {
            out.push(*byte);
        }
    }
    out.push(b'\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_stripped() {
        let check = |name: &str, count| stripped(name.as_bytes(), count).map(|it| String::from_utf8(it).expect("text"));
        assert_eq!(check("a/b//c", Some(0)).as_deref(), Some("a/b//c"));
        assert_eq!(check("a/b//c", Some(1)).as_deref(), Some("b//c"));
        assert_eq!(check("a/b//c", Some(2)).as_deref(), Some("c"));
        assert_eq!(check("a/b//c", Some(3)), None);
        assert_eq!(check("a/b//c", None).as_deref(), Some("c"));
        assert_eq!(check("/a", Some(1)).as_deref(), Some("a"));
        assert_eq!(check("a/", None), None);
    }

    #[test]
    fn quotes_are_read_as_c_does() {
        assert_eq!(quoted(b"\"a\\303\\244\\n\\\"\" x"), Some((b"a\xc3\xa4\n\"".to_vec(), &b" x"[..])));
        assert_eq!(quoted(b"\"a"), None);
        assert_eq!(quoted(b"\"\\4\""), None);
    }
}
