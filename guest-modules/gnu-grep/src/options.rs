//! The words of a call, read as getopt_long(3) does: in any place, bundled, long ones by a unique beginning.

use crate::{Output, Trouble, World, exclude::Rules, fails, unmodelled};

/// Rules of writing a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matcher {
    Basic,
    Extended,
    Fixed,
    Perl,
}

/// What is done with files that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Binary,
    Text,
    WithoutMatch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directories {
    Read,
    Skip,
    Recurse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    None,
    Matching,
    NonMatching,
}

/// What a call asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where standard output goes.
    pub output: Output,
    pub(crate) matcher: Matcher,
    /// One after the other, each ended by a newline.
    pub(crate) patterns: Vec<u8>,
    /// Some of them come from a file, which messages would name.
    pub(crate) from_file: bool,
    pub(crate) fold: bool,
    pub(crate) invert: bool,
    pub(crate) words: bool,
    pub(crate) lines: bool,
    pub(crate) count: bool,
    pub(crate) list: List,
    pub(crate) number: bool,
    pub(crate) offset: bool,
    pub(crate) filename: Option<bool>,
    pub(crate) only: bool,
    pub(crate) quiet: bool,
    pub(crate) silent: bool,
    pub(crate) most: Option<u64>,
    pub(crate) before: Option<u64>,
    pub(crate) after: Option<u64>,
    pub(crate) directories: Directories,
    pub(crate) follow: bool,
    pub(crate) zero: bool,
    pub(crate) null: bool,
    pub(crate) binary: Binary,
    pub(crate) label: Option<Vec<u8>>,
    pub(crate) separator: Option<Vec<u8>>,
    pub(crate) devices: Option<bool>,
    pub(crate) files_on_line: Rules,
    pub(crate) files_below: Rules,
    pub(crate) folders_on_line: Rules,
    pub(crate) folders_below: Rules,
    pub(crate) files: Vec<Vec<u8>>,
}

/// Long options with the letter each stands for; `=` where a value must follow, `?` where one may. Capital words have no letter.
const LONG: &[(&str, char)] = &[
    ("basic-regexp", 'G'),
    ("extended-regexp", 'E'),
    ("fixed-regexp", 'F'),
    ("fixed-strings", 'F'),
    ("perl-regexp", 'P'),
    ("after-context=", 'A'),
    ("before-context=", 'B'),
    ("binary", 'U'),
    ("binary-files=", '\u{1}'),
    ("byte-offset", 'b'),
    ("context=", 'C'),
    ("color?", '\u{2}'),
    ("colour?", '\u{2}'),
    ("count", 'c'),
    ("devices=", 'D'),
    ("directories=", 'd'),
    ("exclude=", '\u{3}'),
    ("exclude-from=", '\u{4}'),
    ("exclude-dir=", '\u{5}'),
    ("file=", 'f'),
    ("files-with-matches", 'l'),
    ("files-without-match", 'L'),
    ("group-separator=", '\u{6}'),
    ("help", '\u{7}'),
    ("include=", '\u{8}'),
    ("ignore-case", 'i'),
    ("no-ignore-case", '\u{9}'),
    ("initial-tab", 'T'),
    ("label=", '\u{a}'),
    ("line-buffered", '\u{b}'),
    ("line-number", 'n'),
    ("line-regexp", 'x'),
    ("max-count=", 'm'),
    ("no-filename", 'h'),
    ("no-group-separator", '\u{c}'),
    ("no-messages", 's'),
    ("null", 'Z'),
    ("null-data", 'z'),
    ("only-matching", 'o'),
    ("quiet", 'q'),
    ("recursive", 'r'),
    ("dereference-recursive", 'R'),
    ("regexp=", 'e'),
    ("invert-match", 'v'),
    ("silent", 'q'),
    ("text", 'a'),
    ("unix-byte-offsets", 'u'),
    ("version", 'V'),
    ("with-filename", 'H'),
    ("word-regexp", 'w'),
];

const VALUED: &str = "ABCDXdefm";
const PLAIN: &str = "EFGHILPTUVabchilnoqRrsuvwxyZz";

struct Reading<'a, W> {
    world: &'a mut W,
    options: Options,
    matcher: Option<Matcher>,
    patterned: bool,
    default: Option<u64>,
    digits: String,
    last_recursive: usize,
}

