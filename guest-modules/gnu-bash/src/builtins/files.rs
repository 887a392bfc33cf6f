//! The working directory and the file mode mask.

use super::{has, options, print};
use crate::{
    glob::join,
    shell::{Run, Shell},
    world::{Errno, Kind},
};

/// A path without `.`, `..` and doubled slashes, by its text alone (`cd -L`).
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn go(shell: &mut Shell, name: &str, word: &str, physical: bool) -> Option<String> {
    let full = join(&shell.cwd, word);
    let target = if physical { shell.world.real_path(&full).unwrap_or(full.clone()) } else { tidy(&full) };
    let answer = match shell.world.stat(&target, true) {
        Ok(stat) if stat.kind != Kind::Directory => Err(Errno::NotDirectory),
        Ok(_) if !shell.world.access(&target, 1) => Err(Errno::Access),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = answer {
        shell.complain(&format!("{name}: {word}: {error}"));
        return None;
    }
    Some(target)
}

/// Longest path of a working directory. Paths are made whole here, and a path of more than 4095 bytes is none for the kernel, which
/// would take the short name that a script gives inside such a folder.
const LONGEST: usize = 3800;

fn change(shell: &mut Shell, target: String) -> Run<()> {
    if target.len() > LONGEST {
        return Err(shell.beyond(&format!("the path of the working directory has more than {LONGEST} bytes")));
    }
    if shell.dash {
        shell.hashed.drop_relative();
    }
    let before = std::mem::replace(&mut shell.cwd, target.clone());
    shell.assign("OLDPWD", &before)?;
    if let Some(variable) = shell.variables.get_mut("OLDPWD") {
        variable.exported = true;
    }
    shell.assign("PWD", &target)
}

pub(super) fn cd(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "LPe@") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if rest.len() > 1 {
        shell.complain("cd: too many arguments");
        return Ok(1);
    }
    let physical = has(&given, 'P') || shell.options.physical;
    let mut shown = false;
    let word = match rest.first().map(String::as_str) {
        None => match shell.text("HOME") {
            Some(home) => home,
            None => {
                shell.complain("cd: HOME not set");
                return Ok(1);
            }
        },
        Some("-") => match shell.text("OLDPWD") {
            Some(before) => {
                shown = true;
                before
            }
            None => {
                shell.complain("cd: OLDPWD not set");
                return Ok(1);
            }
        },
        Some("") => return Ok(0),
        Some(word) => word.to_owned(),
    };
    if let Some(search) = shell.text("CDPATH").filter(|it| !it.is_empty() && !word.starts_with('/') && !word.starts_with('.')) {
        for folder in search.split(':') {
            let full = join(&shell.cwd, &format!("{folder}/{word}"));
            if shell.world.stat(&full, true).is_ok_and(|it| it.kind == Kind::Directory) {
                let target = tidy(&full);
                change(shell, target.clone())?;
                return Ok(if folder.is_empty() { 0 } else { print(shell, "cd", &format!("{target}\n")) });
            }
        }
    }
    let Some(target) = go(shell, "cd", &word, physical) else { return Ok(1) };
    change(shell, target.clone())?;
    Ok(if shown { print(shell, "cd", &format!("{target}\n")) } else { 0 })
}

pub(super) fn pwd(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, _) = match options(shell, words, "LP") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let cwd = if has(&given, 'P') || shell.options.physical { shell.world.real_path(&shell.cwd).unwrap_or(shell.cwd.clone()) } else { shell.cwd.clone() };
    Ok(print(shell, "pwd", &format!("{cwd}\n")))
}

fn list(shell: &mut Shell) -> String {
    let home = shell.text("HOME").unwrap_or_default();
    let all = std::iter::once(shell.cwd.clone()).chain(shell.folders.iter().rev().cloned());
    let short = |it: String| match it.strip_prefix(&home).filter(|rest| !home.is_empty() && home != "/" && (rest.is_empty() || rest.starts_with('/'))) {
        Some(rest) => format!("~{rest}"),
        None => it,
    };
    all.map(short).collect::<Vec<_>>().join(" ")
}

