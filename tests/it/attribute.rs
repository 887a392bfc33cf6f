//! Extended attributes and inode flags end to end: a change of them alone is told, undone, and weighed. Needs root and a file system that
//! has them; else it is skipped aloud.

use std::{fs, path::Path};

use rustix::fs::{IFlags, Mode, OFlags, XattrFlags};
use serde_json::Value;

use crate::machine::run;

/// File capabilities of the second revision: `cap_net_raw=ep`.
const CAPABILITY: [u8; 20] = [1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// `user::rw-,user:1000:rwx,group::r--,mask::rw-,other::---`.
const LIST: [u8; 44] = [
    2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 7, 0, 232, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255,
    255, 255, 255,
];
const LABEL: &[u8] = b"system_u:object_r:etc_t:s0\0";

fn set(path: &Path, name: &str, value: &[u8]) -> rustix::io::Result<()> {
    rustix::fs::lsetxattr(path, name, value, XattrFlags::empty())
}

fn freeze(path: &Path, on: bool) -> rustix::io::Result<()> {
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut flags = rustix::fs::ioctl_getflags(&file)?;
    flags.set(IFlags::IMMUTABLE, on);
    rustix::fs::ioctl_setflags(&file, flags)
}

/// A target with one file of each kind, and with or without the programs that a rollback needs.
struct Target(tempfile::TempDir);

impl Target {
    /// None where this machine can't make it.
    fn new(with_programs: bool) -> Option<Target> {
        let target = Target(tempfile::tempdir().expect("a scratch folder"));
        for folder in ["etc", "usr/bin", "srv/shared"] {
            fs::create_dir_all(target.at(folder)).expect("a folder can be made");
        }
        for (name, text) in [("etc/noted", "one\n"), ("etc/listed", "one\n"), ("etc/labelled", "one\n"), ("etc/frozen", "one\n"), ("usr/bin/capable", "one\n")]
        {
            fs::write(target.at(name), text).expect("a file can be written");
        }
        if with_programs {
            for name in ["usr/bin/setfattr", "usr/bin/chattr"] {
                fs::write(target.at(name), b"\x7fELF").expect("a file can be written");
                fs::set_permissions(target.at(name), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode can be set");
            }
        }
        let made = set(&target.at("etc/noted"), "user.note", b"confidential")
            .and_then(|()| set(&target.at("etc/listed"), "system.posix_acl_access", &LIST))
            .and_then(|()| set(&target.at("srv/shared"), "system.posix_acl_default", &LIST))
            .and_then(|()| set(&target.at("etc/labelled"), "security.selinux", LABEL))
            .and_then(|()| set(&target.at("usr/bin/capable"), "security.capability", &CAPABILITY))
            .and_then(|()| freeze(&target.at("etc/frozen"), true));
        if let Err(error) = made {
            #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
            {
                println!("skipped: attributes and flags can't be set here: {error}");
            }
            return None;
        }
        Some(target)
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Tries a script and gives the report.
    fn tried(&self, script: &str) -> Value {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let fix = scratch.path().join("fix.sh");
        fs::write(&fix, script).expect("a file can be written");
        let (_, out, err) = run(&["try", &fix.display().to_string(), "--on", &self.0.path().display().to_string(), "--format", "json"]);
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = freeze(&self.at("etc/frozen"), false);
    }
}

/// What is told of a report: verdict, whether it is reversible, and of each changed path what it had and has of attributes and flags.
fn told(report: &Value) -> String {
    let side = |it: &Value| {
        let names = it["xattrs"].as_object().map(|it| it.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let flags = it["flags"].as_array().map(|it| it.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect::<Vec<_>>()).unwrap_or_default();
        if it.is_null() { "absent".to_owned() } else { format!("{} [{}]", it["mode"].as_str().expect("a mode"), [names, flags].concat().join(" ")) }
    };
    let changes = report["changes"].as_array().expect("changes").iter().map(|it| {
        format!(
            "{} {} => {}{}\n",
            it["path"].as_str().expect("a path"),
            side(&it["before"]),
            side(&it["after"]),
            if it["diff"].is_null() { "" } else { " text" }
        )
    });
    let reversible = &report["proofs"]["reversible"];
    let why = if reversible["holds"] == true { String::new() } else { format!(": {}", reversible["reason"].as_str().unwrap_or_default()) };
    format!("{} reversible={}{why}\n{}", report["verdict"].as_str().expect("a word"), reversible["holds"], changes.collect::<String>())
}

#[test]
fn what_an_edit_keeps_and_loses_is_told_and_undone() {
    let Some(target) = Target::new(true) else { return };
    let script = "sed -i s/one/uno/ /etc/noted /etc/listed /etc/labelled\ngrep -q more /usr/bin/capable || echo more >> /usr/bin/capable\n";
    insta::assert_snapshot!(told(&target.tried(script)), @r#"
    proven reversible=true
    /etc/labelled 0644 [security.selinux] => 0644 [security.selinux] text
    /etc/listed 0660 [system.posix_acl_access] => 0660 [system.posix_acl_access] text
    /etc/noted 0644 [user.note] => 0644 [] text
    /usr/bin/capable 0644 [security.capability] => 0644 [] text
    "#);
}

#[test]
fn a_change_of_attributes_alone_is_told_and_undone() {
    let Some(target) = Target::new(true) else { return };
    let script = "chattr +i /etc/noted\nchown 0:0 /usr/bin/capable\nchmod 600 /etc/listed\nsetfattr -x user.note /etc/noted || true\n";
    insta::assert_snapshot!(told(&target.tried(script)), @r#"
    proven reversible=true
    /etc/listed 0660 [system.posix_acl_access] => 0600 [system.posix_acl_access]
    /etc/noted 0644 [user.note] => 0644 [user.note immutable]
    /usr/bin/capable 0644 [security.capability] => 0644 []
    "#);
    insta::assert_snapshot!(told(&target.tried("setfattr -n user.note -v 0x00 /etc/noted\n")), @r#"
    proven reversible=true
    /etc/noted 0644 [user.note] => 0644 [user.note]
    "#);
}

#[test]
fn a_flag_forbids_what_it_forbids_root() {
    let Some(target) = Target::new(true) else { return };
    let tries = "for it in 'echo two > /etc/frozen' 'rm -f /etc/frozen' 'mv /etc/frozen /etc/thawed' 'ln /etc/frozen /etc/second' 'chmod 600 /etc/frozen'; do\n  eval \"$it\" && exit 3\ndone 2>/dev/null\ntrue\n";
    let report = target.tried(tries);
    assert_eq!((report["dry_run"]["exit_code"].as_u64(), report["changes"].as_array().map(Vec::len)), (Some(0), Some(0)), "{report:#}");
    let thaw = "chattr -i /etc/frozen\ngrep -q two /etc/frozen || echo two >> /etc/frozen\nchattr +i /etc/frozen\n";
    insta::assert_snapshot!(told(&target.tried(thaw)), @r#"
    proven reversible=true
    /etc/frozen 0644 [immutable] => 0644 [immutable] text
    "#);
}

#[test]
fn what_is_made_below_a_default_list_inherits_it() {
    let Some(target) = Target::new(true) else { return };
    insta::assert_snapshot!(told(&target.tried("mkdir -p /srv/shared/d\n: > /srv/shared/d/f\n")), @r#"
    proven reversible=true
    /srv/shared/d absent => 0660 [system.posix_acl_access system.posix_acl_default]
    /srv/shared/d/f absent => 0660 [system.posix_acl_access]
    "#);
    fs::write(target.at("srv/shared/old"), "old\n").expect("a file can be written");
    rustix::fs::removexattr(target.at("srv/shared/old").as_path(), "system.posix_acl_access").expect("root may");
    insta::assert_snapshot!(told(&target.tried("rm -f /srv/shared/old\n")), @r#"
    proven reversible=true
    /srv/shared/old 0660 [] => absent text
    "#);
}

#[test]
fn what_no_program_of_the_target_can_restore_is_irreversible() {
    let Some(target) = Target::new(false) else { return };
    insta::assert_snapshot!(told(&target.tried("sed -i s/one/uno/ /etc/labelled /etc/listed\n")), @r#"
    proven reversible=true
    /etc/labelled 0644 [security.selinux] => 0644 [security.selinux] text
    /etc/listed 0660 [system.posix_acl_access] => 0660 [system.posix_acl_access] text
    "#);
    insta::assert_snapshot!(told(&target.tried("sed -i s/one/uno/ /etc/noted\n")), @r#"
    refused reversible=false: extended attributes of /etc/noted would have to be restored, and the target has no `setfattr`
    /etc/noted 0644 [user.note] => 0644 [] text
    "#);
    insta::assert_snapshot!(told(&target.tried("chattr -i /etc/frozen\n")), @r#"
    refused reversible=false: inode flags of /etc/frozen would have to be restored, and the target has no `chattr`
    /etc/frozen 0644 [immutable] => 0644 []
    "#);
}

#[test]
fn a_copy_keeps_what_it_is_asked_to_keep() {
    let Some(target) = Target::new(true) else { return };
    let script = "cp /etc/noted /etc/n1\ncp -p /etc/listed /etc/l1\ncp -a /etc/noted /etc/n2\ncp -a /usr/bin/capable /usr/bin/c2\n";
    let report = target.tried(script);
    insta::assert_snapshot!(told(&report), @r#"
    refused reversible=true
    /etc/l1 absent => 0660 [system.posix_acl_access] text
    /etc/n1 absent => 0644 [] text
    /etc/n2 absent => 0644 [user.note] text
    /usr/bin/c2 absent => 0644 [security.capability] text
    "#);
    let codes: Vec<_> = report["reasons"].as_array().expect("reasons").iter().map(|it| it["code"].as_str().expect("a word")).collect();
    assert!(codes.contains(&"set-id"), "{codes:?}");
}

#[test]
fn the_label_of_a_new_file_is_a_doubt() {
    let Some(target) = Target::new(true) else { return };
    set(&target.at("etc"), "security.selinux", LABEL).expect("root may");
    let report = target.tried("echo x > /etc/new\nsed -i s/one/uno/ /etc/labelled\n");
    let doubts: Vec<_> = report["doubts"].as_array().expect("doubts").iter().map(|it| (it["code"].as_str(), it["message"].as_str())).collect();
    assert_eq!(doubts, [(Some("label-unknown"), Some("the SELinux label that the machine gives to /etc/new is not known"))]);
    assert_eq!(report["verdict"], "proven", "{report:#}");
}

#[test]
fn no_value_of_an_attribute_leaves_the_machine() {
    let Some(target) = Target::new(true) else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let fix = scratch.path().join("fix.sh");
    fs::write(&fix, "sed -i s/one/uno/ /etc/noted\n").expect("a file can be written");
    for format in ["text", "json", "html", "markdown", "sarif", "junit", "github"] {
        let (_, out, _) = run(&["try", &fix.display().to_string(), "--on", &target.0.path().display().to_string(), "--format", format]);
        assert!(!out.contains("confidential") && !out.contains("636f6e666964656e7469616c"), "{format}");
        if ["text", "json", "html"].contains(&format) {
            assert!(out.contains("user.note"), "{format}: the loss is told");
        }
    }
}
