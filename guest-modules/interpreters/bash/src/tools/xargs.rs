//! xargs(1), as findutils 4.9 has it (xargs.c): what it reads becomes words of commands, which go through the shell.

use gnu_bash::{
    Shell,
    text::{from_bytes, to_bytes},
};
use super::{
    call::{absolute, is_plain, line, unmodelled},
    options::Known,
};
use crate::kernel::Kernel;

/// Most bytes of one command line that it makes (xargs(1), `--show-limits`: 128 KiB).
const MOST_BYTES: usize = 131_072;

/// What was asked for.
#[derive(Default)]
struct Wish {
    delimiter: Option<u8>,
    most: Option<usize>,
    lines: Option<usize>,
    replace: Option<String>,
    skips_empty: bool,
    traces: bool,
    file: Option<String>,
    warnings: Vec<String>,
}

/// Why a call is not carried out.
enum Trouble {
    Unmodelled(String),
    Exit(String),
}

/// xargs(1).
pub(super) fn run(shell: &mut Shell, kernel: &Kernel, args: &[String], environment: &[(String, String)]) -> i32 {
    let plain = is_plain(|name| environment.iter().find(|it| it.0 == name).map(|it| it.1.as_str()));
    let (wish, words) = match read(args) {
        Ok(it) => it,
        Err(Trouble::Exit(message)) => {
            shell.emit(2, &to_bytes(&format!("xargs: {message}\n")));
            return 1;
        }
        Err(Trouble::Unmodelled(reason)) => {
            unmodelled("xargs", args, line(kernel, "xargs", args), &reason);
            return 1;
        }
    };
    for warning in &wish.warnings {
        shell.emit(2, format!("xargs: warning: options {warning} value\n").as_bytes());
    }
    let input = match &wish.file {
        Some(file) => match kernel.read(&absolute(shell.cwd(), file)) {
            Ok(bytes) => bytes,
            Err(error) => {
                let name = from_bytes(&gnu_text::quoted(&to_bytes(file), gnu_text::Quotes::Locale, plain));
                shell.emit(2, &to_bytes(&format!("xargs: Cannot open input file {name}: {}\n", crate::filesystem::failure(error))));
                return 1;
            }
        },
        None => shell.read_all(0).unwrap_or_default(),
    };
    let read = match wish.delimiter {
        Some(end) => parted(&input, end),
        None => items(&input, wish.replace.is_some()),
    };
    if read.nul {
        shell.emit(2, b"xargs: WARNING: a NUL character occurred in the input.  It cannot be passed through in the argument list.  Did you mean to use the --null option?\n");
    }
    let base: Vec<String> = if words.is_empty() { vec!["echo".to_owned()] } else { words };
    let mut running = Running { shell, plain, traces: wish.traces, status: 0 };
    running.all(&wish, &base, &read);
    let status = running.status;
    if let Some(message) = read.wrong.filter(|_| !matches!(status, 124..=127)) {
        shell.emit(2, format!("xargs: {message}\n").as_bytes());
        return 1;
    }
    status
}

const KNOWN: Known = Known {
    short: "0rtxn:I:d:a:P:L:",
    long: &[
        ("null", '0'),
        ("no-run-if-empty", 'r'),
        ("verbose", 't'),
        ("exit", 'x'),
        ("max-args=", 'n'),
        ("replace?", 'i'),
        ("delimiter=", 'd'),
        ("arg-file=", 'a'),
        ("max-procs=", 'P'),
        ("max-lines?", 'l'),
    ],
};
/// Other options that it has.
const OTHERS: &str = "EeopsS";
const LONG_OTHERS: [&str; 8] = ["eof", "open-tty", "interactive", "max-chars", "show-limits", "process-slot-var", "help", "version"];

