//! The words of the command line.

use crate::{Trouble, World};

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `-n`: nothing is printed by itself.
    pub quiet: bool,
    /// `-E`, `-r`: extended regular expressions.
    pub extended: bool,
    /// `-s`: each file has lines of its own.
    pub separate: bool,
    /// `-i`: files are edited in place, with the suffix of a backup.
    pub in_place: Option<Vec<u8>>,
    /// `-z`: lines end with NUL.
    pub zero: bool,
    /// `--posix`: GNU's additions to patterns are off.
    pub posix: bool,
    /// `--follow-symlinks`.
    pub follow: bool,
    /// `-l`: width of the command `l`; 0 does not wrap.
    pub width: usize,
    /// The script.
    pub script: Vec<u8>,
    /// Where the pieces of the script begin, and the files that they are out of; none for an expression.
    pub pieces: Vec<(usize, Option<Vec<u8>>)>,
    /// `--sandbox`: no file is read or written, and no program run.
    pub sandbox: bool,
    /// No file was named.
    pub unnamed: bool,
    /// Input files; `-` is standard input.
    pub files: Vec<Vec<u8>>,
}

impl Options {
    /// Answers whether the script is out of a file, or in several pieces.
    pub(crate) fn is_pieced(&self) -> bool {
        self.pieces.len() > 1 || self.pieces.iter().any(|it| it.1.is_some())
    }

    /// Answers whether the byte at a place only parts two pieces of the script.
    pub(crate) fn is_joint(&self, at: usize) -> bool {
        self.pieces.iter().any(|it| it.0 == at + 1 && at > 0)
    }

    /// How a place in the script is told of, where so much of it was read: an expression by its number and letter, a file by its line.
    /// A block that stays open has no letter.
    pub(crate) fn place(&self, at: usize, open: bool) -> String {
        let found = self.pieces.iter().rposition(|it| it.0 < at).unwrap_or(0);
        let Some((start, file)) = self.pieces.get(found) else { return "-e expression #1, char 0".to_owned() };
        let end = self.pieces.get(found + 1).map_or(self.script.len(), |it| it.0 - 1);
        let at = at.min(end);
        match file {
            Some(name) => {
                let line = 1 + self.script[*start..at].iter().filter(|it| **it == b'\n').count();
                format!("file {} line {line}", String::from_utf8_lossy(name))
            }
            None => {
                let number = 1 + self.pieces[..found].iter().filter(|it| it.1.is_none()).count();
                format!("-e expression #{number}, char {}", if open { 0 } else { at - start })
            }
        }
    }
}

