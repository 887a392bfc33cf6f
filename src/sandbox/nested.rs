//! Interpreters that a script starts: a shell for another interpreter's programs, and Python.

use std::sync::Arc;

use super::{
    dispatch::Dispatcher,
    python::{self, Asked},
};
use crate::{
    guest::{
        Call, Completion, Invocation, Limits, Run, Stop, Treatment, Unmodelled, Used, interpret,
        wit::{InterpretError, Language},
    },
    tree::{Actor, FileType},
};

/// Names of interpreters that the host finds for whoever asks, sorted.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    python::NAMES.into_iter()
}

/// What is run in place of a command.
struct Script {
    language: Language,
    text: Vec<u8>,
    argv: Vec<Vec<u8>>,
    stdin: Vec<u8>,
}

/// Most bytes of a script (WIT: `script`).
const MOST_BYTES: usize = 1 << 20;

/// Runs a command that is an interpreter; none where it is not.
pub(super) async fn run(of: &Dispatcher, run: &Run, left: Limits, name: &str, invocation: &Invocation, used: &mut Used) -> Option<Result<Completion, Stop>> {
    let script = match name {
        // A shell's words, as an interpreter that has no tools of its own hands them over.
        "bash" if invocation.argv.get(1).is_some_and(|it| it == b"-c") => {
            let text = invocation.argv.get(2)?.clone();
            let argv = invocation.argv.get(3..).filter(|it| !it.is_empty()).map_or_else(|| vec![b"bash".to_vec()], <[_]>::to_vec);
            Ok(Script { language: Language::Bash, text, argv, stdin: invocation.stdin.clone() })
        }
        name if python::NAMES.contains(&name) => {
            run.ledger().call(Call { argv: invocation.argv.clone(), line: invocation.line, treatment: Some(Treatment::Modelled) });
            python(run, invocation)
        }
        _ => return None,
    };
    Some(match script {
        Ok(script) => interpreted(of, run, left, script, invocation, used).await,
        Err(completion) => Ok(completion),
    })
}

/// Runs a command that is a file whose first line names Python, as execve(2) has it; none where it is not.
pub(super) async fn run_script(of: &Dispatcher, run: &Run, left: Limits, invocation: &Invocation, used: &mut Used) -> Option<Result<Completion, Stop>> {
    let word = invocation.argv.first()?;
    let path = if word.contains(&b'/') { whole(invocation, word) } else { on_path(run, invocation, word)? };
    let head = run.workspace().read(&actor(invocation), &path, 0, 256).ok()?;
    let line = String::from_utf8_lossy(head.strip_prefix(b"#!")?.split(|it| *it == b'\n').next()?).into_owned();
    let mut words = line.split_whitespace().map(|it| it.rsplit('/').next().unwrap_or(it));
    let program = words.next().filter(|it| *it != "env").or_else(|| words.find(|it| !it.starts_with('-')))?;
    if !python::NAMES.contains(&program) {
        return None;
    }
    run.ledger().call(Call { argv: invocation.argv.clone(), line: invocation.line, treatment: Some(Treatment::Modelled) });
    let argv = [&[path], invocation.argv.get(1..).unwrap_or_default()].concat();
    let invocation = Invocation { argv: [vec![b"python3".to_vec()], argv].concat(), ..invocation.clone() };
    Some(match python(run, &invocation) {
        Ok(script) => interpreted(of, run, left, script, &invocation, used).await,
        Err(completion) => Ok(completion),
    })
}

/// The first executable file of that name on the command's PATH (execvp(3)).
fn on_path(run: &Run, invocation: &Invocation, name: &[u8]) -> Option<Vec<u8>> {
    let (_, path) = invocation.env.iter().find(|it| it.0 == b"PATH")?;
    let there = |folder: &[u8]| {
        let full = [folder, b"/", name].concat();
        let stat = run.workspace().stat(&actor(invocation), &full, true).ok()?;
        (stat.kind == FileType::Regular && stat.mode & 0o111 != 0).then_some(full)
    };
    path.split(|it| *it == b':').filter(|it| it.starts_with(b"/")).find_map(there)
}

fn actor(invocation: &Invocation) -> Actor {
    Actor { uid: invocation.uid, gid: invocation.gid, umask: invocation.umask }
}

async fn interpreted(of: &Dispatcher, run: &Run, left: Limits, script: Script, invocation: &Invocation, used: &mut Used) -> Result<Completion, Stop> {
    let module = match script.language {
        Language::Python => of.modules.python.ready(&|_| {}).map_err(|error| Stop::Host(error.to_string()))?,
        _ => &of.modules.bash,
    };
    let surroundings = Invocation { argv: script.argv, stdin: script.stdin, ..invocation.clone() };
    let mark = run.ledger().mark();
    let outcome = interpret(module, left, run, Arc::new(of.clone()), used.depth, (script.language, &script.text), &surroundings).await;
    used.add(outcome.used);
    run.ledger().place_since(mark, invocation.line);
    outcome.answer?.map_err(|error| match error {
        InterpretError::WrongLanguage => Stop::Host("the interpreter does not know its own language".into()),
        InterpretError::Stopped(text) | InterpretError::Other(text) => Stop::Interpreter(text),
    })
}

/// What `python3` with these words runs, or how it ends before it runs anything.
fn python(run: &Run, invocation: &Invocation) -> Result<Script, Completion> {
    let script = |text, argv, stdin: &[u8]| Script { language: Language::Python, text, argv, stdin: stdin.to_vec() };
    match python::words(&invocation.argv) {
        Asked::Text(text, argv) => Ok(script(text, argv, &invocation.stdin)),
        Asked::Module(module, argv) => {
            let text = format!("import runpy\nrunpy._run_module_as_main({module:?})\n");
            Ok(script(text.into_bytes(), argv, &invocation.stdin))
        }
        // A program that is read from standard input leaves nothing there.
        Asked::Input(argv) => Ok(script(invocation.stdin.clone(), argv, b"")),
        Asked::File(argv) => match content(run, invocation, argv.first().map_or(b"", Vec::as_slice)) {
            Ok(text) => Ok(script(text, argv, &invocation.stdin)),
            Err(error) => {
                let stderr = format!("python3: can't open file '{}': {error}\n", String::from_utf8_lossy(&whole(invocation, &argv[0])));
                Err(Completion { status: 2, stdout: Vec::new(), stderr: stderr.into_bytes() })
            }
        },
        Asked::Unknown(reason) => {
            run.ledger().unmodelled(Unmodelled { argv: invocation.argv.clone(), line: invocation.line, reason });
            Err(Completion { status: 2, stdout: Vec::new(), stderr: Vec::new() })
        }
    }
}

fn whole(invocation: &Invocation, path: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") { path.to_vec() } else { [invocation.cwd.as_slice(), b"/", path].concat() }
}

fn content(run: &Run, invocation: &Invocation, path: &[u8]) -> Result<Vec<u8>, String> {
    let read = run.workspace().read(&actor(invocation), &whole(invocation, path), 0, MOST_BYTES + 1);
    match read {
        Ok(text) if text.len() > MOST_BYTES => Err("a script of more than a mebibyte".into()),
        Ok(text) => Ok(text),
        Err(crate::tree::Errno::NoEntry) => Err("[Errno 2] No such file or directory".into()),
        Err(error) => Err(error.to_string()),
    }
}
