//! The tools that stand here instead of bashkit's: those whose result hangs on owners, modes and links, which bashkit does not
//! have, and those that run other commands.
//!
//! To add a tool: a function of the kind [`call::Act`] in the file of its family, and its line in [`OWN`].

mod allowed;
mod attribute;
pub(crate) mod awk;
mod backup;
mod call;
mod copy;
pub(crate) mod date;
pub(crate) mod difference;
mod edit;
mod file_systems;
mod find;
mod gzip;
mod identity;
mod install;
mod link;
mod listing;
mod mode;
mod name_pattern;
mod options;
mod owner;
mod patch;
mod pattern;
mod place;
mod printed;
mod remove;
mod rename;
mod sameness;
mod search;
mod show;
mod status;
mod stream;
mod tape;
mod temporary;
pub(crate) mod text;
mod wait;
pub(crate) mod wrap;
mod xargs;

use gnu_bash::{Ended, Program, Shell};

use crate::kernel::Kernel;
pub(crate) use allowed::{is_faithful, unknown_option};
use call::Act;
pub(crate) use call::{line, unmodelled};

/// Our tools, and what each one does.
const OWN: &[(&str, Act)] = &[
    ("chattr", attribute::chattr),
    ("chgrp", owner::chgrp),
    ("chmod", mode::chmod),
    ("chown", owner::chown),
    ("cmp", search::cmp),
    ("cp", copy::cp),
    ("date", date::date),
    ("egrep", search::grep),
    ("fgrep", search::grep),
    ("getent", identity::getent),
    ("grep", search::grep),
    ("groups", identity::groups),
    ("gunzip", gzip::gunzip),
    ("gzip", gzip::gzip),
    ("hostname", identity::hostname),
    ("id", identity::id),
    ("install", install::install),
    ("link", link::link),
    ("ln", link::ln),
    ("logname", identity::logname),
    ("ls", listing::ls),
    ("mkdir", place::mkdir),
    ("mkfifo", place::mkfifo),
    ("mktemp", temporary::mktemp),
    ("mv", rename::mv),
    ("patch", patch::patch),
    ("readlink", show::readlink),
    ("realpath", show::realpath),
    ("rm", remove::rm),
    ("rmdir", remove::rmdir),
    ("sed", edit::sed),
    ("setfattr", attribute::setfattr),
    ("sleep", wait::sleep),
    ("stat", status::stat),
    ("sync", stream::sync),
    ("tar", tape::tar),
    ("tee", stream::tee),
    ("touch", place::touch),
    ("truncate", stream::truncate),
    ("uname", identity::uname),
    ("unlink", remove::unlink),
    ("whoami", identity::whoami),
    ("zcat", gzip::zcat),
];

/// Answers whether a tool is ours.
pub(crate) fn is_own(name: &str) -> bool {
    OWN.iter().any(|it| it.0 == name)
}

/// Answers whether a tool stands in for a program that the target has.
pub(crate) fn stands_in(name: &str) -> bool {
    is_own(name) || awk::NAMES.contains(&name)
}

/// Tools whose messages were held against the real ones, to the letter.
const EXACT: &[&str] = &[
    "chgrp", "chmod", "chown", "cmp", "cp", "date", "egrep", "fgrep", "grep", "install", "ln", "ls", "mkdir", "mv", "patch", "readlink", "realpath", "rm", "rmdir",
    "sed", "stat", "tar", "tee", "touch",
];

/// Answers whether the words of a tool's messages may be others.
pub(crate) fn is_vague(name: &str) -> bool {
    is_own(name) && !EXACT.contains(&name)
}

/// Runs a tool of ours.
pub(crate) fn run(kernel: &Kernel, name: &str, args: &[String], cwd: &str, environment: &[(String, String)], stdin: &[u8]) -> Ended {
    match OWN.iter().find(|it| it.0 == name) {
        Some((name, act)) => call::run(kernel, name, *act, args, cwd, environment, stdin),
        None => Ended { status: 127, ..Ended::default() },
    }
}

/// Answers whether a tool takes words that are no UTF-8 for the bytes that they stand for.
pub(crate) fn takes_bytes(name: &str) -> bool {
    !matches!(name, "date" | "getent" | "gunzip" | "gzip" | "hostname" | "id" | "patch" | "setfattr" | "chattr" | "sleep" | "tar" | "zcat" | "groups")
}

/// Answers whether a tool runs other commands.
pub(crate) fn runs_others(name: &str) -> bool {
    name == "find" || wrap::NAMES.contains(&name)
}

/// Runs a tool that runs other commands, which go through the shell.
pub(crate) fn run_others(shell: &mut Shell, kernel: &Kernel, name: &str, program: &Program) -> i32 {
    if name == "find" { find::run(shell, kernel, &program.argv[1..], &program.environment) } else { wrap::run(shell, kernel, name, &program.argv[1..], &program.environment) }
}

/// Answers whether a program of this name is one of the tools that a Debian base has.
pub(crate) fn is_program(name: &str) -> bool {
    // setfattr(1) is no part of Debian's base: it stands where the target has it.
    // So does gawk(1), which a base has only as another awk.
    is_own(name) && name != "setfattr"
        || awk::NAMES.contains(&name) && name != "gawk"
        || runs_others(name)
        || text::is_text(name)
        || allowed::is_program(name)
}
