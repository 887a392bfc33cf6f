//! Scripts as text. One file, as a command, its addresses and its texts are one grammar, in which each place decides how the next byte
//! is read.

use std::{collections::BTreeMap, rc::Rc};

use gnu_regex::{Flavour, Letter, Regex, decode, escaped};

use crate::{
    Options, Trouble,
    command::{Address, Case, Command, End, Pattern, Piece, Range, Substitute, Verb},
};

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    options: &'a Options,
    /// Files of `w` that were named: they are made before the rest is read.
    opened: Vec<Vec<u8>>,
    /// Where blocks begin that are open.
    open: Vec<usize>,
}

type Answer<T> = Result<T, Trouble>;

const SANDBOX: &str = "e/r/w commands disabled in sandbox mode";

/// A place that names a label until all labels are known.
enum Pending {
    Branch(usize, Vec<u8>),
}

/// A script's commands, and whether it begins with `#n`.
pub(crate) fn parse(options: &Options) -> Result<(Vec<Command>, bool), (Trouble, Vec<Vec<u8>>)> {
    let mut parser = Parser { text: &options.script, at: 0, options, opened: Vec::new(), open: Vec::new() };
    read(&mut parser).map_err(|trouble| (trouble, parser.opened))
}

fn read(parser: &mut Parser<'_>) -> Answer<(Vec<Command>, bool)> {
    let options = parser.options;
    // Whatever follows: GNU sed 4.9 looks at no third letter, its manual notwithstanding.
    let quiet = options.script.starts_with(b"#n");
    let (mut commands, mut blocks): (Vec<Command>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut labels, mut pending) = (BTreeMap::new(), Vec::new());
    loop {
        parser.skip(|it| it.is_ascii_whitespace() || it == b';');
        if parser.peek().is_none() {
            break;
        }
        let (from, to) = parser.addresses()?;
        parser.blanks();
        let negated = parser.peek() == Some(b'!');
        if negated {
            parser.at += 1;
            parser.blanks();
            if parser.peek() == Some(b'!') {
                parser.at += 1;
                return parser.wrong("multiple `!'s");
            }
        }
        if options.is_joint(parser.at) {
            return parser.wrong("missing command");
        }
        let Some(letter) = parser.next() else { return parser.wrong("missing command") };
        let range = if matches!(from, Some(Address::Zero)) { Range::Active } else { Range::Inactive };
        let place = commands.len();
        let verb = match letter {
            b'{' => {
                blocks.push(place);
                parser.open.push(parser.at);
                Verb::Block(0)
            }
            b'}' => {
                let Some(open) = blocks.pop() else { return parser.wrong("unexpected `}'") };
                if from.is_some() {
                    return parser.wrong("} doesn't want any addresses");
                }
                parser.open.pop();
                parser.end()?;
                commands[open].verb = Verb::Block(place + 1);
                Verb::Nothing
            }
            b':' => {
                if from.is_some() {
                    return parser.wrong(": doesn't want any addresses");
                }
                let label = parser.label();
                if label.is_empty() {
                    return parser.wrong("\":\" lacks a label");
                }
                labels.insert(label, place);
                Verb::Nothing
            }
            b'b' | b't' | b'T' => {
                let label = parser.label();
                if label.is_empty() {
                    parser.end()?;
                }
                pending.push(Pending::Branch(place, label));
                match letter {
                    b'b' => Verb::Branch(0),
                    b't' => Verb::BranchIf(0),
                    _ => Verb::BranchUnless(0),
                }
            }
            b'q' | b'Q' if to.is_some() => return parser.wrong("command only uses one address"),
            other => parser.verb(other, from.is_some())?,
        };
        if matches!((&verb, &to), (Verb::Change(_), Some(End::Multiple(_)))) {
            return Err(Trouble::Unmodelled("`c` behind a range to a multiple is not modelled".to_owned()));
        }
        commands.push(Command { from, to, negated, range, last: 0, verb });
    }
    if !blocks.is_empty() {
        // Told of is the last one, by its place in a file and without one elsewhere.
        let at = parser.open.last().copied().unwrap_or(0);
        let place = options.place(at, true);
        return Err(Trouble::Exit(format!("{place}: unmatched `{{'"), 1));
    }
    let end = commands.len();
    for Pending::Branch(place, label) in pending {
        let to = match label.is_empty() {
            true => end,
            false => match labels.get(&label) {
                Some(to) => *to,
                None => {
                    return Err(Trouble::Exit(format!("can't find label for jump to `{}'", String::from_utf8_lossy(&label)), 4));
                }
            },
        };
        match &mut commands[place].verb {
            Verb::Branch(at) | Verb::BranchIf(at) | Verb::BranchUnless(at) => *at = to,
            _ => {}
        }
    }
    Ok((commands, quiet))
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn skip(&mut self, is: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is) {
            self.at += 1;
        }
    }

    fn blanks(&mut self) {
        self.skip(|it| it == b' ' || it == b'\t');
    }

    fn wrong<T>(&self, message: &str) -> Answer<T> {
        Err(Trouble::Exit(format!("{}: {message}", self.options.place(self.at, false)), 1))
    }

    /// With `--posix` sed takes what only GNU's has in ways that were not held against it.
    fn extra(&self) -> Answer<()> {
        if self.options.posix {
            return Err(Trouble::Unmodelled("what only GNU sed has is not modelled with `--posix`".to_owned()));
        }
        Ok(())
    }

    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        self.skip(|it| it.is_ascii_digit());
        std::str::from_utf8(&self.text[start..self.at]).ok()?.parse().ok()
    }

    /// What may follow a command.
    fn end(&mut self) -> Answer<()> {
        self.blanks();
        match self.peek() {
            None => Ok(()),
            Some(b'\n' | b';') => {
                self.at += 1;
                Ok(())
            }
            Some(b'}' | b'#') => Ok(()),
            Some(_) => {
                self.at += 1;
                self.wrong("extra characters after command")
            }
        }
    }

    /// A label ends at white space or a semicolon; before `}` it ends too where a branch is meant.
    fn label(&mut self) -> Vec<u8> {
        self.blanks();
        let start = self.at;
        self.skip(|it| !it.is_ascii_whitespace() && it != b';');
        let label = self.text[start..self.at].to_vec();
        match label.strip_suffix(b"}") {
            // `b}`: GNU sed 4.3 and later take the brace as the block's.
            Some(rest) if rest.iter().all(|it| *it != b'}') || rest.is_empty() => {
                self.at -= 1;
                rest.to_vec()
            }
            _ => label,
        }
    }

    fn addresses(&mut self) -> Answer<(Option<Address>, Option<End>)> {
        let Some(from) = self.address()? else { return Ok((None, None)) };
        self.blanks();
        if self.peek() != Some(b',') {
            if matches!(from, Address::Zero) {
                return self.zero();
            }
            return Ok((Some(from), None));
        }
        self.at += 1;
        self.blanks();
        let to = match self.peek() {
            Some(b'+') => {
                self.extra()?;
                self.at += 1;
                self.number().map(End::Plus)
            }
            Some(b'~') => {
                self.extra()?;
                self.at += 1;
                self.number().map(End::Multiple)
            }
            _ => self.address()?.map(End::Address),
        };
        let Some(to) = to else {
            // The letter that is no address was read.
            if !self.options.is_joint(self.at) {
                self.next();
            }
            return self.wrong("unexpected `,'");
        };
        if matches!(from, Address::Zero) && !matches!(to, End::Address(Address::Pattern(_))) {
            return self.zero();
        }
        // As the end of a range, line 0 lies before every line.
        let to = if matches!(to, End::Address(Address::Zero)) { End::Address(Address::Line(0)) } else { to };
        Ok((Some(from), Some(to)))
    }

    /// Line 0 begins only what a pattern ends; that is seen at the letter behind it.
    fn zero<T>(&mut self) -> Answer<T> {
        self.blanks();
        self.next();
        self.wrong("invalid usage of line address 0")
    }

    fn address(&mut self) -> Answer<Option<Address>> {
        let delimiter = match self.peek() {
            Some(b'0'..=b'9') => {
                let Some(line) = self.number() else { return self.wrong("invalid usage of line address 0") };
                if line == 0 {
                    self.extra()?;
                }
                if self.peek() == Some(b'~') {
                    self.extra()?;
                    self.at += 1;
                    let step = self.number().unwrap_or(0);
                    if step > 0 {
                        return Ok(Some(Address::Step(line, step)));
                    }
                }
                // A step of 0 is none.
                return Ok(Some(if line == 0 { Address::Zero } else { Address::Line(line) }));
            }
            Some(b'$') => {
                self.at += 1;
                return Ok(Some(Address::Last));
            }
            Some(b'/') => {
                self.at += 1;
                b'/'
            }
            Some(b'\\') => {
                self.at += 1;
                match self.next() {
                    Some(it) if it != b'\n' && it != b'\\' => it,
                    _ => return self.wrong("unterminated address regex"),
                }
            }
            _ => return Ok(None),
        };
        let Some(pattern) = self.delimited(delimiter, true) else { return self.wrong("unterminated address regex") };
        let (mut fold, mut multiline) = (false, false);
        loop {
            match self.peek() {
                Some(b'I') => fold = true,
                Some(b'M') => multiline = true,
                _ => break,
            }
            self.extra()?;
            self.at += 1;
            self.blanks();
        }
        self.blanks();
        Ok(Some(Address::Pattern(self.regex(&pattern, fold, multiline)?)))
    }

    /// Text up to a delimiter. A backslash before it is left out; what else is escaped stays.
    fn delimited(&mut self, delimiter: u8, is_pattern: bool) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let byte = self.next()?;
            if byte == delimiter {
                return Some(text);
            }
            if is_pattern && byte == b'[' {
                text.push(byte);
                self.bracket(&mut text)?;
                continue;
            }
            if byte == b'\\' {
                let after = self.next()?;
                if after == delimiter {
                    // `s,a\,b,…`: the delimiter itself; in a replacement `\&` keeps its meaning.
                    if !is_pattern && after == b'&' || is_pattern && after == b'n' {
                        text.push(b'\\');
                    }
                    text.push(after);
                } else if after == b'\n' && is_pattern {
                    text.push(b'\n');
                } else {
                    text.extend([b'\\', after]);
                }
                continue;
            }
            // A line ends both parts, and is not read itself.
            if byte == b'\n' {
                self.at -= 1;
                return None;
            }
            text.push(byte);
        }
    }

    /// A set in a pattern, to its end: a delimiter in it is a letter.
    fn bracket(&mut self, into: &mut Vec<u8>) -> Option<()> {
        if self.peek() == Some(b'^') {
            into.push(self.next()?);
        }
        let first = self.at;
        loop {
            let byte = self.next()?;
            into.push(byte);
            if byte == b'\n' {
                self.at -= 1;
                return None;
            }
            if byte == b']' && self.at > first + 1 {
                return Some(());
            }
            if byte == b'['
                && let Some(mark @ (b':' | b'.' | b'=')) = self.peek()
            {
                let end = self.text[self.at + 1..].windows(2).position(|it| it == [mark, b']'])? + self.at + 3;
                into.extend_from_slice(&self.text[self.at..end]);
                self.at = end;
            }
        }
    }

    fn regex(&self, pattern: &[u8], fold: bool, multiline: bool) -> Answer<Pattern> {
        if pattern.is_empty() {
            if fold || multiline {
                return self.wrong("cannot specify modifiers on empty regexp");
            }
            return Ok(None);
        }
        let flavour = if self.options.extended { Flavour::Extended } else { Flavour::Basic };
        let options = gnu_regex::Options {
            flavour,
            fold,
            multiline: multiline && !self.options.zero,
            escapes: !self.options.posix,
            strict: self.options.posix,
            reader: gnu_regex::Reader::Sed,
        };
        let pattern = if self.options.posix { newlines(pattern) } else { numbered(pattern) };
        match Regex::new(&pattern, options) {
            Ok(regex) => Ok(Some(Rc::new(regex))),
            Err(error) if error.is_beyond() => Err(Trouble::Unmodelled(error.0.to_owned())),
            // That one comes from another part of GNU sed, which neither says where nor ends as a wrong script does.
            Err(error) if error == gnu_regex::Error::MISNAMED => self.wrong::<Pattern>("").map_err(|trouble| match trouble {
                Trouble::Exit(..) => Trouble::Exit(error.0.to_owned(), 4),
                other => other,
            }),
            Err(error) => self.wrong(error.0),
        }
    }

    fn verb(&mut self, letter: u8, addressed: bool) -> Answer<Verb> {
        let plain = match letter {
            b'=' => Verb::Equals,
            b'd' => Verb::Delete,
            b'D' => Verb::DeleteFirst,
            b'F' => Verb::FileName,
            b'g' => Verb::Get,
            b'G' => Verb::GetAppend,
            b'h' => Verb::Hold,
            b'H' => Verb::HoldAppend,
            b'n' => Verb::Next,
            b'N' => Verb::NextAppend,
            b'p' => Verb::Print,
            b'P' => Verb::PrintFirst,
            b'x' => Verb::Exchange,
            b'z' => Verb::Zap,
            b'#' => {
                if addressed {
                    return self.wrong("comments don't accept any addresses");
                }
                self.skip(|it| it != b'\n');
                return Ok(Verb::Nothing);
            }
            b'a' | b'i' | b'c' => {
                let rest = self.text[self.at..].iter().find(|it| !matches!(it, b' ' | b'\t'));
                if rest != Some(&b'\\') {
                    self.extra()?;
                }
                return self.text(letter);
            }
            b'l' => {
                self.blanks();
                Verb::List(self.number().and_then(|it| usize::try_from(it).ok()))
            }
            b'q' | b'Q' => {
                self.blanks();
                let status = (self.number().unwrap_or(0) & 0xff) as i32;
                if letter == b'q' { Verb::Quit(status) } else { Verb::QuitSilent(status) }
            }
            b'r' | b'R' | b'w' | b'W' | b'e' if self.options.sandbox => return self.wrong(SANDBOX),
            b'W' if self.options.zero => return Err(Trouble::Unmodelled("`W` with -z is not modelled".to_owned())),
            b'r' => return Ok(Verb::Read(self.file()?)),
            b'R' => {
                let name = self.file()?;
                if name == b"/dev/stdin" {
                    return Err(Trouble::Unmodelled("`R` of standard input is not modelled".to_owned()));
                }
                return Ok(Verb::ReadLine(name));
            }
            b'w' | b'W' => {
                let name = self.file()?;
                self.opened.push(name.clone());
                return Ok(if letter == b'w' { Verb::Write(name) } else { Verb::WriteFirst(name) });
            }
            b's' => return self.substitute(),
            b'y' => self.translate()?,
            b'v' => {
                self.label();
                Verb::Nothing
            }
            b'e' => return Err(Trouble::Unmodelled("the command `e` of sed, which runs programs, is not modelled".to_owned())),
            0x80.. => return Err(Trouble::Unmodelled("a message with a byte that is no letter is not modelled".to_owned())),
            other => return self.wrong(&format!("unknown command: `{}'", other as char)),
        };
        self.end()?;
        Ok(plain)
    }

    fn file(&mut self) -> Answer<Vec<u8>> {
        self.blanks();
        let start = self.at;
        self.skip(|it| it != b'\n');
        if start == self.at {
            return self.wrong("missing filename in r/R/w/W commands");
        }
        Ok(self.text[start..self.at].to_vec())
    }

    /// The text of `a`, `i`, `c`: to the first newline that is not escaped. White space before it goes, but behind a backslash.
    fn text(&mut self, letter: u8) -> Answer<Verb> {
        self.blanks();
        if self.options.is_joint(self.at) {
            return self.wrong("expected \\ after `a', `c' or `i'");
        }
        match self.peek() {
            None => return self.wrong("expected \\ after `a', `c' or `i'"),
            // A line end alone is a text of one empty line.
            Some(b'\n') => {
                self.extra()?;
                self.at += 1;
                return Ok(texts(letter, b"\n".to_vec()));
            }
            Some(b'\\') => {
                self.at += 1;
                let behind = self.at;
                if self.peek() == Some(b'\\') && matches!(self.text.get(behind + 1), None | Some(b'\n')) {
                    self.at += 2;
                    return Ok(texts(letter, b"\n".to_vec()));
                }
                self.blanks();
                match self.peek() {
                    Some(b'\n') => {
                        self.at += 1;
                        if self.peek().is_none() {
                            return Ok(texts(letter, b"\n".to_vec()));
                        }
                    }
                    // One line: `a\text` keeps the white space that stands here, and its first letter as it is.
                    Some(_) => self.at = behind,
                    None => {}
                }
                if self.at == behind && self.peek().is_some_and(|it| it != b'\\' && it != b' ' && it != b'\t') {
                    let first = self.text[self.at];
                    self.at += 1;
                    return self.rest_of_text(letter, vec![first]);
                }
            }
            Some(_) => {}
        }
        self.rest_of_text(letter, Vec::new())
    }

    fn rest_of_text(&mut self, letter: u8, mut text: Vec<u8>) -> Answer<Verb> {
        let start = self.at;
        let had = !text.is_empty();
        while let Some(byte) = self.peek() {
            if byte == b'\n' {
                break;
            }
            if byte != b'\\' {
                text.push(byte);
                self.at += 1;
                continue;
            }
            match (escaped(&self.text[self.at..]), self.text.get(self.at + 1)) {
                (Some((it, length)), _) => {
                    push(&mut text, it);
                    self.at += length;
                }
                (None, Some(after)) => {
                    text.push(*after);
                    self.at += 2;
                }
                (None, None) => return Err(Trouble::Unmodelled("a text that ends with a backslash is not modelled".to_owned())),
            }
        }
        let ended = self.peek() == Some(b'\n');
        self.at += usize::from(ended);
        if had || ended || self.at > start {
            text.push(b'\n');
        }
        Ok(texts(letter, text))
    }

    fn substitute(&mut self) -> Answer<Verb> {
        const OPEN: &str = "unterminated `s' command";
        let Some(delimiter) = self.next().filter(|it| *it != b'\n' && *it != b'\\') else { return self.wrong(OPEN) };
        let Some(pattern) = self.delimited(delimiter, true) else { return self.wrong(OPEN) };
        let Some(text) = self.delimited(delimiter, false) else { return self.wrong(OPEN) };
        let mut it = Substitute { pattern: None, replacement: pieces(&text), global: false, print: 0, number: 0, write: None };
        if it.replacement.iter().any(|it| matches!(it, Piece::Case(_))) {
            self.extra()?;
        }
        let (mut fold, mut multiline) = (false, false);
        loop {
            match self.peek() {
                Some(b'g') if it.global => {
                    self.at += 1;
                    return self.wrong("multiple `g' options to `s' command");
                }
                Some(b'g') => it.global = true,
                Some(b'p') if it.print > 0 => {
                    self.at += 1;
                    return self.wrong("multiple `p' options to `s' command");
                }
                Some(b'p') => it.print += 1,
                Some(b'i' | b'I' | b'm' | b'M' | b'e' | b'w') if self.options.posix => self.extra()?,
                Some(b'i' | b'I') => fold = true,
                Some(b'm' | b'M') => multiline = true,
                Some(b'e' | b'w') if self.options.sandbox => {
                    self.at += 1;
                    return self.wrong(SANDBOX);
                }
                Some(b'e') => return Err(Trouble::Unmodelled("the flag `e` of sed's `s`, which runs programs, is not modelled".to_owned())),
                Some(b'0'..=b'9') => {
                    if it.number > 0 {
                        return self.wrong("multiple number options to `s' command");
                    }
                    it.number = self.number().unwrap_or(u64::MAX);
                    if it.number == 0 {
                        return self.wrong("number option to `s' command may not be zero");
                    }
                    continue;
                }
                Some(b'w') => {
                    self.at += 1;
                    let name = self.file()?;
                    self.opened.push(name.clone());
                    it.write = Some(name);
                    // The line end behind the name was read with it.
                    if self.peek() == Some(b'\n') && !self.options.is_joint(self.at) {
                        self.at += 1;
                    }
                    break;
                }
                Some(b'\r') if matches!(self.text.get(self.at + 1), None | Some(b'\n')) => {}
                Some(b'\n' | b';' | b'}' | b'#' | b' ' | b'\t') | None => {
                    self.end()?;
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    return self.wrong("unknown option to `s'");
                }
            }
            self.at += 1;
        }
        it.pattern = self.regex(&pattern, fold, multiline)?;
        let most = it.replacement.iter().map(|it| if let Piece::Group(number) = it { *number } else { 0 }).max().unwrap_or(0);
        if it.pattern.as_ref().is_some_and(|regex| most > regex.groups()) {
            return self.wrong(&format!("invalid reference \\{most} on `s' command's RHS"));
        }
        Ok(Verb::Substitute(Box::new(it)))
    }

    fn translate(&mut self) -> Answer<Verb> {
        const OPEN: &str = "unterminated `y' command";
        let Some(delimiter) = self.next().filter(|it| *it != b'\n' && *it != b'\\') else { return self.wrong(OPEN) };
        let Some(from) = self.delimited(delimiter, false) else { return self.wrong(OPEN) };
        let Some(to) = self.delimited(delimiter, false) else { return self.wrong(OPEN) };
        let (from, to) = (letters(&from), letters(&to));
        if from.len() != to.len() {
            return self.wrong("strings for `y' command are different lengths");
        }
        Ok(Verb::Translate(from.into_iter().zip(to).collect()))
    }
}

