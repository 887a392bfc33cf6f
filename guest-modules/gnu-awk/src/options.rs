//! The command line: mawk(1), "OPTIONS"; `info gawk`, "Options".

use crate::{Dialect, Trouble, run::operand_assignment};

/// A part of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Words(Vec<u8>),
    File(Vec<u8>),
}

/// A call.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) dialect: Dialect,
    /// The name by which it was called (ARGV[0]).
    pub(crate) name: String,
    pub(crate) program: Vec<Text>,
    pub(crate) separator: Option<Vec<u8>>,
    pub(crate) assignments: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) operands: Vec<Vec<u8>>,
}

impl Options {
    /// Variables that options and operands name.
    pub(crate) fn names(&self) -> Vec<Vec<u8>> {
        let operands = self.operands.iter().filter_map(|it| operand_assignment(it)).map(|it| it.0.to_vec());
        self.assignments.iter().map(|it| it.0.clone()).chain(operands).collect()
    }
}

/// Long options of gawk that change nothing of what is done here, and those that take a value.
const LONG: &[(&str, Option<char>)] = &[("field-separator", Some('F')), ("assign", Some('v')), ("file", Some('f')), ("re-interval", None), ("optimize", None)];

/// Reads the words of a call, without the name of the program.
pub fn read(name: &str, words: &[Vec<u8>], dialect: Dialect) -> Result<Options, Trouble> {
    let mut options =
        Options { dialect, name: name.to_owned(), program: Vec::new(), separator: None, assignments: Vec::new(), operands: Vec::new() };
    let mut rest = words;
    while let [word, more @ ..] = rest {
        if word == b"--" {
            rest = more;
            break;
        }
        if word.len() < 2 || word[0] != b'-' {
            break;
        }
        rest = more;
        if let Some(long) = word.strip_prefix(b"--") {
            rest = options.long(long, rest)?;
            continue;
        }
        rest = options.short(&word[1..], rest)?;
    }
    if options.program.is_empty() {
        let [program, more @ ..] = rest else {
            return Err(if words.is_empty() && dialect == Dialect::Mawk { Trouble::Exit("usage: mawk [Options] 'program' [file ...]".to_owned(), 0) } else { usage(dialect) });
        };
        options.program.push(Text::Words(program.clone()));
        rest = more;
    }
    options.operands = rest.to_vec();
    Ok(options)
}

fn usage(dialect: Dialect) -> Trouble {
    match dialect {
        Dialect::Mawk => Trouble::Unmodelled("mawk without a program is not modelled".to_owned()),
        Dialect::Gawk => Trouble::Exit("usage: gawk 'program' file ...".to_owned(), 1),
    }
}

impl Options {
    fn short<'a>(&mut self, letters: &[u8], rest: &'a [Vec<u8>]) -> Result<&'a [Vec<u8>], Trouble> {
        let letter = letters[0];
        if letter == b'i' && self.dialect == Dialect::Gawk {
            return Err(Trouble::Unmodelled("gawk -i is not modelled".to_owned()));
        }
        if !matches!(letter, b'F' | b'v' | b'f') {
            return Err(Trouble::Unmodelled(format!("the option -{} of awk is not modelled", letter.escape_ascii())));
        }
        let (value, rest) = if letters.len() > 1 {
            (letters[1..].to_vec(), rest)
        } else {
            let [value, rest @ ..] = rest else { return Err(usage(self.dialect)) };
            (value.clone(), rest)
        };
        self.take(letter as char, value)?;
        Ok(rest)
    }

    fn long<'a>(&mut self, word: &[u8], rest: &'a [Vec<u8>]) -> Result<&'a [Vec<u8>], Trouble> {
        let word = String::from_utf8_lossy(word).into_owned();
        let odd = || Trouble::Unmodelled(format!("the option --{word} of awk is not modelled"));
        if self.dialect == Dialect::Mawk {
            return Err(odd());
        }
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value.as_bytes().to_vec())));
        let Some((_, letter)) = LONG.iter().find(|it| it.0 == name) else { return Err(odd()) };
        let Some(letter) = letter else { return Ok(rest) };
        let (value, rest) = match value {
            Some(value) => (value, rest),
            None => {
                let [value, rest @ ..] = rest else { return Err(usage(self.dialect)) };
                (value.clone(), rest)
            }
        };
        self.take(*letter, value)?;
        Ok(rest)
    }

    fn take(&mut self, letter: char, value: Vec<u8>) -> Result<(), Trouble> {
        match letter {
            'F' if value.is_empty() => return Err(Trouble::Unmodelled("an empty -F of awk is not modelled".to_owned())),
            'F' => self.separator = Some(value),
            'f' => self.program.push(Text::File(value)),
            _ => {
                let Some((name, value)) = operand_assignment(&value) else {
                    return Err(match self.dialect {
                        Dialect::Mawk => Trouble::Exit("improper assignment".to_owned(), 2),
                        Dialect::Gawk => Trouble::Exit("fatal: argument of -v is not in `var=value' form".to_owned(), 2),
                    });
                };
                self.assignments.push((name.to_vec(), value.to_vec()));
            }
        }
        Ok(())
    }
}