/// Reads options up to the first word that is none, and the command behind them.
fn read(args: &[String]) -> Result<(Wish, Vec<String>), Trouble> {
    let mut wish = Wish::default();
    let mut words = args;
    let misused = |message: String| Trouble::Exit(format!("{message}\nTry 'xargs --help' for more information."));
    let foreign = |option: &str| Trouble::Unmodelled(format!("the option `{option}` of xargs is not modelled"));
    while let [first, rest @ ..] = words {
        if first == "--" {
            words = rest;
            break;
        }
        let Some(option) = first.strip_prefix('-').filter(|it| !it.is_empty()) else { break };
        words = rest;
        if let Some(long) = option.strip_prefix('-') {
            let (name, given) = long.split_once('=').map_or((long, None), |it| (it.0, Some(it.1.to_owned())));
            let whole = |it: &str| it.trim_end_matches(['=', '?']).to_owned();
            let mut found: Vec<_> = KNOWN.long.iter().filter(|it| whole(it.0) == name).collect();
            if found.is_empty() {
                found = KNOWN.long.iter().filter(|it| it.0.starts_with(name)).collect();
                let others = LONG_OTHERS.iter().any(|it| it.starts_with(name));
                if others || found.len() > 1 {
                    return Err(foreign(&format!("--{name}")));
                }
            }
            let [(known, letter)] = found[..] else { return Err(misused(format!("unrecognized option '--{long}'"))) };
            let value = match (known.ends_with('='), given) {
                (true, None) => {
                    let [value, rest @ ..] = words else { return Err(misused(format!("option '--{}' requires an argument", whole(known)))) };
                    words = rest;
                    Some(value.clone())
                }
                (false, Some(_)) if !known.ends_with('?') => return Err(misused(format!("option '--{}' doesn't allow an argument", whole(known)))),
                (_, given) => given,
            };
            set(&mut wish, *letter, value)?;
            continue;
        }
        let mut letters = option.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '0' | 'r' | 't' | 'x' => set(&mut wish, letter, None)?,
                'n' | 'I' | 'd' | 'a' | 'P' | 'L' => {
                    let attached: String = letters.by_ref().collect();
                    let value = if attached.is_empty() {
                        let [value, rest @ ..] = words else { return Err(misused(format!("option requires an argument -- '{letter}'"))) };
                        words = rest;
                        value.clone()
                    } else {
                        attached
                    };
                    set(&mut wish, letter, Some(value))?;
                }
                'i' | 'l' | 'e' => {
                    let attached: String = letters.by_ref().collect();
                    match letter {
                        // No word ends the input.
                        'e' if attached.is_empty() => {}
                        'e' => return Err(foreign("-e")),
                        _ => set(&mut wish, letter, Some(attached).filter(|it| !it.is_empty()))?,
                    }
                }
                it if OTHERS.contains(it) || !it.is_ascii_graphic() => return Err(foreign(&format!("-{it}"))),
                it => return Err(misused(format!("invalid option -- '{it}'"))),
            }
        }
    }
    Ok((wish, words.to_vec()))
}

fn number(value: &str, letter: char) -> Result<usize, Trouble> {
    let misused = |message: String| Trouble::Exit(format!("{message}\nTry 'xargs --help' for more information."));
    if value.is_empty() || !value.bytes().all(|it| it.is_ascii_digit()) || value.len() > 9 {
        return Err(if value.starts_with(['+', '-', ' ']) || value.len() > 9 {
            Trouble::Unmodelled("such a number of xargs is not modelled".to_owned())
        } else {
            misused(format!("invalid number \"{value}\" for -{letter} option"))
        });
    }
    match value.parse() {
        Ok(it @ 1..) => Ok(it),
        _ => Err(misused(format!("value {} for -{letter} option should be >= 1", value.parse::<usize>().unwrap_or(0)))),
    }
}

