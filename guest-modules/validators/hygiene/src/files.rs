//! Remarks on files as such: what was left over, parted, emptied or opened.

use invitro_sdk::validator::invitro::remediation::types::{FileType, Note, NoteLevel};

use crate::View;

/// Endings of what editors, patch(1) and scripts leave behind.
const LEFT_OVER: [&str; 11] = [".bak", ".orig", ".rej", ".old", "~", ".swp", ".tmp", ".new", ".save", ".backup", ".rpmnew"];

/// Configuration of scanners that says what they overlook.
const IGNORE_FILES: [&str; 14] = [
    ".trivyignore", ".trivyignore.yaml", ".snyk", ".semgrepignore", ".gitleaksignore", ".gitleaks.toml", ".bandit", ".checkov.yaml", ".checkov.yml", ".tfsec", ".grype.yaml", ".hadolint.yaml", ".nsprc",
    "osv-scanner.toml",
];

/// Without these nobody can log in, or the machine does not start (hier(7) and each one's own page).
const ESSENTIAL: [&str; 10] = [
    "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/fstab", "/etc/sudoers", "/etc/ssh/sshd_config", "/etc/nsswitch.conf", "/etc/pam.d/common-auth", "/etc/pam.d/system-auth",
];

/// Answers whether a file holds nothing but blanks.
fn blank(text: &Option<String>, size: u64) -> bool {
    size == 0 || text.as_ref().is_some_and(|it| it.trim().is_empty())
}

/// Files that nobody but their owner may read.
fn is_private(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let shadow = matches!(path, "/etc/shadow" | "/etc/shadow-" | "/etc/gshadow" | "/etc/gshadow-");
    let key = name.starts_with("ssh_host_") && name.ends_with("_key") || path.contains("/.ssh/id_") && !name.ends_with(".pub") || path.starts_with("/etc/ssl/private/");
    shadow || key || path == "/etc/sudoers" || path.starts_with("/etc/sudoers.d/")
}

pub(crate) fn review(view: &View<'_>, notes: &mut Vec<Note>) {
    let name = view.path.rsplit('/').next().unwrap_or_default();
    if IGNORE_FILES.contains(&name) {
        notes.push(view.note("scanner-ignore", NoteLevel::Error, None, "the fix changes what a scanner overlooks"));
    }
    if let (Some(was), None) = (&view.change.before, &view.change.after)
        && was.type_ != FileType::Directory
        && ESSENTIAL.contains(&view.path.as_str())
    {
        notes.push(view.note("essential-removed", NoteLevel::Error, None, "nobody could log in, or the machine not start, without it"));
    }
    if view.after.is_none() && view.change.after.as_ref().is_some_and(|it| it.type_ == FileType::Regular && it.size > crate::MOST_BYTES as u64) && view.path.starts_with("/etc/") {
        notes.push(view.note("not-looked-into", NoteLevel::Error, None, "configuration of more than 4 MiB: nobody looked into it"));
    }
    match (&view.change.before, &view.change.after) {
        (None, Some(is)) if is.type_ == FileType::Regular && LEFT_OVER.iter().any(|it| name.ends_with(it)) => {
            notes.push(view.note("left-over", NoteLevel::Warning, None, "the fix leaves a back-up or temporary file"));
        }
        (Some(was), Some(is)) => {
            if was.type_ == FileType::Regular && is.type_ != FileType::Regular && view.path.starts_with("/etc/") {
                // That is how a unit is masked (systemd.unit(5)).
                let nowhere = is.target.as_deref() == Some(b"/dev/null") && !view.path.starts_with("/etc/systemd/");
                let level = if nowhere || ESSENTIAL.contains(&view.path.as_str()) { NoteLevel::Error } else { NoteLevel::Warning };
                notes.push(view.note("file-replaced", level, None, "the file had content, and something that is no file stands in its place"));
            }
            if was.type_ == FileType::Symlink && is.type_ == FileType::Regular {
                notes.push(view.note("link-replaced", NoteLevel::Warning, None, "a symbolic link became a file: what it led to is unchanged"));
            }
            if was.linked.is_some() && was.linked != is.linked {
                notes.push(view.note("link-parted", NoteLevel::Warning, None, "the file was one of several names, and the others keep the old content"));
            }
            if was.type_ == FileType::Regular && is.type_ == FileType::Regular && view.path.starts_with("/etc/") && !blank(&view.before, was.size) && blank(&view.after, is.size) {
                notes.push(view.note("emptied", NoteLevel::Error, None, "the file had content and is empty now"));
            }
            let opened = is.mode & !was.mode & 0o066;
            if opened != 0 && is.type_ == FileType::Regular {
                notes.push(view.note("mode-loosened", NoteLevel::Warning, None, format!("the mode goes from {:04o} to {:04o}", was.mode, is.mode)));
            }
        }
        _ => {}
    }
    let open = |mode: u32| mode & 0o007 != 0;
    if let Some(is) = &view.change.after
        && is.type_ == FileType::Regular
        && is_private(&view.path)
        && open(is.mode)
        && !view.change.before.as_ref().is_some_and(|was| open(was.mode))
    {
        notes.push(view.note("secret-opened", NoteLevel::Error, None, format!("the file is private and everybody can read it now (mode {:04o})", is.mode)));
    }
}
