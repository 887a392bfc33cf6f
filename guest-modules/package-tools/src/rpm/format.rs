//! `--queryformat` (rpm(8), QUERYFORMAT): a header poured into a text.
//!
//! Tags and conversions that stand in the tables below are carried out; any other is unmodelled.

use super::header::{Data, Header, tag};

/// How deep brackets and conditions may stand in each other; rpm's own macros stay below 8.
const MOST_DEPTH: usize = 32;
/// The longest answer for one package.
const MOST_TEXT: usize = 4 << 20;

/// Tags by name (rpmtag.h); those of number 0 are made of others.
const TAGS: &[(&str, u32)] = &[
    ("NAME", 1000),
    ("N", 1000),
    ("VERSION", 1001),
    ("V", 1001),
    ("RELEASE", 1002),
    ("R", 1002),
    ("EPOCH", 1003),
    ("E", 1003),
    ("SUMMARY", 1004),
    ("DESCRIPTION", 1005),
    ("BUILDTIME", 1006),
    ("BUILDHOST", 1007),
    ("INSTALLTIME", 1008),
    ("SIZE", 1009),
    ("DISTRIBUTION", 1010),
    ("VENDOR", 1011),
    ("LICENSE", 1014),
    ("PACKAGER", 1015),
    ("GROUP", 1016),
    ("URL", 1020),
    ("OS", 1021),
    ("ARCH", 1022),
    ("FILESIZES", 1028),
    ("FILEMODES", 1030),
    ("FILEMTIMES", 1034),
    ("FILEMD5S", 1035),
    ("FILEDIGESTS", 1035),
    ("FILELINKTOS", 1036),
    ("FILEFLAGS", 1037),
    ("FILEUSERNAME", 1039),
    ("FILEGROUPNAME", 1040),
    ("SOURCERPM", 1044),
    ("PROVIDENAME", 1047),
    ("REQUIRENAME", 1049),
    ("RPMVERSION", 1064),
    ("DIRINDEXES", 1116),
    ("BASENAMES", 1117),
    ("DIRNAMES", 1118),
    ("FILENAMES", 0),
    ("NVR", 0),
    ("NVRA", 0),
    ("NEVR", 0),
    ("NEVRA", 0),
    ("EVR", 0),
    ("EPOCHNUM", 0),
];

/// Tags that hold a list; others hold one value.
const LISTS: &[&str] = &[
    "FILESIZES", "FILEMODES", "FILEMTIMES", "FILEMD5S", "FILEDIGESTS", "FILELINKTOS", "FILEFLAGS", "FILEUSERNAME", "FILEGROUPNAME", "PROVIDENAME", "REQUIRENAME",
    "DIRINDEXES", "BASENAMES", "DIRNAMES", "FILENAMES",
];

