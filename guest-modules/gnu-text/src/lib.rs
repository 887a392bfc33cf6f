//! Text tools of GNU coreutils 9.1 (and rev of util-linux 2.38) over raw bytes, in the locale C.UTF-8. Files are reached through
//! [`World`]. A form that could not be held against the real tools is [`Trouble::Unmodelled`], never guessed.
//!
//! Sources: `info coreutils`; POSIX.1-2017, XCU; and the answers of the tools themselves, which the tests are compared with.

mod base64;
mod call;
mod cat;
mod comm;
mod cut;
mod expand;
mod expr;
mod fold;
mod head;
mod letter;
mod nl;
mod number;
mod options;
mod paste;
mod path_name;
mod printenv;
mod quote;
mod ranges;
mod rev;
mod sort;
mod sums;
mod tac;
mod tail;
mod tr;
mod uniq;
pub mod version;
mod wc;

use call::Call;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// open(2) failed; the words of strerror(3).
    Open(String),
    /// read(2) failed, as it does for a directory; the words of strerror(3).
    Read(String),
}

impl Fault {
    pub(crate) fn words(&self) -> &str {
        match self {
            Fault::Open(words) | Fault::Read(words) => words,
        }
    }
}

/// The surroundings of a call. Errors are the words of strerror(3).
pub trait World {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// The size of the regular file that standard input is; nothing where it is none.
    fn stdin_size(&self) -> Option<u64>;
    /// Reads a file, whole.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Fault>;
    /// Answers whether a name that can be read is a regular file.
    fn is_regular(&mut self, name: &[u8]) -> bool;
    /// Opens a file for writing, which makes it where it is not there and leaves its content.
    fn touch(&mut self, name: &[u8]) -> Result<(), String>;
    /// Gives a file new content.
    fn write(&mut self, name: &[u8], content: &[u8]) -> Result<(), String>;
    /// The environment, in order.
    fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)>;
    /// Answers whether the locale's letters are those of ASCII alone; else it is C.UTF-8.
    fn is_ascii(&self) -> bool {
        false
    }
}

/// Why a call ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// What there is to say was said; the status.
    Exit(i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

pub(crate) type Answer<T = ()> = Result<T, Trouble>;

/// What a run printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status.
    pub status: i32,
    /// How far output and errors had come after each message, before which output is written (error(3)); none where that is not known.
    pub order: Option<Vec<(usize, usize)>>,
}

/// A call can't be carried out truly here, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmodelled(pub String);

type Act = fn(&mut Call<'_>) -> Answer;

/// The tools.
const TOOLS: &[(&str, Act)] = &[
    ("base32", base64::base32),
    ("base64", base64::base64),
    ("basename", path_name::basename),
    ("cat", cat::cat),
    ("comm", comm::comm),
    ("cut", cut::cut),
    ("dirname", path_name::dirname),
    ("expand", expand::expand),
    ("expr", expr::expr),
    ("fold", fold::fold),
    ("head", head::head),
    ("md5sum", sums::md5sum),
    ("nl", nl::nl),
    ("paste", paste::paste),
    ("printenv", printenv::printenv),
    ("rev", rev::rev),
    ("sha1sum", sums::sha1sum),
    ("sha224sum", sums::sha224sum),
    ("sha256sum", sums::sha256sum),
    ("sha384sum", sums::sha384sum),
    ("sha512sum", sums::sha512sum),
    ("sort", sort::sort),
    ("tac", tac::tac),
    ("tail", tail::tail),
    ("tr", tr::tr),
    ("unexpand", expand::unexpand),
    ("uniq", uniq::uniq),
    ("wc", wc::wc),
];

/// The names of the tools.
pub fn names() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|it| it.0)
}

/// Runs a tool.
pub fn run(name: &str, args: &[Vec<u8>], world: &mut dyn World) -> Result<Done, Unmodelled> {
    let Some((name, act)) = TOOLS.iter().find(|it| it.0 == name) else {
        return Err(Unmodelled(format!("{name} is not modelled")));
    };
    let mut call = Call::new(name, args, world);
    match act(&mut call) {
        Ok(()) => {}
        Err(Trouble::Exit(status)) => call.status = status,
        Err(Trouble::Unmodelled(reason)) => return Err(Unmodelled(reason)),
    }
    let order = call.order();
    Ok(Done { out: call.out, err: call.err, status: call.status, order })
}

/// Quotes the name of a file in a message as coreutils do (`quoteaf`): text in which a byte that is none is escaped.
pub fn quoted_file(name: &str) -> String {
    String::from_utf8_lossy(&quote::always_in(name.as_bytes(), false)).into_owned()
}

/// How a word is quoted in a message (quotearg.c of gnulib).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// As a shell takes it, always (`quoteaf`).
    Shell,
    /// As a shell takes it, where it must be (`quotef`).
    IfNeeded,
    /// Between the quotes of the locale (`quote`).
    Locale,
}

/// Quotes a word; `ascii` where the locale has no letters beyond ASCII.
pub fn quoted(word: &[u8], quotes: Quotes, ascii: bool) -> Vec<u8> {
    match quotes {
        Quotes::Shell => quote::always_in(word, ascii),
        Quotes::IfNeeded => quote::file_in(word, ascii),
        Quotes::Locale => quote::quoted_in(word, ascii),
    }
}

pub use quote::{Listed, listed, masked};
