//! Patches and edits as people bring them: a pull request, several artifacts as one fix, and what is made to tire.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::machine::{copy, digest_of, run};

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pull-request").join(name).display().to_string()
}

/// Runs the program with something on standard input.
fn piped(words: &[&str], input: &[u8], folder: &Path) -> (i32, String, String) {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let mut command = Command::new(env!("CARGO_BIN_EXE_invitro"));
    command.args(words).current_dir(folder).env("INVITRO_CACHE", cache).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // The program may end before it has read all.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let done = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (done.status.code().expect("an exit status"), text(done.stdout), text(done.stderr))
}

#[test]
fn a_pull_request_gets_a_comment_and_an_exit_status() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    copy(Path::new(&example("before")), &tree);
    let (patch, finding) = (fs::read(example("change.patch")).expect("a patch"), example("finding.json"));
    let words = ["try", "-", "--on", ".", "--finding", &finding, "--format", "markdown"];
    let (status, comment, err) = piped(&words, &patch, &tree);
    // What grants access asks for a person, whoever wrote it.
    assert_eq!(status, 10, "{comment}{err}");
    assert!(comment.contains("sshd_disable_root_login") && comment.contains("needs-approval") && comment.contains("fixed"), "{comment}");
    let (status, report, _) = piped(&["try", "-", "--on", ".", "--finding", &finding, "--format", "json"], &patch, &tree);
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((status, &report["finding"]["result"]), (10, &"fixed".into()), "{report}");
    assert_eq!(report["remediation"]["artifacts"][0]["kind"], "patch");
    let two = scratch.path().join("two.json");
    fs::write(&two, r#"{"schema": "invitro.findings/v1", "findings": [{"rule": "a"}, {"rule": "b"}]}"#).expect("a file can be written");
    let (status, _, err) = piped(&["try", "-", "--on", ".", "--finding", &two.display().to_string()], &patch, &tree);
    assert!(status == 1 && err.contains("holds 2 findings"), "{err}");
}

