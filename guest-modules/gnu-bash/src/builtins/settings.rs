//! `set`, `shopt` and what is like them.

use super::{has, options, print};
use crate::{
    options::{ALL, Class},
    printf,
    shell::{Run, Shell},
    variables::Held,
};

/// A builtin that is known, and not carried out.
pub(super) fn beyond(shell: &mut Shell, words: &[String]) -> Run<i32> {
    shell.world.unsure(words, shell.line, "this builtin is not carried out");
    Ok(1)
}

/// Builtins that POSIX calls special.
const SPECIAL: &[&str] = &[".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "source", "times", "trap", "unset"];

pub(super) fn enable(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "adnpsf:") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if has(&given, 'f') || has(&given, 'd') {
        return beyond(shell, words);
    }
    if names.is_empty() || has(&given, 'p') {
        let chosen = super::names().into_iter().filter(|it| !has(&given, 's') || SPECIAL.contains(it));
        let mut out = String::new();
        for name in chosen {
            let off = shell.disabled.contains(name);
            if has(&given, 'a') || off == has(&given, 'n') {
                out.push_str(&format!("enable {}{name}\n", if off { "-n " } else { "" }));
            }
        }
        return Ok(print(shell, "enable", &out));
    }
    let mut status = 0;
    for name in names {
        if !super::is_builtin(name) {
            shell.complain(&format!("enable: {name}: not a shell builtin"));
            status = 1;
        } else if has(&given, 'n') {
            shell.disabled.insert(name.clone());
        } else {
            shell.disabled.remove(name);
        }
    }
    Ok(status)
}

fn turn(shell: &mut Shell, words: &[String], name: &str, shopt: bool, on: bool) -> bool {
    let Some(entry) = ALL.iter().find(|it| it.0 == name && matches!(it.2, Class::Shopt | Class::ShoptBeyond) == shopt) else { return false };
    let Some(switch) = shell.options.switch(name) else { return false };
    let changed = *switch != on;
    *switch = on;
    if changed && matches!(entry.2, Class::SetBeyond | Class::ShoptBeyond) {
        shell.world.unsure(words, shell.line, &format!("the option {name} is not carried out"));
    }
    true
}

pub(super) fn set(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if words.len() == 1 {
        shell.world.unsure(words, shell.line, "the list of all variables is not printed truly");
        let mut out = String::new();
        for name in shell.variables.names() {
            if let Some(Held::Text(text)) = shell.variables.get(&name).map(|it| it.held.clone()) {
                out.push_str(&format!("{name}={}\n", printf::quote(&text)));
            }
        }
        return Ok(print(shell, "set", &out));
    }
    let mut rest = &words[1..];
    while let [first, more @ ..] = rest {
        if first == "--" {
            shell.arguments = more.to_vec();
            return Ok(0);
        }
        if first == "-" {
            shell.options.xtrace = false;
            if !more.is_empty() {
                shell.arguments = more.to_vec();
            }
            return Ok(0);
        }
        let on = match first.chars().next() {
            Some('-') if first.len() > 1 => true,
            Some('+') if first.len() > 1 => false,
            Some('+') => {
                shell.world.unsure(words, shell.line, "what `set +` does is not known");
                break;
            }
            _ => break,
        };
        rest = more;
        for letter in first[1..].chars() {
            if letter == 'o' {
                let [name, more @ ..] = rest else {
                    let mut out = String::new();
                    let mut names: Vec<&str> = ALL.iter().filter(|it| matches!(it.2, Class::Set | Class::SetBeyond)).map(|it| it.0).collect();
                    names.sort_unstable();
                    for name in names {
                        let held = shell.options.switch(name).is_some_and(|it| *it);
                        out.push_str(&if on {
                            format!("{name:15}\t{}\n", if held { "on" } else { "off" })
                        } else {
                            format!("set {}o {name}\n", if held { '-' } else { '+' })
                        });
                    }
                    return Ok(print(shell, "set", &out));
                };
                if !turn(shell, words, name, false, on) {
                    shell.complain(&format!("set: {name}: invalid option name"));
                    return Ok(2);
                }
                rest = more;
                continue;
            }
            let Some(entry) = ALL.iter().find(|it| it.1 == letter) else {
                shell.complain(&format!("set: {}{letter}: invalid option", &first[..1]));
                return Ok(2);
            };
            turn(shell, words, entry.0, false, on);
        }
    }
    if !rest.is_empty() {
        shell.arguments = rest.to_vec();
    }
    Ok(0)
}

pub(super) fn shopt(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "pqsuo") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let (on, off, of_set) = (has(&given, 's'), has(&given, 'u'), has(&given, 'o'));
    if on && off {
        shell.complain("shopt: cannot set and unset shell options simultaneously");
        return Ok(1);
    }
    let class = |it: &Class| matches!(it, Class::Shopt | Class::ShoptBeyond) != of_set;
    let (mut status, mut out) = (0, String::new());
    let all: Vec<String> = if names.is_empty() {
        let mut all: Vec<String> = ALL.iter().filter(|it| class(&it.2)).map(|it| it.0.to_owned()).collect();
        if of_set {
            all.sort_unstable();
        } else {
            // The list of bash is sorted but for this one.
            all.sort_by_key(|it| if it == "assoc_expand_once" { "autocd_".to_owned() } else { it.clone() });
        }
        let names = std::mem::take(&mut all);
        all.extend(names.into_iter().filter(|it| !(on || off) || shell.options.switch(it).is_some_and(|it| *it) == on));
        all
    } else {
        names.to_vec()
    };
    for name in &all {
        let known = ALL.iter().any(|it| it.0 == name && class(&it.2));
        if !known {
            let what = if of_set { "option name" } else { "shell option name" };
            shell.complain(&format!("shopt: {name}: invalid {what}"));
            // Bash says so, and calls it well, where an option of `set` is to be switched.
            status = if of_set && (on || off) { status } else { 1 };
            continue;
        }
        let held = shell.options.switch(name).is_some_and(|it| *it);
        if (on || off) && !names.is_empty() {
            turn(shell, words, name, !of_set, on);
        } else {
            if !held && !names.is_empty() {
                status = 1;
            }
            if !has(&given, 'q') {
                out.push_str(&if has(&given, 'p') {
                    if of_set { format!("set {}o {name}\n", if held { '-' } else { '+' }) } else { format!("shopt -{} {name}\n", if held { 's' } else { 'u' }) }
                } else {
                    format!("{name:15}\t{}\n", if held { "on" } else { "off" })
                });
            }
        }
    }
    let printed = print(shell, "shopt", &out);
    Ok(if printed == 0 { status } else { printed })
}
