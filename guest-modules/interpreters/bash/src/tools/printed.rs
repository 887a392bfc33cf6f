//! What find(1) prints with `-printf` (findutils 4.9, find/print.c).

use gnu_bash::text::from_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, exit, not_modelled},
    find::{Entry, Search, kind},
    mode::letters,
};

/// Directives that are modelled, and those that hang on the machine.
const KNOWN: &str = "pfhmMugUGsPHdnylY";
const OTHERS: &str = "abcDFikStABCTxXZ";
/// Letters of a time that are modelled.
const TIMES: &str = "YmdHMybhBaAjs@";

/// One piece of a format.
enum Piece {
    Text(String),
    /// Flags, width and precision; the letter.
    Directive(String, char),
    Time(String, char),
    /// Nothing more is printed.
    End,
}

/// Reads a format; warnings come with it.
fn pieces(format: &str) -> Answer<(Vec<Piece>, String)> {
    let mut out = Vec::new();
    let mut warnings = String::new();
    let mut text = String::new();
    let letters: Vec<char> = format.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        at += 1;
        match letter {
            '\\' => {
                let digits: String = letters[at..].iter().take(3).take_while(|it| ('0'..='7').contains(*it)).collect();
                if !digits.is_empty() {
                    let byte = u32::from_str_radix(&digits, 8).unwrap_or(0) as u8;
                    text.push_str(&from_bytes(&[byte]));
                    at += digits.len();
                    continue;
                }
                let Some(&next) = letters.get(at) else {
                    warnings.push_str("find: warning: escape `\\' followed by nothing at all\n");
                    text.push('\\');
                    continue;
                };
                at += 1;
                match next {
                    'a' => text.push('\u{7}'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'v' => text.push('\u{b}'),
                    '\\' => text.push('\\'),
                    'c' => {
                        out.push(Piece::Text(std::mem::take(&mut text)));
                        out.push(Piece::End);
                        return Ok((out, warnings));
                    }
                    other => {
                        warnings.push_str(&format!("find: warning: unrecognized escape `\\{other}'\n"));
                        text.extend(['\\', other]);
                    }
                }
            }
            '%' => {
                if letters.get(at) == Some(&'%') {
                    text.push('%');
                    at += 1;
                    continue;
                }
                let start = at;
                let behind = |at: usize, of: &str| at + letters[at..].iter().take_while(|it| of.contains(**it)).count();
                at = behind(behind(at, "-+ #0"), "0123456789");
                if letters.get(at) == Some(&'.') {
                    at = behind(at + 1, "0123456789");
                }
                let layout: String = letters[start..at].iter().collect();
                let Some(&directive) = letters.get(at) else { return Err(exit("error: % at end of format string")) };
                at += 1;
                let timed = letters.get(at).copied();
                if directive == 'T' && timed.is_some_and(|it| TIMES.contains(it)) {
                    out.push(Piece::Text(std::mem::take(&mut text)));
                    out.push(Piece::Time(layout, timed.unwrap_or('Y')));
                    at += 1;
                } else if KNOWN.contains(directive) {
                    out.push(Piece::Text(std::mem::take(&mut text)));
                    out.push(Piece::Directive(layout, directive));
                } else if OTHERS.contains(directive) || !directive.is_ascii() {
                    return Err(not_modelled(format!("find's -printf %{directive} is not modelled")));
                } else if directive == '%' {
                    text.push_str(&format!("%{layout}%"));
                    return Err(not_modelled("a width before a second % in find's -printf is not modelled"));
                } else {
                    warnings.push_str(&format!("find: warning: unrecognized format directive `%{layout}{directive}'\n"));
                    if !layout.is_empty() {
                        return Err(not_modelled("a width before what is no directive in find's -printf is not modelled"));
                    }
                    text.push_str(&format!("%{directive}"));
                }
            }
            other => text.push(other),
        }
    }
    out.push(Piece::Text(text));
    Ok((out, warnings))
}

/// Looks at a format before anything is found; what is warned of.
pub(super) fn check(format: &str) -> Answer<String> {
    pieces(format).map(|it| it.1)
}

