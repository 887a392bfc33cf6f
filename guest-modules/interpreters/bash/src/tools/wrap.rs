//! Programs that run another one: it goes through the shell again, and so through the one dispatcher.

use gnu_bash::{Program, Shell, text};
use invitro_sdk::interpreter::invitro::remediation::ledger;

use super::call::{line, unmodelled};
use crate::kernel::Kernel;

/// What runs another command.
pub(crate) const NAMES: &[&str] = &["chrt", "env", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "timeout", "xargs"];

fn beyond(kernel: &Kernel, name: &str, args: &[String]) -> i32 {
    unmodelled(name, args, line(kernel, name, args), &format!("this form of {name} is not modelled"));
    1
}

/// Runs one of them.
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, name: &str, args: &[String], environment: &[(String, String)]) -> i32 {
    match name {
        "env" => env(shell, kernel, args),
        "timeout" => timeout(shell, kernel, args),
        "xargs" => super::xargs::run(shell, kernel, args, environment),
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
