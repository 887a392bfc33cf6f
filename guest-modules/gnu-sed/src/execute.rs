//! Carries a script out.

use std::{collections::BTreeMap, rc::Rc};

use gnu_regex::Regex;

use crate::{
    Done, Options, Trouble, World,
    command::{Address, Command, End, Pattern, Piece, Range, Substitute, Verb},
    input::{Input, Line},
    output::Output,
    parse::parse,
    replace,
};

/// What is added behind a line when its cycle ends.
enum Queued {
    Text(Vec<u8>),
    File(Vec<u8>),
    Line(Option<(Vec<u8>, bool)>),
}

/// How a cycle ends.
enum Ending {
    /// The line is printed by itself, and the next one is read.
    Print,
    /// The next line is read.
    Silent,
    /// The script begins again without a new line.
    Again,
    Quit(i32, bool),
}

struct Machine<'a, W: World> {
    world: &'a mut W,
    options: &'a Options,
    quiet: bool,
    end: u8,
    input: Input,
    number: u64,
    space: Vec<u8>,
    ended: bool,
    hold: Vec<u8>,
    /// Whether the held line had its end: it goes with the line.
    hold_ended: bool,
    replaced: bool,
    /// Whether a file with lines of its own has begun: ranges begin anew.
    begins_file: bool,
    last_pattern: Option<Rc<Regex>>,
    queue: Vec<Queued>,
    out: Output,
    edited: Output,
    wrote: BTreeMap<Vec<u8>, Output>,
    lines: BTreeMap<Vec<u8>, (Vec<u8>, usize)>,
    err: Vec<u8>,
    status: i32,
}

/// Carries a call of sed out.
pub fn run(options: &Options, world: &mut impl World) -> Result<Done, Trouble> {
    let (mut commands, quiet) = match parse(options) {
        Ok(it) => it,
        Err((trouble, opened)) => {
            // Files of `w` that stand before the mistake are there.
            if matches!(trouble, Trouble::Exit(..)) {
                for name in opened.iter().filter(|it| !matches!(&it[..], b"/dev/stdout" | b"/dev/stderr")) {
                    world.create(name).map_err(|error| Trouble::Exit(format!("couldn't open file {}: {error}", String::from_utf8_lossy(name)), 4))?;
                }
            }
            return Err(trouble);
        }
    };
    let mut machine = Machine {
        options,
        quiet: quiet || options.quiet,
        end: if options.zero { 0 } else { b'\n' },
        input: Input::of(options),
        number: 0,
        space: Vec::new(),
        ended: true,
        hold: Vec::new(),
        hold_ended: true,
        replaced: false,
        begins_file: false,
        last_pattern: None,
        queue: Vec::new(),
        out: Output::default(),
        edited: Output::default(),
        wrote: BTreeMap::new(),
        lines: BTreeMap::new(),
        err: Vec::new(),
        status: 0,
        world,
    };
    if options.follow && options.files.iter().any(|it| it.ends_with(b"/")) {
        return Err(Trouble::Unmodelled("links that are followed from a name with a slash behind it are not modelled".to_owned()));
    }
    machine.make_files(&commands)?;
    if options.in_place.is_some() && options.unnamed && !options.script.is_empty() {
        return Err(Trouble::Exit("no input files".to_owned(), 4));
    }
    machine.all(&mut commands)?;
    machine.err.splice(0..0, std::mem::take(&mut machine.input.err));
    Ok(Done { status: if machine.input.status != 0 { machine.input.status } else { machine.status }, out: machine.out.take(), err: machine.err })
}

fn too_complex(_: gnu_regex::TooComplex) -> Trouble {
    Trouble::Unmodelled("a regular expression of sed takes more steps than are allowed here".to_owned())
}

