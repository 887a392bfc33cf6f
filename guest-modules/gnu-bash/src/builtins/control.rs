//! What steers the shell: loops, functions, files that are read, traps, jobs.

use super::options;
use crate::{
    condition, printf,
    glob::join,
    shell::{Flow, Frame, Run, Shell},
    signals, text,
    world::{Kind, Program},
};

pub(super) fn nothing(_: &mut Shell, _: &[String]) -> Run<i32> {
    Ok(0)
}

pub(super) fn fail(_: &mut Shell, _: &[String]) -> Run<i32> {
    Ok(1)
}

pub(super) fn test(shell: &mut Shell, words: &[String]) -> Run<i32> {
    condition::test(shell, &words[0], &words[1..])
}

pub(super) fn builtin(shell: &mut Shell, words: &[String]) -> Run<i32> {
    match words.get(1) {
        None => Ok(0),
        Some(name) if super::has_builtin(shell, name) => super::run(shell, &words[1..], &[]),
        Some(name) => {
            shell.complain(&format!("builtin: {name}: not a shell builtin"));
            Ok(1)
        }
    }
}

pub(super) fn caller(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let callers = shell.callers();
    let number = match words.get(1).map(|it| it.parse::<usize>()) {
        None => None,
        Some(Ok(number)) => Some(number),
        Some(Err(_)) => {
            shell.complain(&format!("caller: {}: invalid number", words[1]));
            return Ok(2);
        }
    };
    if callers.is_empty() && number.is_none() {
        return Ok(super::print(shell, "caller", "0 NULL\n"));
    }
    let Some((_, line, file)) = callers.get(number.unwrap_or(0)).filter(|it| it.1 > 0) else {
        return Ok(1);
    };
    shell.world.assume("script-name", "caller", shell.line);
    let text = match number {
        None => format!("{line} {file}\n"),
        Some(number) => {
            let Some(by) = callers.get(number + 1).map(|it| it.0.clone()) else { return Ok(1) };
            format!("{line} {by} {file}\n")
        }
    };
    Ok(super::print(shell, "caller", &text))
}

/// `break` and `continue`: how many loops.
fn many(shell: &mut Shell, words: &[String]) -> Run<Option<usize>> {
    if shell.loops == 0 {
        if shell.dash {
            return Ok(None);
        }
        shell.complain(&format!("{}: only meaningful in a `for', `while', or `until' loop", words[0]));
        return Ok(None);
    }
    let Some(word) = words.get(1) else { return Ok(Some(1)) };
    match word.parse::<i64>() {
        Ok(number) if number > 0 => Ok(Some((number as usize).min(shell.loops))),
        Ok(_) => {
            shell.complain(&format!("{}: {word}: loop count out of range", words[0]));
            Err(Flow::Break(shell.loops))
        }
        Err(_) => {
            shell.complain(&format!("{}: {word}: numeric argument required", words[0]));
            Err(Flow::Exit(128))
        }
    }
}

pub(super) fn leave(shell: &mut Shell, words: &[String]) -> Run<i32> {
    match many(shell, words)? {
        Some(number) => Err(Flow::Break(number)),
        None => Ok(0),
    }
}

pub(super) fn go_on(shell: &mut Shell, words: &[String]) -> Run<i32> {
    match many(shell, words)? {
        Some(number) => Err(Flow::Continue(number)),
        None => Ok(0),
    }
}

/// The status that `exit` and `return` are given.
fn status(shell: &mut Shell, words: &[String]) -> Run<Option<i32>> {
    let rest = if words.get(1).is_some_and(|it| it == "--") { &words[2..] } else { &words[1..] };
    match rest {
        [] => Ok(Some(shell.status)),
        [word, more @ ..] => match word.parse::<i64>() {
            Ok(number) if more.is_empty() && shell.dash && words[0] == "return" => Ok(Some(number as i32)),
            Ok(number) if more.is_empty() => Ok(Some((number & 0xff) as i32)),
            Ok(_) => {
                shell.complain(&format!("{}: too many arguments", words[0]));
                Ok(None)
            }
            Err(_) => {
                shell.complain(&format!("{}: {word}: numeric argument required", words[0]));
                Ok(Some(2))
            }
        },
    }
}

