//! Remarks on lines: glued, doubled, and those that switch a check off.

use invitro_sdk::validator::invitro::remediation::types::{Note, NoteLevel};

use crate::View;

/// What switches a verification off, in lower case without blanks: the words, and why.
const SWITCHED_OFF: &[(&str, &str)] = &[
    ("sslverify=0", "TLS verification of package downloads is switched off"),
    ("sslverify=false", "TLS verification of package downloads is switched off"),
    ("gpgcheck=0", "signatures of packages are no longer checked"),
    ("gpgcheck=no", "signatures of packages are no longer checked"),
    ("repo_gpgcheck=0", "signatures of package lists are no longer checked"),
    ("[trusted=yes", "a package source is trusted without signature"),
    ("trusted=yes]", "a package source is trusted without signature"),
    ("acquire::allowinsecurerepositories\"true", "package sources without signature are allowed"),
    ("acquire::https::verify-peer\"false", "TLS verification of package downloads is switched off"),
    ("apt::get::allowunauthenticated\"true", "packages without signature are allowed"),
    ("stricthostkeycheckingno", "ssh accepts any host key"),
    ("stricthostkeychecking=no", "ssh accepts any host key"),
    ("userknownhostsfile/dev/null", "ssh forgets host keys"),
    ("node_tls_reject_unauthorized=0", "TLS verification is switched off"),
    ("pythonhttpsverify=0", "TLS verification is switched off"),
    ("git_ssl_no_verify=", "TLS verification of git is switched off"),
    ("sslverify=false", "TLS verification of git is switched off"),
    ("strict-ssl=false", "TLS verification of npm is switched off"),
    ("verify=false", "TLS verification is switched off"),
    ("insecureskipverify:true", "TLS verification is switched off"),
    ("insecure-registries", "a registry without TLS is allowed"),
    ("selinux=disabled", "SELinux is switched off"),
    ("selinux=permissive", "SELinux no longer enforces"),
    ("#checkov:skip", "a scanner is told to overlook a line"),
    ("#trivy:ignore", "a scanner is told to overlook a line"),
    ("#tfsec:ignore", "a scanner is told to overlook a line"),
    ("#nosec", "a scanner is told to overlook a line"),
    ("//nosec", "a scanner is told to overlook a line"),
    ("nosemgrep", "a scanner is told to overlook a line"),
    ("gitleaks:allow", "a scanner is told to overlook a line"),
    ("nopasswd:all", "sudo asks for no password"),
    ("permitrootloginyes", "root may log in with a password"),
    ("permitemptypasswordsyes", "accounts without password may log in"),
];

pub(crate) fn review(view: &View<'_>, notes: &mut Vec<Note>) {
    let Some(after) = view.after.as_deref() else { return };
    for (number, line) in view.added() {
        let plain: String = line.chars().filter(|it| !it.is_whitespace()).collect::<String>().to_ascii_lowercase();
        let comment = plain.starts_with('#') || plain.starts_with("//") || plain.starts_with(';');
        for (words, why) in SWITCHED_OFF {
            if plain.contains(words) && (!comment || words.starts_with('#') || words.starts_with("//")) {
                notes.push(view.note("verification-disabled", NoteLevel::Error, Some(number), *why));
                break;
            }
        }
    }
    let Some(before) = view.before.as_deref() else { return };
    glued(view, before, after, notes);
    doubled(view, notes);
    if after.contains("\r\n") && !before.contains("\r\n") && !before.is_empty() {
        notes.push(view.note("line-ends", NoteLevel::Warning, None, "lines end with CR LF now"));
    }
    if after.contains('\0') && !before.contains('\0') {
        notes.push(view.note("nul-bytes", NoteLevel::Warning, None, "the text has NUL bytes now"));
    }
}

/// A last line without line end to which something was appended.
fn glued(view: &View<'_>, before: &str, after: &str, notes: &mut Vec<Note>) {
    let Some(last) = before.lines().last().filter(|it| !before.ends_with('\n') && !it.trim().is_empty()) else { return };
    let glue = after.lines().enumerate().find(|(_, it)| it.len() > last.len() && it.starts_with(last) && !before.lines().any(|had| had == *it));
    let kept = after.lines().any(|it| it == last);
    if let Some((number, line)) = glue.filter(|_| !kept) {
        let rest = &line[last.len()..];
        if !rest.starts_with([' ', '\t', ',', ':']) {
            notes.push(view.note(
                "newline-glue",
                NoteLevel::Error,
                Some(number + 1),
                "the file had no line end at its end, and what was appended is glued to its last line",
            ));
        }
    }
}

/// A setting that the fix added though the same line was there.
fn doubled(view: &View<'_>, notes: &mut Vec<Note>) {
    if !view.path.starts_with("/etc/") || view.path.ends_with(".sh") {
        return;
    }
    let before: Vec<&str> = view.before.as_deref().unwrap_or_default().lines().map(str::trim).collect();
    for (number, line) in view.added() {
        let line = line.trim();
        let says = line.len() > 3 && !line.starts_with(['#', ';', '}', ')', ']']) && line.contains([' ', '=', ':']);
        if says && before.contains(&line) {
            notes.push(view.note("doubled-line", NoteLevel::Warning, Some(number), "the same line was there already"));
        }
    }
}
