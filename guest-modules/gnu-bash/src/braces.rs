//! Brace expansion (bash(1), Brace Expansion), on the text of one word with its quotes.

/// Expands a word; none where it becomes more words than are allowed.
pub fn expand_within(raw: &str, most: usize) -> Option<Vec<String>> {
    let letters: Vec<char> = raw.chars().collect();
    let out = expand(&letters, most, 0)?;
    Some(out)
}

/// The place behind what begins here and is one piece: a quoted text, an expansion, a letter.
fn skip(text: &[char], at: usize) -> usize {
    match text[at] {
        '\\' => (at + 2).min(text.len()),
        '\'' => text[at + 1..].iter().position(|it| *it == '\'').map_or(text.len(), |it| at + it + 2),
        quote @ ('"' | '`') => {
            let mut at = at + 1;
            while at < text.len() && text[at] != quote {
                at = if text[at] == '$' { skip(text, at) } else if text[at] == '\\' { (at + 2).min(text.len()) } else { at + 1 };
            }
            (at + 1).min(text.len())
        }
        '$' if matches!(text.get(at + 1), Some('{' | '(')) => {
            let (open, close) = if text[at + 1] == '{' { ('{', '}') } else { ('(', ')') };
            let (mut at, mut depth) = (at + 2, 1);
            while at < text.len() && depth > 0 {
                if text[at] == open {
                    depth += 1;
                    at += 1;
                } else if text[at] == close {
                    depth -= 1;
                    at += 1;
                } else {
                    at = skip(text, at);
                }
            }
            at
        }
        '$' if text.get(at + 1) == Some(&'\'') => {
            let mut at = at + 2;
            while at < text.len() && text[at] != '\'' {
                at += if text[at] == '\\' { 2 } else { 1 };
            }
            (at + 1).min(text.len())
        }
        _ => at + 1,
    }
}

/// The commas and the end of the braces that open here.
fn braces(text: &[char], open: usize) -> Option<(Vec<usize>, usize)> {
    let (mut at, mut depth, mut commas) = (open + 1, 1_usize, Vec::new());
    while at < text.len() {
        match text[at] {
            '{' => {
                depth += 1;
                at += 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((commas, at));
                }
                at += 1;
            }
            ',' => {
                if depth == 1 {
                    commas.push(at);
                }
                at += 1;
            }
            _ => at = skip(text, at),
        }
    }
    None
}

fn expand(text: &[char], most: usize, depth: usize) -> Option<Vec<String>> {
    if depth > 100 {
        return None;
    }
    let mut at = 0;
    while at < text.len() {
        if text[at] != '{' {
            at = skip(text, at);
            continue;
        }
        let Some((commas, end)) = braces(text, at) else {
            // Braces that are not closed are letters; what is in them may still be expanded.
            at += 1;
            continue;
        };
        let inner = &text[at + 1..end];
        let middle: Vec<String> = if !commas.is_empty() {
            let mut parts = Vec::new();
            let mut from = at + 1;
            for stop in commas.iter().copied().chain([end]) {
                parts.extend(expand(&text[from..stop], most, depth + 1)?);
                from = stop + 1;
            }
            parts
        } else if let Some(all) = sequence(inner, most) {
            all?
        } else {
            // No list and no sequence: the braces stay, and what is in them is looked at.
            at += 1;
            continue;
        };
        let before: String = text[..at].iter().collect();
        let rest = expand(&text[end + 1..], most, depth + 1)?;
        if middle.len().checked_mul(rest.len()).is_none_or(|it| it > most) {
            return None;
        }
        return Some(middle.iter().flat_map(|it| rest.iter().map(|rest| format!("{before}{it}{rest}")).collect::<Vec<_>>()).collect());
    }
    Some(vec![text.iter().collect()])
}

/// `x..y` and `x..y..step`; the inner none says that there are too many.
fn sequence(inner: &[char], most: usize) -> Option<Option<Vec<String>>> {
    let text: String = inner.iter().collect();
    let mut parts = text.split("..");
    let (first, last, step) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let step: i64 = match step {
        None => 1,
        Some(step) => step.parse().ok()?,
    };
    let step = if step == 0 { 1 } else { step.checked_abs()? };
    let number = |text: &str| text.parse::<i64>().ok();
    if let (Some(from), Some(to)) = (number(first), number(last)) {
        let padded = |text: &str| {
            let digits = text.trim_start_matches(['-', '+']);
            digits.len() > 1 && digits.starts_with('0')
        };
        let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
        let many = (from.abs_diff(to) / step.unsigned_abs()) as usize + 1;
        if many > most {
            return Some(None);
        }
        let shown = |value: i64| if value < 0 && width > 0 { format!("-{:0>1$}", value.unsigned_abs(), width - 1) } else { format!("{value:0>width$}") };
        return Some(Some((0..many as i64).map(|it| shown(if from <= to { from + it * step } else { from - it * step })).collect()));
    }
    let letter = |text: &str| {
        let mut letters = text.chars();
        let first = letters.next().filter(char::is_ascii_alphabetic)?;
        letters.next().is_none().then_some(first)
    };
    let (from, to) = (u32::from(letter(first)?), u32::from(letter(last)?));
    let many = (from.abs_diff(to) as i64 / step) + 1;
    let shown = |it: i64| {
        let code = if from <= to { i64::from(from) + it * step } else { i64::from(from) - it * step };
        let letter = char::from_u32(code as u32).unwrap_or_default();
        if letter.is_ascii_alphanumeric() { letter.to_string() } else { format!("\\{letter}") }
    };
    Some(Some((0..many).map(shown).collect()))
}

#[cfg(test)]
mod tests {
    use super::expand_within;

    #[test]
    fn expands_as_the_manual_says() {
        for (word, expected) in [
            ("a{d,c,b}e", vec!["ade", "ace", "abe"]),
            ("{1..3}", vec!["1", "2", "3"]),
            ("{01..03}", vec!["01", "02", "03"]),
            ("{5..1..2}", vec!["5", "3", "1"]),
            ("{a,b}{1..2}", vec!["a1", "a2", "b1", "b2"]),
            ("{a,{b,c}}", vec!["a", "b", "c"]),
            ("a{b", vec!["a{b"]),
            ("{a}", vec!["{a}"]),
            ("${x,y}", vec!["${x,y}"]),
            ("'{a,b}'", vec!["'{a,b}'"]),
            ("{a\\,b,c}", vec!["a\\,b", "c"]),
            ("{x,}", vec!["x", ""]),
            ("{-1..1}", vec!["-1", "0", "1"]),
        ] {
            assert_eq!(expand_within(word, 1000).unwrap_or_default(), expected, "{word}");
        }
        assert_eq!(expand_within("{1..100000}", 1000), None);
    }
}
