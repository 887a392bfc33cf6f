//! Commands. A script is read line by line, as bash reads it: what comes before a syntax error has run when it is met.
//! One file, as compound commands, redirections and here-documents are one grammar over one place in the text.

use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use super::{
    alias::Expanding,
    tree::{After, Arm, Assignment, Command, Compound, Condition, Element, Item, Kind, Mark, On, Part, Pipeline, Redirect, Script, Simple, Value, Way, Word},
    words::Style,
};

/// Deepest nesting that is read. Bash has no limit of its own; past this one a script is said to be beyond.
const DEEPEST: usize = 200;

/// Most parts of one `[[ … && … ]]`: each is a level of the tree that is walked.
const MOST_PARTS: usize = 500;

/// A script that can't be read: bash's words for it, and the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub message: String,
    pub line: u32,
    /// Whether the text ended too early.
    pub ended: bool,
    /// Whether it is no fault of the script: a limit of this reader was met.
    pub beyond: bool,
}

pub(super) type Read<T> = Result<T, Wrong>;

/// A here-document whose text begins behind this line.
pub(super) struct Awaited {
    end: String,
    quoted: bool,
    tabs: bool,
    text: Rc<OnceCell<Vec<Part>>>,
}

/// Reads a script.
pub struct Parser {
    pub(super) text: Rc<[char]>,
    pub(super) at: usize,
    pub(super) line: u32,
    /// Whether `?(…)` and its like are patterns (`shopt -s extglob`).
    pub extglob: bool,
    /// Whether this is a script for dash, whose grammar is smaller.
    pub dash: bool,
    pub(super) awaited: Vec<Awaited>,
    pub(super) depth: usize,
    /// Whether this is the text of a here-document.
    pub(super) document: bool,
    /// Aliases that are expanded, and those whose text is being read.
    pub aliases: Option<Rc<BTreeMap<String, String>>>,
    pub(super) expanding: Vec<Expanding>,
    pub(super) expanded: usize,
    /// What of the text is shown in another form than it was written.
    pub(super) marks: Vec<Mark>,
    /// What bash warns of while it reads.
    pub warnings: Vec<String>,
}

const RESERVED: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}", "in"];

pub(super) fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

