//! nl(1): lines get numbers, by pages of three sections (nl.c of GNU coreutils 9.1).

use gnu_regex::{Flavour, Options, Regex};

use crate::{
    Answer,
    call::{Call, bare, lines, unmodelled},
    number::bounded_signed,
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "h:b:f:v:i:pl:s:w:n:d:",
    long: &[
        ("header-numbering", Value, 'h'),
        ("body-numbering", Value, 'b'),
        ("footer-numbering", Value, 'f'),
        ("starting-line-number", Value, 'v'),
        ("line-increment", Value, 'i'),
        ("no-renumber", Nothing, 'p'),
        ("join-blank-lines", Value, 'l'),
        ("number-separator", Value, 's'),
        ("number-width", Value, 'w'),
        ("number-format", Value, 'n'),
        ("section-delimiter", Value, 'd'),
    ],
    status: 1,
    ordered: false,
};
/// The widest number that is made here: a wider one is all blanks.
const WIDEST: i64 = 1 << 16;

/// Which lines of a section get a number.
enum Style {
    All,
    Filled,
    None,
    Matching(Regex),
}

/// How a number stands in its width.
#[derive(Clone, Copy)]
enum Format {
    Left,
    Right,
    Zeros,
}

struct Wanted {
    header: Style,
    body: Style,
    footer: Style,
    start: i64,
    step: i64,
    renumbers: bool,
    join: i64,
    separator: Vec<u8>,
    width: usize,
    format: Format,
    delimiter: Vec<u8>,
}

/// nl(1).
pub(crate) fn nl(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted {
        header: Style::None,
        body: Style::Filled,
        footer: Style::None,
        start: 1,
        step: 1,
        renumbers: true,
        join: 1,
        separator: b"\t".to_vec(),
        width: 6,
        format: Format::Right,
        delimiter: b"\\:".to_vec(),
    };
    let (mut wrong, mut delimited) = (false, false);
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, value)) = reader.next(call)? {
        let value = value.unwrap_or_default();
        match letter {
            'h' => set(call, &mut wanted.header, &value, "header", &mut wrong)?,
            'b' => set(call, &mut wanted.body, &value, "body", &mut wrong)?,
            'f' => set(call, &mut wanted.footer, &value, "footer", &mut wrong)?,
            'v' => wanted.start = bounded_signed(call, &value, i64::MIN, i64::MAX, "invalid starting line number")?,
            'i' => wanted.step = bounded_signed(call, &value, i64::MIN, i64::MAX, "invalid line number increment")?,
            'p' => wanted.renumbers = false,
            'l' => wanted.join = bounded_signed(call, &value, 1, i64::MAX, "invalid line number of blank lines")?,
            's' => wanted.separator = value,
            'w' => {
                let width = bounded_signed(call, &value, 1, i64::from(i32::MAX), "invalid line number field width")?;
                if width > WIDEST {
                    return unmodelled("so wide a number is not modelled");
                }
                wanted.width = width as usize;
            }
            'n' => match value.as_slice() {
                b"ln" => wanted.format = Format::Left,
                b"rn" => wanted.format = Format::Right,
                b"rz" => wanted.format = Format::Zeros,
                _ => {
                    call.complain([b"invalid line numbering format: ".as_slice(), &call.quoted(&value)].concat());
                    wrong = true;
                }
            },
            _ if std::mem::replace(&mut delimited, true) => return unmodelled("several delimiters of nl are not modelled"),
            // Of one letter it is the first, and the second stays.
            _ if value.len() == 1 => wanted.delimiter[0] = value[0],
            _ => wanted.delimiter = value,
        }
    }
    if wrong {
        return call.usage(1);
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    let mut state = State { section: Section::Body, number: Some(wanted.start), blank: 0 };
    for name in operands {
        if let Some(text) = call.input_or_complain(&name) {
            state.show(call, &text, &wanted)?;
        }
    }
    Ok(())
}

