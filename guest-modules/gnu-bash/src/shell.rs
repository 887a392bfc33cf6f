//! The state of a shell: what a subshell copies and what a variable means.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::{Rc, Weak},
};

use crate::{
    descriptors::{Open, Shared, Table, Written},
    options::Options,
    syntax::{Compound, Script},
    text as bytes,
    variables::{Held, Variable, Variables},
    world::{Errno, World},
};

/// Deepest nesting of functions, subshells and sourced files. Bash ends where its stack does; here the script is said to be beyond.
const DEEPEST: usize = 250;

/// Why commands are left before their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flow {
    /// `break` and `continue`, with the loops that are still to be left.
    Break(usize),
    Continue(usize),
    Return(i32),
    Exit(i32),
    /// An error that bash answers by dropping the line that it is in.
    Discard(i32),
}

pub(crate) type Run<T> = Result<T, Flow>;

/// A function.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub body: Rc<Compound>,
    pub source: Rc<str>,
}

/// A `>(…)` that runs when its writer is done.
#[derive(Clone)]
pub(crate) struct Late {
    pub open: Shared,
    pub script: Rc<Script>,
    /// The standard output of the shell when it began.
    pub out: Shared,
}

/// A shell.
#[derive(Clone)]
pub struct Shell {
    pub(crate) world: Rc<dyn World>,
    pub(crate) variables: Variables,
    pub(crate) fds: Table,
    pub(crate) cwd: String,
    pub(crate) functions: HashMap<String, Function>,
    pub(crate) options: Options,
    pub(crate) traps: BTreeMap<String, String>,
    pub(crate) arguments: Vec<String>,
    /// `$0`.
    pub(crate) name: String,
    pub(crate) status: i32,
    pub(crate) statuses: Vec<i32>,
    /// Status of the last command substitution of the command that is expanded.
    pub(crate) substituted: Option<i32>,
    pub(crate) line: u32,
    pub(crate) loops: usize,
    /// Names of the functions that run, innermost last, with the line of each call.
    pub(crate) calls: Vec<(String, u32)>,
    /// Files that are sourced right now.
    pub(crate) sourced: usize,
    /// Above 0 where a failure does not end the shell.
    pub(crate) lenient: usize,
    pub(crate) subshell: usize,
    pub(crate) depth: usize,
    pub(crate) jobs: Vec<(u32, i32)>,
    pub(crate) last_argument: String,
    pub(crate) late: Vec<Late>,
    /// Descriptors of `<(…)` in the command that runs.
    pub(crate) processes: Vec<u32>,
    pub(crate) in_trap: bool,
    pub(crate) folders: Vec<String>,
    pub(crate) random: Option<u32>,
    pub(crate) random_before: i64,
    pub(crate) started: i64,
    /// Where `getopts` stands in a bundle of letters.
    pub(crate) letter: usize,
    /// Whether the shell itself wrote to a pipe that nobody reads: a process ends by that.
    pub(crate) broken: bool,
    /// Why the whole shell is over, with all that it forked.
    pub(crate) stopped: Rc<RefCell<Option<String>>>,
    /// Standard error as it was when the shell began.
    pub(crate) errors: Shared,
    /// Descriptors that `{name}>` opened in the command that runs: they stay open behind it.
    pub(crate) named: Vec<u32>,
    /// Open files of which a program read a part that is not known.
    pub(crate) hazy: Rc<RefCell<Vec<Weak<RefCell<Open>>>>>,
}

