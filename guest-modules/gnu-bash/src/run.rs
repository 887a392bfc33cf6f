//! Commands (bash(1), SHELL GRAMMAR): what runs, in what order, with what status. One file, as lists, pipelines, loops and calls hand each
//! other the same status and the same ways out.

use std::rc::Rc;

use crate::{
    builtins,
    descriptors::{Open, Table},
    printf,
    shell::{Flow, Frame, Function, Late, Run, Shell},
    syntax::{After, Assignment, Command, Compound, Item, Kind, Parser, Part, Pipeline, Script, Simple, Value, Word},
    text as bytes,
    variables::{Held, Variable},
    world::{Errno, Kind as FileKind, Program},
};

/// Exit status of a program that was ended by SIGPIPE (128 + 13).
const BROKEN_PIPE: i32 = 141;

/// What a pipe of Linux holds (pipe(7)): a writer of more waits for its reader.
const PIPE: usize = 65_536;

impl Shell {
    /// Runs a script as the whole of a shell: its status, after its EXIT trap.
    pub fn run(&mut self, script: &str) -> i32 {
        self.finish(|it| it.read_and_run(script, 1))
    }

    /// Runs what a shell is for, and then what it owes.
    pub(crate) fn finish(&mut self, act: impl FnOnce(&mut Shell) -> Run<i32>) -> i32 {
        if self.deep() {
            return 1;
        }
        let status = match act(self) {
            Ok(status) | Err(Flow::Exit(status) | Flow::Return(status) | Flow::Discard(status)) => status,
            Err(Flow::Break(_) | Flow::Continue(_)) => self.status,
        };
        self.status = status;
        let status = self.leave();
        self.run_late(0, true);
        status
    }

    /// The EXIT trap.
    fn leave(&mut self) -> i32 {
        let Some(act) = self.traps.remove("EXIT").filter(|it| !it.is_empty()) else { return self.status };
        let before = self.status;
        self.lenient = 0;
        self.loops = 0;
        self.in_trap = true;
        match self.read_and_run(&act, self.line) {
            Err(Flow::Exit(status)) => status,
            _ => before,
        }
    }

    /// Reads commands line by line, and runs each before the next is read.
    pub(crate) fn read_and_run(&mut self, script: &str, line: u32) -> Run<i32> {
        let mut parser = Parser::new(script, line, self.options.extglob);
        parser.dash = self.dash;
        let mut status = 0;
        loop {
            parser.extglob = self.options.extglob;
            let read = parser.next_line();
            let quiet = self.dash;
            for warning in std::mem::take(&mut parser.warnings).into_iter().filter(|_| !quiet) {
                self.line = parser.line();
                self.complain(&warning);
            }
            match read {
                None => return Ok(status),
                Some(Ok(script)) => {
                    status = match self.script(&script) {
                        // An error in an expansion drops the line, and no more.
                        Err(Flow::Discard(status)) if self.calls.is_empty() => {
                            self.status = status;
                            status
                        }
                        other => other?,
                    };
                }
                Some(Err(wrong)) => {
                    self.line = wrong.line;
                    if wrong.beyond {
                        return Err(self.beyond(&wrong.message));
                    }
                    self.complain(&wrong.message);
                    if !wrong.ended && wrong.message.starts_with("syntax error near") {
                        let text = script.split('\n').nth((wrong.line - line) as usize).unwrap_or_default().to_owned();
                        self.complain(&format!("`{text}'"));
                    }
                    self.status = 2;
                    return Err(Flow::Exit(2));
                }
            }
        }
    }

    /// Runs commands in order.
    pub(crate) fn script(&mut self, script: &Script) -> Run<i32> {
        let mut status = 0;
        for item in &script.items {
            if self.options.noexec {
                continue;
            }
            status = if item.background { self.background(item)? } else { self.item(item)? };
        }
        Ok(status)
    }

