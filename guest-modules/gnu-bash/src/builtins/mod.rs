//! Builtins (bash(1), SHELL BUILTIN COMMANDS).

mod alias;
mod control;
mod declare;
mod files;
mod input;
mod jobs;
mod limits;
mod names;
mod settings;

pub(crate) use declare::{key, line as declaration};

use crate::{
    shell::{Run, Shell},
    syntax::Assignment,
};

type Act = fn(&mut Shell, &[String]) -> Run<i32>;

/// All builtins that take words alone.
const ALL: &[(&str, Act)] = &[
    (":", control::nothing),
    (".", control::source),
    ("[", control::test),
    ("alias", alias::alias),
    ("bind", settings::beyond),
    ("bg", jobs::none),
    ("break", control::leave),
    ("builtin", control::builtin),
    ("caller", control::caller),
    ("cd", files::cd),
    ("command", names::command),
    ("compgen", settings::beyond),
    ("complete", control::nothing),
    ("compopt", control::nothing),
    ("continue", control::go_on),
    ("dirs", files::dirs),
    ("disown", jobs::disown),
    ("echo", input::echo),
    ("enable", settings::enable),
    ("eval", control::eval),
    ("exec", control::exec),
    ("exit", control::exit),
    ("false", control::fail),
    ("fc", settings::beyond),
    ("fg", jobs::none),
    ("getopts", input::getopts),
    ("hash", names::hash),
    ("help", settings::beyond),
    ("history", control::nothing),
    ("jobs", jobs::jobs),
    ("kill", jobs::kill),
    ("let", control::calculate),
    ("logout", control::exit),
    ("mapfile", input::mapfile),
    ("popd", files::popd),
    ("printf", input::printf),
    ("pushd", files::pushd),
    ("pwd", files::pwd),
    ("read", input::read),
    ("readarray", input::mapfile),
    ("return", control::come_back),
    ("set", settings::set),
    ("shift", control::shift),
    ("shopt", settings::shopt),
    ("source", control::source),
    ("suspend", settings::beyond),
    ("test", control::test),
    ("times", settings::beyond),
    ("trap", control::trap),
    ("true", control::nothing),
    ("type", names::kind),
    ("ulimit", limits::ulimit),
    ("umask", files::umask),
    ("unalias", alias::unalias),
    ("unset", declare::unset),
    ("wait", jobs::wait),
];

/// Builtins whose arguments are assignments.
const DECLARE: &[&str] = &["declare", "export", "local", "readonly", "typeset"];

const KEYWORDS: &[&str] = &[
    "!", "[[", "]]", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then", "time", "until", "while",
    "{", "}",
];

/// The names of all builtins, sorted.
fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ALL.iter().map(|it| it.0).chain(DECLARE.iter().copied()).collect();
    names.sort_unstable();
    names
}

/// Answers whether bash has a builtin of this name.
pub fn is_builtin(name: &str) -> bool {
    declares(name) || ALL.iter().any(|it| it.0 == name)
}

/// Answers whether this shell has a builtin of this name.
pub(crate) fn has_builtin(shell: &Shell, name: &str) -> bool {
    if shell.dash { crate::dash::is_builtin(name) } else { is_builtin(name) && !shell.disabled.contains(name) }
}

/// Answers whether a word is reserved.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

pub(crate) fn declares(name: &str) -> bool {
    DECLARE.contains(&name)
}

/// Runs a builtin by its words; the array assignments among them come parsed.
pub(crate) fn run(shell: &mut Shell, words: &[String], arrays: &[&Assignment]) -> Run<i32> {
    let name = words[0].as_str();
    if shell.dash
        && let Some(status) = shell.dash_words(words)?
    {
        return Ok(status);
    }
    if shell.dash && matches!(name, "cd" | "chdir") {
        return files::cd(shell, words).map(|it| it * 2);
    }
    if declares(name) {
        return declare::declare(shell, name, &words[1..], arrays);
    }
    match ALL.iter().find(|it| it.0 == name) {
        Some((_, act)) => act(shell, words),
        None => Ok(127),
    }
}

/// Prints to standard output; the status of it.
fn print(shell: &mut Shell, name: &str, text: &str) -> i32 {
    use crate::descriptors::Written;
    match shell.put_out(1, &crate::text::to_bytes(text)) {
        Written::All | Written::Lost => 0,
        Written::Broken => {
            shell.broken = shell.traps.get("PIPE").is_none_or(|it| !it.is_empty());
            141
        }
        Written::Failed(error) => {
            shell.complain(&format!("{name}: write error: {error}"));
            1
        }
    }
}

/// Letters with their values.
type Given = Vec<(char, Option<String>)>;

/// Options as getopt(3) reads them: letters with their values, and the words behind them.
fn options<'a>(shell: &mut Shell, words: &'a [String], known: &str) -> Result<(Given, &'a [String]), i32> {
    let name = &words[0];
    let mut rest = &words[1..];
    let mut out = Vec::new();
    while let [first, more @ ..] = rest {
        if first == "--" {
            rest = more;
            break;
        }
        let Some(letters) = first.strip_prefix('-').filter(|it| !it.is_empty()) else { break };
        rest = more;
        let mut left = letters.chars();
        while let Some(letter) = left.next() {
            let place = known.find(letter).filter(|_| letter != ':');
            let Some(place) = place else {
                shell.complain(&format!("{name}: -{letter}: invalid option"));
                return Err(2);
            };
            if known[place + letter.len_utf8()..].starts_with(':') {
                let value: String = left.by_ref().collect();
                if value.is_empty() {
                    let [value, more @ ..] = rest else {
                        shell.complain(&format!("{name}: -{letter}: option requires an argument"));
                        return Err(2);
                    };
                    out.push((letter, Some(value.clone())));
                    rest = more;
                } else {
                    out.push((letter, Some(value)));
                }
            } else {
                out.push((letter, None));
            }
        }
    }
    Ok((out, rest))
}

fn has(options: &[(char, Option<String>)], letter: char) -> bool {
    options.iter().any(|it| it.0 == letter)
}

fn value(options: &[(char, Option<String>)], letter: char) -> Option<&str> {
    options.iter().rev().find(|it| it.0 == letter)?.1.as_deref()
}
