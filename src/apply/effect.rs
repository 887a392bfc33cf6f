//! What a fix owes to the machine: printed, or run through an allow-list. Never through a shell.

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    os::unix::{
        ffi::OsStringExt as _,
        fs::PermissionsExt as _,
        process::{CommandExt as _, ExitStatusExt as _},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

use super::{error::Error, plan::Owed};

/// Where a program without `/` in its name is looked for, and what it finds as its own PATH: root's of Debian (login.defs(5), ENV_SUPATH).
const PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/// Bytes of output after which a program is ended, whatever is kept of it.
const MOST_WRITTEN: u64 = 64 << 20;
/// How often a program is looked after.
const TICK: Duration = Duration::from_millis(5);

/// What becomes of effects. The cautious way is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Effects {
    /// They are told, and somebody runs them by hand: until then the change is `applied, effects pending`.
    #[default]
    Print,
    /// They are run.
    Run(Executor),
}

/// How effects are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executor {
    /// Commands that may be run, word by word; in a word `*` stands for any bytes. Everything else is refused before anything is changed.
    pub allow: Vec<Vec<String>>,
    /// How long each may take.
    pub timeout: Duration,
    /// Bytes that are kept of standard output, and of standard error.
    pub most_output: usize,
    /// Whether they are run on this machine though the target is not its root. What they do there, no trial has shown.
    pub elsewhere: bool,
}

impl Default for Executor {
    fn default() -> Executor {
        Executor { allow: Vec::new(), timeout: Duration::from_secs(120), most_output: 64 << 10, elsewhere: false }
    }
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// Its status; none where a signal ended it.
    pub status: Option<i32>,
    /// Whether it was ended since it took too long or wrote too much.
    pub ended: bool,
    /// The beginning of its standard output.
    pub stdout: String,
    /// The beginning of its standard error.
    pub stderr: String,
}

impl Ran {
    /// Answers whether it did what it was to do.
    pub fn is_good(&self) -> bool {
        self.status == Some(0) && !self.ended
    }
}

/// The words of a command, for people.
pub(super) fn words(of: &Owed) -> String {
    of.argv.iter().map(|it| String::from_utf8_lossy(it).escape_debug().to_string()).collect::<Vec<_>>().join(" ")
}

impl Effects {
    /// Checks that all of these may be run here, before anything is changed.
    pub(super) fn check(&self, owed: &[Owed], is_of_machine: bool) -> Result<(), Error> {
        let Effects::Run(executor) = self else { return Ok(()) };
        for it in owed {
            let no = |what: &str| Err(Error::Effect { words: words(it), what: what.into() });
            if !is_of_machine && !executor.elsewhere {
                return no("is for another machine than this one, as the target is not this one's root; print effects instead of running them");
            }
            if !executor.allow.iter().any(|pattern| allows(pattern, &it.argv)) {
                return no("is not among the effects that may be run; allow it, or print effects instead of running them");
            }
            if it.argv.iter().any(|it| it.contains(&0)) || program(&it.argv).is_none() {
                return no("names no program of this machine; print effects instead of running them");
            }
        }
        Ok(())
    }
}

/// Answers whether a pattern stands for these words, as many and each.
fn allows(pattern: &[String], argv: &[Vec<u8>]) -> bool {
    !argv.is_empty() && pattern.len() == argv.len() && pattern.iter().zip(argv).all(|(pattern, word)| is_like(pattern.as_bytes(), word))
}

fn is_like(pattern: &[u8], word: &[u8]) -> bool {
    match pattern.iter().position(|it| *it == b'*') {
        None => pattern == word,
        Some(at) => {
            let rest = word.strip_prefix(&pattern[..at]);
            rest.is_some_and(|rest| (0..=rest.len()).any(|skip| is_like(&pattern[at + 1..], &rest[skip..])))
        }
    }
}

/// The program that a command names: an absolute one, or one of the fixed folders.
fn program(argv: &[Vec<u8>]) -> Option<PathBuf> {
    let first = PathBuf::from(std::ffi::OsString::from_vec(argv.first()?.clone()));
    let is_there = |it: &Path| it.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0);
    if first.as_os_str().as_encoded_bytes().contains(&b'/') {
        return Some(first).filter(|it| it.is_absolute() && is_there(it));
    }
    PATH.iter().map(|folder| Path::new(folder).join(&first)).find(|it| is_there(it))
}

