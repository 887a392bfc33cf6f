//! What a word stands for: `type`, `command`, `hash`.

use super::{has, has_builtin, is_builtin, is_keyword, options, print, value};
use crate::{
    glob::join,
    hash::STANDARD_PATH,
    shell::{Run, Shell},
    world::{Errno, Kind},
};

/// A file that runs, by path or by name.
fn file(shell: &mut Shell, name: &str) -> Option<String> {
    if name.contains('/') {
        let path = join(&shell.cwd, name);
        let there = shell.world.stat(&path, true).is_ok_and(|it| it.kind != Kind::Directory) && shell.world.access(&path, 1);
        return if there { Some(name.to_owned()) } else { shell.world.locate(name, "") };
    }
    let search = shell.text("PATH").unwrap_or_default();
    shell.locate(name, &search).filter(|it| !it.barred).map(|it| it.path)
}

/// How a name is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// `type`, `command -V`.
    Sentence,
    /// `type -t`.
    Kind,
    /// `type -p`, `type -P`.
    Path,
    /// `command -v`.
    Word,
}

/// What to look at.
#[derive(Clone, Copy)]
struct Look {
    told: Told,
    all: bool,
    functions: bool,
    /// `type -P`: files alone.
    files: bool,
    /// `command -V`: a relative path is made absolute.
    absolute: bool,
}

/// Describes one name as bash's `describe_command` does; none where it stands for nothing.
fn describe(shell: &mut Shell, name: &str, look: Look, search: Option<&str>) -> Option<String> {
    let mut out = String::new();
    let Look { told, all, functions, files, absolute } = look;
    let mut add = |kind: &str, sentence: String, word: String| {
        out.push_str(&match told {
            Told::Sentence => sentence,
            Told::Kind => format!("{kind}\n"),
            Told::Word => word,
            Told::Path => String::new(),
        });
    };
    let mut found = false;
    if !files {
        if shell.options.expand_aliases
            && let Some(value) = shell.aliases.get(name).cloned()
        {
            add("alias", format!("{name} is aliased to `{value}'\n"), format!("alias {}\n", super::alias::line(name, &value)));
            found = true;
        }
        if (!found || all) && is_keyword(name) {
            add("keyword", format!("{name} is a shell keyword\n"), format!("{name}\n"));
            found = true;
        }
        if (!found || all)
            && functions
            && let Some(function) = shell.functions.get(name).cloned()
        {
            let text = if told == Told::Sentence { shell.laid_out(name, &function) } else { String::new() };
            add("function", format!("{name} is a function\n{text}\n"), format!("{name}\n"));
            found = true;
        }
        if (!found || all) && is_builtin(name) && !shell.disabled.contains(name) {
            let special = if shell.options.posix && crate::dash::is_special(name) { "special " } else { "" };
            add("builtin", format!("{name} is a {special}shell builtin\n"), format!("{name}\n"));
            found = true;
        }
        if found && !all {
            return Some(out);
        }
    }
    let mut add = |path: &str, sentence: String| {
        out.push_str(&match told {
            Told::Sentence => sentence,
            Told::Kind => "file\n".to_owned(),
            Told::Word | Told::Path => format!("{path}\n"),
        });
    };
    if name.contains('/') {
        let path = file(shell, name)?;
        add(&path, format!("{name} is {path}\n"));
        return Some(out);
    }
    if (!all || files)
        && search.is_none()
        && let Some(path) = shell.remembered(name)
    {
        add(&path, format!("{name} is hashed ({path})\n"));
        return Some(out);
    }
    let usual = shell.text("PATH").unwrap_or_default();
    let search = search.unwrap_or(&usual);
    if !all {
        if let Some(located) = shell.locate(name, search) {
            // A file that may not be executed is told as well: a command would run into it.
            if !located.barred || !shell.options.posix {
                let mut path = located.path;
                if told == Told::Sentence && absolute && !path.starts_with('/') {
                    path = join(&shell.cwd, path.strip_prefix("./").unwrap_or(&path));
                }
                add(&path, format!("{name} is {path}\n"));
                return Some(out);
            }
        }
        return found.then_some(out);
    }
    for folder in search.split(':') {
        if let Some(located) = shell.locate(name, folder).filter(|it| !it.barred) {
            add(&located.path, format!("{name} is {}\n", located.path));
            found = true;
        }
    }
    found.then_some(out)
}

