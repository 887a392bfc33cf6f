//! find(1): the expression is evaluated over the workspace; what `-exec` asks for becomes commands that the shell then runs,
//! so that they pass the one dispatcher.

use gnu_bash::Shell;
use invitro_sdk::interpreter::invitro::remediation::{
    ledger,
    types::{FileType, Stat},
};

use super::{
    call::{Answer, Trouble, absolute, exit, join, line, not_modelled, unmodelled},
    file_systems::{Borders, is_elsewhere},
    mode::Change,
    pattern::is_match,
};
use crate::{filesystem::failure, kernel::Kernel};

/// One term of the expression.
enum Term {
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Name(String, bool),
    Path(String, bool),
    LinkName(String),
    Kind(String),
    Perm(Perm, u32),
    User(u32),
    Group(u32),
    Number(Sign, u64, bool),
    NoUser,
    NoGroup,
    Size(Sign, u64, u64),
    Links(Sign, u64),
    Empty,
    SameFile(u64),
    Regex(Box<gnu_regex::Regex>),
    Newer(i64, u32),
    Age(Sign, i64, i64),
    Constant(bool),
    Access(u32),
    Print(String),
    Printf(String),
    Delete,
    Prune,
    Quit,
    Exec(Vec<String>),
    ExecInFolder(Vec<String>),
    ExecAll(usize),
}

enum Perm {
    Exact,
    All,
    Any,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Less,
    Equal,
    More,
}

struct Search<'a> {
    kernel: &'a Kernel,
    cwd: String,
    zone: Option<String>,
    now: i64,
    depth_first: bool,
    least: usize,
    most: usize,
    follow: bool,
    /// `-xdev`: where it ends.
    borders: Option<Borders>,
    stopped: bool,
    pruned: bool,
    /// Script that prints and runs, in order.
    script: String,
    runs: bool,
    batches: Vec<(Vec<String>, Vec<String>)>,
    /// Why the answer can't be told, met in the midst of it.
    unclear: std::cell::Cell<Option<&'static str>>,
    dialect: super::name_pattern::Dialect,
    start: String,
    depth: usize,
    out: String,
    err: String,
    status: i32,
}

/// find(1).
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, args: &[String]) -> i32 {
    let (script, complaints, status) = match search(kernel, shell.cwd().to_owned(), shell.value("TZ"), args) {
        Ok(found) => found,
        Err(Trouble::Unmodelled(reason)) => {
            unmodelled("find", args, line(kernel, "find", args), &reason);
            (String::new(), format!("find: {reason}\n"), 1)
        }
        Err(Trouble::Exit(message, status)) => (String::new(), format!("find: {message}\n"), status),
    };
    if !complaints.is_empty() {
        shell.tell(complaints.as_bytes());
    }
    let ran = shell.run_text(&script);
    if status != 0 { status } else { ran }
}

/// Returns a script that does what was found, messages, and the exit status.
fn search(kernel: &Kernel, cwd: String, zone: Option<String>, args: &[String]) -> Answer<(String, String, i32)> {
    let mut search = Search {
        kernel,
        cwd,
        zone,
        now: 0,
        depth_first: false,
        least: 0,
        most: usize::MAX,
        follow: false,
        borders: None,
        stopped: false,
        pruned: false,
        script: String::new(),
        runs: false,
        batches: Vec::new(),
        unclear: std::cell::Cell::new(None),
        dialect: super::name_pattern::Dialect::Emacs,
        start: String::new(),
        depth: 0,
        out: String::new(),
        err: String::new(),
        status: 0,
    };
    let mut words = args;
    let mut named = false;
    while let [first, rest @ ..] = words {
        match first.as_str() {
            "-H" => named = true,
            "-L" => search.follow = true,
            "-P" => search.follow = false,
            _ => break,
        }
        words = rest;
    }
    let end = words.iter().position(|it| it.starts_with('-') && it.len() > 1 || matches!(it.as_str(), "(" | "!" | ",")).unwrap_or(words.len());
    let starts = if end == 0 { vec![".".to_owned()] } else { words[..end].to_vec() };
    let term = search.expression(&words[end..])?;
    for start in starts {
        let full = absolute(&search.cwd, &start);
        search.start.clone_from(&start);
        let follow = search.follow || named;
        match search.kernel.stat(&full, follow).or_else(|_| search.kernel.stat(&full, false)) {
            Ok(stat) => search.visit(&term, &full, &start, &start, &stat, 0)?,
            Err(error) => {
                search.err.push_str(&format!("find: '{start}': {}\n", failure(error)));
                search.status = 1;
            }
        }
        if search.stopped {
            break;
        }
    }
    if let Some(reason) = search.unclear.get() {
        return Err(not_modelled(reason));
    }
    search.flush();
    for (command, paths) in std::mem::take(&mut search.batches) {
        if !paths.is_empty() {
            let words: Vec<String> = command.iter().flat_map(|it| if it == "{}" { paths.clone() } else { vec![it.clone()] }).collect();
            search.script.push_str(&format!("command {} || false\n", quoted(&words)));
        }
    }
    if search.script.is_empty() {
        search.script.push_str(":\n");
    }
    Ok((search.script, search.err, search.status))
}

