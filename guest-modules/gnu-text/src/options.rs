//! Options as getopt_long(3) of the GNU C library reads them, with its messages.

use crate::{
    Answer,
    call::{Call, unmodelled},
};

/// What a long option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Value,
    Perhaps,
}
pub(crate) use Takes::{Nothing, Perhaps, Value};

/// The options of a tool: letters as for getopt(3), and long names in the tool's own order. Each long name is told as a letter.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) short: &'static str,
    pub(crate) long: &'static [(&'static str, Takes, char)],
    /// The status of a call that is worded wrongly.
    pub(crate) status: i32,
    /// Options end at the first word that is none.
    pub(crate) ordered: bool,
}

/// One option, and its value.
pub(crate) type Found = (char, Option<Vec<u8>>);

/// Letter under which `--help` is known.
const HELP: char = '\u{1}';

/// The reading of a call's words.
pub(crate) struct Reader {
    known: Known,
    words: Vec<Vec<u8>>,
    at: usize,
    inner: usize,
    pub(crate) operands: Vec<Vec<u8>>,
}

impl Reader {
    pub(crate) fn new(known: Known, words: &[Vec<u8>]) -> Reader {
        Reader { known, words: words.to_vec(), at: 0, inner: 0, operands: Vec::new() }
    }

    /// The next option; nothing behind the last one, and then all operands are known.
    pub(crate) fn next(&mut self, call: &mut Call<'_>) -> Answer<Option<Found>> {
        if self.inner > 0 {
            return self.letter(call).map(Some);
        }
        while let Some(word) = self.words.get(self.at).cloned() {
            self.at += 1;
            if word == b"--" {
                self.operands.extend_from_slice(&self.words[self.at..]);
                self.at = self.words.len();
                return Ok(None);
            }
            if let Some(long) = word.strip_prefix(b"--") {
                return self.long(call, long).map(Some);
            }
            if word.len() > 1 && word[0] == b'-' {
                self.inner = 1;
                return self.letter(call).map(Some);
            }
            if self.known.ordered {
                self.operands.push(word);
                self.operands.extend_from_slice(&self.words[self.at..]);
                self.at = self.words.len();
                return Ok(None);
            }
            self.operands.push(word);
        }
        Ok(None)
    }

    fn letter(&mut self, call: &mut Call<'_>) -> Answer<Found> {
        let word = &self.words[self.at - 1];
        let letter = word[self.inner];
        let rest = word[self.inner + 1..].to_vec();
        self.inner = if rest.is_empty() { 0 } else { self.inner + 1 };
        let place = self.known.short.bytes().position(|it| it == letter && letter != b':');
        let Some(place) = place else {
            let message = [b"invalid option -- '".as_slice(), &[letter], b"'"].concat();
            return call.misused(message, self.known.status);
        };
        let behind = &self.known.short[place + 1..];
        if !behind.starts_with(':') {
            return Ok((letter as char, None));
        }
        self.inner = 0;
        if !rest.is_empty() {
            return Ok((letter as char, Some(rest)));
        }
        if behind.starts_with("::") {
            return Ok((letter as char, None));
        }
        match self.words.get(self.at) {
            Some(value) => {
                self.at += 1;
                Ok((letter as char, Some(value.clone())))
            }
            None => {
                let message = format!("option requires an argument -- '{}'", letter as char);
                call.misused(message, self.known.status)
            }
        }
    }

    fn long(&mut self, call: &mut Call<'_>, word: &[u8]) -> Answer<Found> {
        let cut = word.iter().position(|it| *it == b'=');
        let (name, given) = match cut {
            Some(cut) => (&word[..cut], Some(word[cut + 1..].to_vec())),
            None => (word, None),
        };
        let own = [("help", Nothing, HELP), ("version", Nothing, HELP)];
        let all: Vec<_> = self.known.long.iter().chain(own.iter()).copied().collect();
        let exact = all.iter().find(|it| it.0.as_bytes() == name);
        let like: Vec<_> = all.iter().filter(|it| it.0.as_bytes().starts_with(name)).collect();
        let (name, takes, letter) = match (exact, like.as_slice()) {
            (Some(it), _) => *it,
            (None, []) => {
                let message = [b"unrecognized option '--".as_slice(), name_of(word, given.is_some()), b"'"].concat();
                return call.misused(message, self.known.status);
            }
            (None, [first, rest @ ..]) => {
                if rest.iter().any(|it| (it.1, it.2) != (first.1, first.2) || it.2 == HELP) {
                    let mut message = [b"option '--".as_slice(), word, b"' is ambiguous; possibilities:"].concat();
                    for it in &like {
                        message.extend_from_slice(format!(" '--{}'", it.0).as_bytes());
                    }
                    return call.misused(message, self.known.status);
                }
                **first
            }
        };
        if letter == HELP && given.is_none() {
            return unmodelled("a tool's help or version is not modelled");
        }
        match (takes, given) {
            (Nothing, Some(_)) => call.misused(format!("option '--{name}' doesn't allow an argument"), self.known.status),
            (Value, None) => match self.words.get(self.at).cloned() {
                Some(value) => {
                    self.at += 1;
                    Ok((letter, Some(value)))
                }
                None => call.misused(format!("option '--{name}' requires an argument"), self.known.status),
            },
            (_, given) => Ok((letter, given)),
        }
    }
}

/// What an unknown option is called: with its value, as it was written.
fn name_of(word: &[u8], _: bool) -> &[u8] {
    word
}