pub(super) fn exit(shell: &mut Shell, words: &[String]) -> Run<i32> {
    match status(shell, words)? {
        Some(status) => Err(Flow::Exit(status)),
        None => Ok(1),
    }
}

pub(super) fn come_back(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let Some(status) = status(shell, words)? else { return Ok(1) };
    if shell.calls.is_empty() && shell.sourced == 0 {
        shell.complain("return: can only `return' from a function or sourced script");
        return Ok(2);
    }
    Err(Flow::Return(status))
}

pub(super) fn shift(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let many = match words.get(1) {
        None => 1,
        Some(word) => match word.parse::<i64>() {
            Ok(number) if number >= 0 => number as usize,
            Ok(_) => {
                shell.complain(&format!("shift: {word}: shift count out of range"));
                return Ok(1);
            }
            Err(_) => {
                shell.complain(&format!("shift: {word}: numeric argument required"));
                return Ok(1);
            }
        },
    };
    if many > shell.arguments.len() {
        return Ok(1);
    }
    shell.arguments.drain(..many);
    Ok(0)
}

pub(super) fn eval(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let rest = if words.get(1).is_some_and(|it| it == "--") { &words[2..] } else { &words[1..] };
    let script = rest.join(" ");
    let line = shell.line;
    shell.depth += 1;
    let current = shell.current.clone();
    let done = if shell.deep() { Err(Flow::Exit(1)) } else { shell.read_and_run(&script, line) };
    shell.current = current;
    shell.depth -= 1;
    match done {
        // Here an error in an expansion goes no further.
        Err(Flow::Discard(status)) => Ok(status),
        Err(Flow::Exit(2)) if shell.status == 2 && !shell.dash => Ok(2),
        other => other,
    }
}

pub(super) fn source(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let rest = if words.get(1).is_some_and(|it| it == "--") { &words[2..] } else { &words[1..] };
    let Some(file) = rest.first() else {
        shell.complain(&format!("{}: filename argument required", words[0]));
        return Ok(2);
    };
    let path = if file.contains('/') {
        join(&shell.cwd, file)
    } else {
        let search = shell.text("PATH").unwrap_or_default();
        let found = search
            .split(':')
            .map(|it| join(&shell.cwd, &format!("{it}/{file}")))
            .find(|it| shell.world.stat(it, true).is_ok_and(|it| it.kind == Kind::Regular));
        match found {
            // Dash looks in the folders of PATH alone.
            None if shell.dash => return shell.dash_ends(&format!(".: {file}: not found")),
            found => found.unwrap_or_else(|| join(&shell.cwd, file)),
        }
    };
    let is_folder = shell.world.stat(&path, true).is_ok_and(|it| it.kind == Kind::Directory);
    if is_folder {
        shell.complain(&format!("{}: {file}: is a directory", words[0]));
        return Ok(1);
    }
    // A descriptor's path is no file of the tree, and is asked for as it was given.
    let place = if shell.world.stat(&path, true).is_ok() { path } else { file.clone() };
    let world = shell.world.clone();
    let taken = shell.open_to_read(&place).and_then(|it| it.borrow_mut().rest(&*world).map(<[u8]>::to_vec));
    let script = match taken {
        Ok(bytes) => text::from_bytes(&bytes),
        Err(error) => {
            if shell.dash {
                return shell.dash_ends(&format!(".: cannot open {file}: {error}"));
            }
            shell.complain(&format!("{file}: {error}"));
            return Ok(1);
        }
    };
    let before = if rest.len() > 1 && !shell.dash { Some(std::mem::replace(&mut shell.arguments, rest[1..].to_vec())) } else { None };
    let line = shell.line;
    shell.frames.push(Frame { name: "source".to_owned(), line, file: file.as_str().into(), options: None });
    shell.sourced += 1;
    shell.depth += 1;
    let current = shell.current.clone();
    // A DEBUG trap is for the commands of a file only where functions are traced.
    let kept = if shell.options.functrace { None } else { shell.traps.remove_entry("DEBUG") };
    let done = if shell.deep() { Err(Flow::Exit(1)) } else { shell.read_and_run(&script, 1) };
    if let Some((name, act)) = kept {
        shell.traps.entry(name).or_insert(act);
    }
    shell.current = current;
    let done = match done {
        // A trap sees the status of the last command, and not that of `return`.
        Ok(status) | Err(Flow::Return(status)) if !shell.dash => shell.trap("RETURN").map(|()| status),
        other => other,
    };
    shell.depth -= 1;
    shell.sourced -= 1;
    shell.frames.pop();
    shell.line = line;
    if let Some(before) = before {
        shell.arguments = before;
    }
    match done {
        Err(Flow::Return(status)) => Ok(status),
        Err(Flow::Exit(2)) if shell.status == 2 && !shell.dash => Ok(2),
        other => other,
    }
}