#[test]
fn the_example_runs_in_a_work_tree() {
    if !Command::new("git").arg("--version").stdout(Stdio::null()).status().is_ok_and(|it| it.success()) {
        let _ = std::io::stderr().write_all(b"SKIPPED: there is no git on this machine\n");
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    copy(Path::new(&example("before")), &tree);
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]).args(words).current_dir(&tree);
        assert!(command.stdout(Stdio::null()).status().expect("git starts").success(), "{words:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "before"]);
    git(&["apply", &example("change.patch")]);
    let comment = scratch.path().join("comment.md");
    let mut command = Command::new(example("comment.sh"));
    command.arg(example("finding.json")).arg(&comment).current_dir(&tree);
    command.env("INVITRO", env!("CARGO_BIN_EXE_invitro")).env("INVITRO_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let done = command.output().expect("the script starts");
    let comment = fs::read_to_string(comment).expect("a comment");
    assert_eq!(done.status.code(), Some(10), "{comment}{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stderr).contains("it is tried on the tree without it"));
    assert!(comment.contains("fixed"), "{comment}");
}

#[test]
fn a_mixed_fix_is_one_dry_run_and_lists_its_artifacts_in_order() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    copy(Path::new(&example("before")), &tree);
    let at = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    };
    let script = at("a.sh", "grep -q '^PermitRootLogin no$' /etc/ssh/sshd_config && echo a=1 > /etc/new.ini\n");
    let edits = at("b.edits.json", r#"{"schema": "invitro.edits/v1", "edits": [{"file": "/etc/new.ini", "path": ["a"], "expect": "1", "value": "2"}]}"#);
    let tree = tree.display().to_string();
    let before = digest_of(Path::new(&tree));
    let (_, out, err) = run(&["try", &example("change.patch"), &script, "--on", &tree, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"));
    let kinds: Vec<_> = report["remediation"]["artifacts"].as_array().expect("artifacts").iter().map(|it| it["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["patch", "script"]);
    let paths: Vec<_> = report["changes"].as_array().expect("changes").iter().map(|it| it["path"].as_str().expect("a path")).collect();
    assert_eq!(paths, ["/etc/new.ini", "/etc/ssh/sshd_config"]);
    // The order counts: the script alone finds nothing of the patch, and the edits find nothing of the script.
    let (status, out, _) = run(&["try", &script, &example("change.patch"), "--on", &tree]);
    assert_eq!(status, 11, "{out}");
    let (status, out, _) = run(&["try", &edits, &script, "--on", &tree]);
    assert!(status == 11 && out.contains("/etc/new.ini: the file is not there"), "{out}");
    assert_eq!(digest_of(Path::new(&tree)), before, "the target is as it was");
}

/// A patch with so many hunks for a file of so many lines; each is off by some lines where `moved`.
fn hunks(count: usize, moved: bool) -> String {
    let mut patch = String::from("--- a/f\n+++ b/f\n");
    for number in 0..count {
        let line = 2 * number + 1 + if moved { 5 } else { 0 };
        let _ = write!(patch, "@@ -{line} +{line} @@\n-a{number}\n+b{number}\n");
    }
    patch
}

#[test]
fn patches_and_edits_that_are_made_to_tire_end_with_a_clear_word() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    fs::create_dir(&tree).expect("a folder can be made");
    let count = 20_000;
    fs::write(tree.join("f"), (0..count).map(|it| format!("a{it}\nx\n")).collect::<String>()).expect("a file can be written");
    fs::write(tree.join("same"), "a\n".repeat(200_000)).expect("a file can be written");
    fs::write(tree.join("large"), vec![b'x'; 8 << 20]).expect("a file can be written");
    let repeated = format!("--- a/same\n+++ b/same\n@@ -1,{0} +1,{0} @@\n{1}-b\n+c\n", 100_001, " a\n".repeat(100_000));
    let copies: String = (0..2_000).map(|it| format!("diff --git a/large b/copy{it}\nsimilarity index 100%\ncopy from large\ncopy to copy{it}\n")).collect();
    let edits = |file: &str| format!(r#"{{"schema": "invitro.edits/v1", "edits": [{{"file": "/{file}", "path": ["a"], "expect": 1, "value": 2}}]}}"#);
    fs::write(tree.join("deep.json"), "[".repeat(500_000)).expect("a file can be written");
    fs::write(tree.join("deep.yaml"), "{a: ".repeat(200_000)).expect("a file can be written");
    fs::write(tree.join("deep.toml"), format!("a = {}", "[".repeat(500_000))).expect("a file can be written");
    fs::write(tree.join("deep.xml"), "<a>".repeat(300_000)).expect("a file can be written");
    fs::write(tree.join("deep.tf"), format!("a = {}", "[".repeat(500_000))).expect("a file can be written");
    for (name, kind, text, allowed) in [
        ("a million hunks", "patch", hunks(1_000_000, false), &[(1, "an artifact has at most 1048576")][..]),
        ("many hunks", "patch", hunks(count, false), &[(0, "proven"), (12, "stopped")]),
        ("many hunks that are off", "patch", hunks(count, true), &[(0, "proven"), (11, "fits nowhere"), (12, "stopped")]),
        ("lines that are all alike", "patch", repeated, &[(11, "fits nowhere"), (11, "too many comparisons"), (12, "stopped")]),
        ("copies that fill the tree", "patch", copies, &[(12, "stopped")]),
        (
            "a binary file that blows up",
            "patch",
            "diff --git a/z b/z\nnew file mode 100644\nGIT binary patch\nliteral 99999999999\n\n".to_owned(),
            &[(11, "at most 33554432")],
        ),
        ("nested JSON", "edits", edits("deep.json"), &[(11, "nested deeper than 128")]),
        ("nested YAML", "edits", edits("deep.yaml"), &[(11, "nested deeper than 128")]),
        ("nested TOML", "edits", edits("deep.toml"), &[(11, "no TOML"), (12, "stopped")]),
        ("nested XML", "edits", edits("deep.xml"), &[(11, "nested deeper than 128")]),
        ("nested HCL", "edits", edits("deep.tf"), &[(11, "nested deeper than 128")]),
    ] {
        let began = Instant::now();
        let words = ["try", "-", "--kind", kind, "--on", ".", "--limit", "fuel=3_000_000_000"];
        let (status, out, err) = piped(&words, text.as_bytes(), &tree);
        assert!(
            allowed.iter().any(|(code, word)| *code == status && format!("{out}{err}").contains(word)),
            "{name}: {status} {}{err}",
            &out[..out.len().min(2000)]
        );
        assert!(began.elapsed() < Duration::from_secs(120), "{name}: {:?}", began.elapsed());
    }
}
