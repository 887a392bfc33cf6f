//! What reads and prints: `read`, `mapfile`, `getopts`, `echo`, `printf`.

use std::collections::BTreeMap;

use super::{has, options, print, value};
use crate::{
    printf as format,
    shell::{Run, Shell, is_name, split},
    text,
    variables::Held,
};

pub(super) fn echo(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if shell.dash {
        let (newline, rest) = if words.get(1).is_some_and(|it| it == "-n") { (false, &words[2..]) } else { (true, &words[1..]) };
        let (mut out, stops) = crate::dash::echo(&rest.join(" "));
        if newline && !stops {
            out.push('\n');
        }
        return Ok(print(shell, "echo", &out));
    }
    let (mut newline, mut escapes) = (true, shell.options.xpg_echo);
    let mut rest = &words[1..];
    while let [first, more @ ..] = rest {
        let Some(letters) = first.strip_prefix('-').filter(|it| !it.is_empty() && it.chars().all(|it| "neE".contains(it))) else { break };
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        rest = more;
    }
    let mut out = rest.join(" ");
    if escapes {
        let (told, stops) = format::echo_escapes(&out);
        out = told;
        newline &= !stops;
    }
    if newline {
        out.push('\n');
    }
    Ok(print(shell, "echo", &out))
}

pub(super) fn printf(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (mut target, mut rest) = (None, &words[1..]);
    loop {
        match rest {
            [first, name, more @ ..] if first == "-v" => {
                target = Some(name.clone());
                rest = more;
            }
            [first, more @ ..] if first.starts_with("-v") && first.len() > 2 => {
                target = Some(first[2..].to_owned());
                rest = more;
            }
            [first, more @ ..] if first == "--" => {
                rest = more;
                break;
            }
            [first, ..] if first.starts_with('-') && first.len() > 1 => {
                shell.complain(&format!("printf: {}: invalid option", &first[..2]));
                return Ok(2);
            }
            _ => break,
        }
    }
    let Some(layout) = rest.first() else {
        shell.complain("printf: usage: printf [-v var] format [arguments]");
        return Ok(2);
    };
    let zone = shell.text("TZ");
    let (world, line) = (shell.world.clone(), shell.line);
    let mut clock = |now: bool| match zone.as_deref() {
        Some(name) if !matches!(name, "" | "UTC" | "UTC0") => Err("printf: a time in another zone than UTC".to_owned()),
        zone => {
            if zone.is_none() {
                world.assume("zone-data", "TZ", line);
            }
            // Only what asks for it hangs on the clock.
            Ok(if now { world.now(line).0 } else { 0 })
        }
    };
    let made = format::format(layout, &rest[1..], &mut clock);
    for complaint in &made.complaints {
        shell.complain(complaint);
    }
    if shell.dash && made.complaints.iter().any(|it| it.contains("format")) {
        shell.world.unsure(words, shell.line, "dash reads this format in its own way");
    }
    if let Some(reason) = &made.unsure {
        shell.world.unsure(words, shell.line, reason);
    }
    match target {
        Some(name) => {
            let base = split(&name).map_or(name.as_str(), |it| it.0);
            if !is_name(base) {
                shell.complain(&format!("printf: `{name}': not a valid identifier"));
                return Ok(2);
            }
            // A variable ends where a byte of nothing stands.
            let value = made.out.split('\0').next().unwrap_or_default().to_owned();
            put(shell, &name, &value)?;
            Ok(made.status)
        }
        None => {
            let status = print(shell, "printf", &made.out);
            Ok(if status == 0 { made.status } else { status })
        }
    }
}

/// Sets a variable or an element.
fn put(shell: &mut Shell, name: &str, value: &str) -> Run<i32> {
    if let Some((base, index)) = split(name) {
        let (base, index) = (base.to_owned(), index.to_owned());
        if let Some(message) = shell.refuses(&shell.reference(&base)) {
            shell.reported(&message)?;
            return Ok(1);
        }
        shell.set_element(&base, &index, value, false)?;
        return Ok(0);
    }
    match shell.try_assign(name, value)? {
        None => Ok(0),
        Some(message) => {
            shell.reported(&message)?;
            Ok(1)
        }
    }
}