impl Shell {
    /// A shell with an environment, a working directory and empty input; what it writes is taken up.
    pub fn new(world: Rc<dyn World>, name: &str, environment: &[(String, String)], cwd: &str) -> Shell {
        let mut fds = Table::default();
        fds.set(0, Open::pipe(Vec::new()));
        fds.set(1, Open::sink());
        let errors = Open::sink();
        fds.set(2, errors.clone());
        let mut variables = Variables::default();
        for (name, value) in environment {
            variables.put(name, Some(Variable { held: Held::Text(value.clone()), exported: true, ..Variable::default() }));
        }
        variables.entry("IFS").held = Held::Text(" \t\n".to_owned());
        variables.entry("OPTIND").held = Held::Text("1".to_owned());
        variables.entry("PS4").held = Held::Text("+ ".to_owned());
        let pwd = variables.entry("PWD");
        pwd.held = Held::Text(cwd.to_owned());
        pwd.exported = true;
        if variables.get("SHELL").is_none() {
            variables.entry("SHELL").held = Held::Text(world.login_shell());
        }
        let level = match variables.get("SHLVL").map(|it| &it.held) {
            Some(Held::Text(text)) => text.parse::<i64>().unwrap_or(0),
            _ => 0,
        };
        let shlvl = variables.entry("SHLVL");
        shlvl.held = Held::Text((level + 1).to_string());
        shlvl.exported = true;
        Shell {
            world,
            variables,
            fds,
            cwd: cwd.to_owned(),
            functions: HashMap::new(),
            options: Options::default(),
            traps: BTreeMap::new(),
            arguments: Vec::new(),
            name: name.to_owned(),
            status: 0,
            statuses: vec![0],
            substituted: None,
            line: 1,
            loops: 0,
            calls: Vec::new(),
            sourced: 0,
            lenient: 0,
            subshell: 0,
            depth: 0,
            jobs: Vec::new(),
            last_argument: name.to_owned(),
            late: Vec::new(),
            processes: Vec::new(),
            in_trap: false,
            folders: Vec::new(),
            random: None,
            random_before: -1,
            started: 0,
            letter: 0,
            broken: false,
            stopped: Rc::default(),
            errors,
            named: Vec::new(),
            hazy: Rc::default(),
        }
    }

    /// Sets the positional parameters.
    pub fn set_arguments(&mut self, arguments: Vec<String>) {
        self.arguments = arguments;
    }

    /// Gives the shell something to read.
    pub fn set_input(&mut self, input: Vec<u8>) {
        self.fds.set(0, Open::pipe(input));
    }

    /// What was written to a descriptor that is taken up.
    pub fn written(&mut self, number: u32) -> Vec<u8> {
        self.fds.get(number).map(|it| it.borrow_mut().take()).unwrap_or_default()
    }

    /// The open file behind a descriptor: it stays the same when the script redirects the number.
    pub fn open_file(&self, number: u32) -> Option<Shared> {
        self.fds.get(number).cloned()
    }

    /// Puts an open file behind a descriptor.
    pub fn put_file(&mut self, number: u32, open: Shared) {
        self.fds.set(number, open);
    }

    /// The limit of this shell that ended it.
    pub fn stopped(&self) -> Option<String> {
        self.stopped.borrow().clone()
    }

    /// The working directory.
    pub fn cwd(&self) -> &str {
        &self.cwd
    }

    /// The line that runs.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// A child: it shares open files, and nothing else comes back.
    pub(crate) fn fork(&self) -> Shell {
        let mut inner = self.clone();
        inner.subshell += 1;
        inner.depth += 1;
        inner.late.clear();
        inner.broken = false;
        inner.hazy = self.hazy.clone();
        inner.jobs.clear();
        inner.loops = 0;
        // Only ignored signals stay as they were.
        inner.traps.retain(|name, act| {
            act.is_empty() || name == "ERR" && inner.options.errtrace || matches!(name.as_str(), "DEBUG" | "RETURN") && inner.options.functrace
        });
        inner
    }

    /// Takes over what a child leaves to its parent: the numbers of processes.
    pub(crate) fn adopt(&mut self, inner: Shell) {
        drop(inner);
    }

    /// Whether there is room for one more level; says so where not.
    pub(crate) fn deep(&mut self) -> bool {
        if self.depth < DEEPEST {
            return false;
        }
        self.stopped.borrow_mut().get_or_insert_with(|| format!("functions and subshells are nested deeper than {DEEPEST}"));
        true
    }

    pub(crate) fn unsure_of(&self, word: &str, reason: &str) {
        self.world.unsure(&[word.to_owned()], self.line, reason);
    }

    /// Writes a message of the shell itself.
    pub(crate) fn complain(&mut self, message: &str) {
        // The name is the script's path on the machine, which is not known here.
        if self.fds.get(2).is_some_and(|it| !Rc::ptr_eq(it, &self.errors) && !matches!(*it.borrow(), Open::Null)) {
            self.unsure_of("", "a message of the shell, which begins with the script's path, goes where the fix can read it");
        }
        let text = format!("{}: line {}: {message}\n", self.name, self.line);
        self.write(2, &bytes::to_bytes(&text));
    }

