//! chmod(1), umask, and the modes that they understand.

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, Call, exit, join, not_modelled, walked},
    options::Known,
};
use crate::filesystem::failure;

/// Sets of letters of one clause: who, operator, what.
pub(crate) struct Change {
    octal: Option<(u32, bool)>,
    clauses: Vec<(String, Vec<(char, String)>)>,
}

impl Change {
    /// Reads a mode: octal, or clauses of `ugoa`, `+-=`, `rwxXstugo` or an octal number, separated by commas.
    pub(crate) fn parse(text: &str) -> Option<Change> {
        if !text.is_empty() && text.chars().all(|it| ('0'..='7').contains(&it)) {
            let mode = u32::from_str_radix(text, 8).ok().filter(|it| *it <= 0o7777)?;
            return Some(Change { octal: Some((mode, text.len() > 4)), clauses: Vec::new() });
        }
        let mut clauses = Vec::new();
        for clause in text.split(',') {
            let at = clause.find(['+', '-', '='])?;
            let (who, mut rest) = clause.split_at(at);
            if !who.chars().all(|it| "ugoa".contains(it)) {
                return None;
            }
            let mut acts = Vec::new();
            while let Some(operator) = rest.chars().next() {
                let end = rest[1..].find(['+', '-', '=']).map_or(rest.len(), |it| it + 1);
                let what = &rest[1..end];
                // A number is for all, so that nobody may stand before it, and it ends its clause (modechange.c of gnulib).
                if !what.is_empty() && what.bytes().all(|it| (b'0'..=b'7').contains(&it)) {
                    if !who.is_empty() || end < rest.len() || u32::from_str_radix(what, 8).ok().is_none_or(|it| it > 0o7777) {
                        return None;
                    }
                    acts.push((operator, what.to_owned()));
                    break;
                }
                let copies = what.len() == 1 && "ugo".contains(what);
                if !copies && !what.chars().all(|it| "rwxXst".contains(it)) {
                    return None;
                }
                acts.push((operator, what.to_owned()));
                rest = &rest[end..];
            }
            clauses.push((who.to_owned(), acts));
        }
        Some(Change { octal: None, clauses })
    }

    /// Answers whether a number stands behind an operator.
    pub(crate) fn counts(&self) -> bool {
        self.clauses.iter().flat_map(|it| &it.1).any(|it| it.1.starts_with(|letter: char| letter.is_ascii_digit()))
    }

    /// Answers whether a clause names set-id bits or the sticky bit.
    pub(crate) fn is_special(&self) -> bool {
        self.clauses.iter().flat_map(|it| &it.1).any(|it| it.1.contains(['s', 't']))
    }

    /// Answers whether a clause takes bits from other bits.
    pub(crate) fn copies(&self) -> bool {
        self.clauses.iter().flat_map(|it| &it.1).any(|it| it.1.contains(['u', 'g', 'o', 'X']))
    }

    /// Returns the mode that a file of mode `old` gets.
    pub(crate) fn apply(&self, old: u32, directory: bool, umask: u32) -> u32 {
        if let Some((mode, five)) = self.octal {
            // Fewer than five digits keep the set-id bits of a directory (GNU coreutils, "Directory Setuid and Setgid").
            return mode | if directory && !five { old & 0o6000 } else { 0 };
        }
        let mut mode = old;
        for (who, acts) in &self.clauses {
            for (operator, what) in acts {
                mode = act(mode, who, *operator, what, directory, umask);
            }
        }
        mode
    }
}

fn act(mode: u32, who: &str, operator: char, what: &str, directory: bool, umask: u32) -> u32 {
    if let Ok(bits) = u32::from_str_radix(what, 8) {
        return match operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => bits,
        };
    }
    let whose = |letter: char| match letter {
        'u' => 0o4700,
        'g' => 0o2070,
        'o' => 0o1007,
        _ => 0o7777,
    };
    let all = who.is_empty();
    let mask = if all { 0o7777 } else { who.chars().map(whose).fold(0, |all, it| all | it) };
    let mut bits = 0;
    for letter in what.chars() {
        let copied = |shift: u32| (mode >> shift & 7) * 0o111;
        bits |= match letter {
            'r' => 0o444,
            'w' => 0o222,
            'x' => 0o111,
            'X' if directory || mode & 0o111 != 0 => 0o111,
            's' => 0o6000,
            't' => 0o1000,
            'u' => copied(6),
            'g' => copied(3),
            'o' => copied(0),
            _ => 0,
        };
    }
    // `s` means nothing for others, `t` nothing for user and group alone.
    let special = if all || who.contains('a') { 0o7000 } else { mask & 0o6000 | if who.contains('o') { 0o1000 } else { 0 } };
    let bits = bits & (mask & 0o777 | special) & if all { !(umask & 0o777) } else { !0 };
    match operator {
        '+' => mode | bits,
        '-' => mode & !bits,
        _ => {
            // A directory keeps its set-id bits unless they are named.
            let kept = if directory { 0o6000 & !bits } else { 0 };
            let cleared = (mask & 0o777 | special) & !kept;
            mode & !cleared | bits
        }
    }
}

