//! The machines of the streams' corpus: configuration of our own making, as the two families have it, over the root.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    marks::{self, PROGRAM},
    script::{Layers, Mark},
};

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
    marks.extend(marks::read(&text));
    Layers { folders: vec![trees.join(family), trees.join("common")].into_iter().filter(|it| it.is_dir()).collect(), marks }
}
