//! Variables and their attributes: `declare`, `local`, `export`, `readonly`, `unset`.

use super::{has, options, print};
use crate::{
    printf,
    run::assigned_name,
    shell::{Run, Shell, is_name, split},
    syntax::{Assignment, Value},
    variables::{Held, Map, Variable},
};

/// What a declaration asks for.
#[derive(Default, Clone)]
struct Wish {
    on: Vec<char>,
    off: Vec<char>,
}

pub(super) fn declare(shell: &mut Shell, name: &str, words: &[String], arrays: &[&Assignment]) -> Run<i32> {
    let mut wish = Wish::default();
    let mut rest = words;
    let known = match name {
        "export" => "fnp",
        "readonly" => "aAfp",
        _ => "aAfFgiIlnprtux",
    };
    while let [first, more @ ..] = rest {
        if first == "--" {
            rest = more;
            break;
        }
        let on = match first.chars().next() {
            Some('-') if first.len() > 1 => true,
            Some('+') if first.len() > 1 && !matches!(name, "export" | "readonly") => false,
            _ => break,
        };
        for letter in first[1..].chars() {
            if !known.contains(letter) {
                shell.complain(&format!("{name}: {}{letter}: invalid option", &first[..1]));
                return Ok(2);
            }
            if on { wish.on.push(letter) } else { wish.off.push(letter) }
        }
        rest = more;
    }
    if name == "local" && shell.calls.is_empty() {
        shell.complain("local: can only be used in a function");
        if !arrays.is_empty() {
            shell.world.unsure(words, shell.line, "bash sets the array nevertheless");
        }
        return Ok(1);
    }
    let on = |letter| wish.on.contains(&letter);
    if on('f') || on('F') {
        return functions(shell, name, rest, &wish);
    }
    if on('p') && (rest.iter().any(|it| it.contains('=')) || name == "local" && !rest.is_empty()) {
        shell.world.unsure(words, shell.line, "a declaration that is printed and made at once is not carried out");
    }
    if on('p') && name != "local" && !(name == "readonly" && !rest.is_empty() && rest.iter().any(|it| it.contains('='))) || rest.is_empty() {
        return list(shell, name, rest, &wish);
    }
    if on('I') || on('t') {
        shell.world.unsure(words, shell.line, "this attribute is not carried out");
    }
    let mut status = 0;
    let mut next_array = arrays.iter();
    for word in rest {
        let array = assigned_name(word).filter(|_| word.contains("=(")).and_then(|name| next_array.clone().find(|it| it.name == name && *it.raw == **word));
        if array.is_some() {
            next_array.next();
        }
        status |= one(shell, name, word, array.copied(), &wish)?;
    }
    Ok(status)
}

