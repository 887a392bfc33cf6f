//! Brace expansion over the source text of one word: `{a,b}`, `{1..9..2}`, `{a..e}`.
//!
//! It comes before every other expansion and knows only what it must pass over: quotes, backslashes, `${…}`, `$(…)`. What is no
//! valid brace expression stays as it is.

mod sequence;

/// How many words one word may become in [`expand`].
const MOST_WORDS: usize = 1 << 20;

/// How deep braces may stand in or behind each other.
const DEEPEST: usize = 400;

/// How many bytes may be looked at: an opening brace without an end makes bash look to the end of the word once more.
const MOST_STEPS: usize = 1 << 26;

/// How many bytes the words may have together.
const MOST_BYTES: usize = 1 << 28;

/// Returns the words a word becomes, or itself where they would be too many.
pub fn expand(raw: &str) -> Vec<String> {
    expand_within(raw, MOST_WORDS).unwrap_or_else(|| vec![raw.to_string()])
}

/// Returns the words a word becomes unless they are more than `most` or the work has no measure.
pub fn expand_within(raw: &str, most: usize) -> Option<Vec<String>> {
    Expansion { most, steps: 0, bytes: 0 }.words(raw, 0)
}

struct Expansion {
    most: usize,
    steps: usize,
    bytes: usize,
}

impl Expansion {
    fn words(&mut self, text: &str, depth: usize) -> Option<Vec<String>> {
        if depth > DEEPEST {
            return None;
        }
        let Some((open, close)) = self.braces(text)? else { return Some(vec![text.to_string()]) };
        let (inner, rest) = (&text[open + 1..close], &text[close + 1..]);
        let middle = if has_separator(inner) {
            self.choices(inner, depth)?
        } else {
            match sequence::expand(inner, self.most)? {
                Some(words) => words,
                None if rest.is_empty() => return Some(vec![text.to_string()]),
                None => vec![text[open..=close].to_string()],
            }
        };
        let head = self.joined(vec![text[..open].to_string()], middle)?;
        if rest.is_empty() {
            return Some(head);
        }
        let tail = self.words(rest, depth + 1)?;
        self.joined(head, tail)
    }

    /// Returns every word of the one with every word of the other behind it.
    fn joined(&mut self, left: Vec<String>, right: Vec<String>) -> Option<Vec<String>> {
        if left.len().checked_mul(right.len())? > self.most {
            return None;
        }
        let mut words = Vec::with_capacity(left.len() * right.len());
        for head in &left {
            for tail in &right {
                self.bytes += head.len() + tail.len();
                if self.bytes > MOST_BYTES {
                    return None;
                }
                words.push(format!("{head}{tail}"));
            }
        }
        Some(words)
    }

    fn choices(&mut self, inner: &str, depth: usize) -> Option<Vec<String>> {
        let (mut words, mut start) = (Vec::new(), 0);
        loop {
            let end = self.seek(inner, start, b',')?;
            words.extend(self.words(&inner[start..end], depth + 1)?);
            if words.len() > self.most {
                return None;
            }
            if end >= inner.len() {
                return Some(words);
            }
            start = end + 1;
        }
    }

    /// Returns where the first brace expression opens and closes.
    fn braces(&mut self, text: &str) -> Option<Option<(usize, usize)>> {
        let mut from = 0;
        loop {
            let open = self.seek(text, from, b'{')?;
            if open >= text.len() {
                return Some(None);
            }
            let close = self.seek(text, open + 1, b'}')?;
            if close < text.len() {
                return Some(Some((open, close)));
            }
            from = open + 1;
        }
    }

    /// Returns where the wanted sign stands at this level, or the text's end; a closing brace counts behind a comma or `..` only.
    fn seek(&mut self, text: &str, from: usize, wanted: u8) -> Option<usize> {
        let bytes = text.as_bytes();
        let (mut at, mut level, mut quote) = (from, 0usize, 0u8);
        let mut separated = wanted != b'}';
        while let Some(&unit) = bytes.get(at) {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return None;
            }
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            if unit == b'\\' && quote != b'\'' {
                at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
            if unit == b'$' && next == b'\'' && quote == 0 {
                // `$'…'` is read before braces are: what stands in it is text.
                at = ansi_end(bytes, at + 2);
                continue;
            }
            if unit == b'$' && next == b'{' && quote != b'\'' {
                if quote == 0 {
                    level += 1;
                }
                at += 2;
                continue;
            }
            if matches!(quote, 0 | b'"') && next == b'(' && (unit == b'$' || (quote == 0 && matches!(unit, b'<' | b'>'))) {
                let end = substitution_end(bytes, at + 2);
                self.steps += end - at;
                at = end;
                continue;
            }
            at += 1;
            if quote != 0 {
                if unit == quote {
                    quote = 0;
                }
                continue;
            }
            if matches!(unit, b'"' | b'\'' | b'`') {
                quote = unit;
                continue;
            }
            if unit == wanted && level == 0 && separated {
                let blank = |unit: u8| matches!(unit, 0 | b' ' | b'\t' | b'\n');
                let before = if at >= 2 { bytes[at - 2] } else { 0 };
                if unit == b'{' && blank(before) && (blank(next) || next == b'}') {
                    continue;
                }
                return Some(at - 1);
            }
            match unit {
                b'{' => level += 1,
                b'}' if level > 0 => level -= 1,
                b',' if level == 0 => separated = true,
                b'.' if level == 0 && next == b'.' && bytes.get(at + 1) != Some(&wanted) => separated = true,
                _ => {}
            }
        }
        Some(text.len())
    }
}

/// Returns whether a comma stands in it that no backslash takes away.
fn has_separator(inner: &str) -> bool {
    let mut units = inner.bytes();
    while let Some(unit) = units.next() {
        match unit {
            b'\\' => {
                units.next();
            }
            b',' => return true,
            _ => {}
        }
    }
    false
}

/// Returns where the `$'…'` whose text begins at a place has ended.
fn ansi_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&unit) = bytes.get(at) {
        at += 1;
        match unit {
            b'\\' => at += 1,
            b'\'' => break,
            _ => {}
        }
    }
    at.min(bytes.len())
}

/// Returns where the command substitution whose text begins at a place has ended.
fn substitution_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 1usize);
    while let Some(&unit) = bytes.get(at) {
        at += 1;
        match unit {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            b'\'' | b'"' | b'`' => {
                while let Some(&inner) = bytes.get(at) {
                    at += 1;
                    if inner == b'\\' && unit != b'\'' {
                        at += 1;
                    } else if inner == unit {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests;
