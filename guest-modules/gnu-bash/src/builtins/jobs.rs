//! Jobs: what `&` began. Here a job has run to its end when the next command begins; where a machine might answer otherwise, that is said.

use super::{has, options, print, value};
use crate::{
    shell::{Flow, Run, Shell, is_name},
    signals,
};

pub(super) fn none(shell: &mut Shell, words: &[String]) -> Run<i32> {
    shell.complain(&format!("{}: no job control", words[0]));
    Ok(1)
}

/// Whether jobs began that nobody waited for.
fn any(shell: &Shell) -> bool {
    shell.jobs.iter().any(|it| !it.waited)
}

pub(super) fn jobs(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if any(shell) || words.iter().skip(1).any(|it| !it.starts_with('-')) {
        shell.world.unsure(words, shell.line, "which jobs are over by now is not known");
    }
    Ok(0)
}

pub(super) fn disown(shell: &mut Shell, words: &[String]) -> Run<i32> {
    if words.len() > 1 || !any(shell) {
        shell.world.unsure(words, shell.line, "which jobs there are is not known");
    }
    if let Some(job) = shell.jobs.iter_mut().rev().find(|it| !it.waited) {
        job.waited = true;
    }
    Ok(0)
}

/// `kill -l`.
fn list(shell: &mut Shell, words: &[String]) -> i32 {
    if words.is_empty() {
        return print(shell, "kill", &signals::table());
    }
    let (mut out, mut status) = (String::new(), 0);
    for word in words {
        let told = match word.parse::<i32>() {
            Ok(number) if number > 128 => signals::named(number - 128),
            Ok(number) => signals::named(number),
            Err(_) => signals::name(word).and_then(|it| signals::number(&it)).map(|it| it.to_string()),
        };
        match told {
            Some(told) => out.push_str(&format!("{told}\n")),
            None => {
                shell.complain(&format!("kill: {word}: invalid signal specification"));
                status = 1;
            }
        }
    }
    let printed = print(shell, "kill", &out);
    if printed == 0 { status } else { printed }
}

pub(super) fn kill(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let mut signal = "TERM".to_owned();
    let mut rest = &words[1..];
    if let [first, more @ ..] = rest {
        if first == "-l" || first == "-L" {
            return Ok(list(shell, more));
        }
        if matches!(first.as_str(), "-s" | "-n")
            && let [name, more @ ..] = more
        {
            signal.clone_from(name);
            rest = more;
        } else if let Some(name) = first.strip_prefix('-').filter(|it| signals::name(it).is_some()) {
            signal = name.to_owned();
            rest = more;
        }
    }
    if rest.first().is_some_and(|it| it == "--") {
        rest = &rest[1..];
    }
    let Some(name) = signals::name(&signal) else {
        shell.complain(&format!("kill: {signal}: invalid signal specification"));
        return Ok(1);
    };
    if rest.is_empty() {
        shell.complain("kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]");
        return Ok(2);
    }
    let mut status = 1;
    for target in rest {
        let number = target.parse::<i64>().ok();
        let me = i64::from(shell.world.process_id());
        let jobs: Vec<u32> = shell.jobs.iter().map(|it| it.number).collect();
        match number {
            Some(number) if number == me => {
                if name == "EXIT" {
                    status = 0;
                    continue;
                }
                match shell.traps.get(&name).cloned() {
                    Some(act) if act.is_empty() => status = 0,
                    Some(_) => {
                        shell.trap(&name)?;
                        status = 0;
                    }
                    None if matches!(name.as_str(), "CHLD" | "CONT" | "URG" | "WINCH") => status = 0,
                    None => {
                        // The shell ends by a signal, without its EXIT trap only for those that can't be caught.
                        if matches!(name.as_str(), "KILL" | "STOP") {
                            shell.traps.remove("EXIT");
                        }
                        return Err(Flow::Exit(128 + signals::number(&name).unwrap_or(0)));
                    }
                }
            }
            Some(number) if jobs.iter().any(|it| i64::from(*it) == number) => {
                // Here a job is over when it is known, on a machine perhaps not.
                shell.world.unsure(words, shell.line, "a job in the background is not ended by a signal here");
                status = 0;
            }
            Some(_) => {
                if name != "EXIT" {
                    shell.world.unsure(words, shell.line, "processes of the target are not known");
                } else {
                    shell.world.assume("process", target, shell.line);
                }
                shell.complain(&format!("kill: ({target}) - No such process"));
            }
            None if target.starts_with('%') => shell.world.unsure(words, shell.line, "a job in the background is not ended by a signal here"),
            None => shell.complain(&format!("kill: {target}: arguments must be process or job IDs")),
        }
    }
    Ok(status)
}

/// What a word of `wait` names.
fn named(shell: &mut Shell, word: &str) -> Result<usize, i32> {
    if let Some(number) = word.strip_prefix('%') {
        // A job's number is given again when all before it are over.
        shell.world.unsure(&["wait".to_owned(), word.to_owned()], shell.line, "the numbers of jobs are not known");
        let at = number.parse::<usize>().ok().and_then(|it| it.checked_sub(1)).filter(|it| *it < shell.jobs.len());
        return at.ok_or_else(|| {
            shell.complain(&format!("wait: {word}: no such job"));
            127
        });
    }
    let Ok(number) = word.parse::<u32>() else {
        shell.complain(&format!("wait: `{word}': not a pid or valid job spec"));
        return Err(1);
    };
    shell.jobs.iter().position(|it| it.number == number).ok_or_else(|| {
        shell.complain(&format!("wait: pid {word} is not a child of this shell"));
        127
    })
}

pub(super) fn wait(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "fnp:") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    let into = value(&given, 'p').map(str::to_owned);
    if let Some(name) = &into {
        if !is_name(name) {
            shell.complain(&format!("wait: `{name}': not a valid identifier"));
            return Ok(1);
        }
        shell.variables.unset(name);
    }
    let mut chosen: Vec<usize> = Vec::new();
    let mut status = 0;
    for word in rest {
        match named(shell, word) {
            Ok(at) => {
                chosen.push(at);
                status = shell.jobs[at].status;
            }
            Err(code) => status = code,
        }
    }
    let mut ended = chosen.last().copied();
    if has(&given, 'n') {
        let open: Vec<usize> = (0..shell.jobs.len()).filter(|it| !shell.jobs[*it].waited && (rest.is_empty() || chosen.contains(it))).collect();
        let Some(first) = open.first().copied() else { return Ok(127) };
        let same = open.iter().all(|it| shell.jobs[*it].status == shell.jobs[first].status);
        if open.len() > 1 && (into.is_some() || !same) {
            shell.world.unsure(words, shell.line, "which job is over first is not known");
        }
        status = shell.jobs[first].status;
        shell.jobs[first].waited = true;
        ended = Some(first);
    } else if rest.is_empty() {
        shell.jobs.clear();
    } else {
        chosen.iter().for_each(|it| shell.jobs[*it].waited = true);
    }
    if let (Some(name), Some(at)) = (into, ended) {
        let number = shell.jobs[at].number.to_string();
        shell.assign(&name, &number)?;
    }
    Ok(status)
}
