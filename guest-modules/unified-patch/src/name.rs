//! Names in patches: quoted as C has it, with times behind them, with folders to strip.

use crate::{Refusal, Rule, shown};

/// Takes a name out of a header's rest: quoted, or up to a tab, or up to a time as diff(1) writes it.
pub(crate) fn read(rest: &[u8]) -> Option<Vec<u8>> {
    if rest.first() == Some(&b'"') {
        return unquote(rest).map(|it| it.0);
    }
    let cut = rest.iter().position(|it| *it == b'\t').unwrap_or_else(|| time_begins(rest).unwrap_or(rest.len()));
    let name = rest[..cut].trim_ascii_end();
    (!name.is_empty()).then(|| name.to_vec())
}

/// What stands behind a name: a time, perhaps.
pub(crate) fn time(rest: &[u8]) -> &[u8] {
    if rest.first() == Some(&b'"') {
        return unquote(rest).map_or(&b""[..], |it| it.1).trim_ascii();
    }
    match rest.iter().position(|it| *it == b'\t') {
        Some(tab) => rest[tab..].trim_ascii(),
        None => time_begins(rest).map_or(&b""[..], |it| rest[it..].trim_ascii()),
    }
}

/// Answers whether a time is the epoch in some zone, which says that there is no file.
pub(crate) fn is_epoch(time: &[u8]) -> bool {
    let text = String::from_utf8_lossy(time);
    let mut words = text.split_whitespace();
    let (Some(date), Some(clock), Some(zone)) = (words.next(), words.next(), words.next()) else { return false };
    let (clock, part) = clock.split_once('.').unwrap_or((clock, "0"));
    if !part.bytes().all(|it| it == b'0') || zone.len() != 5 {
        return false;
    }
    let number = |it: &str| it.parse::<i64>().ok();
    let mut fields = clock.split(':').map(number);
    let (Some(Some(hour)), Some(Some(minute)), Some(Some(0))) = (fields.next(), fields.next(), fields.next()) else { return false };
    let (Some(zone_hour), Some(zone_minute)) = (zone.get(1..3).and_then(number), zone.get(3..5).and_then(number)) else { return false };
    let away = (zone_hour * 60 + zone_minute) * if zone.starts_with('-') { -1 } else { 1 };
    let day = match date {
        "1969-12-31" => -1440,
        "1970-01-01" => 0,
        _ => return false,
    };
    day + hour * 60 + minute - away == 0
}

/// Where a time begins that blanks alone separate from the name: ` 2024-01-31 12:00:00`.
fn time_begins(rest: &[u8]) -> Option<usize> {
    const FORM: &[u8] = b" dddd-dd-dd dd:dd:dd";
    let fits = |at: &[u8]| FORM.iter().zip(at).all(|(form, byte)| if *form == b'd' { byte.is_ascii_digit() } else { form == byte });
    (1..rest.len().saturating_sub(FORM.len() - 1)).find(|at| fits(&rest[*at..]))
}

/// Undoes the quotes of git and GNU diff; gives what follows too.
pub(crate) fn unquote(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut out = Vec::new();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((out, rest)),
            b'\\' => {
                let (escape, after) = rest.split_first()?;
                rest = after;
                out.push(match escape {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'"' | b'\\' => *escape,
                    b'0'..=b'3' => {
                        let digits = rest.get(..2)?;
                        if !digits.iter().all(|it| (b'0'..=b'7').contains(it)) {
                            return None;
                        }
                        rest = &rest[2..];
                        (escape - b'0') * 64 + (digits[0] - b'0') * 8 + (digits[1] - b'0')
                    }
                    _ => return None,
                });
            }
            other => out.push(*other),
        }
    }
}

/// Takes folders off a name; slashes that follow each other count as one. None where it has not so many.
pub(crate) fn strip(name: &[u8], folders: usize) -> Option<Vec<u8>> {
    let mut rest = name;
    for _ in 0..folders {
        let slash = rest.iter().position(|it| *it == b'/')?;
        rest = &rest[slash..];
        while let Some(after) = rest.strip_prefix(b"/") {
            rest = after;
        }
    }
    (!rest.is_empty()).then(|| rest.to_vec())
}

