//! Remarks on files as such: what was left over, parted, emptied or opened.

use invitro_sdk::validator::invitro::remediation::types::{FileType, Note, NoteLevel};

use crate::View;

/// Endings of what editors, patch(1) and scripts leave behind.
const LEFT_OVER: [&str; 11] = [".bak", ".orig", ".rej", ".old", "~", ".swp", ".tmp", ".new", ".save", ".backup", ".rpmnew"];

/// Configuration of scanners that says what they overlook.
const IGNORE_FILES: [&str; 14] = [
    ".trivyignore",
    ".trivyignore.yaml",
    ".snyk",
    ".semgrepignore",
    ".gitleaksignore",
    ".gitleaks.toml",
    ".bandit",
    ".checkov.yaml",
    ".checkov.yml",
    ".tfsec",
    ".grype.yaml",
    ".hadolint.yaml",
    ".nsprc",
    "osv-scanner.toml",
];

/// Files that nobody but their owner may read.
fn is_private(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let shadow = matches!(path, "/etc/shadow" | "/etc/shadow-" | "/etc/gshadow" | "/etc/gshadow-");
    let key = name.starts_with("ssh_host_") && name.ends_with("_key")
        || path.contains("/.ssh/id_") && !name.ends_with(".pub")
        || path.starts_with("/etc/ssl/private/");
    shadow || key || path == "/etc/sudoers" || path.starts_with("/etc/sudoers.d/")
}

pub(crate) fn review(view: &View<'_>, notes: &mut Vec<Note>) {
    let name = view.path.rsplit('/').next().unwrap_or_default();
    if IGNORE_FILES.contains(&name) {
        notes.push(view.note("scanner-ignore", NoteLevel::Error, None, "the fix changes what a scanner overlooks"));
    }
    match (&view.change.before, &view.change.after) {
        (None, Some(is)) if is.type_ == FileType::Regular && LEFT_OVER.iter().any(|it| name.ends_with(it)) => {
            notes.push(view.note("left-over", NoteLevel::Warning, None, "the fix leaves a back-up or temporary file"));
        }
        (Some(was), Some(is)) => {
            if was.type_ == FileType::Symlink && is.type_ == FileType::Regular {
                notes.push(view.note("link-replaced", NoteLevel::Warning, None, "a symbolic link became a file: what it led to is unchanged"));
            }
            if was.linked.is_some() && was.linked != is.linked {
                notes.push(view.note("link-parted", NoteLevel::Warning, None, "the file was one of several names, and the others keep the old content"));
            }
            if was.type_ == FileType::Regular && is.type_ == FileType::Regular && was.size > 0 && is.size == 0 && view.path.starts_with("/etc/") {
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
