//! `invitro fix` on many findings: memory stays flat, and what ends early leaves nothing half-written and says so.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// A target with something to fix, and a report with so many findings.
fn laid(count: usize) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (tree, report) = (scratch.path().join("tree"), scratch.path().join("findings.json"));
    fs::create_dir_all(tree.join("etc/ssh")).expect("a folder can be made");
    fs::write(tree.join("etc/ssh/sshd_config"), "Port 22\nPermitRootLogin yes\nX11Forwarding yes\n").expect("a file can be written");
    let rules = ["sshd_disable_root_login", "sshd_disable_x11_forwarding", "nobody_knows"];
    let findings: Vec<Value> = (0..count).map(|it| json!({"rule": rules[it % 3], "message": it.to_string()})).collect();
    fs::write(&report, json!({"schema": "invitro.findings/v1", "findings": findings}).to_string()).expect("a file can be written");
    (scratch, tree, report)
}

fn program(report: &Path, tree: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_invitro"));
    command.arg("fix").arg(report).arg("--on").arg(tree).args(words);
    command.env("INVITRO_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command
}

/// Fills the cache of compiled modules: compiling takes memory and room of its own.
fn warm() {
    let (_scratch, tree, report) = laid(1);
    let done = program(&report, &tree, &[]).output().expect("the program starts");
    assert_eq!(done.status.code(), Some(10), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The same where no file may grow beyond so many blocks of 512 bytes, as on a disk that is full.
fn on_a_full_disk(blocks: u32, command: &Command) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]).arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.output().expect("a shell starts")
}

/// Names in a folder of bundles; each bundle must be whole.
fn bundles(out: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(out).expect("a folder").map(|it| it.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    for it in names.iter().filter(|it| !it.starts_with("report.")) {
        assert!(!it.starts_with('.'), "{it} is left over");
        let report = fs::read(out.join(it).join("report.json")).expect("a report");
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        assert_eq!(report["schema"], "invitro.report/v1");
        assert!(out.join(it).join("fix-1.sh").exists() && out.join(it).join("rollback.sh").exists());
    }
    names
}

/// The kernel's high-water mark of a process, in KiB (proc(5)).
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().find_map(|it| it.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn peak_on(count: usize) -> u64 {
    let (_scratch, tree, report) = laid(count);
    let mut child = program(&report, &tree, &["--format", "json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        most = most.max(peak(child.id()));
        std::thread::sleep(Duration::from_millis(5));
    }
    most
}

#[test]
fn memory_does_not_follow_the_number_of_findings() {
    warm();
    let (few, many) = (peak_on(30), peak_on(450));
    // Kept evidence took 58 KiB a finding.
    assert!(few > 0 && many * 10 <= few * 12, "{few} KiB with 30 findings, {many} KiB with 450");
}

#[test]
fn a_run_that_is_interrupted_leaves_whole_bundles_and_says_so() {
    warm();
    let (scratch, tree, report) = laid(3000);
    let out = scratch.path().join("out");
    let child = program(&report, &tree, &["--format", "json", "--out", &out.display().to_string()]);
    let mut child = { child }.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let begun = Instant::now();
    while fs::read_dir(&out).map_or(0, Iterator::count) < 3 {
        assert!(child.try_wait().expect("it can be waited for").is_none() && begun.elapsed() < Duration::from_secs(120), "no bundle comes");
        std::thread::sleep(Duration::from_millis(10));
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).expect("it can be asked to end");
    let done = child.wait_with_output().expect("it ends");
    let err = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(1), b"".as_slice()), "no half of a document is printed: {err}");
    assert!(err.contains("Error: interrupted after ") && err.contains(" of 3000 findings; their bundles in "), "{err}");
    let names = bundles(&out);
    assert!(names.len() >= 2 && !names.iter().any(|it| it.starts_with("report.")), "{names:?}");
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    warm();
    let (scratch, tree, report) = laid(60);
    let out = scratch.path().join("out");
    // The bundles fit; what is put away for the report of all does not.
    let done = on_a_full_disk(64, &program(&report, &tree, &["--format", "html", "--out", &out.display().to_string()]));
    let err = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(1), b"".as_slice()), "{err}");
    assert!(err.contains("the report can't be kept in the temporary folder") && err.contains("Hint: set TMPDIR"), "{err}");
    assert!(bundles(&out).len() < 60);
    // A file of a bundle does not fit.
    let small = scratch.path().join("small");
    let done = on_a_full_disk(1, &program(&report, &tree, &["--format", "text", "--out", &small.display().to_string()]));
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(bundles(&small).is_empty());
}

#[test]
fn a_bundle_of_an_earlier_run_gives_way_as_a_whole() {
    let (scratch, tree, report) = laid(3);
    let out = scratch.path().join("out");
    let words = ["--format", "json", "--out", &out.display().to_string()];
    let first = program(&report, &tree, &words).output().expect("the program starts");
    let names = bundles(&out);
    assert_eq!(names.len(), 4, "two tried, and the list in two forms: {names:?}");
    fs::write(out.join(&names[0]).join("fix-2.sh"), "left over").expect("a file can be written");
    let second = program(&report, &tree, &words).output().expect("the program starts");
    assert_eq!((first.stdout, names.clone()), (second.stdout.clone(), bundles(&out)));
    assert!(!out.join(&names[0]).join("fix-2.sh").exists(), "it is no part of the new bundle");
    assert_eq!(fs::read(out.join("report.json")).expect("a report"), second.stdout);
}
