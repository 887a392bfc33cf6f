//! The state of a shell: what a subshell copies and what a variable means.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::{Rc, Weak},
};

use crate::{
    hash::Hashed,
    print,
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
    /// The file that it was read from.
    pub file: Rc<str>,
    pub exported: bool,
    pub readonly: bool,
}

/// The command that runs, as `$BASH_COMMAND` names it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Current {
    #[default]
    None,
    Simple(Rc<crate::syntax::Simple>),
    /// The head of a loop or a `case`, an expression or a condition.
    Head(Rc<Compound>),
    /// Text that was laid out already.
    Text(Rc<str>),
}

/// A command that `&` began.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub number: u32,
    pub status: i32,
    pub waited: bool,
}

/// What runs a function or a sourced file.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The function, or `source`.
    pub name: String,
    /// The line of the call.
    pub line: u32,
    /// The file that the commands come from.
    pub file: Rc<str>,
    /// Options as they were, where `local -` asked for that.
    pub options: Option<Options>,
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
    /// Traps of the shell that this one was forked from: `trap` shows them until one is set.
    pub(crate) shown: Option<BTreeMap<String, String>>,
    pub(crate) arguments: Vec<String>,
    /// `$0`.
    pub(crate) name: String,
    pub(crate) status: i32,
    pub(crate) statuses: Vec<i32>,
    /// Whether a status in the last pipeline hangs on who was faster.
    pub(crate) races: bool,
    /// Status of the last command substitution of the command that is expanded.
    pub(crate) substituted: Option<i32>,
    pub(crate) line: u32,
    pub(crate) loops: usize,
    /// Names of the functions that run, innermost last, with the line of each call.
    pub(crate) calls: Vec<(String, u32)>,
    /// Functions and sourced files that run, innermost last.
    pub(crate) frames: Vec<Frame>,
    /// Files that are sourced right now.
    pub(crate) sourced: usize,
    /// Above 0 where a failure does not end the shell.
    pub(crate) lenient: usize,
    pub(crate) subshell: usize,
    /// Whether this is dash, and not bash.
    pub(crate) dash: bool,
    /// Whether the script is the word behind `-c`.
    pub(crate) inline: bool,
    /// Whether a background command has the shell's own input, and not `/dev/null`.
    pub(crate) input_given: bool,
    pub(crate) depth: usize,
    pub(crate) jobs: Vec<Job>,
    /// How many jobs began, and the number of the last (`$!`).
    pub(crate) begun: u32,
    pub(crate) last_job: Option<u32>,
    pub(crate) last_argument: String,
    pub(crate) late: Vec<Late>,
    /// The umask before this shell changed it: a child leaves its parent's as it was.
    pub(crate) mask_before: Option<u32>,
    /// Descriptors of `<(…)` in the command that runs.
    pub(crate) processes: Vec<u32>,
    /// Traps whose commands run right now: none of them begins anew.
    pub(crate) running: Vec<String>,
    /// The command that runs or ran last, outside of traps; as its text is laid out when it is asked for.
    pub(crate) current: Current,
    pub(crate) folders: Vec<String>,
    /// Where commands were found.
    pub(crate) hashed: Hashed,
    pub(crate) aliases: Rc<BTreeMap<String, String>>,
    /// Builtins that `enable -n` took away.
    pub(crate) disabled: BTreeSet<String>,
    /// Limits that `ulimit` set: soft and hard, none where there is none.
    pub(crate) limits: BTreeMap<char, (Option<u64>, Option<u64>)>,
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
    /// Standard output as the shell was given it.
    pub(crate) output: Shared,
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
        let output = Open::sink();
        fds.set(1, output.clone());
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
        let mut shell = Shell {
            world,
            variables,
            fds,
            cwd: cwd.to_owned(),
            functions: HashMap::new(),
            options: Options::default(),
            traps: BTreeMap::new(),
            shown: None,
            arguments: Vec::new(),
            name: name.to_owned(),
            status: 0,
            statuses: vec![0],
            races: false,
            substituted: None,
            line: 1,
            loops: 0,
            calls: Vec::new(),
            frames: Vec::new(),
            sourced: 0,
            lenient: 0,
            subshell: 0,
            dash: false,
            inline: false,
            input_given: false,
            depth: 0,
            jobs: Vec::new(),
            begun: 0,
            last_job: None,
            last_argument: name.to_owned(),
            late: Vec::new(),
            mask_before: None,
            processes: Vec::new(),
            running: Vec::new(),
            current: Current::default(),
            folders: Vec::new(),
            hashed: Hashed::default(),
            aliases: Rc::default(),
            disabled: BTreeSet::new(),
            limits: BTreeMap::new(),
            random: None,
            random_before: -1,
            started: 0,
            letter: 0,
            broken: false,
            stopped: Rc::default(),
            errors,
            output,
            named: Vec::new(),
            hazy: Rc::default(),
        };
        shell.import(environment);
        shell
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

    /// A function as `declare -f` prints it; what is not laid out here is said to be beyond.
    pub(crate) fn laid_out(&mut self, name: &str, function: &Function) -> String {
        print::function(name, &function.body).unwrap_or_else(|| {
            self.unsure_of(name, "the text of this function is not printed as bash lays it out");
            String::new()
        })
    }

    /// The environment of programs: exported variables and functions.
    pub(crate) fn environment(&mut self) -> Vec<(String, String)> {
        let mut out = self.variables.exported();
        let functions: Vec<(String, Function)> = self.functions.iter().filter(|it| it.1.exported).map(|it| (it.0.clone(), it.1.clone())).collect();
        for (name, function) in functions {
            match print::exported(&function.body) {
                Some(text) => out.push((format!("BASH_FUNC_{name}%%"), text)),
                None => self.unsure_of(&name, "the text of this function is not handed on as bash lays it out"),
            }
        }
        out.sort();
        out
    }

    /// Takes over the functions that the environment holds.
    fn import(&mut self, environment: &[(String, String)]) {
        for (key, text) in environment {
            let Some(name) = key.strip_prefix("BASH_FUNC_").and_then(|it| it.strip_suffix("%%")) else { continue };
            self.variables.put(key, None);
            if !text.starts_with("() {") {
                continue;
            }
            let definition = format!("{name} {text}");
            let mut parser = crate::syntax::Parser::new(&definition, 1, false);
            if let Some(Ok(script)) = parser.next_line()
                && let [item] = &script.items[..]
                && let [(crate::syntax::Command::Function { name, body, .. }, _)] = &item.first.stages[..]
            {
                self.functions.insert(name.clone(), Function { body: body.clone(), file: "environment".into(), exported: true, readonly: false });
            }
        }
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
        inner.mask_before = None;
        inner.broken = false;
        inner.hazy = self.hazy.clone();
        inner.jobs.clear();
        inner.loops = 0;
        inner.shown.get_or_insert_with(|| self.traps.clone());
        // Only ignored signals stay as they were.
        inner.traps.retain(|name, act| {
            act.is_empty() || name == "ERR" && inner.options.errtrace || matches!(name.as_str(), "DEBUG" | "RETURN") && inner.options.functrace
        });
        inner
    }

    /// The file that commands are read from right now.
    pub(crate) fn read_from(&self) -> Rc<str> {
        self.frames.last().map_or_else(|| self.name.as_str().into(), |it| it.file.clone())
    }

    /// The status of a shell that ends by an expansion: text of `-c` ends otherwise than a file (bash's parse_and_execute).
    pub(crate) fn fatal(&self) -> i32 {
        match (self.dash, self.inline && self.subshell == 0) {
            (true, _) => 2,
            (false, true) => 127,
            (false, false) => 1,
        }
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

    /// Ends the whole run at a limit of this shell: what bash would do there is not known.
    pub(crate) fn beyond(&mut self, limit: &str) -> Flow {
        let line = self.line;
        self.stopped.borrow_mut().get_or_insert_with(|| format!("line {line}: {limit}"));
        Flow::Exit(1)
    }

    pub(crate) fn unsure_of(&self, word: &str, reason: &str) {
        self.world.unsure(&[word.to_owned()], self.line, reason);
    }

    /// Writes a message of the shell itself.
    pub(crate) fn complain(&mut self, message: &str) {
        // The message begins with the script's path on the machine, which is not known here.
        if self.fds.get(2).is_some_and(|it| !Rc::ptr_eq(it, &self.errors) && !matches!(*it.borrow(), Open::Null)) {
            self.unsure_of("", "a message of the shell, which begins with the script's path, goes where the fix can read it");
        }
        let word = if self.dash { "" } else { "line " };
        let text = format!("{}: {word}{}: {message}\n", self.name, self.line);
        self.write(2, &bytes::to_bytes(&text));
    }

    /// An error that drops the line, and ends the shell under `set -e` (bash's `report_error`).
    pub(crate) fn discard<T>(&mut self, message: &str) -> Run<T> {
        if self.dash {
            return self.dash_ends(message);
        }
        self.reported(message)?;
        self.status = 1;
        Err(Flow::Discard(1))
    }

    /// An error of an expression, which drops the line and no more (bash's `internal_error`).
    pub(crate) fn dropped<T>(&mut self, message: &str) -> Run<T> {
        if self.dash {
            return self.dash_ends(message);
        }
        self.complain(message);
        self.status = 1;
        Err(Flow::Discard(1))
    }

    /// Tells an error that ends the shell under `set -e`, wherever it stands.
    pub(crate) fn reported(&mut self, message: &str) -> Run<()> {
        self.complain(message);
        if self.options.errexit && !self.dash {
            return Err(Flow::Exit(if self.status == 0 { 1 } else { self.status }));
        }
        Ok(())
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

    /// The inode of the regular file that standard output is.
    pub fn output_inode(&self) -> Option<u64> {
        self.fds.get(1).and_then(|it| match *it.borrow() {
            Open::File { inode, .. } => Some(inode),
            _ => None,
        })
    }

    /// Whether the fix can read what is written to standard output.
    pub fn keeps_output(&self) -> bool {
        self.fds.get(1).is_some_and(|it| !Rc::ptr_eq(it, &self.output) && !matches!(*it.borrow(), Open::Null))
    }

    /// Whether standard output is a pipe.
    pub fn writes_to_pipe(&self) -> bool {
        self.fds.get(1).is_some_and(|it| matches!(*it.borrow(), Open::Pipe { .. }))
    }

    /// Says something in the shell's own name.
    pub fn report(&mut self, message: &str) {
        self.complain(message);
    }

    /// Writes a message of a program whose words are not known to the letter.
    pub fn tell(&mut self, message: &[u8]) {
        if self.fds.get(2).is_some_and(|it| !Rc::ptr_eq(it, &self.errors) && !matches!(*it.borrow(), Open::Null)) {
            self.unsure_of("", "a message of a program, whose words may be others, goes where the fix can read it");
        }
        self.emit(2, message);
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

    /// What a command's redirections changed, as it was before; what `{name}>` opened stays.
    pub(crate) fn undo(&mut self, before: &Table) -> Vec<(u32, Option<Shared>)> {
        let named = std::mem::take(&mut self.named);
        let mut numbers = before.numbers();
        numbers.extend(self.fds.numbers());
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .into_iter()
            .filter(|it| !named.contains(it))
            .map(|it| (it, before.get(it).cloned()))
            .filter(|(number, was)| !matches!((self.fds.get(*number), was), (Some(now), Some(was)) if Rc::ptr_eq(now, was)))
            .collect()
    }

    /// Puts descriptors back: what the command itself opened or closed by `exec` stays.
    pub(crate) fn put_back(&mut self, undo: Vec<(u32, Option<Shared>)>) {
        for (number, open) in undo {
            match open {
                Some(open) => self.fds.set(number, open),
                None => self.fds.close(number),
            }
        }
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