pub(super) fn kind(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if shell.dash {
        return dash_kind(shell, words, true);
    }
    let mut words = words.to_vec();
    // The long names that bash took once.
    for word in words.iter_mut().skip(1).take_while(|it| it.starts_with('-') && *it != "--") {
        for (long, short) in [("-type", "-t"), ("--type", "-t"), ("-path", "-p"), ("--path", "-p"), ("-all", "-a"), ("--all", "-a")] {
            if word == long {
                short.clone_into(word);
            }
        }
    }
    let (given, names) = match options(shell, &words, "afptP") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let mut look = Look { told: Told::Sentence, all: false, functions: true, files: false, absolute: false };
    for (letter, _) in &given {
        match letter {
            'a' => look.all = true,
            'f' => look.functions = false,
            't' => look.told = Told::Kind,
            'P' => (look.told, look.files) = (Told::Path, true),
            _ => look.told = Told::Path,
        }
    }
    let mut status = 0;
    for name in names {
        match describe(shell, name, look, None) {
            Some(out) => {
                let printed = print(shell, "type", &out);
                status = if printed == 0 { status } else { printed };
            }
            None => {
                status = 1;
                if look.told == Told::Sentence {
                    shell.complain(&format!("type: {name}: not found"));
                }
            }
        }
    }
    Ok(status)
}

/// `type` and `command -V`, `-v` of dash, which takes no options.
fn dash_kind(shell: &mut Shell, words: &[String], verbose: bool) -> Run<i32> {
    let (mut out, mut status) = (String::new(), 0);
    for name in words.iter().skip(1).take(if verbose { usize::MAX } else { 1 }) {
        let told = if crate::dash::is_keyword(name) {
            Some((" is a shell keyword".to_owned(), name.clone()))
        } else if let Some(value) = shell.aliases.get(name) {
            Some((format!(" is an alias for {value}"), format!("alias {}", super::alias::line(name, value))))
        } else if shell.functions.contains_key(name) {
            Some((" is a shell function".to_owned(), name.clone()))
        } else if crate::dash::is_builtin(name) {
            let special = if crate::dash::is_special(name) { " special" } else { "" };
            Some((format!(" is a{special} shell builtin"), name.clone()))
        } else if name.contains('/') {
            file(shell, name).map(|it| (format!(" is {it}"), it))
        } else {
            let tracked = if shell.dash_holds(name) { " a tracked alias for" } else { "" };
            shell.path_of(name, None, false).map(|it| (format!(" is{tracked} {it}"), it))
        };
        match told {
            Some((sentence, _)) if verbose => out.push_str(&format!("{name}{sentence}\n")),
            Some((_, word)) => out.push_str(&format!("{word}\n")),
            None => {
                if verbose {
                    out.push_str(&format!("{name}: not found\n"));
                }
                status = 127;
            }
        }
    }
    let printed = print(shell, "type", &out);
    Ok(if printed == 0 { status } else { printed })
}

pub(super) fn command(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "pvV") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let standard = has(&given, 'p');
    if !has(&given, 'v') && !has(&given, 'V') {
        if names.is_empty() {
            return Ok(0);
        }
        if has_builtin(shell, &names[0]) {
            return super::run(shell, names, &[]);
        }
        return Ok(shell.found_program(names, standard.then_some(STANDARD_PATH), false));
    }
    let verbose = given.iter().rev().find(|it| it.0 != 'p').is_some_and(|it| it.0 == 'V');
    if shell.dash {
        let mut told = vec!["type".to_owned()];
        told.extend_from_slice(names);
        return dash_kind(shell, &told, verbose);
    }
    let look = Look { told: if verbose { Told::Sentence } else { Told::Word }, all: false, functions: true, files: false, absolute: verbose };
    let mut any = false;
    for name in names {
        match describe(shell, name, look, standard.then_some(STANDARD_PATH)) {
            Some(out) => {
                any = true;
                let printed = print(shell, "command", &out);
                if printed != 0 {
                    return Ok(printed);
                }
            }
            None if verbose => shell.complain(&format!("command: {name}: not found")),
            None => {}
        }
    }
    Ok(i32::from(!any))
}