/// Reads the words behind `sed`.
pub fn read(words: &[Vec<u8>], world: &mut impl World) -> Result<Options, Trouble> {
    let mut options = Options { width: 70, ..Options::default() };
    let (mut scripts, mut rest): (Vec<(Vec<u8>, Option<Vec<u8>>)>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == b"--" {
            rest.extend(words.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix(b"--") {
            let (name, value) = match long.iter().position(|it| *it == b'=') {
                Some(at) => (&long[..at], Some(long[at + 1..].to_vec())),
                None => (long, None),
            };
            match full_name(name)? {
                "quiet" | "silent" => options.quiet = true,
                "regexp-extended" => options.extended = true,
                "separate" => options.separate = true,
                "in-place" => options.in_place = Some(value.unwrap_or_default()),
                "null-data" | "zero-terminated" => options.zero = true,
                "follow-symlinks" => options.follow = true,
                "posix" => options.posix = true,
                "unbuffered" | "line-buffered" | "binary" => {}
                "expression" => scripts.push((given(value, &mut words)?, None)),
                "file" => {
                    let name = given(value, &mut words)?;
                    scripts.push((script_file(&name, world)?, Some(name)));
                }
                "sandbox" => options.sandbox = true,
                "line-length" => options.width = width(&given(value, &mut words)?)?,
                other => return Err(Trouble::Unmodelled(format!("the option `--{other}` of sed is not modelled"))),
            }
        } else if word.len() > 1 && word[0] == b'-' {
            let mut at = 1;
            while at < word.len() {
                let letter = word[at];
                at += 1;
                match letter {
                    b'n' => options.quiet = true,
                    b'E' | b'r' => options.extended = true,
                    b's' => options.separate = true,
                    b'z' => options.zero = true,
                    b'u' | b'b' => {}
                    b'i' => {
                        options.in_place = Some(word[at..].to_vec());
                        at = word.len();
                    }
                    b'e' | b'f' | b'l' => {
                        let value = given((at < word.len()).then(|| word[at..].to_vec()), &mut words)?;
                        match letter {
                            b'e' => scripts.push((value, None)),
                            b'f' => scripts.push((script_file(&value, world)?, Some(value))),
                            _ => options.width = width(&value)?,
                        }
                        at = word.len();
                    }
                    other => return Err(Trouble::Unmodelled(format!("the option `-{}` of sed is not modelled", other as char))),
                }
            }
        } else {
            rest.push(word.clone());
        }
    }
    if scripts.is_empty() {
        if rest.is_empty() {
            return Err(Trouble::Exit("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...".to_owned(), 1));
        }
        scripts.push((rest.remove(0), None));
    }
    let open = |it: &(Vec<u8>, Option<Vec<u8>>)| it.0.ends_with(b"\\\n");
    if scripts.len() > 1 && scripts.iter().any(open) {
        return Err(Trouble::Unmodelled("a file of a script that ends within a text, with more of the script behind it, is not modelled".to_owned()));
    }
    options.separate |= options.in_place.is_some();
    options.unnamed = rest.is_empty();
    for (number, (text, file)) in scripts.into_iter().enumerate() {
        if number > 0 {
            options.script.push(b'\n');
        }
        options.pieces.push((options.script.len(), file));
        options.script.extend(text);
    }
    options.files = if rest.is_empty() { vec![b"-".to_vec()] } else { rest };
    Ok(options)
}

fn given<'a>(value: Option<Vec<u8>>, words: &mut impl Iterator<Item = &'a Vec<u8>>) -> Result<Vec<u8>, Trouble> {
    value.or_else(|| words.next().cloned()).ok_or_else(|| Trouble::Unmodelled("how sed tells of its use is not modelled".to_owned()))
}

fn width(text: &[u8]) -> Result<usize, Trouble> {
    // As atoi(3): what is no number is 0; less than nothing wraps as little as nothing does.
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let digits: Vec<u8> = text.iter().copied().take_while(u8::is_ascii_digit).collect();
    if digits.len() > 9 {
        return Err(Trouble::Unmodelled("such a line length is not modelled".to_owned()));
    }
    Ok(String::from_utf8_lossy(&digits).parse().unwrap_or(0))
}

/// A script file without its final newline, which ends no command of its own.
fn script_file(name: &[u8], world: &mut impl World) -> Result<Vec<u8>, Trouble> {
    let shown = String::from_utf8_lossy(name).into_owned();
    let mut text = if name == b"-" || name == b"/dev/stdin" {
        world.stdin()
    } else {
        world.read(name).map_err(|error| Trouble::Exit(format!("couldn't open file {shown}: {error}"), 4))?
    };
    // The newline behind a last `a\` is its text.
    if text.last() == Some(&b'\n') && !text.ends_with(b"\\\n") {
        text.pop();
    }
    Ok(text)
}

const LONG: &[&str] = &[
    "quiet",
    "silent",
    "regexp-extended",
    "separate",
    "in-place",
    "null-data",
    "zero-terminated",
    "follow-symlinks",
    "unbuffered",
    "line-buffered",
    "binary",
    "expression",
    "file",
    "line-length",
    "posix",
    "debug",
    "sandbox",
    "help",
    "version",
];

/// A long name from its unique beginning, as getopt_long(3) takes it.
fn full_name(name: &[u8]) -> Result<&'static str, Trouble> {
    let shown = String::from_utf8_lossy(name);
    if let Some(exact) = LONG.iter().find(|it| **it == shown) {
        return Ok(exact);
    }
    match LONG.iter().filter(|it| it.starts_with(shown.as_ref())).collect::<Vec<_>>()[..] {
        [one] => Ok(one),
        _ => Err(Trouble::Exit(format!("unrecognized option '--{shown}'"), 1)),
    }
}
