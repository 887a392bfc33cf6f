//! Targets that are none, or none that anybody would have wanted: each is told with a way out, and none keeps us waiting.

use std::{
    fmt::Write as _,
    fs,
    os::unix::{fs::PermissionsExt as _, net::UnixListener, process::CommandExt as _},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use invitro::tree::{Quotas, Tree, Workspace};

/// Runs the program on a target, and stops it when it does not come to an end.
fn try_on(folder: &Path, target: &str, script: &str) -> (Option<i32>, String, String) {
    let fix = folder.join("fix.sh");
    fs::write(&fix, format!("#!/bin/bash\n{script}\n")).expect("a file can be written");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let mut command = Command::new(env!("CARGO_BIN_EXE_invitro"));
    command.arg("try").arg(&fix).args(["--on", target, "--format", "json"]).env("INVITRO_CACHE", cache).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let begun = Instant::now();
    while child.try_wait().expect("a child").is_none() && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
        // What is printed must not fill the pipe; these print little.
    }
    if child.try_wait().expect("a child").is_none() {
        child.kill().expect("it can be stopped");
    }
    let done = child.wait_with_output().expect("it ended");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn what_is_no_target_is_told_with_a_way_out() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str| scratch.path().join(name);
    let write = |name: &str, bytes: &[u8]| fs::write(at(name), bytes).expect("a file can be written");
    write("empty", b"");
    write("text", b"hello");
    write("packed.tar.xz", b"\xfd7zXZ\0.....");
    write("a.zip", b"PK\x03\x04.....");
    write("disk.img", &[1; 4096]);
    write("zeros", &[0; 4096]);
    write("cut.tar.zst", b"\x28\xb5\x2f\xfd");
    rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0).expect("a pipe can be made");
    let _socket = UnixListener::bind(at("socket")).expect("a socket can be made");
    std::os::unix::fs::symlink("nowhere", at("dangling")).expect("a link can be made");
    std::os::unix::fs::symlink("round", at("round")).expect("a link can be made");
    let mut out = String::new();
    for target in [
        "",
        "-",
        "none",
        "empty",
        "text",
        "text/",
        "packed.tar.xz",
        "a.zip",
        "disk.img",
        "zeros",
        "cut.tar.zst",
        "pipe",
        "socket",
        "dangling",
        "round",
        "/dev/zero",
        "/dev/stdin",
    ] {
        let (status, data, told) = try_on(scratch.path(), target, "true");
        assert_eq!(data, "", "nothing is data");
        assert!(matches!(status, Some(1 | 2)), "{target}: {status:?} {told}");
        write!(out, "{target}: {told}").expect("a string takes it");
    }
    insta::assert_snapshot!(out, @r"
    : error: a value is required for '--on <TARGET>' but none was supplied

    For more information, try '--help'.
    -: Error: open target `-`: a target is read more than once, so it can't come by a pipe; write it into a file and give that (or ./- for a file of that name)
    none: Error: open target none
      Caused by: No such file or directory (os error 2)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    empty: Error: open target empty: it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    text: Error: open target text: it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    text/: Error: open target text/
      Caused by: Not a directory (os error 20)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    packed.tar.xz: Error: open target packed.tar.xz: it is packed with xz: unpack it first (`xz -dc FILE > target.tar`)
    a.zip: Error: open target a.zip: it is a zip archive: unpack it into a directory and give that
    disk.img: Error: open target disk.img: it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    zeros: Error: read archive zeros: it holds nothing; make it again, check that it was copied whole, or unpack it and give the directory
    cut.tar.zst: Error: read archive cut.tar.zst: before its first entry: zstd: the header of a frame is broken or cut off; make it again, check that it was copied whole, or unpack it and give the directory
    pipe: Error: open target pipe: it is a pipe, and a target is read more than once: write it into a file
    socket: Error: open target socket: it is a socket; give a directory, or a tar, tar.gz or tar.zst archive
    dangling: Error: open target dangling
      Caused by: No such file or directory (os error 2)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    round: Error: open target round
      Caused by: Too many levels of symbolic links (os error 40)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    /dev/zero: Error: open target /dev/zero: it is a device; give a directory, or a tar, tar.gz or tar.zst archive
    /dev/stdin: Error: open target /dev/stdin: it is a pipe, and a target is read more than once: write it into a file
    ");
}

#[test]
fn a_target_may_be_named_through_a_link_or_with_a_slash() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    fs::create_dir_all(scratch.path().join("real/etc")).expect("a folder can be made");
    fs::write(scratch.path().join("real/etc/a"), "a\n").expect("a file can be written");
    std::os::unix::fs::symlink("real", scratch.path().join("link")).expect("a link can be made");
    for target in ["real", "real/", "link", "link/", "./link/.", "link/../real//"] {
        let (status, report, told) = try_on(scratch.path(), target, "chmod 0600 /etc/a");
        assert_eq!(status, Some(0), "{target}: {told}{report}");
    }
}

#[test]
fn a_folder_that_can_not_be_read_is_told() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path().join("closed");
    fs::create_dir(&folder).expect("a folder can be made");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).expect("a mode can be set");
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    let fix = scratch.path().join("fix.sh");
    fs::write(&fix, "#!/bin/bash\ntrue\n").expect("a file can be written");
    // Who is root may read everything, so somebody else looks; the program is copied to where he can start it.
    let program = scratch.path().join("invitro");
    fs::copy(env!("CARGO_BIN_EXE_invitro"), &program).expect("a file can be copied");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    let mut command = Command::new(&program);
    command.arg("try").arg(&fix).arg("--on").arg(&folder).env_clear();
    if rustix::process::geteuid().is_root() {
        command.uid(65534).gid(65534);
    }
    let done = command.output().expect("the program starts");
    let told = String::from_utf8(done.stderr).expect("UTF-8").replace(&scratch.path().display().to_string(), "");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    assert_eq!(done.status.code(), Some(1), "{told}");
    insta::assert_snapshot!(told, @r"
    Error: open target /closed
      Caused by: Permission denied (os error 13)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    ");
}

#[test]
fn the_kernel_s_own_files_are_a_target_that_ends() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (status, report, told) = try_on(scratch.path(), "/proc", "cat /version > /dev/null; echo x > /sys/kernel/hostname; cat /kcore > /dev/null || true");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap_or_else(|error| panic!("{status:?} {error}: {told}"));
    assert_ne!(report["verdict"], "proven");
    // Whatever is read of it, no file is larger than memory, and nothing waits for what never comes.
    let tree = Tree::open(Path::new("/proc")).expect("a tree");
    let mut workspace = Workspace::over(&tree, Quotas::default());
    let root = invitro::tree::Actor { uid: 0, gid: 0, umask: 0o022 };
    for path in [b"/kcore".as_slice(), b"/kmsg", b"/sysrq-trigger", b"/self/mem", b"/1/mem"] {
        let begun = Instant::now();
        assert!(workspace.read(&root, path, 0, 1).is_err(), "{}", path.escape_ascii());
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", path.escape_ascii());
    }
}

#[test]
fn a_file_that_memory_should_not_hold_is_not_read() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let file = fs::File::create(scratch.path().join("hole")).expect("a file can be made");
    file.set_len((1 << 30) + 1).expect("it can be long");
    let tree = Tree::open(scratch.path()).expect("a tree");
    assert_eq!(tree.read_all(b"/hole"), Err(invitro::tree::Errno::Unreadable));
    assert_eq!(tree.notes().len(), 1, "{:?}", tree.notes());
}
