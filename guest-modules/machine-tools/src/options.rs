//! Options as getopt_long(3) reads them, from a table; what is not in the table makes the call unmodelled.

/// An option: its letter (or a space), its long name (or nothing), and whether it takes a value.
pub(crate) type Option_ = (char, &'static str, bool);

/// What a call asks for.
#[derive(Default, Debug)]
pub(crate) struct Read {
    /// Options in order, by letter or long name where there is no letter, with values.
    pub(crate) options: Vec<(String, String)>,
    /// The other words.
    pub(crate) words: Vec<String>,
}

impl Read {
    /// Answers whether an option was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|it| it.0 == name)
    }

    /// The last value of an option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

/// Reads words; an option that the table does not have is an error. Abbreviations of long names are none of ours.
pub(crate) fn read(words: &[String], table: &[Option_]) -> Result<Read, String> {
    let mut it = Read::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            it.words.extend(rest.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
            let known = table.iter().find(|it| it.1 == name && !name.is_empty()).ok_or_else(|| format!("the option `{word}`"))?;
            it.options.push((named(known), valued(known, value, &mut rest, word)?));
        } else if let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) {
            for (at, letter) in letters.char_indices() {
                let known = table.iter().find(|it| it.0 == letter && letter != ' ').ok_or_else(|| format!("the option `-{letter}`"))?;
                let after = &letters[at + letter.len_utf8()..];
                let value = (known.2 && !after.is_empty()).then(|| after.to_owned());
                let ends = value.is_some();
                it.options.push((named(known), valued(known, value, &mut rest, word)?));
                if ends {
                    break;
                }
            }
        } else {
            it.words.push(word.clone());
        }
    }
    Ok(it)
}

fn named(known: &Option_) -> String {
    if known.0 == ' ' { known.1.to_owned() } else { known.0.to_string() }
}

fn valued<'a>(known: &Option_, value: Option<String>, rest: &mut impl Iterator<Item = &'a String>, word: &str) -> Result<String, String> {
    match (known.2, value) {
        (true, Some(it)) => Ok(it),
        (true, None) => rest.next().cloned().ok_or_else(|| format!("the option `{word}` without its value")),
        (false, None) => Ok(String::new()),
        (false, Some(_)) => Err(format!("the option `{word}` with a value")),
    }
}
