//! Finds the next patch in a text, as GNU patch does: whatever stands before it is passed over, and names, times and modes are
//! picked up on the way. Source: the manual's "Headers" and "Multiple Patches in a File", and what patch 2.7.6 does.

use crate::{
    date,
    model::{FilePatch, INDEX, Kind, NEW, OLD, Stamp},
    name,
    reader::{Dress, Reader},
};

/// What is known before a patch is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// The form that the options name.
    pub(crate) kind: Option<Kind>,
    /// Whether names must be found in the patch.
    pub(crate) needs_header: bool,
    /// Leading folders that are stripped; all, where none are named.
    pub(crate) strip: Option<usize>,
}

/// What was found.
pub(crate) enum Found {
    /// A patch; the reader stands at its hunks.
    Patch(Box<FilePatch>),
    /// Nothing more, and what was said on the way.
    Nothing(Vec<String>),
    /// What is not read, and why.
    Odd(String),
}

/// A place: bytes before it, lines before it.
type Place = (usize, i64);

/// Looks for the next patch.
pub(crate) fn next(reader: &mut Reader<'_>, search: Search) -> Found {
    let mut scan = Scan::new(reader, search);
    loop {
        let before = std::mem::replace(&mut scan.here, (reader.at, reader.line));
        scan.previous = before;
        let Some(line) = reader.next(Dress { no_comments: true, ..Dress::default() }) else { return scan.end(reader) };
        // Comments were passed over: the line begins where it was found.
        scan.here = (line.start, reader.line - 1);
        scan.patch.said.extend(reader.told());
        let kind = scan.line(line.of(reader.text));
        if let Some(text) = scan.odd.take() {
            return Found::Odd(text);
        }
        if let Some(kind) = kind {
            return scan.found(reader, kind);
        }
    }
}

struct Scan {
    patch: FilePatch,
    search: Search,
    needs_header: bool,
    here: Place,
    previous: Place,
    first_command: Option<Place>,
    was_command: bool,
    /// Whether the line before is one of stars, and how far lines are indented.
    after_stars: bool,
    indent: usize,
    /// Whether git's own header lines were seen: such a patch may do without hunks.
    extended: bool,
    odd: Option<String>,
}

impl Scan {
    fn new(reader: &Reader<'_>, search: Search) -> Scan {
        let patch = FilePatch {
            kind: Kind::Unified,
            names: [None, None, None],
            times: [None, None],
            stamps: [Stamp::Unknown; 2],
            nonexistent: [0; 2],
            modes: [0; 2],
            git: false,
            rename: [false; 2],
            copy: [false; 2],
            prerequisite: None,
            indent: 0,
            strips_returns: false,
            base: reader.at,
            start: reader.at,
            line: 0,
            hunks: Vec::new(),
            said: Vec::new(),
            fatal: None,
        };
        let here = (reader.at, reader.line);
        Scan {
            patch,
            needs_header: search.needs_header && !matches!(search.kind, Some(Kind::Ed | Kind::Normal)),
            search,
            here,
            previous: here,
            first_command: None,
            was_command: false,
            after_stars: false,
            indent: 0,
            extended: false,
            odd: None,
        }
    }

    /// Looks at a line; answers with the form of the diff that begins there or with the line before.
    fn line(&mut self, raw: &[u8]) -> Option<Kind> {
        let returns = raw.ends_with(b"\r");
        let (indent, text) = indented(raw);
        let indent_before = std::mem::replace(&mut self.indent, indent);
        let command = is_normal_command(text);
        let was_command = std::mem::replace(&mut self.was_command, command);
        let after_stars = self.after_stars;
        if !self.needs_header && self.first_command.is_none() && (command || is_ed_command(text)) {
            self.first_command = Some(self.here);
            self.patch.indent = indent;
            self.patch.strips_returns = returns;
        }
        if self.patch.git && text.starts_with(b"GIT binary patch") {
            return self.at(self.here, Kind::GitBinary);
        }
        if text.starts_with(b"diff --git ") && self.extended {
            return self.at(self.here, Kind::Unified);
        }
        self.word(text, after_stars, returns);
        if self.needs_header {
            return None;
        }
        let may_be = |kinds: &[Kind]| self.search.kind.is_none_or(|it| kinds.contains(&it));
        if let (true, b".", Some(first)) = (may_be(&[Kind::Ed]), text, self.first_command) {
            return self.at(first, Kind::Ed);
        }
        if may_be(&[Kind::Unified]) && text.starts_with(b"@@ -") {
            return self.unified(&text[4..], indent);
        }
        self.after_stars = text.starts_with(b"********");
        if may_be(&[Kind::Context, Kind::NewContext]) && after_stars && indent == indent_before && text.starts_with(b"*** ") {
            self.patch.strips_returns = returns;
            return self.context(&text[4..], indent);
        }
        if may_be(&[Kind::Normal]) && was_command && (text.starts_with(b"< ") || text.starts_with(b"> ")) {
            self.patch.indent = indent;
            if self.first_command.is_some_and(|it| it != self.previous) {
                self.odd = Some("a command before the first hunk of a normal diff is not read".to_owned());
            }
            return self.at(self.previous, Kind::Normal);
        }
        None
    }

