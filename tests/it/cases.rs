//! Fixes of users, each a folder of `tests/cases`: `fix.sh` (or `fix.patch`, `fix.edits.json` …, or the files of the folder `fix`) runs on a copy of `base`, with the words of `flags`, and the verdict with all
//! its reasons must be that of `expect`. What is called bad must never be proven, whatever `expect` says. A case with a folder `tree` runs on
//! that instead, with the modes, owners and programs of its list `marks`.
//!
//! `UPDATE_EXPECT=1 cargo test --test it cases` writes `expect` anew; read what it wrote.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    machine::{copy, digest_of, run},
    marks::{self, Mark},
};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The tree of every case: what git can't keep is set here.
fn lay(to: &Path) {
    copy(&cases().join("base"), to);
    let mode = |path: &str, mode| fs::set_permissions(to.join(path), fs::Permissions::from_mode(mode)).expect("a mode can be set");
    mode("etc/shadow", 0o640);
    mode("etc/ssh/sshd_config", 0o644);
    fs::create_dir_all(to.join("srv/repo/.git")).expect("a folder can be made");
    // A repository with something in it and a second name for that, one whose folder is elsewhere, and a bare one: git keeps none of these.
    let file = |path: &str, text: &str| {
        let path = to.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    file("srv/vendored/.git/config", "[core]\n    bare = false\n");
    file("srv/vendored/.gitignore", "*.o\n");
    file("srv/vendored/.gitmodules", "[submodule \"lib\"]\n    path = lib\n    url = http://example.com/lib.git\n");
    fs::hard_link(to.join("srv/vendored/.git/config"), to.join("srv/second-name")).expect("a link can be made");
    file("srv/linked/.git", "gitdir: ../../../../../etc\n");
    for path in ["HEAD", "objects/info/alternates", "refs/heads/main", "hooks/post-receive.sample"] {
        file(&format!("srv/bare/{path}"), "");
    }
    fs::create_dir_all(to.join("srv/odd")).expect("a folder can be made");
    let odd: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(b"odd\xff".to_vec());
    fs::write(to.join("srv/odd").join(odd), "x").expect("a file can be written");
}

/// The tree of a case that has its own, as an archive: that way nobody has to be root for its owners.
fn own_machine(case: &Path, scratch: &Path) -> PathBuf {
    let mut entries = BTreeMap::from([("/".to_owned(), Mark { is_dir: true, ..Mark::default() })]);
    gather(&case.join("tree"), "", &mut entries);
    for (path, mark) in marks::read(&fs::read_to_string(case.join("marks")).unwrap_or_default()) {
        let mut parent = Path::new(&path).parent();
        while let Some(at) = parent.filter(|it| *it != Path::new("/")) {
            entries.entry(at.display().to_string()).or_insert_with(|| Mark { is_dir: true, ..Mark::default() });
            parent = at.parent();
        }
        let entry = entries.entry(path).or_default();
        let was = std::mem::replace(entry, mark);
        entry.is_dir |= was.is_dir;
        entry.content = was.content.or(entry.content.take());
    }
    let at = scratch.join(case.file_name().expect("a name")).with_extension("tar");
    let mut archive = tar::Builder::new(fs::File::create(&at).expect("a file can be made"));
    // A second name comes after the first.
    let (second, first): (Vec<_>, Vec<_>) = entries.into_iter().filter(|it| !it.1.absent).partition(|it| it.1.hardlink.is_some());
    for (path, mark) in first.into_iter().chain(second) {
        let content = mark.content.unwrap_or_default();
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(match (&mark.target, &mark.hardlink, mark.is_dir) {
            (Some(_), ..) => tar::EntryType::Symlink,
            (_, Some(_), _) => tar::EntryType::Link,
            (.., true) => tar::EntryType::Directory,
            _ => tar::EntryType::Regular,
        });
        header.set_mode(mark.mode.unwrap_or(if mark.is_dir { 0o755 } else { 0o644 }));
        header.set_uid(mark.uid.unwrap_or(0).into());
        header.set_gid(mark.gid.unwrap_or(0).into());
        header.set_size(content.len() as u64);
        let name = format!(".{path}");
        match mark.target.or_else(|| mark.hardlink.map(|it| format!(".{it}"))) {
            Some(link) => archive.append_link(&mut header, name, link).expect("an entry can be written"),
            None => archive.append_data(&mut header, name, content.as_slice()).expect("an entry can be written"),
        }
    }
    archive.finish().expect("an archive can be ended");
    at
}

fn gather(folder: &Path, at: &str, entries: &mut BTreeMap<String, Mark>) {
    for entry in fs::read_dir(folder).expect("a readable folder").map(|it| it.expect("an entry")) {
        let path = format!("{at}/{}", entry.file_name().to_str().expect("a UTF-8 name"));
        if entry.path().is_dir() {
            gather(&entry.path(), &path, entries);
            entries.insert(path, Mark { is_dir: true, ..Mark::default() });
        } else {
            let content = fs::read(entry.path()).expect("a readable file");
            entries.insert(path, Mark { content: Some(content), ..Mark::default() });
        }
    }
}

/// Leaves out how much memory was asked for beyond the limit: it hangs on how the guest was compiled.
fn wanted_memory(text: &str) -> String {
    let Some((before, rest)) = text.split_once("stopped: memory: ") else { return text.to_owned() };
    format!("{before}stopped: memory: {}", rest.trim_start_matches(|it: char| it.is_ascii_digit()).trim_start())
}

#[test]
fn every_case_has_its_verdict() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let target = scratch.path().join("tree");
    lay(&target);
    let before = digest_of(&target);
    let mut wrong = Vec::new();
    let mut folders: Vec<_> =
        fs::read_dir(cases()).expect("a readable folder").map(|it| it.expect("an entry").path()).filter(|it| !it.ends_with("base")).collect();
    folders.sort();
    for folder in &folders {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        // A script, a patch, edits, or a folder of them: whatever is called `fix`.
        let is_fix = |it: &PathBuf| it.file_name().is_some_and(|it| it == "fix" || it.to_string_lossy().starts_with("fix."));
        let fix = fs::read_dir(folder).expect("a readable folder").map(|it| it.expect("an entry").path()).find(is_fix).expect("a case has a fix");
        let flags = fs::read_to_string(folder.join("flags")).unwrap_or_default();
        let own = folder.join("tree").is_dir().then(|| own_machine(folder, scratch.path()));
        let (fix, tree) = (fix.display().to_string(), own.as_ref().unwrap_or(&target).display().to_string());
        let mut words = vec!["try", fix.as_str(), "--on", tree.as_str(), "--format", "json"];
        words.extend(flags.lines());
        let (status, out, err) = run(&words);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{name}: {error}: {out}{err}"));
        let reasons = report["reasons"].as_array().expect("reasons").iter().map(|it| {
            format!("{}: {}: {}\n", it["verdict"].as_str().expect("a word"), it["code"].as_str().expect("a word"), it["message"].as_str().expect("text"))
        });
        // What is no script says itself why it is refused.
        let is_script = fix.ends_with(".sh") || fix.ends_with(".py");
        let said = if is_script { "" } else { report["dry_run"]["stderr"].as_str().expect("text") };
        let got = wanted_memory(&format!("{} {status}\n{}{said}", report["verdict"].as_str().expect("a word"), reasons.collect::<String>()));
        let expect = folder.join("expect");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expect, &got).expect("a file can be written");
        }
        let wanted = fs::read_to_string(&expect).unwrap_or_default();
        if got != wanted || (name.starts_with("bad-") && got.starts_with("proven")) || (name.starts_with("good-") && !got.starts_with("proven 0")) {
            wrong.push(format!("== {name}\nwanted:\n{wanted}got:\n{got}"));
        }
    }
    assert!(folders.len() > 50, "the cases were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(digest_of(&target), before, "the target is as it was");
}

