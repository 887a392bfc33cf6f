//! Programs: what execve(2) would find, and who stands for it here.

use gnu_bash::{Ended, Kind, Program, Shell, Stat, World, glob, text};
use invitro_sdk::interpreter::invitro::remediation::{
    commands::{self, Invocation},
    ledger,
};

use crate::{
    before, facts,
    input::{self, Input},
    kernel::Kernel,
    tools,
    world::{Machine, unmodelled},
};

/// Folders in which a Debian base has its programs.
const FOLDERS: [&str; 4] = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"];

/// Programs that bash has as builtins too.
const BUILTINS: &[&str] = &["[", "echo", "false", "printf", "pwd", "test", "true"];

/// Shells that a script is run by here.
const SHELLS: &[&str] = &["bash", "dash", "sh"];

/// Programs of a Debian base that are scripts themselves, for which ours stand.
const SCRIPTS: &[&str] = &["egrep", "fgrep", "gunzip", "zcat", "which"];

fn is_tool(name: &str) -> bool {
    tools::is_program(name) || BUILTINS.contains(&name) || SHELLS.contains(&name)
}

/// What is there though no file says so: a tool of Debian's base, a command that the host has a model for, `/dev/null`, and the
/// files that `<(…)` stands for.
pub(crate) fn stand_in(kernel: &Kernel, path: &str) -> Option<Stat> {
    let of = |kind, mode| Some(Stat { kind, mode, uid: 0, gid: 0, size: 0, inode: u64::MAX, changed: (0, 0) });
    if path == "/dev/null" {
        return of(Kind::Special, 0o666);
    }
    if kernel.is_device(path) {
        return of(Kind::Fifo, 0o600);
    }
    if path.starts_with("/proc/") || path.starts_with("/sys/") {
        ledger::assume("kernel-facts", path, kernel.line(&[]));
    }
    stands_for(kernel, path).and_then(|_| of(Kind::Regular, 0o755))
}

/// The name of the program that stands at a path where the tree has no file.
pub(crate) fn stands_for<'a>(kernel: &Kernel, path: &'a str) -> Option<&'a str> {
    let (folder, name) = path.rsplit_once('/')?;
    if !FOLDERS.contains(&folder) || facts::has_its_programs(kernel) {
        return None;
    }
    if is_tool(name) {
        return Some(name);
    }
    if kernel.models().iter().any(|it| it == name) {
        ledger::assume("tool-present", name, kernel.line(&[]));
        return Some(name);
    }
    if folder == "/bin" {
        ledger::assume("tool-missing", name, kernel.line(&[]));
    }
    None
}

/// Walks PATH as execvp(3) does: a file of the tree, or what stands there without one.
pub(crate) fn locate(machine: &Machine, name: &str, path: &str) -> Option<String> {
    let there = |folder: &str| {
        let full = format!("{}/{name}", folder.trim_end_matches('/'));
        let stat = machine.kernel.workspace().stat(&text::to_bytes(&full), true).ok()?;
        let regular = stat.type_ == invitro_sdk::interpreter::invitro::remediation::types::FileType::Regular;
        (regular && machine.access(&full, 1)).then_some(full)
    };
    if let Some(found) = path.split(':').filter(|it| it.starts_with('/')).find_map(there) {
        return Some(found);
    }
    if facts::has_its_programs(&machine.kernel) {
        return None;
    }
    let known = is_tool(name) || machine.kernel.models().iter().any(|it| it == name);
    if !known {
        ledger::assume("tool-missing", name, machine.kernel.line(&[]));
        return None;
    }
    if !is_tool(name) {
        ledger::assume("tool-present", name, machine.kernel.line(&[]));
    }
    // Debian's merged /usr: what a base has is found below /usr.
    let sbin = !is_tool(name);
    let folders: &[&str] = if sbin { &["/usr/sbin", "/usr/bin", "/sbin", "/bin"] } else { &["/usr/bin", "/bin"] };
    path.split(':').find(|it| folders.contains(it)).map(|it| format!("{it}/{name}"))
}

