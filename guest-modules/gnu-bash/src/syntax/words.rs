//! Words: quotes, and what is expanded in them.

use std::rc::Rc;

use super::{
    parse::{Parser, Read, is_blank, is_meta, is_name, is_name_start},
    tree::{Change, Index, Mark, Parameter, Part, Script, Shown, Word},
};
use crate::{braces, printf};

/// Most words that braces may make of one.
const MOST_WORDS: usize = 1 << 16;

/// What a word is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// An argument: braces are expanded.
    Plain,
    /// One word, as behind `case` or a redirection.
    One,
    /// The value of an assignment.
    Value,
    /// An operand in `[[ … ]]`.
    Test,
    /// A pattern in `[[ … ]]`, where extended patterns always count.
    Pattern,
    /// A regular expression in `[[ … ]]`: parentheses and bars are its own.
    Regex,
}

/// How the operand of `${x…}` is read.
#[derive(Debug, Clone, Copy)]
struct Operand {
    quoted: bool,
    pattern: bool,
}

fn push(parts: &mut Vec<Part>, letter: char) {
    match parts.last_mut() {
        Some(Part::Text(text)) => text.push(letter),
        _ => parts.push(Part::Text(letter.to_string())),
    }
}

fn push_quoted(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Quoted(before)) if !before.is_empty() && !text.is_empty() => before.push_str(text),
        _ => parts.push(Part::Quoted(text.to_owned())),
    }
}

impl Parser {
    /// Whether `<(…)` or `>(…)` begins here.
    pub(super) fn is_process(&self) -> bool {
        !self.dash && matches!(self.peek(), Some('<' | '>')) && self.after(1) == Some('(')
    }

    pub(super) fn word(&mut self, style: Style) -> Read<Word> {
        let (start, line, marked) = (self.at, self.line, self.marks.len());
        let mut parts = Vec::new();
        let mut nested = 0_usize;
        while let Some(letter) = self.peek() {
            let groups = self.extglob || style == Style::Pattern;
            match letter {
                '(' if style == Style::Regex => {
                    nested += 1;
                    self.step();
                    push(&mut parts, letter);
                }
                ')' if style == Style::Regex && nested > 0 => {
                    nested -= 1;
                    self.step();
                    push(&mut parts, letter);
                }
                '|' if style == Style::Regex && !(nested == 0 && self.after(1) == Some('|')) => {
                    self.step();
                    push(&mut parts, letter);
                }
                ' ' | '\t' if style == Style::Regex && nested > 0 => {
                    self.step();
                    push(&mut parts, letter);
                }
                '?' | '*' | '+' | '@' | '!' if groups && self.after(1) == Some('(') && style != Style::Regex => self.group(&mut parts)?,
                _ if is_meta(letter) && !self.is_process() => break,
                _ => self.piece(&mut parts)?,
            }
        }
        if self.at == start {
            if style == Style::Value {
                return Ok(Word::default());
            }
            return self.wrong(
                match self.peek() {
                    None => "syntax error: unexpected end of file".to_owned(),
                    Some('\n') => "syntax error near unexpected token `newline'".to_owned(),
                    Some(letter) => format!("syntax error near unexpected token `{letter}'"),
                },
                self.peek().is_none(),
            );
        }
        let raw: String = self.text[start..self.at].iter().collect();
        let braces = if style == Style::Plain && !self.dash && raw.contains('{') { self.braces(&raw, line)? } else { None };
        Ok(Word { parts, braces, raw: raw.into(), marks: self.marks_from(marked, start) })
    }

    /// The marks that were set since there were so many, counted from a place in the text.
    pub(super) fn marks_from(&self, before: usize, start: usize) -> std::rc::Rc<[Mark]> {
        let marks = self.marks.get(before..).unwrap_or_default();
        marks.iter().map(|it| Mark { from: it.from.saturating_sub(start), to: it.to.saturating_sub(start), shown: it.shown.clone() }).collect()
    }

