//! mount(8), umount(8), swapon(8), swapoff(8) of util-linux 2.38: what `/etc/fstab` and the paths of a tree say; the rest is the
//! kernel's, and recorded.

mod fstab;
mod swap;
mod unmount;

use crate::{Answer, Call, Said, World, options::{self, Option_}};

/// The commands.
pub const NAMES: &[&str] = &["mount", "umount", "swapon", "swapoff", "lsblk", "blkid"];

/// Options of mount(8).
const OPTIONS: &[Option_] = &[
    ('a', "all", false),
    ('B', "bind", false),
    ('c', "no-canonicalize", false),
    ('F', "fork", false),
    ('i', "internal-only", false),
    ('L', "label", true),
    ('M', "move", false),
    ('n', "no-mtab", false),
    ('o', "options", true),
    ('O', "test-opts", true),
    ('R', "rbind", false),
    ('r', "read-only", false),
    ('t', "types", true),
    ('U', "uuid", true),
    ('v', "verbose", false),
    ('w', "rw", false),
    (' ', "make-private", false),
    (' ', "make-rprivate", false),
    (' ', "make-rshared", false),
    (' ', "make-rslave", false),
    (' ', "make-shared", false),
    (' ', "make-slave", false),
    (' ', "source", true),
    (' ', "target", true),
];

/// What mount(8) adds to a failed system call.
const MORE: &str = "       dmesg(1) may have more information after failed mount system call.\n";

/// Carries out a call.
pub fn run(world: &dyn World, call: &Call<'_>) -> Answer {
    match call.name {
        "mount" => mount(world, call),
        "umount" => unmount::unmount(world, call),
        "swapon" => swap::on(world, call),
        "swapoff" => swap::off(world, call),
        // Which disks a machine has no file of a tree says.
        _ => Err("a question about the machine's disks".to_owned()),
    }
}

fn mount(world: &dyn World, call: &Call<'_>) -> Answer {
    let read = options::read(call.words, OPTIONS)?;
    let given: Vec<&str> = read.options.iter().filter(|it| it.0 == "o").flat_map(|it| it.1.split(',')).collect();
    let asked = |letter: &str, word: &str| read.has(letter) || given.contains(&word);
    let is_bind = asked("B", "bind") || asked("R", "rbind") || asked("M", "move");
    if read.has("a") {
        return if read.words.is_empty() { Ok(Said::recorded()) } else { Err("words behind `-a`".to_owned()) };
    }
    let tag = read.value("L").map(|it| format!("LABEL={it}")).or_else(|| read.value("U").map(|it| format!("UUID={it}")));
    let source = read.value("source").map(str::to_owned).or(tag);
    let target = read.value("target").map(str::to_owned);
    let (source, target, word) = match (&read.words[..], source, target) {
        ([], None, None) => return Err("a question about the machine's mounts".to_owned()),
        ([], source, target) => (source, target, None),
        ([one], None, None) => (None, None, Some(one.clone())),
        ([one], Some(source), None) => (Some(source), Some(one.clone()), None),
        ([one], None, Some(target)) => (Some(one.clone()), Some(target), None),
        ([source, target], None, None) => (Some(source.clone()), Some(target.clone()), None),
        _ => return Err("so many words".to_owned()),
    };
    let changes_flags = read.options.iter().any(|it| it.0.starts_with("make-"));
    if given.contains(&"remount") || changes_flags && source.is_none() {
        let target = target.or(word).unwrap_or_default();
        return again(world, &target, changes_flags);
    }
    match (source, target) {
        (Some(source), Some(target)) => two(world, call, &source, &target, is_bind, &given, read.value("t")),
        (source, target) if is_bind => Err(format!("a second name for {}", source.or(target).or(word).unwrap_or_default())),
        (source, target) => one(world, call, source, target, word),
    }
}

/// A remount, or how a mount hands on what is mounted below it. Whether something is mounted there, the kernel knows.
fn again(world: &dyn World, target: &str, changes_flags: bool) -> Answer {
    let is_missing = target.starts_with('/') && !target.contains("//") && world.stat(target, false).is_none() && !target.starts_with("/dev/");
    let known = |line: &fstab::Line| line.source == target || line.target.trim_end_matches('/') == target.trim_end_matches('/');
    Ok(if is_missing && !changes_flags && !fstab::read(world)?.iter().any(known) { no_target(target) } else { Said::recorded() })
}

fn no_target(target: &str) -> Said {
    Said::failed(32, format!("mount: {target}: mount point does not exist.\n{MORE}"))
}

/// One word: the other one is in `/etc/fstab`, or it is an error.
fn one(world: &dyn World, call: &Call<'_>, source: Option<String>, target: Option<String>, word: Option<String>) -> Answer {
    let table = fstab::read(world)?;
    let path = |it: &str| fstab::plain(world, &call.path(it));
    let is_source = |it: &str| table.iter().any(|line| line.source == it);
    let is_word = |it: &str| table.iter().any(|line| line.target == it);
    let named = source.as_deref().or(target.as_deref()).or(word.as_deref()).unwrap_or_default();
    let found = match (&source, &target) {
        (Some(it), _) => is_source(it),
        (_, Some(it)) => is_word(it) || fstab::has_target(world, &table, &path(it)?)?,
        _ => is_source(named) || is_word(named) || !fstab::is_tag(named) && fstab::has_target(world, &table, &path(named)?)?,
    };
    if found {
        return Ok(Said::recorded());
    }
    // A device has further names, which only the machine knows.
    if target.is_none() && (fstab::is_tag(named) || path(named)?.starts_with("/dev/")) {
        return Err("the source of a file system by a name that /etc/fstab does not have".to_owned());
    }
    let what = match (source.is_some(), target.is_some()) {
        (true, _) => format!("can't find mount source {named} in"),
        (_, true) => "can't find mount point in".to_owned(),
        _ => "can't find in".to_owned(),
    };
    Ok(Said::failed(1, format!("mount: {named}: {what} /etc/fstab.\n")))
}

/// A source and where it goes.
fn two(world: &dyn World, call: &Call<'_>, source: &str, target: &str, is_bind: bool, given: &[&str], kind: Option<&str>) -> Answer {
    let path = call.path(target);
    let Some(there) = world.stat(&path, true) else {
        let is_plain = !target.contains("//") && !target.ends_with('/') && !given.iter().any(|it| it.starts_with("loop") || it.starts_with("X-mount")) && !fstab::is_tag(source) && kind.is_none_or(|it| matches!(it, "tmpfs" | "ext4" | "ext3" | "ext2" | "xfs" | "proc" | "sysfs"));
        return if is_plain && world.stat(&path, false).is_none() { Ok(no_target(target)) } else { Err("a mount where no folder is".to_owned()) };
    };
    if is_bind {
        if source.starts_with('/') && !source.starts_with("/dev/") && !world.is_there(source) {
            if fstab::plain(world, &path)? != target {
                return Err("a mount where a path leads".to_owned());
            }
            return Ok(Said::failed(32, format!("mount: {target}: special device {source} does not exist.\n{MORE}")));
        }
        return Ok(Said::recorded().blindly(format!("what lies below {target} is then what lies below {source}")));
    }
    if kind == Some("tmpfs") && !fstab::is_tag(source) && there.kind != crate::Kind::Folder && fstab::plain(world, &path)? == target {
        return Ok(Said::failed(32, format!("mount: {target}: mount point is not a directory.\n{MORE}")));
    }
    if !world.has_content(&path) {
        return Ok(Said::recorded());
    }
    Ok(Said::recorded().blindly(format!("what lies below {target} is then no longer what the tree has there")))
}
