//! swapon(8) and swapoff(8): what is swapped to is the kernel's; that a file is missing is the tree's.

use crate::{
    Answer, Call, Said, World,
    mounts::fstab,
    options::{self, Option_},
};

const ON: &[Option_] = &[('a', "all", false), ('e', "ifexists", false), ('f', "fixpgsz", false), ('o', "options", true), ('p', "priority", true), ('v', "verbose", false)];
const OFF: &[Option_] = &[('a', "all", false), ('v', "verbose", false)];

/// swapon(8).
pub(super) fn on(world: &dyn World, call: &Call<'_>) -> Answer {
    let read = options::read(call.words, ON)?;
    if !read.has("a") && read.words.is_empty() {
        return Err("a question about the kernel's swap".to_owned());
    }
    each(world, call, &read.words, read.has("a") || read.has("v"), 255, |word| format!("swapon: cannot open {word}: No such file or directory\n"))
}

/// swapoff(8).
pub(super) fn off(world: &dyn World, call: &Call<'_>) -> Answer {
    let read = options::read(call.words, OFF)?;
    if !read.has("a") && read.words.is_empty() {
        return Ok(Said::failed(16, "swapoff: bad usage\nTry 'swapoff --help' for more information.\n"));
    }
    each(world, call, &read.words, read.has("a") || read.has("v"), 4, |word| format!("swapoff: {word}: swapoff failed: No such file or directory\n"))
}

fn each(world: &dyn World, call: &Call<'_>, words: &[String], says_more: bool, status: u32, message: impl Fn(&str) -> String) -> Answer {
    let mut missing = String::new();
    let mut count = 0;
    for word in words {
        let path = call.path(word);
        if fstab::is_tag(word) || path.starts_with("/dev/") {
            continue;
        }
        if !world.is_there(&path) {
            missing += &message(word);
            count += 1;
        }
    }
    match count {
        0 => Ok(Said::recorded()),
        _ if count == words.len() && !says_more => Ok(Said::failed(status, missing)),
        _ => Err("several swap files of which one is missing".to_owned()),
    }
}