/// Declares one name.
fn one(shell: &mut Shell, by: &str, word: &str, array: Option<&Assignment>, wish: &Wish) -> Run<i32> {
    let on = |letter| wish.on.contains(&letter);
    let (target, value, append) = match array {
        Some(it) => (it.name.clone(), None, it.append),
        None => match word.split_once('=') {
            Some((target, value)) => match target.strip_suffix('+') {
                Some(target) => (target.to_owned(), Some(value.to_owned()), true),
                None => (target.to_owned(), Some(value.to_owned()), false),
            },
            None => (word.to_owned(), None, false),
        },
    };
    let (base, index) = match split(&target) {
        Some((base, index)) => (base.to_owned(), Some(index.to_owned())),
        None => (target.clone(), None),
    };
    if by == "local" && word == "-" {
        let options = shell.options;
        if let Some(frame) = shell.frames.last_mut() {
            frame.options.get_or_insert(options);
        }
        return Ok(0);
    }
    if !is_name(&base) {
        shell.complain(&format!("{by}: `{word}': not a valid identifier"));
        return Ok(1);
    }
    if matches!(by, "declare" | "typeset" | "local") {
        shell.variables.was_set(&base);
    }
    let local = by == "local" && !on('g') || matches!(by, "declare" | "typeset") && !shell.calls.is_empty() && !on('g');
    if by == "export" && on('n') {
        if let Some(value) = &value {
            shell.set_text(&base, value, append)?;
        }
        if let Some(variable) = shell.variables.get_mut(&base) {
            variable.exported = false;
        }
        return Ok(0);
    }
    if on('n') && value.as_deref() == Some(base.as_str()) {
        if shell.calls.is_empty() {
            shell.complain(&format!("{by}: {base}: nameref variable self references not allowed"));
            return Ok(1);
        }
        shell.world.unsure(&[by.to_owned(), word.to_owned()], shell.line, "a name that stands for itself is not carried out");
    }
    if local {
        if shell.variables.get(&base).is_some_and(|it| it.readonly) && !shell.variables.is_local(&base) && (value.is_some() || array.is_some()) {
            shell.complain(&format!("{by}: {base}: readonly variable"));
            return Ok(1);
        }
        let before = shell.variables.get(&base).cloned();
        let fresh = !shell.variables.is_local(&base);
        shell.variables.localise(&base);
        if shell.dash && fresh {
            // In dash a local variable begins with what the name held.
            shell.variables.put(&base, Some(before.unwrap_or_default()));
        }
    } else if on('g') && shell.variables.is_local(&base) {
        shell.world.unsure(&[by.to_owned(), word.to_owned()], shell.line, "a global variable behind a local one of its name is not carried out");
    }
    let name = if on('n') || wish.off.contains(&'n') { base.clone() } else { shell.reference(&base) };
    if wish.off.contains(&'r') && shell.variables.get(&name).is_some_and(|it| it.readonly) {
        shell.complain(&format!("{by}: {name}: readonly variable"));
        return Ok(1);
    }
    let assigns = value.is_some() || array.is_some();
    if assigns && let Some(message) = shell.refuses(&name) {
        if shell.dash {
            return shell.dash_ends(&message);
        }
        shell.complain(&if by == "readonly" || by == "export" { message } else { format!("{by}: {message}") });
        return Ok(1);
    }
    let variable: &mut Variable = shell.variables.entry(&name);
    for (letters, set) in [(&wish.on, true), (&wish.off, false)] {
        for letter in letters {
            match letter {
                'i' => variable.integer = set,
                'x' => variable.exported = set,
                'n' => variable.reference = set,
                'l' | 'u' => variable.case = if set { Some(*letter) } else { None },
                _ => {}
            }
        }
    }
    match by {
        "export" => variable.exported = true,
        _ if on('x') => variable.exported = true,
        _ => {}
    }
    if on('A') {
        match &variable.held {
            Held::Map(_) => {}
            Held::Nothing => {
                variable.held = Held::Map(Map::default());
                variable.bare = array.is_none();
            }
            _ => {
                shell.complain(&format!("{by}: {name}: cannot convert indexed to associative array"));
                return Ok(1);
            }
        }
    } else if on('a') || array.is_some() && !matches!(variable.held, Held::Map(_)) {
        if matches!(variable.held, Held::Map(_)) {
            shell.complain(&format!("{by}: {name}: cannot convert associative to indexed array"));
            return Ok(1);
        }
        // What is declared twice is still only declared.
        let had = variable.held != Held::Nothing && !variable.bare;
        if had || array.is_some() {
            shell.list(&name);
        } else {
            variable.held = Held::List(std::collections::BTreeMap::new());
            variable.bare = true;
        }
    }
    match (array, value) {
        (Some(it), _) => {
            if let Value::Array(elements) = &it.value {
                shell.set_array(&name, elements, it.append)?;
                shell.variables.entry(&name).bare = false;
            }
        }
        (None, Some(value)) => match index {
            Some(index) => shell.set_element(&name, &index, &value, append)?,
            None if on('n') => shell.variables.entry(&name).held = Held::Text(value),
            None => {
                // A value of the form `(…)` that came out of an expansion fills an array too.
                let is_array = matches!(shell.variables.get(&name).map(|it| &it.held), Some(Held::List(_) | Held::Map(_)));
                if is_array && value.starts_with('(') && value.ends_with(')') {
                    shell.world.unsure(&[by.to_owned(), word.to_owned()], shell.line, "an array whose text came out of an expansion is not carried out");
                }
                shell.set_text(&name, &value, append)?;
            }
        },
        (None, None) => {}
    }
    if by == "readonly" || on('r') {
        shell.variables.entry(&name).readonly = true;
    }
    Ok(0)
}