pub(super) fn hash(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if shell.dash {
        return dash_hash(shell, words);
    }
    if !shell.options.hashall {
        shell.complain("hash: hashing disabled");
        return Ok(1);
    }
    let (given, names) = match options(shell, words, "dlp:rt") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if names.is_empty() && (has(&given, 'd') || has(&given, 't')) {
        shell.complain(&format!("hash: {}: option requires an argument", if has(&given, 't') { "-t" } else { "-d" }));
        return Ok(1);
    }
    if shell.variables.path_was_set() {
        shell.hashed.clear();
    }
    let reusable = has(&given, 'l');
    if names.is_empty() && !has(&given, 'r') {
        let mut out = String::new();
        if shell.hashed.is_empty() {
            out.push_str(if shell.options.posix || reusable { "" } else { "hash: hash table empty\n" });
        } else if reusable {
            out.extend(shell.hashed.all().map(|it| format!("builtin hash -p {} {}\n", it.1, it.0)));
        } else {
            out.push_str("hits\tcommand\n");
            out.extend(shell.hashed.all().map(|it| format!("{:4}\t{}\n", it.2, it.1)));
        }
        return Ok(print(shell, "hash", &out));
    }
    if has(&given, 'r') {
        shell.hashed.clear();
    }
    let (mut status, mut out) = (0, String::new());
    for name in names {
        if has(&given, 't') {
            match shell.remembered(name) {
                None => {
                    shell.complain(&format!("hash: {name}: not found"));
                    status = 1;
                }
                Some(path) if reusable => out.push_str(&format!("builtin hash -p {path} {name}\n")),
                Some(path) if names.len() > 1 => out.push_str(&format!("{name}\t{path}\n")),
                Some(path) => out.push_str(&format!("{path}\n")),
            }
        } else if name.contains('/') {
        } else if let Some(path) = value(&given, 'p') {
            if shell.world.stat(&join(&shell.cwd, path), true).is_ok_and(|it| it.kind == Kind::Directory) {
                shell.complain(&format!("hash: {path}: {}", Errno::IsDirectory));
                status = 1;
            } else {
                shell.remember(name, path, 0);
            }
        } else if has(&given, 'd') {
            if !shell.hashed.remove(name) {
                shell.complain(&format!("hash: {name}: not found"));
                status = 1;
            }
        } else if !shell.functions.contains_key(name) && !has_builtin(shell, name) {
            shell.hashed.remove(name);
            match file(shell, name) {
                Some(path) => shell.remember(name, &path, 0),
                None => {
                    shell.complain(&format!("hash: {name}: not found"));
                    status = 1;
                }
            }
        }
    }
    let printed = print(shell, "hash", &out);
    Ok(if printed == 0 { status } else { printed })
}

/// `hash` of dash.
fn dash_hash(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let mut names = &words[1..];
    if names.first().is_some_and(|it| it == "-r") {
        shell.hashed.clear();
        return Ok(0);
    }
    if names.is_empty() {
        shell.world.unsure(words, shell.line, "the order in which dash lists what it remembers is not known");
        return Ok(0);
    }
    if names.first().is_some_and(|it| it == "--") {
        names = &names[1..];
    }
    let mut status = 0;
    for name in names {
        if name.contains('/') || shell.functions.contains_key(name) || crate::dash::is_builtin(name) {
            shell.world.unsure(words, shell.line, "what dash remembers of this name is not known");
            continue;
        }
        shell.hashed.remove(name);
        if shell.path_of(name, None, false).is_none() {
            shell.complain(&format!("hash: {name}: not found"));
            status = 1;
        }
    }
    Ok(status)
}
