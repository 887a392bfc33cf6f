//! A run: variables, the record, the input, and the rules one after the other.

use std::rc::Rc;

use crate::{
    Dialect, Done, Options, Trouble, World,
    array::{Array, Shared},
    fields::Splitter,
    lex::unescaped,
    options::Text,
    parse,
    pattern::{Pattern as Regex, Patterns},
    record::Separator,
    special::{self, *},
    stream::{Streams, read_file, shared},
    tree::{Bytes, Pattern, Program, Statement},
    value::Value,
};

/// Why statements end early.
#[derive(Debug)]
pub(crate) enum Stop {
    Trouble(Trouble),
    Next,
    NextFile,
    Exit,
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Stop {
        Stop::Trouble(trouble)
    }
}

pub(crate) type Run<T> = Result<T, Stop>;

/// What a name holds.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Scalar(Value),
    Array(Shared),
}

/// The record and its fields; each is made of the other when it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Current {
    pub(crate) text: Value,
    pub(crate) fields: Vec<Value>,
    pub(crate) is_split: bool,
    pub(crate) is_stale: bool,
    pub(crate) splitter: Option<Splitter>,
    /// How often the record was replaced.
    pub(crate) generation: usize,
}

pub(crate) struct Machine<'a> {
    pub(crate) world: &'a mut dyn World,
    pub(crate) dialect: Dialect,
    pub(crate) program: Rc<Program>,
    pub(crate) globals: Vec<Slot>,
    pub(crate) locals: Vec<Slot>,
    pub(crate) current: Current,
    pub(crate) patterns: Patterns,
    pub(crate) streams: Streams,
    pub(crate) depth: usize,
    /// The depth at which the statement at hand began.
    pub(crate) statement_depth: usize,
    pub(crate) status: i32,
    pub(crate) seed: Option<f64>,
    ranges: Vec<bool>,
    separator: Option<Separator>,
    splitter: Option<Splitter>,
    /// The operand that is looked at next, and whether a file was among them.
    operand: usize,
    had_file: bool,
    main: Option<Main>,
}

/// The file that is read.
struct Main {
    name: Option<Vec<u8>>,
    reader: crate::record::Reader,
}

/// Runs a program.
pub fn run(options: &Options, world: &mut dyn World) -> Result<Done, Trouble> {
    let dialect = options.dialect;
    let mut text = Vec::new();
    for part in &options.program {
        match part {
            Text::Words(words) => text.extend_from_slice(words),
            Text::File(name) => text.extend(program_file(name, dialect, world)?),
        }
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
    }
    if dialect == Dialect::Gawk && text.iter().all(u8::is_ascii_whitespace) {
        return Ok(Done::default());
    }
    let program = Rc::new(parse::program(&text, dialect, &options.names())?);
    let mut machine = Machine::new(program, options, world);
    let outcome = machine.whole(options);
    let status = machine.status;
    let ended = match outcome {
        Ok(()) => machine.streams.finish(dialect, machine.world).map(|()| status),
        Err(Trouble::Unmodelled(reason)) => Err(Trouble::Unmodelled(reason)),
        Err(Trouble::Exit(message, status)) => {
            machine.tell(&message)?;
            machine.streams.finish(dialect, machine.world).map(|()| status)
        }
    };
    let part_of_input = machine.streams.stdin.as_ref().is_some_and(|it| !it.met_end);
    ended.map(|status| Done { status, part_of_input })
}

fn program_file(name: &[u8], dialect: Dialect, world: &mut dyn World) -> Result<Vec<u8>, Trouble> {
    if name == b"-" || name == b"/dev/stdin" {
        return Err(Trouble::Unmodelled("a program of awk in its input is not modelled".to_owned()));
    }
    let shown = String::from_utf8_lossy(name).into_owned();
    read_file(name, dialect, world)?.map_err(|error| match dialect {
        Dialect::Mawk => Trouble::Exit(format!("couldn't open {shown}"), 2),
        Dialect::Gawk => Trouble::Exit(format!("fatal: cannot open source file `{shown}' for reading: {error}"), 2),
    })
}

