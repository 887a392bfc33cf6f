//! What a run says, and how loudly.

use crate::Done;

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// Only what went wrong.
    Silent,
    /// What is usual.
    #[default]
    Usual,
    /// More.
    Verbose,
}

/// The streams of a run.
pub(crate) struct Talk {
    pub(crate) voice: Voice,
    /// Whether the patched file goes to standard output, and talk to standard error for that.
    pub(crate) aside: bool,
    pub(crate) done: Done,
}

impl Talk {
    /// Says something whatever the voice.
    pub(crate) fn say(&mut self, text: impl AsRef<[u8]>) {
        let to = if self.aside { &mut self.done.err } else { &mut self.done.out };
        to.extend_from_slice(text.as_ref());
    }

    /// Says something unless told to be silent.
    pub(crate) fn usual(&mut self, text: impl AsRef<[u8]>) {
        if self.voice >= Voice::Usual {
            self.say(text);
        }
    }

    /// Says something to who wants to hear more.
    pub(crate) fn verbose(&mut self, text: impl AsRef<[u8]>) {
        if self.voice == Voice::Verbose {
            self.say(text);
        }
    }

    /// Says what ends the run.
    pub(crate) fn fatal(&mut self, message: &[u8]) {
        self.done.err.extend_from_slice(b"patch: **** ");
        self.done.err.extend_from_slice(message);
        self.done.err.push(b'\n');
        self.done.status = 2;
    }

    /// Asks what nobody answers: there is no terminal, and the answer is the default.
    pub(crate) fn ask(&mut self, question: &str) {
        self.done.out.extend_from_slice(question.as_bytes());
        self.done.out.push(b'\n');
    }
}
