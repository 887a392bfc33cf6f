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
    fix_on(TREE, findings)
}

fn fix_on(files: &[(&str, &str)], findings: &[Value]) -> (i32, Value) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    lay(&tree, files);
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

#[test]
fn a_fix_that_brings_another_finding_back_has_regressed() {
    // The two ask for opposite things: what makes one good makes the other stand, which did not stand before.
    let (status, list) = fix(&[rule("sshd_set_loglevel_verbose"), rule("sshd_set_loglevel_info"), rule("accounts_umask_etc_login_defs")]);
    assert_eq!(status, 11);
    insta::assert_snapshot!(told(&list).join("\n"), @"
    sshd_set_loglevel_verbose regressed refused
    sshd_set_loglevel_info not-applicable -
    accounts_umask_etc_login_defs fixed proven
    ");
    let reason = list["reports"][0]["reasons"][0]["message"].as_str().expect("a reason");
    assert_eq!(reason, "the finding sshd_set_loglevel_info did not stand before the fix and stands after it (finding-returns)");
    let (_, alone) = fix(&[rule("sshd_set_loglevel_verbose")]);
    assert_eq!(told(&alone), ["sshd_set_loglevel_verbose fixed needs-approval"]);
}

#[test]
fn a_finding_that_is_gone_in_some_of_its_places_is_partly_fixed() {
    use invitro::{
        engine::{Bench, trial},
        finding::{Finding, Location, read},
        gate::Policy,
        guest::{Cache, Context},
        remediation::{Artifact, Language, Remediation, Scope},
        sandbox::Modules,
        strain::Wanted,
        tree::Tree,
    };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    lay(
        scratch.path(),
        &[("srv/a", "a\n"), ("srv/b", "b\n"), ("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nMatch User ada\nX11Forwarding yes\n")],
    );
    lay(scratch.path(), &[("etc/ssh/sshd_config.d/a.conf", "X11Forwarding yes\n")]);
    for path in ["srv/a", "srv/b"] {
        fs::set_permissions(scratch.path().join(path), std::os::unix::fs::PermissionsExt::from_mode(0o666)).expect("a mode can be set");
    }
    let tree = Tree::open(scratch.path()).expect("a tree");
    let cache = Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let modules = Modules::built_in(Some(&cache), &|_| {}).expect("modules");
    let policy = Policy::default();
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default(), wanted: Wanted::default() };
    let check = |rule: &str, places: &[&str], script: &str| {
        let report = json!({"schema": "invitro.findings/v1", "findings": [{"rule": rule}]}).to_string();
        let finding = read("findings", report.as_bytes()).expect("a finding").findings.remove(0);
        let finding = Finding { locations: places.iter().map(|it| Location { path: it.as_bytes().to_vec(), line: None }).collect(), ..finding };
        let artifact = Artifact::Script { language: Language::Bash, name: "fix.sh".into(), text: format!("#!/bin/bash\n{script}\n").into_bytes() };
        let remediation = Remediation::of(
            artifact,
            "fix.sh",
            Some(Scope::parse(["/srv/a", "/srv/b", "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/a.conf"]).expect("a scope")),
        );
        let evidence = trial(&bench, &tree, Some(&finding), &remediation);
        (evidence.finding.expect("the finding").1.word(), evidence.proofs.fixed.holds)
    };
    let writable = |places: &[&str], script: &str| check("file_permissions_unauthorized_world_writable", places, script);
    assert_eq!(writable(&["/srv/a", "/srv/b"], "chmod o-w /srv/a"), ("partial", Some(false)));
    assert_eq!(writable(&["/srv/a", "/srv/b"], "chmod o-w /srv/a /srv/b"), ("fixed", Some(true)));
    assert_eq!(writable(&["/srv/a", "/srv/b"], "chmod o-x /srv/a; touch /srv/b"), ("no-op", Some(false)));
    assert_eq!(writable(&["/srv/a"], "chmod o-w /srv/b"), ("not-fixed", Some(false)), "what is elsewhere does not count");
    assert_eq!(writable(&[], "chmod o-w /srv/b"), ("unproven", None), "a finding without a place names nothing that could be looked at");
    let (main, drop_in) = ("/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/a.conf");
    let forwarding = |places: &[&str], script: &str| check("sshd_disable_x11_forwarding", places, script);
    let half = "sed -i 's/yes/no/' /etc/ssh/sshd_config.d/a.conf";
    assert_eq!(forwarding(&[main, drop_in], half), ("partial", Some(false)));
    assert_eq!(forwarding(&[drop_in], half), ("not-fixed", Some(false)), "sshd's configuration as a whole still allows it");
    assert_eq!(forwarding(&[main, drop_in], "sed -i 's/yes/no/' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/a.conf"), ("fixed", Some(true)));
}