/// A piece of a format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Tag { name: &'static str, number: u32, left: bool, width: usize, first: bool, conversion: Option<Conversion> },
    List(Vec<Piece>),
    Condition { name: &'static str, number: u32, yes: Vec<Piece>, no: Vec<Piece> },
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Conversion {
    Octal,
    Hex,
    Permissions,
    FileFlags,
}

struct Reader<'f> {
    rest: &'f str,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, ends: &[char]) -> Result<(String, char), String> {
        let at = self.rest.find(ends).ok_or("a format that ends within a tag")?;
        let text = self.rest[..at].to_owned();
        let end = self.rest[at..].chars().next().unwrap_or_default();
        self.rest = &self.rest[at + end.len_utf8()..];
        Ok((text, end))
    }

    /// Pieces up to one of the closing letters; none closes the outermost level.
    fn pieces(&mut self, close: Option<char>, depth: usize) -> Result<Vec<Piece>, String> {
        if depth > MOST_DEPTH {
            return Err("a format that is nested so deep".into());
        }
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.next() {
            let piece = match letter {
                _ if Some(letter) == close => {
                    flush(&mut pieces, &mut text);
                    return Ok(pieces);
                }
                '\\' => {
                    text.push(match self.next().ok_or("a format that ends with `\\`")? {
                        'a' => '\x07',
                        'b' => '\x08',
                        'f' => '\x0c',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'v' => '\x0b',
                        other => other,
                    });
                    continue;
                }
                '%' if self.eat("%") => {
                    text.push('%');
                    continue;
                }
                '%' if self.eat("|") => self.condition(depth)?,
                '%' => self.tag()?,
                '[' => Piece::List(self.pieces(Some(']'), depth + 1)?),
                ']' | '}' => return Err(format!("a format with a `{letter}` of its own")),
                other => {
                    text.push(other);
                    continue;
                }
            };
            flush(&mut pieces, &mut text);
            pieces.push(piece);
        }
        if close.is_some() {
            return Err("a format whose brackets don't close".into());
        }
        flush(&mut pieces, &mut text);
        Ok(pieces)
    }

    fn tag(&mut self) -> Result<Piece, String> {
        let (width, _) = self.until(&['{'])?;
        let left = width.starts_with('-');
        let digits = width.trim_start_matches('-');
        if !digits.bytes().all(|it| it.is_ascii_digit()) || digits.starts_with('0') || digits.len() > 3 || width.len() > digits.len() + usize::from(left) || left && digits.is_empty() {
            return Err(format!("the width `{width}` of a format"));
        }
        let first = self.eat("=");
        let (word, _) = self.until(&['}'])?;
        let (name, conversion) = match word.split_once(':') {
            None => (word.as_str(), None),
            Some((name, "octal")) => (name, Some(Conversion::Octal)),
            Some((name, "hex")) => (name, Some(Conversion::Hex)),
            Some((name, "perms" | "permissions")) => (name, Some(Conversion::Permissions)),
            Some((name, "fflags")) => (name, Some(Conversion::FileFlags)),
            Some((_, other)) => return Err(format!("the conversion `{other}`")),
        };
        let (name, number) = known(name)?;
        Ok(Piece::Tag { name, number, left, width: digits.parse().unwrap_or(0), first, conversion })
    }

    fn condition(&mut self, depth: usize) -> Result<Piece, String> {
        let (word, _) = self.until(&['?'])?;
        let (name, number) = known(&word)?;
        if !self.eat("{") {
            return Err("a condition of that form".into());
        }
        let yes = self.pieces(Some('}'), depth + 1)?;
        let no = match self.next() {
            Some('|') => return Ok(Piece::Condition { name, number, yes, no: Vec::new() }),
            Some(':') if self.eat("{") => self.pieces(Some('}'), depth + 1)?,
            _ => return Err("a condition of that form".into()),
        };
        if !self.eat("|") {
            return Err("a condition of that form".into());
        }
        Ok(Piece::Condition { name, number, yes, no })
    }
}

fn flush(pieces: &mut Vec<Piece>, text: &mut String) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
}

fn known(name: &str) -> Result<(&'static str, u32), String> {
    let upper = name.to_ascii_uppercase();
    // The long form of a name stands in capitals only.
    let plain = if name.starts_with("RPMTAG_") { &upper["RPMTAG_".len()..] } else { upper.as_str() };
    TAGS.iter().find(|it| it.0 == plain).copied().ok_or_else(|| format!("the tag `{name}`"))
}

/// Reads a format; the error says what is not modelled.
pub(crate) fn read(format: &str) -> Result<Vec<Piece>, String> {
    if format.contains('\0') {
        return Err("a format with a NUL".into());
    }
    Reader { rest: format }.pieces(None, 0)
}

fn value(header: &Header, name: &str, number: u32) -> Option<Data> {
    let text = |text: String| Some(Data::Translated(text));
    match name {
        "FILENAMES" => Some(header.files()).filter(|it| !it.is_empty()).map(Data::Texts),
        "NVR" => text(header.nvr()),
        "NVRA" => text(header.nvra()),
        "EVR" => text(header.evr()),
        "NEVR" => text(format!("{}-{}", header.name(), header.evr())),
        "NEVRA" => text(format!("{}-{}{}", header.name(), header.evr(), header.text(tag::ARCH).map(|it| format!(".{it}")).unwrap_or_default())),
        "EPOCHNUM" => Some(Data::Numbers(vec![header.numbers(tag::EPOCH).first().copied().unwrap_or(0)])),
        _ => header.get(number).cloned(),
    }
}