#[test]
fn the_same_run_twice_gives_the_same_bytes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let target = scratch.path().join("tree");
    lay(&target);
    let fix = cases().join("bad-random-in-file/fix.sh").display().to_string();
    let words = ["try", fix.as_str(), "--on", target.to_str().expect("UTF-8"), "--format", "json"];
    let (first, second) = (run(&words), run(&words));
    assert_eq!((first.0, first.1), (second.0, second.1));
}

#[test]
fn bad_input_is_told_with_a_way_out() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let target = scratch.path().join("tree");
    lay(&target);
    let at = |name: &str, bytes: &[u8]| {
        let path = scratch.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path.display().to_string()
    };
    let tree = target.display().to_string();
    let fix = cases().join("good-tighter-mode/fix.sh").display().to_string();
    let (empty, text, tar) = (at("empty.sh", b""), at("what", b"hello"), at("broken.tar.gz", b"\x1f\x8b\x08\x00junk"));
    let (report, policy) = (at("report.json", b"{\"matches\":[]}"), at("policy.toml", b"[proofs]\ntry = [\"fixd\"]\n"));
    let none = scratch.path().join("none").display().to_string();
    let root = scratch.path().display().to_string();
    let mut told = String::new();
    for words in [
        vec!["try", &none, "--on", &tree],
        vec!["try", &empty, "--on", &tree],
        vec!["try", &text, "--on", &tree],
        vec!["try", &fix, "--on", &none],
        vec!["try", &fix, "--on", &text],
        vec!["try", &fix, "--on", &tar],
        vec!["try", &fix, "--on", &tree, "--allow", "etc/**"],
        vec!["try", &fix, "--on", &tree, "--policy", &policy],
        vec!["fix", &report, "--on", &tree],
        vec!["fix", &empty, "--on", &tree],
        vec!["fix", &root, "--on", &tree],
    ] {
        let (status, out, err) = run(&words);
        assert_eq!(out, "", "nothing is data");
        writeln!(told, "{status} {}", err.replace(&root, "").trim_end()).expect("a string takes it");
    }
    insta::assert_snapshot!(told, @r"
    1 Error: the fix /none can't be read
      Caused by: No such file or directory (os error 2)
    1 Error: the fix /empty.sh is empty: there is nothing to try
    1 Error: the fix /what is of no known kind: name it *.sh, *.py, *.ps1, *.patch, *.diff, *.edits.json or *.packages.json, let it begin with `#!/bin/bash`, or say `--kind`
    1 Error: open target /none
      Caused by: No such file or directory (os error 2)
    Hint: `--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    1 Error: open target /what: it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    1 Error: read archive /broken.tar.gz: before its first entry: unexpected end of file; make it again, check that it was copied whole, or unpack it and give the directory
    1 Error: `etc/**` is no path of a scope: it must begin with `/`, which means the root of the target
    1 Error: the policy /policy.toml has mistakes:
      /policy.toml:2:7: unknown proof `fixd`, valid here: fixed, contained, idempotent, reversible, deterministic
    1 Error: the report /report.json looks like Grype; known are SARIF 2.1.0, Trivy JSON, XCCDF and ARF results, and invitro.findings/v1
    Hint: give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`
    1 Error: the report /empty.sh is empty: it must hold SARIF, Trivy JSON, XCCDF or ARF results, or invitro.findings/v1
    Hint: give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`
    1 Error: the report  can't be read
      Caused by: Is a directory (os error 21)
    Hint: give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`
    ");
}

#[test]
fn the_gate_believes_nothing() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let target = scratch.path().join("tree");
    lay(&target);
    let at = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    };
    let tree = target.display().to_string();
    let (policy, inside) = (at("policy.toml", "removals = 5\n"), at("tree/policy.toml", "removals = 5\n"));
    let weak = at("weak.toml", "[proofs]\nfix = []\n");
    let forged = at("forged.json", r#"{"verdict":"proven"}"#);
    let evidence = at("evidence.json", r#"{"schema":"invitro.report-list/v1","reports":[{"verdict":"proven"}]}"#);
    let report = at("report.json", r#"{"schema":"invitro.findings/v1","findings":[{"rule":"sshd_disable_root_login"},{"rule":"nobody_knows"}]}"#);
    let good = at("good.json", r#"{"schema":"invitro.findings/v1","findings":[{"rule":"file_permissions_sshd_config"}]}"#);
    let gate = |report: &str, policy: &str| run(&["gate", report, "--on", &tree, "--policy", policy]).0;
    assert_eq!(gate(&forged, &policy), 12, "a hand-written verdict");
    assert_eq!(gate(&evidence, &policy), 12, "evidence alone");
    assert_eq!(gate(&report, &inside), 1, "a policy inside the tree under test");
    assert_eq!(gate(&report, &weak), 1, "a policy that requires nothing");
    assert_eq!(gate(&report, &policy), 12, "a finding without a remediation");
    assert_eq!(gate(&good, &policy), 0, "a finding that is healed, all five proofs");
    // As an attacker who writes the tree, or a file that the pipeline hands on.
    for (name, text) in [
        ("bom.json", "\u{feff}{\"schema\":\"invitro.report/v1\",\"verdict\":\"proven\"}"),
        ("both.json", r#"{"schema":"invitro.findings/v1","findings":[],"verdict":"proven"}"#),
        ("array.json", r#"[{"schema":"invitro.report/v1","verdict":"proven"}]"#),
        ("reports.json", r#"{"schema":"x","reports":[{"verdict":"proven"}]}"#),
    ] {
        assert_eq!(gate(&at(name, text), &policy), 12, "{name} is evidence, whatever else it says");
    }
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(to, scratch.path().join(from)).expect("a link can be made");
    let path = |name: &str| scratch.path().join(name).display().to_string();
    link("to-inside.toml", &inside);
    link("tree/to-outside.toml", &policy);
    link("tree/dir", &scratch.path().display().to_string());
    link("through", &path("tree/dir"));
    link("other-name", &tree);
    for name in ["to-inside.toml", "tree/to-outside.toml", "tree/../tree/policy.toml", "through/policy.toml", "other-name/policy.toml"] {
        assert_eq!(gate(&good, &path(name)), 1, "{name} leads through the tree");
    }
    assert_eq!(gate(&good, &path("tree/../policy.toml")), 0, "nothing in the tree decides where that leads");
    for (name, text) in
        [("four.toml", "[proofs]\nfix = [\"fixed\", \"contained\", \"idempotent\", \"reversible\", \"fixed\"]\n"), ("wrong.toml", "[proofs]\nfix = 3\n")]
    {
        assert_eq!(gate(&good, &at(name, text)), 1, "{name}");
    }
    // A target that lacks what a scanner saw proves nothing.
    let package = at(
        "trivy.json",
        r#"{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"p","InstalledVersion":"1","FixedVersion":"2","Severity":"HIGH"}]}]}"#,
    );
    assert_eq!(gate(&package, &policy), 12, "no package database");
    // A stricter policy holds also where it can be read only once.
    let strict = at("strict.toml", "[approval]\nseverities = [\"medium\"]\n");
    let script = format!("exec {} gate {good} --on {tree} --policy <(cat {strict})", env!("CARGO_BIN_EXE_invitro"));
    let cache = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let done = std::process::Command::new("bash").args(["-c", &script]).env("INVITRO_CACHE", cache).output().expect("bash starts");
    assert_eq!(done.status.code(), Some(10), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn every_format_of_the_gate_has_the_same_exit_status() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let target = scratch.path().join("tree");
    lay(&target);
    let write = |name: &str, text: &str| {
        fs::write(scratch.path().join(name), text).expect("a file can be written");
        scratch.path().join(name).display().to_string()
    };
    let policy = write("policy.toml", "");
    let empty = write("empty.json", r#"{"schema":"invitro.findings/v1","findings":[]}"#);
    let mixed = write(
        "mixed.json",
        r#"{"schema":"invitro.findings/v1","findings":[{"rule":"file_permissions_sshd_config"},{"rule":"nobody_knows","severity":"high"}]}"#,
    );
    for (format, says) in [
        ("text", "2 findings: 1 fixed, 1 not-fixed"),
        ("json", "\"findings\": 2"),
        ("sarif", "\"ruleId\": \"nobody_knows\""),
        ("junit", "<failure type=\"not-fixed\""),
        ("markdown", "| nobody_knows | high | not-fixed | - |"),
        ("html", "not tried"),
        ("github", "::warning title=invitro%3A nobody_knows (not-fixed)::"),
    ] {
        let gate = |report: &str| run(&["gate", report, "--on", &target.display().to_string(), "--policy", &policy, "--format", format]);
        let (status, out, err) = gate(&mixed);
        assert_eq!(status, 12, "{format}: {err}");
        assert!(out.contains(says), "{format}: {out}");
        let (status, out, err) = gate(&empty);
        assert_eq!((status, out.is_empty()), (0, format == "github"), "{format}: {err}");
    }
}