#[test]
fn rules_of_other_catalogues_are_fixed_as_ours() {
    let (_, list) = fix(&[
        rule("xccdf_mil.disa.stig_rule_SV-204592r603261_rule"),
        rule("xccdf_mil.disa.stig_rule_SV-204600r603261_rule"),
        json!({"rule": "scanner-17", "aliases": ["CCI-000366", "CCE-27051-2"]}),
        rule("xccdf_org.cisecurity.benchmarks_rule_5.2.8_Ensure_SSH_root_login_is_disabled"),
        json!({"rule": "3.2.2", "title": "Ensure packet redirect sending is disabled (Automated)"}),
        rule("xccdf_mil.disa.stig_rule_SV-999999r1_rule"),
    ]);
    insta::assert_snapshot!(told(&list).join("\n"), @"
    xccdf_mil.disa.stig_rule_SV-204592r603261_rule fixed needs-approval
    xccdf_mil.disa.stig_rule_SV-204600r603261_rule fixed needs-approval
    scanner-17 fixed proven
    xccdf_org.cisecurity.benchmarks_rule_5.2.8_Ensure_SSH_root_login_is_disabled fixed needs-approval
    3.2.2 fixed proven
    xccdf_mil.disa.stig_rule_SV-999999r1_rule not-fixed -
    ");
    // One of theirs may be several of ours: all of them are done.
    let both: Vec<&str> = list["reports"][4]["changes"].as_array().expect("changes").iter().filter_map(|it| it["path"].as_str()).collect();
    assert_eq!(both, ["/etc/sysctl.d", "/etc/sysctl.d/99-net-ipv4-conf-all-send-redirects.conf", "/etc/sysctl.d/99-net-ipv4-conf-default-send-redirects.conf"]);
    // The guide asks for 60 days, whatever other guides ask for.
    let days = list["reports"][2]["changes"][0]["diff"].as_str().expect("a diff");
    assert!(days.contains("+PASS_MAX_DAYS\t60"), "{days}");
}

#[test]
fn rules_that_came_later_are_fixed_too() {
    let files: Vec<(&str, &str)> = [
        ("etc/default/useradd", "GROUP=100\nINACTIVE=-1\n"),
        ("etc/ssh/ssh_host_rsa_key", "key\n"),
        ("etc/ssh/ssh_host_rsa_key.pub", "key\n"),
        ("etc/cron.deny", "\n"),
        ("etc/sudoers.d/y", "ALL ALL=(ALL) ALL # everybody\n"),
        ("etc/sudoers.d/z", "Defaults rootpw\n"),
    ]
    .into_iter()
    .chain(TREE.iter().copied())
    .collect();
    let (_, list) = fix_on(
        &files,
        &[
            rule("sshd_disable_user_known_hosts"),
            rule("sshd_use_approved_ciphers"),
            rule("sshd_use_approved_macs"),
            rule("account_disable_post_pw_expiration"),
            rule("file_permissions_sshd_private_key"),
            rule("file_permissions_cron_deny"),
            rule("sudo_restrict_privilege_elevation_to_authorized"),
            rule("sudoers_validate_passwd"),
            json!({"rule": "file_permissions_sshd_private_key", "locations": [{"path": "/etc/ssh/ssh_host_dsa_key"}]}),
        ],
    );
    insta::assert_snapshot!(told(&list).join("\n"), @"
    sshd_disable_user_known_hosts fixed needs-approval
    sshd_use_approved_ciphers fixed needs-approval
    sshd_use_approved_macs fixed needs-approval
    account_disable_post_pw_expiration fixed proven
    file_permissions_sshd_private_key fixed proven
    file_permissions_cron_deny fixed proven
    sudo_restrict_privilege_elevation_to_authorized fixed needs-approval
    sudoers_validate_passwd fixed needs-approval
    file_permissions_sshd_private_key not-applicable -
    ");
    let sudo = list["reports"][7]["changes"].as_array().expect("changes").iter().filter_map(|it| it["diff"].as_str()).collect::<String>();
    insta::assert_snapshot!(sudo, @"
    @@ -1,4 +1,6 @@
     # who may
    +Defaults !targetpw
    +Defaults !runaspw
     root ALL=(ALL:ALL) ALL
     %ops ALL=(ALL) NOPASSWD: /usr/bin/id, PASSWD: ALL # them
     @includedir /etc/sudoers.d
    @@ -1 +1 @@
    -Defaults rootpw
    +Defaults !rootpw
    ");
}
