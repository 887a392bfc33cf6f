//! What a person must decide.

use super::{
    decide::Judged,
    policy::Policy,
    verdict::{Reason, Verdict},
};
use crate::{
    diff::Change,
    guest::Treatment,
    tree::{FileType, Tree},
};

/// Access lists (acl(5)) and file capabilities (capabilities(7)), as extended attributes.
const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";
const CAPABILITY: &str = "security.capability";

pub(super) fn reasons(policy: &Policy, of: &Judged<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut ask = |code, message: String| reasons.push(Reason::new(Verdict::NeedsApproval, code, message));
    if of.changes.is_empty() && of.run.ledger.effects.is_empty() {
        ask("no-op", "the fix changes nothing".into());
    }
    for effect in &of.run.ledger.effects {
        let words: Vec<_> = effect.argv.iter().map(|it| String::from_utf8_lossy(it)).collect();
        if effect.treatment == Treatment::Recorded {
            ask("effect-recorded", format!("`{}` was written down only ({})", words.join(" "), effect.what()));
        } else if policy.approved_effects.contains(&effect.kind) {
            ask("effect-approval", format!("the policy asks for a person on {}", effect.what()));
        }
    }
    for change in of.changes {
        let path = String::from_utf8_lossy(&change.path);
        if let Some(why) = policy.runs_later(&change.path).filter(|_| is_content(change) || is_loosened(change)) {
            ask("runs-later", format!("{path}: {why}"));
        } else if let Some(why) = run_by_a_line(of, change) {
            ask("runs-later", format!("{path}: {why}"));
        } else if is_executable(change) {
            ask("executable", format!("{path} is a new or changed executable"));
        }
        if policy.asks(&change.path) {
            ask("path-approval", format!("the policy asks for a person on {path}"));
        }
    }
    if let Some(finding) = of.finding.filter(|it| policy.approved_severities.contains(&it.severity)) {
        ask("severity-approval", format!("the policy asks for a person on findings of severity {}", finding.severity.word()));
    }
    reasons
}

/// Settings that make a program run something or take keys from somewhere, in files that are else no such matter: the beginning of the
/// path, the settings in lower case, and why.
const LINES: [(&[u8], &[&str], &str); 2] = [
    (
        b"/etc/ssh/sshd_config",
        &[
            "authorizedkeyscommand",
            "authorizedkeysfile",
            "authorizedprincipalscommand",
            "authorizedprincipalsfile",
            "trustedusercakeys",
            "forcecommand",
            "subsystem",
        ],
        "a line that it did not have makes sshd run a command or take keys from elsewhere (sshd_config(5))",
    ),
    (
        b"/etc/sysctl",
        &[
            "kernel.core_pattern",
            "kernel/core_pattern",
            "kernel.modprobe",
            "kernel/modprobe",
            "kernel.hotplug",
            "kernel/hotplug",
            "kernel.poweroff_cmd",
            "kernel/poweroff_cmd",
        ],
        "a line that it did not have makes the kernel run a program (core(5), admin-guide/sysctl/kernel)",
    ),
];

/// Why a line that a change brings is run later, where it is one of those.
fn run_by_a_line(of: &Judged<'_>, change: &Change) -> Option<&'static str> {
    let (_, words, why) = LINES.iter().find(|it| change.path.starts_with(it.0))?;
    let lines = |tree: &Tree| -> Vec<String> {
        let text = tree.read_all(&change.path).map(|it| String::from_utf8_lossy(&it).to_lowercase()).unwrap_or_default();
        text.lines().map(|it| it.trim_start().trim_start_matches('-').to_owned()).filter(|line| words.iter().any(|it| line.starts_with(it))).collect()
    };
    let had = lines(of.before);
    lines(&of.run.after).iter().any(|it| !had.contains(it)).then_some(*why)
}

fn is_content(change: &Change) -> bool {
    match (&change.before, &change.after) {
        (Some(was), Some(is)) => was.sha256 != is.sha256 || was.target != is.target || was.kind != is.kind || was.linked != is.linked,
        (was, is) => [was, is].into_iter().flatten().any(|it| it.kind != FileType::Directory),
    }
}

fn is_loosened(change: &Change) -> bool {
    let (Some(was), Some(is)) = (&change.before, &change.after) else { return false };
    // What an access list lets in is not weighed here, and what a flag protected is open: both are for a person.
    let access = was.xattr(ACCESS) != is.xattr(ACCESS) || was.xattr(DEFAULT) != is.xattr(DEFAULT);
    let thawed = was.flags.words().iter().any(|it| !is.flags.words().contains(it));
    access || thawed || is.mode & !was.mode & 0o7777 != 0 || was.uid != is.uid && is.uid != 0 || was.gid != is.gid && is.gid != 0
}

fn is_executable(change: &Change) -> bool {
    let Some(is) = change.after.as_ref().filter(|it| it.kind == FileType::Regular && it.mode & 0o111 != 0) else { return false };
    change
        .before
        .as_ref()
        .is_none_or(|was| was.sha256 != is.sha256 || was.kind != is.kind || was.mode & 0o111 == 0 || was.xattr(CAPABILITY) != is.xattr(CAPABILITY))
}
