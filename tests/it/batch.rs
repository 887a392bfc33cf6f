//! `invitro fix` on findings of its own: every finding has one word, the summary adds up, and the order of the batch is told.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::machine::run;

/// Lays files below a folder.
fn lay(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
}

const TREE: &[(&str, &str)] = &[
    ("etc/ssh/sshd_config", "# the daemon\nPort 22\nPermitRootLogin yes\nX11Forwarding yes\n"),
    ("etc/sudoers", "# who may\nroot ALL=(ALL:ALL) ALL\n%ops ALL=(ALL) NOPASSWD: /usr/bin/id, PASSWD: ALL # them\n@includedir /etc/sudoers.d\n"),
    ("etc/sudoers.d/x", "Defaults:ada !authenticate\n"),
    ("etc/login.defs", "# PASS_MAX_DAYS 1\nPASS_MAX_DAYS\t99999 # long\nUMASK\t\t022\n"),
    ("etc/security/pwquality.conf", "# minlen = 8\n"),
    ("etc/security/pwquality.conf.d/50.conf", "minlen = 8\n"),
    ("etc/debian_version", "12.0\n"),
    ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
    (
        "var/lib/dpkg/status",
        "Package: a\nStatus: hold ok installed\nVersion: 1\nArchitecture: amd64\n\nPackage: b\nStatus: install ok installed\nVersion: 1.1\nArchitecture: amd64\n",
    ),
];

/// The list report for findings with these rules.
fn fix(findings: &[Value]) -> (i32, Value) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    lay(&tree, TREE);
    let report = scratch.path().join("findings.json");
    fs::write(&report, json!({"schema": "invitro.findings/v1", "findings": findings}).to_string()).expect("a file can be written");
    let (status, out, err) = run(&["fix", report.to_str().expect("UTF-8"), "--on", tree.to_str().expect("UTF-8"), "--format", "json"]);
    (status, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")))
}

fn rule(name: &str) -> Value {
    json!({"rule": name})
}

/// What became of each finding: rule, result, verdict.
fn told(list: &Value) -> Vec<String> {
    let word = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    let one = |it: &Value| format!("{} {} {}", word(&it["finding"]["rule"]), word(&it["finding"]["result"]), word(&it["verdict"]));
    list["reports"].as_array().expect("reports").iter().map(one).collect()
}

#[test]
fn every_finding_has_one_word_and_the_summary_adds_up() {
    let (_, list) = fix(&[
        rule("sshd_disable_root_login"),
        rule("xccdf_org.ssgproject.content_rule_sshd_disable_x11_forwarding"),
        rule("sudo_remove_nopasswd"),
        rule("sudo_remove_no_authenticate"),
        rule("sudo_add_use_pty"),
        rule("sudo_custom_logfile"),
        rule("accounts_maximum_age_login_defs"),
        rule("accounts_umask_etc_login_defs"),
        rule("accounts_password_pam_minlen"),
        rule("accounts_password_pam_dcredit"),
        rule("kernel_module_cramfs_disabled"),
        rule("sshd_disable_empty_passwords"),
        rule("file_permissions_cron_d"),
        rule("nobody_knows"),
    ]);
    insta::assert_snapshot!(told(&list).join("\n"), @"
    sshd_disable_root_login fixed needs-approval
    xccdf_org.ssgproject.content_rule_sshd_disable_x11_forwarding fixed needs-approval
    sudo_remove_nopasswd fixed needs-approval
    sudo_remove_no_authenticate fixed needs-approval
    sudo_add_use_pty fixed needs-approval
    sudo_custom_logfile fixed needs-approval
    accounts_maximum_age_login_defs fixed proven
    accounts_umask_etc_login_defs fixed proven
    accounts_password_pam_minlen fixed proven
    accounts_password_pam_dcredit fixed proven
    kernel_module_cramfs_disabled fixed needs-approval
    sshd_disable_empty_passwords not-applicable -
    file_permissions_cron_d not-applicable -
    nobody_knows not-fixed -
    ");
    let counts = |of: &str| list["summary"][of].as_object().expect("counts").values().map(|it| it.as_u64().expect("a number")).sum::<u64>();
    assert_eq!(list["summary"]["findings"], 14);
    assert_eq!((counts("results"), counts("verdicts")), (14, 14), "no finding is dropped, none counted twice");
}

#[test]
fn a_batch_says_whether_its_order_matters() {
    let (_, apart) = fix(&[rule("sshd_disable_root_login"), rule("accounts_umask_etc_login_defs")]);
    assert_eq!(apart["summary"]["commutes"]["holds"], true, "{}", apart["summary"]);
    // Both put a line before the first one: the lines come out in the order of the fixes.
    let (_, same) = fix(&[rule("sshd_set_max_auth_tries"), rule("sshd_set_idle_timeout")]);
    let commutes = &same["summary"]["commutes"];
    assert_eq!((&commutes["holds"], commutes["pairs"].as_array().map(Vec::len)), (&Value::Bool(false), Some(1)), "{commutes}");
    assert_eq!(commutes["pairs"][0]["paths"], json!(["/etc/ssh/sshd_config"]));
    let (_, alone) = fix(&[rule("sshd_disable_root_login")]);
    assert_eq!(alone["summary"]["commutes"]["holds"], Value::Null);
}
