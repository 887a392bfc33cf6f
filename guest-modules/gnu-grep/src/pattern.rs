//! Patterns: which lines they select, and which parts of a line they match.

use gnu_regex::{Flavour, Letter, Regex, decode, is_word};

use crate::{
    Options, Trouble, fails,
    options::Matcher,
    perl::Perl,
    unmodelled,
};

/// One line of the patterns.
struct Line {
    /// What finds a match.
    exact: Regex,
    /// What tells whether a line is selected, where that is a pattern of its own.
    select: Option<Regex>,
    /// It ends at `$` somewhere, which a shorter try would have to be told of.
    anchored: bool,
}

pub(crate) struct Pattern {
    lines: Vec<Line>,
    perl: Option<Perl>,
    words: bool,
    whole: bool,
    fold: bool,
    /// `^` or `$` stand in it while lines end with NUL: what they are at a newline hangs on how it is searched for.
    edges: bool,
    zero: bool,
    /// What is said of the patterns before anything is read.
    pub(crate) warnings: Vec<u8>,
}

fn too_complex() -> Trouble {
    Trouble::Unmodelled("the pattern needs more steps than are allowed".to_owned())
}

/// Letters that have more than one other case, or one of another length, are C's business.
pub(crate) fn odd_case(text: &[u8]) -> bool {
    if text.is_ascii() {
        return false;
    }
    text.utf8_chunks().flat_map(|it| it.valid().chars()).any(|letter| {
        let single = |mut it: Box<dyn Iterator<Item = char>>| it.next().filter(|_| it.next().is_none());
        let (lower, upper) = (single(Box::new(letter.to_lowercase())), single(Box::new(letter.to_uppercase())));
        let (Some(lower), Some(upper)) = (lower, upper) else { return true };
        if lower == upper {
            return false;
        }
        letter != lower && letter != upper || single(Box::new(upper.to_lowercase())) != Some(lower) || single(Box::new(lower.to_uppercase())) != Some(upper) || !letter.is_ascii() && lower.is_ascii() | upper.is_ascii()
    })
}

impl Pattern {
    pub(crate) fn new(options: &Options) -> Result<Pattern, Trouble> {
        let text = options.patterns.strip_suffix(b"\n");
        let mut pattern = Pattern { lines: Vec::new(), perl: None, words: options.words && !options.lines, whole: options.lines, fold: options.fold, edges: false, zero: options.zero, warnings: Vec::new() };
        if options.fold && text.is_some_and(odd_case) {
            return unmodelled("letters with more than two cases are not modelled");
        }
        if options.matcher == Matcher::Perl {
            let Some(text) = text else { return unmodelled("-P without a pattern") };
            // The same pattern twice is one.
            let text = match text.split(|it| *it == b'\n').next() {
                Some(first) if text.split(|it| *it == b'\n').all(|it| it == first) => first,
                _ => text,
            };
            if text.contains(&b'\n') {
                return fails("the -P option only supports a single pattern");
            }
            pattern.perl = Some(Perl::new(text, options.fold, pattern.words, pattern.whole)?);
            return Ok(pattern);
        }
        let mut failed = None;
        for line in text.map(|it| it.split(|it| *it == b'\n')).into_iter().flatten() {
            match pattern.line(line, options) {
                Ok(line) => pattern.lines.push(line),
                // Each line that can't be read is told of.
                Err(Trouble::Exit(message, status)) => {
                    let told: &mut (Vec<u8>, i32) = failed.get_or_insert((Vec::new(), status));
                    told.0.extend(message);
                }
                Err(other) => return Err(other),
            }
        }
        match failed {
            Some(_) if options.from_file || text.is_some_and(|it| it.contains(&b'\n')) => unmodelled("what is said of several patterns of which one is wrong"),
            Some((message, status)) => Err(Trouble::Exit(message, status)),
            None => Ok(pattern),
        }
    }