pub(super) fn is_meta(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

pub(super) fn is_name_start(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

pub(super) fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

impl Parser {
    /// Begins to read text whose first line has this number.
    pub fn new(text: &str, line: u32, extglob: bool) -> Parser {
        Parser { text: text.chars().collect(), at: 0, line, extglob, dash: false, awaited: Vec::new(), depth: 0, document: false, aliases: None, expanding: Vec::new(), expanded: 0, marks: Vec::new(), warnings: Vec::new() }
    }

    /// The commands of the next line that has some; none at the end.
    pub fn next_line(&mut self) -> Option<Read<Script>> {
        if self.newlines().is_err() {
            self.at = self.text.len();
            return None;
        }
        self.peek()?;
        self.marks.clear();
        Some(self.one_line())
    }

    /// The line that the reader stands in.
    pub fn line(&self) -> u32 {
        self.line
    }

    fn one_line(&mut self) -> Read<Script> {
        let mut script = Script::default();
        loop {
            script.items.push(self.item()?);
            self.blank();
            match self.peek() {
                None => break,
                Some('\n') => {
                    self.newline()?;
                    break;
                }
                Some(_) if self.ended_item(&script) => {}
                Some(_) => return Err(self.unexpected()),
            }
            self.blank();
            if matches!(self.peek(), None | Some('\n')) {
                if self.peek().is_some() {
                    self.newline()?;
                }
                break;
            }
        }
        if !self.awaited.is_empty() {
            self.documents()?;
        }
        Ok(script)
    }

    /// Whether the last item was ended by `;` or `&`, which is behind us now.
    fn ended_item(&self, _: &Script) -> bool {
        self.text[..self.at].iter().rev().find(|it| !is_blank(**it)).is_some_and(|it| matches!(it, ';' | '&'))
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn after(&self, many: usize) -> Option<char> {
        self.text.get(self.at + many).copied()
    }

    pub(super) fn looking_at(&self, what: &str) -> bool {
        what.chars().enumerate().all(|(at, it)| self.after(at) == Some(it))
    }

    pub(super) fn step(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        self.line += u32::from(letter == '\n');
        Some(letter)
    }

    pub(super) fn take(&mut self, what: &str) -> bool {
        let there = self.looking_at(what);
        if there {
            self.at += what.chars().count();
        }
        there
    }

    pub(super) fn wrong<T>(&self, message: impl Into<String>, ended: bool) -> Read<T> {
        Err(Wrong { message: message.into(), line: self.line, ended, beyond: false })
    }

    /// What bash would read and this reader does not: the run is stopped there.
    pub(super) fn beyond<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(Wrong { message: message.into(), line: self.line, ended: false, beyond: true })
    }

    fn unexpected(&self) -> Wrong {
        let token: String = match self.peek() {
            None => return Wrong { message: "syntax error: unexpected end of file".to_owned(), line: self.line, ended: true, beyond: false },
            Some('\n') => "newline".to_owned(),
            Some(letter) if is_meta(letter) => {
                let twice = self.after(1) == Some(letter) && letter != '(' && letter != ')';
                [letter].iter().cycle().take(1 + usize::from(twice)).collect()
            }
            Some(_) => self.text[self.at..].iter().take_while(|it| !is_meta(**it)).collect(),
        };
        Wrong { message: format!("syntax error near unexpected token `{token}'"), line: self.line, ended: false, beyond: false }
    }

    /// Skips blanks, joined lines and a comment.
    pub(super) fn blank(&mut self) {
        while let Some(letter) = self.peek() {
            if is_blank(letter) {
                self.at += 1;
            } else if self.looking_at("\\\n") {
                self.at += 2;
                self.line += 1;
            } else if letter == '#' && (self.at == 0 || is_meta(self.text[self.at - 1])) {
                while self.peek().is_some_and(|it| it != '\n') {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
    }

    pub(super) fn newline(&mut self) -> Read<()> {
        self.step();
        if self.awaited.is_empty() { Ok(()) } else { self.documents() }
    }

    pub(super) fn newlines(&mut self) -> Read<()> {
        loop {
            self.blank();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// Reads the here-documents that were announced.
    fn documents(&mut self) -> Read<()> {
        for awaited in std::mem::take(&mut self.awaited) {
            let start = self.line;
            let mut body = String::new();
            loop {
                if self.peek().is_none() {
                    let end = &awaited.end;
                    self.warnings.push(format!("warning: here-document at line {} delimited by end-of-file (wanted `{end}')", start.saturating_sub(1).max(1)));
                    break;
                }
                let mut line = String::new();
                while let Some(letter) = self.step() {
                    if letter == '\n' {
                        break;
                    }
                    // A line that goes on is one line, unless the end was quoted.
                    if letter == '\\' && !awaited.quoted {
                        if self.peek() == Some('\n') {
                            self.step();
                            continue;
                        }
                        line.push(letter);
                        line.extend(self.peek().filter(|it| *it != '\n').inspect(|_| self.at += 1));
                        continue;
                    }
                    line.push(letter);
                }
                let line = if awaited.tabs { line.trim_start_matches('\t') } else { &line };
                if line == awaited.end {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            let parts = if awaited.quoted {
                vec![Part::Quoted(body)]
            } else {
                let mut inner = Parser::new(&body, start, self.extglob);
                (inner.depth, inner.dash, inner.aliases) = (self.depth, self.dash, self.aliases.clone());
                inner.document = !self.dash;
                inner.inside_quotes(None, true)?
            };
            let _ = awaited.text.set(parts);
        }
        Ok(())
    }

    pub(super) fn deeper<T>(&mut self, act: impl FnOnce(&mut Parser) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.beyond(format!("the script is nested deeper than {DEEPEST} levels"));
        }
        let done = act(self);
        self.depth -= 1;
        done
    }

    /// Commands up to a word or sign that ends them.
    pub(super) fn script(&mut self) -> Read<Script> {
        self.deeper(|it| {
            let mut script = Script::default();
            loop {
                it.newlines()?;
                if it.at_end() {
                    return Ok(script);
                }
                script.items.push(it.item()?);
                it.blank();
                if it.peek() == Some('\n')
                    && !it.ended_item(&script)
                    && let Some(last) = script.items.last_mut()
                {
                    last.newline = true;
                }
                if it.peek() == Some('\n') || it.at_end() || it.ended_item(&script) {
                    continue;
                }
                return Err(it.unexpected());
            }
        })
    }

    fn at_end(&self) -> bool {
        match self.peek() {
            None | Some(')') => true,
            Some(';') => self.after(1).is_some_and(|it| matches!(it, ';' | '&')),
            Some(_) => self.reserved().is_some_and(|it| RESERVED.contains(&it.as_str()) && it != "in"),
        }
    }

    /// The word here, where it is plain text and could be reserved.
    fn reserved(&self) -> Option<String> {
        let word: String = self.text[self.at..].iter().take_while(|it| !is_meta(**it)).take(10).collect();
        (!word.is_empty() && word.len() < 10 && !word.contains(['\'', '"', '\\', '$', '`'])).then_some(word)
    }

    fn keyword(&mut self, word: &str) -> bool {
        let there = self.reserved().is_some_and(|it| it == word);
        if there {
            self.at += word.len();
        }
        there
    }

    fn expect(&mut self, word: &str) -> Read<()> {
        self.newlines()?;
        if self.keyword(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn item(&mut self) -> Read<Item> {
        self.blank();
        let line = self.line;
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blank();
            let and = if self.take("&&") {
                true
            } else if self.take("||") {
                false
            } else {
                break;
            };
            self.newlines()?;
            rest.push((and, self.pipeline()?));
        }
        self.blank();
        let mut background = false;
        if self.peek() == Some('&') && !self.looking_at("&&") {
            self.at += 1;
            background = true;
        } else if self.peek() == Some(';') && !matches!(self.after(1), Some(';' | '&')) {
            self.at += 1;
        }
        Ok(Item { first, rest, background, newline: false, line })
    }

    fn pipeline(&mut self) -> Read<Pipeline> {
        let mut pipeline = Pipeline { negated: false, timed: false, portable: false, stages: Vec::new() };
        loop {
            self.blank();
            if self.keyword("!") {
                pipeline.negated = !pipeline.negated;
            } else if !self.dash && self.keyword("time") {
                pipeline.timed = true;
                self.blank();
                if self.reserved().is_some_and(|it| it == "-p") {
                    pipeline.portable = true;
                    self.at += 2;
                }
            } else {
                break;
            }
        }
        if (pipeline.negated || pipeline.timed) && matches!(self.peek(), None | Some('\n' | ';')) {
            let simple = Simple { assignments: Vec::new(), words: Vec::new(), redirects: Vec::new(), line: self.line };
            pipeline.stages.push((Command::Simple(Rc::new(simple)), false));
            return Ok(pipeline);
        }
        loop {
            let command = self.command()?;
            self.blank();
            if self.peek() != Some('|') || self.looking_at("||") {
                pipeline.stages.push((command, false));
                return Ok(pipeline);
            }
            self.at += 1;
            let both = !self.dash && self.take("&");
            pipeline.stages.push((command, both));
            self.newlines()?;
            if self.reserved().is_some_and(|it| it == "!") && !self.dash {
                return Err(self.unexpected());
            }
        }
    }

    fn command(&mut self) -> Read<Command> {
        self.blank();
        self.alias(true)?;
        let line = self.line;
        let kind = match self.peek() {
            Some('(') => Some(self.parenthesis()?),
            Some(_) => self.compound()?,
            None => return Err(self.unexpected()),
        };
        if let Some(kind) = kind {
            let redirects = self.redirects()?;
            return Ok(Command::Compound(Rc::new(Compound { kind, redirects, line })));
        }
        if let Some(function) = self.function()? {
            return Ok(function);
        }
        Ok(Command::Simple(Rc::new(self.simple()?)))
    }

    fn parenthesis(&mut self) -> Read<Kind> {
        if self.looking_at("((") && !self.dash {
            let (at, line, before) = (self.at, self.line, self.marks.len());
            self.at += 2;
            if let Ok(parts) = self.arithmetic("))") {
                let raw: String = self.text[at + 2..self.at - 2].iter().collect();
                return Ok(Kind::Arithmetic(parts, raw.into()));
            }
            (self.at, self.line) = (at, line);
            self.marks.truncate(before);
        }
        self.at += 1;
        let script = self.script()?;
        if script.items.is_empty() || !self.take(")") {
            return Err(self.unexpected());
        }
        Ok(Kind::Subshell(script))
    }

    /// A command that begins with a reserved word.
    fn compound(&mut self) -> Read<Option<Kind>> {
        let Some(word) = self.reserved() else { return Ok(None) };
        if self.dash && matches!(word.as_str(), "[[" | "select" | "coproc") {
            return Ok(None);
        }
        Ok(Some(match word.as_str() {
            "{" => {
                self.at += 1;
                let script = self.filled()?;
                self.expect("}")?;
                Kind::Group(script)
            }
            "if" => self.conditional()?,
            "while" | "until" => {
                self.at += 5;
                let condition = self.filled()?;
                Kind::While(word == "until", condition, self.body()?)
            }
            "for" => self.loop_over()?,
            "select" => match self.loop_over()? {
                Kind::For(name, words, body) => Kind::Select(name, words, body),
                _ => return Err(self.unexpected()),
            },
            "case" => self.case()?,
            "[[" => {
                self.at += 2;
                let condition = self.deeper(Parser::either)?;
                self.newlines()?;
                if !self.keyword("]]") {
                    return if self.dash { Err(self.unexpected()) } else { self.wrong("syntax error in conditional expression", false) };
                }
                Kind::Condition(condition)
            }
            "coproc" => {
                self.at += 6;
                self.blank();
                let named = self.text[self.at..].iter().take_while(|it| is_name(**it)).count();
                let behind: String = self.text[self.at + named..].iter().skip_while(|it| is_blank(**it)).take_while(|it| !is_blank(**it) && **it != '\n').collect();
                let mut name = "COPROC".to_owned();
                // Before a compound command a word is the name.
                let compound = behind.starts_with('(') || matches!(behind.as_str(), "{" | "if" | "while" | "until" | "for" | "case" | "select" | "[[");
                let first: String = self.text[self.at..self.at + named].iter().collect();
                if named > 0 && compound && !matches!(first.as_str(), "if" | "while" | "until" | "for" | "case" | "select") {
                    self.at += named;
                    name = first;
                }
                Kind::Coprocess(name, Box::new(self.deeper(Parser::command)?))
            }
            it if RESERVED.contains(&it) && it != "in" => return Err(self.unexpected()),
            _ => return Ok(None),
        }))
    }

    /// Commands, at least one.
    fn filled(&mut self) -> Read<Script> {
        let script = self.script()?;
        if script.items.is_empty() { Err(self.unexpected()) } else { Ok(script) }
    }

    fn body(&mut self) -> Read<Script> {
        self.expect("do")?;
        let body = self.filled()?;
        self.expect("done")?;
        Ok(body)
    }

    /// The body of `for`, which may stand in braces.
    fn braced_body(&mut self) -> Read<Script> {
        if self.dash || !self.keyword("{") {
            return self.body();
        }
        let body = self.filled()?;
        self.expect("}")?;
        Ok(body)
    }

    fn conditional(&mut self) -> Read<Kind> {
        self.at += 2;
        let mut branches = Vec::new();
        loop {
            let condition = self.filled()?;
            self.expect("then")?;
            branches.push((condition, self.filled()?));
            if self.keyword("elif") {
                continue;
            }
            let otherwise = if self.keyword("else") { Some(self.filled()?) } else { None };
            self.expect("fi")?;
            return Ok(Kind::If(branches, otherwise));
        }
    }

    fn loop_over(&mut self) -> Read<Kind> {
        while self.peek().is_some_and(|it| !is_meta(it)) {
            self.at += 1;
        }
        self.blank();
        if self.looking_at("((") && self.dash {
            return self.wrong("Syntax error: Bad for loop variable", false);
        }
        if self.take("((") {
            let from = self.at;
            let first = self.arithmetic(";")?;
            let middle = self.at;
            let second = self.arithmetic(";")?;
            let last = self.at;
            let third = self.arithmetic("))")?;
            let raw = |from: usize, to: usize| -> std::rc::Rc<str> {
                let text: String = self.text[from..to].iter().skip_while(|it| it.is_ascii_whitespace()).collect();
                if text.is_empty() { "1".into() } else { text.into() }
            };
            let raws = [raw(from, middle - 1), raw(middle, last - 1), raw(last, self.at - 2)];
            self.blank();
            if self.peek() == Some(';') {
                self.at += 1;
            }
            self.newlines()?;
            let body = self.braced_body()?;
            return Ok(Kind::Count([first, second, third], raws, body));
        }
        let name: String = self.text[self.at..].iter().take_while(|it| !is_meta(**it)).collect();
        if name.is_empty() {
            return Err(self.unexpected());
        }
        if !name.starts_with(is_name_start) || !name.chars().all(is_name) {
            return self.wrong(format!("`{name}': not a valid identifier"), false);
        }
        self.at += name.len();
        self.newlines()?;
        let mut words = None;
        if self.keyword("in") {
            let mut list = Vec::new();
            loop {
                self.blank();
                match self.peek() {
                    Some('\n') => {
                        self.newline()?;
                        break;
                    }
                    Some(';') => {
                        self.at += 1;
                        break;
                    }
                    Some(letter) if !is_meta(letter) || self.is_process() => list.push(self.word(Style::Plain)?),
                    _ => return Err(self.unexpected()),
                }
            }
            words = Some(list);
        } else if self.peek() == Some(';') {
            self.at += 1;
        }
        self.newlines()?;
        let body = self.braced_body()?;
        Ok(Kind::For(name, words, body))
    }

    fn case(&mut self) -> Read<Kind> {
        self.at += 4;
        self.blank();
        let word = self.word(Style::One)?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.newlines()?;
            if self.keyword("esac") {
                return Ok(Kind::Case(word, arms));
            }
            self.blank();
            self.take("(");
            let mut patterns = Vec::new();
            loop {
                self.blank();
                patterns.push(self.word(Style::One)?);
                self.blank();
                match self.step() {
                    Some('|') => {}
                    Some(')') => break,
                    _ => {
                        self.at = self.at.saturating_sub(1);
                        return Err(self.unexpected());
                    }
                }
            }
            let body = self.script()?;
            let after = if self.dash && (self.looking_at(";;&") || self.looking_at(";&")) {
                return Err(self.unexpected());
            } else if self.take(";;&") {
                After::Test
            } else if self.take(";;") {
                After::Leave
            } else if self.take(";&") {
                After::Fall
            } else {
                After::Leave
            };
            arms.push(Arm { patterns, body, after });
        }
    }

    fn either(&mut self) -> Read<Condition> {
        let (mut left, mut parts) = (self.both()?, 0);
        loop {
            self.newlines()?;
            if !self.take("||") {
                return Ok(left);
            }
            parts += 1;
            if parts > MOST_PARTS {
                return self.beyond(format!("a condition has more than {MOST_PARTS} parts"));
            }
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
    }

    fn both(&mut self) -> Read<Condition> {
        let (mut left, mut parts) = (self.one()?, 0);
        loop {
            self.newlines()?;
            if !self.take("&&") {
                return Ok(left);
            }
            parts += 1;
            if parts > MOST_PARTS {
                return self.beyond(format!("a condition has more than {MOST_PARTS} parts"));
            }
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
    }

    fn one(&mut self) -> Read<Condition> {
        self.newlines()?;
        if self.keyword("!") {
            return Ok(Condition::Not(Box::new(self.deeper(Parser::one)?)));
        }
        if self.take("(") {
            let inner = self.deeper(Parser::either)?;
            self.newlines()?;
            return if self.take(")") { Ok(Condition::Group(Box::new(inner))) } else { Err(self.unexpected()) };
        }
        let first = self.word(Style::Test)?;
        self.blank();
        let is_unary = matches!(&first.parts[..], [Part::Text(it)] if it.len() == 2 && it.starts_with('-') && "abcdefghknoprstuvwxzGLNORS".contains(&it[1..]));
        let over =
            self.reserved().is_some_and(|it| it == "]]") || matches!(self.peek(), None | Some('\n' | ')')) || self.looking_at("&&") || self.looking_at("||");
        if is_unary && (over || matches!(self.peek(), Some('<' | '>'))) {
            return self.wrong("unexpected argument to conditional unary operator", false);
        }
        if over {
            return Ok(Condition::Word(first));
        }
        let operator = if is_unary {
            String::new()
        } else if matches!(self.peek(), Some('<' | '>')) {
            self.step().map(String::from).unwrap_or_default()
        } else {
            self.reserved()
                .filter(|it| matches!(it.as_str(), "==" | "=" | "!=" | "=~" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot" | "-ef"))
                .inspect(|it| self.at += it.len())
                .unwrap_or_default()
        };
        if operator.is_empty() {
            if !is_unary {
                return self.wrong("conditional binary operator expected", false);
            }
            let Some(Part::Text(operator)) = first.parts.first() else { return Err(self.unexpected()) };
            return Ok(Condition::Unary(operator.clone(), self.word(Style::Test)?));
        }
        self.blank();
        let style = match operator.as_str() {
            "=~" => Style::Regex,
            "==" | "=" | "!=" => Style::Pattern,
            _ => Style::Test,
        };
        Ok(Condition::Binary(first, operator, self.word(style)?))
    }

    /// `name () …`, `function name …`.
    fn function(&mut self) -> Read<Option<Command>> {
        let (start, line) = (self.at, self.line);
        let explicit = !self.dash && self.keyword("function");
        if explicit {
            self.blank();
        }
        let name: String = self.text[self.at..].iter().take_while(|it| !is_meta(**it)).collect();
        let plain = !name.is_empty() && !name.contains(['\'', '"', '\\', '$', '`', '=']);
        let behind = self.text[self.at + name.chars().count()..].iter().skip_while(|it| is_blank(**it)).take(1).next().copied();
        if !plain || !explicit && behind != Some('(') {
            (self.at, self.line) = (start, line);
            return Ok(None);
        }
        self.at += name.chars().count();
        self.blank();
        if self.take("(") {
            self.blank();
            if !self.take(")") {
                return Err(self.unexpected());
            }
        }
        self.newlines()?;
        if self.dash && !(name.starts_with(is_name_start) && name.chars().all(is_name)) {
            return self.wrong("Syntax error: Bad function name", false);
        }
        let from = self.at;
        let body = match self.deeper(Parser::command)? {
            Command::Compound(body) => body,
            // In dash a function's body may be any command.
            command if self.dash => {
                let pipeline = Pipeline { negated: false, timed: false, portable: false, stages: vec![(command, false)] };
                let item = Item { first: pipeline, rest: Vec::new(), background: false, newline: false, line };
                Rc::new(Compound { kind: Kind::Group(Script { items: vec![item] }), redirects: Vec::new(), line })
            }
            _ => return Err(self.unexpected()),
        };
        let source: String = self.text[from..self.at].iter().collect();
        Ok(Some(Command::Function { name, body, source: source.into() }))
    }

    fn simple(&mut self) -> Read<Simple> {
        let mut simple = Simple { assignments: Vec::new(), words: Vec::new(), redirects: Vec::new(), line: self.line };
        let (mut declares, mut lookahead) = (false, false);
        loop {
            self.blank();
            self.alias(simple.words.is_empty())?;
            if let Some(redirect) = self.redirect()? {
                lookahead = false;
                simple.redirects.push(redirect);
                continue;
            }
            match self.peek() {
                Some(letter) if !is_meta(letter) || self.is_process() => {}
                _ => break,
            }
            if (simple.words.is_empty() || declares)
                && let Some(assignment) = self.assignment(declares)?
            {
                if simple.words.is_empty() {
                    simple.assignments.push(assignment);
                } else {
                    let (raw, marks) = (assignment.raw.clone(), assignment.marks.clone());
                    simple.words.push(Word { parts: vec![Part::Array(Rc::new(assignment))], braces: None, raw, marks });
                }
                continue;
            }
            let word = self.word(Style::Plain)?;
            if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty() {
                // Bash takes the line only when it has looked at what follows the first word.
                lookahead = true;
                simple.line = self.line;
                self.blank();
                simple.line = self.line;
            } else if std::mem::take(&mut lookahead) {
                simple.line = self.line;
            }
            if simple.words.is_empty() || simple.words.iter().all(|it| matches!(&*it.raw, "builtin" | "command")) {
                declares = matches!(&*word.raw, "declare" | "local" | "typeset" | "readonly" | "export");
            }
            simple.words.push(word);
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty() {
            return Err(self.unexpected());
        }
        Ok(simple)
    }

    /// An assignment here; in the arguments of a declaration only one of an array is one, as others are plain words.
    fn assignment(&mut self, argument: bool) -> Read<Option<Assignment>> {
        let (start, line, marked) = (self.at, self.line, self.marks.len());
        if !self.peek().is_some_and(is_name_start) {
            return Ok(None);
        }
        let name: String = self.text[self.at..].iter().take_while(|it| is_name(**it)).collect();
        self.at += name.len();
        let mut index = None;
        if self.peek() == Some('[') && !self.dash {
            self.at += 1;
            match self.subscript() {
                Ok(parts) => index = Some(parts),
                Err(_) => {
                    (self.at, self.line) = (start, line);
                    return Ok(None);
                }
            }
        }
        let append = !self.dash && self.take("+=");
        if !append && !self.take("=") || argument && self.peek() != Some('(') {
            (self.at, self.line) = (start, line);
            return Ok(None);
        }
        let value = if self.peek() == Some('(') && index.is_none() && !self.dash { Value::Array(self.elements()?) } else { Value::Scalar(self.word(Style::Value)?) };
        let raw: String = self.text[start..self.at].iter().collect();
        Ok(Some(Assignment { name, index, append, value, raw: raw.into(), marks: self.marks_from(marked, start) }))
    }

    fn elements(&mut self) -> Read<Vec<Element>> {
        self.at += 1;
        let mut elements = Vec::new();
        loop {
            self.newlines()?;
            if self.take(")") {
                return Ok(elements);
            }
            match self.peek() {
                Some(letter) if !is_meta(letter) || self.is_process() => {}
                _ => return Err(self.unexpected()),
            }
            let (start, line, marked) = (self.at, self.line, self.marks.len());
            let mut index = None;
            if self.take("[") {
                match self.subscript() {
                    Ok(parts) if self.looking_at("=") || self.looking_at("+=") => {
                        let append = self.take("+");
                        self.at += 1;
                        index = Some((parts, append));
                    }
                    _ => (self.at, self.line) = (start, line),
                }
            }
            let word = if index.is_some() { self.word(Style::Value)? } else { self.word(Style::Plain)? };
            let raw: String = self.text[start..self.at].iter().collect();
            elements.push(Element { index, word, raw: raw.into(), marks: self.marks_from(marked, start) });
        }
    }

    fn redirects(&mut self) -> Read<Vec<Redirect>> {
        let mut redirects = Vec::new();
        loop {
            self.blank();
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => return Ok(redirects),
            }
        }
    }

    fn redirect(&mut self) -> Read<Option<Redirect>> {
        let start = self.at;
        let mut on = On::Usual;
        if self.peek().is_some_and(|it| it.is_ascii_digit()) {
            let digits: String = self.text[self.at..].iter().take_while(|it| it.is_ascii_digit()).collect();
            self.at += digits.len();
            match digits.parse().ok().filter(|_| !self.dash || digits.len() == 1) {
                Some(number) if matches!(self.peek(), Some('<' | '>')) => on = On::Number(number),
                _ => {
                    self.at = start;
                    return Ok(None);
                }
            }
        } else if self.peek() == Some('{') && !self.dash {
            let name: String = self.text[self.at + 1..].iter().take_while(|it| is_name(**it)).collect();
            let behind = self.at + 1 + name.len();
            let opens = self.text.get(behind) == Some(&'}') && matches!(self.text.get(behind + 1), Some('<' | '>'));
            if name.is_empty() || !opens {
                return Ok(None);
            }
            self.at = behind + 1;
            on = On::Named(name);
        }
        if on == On::Usual && self.is_process() {
            return Ok(None);
        }
        let way = if on == On::Usual && !self.dash && self.take("&>>") {
            Way::AppendAll
        } else if on == On::Usual && !self.dash && self.take("&>") {
            Way::WriteAll
        } else if self.dash && self.looking_at("<<<") {
            return self.wrong("Syntax error: redirection unexpected", false);
        } else if self.take("<<<") {
            Way::Here(true)
        } else if self.take("<<-") {
            return self.document(on, true).map(Some);
        } else if self.take("<<") {
            return self.document(on, false).map(Some);
        } else if self.take("<&") {
            Way::CopyInput
        } else if self.take("<>") {
            Way::Both
        } else if self.take("<") {
            Way::Read
        } else if self.take(">>") {
            Way::Append
        } else if self.take(">&") {
            Way::CopyOutput
        } else if self.take(">|") {
            Way::Clobber
        } else if self.take(">") {
            Way::Write
        } else {
            self.at = start;
            return Ok(None);
        };
        self.blank();
        match self.peek() {
            Some(letter) if !is_meta(letter) || self.is_process() => {}
            _ => return Err(self.unexpected()),
        }
        let start = self.at;
        let target = self.word(Style::One)?;
        // A number before another sign is that one's descriptor, and no file.
        let number = self.text[start..self.at].iter().all(char::is_ascii_digit) && (!self.dash || self.at == start + 1);
        if number && matches!(self.peek(), Some('<' | '>')) {
            self.at = start;
            return Err(self.unexpected());
        }
        let copies = matches!(way, Way::CopyInput | Way::CopyOutput);
        if self.dash && copies && !target.raw.contains(['$', '`']) && &*target.raw != "-" && !(target.raw.len() == 1 && target.raw.starts_with(|it: char| it.is_ascii_digit())) {
            return self.wrong("Syntax error: Bad fd number", false);
        }
        Ok(Some(Redirect { on, kind: way, target }))
    }

    fn document(&mut self, on: On, tabs: bool) -> Read<Redirect> {
        self.blank();
        let word = self.word(Style::One)?;
        let quoted = word.raw.contains(['\'', '"', '\\']);
        let end = plain(&word.parts);
        let text = Rc::new(OnceCell::new());
        self.awaited.push(Awaited { end, quoted, tabs, text: text.clone() });
        Ok(Redirect { on, kind: Way::Here(false), target: Word { parts: vec![Part::Document(text)], braces: None, raw: word.raw, marks: word.marks } })
    }
}

/// The text of a word whose quotes are gone, unexpanded.
fn plain(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) | Part::Quoted(text) => out.push_str(text),
            Part::Double(inner) => out.push_str(&plain(inner)),
            Part::Parameter(it) => out.push_str(&it.raw),
            _ => {}
        }
    }
    out
}
