//! `ulimit`: what the kernel allows a process (getrlimit(2)). What the limits are is a machine's business: the answers are Debian's usual ones, and
//! each is an assumption.

use super::print;
use crate::shell::{Run, Shell};

/// A limit: its letter, name and unit as bash prints them, and soft and hard as Debian starts a root shell.
struct Limit {
    letter: char,
    name: &'static str,
    unit: &'static str,
    soft: Option<u64>,
    hard: Option<u64>,
    fixed: bool,
}

const fn limit(letter: char, name: &'static str, unit: &'static str, soft: Option<u64>, hard: Option<u64>) -> Limit {
    Limit { letter, name, unit, soft, hard, fixed: false }
}

/// In the order of `ulimit -a`.
const ALL: &[Limit] = &[
    limit('R', "real-time non-blocking time", "microseconds", None, None),
    limit('c', "core file size", "blocks", Some(0), None),
    limit('d', "data seg size", "kbytes", None, None),
    limit('e', "scheduling priority", "", Some(0), Some(0)),
    limit('f', "file size", "blocks", None, None),
    limit('i', "pending signals", "", Some(15_000), Some(15_000)),
    limit('l', "max locked memory", "kbytes", Some(8192), Some(8192)),
    limit('m', "max memory size", "kbytes", None, None),
    limit('n', "open files", "", Some(1024), Some(1_048_576)),
    Limit { letter: 'p', name: "pipe size", unit: "512 bytes", soft: Some(8), hard: Some(8), fixed: true },
    limit('q', "POSIX message queues", "bytes", Some(819_200), Some(819_200)),
    limit('r', "real-time priority", "", Some(0), Some(0)),
    limit('s', "stack size", "kbytes", Some(8192), None),
    limit('t', "cpu time", "seconds", None, None),
    limit('u', "max user processes", "", Some(15_000), Some(15_000)),
    limit('v', "virtual memory", "kbytes", None, None),
    limit('x', "file locks", "", None, None),
];

/// Limits that end or hinder programs which run later, other than those of core files and open files.
fn hinders(letter: char) -> bool {
    !matches!(letter, 'c' | 'n' | 'l' | 'i' | 'q' | 'r' | 'e' | 'x' | 'R')
}

fn shown(value: Option<u64>) -> String {
    value.map_or("unlimited".to_owned(), |it| it.to_string())
}

pub(super) fn ulimit(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (mut soft, mut hard, mut all) = (false, false, false);
    let mut asked: Vec<(char, Option<String>)> = Vec::new();
    let mut rest = &words[1..];
    while let [first, more @ ..] = rest {
        if first == "--" {
            rest = more;
            break;
        }
        let Some(letters) = first.strip_prefix('-').filter(|it| !it.is_empty()) else { break };
        rest = more;
        for letter in letters.chars() {
            match letter {
                'S' => soft = true,
                'H' => hard = true,
                'a' => all = true,
                it if ALL.iter().any(|limit| limit.letter == it) => asked.push((it, None)),
                it => {
                    shell.complain(&format!("ulimit: -{it}: invalid option"));
                    return Ok(2);
                }
            }
        }
        // A word behind a letter is its value, and not an option.
        if let Some(last) = asked.last_mut()
            && let [value, more @ ..] = rest
            && !value.starts_with('-')
        {
            last.1 = Some(value.clone());
            rest = more;
        }
    }
    if let ([value, ..], true) = (rest, asked.is_empty()) {
        asked.push(('f', Some(value.clone())));
    } else if !rest.is_empty() {
        shell.world.unsure(words, shell.line, "this form of ulimit is not carried out");
    }
    if all {
        asked = ALL.iter().map(|it| (it.letter, None)).collect();
    } else if asked.is_empty() {
        asked.push(('f', None));
    }
    let titled = asked.len() > 1 || all;
    let mut out = String::new();
    for (letter, value) in &asked {
        let Some(limit) = ALL.iter().find(|it| it.letter == *letter) else { continue };
        let (now_soft, now_hard) = shell.limits.get(letter).copied().unwrap_or((limit.soft, limit.hard));
        let Some(value) = value else {
            if !shell.limits.contains_key(letter) {
                shell.world.assume("kernel-facts", &format!("ulimit -{letter}"), shell.line);
            }
            let held = shown(if hard && !soft { now_hard } else { now_soft });
            if titled {
                let unit = if limit.unit.is_empty() { format!("(-{letter})") } else { format!("({}, -{letter})", limit.unit) };
                out.push_str(&format!("{:<20}{:>20} {held}\n", limit.name, unit));
            } else {
                out.push_str(&format!("{held}\n"));
            }
            continue;
        };
        let wanted = match value.as_str() {
            "unlimited" => None,
            "hard" => now_hard,
            "soft" => now_soft,
            digits if !digits.is_empty() && digits.chars().all(|it| it.is_ascii_digit()) && digits.parse::<u64>().is_ok() => digits.parse().ok(),
            other => {
                shell.complain(&format!("ulimit: {other}: invalid number"));
                return Ok(1);
            }
        };
        if limit.fixed {
            shell.complain(&format!("ulimit: {}: cannot modify limit: Invalid argument", limit.name));
            return Ok(1);
        }
        if hinders(*letter) && wanted.is_some() {
            shell.world.unsure(words, shell.line, "what programs do under this limit is not known");
        } else if *letter != 'c' || wanted != Some(0) {
            // Whether the kernel lets a process raise a limit is the machine's business.
            shell.world.assume("kernel-facts", &format!("ulimit -{letter}"), shell.line);
        }
        let both = soft == hard;
        let next = (if both || soft { wanted } else { now_soft }, if both || hard { wanted } else { now_hard });
        shell.limits.insert(*letter, next);
    }
    Ok(print(shell, "ulimit", &out))
}
