//! Options as GNU getopt_long(3) reads them: in any place, bundled, with values, long ones by a unique beginning.

use super::call::{Answer, Call, Trouble, not_modelled};

/// What a tool knows: `short` as for getopt(3) (`m:` takes a value), `long` as names with the letter each stands for, a `=` at
/// the end of a name where a value must follow, `?` where one may.
pub(crate) struct Known {
    pub(crate) short: &'static str,
    pub(crate) long: &'static [(&'static str, char)],
}

/// Options that a tool has besides those that are modelled, where all of them are written down here: any other one it refuses.
/// From the manual pages of GNU coreutils 9.1.
const OTHERS: &[(&str, &str, &[&str])] = &[
    ("chgrp", "", &[]),
    ("chmod", "rwxXstugoa,+=01234567", &[]),
    ("chown", "", &[]),
    ("cp", "Z", &["attributes-only", "context", "copy-contents", "debug", "interactive", "reflink", "sparse"]),
    ("install", "sZ", &["context", "preserve-context", "strip", "strip-program"]),
    ("ln", "dF", &["directory", "interactive"]),
    ("mkdir", "Z", &["context"]),
    ("mv", "Z", &["context", "debug", "interactive", "no-copy"]),
    ("rm", "", &["interactive", "presume-input-tty"]),
    ("rmdir", "", &["path"]),
    ("stat", "", &["cached"]),
    ("tee", "", &[]),
    ("touch", "", &[]),
];

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
            let Some(place) = place else { return Err(unknown(tool, letter)) };
            if !self.short[place + letter.len_utf8()..].starts_with(':') {
                into.options.push((letter, String::new()));
                continue;
            }
            let rest = &letters[at + letter.len_utf8()..];
            let value = if rest.is_empty() { words.next().cloned() } else { Some(rest.to_owned()) };
            let Some(value) = value else { return Err(misused(tool, &format!("option requires an argument -- '{letter}'"))) };
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
        let others = OTHERS.iter().find(|it| it.0 == tool);
        let is_other = others.is_none_or(|it| it.2.iter().chain(&["help", "version"]).any(|it| it.starts_with(name)));
        let [(known, letter)] = matching[..] else {
            let helps = others.is_some() && matching.is_empty() && given.is_some() && name == "help";
            return Err(match () {
                () if helps => misused(tool, "option '--help' doesn't allow an argument"),
                () if is_other || !matching.is_empty() => not_modelled(format!("the option `--{name}` of {tool} is not modelled")),
                () => misused(tool, &format!("unrecognized option '--{word}'")),
            });
        };
        let whole = known.trim_end_matches(['=', '?']);
        if whole != name && others.is_some_and(|it| it.2.iter().chain(&["help", "version"]).any(|it| it.starts_with(name))) {
            return Err(not_modelled(format!("the option `--{name}` of {tool} is not modelled")));
        }
        let value = match (known.ends_with('='), given) {
            (true, None) => words.next().cloned().ok_or_else(|| misused(tool, &format!("option '--{whole}' requires an argument")))?,
            (false, Some(_)) if !known.ends_with('?') => return Err(misused(tool, &format!("option '--{whole}' doesn't allow an argument"))),
            (_, given) => given.unwrap_or_default(),
        };
        into.options.push((*letter, value));
        Ok(())
    }
}

/// What is said of a letter that is no modelled option.
fn unknown(tool: &str, letter: char) -> Trouble {
    match OTHERS.iter().find(|it| it.0 == tool) {
        Some((_, others, _)) if letter.is_ascii_graphic() && !others.contains(letter) => misused(tool, &format!("invalid option -- '{letter}'")),
        _ => not_modelled(format!("the option `-{letter}` of {tool} is not modelled")),
    }
}

/// What getopt_long(3) says, and the tool behind it.
fn misused(tool: &str, message: &str) -> Trouble {
    let status = if tool == "ls" { 2 } else { 1 };
    Trouble::Exit(format!("{message}\nTry '{tool} --help' for more information."), status)
}