/// Checks a path, and takes out what says nothing (`.`, double slashes) where `loose`.
pub(crate) fn safe(path: &[u8], loose: bool, line: usize) -> Result<Vec<u8>, Refusal> {
    let refuse = |rule, why: &str| Err(Refusal::new(rule, line, format!("the path `{}` {why}", shown(path))));
    if path.starts_with(b"/") {
        return refuse(Rule::Path, "begins with `/` after the folders are stripped: a patch names paths below the target's root");
    }
    let mut parts = Vec::new();
    for part in path.split(|it| *it == b'/') {
        match part {
            b"" | b"." if loose => {}
            b"" | b"." => return refuse(Rule::Path, "has an empty part or `.` in it"),
            b".." => return refuse(Rule::Path, "has `..` in it: a patch may not leave the target"),
            part if part.contains(&0) => return refuse(Rule::Path, "has a zero byte in it"),
            part if is_git(part) => return refuse(Rule::Git, "is git's own: what lies in `.git` is never patched"),
            part if part.len() > 255 => return refuse(Rule::Path, "has a part of more than 255 bytes"),
            part => parts.push(part),
        }
    }
    if parts.is_empty() || path.ends_with(b"/") || path.len() > 4000 {
        return refuse(Rule::Path, "is no path of a file");
    }
    Ok(parts.join(&b'/'))
}

/// Names that some file system takes for `.git` (git's own list: `verify_path` with core.protectNTFS and core.protectHFS).
fn is_git(part: &[u8]) -> bool {
    let text = String::from_utf8_lossy(part);
    let kept: String = text.chars().filter(|it| !matches!(it, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')).collect();
    let name = kept.split([':', '\\']).next().unwrap_or_default().trim_end_matches([' ', '.']).to_ascii_lowercase();
    name == ".git" || name == "git~1"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> (Option<String>, String) {
        (read(text.as_bytes()).map(|it| shown(&it)), shown(time(text.as_bytes())))
    }

    #[test]
    fn a_name_ends_at_its_time() {
        assert_eq!(words("a/x y\t2024-01-31 12:00:00.0 +0000"), (Some("a/x y".into()), "2024-01-31 12:00:00.0 +0000".into()));
        assert_eq!(words("a/x 2024-01-31 12:00:00 +0100"), (Some("a/x".into()), "2024-01-31 12:00:00 +0100".into()));
        assert_eq!(words("a/x y"), (Some("a/x y".into()), String::new()));
        assert_eq!(words("\"a/\\303\\244\\t\"\tx"), (Some("a/ä\t".into()), "x".into()));
        assert_eq!(words("\"a"), (None, String::new()));
        assert_eq!(words(""), (None, String::new()));
    }

    #[test]
    fn the_epoch_says_that_there_is_no_file() {
        for it in ["1970-01-01 00:00:00.000000000 +0000", "1970-01-01 01:00:00 +0100", "1969-12-31 19:00:00.0 -0500"] {
            assert!(is_epoch(it.as_bytes()), "{it}");
        }
        for it in ["1970-01-01 00:00:01 +0000", "1970-01-01 00:00:00.1 +0000", "2024-01-01 00:00:00 +0000", "", "1970-01-01 é:0:0 +é0"] {
            assert!(!is_epoch(it.as_bytes()), "{it}");
        }
    }

    #[test]
    fn folders_are_taken_off() {
        let check = |name: &str, count| strip(name.as_bytes(), count).map(|it| shown(&it));
        assert_eq!(check("a//b/c", 1).as_deref(), Some("b/c"));
        assert_eq!(check("/etc/x", 1).as_deref(), Some("etc/x"));
        assert_eq!(check("x", 1), None);
        assert_eq!(check("a/", 1), None);
    }

    #[test]
    fn paths_stay_in_the_tree_and_out_of_git() {
        for (path, rule) in [("/etc/x", Rule::Path), ("a/../x", Rule::Path), (".GIT/config", Rule::Git), ("a/.git. /x", Rule::Git), ("x/GIT~1/y", Rule::Git), ("a/", Rule::Path)] {
            assert_eq!(safe(path.as_bytes(), true, 1).map_err(|it| it.rule), Err(rule), "{path}");
        }
        assert_eq!(safe(b"./a//b", true, 1).as_deref(), Ok(&b"a/b"[..]));
        assert!(safe(b"./a", false, 1).is_err());
        assert_eq!(safe(b".gitignore", false, 1).as_deref(), Ok(&b".gitignore"[..]));
    }
}