    fn at(&mut self, place: Place, kind: Kind) -> Option<Kind> {
        self.patch.start = place.0;
        self.patch.line = place.1 + 1;
        Some(kind)
    }

    /// Picks up what a header line says. The names of `---` and `+++` lines are those of the other side in a context diff, and change
    /// places once an `@@` shows that the diff is unified.
    fn word(&mut self, text: &[u8], after_stars: bool, returns: bool) {
        if let (false, Some(rest)) = (after_stars, text.strip_prefix(b"*** ")) {
            self.name(OLD, rest, true);
            self.needs_header = false;
        } else if let Some(rest) = text.strip_prefix(b"+++ ") {
            self.name(OLD, rest, true);
            self.needs_header = false;
            self.patch.strips_returns = returns;
        } else if let Some(rest) = text.strip_prefix(b"Index:") {
            self.name(INDEX, rest, false);
            self.needs_header = false;
            self.patch.strips_returns = returns;
        } else if let Some(rest) = text.strip_prefix(b"Prereq:") {
            self.prerequisite(rest);
        } else if let Some(rest) = text.strip_prefix(b"diff --git ") {
            let both = git_names(rest, self.search.strip);
            self.patch.names[OLD] = both.as_ref().map(|it| it.0.clone());
            self.patch.names[NEW] = both.map(|it| it.1);
            self.patch.git = true;
            self.needs_header = false;
        } else if !(self.patch.git && self.extended_header(text)) {
            let mut rest = text;
            while let Some(behind) = rest.strip_prefix(b"- ") {
                rest = behind;
            }
            if let Some(rest) = rest.strip_prefix(b"--- ") {
                self.name(NEW, rest, true);
                self.needs_header = false;
                self.patch.strips_returns = returns;
            }
        }
    }

    /// A line of git's own, behind `diff --git`.
    fn extended_header(&mut self, text: &[u8]) -> bool {
        let patch = &mut self.patch;
        if let Some(rest) = text.strip_prefix(b"index ") {
            let Some((old, new, mode)) = index_line(rest) else { return true };
            let absent = |hex: &[u8]| if hex.iter().all(|it| *it == b'0') { 2 } else { u8::from(is_empty_blob(hex)) };
            patch.nonexistent = [absent(old), absent(new)];
            if let Some(mode) = mode {
                patch.modes = [mode; 2];
            }
        } else if let Some(rest) = text.strip_prefix(b"old mode ") {
            patch.modes[OLD] = mode(rest);
        } else if let Some(rest) = text.strip_prefix(b"new mode ") {
            patch.modes[NEW] = mode(rest);
        } else if let Some(rest) = text.strip_prefix(b"deleted file mode ") {
            patch.modes[OLD] = mode(rest);
            patch.nonexistent[NEW] = 2;
        } else if let Some(rest) = text.strip_prefix(b"new file mode ") {
            patch.modes[NEW] = mode(rest);
            patch.nonexistent[OLD] = 2;
        } else if text.starts_with(b"rename from ") {
            patch.rename[OLD] = true;
        } else if text.starts_with(b"rename to ") {
            patch.rename[NEW] = true;
        } else if text.starts_with(b"copy from ") {
            patch.copy[OLD] = true;
        } else if text.starts_with(b"copy to ") {
            patch.copy[NEW] = true;
        } else {
            return false;
        }
        self.extended = true;
        true
    }