    fn line(&mut self, text: &[u8], options: &Options) -> Result<Line, Trouble> {
        let flavour = if options.matcher == Matcher::Extended { Flavour::Extended } else { Flavour::Basic };
        let settings = gnu_regex::Options { flavour, fold: options.fold, multiline: false, escapes: false, strict: false, reader: gnu_regex::Reader::Search };
        let literal;
        let text = if options.matcher == Matcher::Fixed {
            literal = quoted(text);
            &literal
        } else {
            self.look(text, flavour)?;
            text
        };
        let compile = |text: &[u8]| match Regex::new(text, settings) {
            Ok(regex) => Ok(regex),
            Err(error) if error.is_beyond() => Err(Trouble::Unmodelled(error.0.to_owned())),
            Err(error) => fails(error.0),
        };
        let exact = compile(text)?;
        let refers = refers(text);
        // With -w a class of letters sends GNU grep from its automaton to regexec(3), which tries shorter matches one by one.
        let select = if refers || !self.whole && !(self.words && options.matcher == Matcher::Fixed) {
            None
        } else {
            let (before, after): (&[u8], &[u8]) = match (flavour, self.words) {
                (Flavour::Extended, _) => (b"^(", b")$"),
                (Flavour::Basic, true) => (b"\\(^\\|[^[:alnum:]_]\\)\\(", b"\\)\\([^[:alnum:]_]\\|$\\)"),
                (Flavour::Basic, false) => (b"^\\(", b"\\)$"),
            };
            Some(compile(&[before, text, after].concat())?)
        };
        Ok(Line { exact, select, anchored: text.contains(&b'$') })
    }

    /// Looks at a pattern for what is warned of, and for what the engine takes otherwise.
    fn look(&mut self, text: &[u8], flavour: Flavour) -> Result<(), Trouble> {
        let (mut at, mut begins, mut depth) = (0, true, 0_usize);
        while at < text.len() {
            let byte = text[at];
            if byte == b'\\' {
                // Seen: `echo tl | grep -i '\tl'` finds nothing, and without -i it does.
                if self.fold && text.get(at + 1).is_some_and(|it| it.is_ascii_alphabetic() && !b"wWsSbB".contains(it)) {
                    return unmodelled("a letter behind a stray backslash with -i is not modelled");
                }
                match text.get(at + 1) {
                    Some(b'(' | b'|') if flavour == Flavour::Basic => begins = true,
                    _ => begins = false,
                }
                at += 2;
                if matches!(text.get(at - 1), Some(b'b' | b'B' | b'<' | b'>' | b'`' | b'\'')) && repeats(&text[at..], flavour) {
                    return unmodelled("a repetition of an edge is not modelled");
                }
                continue;
            }
            if byte == b'[' {
                let end = bracket(text, at);
                let inner = &text[at + 1..end];
                let inner = inner.strip_prefix(b"^").unwrap_or(inner);
                // Ranges and classes are no names.
                let is_plain = !inner.contains(&b'-') && !inner.contains(&b'[') && inner.iter().any(|it| !matches!(it, b':' | b']'));
                if inner.len() > 3 && inner.starts_with(b":") && inner.ends_with(b":]") && is_plain {
                    return fails(gnu_regex::Error::MISNAMED.0);
                }
                (at, begins) = (end, false);
                continue;
            }
            at += 1;
            self.edges |= self.zero && matches!(byte, b'^' | b'$');
            if matches!(byte, b'$' | b'^') && (flavour == Flavour::Basic && !text[at..].starts_with(b"*") || flavour == Flavour::Extended && !begins || byte == b'$') && repeats(&text[at..], flavour) {
                return unmodelled("a repetition of an edge is not modelled");
            }
            if flavour == Flavour::Extended {
                match byte {
                    b'|' => begins = true,
                    b'(' => (begins, depth) = (true, depth + 1),
                    b')' => (begins, depth) = (false, depth.saturating_sub(1)),
                    b'^' => {}
                    b'*' | b'+' | b'?' if begins => {
                        // regcomp(3) takes some of these for a parenthesis that is left open.
                        if depth > 0 || matches!(text.get(at), None | Some(b'|' | b')' | b'*' | b'+' | b'?' | b'{')) {
                            return unmodelled("an operator with nothing before it, inside of parentheses or alone, is not modelled");
                        }
                        self.warnings.extend_from_slice(format!("grep: warning: {} at start of expression\n", byte as char).as_bytes());
                    }
                    b'{' if begins => return unmodelled("an interval at the start of an expression is not modelled"),
                    _ => begins = false,
                }
            }
        }
        Ok(())
    }

    fn check_case(&self, line: &[u8]) -> Result<(), Trouble> {
        if self.fold && odd_case(line) { unmodelled("letters with more than two cases are not modelled") } else { Ok(()) }
    }