/// Takes an option; of those that exclude each other the last one counts, and it is said.
fn set(wish: &mut Wish, letter: char, value: Option<String>) -> Result<(), Trouble> {
    let given = value.clone().unwrap_or_default();
    match letter {
        '0' => wish.delimiter = Some(0),
        'r' => wish.skips_empty = true,
        't' => wish.traces = true,
        'x' => {}
        'P' => {
            if !given.bytes().all(|it| it.is_ascii_digit()) || given.is_empty() || given.len() > 9 {
                return Err(Trouble::Unmodelled("such a number of xargs is not modelled".to_owned()));
            }
        }
        'a' => wish.file = Some(given),
        'd' => {
            let bytes = to_bytes(&gnu_bash::printf::ansi(&given));
            match bytes[..] {
                [one] if !given.starts_with('\\') || given.len() == 2 || given.len() == 4 => wish.delimiter = Some(one),
                _ if given.starts_with('\\') || given.is_empty() => return Err(Trouble::Unmodelled("such a delimiter of xargs is not modelled".to_owned())),
                _ => {
                    return Err(Trouble::Exit(format!(
                        "Invalid input delimiter specification {given}: the delimiter must be either a single character or an escape sequence starting with \\."
                    )));
                }
            }
        }
        'n' => {
            let many = number(&given, 'n')?;
            if wish.lines.take().is_some() {
                wish.warnings.push("--max-lines and --max-args/-n are mutually exclusive, ignoring previous --max-lines".to_owned());
            }
            if wish.replace.is_some() {
                // One word for each command is what is done anyhow.
                if many == 1 {
                    return Ok(());
                }
                wish.replace = None;
                wish.warnings.push("--replace and --max-args/-n are mutually exclusive, ignoring previous --replace".to_owned());
            }
            wish.most = Some(many);
        }
        'L' | 'l' => {
            let many = match value {
                Some(value) => number(&value, letter)?,
                None => 1,
            };
            let option = if letter == 'L' { "-L" } else { "--max-lines/-l" };
            if wish.most.take().is_some() {
                wish.warnings.push(format!("--max-args and {option} are mutually exclusive, ignoring previous --max-args"));
            }
            if wish.replace.take().is_some() {
                wish.warnings.push(format!("--replace and {option} are mutually exclusive, ignoring previous --replace"));
            }
            wish.lines = Some(many);
        }
        _ => {
            let mark = value.unwrap_or_else(|| "{}".to_owned());
            if mark.is_empty() {
                return Err(Trouble::Unmodelled("xargs that replaces nothing is not modelled".to_owned()));
            }
            if wish.most.take().is_some() {
                wish.warnings.push("--max-args and --replace/-I/-i are mutually exclusive, ignoring previous --max-args".to_owned());
            }
            if wish.lines.take().is_some() {
                wish.warnings.push("--max-lines and --replace/-I/-i are mutually exclusive, ignoring previous --max-lines".to_owned());
            }
            wish.replace = Some(mark);
        }
    }
    Ok(())
}

/// What was read: words, each with whether a line ended with it.
#[derive(Default)]
struct Items {
    words: Vec<(String, bool)>,
    nul: bool,
    /// Why reading ended early.
    wrong: Option<String>,
}

/// Words between delimiters; blanks and quotes mean nothing.
fn parted(input: &[u8], end: u8) -> Items {
    let mut items = Items::default();
    let mut pieces: Vec<&[u8]> = input.split(|it| *it == end).collect();
    if pieces.last().is_some_and(|it| it.is_empty()) {
        pieces.pop();
    }
    for piece in pieces {
        items.nul |= piece.contains(&0);
        items.words.push((whole(piece), true));
    }
    items
}

/// A word ends where C's strings do.
fn whole(bytes: &[u8]) -> String {
    from_bytes(bytes.split(|it| *it == 0).next().unwrap_or_default())
}