pub(super) fn read(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "ersa:d:i:n:N:p:t:u:") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let number = match value(&given, 'u') {
        None => 0,
        Some(text) => match text.parse::<u32>() {
            Ok(number) => number,
            Err(_) => {
                shell.complain(&format!("read: {text}: invalid file descriptor specification"));
                return Ok(1);
            }
        },
    };
    for name in names {
        let base = split(name).map_or(name.as_str(), |it| it.0);
        if !is_name(base) {
            shell.complain(&format!("read: `{name}': not a valid identifier"));
            return Ok(1);
        }
    }
    let raw = has(&given, 'r');
    let exact = value(&given, 'N');
    let most = match exact.or(value(&given, 'n')).map(str::parse::<usize>) {
        None => usize::MAX,
        Some(Ok(most)) => most,
        Some(Err(_)) => {
            shell.complain(&format!("read: {}: invalid number", exact.or(value(&given, 'n')).unwrap_or_default()));
            return Ok(1);
        }
    };
    let end = if exact.is_some() { None } else { Some(value(&given, 'd').map_or(b'\n', |it| text::to_bytes(it).first().copied().unwrap_or(0))) };
    let ahead = match shell.ahead(number) {
        Ok(ahead) => ahead,
        Err(error) => {
            let message = if matches!(error, crate::world::Errno::BadDescriptor) {
                format!("read: {number}: invalid file descriptor: {error}")
            } else {
                format!("read: read error: {number}: {error}")
            };
            shell.complain(&message);
            return Ok(1);
        }
    };
    if value(&given, 't') == Some("0") {
        return Ok(0);
    }
    // Letters with whether a backslash protects them.
    let mut line: Vec<(char, bool)> = Vec::new();
    let (mut at, mut found) = (0, false);
    let mut taken = 0;
    while at < ahead.len() && taken < most {
        let byte = ahead[at];
        if byte == b'\\' && !raw {
            if at + 1 >= ahead.len() {
                at += 1;
                break;
            }
            if ahead[at + 1] == b'\n' {
                at += 2;
                continue;
            }
            let letter = text::from_bytes(&ahead[at + 1..at + 1 + length(&ahead[at + 1..])]);
            line.extend(letter.chars().map(|it| (it, true)));
            at += 1 + length(&ahead[at + 1..]);
            taken += 1;
            continue;
        }
        if Some(byte) == end {
            at += 1;
            found = true;
            break;
        }
        if byte == 0 {
            at += 1;
            continue;
        }
        let size = length(&ahead[at..]);
        line.extend(text::from_bytes(&ahead[at..at + size]).chars().map(|it| (it, false)));
        at += size;
        taken += 1;
    }
    shell.skip(number, at);
    let whole = found || taken >= most && most != usize::MAX;
    if !whole {
        shell.ended(number);
    }
    let status = i32::from(!whole);
    let separators = shell.separators();
    if let Some(name) = value(&given, 'a') {
        let name = shell.reference(name);
        let fields = fields(&line, &separators, usize::MAX);
        let list: BTreeMap<i64, String> = fields.into_iter().enumerate().map(|(at, it)| (at as i64, it)).collect();
        if let Some(message) = shell.refuses(&name) {
            shell.complain(&message);
            return Ok(1);
        }
        shell.variables.entry(&name).held = Held::List(list);
        return Ok(status);
    }
    if names.is_empty() {
        let all: String = line.iter().map(|it| it.0).collect();
        let refused = put(shell, "REPLY", &all)?;
        return Ok(if refused == 0 { status } else { refused });
    }
    if exact.is_some() {
        let all: String = line.iter().map(|it| it.0).collect();
        put(shell, &names[0], &all)?;
        for name in &names[1..] {
            put(shell, name, "")?;
        }
        return Ok(status);
    }
    let fields = fields(&line, &separators, names.len());
    let mut refused = 0;
    for (at, name) in names.iter().enumerate() {
        refused |= put(shell, name, fields.get(at).map_or("", String::as_str))?;
    }
    Ok(if refused == 0 { status } else { refused })
}

