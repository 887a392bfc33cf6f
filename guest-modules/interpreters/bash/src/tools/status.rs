//! stat(1) with a format, as GNU coreutils 9.1 has it (stat.c).

use gnu_bash::text::{from_bytes, to_bytes};
use invitro_sdk::interpreter::invitro::remediation::types::{FileType, Stat};

use super::{
    call::{Answer, Call, not_modelled},
    listing::kind_letter,
    mode::letters,
    options::Known,
};

/// stat(1) with a format.
pub(crate) fn stat(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known =
        Known { short: "Lc:ft", long: &[("dereference", 'L'), ("format=", 'c'), ("printf=", 'p'), ("file-system", 'f'), ("terse", 't')] };
    let parsed = KNOWN.read(call)?;
    if parsed.words.is_empty() {
        return Err(call.misused("missing operand"));
    }
    if parsed.has('f') {
        return Err(not_modelled("the file system that a file is on is not modelled"));
    }
    let format = parsed.options.iter().rev().find(|it| matches!(it.0, 'c' | 'p'));
    for word in &parsed.words {
        if word == "-" {
            return Err(not_modelled("stat of its standard input is not modelled"));
        }
        let full = call.path(word);
        match (call.stat(&full, parsed.has('L')), format) {
            // Its own layouts have times and numbers of the machine in them.
            (Ok(_), None) => return Err(not_modelled("stat without a format is not modelled")),
            (Ok(stat), Some((letter, format))) => {
                let mut format = format.clone();
                if *letter == 'c' {
                    format.push('\n');
                }
                fill(call, &format, *letter == 'p', word, &full, &stat)?;
            }
            (Err(error), _) => call.refused(&format!("cannot statx {}", call.q(word)), error),
        }
    }
    Ok(())
}

fn fill(call: &mut Call<'_>, format: &str, escapes: bool, word: &str, full: &str, stat: &Stat) -> Answer {
    let letters: Vec<char> = format.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        at += 1;
        match letter {
            '%' => {
                let start = at;
                let behind = |at: usize, of: &str| at + letters[at..].iter().take_while(|it| of.contains(**it)).count();
                let flags_end = behind(at, "'-+ #0I");
                at = behind(flags_end, "0123456789");
                if letters.get(at) == Some(&'.') {
                    at = behind(at + 1, "0123456789");
                }
                let layout = Layout { flags: letters[start..flags_end].iter().collect(), rest: letters[flags_end..at].iter().collect() };
                // The line end that `-c` adds is no part of the format.
                let directive = letters.get(at).copied().filter(|it| escapes || !(*it == '\n' && at + 1 == letters.len()));
                match directive {
                    Some('%') | None if at > start => {
                        let text: String = letters[start - 1..at].iter().chain(directive.iter()).collect();
                        return Err(super::call::exit(format!("{}: invalid directive", call.quote(&text))));
                    }
                    None => call.print("%"),
                    Some(directive) => {
                        at += 1;
                        if directive == '%' {
                            call.print("%");
                        } else {
                            one(call, directive, &layout, word, full, stat)?;
                        }
                    }
                }
            }
            '\\' if escapes => at = escaped(call, &letters, at)?,
            it => call.print(it.encode_utf8(&mut [0; 4])),
        }
    }
    Ok(())
}

/// An escape of `--printf`; returns where it ends.
fn escaped(call: &mut Call<'_>, letters: &[char], at: usize) -> Answer<usize> {
    let digits = |at: usize, most: usize, radix: u32| letters[at..].iter().take(most).map_while(|it| it.to_digit(radix)).collect::<Vec<_>>();
    let octal = digits(at, 3, 8);
    if !octal.is_empty() {
        call.out.push(octal.iter().fold(0, |all, it| all * 8 + it) as u8);
        return Ok(at + octal.len());
    }
    let hexadecimal = if letters.get(at) == Some(&'x') { digits(at + 1, 2, 16) } else { Vec::new() };
    if !hexadecimal.is_empty() {
        call.out.push(hexadecimal.iter().fold(0, |all, it| all * 16 + it) as u8);
        return Ok(at + 1 + hexadecimal.len());
    }
    let Some(letter) = letters.get(at) else {
        call.say("warning: backslash at end of format");
        call.print("\\");
        return Ok(at);
    };
    let byte = match letter {
        'a' => 7,
        'b' => 8,
        'e' => 27,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '"' => b'"',
        '\\' => b'\\',
        other => {
            if !other.is_ascii() {
                return Err(not_modelled("a backslash before what is no letter of ASCII in a format of stat is not modelled"));
            }
            call.say(&format!("warning: unrecognized escape '\\{other}'"));
            *other as u8
        }
    };
    call.out.push(byte);
    Ok(at + 1)
}

/// Flags, and width with precision, of one directive.
struct Layout {
    flags: String,
    rest: String,
}

impl Layout {
    fn width(&self) -> usize {
        self.rest.split('.').next().unwrap_or_default().parse().unwrap_or(0)
    }

    fn precision(&self) -> Option<usize> {
        self.rest.split_once('.').map(|it| it.1.parse().unwrap_or(0))
    }

    fn padded(&self, text: Vec<u8>) -> Vec<u8> {
        let fill = vec![b' '; self.width().saturating_sub(text.len())];
        if self.flags.contains('-') { [text, fill].concat() } else { [fill, text].concat() }
    }

    /// As `%s`: precision counts bytes.
    fn text(&self, text: &[u8]) -> Vec<u8> {
        self.padded(text[..self.precision().unwrap_or(text.len()).min(text.len())].to_vec())
    }

