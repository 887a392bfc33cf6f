//! What hangs on a change, as reports say it.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn tried(folder: &Path, fix: &str, format: &str) -> String {
    fs::write(folder.join("fix.sh"), fix).expect("a file can be written");
    let done = Command::new(env!("CARGO_BIN_EXE_invitro"))
        .args(["try", "fix.sh", "--on", "root", "--format", format])
        .current_dir(folder)
        .output()
        .expect("the program starts");
    String::from_utf8(done.stdout).expect("text")
}

#[test]
fn a_report_says_what_hangs_on_the_change() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let root = folder.path().join("root");
    put(&root, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n");
    put(&root, "etc/default/ssh", "SSHD_OPTS=\n");
    put(&root, "etc/motd", "hello\n");
    put(&root, "usr/lib/systemd/system/ssh.service", "[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D\n");
    put(
        &root,
        "var/lib/dpkg/status",
        "Package: openssh-server\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nConffiles:\n /etc/default/ssh 500e3cf069fe9a7b9936108eb9d9c035\n",
    );
    put(&root, "var/lib/dpkg/info/openssh-server.list", "/.\n/lib/systemd/system/ssh.service\n");
    let fix = "sed -i 's/^SSHD_OPTS=.*/SSHD_OPTS=-u0/' /etc/default/ssh\necho 'X11Forwarding no' > /etc/ssh/sshd_config.d.conf\n\
               mkdir -p /etc/ssh/sshd_config.d\necho 'X11Forwarding no' > /etc/ssh/sshd_config.d/10-x11.conf\n";
    let report: Value = serde_json::from_str(&tried(folder.path(), fix, "json")).expect("JSON");
    let told: Vec<String> = report["dependents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| ["path", "kind", "name", "reason"].map(|key| it[key].as_str().expect("text")).join(" | "))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    /etc/default/ssh | package | openssh-server | it is its configuration
    /etc/default/ssh | service | ssh.service | EnvironmentFile= names it
    /etc/ssh/sshd_config.d/10-x11.conf | include | /etc/ssh/sshd_config | line 1 includes it
    "#);
    let text = tried(folder.path(), fix, "text");
    assert!(text.contains("service ssh.service: EnvironmentFile= names it (/etc/default/ssh)"), "{text}");
    assert!(tried(folder.path(), fix, "html").contains("EnvironmentFile= names it"));
    // Nothing hangs on a file that nobody names.
    let report: Value = serde_json::from_str(&tried(folder.path(), "echo x > /etc/motd\n", "json")).expect("JSON");
    assert_eq!(report["dependents"], Value::Array(vec![]));
}
