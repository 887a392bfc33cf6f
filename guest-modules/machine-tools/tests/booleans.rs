//! setsebool(8) beside the real tool (policycoreutils 3.4, libsemanage 3.4) on a store of a real policy (selinux-policy-default 2.20221101).
//!
//! `by_chance` needs `MACHINE_ROOT` as in `agrees`, with these packages, and runs each call in both: the list of booleans, the store's policy and the
//! kernel's must be equal byte for byte, and so messages and status. `BOOLEANS_CALLS` (25) and `BOOLEANS_SEED` say how long and from where.

#[path = "agrees/chance.rs"]
#[allow(dead_code, reason = "the other test asks for more")]
mod chance;
#[path = "agrees/memory.rs"]
#[allow(dead_code, reason = "the other test lays it out")]
mod memory;

use chance::Chance;
use machine_tools::{Call, World as _};
use memory::{Memory, Node};
use std::path::Path;

fn words(line: &str) -> Vec<String> {
    line.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn called(memory: &Memory, name: &str, line: &str) -> Result<(u32, String, String), String> {
    let words = words(line);
    let it = machine_tools::run(memory, &Call { name, words: &words, stdin: b"", cwd: "/", umask: 0o022 })?;
    Ok((it.status, it.stdout, it.stderr))
}

/// Booleans of a policy: those that its own tool lists.
fn names(root: &Path) -> Vec<String> {
    let done = std::process::Command::new("chroot").arg(root).args(["/usr/sbin/semanage", "boolean", "-l", "-n"]).output().expect("semanage runs");
    String::from_utf8_lossy(&done.stdout).lines().filter_map(|it| it.split(' ').next()).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs a Debian 12 root with SELinux: MACHINE_ROOT"]
fn by_chance() {
    let root = std::env::var_os("MACHINE_ROOT").expect("MACHINE_ROOT names a Debian 12 root");
    let root = Path::new(&root);
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise);
    let (names, mut chance) = (names(root), Chance::of(number("BOOLEANS_SEED", 1)));
    assert!(names.len() > 50);
    let memory = Memory::default();
    for part in ["/etc/selinux/config", "/etc/selinux/default/policy", "/var/lib/selinux/default/active"] {
        memory.take(root, part);
    }
    for _ in 0..number("BOOLEANS_CALLS", 25) {
        let name = |chance: &mut Chance| names[chance.below(names.len() as u64) as usize].clone();
        let value = |chance: &mut Chance| chance.one(&["1", "0", "on", "off", "true", "false", "ON", "maybe", "2"]).to_owned();
        let line = match chance.below(10) {
            0 => format!("-P {}", name(&mut chance)),
            1 => format!("{} -P {}", name(&mut chance), value(&mut chance)),
            2..=4 => format!("-P {} {}", name(&mut chance), value(&mut chance)),
            5 => format!("-PV {} {}", name(&mut chance), chance.one(&["on", "off"])),
            _ => "-P".to_owned() + &(0..1 + chance.below(5)).map(|_| format!(" {}={}", name(&mut chance), chance.one(&["1", "0", "on", "off"]))).collect::<String>(),
        };
        let done = std::process::Command::new("chroot").arg(root).arg("/usr/sbin/setsebool").args(words(&line)).output().expect("setsebool runs");
        let text = |it: Vec<u8>| String::from_utf8_lossy(&it).lines().filter(|it| !it.contains("libsemanage.add_user")).map(|it| format!("{it}\n")).collect::<String>();
        let real = (done.status.code().unwrap_or(255) as u32, text(done.stdout), text(done.stderr));
        assert_eq!(called(&memory, "setsebool", &line), Ok(real), "setsebool {line}");
        for path in ["/var/lib/selinux/default/active/booleans.local", "/var/lib/selinux/default/active/policy.kern", "/etc/selinux/default/policy/policy.33"] {
            let real = std::fs::read(root.join(path.trim_start_matches('/'))).ok();
            assert!(memory.read(path) == real, "setsebool {line}: {path}: {:?}", memory.text(path).map(|it| it.chars().take(400).collect::<String>()));
        }
    }
}

/// A policy without anything but two booleans and a condition on them: `first && !second`.
fn small(first: u32, second: u32, state: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut put = |words: &[u32]| words.iter().for_each(|it| out.extend(it.to_le_bytes()));
    put(&[0xf97c_ff8c, 8]);
    out.extend(b"SE Linux");
    let mut put = |words: &[u32]| words.iter().for_each(|it| out.extend(it.to_le_bytes()));
    // Version 33, without levels, eight tables; two empty sets; five empty tables.
    put(&[33, 0, 8, 7, 64, 0, 0, 64, 0, 0]);
    put(&[0; 10]);
    put(&[2, 2, 1, first, 5]);
    out.extend(b"first");
    let mut put = |words: &[u32]| words.iter().for_each(|it| out.extend(it.to_le_bytes()));
    put(&[2, second, 6]);
    out.extend(b"second");
    let mut put = |words: &[u32]| words.iter().for_each(|it| out.extend(it.to_le_bytes()));
    put(&[0, 0, 0, 0]);
    // No rules; one condition of four parts, without rules of its own.
    put(&[0, 1, state, 4, 1, 1, 1, 2, 2, 0, 4, 0, 0, 0]);
    // No transitions, no names, seven kinds of labels, no file systems.
    put(&[0; 11]);
    out
}

fn machine(policy: Vec<u8>) -> Memory {
    let memory = Memory::default();
    memory.put("/etc/selinux/config", Node::file("# c\nSELINUX=enforcing\nSELINUXTYPE=targeted\n"));
    memory.put("/etc/selinux/targeted/policy/policy.33", Node::file(policy.clone()));
    for (name, bytes) in [("policy.kern", policy.clone()), ("policy.linked", policy), ("commit_num", Vec::new()), ("seusers.linked", Vec::new())] {
        memory.put(&format!("/var/lib/selinux/targeted/active/{name}"), Node { mode: 0o600, ..Node::file(bytes) });
    }
    memory
}

#[test]
fn a_boolean_and_what_hangs_on_it() {
    let memory = machine(small(0, 0, 0));
    assert_eq!(called(&memory, "setsebool", "-P first on"), Ok((0, String::new(), String::new())));
    assert!(memory.read("/etc/selinux/targeted/policy/policy.33") == Some(small(1, 0, 1)));
    assert!(memory.read("/var/lib/selinux/targeted/active/policy.kern") == Some(small(1, 0, 1)));
    assert_eq!(called(&memory, "semanage", "boolean -m --on second"), Ok((0, String::new(), String::new())));
    assert!(memory.read("/etc/selinux/targeted/policy/policy.33") == Some(small(1, 1, 0)));
    let list = "# This file is auto-generated by libsemanage\n# Do not edit directly.\n\nfirst=1\nsecond=1\n";
    assert_eq!(memory.text("/var/lib/selinux/targeted/active/booleans.local").as_deref(), Some(list));
    assert_eq!(called(&memory, "setsebool", "-P third on"), Ok((255, String::new(), "Boolean third is not defined\n".to_owned())));
}

#[test]
fn a_policy_that_is_not_understood_is_left_alone() {
    // A condition whose state is not what its booleans say, and a policy cut short.
    let mut cut = small(0, 0, 0);
    cut.truncate(cut.len() - 5);
    for policy in [small(0, 0, 1), cut, b"nothing".to_vec()] {
        let memory = machine(policy.clone());
        assert_eq!(called(&memory, "setsebool", "-P first on"), Err("a policy of such a form".to_owned()));
        assert!(memory.read("/etc/selinux/targeted/policy/policy.33") == Some(policy));
    }
}

#[test]
fn without_a_configuration_there_is_no_selinux() {
    let memory = Memory::default();
    assert_eq!(called(&memory, "selinuxenabled", ""), Ok((1, String::new(), String::new())));
    assert_eq!(called(&memory, "getenforce", ""), Ok((0, "Disabled\n".to_owned(), String::new())));
    assert_eq!(called(&memory, "setenforce", "0"), Ok((1, String::new(), "setenforce: SELinux is disabled\n".to_owned())));
    assert_eq!(called(&memory, "sestatus", ""), Ok((0, "SELinux status:                 disabled\n".to_owned(), String::new())));
    assert_eq!(called(&memory, "getsebool", "-a"), Ok((1, String::new(), "getsebool:  SELinux is disabled\n".to_owned())));
    assert_eq!(called(&memory, "restorecon", "-R -v /etc"), Ok((0, String::new(), String::new())));
}
