//! What is mounted: mountpoint(1), findmnt(8), df(1), and what mount(8) and umount(8) change of it. Taken as mounted is what the kernel and systemd
//! mount on every machine, and what /etc/fstab named before the fix; a replay has the latter otherwise.

use invitro_sdk::command_model::invitro::remediation::files::Workspace;
use model_support::{Answer, Command, said};
use mount_table::{Mount, Mounts};

/// The commands that ask.
pub(crate) const NAMES: &[&str] = &["df", "findmnt", "mountpoint"];
/// Status of mountpoint(1) and findmnt(8) for "no": mountpoint's is 32 since util-linux 2.36, 1 before.
const IS_NONE: u32 = 32;

/// What is mounted as the fix finds it, and by hand since.
fn mounts(target: &Workspace) -> Mounts {
    let fstab = target.get_state("host:fstab").map(|it| String::from_utf8_lossy(&it).into_owned());
    let mut mounts = Mounts::of(fstab.as_deref());
    let by_hand = target.get_state("mounted").map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default();
    for line in by_hand.lines() {
        let mount = |point: &str| Mount { source: "none".into(), point: point.into(), kind: "none".into(), options: "rw".into(), always: true, line: 0 };
        match line.split_at_checked(1) {
            Some(("+", point)) => mounts.set(point, Some(mount(point))),
            Some(("-", point)) => mounts.set(point, None),
            _ => {}
        }
    }
    mounts
}

/// A path without links; none where there is nothing.
fn real(command: &Command<'_>, path: &str) -> Option<String> {
    let full = command.path(path);
    command.target.stat(full.as_bytes(), true).ok()?;
    command.target.real_path(full.as_bytes()).ok().map(|it| String::from_utf8_lossy(&it).into_owned())
}

/// mountpoint(1): `-q`, `--nofollow`, one path.
pub(crate) fn mountpoint(command: &Command<'_>) -> Answer {
    let (mut quiet, mut follow, mut paths) = (false, true, Vec::new());
    for word in &command.words {
        match word.as_str() {
            "-q" | "--quiet" => quiet = true,
            "--nofollow" => follow = false,
            it if it.starts_with('-') && it.len() > 1 => return command.unmodelled(&format!("the option `{it}`")),
            it => paths.push(it),
        }
    }
    let &[path] = &paths[..] else { return said(1, "", "mountpoint: bad usage\nTry 'mountpoint --help' for more information.\n") };
    let link = command.link(&command.path(path)).is_some();
    let Some(real) = real(command, path) else {
        return said(1, "", &if quiet { String::new() } else { format!("mountpoint: {path}: No such file or directory\n") });
    };
    let mounts = mounts(command.target);
    let found = mounts.at(&real).filter(|_| follow || !link);
    if !found.is_some_and(|it| it.always) {
        command.assume("mounts", path);
    }
    match found {
        _ if quiet => said(if found.is_some() { 0 } else { IS_NONE }, "", ""),
        Some(_) => said(0, &format!("{path} is a mountpoint\n"), ""),
        None => said(IS_NONE, &format!("{path} is not a mountpoint\n"), ""),
    }
}

/// findmnt(8) of the kernel's own table: whether a folder is a mount. What it prints of devices and options is not known here.
pub(crate) fn findmnt(command: &Command<'_>) -> Answer {
    let (mut target, mut heading, mut columns, mut operands) = (None, true, "TARGET,SOURCE,FSTYPE,OPTIONS".to_owned(), Vec::new());
    let mut rest = command.words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-k" | "--kernel" | "-m" | "--mtab" | "--evaluate" | "-e" | "-r"| "--raw" | "-l" | "--list" | "-f" | "--first-only" => {}
            "-n" | "--noheadings" => heading = false,
            "-M" | "--mountpoint" => operands.extend(rest.next().cloned()),
            "-T" | "--target" => target = rest.next().cloned(),
            "-o" | "--output" => columns = rest.next().cloned().unwrap_or_default().to_ascii_uppercase(),
            "-kn" | "-nk" => heading = false,
            "-no" => (heading, columns) = (false, rest.next().cloned().unwrap_or_default().to_ascii_uppercase()),
            it if it.starts_with('-') => return command.unmodelled(&format!("the option `{it}`")),
            it => operands.push(it.to_owned()),
        }
    }
    let mounts = mounts(command.target);
    let asked = target.as_ref().or(operands.first());
    if asked.is_none() && command.words.iter().any(|it| matches!(it.as_str(), "-r" | "--raw")) {
        command.blind("what is mounted, and how, only the kernel knows");
        let columns: Vec<&str> = columns.split(',').collect();
        let head = if heading { format!("{}\n", columns.join(" ")) } else { String::new() };
        let rows: String = mounts.all().map(|it| format!("{}\n", columns.iter().map(|column| cell(it, column)).collect::<Vec<_>>().join(" "))).collect();
        return said(0, &(head + &rows), "");
    }
    let Some(asked) = asked.filter(|it| operands.len() + usize::from(target.is_some()) == 1 && it.starts_with('/') && !it.starts_with("/dev/")) else {
        return command.unmodelled("a list of all that is mounted");
    };
    let Some(real) = real(command, asked) else { return said(1, "", "") };
    let found = if target.is_some() { Some(mounts.over(&real)) } else { mounts.at(&real) };
    if !found.is_some_and(|it| it.always) {
        command.assume("mounts", asked);
    }
    let Some(found) = found else { return said(1, "", "") };
    let columns: Vec<&str> = columns.split(',').collect();
    if columns.iter().any(|it| *it != "TARGET") {
        command.blind("what findmnt prints of devices and options is not known here");
    }
    said(0, &table(&columns, found, heading), "")
}