/// Runs a program.
pub(crate) fn run(machine: &Machine, shell: &mut Shell, program: &Program) -> Ended {
    let word = program.argv[0].as_str();
    let base = word.rsplit('/').next().unwrap_or(word).to_owned();
    let path = if let Some((full, _)) = &program.path {
        Some(full.clone())
    } else if word.contains('/') {
        Some(glob::join(shell.cwd(), word))
    } else {
        let search = program.environment.iter().find(|it| it.0 == "PATH").map_or("", |it| it.1.as_str());
        locate(machine, word, search)
    };
    let file = path.as_deref().filter(|it| machine.kernel.workspace().stat(&text::to_bytes(it), true).is_ok());
    let Some(file) = file else {
        // No file: a tool of ours, or the host's answer.
        if path.is_none() && facts::has_its_programs(&machine.kernel) {
            missing(word, program);
            shell.report(&format!("{word}: command not found"));
            return Ended { status: 127, ..Ended::default() };
        }
        let named = program.path.is_none() && !word.contains('/') || path.as_deref().is_some_and(|it| stands_for(&machine.kernel, it).is_some());
        if !named {
            let shown = program.path.as_ref().map_or(word, |it| it.1.as_str());
            missing(shown, program);
            shell.report(&format!("{shown}: No such file or directory"));
            return Ended { status: 127, ..Ended::default() };
        }
        if word.contains('/') || path.is_some() || is_tool(&base) {
            return by_name(machine, shell, program, &base);
        }
        return outside(machine, shell, program);
    };
    let head = machine.kernel.workspace().read(&text::to_bytes(file), 0, 256).unwrap_or_default();
    let folder = file.rsplit_once('/').map_or("", |it| it.0);
    let standard = FOLDERS.contains(&folder);
    if head.starts_with(b"\x7fELF") {
        if standard {
            return by_name(machine, shell, program, &base);
        }
        unmodelled(&machine.kernel, &program.argv, &format!("{file} is a program of the target, which can't be run here"));
        return outside(machine, shell, program);
    }
    if standard && (is_tool(&base) || tools::stands_in(&base)) {
        if is_tool(&base) && !SCRIPTS.contains(&base.as_str()) && !head.is_empty() {
            unmodelled(&machine.kernel, &program.argv, &format!("the target has its own {file}, which comes before the tool"));
        }
        return by_name(machine, shell, program, &base);
    }
    script(machine, shell, program, file, &head)
}

/// Notes that the script runs what the target does not have. Where the fix ends well all the same, nobody may have seen it fail.
fn missing(shown: &str, program: &Program) {
    ledger::doubt("error-output-tool-missing", Some(program.line), &format!("`{shown}` is not on the target, and the fix runs it"));
}

/// Runs a file that is a script.
fn script(machine: &Machine, shell: &mut Shell, program: &Program, file: &str, head: &[u8]) -> Ended {
    let line = text::from_bytes(head.split(|it| *it == b'\n').next().unwrap_or_default());
    let mut words = line.strip_prefix("#!").unwrap_or("bash").split_whitespace();
    let mut interpreter = words.next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
    let mut option = words.next().unwrap_or_default().to_owned();
    if interpreter == "env" {
        interpreter = std::mem::take(&mut option);
    }
    if !SHELLS.contains(&interpreter.as_str()) || head.contains(&0) {
        return outside(machine, shell, program);
    }
    let dash = match tools::wrap::shell_of(&machine.kernel, &interpreter) {
        Ok(dash) => dash,
        Err(reason) => {
            unmodelled(&machine.kernel, &program.argv, &reason);
            false
        }
    };
    // The kernel hands a script its path (execve(2)).
    let name = program.path.as_ref().map_or(&program.argv[0], |it| &it.1);
    let status = match machine.kernel.read(file) {
        Ok(bytes) => shell.run_script(&text::from_bytes(&bytes), name, program.argv[1..].to_vec(), option.trim_start_matches('-'), false, dash),
        Err(error) => {
            shell.report(&format!("{}: {}", program.argv[0], crate::filesystem::failure(error)));
            126
        }
    };
    Ended { status, ..Ended::default() }
}