/// Quotes words for a line of script.
fn quoted(words: &[String]) -> String {
    words.iter().map(|it| format!("'{}'", it.replace('\'', "'\\''"))).collect::<Vec<_>>().join(" ")
}

impl Search<'_> {
    /// Reads the expression; without an action it prints.
    fn expression(&mut self, words: &[String]) -> Answer<Term> {
        let mut rest = words;
        let acts = words.iter().any(|it| matches!(it.as_str(), "-print" | "-print0" | "-printf" | "-exec" | "-delete" | "-ls" | "-ok" | "-execdir"));
        let term = if words.is_empty() { Term::Constant(true) } else { self.or(&mut rest)? };
        if let [stray, ..] = rest {
            return Err(exit(format!("paths must precede expression: `{stray}'")));
        }
        Ok(if acts { term } else { Term::And(Box::new(term), Box::new(Term::Print("\n".to_owned()))) })
    }

    fn or(&mut self, words: &mut &[String]) -> Answer<Term> {
        let mut left = self.and(words)?;
        while let [word, rest @ ..] = *words {
            if !matches!(word.as_str(), "-o" | "-or") {
                break;
            }
            *words = rest;
            left = Term::Or(Box::new(left), Box::new(self.and(words)?));
        }
        Ok(left)
    }

    fn and(&mut self, words: &mut &[String]) -> Answer<Term> {
        let mut left = self.one(words)?;
        while let [word, rest @ ..] = *words {
            match word.as_str() {
                "-a" | "-and" => *words = rest,
                "-o" | "-or" | ")" => break,
                "," => return Err(not_modelled("find's `,` is not modelled")),
                _ => {}
            }
            left = Term::And(Box::new(left), Box::new(self.one(words)?));
        }
        Ok(left)
    }

    fn one(&mut self, words: &mut &[String]) -> Answer<Term> {
        let [word, rest @ ..] = *words else { return Err(exit("expected an expression")) };
        *words = rest;
        match word.as_str() {
            "!" | "-not" => return Ok(Term::Not(Box::new(self.one(words)?))),
            "(" => {
                let inner = self.or(words)?;
                let [close, rest @ ..] = *words else { return Err(exit("invalid expression; I was expecting to find a ')' somewhere but did not see one.")) };
                if close != ")" {
                    return Err(exit(format!("paths must precede expression: `{close}'")));
                }
                *words = rest;
                return Ok(inner);
            }
            "-exec" => return self.exec(words),
            "-execdir" => return self.exec_in_folder(words),
            _ => {}
        }
        let lone = match word.as_str() {
            "-true" => Some(Term::Constant(true)),
            "-false" => Some(Term::Constant(false)),
            "-print" => Some(Term::Print("\n".to_owned())),
            "-print0" => Some(Term::Print("\0".to_owned())),
            "-delete" => {
                self.depth_first = true;
                Some(Term::Delete)
            }
            "-depth" | "-d" => {
                self.depth_first = true;
                Some(Term::Constant(true))
            }
            "-xdev" | "-mount" => {
                self.borders = Some(Borders::of(self.kernel));
                Some(Term::Constant(true))
            }
            "-noleaf" | "-warn" | "-nowarn" | "-ignore_readdir_race" => Some(Term::Constant(true)),
            "-prune" => Some(Term::Prune),
            "-quit" => Some(Term::Quit),
            "-empty" => Some(Term::Empty),
            "-nouser" => Some(Term::NoUser),
            "-nogroup" => Some(Term::NoGroup),
            "-readable" => Some(Term::Access(4)),
            "-writable" => Some(Term::Access(2)),
            "-executable" => Some(Term::Access(1)),
            _ => None,
        };
        if let Some(term) = lone {
            return Ok(term);
        }
        let known = [
            "-name",
            "-iname",
            "-path",
            "-wholename",
            "-ipath",
            "-lname",
            "-type",
            "-perm",
            "-user",
            "-uid",
            "-group",
            "-gid",
            "-size",
            "-links",
            "-newer",
            "-newermt",
            "-mtime",
            "-mmin",
            "-maxdepth",
            "-mindepth",
            "-printf",
            "-regex",
            "-iregex",
            "-regextype",
            "-samefile",
            "-fstype",
        ];
        if !known.contains(&word.as_str()) {
            return Err(if word.starts_with('-') {
                not_modelled(format!("find's `{word}` is not modelled"))
            } else {
                exit(format!("paths must precede expression: `{word}'"))
            });
        }
        let [value, rest @ ..] = *words else { return Err(exit(format!("missing argument to `{word}'"))) };
        *words = rest;
        self.test(word, value)
    }

    fn test(&mut self, word: &str, value: &str) -> Answer<Term> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| exit(format!("invalid argument `{value}' to `{word}'")));
        Ok(match word {
            "-name" => Term::Name(value.to_owned(), false),
            "-iname" => Term::Name(value.to_owned(), true),
            "-path" | "-wholename" => Term::Path(value.to_owned(), false),
            "-ipath" => Term::Path(value.to_owned(), true),
            "-lname" => Term::LinkName(value.to_owned()),
            "-type" if value.split(',').all(|it| matches!(it, "f" | "d" | "l" | "p" | "b" | "c" | "s")) => Term::Kind(value.to_owned()),
            "-type" => return Err(exit(format!("Unknown argument to -type: {value}"))),
            "-perm" => {
                let (kind, text) = match value.chars().next() {
                    Some('-') => (Perm::All, &value[1..]),
                    Some('/') => (Perm::Any, &value[1..]),
                    _ => (Perm::Exact, value),
                };
                let change = Change::parse(text).filter(|it| !it.counts()).ok_or_else(|| exit(format!("invalid mode '{value}'")))?;
                Term::Perm(kind, change.apply(0, false, 0))
            }
            "-uid" | "-gid" => {
                let (sign, text) = sign(value);
                Term::Number(sign, number(text)?, word == "-uid")
            }
            "-user" => Term::User(named(value).and_then(|it| self.kernel.user(it)).ok_or_else(|| exit(format!("'{value}' is not the name of a known user")))?),
            "-group" => Term::Group(named(value).and_then(|it| self.kernel.group(it)).ok_or_else(|| exit(format!("'{value}' is not the name of an existing group")))?),
            "-size" => {
                let (sign, text) = sign(value);
                let (digits, unit) = text.split_at(text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len()));
                let unit = match unit {
                    "" | "b" => 512,
                    "c" => 1,
                    "w" => 2,
                    "k" => 1 << 10,
                    "M" => 1 << 20,
                    "G" => 1 << 30,
                    other => return Err(exit(format!("invalid -size type `{other}'"))),
                };
                Term::Size(sign, number(digits)?, unit)
            }
            "-links" => {
                let (sign, text) = sign(value);
                Term::Links(sign, number(text)?)
            }
            "-newer" => {
                let stat = self.kernel.stat(&absolute(&self.cwd, value), true).map_err(|error| exit(format!("'{value}': {}", failure(error))))?;
                Term::Newer(stat.mtime_seconds, stat.mtime_nanos)
            }
            "-samefile" => {
                let stat = self.kernel.stat(&absolute(&self.cwd, value), self.follow).map_err(|error| exit(format!("\u{2018}{value}\u{2019}: {}", failure(error))))?;
                Term::SameFile(stat.inode)
            }
            "-fstype" if is_elsewhere(value) => {
                ledger::assume("host-facts", &format!("find -fstype {value}"), self.kernel.line(&[]));
                Term::Constant(false)
            }
            "-fstype" => return Err(not_modelled(format!("find's -fstype {value} is not modelled"))),
            "-regextype" => {
                self.dialect = super::name_pattern::Dialect::read(value).ok_or_else(|| not_modelled(format!("find's -regextype {value} is not modelled")))?;
                Term::Constant(true)
            }
            "-regex" | "-iregex" => {
                let regex = super::name_pattern::compile(self.dialect, value, word == "-iregex");
                Term::Regex(Box::new(regex.ok_or_else(|| not_modelled(format!("find's {word} with `{value}` is not modelled")))?))
            }
            "-newermt" => {
                let moment = super::date::moment(self.kernel, "find", self.zone.as_deref(), value, None)?;
                let (seconds, nanos) = moment.ok_or_else(|| exit(format!("I cannot figure out how to interpret \u{2018}{value}\u{2019} as a date or time")))?;
                Term::Newer(seconds, nanos)
            }
            "-mtime" | "-mmin" => {
                let (sign, text) = sign(value);
                ledger::assume("clock", &format!("find {word} {value}"), None);
                self.now = (invitro_sdk::interpreter::invitro::remediation::surroundings::now() / 1_000_000_000) as i64;
                Term::Age(sign, number(text)? as i64, if word == "-mtime" { 86_400 } else { 60 })
            }
            "-maxdepth" => {
                self.most = number(value)? as usize;
                Term::Constant(true)
            }
            "-mindepth" => {
                self.least = number(value)? as usize;
                Term::Constant(true)
            }
            _ => {
                format_is_known(value)?;
                Term::Printf(value.to_owned())
            }
        })
    }

    fn exec(&mut self, words: &mut &[String]) -> Answer<Term> {
        let Some(end) = words.iter().enumerate().position(|(at, it)| it == ";" || it == "+" && at > 0 && words[at - 1] == "{}") else {
            return Err(exit("missing argument to `-exec'"));
        };
        let command = words[..end].to_vec();
        let all = words[end] == "+";
        *words = &words[end + 1..];
        if command.is_empty() {
            return Err(exit("invalid argument `;' to `-exec'"));
        }
        self.runs = true;
        if !all {
            return Ok(Term::Exec(command));
        }
        self.batches.push((command, Vec::new()));
        Ok(Term::ExecAll(self.batches.len() - 1))
    }

    /// `-execdir … ;`: in the folder of each file, which is then `./name` (find(1)). A path that a script made relative is refused there.
    fn exec_in_folder(&mut self, words: &mut &[String]) -> Answer<Term> {
        match self.exec(words)? {
            Term::Exec(command) => Ok(Term::ExecInFolder(command)),
            _ => Err(not_modelled("find's `-execdir … +` is not modelled")),
        }
    }

    fn visit(&mut self, term: &Term, full: &str, shown: &str, name: &str, stat: &Stat, depth: usize) -> Answer {
        self.pruned = false;
        self.depth = depth;
        let looks = depth >= self.least && depth <= self.most;
        if looks && !self.depth_first {
            self.entry(term, full, shown, name, stat)?;
        }
        let pruned = self.pruned;
        let elsewhere = || depth > 0 && self.borders.as_ref().is_some_and(|it| it.is_at(self.kernel, full, line(self.kernel, "find", &[])));
        if stat.type_ == FileType::Directory && depth < self.most && !pruned && !self.stopped && !elsewhere() {
            match if depth == 0 { self.kernel.names(full) } else { self.kernel.names_on_the_way(full) } {
                Err(error) => {
                    self.err.push_str(&format!("find: '{shown}': {}\n", failure(error)));
                    self.status = 1;
                }
                Ok(names) => {
                    for child in names {
                        let child = String::from_utf8(child)
                            .map_err(|_| not_modelled(format!("{full} has a name that is not UTF-8: this interpreter holds text only")))?;
                        let path = join(full, &child);
                        let below = if shown.ends_with('/') { format!("{shown}{child}") } else { format!("{shown}/{child}") };
                        let Ok(stat) = self.kernel.stat(&path, self.follow).or_else(|_| self.kernel.stat(&path, false)) else { continue };
                        if self.follow && stat.type_ == FileType::Directory && self.is_above(&path, full) {
                            return Err(not_modelled("find -L that meets a link to a folder above it is not modelled"));
                        }
                        self.visit(term, &path, &below, &child, &stat, depth + 1)?;
                        if self.stopped {
                            break;
                        }
                    }
                }
            }
        }
        self.depth = depth;
        if looks && self.depth_first && !self.stopped {
            self.entry(term, full, shown, name, stat)?;
        }
        Ok(())
    }

    /// Answers whether a path leads to a folder that another lies in.
    fn is_above(&self, path: &str, folder: &str) -> bool {
        let real = |it: &str| self.kernel.workspace().real_path(it.as_bytes()).unwrap_or_default();
        let (path, folder) = (real(path), real(folder));
        folder.strip_prefix(path.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/") || path == b"/")
    }

    /// Evaluates the expression for one path; with commands in it as a line of script, so that their success counts.
    fn entry(&mut self, term: &Term, full: &str, shown: &str, name: &str, stat: &Stat) -> Answer {
        let start = self.start.clone();
        let of = Entry { full, shown, name: super::call::base(name), stat, start: &start, depth: self.depth };
        match self.value(term, &of)? {
            Value::Known(_) => {}
            Value::Script(text) => {
                self.flush();
                self.script.push_str(&format!("if {text}; then :; fi\n"));
            }
        }
        Ok(())
    }

    fn flush(&mut self) {
        if !self.out.is_empty() {
            let text = std::mem::take(&mut self.out);
            // A NUL can't stand in a word: printf makes it.
            let text = text.replace('\\', "\\\\").replace('%', "%%").replace('\0', "\\0");
            self.script.push_str(&format!("command printf -- {}\n", quoted(&[text])));
        }
    }

    fn value(&mut self, term: &Term, of: &Entry<'_>) -> Answer<Value> {
        if self.stopped {
            return Ok(Value::Known(false));
        }
        Ok(match term {
            Term::Not(inner) => match self.value(inner, of)? {
                Value::Known(it) => Value::Known(!it),
                Value::Script(text) => Value::Script(format!("! {{ {text}; }}")),
            },
            Term::And(left, right) => match self.value(left, of)? {
                Value::Known(false) => Value::Known(false),
                Value::Known(true) => self.value(right, of)?,
                Value::Script(text) => Value::Script(format!("{{ {text}; }} && {{ {}; }}", self.late(right, of)?)),
            },
            Term::Or(left, right) => match self.value(left, of)? {
                Value::Known(true) => Value::Known(true),
                Value::Known(false) => self.value(right, of)?,
                Value::Script(text) => Value::Script(format!("{{ {text}; }} || {{ {}; }}", self.late(right, of)?)),
            },
            Term::Exec(words) => Value::Script(format!("command {}", quoted(&words.iter().map(|it| it.replace("{}", of.shown)).collect::<Vec<_>>()))),
            Term::ExecInFolder(words) => {
                // A starting point stands in a folder of its own kind.
                if of.depth == 0 {
                    return Err(not_modelled("find's `-execdir` for a starting point is not modelled"));
                }
                let folder = of.full.rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 });
                let words: Vec<String> = words.iter().map(|it| it.replace("{}", &format!("./{}", of.name))).collect();
                Value::Script(format!("( cd {} && command {} )", quoted(&[folder.to_owned()]), quoted(&words)))
            }
            Term::ExecAll(batch) => {
                self.batches[*batch].1.push(of.shown.to_owned());
                Value::Known(true)
            }
            Term::Print(end) => {
                self.out.push_str(&format!("{}{end}", of.shown));
                Value::Known(true)
            }
            Term::Printf(format) => {
                let text = self.filled(format, of)?;
                self.out.push_str(&text);
                Value::Known(true)
            }
            Term::Delete => {
                if self.runs {
                    return Err(not_modelled("find with both -exec and -delete is not modelled"));
                }
                self.delete(of);
                Value::Known(true)
            }
            Term::Prune => {
                self.pruned = true;
                Value::Known(true)
            }
            Term::Quit => {
                self.stopped = true;
                Value::Known(true)
            }
            test => Value::Known(self.holds(test, of)),
        })
    }

    /// What stands behind a command: it is done only when the command has answered.
    fn late(&mut self, term: &Term, of: &Entry<'_>) -> Answer<String> {
        match term {
            Term::Print(end) if end == "\n" => Ok(format!("command printf '%s\\n' {}", quoted(&[of.shown.to_owned()]))),
            Term::Exec(_) | Term::ExecInFolder(_) | Term::And(..) | Term::Or(..) | Term::Not(_) => match self.value_late(term, of)? {
                Value::Known(it) => Ok(it.to_string()),
                Value::Script(text) => Ok(text),
            },
            Term::Print(_) | Term::Printf(_) | Term::Delete | Term::Prune | Term::Quit | Term::ExecAll(_) => {
                Err(not_modelled("find with another action behind -exec is not modelled"))
            }
            test => Ok(self.holds(test, of).to_string()),
        }
    }

    fn value_late(&mut self, term: &Term, of: &Entry<'_>) -> Answer<Value> {
        Ok(match term {
            Term::And(left, right) => Value::Script(format!("{{ {}; }} && {{ {}; }}", self.late(left, of)?, self.late(right, of)?)),
            Term::Or(left, right) => Value::Script(format!("{{ {}; }} || {{ {}; }}", self.late(left, of)?, self.late(right, of)?)),
            Term::Not(inner) => Value::Script(format!("! {{ {}; }}", self.late(inner, of)?)),
            other => self.value(other, of)?,
        })
    }

    fn delete(&mut self, of: &Entry<'_>) {
        // What cannot be taken away is passed over, not tried.
        if of.shown == "." {
            return;
        }
        let path = of.full.as_bytes();
        let answer =
            if of.stat.type_ == FileType::Directory { self.kernel.workspace().remove_directory(path) } else { self.kernel.workspace().remove_file(path) };
        if let Err(error) = answer {
            self.err.push_str(&format!("find: cannot delete '{}': {}\n", of.shown, failure(error)));
            self.status = 1;
        }
    }

    fn holds(&self, term: &Term, of: &Entry<'_>) -> bool {
        let stat = of.stat;
        match term {
            Term::Name(pattern, fold) => is_match(pattern, of.name, *fold),
            Term::Path(pattern, fold) => is_match(pattern, of.shown, *fold),
            Term::LinkName(pattern) => {
                stat.type_ == FileType::Symlink
                    && self.kernel.workspace().read_link(of.full.as_bytes()).is_ok_and(|it| is_match(pattern, &String::from_utf8_lossy(&it), false))
            }
            Term::Kind(kinds) => kinds.split(',').any(|it| it == kind(stat)),
            Term::Perm(Perm::Exact, mode) => stat.mode == *mode,
            Term::Perm(Perm::All, mode) => stat.mode & mode == *mode,
            Term::Perm(Perm::Any, mode) => *mode == 0 || stat.mode & mode != 0,
            Term::User(uid) => stat.uid == *uid,
            Term::Group(gid) => stat.gid == *gid,
            Term::Number(sign, number, user) => compare(*sign, u64::from(if *user { stat.uid } else { stat.gid }), *number),
            Term::SameFile(inode) => stat.inode == *inode,
            Term::Regex(regex) => match regex.find_at(of.shown.as_bytes(), 0) {
                Ok(found) => found.is_some(),
                Err(_) => {
                    self.unclear.set(Some("a regular expression that needs more steps than are allowed"));
                    false
                }
            },
            Term::NoUser => !self.kernel.has_id("/etc/passwd", stat.uid),
            Term::NoGroup => !self.kernel.has_id("/etc/group", stat.gid),
            Term::Size(..) if stat.type_ == FileType::Directory => {
                self.unclear.set(Some("the size of a folder is its file system's business"));
                false
            }
            Term::Size(sign, number, unit) => compare(*sign, stat.size.div_ceil(*unit), *number),
            Term::Links(..) if stat.type_ == FileType::Directory => {
                self.unclear.set(Some("the names that a folder has are its file system's business"));
                false
            }
            Term::Links(sign, number) => compare(*sign, u64::from(stat.links), *number),
            Term::Empty => match stat.type_ {
                FileType::Directory => self.kernel.names(of.full).is_ok_and(|it| it.is_empty()),
                FileType::Regular => stat.size == 0,
                _ => false,
            },
            Term::Newer(seconds, nanos) => (stat.mtime_seconds, stat.mtime_nanos) > (*seconds, *nanos),
            Term::Age(sign, number, unit) => {
                let age = (self.now - stat.mtime_seconds).max(0);
                compare(*sign, (if *unit == 60 { (age + 59) / 60 } else { age / unit }) as u64, *number as u64)
            }
            Term::Access(1) => stat.type_ == FileType::Directory || stat.mode & 0o111 != 0,
            Term::Access(_) => true,
            Term::Constant(it) => *it,
            _ => true,
        }
    }

    fn filled(&self, format: &str, of: &Entry<'_>) -> Answer<String> {
        let mut out = String::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('0') => out.push('\0'),
                    Some('\\') => out.push('\\'),
                    other => return Err(not_modelled(format!("find's -printf \\{} is not modelled", other.unwrap_or(' ')))),
                },
                '%' => match letters.next() {
                    Some('%') => out.push('%'),
                    Some('p') => out.push_str(of.shown),
                    Some('f') => {
                        // A slash behind a place to start stays.
                        let slash = of.shown.ends_with('/') && !of.shown.bytes().all(|it| it == b'/');
                        out.push_str(of.name);
                        out.push_str(if slash { "/" } else { "" });
                    }
                    Some('h') if of.shown.bytes().all(|it| it == b'/') => {}
                    Some('h') => out.push_str(of.shown.trim_end_matches('/').rsplit_once('/').map_or(".", |it| it.0)),
                    Some('m') => out.push_str(&format!("{:o}", of.stat.mode)),
                    Some('M') => {
                        out.push(if kind(of.stat) == "f" { '-' } else { kind(of.stat).chars().next().unwrap_or('-') });
                        out.push_str(&super::mode::letters(of.stat.mode));
                    }
                    Some('u') => out.push_str(&self.kernel.user_name(of.stat.uid)),
                    Some('g') => out.push_str(&self.kernel.group_name(of.stat.gid)),
                    Some('U') => out.push_str(&of.stat.uid.to_string()),
                    Some('G') => out.push_str(&of.stat.gid.to_string()),
                    Some('s') if of.stat.type_ == FileType::Directory => return Err(not_modelled("the size of a folder is its file system's business")),
                    Some('P') => out.push_str(of.shown.strip_prefix(of.start).map_or("", |it| it.trim_start_matches('/'))),
                    Some('H') => out.push_str(of.start),
                    Some('d') => out.push_str(&of.depth.to_string()),
                    Some('s') => out.push_str(&of.stat.size.to_string()),
                    Some('n') if of.stat.type_ == FileType::Directory => {
                        return Err(not_modelled("the names that a folder has are its file system's business"));
                    }
                    Some('n') => out.push_str(&of.stat.links.to_string()),
                    Some('y') => out.push_str(kind(of.stat)),
                    Some('l') => out.push_str(&String::from_utf8_lossy(&self.kernel.workspace().read_link(of.full.as_bytes()).unwrap_or_default())),
                    other => return Err(not_modelled(format!("find's -printf %{} is not modelled", other.unwrap_or(' ')))),
                },
                other => out.push(other),
            }
        }
        Ok(out)
    }
}

