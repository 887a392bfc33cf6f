//! Words of a command as getopt_long(3) takes them apart.

/// Options in their order, and the words that are none.
pub(crate) struct Words {
    options: Vec<(char, String)>,
    pub(crate) operands: Vec<String>,
}

/// Takes words apart. `short` is getopt's own notation; `long` names the letter of a long option.
pub(crate) fn read(words: &[String], short: &str, long: &[(&str, char)]) -> Result<Words, String> {
    let takes = |letter: char| short.find(letter).filter(|_| letter != ':').map(|at| short[at + 1..].starts_with(':'));
    let mut found = Words { options: Vec::new(), operands: Vec::new() };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            found.operands.extend(rest.by_ref().cloned());
        } else if let Some(name) = word.strip_prefix("--") {
            let (name, value) = name.split_once('=').map_or((name, None), |it| (it.0, Some(it.1.to_owned())));
            let letter = long.iter().find(|it| it.0 == name).map(|it| it.1);
            let (Some(letter), Some(wants)) = (letter, letter.and_then(takes)) else { return Err(format!("the option `--{name}`")) };
            let value = match (wants, value) {
                (true, Some(it)) => it,
                (true, None) => rest.next().cloned().ok_or("an option without its value")?,
                (false, None) => String::new(),
                (false, Some(_)) => return Err(format!("a value of `--{name}`")),
            };
            found.options.push((letter, value));
        } else if word.len() > 1 && word.starts_with('-') {
            let mut letters = word[1..].char_indices();
            while let Some((at, letter)) = letters.next() {
                match takes(letter) {
                    None => return Err(format!("the option `-{letter}`")),
                    Some(false) => found.options.push((letter, String::new())),
                    Some(true) => {
                        let inside = &word[1 + at + 1..];
                        let value = if inside.is_empty() { rest.next().cloned().ok_or("an option without its value")? } else { inside.to_owned() };
                        found.options.push((letter, value));
                        break;
                    }
                }
            }
        } else {
            found.operands.push(word.clone());
        }
    }
    Ok(found)
}

impl Words {
    pub(crate) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|it| it.0 == letter)
    }

    /// The value of an option, the last one where it stands twice.
    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|it| it.0 == letter).map(|it| it.1.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Options that stand twice are checked one by one by the tools; here they end the model.
    pub(crate) fn once(self) -> Result<Words, String> {
        match self.options.iter().enumerate().find(|(at, it)| self.options[..*at].iter().any(|other| other.0 == it.0)) {
            Some((_, it)) => Err(format!("the option `-{}` given twice", it.0)),
            None => Ok(self),
        }
    }

    /// The only operand.
    pub(crate) fn operand(&self) -> Result<&str, String> {
        match self.operands.as_slice() {
            [it] if !it.is_empty() => Ok(it),
            _ => Err("a usage error".to_owned()),
        }
    }
}

/// strtol(3) with base 0 of a whole word, as shadow's getlong has it.
pub(crate) fn number(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(digits, radix).ok().map(|it| sign * it)
}

/// A day: a number of days since the epoch, or `YYYY-MM-DD`; -1 for nothing. Other forms of dates are not modelled.
pub(crate) fn day(text: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(-1);
    }
    if text.strip_prefix('-').unwrap_or(text).bytes().all(|it| it.is_ascii_digit()) {
        let it = number(text).ok_or_else(|| format!("the date `{text}`"))?;
        return if it < -1 { Err(format!("the date `{text}`")) } else { Ok(it) };
    }
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, date] = parts.as_slice() else { return Err(format!("the date `{text}`")) };
    let fits = year.len() == 4 && month.len() == 2 && date.len() == 2 && text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    let (Some(year), Some(month), Some(date)) = (year.parse::<i64>().ok(), month.parse::<i64>().ok(), date.parse::<i64>().ok()) else {
        return Err(format!("the date `{text}`"));
    };
    if !fits || !(1971..2100).contains(&year) || !(1..=12).contains(&month) || !(1..=28).contains(&date) && !(date <= 30 && month != 2) {
        return Err(format!("the date `{text}`"));
    }
    // Days from the civil calendar: years begin in March here.
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    Ok(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + date - 1 - 719_468)
}

/// A user or group number.
pub(crate) fn id(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())).then(|| text.parse().ok()).flatten().filter(|it| *it != u32::MAX)
}

/// What Debian's patch 506 takes as a name, at most 32 bytes of it.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 32 && !name.starts_with(['-', '~', '+']) && !name.contains([':', ',', ' ', '\t', '\n', '\r', '\x0b', '\x0c'])
}