    /// Keeps the name and time of a header line. `/dev/null` is no name: it says that there is no file.
    fn name(&mut self, side: usize, text: &[u8], timed: bool) {
        let text = trimmed(text);
        let (name, time) = if text.starts_with(b"\"") {
            let Some((name, rest)) = name::quoted(text) else { return };
            (name, rest)
        } else {
            // An `Index:` line holds a name and nothing else.
            let end = if timed { name_end(text) } else { text.len() };
            (text[..end].to_vec(), &text[end..])
        };
        if name == b"/dev/null" {
            if timed {
                self.patch.stamps[side] = Stamp::Epoch;
            }
            return;
        }
        let Some(name) = name::stripped(&name, self.search.strip) else { return };
        self.patch.names[side] = Some(name);
        if timed {
            let time = time.strip_suffix(b"\r").unwrap_or(time);
            match date::read(time) {
                Some(stamp) => self.patch.stamps[side] = stamp,
                None => self.odd = Some(format!("the time `{}` of a header may be the epoch, in a form that is not read", String::from_utf8_lossy(time))),
            }
            self.patch.times[side] = Some(time.to_vec());
        }
    }

    fn prerequisite(&mut self, text: &[u8]) {
        let mut words = text.split(u8::is_ascii_whitespace).filter(|it| !it.is_empty());
        self.patch.prerequisite = words.next().map(<[u8]>::to_vec);
        if self.patch.prerequisite.is_some() && words.next().is_some() {
            self.patch.said.push(format!("Prereq: with multiple words at line {} of patch\n", self.here.0));
        }
    }

    /// The first hunk of a unified diff begins: the names take their places.
    fn unified(&mut self, ranges: &[u8], indent: usize) -> Option<Kind> {
        self.patch.names.swap(OLD, NEW);
        self.patch.times.swap(OLD, NEW);
        self.patch.stamps.swap(OLD, NEW);
        let sure = |stamp: Stamp| 1 + u8::from(stamp == Stamp::Epoch);
        if is_zero(ranges) {
            self.patch.nonexistent[OLD] = sure(self.patch.stamps[OLD]);
        }
        let second = ranges.iter().position(|it| *it == b' ').map_or(&[][..], |at| &ranges[at..]);
        let blanks = second.iter().take_while(|it| **it == b' ').count();
        if second[blanks..].strip_prefix(b"+").is_some_and(is_zero) {
            self.patch.nonexistent[NEW] = sure(self.patch.stamps[NEW]);
        }
        self.patch.indent = indent;
        self.at(self.here, Kind::Unified)
    }

    /// The first hunk of a context diff begins, with the line of stars before.
    fn context(&mut self, range: &[u8], indent: usize) -> Option<Kind> {
        if is_zero(range) {
            self.patch.nonexistent[OLD] = 1 + u8::from(self.patch.stamps[OLD] == Stamp::Epoch);
        }
        self.patch.indent = indent;
        // A carriage return hides the star, as it does from patch.
        let kind = if range.ends_with(b"*") { Kind::NewContext } else { Kind::Context };
        self.at(self.previous, kind)
    }

    fn found(mut self, reader: &mut Reader<'_>, kind: Kind) -> Found {
        self.patch.kind = kind;
        reader.at = self.patch.start;
        reader.line = self.patch.line - 1;
        Found::Patch(Box::new(self.patch))
    }

    /// The text is at its end: what was found may be a patch all the same.
    fn end(mut self, reader: &mut Reader<'_>) -> Found {
        if let Some(first) = self.first_command {
            let kind = self.at(first, Kind::Ed).unwrap_or(Kind::Ed);
            return self.found(reader, kind);
        }
        if self.extended {
            self.at((reader.at, reader.line - 1), Kind::Unified);
            let (at, line) = (reader.at, reader.line);
            let found = self.found(reader, Kind::Unified);
            (reader.at, reader.line) = (at, line);
            return found;
        }
        Found::Nothing(self.patch.said)
    }
}

/// Columns of indentation, where an `X` counts as a blank, and what follows.
fn indented(raw: &[u8]) -> (usize, &[u8]) {
    let mut indent = 0;
    for (at, byte) in raw.iter().enumerate() {
        match byte {
            b'\t' => indent = (indent + 8) & !7,
            b' ' | b'X' => indent += 1,
            _ => return (indent, &raw[at..]),
        }
    }
    (indent, &[])
}