    /// `&`: runs to its end at once, and its status waits for `wait`.
    fn background(&mut self, item: &Item) -> Run<i32> {
        let mut inner = self.fork();
        if !self.input_given {
            inner.fds.set(0, Open::null());
        }
        let item = Item { background: false, ..item.clone() };
        let status = inner.finish(|it| it.item(&item));
        self.adopt(inner);
        let number = self.world.process_id() + 1 + self.jobs.len() as u32;
        self.jobs.push((number, status));
        self.status = 0;
        Ok(0)
    }

    fn item(&mut self, item: &Item) -> Run<i32> {
        let last = item.rest.len();
        let mut status = self.guarded(last > 0, |it| it.pipeline(&item.first))?;
        for (number, (and, pipeline)) in item.rest.iter().enumerate() {
            if *and == (status == 0) {
                status = self.guarded(number + 1 < last, |it| it.pipeline(pipeline))?;
            }
        }
        Ok(status)
    }

    /// Runs something whose failure ends nothing.
    fn guarded<T>(&mut self, guard: bool, act: impl FnOnce(&mut Shell) -> Run<T>) -> Run<T> {
        self.lenient += usize::from(guard);
        let done = act(self);
        self.lenient -= usize::from(guard);
        done
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Run<i32> {
        if pipeline.timed {
            self.unsure_of("time", "the time that a command takes is not known");
        }
        // A trap that the command itself sets is not for its own failure.
        let trapped = self.traps.get("ERR").is_some_and(|it| !it.is_empty());
        let status = self.guarded(pipeline.negated, |it| it.stages(pipeline))?;
        let status = if pipeline.negated { i32::from(status == 0) } else { status };
        self.status = status;
        if status != 0 && !pipeline.negated {
            let checks = match &pipeline.stages[..] {
                [(Command::Simple(_), _)] => true,
                [(Command::Compound(it), _)] => matches!(it.kind, Kind::Subshell(_) | Kind::Arithmetic(_) | Kind::Condition(_)),
                [_] => false,
                _ => true,
            };
            if checks {
                self.failed(status, trapped)?;
            }
        }
        Ok(status)
    }

    /// What a failure brings: the ERR trap, and the end under `set -e`.
    fn failed(&mut self, status: i32, trapped: bool) -> Run<()> {
        if self.lenient > 0 {
            return Ok(());
        }
        if trapped && !self.in_trap {
            self.trap("ERR")?;
        }
        if self.options.errexit {
            return Err(Flow::Exit(status));
        }
        Ok(())
    }

    /// Runs the command of a trap; the status stays as it was.
    pub(crate) fn trap(&mut self, name: &str) -> Run<()> {
        let Some(act) = self.traps.get(name).filter(|it| !it.is_empty()).cloned() else { return Ok(()) };
        let (status, statuses) = (self.status, self.statuses.clone());
        self.in_trap = true;
        let (line, lenient) = (self.line, self.lenient);
        let done = self.read_and_run(&act, line);
        self.in_trap = false;
        self.line = line;
        self.lenient = lenient;
        match done {
            Ok(_) => {}
            Err(flow) => return Err(flow),
        }
        (self.status, self.statuses) = (status, statuses);
        Ok(())
    }

    fn stages(&mut self, pipeline: &Pipeline) -> Run<i32> {
        if let [(command, _)] = &pipeline.stages[..] {
            let status = self.command(command)?;
            // The statuses of a pipeline are those of commands, not of what surrounds them.
            if !matches!(command, Command::Compound(it) if !matches!(it.kind, Kind::Subshell(_) | Kind::Arithmetic(_) | Kind::Condition(_))) {
                self.statuses = vec![status];
            }
            return Ok(status);
        }
        let mut statuses = Vec::new();
        let mut before: Option<crate::descriptors::Shared> = None;
        let last = pipeline.stages.len() - 1;
        for (number, (command, both)) in pipeline.stages.iter().enumerate() {
            let out = (number < last).then(|| Open::pipe(Vec::new()));
            let runs_here = number == last && self.options.lastpipe;
            let set = |table: &mut Table| {
                if let Some(input) = &before {
                    table.set(0, input.clone());
                }
                if let Some(out) = &out {
                    table.set(1, out.clone());
                    if *both {
                        table.set(2, out.clone());
                    }
                }
            };
            let status = if runs_here {
                let saved = self.fds.clone();
                set(&mut self.fds);
                let done = self.guarded(true, |it| it.command(command));
                self.fds = saved;
                done?
            } else {
                let mut inner = self.fork();
                set(&mut inner.fds);
                inner.lenient += usize::from(number < last);
                inner.input_given |= number > 0;
                let status = inner.finish(|it| it.command(command));
                self.adopt(inner);
                status
            };
            statuses.push(status);
            // A writer of more than a pipe holds, whose reader went away before its end.
            if number > 0
                && let Some(input) = &before
                && let Ok(rest) = input.borrow_mut().rest(&*self.world.clone())
                && rest.len() > PIPE
                && statuses[number - 1] == 0
            {
                statuses[number - 1] = BROKEN_PIPE;
            }
            before = out;
        }
        let status = if self.options.pipefail { statuses.iter().rev().find(|it| **it != 0).copied().unwrap_or(0) } else { statuses[last] };
        self.statuses = statuses;
        Ok(status)
    }

    pub(crate) fn command(&mut self, command: &Command) -> Run<i32> {
        if self.stopped.borrow().is_some() {
            return Err(Flow::Exit(1));
        }
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound) => self.compound(compound),
            Command::Function { name, body, source } => {
                self.functions.insert(name.clone(), Function { body: body.clone(), source: source.clone(), file: self.read_from() });
                self.status = 0;
                Ok(0)
            }
        }
    }

    pub(crate) fn compound(&mut self, compound: &Rc<Compound>) -> Run<i32> {
        if compound.redirects.is_empty() {
            return self.inside(compound);
        }
        self.line = compound.line;
        let saved = self.fds.clone();
        let late = self.late.len();
        let opened = self.redirect(&compound.redirects);
        let undo = self.undo(&saved);
        let given = self.input_given;
        self.input_given |= undo.iter().any(|it| it.0 == 0);
        let done = match opened {
            Ok(true) => self.inside(compound),
            Ok(false) => {
                let status = self.status;
                self.failed(status, true).map(|()| status)
            }
            Err(flow) => Err(flow),
        };
        self.input_given = given;
        self.put_back(undo);
        self.run_late(late, false);
        done
    }

    fn inside(&mut self, compound: &Rc<Compound>) -> Run<i32> {
        let status = match &compound.kind {
            Kind::Group(script) => self.script(script)?,
            Kind::Subshell(script) => {
                let mut inner = self.fork();
                let status = inner.finish(|it| it.script(script));
                self.adopt(inner);
                status
            }
            Kind::If(branches, otherwise) => self.branch(branches, otherwise.as_ref())?,
            Kind::While(until, condition, body) => self.repeat(*until, condition, body)?,
            Kind::For(name, words, body) => {
                self.compound_in_debug("for");
                self.each(name, words.as_deref(), body, compound.line)?
            }
            Kind::Count(parts, body) => {
                self.compound_in_debug("for");
                self.count(parts, body, compound.line)?
            }
            Kind::Case(word, arms) => {
                self.line = compound.line;
                self.compound_in_debug("case");
                self.case(word, arms)?
            }
            Kind::Arithmetic(parts) => {
                self.line = compound.line;
                self.compound_in_debug("((");
                match self.arithmetic(parts) {
                    Ok(number) => i32::from(number == 0),
                    Err(Flow::Discard(_)) => 1,
                    Err(flow) => return Err(flow),
                }
            }
            Kind::Condition(condition) => {
                self.line = compound.line;
                self.compound_in_debug("[[");
                self.condition(condition)?
            }
            Kind::Beyond(word) => {
                self.line = compound.line;
                self.unsure_of(word, &format!("`{word}` is not carried out"));
                1
            }
        };
        self.status = status;
        Ok(status)
    }

    /// A DEBUG trap runs before parts of compound commands too: these are not told apart here. Their text is not laid out either.
    fn compound_in_debug(&mut self, word: &str) {
        if self.in_trap {
            return;
        }
        if self.traps.contains_key("DEBUG") {
            self.unsure_of(word, "a DEBUG trap around a compound command is not carried out truly");
        }
        self.current = None;
    }

    fn branch(&mut self, branches: &[(Script, Script)], otherwise: Option<&Script>) -> Run<i32> {
        for (condition, body) in branches {
            if self.guarded(true, |it| it.script(condition))? == 0 {
                return self.script(body);
            }
        }
        // What stands behind `else` sees the status of the condition.
        otherwise.map_or(Ok(0), |it| self.script(it))
    }

    /// Runs a body; false where the loop is over.
    fn once(&mut self, body: &Script, status: &mut i32) -> Run<bool> {
        self.loops += 1;
        let done = self.script(body);
        self.loops -= 1;
        match done {
            Ok(it) => *status = it,
            Err(Flow::Break(1)) => {
                *status = 0;
                return Ok(false);
            }
            Err(Flow::Break(many)) => return Err(Flow::Break(many - 1)),
            Err(Flow::Continue(1)) => *status = 0,
            Err(Flow::Continue(many)) => return Err(Flow::Continue(many - 1)),
            Err(flow) => return Err(flow),
        }
        Ok(true)
    }

    fn repeat(&mut self, until: bool, condition: &Script, body: &Script) -> Run<i32> {
        let mut status = 0;
        loop {
            self.loops += 1;
            let held = self.guarded(true, |it| it.script(condition));
            self.loops -= 1;
            let held = match held {
                Ok(it) => it == 0,
                Err(Flow::Break(1)) => return Ok(0),
                Err(Flow::Break(many)) => return Err(Flow::Break(many - 1)),
                Err(Flow::Continue(1)) => continue,
                Err(Flow::Continue(many)) => return Err(Flow::Continue(many - 1)),
                Err(flow) => return Err(flow),
            };
            if held == until || !self.once(body, &mut status)? {
                return Ok(status);
            }
        }
    }

    fn each(&mut self, name: &str, words: Option<&[Word]>, body: &Script, line: u32) -> Run<i32> {
        self.line = line;
        let words = match words {
            Some(words) => self.words(words)?,
            None => self.arguments.clone(),
        };
        let mut status = 0;
        for word in words {
            self.line = line;
            match self.variables.get_mut(name).filter(|it| it.reference && !it.readonly) {
                // A name that stands for others goes through them.
                Some(variable) => variable.held = Held::Text(word),
                None => self.assign(name, &word)?,
            }
            if !self.once(body, &mut status)? {
                break;
            }
        }
        Ok(status)
    }

    fn count(&mut self, parts: &[Vec<Part>; 3], body: &Script, line: u32) -> Run<i32> {
        let mut status = 0;
        let [first, condition, step] = parts;
        let value = |it: &mut Shell, parts: &[Part]| -> Run<Option<i64>> {
            it.line = line;
            let text = it.quoted(parts)?;
            if text.trim().is_empty() {
                return Ok(Some(1));
            }
            match it.evaluate(&text) {
                Ok(number) => Ok(Some(number)),
                Err(Flow::Discard(_)) => Ok(None),
                Err(flow) => Err(flow),
            }
        };
        if value(self, first)?.is_none() {
            return Ok(1);
        }
        loop {
            match value(self, condition)? {
                None => return Ok(1),
                Some(0) => return Ok(status),
                Some(_) => {}
            }
            if !self.once(body, &mut status)? {
                return Ok(status);
            }
            if value(self, step)?.is_none() {
                return Ok(1);
            }
        }
    }

    fn case(&mut self, word: &Word, arms: &[crate::syntax::Arm]) -> Run<i32> {
        let text = self.one(word)?;
        self.dash_counts(&text);
        let mut status = 0;
        let mut falls = false;
        for arm in arms {
            let mut matches = falls;
            for pattern in &arm.patterns {
                if matches {
                    break;
                }
                matches = self.pattern(&pattern.parts, false)?.matches(&text);
            }
            if !matches {
                continue;
            }
            self.status = 0;
            status = self.script(&arm.body)?;
            match arm.after {
                After::Leave => return Ok(status),
                After::Fall => falls = true,
                After::Test => falls = false,
            }
        }
        Ok(status)
    }

    // Simple commands.

    fn simple(&mut self, simple: &Rc<Simple>) -> Run<i32> {
        if !self.in_trap {
            self.current = Some(simple.clone());
        }
        self.line = simple.line;
        self.substituted = None;
        if !self.in_trap && self.traps.contains_key("DEBUG") {
            self.trap("DEBUG")?;
        }
        let (late, processes) = (self.late.len(), self.processes.len());
        let done = self.simple_inside(simple);
        for number in self.processes.split_off(processes.min(self.processes.len())) {
            self.fds.close(number);
        }
        self.run_late(late, false);
        let status = done?;
        self.status = status;
        if self.broken {
            return Err(Flow::Exit(BROKEN_PIPE));
        }
        Ok(status)
    }

    fn simple_inside(&mut self, simple: &Simple) -> Run<i32> {
        let words = self.command_words(simple)?;
        let Some(name) = words.first() else { return self.bare(simple) };
        if name.is_empty() && simple.words.is_empty() {
            return self.bare(simple);
        }
        let saved = self.fds.clone();
        let exec = name == "exec" && words.len() == 1;
        let opened = self.redirect(&simple.redirects);
        let undo = self.undo(&saved);
        if !matches!(opened, Ok(true)) {
            self.put_back(undo);
            if self.dash && matches!(opened, Ok(false)) && crate::dash::is_special(name) {
                return Err(Flow::Exit(2));
            }
            return opened.map(|_| self.status);
        }
        let done = self.run_words(simple, &words, saved.get(2).cloned());
        if exec && done.is_ok() {
            // What exec opened stays; what `<(…)` opened stays with it.
            self.processes.clear();
        } else {
            self.put_back(undo);
        }
        done
    }

    /// The words of a command; a declaration's assignments are not split.
    fn command_words(&mut self, simple: &Simple) -> Run<Vec<String>> {
        let Some(first) = simple.words.first() else { return Ok(Vec::new()) };
        let mut words = self.words(std::slice::from_ref(first))?;
        for word in &simple.words[1..] {
            let declares = words.iter().find(|it| !matches!(it.as_str(), "builtin" | "command")).is_some_and(|it| builtins::declares(it));
            let is_assignment = declares && assigned_name(&word.raw).is_some();
            if let [Part::Array(_)] = &word.parts[..] {
                words.push(word.raw.to_string());
            } else if is_assignment && word.braces.is_none() {
                words.push(self.assigned_word(word)?);
            } else {
                words.extend(self.words(std::slice::from_ref(word))?);
            }
        }
        Ok(words)
    }

    fn assigned_word(&mut self, word: &Word) -> Run<String> {
        // The value begins behind the first `=`: there a tilde counts.
        let mut parts = word.parts.clone();
        if let Some(Part::Text(text)) = parts.first().cloned()
            && let Some(at) = text.find('=')
        {
            let name = text[..=at].to_owned();
            let rest = text[at + 1..].to_owned();
            if rest.is_empty() {
                parts.remove(0);
            } else {
                parts[0] = Part::Text(rest);
            }
            let value = self.value_of(&Word { parts, braces: None, raw: word.raw.clone() })?;
            return Ok(name + &value);
        }
        self.one(word)
    }

    /// Assignments and redirections without a command.
    fn bare(&mut self, simple: &Simple) -> Run<i32> {
        let saved = self.fds.clone();
        if !simple.redirects.is_empty() {
            let done = self.redirect(&simple.redirects);
            let undo = self.undo(&saved);
            self.put_back(undo);
            if !done? {
                return Ok(self.status);
            }
        }
        self.substituted = None;
        for assignment in &simple.assignments {
            self.trace_assignment(assignment);
            self.set(assignment)?;
        }
        Ok(self.substituted.take().unwrap_or(0))
    }

    fn trace(&mut self, text: &str, onto: Option<crate::descriptors::Shared>) {
        if !self.options.xtrace {
            return;
        }
        let prefix = match self.variables.get("PS4").map(|it| it.held.clone()) {
            Some(Held::Text(prefix)) => prefix,
            _ => "+ ".to_owned(),
        };
        if prefix.contains(['$', '`', '\\']) {
            self.unsure_of("PS4", "a prompt of `set -x` that is expanded is not carried out");
        }
        // Each level of substitution shows one more of the first letter.
        let first: String = prefix.chars().take(1).collect();
        let line = format!("{}{prefix}{text}\n", first.repeat(self.depth));
        let onto = onto.or_else(|| self.fds.get(2).cloned());
        if let Some(open) = onto {
            let world = self.world.clone();
            open.borrow_mut().write(&*world, &bytes::to_bytes(&line));
        }
    }

    fn trace_assignment(&mut self, assignment: &Assignment) {
        if self.options.xtrace
            && let Value::Scalar(word) = &assignment.value
        {
            self.unsure_of(&word.raw, "the trace of an assignment is not carried out truly");
        }
    }

    fn run_words(&mut self, simple: &Simple, words: &[String], errors: Option<crate::descriptors::Shared>) -> Run<i32> {
        if self.options.xtrace {
            let shown: Vec<String> = words.iter().map(|it| traced(it)).collect();
            self.trace(&shown.join(" "), errors);
        }
        self.last_argument = words.last().cloned().unwrap_or_default();
        let mut words = words;
        let mut found = Lookup::All;
        // `command` and `builtin` pass functions by; a declaration behind them keeps its arrays.
        while let [first, rest @ ..] = words {
            if self.functions.contains_key(first) && found == Lookup::All {
                break;
            }
            match (first.as_str(), rest.first().map(String::as_str)) {
                ("command", Some(next)) if !next.starts_with('-') => found = Lookup::NoFunctions,
                ("command", Some("--")) if rest.len() > 1 => {
                    words = &rest[1..];
                    found = Lookup::NoFunctions;
                    continue;
                }
                ("builtin", Some(next)) if !self.dash && builtins::is_builtin(next) => found = Lookup::NoFunctions,
                _ => break,
            }
            words = rest;
        }
        let name = words[0].clone();
        if found == Lookup::All
            && let Some(function) = self.functions.get(&name).cloned()
        {
            return self.with(&simple.assignments, true, |it| it.call(&name, &function, &words[1..]));
        }
        if self.dash && crate::dash::is_special(&name) && name != "exec" {
            // Assignments before a special builtin stay.
            for assignment in &simple.assignments {
                self.set(assignment)?;
            }
            let words = words.to_vec();
            return builtins::run(self, &words, &[]);
        }
        if builtins::has_builtin(self, &name) {
            let arrays: Vec<&Assignment> =
                simple.words.iter().filter_map(|it| if let [Part::Array(it)] = &it.parts[..] { Some(&**it) } else { None }).collect();
            let words = words.to_vec();
            if matches!(name.as_str(), "exec" | "export" | "readonly") && simple.assignments.is_empty() || !simple.assignments.is_empty() || !arrays.is_empty()
            {
                return self.with(&simple.assignments, true, |it| builtins::run(it, &words, &arrays));
            }
            return builtins::run(self, &words, &arrays);
        }
        let words = words.to_vec();
        self.with(&simple.assignments, true, |it| Ok(it.program(&words)))
    }

    /// Runs something with assignments that hold only for it.
    fn with<T>(&mut self, assignments: &[Assignment], exported: bool, act: impl FnOnce(&mut Shell) -> Run<T>) -> Run<T> {
        let mut saved: Vec<(String, Option<Variable>)> = Vec::new();
        for assignment in assignments {
            let name = self.reference(&assignment.name);
            let before = self.variables.get(&name).cloned();
            if let Some(message) = self.refuses(&name) {
                self.complain(&message);
                continue;
            }
            self.trace_assignment(assignment);
            self.set(assignment)?;
            if exported && let Some(variable) = self.variables.get_mut(&name) {
                variable.exported = true;
            }
            saved.push((name, before));
        }
        let done = act(self);
        for (name, before) in saved.into_iter().rev() {
            self.variables.put(&name, before);
        }
        done
    }

    fn call(&mut self, name: &str, function: &Function, arguments: &[String]) -> Run<i32> {
        if self.deep() {
            return Err(Flow::Exit(1));
        }
        let before = std::mem::replace(&mut self.arguments, arguments.to_vec());
        let loops = std::mem::take(&mut self.loops);
        self.calls.push((name.to_owned(), self.line));
        self.frames.push(Frame { name: name.to_owned(), line: self.line, file: function.file.clone(), options: None });
        self.variables.enter();
        self.depth += 1;
        // A function has the traps of commands only where they are traced; what it sets itself stays.
        let (errtrace, functrace) = (self.options.errtrace, self.options.functrace);
        let mut kept = Vec::new();
        for (name, traced) in [("ERR", errtrace), ("DEBUG", functrace), ("RETURN", functrace)] {
            kept.extend(if traced { None } else { self.traps.remove_entry(name) });
        }
        let begun = if functrace && !self.in_trap { self.trap("DEBUG") } else { Ok(()) };
        let done = match begun.and_then(|()| self.compound(&function.body)) {
            Err(Flow::Return(status)) => Ok(status),
            Err(Flow::Break(_) | Flow::Continue(_)) => Ok(self.status),
            other => other,
        };
        let done = match done {
            Ok(status) => {
                self.status = status;
                self.trap("RETURN").map(|()| status)
            }
            other => other,
        };
        for (name, act) in kept {
            self.traps.entry(name).or_insert(act);
        }
        self.depth -= 1;
        self.variables.leave();
        self.calls.pop();
        if let Some(options) = self.frames.pop().and_then(|it| it.options) {
            self.options = options;
        }
        self.loops = loops;
        self.arguments = before;
        done
    }

    /// Runs an argument vector that a program gives back (xargs(1), env(1), …): a builtin has no part in it.
    pub fn run_program(&mut self, argv: &[String]) -> i32 {
        self.depth += 1;
        let status = if self.deep() { 1 } else { self.program(argv) };
        self.depth -= 1;
        status
    }

    /// Runs a program with other standard input.
    pub fn run_program_with(&mut self, argv: &[String], input: Vec<u8>) -> i32 {
        let before = self.fds.clone();
        self.fds.set(0, Open::pipe(input));
        let status = self.run_program(argv);
        self.fds = before;
        status
    }

    /// Runs something in another folder and with another environment, as a child would.
    pub fn run_changed(&mut self, argv: &[String], cwd: Option<&str>, cleared: bool, unset: &[String], set: &[(String, String)]) -> i32 {
        let mut inner = self.fork();
        if cleared {
            for name in inner.variables.names() {
                if let Some(variable) = inner.variables.get_mut(&name) {
                    variable.exported = false;
                }
            }
        }
        for name in unset {
            inner.variables.put(name, None);
        }
        for (name, value) in set {
            inner.variables.put(name, Some(Variable { held: Held::Text(value.clone()), exported: true, ..Variable::default() }));
        }
        if let Some(cwd) = cwd {
            inner.cwd = crate::glob::join(&inner.cwd, cwd);
        }
        inner.run_program(argv)
    }

    /// Runs a script that is a program of its own: nothing of this shell comes in but what is exported.
    pub fn run_script(&mut self, text: &str, name: &str, arguments: Vec<String>, options: &str, inline: bool, dash: bool) -> i32 {
        if self.deep() {
            return 1;
        }
        let mut inner = Shell::new(self.world.clone(), name, &self.variables.exported(), &self.cwd);
        inner.inline = inline;
        if dash {
            inner.become_dash();
        }
        inner.fds = self.fds.clone();
        inner.errors = self.errors.clone();
        inner.stopped = self.stopped.clone();
        inner.depth = self.depth + 1;
        inner.arguments = arguments;
        inner.traps = self.traps.iter().filter(|it| it.1.is_empty()).map(|it| (it.0.clone(), it.1.clone())).collect();
        for letter in options.chars() {
            if let Some(entry) = crate::options::ALL.iter().find(|it| it.1 == letter)
                && let Some(switch) = inner.options.switch(entry.0)
            {
                *switch = true;
            }
        }
        inner.run(text)
    }

    fn program(&mut self, argv: &[String]) -> i32 {
        let name = &argv[0];
        if name.is_empty() {
            self.complain(": command not found");
            return 127;
        }
        if name.contains('/') {
            let path = crate::glob::join(&self.cwd, name);
            match self.world.stat(&path, true) {
                Ok(stat) if stat.kind == FileKind::Directory => {
                    self.complain(&format!("{name}: {}", Errno::IsDirectory));
                    return 126;
                }
                Ok(_) if !self.world.access(&path, 1) => {
                    self.complain(&format!("{name}: {}", Errno::Access));
                    return 126;
                }
                _ => {}
            }
        }
        let program = Program { argv: argv.to_vec(), line: self.line, environment: self.variables.exported() };
        let world = self.world.clone();
        let ended = world.run(self, &program);
        // What a C program writes to a file or a pipe waits in its buffer: errors come first.
        self.write(2, &ended.err);
        match self.put_out(1, &ended.out) {
            crate::descriptors::Written::Broken => BROKEN_PIPE,
            _ => ended.status,
        }
    }

    /// Runs what reads from `>(…)` whose writer is done; one that the shell still writes to waits for its end.
    pub(crate) fn run_late(&mut self, from: usize, all: bool) {
        let late: Vec<Late> = self.late.split_off(from.min(self.late.len()));
        for it in late {
            let written = self.fds.numbers().iter().any(|number| self.fds.get(*number).is_some_and(|open| Rc::ptr_eq(open, &it.open)));
            if written && !all {
                self.late.push(it);
                continue;
            }
            let mut inner = self.fork();
            inner.fds.set(0, it.open.clone());
            if written {
                // What it writes itself goes where the shell wrote before.
                inner.fds.set(1, it.out.clone());
            }
            inner.finish(|shell| shell.script(&it.script));
            self.adopt(inner);
        }
    }

    /// Whether a parameter with a subscript is set.
    pub(crate) fn is_set(&mut self, name: &str) -> Run<bool> {
        if let Some((base, index)) = crate::shell::split(name) {
            if matches!(index, "@" | "*") {
                return Ok(!self.elements(base).is_empty());
            }
            return Ok(self.element(base, index)?.is_some());
        }
        Ok(self.text(name).is_some())
    }
}

/// The name in `name=…`, `name+=…` or `name[…]=…`.
pub(crate) fn assigned_name(raw: &str) -> Option<&str> {
    let end = raw.find(['=', '[', '+'])?;
    let name = &raw[..end];
    let behind = &raw[end..];
    let sign = behind.starts_with('=') || behind.starts_with("+=") || behind.starts_with('[') && behind.contains("]=");
    (sign && crate::shell::is_name(name)).then_some(name)
}

/// A word as `set -x` shows it: quoted where the shell would take it apart.
fn traced(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|it| it.is_alphanumeric() || "_-./:,+=@%".contains(it)) && !word.starts_with('=');
    if plain { word.to_owned() } else { printf::quote_at(word) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lookup {
    All,
    NoFunctions,
}
