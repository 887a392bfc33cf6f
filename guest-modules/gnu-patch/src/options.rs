//! The words of a call (the manual's "Options to patch"). An option that is not carried out is refused by name.

use crate::{Files, Kind, Trouble, backup::Naming, talk::Voice};

/// What to do with a file that may not be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadOnly {
    /// Say so, and patch it.
    #[default]
    Warn,
    /// Patch it.
    Ignore,
    /// Leave it.
    Fail,
}

/// The form of rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectForm {
    /// As `diff -u`.
    Unified,
    /// As `diff -c`.
    Context,
}

/// A call.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The file to patch, where it is named.
    pub file: Option<Vec<u8>>,
    /// Where the patch is; standard input, where nothing is named.
    pub input: Option<Vec<u8>>,
    /// The form that the first patch has.
    pub kind: Option<Kind>,
    /// `-p`
    pub strip: Option<usize>,
    /// `-F`
    pub fuzz: Option<i64>,
    /// `-R`
    pub reverse: bool,
    /// `-N`
    pub forward: bool,
    /// `-f`
    pub force: bool,
    /// `-t`
    pub batch: bool,
    /// `-E`
    pub remove_empty: bool,
    /// `-l`
    pub loose: bool,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--binary`
    pub binary: bool,
    /// `--posix`
    pub posix: bool,
    /// `--follow-symlinks`
    pub follow_links: bool,
    /// `--read-only`
    pub read_only: ReadOnly,
    /// `-o`
    pub output: Option<Vec<u8>>,
    /// `-r`
    pub rejects: Option<Vec<u8>>,
    /// `--reject-format`
    pub reject_form: Option<RejectForm>,
    /// `-b`
    pub backup: bool,
    /// `--backup-if-mismatch` and its opposite; what holds without them hangs on the environment alone.
    pub backup_if_mismatch: bool,
    /// How backups are named.
    pub(crate) naming: Naming,
    pub(crate) voice: Voice,
}

/// Letter, long name, whether a value follows.
const KNOWN: &[(u8, &str, bool)] = &[
    (b'b', "backup", false),
    (b'B', "prefix", true),
    (b'c', "context", false),
    (b'd', "directory", true),
    (b'D', "ifdef", true),
    (b'e', "ed", false),
    (b'E', "remove-empty-files", false),
    (b'f', "force", false),
    (b'F', "fuzz", true),
    (b'g', "get", true),
    (b'i', "input", true),
    (b'l', "ignore-whitespace", false),
    (b'n', "normal", false),
    (b'N', "forward", false),
    (b'o', "output", true),
    (b'p', "strip", true),
    (b'r', "reject-file", true),
    (b'R', "reverse", false),
    (b's', "quiet", false),
    (b's', "silent", false),
    (b't', "batch", false),
    (b'T', "set-time", false),
    (b'u', "unified", false),
    (b'v', "version", false),
    (b'V', "version-control", true),
    (b'x', "debug", true),
    (b'Y', "basename-prefix", true),
    (b'z', "suffix", true),
    (b'Z', "set-utc", false),
    (1, "dry-run", false),
    (2, "verbose", false),
    (3, "binary", false),
    (4, "help", false),
    (5, "backup-if-mismatch", false),
    (6, "no-backup-if-mismatch", false),
    (7, "posix", false),
    (8, "quoting-style", true),
    (9, "reject-format", true),
    (10, "read-only", true),
    (11, "follow-symlinks", false),
    (12, "merge", false),
];

/// Reads the words behind the command's name. Folders of `-d` are entered on the way.
pub fn read(words: &[Vec<u8>], files: &mut impl Files) -> Result<Options, Trouble> {
    let mut options = Options { posix: files.variable("POSIXLY_CORRECT").is_some(), ..Options::default() };
    options.backup_if_mismatch = !options.posix;
    options.naming = Naming::of_environment(files);
    for name in ["PATCH_GET", "QUOTING_STYLE"] {
        if files.variable(name).is_some_and(|it| it != b"0" && it != b"shell") {
            return Err(Trouble::Unsupported(format!("what the variable {name} asks of patch is not carried out")));
        }
    }
    let mut operands = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == b"--" {
            operands.extend(rest.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix(b"--") {
            let (letter, name, value) = long_option(long)?;
            let value = match value {
                Value::Given(value) => value,
                Value::Next => rest.next().cloned().ok_or_else(|| usage(format!("option '--{name}' requires an argument")))?,
            };
            options.set(letter, &value, files)?;
        } else if word.len() > 1 && word.starts_with(b"-") {
            options.bundle(&word[1..], &mut rest, files)?;
        } else {
            if options.posix {
                // POSIX utilities take options before operands only (XBD 12.2, guideline 9).
                operands.push(word.clone());
                operands.extend(rest.by_ref().cloned());
                break;
            }
            operands.push(word.clone());
        }
    }
    let mut operands = operands.into_iter();
    options.file = operands.next();
    if let Some(input) = operands.next() {
        options.input = Some(input);
    }
    match operands.next() {
        Some(extra) => Err(usage(format!("{}: extra operand", String::from_utf8_lossy(&extra)))),
        None => Ok(options),
    }
}

enum Value {
    Given(Vec<u8>),
    Next,
}

fn usage(message: String) -> Trouble {
    Trouble::Usage(format!("patch: {message}\npatch: Try 'patch --help' for more information.\n"), 2)
}

fn fatal(message: String) -> Trouble {
    Trouble::Usage(format!("patch: **** {message}\n"), 2)
}

fn unsupported(option: &str) -> Trouble {
    Trouble::Unsupported(format!("the option `{option}` of patch is not carried out"))
}

fn long_option(word: &[u8]) -> Result<(u8, &'static str, Value), Trouble> {
    let (name, given) = match word.iter().position(|it| *it == b'=') {
        Some(at) => (&word[..at], Some(word[at + 1..].to_vec())),
        None => (word, None),
    };
    let shown = String::from_utf8_lossy(name).into_owned();
    let exact: Vec<_> = KNOWN.iter().filter(|it| it.1.as_bytes() == name).collect();
    let matching = if exact.is_empty() { KNOWN.iter().filter(|it| it.1.as_bytes().starts_with(name)).collect() } else { exact };
    let [(letter, name, takes)] = matching[..] else { return Err(unsupported(&format!("--{shown}"))) };
    match (takes, given) {
        (true, Some(value)) => Ok((*letter, name, Value::Given(value))),
        (true, None) => Ok((*letter, name, Value::Next)),
        (false, None) => Ok((*letter, name, Value::Given(Vec::new()))),
        (false, Some(_)) => Err(usage(format!("option '--{name}' doesn't allow an argument"))),
    }
}

impl Options {
    fn bundle<'a>(&mut self, letters: &[u8], rest: &mut impl Iterator<Item = &'a Vec<u8>>, files: &mut impl Files) -> Result<(), Trouble> {
        for (at, letter) in letters.iter().enumerate() {
            let shown = char::from(*letter);
            let Some((_, _, takes)) = KNOWN.iter().find(|it| it.0 == *letter && *letter > 31) else { return Err(unsupported(&format!("-{shown}"))) };
            if !takes {
                self.set(*letter, &[], files)?;
                continue;
            }
            let value = match &letters[at + 1..] {
                [] => rest.next().cloned().ok_or_else(|| usage(format!("option requires an argument -- '{shown}'")))?,
                value => value.to_vec(),
            };
            return self.set(*letter, &value, files);
        }
        Ok(())
    }

    fn set(&mut self, letter: u8, value: &[u8], files: &mut impl Files) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(value).into_owned();
        match letter {
            b'b' => self.backup = true,
            b'B' => self.naming.prefix = Some(filled(value, "prefix")?),
            b'Y' => self.naming.base_prefix = Some(filled(value, "basename prefix")?),
            b'z' => self.naming.suffix = Some(filled(value, "suffix")?),
            b'V' => self.naming.version = Some(value.to_vec()),
            b'c' => self.kind = Some(Kind::Context),
            b'n' => self.kind = Some(Kind::Normal),
            b'u' => self.kind = Some(Kind::Unified),
            b'd' => files.change_directory(value).map_err(|error| fatal(format!("Can't change to directory {text} : {error}")))?,
            b'E' => self.remove_empty = true,
            b'f' => self.force = true,
            b'F' => self.fuzz = Some(number(&text, "fuzz factor")?),
            b'g' if text == "0" => {}
            b'i' => self.input = Some(value.to_vec()),
            b'l' => self.loose = true,
            b'N' => self.forward = true,
            b'o' => self.output = Some(value.to_vec()),
            b'p' => self.strip = Some(usize::try_from(number(&text, "strip count")?).unwrap_or(usize::MAX)),
            b'r' => self.rejects = Some(value.to_vec()),
            b'R' => self.reverse = true,
            b's' => self.voice = Voice::Silent,
            b't' => self.batch = true,
            1 => self.dry_run = true,
            2 => self.voice = Voice::Verbose,
            3 => self.binary = true,
            5 => self.backup_if_mismatch = true,
            6 => self.backup_if_mismatch = false,
            7 => self.posix = true,
            8 if text == "shell" => {}
            9 => {
                self.reject_form = Some(match text.as_str() {
                    "context" => RejectForm::Context,
                    "unified" => RejectForm::Unified,
                    _ => return Err(unsupported(&format!("--reject-format={text}"))),
                });
            }
            10 => {
                self.read_only = match text.as_str() {
                    "ignore" => ReadOnly::Ignore,
                    "warn" => ReadOnly::Warn,
                    "fail" => ReadOnly::Fail,
                    _ => return Err(unsupported(&format!("--read-only={text}"))),
                };
            }
            11 => self.follow_links = true,
            // What is left: -D, -e, -g, -T, -v, -x, -Z, --help, --merge, another --quoting-style.
            other => {
                let name = KNOWN.iter().find(|it| it.0 == other).map_or("", |it| it.1);
                return Err(unsupported(&if other > 31 { format!("-{}", char::from(other)) } else { format!("--{name}") }));
            }
        }
        Ok(())
    }
}

fn filled(value: &[u8], what: &str) -> Result<Vec<u8>, Trouble> {
    if value.is_empty() { Err(fatal(format!("backup {what} is empty"))) } else { Ok(value.to_vec()) }
}

/// A number that is not negative.
fn number(text: &str, what: &str) -> Result<i64, Trouble> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if text.is_empty() || digits.starts_with('-') || !digits.bytes().all(|it| it.is_ascii_digit()) {
        let negative = digits.strip_prefix('-').is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
        return Err(fatal(format!("{what} {text} is {}", if negative { "negative" } else { "not a number" })));
    }
    digits.parse().map_err(|_| fatal(format!("{what} {text} is too large")))
}
