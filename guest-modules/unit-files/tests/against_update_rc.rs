//! Start scripts' links against update-rc.d(8) itself in a Debian root.
//!
//! `UPDATE_RC_ROOT=DIR cargo test -p unit-files --test against_update_rc`; without it, it is skipped aloud. It needs to be root, for chroot.

#[allow(dead_code, reason = "each test uses a part")]
mod support;

use std::{env, fs, path::PathBuf, process::Command};

use support::Root;
use unit_files::Files;

/// Links of all runlevels.
fn links(root: &Root) -> String {
    let mut rows = Vec::new();
    for level in ["S", "0", "1", "2", "3", "4", "5", "6"] {
        let folder = format!("/etc/rc{level}.d");
        rows.extend(root.names(&folder).into_iter().filter(|it| it.ends_with("invitro-case")).map(|it| format!("{folder}/{it} -> {}", root.link(&format!("{folder}/{it}")).unwrap_or_default())));
    }
    rows.join("\n")
}

#[test]
fn agrees_with_update_rc() {
    let Some(machine) = env::var_os("UPDATE_RC_ROOT").map(PathBuf::from) else {
        eprintln!("skipped: UPDATE_RC_ROOT is not set");
        return;
    };
    let theirs = Root(machine);
    let ours = Root(env::temp_dir().join(format!("update-rc-{}", std::process::id())));
    let headers = ["2 3 4 5|0 1 6", "S|", "2 3 4 5|", "S 2|0 6", "3 5|0 1 2 6"];
    let befores = ["", "rc2.d/S01", "rc2.d/K05", "rc3.d/S20 rc2.d/K01 rc0.d/K01", "rcS.d/S12", "rc5.d/K01 rc5.d/S02"];
    let (mut made, mut unmodelled) = (0, 0);
    for header in headers {
        let (start, stop) = header.split_once('|').unwrap();
        let script = format!("#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x\n# Default-Start: {start}\n# Default-Stop: {stop}\n### END INIT INFO\n");
        for before in befores {
            for enable in [true, false] {
                let _ = fs::remove_dir_all(&ours.0);
                for root in [&ours, &theirs] {
                    for line in links(root).lines() {
                        root.remove_file(line.split(" -> ").next().unwrap()).unwrap();
                    }
                    root.put("/etc/init.d/invitro-case", &script);
                    for place in before.split_whitespace() {
                        root.make_folder(&format!("/etc/{}", place.split('/').next().unwrap())).unwrap();
                        root.make_link("../init.d/invitro-case", &format!("/etc/{place}invitro-case")).unwrap();
                    }
                }
                made += 1;
                if unit_files::toggle(&ours, "invitro-case", enable).is_err() {
                    unmodelled += 1;
                    continue;
                }
                for action in ["defaults", if enable { "enable" } else { "disable" }] {
                    let done = Command::new("chroot").arg(&theirs.0).args(["/usr/sbin/update-rc.d", "invitro-case", action]).env("_SKIP_SYSTEMD_NATIVE", "1").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").status().unwrap();
                    assert!(done.success(), "{header} {before} {action}");
                }
                assert_eq!(links(&ours), links(&theirs), "header {header}, before {before}, enable {enable}");
            }
        }
    }
    let _ = fs::remove_dir_all(&ours.0);
    eprintln!("{made} cases, {unmodelled} not modelled");
}
