//! What `systemctl enable` and `disable` do to start scripts of Debian besides: `/lib/systemd/systemd-sysv-install` calls update-rc.d(8)
//! (init-system-helpers 1.65) with `defaults`, then with `enable` or `disable`. Other init systems' tools are not modelled.

use crate::{Files, Stop};

/// What systemctl runs where a unit has a start script too.
pub const INSTALLER: &str = "/lib/systemd/systemd-sysv-install";

/// Makes the links of a start script, then turns them to start (`S`) or stop (`K`).
pub fn toggle(files: &dyn Files, name: &str, enable: bool) -> Result<(), Stop> {
    let odd = |what: &str| Err(Stop::Unmodelled(format!("the start script {name} {what}")));
    let tools = ["/usr/lib/insserv/insserv", "/sbin/insserv", "/sbin/openrc"];
    if tools.iter().any(|it| files.is_there(it)) || ["/etc", "/usr/share"].iter().any(|it| files.is_there(&format!("{it}/insserv/overrides/{name}"))) {
        return odd("on a machine with insserv or openrc");
    }
    let Some(text) = files.text(&format!("/etc/init.d/{name}")) else { return odd("that can't be read") };
    let (start, stop) = levels(&text);
    if start.is_empty() || start.iter().chain(&stop).any(|it| !matches!(it.as_str(), "S" | "0" | "1" | "2" | "3" | "4" | "5" | "6")) || name.contains(|it: char| !(it.is_ascii_alphanumeric() || "-_.".contains(it))) {
        return odd("without runlevels of its own");
    }
    if ["S", "0", "1", "2", "3", "4", "5", "6"].iter().all(|it| links(files, it, name).is_empty()) {
        for (levels, letter) in [(&start, 'S'), (&stop, 'K')] {
            for level in levels {
                let folder = format!("/etc/rc{level}.d");
                let path = format!("{folder}/{letter}01{name}");
                files.make_folder(&folder).map_err(Stop::Failed)?;
                if !files.is_there(&path) {
                    files.make_link(&format!("../init.d/{name}"), &path).map_err(Stop::Failed)?;
                }
            }
        }
    }
    let wanted: Vec<String> = start.iter().filter(|it| "S2345".contains(it.as_str())).flat_map(|it| links(files, it, name)).collect();
    if wanted.is_empty() {
        return odd("without links to turn");
    }
    let (from, to) = if enable { ("/K", "/S") } else { ("/S", "/K") };
    for path in wanted {
        if let Some(at) = path.rfind(from) {
            files.rename(&path, &format!("{}{to}{}", &path[..at], &path[at + 2..])).map_err(Stop::Failed)?;
        }
    }
    Ok(())
}

/// `[SK][0-9][0-9]NAME` of a runlevel.
fn links(files: &dyn Files, level: &str, name: &str) -> Vec<String> {
    let fits = |it: &String| it.strip_suffix(name).is_some_and(|it| matches!(it.as_bytes(), [b'S' | b'K', a, b] if a.is_ascii_digit() && b.is_ascii_digit()));
    files.names(&format!("/etc/rc{level}.d")).into_iter().filter(fits).map(|it| format!("/etc/rc{level}.d/{it}")).collect()
}

/// Default-Start and Default-Stop of the LSB header; the last line of each counts.
fn levels(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut inside, mut start, mut stop) = (false, Vec::new(), Vec::new());
    let words = |it: &str| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for line in text.lines() {
        match line.trim_end() {
            "### BEGIN INIT INFO" => inside = true,
            "### END INIT INFO" => break,
            it if inside => {
                if let Some(rest) = it.strip_prefix("# Default-Start:") {
                    start = words(rest);
                } else if let Some(rest) = it.strip_prefix("# Default-Stop:") {
                    stop = words(rest);
                }
            }
            _ => {}
        }
    }
    (start, stop)
}
