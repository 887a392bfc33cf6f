//! Changes that are exported by the command line.

use std::{fs, os::unix::fs::MetadataExt as _, process::Command};

use crate::changes::House;

#[test]
fn a_change_is_exported_as_patch_bundle_and_branch() {
    let house = House::new();
    let (_, id) = house.record("fix.sh", &[]);
    let evidence = house.json(&["show", &id])["evidence"].as_str().expect("a digest").to_owned();
    let (status, patch, err) = house.run("bob", &["export", &id, "--as", "patch"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let told = patch.replace(&id, "ID").replace(&evidence, "EVIDENCE").replace("DIR/", "");
    insta::assert_snapshot!(told, @"");
    let bundle = house.at("bundle");
    let (status, _, err) = house.run("bob", &["export", &id, "--as", "bundle", "--out", &bundle.display().to_string()]);
    assert_eq!((status, err.as_str()), (0, ""));
    let names = fs::read_dir(&bundle).expect("the bundle").map(|it| it.expect("an entry"));
    let mut names: Vec<String> =
        names.map(|it| format!("{} {:o}", it.file_name().to_string_lossy(), it.metadata().expect("metadata").mode() & 0o777)).collect();
    names.sort();
    assert_eq!(names, ["change.patch 600", "fix-1.sh 600", "plan.json 600", "report.json 644", "rollback.sh 600"]);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(bundle.join("report.json")).expect("the report")).expect("JSON");
    assert_eq!(report["evidence"]["digest"], evidence);
    let git = |words: &[&str]| {
        let done = Command::new("git").arg("-C").arg(house.at("tree")).args(words).output().expect("git runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    for words in
        [&["init", "-q"][..], &["config", "user.name", "t"], &["config", "user.email", "t@example.org"], &["add", "-A"], &["commit", "-q", "-m", "first"]]
    {
        git(words);
    }
    let (status, out, err) = house.run("bob", &["export", &id, "--as", "branch", "--branch", "fix"]);
    assert_eq!((status, err.as_str(), out.trim()), (0, "", git(&["rev-parse", "fix"]).trim()));
    assert_eq!(git(&["show", "fix:etc/motd"]), "Authorized use only.\n");
    assert_eq!(fs::read_to_string(house.at("tree/etc/motd")).expect("a file"), "hello\n", "the work tree stays");
}

#[test]
fn what_is_refused_is_not_exported_and_what_is_unproven_says_so_first() {
    let house = House::new();
    house.fix("bad.sh", "chmod 0666 /etc/motd\n");
    house.fix("odd.sh", "frobnicate --now\nprintf 'x\\n' > /etc/motd\n");
    let (_, id) = house.record("bad.sh", &[]);
    let (status, out, err) = house.run("bob", &["export", &id, "--as", "patch"]);
    assert_eq!((status, out, err), (1, String::new(), format!("Error: the change {id} is refused, and what is refused is not exported\n")));
    let (_, id) = house.record("odd.sh", &[]);
    let (status, out, err) = house.run("bob", &["export", &id, "--as", "patch"]);
    assert!(status == 0 && out.starts_with("[unproven] "), "{out}{err}");
}