/// Words as it reads them by itself: blanks part them, quotes and backslashes protect; with `lines` each line is one.
fn items(input: &[u8], lines: bool) -> Items {
    enum State {
        Space,
        Word,
        Quoted(u8),
        Escaped,
    }
    let mut items = Items::default();
    let (mut state, mut word, mut seen, mut before) = (State::Space, Vec::new(), false, 0);
    for &byte in input {
        items.nul |= byte == 0;
        let last = std::mem::replace(&mut before, byte);
        if matches!(state, State::Space) {
            if matches!(byte, b' ' | b'\t'..=b'\r') {
                continue;
            }
            state = State::Word;
        }
        match state {
            State::Word if byte == b'\n' || !lines && matches!(byte, b' ' | b'\t') => {
                items.words.push((whole(&std::mem::take(&mut word)), byte == b'\n' && !matches!(last, b' ' | b'\t')));
                (state, seen) = (State::Space, false);
                continue;
            }
            State::Word if byte == b'\\' => {
                state = State::Escaped;
                continue;
            }
            State::Word if matches!(byte, b'"' | b'\'') => {
                (state, seen) = (State::Quoted(byte), true);
                continue;
            }
            State::Quoted(_) if byte == b'\n' => break,
            State::Quoted(quote) if byte == quote => {
                state = State::Word;
                continue;
            }
            State::Escaped => state = State::Word,
            _ => {}
        }
        word.push(byte);
    }
    match state {
        State::Quoted(quote) => {
            let kind = if quote == b'"' { "double" } else { "single" };
            items.wrong = Some(format!("unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"));
        }
        State::Word | State::Escaped if seen || !word.is_empty() => items.words.push((whole(&word), true)),
        _ => {}
    }
    items
}

/// The commands of one call.
struct Running<'a> {
    shell: &'a mut Shell,
    plain: bool,
    traces: bool,
    status: i32,
}

impl Running<'_> {
    fn all(&mut self, wish: &Wish, base: &[String], read: &Items) {
        if let Some(mark) = &wish.replace {
            for (item, _) in &read.words {
                let rest = base[1..].iter().map(|it| it.replace(mark.as_str(), item));
                if !self.one(&std::iter::once(base[0].clone()).chain(rest).collect::<Vec<_>>()) {
                    return;
                }
            }
            return;
        }
        if read.words.is_empty() {
            if !wish.skips_empty && read.wrong.is_none() {
                self.one(base);
            }
            return;
        }
        let fixed: usize = base.iter().map(|it| it.len() + 1).sum();
        let (mut group, mut lines, mut size) = (Vec::new(), 0, fixed);
        for (item, ends) in &read.words {
            if !group.is_empty() && size + item.len() >= MOST_BYTES && !self.some(base, &mut group) {
                return;
            }
            if group.is_empty() {
                size = fixed;
            }
            size += item.len() + 1;
            group.push(item.clone());
            lines += usize::from(*ends);
            if wish.most.is_some_and(|it| group.len() >= it) || wish.lines.is_some_and(|it| lines >= it) {
                lines = 0;
                if !self.some(base, &mut group) {
                    return;
                }
            }
        }
        if !group.is_empty() && read.wrong.is_none() {
            self.some(base, &mut group);
        }
    }

    fn some(&mut self, base: &[String], group: &mut Vec<String>) -> bool {
        self.one(&base.iter().cloned().chain(std::mem::take(group)).collect::<Vec<_>>())
    }

    /// Runs one command; false where no other one is run.
    fn one(&mut self, argv: &[String]) -> bool {
        if self.traces {
            let words: Vec<Vec<u8>> = argv.iter().filter_map(|it| gnu_text::listed(&to_bytes(it), gnu_text::Listed::ShellEscape, b"", self.plain)).collect();
            self.shell.emit(2, &[words.join(&b' '), b"\n".to_vec()].concat());
        }
        // What is a tool here can be run: a status like that of a missing one is its own.
        let is_tool = super::is_program(&argv[0]) || matches!(argv[0].as_str(), "bash" | "dash" | "echo" | "false" | "printf" | "sh" | "test" | "true");
        match self.shell.run_program_with(argv, Vec::new()) {
            0 => true,
            255 => {
                self.shell.emit(2, &to_bytes(&format!("xargs: {}: exited with status 255; aborting\n", argv[0])));
                self.status = 124;
                false
            }
            ended @ (126 | 127) if !is_tool => {
                self.status = ended;
                false
            }
            _ => {
                self.status = 123;
                true
            }
        }
    }
}
