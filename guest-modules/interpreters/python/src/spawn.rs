//! Programs that the script starts. They are found and run by the shell's module, as it walks PATH as execvp(3) does and knows the tools:
//! it is asked through the host's dispatcher, as anybody may.

use invitro_sdk::interpreter::invitro::remediation::{
    commands::{self, Invocation},
    files::Workspace,
    ledger,
};

use crate::{
    control::{Parts, parts},
    session,
};

/// What the shell is told. What is not there (127), may not be run (126) or is no program (125: execve(2), ENOEXEC)
/// is told apart from a program that ends so.
const SHELL: &str = r#"case $2 in
*/*)
  p=$2
  if [ ! -e "$p" ] && ! type -P "$p" >/dev/null; then printf %s "$1" >&2; exit 127; fi
  if [ -e "$p" ] && { [ ! -x "$p" ] || [ -d "$p" ]; }; then printf %s "$1" >&2; exit 126; fi ;;
*) if ! p=$(type -P "$2"); then printf %s "$1" >&2; exit 127; fi ;;
esac
if [ -s "$p" ]; then
  IFS= read -r -n 2 head <"$p"
  case $head in '#!' | $'\x7fE') ;; *) printf %s "$1" >&2; exit 125 ;; esac
fi
unset p head
shift
exec "$@""#;

/// A mark that no program writes.
const MISSING: &str = "\u{1}invitro: there is no such program\u{2}";

/// Runs a program: line, folder, umask, standard input, whether both streams are one, count of words, words, and `NAME`, `value` of the environment. The reply has the
/// status, both streams, and whether the program was there.
pub(crate) fn run(request: &[u8]) -> Option<Vec<u8>> {
    let mut all = Parts(request);
    let number = |it: &[u8]| std::str::from_utf8(it).ok()?.parse::<u32>().ok();
    let line = number(all.next()?)?;
    let cwd = all.next()?.to_vec();
    let umask = number(all.next()?)?;
    let stdin = all.next()?.to_vec();
    let merged = all.next()? == b"1";
    let count = number(all.next()?)? as usize;
    let words: Vec<Vec<u8>> = all.by_ref().take(count).map(<[u8]>::to_vec).collect();
    let mut env = Vec::new();
    while let (Some(name), Some(value)) = (all.next(), all.next()) {
        env.push((name.to_vec(), value.to_vec()));
    }
    if stdin.len() > 1 << 20 {
        ledger::unmodelled(&words, Some(line), "more than a mebibyte goes into a program");
        return Some(reply(1, b"", b"", true));
    }
    let (uid, gid) = session::with(|it| (it.surroundings.uid, it.surroundings.gid))?;
    let shell = format!("{SHELL}{}", if merged { " 2>&1" } else { "" });
    let mut argv: Vec<Vec<u8>> = ["bash", "-c", &shell, "python3", MISSING].iter().map(|it| it.as_bytes().to_vec()).collect();
    argv.extend(words);
    let invocation = Invocation { argv, env, cwd, umask, uid, gid, stdin, line: Some(line) };
    session::with(|it| it.suspicious = true);
    let program = invocation.argv.get(5).cloned().unwrap_or_default();
    match commands::spawn(&invocation) {
        Ok(done) if (125..=127).contains(&done.status) && done.stderr == MISSING.as_bytes() => {
            if done.status == 127 {
                missing(&program, &invocation.argv[5..], line);
            }
            Some(reply(done.status, b"", b"", false))
        }
        Ok(done) => Some(reply(done.status, &done.stdout, &done.stderr, true)),
        Err(_) => Some(reply(126, b"", b"", true)),
    }
}

/// Notes that the script runs what is not there. Where the fix ends well all the same, nobody may have seen it fail; and a part of a machine
/// may lack what the machine has.
fn missing(program: &[u8], words: &[Vec<u8>], line: u32) {
    let shown = String::from_utf8_lossy(program);
    if session::workspace().is_some_and(has_programs) {
        ledger::doubt("error-output-tool-missing", Some(line), &format!("`{shown}` is not on the target, and the fix runs it"));
    } else {
        ledger::unmodelled(words, Some(line), "no command model");
    }
}

fn reply(status: u32, stdout: &[u8], stderr: &[u8], was_there: bool) -> Vec<u8> {
    parts([status.to_string().as_bytes(), stdout, stderr, if was_there { b"1" } else { b"0" }])
}

/// Programs of a shell, as a whole machine has them.
const SHELLS: [&str; 5] = ["/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/bash", "/bin/busybox"];

/// Answers whether the tree has the programs of a machine, so that what it lacks is not there.
pub(crate) fn has_programs(workspace: &Workspace) -> bool {
    SHELLS.iter().any(|it| workspace.read(it.as_bytes(), 0, 4).is_ok_and(|it| it == b"\x7fELF"))
}