    /// Notes how a stretch of text up to here is shown; what was noted inside of it goes with it.
    fn mark(&mut self, before: usize, from: usize, to: usize, shown: Shown) {
        self.marks.truncate(before);
        self.marks.push(Mark { from, to, shown });
    }

    fn braces(&self, raw: &str, line: u32) -> Read<Option<Vec<Word>>> {
        let Some(words) = braces::expand_within(raw, MOST_WORDS) else { return self.beyond(format!("a brace expansion makes more than {MOST_WORDS} words, or nests too deep")) };
        if words.len() == 1 && words[0] == raw {
            return Ok(None);
        }
        let mut out = Vec::new();
        for word in words {
            let mut inner = Parser::new(&word, line, self.extglob);
            (inner.depth, inner.dash) = (self.depth + 1, self.dash);
            out.push(if word.is_empty() { Word::default() } else { inner.word(Style::One)? });
        }
        Ok(Some(out))
    }

    /// `@(…)` and its like, whose text may have blanks and bars.
    fn group(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        for _ in 0..2 {
            let letter = self.step().unwrap_or_default();
            push(parts, letter);
        }
        self.deeper(|it| {
            loop {
                match it.peek() {
                    None => return it.wrong("unexpected EOF while looking for matching `)'", true),
                    Some(')') => {
                        it.step();
                        push(parts, ')');
                        return Ok(());
                    }
                    Some('?' | '*' | '+' | '@' | '!') if it.after(1) == Some('(') => it.group(parts)?,
                    Some(letter) if is_meta(letter) => {
                        it.step();
                        push(parts, letter);
                    }
                    Some(_) => it.piece(parts)?,
                }
            }
        })
    }

    /// One quoted text, expansion or letter outside double quotes.
    fn piece(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let Some(letter) = self.peek() else { return Ok(()) };
        match letter {
            '\\' => {
                self.step();
                match self.step() {
                    Some('\n') => {}
                    Some(next) => push_quoted(parts, &next.to_string()),
                    None => push(parts, '\\'),
                }
            }
            '\'' => {
                self.step();
                let text = self.single()?;
                push_quoted(parts, &text);
            }
            '"' => {
                self.step();
                let inner = self.deeper(|it| it.inside_quotes(Some('"'), false))?;
                parts.push(Part::Double(inner));
            }
            '$' => self.dollar(parts, false)?,
            '`' => parts.push(self.backquotes(false)?),
            '<' | '>' if self.is_process() => {
                self.at += 2;
                let script = self.substituted()?;
                parts.push(Part::Process(letter == '<', script));
            }
            _ => {
                self.step();
                push(parts, letter);
            }
        }
        Ok(())
    }

    fn single(&mut self) -> Read<String> {
        let mut text = String::new();
        loop {
            match self.step() {
                Some('\'') => return Ok(text),
                Some(letter) => text.push(letter),
                None => return self.wrong("unexpected EOF while looking for matching `''", true),
            }
        }
    }