impl<'a> Machine<'a> {
    fn new(program: Rc<Program>, options: &Options, world: &'a mut dyn World) -> Machine<'a> {
        let dialect = options.dialect;
        let globals = program
            .globals
            .iter()
            .map(|(_, is_array)| if *is_array { Slot::Array(Array::shared(dialect)) } else { Slot::Scalar(Value::Nothing) })
            .collect();
        let ranges = vec![false; program.ranges];
        Machine {
            world,
            dialect,
            program,
            globals,
            locals: Vec::new(),
            current: Current::default(),
            patterns: Patterns::default(),
            streams: Streams::default(),
            depth: 0,
            statement_depth: 0,
            status: 0,
            seed: if dialect == Dialect::Gawk { Some(0.0) } else { None },
            ranges,
            separator: None,
            splitter: None,
            operand: 1,
            had_file: false,
            main: None,
        }
    }

    fn whole(&mut self, options: &Options) -> Result<(), Trouble> {
        self.prepare(options)?;
        for warning in self.program.clone().warnings.clone() {
            self.tell(&warning)?;
        }
        let outcome = self.rules();
        match outcome {
            Ok(()) | Err(Stop::Exit) => {}
            Err(Stop::Trouble(trouble)) => return Err(trouble),
            Err(Stop::Next | Stop::NextFile) => return Err(Trouble::Unmodelled("`next` where there is no record is not modelled".to_owned())),
        }
        Ok(())
    }

    fn prepare(&mut self, options: &Options) -> Result<(), Trouble> {
        let text = |it: &str| Value::text(it.as_bytes().to_vec());
        for (at, value) in [(FS, " "), (RS, "\n"), (OFS, " "), (ORS, "\n"), (SUBSEP, "\u{1c}"), (CONVFMT, "%.6g"), (OFMT, "%.6g")] {
            self.globals[at] = Slot::Scalar(text(value));
        }
        for at in [NF, NR, FNR] {
            self.globals[at] = Slot::Scalar(Value::Number(0.0));
        }
        if self.dialect == Dialect::Gawk {
            self.globals[FPAT] = Slot::Scalar(text("[^[:space:]]+"));
            for at in [FIELDWIDTHS, ERRNO, RT] {
                self.globals[at] = Slot::Scalar(text(""));
            }
            for at in [IGNORECASE, BINMODE, LINT, ARGIND, RSTART, RLENGTH] {
                self.globals[at] = Slot::Scalar(Value::Number(0.0));
            }
        }
        self.current.text = Value::Input(shared(b""));
        self.globals[FILENAME] = Slot::Scalar(text(""));
        self.current.is_split = true;
        self.surroundings(options);
        if let Some(separator) = &options.separator {
            let (value, _) = unescaped(separator, self.dialect);
            self.set_global(FS, Value::input(&value)).map_err(plain)?;
        }
        for (name, value) in &options.assignments {
            self.assign_operand(name, value)?;
        }
        Ok(())
    }

    fn surroundings(&mut self, options: &Options) {
        let argv: Vec<Value> = std::iter::once(options.name.as_bytes()).chain(options.operands.iter().map(Vec::as_slice)).map(Value::input).collect();
        self.globals[ARGC] = Slot::Scalar(Value::Number(argv.len() as f64));
        if let Slot::Array(array) = &self.globals[ARGV] {
            let mut array = array.borrow_mut();
            for (at, value) in argv.into_iter().enumerate() {
                array.set(&self.subscript_of(at as f64), value);
            }
        }
        let environment = self.world.environment();
        if let Slot::Array(array) = &self.globals[ENVIRON] {
            let mut array = array.borrow_mut();
            array.opaque = true;
            for (name, value) in environment {
                array.set(&crate::array::Subscript { text: shared(&name), integer: None }, Value::input(&value));
            }
        }
        if let Slot::Array(array) = &self.globals[PROCINFO] {
            array.borrow_mut().opaque = self.dialect == Dialect::Gawk;
        }
    }

    pub(crate) fn subscript_of(&self, number: f64) -> crate::array::Subscript {
        crate::array::Subscript { text: shared(format!("{number}").as_bytes()), integer: (self.dialect == Dialect::Mawk).then_some(number as i32) }
    }

    /// Prints a message of awk's own.
    pub(crate) fn tell(&mut self, message: &str) -> Result<(), Trouble> {
        let name = if self.dialect == Dialect::Mawk { "mawk" } else { "gawk" };
        self.streams.err(format!("{name}: {message}\n").as_bytes(), self.world, true)
    }

    fn rules(&mut self) -> Run<()> {
        let program = self.program.clone();
        let has = |of: fn(&Pattern) -> bool| program.rules.iter().any(|it| of(&it.pattern));
        let has_end = has(|it| matches!(it, Pattern::End));
        let has_files = has(|it| matches!(it, Pattern::BeginFile | Pattern::EndFile));
        let has_main = has(|it| matches!(it, Pattern::Always | Pattern::When(_) | Pattern::Range(..)));
        if has_files && self.dialect == Dialect::Gawk {
            return Err(Trouble::Unmodelled("BEGINFILE and ENDFILE are not modelled".to_owned()).into());
        }
        let goes_on = self.goes_on(|machine| machine.every(|it| matches!(it, Pattern::Begin)))?;
        if goes_on && (has_main || has_end) {
            self.goes_on(Machine::records)?;
        }
        // END comes after an exit too.
        if has_end {
            self.goes_on(|machine| machine.every(|it| matches!(it, Pattern::End)))?;
        }
        Ok(())
    }

    /// False where the script exits.
    fn goes_on(&mut self, act: impl FnOnce(&mut Self) -> Run<()>) -> Run<bool> {
        match act(self) {
            Ok(()) => Ok(true),
            Err(Stop::Exit) => Ok(false),
            Err(stop) => Err(stop),
        }
    }

    fn every(&mut self, of: fn(&Pattern) -> bool) -> Run<()> {
        for rule in &self.program.clone().rules {
            if of(&rule.pattern) {
                self.block(rule.action.as_deref().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Reads the input, record by record.
    fn records(&mut self) -> Run<()> {
        while self.next_record(true)? {
            match self.record() {
                Ok(()) | Err(Stop::Next) => {}
                Err(Stop::NextFile) => self.skip_file(),
                Err(stop) => return Err(stop),
            }
            if self.streams.closed_reader {
                return Err(Trouble::Unmodelled("awk writes to a pipe that nobody reads on".to_owned()).into());
            }
        }
        Ok(())
    }

    fn skip_file(&mut self) {
        if let Some(main) = &mut self.main {
            if main.name.is_none()
                && let Some(stdin) = &mut self.streams.stdin
            {
                stdin.at = stdin.text.len();
            }
            main.reader.at = main.reader.text.len();
        }
    }

    fn record(&mut self) -> Run<()> {
        let program = self.program.clone();
        for rule in &program.rules {
            let applies = match &rule.pattern {
                Pattern::Always => true,
                Pattern::When(condition) => self.condition(condition)?,
                Pattern::Range(first, last, number) => {
                    if self.ranges[*number] || self.condition(first)? {
                        self.ranges[*number] = !self.condition(last)?;
                        true
                    } else {
                        false
                    }
                }
                _ => false,
            };
            if applies {
                match &rule.action {
                    Some(action) => self.block(action)?,
                    None => self.print(&[], None)?,
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, statements: &[Statement]) -> Run<()> {
        self.statements(statements)?;
        Ok(())
    }

    /// Makes the next record of the main input the current one (or puts it away with `keep` false, giving it back).
    pub(crate) fn next_record(&mut self, keep: bool) -> Run<bool> {
        match self.next_main()? {
            Some(text) => {
                if keep {
                    self.set_record(Value::Input(text));
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// The next record of the main input, counted.
    pub(crate) fn next_main(&mut self) -> Run<Option<Bytes>> {
        loop {
            if self.main.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let separator = self.separator()?;
            let dialect = self.dialect;
            let Some(main) = &mut self.main else { return Ok(None) };
            let reader = if main.name.is_none() { self.streams.input(self.world) } else { &mut main.reader };
            let Some(record) = reader.next(&separator, dialect)? else {
                self.main = None;
                self.streams.main = None;
                continue;
            };
            let text = shared(&reader.text[record.from..record.to]);
            let ended = shared(&reader.text[record.to..record.ended]);
            if dialect == Dialect::Gawk {
                self.globals[RT] = Slot::Scalar(Value::Text(ended));
            }
            self.count(FNR)?;
            self.count(NR)?;
            return Ok(Some(text));
        }
    }

    pub(crate) fn count(&mut self, at: usize) -> Run<()> {
        let value = self.global(at).number(self.dialect);
        // gawk counts in whole numbers.
        let value = if self.dialect == Dialect::Gawk { value.trunc() } else { value } + 1.0;
        self.globals[at] = Slot::Scalar(Value::Number(value));
        Ok(())
    }

    /// Opens the next operand that is a file; standard input where there is none.
    fn open_next(&mut self) -> Run<bool> {
        loop {
            let count = self.global(ARGC).number(self.dialect);
            if (self.operand as f64) >= count {
                if self.had_file {
                    return Ok(false);
                }
                self.had_file = true;
                self.open(None)?;
                return Ok(true);
            }
            let at = self.operand;
            self.operand += 1;
            let Slot::Array(array) = &self.globals[ARGV] else { return Ok(false) };
            let value = array.borrow().peek(at.to_string().as_bytes()).cloned();
            let Some(value) = value else { continue };
            let text = self.text(&value)?;
            if text.is_empty() {
                continue;
            }
            if let Some((name, value)) = operand_assignment(&text) {
                let (name, value) = (name.to_vec(), value.to_vec());
                self.assign_operand(&name, &value)?;
                continue;
            }
            self.had_file = true;
            if self.dialect == Dialect::Gawk {
                self.globals[ARGIND] = Slot::Scalar(Value::Number(at as f64));
            }
            if self.open(Some(&text))? {
                return Ok(true);
            }
        }
    }

    fn open(&mut self, name: Option<&[u8]>) -> Run<bool> {
        self.globals[FNR] = Slot::Scalar(Value::Number(0.0));
        let name = name.filter(|it| !matches!(*it, b"-" | b"/dev/stdin"));
        let Some(name) = name else {
            self.globals[FILENAME] = Slot::Scalar(Value::Input(shared(b"-")));
            self.main = Some(Main { name: None, reader: crate::record::Reader::default() });
            return Ok(true);
        };
        match read_file(name, self.dialect, self.world)? {
            Ok(text) => {
                self.globals[FILENAME] = Slot::Scalar(Value::Input(shared(name)));
                self.streams.main = Some(name.to_vec());
                self.main = Some(Main { name: Some(name.to_vec()), reader: crate::record::Reader::new(text) });
                Ok(true)
            }
            Err(error) => self.cannot_open(name, &error),
        }
    }

    fn cannot_open(&mut self, name: &[u8], error: &str) -> Run<bool> {
        let shown = String::from_utf8_lossy(name).into_owned();
        match self.dialect {
            Dialect::Mawk if error == "Is a directory" => Err(Trouble::Unmodelled("a directory that mawk reads is not modelled".to_owned()).into()),
            Dialect::Mawk => Err(Trouble::Exit(format!("cannot open {shown} ({error})"), 2).into()),
            Dialect::Gawk if error == "Is a directory" => {
                self.tell(&format!("warning: command line argument `{shown}' is a directory: skipped"))?;
                Ok(false)
            }
            Dialect::Gawk => Err(Trouble::Exit(format!("fatal: cannot open file `{shown}' for reading: {error}"), 2).into()),
        }
    }

    fn assign_operand(&mut self, name: &[u8], value: &[u8]) -> Result<(), Trouble> {
        let Some(at) = self.program.globals.iter().position(|it| it.0 == name) else { return Ok(()) };
        if self.program.globals[at].1 {
            return Err(Trouble::Exit(format!("cannot assign to {}; it's an array", String::from_utf8_lossy(name)), 2));
        }
        let (text, plain_letters) = unescaped(value, self.dialect);
        for letter in plain_letters {
            let letter = String::from_utf8_lossy(&[letter]).into_owned();
            self.tell(&format!("warning: escape sequence `\\{letter}' treated as plain `{letter}'"))?;
        }
        self.set_global(at, Value::input(&text)).map_err(plain)
    }

    /// How records are parted now.
    pub(crate) fn separator(&mut self) -> Run<Separator> {
        if let Some(separator) = &self.separator {
            return Ok(separator.clone());
        }
        let value = self.global(RS);
        let text = self.text(&value)?;
        let separator = match &text[..] {
            b"" => Separator::Paragraph,
            [byte] if *byte != b'\\' && (self.dialect == Dialect::Gawk || !b".[(*+?^$|)".contains(byte)) => Separator::Byte(*byte),
            [b'\\'] => Separator::Byte(b'\\'),
            [byte] => Separator::Byte(*byte),
            text => Separator::Pattern(self.pattern(text)?),
        };
        self.separator = Some(separator.clone());
        Ok(separator)
    }

    /// How records are parted into fields now.
    pub(crate) fn splitter(&mut self) -> Run<Splitter> {
        if let Some(splitter) = &self.splitter {
            return Ok(splitter.clone());
        }
        let value = self.global(FS);
        let text = self.text(&value)?;
        let mut splitter = self.splitter_of(&text)?;
        let by_lines = matches!(self.separator()?, Separator::Paragraph);
        if by_lines {
            splitter = match splitter {
                Splitter::Byte(byte) if self.dialect == Dialect::Gawk => {
                    let mut escaped = b"[".to_vec();
                    escaped.extend(if byte == b"\\" || byte == b"^" || byte == b"]" { [b"\\".as_slice(), &byte].concat() } else { byte });
                    escaped.extend(b"\\n]");
                    Splitter::Pattern(self.pattern(&escaped)?)
                }
                other => other,
            };
        }
        self.splitter = Some(splitter.clone());
        Ok(splitter)
    }

    /// What a text as FS, or as the third word of split(), means.
    pub(crate) fn splitter_of(&mut self, text: &[u8]) -> Run<Splitter> {
        Ok(match text {
            b" " => Splitter::Blanks,
            b"" => Splitter::Letters,
            [_] => Splitter::Byte(text.to_vec()),
            text => Splitter::Pattern(self.pattern(text)?),
        })
    }

    pub(crate) fn pattern(&mut self, text: &[u8]) -> Run<Rc<Regex>> {
        let fold = self.folds();
        Ok(self.patterns.get(text, self.dialect, fold)?)
    }

    pub(crate) fn folds(&self) -> bool {
        self.dialect == Dialect::Gawk && self.global(IGNORECASE).is_true(self.dialect)
    }

    pub(crate) fn global(&self, at: usize) -> Value {
        match &self.globals[at] {
            Slot::Scalar(value) => value.clone(),
            Slot::Array(_) => Value::Nothing,
        }
    }

    /// Sets a variable, and does what hangs on it.
    pub(crate) fn set_global(&mut self, at: usize, value: Value) -> Run<()> {
        let gawk = self.dialect == Dialect::Gawk;
        match at {
            NF => return self.set_count(&value),
            NR | FNR if gawk && value.number(self.dialect).fract() != 0.0 => {
                return Err(Trouble::Unmodelled("a count of records that is no whole number is not modelled".to_owned()).into());
            }
            // A record that waits to be made of its fields has the OFS of before.
            OFS => self.rebuild()?,
            FS => {
                self.settle_fields()?;
                self.splitter = None;
            }
            RS => {
                self.settle_fields()?;
                self.separator = None;
                self.splitter = None;
            }
            IGNORECASE if gawk => {
                self.settle_fields()?;
                self.separator = None;
                self.splitter = None;
            }
            FPAT if gawk => {
                self.settle_fields()?;
                let text = self.text(&value)?;
                self.splitter = Some(Splitter::Contents(self.pattern(&text)?));
            }
            FIELDWIDTHS if gawk => {
                self.settle_fields()?;
                let text = self.text(&value)?;
                self.splitter = Some(Splitter::Widths(widths(&text)?));
            }
            BINMODE | LINT if gawk => return Err(Trouble::Unmodelled(format!("{} of gawk is not modelled", special::NAMES[at].0)).into()),
            _ => {}
        }
        self.globals[at] = Slot::Scalar(value);
        Ok(())
    }

    /// Fields of the record at hand are those of the FS that held when it was read.
    fn settle_fields(&mut self) -> Run<()> {
        if !self.current.is_split && self.current.splitter.is_none() {
            self.current.splitter = Some(self.splitter()?);
        }
        Ok(())
    }
}

fn widths(text: &[u8]) -> Result<Vec<(usize, Option<usize>)>, Trouble> {
    let odd = || Trouble::Unmodelled("such FIELDWIDTHS are not modelled".to_owned());
    let mut out = Vec::new();
    for word in text.split(|it| it.is_ascii_whitespace()).filter(|it| !it.is_empty()) {
        let word = std::str::from_utf8(word).map_err(|_| odd())?;
        let (skip, width) = word.split_once(':').map_or((0, word), |(skip, width)| (skip.parse().unwrap_or(usize::MAX), width));
        let width = if width == "*" { None } else { Some(width.parse().map_err(|_| odd())?) };
        if skip > 1 << 20 || width == Some(0) {
            return Err(odd());
        }
        out.push((skip, width));
    }
    Ok(out)
}

fn plain(stop: Stop) -> Trouble {
    match stop {
        Stop::Trouble(trouble) => trouble,
        _ => Trouble::Unmodelled("an assignment that ends the run is not modelled".to_owned()),
    }
}

/// `name=value` as an operand.
pub(crate) fn operand_assignment(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|it| *it == b'=')?;
    let name = &text[..at];
    let good = name.first().is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_') && name.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'_');
    good.then(|| (name, &text[at + 1..]))
}
