//! Programs that run another one: it goes through the shell again, and so through the one dispatcher.

use gnu_bash::{Program, Shell, text};
use invitro_sdk::interpreter::invitro::remediation::ledger;

use super::call::{line, unmodelled};
use crate::kernel::Kernel;

/// What runs another command.
pub(crate) const NAMES: &[&str] = &["chrt", "env", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "timeout", "xargs"];

/// Most bytes of one command line that xargs makes (xargs(1), `--show-limits`: 128 KiB).
const MOST_BYTES: usize = 131_072;

fn beyond(kernel: &Kernel, name: &str, args: &[String]) -> i32 {
    unmodelled(name, args, line(kernel, name, args), &format!("this form of {name} is not modelled"));
    1
}

/// Runs one of them.
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, name: &str, args: &[String]) -> i32 {
    match name {
        "env" => env(shell, kernel, args),
        "timeout" => timeout(shell, kernel, args),
        "xargs" => xargs(shell, kernel, args),
        _ => match command(name, args) {
            // sudo(8) says itself that there is no such command, and ends with 1.
            Some(words) if name == "sudo" && !shell.may_have_program(&words[0]) => {
                ledger::doubt("error-output-tool-missing", kernel.line(&[]), &format!("`{}` is not on the target, and the fix runs it", words[0]));
                shell.tell(format!("sudo: {}: command not found\n", words[0]).as_bytes());
                1
            }
            Some(words) => shell.run_program(words),
            None => beyond(kernel, name, args),
        },
    }
}

/// The words behind the options; none where an option is not known.
fn command<'a>(name: &str, args: &'a [String]) -> Option<&'a [String]> {
    let mut words = args;
    while let [first, rest @ ..] = words {
        words = match (name, first.as_str()) {
            (_, "--") => return Some(rest).filter(|it| !it.is_empty()),
            ("nice", "-n") | ("ionice", "-c" | "-n") | ("stdbuf", "-o" | "-i" | "-e") => rest.get(1..)?,
            ("sudo", "-n" | "-E" | "-H") => rest,
            ("nice", it) if it.starts_with("-n") || it.starts_with("--adjustment=") => rest,
            ("ionice", it) if it.starts_with("-c") || it.starts_with("-n") => rest,
            ("stdbuf", it) if it.starts_with("-o") || it.starts_with("-i") || it.starts_with("-e") => rest,
            ("setsid", "-w" | "--wait") => rest,
            (_, it) if it.starts_with('-') => return None,
            _ => return Some(words),
        };
    }
    None
}

/// env(1).
fn env(shell: &mut Shell, kernel: &Kernel, args: &[String]) -> i32 {
    let (mut cleared, mut unset, mut cwd) = (false, Vec::new(), None);
    let mut words = args;
    while let [first, rest @ ..] = words {
        words = rest;
        match first.as_str() {
            "-" | "-i" | "--ignore-environment" => cleared = true,
            "-u" | "--unset" | "-C" | "--chdir" => {
                let [value, rest @ ..] = words else { return beyond(kernel, "env", args) };
                if matches!(first.as_str(), "-u" | "--unset") {
                    unset.push(value.clone())
                } else {
                    cwd = Some(value.clone())
                }
                words = rest;
            }
            "--" => break,
            it if it.starts_with("--unset=") => unset.push(it["--unset=".len()..].to_owned()),
            it if it.starts_with("--chdir=") => cwd = Some(it["--chdir=".len()..].to_owned()),
            it if it.starts_with("-u") && !it.starts_with("--") => unset.push(it[2..].to_owned()),
            it if it.starts_with('-') => return beyond(kernel, "env", args),
            _ => {
                words = &args[args.len() - rest.len() - 1..];
                break;
            }
        }
    }
    let mut set = Vec::new();
    while let [first, rest @ ..] = words {
        let Some((name, value)) = first.split_once('=').filter(|it| !it.0.is_empty()) else { break };
        set.push((name.to_owned(), value.to_owned()));
        words = rest;
    }
    if words.is_empty() {
        // The order in which a shell hands its variables on is its own.
        return beyond(kernel, "env", args);
    }
    shell.run_changed(words, cwd.as_deref(), cleared, &unset, &set)
}

