//! Files that are read together with a path: those that include it, and settings of the kernel that are read after it.

use config_formats::{Files, glob};

use crate::{Found, Kind};

/// What is read together with a path.
pub(crate) fn of(files: &dyn Files, path: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |name: &str, reason: String| found.push(Found { path: path.to_owned(), kind: Kind::Include, name: name.to_owned(), reason });
    for (file, line) in including(files, path) {
        add(&file, format!("line {line} includes it"));
    }
    for (file, keys) in overriding(files, path) {
        add(&file, format!("read later, it sets {} again", keys.join(", ")));
    }
    found
}

/// Files with the line of theirs that includes a path.
fn including(files: &dyn Files, path: &str) -> Vec<(String, usize)> {
    let Some((folder, name)) = path.rsplit_once('/') else { return Vec::new() };
    let mut readers = vec!["/etc/ssh/sshd_config".to_owned(), "/etc/ssh/ssh_config".to_owned(), "/etc/sudoers".to_owned()];
    if folder == "/etc/pam.d" {
        readers.extend(files.names(folder).into_iter().map(|it| format!("{folder}/{it}")));
    }
    let mut found = Vec::new();
    for reader in readers.into_iter().filter(|it| it != path) {
        let text = files.text(&reader).unwrap_or_default();
        let at = text.lines().position(|line| match reader.as_str() {
            "/etc/sudoers" => sudo_includes(line, folder, name),
            it if it.starts_with("/etc/pam.d/") => pam_includes(line, name),
            _ => ssh_includes(line, path),
        });
        found.extend(at.map(|it| (reader, it + 1)));
    }
    found
}

/// `Include` of sshd_config(5) and ssh_config(5): patterns, relative ones below /etc/ssh.
fn ssh_includes(line: &str, path: &str) -> bool {
    let mut words = line.split_whitespace().map(|it| it.trim_matches('"'));
    words.next().is_some_and(|it| it.eq_ignore_ascii_case("include"))
        && words.any(|it| {
            let pattern = if it.starts_with('/') { it.to_owned() } else { format!("/etc/ssh/{it}") };
            let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
            pattern.len() == path.len() && pattern.iter().zip(&path).all(|(pattern, name)| glob::matches(pattern, name))
        })
}

/// `@include` and `@includedir` of sudoers(5), also with the older `#`: no name with a dot in it or a `~` at its end is read.
fn sudo_includes(line: &str, folder: &str, name: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix(['@', '#']) else { return false };
    let mut words = rest.split_whitespace();
    match (words.next(), words.next()) {
        (Some("includedir"), Some(it)) => it.trim_end_matches('/') == folder && !name.contains('.') && !name.ends_with('~'),
        (Some("include"), Some(it)) => it.rsplit_once('/') == Some((folder, name)) || folder == "/etc" && it == name,
        _ => false,
    }
}

/// `@include NAME`, and the controls `include` and `substack` (pam.conf(5)).
fn pam_includes(line: &str, name: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["@include", it, ..] => *it == name,
        [kind, "include" | "substack", it, ..] => !kind.starts_with('#') && *it == name,
        _ => false,
    }
}

/// Folders of sysctl.d(5): files are read sorted by name, whichever folder they are in, and the last setting counts.
const SYSCTL: [&str; 3] = ["/etc/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"];
/// What procps reads after all of them (sysctl(8), `--system`).
const LAST: &str = "/etc/sysctl.conf";

/// Files that are read after a path and set what it sets, with the keys.
fn overriding(files: &dyn Files, path: &str) -> Vec<(String, Vec<String>)> {
    let Some(name) = SYSCTL.iter().find_map(|it| path.strip_prefix(it)?.strip_prefix('/')) else { return Vec::new() };
    let own = keys(&files.text(path).unwrap_or_default());
    let later = SYSCTL.iter().flat_map(|folder| {
        let names = files.names(folder).into_iter().filter(|it| it.as_str() > name && it.ends_with(".conf"));
        names.map(|it| format!("{folder}/{it}")).collect::<Vec<_>>()
    });
    let shared = |file: String| {
        let keys: Vec<String> = keys(&files.text(&file)?).into_iter().filter(|it| own.contains(it)).collect();
        (!keys.is_empty()).then_some((file, keys))
    };
    later.chain([LAST.to_owned()]).filter_map(shared).collect()
}

/// The keys that a text sets, with dots.
fn keys(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|it| !it.starts_with(['#', ';']));
    let mut keys: Vec<String> = lines.filter_map(|it| it.split_once('=')).map(|(key, _)| key.trim().trim_start_matches('-').replace('/', ".")).collect();
    keys.sort();
    keys.dedup();
    keys
}
