//! One call of a tool of ours.

use gnu_bash::{
    Ended,
    text::{from_bytes, to_bytes},
};
use gnu_text::Quotes;
use invitro_sdk::interpreter::invitro::remediation::{
    ledger,
    types::{Error, FileType, Stat},
};

use crate::{filesystem::failure, kernel::Kernel};

/// A form that is not modelled, or the end of the call with its status.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The call can't be carried out truly; the run is unproven.
    Unmodelled(String),
    /// The tool says this and exits with this status.
    Exit(String, i32),
}

pub(crate) type Answer<T = ()> = std::result::Result<T, Trouble>;

/// What a tool does.
pub(crate) type Act = fn(&mut Call<'_>) -> Answer;

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) name: &'static str,
    pub(crate) args: &'a [String],
    pub(crate) env: &'a std::collections::HashMap<String, String>,
    pub(crate) cwd: String,
    pub(crate) stdin: &'a [u8],
    pub(crate) line: Option<u32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
    pub(crate) status: i32,
    /// How far output and errors had come after each message.
    pub(crate) order: Vec<(usize, usize)>,
    /// Bytes of errors that were said one by one, in the order of what was printed.
    said: usize,
}

/// The script's line of a call.
pub(crate) fn line(kernel: &Kernel, name: &str, args: &[String]) -> Option<u32> {
    let words: Vec<String> = std::iter::once(name).chain(args.iter().map(String::as_str)).map(str::to_owned).collect();
    kernel.line(&words)
}

/// Tells the host that a call was not carried out truly.
pub(crate) fn unmodelled(name: &str, args: &[String], line: Option<u32>, reason: &str) {
    let argv: Vec<Vec<u8>> = std::iter::once(name).chain(args.iter().map(String::as_str)).map(gnu_bash::text::to_bytes).collect();
    ledger::unmodelled(&argv, line, reason);
}

/// Runs a tool of ours.
pub(crate) fn run(kernel: &Kernel, name: &'static str, act: Act, args: &[String], cwd: &str, environment: &[(String, String)], stdin: &[u8]) -> Ended {
    let env = environment.iter().cloned().collect();
    let mut call =
        Call { kernel, name, args, env: &env, cwd: cwd.to_owned(), stdin, line: line(kernel, name, args), out: Vec::new(), err: String::new(), status: 0, order: Vec::new(), said: 0 };
    match act(&mut call) {
        Ok(()) => {}
        Err(Trouble::Exit(message, status)) => {
            call.say(&message);
            call.status = status;
        }
        Err(Trouble::Unmodelled(reason)) => {
            unmodelled(name, args, call.line, &reason);
            call.say(&reason);
            call.status = 1;
        }
    }
    // error(3) writes what was printed before it says anything.
    let order = (call.said == call.err.len()).then_some(call.order);
    Ended { status: call.status, out: call.out, err: to_bytes(&call.err), order }
}

impl Call<'_> {
    /// Makes a path absolute; `..` and links in it are the host's business.
    pub(crate) fn path(&self, word: &str) -> String {
        absolute(&self.cwd, word)
    }

    /// Prints a message with the tool's name before it.
    pub(crate) fn say(&mut self, message: &str) {
        let line = format!("{}: {message}\n", self.name);
        self.err.push_str(&line);
        self.said += line.len();
        let before = self.order.last().map_or(0, |it| it.1);
        self.order.push((self.out.len(), before + to_bytes(&line).len()));
    }

    /// Prints a message and goes on with status 1.
    pub(crate) fn complain(&mut self, message: &str) {
        self.say(message);
        self.status = 1;
    }

    /// Complains about an answer of the kernel.
    pub(crate) fn refused(&mut self, what: &str, error: Error) {
        self.complain(&format!("{what}: {}", failure(error)));
    }

    pub(crate) fn print(&mut self, text: &str) {
        self.out.extend_from_slice(&to_bytes(text));
    }

    pub(crate) fn stat(&self, path: &str, follow: bool) -> std::result::Result<Stat, Error> {
        self.kernel.stat(path, follow)
    }

    pub(crate) fn is_directory(&self, path: &str) -> bool {
        self.stat(path, true).is_ok_and(|it| it.type_ == FileType::Directory)
    }

    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.stat(path, false).is_ok()
    }

    /// Answers whether the locale has no letters beyond ASCII.
    pub(crate) fn is_plain(&self) -> bool {
        is_plain(|name| self.env.get(name).map(String::as_str))
    }

    fn quoted(&self, word: &str, quotes: Quotes) -> String {
        from_bytes(&gnu_text::quoted(&to_bytes(word), quotes, self.is_plain()))
    }

    /// A file's name between quotes, as a shell takes it (`quoteaf`).
    pub(crate) fn q(&self, word: &str) -> String {
        self.quoted(word, Quotes::Shell)
    }

    /// The same, where it needs them (`quotef`).
    pub(crate) fn name(&self, word: &str) -> String {
        self.quoted(word, Quotes::IfNeeded)
    }

    /// A word between the quotes of the locale (`quote`).
    pub(crate) fn quote(&self, word: &str) -> String {
        self.quoted(word, Quotes::Locale)
    }

    /// The end of a call that was wrong in its words.
    pub(crate) fn misused(&self, message: impl std::fmt::Display) -> Trouble {
        let status = if self.name == "ls" { 2 } else { 1 };
        Trouble::Exit(format!("{message}\nTry '{} --help' for more information.", self.name), status)
    }

    /// Names in a directory.
    pub(crate) fn names(&self, path: &str) -> Answer<std::result::Result<Vec<String>, Error>> {
        Ok(self.kernel.names(path).map(|it| it.iter().map(|it| from_bytes(it)).collect()))
    }
}

/// Answers whether the variables name a locale whose letters are those of ASCII alone.
pub(crate) fn is_plain<'a>(value: impl Fn(&str) -> Option<&'a str>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|it| value(it).filter(|it| !it.is_empty())).unwrap_or_default();
    !locale.to_ascii_uppercase().contains("UTF")
}

/// Makes a path absolute.
pub(crate) fn absolute(cwd: &str, word: &str) -> String {
    if word.is_empty() {
        // Nothing has no name: what is asked of it gets ENOENT.
        return "/run/.nothing/nothing".to_owned();
    }
    if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", cwd.trim_end_matches('/')) }
}

/// A path to walk from, without all but one of the slashes behind it (fts.c of gnulib).
pub(crate) fn walked(word: &str) -> &str {
    let trimmed = word.trim_end_matches('/').len();
    &word[..word.len().min(trimmed + 1)]
}

/// Joins a folder and a name.
pub(crate) fn join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

/// The last name of a path as given (basename(1)).
pub(crate) fn base(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// Ends a call with status 1.
pub(crate) fn exit(message: impl Into<String>) -> Trouble {
    Trouble::Exit(message.into(), 1)
}

/// Ends a call since a form is not modelled.
pub(crate) fn not_modelled(reason: impl Into<String>) -> Trouble {
    Trouble::Unmodelled(reason.into())
}
