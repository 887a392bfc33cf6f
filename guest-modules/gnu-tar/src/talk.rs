//! What a run says: messages, the status they lead to, and names as GNU's quotearg spells them.

/// Why a run ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The tool gives up: its last words are still to be said.
    Fatal,
    /// The tool ends with a status, and all is said.
    Exit(i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

pub(crate) type Step<T = ()> = Result<T, Stop>;

/// Ends a run since a form is not modelled.
pub(crate) fn not_modelled<T>(reason: impl Into<String>) -> Step<T> {
    Err(Stop::Unmodelled(reason.into()))
}

/// The streams and the status of a run.
pub(crate) struct Talk {
    pub(crate) out: Vec<u8>,
    pub(crate) err: Vec<u8>,
    pub(crate) status: i32,
    /// The locale has UTF-8: letters beyond ASCII are printed as they are.
    pub(crate) utf8: bool,
    /// A letter was met of which it is not known here whether the C library would print it.
    pub(crate) doubtful: bool,
    pub(crate) tool: &'static str,
}

impl Talk {
    pub(crate) fn new(tool: &'static str, utf8: bool) -> Talk {
        Talk { out: Vec::new(), err: Vec::new(), status: 0, utf8, doubtful: false, tool }
    }

    /// A message that leaves the status.
    pub(crate) fn warn(&mut self, message: impl AsRef<[u8]>) {
        self.err.extend_from_slice(self.tool.as_bytes());
        self.err.extend_from_slice(b": ");
        self.err.extend_from_slice(message.as_ref());
        self.err.push(b'\n');
    }

    /// A message that makes the run fail at its end.
    pub(crate) fn error(&mut self, message: impl AsRef<[u8]>) {
        self.warn(message);
        self.status = 2;
    }

    /// A message that ends the run.
    pub(crate) fn fatal<T>(&mut self, message: impl AsRef<[u8]>) -> Step<T> {
        self.warn(message);
        Err(Stop::Fatal)
    }

    /// A message about the command line, which ends the run with a status.
    pub(crate) fn usage<T>(&mut self, message: impl AsRef<[u8]>, status: i32) -> Step<T> {
        self.warn(message);
        self.err.extend_from_slice(b"Try 'tar --help' or 'tar --usage' for more information.\n");
        Err(Stop::Exit(status))
    }

    /// A name as listings have it.
    pub(crate) fn escaped(&mut self, name: &[u8]) -> Vec<u8> {
        self.spell(name, None)
    }

    /// A name as messages have it that go on with a colon.
    pub(crate) fn colon(&mut self, name: &[u8]) -> Vec<u8> {
        self.spell(name, Some(':'))
    }

    /// A name in quotes.
    pub(crate) fn quoted(&mut self, name: &[u8]) -> Vec<u8> {
        let (left, right) = if self.utf8 { ('‘', '’') } else { ('\'', '\'') };
        let text = self.spell(name, Some(right));
        let mut all = left.to_string().into_bytes();
        all.extend(text);
        all.extend_from_slice(right.to_string().as_bytes());
        all
    }

    fn spell(&mut self, name: &[u8], also: Option<char>) -> Vec<u8> {
        let mut spelled = Vec::with_capacity(name.len());
        for piece in name.utf8_chunks() {
            for letter in piece.valid().chars() {
                self.letter(letter, also, &mut spelled);
            }
            piece.invalid().iter().for_each(|byte| spelled.extend(format!("\\{byte:03o}").bytes()));
        }
        spelled
    }

    fn letter(&mut self, letter: char, also: Option<char>, into: &mut Vec<u8>) {
        let mut buffer = [0; 4];
        let bytes = letter.encode_utf8(&mut buffer).as_bytes();
        let named = match letter {
            '\x07' => Some(b'a'),
            '\x08' => Some(b'b'),
            '\x0c' => Some(b'f'),
            '\n' => Some(b'n'),
            '\r' => Some(b'r'),
            '\t' => Some(b't'),
            '\x0b' => Some(b'v'),
            '\\' => Some(b'\\'),
            _ => None,
        };
        if let Some(named) = named {
            into.extend([b'\\', named]);
        } else if Some(letter) == also {
            into.push(b'\\');
            into.extend_from_slice(bytes);
        } else if letter.is_control() || !letter.is_ascii() && !self.utf8 {
            bytes.iter().for_each(|byte| into.extend(format!("\\{byte:03o}").bytes()));
        } else {
            // The C library's table of printable letters is not here; letters and digits are sure to be in it.
            self.doubtful |= !letter.is_ascii() && !letter.is_alphanumeric();
            into.extend_from_slice(bytes);
        }
    }
}

/// Joins pieces of a message.
pub(crate) fn said(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}