/// A user or a group by name or by number, without a sign.
fn named(value: &str) -> Option<&str> {
    (!value.starts_with(['+', '-'])).then_some(value)
}

/// Of a format that it does not know find(1) tells before it finds anything.
fn format_is_known(format: &str) -> Answer {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        let known = match letter {
            '%' => "%pfhmMugUGsPHdnyl",
            '\\' => "nt0\\",
            _ => continue,
        };
        let next = letters.next();
        if next.is_none_or(|it| !known.contains(it)) {
            return Err(not_modelled(format!("find's -printf {letter}{} is not modelled", next.unwrap_or(' '))));
        }
    }
    Ok(())
}

struct Entry<'a> {
    full: &'a str,
    shown: &'a str,
    name: &'a str,
    stat: &'a Stat,
    start: &'a str,
    depth: usize,
}

enum Value {
    Known(bool),
    Script(String),
}

fn kind(stat: &Stat) -> &'static str {
    match stat.type_ {
        FileType::Regular => "f",
        FileType::Directory => "d",
        FileType::Symlink => "l",
        FileType::Fifo => "p",
        FileType::Special => "c",
    }
}

fn sign(value: &str) -> (Sign, &str) {
    match value.chars().next() {
        Some('+') => (Sign::More, &value[1..]),
        Some('-') => (Sign::Less, &value[1..]),
        _ => (Sign::Equal, value),
    }
}

fn compare(sign: Sign, value: u64, number: u64) -> bool {
    match sign {
        Sign::Less => value < number,
        Sign::Equal => value == number,
        Sign::More => value > number,
    }
}
