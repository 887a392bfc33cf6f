//! Extended headers (POSIX.1-2017, XCU pax, "pax Extended Header"): records of keyword and value.

use crate::talk::{Talk, said};

pub(crate) type Record = (Vec<u8>, Vec<u8>);

/// Keywords that GNU tar 1.34 knows though they change nothing here.
const QUIET: &[&[u8]] = &[b"atime", b"comment", b"charset", b"ctime", b"gname", b"uname", b"RHT.security.selinux", b"SCHILY.acl.access", b"SCHILY.acl.default"];

/// Answers whether a keyword is known and may be passed over in silence.
pub(crate) fn is_quiet(keyword: &[u8]) -> bool {
    QUIET.contains(&keyword) || keyword.starts_with(b"SCHILY.xattr.")
}

/// Reads the records of a header up to the first that is malformed, which is told.
pub(crate) fn records(mut text: &[u8], talk: &mut Talk) -> Vec<Record> {
    let mut records = Vec::new();
    loop {
        let start = text.iter().position(|it| !matches!(it, b' ' | b'\t')).unwrap_or(text.len());
        let body = &text[start..];
        let digits = body.iter().take_while(|it| it.is_ascii_digit()).count();
        if digits == 0 {
            if !body.is_empty() {
                talk.error("Malformed extended header: missing length");
            }
            return records;
        }
        let length = std::str::from_utf8(&body[..digits]).ok().and_then(|it| it.parse::<usize>().ok());
        let Some(length) = length.filter(|it| *it <= body.len()) else {
            let shown = String::from_utf8_lossy(&body[..digits]).into_owned();
            talk.error(format!("Extended header length {shown} is out of range"));
            return records;
        };
        let blank = body[digits..].iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
        if blank == 0 {
            talk.error("Malformed extended header: missing blank after length");
            return records;
        }
        let from = digits + blank;
        let Some(equals) = body.get(from..length).and_then(|it| it.iter().position(|it| *it == b'=')) else {
            talk.error("Malformed extended header: missing equal sign");
            return records;
        };
        if body[length - 1] != b'\n' {
            talk.error("Malformed extended header: missing newline");
            return records;
        }
        let value = body.get(from + equals + 1..length - 1).unwrap_or_default();
        records.push((body[from..from + equals].to_vec(), value.to_vec()));
        text = &body[length..];
    }
}

/// Writes a record, whose length counts itself.
pub(crate) fn record(keyword: &str, value: &[u8]) -> Vec<u8> {
    let rest = keyword.len() + value.len() + 3;
    let mut length = rest + rest.to_string().len();
    if length.to_string().len() > rest.to_string().len() {
        length = rest + length.to_string().len();
    }
    said(&[format!("{length} {keyword}=").as_bytes(), value, b"\n"])
}

/// A time of a record: seconds, perhaps with a fraction, of which nine digits count.
pub(crate) fn time(text: &[u8]) -> Option<(i64, u32)> {
    let text = std::str::from_utf8(text).ok()?;
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|it| it.is_ascii_digit()) || seconds.trim_start_matches('-').is_empty() {
        return None;
    }
    let whole: i64 = seconds.parse().ok()?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let mut nanos: u32 = digits.parse().ok()?;
    // Digits beyond the ninth of a negative time round down, as the rest does.
    if seconds.starts_with('-') {
        nanos += u32::from(fraction.bytes().skip(9).any(|it| it != b'0'));
        return if nanos == 0 { Some((whole, 0)) } else { Some((whole.checked_sub(1)?, 1_000_000_000 - nanos)) };
    }
    Some((whole, nanos))
}

/// A time as a record has it.
pub(crate) fn spelled(time: (i64, u32)) -> Vec<u8> {
    let (mut seconds, mut nanos, sign) = (time.0, time.1, if time.0 < 0 { "-" } else { "" });
    if seconds < 0 && nanos != 0 {
        (seconds, nanos) = (seconds + 1, 1_000_000_000 - nanos);
    }
    let whole = seconds.unsigned_abs();
    let fraction = format!(".{nanos:09}");
    let fraction = if nanos == 0 { "" } else { fraction.trim_end_matches('0') };
    format!("{sign}{whole}{fraction}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{record, records, spelled, time};
    use crate::talk::Talk;

    #[test]
    fn records_are_read_as_they_are_written() {
        let mut talk = Talk::new("tar", true);
        for length in [0, 1, 85, 86, 87, 88, 89, 90, 91, 92, 93, 985, 990, 995] {
            let value = vec![b'x'; length];
            assert_eq!(records(&record("path", &value), &mut talk), [(b"path".to_vec(), value)]);
        }
        assert!(talk.err.is_empty());
        for bad in ["x", "5 a=b\n", "99 a=b\n", "6 a b\n", "6a=b\n", "18446744073709551616 a=b\n", "0 a=b\n", "1 a=b\n"] {
            talk.err.clear();
            records(bad.as_bytes(), &mut talk);
            assert!(!talk.err.is_empty(), "{bad}");
        }
    }

    #[test]
    fn times_have_fractions() {
        for (text, expected) in [("1.5", (1, 500_000_000)), ("-1.5", (-2, 500_000_000)), ("7", (7, 0)), ("-0.25", (-1, 750_000_000))] {
            assert_eq!(time(text.as_bytes()), Some(expected));
            assert_eq!(String::from_utf8_lossy(&spelled(expected)), text);
        }
        assert_eq!(time(b"x"), None);
    }
}
