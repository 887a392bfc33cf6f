//! What must survive untouched while a fix changes a neighbour: names of any bytes, long paths, contents of any shape, attributes; out of
//! a directory and out of a tar, looked at by a full walk and end to end.

use std::{collections::BTreeMap, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path};

use invitro::tree::{FileType, Tree};

use crate::machine::run;

/// Names below `/srv` with their contents; the last is a path of 4095 bytes, as long as a path can be.
fn odd() -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all: Vec<(Vec<u8>, Vec<u8>)> = [
        (b"new\nline".as_slice(), b"x\n".as_slice()),
        (b" two  spaces ", b"x"),
        (b"\xff\xfe\x80", b"\xff\0\r\n\xc3("),
        (b"empty", b""),
        (b"no-final-newline", b"a\nb"),
        (b"-rf *", b"\n\n"),
        (b"quote'\"\\`$x", b"$(false)"),
        (b"tab\tbell\x07", b"\x1b[31m"),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_vec(), bytes.to_vec()))
    .collect();
    let mut deep = Vec::new();
    while deep.len() < 3840 {
        deep.extend([vec![b'd'; 200], b"/".to_vec()].concat());
    }
    // `/srv/` and the name of the file make 4095 bytes of it.
    deep.extend(vec![b'f'; 4095 - 5 - deep.len()]);
    all.push((deep, b"deep".to_vec()));
    all
}

fn lay(root: &Path) {
    for folder in ["etc", "srv"] {
        fs::create_dir_all(root.join(folder)).expect("a folder can be made");
    }
    fs::write(root.join("etc/neighbour"), "one\n").expect("a file can be written");
    for (name, bytes) in odd() {
        lay_one(root, &name, &bytes);
    }
}

/// Lays a file folder by folder, as its path with that of the scratch folder is longer than the kernel takes.
fn lay_one(root: &Path, name: &[u8], bytes: &[u8]) {
    use rustix::fs::{Mode, OFlags};
    let folder = |at: &std::os::fd::OwnedFd, part: &[u8]| {
        let _ = rustix::fs::mkdirat(at, part, Mode::from_raw_mode(0o755));
        rustix::fs::openat(at, part, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).expect("a folder")
    };
    let mut at = rustix::fs::open(root.join("srv"), OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).expect("a folder");
    let parts: Vec<&[u8]> = name.split(|it| *it == b'/').collect();
    let (last, folders) = parts.split_last().expect("a name");
    for part in folders {
        at = folder(&at, part);
    }
    let file = rustix::fs::openat(&at, *last, OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC, Mode::from_raw_mode(0o644)).expect("a file");
    assert_eq!(rustix::io::write(&file, bytes), Ok(bytes.len()));
}

/// A tar of the same files; one of them bears attributes.
fn packed() -> Vec<u8> {
    let mut made = tar::Builder::new(Vec::new());
    let mut add = |name: &[u8], bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        if name == b"etc/capable" {
            let extensions =
                [("SCHILY.xattr.security.capability", [&[1, 0, 0, 2, 0, 32][..], &[0; 14]].concat()), ("RHT.security.selinux", b"a:b:c:s0".to_vec())];
            made.append_pax_extensions(extensions.iter().map(|(key, value)| (*key, value.as_slice()))).expect("it takes records");
        }
        if name == b"etc/spoken" {
            made.append_pax_extensions([("SCHILY.acl.access", b"user::rw-,user:lisa:rw-,group::r--,mask::rw-,other::r--".as_slice())])
                .expect("it takes records");
        }
        made.append_data(&mut header, OsStr::from_bytes(name), bytes).expect("it takes bytes");
    };
    for (name, bytes) in [("etc/neighbour", "one\n"), ("etc/capable", "x"), ("etc/spoken", "x")] {
        add(name.as_bytes(), bytes.as_bytes());
    }
    for (name, bytes) in odd() {
        add(&[b"srv/", name.as_slice()].concat(), &bytes);
    }
    made.into_inner().expect("it ends")
}

/// Every file below a folder of a tree, with its bytes.
fn walked(tree: &Tree) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let (mut all, mut folders) = (BTreeMap::new(), vec![b"/srv".to_vec()]);
    while let Some(folder) = folders.pop() {
        for entry in tree.list(&folder).expect("a readable folder") {
            let path = [folder.as_slice(), b"/", &entry.name].concat();
            match entry.kind {
                FileType::Directory => folders.push(path),
                _ => drop(all.insert(path.clone(), tree.read_all(&path).expect("readable").to_vec())),
            }
        }
    }
    all
}

/// Tries a fix on a target: the neighbour alone changes, and the rest is what was laid.
fn check(target: &Path) {
    let wanted: BTreeMap<Vec<u8>, Vec<u8>> = odd().into_iter().map(|(name, bytes)| ([b"/srv/", name.as_slice()].concat(), bytes)).collect();
    assert_eq!(wanted.keys().map(Vec::len).max(), Some(4095), "PATH_MAX, less its NUL");
    let tree = Tree::open(target).expect("a tree");
    assert_eq!(walked(&tree), wanted);
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let fix = scratch.path().join("fix.sh");
    fs::write(&fix, "sed -i s/one/uno/ /etc/neighbour\n: > /srv/beside\nchmod 600 /srv/empty\n").expect("a file can be written");
    let (status, out, err) = run(&["try", &fix.display().to_string(), "--on", &target.display().to_string(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let changed: Vec<_> = report["changes"].as_array().expect("changes").iter().map(|it| it["path"].as_str().expect("a path")).collect();
    assert_eq!((status, changed), (0, vec!["/etc/neighbour", "/srv/beside", "/srv/empty"]), "{report:#}");
    assert_eq!(walked(&Tree::open(target).expect("a tree")), wanted, "the target itself");
}

#[test]
fn odd_files_of_a_directory_survive_a_fix_of_their_neighbour() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(scratch.path());
    check(scratch.path());
}

#[test]
fn odd_files_of_a_tar_survive_a_fix_of_their_neighbour() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let archive = scratch.path().join("target.tar");
    fs::write(&archive, packed()).expect("a file can be written");
    check(&archive);
}

#[test]
fn attributes_of_a_tar_are_read_and_what_cant_be_is_unproven() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let archive = scratch.path().join("target.tar");
    fs::write(&archive, packed()).expect("a file can be written");
    let held = Tree::open(&archive).expect("a tree").attributes(b"/etc/capable", false).expect("readable");
    let names: Vec<_> = held.named.iter().map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.len())).collect();
    assert_eq!(names, [("security.capability".to_owned(), 20), ("security.selinux".to_owned(), 9)]);
    let fix = scratch.path().join("fix.sh");
    for (script, wanted) in [("cat /etc/spoken\n: > /etc/new\n", "proven"), ("chmod 600 /etc/spoken\n", "unproven"), ("rm -f /etc/spoken\n", "unproven")] {
        fs::write(&fix, script).expect("a file can be written");
        let (_, out, _) = run(&["try", &fix.display().to_string(), "--on", &archive.display().to_string(), "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(report["verdict"], wanted, "{script}: {:#}", report["reasons"]);
    }
}
