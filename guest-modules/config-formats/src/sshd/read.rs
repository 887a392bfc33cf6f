//! Goes through the main file and all that it includes, in the order in which sshd meets the lines.

use super::{
    MAIN,
    keyword::{self, Keyword, Kind},
    line,
    matching::{Condition, conditions},
    value,
};
use crate::{Files, Problem, glob};

/// Deepest `Include` (servconf.c, SERVCONF_MAX_DEPTH).
const MOST_DEPTH: usize = 16;

/// Most settings that are read: includes can multiply them.
const MOST_SETTINGS: usize = 20_000;

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Outside `Match`.
    Global,
    /// Inside `Match all` alone: it holds for every connection, and before what is outside.
    All,
    /// Inside a `Match` that not every connection meets.
    Some,
}

/// One setting of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The keyword in lower case, as it is called in effect.
    pub key: String,
    /// The arguments, unquoted, one blank between.
    pub value: String,
    /// Where it stands.
    pub scope: Scope,
    /// Whether the file itself stands in a `Match` block, by an `Include` there.
    pub within: bool,
    pub(super) values: Vec<String>,
    pub(super) conditions: Vec<Condition>,
    pub(super) keyword: Keyword,
}

impl PartialEq for Keyword {
    fn eq(&self, other: &Keyword) -> bool {
        self.name == other.name
    }
}

impl Eq for Keyword {}

/// All settings and what is wrong with them.
#[derive(Debug, Default)]
pub struct Reading {
    /// The settings in order.
    pub settings: Vec<Setting>,
    /// What sshd would refuse.
    pub problems: Vec<Problem>,
    /// Files that were read.
    pub files: Vec<String>,
}

/// Reads all settings in the order in which sshd meets them; none where there is no main file.
pub fn read(files: &dyn Files) -> Option<Vec<Setting>> {
    Some(reading(files, MAIN)?.settings)
}

/// Reads a main file and all that it includes.
pub fn reading(files: &dyn Files, main: &str) -> Option<Reading> {
    let mut walk = Walk { files, reading: Reading::default() };
    walk.file(main, &files.text(main)?, &Block::default(), 0);
    walk.reading.problems.extend(together(&walk.reading.settings, main));
    Some(walk.reading)
}

/// What sshd would refuse of a main file and all that it includes.
pub fn problems(files: &dyn Files, main: &str) -> Vec<Problem> {
    reading(files, main).unwrap_or_default().problems
}

/// What holds where a line stands.
#[derive(Clone, Debug, Default)]
struct Block {
    /// How many `Match` lines are open.
    open: usize,
    conditions: Vec<Condition>,
}

struct Walk<'a> {
    files: &'a dyn Files,
    reading: Reading,
}