/// Bytes of the letter at the beginning.
fn length(bytes: &[u8]) -> usize {
    let want = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    if want <= bytes.len() && std::str::from_utf8(&bytes[..want]).is_ok() { want } else { 1 }
}

/// Splits a line for `read`: the last field takes what is left, without the separators at its end.
fn fields(line: &[(char, bool)], separators: &str, most: usize) -> Vec<String> {
    let is_blank = |it: &(char, bool)| !it.1 && separators.contains(it.0) && matches!(it.0, ' ' | '\t' | '\n');
    let is_sign = |it: &(char, bool)| !it.1 && separators.contains(it.0) && !matches!(it.0, ' ' | '\t' | '\n');
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() && is_blank(&line[at]) {
        at += 1;
    }
    while at < line.len() {
        if out.len() + 1 == most {
            let mut rest = &line[at..];
            while rest.last().is_some_and(is_blank) {
                rest = &rest[..rest.len() - 1];
            }
            // One separator that ends the only field that is left is taken off as well.
            if let Some(last) = rest.last().filter(|it| is_sign(it)) {
                let inner = &rest[..rest.len() - 1];
                let _ = last;
                if !inner.iter().any(|it| is_blank(it) || is_sign(it)) {
                    rest = inner;
                }
            }
            out.push(rest.iter().map(|it| it.0).collect());
            return out;
        }
        let start = at;
        while at < line.len() && !is_blank(&line[at]) && !is_sign(&line[at]) {
            at += 1;
        }
        out.push(line[start..at].iter().map(|it| it.0).collect());
        while at < line.len() && is_blank(&line[at]) {
            at += 1;
        }
        if at < line.len() && is_sign(&line[at]) {
            at += 1;
            while at < line.len() && is_blank(&line[at]) {
                at += 1;
            }
        }
    }
    out
}

pub(super) fn mapfile(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "d:n:O:s:tu:C:c:") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let name = rest.first().map_or("MAPFILE", String::as_str).to_owned();
    if !is_name(&name) {
        shell.complain(&format!("{}: `{name}': not a valid identifier", words[0]));
        return Ok(1);
    }
    let whole = |letter: char, usual: usize| value(&given, letter).map_or(Some(usual), |it| it.parse().ok());
    let (Some(most), Some(skipped), Some(origin), Some(number)) = (whole('n', 0), whole('s', 0), whole('O', 0), whole('u', 0)) else {
        shell.complain(&format!("{}: invalid number", words[0]));
        return Ok(1);
    };
    let quantum = match value(&given, 'c').map(|it| (it, it.parse::<usize>())) {
        None => 5000,
        Some((_, Ok(many))) if many > 0 => many,
        Some((word, _)) => {
            shell.complain(&format!("{}: {word}: invalid callback quantum", words[0]));
            return Ok(1);
        }
    };
    let callback = value(&given, 'C').map(str::to_owned);
    let end = value(&given, 'd').map_or(b'\n', |it| text::to_bytes(it).first().copied().unwrap_or(0));
    let ahead = match shell.ahead(number as u32) {
        Ok(ahead) => ahead,
        Err(error) => {
            shell.complain(&format!("{}: {number}: invalid file descriptor: {error}", words[0]));
            return Ok(1);
        }
    };
    let mut lines = Vec::new();
    let (mut at, mut seen) = (0, 0);
    while at < ahead.len() && (most == 0 || lines.len() < most) {
        let stop = ahead[at..].iter().position(|it| *it == end).map_or(ahead.len(), |it| at + it + 1);
        if seen >= skipped {
            let mut piece = &ahead[at..stop];
            if has(&given, 't') && piece.last() == Some(&end) {
                piece = &piece[..piece.len() - 1];
            }
            let kept: Vec<u8> = piece.iter().copied().filter(|it| *it != 0).collect();
            lines.push(text::from_bytes(&kept));
        }
        seen += 1;
        at = stop;
    }
    shell.skip(number as u32, at);
    if at == ahead.len() {
        shell.ended(number as u32);
    }
    let name = shell.reference(&name);
    if let Some(message) = shell.refuses(&name) {
        shell.complain(&format!("{}: {message}", words[0]));
        return Ok(1);
    }
    let keeps = value(&given, 'O').is_some();
    if !keeps {
        shell.list(&name).clear();
    } else {
        shell.list(&name);
    }
    for (at, line) in lines.into_iter().enumerate() {
        if let Some(act) = callback.as_ref().filter(|_| (at + 1) % quantum == 0) {
            // It runs before the line is taken in.
            let text = format!("{act} {} {}", origin + at, format::quote_single(&line));
            shell.read_and_run(&text, shell.line)?;
        }
        shell.list(&name).insert((origin + at) as i64, line);
    }
    Ok(0)
}

