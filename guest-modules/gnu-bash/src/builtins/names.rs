//! What a word stands for: `type`, `command`, `hash`.

use super::{has, has_builtin, is_builtin, is_keyword, options, print};
use crate::{
    glob::join,
    shell::{Run, Shell},
    world::Kind,
};

/// A file that runs, by path or by name.
fn file(shell: &mut Shell, name: &str) -> Option<String> {
    if name.contains('/') {
        let path = join(&shell.cwd, name);
        let there = shell.world.stat(&path, true).is_ok_and(|it| it.kind != Kind::Directory) && shell.world.access(&path, 1);
        return if there { Some(name.to_owned()) } else { shell.world.locate(name, "") };
    }
    let search = shell.text("PATH").unwrap_or_default();
    shell.world.locate(name, &search)
}

pub(super) fn kind(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "afptP") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if has(&given, 'a') {
        shell.world.unsure(words, shell.line, "all places of a name are not told here");
    }
    let (short, path, forced) = (has(&given, 't'), has(&given, 'p'), has(&given, 'P'));
    let (mut out, mut status) = (String::new(), 0);
    for name in names {
        let function = shell.functions.get(name).filter(|_| !has(&given, 'f') && !forced).cloned();
        if is_keyword(name) && !forced {
            out.push_str(&if short {
                "keyword\n".to_owned()
            } else if path {
                String::new()
            } else {
                format!("{name} is a shell keyword\n")
            });
        } else if let Some(function) = function {
            if !short && !path {
                shell.world.unsure(words, shell.line, "the text of a function is not printed as bash lays it out");
            }
            out.push_str(&if short {
                "function\n".to_owned()
            } else if path {
                String::new()
            } else {
                format!("{name} is a function\n{}\n", function.source)
            });
        } else if is_builtin(name) && !forced {
            out.push_str(&if short {
                "builtin\n".to_owned()
            } else if path {
                String::new()
            } else {
                format!("{name} is a shell builtin\n")
            });
        } else if let Some(found) = file(shell, name) {
            out.push_str(&if short {
                "file\n".to_owned()
            } else if path || forced {
                format!("{found}\n")
            } else {
                format!("{name} is {found}\n")
            });
        } else {
            status = 1;
            if !short && !path && !forced {
                shell.complain(&format!("type: {name}: not found"));
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
    if has(&given, 'V') {
        let mut told = vec!["type".to_owned()];
        told.extend_from_slice(names);
        return kind(shell, &told);
    }
    if !has(&given, 'v') {
        if names.is_empty() {
            return Ok(0);
        }
        if has_builtin(shell, &names[0]) {
            return super::run(shell, names, &[]);
        }
        return Ok(shell.run_program(names));
    }
    let (mut out, mut status) = (String::new(), 1);
    for name in names.iter().take(if shell.dash { 1 } else { usize::MAX }) {
        let keyword = if shell.dash { crate::dash::is_keyword(name) } else { is_keyword(name) };
        let told = if keyword || shell.functions.contains_key(name) || has_builtin(shell, name) { Some(name.clone()) } else { file(shell, name) };
        if let Some(told) = told {
            out.push_str(&told);
            out.push('\n');
            status = 0;
        }
    }
    let printed = print(shell, "command", &out);
    Ok(if printed == 0 { status } else { printed })
}

pub(super) fn hash(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "lrp:dt") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if has(&given, 'l') || has(&given, 't') || has(&given, 'p') || given.is_empty() && names.is_empty() {
        shell.world.unsure(words, shell.line, "what the shell remembers of paths is not told");
    }
    let mut status = 0;
    for name in names {
        if !is_builtin(name) && file(shell, name).is_none() {
            shell.complain(&format!("hash: {name}: not found"));
            status = 1;
        }
    }
    Ok(status)
}
