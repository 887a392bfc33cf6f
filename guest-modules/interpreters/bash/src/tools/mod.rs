//! The tools that stand here instead of bashkit's: those whose result hangs on owners, modes and links, which bashkit does not
//! have, and those that run other commands.
//!
//! To add a tool: a function of the kind [`call::Act`] in the file of its family, and its line in [`OWN`].

mod allowed;
mod call;
mod copy;
mod edit;
mod find;
mod gzip;
mod identity;
mod mode;
mod options;
mod owner;
mod pattern;
mod place;
mod remove;
mod show;
mod stream;
mod tape;
mod temporary;
mod test;
mod wrap;

use std::sync::Arc;

use bashkit::BashBuilder;

use crate::kernel::Kernel;
pub(crate) use allowed::{is_faithful, unknown_option};
use call::{Act, Tool};
pub(crate) use call::{line, unmodelled};

/// Our tools, and what each one does.
const OWN: &[(&str, Act)] = &[
    ("[", test::test),
    ("chgrp", owner::chgrp),
    ("chmod", mode::chmod),
    ("chown", owner::chown),
    ("cp", copy::cp),
    ("getent", identity::getent),
    ("groups", identity::groups),
    ("gunzip", gzip::gunzip),
    ("gzip", gzip::gzip),
    ("hostname", identity::hostname),
    ("id", identity::id),
    ("install", place::install),
    ("link", place::link),
    ("ln", place::ln),
    ("logname", identity::logname),
    ("ls", show::ls),
    ("mkdir", place::mkdir),
    ("mkfifo", place::mkfifo),
    ("mktemp", temporary::mktemp),
    ("mv", copy::mv),
    ("readlink", show::readlink),
    ("realpath", show::realpath),
    ("rm", remove::rm),
    ("rmdir", remove::rmdir),
    ("sed", edit::sed),
    ("stat", show::stat),
    ("sync", stream::sync),
    ("tar", tape::tar),
    ("tee", stream::tee),
    ("test", test::test),
    ("touch", place::touch),
    ("truncate", stream::truncate),
    ("umask", mode::umask),
    ("uname", identity::uname),
    ("unlink", remove::unlink),
    ("whoami", identity::whoami),
    ("zcat", gzip::zcat),
];

/// Puts our tools in place.
pub(crate) fn install(mut builder: BashBuilder, kernel: &Arc<Kernel>) -> BashBuilder {
    for (name, act) in OWN {
        builder = builder.builtin(*name, Box::new(Tool { kernel: kernel.clone(), name, act: *act }));
    }
    builder = builder.builtin("find", Box::new(find::Find { kernel: kernel.clone() }));
    for name in wrap::NAMES {
        builder = builder.builtin(*name, Box::new(wrap::Wrapper { kernel: kernel.clone(), name }));
    }
    builder
}

/// Answers whether a program of this name is one of the tools that a Debian base has.
pub(crate) fn is_program(name: &str) -> bool {
    OWN.iter().any(|it| it.0 == name && !matches!(name, "umask" | "test" | "[")) || name == "find" || wrap::NAMES.contains(&name) || allowed::is_program(name)
}
