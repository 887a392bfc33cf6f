//! Options as GNU getopt_long(3) reads them: in any place, bundled, with values, long ones by a unique beginning.

use super::call::{Answer, Call, not_modelled};

/// What a tool knows: `short` as for getopt(3) (`m:` takes a value), `long` as names with the letter each stands for, a `=` at
/// the end of a name where a value must follow, `?` where one may.
pub(crate) struct Known {
    pub(crate) short: &'static str,
    pub(crate) long: &'static [(&'static str, char)],
}

/// Options in the order in which they were given, and the words besides.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) options: Vec<(char, String)>,
    pub(crate) words: Vec<String>,
}

impl Parsed {
    pub(crate) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|it| it.0 == letter)
    }

    /// The value of the last option of a letter.
    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|it| it.0 == letter).map(|it| it.1.as_str())
    }

    /// The last given of several letters that exclude each other.
    pub(crate) fn last_of(&self, letters: &str) -> Option<char> {
        self.options.iter().rev().find(|it| letters.contains(it.0)).map(|it| it.0)
    }
}

impl Known {
    /// Reads the words of a call. An option that is not known is not modelled.
    pub(crate) fn read(&self, call: &Call<'_>) -> Answer<Parsed> {
        self.parse(call.name, call.args)
    }

    pub(crate) fn parse(&self, tool: &str, args: &[String]) -> Answer<Parsed> {
        let mut parsed = Parsed::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                parsed.words.extend(words.by_ref().cloned());
            } else if let Some(long) = word.strip_prefix("--") {
                self.long(tool, long, &mut words, &mut parsed)?;
            } else if word.len() > 1 && word.starts_with('-') {
                self.short(tool, &word[1..], &mut words, &mut parsed)?;
            } else {
                parsed.words.push(word.clone());
            }
        }
        Ok(parsed)
    }

    fn short<'a>(&self, tool: &str, letters: &str, words: &mut impl Iterator<Item = &'a String>, into: &mut Parsed) -> Answer {
        for (at, letter) in letters.char_indices() {
            let place = self.short.find(letter).filter(|_| letter != ':');
            let Some(place) = place else { return Err(not_modelled(format!("the option `-{letter}` of {tool} is not modelled"))) };
            if !self.short[place + letter.len_utf8()..].starts_with(':') {
                into.options.push((letter, String::new()));
                continue;
            }
            let rest = &letters[at + letter.len_utf8()..];
            let value = if rest.is_empty() { words.next().cloned().unwrap_or_default() } else { rest.to_owned() };
            into.options.push((letter, value));
            break;
        }
        Ok(())
    }

    fn long<'a>(&self, tool: &str, word: &str, words: &mut impl Iterator<Item = &'a String>, into: &mut Parsed) -> Answer {
        let (name, given) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value.to_owned())));
        let plain = |it: &str| it.trim_end_matches(['=', '?']).to_owned();
        let mut matching: Vec<_> = self.long.iter().filter(|it| plain(it.0) == name).collect();
        if matching.is_empty() {
            matching = self.long.iter().filter(|it| it.0.starts_with(name)).collect();
        }
        let [(known, letter)] = matching[..] else { return Err(not_modelled(format!("the option `--{name}` of {tool} is not modelled"))) };
        let value = match (known.ends_with('='), given) {
            (true, None) => words.next().cloned().unwrap_or_default(),
            (_, given) => given.unwrap_or_default(),
        };
        into.options.push((*letter, value));
        Ok(())
    }
}