/// Runs who stands for a name.
fn by_name(machine: &Machine, shell: &mut Shell, program: &Program, name: &str) -> Ended {
    let args = &program.argv[1..];
    if SHELLS.contains(&name) {
        return Ended { status: tools::wrap::shell(shell, &machine.kernel, program), ..Ended::default() };
    }
    if BUILTINS.contains(&name) {
        let mut argv = program.argv.clone();
        argv[0] = name.to_owned();
        // The program reads what is long in another way than the builtin, and knows no order of texts.
        // What is no number is an error of `-t`; parentheses among many words it counts in its own way, and the builtin has tests that it lacks.
        let odd = |it: &String| matches!(it.as_str(), "<" | ">" | "=~" | "-t" | "-v" | "-R") || argv.len() > 4 && matches!(it.as_str(), "(" | ")");
        let long = |it: &String| it.trim_start_matches(['-', '+', ' ']).len() > 18 && it.bytes().all(|it| it.is_ascii_digit() || b"-+ ".contains(&it));
        let last = argv.get(argv.len() - usize::from(name == "[") - 1);
        if matches!(name, "test" | "[") && (argv.iter().any(|it| odd(it) || long(it)) || argv.len() > 3 && last.is_some_and(|it| it == "!" || it.len() == 2 && it.starts_with('-'))) {
            unmodelled(&machine.kernel, &program.argv, "such a call of the program test is not modelled");
        }
        return Ended { status: shell.run_builtin(&argv), ..Ended::default() };
    }
    if name == "yes" {
        return yes(machine, shell, program);
    }
    if tools::awk::NAMES.contains(&name) {
        return awk(machine, shell, program, name);
    }
    if !tools::is_program(name) && !tools::is_own(name) {
        return outside(machine, shell, program);
    }
    if args.iter().any(|it| text::is_raw(it)) && !(tools::is_own(name) && tools::takes_bytes(name)) && !tools::text::is_text(name) && !matches!(name, "find" | "xargs" | "env") {
        unmodelled(&machine.kernel, &program.argv, "an argument that is not UTF-8: the tools here hold text only");
    }
    if name == "diff" {
        return diff(machine, shell, program);
    }
    if tools::text::is_text(name) {
        devices(machine, shell, args, &[]);
        let ended = tools::text::run(shell, &machine.kernel, name, args, &program.environment);
        emit_written(machine, shell);
        return ended;
    }
    before::look(&machine.kernel, name, args);
    if tools::runs_others(name) {
        return Ended { status: tools::run_others(shell, &machine.kernel, name, program), ..Ended::default() };
    }
    let mut used = input::of(name, args);
    let searches = matches!(name, "grep" | "egrep" | "fgrep");
    if searches && used == Input::All && shell.discards_output() {
        // It ends at the first match, as with -q.
        used = Input::Part(None);
    }
    machine.kernel.set_output(if shell.discards_output() { Kernel::DISCARDED } else { shell.output_inode().unwrap_or(if shell.keeps_output() { Kernel::CAPTURED } else { 0 }) });
    let given = if used == Input::None { Vec::new() } else { shell.ahead(0).unwrap_or_default() };
    devices(machine, shell, args, &given);
    let mut ended = if tools::is_own(name) {
        tools::run(&machine.kernel, name, args, shell.cwd(), &program.environment, &given)
    } else {
        machine.borrowed.run(name, args, shell.cwd(), &program.environment, (used != Input::None).then_some(given.as_slice()))
    };
    match used {
        Input::None => {}
        Input::All => {
            let _ = shell.read_all(0);
        }
        Input::Part(lines) => {
            let taken = input::consumed(&given, lines);
            shell.skip(0, taken);
            if lines.is_none() && !given.is_empty() {
                shell.read_a_part(0);
            }
        }
    }
    emit_written(machine, shell);
    if !ended.err.is_empty() && tools::is_vague(name) {
        shell.tell(&std::mem::take(&mut ended.err));
    }
    ended
}

/// Prints what a tool wrote to descriptors by their paths.
fn emit_written(machine: &Machine, shell: &mut Shell) {
    for (path, bytes) in machine.kernel.take_written() {
        let number = match path.as_str() {
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            other => other.rsplit('/').next().and_then(|it| it.parse().ok()).unwrap_or(1),
        };
        shell.emit(number, &bytes);
    }
}

/// awk(1), as the one that the word leads to.
fn awk(machine: &Machine, shell: &mut Shell, program: &Program, name: &str) -> Ended {
    let word = program.argv[0].as_str();
    let search = program.environment.iter().find(|it| it.0 == "PATH").map_or("", |it| it.1.as_str());
    let path = if word.contains('/') { Some(glob::join(shell.cwd(), word)) } else { locate(machine, word, search) };
    devices(machine, shell, &program.argv[1..], &[]);
    let status = tools::awk::run(shell, &machine.kernel, name, path.as_deref().unwrap_or(word), program);
    Ended { status, ..Ended::default() }
}

