//! What may stand behind a keyword, and how it is called in effect (`sshd -T`).

use super::{
    keyword::{Keyword, Kind},
    line::Line,
    matching::{address, port},
};

/// The values of a line as they are called in effect; else what is wrong, in words that fit after the keyword.
pub(super) fn read(keyword: &Keyword, line: &Line) -> Result<Vec<String>, String> {
    let Some(words) = &line.arguments else { return Err("invalid quotes".to_owned()) };
    if line.rest.is_empty() {
        return Err("no argument".to_owned());
    }
    match keyword.kind {
        Kind::Rest | Kind::Command => return rest(keyword, line),
        Kind::Gone | Kind::Unchecked | Kind::Match | Kind::Include => return Ok(words.clone()),
        _ => {}
    }
    if words.first().is_none_or(|it| it.is_empty()) {
        return Err("missing argument".to_owned());
    }
    match keyword.kind {
        Kind::Users | Kind::Names | Kind::Variables | Kind::Settings | Kind::Files | Kind::Words | Kind::Methods | Kind::Opens | Kind::Listens => {
            many(keyword.kind, words)
        }
        Kind::Subsystem if words.len() < 2 => Err("missing subsystem command".to_owned()),
        Kind::Subsystem => Ok(vec![words.join(" ")]),
        Kind::Address => listen(words).map(|()| vec![words.join(" ")]),
        Kind::Rekey => rekey(words).map(|it| vec![it]),
        Kind::Quality => quality(words).map(|it| vec![it]),
        kind => match words.as_slice() {
            [word] => single(kind, word).map(|it| vec![it]),
            _ => Err("extra arguments at end of line".to_owned()),
        },
    }
}

fn rest(keyword: &Keyword, line: &Line) -> Result<Vec<String>, String> {
    let text = line.rest.trim_start();
    if keyword.kind == Kind::Command && !text.starts_with('/') && !text.eq_ignore_ascii_case("none") {
        return Err("must be an absolute path".to_owned());
    }
    if keyword.name == "versionaddendum" && text.eq_ignore_ascii_case("none") {
        return Ok(vec!["none".to_owned()]);
    }
    Ok(vec![text.to_owned()])
}

fn single(kind: Kind, word: &str) -> Result<String, String> {
    let unsupported = || format!("unsupported option \"{word}\"");
    match kind {
        Kind::Word(pairs) => pairs.iter().find(|it| it.0.eq_ignore_ascii_case(word)).map(|it| it.1.to_owned()).ok_or_else(unsupported),
        Kind::Exact(words) => words.iter().find(|it| **it == word).map(|it| (*it).to_owned()).ok_or_else(unsupported),
        Kind::Number => number(word).map(|it| it.to_string()).ok_or_else(|| format!("integer value invalid: \"{word}\"")),
        Kind::NumberOrNone if word.eq_ignore_ascii_case("none") => Ok("none".to_owned()),
        Kind::NumberOrNone => number(word).map(|it| it.to_string()).ok_or_else(|| format!("integer value invalid: \"{word}\"")),
        Kind::TimeOrNone if word == "none" => Ok("none".to_owned()),
        Kind::Time | Kind::TimeOrNone => seconds(word).map(|it| it.to_string()).ok_or_else(|| format!("invalid time value \"{word}\"")),
        Kind::Port => port(word).filter(|it| *it > 0).map(|it| it.to_string()).ok_or_else(|| "badly formatted port number".to_owned()),
        Kind::Startups => startups(word),
        Kind::Netblock => netblock(word),
        // Digits of octal numbers at the start count, whatever follows (strtol(3)).
        Kind::Mask => match u32::from_str_radix(&word[..word.find(|it| !('0'..='7').contains(&it)).unwrap_or(word.len())], 8) {
            Ok(mask) if mask <= 0o777 => Ok(format!("0{mask:o}")),
            _ => Err("bad mask".to_owned()),
        },
        Kind::Algorithms(family) if family.accepts(word) => Ok(word.to_owned()),
        Kind::Algorithms(_) => Err(format!("bad list of algorithms '{word}'")),
        _ => Ok(word.to_owned()),
    }
}

