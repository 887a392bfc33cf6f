//! A policy: what is required, what is refused, and what a person must decide.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Judged;
use crate::{
    digest::Digest,
    finding::Severity,
    guest::{LimitError, Limits},
    remediation::{Scope, is_segment},
};

/// Paths that are executed later or grant access, maintained beside this file.
const RUNS_LATER: &str = include_str!("runs-later.toml");

/// Doubts that a policy can make block.
pub(super) const DOUBTS: [&str; 17] = [
    "compliant-before",
    "differences-not-shown",
    "empty-variable-path",
    "error-output-exit-0",
    "failure-tears",
    "failure-unnoticed",
    "glob-without-match",
    "kill-not-resumed",
    "kill-not-reversible",
    "kill-tears",
    "label-unknown",
    "order-matters",
    "patch-fuzz",
    "rewritten-unchanged",
    "secret-in-clear",
    "surroundings-matter",
    "variant-fails",
];

/// Doubts that block by themselves.
const BLOCKING: [&str; 1] = ["error-output-tool-missing"];

/// What is required, what is refused, and what a person must decide. The default is the cautious one.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Digest of the text that it was read from.
    pub digest: Digest,
    /// Proofs that a fix for a finding must have.
    pub required: BTreeSet<String>,
    /// Proofs that a fix of the user's own must have.
    pub required_of_own: BTreeSet<String>,
    /// Runs that a fix may take until nothing changes any more, for it to be idempotent: 1 to 3.
    pub most_runs: u32,
    /// Most paths that a fix may remove.
    pub most_removals: usize,
    /// Paths that a fix for a rule may change; the key is a rule's name or a glob.
    pub scopes: BTreeMap<String, Scope>,
    /// Paths that no fix may change.
    pub denied_paths: Scope,
    /// Effects that no fix may have.
    pub denied_effects: BTreeSet<String>,
    /// Paths on which a person decides.
    pub approved_paths: Scope,
    /// Effects on which a person decides.
    pub approved_effects: BTreeSet<String>,
    /// Severities on which a person decides.
    pub approved_severities: BTreeSet<Severity>,
    /// Doubts that block besides those that always do.
    pub blocking_doubts: BTreeSet<String>,
    /// What a run may use.
    pub limits: Limits,
    pub(super) runs_later: Vec<(String, String)>,
}

impl Default for Policy {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        Policy {
            digest: Digest::of(RUNS_LATER.as_bytes()),
            required: names(&["fixed", "contained", "idempotent", "reversible", "deterministic"]),
            required_of_own: names(&["idempotent", "reversible", "deterministic"]),
            most_runs: 1,
            most_removals: 20,
            scopes: BTreeMap::new(),
            denied_paths: Scope::default(),
            denied_effects: BTreeSet::new(),
            approved_paths: Scope::default(),
            approved_effects: BTreeSet::new(),
            approved_severities: BTreeSet::new(),
            blocking_doubts: BTreeSet::new(),
            limits: Limits::default(),
            runs_later: runs_later(),
        }
    }
}

fn runs_later() -> Vec<(String, String)> {
    let table: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(RUNS_LATER).expect("the list is tested to parse");
    let groups = table.into_values().flatten();
    groups.flat_map(|(why, paths)| paths.into_iter().map(move |path| (path, why.clone()))).collect()
}

impl Policy {
    /// Answers whether a doubt of this code makes a fix unproven.
    pub fn blocks(&self, code: &str) -> bool {
        BLOCKING.contains(&code) || self.blocking_doubts.contains(code)
    }

    /// Sets one limit over what the policy says. The policy's digest, to which evidence is bound, is another one then.
    pub fn set_limit(&mut self, name: &str, value: u64) -> Result<(), LimitError> {
        self.limits.set(name, value)?;
        self.digest = Digest::of(format!("{} {name}={value}", self.digest).as_bytes());
        Ok(())
    }