/// timeout(1): here nothing takes long enough, but what would run for ever ends by the run's own limits.
fn timeout(shell: &mut Shell, kernel: &Kernel, args: &[String]) -> i32 {
    let mut words = args;
    while let [first, rest @ ..] = words {
        match first.as_str() {
            "-k" | "-s" | "--kill-after" | "--signal" => words = rest.get(1..).unwrap_or_default(),
            "--" => {
                words = rest;
                break;
            }
            it if it.starts_with("-k") || it.starts_with("-s") || it.starts_with("--kill-after=") || it.starts_with("--signal=") => words = rest,
            "-v" | "--verbose" | "--foreground" | "--preserve-status" => words = rest,
            it if it.starts_with('-') => return beyond(kernel, "timeout", args),
            _ => break,
        }
    }
    let [duration, command @ ..] = words else { return beyond(kernel, "timeout", args) };
    let seconds = |text: &str| -> Option<f64> {
        let (number, unit) = match text.chars().last()? {
            's' => (&text[..text.len() - 1], 1.0),
            'm' => (&text[..text.len() - 1], 60.0),
            'h' => (&text[..text.len() - 1], 3600.0),
            'd' => (&text[..text.len() - 1], 86_400.0),
            _ => (text, 1.0),
        };
        number.parse::<f64>().ok().map(|it| it * unit)
    };
    let Some(most) = seconds(duration) else {
        shell.emit(2, format!("timeout: invalid time interval '{duration}'\nTry 'timeout --help' for more information.\n").as_bytes());
        return 125;
    };
    if command.is_empty() {
        return beyond(kernel, "timeout", args);
    }
    // The one program that is known to take time.
    if command[0] == "sleep" && most > 0.0 {
        let asked: Option<f64> = command[1..].iter().map(|it| seconds(it)).sum();
        match asked {
            Some(asked) if asked >= most => return 124,
            _ => {}
        }
    }
    shell.run_program(command)
}