/// Takes the style of a section.
fn set(call: &mut Call<'_>, style: &mut Style, value: &[u8], section: &str, wrong: &mut bool) -> Answer {
    *style = match value.first() {
        Some(b'a') => Style::All,
        Some(b't') => Style::Filled,
        Some(b'n') => Style::None,
        Some(b'p') => {
            if call.world.is_ascii() && !value.is_ascii() {
                return unmodelled("a pattern that is not ASCII, in a locale that has nothing else, is not modelled");
            }
            let options = Options { flavour: Flavour::Basic, fold: false, multiline: false, escapes: false, strict: false, reader: gnu_regex::Reader::Expr };
            match Regex::new(&value[1..], options) {
                Ok(regex) => Style::Matching(regex),
                Err(error) => return unmodelled(format!("a pattern of nl that is wrong or not known is not modelled: {}", error.0)),
            }
        }
        _ => {
            call.complain([format!("invalid {section} numbering style: ").as_bytes(), &call.quoted(value)].concat());
            *wrong = true;
            return Ok(());
        }
    };
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Header,
    Body,
    Footer,
}

/// What goes over from one file to the next.
struct State {
    section: Section,
    /// The next number; none where it would be too large.
    number: Option<i64>,
    blank: i64,
}

impl State {
    fn show(&mut self, call: &mut Call<'_>, text: &[u8], wanted: &Wanted) -> Answer {
        for line in lines(text, b'\n') {
            let line = bare(line, b'\n');
            if let Some(section) = begun(line, &wanted.delimiter) {
                self.section = section;
                if wanted.renumbers {
                    self.number = Some(wanted.start);
                }
                call.out.push(b'\n');
                continue;
            }
            if self.is_numbered(call, line, wanted)? {
                let Some(number) = self.number else { return call.fail("line number overflow", 1) };
                let width = wanted.width;
                let text = match wanted.format {
                    Format::Left => format!("{number:<width$}"),
                    Format::Right => format!("{number:>width$}"),
                    Format::Zeros => format!("{number:0width$}"),
                };
                call.out.extend_from_slice(text.as_bytes());
                call.out.extend_from_slice(&wanted.separator);
                self.number = number.checked_add(wanted.step);
            } else {
                call.out.resize(call.out.len() + wanted.width + wanted.separator.len(), b' ');
            }
            call.out.extend_from_slice(line);
            call.out.push(b'\n');
        }
        Ok(())
    }

    fn is_numbered(&mut self, call: &Call<'_>, line: &[u8], wanted: &Wanted) -> Answer<bool> {
        let style = match self.section {
            Section::Header => &wanted.header,
            Section::Body => &wanted.body,
            Section::Footer => &wanted.footer,
        };
        Ok(match style {
            Style::None => false,
            Style::Filled => !line.is_empty(),
            Style::All if wanted.join > 1 && line.is_empty() => {
                self.blank += 1;
                let enough = self.blank == wanted.join;
                if enough {
                    self.blank = 0;
                }
                enough
            }
            Style::All => {
                self.blank = 0;
                true
            }
            Style::Matching(regex) => {
                if std::str::from_utf8(line).is_err() || call.world.is_ascii() && !line.is_ascii() {
                    return unmodelled("patterns and bytes that are no letters are not modelled");
                }
                match regex.find_at(line, 0) {
                    Ok(found) => found.is_some(),
                    Err(_) => return unmodelled("the pattern needs too many steps"),
                }
            }
        })
    }
}

/// The section that a line begins: its delimiter three times, twice or once, and nothing else. A delimiter of less than two bytes is none.
fn begun(line: &[u8], delimiter: &[u8]) -> Option<Section> {
    if delimiter.len() < 2 {
        return None;
    }
    [Section::Header, Section::Body, Section::Footer].into_iter().zip([3, 2, 1]).find(|it| line == delimiter.repeat(it.1)).map(|it| it.0)
}