fn functions(shell: &mut Shell, by: &str, names: &[String], wish: &Wish) -> Run<i32> {
    let (mut status, mut out) = (0, String::new());
    let on = |letter| wish.on.contains(&letter);
    let named = !names.is_empty();
    let mut all: Vec<String> = if named { names.to_vec() } else { shell.functions.keys().cloned().collect() };
    if !named {
        all.sort();
    }
    let flags = |it: &crate::shell::Function| format!("{}{}", if it.readonly { "r" } else { "" }, if it.exported { "x" } else { "" });
    for name in &all {
        let Some(function) = shell.functions.get(name).cloned() else {
            if by == "export" || by == "readonly" {
                shell.complain(&format!("{by}: {name}: not a function"));
            }
            status = 1;
            continue;
        };
        // With other letters, `declare -f` gives functions attributes.
        let sets = by == "export" || by == "readonly" || on('x') || on('r');
        if named && sets && !on('p') {
            let entry = shell.functions.entry(name.clone()).or_insert(function);
            entry.exported = (entry.exported || by == "export" || on('x')) && !(by == "export" && on('n'));
            entry.readonly |= by == "readonly" || on('r');
            continue;
        }
        if on('t') || wish.off.contains(&'x') || wish.off.contains(&'t') {
            shell.world.unsure(&[by.to_owned(), name.clone()], shell.line, "this attribute of a function is not carried out");
        }
        let shown = match by {
            "export" => function.exported,
            "readonly" => function.readonly,
            _ => (!on('x') || function.exported) && (!on('r') || function.readonly),
        };
        if !named && !shown {
            continue;
        }
        let flags = flags(&function);
        if on('F') {
            out.push_str(&if named { format!("{name}\n") } else { format!("declare -f{flags} {name}\n") });
            if named && shell.options.extdebug {
                shell.world.unsure(&[by.to_owned(), name.clone()], shell.line, "where a function was read is not told");
            }
        } else {
            out.push_str(&shell.laid_out(name, &function));
            out.push('\n');
            if !flags.is_empty() && (on('p') || !named) {
                out.push_str(&format!("declare -f{flags} {name}\n"));
            }
        }
    }
    let printed = print(shell, by, &out);
    Ok(if printed == 0 { status } else { printed })
}

/// `declare -p`.
fn list(shell: &mut Shell, by: &str, names: &[String], wish: &Wish) -> Run<i32> {
    let (mut out, mut status) = (String::new(), 0);
    let all: Vec<String> = if names.is_empty() {
        let wanted: Vec<char> = wish.on.iter().copied().filter(|it| *it != 'p').collect();
        if !matches!(by, "export" | "readonly") && wanted.is_empty() && by != "local" {
            shell.world.unsure(&[by.to_owned()], shell.line, "the list of all variables is not printed truly");
        }
        let chosen = |name: &String| {
            let Some(variable) = shell.variables.get(name) else { return false };
            match by {
                "export" => variable.exported,
                "readonly" => variable.readonly,
                "local" => shell.variables.is_local(name),
                _ => wanted.iter().all(|letter| shell.attributes(name).contains(*letter)),
            }
        };
        shell.variables.names().into_iter().filter(chosen).collect()
    } else {
        names.to_vec()
    };
    if by == "readonly" && names.is_empty() {
        shell.world.unsure(&[by.to_owned()], shell.line, "the list of read-only variables is not printed truly");
    }
    for name in &all {
        match line(shell, name) {
            Some(line) => out.push_str(&line),
            None => {
                shell.complain(&format!("{by}: {name}: not found"));
                status = 1;
            }
        }
    }
    let printed = print(shell, by, &out);
    Ok(if printed == 0 { status } else { printed })
}