    /// Answers whether a proof is required: for a finding's fix all that are named, for an own fix those and what its flags made
    /// applicable.
    pub(super) fn requires(&self, proof: &str, of: &Judged<'_>) -> bool {
        if of.finding.is_some() {
            return self.required.contains(proof);
        }
        self.required_of_own.contains(proof) || proof == "contained" && of.remediation.write_set.is_some()
    }

    /// Returns the paths that a fix for a rule may change, where the policy says so.
    pub fn scope(&self, rule: &str) -> Option<&Scope> {
        self.scopes
            .get(rule)
            .or_else(|| self.scopes.iter().find(|(glob, _)| glob.ends_with('*') && rule.starts_with(glob.trim_end_matches('*'))).map(|it| it.1))
    }

    pub(super) fn denies(&self, path: &[u8]) -> bool {
        self.denied_paths.covers(path)
    }

    pub(super) fn asks(&self, path: &[u8]) -> bool {
        self.approved_paths.covers(path)
    }

    /// Says why a path is executed later or grants access, when it is or does.
    pub(super) fn runs_later(&self, path: &[u8]) -> Option<&str> {
        let path = String::from_utf8_lossy(path);
        self.runs_later.iter().find(|(glob, _)| covers(glob, &path)).map(|it| it.1.as_str())
    }
}

/// Matches a pattern of the list: `*` within a segment, `**` at the end for everything below, `**` at the start for anywhere.
fn covers(glob: &str, path: &str) -> bool {
    let parts = |text: &str| text.trim_start_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
    all(&parts(glob), &parts(path))
}

fn all(glob: &[String], path: &[String]) -> bool {
    match glob.split_first() {
        None => path.is_empty(),
        Some((any, [])) if any == "**" => !path.is_empty(),
        Some((any, rest)) if any == "**" => (0..=path.len()).any(|at| all(rest, &path[at..])),
        Some((glob, rest)) => path.split_first().is_some_and(|(name, tail)| is_segment(glob.as_bytes(), name.as_bytes()) && all(rest, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, covers};

    #[test]
    fn patterns_of_the_list() {
        assert!(covers("/etc/cron.d/**", "/etc/cron.d/x"));
        assert!(covers("/etc/cron.d/**", "/etc/cron.d/x/y"));
        assert!(!covers("/etc/cron.d/**", "/etc/cron.daily"));
        assert!(covers("**/.git/hooks/**", "/srv/app/.git/hooks/pre-commit"));
        assert!(covers("**/.github/workflows/**", "/.github/workflows/ci.yml"));
        assert!(covers("/home/*/.bashrc", "/home/ada/.bashrc"));
        assert!(!covers("/home/*/.bashrc", "/home/ada/x/.bashrc"));
    }

    #[test]
    fn the_list_names_what_runs_later() {
        let policy = Policy::default();
        for path in [
            "/etc/sudoers",
            "/etc/sudoers.d/ops",
            "/root/.ssh/authorized_keys",
            "/etc/pam.d/sshd",
            "/etc/crontab",
            "/etc/systemd/system/x.service",
            "/etc/systemd/system.conf.d/x.conf",
            "/etc/systemd/user-generators/x",
            "/etc/default/grub",
            "/etc/default/grub.d/x.cfg",
            "/etc/profile.d/x.sh",
            "/etc/ld.so.preload",
            "/etc/modprobe.d/x.conf",
            "/etc/udev/rules.d/1.rules",
            "/etc/logrotate.d/x",
            "/.github/workflows/a.yml",
        ] {
            assert!(policy.runs_later(path.as_bytes()).is_some(), "{path}");
        }
        for path in ["/etc/hosts", "/etc/ssh/sshd_config", "/etc/sysctl.d/99-x.conf", "/etc/login.defs", "/etc/systemd/journald.conf", "/etc/default/useradd"] {
            assert!(policy.runs_later(path.as_bytes()).is_none(), "{path}");
        }
    }
}