fn many(kind: Kind, words: &[String]) -> Result<Vec<String>, String> {
    let said = words.to_vec();
    let wrong = match kind {
        Kind::Users => words
            .iter()
            .find(|it| it.is_empty() || it.rsplit_once('@').is_some_and(|it| address(None, it.1).is_none()))
            .map(|it| format!("invalid pattern: \"{it}\"")),
        Kind::Variables => words.iter().find(|it| it.is_empty() || it.contains('=')).map(|_| "invalid environment name".to_owned()),
        Kind::Settings => words.iter().find(|it| !it.contains('=') || it.starts_with('=')).map(|_| "invalid environment".to_owned()),
        Kind::Files if words.len() > 1 => Some("extra arguments at end of line".to_owned()),
        Kind::Words if words.len() > 1 && words.iter().any(|it| it.eq_ignore_ascii_case("none")) => Some("keyword \"none\" must appear alone".to_owned()),
        Kind::Words => words.iter().find(|it| it.is_empty()).map(|_| "empty argument".to_owned()),
        Kind::Methods => methods(words),
        Kind::Opens if matches!(words[0].as_str(), "any" | "none") => (words.len() > 1).then(|| "extra arguments at end of line".to_owned()),
        Kind::Opens => words.iter().find(|it| !is_open(it)).map(|it| format!("bad host or port \"{it}\"")),
        Kind::Listens if matches!(words[0].as_str(), "any" | "none") => (words.len() > 1).then(|| "extra arguments at end of line".to_owned()),
        Kind::Listens => words.iter().find(|it| !is_open(it) && it.as_str() != "*" && port(it).is_none()).map(|it| format!("bad port number \"{it}\"")),
        _ => words.iter().find(|it| it.is_empty()).map(|_| "empty argument".to_owned()),
    };
    match (wrong, kind) {
        (Some(wrong), _) => Err(wrong),
        (None, Kind::Listens) => Ok(vec![said.iter().map(|it| if port(it).is_some() { format!("*:{it}") } else { it.clone() }).collect::<Vec<_>>().join(" ")]),
        // These lines are one value.
        (None, Kind::Words | Kind::Methods | Kind::Opens) => Ok(vec![said.join(" ")]),
        (None, _) => Ok(said),
    }
}

fn is_open(text: &str) -> bool {
    let (host, number) = match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => text.split_once(':').map_or((text, None), |it| (it.0, Some(it.1))),
    };
    !host.is_empty() && number.is_some_and(|it| it == "*" || port(it).is_some_and(|it| it > 0))
}

/// Methods of auth2.c; `any` stands alone.
fn methods(words: &[String]) -> Option<String> {
    const KNOWN: [&str; 6] = ["none", "publickey", "password", "keyboard-interactive", "hostbased", "gssapi-with-mic"];
    if words.iter().any(|it| it == "any") {
        return (words.len() > 1).then(|| "\"any\" must appear alone".to_owned());
    }
    let known = |it: &str| KNOWN.contains(&it.split(':').next().unwrap_or(it)) || it == "gssapi-keyex";
    words
        .iter()
        .find(|list| list.is_empty() || !list.split(',').all(known) || list.split(',').any(|it| it == "none"))
        .map(|_| "invalid authentication method list".to_owned())
}

fn listen(words: &[String]) -> Result<(), String> {
    let word = &words[0];
    let bare = !word.contains('[') && word.matches(':').count() > 1;
    let number = match word.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((_, rest)) => rest.strip_prefix(':'),
        None if bare => None,
        None => word.split_once(':').map(|it| it.1),
    };
    if number.is_some_and(|it| port(it).is_none_or(|it| it == 0)) {
        return Err("bad port number".to_owned());
    }
    match words.len() {
        1 => Ok(()),
        3 if words[1] == "rdomain" => Ok(()),
        _ => Err("bad ListenAddress syntax".to_owned()),
    }
}