/// Reads the words behind the name; `name` is `grep`, `egrep` or `fgrep`.
pub fn read(name: &str, words: &[Vec<u8>], world: &mut impl World) -> Result<Options, Trouble> {
    let options = Options {
        output: Output::Open,
        matcher: Matcher::Basic,
        patterns: Vec::new(),
        from_file: false,
        fold: false,
        invert: false,
        words: false,
        lines: false,
        count: false,
        list: List::None,
        number: false,
        offset: false,
        filename: None,
        only: false,
        quiet: false,
        silent: false,
        most: None,
        before: None,
        after: None,
        directories: Directories::Read,
        follow: false,
        zero: false,
        null: false,
        binary: Binary::Binary,
        label: None,
        separator: Some(b"--".to_vec()),
        devices: None,
        files_on_line: Rules::new(false),
        files_below: Rules::new(true),
        folders_on_line: Rules::new(false),
        folders_below: Rules::new(true),
        files: Vec::new(),
    };
    let mut reading = Reading { world, options, matcher: None, patterned: false, default: None, digits: String::new(), last_recursive: 0 };
    // Debian's egrep and fgrep are scripts that put the option in front.
    match name {
        "egrep" => reading.option('E', b"")?,
        "fgrep" => reading.option('F', b"")?,
        _ => {}
    }
    let plain = reading.words(words)?;
    reading.end(plain)
}