    /// An error that drops the line.
    pub(crate) fn discard<T>(&mut self, message: &str) -> Run<T> {
        self.complain(message);
        self.status = 1;
        Err(Flow::Discard(1))
    }

    /// Writes to a descriptor; false where it can't be.
    pub(crate) fn write(&mut self, number: u32, bytes: &[u8]) -> bool {
        matches!(self.put_out(number, bytes), Written::All)
    }

    pub(crate) fn put_out(&mut self, number: u32, bytes: &[u8]) -> Written {
        let Some(open) = self.fds.get(number).cloned() else { return Written::Failed(Errno::BadDescriptor) };
        if bytes.is_empty() {
            return Written::All;
        }
        let world = self.world.clone();
        let written = open.borrow_mut().write(&*world, bytes);
        if written == Written::Lost {
            self.unsure_of("", "what is written to a file that another took the place of");
            return Written::All;
        }
        written
    }

    /// What can be read from a descriptor, without reading it.
    pub fn ahead(&mut self, number: u32) -> Result<Vec<u8>, Errno> {
        let Some(open) = self.fds.get(number).cloned() else { return Err(Errno::BadDescriptor) };
        if self.hazy.borrow().iter().any(|it| it.upgrade().is_some_and(|it| Rc::ptr_eq(&it, &open))) {
            self.unsure_of("", "how much of its input an earlier program read is not known");
        }
        let world = self.world.clone();
        let rest = open.borrow_mut().rest(&*world)?.to_vec();
        Ok(rest)
    }

    /// Notes that a program read a part of its input, nobody knows how much: a later reader makes the run unsure.
    pub fn read_a_part(&mut self, number: u32) {
        if let Some(open) = self.fds.get(number) {
            self.hazy.borrow_mut().push(Rc::downgrade(open));
        }
    }

    /// Writes to a descriptor; true where nobody reads there any more.
    pub fn emit(&mut self, number: u32, bytes: &[u8]) -> bool {
        self.put_out(number, bytes) == Written::Broken
    }

    /// Whether standard output is thrown away.
    pub fn discards_output(&self) -> bool {
        self.fds.get(1).is_some_and(|it| matches!(*it.borrow(), Open::Null))
    }

    /// Whether standard output is a pipe.
    pub fn writes_to_pipe(&self) -> bool {
        self.fds.get(1).is_some_and(|it| matches!(*it.borrow(), Open::Pipe { .. }))
    }

    /// Says something in the shell's own name.
    pub fn report(&mut self, message: &str) {
        self.complain(message);
    }

    /// Runs a builtin by its words, as the program of its name would run: `echo`, `printf`, `test` and the like.
    pub fn run_builtin(&mut self, argv: &[String]) -> i32 {
        match crate::builtins::run(self, argv, &[]) {
            Ok(status) | Err(Flow::Exit(status) | Flow::Return(status) | Flow::Discard(status)) => status,
            Err(_) => 1,
        }
    }

    /// The value of a parameter.
    pub fn value(&mut self, name: &str) -> Option<String> {
        self.text(name)
    }

    /// Puts the descriptors back that a command changed; what `{name}>` opened in it stays.
    pub(crate) fn put_back(&mut self, mut saved: Table) {
        for number in std::mem::take(&mut self.named) {
            if let Some(open) = self.fds.get(number) {
                saved.set(number, open.clone());
            }
        }
        self.fds = saved;
    }

    /// Runs text as `eval` does, for programs that give commands back.
    pub fn run_text(&mut self, text: &str) -> i32 {
        let line = self.line;
        let mut inner = self.fork();
        inner.functions.clear();
        inner.options.errexit = false;
        inner.finish(|it| it.read_and_run(text, line))
    }

    /// Goes on behind so many bytes.
    pub fn skip(&mut self, number: u32, many: usize) {
        let Some(open) = self.fds.get(number).cloned() else { return };
        open.borrow_mut().skip(many);
    }

    /// Reads a descriptor to its end.
    pub fn read_all(&mut self, number: u32) -> Result<Vec<u8>, Errno> {
        let all = self.ahead(number)?;
        self.skip(number, all.len());
        self.ended(number);
        Ok(all)
    }