/// Pours a header into a format; the error says what is not modelled.
pub(crate) fn fill(header: &Header, pieces: &[Piece]) -> Result<String, String> {
    let mut out = String::new();
    fill_into(header, pieces, None, &mut out)?;
    Ok(out)
}

fn fill_into(header: &Header, pieces: &[Piece], at: Option<usize>, out: &mut String) -> Result<(), String> {
    for piece in pieces {
        if out.len() > MOST_TEXT {
            return Err("an answer that long".into());
        }
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Condition { name, number, yes, no } => {
                let has = value(header, name, *number).is_some();
                fill_into(header, if has { yes } else { no }, at, out)?;
            }
            Piece::List(pieces) => {
                if at.is_some() {
                    return Err("a list in a list".into());
                }
                list(header, pieces, out)?;
            }
            Piece::Tag { name, number, left, width, first, conversion } => {
                let shown = match value(header, name, *number) {
                    None => "(none)".to_owned(),
                    Some(data) => show(name, &data, if *first { 0 } else { at.unwrap_or(0) }, *conversion)?,
                };
                let pad = " ".repeat(width.saturating_sub(shown.len()));
                out.push_str(&if *left { format!("{shown}{pad}") } else { format!("{pad}{shown}") });
            }
        }
    }
    Ok(())
}

/// `[…]`: once for each element of the lists in it, which are of one length.
fn list(header: &Header, pieces: &[Piece], out: &mut String) -> Result<(), String> {
    let mut length = None;
    for piece in pieces {
        match piece {
            Piece::Text(_) | Piece::Tag { first: true, .. } => {}
            Piece::Tag { name, number, .. } if LISTS.contains(name) => {
                let Some(data) = value(header, name, *number) else { return Err("a list of a tag that the package does not have".into()) };
                if length.replace(data.len()).is_some_and(|it| it != data.len()) {
                    return Err("a list of tags of different lengths".into());
                }
            }
            _ => return Err("a list with something else than lists".into()),
        }
    }
    let Some(length) = length else { return Err("a list without a list".into()) };
    for at in 0..length {
        fill_into(header, pieces, Some(at), out)?;
    }
    Ok(())
}

fn show(name: &str, data: &Data, at: usize, conversion: Option<Conversion>) -> Result<String, String> {
    Ok(match (data, conversion) {
        (Data::Translated(text), None) => text.clone(),
        (Data::Texts(texts), None) => texts.get(at).cloned().unwrap_or_default(),
        (Data::Numbers(numbers), conversion) => {
            let number = numbers.get(at).copied().unwrap_or(0);
            match conversion {
                None => number.to_string(),
                Some(Conversion::Octal) => format!("{number:o}"),
                Some(Conversion::Hex) => format!("{number:x}"),
                Some(Conversion::Permissions) if name == "FILEMODES" => permissions(number),
                Some(Conversion::FileFlags) if name == "FILEFLAGS" => file_flags(number),
                Some(_) => return Err(format!("that conversion for {name}")),
            }
        }
        _ => return Err(format!("a conversion of {name}")),
    })
}

/// As `ls -l` shows a mode (rpm's `rpmPermsString`).
fn permissions(mode: u64) -> String {
    let kind = match mode & 0o170_000 {
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o020_000 => 'c',
        0o060_000 => 'b',
        0o010_000 => 'p',
        0o140_000 => 's',
        _ => '-',
    };
    let mut text = String::from(kind);
    for (shift, set, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & set != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// Letters of file flags in rpm's order (formats.c, `rpmFFlagsString`).
fn file_flags(flags: u64) -> String {
    [(1 << 1, 'd'), (1, 'c'), (1 << 2, 's'), (1 << 3, 'm'), (1 << 4, 'n'), (1 << 6, 'g'), (1 << 7, 'l'), (1 << 8, 'r'), (1 << 12, 'a')]
        .iter()
        .filter(|it| flags & it.0 != 0)
        .map(|it| it.1)
        .collect()
}