fn is_zero(range: &[u8]) -> bool {
    range.first() == Some(&b'0') && !range.get(1).is_some_and(u8::is_ascii_digit)
}

fn trimmed(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|it| it.is_ascii_whitespace() || **it == 11).count()..]
}

/// Where an unquoted name ends: at the first blank, unless a tab follows later, which then ends it.
fn name_end(text: &[u8]) -> usize {
    let tab = text.iter().position(|it| *it == b'\t');
    let blank = text.iter().position(|it| it.is_ascii_whitespace() || *it == 11);
    match (blank, tab) {
        (None, _) => text.len(),
        (Some(blank), None) => blank,
        // Blanks just before the tab are no part of the name.
        (Some(_), Some(tab)) => text[..tab].iter().rposition(|it| !it.is_ascii_whitespace() && *it != 11).map_or(0, |it| it + 1),
    }
}

/// The command of a normal diff: lines, a letter, lines.
fn is_normal_command(text: &[u8]) -> bool {
    let range = |text: &[u8]| text.iter().take_while(|it| it.is_ascii_digit() || **it == b',').count();
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let Some((letter, rest)) = text[range(text)..].split_first() else { return false };
    let rest = &rest[range(rest)..];
    let rest = &rest[rest.iter().take_while(|it| matches!(it, b' ' | b'\t')).count()..];
    b"dca".contains(letter) && matches!(rest, b"" | b"\r")
}

/// A command of ed(1) that a diff may have.
fn is_ed_command(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|it| it.is_ascii_digit()).count();
    let (mut rest, mut pair) = (&text[digits(text)..], false);
    if let (true, Some(second)) = (rest.len() < text.len(), rest.strip_prefix(b",")) {
        if digits(second) == 0 {
            return false;
        }
        rest = &second[digits(second)..];
        pair = true;
    }
    let Some((letter, rest)) = rest.split_first() else { return false };
    let rest = match letter {
        b'a' | b'i' if !pair => rest,
        b'c' | b'd' => rest,
        b's' => match rest.strip_prefix(b"/.//") {
            Some(rest) => rest,
            None => return false,
        },
        _ => return false,
    };
    rest.iter().all(|it| matches!(it, b' ' | b'\t'))
}

/// The two names of a `diff --git` line.
fn git_names(text: &[u8], strip: Option<usize>) -> Option<(Vec<u8>, Vec<u8>)> {
    let one = |text: &[u8]| -> Option<(Vec<u8>, usize)> {
        let text_at = trimmed(text);
        let skipped = text.len() - text_at.len();
        if text_at.starts_with(b"\"") {
            let (name, rest) = name::quoted(text_at)?;
            return Some((name::stripped(&name, strip)?, text.len() - rest.len()));
        }
        let end = text_at.iter().position(u8::is_ascii_whitespace).unwrap_or(text_at.len());
        Some((name::stripped(&text_at[..end], strip)?, skipped + end))
    };
    let (old, end) = one(text)?;
    let rest = &text[end..];
    if !rest.first().is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    let (new, end) = one(rest)?;
    trimmed(&rest[end..]).is_empty().then_some((old, new))
}

fn index_line(text: &[u8]) -> Option<(&[u8], &[u8], Option<u32>)> {
    let hex = |text: &[u8]| text.iter().take_while(|it| it.is_ascii_hexdigit()).count();
    let (old, rest) = text.split_at(hex(text));
    let rest = rest.strip_prefix(b"..")?;
    let (new, rest) = rest.split_at(hex(rest));
    if old.is_empty() || new.is_empty() || !rest.first().is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    let rest = trimmed(rest);
    Some((old, new, (!rest.is_empty()).then(|| mode(rest))))
}

/// Answers whether a name of a git object is that of the empty file (`git hash-object /dev/null`).
fn is_empty_blob(hex: &[u8]) -> bool {
    b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".starts_with(hex)
}

/// A mode as git writes it, six octal digits; 0 where it is none.
fn mode(text: &[u8]) -> u32 {
    let digits = text.iter().take_while(|it| (b'0'..=b'7').contains(it)).count();
    let behind = text.get(digits);
    if digits == 6 && behind.is_none_or(u8::is_ascii_whitespace) { text[..6].iter().fold(0, |all, it| all << 3 | u32::from(it - b'0')) } else { 0 }
}
