//! What of a fix is known before it runs, and how each command of a run was treated.

use std::fs;

use crate::machine::run;

const SCRIPT: &str = "set -e
restart() { systemctl restart \"$1\"; }
if ! grep -q '^MaxAuthTries' /etc/ssh/sshd_config; then
  frobnicate --now
fi
apt-get install -y auditd
restart sshd
select it in a b; do echo \"$it\"; done
";

const PROGRAM: &str = "import os, subprocess, yaml
from pathlib import Path
subprocess.run([\"systemctl\", \"restart\", \"sshd\"], check=True)
subprocess.run([\"frobnicate\", os.environ[\"X\"]])
";

#[test]
fn each_command_of_a_fix_is_listed_before_it_runs() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let put = |name: &str, text: &str| {
        fs::write(scratch.path().join(name), text).expect("a file can be written");
        scratch.path().join(name).display().to_string()
    };
    let (status, out, err) = run(&["explain", "coverage", &put("fix.sh", SCRIPT)]);
    assert_eq!(
        (status, out.as_str()),
        (
            0,
            "    1  modelled  set -e
    2  open      systemctl restart \"$1\"  (its words are known in the run only)
    3  modelled  grep -q ^MaxAuthTries /etc/ssh/sshd_config
    4  unknown   frobnicate --now  (no command model)
    6  recorded  apt-get install -y auditd  (package-install of auditd)
    7  modelled  restart sshd  (a function of the script)
    8  unknown   `select` asks a person
    8  open      echo \"$it\"  (its words are known in the run only)
3 modelled, 2 open, 1 recorded, 2 unknown
"
        ),
        "{err}"
    );
    let (status, out, _) = run(&["explain", "coverage", &put("fix.py", PROGRAM), "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let told: Vec<String> = list["commands"]
        .as_array()
        .expect("commands")
        .iter()
        .map(|it| format!("{} {} {}", it["line"], it["treatment"].as_str().expect("a word"), it["command"].as_str().expect("a text")))
        .collect();
    let expected =
        ["1 modelled os", "1 modelled subprocess", "1 unknown yaml", "2 modelled pathlib", "3 recorded systemctl restart sshd", "4 unknown frobnicate"];
    assert_eq!((status, told), (0, expected.map(str::to_owned).to_vec()));
    let (status, out, _) = run(&["explain", "coverage", &put("broken.sh", "echo a\nif then\n")]);
    assert_eq!((status, out.as_str()), (0, "    1  modelled  echo a\n    2  unknown   the shell can't read on from here\n1 modelled, 1 unknown\n"));
}

#[test]
fn each_command_of_a_run_is_listed_with_its_treatment() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let fix = scratch.path().join("fix.sh");
    fs::write(&fix, "systemctl restart sshd\nfrobnicate --now || true\nsysctl -w net.ipv4.ip_forward=0\n").expect("a file can be written");
    let (status, out, _) = run(&["explain", "effects", &fix.display().to_string()]);
    assert_eq!(
        (status, out.as_str()),
        (
            0,
            "    1  recorded  systemctl restart sshd  (service-restart of sshd.service)
    2  unmodelled frobnicate --now  (no command model)
    3  modelled  sysctl -w net.ipv4.ip_forward=0  (kernel-setting of net.ipv4.ip_forward)
1 modelled, 1 recorded, 1 unmodelled
"
        )
    );
    let (status, _, err) = run(&["explain", "effects"]);
    assert!(status == 1 && err.contains("`explain effects` needs a fix"), "{err}");
    let (status, _, err) = run(&["explain", "clock", &fix.display().to_string()]);
    assert!(status == 1 && err.contains("`clock` was given a fix"), "{err}");
}