pub(super) fn dirs(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if words.get(1).is_some_and(|it| it == "-c") {
        shell.folders.clear();
        return Ok(0);
    }
    if words.len() > 1 {
        shell.world.unsure(words, shell.line, "this option of dirs is not carried out");
    }
    let text = list(shell);
    Ok(print(shell, "dirs", &format!("{text}\n")))
}

pub(super) fn pushd(shell: &mut Shell, words: &[String]) -> Run<i32> {
    match words.get(1).map(String::as_str) {
        None => {
            let Some(top) = shell.folders.pop() else {
                shell.complain("pushd: no other directory");
                return Ok(1);
            };
            let before = shell.cwd.clone();
            let Some(target) = go(shell, "pushd", &top, false) else { return Ok(1) };
            change(shell, target)?;
            shell.folders.push(before);
        }
        Some(word) if word.starts_with(['+', '-']) => {
            shell.world.unsure(words, shell.line, "this form of pushd is not carried out");
            return Ok(1);
        }
        Some(word) => {
            let before = shell.cwd.clone();
            let Some(target) = go(shell, "pushd", word, false) else { return Ok(1) };
            change(shell, target)?;
            shell.folders.push(before);
        }
    }
    let text = list(shell);
    Ok(print(shell, "pushd", &format!("{text}\n")))
}

pub(super) fn popd(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if words.len() > 1 {
        shell.world.unsure(words, shell.line, "this form of popd is not carried out");
        return Ok(1);
    }
    let Some(top) = shell.folders.pop() else {
        shell.complain("popd: directory stack empty");
        return Ok(1);
    };
    let Some(target) = go(shell, "popd", &top, false) else { return Ok(1) };
    change(shell, target)?;
    let text = list(shell);
    Ok(print(shell, "popd", &format!("{text}\n")))
}

pub(super) fn umask(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "pS") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let mask = shell.world.umask();
    let Some(word) = rest.first() else {
        let text = if has(&given, 'S') { symbols(mask) } else { format!("{mask:04o}") };
        let text = if has(&given, 'p') { format!("umask {}{text}", if has(&given, 'S') { "-S " } else { "" }) } else { text };
        return Ok(print(shell, "umask", &format!("{text}\n")));
    };
    let new = if word.starts_with(|it: char| it.is_ascii_digit()) { u32::from_str_radix(word, 8).ok().filter(|it| *it <= 0o777) } else { symbolic(word, mask) };
    match new {
        Some(new) => {
            shell.mask_before.get_or_insert(mask);
            shell.world.set_umask(new);
            Ok(if has(&given, 'S') { print(shell, "umask", &format!("{}\n", symbols(new))) } else { 0 })
        }
        None if word.starts_with(|it: char| it.is_ascii_digit()) => {
            shell.complain(&format!("umask: {word}: octal number out of range"));
            Ok(1)
        }
        None => {
            shell.complain(&format!("umask: `{word}': invalid symbolic mode operator"));
            Ok(1)
        }
    }
}

fn symbols(mask: u32) -> String {
    let class = |shift: u32| {
        let bits = !(mask >> shift) & 7;
        [(4, 'r'), (2, 'w'), (1, 'x')].iter().filter(|it| bits & it.0 != 0).map(|it| it.1).collect::<String>()
    };
    format!("u={},g={},o={}", class(6), class(3), class(0))
}

/// `u=rwx,g-w`: permissions that are allowed, which is the mask turned round.
fn symbolic(word: &str, mask: u32) -> Option<u32> {
    let mut allowed = !mask & 0o777;
    for clause in word.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let operator = rest.chars().next()?;
        let mut bits = 0;
        for letter in rest[1..].chars() {
            bits |= match letter {
                'r' => 4,
                'w' => 2,
                'x' => 1,
                _ => return None,
            };
        }
        let mut classes = 0;
        for letter in who.chars() {
            classes |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        let classes = if classes == 0 { 0o777 } else { classes };
        let spread = (bits | bits << 3 | bits << 6) & classes;
        allowed = match operator {
            '+' => allowed | spread,
            '-' => allowed & !spread,
            _ => allowed & !classes | spread,
        };
    }
    Some(!allowed & 0o777)
}
