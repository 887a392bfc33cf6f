//! The words of a call of date(1), as getopt_long(3) reads them.

use crate::{Surroundings, Trouble, quote::Locale};

/// Where the date comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Now,
    Text(Vec<u8>),
    /// Each line of a file.
    Lines(Vec<u8>),
    /// When a file was last changed.
    FileOf(Vec<u8>),
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) source: Source,
    pub(crate) format: Vec<u8>,
    pub(crate) universal: bool,
}

const STANDARD: &[u8] = b"%a %b %e %H:%M:%S %Z %Y";
const MAIL: &[u8] = b"%a, %d %b %Y %H:%M:%S %z";
const ISO: [(&str, &str); 5] = [
    ("hours", "%Y-%m-%dT%H%:z"),
    ("minutes", "%Y-%m-%dT%H:%M%:z"),
    ("date", "%Y-%m-%d"),
    ("seconds", "%Y-%m-%dT%H:%M:%S%:z"),
    ("ns", "%Y-%m-%dT%H:%M:%S,%N%:z"),
];
const RFC_3339: [(&str, &str); 3] = [("date", "%Y-%m-%d"), ("seconds", "%Y-%m-%d %H:%M:%S%:z"), ("ns", "%Y-%m-%d %H:%M:%S.%N%:z")];

/// Long options in GNU's order, the letter of each, and whether a value must or may follow.
const LONG: [(&str, char, char); 16] = [
    ("date", 'd', '='),
    ("debug", '!', ' '),
    ("file", 'f', '='),
    ("iso-8601", 'I', '?'),
    ("reference", 'r', '='),
    ("resolution", '!', ' '),
    ("rfc-email", 'R', ' '),
    ("rfc-822", 'R', ' '),
    ("rfc-2822", 'R', ' '),
    ("rfc-3339", '3', '='),
    ("set", 's', '='),
    ("uct", 'u', ' '),
    ("utc", 'u', ' '),
    ("universal", 'u', ' '),
    ("help", '!', ' '),
    ("version", '!', ' '),
];

struct Reader {
    locale: Locale,
    text: Option<Vec<u8>>,
    lines: Option<Vec<u8>>,
    reference: Option<Vec<u8>>,
    sets: bool,
    universal: bool,
    format: Option<Vec<u8>>,
    operands: Vec<Vec<u8>>,
}