    /// Owns up where an end that was read is none.
    pub(crate) fn ended(&mut self, number: u32) {
        if self.fds.get(number).is_some_and(|it| it.borrow().was_cut()) {
            self.unsure_of("", "a pipe whose writer goes on without end");
        }
    }

    // Variables.

    /// The name that a name stands for (`declare -n`).
    pub(crate) fn reference(&self, name: &str) -> String {
        let mut name = name.to_owned();
        for _ in 0..8 {
            match self.variables.get(&name) {
                Some(Variable { reference: true, held: Held::Text(target), .. }) if !target.is_empty() => name.clone_from(target),
                _ => break,
            }
        }
        name
    }

    /// The value of a parameter; none where it is not set.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        if let Some(text) = self.special(name) {
            return Some(text);
        }
        if name.starts_with(|it: char| it.is_ascii_digit()) {
            let number: usize = name.parse().ok()?;
            if number == 0 {
                self.world.assume("script-name", "$0", self.line);
            }
            return if number == 0 { Some(self.name.clone()) } else { self.arguments.get(number - 1).cloned() };
        }
        let name = self.reference(name);
        if let Some((base, index)) = split(&name) {
            return self.element(base, index).ok().flatten();
        }
        match &self.variables.get(&name)?.held {
            Held::Nothing => None,
            Held::Text(text) => Some(text.clone()),
            Held::List(list) => list.get(&0).cloned(),
            Held::Map(map) => map.get("0").map(str::to_owned),
        }
    }

    fn special(&mut self, name: &str) -> Option<String> {
        Some(match name {
            "?" => self.status.to_string(),
            "$" => self.world.process_id().to_string(),
            "!" => return self.jobs.last().map(|it| it.0.to_string()),
            "#" => self.arguments.len().to_string(),
            "-" => self.options.letters(),
            "_" => self.last_argument.clone(),
            "*" | "@" => self.arguments.join(" "),
            "LINENO" => self.line.to_string(),
            "RANDOM" if self.variables.get("RANDOM").is_none_or(|it| it.held == Held::Nothing) => self.next_random().to_string(),
            "SECONDS" => (self.world.now(self.line).0 - self.started).to_string(),
            "EPOCHSECONDS" => self.world.now(self.line).0.to_string(),
            "EPOCHREALTIME" => {
                let (seconds, nanos) = self.world.now(self.line);
                format!("{seconds}.{:06}", nanos / 1000)
            }
            "BASHPID" | "PPID" | "SRANDOM" | "BASH_COMMAND" => {
                self.unsure_of(&format!("${name}"), "this variable is not known");
                "1".to_owned()
            }
            "UID" | "EUID" => self.world.user().0.to_string(),
            "HOSTNAME" if self.variables.get("HOSTNAME").is_none() => self.world.host_name(),
            "BASH" => "/bin/bash".to_owned(),
            "BASH_VERSION" => "5.2.15(1)-release".to_owned(),
            "BASH_SUBSHELL" => self.subshell.to_string(),
            "HOSTTYPE" => "x86_64".to_owned(),
            "MACHTYPE" => "x86_64-pc-linux-gnu".to_owned(),
            "OSTYPE" => "linux-gnu".to_owned(),
            "SHELLOPTS" => self.options.listed(false),
            "BASHOPTS" => self.options.listed(true),
            "FUNCNAME" => return self.calls.last().map(|it| it.0.clone()),
            "DIRSTACK" => self.cwd.clone(),
            "GROUPS" => self.world.user().1.to_string(),
            "PIPESTATUS" => return self.statuses.first().map(i32::to_string),
            _ => return None,
        })
    }

    /// Bash's own generator (Park and Miller's minimal standard, folded to 15 bits).
    fn next_random(&mut self) -> i64 {
        loop {
            let before = i64::from(self.random.unwrap_or_else(|| self.world.random() & 0x7fff_ffff));
            let before = if before == 0 { 123_459_876 } else { before };
            let (high, low) = (before / 127_773, before % 127_773);
            let next = 16_807 * low - 2836 * high;
            let next = if next < 0 { next + 0x7fff_ffff } else { next };
            self.random = Some(next as u32);
            let told = ((next >> 16) ^ (next & 0xffff)) & 0x7fff;
            if told != self.random_before {
                self.random_before = told;
                return told;
            }
        }
    }

    /// The elements of an array, or the one value of a plain variable.
    pub(crate) fn elements(&mut self, name: &str) -> Vec<String> {
        match name {
            "PIPESTATUS" => return self.statuses.iter().map(i32::to_string).collect(),
            "FUNCNAME" => return self.calls.iter().rev().map(|it| it.0.clone()).collect(),
            "BASH_SOURCE" => return vec![self.name.clone(); self.calls.len() + 1],
            "BASH_LINENO" => return self.calls.iter().rev().map(|it| it.1.to_string()).chain(["0".to_owned()]).collect(),
            "BASH_VERSINFO" => return ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"].map(str::to_owned).to_vec(),
            "DIRSTACK" => return std::iter::once(self.cwd.clone()).chain(self.folders.iter().rev().cloned()).collect(),
            "GROUPS" => return vec![self.world.user().1.to_string()],
            _ => {}
        }
        let name = self.reference(name);
        match self.variables.get(&name).map(|it| &it.held) {
            None | Some(Held::Nothing) => self.special(&name).into_iter().collect(),
            Some(Held::Text(text)) => vec![text.clone()],
            Some(Held::List(list)) => list.values().cloned().collect(),
            Some(Held::Map(map)) => map.iter().map(|it| it.1.to_owned()).collect(),
        }
    }

    pub(crate) fn indices(&mut self, name: &str) -> Vec<i64> {
        let name = self.reference(name);
        match self.variables.get(&name).map(|it| &it.held) {
            Some(Held::List(list)) => list.keys().copied().collect(),
            _ => (0..self.elements(&name).len() as i64).collect(),
        }
    }

    /// `${!name[@]}`.
    pub(crate) fn keys(&mut self, name: &str) -> Vec<String> {
        let target = self.reference(name);
        match self.variables.get(&target).map(|it| &it.held) {
            Some(Held::Map(map)) => map.iter().map(|it| it.0.to_owned()).collect(),
            _ => self.indices(name).iter().map(i64::to_string).collect(),
        }
    }

    pub(crate) fn is_map(&self, name: &str) -> bool {
        matches!(self.variables.get(&self.reference(name)).map(|it| &it.held), Some(Held::Map(_)))
    }

    /// One element of an array.
    pub(crate) fn element(&mut self, name: &str, index: &str) -> Run<Option<String>> {
        if self.is_map(name) {
            let name = self.reference(name);
            let Some(Variable { held: Held::Map(map), .. }) = self.variables.get(&name) else { return Ok(None) };
            return Ok(map.get(index).map(str::to_owned));
        }
        if matches!(index, "@" | "*") {
            let all = self.elements(name);
            return Ok((!all.is_empty()).then(|| all.join(" ")));
        }
        let number = self.evaluate(index)?;
        let indices = self.indices(name);
        let number = if number < 0 { number + indices.last().map_or(0, |it| it + 1) } else { number };
        if number < 0 {
            self.complain(&format!("{name}[{index}]: bad array subscript"));
            return Ok(None);
        }
        let all = self.elements(name);
        Ok(indices.iter().position(|it| *it == number).and_then(|at| all.get(at).cloned()))
    }

    /// Sets a variable as an assignment does: one that may not be written drops the line.
    pub(crate) fn assign(&mut self, name: &str, value: &str) -> Run<()> {
        match self.try_assign(name, value)? {
            None => Ok(()),
            Some(message) => self.discard(&message),
        }
    }

    /// Sets a variable; the complaint where it may not be.
    pub(crate) fn try_assign(&mut self, name: &str, value: &str) -> Run<Option<String>> {
        let name = self.reference(name);
        if let Some((base, index)) = split(&name) {
            let (base, index) = (base.to_owned(), index.to_owned());
            self.set_element(&base, &index, value, false)?;
            return Ok(None);
        }
        if let Some(message) = self.refuses(&name) {
            return Ok(Some(message));
        }
        match name.as_str() {
            "RANDOM" => {
                self.random = Some(self.evaluate(value).unwrap_or(0) as u32 & 0x7fff_ffff);
                return Ok(None);
            }
            "SECONDS" => {
                self.started = self.world.now(self.line).0 - value.parse::<i64>().unwrap_or(0);
                return Ok(None);
            }
            "BASHPID" | "FUNCNAME" | "GROUPS" | "LINENO" | "PIPESTATUS" | "DIRSTACK" | "BASH_SUBSHELL" => return Ok(None),
            "OPTIND" => self.letter = 0,
            "POSIXLY_CORRECT" => self.unsure_of("POSIXLY_CORRECT", "the POSIX mode is not carried out truly"),
            _ => {}
        }
        let value = self.shaped(&name, value)?;
        let exports = self.options.allexport;
        let variable = self.variables.entry(&name);
        variable.exported |= exports;
        match &mut variable.held {
            Held::List(list) => drop(list.insert(0, value)),
            Held::Map(map) => map.set("0", value),
            held => *held = Held::Text(value),
        }
        Ok(None)
    }

    pub(crate) fn refuses(&self, name: &str) -> Option<String> {
        let fixed = matches!(name, "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO");
        (fixed || self.variables.get(name).is_some_and(|it| it.readonly)).then(|| format!("{name}: readonly variable"))
    }

    /// A value as the attributes of its variable want it.
    pub(crate) fn shaped(&mut self, name: &str, value: &str) -> Run<String> {
        let Some(variable) = self.variables.get(name) else { return Ok(value.to_owned()) };
        let (integer, case) = (variable.integer, variable.case);
        if integer {
            return Ok(self.evaluate(value)?.to_string());
        }
        Ok(match case {
            Some('u') => value.to_uppercase(),
            Some('l') => value.to_lowercase(),
            _ => value.to_owned(),
        })
    }

    /// Sets an element of an array; a plain variable becomes one.
    pub(crate) fn set_element(&mut self, name: &str, index: &str, value: &str, append: bool) -> Run<()> {
        let name = self.reference(name);
        if let Some(message) = self.refuses(&name) {
            return self.discard(&message);
        }
        let before = if append { self.element(&name, index)?.unwrap_or_default() } else { String::new() };
        let integer = self.variables.get(&name).is_some_and(|it| it.integer);
        let value = if append && integer { (self.evaluate(&before)? + self.evaluate(value)?).to_string() } else { before + &self.shaped(&name, value)? };
        if self.is_map(&name) {
            if let Held::Map(map) = &mut self.variables.entry(&name).held {
                map.set(index, value);
            }
            return Ok(());
        }
        let number = self.evaluate(index)?;
        let end = self.indices(&name).last().map_or(0, |it| it + 1);
        let number = if number < 0 { number + end } else { number };
        if number < 0 {
            return self.discard(&format!("{name}[{index}]: bad array subscript"));
        }
        self.list(&name).insert(number, value);
        Ok(())
    }

    /// The list that a variable is, or now becomes.
    pub(crate) fn list(&mut self, name: &str) -> &mut BTreeMap<i64, String> {
        let exports = self.options.allexport;
        let variable = self.variables.entry(name);
        variable.exported |= exports;
        let before = std::mem::replace(&mut variable.held, Held::Nothing);
        variable.held = match before {
            Held::List(list) => Held::List(list),
            Held::Text(text) => Held::List(BTreeMap::from([(0, text)])),
            Held::Nothing | Held::Map(_) => Held::List(BTreeMap::new()),
        };
        match &mut variable.held {
            Held::List(list) => list,
            _ => unreachable!("it was made a list just now"),
        }
    }

    /// `${x@a}`.
    pub(crate) fn attributes(&self, name: &str) -> String {
        let Some(variable) = self.variables.get(&self.reference(name)) else { return String::new() };
        let mut out = String::new();
        match variable.held {
            Held::List(_) => out.push('a'),
            Held::Map(_) => out.push('A'),
            _ => {}
        }
        for (letter, on) in [('i', variable.integer), ('l', variable.case == Some('l')), ('n', variable.reference), ('r', variable.readonly)] {
            if on {
                out.push(letter);
            }
        }
        if variable.case == Some('u') {
            out.push('u');
        }
        if variable.exported {
            out.push('x');
        }
        out
    }
}

/// `name[index]`.
pub(crate) fn split(name: &str) -> Option<(&str, &str)> {
    let open = name.find('[')?;
    Some((&name[..open], name[open + 1..].strip_suffix(']')?)).filter(|it| !it.0.is_empty())
}

/// Whether a text is the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}