fn startups(word: &str) -> Result<String, String> {
    let illegal = || "illegal MaxStartups spec".to_owned();
    let numbers: Vec<i64> = word.split(':').map(|it| it.parse().map_err(|_| illegal())).collect::<Result<_, _>>()?;
    match numbers[..] {
        // The rate stays what it was.
        [all] if all >= 1 => Ok(format!("{all}::{all}")),
        [begin, rate, full] if begin >= 1 && full >= begin && (1..=100).contains(&rate) => Ok(format!("{begin}:{rate}:{full}")),
        _ => Err(illegal()),
    }
}

fn netblock(word: &str) -> Result<String, String> {
    let invalid = || "invalid network block size".to_owned();
    let (four, six) = word.split_once(':').map_or((word, None), |it| (it.0, Some(it.1)));
    let four = four.parse::<u32>().ok().filter(|it| *it <= 32).ok_or_else(invalid)?;
    let six = six.map_or(Some(128), |it| it.parse::<u32>().ok().filter(|it| *it <= 128)).ok_or_else(invalid)?;
    Ok(format!("{four}:{six}"))
}

fn rekey(words: &[String]) -> Result<String, String> {
    let bytes = if words[0].eq_ignore_ascii_case("default") || words[0].eq_ignore_ascii_case("none") { 0 } else { scaled(&words[0]).ok_or("bad number")? };
    if bytes != 0 && bytes < 16 {
        return Err("RekeyLimit too small".to_owned());
    }
    let time = match words.get(1).map(String::as_str) {
        None | Some("none") => 0,
        Some(word) => seconds(word).ok_or("invalid time value")?,
    };
    if words.len() > 2 { Err("extra arguments at end of line".to_owned()) } else { Ok(format!("{bytes} {time}")) }
}

/// A number with `K`, `M`, `G`, `T` behind it.
fn scaled(word: &str) -> Option<u64> {
    let digits = word.find(|it: char| !it.is_ascii_digit()).unwrap_or(word.len());
    let number: u64 = word[..digits].parse().ok()?;
    let shift = match word[digits..].to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

fn quality(words: &[String]) -> Result<String, String> {
    #[rustfmt::skip]
    const CLASSES: [&str; 26] = [
        "af11", "af12", "af13", "af21", "af22", "af23", "af31", "af32", "af33", "af41", "af42", "af43", "cs0", "cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cs7", "ef", "le", "lowdelay",
        "throughput", "reliability", "none",
    ];
    let class = |word: &String| match CLASSES.iter().find(|it| it.eq_ignore_ascii_case(word)) {
        Some(it) => Ok((*it).to_owned()),
        None => {
            let number = word.strip_prefix("0x").map_or_else(|| word.parse::<u32>().ok(), |it| u32::from_str_radix(it, 16).ok());
            number.filter(|it| *it <= 255).map(|it| format!("0x{it:02x}")).ok_or_else(|| format!("bad IPQoS value: {word}"))
        }
    };
    match words {
        [one] => class(one).map(|it| format!("{it} {it}")),
        [one, other] => Ok(format!("{} {}", class(one)?, class(other)?)),
        _ => Err("extra arguments at end of line".to_owned()),
    }
}

fn number(word: &str) -> Option<i32> {
    word.parse().ok().filter(|it| *it >= 0 && !word.starts_with('-'))
}

/// Seconds of a time as sshd reads it (sshd_config(5), TIME FORMATS): `90`, `1m30s`.
pub(super) fn seconds(text: &str) -> Option<i32> {
    let (mut all, mut digits) = (0_i64, String::new());
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter {
            's' | 'S' => 1,
            'm' | 'M' => 60,
            'h' | 'H' => 3600,
            'd' | 'D' => 86_400,
            'w' | 'W' => 604_800,
            _ => return None,
        };
        all = all.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    if !digits.is_empty() {
        all = all.checked_add(digits.parse().ok()?)?;
    }
    if text.is_empty() { None } else { i32::try_from(all).ok() }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times() {
        assert_eq!((seconds("1m30s"), seconds("2h"), seconds("x"), seconds(""), seconds("90")), (Some(90), Some(7200), None, None, Some(90)));
    }
}