/// Reads a call. `Err(None)`: it would set the clock, to what stands in the operand, if it stands there.
pub(crate) fn read(args: &[Vec<u8>], around: &Surroundings) -> Result<Result<Options, Option<Vec<u8>>>, Trouble> {
    let mut reader =
        Reader { locale: around.locale, text: None, lines: None, reference: None, sets: false, universal: false, format: None, operands: Vec::new() };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if word == b"--" {
            reader.operands.extend(words.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix(b"--") {
            reader.long(long, &mut words)?;
        } else if word.len() > 1 && word.starts_with(b"-") {
            reader.short(&word[1..], &mut words)?;
        } else {
            reader.operands.push(word.clone());
            if around.options_first {
                reader.operands.extend(words.by_ref().cloned());
            }
        }
    }
    reader.decide()
}

impl Reader {
    fn short<'a>(&mut self, letters: &[u8], words: &mut impl Iterator<Item = &'a Vec<u8>>) -> Result<(), Trouble> {
        for (at, letter) in letters.iter().enumerate() {
            let rest = &letters[at + 1..];
            match letter {
                b'd' | b'f' | b'r' | b's' => {
                    let value = if rest.is_empty() { words.next().cloned() } else { Some(rest.to_vec()) };
                    let Some(value) = value else { return Err(usage(&format!("option requires an argument -- '{}'", char::from(*letter)))) };
                    return self.option(char::from(*letter), Some(value));
                }
                b'I' => return self.option('I', (!rest.is_empty()).then(|| rest.to_vec())),
                b'R' | b'u' => self.option(char::from(*letter), None)?,
                letter => {
                    let Some(shown) = letter.is_ascii().then(|| char::from(*letter)) else {
                        return Err(Trouble::Unsure("an option that is no ASCII is not modelled".to_owned()));
                    };
                    return Err(usage(&format!("invalid option -- '{shown}'")));
                }
            }
        }
        Ok(())
    }

    fn long<'a>(&mut self, word: &[u8], words: &mut impl Iterator<Item = &'a Vec<u8>>) -> Result<(), Trouble> {
        let end = word.iter().position(|it| *it == b'=').unwrap_or(word.len());
        let (name, given) = (String::from_utf8_lossy(&word[..end]).into_owned(), word.get(end + 1..));
        let exact: Vec<_> = LONG.iter().filter(|it| it.0 == name).collect();
        let matching = if exact.is_empty() { LONG.iter().filter(|it| it.0.starts_with(&name)).collect() } else { exact };
        let whole = String::from_utf8_lossy(word).into_owned();
        let Some(first) = matching.first() else { return Err(usage(&format!("unrecognized option '--{whole}'"))) };
        // Names of one and the same option are no doubt; `--debug` and its like are told apart by their names.
        if matching.iter().any(|it| (it.1, it.2) != (first.1, first.2) || it.1 == '!') && matching.len() > 1 {
            let names: String = matching.iter().map(|it| format!(" '--{}'", it.0)).collect();
            return Err(usage(&format!("option '--{whole}' is ambiguous; possibilities:{names}")));
        }
        let value = match (first.2, given) {
            ('=', None) => match words.next() {
                Some(value) => Some(value.clone()),
                None => return Err(usage(&format!("option '--{}' requires an argument", first.0))),
            },
            (' ', Some(_)) => return Err(usage(&format!("option '--{}' doesn't allow an argument", first.0))),
            (_, given) => given.map(<[u8]>::to_vec),
        };
        if first.1 == '!' {
            return Err(Trouble::Unsure(format!("the option `--{}` of date is not modelled", first.0)));
        }
        self.option(first.1, value)
    }

    fn option(&mut self, letter: char, value: Option<Vec<u8>>) -> Result<(), Trouble> {
        match letter {
            'd' => self.text = value,
            'f' => self.lines = value,
            'r' => self.reference = value,
            's' => self.sets = true,
            'u' => self.universal = true,
            'R' => self.new_format(MAIL)?,
            'I' => match value {
                None => self.new_format(b"%Y-%m-%d")?,
                Some(value) => self.chosen("--iso-8601", &value, &ISO)?,
            },
            _ => self.chosen("--rfc-3339", &value.unwrap_or_default(), &RFC_3339)?,
        }
        Ok(())
    }

    fn new_format(&mut self, format: &[u8]) -> Result<(), Trouble> {
        if self.format.is_some() {
            return Err(Trouble::Exit("date: multiple output formats specified\n".to_owned(), 1));
        }
        self.format = Some(format.to_vec());
        Ok(())
    }

    fn chosen(&mut self, option: &str, value: &[u8], known: &[(&str, &str)]) -> Result<(), Trouble> {
        let matching: Vec<_> = known.iter().filter(|it| it.0.as_bytes().starts_with(value)).collect();
        if let [(_, format)] = matching[..] {
            return self.new_format(format.as_bytes());
        }
        let what = if matching.is_empty() { "invalid" } else { "ambiguous" };
        let mut said = format!("{what} argument {} for {}\nValid arguments are:", self.locale.quote(value), self.locale.quote(option.as_bytes()));
        for (name, _) in known {
            said.push_str(&format!("\n  - {}", self.locale.quote(name.as_bytes())));
        }
        Err(usage(&said))
    }

    fn decide(mut self) -> Result<Result<Options, Option<Vec<u8>>>, Trouble> {
        let sources = [&self.text, &self.lines, &self.reference].iter().filter(|it| it.is_some()).count();
        if sources > 1 {
            return Err(usage("the options to specify dates for printing are mutually exclusive"));
        }
        if self.sets && sources > 0 {
            return Err(usage("the options to print and set the time may not be used together"));
        }
        let mut operands = std::mem::take(&mut self.operands).into_iter();
        if let Some(operand) = operands.next() {
            if let Some(extra) = operands.next() {
                return Err(usage(&format!("extra operand {}", self.locale.quote(&extra))));
            }
            if let Some(format) = operand.strip_prefix(b"+") {
                self.new_format(format)?;
            } else if self.sets || sources > 0 {
                let shown = self.locale.quote(&operand);
                return Err(usage(&format!(
                    "the argument {shown} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'"
                )));
            } else {
                return Ok(Err(Some(operand)));
            }
        }
        if self.sets {
            return Ok(Err(None));
        }
        let source = match (self.text, self.lines, self.reference) {
            (Some(text), ..) => Source::Text(text),
            (_, Some(file), _) => Source::Lines(file),
            (_, _, Some(file)) => Source::FileOf(file),
            _ => Source::Now,
        };
        Ok(Ok(Options { source, format: self.format.unwrap_or_else(|| STANDARD.to_vec()), universal: self.universal }))
    }
}

fn usage(message: &str) -> Trouble {
    Trouble::Exit(format!("date: {message}\nTry 'date --help' for more information.\n"), 1)
}