    /// The parts of `"…"` up to the quote, or of a here-document up to its end.
    pub(super) fn inside_quotes(&mut self, end: Option<char>, document: bool) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            let Some(letter) = self.peek() else {
                return if end.is_none() { Ok(parts) } else { self.wrong("unexpected EOF while looking for matching `\"'", true) };
            };
            if Some(letter) == end {
                self.step();
                return Ok(parts);
            }
            self.quoted_piece(&mut parts, document)?;
        }
    }

    fn quoted_piece(&mut self, parts: &mut Vec<Part>, document: bool) -> Read<()> {
        let Some(letter) = self.peek() else { return Ok(()) };
        match letter {
            '\\' => {
                self.step();
                match self.peek() {
                    Some('\n') => drop(self.step()),
                    Some(next) if matches!(next, '$' | '`' | '\\') || next == '"' && !document => {
                        self.step();
                        push_quoted(parts, &next.to_string());
                    }
                    _ => push_quoted(parts, "\\"),
                }
            }
            '$' => self.dollar(parts, true)?,
            '`' => parts.push(self.backquotes(true)?),
            _ => {
                self.step();
                push_quoted(parts, &letter.to_string());
            }
        }
        Ok(())
    }

    /// The commands of `$(…)`, whose opening is behind us.
    fn substituted(&mut self) -> Read<Rc<Script>> {
        let (from, before) = (self.at, self.marks.len());
        let script = self.commands()?;
        self.mark(before, from, self.at - 1, Shown::Script(script.clone()));
        Ok(script)
    }

    fn commands(&mut self) -> Read<Rc<Script>> {
        let script = self.script()?;
        if self.take(")") {
            Ok(Rc::new(script))
        } else { 
            self.wrong("unexpected EOF while looking for matching `)'", self.peek().is_none())
        }
    }

    fn backquotes(&mut self, quoted: bool) -> Read<Part> {
        let line = self.line;
        self.step();
        let mut text = String::new();
        loop {
            match self.step() {
                Some('`') => break,
                Some('\\') => match self.peek() {
                    Some(next) if matches!(next, '$' | '`' | '\\') || quoted && next == '"' => {
                        self.step();
                        text.push(next);
                    }
                    _ => text.push('\\'),
                },
                Some(letter) => text.push(letter),
                None => return self.wrong("unexpected EOF while looking for matching ``'", true),
            }
        }
        let mut inner = Parser::new(&text, line, self.extglob);
        (inner.depth, inner.dash, inner.aliases) = (self.depth, self.dash, self.aliases.clone());
        let script = inner.script()?;
        if inner.peek().is_some() {
            return self.wrong("syntax error in a command substitution", false);
        }
        Ok(Part::Command(Rc::new(script)))
    }

    fn dollar(&mut self, parts: &mut Vec<Part>, quoted: bool) -> Read<()> {
        let start = self.at;
        self.step();
        let next = self.peek();
        match next {
            Some('\'') if !quoted && !self.dash => {
                self.step();
                let mut text = String::new();
                loop {
                    match self.step() {
                        Some('\'') => break,
                        Some('\\') => {
                            text.push('\\');
                            text.extend(self.step());
                        }
                        Some(letter) => text.push(letter),
                        None => return self.wrong("unexpected EOF while looking for matching `''", true),
                    }
                }
                let made = printf::ansi(&text);
                let before = self.marks.len();
                self.mark(before, start, self.at, Shown::Text(format!("'{}'", made.replace('\'', "'\\''"))));
                push_quoted(parts, &made);
            }
            Some('"') if !quoted && !self.dash => {
                let before = self.marks.len();
                self.mark(before, start, self.at, Shown::Text(String::new()));
                self.step();
                let inner = self.deeper(|it| it.inside_quotes(Some('"'), false))?;
                parts.push(Part::Double(inner));
            }
            Some('(') if self.after(1) == Some('(') => {
                let (at, line, before) = (self.at, self.line, self.marks.len());
                self.at += 2;
                match self.arithmetic("))") {
                    Ok(inner) => parts.push(Part::Arithmetic(inner)),
                    Err(_) => {
                        (self.at, self.line) = (at + 1, line);
                        self.marks.truncate(before);
                        // What began like an expression is shown as it was written.
                        let script = self.commands()?;
                        parts.push(Part::Command(script));
                    }
                }
            }
            Some('(') => {
                self.step();
                let script = self.substituted()?;
                parts.push(Part::Command(script));
            }
            Some('[') if !self.dash => {
                self.step();
                let inner = self.arithmetic("]")?;
                parts.push(Part::Arithmetic(inner));
            }
            Some('{') => {
                self.step();
                let part = self.deeper(|it| it.braced(start, quoted))?;
                parts.push(part);
            }
            Some(letter) if is_name_start(letter) => {
                let name: String = self.text[self.at..].iter().take_while(|it| is_name(**it)).collect();
                self.at += name.len();
                parts.push(simple(name));
            }
            Some(letter) if letter.is_ascii_digit() || matches!(letter, '@' | '*' | '#' | '?' | '-' | '$' | '!') => {
                self.step();
                parts.push(simple(letter.to_string()));
            }
            _ if quoted => push_quoted(parts, "$"),
            _ => push(parts, '$'),
        }
        Ok(())
    }

    /// The text of an arithmetic expression up to its end; quotes are taken off, expansions are parts.
    pub(super) fn arithmetic(&mut self, end: &str) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let mut open = 0_usize;
        loop {
            if open == 0 && self.looking_at(end) {
                self.at += end.len();
                return Ok(parts);
            }
            match self.peek() {
                None => return self.wrong("unexpected EOF while looking for matching `)'", true),
                Some(')') if open == 0 && end == "))" => return self.wrong("no arithmetic", false),
                Some(letter @ ('(' | '[')) if letter == '(' || end == "]" => {
                    open += 1;
                    self.step();
                    push_quoted(&mut parts, &letter.to_string());
                }
                Some(letter @ (')' | ']')) if letter == ')' || end == "]" => {
                    open = open.saturating_sub(1);
                    self.step();
                    push_quoted(&mut parts, &letter.to_string());
                }
                Some('"') => {
                    self.step();
                    let inner = self.deeper(|it| it.inside_quotes(Some('"'), false))?;
                    parts.push(Part::Double(inner));
                }
                Some('\n') => {
                    self.step();
                    push_quoted(&mut parts, "\n");
                }
                Some(_) => self.quoted_piece(&mut parts, false)?,
            }
        }
    }

    /// A subscript up to its `]`.
    pub(super) fn subscript(&mut self) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let mut open = 0_usize;
        loop {
            match self.peek() {
                None => return self.wrong("unexpected EOF while looking for matching `]'", true),
                Some(']') if open == 0 => {
                    self.step();
                    return Ok(parts);
                }
                Some(letter @ ('[' | ']')) => {
                    open = if letter == '[' { open + 1 } else { open - 1 };
                    self.step();
                    push(&mut parts, letter);
                }
                Some(letter) if is_meta(letter) => {
                    if letter == '\n' {
                        return self.wrong("no subscript", false);
                    }
                    self.step();
                    push(&mut parts, letter);
                }
                Some(_) => self.piece(&mut parts)?,
            }
        }
    }

    /// `${…}`, whose opening is behind us.
    fn braced(&mut self, start: usize, quoted: bool) -> Read<Part> {
        let (at, line) = (self.at, self.line);
        let made = self.parameter(quoted);
        let raw = |it: &Parser| -> String { it.text[start..it.at].iter().collect() };
        match made {
            Ok(Some(mut parameter)) if self.dash && !in_dash(&parameter) => {
                parameter.raw = raw(self);
                parameter.change = Change::Bad;
                Ok(Part::Parameter(Box::new(parameter)))
            }
            Ok(Some(mut parameter)) => {
                parameter.raw = raw(self);
                Ok(Part::Parameter(Box::new(parameter)))
            }
            Err(wrong) if wrong.ended && self.document => {
                // A here-document is read when it is expanded.
                self.at = self.text.len();
                Ok(Part::Parameter(Box::new(Parameter { name: String::new(), index: None, indirect: false, change: Change::Bad, raw: raw(self) })))
            }
            Err(wrong) if wrong.ended => Err(wrong),
            Ok(None) | Err(_) => {
                (self.at, self.line) = (at, line);
                self.operand("}", Operand { quoted, pattern: false })?;
                self.step();
                Ok(Part::Parameter(Box::new(Parameter { name: String::new(), index: None, indirect: false, change: Change::Bad, raw: raw(self) })))
            }
        }
    }

    /// What stands between the braces; none where it is nothing that bash knows.
    fn parameter(&mut self, quoted: bool) -> Read<Option<Parameter>> {
        let mut parameter = Parameter { name: String::new(), index: None, indirect: false, change: Change::None, raw: String::new() };
        let mut counts = false;
        if self.peek() == Some('#') && !matches!(self.after(1), None | Some('}' | ':' | '#' | '%' | '/' | '=' | '+')) {
            let special = matches!(self.after(1), Some('-' | '?')) && self.after(2) != Some('}');
            if !special {
                counts = true;
                self.step();
            }
        }
        if !counts && self.peek() == Some('!') && self.after(1).is_some_and(|it| is_name(it) || matches!(it, '#' | '@' | '*')) && self.after(1) != Some('}') {
            parameter.indirect = true;
            self.step();
        }
        parameter.name = match self.peek() {
            Some(letter) if is_name_start(letter) => self.text[self.at..].iter().take_while(|it| is_name(**it)).collect(),
            Some(letter) if letter.is_ascii_digit() => self.text[self.at..].iter().take_while(|it| it.is_ascii_digit()).collect(),
            Some(letter @ ('@' | '*' | '#' | '?' | '-' | '$' | '!')) => letter.to_string(),
            _ => return Ok(None),
        };
        self.at += parameter.name.len();
        if self.peek() == Some('[') && parameter.name.starts_with(is_name_start) {
            self.step();
            let parts = self.subscript()?;
            parameter.index = Some(match &parts[..] {
                [Part::Text(it)] if it == "@" => Index::All,
                [Part::Text(it)] if it == "*" => Index::Joined,
                _ => Index::At(parts),
            });
        }
        if counts {
            parameter.change = Change::Length;
            return Ok(self.take("}").then_some(parameter));
        }
        if parameter.indirect {
            let whole = matches!(parameter.index, Some(Index::All | Index::Joined));
            if whole && self.take("}") {
                parameter.change = Change::Keys;
                return Ok(Some(parameter));
            }
            if parameter.index.is_none() && matches!(self.peek(), Some('*' | '@')) && self.after(1) == Some('}') {
                parameter.change = Change::Names(self.peek() == Some('*'));
                self.at += 2;
                return Ok(Some(parameter));
            }
        }
        if self.take("}") {
            return Ok(Some(parameter));
        }
        parameter.change = match self.change(quoted)? {
            Some(change) => change,
            None => return Ok(None),
        };
        Ok(self.take("}").then_some(parameter))
    }

    fn change(&mut self, quoted: bool) -> Read<Option<Change>> {
        let word = Operand { quoted, pattern: false };
        let pattern = Operand { quoted, pattern: true };
        let Some(letter) = self.step() else { return self.wrong("unexpected EOF while looking for matching `}'", true) };
        Ok(Some(match letter {
            ':' if matches!(self.peek(), Some('-' | '=' | '?' | '+')) => {
                let kind = self.step().unwrap_or_default();
                Change::Default(kind, true, self.operand("}", word)?)
            }
            '-' | '=' | '?' | '+' => Change::Default(letter, false, self.operand("}", word)?),
            '#' | '%' => {
                let longest = self.take(&letter.to_string());
                Change::Remove(letter == '#', longest, self.operand("}", pattern)?)
            }
            '/' => {
                let how = match self.peek() {
                    Some(it @ ('/' | '#' | '%')) => {
                        self.step();
                        it
                    }
                    _ => ' ',
                };
                let what = if matches!(how, '#' | '%') { self.operand("/}", pattern)? } else { self.replaced(pattern)? };
                let with = if self.take("/") { self.operand("}", pattern)? } else { Vec::new() };
                Change::Replace(how, what, with)
            }
            ':' => {
                let offset = self.bound(":}")?;
                let length = if self.take(":") { Some(self.bound("}")?) } else { None };
                Change::Slice(offset, length)
            }
            '^' | ',' | '~' => {
                let all = self.take(&letter.to_string());
                Change::Case(letter, all, self.operand("}", pattern)?)
            }
            '@' => match self.step() {
                Some(operator) if "QEPAKkaUuL".contains(operator) => Change::Transform(operator),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// The pattern of `${x/pattern/…}`: its first letter may be a slash.
    fn replaced(&mut self, how: Operand) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        if self.peek() == Some('/') {
            self.step();
            push(&mut parts, '/');
        }
        parts.extend(self.operand("/}", how)?);
        Ok(parts)
    }

    /// An expression of `${x:…}` up to a colon or the brace.
    fn bound(&mut self, ends: &str) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let (mut open, mut asked) = (0_usize, 0_usize);
        loop {
            match self.peek() {
                None => return self.wrong("unexpected EOF while looking for matching `}'", true),
                Some(':') if asked > 0 => {
                    asked -= 1;
                    self.step();
                    push_quoted(&mut parts, ":");
                }
                Some(letter) if open == 0 && ends.contains(letter) => return Ok(parts),
                Some(letter @ ('(' | ')' | '?')) => {
                    match letter {
                        '(' => open += 1,
                        ')' => open = open.saturating_sub(1),
                        _ => asked += 1,
                    }
                    self.step();
                    push_quoted(&mut parts, &letter.to_string());
                }
                Some('"') => {
                    self.step();
                    let inner = self.deeper(|it| it.inside_quotes(Some('"'), false))?;
                    parts.push(Part::Double(inner));
                }
                Some(_) => self.quoted_piece(&mut parts, false)?,
            }
        }
    }

    /// `'…'` in the operand of a quoted `${x-…}`: it hides the brace, and its quotes stay; a double quote in it goes.
    fn kept_quotes(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        let Some(length) = self.text[self.at + 1..].iter().position(|it| *it == '\'') else {
            return self.wrong("unexpected EOF while looking for matching `''", true);
        };
        let end = self.at + 1 + length;
        self.step();
        push_quoted(parts, "'");
        while self.at < end {
            if self.peek() == Some('"') {
                self.step();
            } else {
                self.quoted_piece(parts, false)?;
            }
        }
        if self.at == end {
            self.step();
            push_quoted(parts, "'");
        }
        Ok(())
    }

    /// The operand of a change, up to one of the ends, which is left.
    fn operand(&mut self, ends: &str, how: Operand) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            let Some(letter) = self.peek() else { return self.wrong("unexpected EOF while looking for matching `}'", true) };
            if ends.contains(letter) {
                return Ok(parts);
            }
            match letter {
                '\'' if how.quoted && !how.pattern && self.dash => {
                    self.step();
                    push(&mut parts, letter);
                }
                '\'' if how.quoted && !how.pattern => self.kept_quotes(&mut parts)?,
                '\\' if how.quoted => {
                    self.step();
                    match self.peek() {
                        Some('\n') => drop(self.step()),
                        Some(next) if how.pattern || matches!(next, '$' | '`' | '"' | '\\' | '}') => {
                            self.step();
                            push_quoted(&mut parts, &next.to_string());
                        }
                        _ => push_quoted(&mut parts, "\\"),
                    }
                }
                '$' if how.quoted => self.dollar(&mut parts, !how.pattern)?,
                '`' if how.quoted => parts.push(self.backquotes(true)?),
                '<' | '>' if !how.quoted && !how.pattern && self.is_process() => self.piece(&mut parts)?,
                _ if is_meta(letter) || is_blank(letter) => {
                    self.step();
                    push(&mut parts, letter);
                }
                _ => self.piece(&mut parts)?,
            }
        }
    }
}

/// Whether dash knows this form of `${…}`.
fn in_dash(it: &Parameter) -> bool {
    it.index.is_none() && !it.indirect && matches!(it.change, Change::None | Change::Length | Change::Default(..) | Change::Remove(..))
}

fn simple(name: String) -> Part {
    let raw = format!("${name}");
    Part::Parameter(Box::new(Parameter { name, index: None, indirect: false, change: Change::None, raw }))
}

impl Parser {
    /// The parts of a subscript that the text is, up to its `]`; none where it is none.
    pub fn subscript_parts(&mut self) -> Option<Vec<Part>> {
        self.subscript().ok()
    }
}