fn cell(of: &Mount, column: &str) -> String {
    match column {
        "TARGET" => of.point.clone(),
        "SOURCE" => of.device(),
        "FSTYPE" => of.kind.clone(),
        "OPTIONS" => of.shown_options(),
        "UUID" => of.source.strip_prefix("UUID=").unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// One row of findmnt's table, below its heading: cells stand under each other.
fn table(columns: &[&str], of: &Mount, heading: bool) -> String {
    let width = |column: &str| cell(of, column).len().max(if heading { column.len() } else { 0 });
    let row = |pick: &dyn Fn(&str) -> String| {
        let cells: Vec<String> = columns.iter().map(|it| format!("{:1$}", pick(it), width(it))).collect();
        format!("{}\n", cells.join(" ").trim_end())
    };
    let head = if heading { row(&|it| it.to_owned()) } else { String::new() };
    head + &row(&|it| cell(of, it))
}

/// df(1): which file systems, and for which paths; how full they are nobody knows, so the run is unproven.
pub(crate) fn df(command: &Command<'_>) -> Answer {
    let (mut posix, mut local, mut kinds, mut only, mut not, mut paths) = (false, false, false, Vec::new(), Vec::new(), Vec::new());
    let mut columns = None;
    let mut rest = command.words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--local" | "-l" => local = true,
            "-P" | "--portability" => posix = true,
            "-k" | "-a" | "--all" => {}
            "-T" | "--print-type" => kinds = true,
            "-lP" | "-Pl" => (posix, local) = (true, true),
            "-kP" | "-Pk" => posix = true,
            "-PT" | "-TP" => (posix, kinds) = (true, true),
            "-t" => only.extend(rest.next().cloned()),
            "-x" => not.extend(rest.next().cloned()),
            it if it.strip_prefix("--output=").is_some_and(|it| it.split(',').all(|it| matches!(it, "source" | "target" | "fstype"))) => {
                columns = it.strip_prefix("--output=").map(|it| it.split(',').map(str::to_owned).collect::<Vec<_>>());
            }
            it if it.starts_with('-') => return command.unmodelled(&format!("the option `{it}`")),
            it => paths.push(it),
        }
    }
    command.blind("how full file systems are, and which there are, is not known here");
    let mounts = mounts(command.target);
    let (mut found, mut errors) = (Vec::new(), String::new());
    for path in &paths {
        match real(command, path) {
            Some(real) => found.push(mounts.over(&real).clone()),
            None => errors.push_str(&format!("df: {path}: No such file or directory\n")),
        }
    }
    if paths.is_empty() {
        // Without `-a`, those that have no blocks are left out: proc, sysfs, devpts.
        found.extend(mounts.all().filter(|it| !matches!(it.kind.as_str(), "proc" | "sysfs" | "devpts")).cloned());
    }
    found.retain(|it| !(local && it.is_remote()) && (only.is_empty() || only.contains(&it.kind)) && !not.contains(&it.kind));
    let head = match &columns {
        Some(columns) => columns.iter().map(|it| match it.as_str() { "source" => "Filesystem", "target" => "Mounted on", _ => "Type" }).collect::<Vec<_>>().join(" "),
        None => format!("Filesystem {}{} Used Available {} Mounted on", if kinds { "Type " } else { "" }, if posix { "1024-blocks" } else { "1K-blocks" }, if posix { "Capacity" } else { "Use%" }),
    };
    let mut text = format!("{head}\n");
    for it in &found {
        let source = it.device();
        text.push_str(&match &columns {
            Some(columns) => columns.iter().map(|of| match of.as_str() { "source" => &source, "target" => &it.point, _ => &it.kind }.as_str()).collect::<Vec<_>>().join(" "),
            None => format!("{source} {}20511312 8204524 11239652 43% {}", if kinds { format!("{} ", it.kind) } else { String::new() }, it.point),
        });
        text.push('\n');
    }
    if found.is_empty() && errors.is_empty() {
        return said(1, "", "df: no file systems processed\n");
    }
    said(u32::from(!errors.is_empty()), if found.is_empty() { "" } else { &text }, &errors)
}

/// Remembers what mount(8) or umount(8) changed, for who asks later.
pub(crate) fn remember(command: &Command<'_>) {
    if !matches!(command.name.as_str(), "mount" | "umount") {
        return;
    }
    let (mut operands, mut remount, mut rest) = (Vec::new(), false, command.words.iter());
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-o" | "--options" => remount |= rest.next().is_some_and(|it| it.split(',').any(|it| it == "remount")),
            "-t" | "--types" | "--source" | "-L" | "-U" => drop(rest.next()),
            "--target" => operands.extend(rest.next()),
            it if it.starts_with("-o") => remount |= it.contains("remount"),
            it if it.starts_with('-') => {}
            _ => operands.push(word),
        }
    }
    let Some(point) = operands.last().filter(|_| !remount).and_then(|it| real(command, it)) else { return };
    let mut all = command.target.get_state("mounted").unwrap_or_default();
    all.extend(format!("{}{point}\n", if command.name == "mount" { '+' } else { '-' }).into_bytes());
    if command.target.set_state("mounted", Some(&all)).is_err() {
        command.blind("more was mounted than can be remembered");
    }
}
