//! The machines of the streams' corpus: configuration of our own making, as the two families have it, over the root.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::script::{Layers, Mark};

/// A program that is there, and that only a model or a recorder can stand for: an ELF header and nothing else.
const PROGRAM: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0";

/// Tools of a Red Hat machine that the root does not have.
const RHEL: &[&str] = &[
    "usr/bin/authselect",
    "usr/bin/dnf",
    "usr/bin/fips-mode-setup",
    "usr/bin/firewall-cmd",
    "usr/bin/newaliases",
    "usr/bin/nmcli",
    "usr/bin/update-ca-trust",
    "usr/bin/update-crypto-policies",
    "usr/bin/yum",
    "usr/bin/zypper",
    "usr/sbin/aide",
    "usr/sbin/authconfig",
    "usr/sbin/chkstat",
    "usr/sbin/dracut",
    "usr/sbin/fapolicyd-cli",
    "usr/sbin/getenforce",
    "usr/sbin/getsebool",
    "usr/sbin/grub2-editenv",
    "usr/sbin/grub2-mkconfig",
    "usr/sbin/grubby",
    "usr/sbin/restorecon",
    "usr/sbin/selinuxenabled",
    "usr/sbin/semanage",
    "usr/sbin/setenforce",
    "usr/sbin/setsebool",
];
/// Tools of a Debian machine that the root does not have.
const DEBIAN: &[&str] =
    &["usr/bin/newaliases", "usr/sbin/aide", "usr/sbin/aa-enforce", "usr/sbin/apparmor_parser", "usr/sbin/update-grub", "usr/sbin/update-initramfs"];

/// A Debian machine.
pub(crate) fn debian(project: &Path) -> Layers {
    machine(project, "debian", DEBIAN)
}

/// A Red Hat machine, on Debian's tools, with the packages of a database.
pub(crate) fn rhel(project: &Path, database: PathBuf) -> Layers {
    let mut machine = machine(project, "rhel", RHEL);
    machine.folders.push(database);
    machine
}

fn machine(project: &Path, family: &str, programs: &[&str]) -> Layers {
    let trees = project.join("tests/differential/trees");
    let program = |path: &&str| (format!("/{path}"), Mark { mode: Some(0o755), content: Some(PROGRAM.to_vec()), ..Mark::default() });
    let mut marks: BTreeMap<String, Mark> = programs.iter().map(program).collect();
    let text = std::fs::read_to_string(trees.join(format!("{family}.marks"))).unwrap_or_default();
    marks.extend(text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#')).filter_map(mark));
    Layers { folders: vec![trees.join(family), trees.join("common")].into_iter().filter(|it| it.is_dir()).collect(), marks }
}

/// A line of a list: `path mode uid:gid`, `path dir mode uid:gid`, `path file mode uid:gid` (empty), or `path -> target`.
fn mark(line: &str) -> Option<(String, Mark)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (path, rest) = words.split_first()?;
    let mut mark = Mark::default();
    if let ["->", target] = rest {
        mark.target = Some((*target).to_owned());
        return Some(((*path).to_owned(), mark));
    }
    for word in rest {
        match (*word, word.split_once(':')) {
            ("dir", _) => mark.is_dir = true,
            ("file", _) => mark.content = Some(Vec::new()),
            (_, Some((uid, gid))) => (mark.uid, mark.gid) = (uid.parse().ok(), gid.parse().ok()),
            (mode, None) => mark.mode = u32::from_str_radix(mode, 8).ok(),
        }
    }
    Some(((*path).to_owned(), mark))
}
