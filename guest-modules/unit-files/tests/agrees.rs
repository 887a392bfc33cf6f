//! What `systemctl --root` of systemd 252.39 (Debian 12) answered to these calls, one after the other; removals are sorted.

mod support;

use std::{env, fs};

use support::{Root, call};

/// Unit files of the case.
const UNITS: &[(&str, &str)] = &[
    ("a.service", "[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias=b.service\nAlso=s.socket\n"),
    ("s.socket", "[Socket]\n[Install]\nWantedBy=sockets.target\n"),
    ("static.service", "[Service]\nExecStart=/bin/true\n"),
    ("t@.service", "[Service]\n[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n"),
    ("u@.service", "[Service]\n[Install]\nWantedBy=getty.target\n"),
    ("ind.service", "[Service]\n[Install]\nAlso=a.service\n"),
    ("multi-user.target", "[Unit]\n"),
];

/// A call, its status, standard output and standard error.
const CALLS: &[(&str, i32, &str, &str)] = &[
    ("enable a", 0, "", "Created symlink /etc/systemd/system/b.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/multi-user.target.wants/a.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/sockets.target.wants/s.socket → /lib/systemd/system/s.socket.\nUnit /lib/systemd/system/s.socket is added as a dependency to a non-existent unit sockets.target."),
    ("is-enabled a b s.socket static t@ t@tty1 u@ ind", 0, "enabled\nalias\nenabled\nstatic\ndisabled\ndisabled\ndisabled\nindirect\n", ""),
    ("enable t@", 0, "", "Created symlink /etc/systemd/system/getty.target.wants/t@tty1.service → /lib/systemd/system/t@.service.\nUnit /lib/systemd/system/t@.service is added as a dependency to a non-existent unit getty.target."),
    ("enable u@", 1, "", "Failed to enable u@.service, destination unit getty.target is a non-template unit."),
    ("enable u@x", 0, "", "Created symlink /etc/systemd/system/getty.target.wants/u@x.service → /lib/systemd/system/u@.service.\nUnit /lib/systemd/system/u@.service is added as a dependency to a non-existent unit getty.target."),
    ("is-enabled u@x u@ t@", 0, "enabled\nindirect\nenabled\n", ""),
    ("enable static", 0, "", "The unit files have no installation config"),
    ("enable ind", 0, "", "Unit /lib/systemd/system/s.socket is added as a dependency to a non-existent unit sockets.target."),
    ("is-enabled ind", 0, "indirect\n", ""),
    ("mask a", 0, "", "Created symlink /etc/systemd/system/a.service → /dev/null."),
    ("enable a", 1, "", "Failed to enable unit, unit /etc/systemd/system/a.service is masked."),
    ("is-enabled a", 1, "masked\n", ""),
    ("disable a", 0, "", "Unit /etc/systemd/system/a.service is masked, ignoring."),
    ("unmask a", 0, "", "Removed \"/etc/systemd/system/a.service\"."),
    ("disable ind", 0, "", "Removed \"/etc/systemd/system/b.service\".\nRemoved \"/etc/systemd/system/multi-user.target.wants/a.service\".\nRemoved \"/etc/systemd/system/sockets.target.wants/s.socket\"."),
    ("is-enabled a", 1, "disabled\n", ""),
    ("preset a", 0, "", "Created symlink /etc/systemd/system/b.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/multi-user.target.wants/a.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/sockets.target.wants/s.socket → /lib/systemd/system/s.socket.\nUnit /lib/systemd/system/s.socket is added as a dependency to a non-existent unit sockets.target."),
    ("set-default multi-user", 0, "", "Created symlink /etc/systemd/system/default.target → /lib/systemd/system/multi-user.target."),
    ("reenable a", 0, "", "Removed \"/etc/systemd/system/b.service\".\nRemoved \"/etc/systemd/system/multi-user.target.wants/a.service\".\nRemoved \"/etc/systemd/system/sockets.target.wants/s.socket\".\nCreated symlink /etc/systemd/system/b.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/multi-user.target.wants/a.service → /lib/systemd/system/a.service.\nCreated symlink /etc/systemd/system/sockets.target.wants/s.socket → /lib/systemd/system/s.socket.\nUnit /lib/systemd/system/s.socket is added as a dependency to a non-existent unit sockets.target."),
    ("mask static", 0, "", "Created symlink /etc/systemd/system/static.service → /dev/null."),
    ("enable b", 1, "", "Failed to enable unit, refusing to operate on linked unit file b.service."),
    ("disable a s.socket", 0, "", "Removed \"/etc/systemd/system/b.service\".\nRemoved \"/etc/systemd/system/multi-user.target.wants/a.service\".\nRemoved \"/etc/systemd/system/sockets.target.wants/s.socket\"."),
    ("is-enabled a s.socket", 1, "disabled\ndisabled\n", ""),
    ("unmask static a", 0, "", "Removed \"/etc/systemd/system/static.service\"."),
];

/// The links that were there at the end.
const LINKS: &str = "/etc/systemd/system/default.target -> /lib/systemd/system/multi-user.target\n/etc/systemd/system/getty.target.wants/t@tty1.service -> /lib/systemd/system/t@.service\n/etc/systemd/system/getty.target.wants/u@x.service -> /lib/systemd/system/u@.service";

#[test]
fn answers_as_systemctl_did() {
    let root = Root(env::temp_dir().join(format!("unit-files-recorded-{}", std::process::id())));
    let _ = fs::remove_dir_all(&root.0);
    fs::create_dir_all(root.0.join("etc/systemd/system")).unwrap();
    for (name, text) in UNITS {
        root.put(&format!("/lib/systemd/system/{name}"), text);
    }
    for (words, status, out, err) in CALLS {
        let split: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let answer = call(&root, &split).unwrap_or_else(|| panic!("{words} is not modelled"));
        let mut lines: Vec<&str> = answer.2.lines().collect();
        lines.sort_by_key(|it| (!it.starts_with("Removed"), if it.starts_with("Removed") { *it } else { "" }));
        assert_eq!((answer.0, answer.1.as_str(), lines.join("\n").as_str()), (*status, *out, *err), "{words}");
    }
    let links: Vec<String> = root.listing().lines().filter(|it| it.contains(" -> ")).map(str::to_owned).collect();
    let _ = fs::remove_dir_all(&root.0);
    assert_eq!(links.join("\n"), LINKS);
}
