//! umount(8).

use crate::{
    Answer, Call, Said, World,
    mounts::fstab,
    options::{self, Option_},
};

const OPTIONS: &[Option_] = &[
    ('a', "all", false),
    ('A', "all-targets", false),
    ('c', "no-canonicalize", false),
    ('d', "detach-loop", false),
    ('f', "force", false),
    ('i', "internal-only", false),
    ('l', "lazy", false),
    ('n', "no-mtab", false),
    ('q', "quiet", false),
    ('r', "read-only", false),
    ('R', "recursive", false),
    ('t', "types", true),
    ('v', "verbose", false),
];

/// Takes file systems away. What lay below one is no longer there; what lies there instead no tree says.
pub(super) fn unmount(world: &dyn World, call: &Call<'_>) -> Answer {
    let read = options::read(call.words, OPTIONS)?;
    if read.has("a") {
        return Ok(Said::recorded().blindly("what lies below the places of file systems that are gone is not known"));
    }
    if read.words.is_empty() {
        return Ok(Said::failed(1, "umount: bad usage\nTry 'umount --help' for more information.\n"));
    }
    let walks = read.has("R") || read.has("A");
    if walks && read.words.len() > 1 {
        return Err("several words behind `-R`".to_owned());
    }
    let (mut said, mut missing) = (Said::recorded(), 0);
    for word in &read.words {
        let path = call.path(word);
        if fstab::is_tag(word) || path.starts_with("/dev/") && !world.is_there(&path) || !word.starts_with('/') && !world.is_there(&path) && !word.starts_with('.') {
            return Err("a file system by another name than its place".to_owned());
        }
        if !world.is_there(&path) {
            missing += 1;
            said.stderr += &if walks { format!("umount: {word}: not found\n") } else { format!("umount: {word}: no mount point specified.\n") };
        } else if world.has_content(&path) {
            said.blind = Some(format!("what lies below {word} without its file system is not known"));
        }
    }
    if missing == read.words.len() {
        // Each failure has its own status; of several it is another (umount(8)).
        let status = if walks { 1 } else if missing == 1 { 32 } else { 64 };
        return Ok(Said::failed(status, said.stderr));
    }
    if missing > 0 {
        return Err("several places of which one is missing".to_owned());
    }
    Ok(said)
}
