//! Tables and calls by chance for mount(8) and its kin (util-linux 2.38.1).

use super::{Case, Made, chance::Chance, memory::Node, words};
use machine_tools::Kind;

const PLACES: &[&str] = &["/data", "/nodir", "/none", "/nothere", "/data/sub", "/file", "/la\\040b", "none", "/", "/lnk"];
const SOURCES: &[&str] = &["/dev/sdz1", "UUID=0a-1", "LABEL=x", "tmpfs", "/dev/mapper/a-b", "host:/x", "proc", "PARTUUID=7"];

fn table(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(5) {
        if chance.in_ten(2) {
            text += chance.one(&["# a comment\n", "\n", "  \n", "\t# indented\n"]);
        }
        let gap = chance.one(&[" ", "\t", "  \t "]);
        text += &format!("{}{gap}{}{gap}{}{gap}{}{}\n", chance.one(SOURCES), chance.one(PLACES), chance.one(&["ext4", "tmpfs", "auto", "swap"]), chance.one(&["defaults", "rw,nodev", "noauto"]), chance.one(&["", " 0 0", "\t0\t2", " 0"]));
    }
    text
}

fn call(chance: &mut Chance) -> Made {
    let place = chance.one(&["/data", "/nodir", "/none", "/nothere", "/nothere/", "//nothere", "nothere", "none", "/data/sub", "/file", "/lnk", "/la b", "/nothere/x", "UUID=0a-1", "/dev/sdz1", "tmpfs"]);
    let source = chance.one(&["tmpfs", "/nothere", "/data", "/dev/sdz9", "LABEL=no", "none"]);
    let (name, line) = match chance.below(14) {
        0..=4 => ("mount", format!("{} {place}", chance.one(&["", "", "--target", "--source", "-o ro", "-v", "-t ext4", "-rn", "-o nodev,noexec", "--target", "-w"]))),
        5 => ("mount", format!("-o {} {place}", chance.one(&["remount", "remount,nodev", "ro,remount"]))),
        6 => ("mount", format!("-t {} {source} {place}", chance.one(&["tmpfs", "ext4", "xfs"]))),
        7 => ("mount", format!("{} {source} {place}", chance.one(&["--bind", "-o bind", "-B", "--rbind"]))),
        8 => ("mount", format!("{source} {place}")),
        9 | 10 => ("umount", format!("{} {place} {}", chance.one(&["", "-l", "-f", "-R", "-v", "-d"]), chance.one(&["", "", "", "/nothere2"]))),
        11 => ("swapon", format!("{} {place}", chance.one(&["", "-p 3", "-v", "-f"]))),
        12 => ("swapoff", format!("{} {place} {}", chance.one(&["", "-v", ""]), chance.one(&["", "/nothere2", ""]))),
        _ => (chance.one(&["mount", "umount", "swapoff", "swapon"]), chance.one(&["", "-a", "-q", "--nothing", "-o"]).to_owned()),
    };
    (if name == "mount" { "mount" } else if name == "umount" { "umount" } else if name == "swapon" { "swapon" } else { "swapoff" }, words(&line), String::new())
}

/// Makes a table, some paths and calls.
pub fn case(chance: &mut Chance) -> Case {
    let mut files = Vec::new();
    if chance.in_ten(9) {
        files.push(("/etc/fstab".to_owned(), Node::file(table(chance))));
    }
    let folder = || Node { kind: Kind::Folder, mode: 0o755, ..Node::file("") };
    if chance.in_ten(7) {
        files.push(("/data/sub".to_owned(), folder()));
    }
    if chance.in_ten(7) {
        files.push(("/nodir".to_owned(), folder()));
    }
    if chance.in_ten(5) {
        files.push(("/file".to_owned(), Node::file("x\n")));
    }
    if chance.in_ten(2) {
        files.push(("/lnk".to_owned(), Node { kind: Kind::Link, mode: 0o777, ..Node::file("data") }));
    }
    let calls = (0..1 + chance.below(3)).map(|_| call(chance)).collect();
    Case { files, calls }
}
