//! One call of a tool: its words, what it printed so far, its files.

use crate::{Answer, Fault, Trouble, World, quote};

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) name: &'static str,
    pub(crate) args: &'a [Vec<u8>],
    pub(crate) world: &'a mut dyn World,
    pub(crate) out: Vec<u8>,
    pub(crate) err: Vec<u8>,
    pub(crate) status: i32,
    /// How far output and errors had come after each message.
    order: Vec<(usize, usize)>,
    /// Bytes of errors that were said one by one.
    said: usize,
}

impl<'a> Call<'a> {
    pub(crate) fn new(name: &'static str, args: &'a [Vec<u8>], world: &'a mut dyn World) -> Call<'a> {
        Call { name, args, world, out: Vec::new(), err: Vec::new(), status: 0, order: Vec::new(), said: 0 }
    }

    /// A word between the quotes of the locale (`quote`).
    pub(crate) fn quoted(&self, word: &[u8]) -> Vec<u8> {
        quote::quoted_in(word, self.world.is_ascii())
    }

    /// A file's name as a shell takes it, where it needs quotes (`quotef`).
    pub(crate) fn file(&self, name: &[u8]) -> Vec<u8> {
        quote::file_in(name, self.world.is_ascii())
    }

    /// The same, always between quotes (`quoteaf`).
    pub(crate) fn always(&self, name: &[u8]) -> Vec<u8> {
        quote::always_in(name, self.world.is_ascii())
    }

    /// Prints a message with the tool's name before it.
    pub(crate) fn say(&mut self, message: impl AsRef<[u8]>) {
        let line = [self.name.as_bytes(), b": ", message.as_ref(), b"\n"].concat();
        self.err.extend_from_slice(&line);
        self.said += line.len();
        self.order.push((self.out.len(), self.err.len()));
    }

    /// The order of output and errors; none where something was said in another way.
    pub(crate) fn order(&mut self) -> Option<Vec<(usize, usize)>> {
        (self.said == self.err.len()).then(|| std::mem::take(&mut self.order))
    }

    /// Prints a message and goes on with status 1.
    pub(crate) fn complain(&mut self, message: impl AsRef<[u8]>) {
        self.say(message);
        self.status = 1;
    }

    /// Says something and ends the call.
    pub(crate) fn fail<T>(&mut self, message: impl AsRef<[u8]>, status: i32) -> Answer<T> {
        self.say(message);
        Err(Trouble::Exit(status))
    }

    /// Ends a call that was worded wrongly.
    pub(crate) fn usage<T>(&mut self, status: i32) -> Answer<T> {
        let text = format!("Try '{} --help' for more information.\n", self.name);
        self.err.extend_from_slice(text.as_bytes());
        Err(Trouble::Exit(status))
    }

    /// Says something of a call that was worded wrongly, and ends it.
    pub(crate) fn misused<T>(&mut self, message: impl AsRef<[u8]>, status: i32) -> Answer<T> {
        self.say(message);
        self.usage(status)
    }

    /// Ends a call that has too many words.
    pub(crate) fn extra<T>(&mut self, word: &[u8], status: i32) -> Answer<T> {
        let message = [b"extra operand ".as_slice(), &self.quoted(word)].concat();
        self.misused(message, status)
    }

    /// Reads a file, or standard input for `-`.
    pub(crate) fn input(&mut self, name: &[u8]) -> Result<Vec<u8>, Fault> {
        if name == b"-" { Ok(self.world.stdin()) } else { self.world.read(name) }
    }

    /// Reads a file, or complains as most tools do.
    pub(crate) fn input_or_complain(&mut self, name: &[u8]) -> Option<Vec<u8>> {
        match self.input(name) {
            Ok(bytes) => Some(bytes),
            Err(fault) => {
                let message = [&self.file(name), b": ".as_slice(), fault.words().as_bytes()].concat();
                self.complain(message);
                None
            }
        }
    }

    /// Reads a file, or ends the call as most tools do.
    pub(crate) fn input_or_fail(&mut self, name: &[u8], status: i32) -> Answer<Vec<u8>> {
        match self.input(name) {
            Ok(bytes) => Ok(bytes),
            Err(fault) => {
                let message = [&self.file(name), b": ".as_slice(), fault.words().as_bytes()].concat();
                self.fail(message, status)
            }
        }
    }
}

/// Ends a call since a form is not modelled.
pub(crate) fn unmodelled<T>(reason: impl Into<String>) -> Answer<T> {
    Err(Trouble::Unmodelled(reason.into()))
}

/// Lines of a text, each with what ends it; the last may lack it.
pub(crate) fn lines(text: &[u8], end: u8) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(move |it| *it == end)
}

/// A line without what ends it.
pub(crate) fn bare(line: &[u8], end: u8) -> &[u8] {
    line.strip_suffix(&[end]).unwrap_or(line)
}