pub(super) fn exec(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "cla:") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if rest.is_empty() {
        return Ok(0);
    }
    if !given.is_empty() {
        shell.world.unsure(words, shell.line, "this option of exec is not carried out");
    }
    let path = if rest[0].contains('/') { None } else { shell.path_of(&rest[0], None, false) };
    if path.is_none() && !rest[0].contains('/') {
        // Whether it is there is asked by running it: what nobody knows is told there.
        let program = Program { argv: rest.to_vec(), path: None, line: shell.line, environment: shell.environment() };
        let world = shell.world.clone();
        let ended = world.run(shell, &program);
        if ended.status == 127 {
            shell.complain(&format!("exec: {}: not found", rest[0]));
        } else {
            shell.write(2, &ended.err);
            shell.write(1, &ended.out);
        }
        return Err(Flow::Exit(ended.status));
    }
    // A shell that became another program has no EXIT trap left.
    shell.traps.remove("EXIT");
    shell.depth += 1;
    let status = if shell.deep() { 1 } else { shell.program(rest, path) };
    shell.depth -= 1;
    Err(Flow::Exit(status))
}

pub(super) fn calculate(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if words.len() < 2 {
        shell.complain("let: expression expected");
        return Ok(1);
    }
    let mut last = 0;
    for word in &words[1..] {
        last = match shell.evaluate(word) {
            Ok(number) => number,
            Err(Flow::Discard(_)) => return Ok(1),
            Err(flow) => return Err(flow),
        };
    }
    Ok(i32::from(last == 0))
}

pub(super) fn trap(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "lp") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if super::has(&given, 'l') {
        return Ok(super::print(shell, "trap", &signals::table()));
    }
    if rest.is_empty() || super::has(&given, 'p') {
        let mut out = String::new();
        let listed = shell.shown.clone().unwrap_or_else(|| shell.traps.clone());
        let mut listed: Vec<(&String, &String)> = listed.iter().collect();
        listed.sort_by_key(|it| signals::place(it.0));
        for (name, act) in listed {
            if rest.is_empty() || rest.iter().any(|it| signals::name(it).as_deref() == Some(name)) {
                let shown = if signals::number(name).is_some_and(|it| it > 0) { format!("SIG{name}") } else { name.clone() };
                out.push_str(&format!("trap -- {} {shown}\n", printf::quote_single(act)));
            }
        }
        return Ok(super::print(shell, "trap", &out));
    }
    let (act, names) = match rest {
        [only] if signals::name(only).is_some() => (None, rest),
        [only] => {
            let _ = only;
            shell.complain("trap: usage: trap [-lp] [[arg] signal_spec ...]");
            return Ok(2);
        }
        [first, names @ ..] if first == "-" || first.parse::<u32>().is_ok_and(|_| signals::name(first).is_some()) => {
            if first == "-" {
                (None, names)
            } else {
                (None, rest)
            }
        }
        [first, names @ ..] => (Some(first.clone()), names),
        [] => return Ok(0),
    };
    let mut status = 0;
    for name in names {
        shell.shown = None;
        let Some(signal) = signals::name(name) else {
            shell.complain(&format!("trap: {name}: invalid signal specification"));
            status = 1;
            continue;
        };
        match &act {
            Some(act) => drop(shell.traps.insert(signal.clone(), act.clone())),
            None => drop(shell.traps.remove(&signal)),
        }
    }
    Ok(status)
}