    /// Answers whether a line is selected, `-v` aside.
    pub(crate) fn selects(&self, line: &[u8]) -> Result<bool, Trouble> {
        self.check_case(line)?;
        if self.edges && line.contains(&b'\n') {
            return unmodelled("`^` or `$` over several lines with -z is not modelled");
        }
        if let Some(perl) = &self.perl {
            return Ok(perl.find(line, 0)?.is_some());
        }
        for it in &self.lines {
            let found = match &it.select {
                Some(regex) => regex.is_match(line).map_err(|_| too_complex())?,
                None if self.whole => it.exact.find_at(line, 0).map_err(|_| too_complex())?.is_some_and(|found| found[0] == Some((0, line.len()))),
                None if self.words => self.word(it, line, 0)?.is_some(),
                None => it.exact.is_match(line).map_err(|_| too_complex())?,
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next match that begins at or behind a place: the leftmost, of those the longest.
    pub(crate) fn find(&self, line: &[u8], from: usize) -> Result<Option<(usize, usize)>, Trouble> {
        if let Some(perl) = &self.perl {
            return perl.find(line, from);
        }
        let mut best: Option<(usize, usize)> = None;
        for it in &self.lines {
            let found = if self.words { self.word(it, line, from)? } else { span(&it.exact, line, from)? };
            if let Some(found) = found
                && best.is_none_or(|best| found.0 < best.0 || found.0 == best.0 && found.1 > best.1)
            {
                best = Some(found);
            }
        }
        Ok(best)
    }

    /// The next match that is a word: shorter ones at the same place are tried before later ones.
    fn word(&self, it: &Line, line: &[u8], from: usize) -> Result<Option<(usize, usize)>, Trouble> {
        let mut at = from;
        while let Some((start, mut end)) = span(&it.exact, line, at)? {
            loop {
                if !word_after(line, end) && !word_before(line, start) {
                    return Ok(Some((start, end)));
                }
                if end == start {
                    break;
                }
                if it.anchored {
                    return unmodelled("a shorter match of a pattern with `$` under -w is not modelled");
                }
                match span(&it.exact, &line[..end - 1], start)? {
                    Some((begin, shorter)) if begin == start && shorter > start => end = shorter,
                    _ => break,
                }
            }
            at = start + decode(line, start).map_or(1, |it| it.1);
            if at > line.len() {
                break;
            }
        }
        Ok(None)
    }
}

fn span(regex: &Regex, line: &[u8], from: usize) -> Result<Option<(usize, usize)>, Trouble> {
    Ok(regex.find_at(line, from).map_err(|_| too_complex())?.and_then(|it| it[0]))
}

fn word_after(line: &[u8], at: usize) -> bool {
    decode(line, at).is_some_and(|it| is_word(it.0))
}

fn word_before(line: &[u8], at: usize) -> bool {
    let start = (1..=4.min(at)).find(|back| line[at - back] & 0xc0 != 0x80).unwrap_or(1);
    at > 0 && decode(line, at - start).is_some_and(|(letter, length)| length == start && is_word(letter) && !matches!(letter, Letter::Byte(_)))
}

/// A text as a basic pattern that matches it alone.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for byte in text {
        if b"\\[.*^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

/// Answers whether a repetition stands here.
fn repeats(text: &[u8], flavour: Flavour) -> bool {
    match (flavour, text) {
        (Flavour::Extended, [b'*' | b'+' | b'?' | b'{', ..]) | (Flavour::Basic, [b'*', ..] | [b'\\', b'+' | b'?' | b'{', ..]) => true,
        _ => false,
    }
}

/// The place behind a bracket expression.
fn bracket(text: &[u8], open: usize) -> usize {
    let mut at = open + 1 + usize::from(text.get(open + 1) == Some(&b'^'));
    at += usize::from(text.get(at) == Some(&b']'));
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            (b']', _) => return at + 1,
            (b'[', Some(mark @ (b':' | b'.' | b'='))) => match text[at + 2..].windows(2).position(|it| it == [*mark, b']']) {
                Some(end) => at += end + 4,
                None => return text.len(),
            },
            _ => at += 1,
        }
    }
    at
}

/// Answers whether a pattern may have a back-reference.
fn refers(text: &[u8]) -> bool {
    let mut at = 0;
    while at + 1 < text.len() {
        match text[at] {
            b'\\' if text[at + 1].is_ascii_digit() => return true,
            b'\\' => at += 2,
            b'[' => at = bracket(text, at),
            _ => at += 1,
        }
    }
    false
}
