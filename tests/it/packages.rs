//! Packages in a whole run: databases of a target, and what later commands see of earlier ones. The pages of the models.

use std::{fs, io::Read as _, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::Value;

use crate::machine::run;

const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guest-modules/package-tools");

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, bytes).expect("a file can be written");
}

/// A target with the databases that the library's tests have.
fn lay(root: &Path, system: &str) {
    let recorded = |name: &str| fs::read(format!("{TOOLS}/tests/recorded/{name}")).expect("a file of the repository");
    put(root, "etc/motd", b"hello\n");
    let tools: &[&str] = if system != "dpkg" { &["rpm", "dnf", "yum"] } else { &["dpkg", "dpkg-query", "apt-get", "apt-mark"] };
    for name in tools {
        put(root, &format!("usr/bin/{name}"), b"\x7fELF");
        fs::set_permissions(root.join(format!("usr/bin/{name}")), fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    }
    let unpacked = |name: &str| {
        let mut database = Vec::new();
        flate2::read::GzDecoder::new(&recorded(name)[..]).read_to_end(&mut database).expect("a whole archive");
        database
    };
    if system == "rpm" {
        put(root, "usr/lib/sysimage/rpm/rpmdb.sqlite", &unpacked("rpmdb.sqlite.gz"));
    } else if system == "rhel-8" {
        put(root, "var/lib/rpm/Packages", &unpacked("Packages.gz"));
    } else {
        put(root, "var/lib/dpkg/status", &recorded("status"));
    }
}

/// Tries a fix: the verdict, what changed with its origin, and what was not modelled.
fn tried(system: &str, fix: &str) -> String {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (root, script) = (folder.path().join("root"), folder.path().join("fix.sh"));
    lay(&root, system);
    fs::write(&script, format!("#!/bin/bash\n{fix}")).expect("a file can be written");
    let (_, out, err) = run(&["try", &script.display().to_string(), "--on", &root.display().to_string(), "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let list = |of: &Value, told: fn(&Value) -> String| of.as_array().expect("a list").iter().map(told).collect::<Vec<_>>().join(", ");
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    format!(
        "{} {}\nchanges: {}\neffects: {}\nunmodelled: {}\n",
        text(&report["verdict"]),
        text(&report["dry_run"]["stdout"]),
        list(&report["changes"], |it| format!("{} ({})", it["path"].as_str().unwrap_or_default(), it["origin"].as_str().unwrap_or_default())),
        list(&report["effects"], |it| ["kind", "name", "treatment"].map(|field| it[field].as_str().unwrap_or_default()).join(" ")),
        list(&report["dry_run"]["unmodelled"], |it| it["reason"].as_str().unwrap_or_default().to_owned()),
    )
}

#[test]
fn a_guard_reads_the_database_of_the_target() {
    insta::assert_snapshot!(tried("rpm", "if rpm --quiet -q audit && ! rpm --quiet -q telnet; then echo yes > /etc/motd; fi\nrpm -q --qf '%{VERSION}\\n' openssl\n"), @r"
    proven 3.0.7
    
    changes: /etc/motd (fix)
    effects: 
    unmodelled: 
    ");
    insta::assert_snapshot!(tried("dpkg", "if dpkg-query -W -f '${Status}' auditd | grep -q 'ok installed'; then echo yes > /etc/motd; fi\n"), @r"
    proven 
    changes: /etc/motd (fix)
    effects: 
    unmodelled: 
    ");
}

#[test]
fn a_database_of_before_is_read_too() {
    insta::assert_snapshot!(tried("rhel-8", "rpm --quiet -q audit && rpm -q kernel-core > /etc/motd\nrpm -qf /etc/audit.conf\n"), @r"
    proven audit-3.0.7-104.el9.x86_64

    changes: /etc/motd (fix)
    effects: 
    unmodelled: 
    ");
}

#[test]
fn a_tool_of_the_other_family_is_not_there() {
    insta::assert_snapshot!(tried("dpkg", "rpm --quiet -q audit || echo no rpm > /etc/motd\n"), @r"
    unproven 
    changes: /etc/motd (fix)
    effects: 
    unmodelled: 
    ");
}

#[test]
fn later_questions_know_of_earlier_changes() {
    insta::assert_snapshot!(tried("rpm", "dnf -y install telnet\nrpm --quiet -q telnet && echo there\ndnf -y remove audit\nrpm --quiet -q audit || echo gone\n"), @r"
    needs-approval there
    gone
    
    changes: 
    effects: package-install telnet recorded, package-remove audit recorded
    unmodelled: 
    ");
    insta::assert_snapshot!(tried("rpm", "yum install -y telnet\nrpm -q telnet > /etc/motd\n"), @r"
    refused 
    changes: /etc/motd (fix)
    effects: package-install telnet recorded
    unmodelled: the version of telnet, whose installation was only recorded, of rpm is not modelled
    ");
    insta::assert_snapshot!(tried("dpkg", "apt-get purge -y acl\ndpkg-query -W -f '${Status}\\n' acl || echo gone\n"), @r"
    needs-approval unknown ok not-installed
    
    changes: /var/lib/dpkg/status (model:apt-get)
    effects: package-remove acl recorded
    unmodelled: 
    ");
}

#[test]
fn selections_of_packages_are_held_in_the_database() {
    insta::assert_snapshot!(tried("dpkg", "apt-mark hold auditd\napt-mark showhold\n"), @r"
    proven auditd set on hold.
    auditd
    held-one

    changes: /var/lib/dpkg/status (model:apt-mark), /var/lib/dpkg/status-old (model:apt-mark)
    effects: package-hold auditd modelled
    unmodelled: 
    ");
}

/// Words in backquotes of a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_pages_of_the_models_name_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let sources = |folder: &str| -> String {
        let mut todo = vec![root.join(folder)];
        let mut all = String::new();
        while let Some(path) = todo.pop() {
            if path.is_dir() {
                todo.extend(fs::read_dir(path).expect("a folder").map(|it| it.expect("an entry").path()));
            } else {
                all.push_str(&fs::read_to_string(path).expect("a text"));
            }
        }
        all
    };
    for (page, list, start, folder) in [
        ("docs/models/packages.md", "guest-modules/package-tools/src/lib.rs", "NAMES: &[&str] = &[", "guest-modules/package-tools/src"),
        (
            "docs/models/network.md",
            "guest-modules/command-models/network/src/lib.rs",
            "READERS: &[(&str, fn(&str, &[String]) -> Intent)] = &[",
            "guest-modules/command-models/network/src",
        ),
    ] {
        let (text, code, sources) = (read(page), read(list), sources(folder));
        let names: Vec<&str> = code.split_once(start).expect("the list").1.split("];").next().expect("its end").split('"').skip(1).step_by(2).collect();
        assert!(names.len() > 15, "the names were found: {names:?}");
        let heads: Vec<&str> = text.lines().filter_map(|it| it.strip_prefix("## ")).flat_map(|it| it.split(", ")).chain(quoted(&text)).collect();
        let missing: Vec<&&str> = names.iter().filter(|it| !heads.contains(it)).collect();
        assert!(missing.is_empty(), "{page} does not tell of {missing:?}");
        // Bundles of letters stand letter by letter in the sources.
        let is_known = |it: &str| sources.contains(it) || it.len() == 2 && sources.contains(&format!("'{}'", &it[1..]));
        let options = quoted(&text).filter(|it| it.starts_with('-') && !it.contains(' '));
        let unknown: Vec<&str> = options.filter(|it| !is_known(it)).collect();
        assert!(unknown.iter().all(|it| ["-V", "--root", "--dbpath", "--config", "-s"].contains(it)), "{page} names options that no source knows: {unknown:?}");
    }
}