impl Walk<'_> {
    fn file(&mut self, path: &str, text: &str, outer: &Block, depth: usize) {
        self.reading.files.push(path.to_owned());
        let mut block = outer.clone();
        for (number, text) in text.split('\n').enumerate() {
            let Some(line) = line::read(text) else { continue };
            let mut wrong = |message: String| self.reading.problems.push(Problem { path: path.to_owned(), line: number + 1, message });
            let Some(keyword) = keyword::find(&line.keyword) else {
                let meant = keyword::near(&line.keyword).map(|it| format!("; did you mean {it}?")).unwrap_or_default();
                wrong(format!("bad configuration option: {}{meant}", line.keyword));
                continue;
            };
            if block.open > 0 && !block.conditions.is_empty() && !keyword.in_match {
                wrong(format!("directive '{}' is not allowed within a Match block", line.keyword));
                continue;
            }
            let values = match value::read(&keyword, &line) {
                Ok(values) => values,
                Err(message) => {
                    wrong(format!("{}: {message}", line.keyword));
                    continue;
                }
            };
            match keyword.kind {
                Kind::Match => match conditions(&line.rest) {
                    Ok(own) => block = Block { open: outer.open + 1, conditions: [outer.conditions.clone(), own].concat() },
                    Err(message) => wrong(message),
                },
                Kind::Include if values.iter().any(String::is_empty) || values.is_empty() => wrong(format!("{}: empty argument", line.keyword)),
                Kind::Include if depth >= MOST_DEPTH => wrong("too many recursive configuration includes".to_owned()),
                Kind::Include => self.include(&values, &block, depth),
                Kind::Gone => {}
                _ if self.reading.settings.len() >= MOST_SETTINGS => wrong(format!("more than {MOST_SETTINGS} settings")),
                _ => self.reading.settings.push(Setting {
                    file: path.to_owned(),
                    line: number + 1,
                    key: keyword.name.to_owned(),
                    value: line.arguments.unwrap_or_default().join(" "),
                    scope: match (block.open, block.conditions.is_empty()) {
                        (0, _) => Scope::Global,
                        (_, true) => Scope::All,
                        _ => Scope::Some,
                    },
                    within: outer.open > 0,
                    values,
                    conditions: block.conditions.clone(),
                    keyword,
                }),
            }
        }
    }

    /// A relative pattern is below `/etc/ssh`; files come sorted.
    fn include(&mut self, patterns: &[String], block: &Block, depth: usize) {
        for pattern in patterns {
            let full = if pattern.starts_with('/') { pattern.clone() } else { format!("/etc/ssh/{pattern}") };
            for path in glob::expand(self.files, &full) {
                if self.reading.settings.len() < MOST_SETTINGS
                    && self.reading.problems.len() < 1000
                    && let Some(text) = self.files.text(&path)
                {
                    self.file(&path, &text, block, depth + 1);
                }
            }
        }
    }
}

/// What lines are wrong about together (sshd.c, main).
fn together(settings: &[Setting], main: &str) -> Vec<Problem> {
    let global = |key: &str| settings.iter().find(|it| it.key == key && it.scope != Scope::Some);
    let mut problems = Vec::new();
    for (command, user) in [("authorizedkeyscommand", "authorizedkeyscommanduser"), ("authorizedprincipalscommand", "authorizedprincipalscommanduser")] {
        let set = |key: &str| global(key).filter(|it| !it.value.eq_ignore_ascii_case("none"));
        if let Some(it) = set(command).filter(|_| set(user).is_none()) {
            problems.push(Problem { path: it.file.clone(), line: it.line, message: format!("{command} set without {user}") });
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for it in settings.iter().filter(|it| it.key == "subsystem") {
        let name = it.value.split(' ').next().unwrap_or_default();
        if names.contains(&name) {
            problems.push(Problem { path: it.file.clone(), line: it.line, message: format!("Subsystem '{name}' already defined") });
        }
        names.push(name);
    }
    if let Some(it) = unsatisfied(settings) {
        problems.push(Problem {
            path: it.file.clone(),
            line: it.line,
            message: "AuthenticationMethods cannot be satisfied by enabled authentication methods".to_owned(),
        });
    }
    let ports: Vec<&Setting> = settings.iter().filter(|it| it.key == "port").collect();
    if ports.len() > 256 {
        problems.push(Problem { path: main.to_owned(), line: ports[256].line, message: "too many ports".to_owned() });
    }
    problems
}

/// The line of methods none of which is enabled.
fn unsatisfied(settings: &[Setting]) -> Option<&Setting> {
    let global = |key: &str| settings.iter().find(|it| it.key == key && it.scope != Scope::Some);
    let enabled = |method: &str| {
        let (key, usual) = match method.split(':').next().unwrap_or(method) {
            "publickey" => ("pubkeyauthentication", true),
            "password" => ("passwordauthentication", true),
            "keyboard-interactive" => ("kbdinteractiveauthentication", true),
            "hostbased" => ("hostbasedauthentication", false),
            "gssapi-with-mic" => ("gssapiauthentication", false),
            "gssapi-keyex" => ("gssapikeyexchange", false),
            _ => return false,
        };
        global(key).map_or(usual, |it| it.values.first().is_some_and(|it| it == "yes"))
    };
    let it = global("authenticationmethods").filter(|it| it.value != "any")?;
    (!it.value.split(' ').any(|list| list.split(',').all(enabled))).then_some(it)
}