/// What a format prints of one file.
pub(super) fn filled(search: &Search<'_>, format: &str, of: &Entry<'_>) -> Answer<String> {
    let mut out = String::new();
    for piece in pieces(format)?.0 {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::End => break,
            Piece::Directive(layout, 'm') => out.push_str(&octal(&layout, of.stat.mode)),
            Piece::Directive(layout, letter) => out.push_str(&padded(&layout, one(search, letter, of)?)),
            Piece::Time(layout, '@') => out.push_str(&padded(&layout, format!("{}.{:09}0", of.stat.mtime_seconds, of.stat.mtime_nanos))),
            Piece::Time(layout, letter) => {
                let moment = (of.stat.mtime_seconds, of.stat.mtime_nanos);
                out.push_str(&padded(&layout, super::date::written(search.kernel, "find", search.zone.as_deref(), &format!("%{letter}"), moment)?));
            }
        }
    }
    Ok(out)
}

/// Width and precision of `%s`; a zero before the width means nothing there.
fn padded(layout: &str, text: String) -> String {
    let left = layout.contains('-');
    let (width, precision) = numbers(layout);
    let text: String = match precision {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    };
    let fill = " ".repeat(width.saturating_sub(gnu_bash::text::to_bytes(&text).len()));
    if left { text + &fill } else { fill + &text }
}

fn numbers(layout: &str) -> (usize, Option<usize>) {
    let digits = layout.trim_start_matches(['-', '+', ' ', '#', '0']);
    let (width, precision) = digits.split_once('.').map_or((digits, None), |it| (it.0, Some(it.1)));
    (width.parse().unwrap_or(0), precision.map(|it| it.parse().unwrap_or(0)))
}

fn octal(layout: &str, mode: u32) -> String {
    let (width, precision) = numbers(layout);
    let flags = &layout[..layout.len() - layout.trim_start_matches(['-', '+', ' ', '#', '0']).len()];
    let mut digits = format!("{mode:o}");
    if flags.contains('#') && mode != 0 {
        digits.insert(0, '0');
    }
    if let Some(least) = precision {
        digits = format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
    }
    let missing = width.saturating_sub(digits.len());
    match (flags.contains('-'), flags.contains('0') && precision.is_none()) {
        (true, _) => digits + &" ".repeat(missing),
        (false, true) => "0".repeat(missing) + &digits,
        _ => " ".repeat(missing) + &digits,
    }
}

fn one(search: &Search<'_>, letter: char, of: &Entry<'_>) -> Answer<String> {
    let is_folder = of.stat.type_ == FileType::Directory;
    Ok(match letter {
        'p' => of.shown.to_owned(),
        'f' => {
            // A slash behind a place to start stays.
            let slash = of.shown.ends_with('/') && !of.shown.bytes().all(|it| it == b'/');
            format!("{}{}", of.name, if slash { "/" } else { "" })
        }
        'h' if of.shown.bytes().all(|it| it == b'/') => String::new(),
        'h' => of.shown.trim_end_matches('/').rsplit_once('/').map_or(".", |it| it.0).to_owned(),
        'M' => {
            let first = if kind(of.stat) == "f" { '-' } else { kind(of.stat).chars().next().unwrap_or('-') };
            format!("{first}{}", letters(of.stat.mode))
        }
        'u' => search.kernel.user_name(of.stat.uid),
        'g' => search.kernel.group_name(of.stat.gid),
        'U' => of.stat.uid.to_string(),
        'G' => of.stat.gid.to_string(),
        's' if is_folder => return Err(not_modelled("the size of a folder is its file system's business")),
        'n' if is_folder => return Err(not_modelled("the names that a folder has are its file system's business")),
        'P' => of.shown.strip_prefix(of.start).map_or("", |it| it.trim_start_matches('/')).to_owned(),
        'H' => of.start.to_owned(),
        'd' => of.depth.to_string(),
        's' => of.stat.size.to_string(),
        'n' => of.stat.links.to_string(),
        'y' => kind(of.stat).to_owned(),
        'Y' => match search.kernel.stat(of.full, true) {
            Ok(it) => kind(&it).to_owned(),
            Err(Error::TooManyLinks) => "L".to_owned(),
            Err(Error::NoEntry | Error::NotDirectory) => "N".to_owned(),
            Err(_) => return Err(not_modelled("where a link of find's %Y leads is not known")),
        },
        _ => from_bytes(&search.kernel.workspace().read_link(&gnu_bash::text::to_bytes(of.full)).unwrap_or_default()),
    })
}