pub(crate) fn line(shell: &Shell, name: &str) -> Option<String> {
    let variable = shell.variables.get(name)?;
    let flags = shell.own_attributes(name);
    let flags = if flags.is_empty() { "-".to_owned() } else { flags };
    let value = match &variable.held {
        Held::Nothing => String::new(),
        Held::List(list) if variable.bare && list.is_empty() => String::new(),
        Held::Map(map) if variable.bare && map.is_empty() => String::new(),
        Held::Text(text) => format!("={}", printf::quote_declare(text)),
        Held::List(list) => format!("=({})", list.iter().map(|it| format!("[{}]={}", it.0, printf::quote_declare(it.1))).collect::<Vec<_>>().join(" ")),
        Held::Map(map) => {
            let mut inner = map.iter().map(|it| format!("[{}]={}", key(it.0), printf::quote_declare(it.1))).collect::<Vec<_>>().join(" ");
            if !inner.is_empty() {
                inner.push(' ');
            }
            format!("=({inner})")
        }
    };
    Some(format!("declare -{flags} {name}{value}\n"))
}

/// A key as `declare -p` prints it: quoted where it has to be.
pub(crate) fn key(text: &str) -> String {
    if !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || "_-./:,+=@%".contains(it)) {
        text.to_owned()
    } else {
        printf::quote_declare(text)
    }
}

pub(super) fn unset(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, names) = match options(shell, words, "fvn") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for word in names {
        if has(&given, 'f') {
            if shell.functions.get(word).is_some_and(|it| it.readonly) {
                shell.complain(&format!("unset: {word}: cannot unset: readonly function"));
                status = 1;
            } else {
                shell.functions.remove(word);
            }
            continue;
        }
        let (base, index) = match split(word) {
            Some((base, index)) => (base, Some(index.to_owned())),
            None => (word.as_str(), None),
        };
        if !is_name(base) {
            if !has(&given, 'v') && shell.functions.remove(word).is_some() {
                continue;
            }
            shell.complain(&format!("unset: `{word}': not a valid identifier"));
            status = 1;
            continue;
        }
        let name = if has(&given, 'n') { base.to_owned() } else { shell.reference(base) };
        if shell.refuses(&name).is_some() {
            shell.complain(&format!("unset: {name}: cannot unset: readonly variable"));
            status = 1;
            continue;
        }
        match index {
            Some(index) if shell.is_map(&name) => {
                if let Held::Map(map) = &mut shell.variables.entry(&name).held {
                    map.remove(&index);
                }
            }
            Some(index) if matches!(index.as_str(), "@" | "*") => shell.variables.unset(&name),
            Some(index) => {
                let number = shell.evaluate(&index)?;
                let end = shell.indices(&name).last().map_or(0, |it| it + 1);
                let number = if number < 0 { number + end } else { number };
                match shell.variables.get_mut(&name).map(|it| &mut it.held) {
                    Some(Held::List(list)) => drop(list.remove(&number)),
                    Some(Held::Text(_)) if number == 0 => shell.variables.unset(&name),
                    Some(Held::Text(_)) => {
                        shell.complain(&format!("unset: {name}: not an array variable"));
                        status = 1;
                    }
                    _ => {}
                }
            }
            None if shell.variables.get(&name).is_some() => shell.variables.unset(&name),
            None if !has(&given, 'v') && !shell.dash => drop(shell.functions.remove(&name)),
            None => {}
        }
    }
    Ok(status)
}