impl<W: World> Machine<'_, W> {
    fn all(&mut self, commands: &mut [Command]) -> Result<(), Trouble> {
        let mut again = false;
        loop {
            if !again && !self.read()? {
                return Ok(());
            }
            self.replaced = self.replaced && again;
            if std::mem::take(&mut self.begins_file) {
                for command in commands.iter_mut() {
                    command.range = if matches!(command.from, Some(Address::Zero)) { Range::Active } else { Range::Inactive };
                }
            }
            let end = self.cycle(commands)?;
            again = matches!(end, Ending::Again);
            if matches!(end, Ending::Print | Ending::Quit(_, true)) && !self.quiet {
                self.print_space();
            }
            if !matches!(end, Ending::Quit(_, false)) {
                self.dump()?;
            }
            if let Ending::Quit(status, _) = end {
                self.status = status;
                let mark = self.end;
                self.target().settle(mark);
                self.input.quit();
                return self.store();
            }
        }
    }

    /// Files of `w` are empty from the start.
    fn make_files(&mut self, commands: &[Command]) -> Result<(), Trouble> {
        for command in commands {
            let plain = |it: &[u8]| it.strip_prefix(b"./").unwrap_or(it).to_vec();
            if let Verb::ReadLine(name) = &command.verb
                && self.options.in_place.is_some()
                && self.options.files.iter().any(|it| plain(it) == plain(name))
            {
                return Err(Trouble::Unmodelled("an `R` of what sed edits itself is not modelled".to_owned()));
            }
            let name = match &command.verb {
                Verb::Write(name) | Verb::WriteFirst(name) => name,
                Verb::Substitute(it) if it.write.is_some() => match &it.write {
                    Some(name) => name,
                    None => continue,
                },
                _ => continue,
            };
            if name == b"/dev/stdin" || self.options.files.iter().any(|it| plain(it) == plain(name)) {
                return Err(Trouble::Unmodelled("a `w` to what sed reads itself is not modelled".to_owned()));
            }
            if name != b"/dev/stdout" && name != b"/dev/stderr" {
                self.world.create(name).map_err(|error| Trouble::Exit(format!("couldn't open file {}: {error}", String::from_utf8_lossy(name)), 4))?;
            }
        }
        Ok(())
    }

    fn target(&mut self) -> &mut Output {
        if self.options.in_place.is_some() { &mut self.edited } else { &mut self.out }
    }

    fn print_space(&mut self) {
        let (space, ended, end) = (std::mem::take(&mut self.space), self.ended, self.end);
        self.target().line(&space, ended, end);
        self.space = space;
    }

    /// Reads the next line into the pattern space.
    fn read(&mut self) -> Result<bool, Trouble> {
        match self.next_line()? {
            Some(line) => {
                self.space = line.text;
                self.ended = line.ended;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn next_line(&mut self) -> Result<Option<Line>, Trouble> {
        // A file is stored before the next one is opened: that may be the same.
        self.input.close();
        self.store()?;
        let line = self.input.read(self.world);
        self.store()?;
        let Some(line) = line else { return Ok(None) };
        if line.begins && self.options.separate {
            self.number = 0;
            // With lines of its own a file has a hold space of its own (GNU sed 4.9, read_pattern_space).
            self.hold.clear();
            self.hold_ended = true;
            self.begins_file = true;
        }
        self.number += 1;
        Ok(Some(line))
    }

    /// Puts what was edited in the place of each file that is done.
    fn store(&mut self) -> Result<(), Trouble> {
        let closed = std::mem::take(&mut self.input.closed);
        let Some(suffix) = &self.options.in_place else { return Ok(()) };
        for name in closed {
            let content = std::mem::take(&mut self.edited).take();
            let backup = (!suffix.is_empty()).then(|| backup(&name, suffix));
            let shown = String::from_utf8_lossy(&name).into_owned();
            if suffix.contains(&b'*') && name.contains(&b'/') {
                return Err(Trouble::Unmodelled("a backup with `*` in its name, of a file in a named folder, is not modelled".to_owned()));
            }
            self.world
                .replace(&name, &content, backup.as_deref(), self.options.follow)
                .map_err(|error| Trouble::Exit(format!("couldn't edit {shown}: {error}"), 4))?;
        }
        Ok(())
    }

    /// Writes what was queued behind the line.
    fn dump(&mut self) -> Result<(), Trouble> {
        let end = self.end;
        for queued in std::mem::take(&mut self.queue) {
            match queued {
                Queued::Text(text) => self.target().raw(&text, end),
                Queued::File(name) => {
                    let text = if name == b"/dev/stdin" { self.world.stdin() } else { self.world.read(&name).unwrap_or_default() };
                    self.target().raw(&text, end);
                }
                // A file without a further line adds nothing, not even the newline that is lacking.
                Queued::Line(None) => {}
                Queued::Line(Some((mut text, ended))) => {
                    text.extend(ended.then_some(end));
                    self.target().raw(&text, end);
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, name: &[u8], text: &[u8], ended: bool) -> Result<(), Trouble> {
        let end = self.end;
        match name {
            b"/dev/stdout" => self.out.line(text, ended, end),
            b"/dev/stderr" => {
                self.err.extend_from_slice(text);
                self.err.push(b'\n');
            }
            _ => {
                let place = self.wrote.entry(name.to_vec()).or_default();
                place.line(text, ended, end);
                let bytes = place.take();
                self.world.append(name, &bytes).map_err(|error| Trouble::Exit(format!("couldn't write to {}: {error}", String::from_utf8_lossy(name)), 4))?;
            }
        }
        Ok(())
    }

    fn matches(&mut self, pattern: &Pattern) -> Result<bool, Trouble> {
        let regex = self.pattern(pattern)?;
        regex.is_match(&self.space).map_err(too_complex)
    }

    /// The pattern that is meant: the empty one is the last that was used.
    fn pattern(&mut self, pattern: &Pattern) -> Result<Rc<Regex>, Trouble> {
        let Some(regex) = pattern.clone().or_else(|| self.last_pattern.clone()) else { return Err(self.lacks_pattern()) };
        self.last_pattern = Some(regex.clone());
        if regex.has_inner_anchor() && self.space.contains(&b'\n') {
            let reason = "an anchor in the midst of a pattern, on several lines, is not matched here as sed does";
            return Err(Trouble::Unmodelled(reason.to_owned()));
        }
        Ok(regex)
    }

    /// What is printed and written by then stays.
    fn lacks_pattern(&self) -> Trouble {
        if !self.err.is_empty() || self.options.is_pieced() || self.number > 1 || self.options.in_place.is_some() || !self.out.bytes.is_empty() || !self.wrote.is_empty() {
            return Trouble::Unmodelled("an empty pattern with none before it, met in the midst of a run, is not modelled".to_owned());
        }
        Trouble::Exit("-e expression #1, char 0: no previous regular expression".to_owned(), 1)
    }

    fn is_at(&mut self, address: &Address) -> Result<bool, Trouble> {
        Ok(match address {
            Address::Line(line) => self.number == *line,
            Address::Step(first, 0) => self.number == *first,
            Address::Step(first, step) => self.number >= *first && (self.number - first).is_multiple_of(*step),
            Address::Last => self.input.is_last(self.world),
            Address::Pattern(pattern) => self.matches(pattern)?,
            Address::Zero => false,
        })
    }

    /// Whether a range begins here. A line number that was passed by, as other commands read on, counts as met.
    fn begins(&mut self, from: &Address) -> Result<bool, Trouble> {
        match from {
            Address::Line(line) => Ok(self.number >= *line),
            other => self.is_at(other),
        }
    }

    fn selects(&mut self, command: &mut Command) -> Result<bool, Trouble> {
        let Some(from) = command.from.clone() else { return Ok(true) };
        let Some(to) = command.to.clone() else { return self.is_at(&from) };
        if command.range == Range::Active {
            if !self.is_past(command, &to) {
                return self.goes_on(command, &to);
            }
            command.range = Range::Closed;
            // Past a line that was named nothing is selected; past a count of lines this one still is.
            return Ok(!matches!(to, End::Address(_)));
        }
        if command.range == Range::Closed && matches!(from, Address::Line(_) | Address::Zero) || !self.begins(&from)? {
            return Ok(false);
        }
        if let (Address::Line(first), End::Address(Address::Line(last))) = (&from, &to)
            && self.number > *last
            && self.number != *first
        {
            command.range = Range::Closed;
            return Ok(false);
        }
        command.last = match &to {
            End::Plus(count) => self.number.saturating_add(*count),
            End::Multiple(0) => self.number,
            // Of one it takes the line behind as well (GNU sed 4.9).
            End::Multiple(1) => self.number + 1,
            End::Multiple(step) => self.number.div_ceil(*step) * step,
            End::Address(Address::Line(line)) => *line,
            End::Address(_) => u64::MAX,
        };
        // A range that ends at or before the line where it begins is one line.
        command.range = if self.number >= command.last { Range::Closed } else { Range::Active };
        if matches!(to, End::Address(Address::Last)) && self.input.is_last(self.world) {
            command.range = Range::Closed;
        }
        Ok(true)
    }

    /// Whether an active range ended at a line that this command never saw.
    fn is_past(&self, command: &Command, to: &End) -> bool {
        let counted = !matches!(to, End::Address(it) if !matches!(it, Address::Line(_)));
        counted && !matches!(command.from, Some(Address::Zero)) && self.number > command.last
    }

    fn goes_on(&mut self, command: &mut Command, to: &End) -> Result<bool, Trouble> {
        if command.last != u64::MAX && !matches!(command.from, Some(Address::Zero)) {
            if self.number >= command.last {
                command.range = Range::Closed;
            }
            return Ok(self.number <= command.last);
        }
        let ends = match to {
            End::Address(address) => self.is_at(address)?,
            _ => false,
        };
        if ends {
            command.range = Range::Closed;
        }
        Ok(true)
    }

    fn cycle(&mut self, commands: &mut [Command]) -> Result<Ending, Trouble> {
        let mut at = 0;
        while at < commands.len() {
            let selected = self.selects(&mut commands[at])? != commands[at].negated;
            let next = at + 1;
            if !selected {
                at = if let Verb::Block(behind) = commands[at].verb { behind } else { next };
                continue;
            }
            at = next;
            // A clone of the verb would copy texts and programs at each line.
            let verb = std::mem::replace(&mut commands[next - 1].verb, Verb::Nothing);
            let went = self.one(&verb, &commands[next - 1], &mut at);
            commands[next - 1].verb = verb;
            if let Some(end) = went? {
                return Ok(end);
            }
        }
        Ok(Ending::Print)
    }

    fn one(&mut self, verb: &Verb, command: &Command, at: &mut usize) -> Result<Option<Ending>, Trouble> {
        let end = self.end;
        match verb {
            Verb::Block(_) | Verb::Nothing => {}
            Verb::Equals => {
                let number = self.number.to_string();
                self.target().line(number.as_bytes(), true, end);
            }
            Verb::Append(text) => self.queue.push(Queued::Text(text.clone())),
            Verb::Insert(text) => self.target().text(text, end),
            Verb::Change(text) => {
                if command.to.is_none() || command.negated || command.range != Range::Active {
                    self.target().text(text, end);
                }
                return Ok(Some(Ending::Silent));
            }
            Verb::Branch(to) => *at = *to,
            Verb::BranchIf(to) => {
                if std::mem::take(&mut self.replaced) {
                    *at = *to;
                }
            }
            Verb::BranchUnless(to) => {
                if !std::mem::take(&mut self.replaced) {
                    *at = *to;
                }
            }
            Verb::Delete => return Ok(Some(Ending::Silent)),
            Verb::DeleteFirst => {
                let Some(line) = self.space.iter().position(|it| *it == end) else { return Ok(Some(Ending::Silent)) };
                self.space.drain(..=line);
                return Ok(Some(Ending::Again));
            }
            Verb::FileName => {
                let mut name = self.input.name();
                name.push(end);
                self.target().raw(&name, end);
            }
            Verb::Get => {
                self.space = self.hold.clone();
                self.ended = self.hold_ended;
            }
            Verb::GetAppend => {
                self.ended = self.hold_ended;
                self.space.push(end);
                self.space.extend_from_slice(&self.hold);
            }
            Verb::Hold => {
                self.hold = self.space.clone();
                self.hold_ended = self.ended;
            }
            Verb::HoldAppend => {
                self.hold_ended = self.ended;
                self.hold.push(end);
                self.hold.extend_from_slice(&self.space);
            }
            Verb::List(width) => {
                let mut text = listed(&self.space, width.unwrap_or(self.options.width), end);
                text.push(end);
                self.target().raw(&text, end);
            }
            Verb::Next => {
                if self.input.is_at_end(self.world) {
                    return Ok(Some(Ending::Print));
                }
                if !self.quiet {
                    self.print_space();
                }
                self.dump()?;
                if !self.read()? {
                    return Ok(Some(Ending::Silent));
                }
            }
            Verb::NextAppend => {
                if self.input.is_at_end(self.world) {
                    // POSIX has it that what is there then is not printed.
                    return Ok(Some(if self.options.posix { Ending::Silent } else { Ending::Print }));
                }
                self.dump()?;
                let Some(line) = self.next_line()? else { return Ok(Some(Ending::Print)) };
                self.space.push(end);
                self.space.extend_from_slice(&line.text);
                self.ended = line.ended;
            }
            Verb::Print => self.print_space(),
            Verb::PrintFirst => {
                let first = self.space.split(|it| *it == end).next().unwrap_or_default().to_vec();
                let whole = first.len() == self.space.len();
                let ended = !whole || self.ended;
                self.target().line(&first, ended, end);
            }
            Verb::Quit(status) => return Ok(Some(Ending::Quit(*status, true))),
            Verb::QuitSilent(status) => return Ok(Some(Ending::Quit(*status, false))),
            Verb::Read(name) => self.queue.push(Queued::File(name.clone())),
            Verb::ReadLine(name) => {
                let line = self.line_of(name);
                self.queue.push(Queued::Line(line));
            }
            Verb::Substitute(it) => self.substitute(it)?,
            Verb::Write(name) => {
                let (space, ended) = (self.space.clone(), self.ended);
                self.write(name, &space, ended)?;
            }
            Verb::WriteFirst(name) => {
                let first = self.space.split(|it| *it == end).next().unwrap_or_default().to_vec();
                let ended = first.len() != self.space.len() || self.ended;
                self.write(name, &first, ended)?;
            }
            Verb::Exchange => {
                std::mem::swap(&mut self.space, &mut self.hold);
                std::mem::swap(&mut self.ended, &mut self.hold_ended);
            }
            Verb::Translate(map) => self.translate(map),
            Verb::Zap => self.space.clear(),
        }
        Ok(None)
    }

    /// The next line of a file of `R`.
    fn line_of(&mut self, name: &[u8]) -> Option<(Vec<u8>, bool)> {
        if !self.lines.contains_key(name) {
            let bytes = self.world.read(name).unwrap_or_default();
            self.lines.insert(name.to_vec(), (bytes, 0));
        }
        let (bytes, at) = self.lines.get_mut(name)?;
        let rest = &bytes[*at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|it| *it == self.end);
        let text = rest[..length.unwrap_or(rest.len())].to_vec();
        *at += text.len() + usize::from(length.is_some());
        Some((text, length.is_some()))
    }

    fn substitute(&mut self, it: &Substitute) -> Result<(), Trouble> {
        let regex = self.pattern(&it.pattern)?;
        let most = it.replacement.iter().map(|it| if let Piece::Group(number) = it { *number } else { 0 }).max().unwrap_or(0);
        if it.pattern.is_none() && most > regex.groups() {
            return Err(Trouble::Unmodelled("a group that the pattern meant by an empty one does not have is not modelled".to_owned()));
        }
        let first = it.number.max(1);
        let (mut out, mut copied, mut from, mut count, mut done) = (Vec::new(), 0, 0, 0, false);
        // Where the last match ended that was not empty.
        let mut behind = None;
        while from <= self.space.len() {
            let Some(captures) = regex.find_at(&self.space, from).map_err(too_complex)? else { break };
            let Some((start, end)) = captures[0] else { break };
            let step = gnu_regex::decode(&self.space, end).map_or(1, |it| it.1);
            if start == end && behind == Some(start) {
                // An empty match right behind another match is none.
                behind = None;
                from = end + step;
                continue;
            }
            count += 1;
            if count >= first {
                out.extend_from_slice(&self.space[copied..start]);
                replace::add(&mut out, &it.replacement, &self.space, &captures);
                copied = end;
                done = true;
                if !it.global {
                    break;
                }
            }
            (from, behind) = if start == end { (end + step, None) } else { (end, Some(end)) };
        }
        if !done {
            return Ok(());
        }
        out.extend_from_slice(&self.space[copied..]);
        self.space = out;
        self.replaced = true;
        if it.print > 0 {
            self.print_space();
        }
        if let Some(name) = &it.write {
            let (space, ended) = (self.space.clone(), self.ended);
            self.write(name, &space, ended)?;
        }
        Ok(())
    }

    fn translate(&mut self, map: &[(Vec<u8>, Vec<u8>)]) {
        let (mut out, mut at) = (Vec::with_capacity(self.space.len()), 0);
        while let Some((_, length)) = gnu_regex::decode(&self.space, at) {
            let letter = &self.space[at..at + length];
            out.extend_from_slice(map.iter().find(|it| it.0 == letter).map_or(letter, |it| &it.1));
            at += length;
        }
        self.space = out;
    }
}

/// The name of a backup: the suffix behind the name, or with `*` in it a name of its own, in the same folder unless it has one.
fn backup(name: &[u8], suffix: &[u8]) -> Vec<u8> {
    let at = name.iter().rposition(|it| *it == b'/').map_or(0, |it| it + 1);
    let (folder, base) = name.split_at(at);
    if !suffix.contains(&b'*') {
        return [name, suffix].concat();
    }
    let own: Vec<u8> = suffix.iter().flat_map(|it| if *it == b'*' { base.to_vec() } else { vec![*it] }).collect();
    if own.contains(&b'/') { own } else { [folder, &own].concat() }
}

/// What the command `l` prints before the end of the line: escapes, octal numbers, lines folded at a width.
fn listed(space: &[u8], width: usize, end: u8) -> Vec<u8> {
    let (mut out, mut column) = (Vec::new(), 0);
    for byte in space {
        let piece = match byte {
            b'\\' => "\\\\".to_owned(),
            7 => "\\a".to_owned(),
            8 => "\\b".to_owned(),
            12 => "\\f".to_owned(),
            b'\n' => "\\n".to_owned(),
            b'\r' => "\\r".to_owned(),
            b'\t' => "\\t".to_owned(),
            11 => "\\v".to_owned(),
            32..=126 => (*byte as char).to_string(),
            other => format!("\\{other:03o}"),
        };
        if width > 0 && column + piece.len() > width - 1 {
            out.extend_from_slice(&[b'\\', end]);
            column = 0;
        }
        column += piece.len();
        out.extend_from_slice(piece.as_bytes());
    }
    out.push(b'$');
    out
}