/// Runs a command: no shell, no environment but the fixed one, no input, a process group that is ended as a whole.
pub(super) fn run(of: &Owed, how: &Executor) -> Result<Ran, Error> {
    let fail = |what: String| Error::Effect { words: words(of), what };
    let program = program(&of.argv).ok_or_else(|| fail("names no program of this machine".into()))?;
    // Files, not pipes: a daemon that a command leaves behind keeps them open, and nobody is to wait for its end.
    let kept = || tempfile::tempfile().map_err(|it| fail(format!("could not be run: no room for its output: {it}")));
    let (mut out, mut err) = (kept()?, kept()?);
    let end = |file: &File| file.try_clone().map(Stdio::from).map_err(|it| fail(format!("could not be run: {it}")));
    let mut child = Command::new(&program)
        .arg0(std::ffi::OsString::from_vec(of.argv[0].clone()))
        .args(of.argv[1..].iter().map(|it| std::ffi::OsString::from_vec(it.clone())))
        .env_clear()
        .envs([("PATH", PATH.join(":").as_str()), ("LANG", "C.UTF-8"), ("HOME", "/"), ("DEBIAN_FRONTEND", "noninteractive")])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(end(&out)?)
        .stderr(end(&err)?)
        .process_group(0)
        .spawn()
        .map_err(|it| fail(format!("could not be run: {it}")))?;
    let (status, ended) = wait(&mut child, how.timeout, &[&out, &err]).map_err(|it| fail(format!("could not be waited for: {it}")))?;
    let read = |file: &mut File| {
        let mut bytes = Vec::new();
        let read = file.rewind().and_then(|()| file.take(how.most_output as u64).read_to_end(&mut bytes));
        read.map(|_| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    };
    Ok(Ran { status, ended, stdout: read(&mut out), stderr: read(&mut err) })
}

/// Waits for the end of a command, and brings it about where it takes too long or writes too much.
fn wait(child: &mut Child, timeout: Duration, outputs: &[&File]) -> std::io::Result<(Option<i32>, bool)> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status.code().filter(|_| status.signal().is_none()), false));
        }
        let written: u64 = outputs.iter().filter_map(|it| it.metadata().ok()).map(|it| it.len()).sum();
        if begun.elapsed() > timeout || written > MOST_WRITTEN {
            if let Some(group) = Pid::from_raw(child.id() as i32) {
                let _ = rustix::process::kill_process_group(group, Signal::KILL);
            }
            child.kill()?;
            let status = child.wait()?;
            return Ok((status.code(), true));
        }
        std::thread::sleep(TICK);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Effects, Executor, Owed, Ran, run};

    fn owed(argv: &[&str]) -> Owed {
        Owed { argv: argv.iter().map(|it| it.as_bytes().to_vec()).collect(), kind: "service-restart".into(), name: "sshd".into() }
    }

    fn executor(allow: &[&[&str]]) -> Executor {
        let allow = allow.iter().map(|it| it.iter().map(|it| (*it).to_owned()).collect()).collect();
        Executor { allow, elsewhere: true, ..Executor::default() }
    }

    #[test]
    fn only_what_is_allowed_word_by_word_may_be_run() {
        let check =
            |argv: &[&str]| Effects::Run(executor(&[&["true"], &["echo", "a*z", "*"], &["/bin/sh"]])).check(&[owed(argv)], true).map_err(|it| it.to_string());
        for good in [&["true"][..], &["echo", "az", ""], &["echo", "a-*-z", "x y"], &["/bin/sh"]] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
        for bad in [&["true", "x"][..], &["echo", "az"], &["echo", "azb", "c"], &["sh"], &["/bin/true"], &["echo", "b", "c"], &[]] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            Effects::Run(executor(&[&["none-such-program"]])).check(&[owed(&["none-such-program"])], true).map_err(|it| it.to_string()),
            Err("the effect `none-such-program` names no program of this machine; print effects instead of running them".into())
        );
        let here_only = Executor { elsewhere: false, ..executor(&[&["true"]]) };
        assert_eq!(
            Effects::Run(here_only).check(&[owed(&["true"])], false).map_err(|it| it.to_string()),
            Err("the effect `true` is for another machine than this one, as the target is not this one's root; print effects instead of running them".into())
        );
        assert!(Effects::Print.check(&[owed(&["anything"])], false).is_ok());
    }

    #[test]
    fn a_command_has_no_shell_no_environment_and_an_end() {
        let how = executor(&[]);
        let ran = run(&owed(&["/usr/bin/printf", "%s|", "$HOME", "a;b", "`id`"]), &how).expect("it runs");
        assert_eq!(ran, Ran { status: Some(0), ended: false, stdout: "$HOME|a;b|`id`|".into(), stderr: String::new() });
        let env = run(&owed(&["env"]), &how).expect("it runs").stdout;
        let mut names: Vec<&str> = env.lines().filter_map(|it| it.split_once('=')).map(|it| it.0).collect();
        names.sort_unstable();
        assert_eq!(names, ["DEBIAN_FRONTEND", "HOME", "LANG", "PATH"]);
        assert_eq!(run(&owed(&["false"]), &how).expect("it runs").status, Some(1));
        let short = Executor { timeout: Duration::from_millis(100), most_output: 3, ..executor(&[]) };
        let begun = std::time::Instant::now();
        let ran = run(&owed(&["sh", "-c", "echo abcdef; sleep 60 & sleep 60"]), &short).expect("it runs");
        assert_eq!((ran.ended, ran.is_good(), ran.stdout.as_str()), (true, false, "abc"));
        assert!(begun.elapsed() < Duration::from_secs(20), "it was ended");
    }
}
