//! find(1): the expression is evaluated over the workspace; what `-exec` asks for becomes commands that the shell then runs,
//! so that they pass the one dispatcher.

use gnu_bash::text::{from_bytes, to_bytes};
use gnu_bash::Shell;
use invitro_sdk::interpreter::invitro::remediation::{
    ledger,
    types::{Error, FileType, Stat},
};

use super::{
    call::{Answer, Trouble, absolute, exit, is_plain, join, line, not_modelled, unmodelled},
    file_systems::{Borders, is_elsewhere},
    mode::Change,
    pattern::is_match,
    printed,
};
use crate::{filesystem::failure, kernel::Kernel};

/// Tests and actions of findutils 4.9 that are not modelled; any other word that begins with `-` it does not know.
const OTHERS: &[&str] = &[
    "amin", "anewer", "atime", "cmin", "cnewer", "context", "ctime", "daystart", "files0-from", "fls", "follow", "fprint0", "fprintf", "help", "-help", "ilname",
    "inum", "ls", "noignore_readdir_race", "ok", "okdir", "used", "version", "-version", "xattr",
];

/// Rules of regular expressions, as find(1) lists them.
const DIALECTS: [&str; 13] = [
    "findutils-default", "ed", "emacs", "gnu-awk", "grep", "posix-awk", "awk", "posix-basic", "posix-egrep", "egrep", "posix-extended", "posix-minimal-basic", "sed",
];

/// One term of the expression.
enum Term {
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    List(Box<Term>, Box<Term>),
    Name(String, bool),
    Path(String, bool),
    LinkName(String),
    Kind(String),
    AimKind(String),
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
    PrintTo(usize),
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

pub(super) struct Search<'a> {
    pub(super) kernel: &'a Kernel,
    cwd: String,
    pub(super) zone: Option<String>,
    /// The locale has no letters beyond ASCII.
    plain: bool,
    /// Files of -fprint, with what they get.
    files: Vec<(String, String)>,
    warnings: String,
    /// The words before, for what is said of them.
    last: String,
    now: i64,
    depth_first: bool,
    least: usize,
    most: usize,
    follow: bool,
    /// `-xdev`: where it ends.
    borders: Option<Borders>,
    /// Links that were named are followed.
    named: bool,
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
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, args: &[String], environment: &[(String, String)]) -> i32 {
    let plain = is_plain(|name| environment.iter().find(|it| it.0 == name).map(|it| it.1.as_str()));
    let zone = environment.iter().find(|it| it.0 == "TZ").map(|it| it.1.clone());
    let (script, complaints, status) = match search(kernel, shell.cwd().to_owned(), zone, plain, args) {
        Ok(found) => found,
        Err(Trouble::Unmodelled(reason)) => {
            unmodelled("find", args, line(kernel, "find", args), &reason);
            (String::new(), format!("find: {reason}\n"), 1)
        }
        Err(Trouble::Exit(message, status)) => (String::new(), format!("{message}\n"), status),
    };
    if !complaints.is_empty() {
        shell.emit(2, &to_bytes(&complaints));
    }
    let ran = shell.run_text(&script);
    if status != 0 { status } else { ran }
}