/// xargs(1).
fn xargs(shell: &mut Shell, kernel: &Kernel, args: &[String]) -> i32 {
    let (mut zero, mut delimiter, mut most, mut lines, mut replace, mut skips_empty, mut file) = (false, None, usize::MAX, false, None, false, None);
    // So many lines go to one command.
    let mut most_lines = None;
    let mut words = args;
    while let [first, rest @ ..] = words {
        if first == "--" {
            words = rest;
            break;
        }
        let Some(option) = first.strip_prefix('-').filter(|it| !it.is_empty()) else { break };
        words = rest;
        let (name, given) = match option.strip_prefix('-') {
            Some(long) => {
                let (name, value) = long.split_once('=').map_or((long, None), |it| (it.0, Some(it.1.to_owned())));
                let letter = match name {
                    "null" => '0',
                    "no-run-if-empty" => 'r',
                    "max-args" => 'n',
                    "replace" => 'I',
                    "delimiter" => 'd',
                    "arg-file" => 'a',
                    "max-procs" => 'P',
                    "max-lines" if value.is_none() => {
                        most_lines = Some(1);
                        continue;
                    }
                    "max-lines" => 'L',
                    _ => return beyond(kernel, "xargs", args),
                };
                (letter.to_string(), value)
            }
            None => {
                let mut letters = option.chars();
                let mut told = String::new();
                let mut value = None;
                while let Some(letter) = letters.next() {
                    told.push(letter);
                    if "nIdaPL".contains(letter) {
                        let rest: String = letters.by_ref().collect();
                        value = Some(rest).filter(|it| !it.is_empty());
                    }
                }
                (told, value)
            }
        };
        for letter in name.chars() {
            let mut value = || -> Option<String> {
                if let Some(given) = given.clone() {
                    return Some(given);
                }
                let [value, rest @ ..] = words else { return None };
                words = rest;
                Some(value.clone())
            };
            match letter {
                '0' => zero = true,
                'r' => skips_empty = true,
                't' | 'x' => {}
                'i' => {
                    replace = Some("{}".to_owned());
                    lines = true;
                }
                'n' | 'I' | 'd' | 'a' | 'P' | 'L' => {
                    let Some(value) = value() else { return beyond(kernel, "xargs", args) };
                    match letter {
                        'n' => most = value.parse().unwrap_or(usize::MAX).max(1),
                        'I' => {
                            replace = Some(value);
                            lines = true;
                        }
                        'd' => delimiter = Some(gnu_bash::printf::ansi(&value)),
                        'a' => file = Some(value),
                        'L' => match value.parse() {
                            Ok(many @ 1_usize..) => most_lines = Some(many),
                            _ => return beyond(kernel, "xargs", args),
                        },
                        _ => {}
                    }
                }
                _ => return beyond(kernel, "xargs", args),
            }
        }
    }
    if name_is_traced(args) {
        return beyond(kernel, "xargs", args);
    }
    let input = match &file {
        Some(file) => match kernel.read(&super::call::absolute(shell.cwd(), file)) {
            Ok(bytes) => bytes,
            Err(error) => {
                shell.tell(format!("xargs: Cannot open input file '{file}': {}\n", crate::filesystem::failure(error)).as_bytes());
                return 1;
            }
        },
        None => shell.read_all(0).unwrap_or_default(),
    };
    if !zero && input.contains(&0) {
        // It says so, and a word ends there.
        return beyond(kernel, "xargs", args);
    }
    let input = text::from_bytes(&input);
    // With -L together with what cuts or keeps words otherwise, or quotes, nobody held it against the real one.
    if most_lines.is_some() && (zero || delimiter.is_some() || replace.is_some() || most != usize::MAX || input.contains(['"', '\'', '\\'])) {
        return beyond(kernel, "xargs", args);
    }
    let items: Vec<String> = if zero || delimiter.is_some() {
        let end = if zero { "\0".to_owned() } else { delimiter.unwrap_or_default() };
        let mut items: Vec<String> = input.split(end.as_str()).map(str::to_owned).collect();
        if items.last().is_some_and(String::is_empty) {
            items.pop();
        }
        items
    } else {
        match split(&input, lines) {
            Ok(items) => items,
            Err(message) => {
                shell.tell(format!("xargs: {message}\n").as_bytes());
                return 1;
            }
        }
    };
    let base: Vec<String> = if words.is_empty() { vec!["echo".to_owned()] } else { words.to_vec() };
    let mut status = 0;
    let mut one = |argv: Vec<String>| -> bool {
        let ended = shell.run_program_with(&argv, Vec::new());
        match ended {
            0 => true,
            255 => {
                shell.tell(format!("xargs: {}: exited with status 255; aborting\n", argv[0]).as_bytes());
                status = 124;
                false
            }
            126 | 127 => {
                status = ended;
                false
            }
            _ => {
                status = 123;
                true
            }
        }
    };
    if let Some(mark) = replace {
        for item in items {
            if !one(base.iter().map(|it| it.replace(&mark, &item)).collect()) {
                break;
            }
        }
        return status;
    }
    if items.is_empty() {
        if !skips_empty {
            one(base);
        }
        return status;
    }
    if let Some(many) = most_lines {
        let lines = whole_lines(&input);
        for group in lines.chunks(many) {
            if !one(base.iter().chain(group.iter().flatten()).cloned().collect()) {
                break;
            }
        }
        return status;
    }
    let fixed: usize = base.iter().map(|it| it.len() + 1).sum();
    let mut rest = items.as_slice();
    while !rest.is_empty() {
        let (mut many, mut size) = (0, fixed);
        while many < rest.len() && many < most && (many == 0 || size + rest[many].len() < MOST_BYTES) {
            size += rest[many].len() + 1;
            many += 1;
        }
        if !one(base.iter().chain(&rest[..many]).cloned().collect()) {
            break;
        }
        rest = &rest[many..];
    }
    status
}

/// Lines with words, as xargs -L counts them: one that ends with a blank goes on in the next.
fn whole_lines(input: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    for text in input.split('\n') {
        line.extend(text.split([' ', '\t']).filter(|it| !it.is_empty()).map(str::to_owned));
        if !text.ends_with([' ', '\t']) && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.extend(Some(line).filter(|it| !it.is_empty()));
    lines
}

/// `-t` prints each command in words of its own.
fn name_is_traced(args: &[String]) -> bool {
    args.iter().take_while(|it| it.starts_with('-')).any(|it| it == "-t" || it == "--verbose")
}

/// Items as xargs reads them: blanks part them, quotes and backslashes protect; with `lines` each line is one.
fn split(input: &str, lines: bool) -> Result<Vec<String>, String> {
    let (mut out, mut now): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut letters = input.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => out.extend(now.take()),
            ' ' | '\t' if !lines => out.extend(now.take()),
            ' ' | '\t' if now.is_none() => {}
            quote @ ('"' | '\'') => {
                let held = now.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some(it) if it == quote => break,
                        Some('\n') | None => {
                            return Err(format!(
                                "unmatched {} quote; by default quotes are special to xargs unless you use the -0 option",
                                if quote == '"' { "double" } else { "single" }
                            ));
                        }
                        Some(it) => held.push(it),
                    }
                }
            }
            '\\' => now.get_or_insert_default().extend(letters.next()),
            letter => now.get_or_insert_default().push(letter),
        }
    }
    out.extend(now.take());
    Ok(out)
}

