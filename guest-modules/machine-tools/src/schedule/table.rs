//! What cron reads in a table (crontab(5)): entry.c and env.c of cron 3.0pl1 as they behave.

/// The first line that cron would not take, with its number as crontab(1) tells it, and why.
pub(super) fn problem(text: &str) -> Result<Option<(i64, &'static str)>, String> {
    for (at, line) in text.lines().enumerate() {
        let start = line.trim_start_matches([' ', '\t']);
        if start.is_empty() || start.starts_with('#') {
            continue;
        }
        if start.contains('\r') || start.len() > 900 {
            return Err("a line of such a form".to_owned());
        }
        if is_setting(start)? {
            continue;
        }
        if let Some((ended, problem)) = entry(start) {
            // The tool tells the line before, unless it has read to the end of this one.
            return Ok(Some((at as i64 + i64::from(ended), problem)));
        }
    }
    Ok(None)
}

/// Answers whether a line sets a variable; what may be either is an error.
fn is_setting(line: &str) -> Result<bool, String> {
    let Some((name, value)) = line.split_once('=') else { return Ok(false) };
    let name = name.trim_end_matches([' ', '\t']);
    if !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') && !name.as_bytes()[0].is_ascii_digit() {
        return if value.contains(['"', '\'']) { Err("a setting with quotes".to_owned()) } else { Ok(!value.trim_matches([' ', '\t']).is_empty()) };
    }
    // With five words before it, it is a command that has the sign.
    match name.split([' ', '\t']).filter(|it| !it.is_empty()).count() {
        _ if name.contains(['"', '\'']) && name.starts_with(['"', '\'']) => Err("a setting with quotes".to_owned()),
        0 | 1 => Err("a line of such a form".to_owned()),
        _ => Ok(false),
    }
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const SHORTCUTS: &[&str] = &["reboot", "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];

/// What is wrong with an entry, and whether the line was read to its end by then.
fn entry(line: &str) -> Option<(bool, &'static str)> {
    let mut rest = line.as_bytes();
    if let Some(after) = rest.strip_prefix(b"@") {
        let end = after.iter().position(|it| matches!(it, b' ' | b'\t')).unwrap_or(after.len());
        let (word, after) = after.split_at(end);
        if !SHORTCUTS.iter().any(|it| it.as_bytes() == word) {
            return Some((after.is_empty(), "bad time specifier"));
        }
        return None;
    }
    let fields: [(i64, i64, &[&str], &'static str); 5] =
        [(0, 59, &[], "bad minute"), (0, 23, &[], "bad hour"), (1, 31, &[], "bad day-of-month"), (1, 12, MONTHS, "bad month"), (0, 7, DAYS, "bad day-of-week")];
    for (low, high, names, problem) in fields {
        match list(rest, low, high, names) {
            Ok(after) => rest = after,
            Err(ended) => return Some((ended, problem)),
        }
    }
    // A line without a command is one whose command is empty.
    None
}

fn blanks(text: &[u8]) -> &[u8] {
    &text[text.iter().position(|it| !matches!(it, b' ' | b'\t')).unwrap_or(text.len())..]
}

/// A list of ranges; an error tells whether the line was at its end.
fn list<'a>(mut text: &'a [u8], low: i64, high: i64, names: &[&str]) -> Result<&'a [u8], bool> {
    loop {
        text = range(text, low, high, names)?;
        match text.strip_prefix(b",") {
            Some(after) => text = after,
            None => break,
        }
    }
    let end = text.iter().position(|it| matches!(it, b' ' | b'\t')).unwrap_or(text.len());
    Ok(blanks(&text[end..]))
}

fn range<'a>(text: &'a [u8], low: i64, high: i64, names: &[&str]) -> Result<&'a [u8], bool> {
    let (first, last, mut text) = match text.strip_prefix(b"*") {
        Some(after) => (low, high, after),
        None => {
            let (first, after) = number(text, low, names)?;
            match after.strip_prefix(b"-") {
                // A step stands behind a range only.
                None => return if (low..=high).contains(&first) && after.first() != Some(&b'/') { Ok(after) } else { Err(after.is_empty()) },
                Some(after) => {
                    let (last, after) = number(after, low, names)?;
                    (first, last, after)
                }
            }
        }
    };
    let mut step = 1;
    if let Some(after) = text.strip_prefix(b"/") {
        let (number, after) = number(after, 0, &[])?;
        if number == 0 {
            return Err(after.is_empty());
        }
        (step, text) = (number, after);
    }
    // A range that goes backwards has nothing in it.
    let all_in = first > last || first >= low && first <= high && (last <= high || (first..=last.min(first + 10_000)).step_by(step as usize).all(|it| it <= high));
    if all_in { Ok(text) } else { Err(text.is_empty()) }
}

fn number<'a>(text: &'a [u8], low: i64, names: &[&str]) -> Result<(i64, &'a [u8]), bool> {
    let end = text.iter().position(|it| !it.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let word = String::from_utf8_lossy(word);
    if word.is_empty() || word.len() > 90 {
        return Err(after.is_empty());
    }
    if let Some(at) = names.iter().position(|it| it.eq_ignore_ascii_case(&word)) {
        return Ok((at as i64 + low, after));
    }
    word.parse::<i32>().ok().filter(|_| word.bytes().all(|it| it.is_ascii_digit())).map(|it| (i64::from(it), after)).ok_or(after.is_empty())
}