    /// As a conversion of a number that takes the flags `allowed`; `lead` stands before the digits.
    fn number(&self, digits: &str, lead: &str, allowed: &str) -> Vec<u8> {
        let has = |it: char| allowed.contains(it) && self.flags.contains(it);
        let mut digits = digits.to_owned();
        if let Some(least) = self.precision() {
            if least == 0 && digits == "0" {
                digits.clear();
            }
            digits = format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
        } else if has('0') && !has('-') {
            digits = format!("{}{digits}", "0".repeat(self.width().saturating_sub(digits.len() + lead.len())));
        }
        self.padded(format!("{lead}{digits}").into_bytes())
    }

    fn octal(&self, value: u32) -> Vec<u8> {
        let digits = format!("{value:o}");
        // `#` makes the first digit a zero.
        let lead = if self.flags.contains('#') && value != 0 && self.precision().is_none_or(|it| it <= digits.len()) { "0" } else { "" };
        self.number(&digits, lead, "-#0")
    }
}

fn one(call: &mut Call<'_>, directive: char, layout: &Layout, word: &str, full: &str, stat: &Stat) -> Answer {
    let is_special = stat.type_ == FileType::Special;
    if is_special && "aAfFtTrRsbhug".contains(directive) {
        return Err(not_modelled(format!("{word} is a device or could not be read")));
    }
    let unsigned = |value: u64| layout.number(&value.to_string(), "", "'-0");
    let owner = |it: &Call<'_>, database: &str, number: u32, name: String| if number == 0 || it.kernel.has_id(database, number) { name } else { "UNKNOWN".to_owned() };
    let text = match directive {
        'n' => layout.text(&to_bytes(word)),
        'N' => {
            let mut text = layout.text(&to_bytes(&call.q(word)));
            if stat.type_ == FileType::Symlink {
                let target = call.kernel.workspace().read_link(&to_bytes(full)).unwrap_or_default();
                text.extend(b" -> ");
                text.extend(layout.text(&to_bytes(&call.q(&from_bytes(&target)))));
            }
            text
        }
        'a' => layout.octal(stat.mode),
        'A' => layout.text(format!("{}{}", kind_letter(stat), letters(stat.mode)).as_bytes()),
        'u' => unsigned(stat.uid.into()),
        'g' => unsigned(stat.gid.into()),
        'U' => layout.text(&to_bytes(&owner(call, "/etc/passwd", stat.uid, call.kernel.user_name(stat.uid)))),
        'G' => layout.text(&to_bytes(&owner(call, "/etc/group", stat.gid, call.kernel.group_name(stat.gid)))),
        's' if stat.type_ == FileType::Directory => return Err(not_modelled("the size of a folder is its file system's business")),
        's' => {
            let sign = ['+', ' '].iter().find(|it| layout.flags.contains(**it)).map_or(String::new(), char::to_string);
            let sign = if layout.flags.contains('+') { "+".to_owned() } else { sign };
            layout.number(&stat.size.to_string(), &sign, "'-+ 0")
        }
        'h' if stat.type_ == FileType::Directory => return Err(not_modelled("the names that a folder has are its file system's business")),
        'h' => unsigned(stat.links.into()),
        't' | 'T' => layout.number("0", "", "-#0"),
        'r' => unsigned(0),
        'R' => layout.number("0", "", "-#0"),
        'B' => unsigned(512),
        'y' => {
            let zone = call.env.get("TZ").map(String::as_str);
            let text = super::date::written(call.kernel, "stat", zone, "%Y-%m-%d %H:%M:%S.%N %z", (stat.mtime_seconds, stat.mtime_nanos))?;
            layout.text(text.as_bytes())
        }
        'Y' if layout.rest.contains('.') || layout.flags.contains(['+', ' ']) || stat.mtime_seconds < 0 => {
            return Err(not_modelled("stat's %Y in this form is not modelled"));
        }
        'Y' => layout.number(&stat.mtime_seconds.to_string(), "", "'-0"),
        'f' => {
            let digits = format!("{:x}", kind_bits(stat) | stat.mode);
            layout.number(&digits, if layout.flags.contains('#') { "0x" } else { "" }, "-#0")
        }
        'F' => layout.text(match stat.type_ {
            FileType::Regular if stat.size == 0 => b"regular empty file",
            FileType::Regular => b"regular file",
            FileType::Directory => b"directory",
            FileType::Symlink => b"symbolic link",
            FileType::Fifo => b"fifo",
            FileType::Special => b"",
        }),
        // What hangs on the machine, and the modifiers of devices.
        'b' | 'd' | 'D' | 'i' | 'm' | 'o' | 'w' | 'W' | 'x' | 'X' | 'z' | 'Z' | 'C' | 'H' | 'L' => {
            return Err(not_modelled(format!("stat's %{directive} is not modelled")));
        }
        _ => b"?".to_vec(),
    };
    call.out.extend(text);
    if !matches!(directive, 'n') && !directive.is_ascii() {
        return Err(not_modelled("a directive that is no letter of ASCII in a format of stat is not modelled"));
    }
    Ok(())
}

fn kind_bits(stat: &Stat) -> u32 {
    match stat.type_ {
        FileType::Regular | FileType::Special => 0o100_000,
        FileType::Directory => 0o040_000,
        FileType::Symlink => 0o120_000,
        FileType::Fifo => 0o010_000,
    }
}
