//! Commands (bash(1), SHELL GRAMMAR): what runs, in what order, with what status. One file, as lists, pipelines, loops and calls hand each
//! other the same status and the same ways out.

use std::rc::Rc;

use crate::{
    builtins,
    descriptors::{Open, Table},
    printf,
    program::BROKEN_PIPE,
    shell::{Current, Flow, Frame, Function, Job, Late, Run, Shell},
    syntax::{After, Assignment, Command, Compound, Item, Kind, Parser, Part, Pipeline, Script, Simple, Value, Word},
    text as bytes,
    variables::{Held, Variable},
};

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
        self.unmask();
        status
    }

    /// Gives the machine the umask back that it had before this shell.
    fn unmask(&mut self) {
        if let Some(mask) = self.mask_before.take() {
            self.world.set_umask(mask);
        }
    }

    /// The EXIT trap.
    fn leave(&mut self) -> i32 {
        let Some(act) = self.traps.remove("EXIT").filter(|it| !it.is_empty()) else { return self.status };
        let before = self.status;
        self.lenient = 0;
        self.loops = 0;
        self.running.push("EXIT".to_owned());
        // Its lines are counted anew.
        match self.read_and_run(&act, 1) {
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
            let expands = !self.aliases.is_empty() && (self.dash || self.options.expand_aliases);
            parser.aliases = expands.then(|| self.aliases.clone());
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
                    if wrong.message.contains("conditional") && !self.dash {
                        self.unsure_of("[[", "with what status bash leaves a condition that it can't read is not known");
                    }
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
        self.begun += 1;
        let number = self.world.process_id() + self.begun;
        self.jobs.push(Job { number, status, waited: false });
        self.last_job = Some(number);
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
        // Of several commands, each fails in a process of its own.
        let status = self.guarded(pipeline.negated && pipeline.stages.len() == 1, |it| it.stages(pipeline))?;
        let status = if pipeline.negated { i32::from(status == 0) } else { status };
        self.status = status;
        if status != 0 && !pipeline.negated {
            let checks = match &pipeline.stages[..] {
                [(Command::Simple(_), _)] => true,
                [(Command::Compound(it), _)] => matches!(it.kind, Kind::Subshell(_) | Kind::Arithmetic(..) | Kind::Condition(_)),
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
        if trapped {
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
        // A function that a trap calls comes back without another.
        if self.running.iter().any(|it| it == name) || name == "RETURN" && !self.running.is_empty() {
            return Ok(());
        }
        let (status, statuses) = (self.status, self.statuses.clone());
        self.running.push(name.to_owned());
        let (line, lenient) = (self.line, self.lenient);
        let done = self.read_and_run(&act, line);
        self.running.pop();
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
            if !matches!(command, Command::Compound(it) if !matches!(it.kind, Kind::Subshell(_) | Kind::Arithmetic(..) | Kind::Condition(_))) {
                self.statuses = vec![status];
            }
            return Ok(status);
        }
        let mut statuses = Vec::new();
        self.races = false;
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
                match command {
                    Command::Simple(it) => self.line = it.line,
                    Command::Compound(it) if matches!(it.kind, Kind::Subshell(_)) => self.line = it.line,
                    _ => {}
                }
                let mut inner = self.fork();
                set(&mut inner.fds);
                inner.input_given |= number > 0;
                let status = inner.finish(|it| {
                    let status = it.command(command)?;
                    // What is not forked for itself fails in the child already.
                    if status != 0 && matches!(command, Command::Compound(it) if matches!(it.kind, Kind::Arithmetic(..) | Kind::Condition(_))) {
                        it.status = status;
                        it.failed(status, true)?;
                    }
                    Ok(status)
                });
                self.adopt(inner);
                status
            };
            statuses.push(status);
            if number > 0 && statuses[number - 1] == 0 && before.as_ref().is_some_and(|it| it.borrow().is_untouched()) {
                self.races = true;
                if self.options.pipefail && statuses[number..].iter().all(|it| *it == 0) {
                    self.unsure_of("|", "whether a writer is ended by a reader that reads nothing is a matter of time");
                }
            }
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
        // A subshell at the end is waited for as a command of its own, and fails as one.
        if statuses[last] != 0
            && let Some((Command::Compound(it), _)) = pipeline.stages.last()
            && matches!(it.kind, Kind::Subshell(_))
            && !self.options.lastpipe
            && !pipeline.negated
        {
            self.status = statuses[last];
            self.failed(statuses[last], true)?;
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
            Command::Function { name, body, .. } => {
                let before = self.functions.get(name).map_or((false, false), |it| (it.exported, it.readonly));
                if before.1 {
                    self.complain(&format!("{name}: readonly function"));
                    self.status = 1;
                    return Ok(1);
                }
                let exported = before.0 || self.options.allexport;
                self.functions.insert(name.clone(), Function { body: body.clone(), file: self.read_from(), exported, readonly: false });
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
                self.line = compound.line;
                if self.running.is_empty() {
                    self.current = Current::Head(compound.clone());
                }
                let mut inner = self.fork();
                let status = inner.finish(|it| it.script(script));
                self.adopt(inner);
                status
            }
            Kind::If(branches, otherwise) => self.branch(branches, otherwise.as_ref())?,
            Kind::While(until, condition, body) => self.repeat(*until, condition, body)?,
            Kind::For(name, words, body) => self.each(name, words.as_deref(), body, compound)?,
            Kind::Select(name, words, body) => self.select(name, words.as_deref(), body, compound)?,
            Kind::Count(parts, raws, body) => self.count(parts, raws, body, compound.line)?,
            Kind::Case(word, arms) => {
                self.line = compound.line;
                self.before(Current::Head(compound.clone()))?;
                self.case(word, arms)?
            }
            Kind::Arithmetic(parts, _) => {
                self.line = compound.line;
                self.before(Current::Head(compound.clone()))?;
                match self.arithmetic(parts) {
                    Ok(number) => i32::from(number == 0),
                    Err(Flow::Discard(_)) => 1,
                    Err(flow) => return Err(flow),
                }
            }
            Kind::Condition(condition) => {
                self.line = compound.line;
                self.before(Current::Head(compound.clone()))?;
                self.condition(condition)?
            }
            Kind::Coprocess(..) => {
                self.line = compound.line;
                self.unsure_of("coproc", "`coproc` is not carried out");
                1
            }
        };
        self.status = status;
        Ok(status)
    }

    /// Names the command that comes, and runs the DEBUG trap before it.
    fn before(&mut self, current: Current) -> Run<()> {
        if self.running.is_empty() {
            self.current = current;
        }
        self.trap("DEBUG")
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

    fn each(&mut self, name: &str, words: Option<&[Word]>, body: &Script, compound: &Rc<Compound>) -> Run<i32> {
        let line = compound.line;
        self.line = line;
        let words = match words {
            Some(words) => self.words(words)?,
            None => self.arguments.clone(),
        };
        let mut status = 0;
        for word in words {
            self.line = line;
            self.before(Current::Head(compound.clone()))?;
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

    /// `select`: a menu on standard error, and a line that is read for each choice.
    fn select(&mut self, name: &str, words: Option<&[Word]>, body: &Script, compound: &Rc<Compound>) -> Run<i32> {
        self.line = compound.line;
        let words = match words {
            Some(words) => self.words(words)?,
            None => self.arguments.clone(),
        };
        let mut status = 0;
        if words.is_empty() {
            return Ok(0);
        }
        let mut shows = true;
        loop {
            self.before(Current::Head(compound.clone()))?;
            if shows {
                let menu: String = words.iter().enumerate().map(|it| format!("{}) {}\n", it.0 + 1, it.1)).collect();
                self.tell(&bytes::to_bytes(&menu));
            }
            let prompt = self.text("PS3").unwrap_or_else(|| "#? ".to_owned());
            self.tell(&bytes::to_bytes(&prompt));
            if builtins::run(self, &["read".to_owned()], &[])? != 0 {
                self.write(1, b"\n");
                return Ok(1);
            }
            let reply = self.text("REPLY").unwrap_or_default();
            if reply.is_empty() {
                shows = true;
                continue;
            }
            let chosen = reply.trim().parse::<usize>().ok().and_then(|it| words.get(it.checked_sub(1)?)).cloned().unwrap_or_default();
            self.assign(name, &chosen)?;
            if !self.once(body, &mut status)? {
                return Ok(status);
            }
            shows = self.text("REPLY").unwrap_or_default().is_empty();
        }
    }

    fn count(&mut self, parts: &[Vec<Part>; 3], raws: &[Rc<str>; 3], body: &Script, line: u32) -> Run<i32> {
        let mut status = 0;
        let [first, condition, step] = [0, 1, 2].map(|at| (&parts[at], &raws[at]));
        let value = |it: &mut Shell, (parts, raw): (&Vec<Part>, &Rc<str>)| -> Run<Option<i64>> {
            it.line = line;
            it.before(Current::Text(format!("(({raw}))").into()))?;
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
        self.line = simple.line;
        self.substituted = None;
        self.before(Current::Simple(simple.clone()))?;
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
            // Bash looks for a program before its redirections are carried out, and so remembers it.
            let program = !name.contains('/') && !self.functions.contains_key(name) && !builtins::has_builtin(self, name);
            if program && !self.dash && !simple.assignments.iter().any(|it| it.name == "PATH") {
                self.path_of(name, None, false);
            }
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
            let value = self.value_of(&Word { parts, ..word.clone() })?;
            return Ok(name + &value);
        }
        self.one(word)
    }

    /// Assignments and redirections without a command.
    fn bare(&mut self, simple: &Simple) -> Run<i32> {
        // Assignments are part of the expansion, which comes before the redirections.
        self.substituted = None;
        for assignment in &simple.assignments {
            self.trace_assignment(assignment);
            self.set(assignment)?;
        }
        let status = self.substituted.take().unwrap_or(0);
        if !self.dash {
            self.last_argument.clear();
        }
        let saved = self.fds.clone();
        if !simple.redirects.is_empty() {
            let done = self.redirect(&simple.redirects);
            let undo = self.undo(&saved);
            self.put_back(undo);
            if !done? {
                return Ok(self.status);
            }
        }
        Ok(status)
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
        let last = match simple.words.last().map(|it| &it.parts[..]) {
            Some([Part::Array(it)]) => it.name.clone(),
            _ => words.last().cloned().unwrap_or_default(),
        };
        let done = self.dispatch(simple, words);
        if done.is_ok() {
            self.last_argument = last;
        }
        done
    }

    fn dispatch(&mut self, simple: &Simple, words: &[String]) -> Run<i32> {
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
                ("builtin", Some(next)) if !self.dash && builtins::has_builtin(self, next) => found = Lookup::NoFunctions,
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
        let own = simple.assignments.iter().any(|it| it.name == "PATH");
        self.with(&simple.assignments, true, |it| Ok(it.found_program(&words, None, own)))
    }

    /// Runs something with assignments that hold only for it.
    fn with<T>(&mut self, assignments: &[Assignment], exported: bool, act: impl FnOnce(&mut Shell) -> Run<T>) -> Run<T> {
        let mut saved: Vec<(String, Option<Variable>)> = Vec::new();
        for assignment in assignments {
            let name = self.reference(&assignment.name);
            let before = self.variables.get(&name).cloned();
            if let Some(message) = self.refuses(&name) {
                self.reported(&message)?;
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
        let called = self.line;
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
        if functrace {
            self.line = function.body.line;
        }
        let begun = if functrace { self.trap("DEBUG") } else { Ok(()) };
        let done = match begun.and_then(|()| self.compound(&function.body)) {
            Err(Flow::Return(status)) => Ok(status),
            Err(Flow::Break(_) | Flow::Continue(_)) => Ok(self.status),
            other => other,
        };
        // A trap sees the status of the last command, and not that of `return`.
        let done = match done {
            Ok(status) => self.trap("RETURN").map(|()| status),
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
        self.line = called;
        done
    }

    /// Runs an argument vector that a program gives back (xargs(1), env(1), …): a builtin has no part in it.
    pub fn run_program(&mut self, argv: &[String]) -> i32 {
        self.depth += 1;
        let status = if self.deep() {
            1
        } else {
            let search = self.text("PATH").unwrap_or_default();
            let path = if argv[0].contains('/') { None } else { self.locate(&argv[0], &search).filter(|it| !it.barred).map(|it| it.path) };
            self.program(argv, path)
        };
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
        let mut inner = Shell::new(self.world.clone(), name, &self.environment(), &self.cwd);
        inner.inline = inline;
        if dash {
            inner.become_dash();
        }
        inner.fds = self.fds.clone();
        inner.errors = self.errors.clone();
        inner.output = self.output.clone();
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
        let status = inner.run(text);
        inner.unmask();
        status
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