const CHMOD: Known = Known {
    short: "Rvcf",
    long: &[
        ("recursive", 'R'),
        ("verbose", 'v'),
        ("changes", 'c'),
        ("silent", 'f'),
        ("quiet", 'f'),
        ("reference=", '='),
        ("preserve-root", ' '),
        ("no-preserve-root", ' '),
    ],
};

/// chmod(1).
pub(crate) fn chmod(call: &mut Call<'_>) -> Answer {
    // A symbolic mode may begin with `-`, which is no option.
    let is_mode = |it: &&String| it.len() > 1 && it.starts_with('-') && it[1..].chars().all(|it| "rwxXstugoa,+-=01234567".contains(it));
    let mut modes = call.args.iter().take_while(|it| *it != "--").filter(is_mode);
    let minus = modes.next().cloned();
    if modes.next().is_some() {
        return Err(not_modelled("several modes that begin with `-` are not modelled"));
    }
    let rest: Vec<String> = call.args.iter().filter(|it| minus.as_ref() != Some(it)).cloned().collect();
    let parsed = CHMOD.parse("chmod", &rest)?;
    let mut words = parsed.words.clone();
    let change = if let Some(reference) = parsed.value('=') {
        let stat = call.stat(&call.path(reference), true).map_err(|error| exit(format!("failed to get attributes of {}: {}", call.q(reference), failure(error))))?;
        Change { octal: Some((stat.mode, true)), clauses: Vec::new() }
    } else {
        let text = match minus.clone() {
            Some(minus) => minus,
            None if words.is_empty() => return Err(call.misused("missing operand")),
            None => words.remove(0),
        };
        Change::parse(&text).ok_or_else(|| call.misused(format!("invalid mode: {}", call.quote(&text))))?
    };
    if words.is_empty() {
        return Err(match (parsed.value('=').is_some() || minus.is_some(), call.args.last()) {
            (false, Some(last)) => call.misused(format!("missing operand after {}", call.quote(last))),
            _ => call.misused("missing operand"),
        });
    }
    let umask = call.kernel.umask();
    let shows_failures = parsed.last_of("vc") == Some('v');
    for word in words {
        let word = walked(&word).to_owned();
        let full = call.path(&word);
        match call.stat(&full, true) {
            Ok(_) => each(call, &full, &word, parsed.has('R'), true, &parsed, &change, umask, minus.is_some())?,
            Err(error) => {
                if parsed.has('f') {
                    call.status = 1;
                } else if error == Error::NoEntry && call.is_there(&full) {
                    call.complain(&format!("cannot operate on dangling symlink {}", call.q(&word)));
                } else {
                    call.refused(&format!("cannot access {}", call.q(&word)), error);
                }
                if shows_failures {
                    call.print(&format!("{} could not be accessed\n", call.q(&word)));
                }
            }
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "a walk carries what it was asked")]
fn each(call: &mut Call<'_>, full: &str, word: &str, recursive: bool, top: bool, parsed: &super::options::Parsed, change: &Change, umask: u32, surprises: bool) -> Answer {
    let Ok(stat) = call.stat(full, top) else { return Ok(()) };
    if stat.type_ == FileType::Symlink {
        if parsed.last_of("vc") == Some('v') {
            call.print(&format!("neither symbolic link {} nor referent has been changed\n", call.q(word)));
        }
        return Ok(());
    }
    let directory = stat.type_ == FileType::Directory;
    let mode = change.apply(stat.mode, directory, umask);
    match call.kernel.workspace().set_mode(&to_bytes(full), mode, true) {
        Ok(()) => {
            report(call, parsed, word, stat.mode, mode);
            // A mode that looks like an option is one that the mask may have kept from doing all.
            let naive = change.apply(stat.mode, directory, 0);
            if surprises && mode & !naive != 0 {
                call.complain(&format!("{}: new permissions are {}, not {}", call.name(word), letters(mode), letters(naive)));
            }
        }
        Err(error) => {
            if parsed.last_of("vc").is_some() {
                return Err(not_modelled("chmod that tells of a mode that could not be set is not modelled"));
            }
            if parsed.has('f') {
                call.status = 1;
            } else {
                call.refused(&format!("changing permissions of {}", call.q(word)), error);
            }
        }
    }
    if recursive && directory {
        match call.names(full)? {
            Ok(names) => {
                for name in names {
                    each(call, &join(full, &name), &join(word, &name), true, false, parsed, change, umask, surprises)?;
                }
            }
            Err(error) => call.refused(&format!("cannot read directory {}", call.q(word)), error),
        }
    }
    Ok(())
}

fn report(call: &mut Call<'_>, parsed: &super::options::Parsed, word: &str, old: u32, new: u32) {
    let told = parsed.last_of("vc");
    let word = call.q(word);
    if old != new && told.is_some() {
        call.print(&format!("mode of {word} changed from {old:04o} ({}) to {new:04o} ({})\n", letters(old), letters(new)));
    } else if told == Some('v') {
        call.print(&format!("mode of {word} retained as {new:04o} ({})\n", letters(new)));
    }
}

/// The nine letters of a mode, as ls(1) prints them.
pub(crate) fn letters(mode: u32) -> String {
    let mut out = String::new();
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        out.push(if bits & 4 != 0 { 'r' } else { '-' });
        out.push(if bits & 2 != 0 { 'w' } else { '-' });
        out.push(match (bits & 1 != 0, mode & special != 0) {
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    out
}