pub(super) fn getopts(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let [_, known, name, given @ ..] = words else {
        shell.complain("getopts: usage: getopts optstring name [arg ...]");
        return Ok(2);
    };
    let arguments = if given.is_empty() { shell.arguments.clone() } else { given.to_vec() };
    let quiet = known.starts_with(':') || shell.text("OPTERR").as_deref() == Some("0");
    let silent = known.starts_with(':');
    if shell.dash && shell.text("OPTIND").is_some_and(|it| it.parse::<usize>().is_ok_and(|it| it > arguments.len() + 1)) {
        shell.world.unsure(words, shell.line, "dash begins anew here");
    }
    let letter_before = shell.letter;
    let mut index = shell.text("OPTIND").and_then(|it| it.parse::<usize>().ok()).unwrap_or(1).max(1);
    let over = |shell: &mut Shell, index: usize| -> Run<i32> {
        shell.assign("OPTIND", &index.to_string())?;
        shell.letter = 0;
        shell.variables.unset("OPTARG");
        put(shell, name, "?")?;
        Ok(1)
    };
    // What an earlier round left behind the end is put back to it.
    index = index.min(arguments.len() + 1);
    let Some(word) = arguments.get(index - 1).cloned() else { return over(shell, index) };
    let mut place = letter_before;
    if place == 0 {
        if word == "--" {
            return over(shell, index + 1);
        }
        if !word.starts_with('-') || word.len() == 1 {
            return over(shell, index);
        }
        place = 1;
    }
    let letters: Vec<char> = word.chars().collect();
    let letter = letters.get(place).copied().unwrap_or('?');
    place += 1;
    let mut next = place;
    if place >= letters.len() {
        index += 1;
        next = 0;
    }
    let at = known.find(letter).filter(|_| letter != ':');
    let mut told = letter.to_string();
    let mut argument = None;
    match at {
        None => {
            if !quiet {
                let shown = shell.name.clone();
                shell.write(2, format!("{shown}: illegal option -- {letter}\n").as_bytes());
            }
            told = "?".to_owned();
            if silent {
                argument = Some(letter.to_string());
            }
        }
        Some(at) if known[at + letter.len_utf8()..].starts_with(':') => {
            if next != 0 {
                argument = Some(letters[place..].iter().collect());
                index += 1;
                next = 0;
            } else if let Some(word) = arguments.get(index - 1) {
                argument = Some(word.clone());
                index += 1;
            } else {
                if !quiet {
                    let shown = shell.name.clone();
                    shell.write(2, format!("{shown}: option requires an argument -- {letter}\n").as_bytes());
                }
                told = if silent { ":" } else { "?" }.to_owned();
                if silent {
                    argument = Some(letter.to_string());
                }
            }
        }
        Some(_) => {}
    }
    shell.assign("OPTIND", &index.to_string())?;
    shell.letter = next;
    match argument {
        Some(argument) => shell.assign("OPTARG", &argument)?,
        None => shell.variables.unset("OPTARG"),
    }
    put(shell, name, &told)?;
    Ok(0)
}