impl<W: World> Reading<'_, W> {
    fn words(&mut self, words: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Trouble> {
        let (mut plain, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let word = &words[at];
            at += 1;
            if word == b"--" {
                plain.extend_from_slice(&words[at..]);
                break;
            }
            if let Some(long) = word.strip_prefix(b"--") {
                let cut = long.iter().position(|it| *it == b'=');
                let (name, given) = (&long[..cut.unwrap_or(long.len())], cut.map(|it| &long[it + 1..]));
                let (letter, valued, optional) = known(name)?;
                let value = match (valued, given) {
                    (true, Some(value)) => value.to_vec(),
                    (true, None) => match words.get(at) {
                        Some(value) => {
                            at += 1;
                            value.clone()
                        }
                        None => return unmodelled("an option without its value"),
                    },
                    (false, Some(value)) if optional => value.to_vec(),
                    (false, Some(_)) => return unmodelled("a value of an option that takes none"),
                    (false, None) => Vec::new(),
                };
                self.digits.clear();
                self.option(letter, &value)?;
            } else if word.len() > 1 && word[0] == b'-' {
                let mut place = 1;
                while place < word.len() {
                    let letter = char::from(word[place]);
                    place += 1;
                    if letter.is_ascii_digit() {
                        if place == 2 {
                            self.digits.clear();
                        }
                        self.digits.push(letter);
                        self.default = Some(context(self.digits.as_bytes())?);
                        continue;
                    }
                    self.digits.clear();
                    if VALUED.contains(letter) {
                        let value = if place < word.len() {
                            word[place..].to_vec()
                        } else {
                            at += 1;
                            match words.get(at - 1) {
                                Some(value) => value.clone(),
                                None => return unmodelled("an option without its value"),
                            }
                        };
                        self.option(letter, &value)?;
                        break;
                    }
                    if !PLAIN.contains(letter) {
                        return unmodelled(format!("the option `-{letter}` of grep is not modelled"));
                    }
                    self.option(letter, b"")?;
                }
            } else {
                plain.push(word.clone());
            }
        }
        Ok(plain)
    }

    fn matcher(&mut self, matcher: Matcher) -> Result<(), Trouble> {
        if self.matcher.is_some_and(|it| it != matcher) {
            return fails("conflicting matchers specified");
        }
        self.matcher = Some(matcher);
        Ok(())
    }

    fn option(&mut self, letter: char, value: &[u8]) -> Result<(), Trouble> {
        let it = &mut self.options;
        match letter {
            'E' => return self.matcher(Matcher::Extended),
            'F' => return self.matcher(Matcher::Fixed),
            'G' => return self.matcher(Matcher::Basic),
            'P' => return self.matcher(Matcher::Perl),
            'A' => it.after = Some(context(value)?),
            'B' => it.before = Some(context(value)?),
            'C' => self.default = Some(context(value)?),
            'D' => {
                it.devices = match value {
                    b"read" => Some(true),
                    b"skip" => Some(false),
                    _ => return fails("unknown devices method"),
                }
            }
            'H' => it.filename = Some(true),
            'I' => it.binary = Binary::WithoutMatch,
            'L' => it.list = List::NonMatching,
            'l' => it.list = List::Matching,
            'U' | '\u{b}' => {}
            'a' => it.binary = Binary::Text,
            'b' => it.offset = true,
            'c' => it.count = true,
            'd' => match value {
                b"read" => it.directories = Directories::Read,
                b"skip" => it.directories = Directories::Skip,
                b"recurse" => {
                    it.directories = Directories::Recurse;
                    self.last_recursive = 1;
                }
                _ => return unmodelled("an unknown way with directories"),
            },
            'e' => {
                it.patterns.extend_from_slice(value);
                it.patterns.push(b'\n');
                self.patterned = true;
            }
            'f' => {
                it.from_file = true;
                let bytes = if value == b"-" { Ok(self.world.stdin()) } else { self.world.read(value) };
                let bytes = match bytes {
                    Ok(bytes) => bytes,
                    Err(error) => return fails(&format!("{}: {error}", String::from_utf8_lossy(value))),
                };
                it.patterns.extend_from_slice(&bytes);
                if bytes.last().is_some_and(|it| *it != b'\n') {
                    it.patterns.push(b'\n');
                }
                self.patterned = true;
            }
            'h' => it.filename = Some(false),
            'i' | 'y' => it.fold = true,
            '\u{9}' => it.fold = false,
            'm' => {
                let text = std::str::from_utf8(value).ok().filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
                match text.and_then(|it| it.parse().ok()) {
                    Some(number) => it.most = Some(number),
                    None if value.iter().all(|it| it.is_ascii_lowercase()) => return fails("invalid max count"),
                    None => return unmodelled("a number of lines of that form"),
                }
            }
            'n' => it.number = true,
            'o' => it.only = true,
            'q' => it.quiet = true,
            'R' | 'r' => {
                it.directories = Directories::Recurse;
                it.follow = letter == 'R';
                self.last_recursive = 1;
            }
            's' => it.silent = true,
            'v' => it.invert = true,
            'w' => it.words = true,
            'x' => it.lines = true,
            'Z' => it.null = true,
            'z' => it.zero = true,
            '\u{1}' => {
                it.binary = match value {
                    b"binary" => Binary::Binary,
                    b"text" => Binary::Text,
                    b"without-match" => Binary::WithoutMatch,
                    _ => return fails("invalid argument, unknown binary-files type").or_else(|_: Trouble| unmodelled("an unknown kind of binary files")),
                }
            }
            '\u{2}' => match value {
                b"never" | b"no" | b"none" | b"" | b"auto" | b"tty" | b"if-tty" => {}
                _ => return unmodelled("colours are not modelled"),
            },
            '\u{3}' | '\u{8}' => {
                it.files_on_line.add(value, letter == '\u{8}')?;
                it.files_below.add(value, letter == '\u{8}')?;
            }
            '\u{5}' => {
                let bare = value.iter().rposition(|it| *it != b'/').map_or(&value[..value.len().min(1)], |last| &value[..=last]);
                it.folders_on_line.add(bare, false)?;
                it.folders_below.add(bare, false)?;
            }
            '\u{6}' => it.separator = Some(value.to_vec()),
            '\u{a}' => it.label = Some(value.to_vec()),
            '\u{c}' => it.separator = None,
            other => return unmodelled(format!("the option `{}` of grep is not modelled", other.escape_default())),
        }
        Ok(())
    }

    fn end(mut self, mut plain: Vec<Vec<u8>>) -> Result<Options, Trouble> {
        if !self.patterned {
            if plain.is_empty() {
                return Err(Trouble::Exit(b"Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n".to_vec(), 2));
            }
            self.options.patterns = plain.remove(0);
            self.options.patterns.push(b'\n');
        }
        let it = &mut self.options;
        it.matcher = self.matcher.unwrap_or(Matcher::Basic);
        it.before = it.before.or(self.default);
        it.after = it.after.or(self.default);
        it.files = plain;
        Ok(self.options)
    }
}

/// A long option by its name or a unique beginning: its letter, whether a value must follow, whether one may.
fn known(name: &[u8]) -> Result<(char, bool, bool), Trouble> {
    let bare = |it: &str| it.trim_end_matches(['=', '?']).to_owned();
    let mut found: Vec<_> = LONG.iter().filter(|it| bare(it.0).as_bytes() == name).collect();
    if found.is_empty() {
        found = LONG.iter().filter(|it| it.0.as_bytes().starts_with(name)).collect();
        found.dedup_by_key(|it| it.1);
    }
    let [(text, letter)] = found[..] else { return unmodelled("an option of that name is not modelled") };
    Ok((*letter, text.ends_with('='), text.ends_with('?')))
}

fn context(value: &[u8]) -> Result<u64, Trouble> {
    let text = std::str::from_utf8(value).unwrap_or_default();
    if !text.is_empty() && text.len() < 19 && text.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(text.parse().unwrap_or(u64::MAX));
    }
    if text.is_empty() || !text.bytes().all(|it| it.is_ascii_alphabetic()) {
        return unmodelled("a number of lines of that form");
    }
    fails(&format!("{text}: invalid context length argument"))
}