fn texts(letter: u8, text: Vec<u8>) -> Verb {
    match letter {
        b'a' => Verb::Append(text),
        b'i' => Verb::Insert(text),
        _ => Verb::Change(text),
    }
}

fn push(into: &mut Vec<u8>, letter: Letter) {
    match letter {
        Letter::Char(it) => into.extend_from_slice(it.encode_utf8(&mut [0; 4]).as_bytes()),
        Letter::Byte(it) => into.push(it),
    }
}

/// A pattern with the letters of `\dNNN`, `\oNNN` and `\xHH` in place: they mean in it what the letters mean.
fn numbered(pattern: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(pattern.len()), 0);
    while let Some(&byte) = pattern.get(at) {
        match (byte, pattern.get(at + 1)) {
            (b'\\', Some(b'd' | b'o' | b'x')) if escaped(&pattern[at..]).is_some() => {
                if let Some((letter, length)) = escaped(&pattern[at..]) {
                    // It begins an anchor only where a bare `^` is written.
                    if letter == Letter::Char('^') {
                        out.push(b'\\');
                    }
                    push(&mut out, letter);
                    at += length;
                }
            }
            (b'\\', Some(after)) => {
                out.extend([byte, *after]);
                at += 2;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// A pattern with `\n` as the letter that it stands for: the one escape that POSIX has.
fn newlines(pattern: &[u8]) -> Vec<u8> {
    let (mut out, mut escaped) = (Vec::with_capacity(pattern.len()), false);
    for byte in pattern {
        match (escaped, byte) {
            (true, b'n') => out.push(b'\n'),
            (true, byte) => out.extend([b'\\', *byte]),
            (false, b'\\') => {}
            (false, byte) => out.push(*byte),
        }
        escaped = !escaped && *byte == b'\\';
    }
    out
}

/// The letters of one side of `y`.
fn letters(text: &[u8]) -> Vec<Vec<u8>> {
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some((_, length)) = decode(text, at) {
        if text[at] == b'\\' {
            let mut letter = Vec::new();
            if text.get(at + 1) == Some(&b'\\') {
                all.push(b"\\".to_vec());
                at += 2;
                continue;
            }
            if let Some((it, length)) = escaped(&text[at..]) {
                push(&mut letter, it);
                all.push(letter);
                at += length;
                continue;
            }
        }
        all.push(text[at..at + length].to_vec());
        at += length;
    }
    all
}

/// The pieces of a replacement.
fn pieces(text: &[u8]) -> Vec<Piece> {
    let (mut pieces, mut plain, mut at) = (Vec::new(), Vec::new(), 0);
    let flush = |plain: &mut Vec<u8>, pieces: &mut Vec<Piece>| {
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(plain)));
        }
    };
    while let Some(&byte) = text.get(at) {
        let (piece, length) = match (byte, text.get(at + 1)) {
            (b'&', _) => (Piece::Group(0), 1),
            (b'\\', Some(digit @ b'0'..=b'9')) => (Piece::Group(usize::from(digit - b'0')), 2),
            (b'\\', Some(b'U')) => (Piece::Case(Case::Upper), 2),
            (b'\\', Some(b'L')) => (Piece::Case(Case::Lower), 2),
            (b'\\', Some(b'E')) => (Piece::Case(Case::End), 2),
            (b'\\', Some(b'u')) => (Piece::Case(Case::UpperOne), 2),
            (b'\\', Some(b'l')) => (Piece::Case(Case::LowerOne), 2),
            (b'\\', Some(after)) => {
                match escaped(&text[at..]) {
                    Some((letter, length)) => {
                        push(&mut plain, letter);
                        at += length;
                    }
                    None => {
                        plain.push(*after);
                        at += 2;
                    }
                }
                continue;
            }
            _ => {
                plain.push(byte);
                at += 1;
                continue;
            }
        };
        flush(&mut plain, &mut pieces);
        pieces.push(piece);
        at += length;
    }
    flush(&mut plain, &mut pieces);
    pieces
}