/// diff(1): bashkit's, with the header that GNU's has.
fn diff(machine: &Machine, shell: &mut Shell, program: &Program) -> Ended {
    let (args, labels) = tools::difference::labels(&program.argv[1..]);
    before::look(&machine.kernel, "diff", &args);
    let reads = args.iter().any(|it| it == "-");
    let given = if reads { shell.read_all(0).unwrap_or_default() } else { Vec::new() };
    devices(machine, shell, &args, &given);
    let mut ended = machine.borrowed.run("diff", &args, shell.cwd(), &program.environment, reads.then_some(given.as_slice()));
    if tools::difference::has_header(&args) && !ended.out.is_empty() {
        let labels = if labels.is_empty() { stamps(machine, shell, program, &args).unwrap_or_default() } else { labels };
        match tools::difference::labelled(&ended.out, &labels) {
            Some(out) => ended.out = out,
            None if shell.discards_output() => {}
            None => unmodelled(&machine.kernel, &program.argv, "the header of this call of diff is not told"),
        }
    }
    ended
}

/// What the header of diff says of two files: names and times. None where one is no plain file, or nobody knows its time.
fn stamps(machine: &Machine, shell: &Shell, program: &Program, args: &[String]) -> Option<Vec<String>> {
    let zone = program.environment.iter().find(|it| it.0 == "TZ").map(|it| it.1.as_str());
    let stamp = |name: &str| {
        let path = glob::join(shell.cwd(), name);
        let stat = machine.kernel.workspace().stat(&text::to_bytes(&path), true).ok()?;
        let is_file = stat.type_ == invitro_sdk::interpreter::invitro::remediation::types::FileType::Regular;
        let moment = is_file.then_some((stat.mtime_seconds, stat.mtime_nanos))?;
        let time = tools::date::written(&machine.kernel, "diff", zone, "%Y-%m-%d %H:%M:%S.%N %z", moment).ok()?;
        Some(tools::difference::stamped(name, &time))
    };
    tools::difference::operands(args)?.into_iter().map(stamp).collect()
}

/// yes(1): writes until nobody reads on, which is all that it can do.
fn yes(machine: &Machine, shell: &mut Shell, program: &Program) -> Ended {
    let words = &program.argv[1..];
    if words.first().is_some_and(|it| it.starts_with('-')) || !shell.writes_to_pipe() {
        unmodelled(&machine.kernel, &program.argv, "yes writes without end");
        return Ended { status: 1, ..Ended::default() };
    }
    let line = if words.is_empty() { "y\n".to_owned() } else { format!("{}\n", words.join(" ")) };
    let page = line.repeat(512 / line.len() + 1);
    while !shell.emit(1, page.as_bytes()) {}
    Ended { status: 141, ..Ended::default() }
}

/// Lets tools read and write the descriptors that their arguments name.
fn devices(machine: &Machine, shell: &mut Shell, args: &[String], input: &[u8]) {
    machine.kernel.clear_devices();
    for word in args {
        let path = word.rsplit_once('=').map_or(word.as_str(), |it| it.1);
        match path {
            "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" => machine.kernel.offer(path, input.to_vec()),
            "/dev/stdout" | "/dev/stderr" => machine.kernel.offer(path, Vec::new()),
            _ => {
                if let Some(number) = path.strip_prefix("/dev/fd/").and_then(|it| it.parse::<u32>().ok())
                    && shell.open_file(number).is_some()
                {
                    let bytes = shell.ahead(number).unwrap_or_default();
                    machine.kernel.offer(path, bytes);
                }
            }
        }
    }
}

/// Hands a command to the host's dispatcher.
fn outside(machine: &Machine, shell: &mut Shell, program: &Program) -> Ended {
    let name = &program.argv[0];
    let reads = input::outside(name, &program.argv[1..]);
    let stdin = if reads { shell.read_all(0).unwrap_or_default() } else { Vec::new() };
    let invocation = Invocation {
        argv: program.argv.iter().map(|it| text::to_bytes(it)).collect(),
        env: program.environment.iter().map(|(name, value)| (text::to_bytes(name), text::to_bytes(value))).collect(),
        cwd: text::to_bytes(shell.cwd()),
        umask: machine.kernel.umask(),
        uid: machine.uid,
        gid: machine.gid,
        stdin,
        line: Some(program.line),
    };
    match commands::spawn(&invocation) {
        Ok(done) => {
            // What execve(2) does not find is told by the shell, with its line.
            if done.status == 127 && done.stderr == format!("{name}: command not found\n").into_bytes() {
                shell.report(&format!("{name}: command not found"));
                return Ended { status: 127, ..Ended::default() };
            }
            Ended { status: done.status as i32, out: done.stdout, err: done.stderr, order: None }
        }
        Err(error) => Ended { status: 126, out: Vec::new(), err: format!("{name}: {error:?}\n").into_bytes(), order: None },
    }
}
