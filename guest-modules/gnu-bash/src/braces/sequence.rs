//! The sequences: `from..to` and `from..to..step`, over numbers or single letters.

/// Returns the members of a sequence, `Some(None)` where the text is none, `None` where they are more than `most`.
pub fn expand(inner: &str, most: usize) -> Option<Option<Vec<String>>> {
    let Some(parts) = read(inner) else { return Some(None) };
    let Parts { from, to, step, width, letters } = parts;
    let step = if step == 0 { 1 } else { step.unsigned_abs() };
    let count = from.abs_diff(to) / step + 1;
    if count > most as u64 {
        return None;
    }
    let member = |number: u64| {
        let offset = i128::from(number * step);
        let value = if from <= to { i128::from(from) + offset } else { i128::from(from) - offset };
        if letters { char::from(value.clamp(0, 255) as u8).to_string() } else { padded(value, width) }
    };
    Some(Some((0..count).map(member).collect()))
}

fn padded(value: i128, width: usize) -> String {
    format!("{value:0width$}")
}

struct Parts {
    from: i64,
    to: i64,
    step: i64,
    /// To how many signs numbers are filled with noughts.
    width: usize,
    letters: bool,
}

fn read(inner: &str) -> Option<Parts> {
    let (low, rest) = inner.split_once("..")?;
    let (high, step) = match rest.split_once("..") {
        Some((_, "")) => return None,
        Some((high, step)) => (high, number(step)?),
        None => (rest, 1),
    };
    if step == i64::MIN {
        return None;
    }
    if let (Some(from), Some(to)) = (number(low), number(high)) {
        let zeros = |text: &str| (text.len() > 1 && text.starts_with('0')) || (text.len() > 2 && text.starts_with("-0"));
        let width = if zeros(low) || zeros(high) { low.len().max(high.len()) } else { 0 };
        return Some(Parts { from, to, step, width, letters: false });
    }
    Some(Parts { from: letter(low)?, to: letter(high)?, step, width: 0, letters: true })
}

fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|unit| unit.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn letter(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [unit] if unit.is_ascii_alphabetic() => Some(i64::from(*unit)),
        _ => None,
    }
}