/// Returns a script that does what was found, messages, and the exit status.
fn search(kernel: &Kernel, cwd: String, zone: Option<String>, plain: bool, args: &[String]) -> Answer<(String, String, i32)> {
    let mut search = Search {
        kernel,
        cwd,
        zone,
        plain,
        files: Vec::new(),
        warnings: String::new(),
        last: String::new(),
        now: 0,
        depth_first: false,
        least: 0,
        most: usize::MAX,
        follow: false,
        borders: None,
        named: false,
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
    while let [first, rest @ ..] = words {
        match first.as_str() {
            "-H" => (search.follow, search.named) = (false, true),
            "-L" => (search.follow, search.named) = (true, false),
            "-P" => (search.follow, search.named) = (false, false),
            // How much is reordered changes nothing that is seen.
            "-O0" | "-O1" | "-O2" | "-O3" => {}
            "--" => {
                words = rest;
                break;
            }
            it if it.starts_with("-D") || it.starts_with("-O") => return Err(not_modelled(format!("find's `{it}` is not modelled"))),
            _ => break,
        }
        words = rest;
    }
    let end = words.iter().position(|it| it.starts_with('-') && it.len() > 1 || matches!(it.as_str(), "(" | "!")).unwrap_or(words.len());
    let starts = if end == 0 { vec![".".to_owned()] } else { words[..end].to_vec() };
    let term = match search.expression(&words[end..]) {
        Err(Trouble::Exit(message, status)) => return Err(Trouble::Exit(format!("{}find: {message}", search.warnings), status)),
        answer => answer?,
    };
    search.err.push_str(&std::mem::take(&mut search.warnings));
    for start in starts {
        let full = absolute(&search.cwd, &start);
        search.start.clone_from(&start);
        let follow = search.follow || search.named;
        match search.found(&full, follow) {
            Ok(stat) => search.visit(&term, &full, &start, &start, &stat, 0)?,
            Err(error) => {
                search.err.push_str(&format!("find: {}: {}\n", search.quote(&start), failure(error)));
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
    for (path, text) in std::mem::take(&mut search.files) {
        if let Err(error) = search.kernel.append(&path, 0, &to_bytes(&text)) {
            return Err(not_modelled(format!("a file of -fprint that can't be written is not modelled: {}", failure(error))));
        }
    }
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
    /// What is at a path; a link that leads nowhere stands for itself.
    fn found(&self, path: &str, follow: bool) -> Result<Stat, Error> {
        match self.kernel.stat(path, follow) {
            Err(Error::NoEntry | Error::NotDirectory) if follow => self.kernel.stat(path, false),
            answer => answer,
        }
    }

    fn quote(&self, word: &str) -> String {
        from_bytes(&gnu_text::quoted(&to_bytes(word), gnu_text::Quotes::Locale, self.plain))
    }

    /// Reads the expression; without an action it prints.
    fn expression(&mut self, words: &[String]) -> Answer<Term> {
        let mut rest = words;
        const ACTIONS: [&str; 11] = ["-print", "-print0", "-printf", "-fprint", "-exec", "-delete", "-ls", "-ok", "-okdir", "-execdir", "-fprint0"];
        let prints = words.iter().any(|it| ACTIONS.contains(&it.as_str()));
        let has = |name: &str| words.iter().any(|it| it == name);
        if !prints && has(",") {
            return Err(not_modelled("find's `,` without an action is not modelled"));
        }
        let term = if words.is_empty() { Term::Constant(true) } else { self.list(&mut rest)? };
        if let [stray, ..] = rest {
            return Err(match stray.as_str() {
                ")" => exit("you have too many ')'"),
                _ => self.stray(stray),
            });
        }
        if has("-delete") && has("-prune") && !has("-depth") && !has("-d") {
            return Err(exit(
                "The -delete action automatically turns on -depth, but -prune does nothing when -depth is in effect.  If you want to carry on anyway, just explicitly use the -depth option.",
            ));
        }
        Ok(if prints { term } else { Term::And(Box::new(term), Box::new(Term::Print("\n".to_owned()))) })
    }

    fn stray(&self, word: &str) -> Trouble {
        let there = self.kernel.stat(&absolute(&self.cwd, word), true).is_ok() && self.last.starts_with('-');
        let hint = if there { format!("\nfind: possible unquoted pattern after predicate `{}'?", self.last) } else { String::new() };
        exit(format!("paths must precede expression: `{word}'{hint}"))
    }

    fn list(&mut self, words: &mut &[String]) -> Answer<Term> {
        let mut left = self.or(words)?;
        while let [word, rest @ ..] = *words {
            if word != "," {
                break;
            }
            *words = rest;
            self.follows(",", words)?;
            left = Term::List(Box::new(left), Box::new(self.or(words)?));
        }
        Ok(left)
    }

    /// Says what is wrong where an operator or a parenthesis has nothing behind it that is an expression.
    fn follows(&self, operator: &str, words: &[String]) -> Answer {
        match words.first().map(String::as_str) {
            None => Err(exit(format!("expected an expression after '{operator}'"))),
            Some(")") => Err(exit(format!("expected an expression between '{operator}' and ')'"))),
            Some(it @ ("-o" | "-or" | "-a" | "-and" | ",")) => Err(exit(format!("invalid expression; you have used a binary operator '{it}' with nothing before it."))),
            _ => Ok(()),
        }
    }

    fn or(&mut self, words: &mut &[String]) -> Answer<Term> {
        let mut left = self.and(words)?;
        while let [word, rest @ ..] = *words {
            if !matches!(word.as_str(), "-o" | "-or") {
                break;
            }
            *words = rest;
            self.follows(word, words)?;
            left = Term::Or(Box::new(left), Box::new(self.and(words)?));
        }
        Ok(left)
    }

    fn and(&mut self, words: &mut &[String]) -> Answer<Term> {
        if let Some(it @ ("-o" | "-or" | "-a" | "-and" | ",")) = words.first().map(String::as_str) {
            return Err(exit(format!("invalid expression; you have used a binary operator '{it}' with nothing before it.")));
        }
        let mut left = self.one(words)?;
        while let [word, rest @ ..] = *words {
            match word.as_str() {
                "-a" | "-and" => {
                    *words = rest;
                    self.follows(word, words)?;
                }
                "-o" | "-or" | ")" | "," => break,
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
            "!" | "-not" => {
                self.follows(word, words)?;
                return Ok(Term::Not(Box::new(self.one(words)?)));
            }
            "(" => {
                match words.first().map(String::as_str) {
                    None => return Err(exit("invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('")),
                    Some(")") => return Err(exit("invalid expression; empty parentheses are not allowed.")),
                    _ => {}
                }
                let inner = self.list(words)?;
                let [close, rest @ ..] = *words else { return Err(exit("invalid expression; I was expecting to find a ')' somewhere but did not see one.")) };
                if close != ")" {
                    return Err(self.stray(close));
                }
                *words = rest;
                return Ok(inner);
            }
            ")" => return Err(exit("you have too many ')'")),
            "-exec" => {
                self.last.clone_from(word);
                return self.exec(words, word);
            }
            "-execdir" => {
                self.last.clone_from(word);
                return self.exec_in_folder(words);
            }
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
            self.last.clone_from(word);
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
            "-xtype",
            "-newermm",
            "-fprint",
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
            return Err(match word.strip_prefix('-') {
                Some(name) if name.starts_with("newer") && name.len() == 7 && !is_newer(&name[5..]) => exit(format!("invalid predicate `{word}'")),
                Some(name) if OTHERS.contains(&name) || name.starts_with("newer") || name.is_empty() => not_modelled(format!("find's `{word}` is not modelled")),
                Some(_) => exit(format!("unknown predicate `{word}'")),
                None => self.stray(word),
            });
        }
        let [value, rest @ ..] = *words else { return Err(exit(format!("missing argument to `{word}'"))) };
        *words = rest;
        self.last.clone_from(word);
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
            "-type" | "-xtype" => {
                kinds_are_known(word, value)?;
                if word == "-type" { Term::Kind(value.to_owned()) } else { Term::AimKind(value.to_owned()) }
            }
            "-fprint" => {
                let path = absolute(&self.cwd, value);
                if path.starts_with("/dev/") || self.kernel.overwrite(&path, 0o666, b"").is_err() {
                    return Err(not_modelled("-fprint to what can't be made, or is a device, is not modelled"));
                }
                self.files.push((path, String::new()));
                Term::PrintTo(self.files.len() - 1)
            }
            "-perm" => {
                let (kind, text) = match value.chars().next() {
                    Some('-') => (Perm::All, &value[1..]),
                    Some('/') => (Perm::Any, &value[1..]),
                    _ => (Perm::Exact, value),
                };
                let change = Change::parse(text).filter(|it| !it.counts()).ok_or_else(|| exit(format!("invalid mode {}", self.quote(value))))?;
                let mode = change.apply(0, false, 0);
                if change.apply(0, true, 0) != mode {
                    return Err(not_modelled("a mode of -perm that is another one for folders is not modelled"));
                }
                if mode == 0 && matches!(kind, Perm::Any) {
                    self.warnings.push_str(&format!(
                        "find: warning: you have specified a mode pattern {value} (which is equivalent to /000). The meaning of -perm /000 has now been changed to be consistent with -perm -000; that is, while it used to match no files, it now matches all files.\n"
                    ));
                }
                Term::Perm(kind, mode)
            }
            "-uid" | "-gid" => {
                let (sign, text) = sign(value);
                Term::Number(sign, number(text)?, word == "-uid")
            }
            "-user" | "-group" if value.is_empty() => return Err(exit(format!("The argument to {word} should not be empty"))),
            "-user" => Term::User(named(value).and_then(|it| self.kernel.user(it)).ok_or_else(|| exit(format!("{} is not the name of a known user", self.quote(value))))?),
            "-group" => Term::Group(named(value).and_then(|it| self.kernel.group(it)).ok_or_else(|| exit(format!("{} is not the name of an existing group", self.quote(value))))?),
            "-size" if value.is_empty() => return Err(exit("invalid null argument to -size")),
            "-size" => {
                let (sign, text) = sign(value);
                if text.is_empty() {
                    return Err(exit(format!("invalid -size type `{value}'")));
                }
                let (digits, unit) = text.split_at(text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len()));
                let unit = match unit {
                    "" | "b" => 512,
                    "c" => 1,
                    "w" => 2,
                    "k" => 1 << 10,
                    "M" => 1 << 20,
                    "G" => 1 << 30,
                    other if other.len() == 1 => return Err(exit(format!("invalid -size type `{other}'"))),
                    _ => return Err(not_modelled("such a size of find is not modelled")),
                };
                if digits.is_empty() {
                    return Err(exit(format!("Invalid argument `{value}' to -size")));
                }
                Term::Size(sign, number(digits)?, unit)
            }
            "-links" => {
                let (sign, text) = sign(value);
                Term::Links(sign, number(text)?)
            }
            "-newer" | "-newermm" => {
                let found = self.found(&absolute(&self.cwd, value), self.follow || self.named);
                let stat = found.map_err(|error| exit(format!("{}: {}", self.quote(value), failure(error))))?;
                Term::Newer(stat.mtime_seconds, stat.mtime_nanos)
            }
            "-samefile" => {
                let stat = self.found(&absolute(&self.cwd, value), self.follow || self.named).map_err(|error| exit(format!("{}: {}", self.quote(value), failure(error))))?;
                Term::SameFile(stat.inode)
            }
            "-fstype" if is_elsewhere(value) => {
                ledger::assume("host-facts", &format!("find -fstype {value}"), self.kernel.line(&[]));
                Term::Constant(false)
            }
            "-fstype" => return Err(not_modelled(format!("find's -fstype {value} is not modelled"))),
            "-regextype" if !DIALECTS.contains(&value) => {
                let list: Vec<String> = DIALECTS.iter().map(|it| self.quote(it)).collect();
                return Err(exit(format!("Unknown regular expression type {}; valid types are {}.", self.quote(value), list.join(", "))));
            }
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
                let (seconds, nanos) = moment.ok_or_else(|| exit(format!("I cannot figure out how to interpret {} as a date or time", self.quote(value))))?;
                Term::Newer(seconds, nanos)
            }
            "-mtime" | "-mmin" => {
                let (sign, text) = sign(value);
                if text.contains('.') {
                    return Err(not_modelled("a part of a day or minute is not modelled"));
                }
                ledger::assume("clock", &format!("find {word} {value}"), None);
                self.now = (invitro_sdk::interpreter::invitro::remediation::surroundings::now() / 1_000_000_000) as i64;
                Term::Age(sign, number(text)? as i64, if word == "-mtime" { 86_400 } else { 60 })
            }
            "-maxdepth" | "-mindepth" if value.parse::<u32>().is_err() || value.starts_with('+') => {
                return Err(exit(format!("Expected a positive decimal integer argument to {word}, but got {}", self.quote(value))));
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
                self.warnings.push_str(&printed::check(value)?);
                Term::Printf(value.to_owned())
            }
        })
    }

    fn exec(&mut self, words: &mut &[String], name: &str) -> Answer<Term> {
        let Some(end) = words.iter().enumerate().position(|(at, it)| it == ";" || it == "+" && at > 0 && words[at - 1] == "{}") else {
            return Err(exit(format!("missing argument to `{name}'")));
        };
        let command = words[..end].to_vec();
        let all = words[end] == "+";
        *words = &words[end + 1..];
        if command.is_empty() {
            return Err(exit(format!("invalid argument `;' to `{name}'")));
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
        match self.exec(words, "-execdir")? {
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
                    self.err.push_str(&format!("find: {}: {}\n", self.quote(shown), failure(error)));
                    self.status = 1;
                }
                Ok(names) => {
                    for child in names {
                        let child = from_bytes(&child);
                        let path = join(full, &child);
                        let below = if shown.ends_with('/') { format!("{shown}{child}") } else { format!("{shown}/{child}") };
                        let stat = match self.found(&path, self.follow) {
                            Ok(stat) => stat,
                            Err(error) => {
                                self.err.push_str(&format!("find: {}: {}\n", self.quote(&below), failure(error)));
                                self.status = 1;
                                continue;
                            }
                        };
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
        let real = |it: &str| self.kernel.workspace().real_path(&to_bytes(it)).unwrap_or_default();
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
            Term::List(left, right) => match self.value(left, of)? {
                Value::Known(_) => self.value(right, of)?,
                Value::Script(text) => Value::Script(format!("{{ {text}; }}; {}", self.late(right, of)?)),
            },
            Term::Exec(words) => Value::Script(format!("command {}", quoted(&words.iter().map(|it| it.replace("{}", of.shown)).collect::<Vec<_>>()))),
            Term::ExecInFolder(words) => {
                // A starting point stands in the folder before its last name, and keeps its slash.
                if of.depth == 0 && (matches!(of.name, "." | "..") && of.shown != "." || of.shown.bytes().all(|it| it == b'/')) {
                    return Err(not_modelled("find's `-execdir` for such a starting point is not modelled"));
                }
                let slash = if of.depth == 0 && of.shown.ends_with('/') { "/" } else { "" };
                let folder = of.full.trim_end_matches('/').rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 });
                let words: Vec<String> = words.iter().map(|it| it.replace("{}", &format!("./{}{slash}", of.name))).collect();
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
            Term::PrintTo(file) => {
                self.files[*file].1.push_str(&format!("{}\n", of.shown));
                Value::Known(true)
            }
            Term::Printf(format) => {
                let text = printed::filled(self, format, of)?;
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
            Term::Exec(_) | Term::ExecInFolder(_) | Term::And(..) | Term::Or(..) | Term::List(..) | Term::Not(_) => match self.value_late(term, of)? {
                Value::Known(it) => Ok(it.to_string()),
                Value::Script(text) => Ok(text),
            },
            Term::Print(_) | Term::PrintTo(_) | Term::Printf(_) | Term::Delete | Term::Prune | Term::Quit | Term::ExecAll(_) => {
                Err(not_modelled("find with another action behind -exec is not modelled"))
            }
            test => Ok(self.holds(test, of).to_string()),
        }
    }

    fn value_late(&mut self, term: &Term, of: &Entry<'_>) -> Answer<Value> {
        Ok(match term {
            Term::And(left, right) => Value::Script(format!("{{ {}; }} && {{ {}; }}", self.late(left, of)?, self.late(right, of)?)),
            Term::Or(left, right) => Value::Script(format!("{{ {}; }} || {{ {}; }}", self.late(left, of)?, self.late(right, of)?)),
            Term::List(left, right) => Value::Script(format!("{{ {}; }}; {}", self.late(left, of)?, self.late(right, of)?)),
            Term::Not(inner) => Value::Script(format!("! {{ {}; }}", self.late(inner, of)?)),
            other => self.value(other, of)?,
        })
    }

    fn delete(&mut self, of: &Entry<'_>) {
        // What cannot be taken away is passed over, not tried.
        if of.shown == "." {
            return;
        }
        let inode = |path: &str| self.kernel.stat(path, true).ok().map(|it| it.inode);
        if of.stat.type_ == FileType::Directory && inode(of.full) == inode(&self.cwd) {
            self.unclear.set(Some("find that deletes the folder that the shell is in is not modelled"));
        }
        let path = &to_bytes(of.full);
        let answer =
            if of.stat.type_ == FileType::Directory { self.kernel.workspace().remove_directory(path) } else { self.kernel.workspace().remove_file(path) };
        if let Err(error) = answer {
            self.err.push_str(&format!("find: cannot delete {}: {}\n", self.quote(of.shown), failure(error)));
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
                    && self.kernel.workspace().read_link(&to_bytes(of.full)).is_ok_and(|it| is_match(pattern, &from_bytes(&it), false))
            }
            Term::AimKind(kinds) => {
                let is = |word: &str| kinds.split(',').any(|it| it == word);
                match self.kernel.stat(of.full, !self.follow) {
                    Ok(it) => is(kind(&it)),
                    Err(Error::NoEntry | Error::NotDirectory) => is("l"),
                    Err(_) => {
                        self.unclear.set(Some("what find says of a link that leads in a circle is not modelled"));
                        false
                    }
                }
            }
            Term::Kind(kinds) => kinds.split(',').any(|it| it == kind(stat)),
            Term::Perm(Perm::Exact, mode) => stat.mode == *mode,
            Term::Perm(Perm::All, mode) => stat.mode & mode == *mode,
            Term::Perm(Perm::Any, mode) => *mode == 0 || stat.mode & mode != 0,
            Term::User(uid) => stat.uid == *uid,
            Term::Group(gid) => stat.gid == *gid,
            Term::Number(sign, number, user) => compare(*sign, u64::from(if *user { stat.uid } else { stat.gid }), *number),
            Term::SameFile(inode) => stat.inode == *inode,
            Term::Regex(_) if of.shown.contains('\n') => {
                self.unclear.set(Some("a regular expression for a name with a line end is not modelled"));
                false
            }
            Term::Regex(regex) => match regex.find_at(&to_bytes(of.shown), 0) {
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
            // A link is asked about what it leads to.
            Term::Access(what) => match self.kernel.stat(of.full, true) {
                Ok(it) => *what != 1 || it.type_ == FileType::Directory || it.mode & 0o111 != 0,
                Err(_) => false,
            },
            Term::Constant(it) => *it,
            _ => true,
        }
    }
}

/// A user or a group by name or by number, without a sign.
fn named(value: &str) -> Option<&str> {
    (!value.starts_with(['+', '-'])).then_some(value)
}

/// What follows `newer` in the name of a test.
fn is_newer(letters: &str) -> bool {
    let mut it = letters.chars();
    it.next().is_some_and(|it| "aBcm".contains(it)) && it.next().is_some_and(|it| "aBcmt".contains(it))
}

/// Answers whether kinds are named as find(1) wants them.
fn kinds_are_known(word: &str, value: &str) -> Answer {
    if value.is_empty() {
        return Err(exit(format!("Arguments to {word} should contain at least one letter")));
    }
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        if !"bcdflps".contains(letter) {
            return Err(exit(format!("Unknown argument to {word}: {letter}")));
        }
        match (letters.next(), letters.peek()) {
            (None, _) => return Ok(()),
            (Some(','), Some(_)) => {}
            (Some(','), None) => return Err(exit(format!("Last file type in list argument to {word} is missing, i.e., list is ending on: ','"))),
            _ => return Err(exit(format!("Must separate multiple arguments to {word} using: ','"))),
        }
    }
    Ok(())
}

pub(super) struct Entry<'a> {
    pub(super) full: &'a str,
    pub(super) shown: &'a str,
    pub(super) name: &'a str,
    pub(super) stat: &'a Stat,
    pub(super) start: &'a str,
    pub(super) depth: usize,
}

enum Value {
    Known(bool),
    Script(String),
}

pub(super) fn kind(stat: &Stat) -> &'static str {
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