/// Whether a shell of this name is dash. `sh` is what the target's `/bin/sh` leads to, and Debian's where the tree has none.
pub(crate) fn shell_of(kernel: &Kernel, name: &str) -> Result<bool, String> {
    let base = name.rsplit('/').next().unwrap_or(name);
    match base {
        "dash" => return Ok(true),
        "sh" => {}
        _ => return Ok(false),
    }
    let Ok(real) = kernel.workspace().real_path(b"/bin/sh") else { return Ok(true) };
    let real = text::from_bytes(&real);
    match real.rsplit('/').next().unwrap_or_default() {
        "dash" | "sh" => Ok(true),
        "bash" => Err("the target's sh is bash, whose POSIX mode is not carried out".to_owned()),
        other => Err(format!("the target's sh is {other}, which is not carried out")),
    }
}

/// `bash`, `sh`: a script of their own, from a word, a file or their input.
pub(crate) fn shell(shell: &mut Shell, kernel: &Kernel, program: &Program) -> i32 {
    let name = &program.argv[0];
    let args = &program.argv[1..];
    let (mut letters, mut inline, mut reads) = (String::new(), false, false);
    let mut words = args;
    while let [first, rest @ ..] = words {
        match first.as_str() {
            "--" => {
                words = rest;
                break;
            }
            "-" => {
                words = rest;
                break;
            }
            "--norc" | "--noprofile" | "--login" => words = rest,
            "-o" | "+o" => {
                let [option, rest @ ..] = rest else { return beyond(kernel, name, args) };
                match (first.as_str(), option.as_str()) {
                    ("-o", "pipefail") => letters.push('\u{1}'),
                    ("-o", "errexit") => letters.push('e'),
                    ("-o", "nounset") => letters.push('u'),
                    _ => return beyond(kernel, name, args),
                }
                words = rest;
            }
            it if it.starts_with('-') && it.len() > 1 && !it.starts_with("--") => {
                for letter in it[1..].chars() {
                    match letter {
                        'c' => inline = true,
                        's' => reads = true,
                        'l' | 'i' => {}
                        'e' | 'u' | 'x' | 'f' | 'n' | 'a' => letters.push(letter),
                        _ => return beyond(kernel, name, args),
                    }
                }
                words = rest;
            }
            it if it.starts_with("--") => return beyond(kernel, name, args),
            _ => break,
        }
    }
    let dash = match shell_of(kernel, name) {
        Ok(dash) => dash,
        Err(reason) => {
            super::unmodelled(name, args, kernel.line(&[]), &reason);
            false
        }
    };
    let pipefail = letters.contains('\u{1}');
    if dash && pipefail {
        shell.emit(2, format!("{name}: 0: Illegal option -o pipefail\n").as_bytes());
        return 2;
    }
    let letters = letters.replace('\u{1}', "");
    let lead = if pipefail { "set -o pipefail; " } else { "" };
    if inline {
        let Some(script) = words.first() else {
            shell.emit(2, format!("{name}: -c: option requires an argument\n").as_bytes());
            return 2;
        };
        let zero = words.get(1).cloned().unwrap_or_else(|| name.clone());
        return shell.run_script(&format!("{lead}{script}"), &zero, words.get(2..).unwrap_or_default().to_vec(), &letters, true, dash);
    }
    match words.first().filter(|_| !reads) {
        Some(file) => {
            let path = super::call::absolute(shell.cwd(), file);
            match kernel.read(&path) {
                Ok(bytes) => shell.run_script(&format!("{lead}{}", text::from_bytes(&bytes)), file, words[1..].to_vec(), &letters, false, dash),
                Err(error) => {
                    shell.emit(2, format!("{name}: {file}: {}\n", crate::filesystem::failure(error)).as_bytes());
                    127
                }
            }
        }
        None => {
            let script = shell.read_all(0).unwrap_or_default();
            shell.run_script(&format!("{lead}{}", text::from_bytes(&script)), name, words.to_vec(), &letters, false, dash)
        }
    }
}
